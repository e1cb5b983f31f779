//! What can go wrong with a disk, and a run that is killed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use crate::support::{Outcome, TRIMTAB, command, left_out_here, run, trimtab_folder};
use crate::{Folder, new, old, said};

/// Runs a script where it may mount, with a folder that is gone afterwards; nothing where the system does not allow it.
fn with_mounts(script: &str) -> Option<Outcome> {
    let home = TempDir::new().expect("a temporary folder");
    let unshare = |args: &[&str]| {
        let mut unshare = command("unshare", home.path(), &[trimtab_folder()]);
        unshare.args(["--map-root-user", "--mount"]).args(args);
        unshare.current_dir(home.path());
        run(&mut unshare)
    };
    if unshare(&["mount", "-t", "tmpfs", "none", "."]).code != Some(0) {
        left_out_here("no mounts here (unshare --map-root-user --mount)");
        return None;
    }
    let old = format!("cat > old.yaml <<'END'\n{}END\n", old());
    Some(unshare(&["bash", "-euc", &format!("{old}{script}")]))
}

#[test]
fn a_folder_that_is_read_only() {
    let script = "mkdir -p in; mount -t tmpfs none in; cp old.yaml in/a.yaml; cp old.yaml in/b.yaml
        mount -o remount,bind,ro in
        code=0; trimtab fix --target queryNode=3 --mode warn in/a.yaml || code=$?
        cmp old.yaml in/a.yaml; ls -A in; exit $code";
    if let Some(outcome) = with_mounts(script) {
        let report = said(&outcome, 2);
        assert!(report.contains("cannot write in/a.yaml"), "{report}");
        assert!(report.contains("no file was changed"), "{report}");
        assert!(report.contains("a.yaml\nb.yaml\n"), "{report}");
    }
}

/// For root a folder is writable whatever its mode says, so root becomes somebody else.
#[test]
fn a_folder_without_the_right_to_write() {
    let folder = Folder::new(&[("in/a.yaml", &old())]);
    let mode = |path: &str, mode| {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(folder.path(path), mode).expect("a mode");
    };
    mode(".", 0o755);
    mode("in/a.yaml", 0o644);
    mode("in", 0o555);
    // Where trimtab is, others may not look.
    let script = "cp \"$TRIMTAB\" program; become=()
        ((EUID)) || become=(setpriv --reuid=65534 --regid=65534 --clear-groups)
        exec \"${become[@]}\" ./program fix --target queryNode=3 in";
    let mut bash = command("bash", folder.0.path(), &[]);
    bash.current_dir(folder.0.path());
    let outcome = run(bash.args(["-c", &script.replace("$TRIMTAB", TRIMTAB)]));
    mode("in", 0o755);
    let report = said(&outcome, 2);
    assert!(report.contains("no file was changed"), "{report}");
    assert_eq!(folder.read("in/a.yaml"), old());
}

/// Room for some of the new files, and not for all.
#[test]
fn a_full_disk() {
    let script = "mkdir -p in; mount -t tmpfs -o size=400k none in
        { cat old.yaml; for i in $(seq 1000); do echo \"# and a line that takes some room, number $i\"; done; } > long.yaml
        for i in 1 2 3 4 5; do mkdir in/$i; cp long.yaml in/$i/a.yaml; done
        code=0; trimtab fix --target queryNode=3 in || code=$?
        for i in 1 2 3 4 5; do cmp long.yaml in/$i/a.yaml; ls -A in/$i; done; exit $code";
    if let Some(outcome) = with_mounts(script) {
        let report = said(&outcome, 2);
        assert!(report.contains("cannot write "), "{report}");
        assert!(report.contains("no file was changed"), "{report}");
        assert!(
            report.contains("a.yaml\na.yaml\na.yaml\na.yaml\na.yaml\n"),
            "{report}"
        );
    }
}

/// A report that could be opened, and cannot be written once the files are replaced: whoever reads of a failure is told of them.
#[test]
fn a_report_without_room_says_what_became_of_the_files() {
    if !Path::new("/dev/full").exists() {
        left_out_here("there is no /dev/full");
        return;
    }
    let folder = Folder::new(&[("a.yaml", &old())]);
    symlink("/dev/full", folder.path("r.txt")).expect("a link");
    for note in ["the files were changed", "nothing was written"] {
        let report = said(&folder.fix(&["a.yaml", "--report=r.txt"]), 2);
        assert!(report.contains(note), "{report}");
        assert_eq!(folder.read("a.yaml"), new());
    }
}

/// The kernel ends a process that writes past its limit (SIGXFSZ), wherever it is.
#[test]
fn a_limit_on_the_size_of_files() {
    let long = old() + &"# a line\n".repeat(1000);
    let folder = Folder::new(&[("a/a.yaml", &old()), ("b/b.yaml", &long)]);
    let mut bash = command("bash", folder.0.path(), &[trimtab_folder()]);
    let script = "ulimit -c 0; ulimit -f 4; exec trimtab fix --target queryNode=3 .";
    let outcome = run(bash.args(["-c", script]).current_dir(folder.0.path()));
    assert_ne!(outcome.code, Some(0));
    assert_eq!(
        (folder.read("a/a.yaml"), folder.read("b/b.yaml")),
        (old(), long)
    );
    said(&folder.fix(&["."]), 0);
    assert_eq!(folder.read("a/a.yaml"), new());
}

#[test]
fn killed_at_any_moment() {
    const FILES: usize = 25;
    let name = |index: usize| format!("{index}/a.yaml");
    let (old, new) = (old(), new());
    let folder = Folder::new(&[]);
    let write_old = || (0..FILES).for_each(|index| folder.write(&name(index), &old));
    let spawn = || -> Child {
        let mut trimtab = folder.command(&["."]);
        trimtab.stdout(Stdio::null()).stderr(Stdio::null());
        trimtab.spawn().expect("trimtab")
    };
    write_old();
    let start = Instant::now();
    assert!(spawn().wait().expect("trimtab").success());
    let whole = start.elapsed();
    // Later each time, until a run finishes before it is killed.
    for round in 0.. {
        write_old();
        let mut trimtab = spawn();
        std::thread::sleep(whole * round / 20);
        let is_done = trimtab.try_wait().expect("trimtab").is_some();
        trimtab.kill().expect("a signal");
        trimtab.wait().expect("trimtab");
        for index in 0..FILES {
            let text = folder.read(&name(index));
            assert!(text == old || text == new, "{}:\n{text}", name(index));
            for other in folder.names(&index.to_string()) {
                let is_temporary = other.starts_with(".trimtab-") && has_end(&other, "tmp");
                assert!(other == "a.yaml" || is_temporary, "{other}");
            }
        }
        if is_done {
            break;
        }
    }
    // Leftovers do not matter to the next run.
    assert!(spawn().wait().expect("trimtab").success());
    assert!((0..FILES).all(|index| folder.read(&name(index)) == new));
}

fn has_end(name: &str, end: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == end)
}
