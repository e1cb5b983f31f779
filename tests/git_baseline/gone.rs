//! Manifests of a revision that are not read any more, and what a revision holds through its links.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::repo::{Repo, deployment, named, refused, said};
use crate::support::run;

/// A release of a query node and a data node in `prod`, and another one in `dev`.
fn two_releases() -> Repo {
    Repo::with(&[
        ("prod/q.yaml", &deployment("querynode", "5")),
        ("prod/d.yaml", &deployment("datanode", "2")),
        ("dev/q.yaml", &deployment("querynode", "1")),
    ])
}

/// Fails unless the query node of `prod` is missed.
#[track_caller]
fn missed(repo: &Repo, args: &[&str]) {
    let text = said(&repo.check(args), 1);
    assert!(text.contains("error[worker-removed]: queryNode"), "{text}");
    assert!(text.contains("git:HEAD:prod/q.yaml"), "{text}");
}

/// Every way to remove it from the walk.
#[test]
fn what_is_not_read_any_more_is_gone() {
    let ways: [fn(&Path); 8] = [
        |file| fs::remove_file(file).expect("a file"),
        |file| fs::rename(file, file.with_file_name("q.yaml.off")).expect("a name"),
        |file| fs::rename(file, file.with_file_name(".q.yaml")).expect("a name"),
        |file| fs::rename(file, file.with_file_name("q.txt")).expect("a name"),
        |file| {
            fs::remove_file(file).expect("a file");
            symlink("../dev/q.yaml", file).expect("a link");
        },
        |file| {
            fs::remove_file(file).expect("a file");
            symlink("nowhere", file).expect("a link");
        },
        |file| {
            fs::remove_file(file).expect("a file");
            fs::create_dir(file).expect("a folder");
        },
        |file| {
            let hidden = file.with_file_name(".off");
            fs::create_dir(&hidden).expect("a folder");
            fs::rename(file, hidden.join("q.yaml")).expect("a name");
        },
    ];
    for way in ways {
        for is_staged in [false, true] {
            let repo = two_releases();
            way(&repo.top.join("prod/q.yaml"));
            if is_staged {
                repo.git(&["add", "--all"]);
            }
            missed(&repo, &[".", "--baseline=git:HEAD"]);
            missed(&repo, &["prod", "--baseline=git:HEAD"]);
            said(&repo.check(&["dev", "--baseline=git:HEAD"]), 0);
        }
    }
}

/// It holds what nobody can apply any more, until someone renders it.
#[test]
fn a_manifest_that_becomes_a_template_is_gone() {
    let repo = Repo::with(&[
        ("prod/templates/q.yaml", &deployment("querynode", "5")),
        ("prod/templates/d.yaml", &deployment("datanode", "2")),
        ("prod/templates/deep/p.yaml", &deployment("proxy", "2")),
    ]);
    said(&repo.check_all(), 0);
    repo.write("prod/Chart.yaml", "name: c\n");
    for path in [".", "prod"] {
        let text = said(&repo.check(&[path, "--baseline=git:HEAD"]), 1);
        assert!(text.contains("error[release-removed]"), "{text}");
    }
}

/// A folder that is a link now is not looked into, and what it held is gone from its place.
#[test]
fn a_folder_that_becomes_a_link() {
    let repo = Repo::with(&[
        ("all/prod/q.yaml", &deployment("querynode", "5")),
        ("all/d.yaml", &deployment("datanode", "2")),
        ("small/q.yaml", &deployment("querynode", "1")),
    ]);
    fs::remove_dir_all(repo.top.join("all/prod")).expect("a folder");
    symlink("../small", repo.top.join("all/prod")).expect("a link");
    // By its name it is what it was, and what it is.
    refused(&repo.check(&["all/prod", "--baseline=git:HEAD"]));
    refused(&repo.check(&["all/prod/q.yaml", "--baseline=git:HEAD"]));
    said(&repo.check(&["small", "--baseline=git:HEAD"]), 0);
}

/// What git tracks is read, whoever wants to ignore it.
#[test]
fn an_ignored_file_that_is_tracked_is_read() {
    let excludes = |repo: &Repo| {
        let path = repo.folder.path().join("excludes");
        fs::write(&path, "*.yaml\n").expect("a file");
        repo.git(&[
            "config",
            "--global",
            "core.excludesFile",
            path.to_str().expect("a plain path"),
        ]);
    };
    let ways: [&dyn Fn(&Repo); 6] = [
        &|repo| repo.write(".gitignore", "*.yaml\n"),
        &|repo| repo.write(".ignore", "*.yaml\n"),
        &|repo| repo.write("prod/.gitignore", "q.yaml\n"),
        &|repo| repo.write(".ignore", "/prod/\n"),
        &|repo| repo.write(".git/info/exclude", "prod\n"),
        &excludes,
    ];
    for (index, ignore) in ways.into_iter().enumerate() {
        let repo = two_releases();
        ignore(&repo);
        said(&repo.check_all(), 0);
        repo.write("prod/q.yaml", &deployment("querynode", "1"));
        if index != 2 {
            // What is not tracked may be ignored.
            repo.write("prod/untracked.yaml", "kind: Deployment\n  x: [\n");
            refused(&repo.check_all());
            fs::remove_file(repo.top.join("prod/untracked.yaml")).expect("a file");
        }
        refused(&repo.check_all());
        refused(&repo.check(&["prod", "--baseline=git:HEAD"]));
        refused(&run(
            &mut repo.command("prod", &[".", "--baseline=git:HEAD"])
        ));
        refused(&run(
            &mut repo.command("dev", &["..", "--baseline=git:HEAD"])
        ));
        // Without a baseline too.
        repo.write("prod/q.yaml", &deployment("mixcoord", "2"));
        let text = said(&repo.check(&["."]), 1);
        assert!(text.contains("error[coordinator-scaled]"), "{text}");
    }
}

#[test]
fn an_ignored_file_of_a_submodule_is_read() {
    let repo = Repo::with(&[("b.yaml", "{}")]);
    let module = Repo::with(&[("deep/a.yaml", &deployment("querynode", "5"))]);
    let url = module.top.to_str().expect("a plain path");
    repo.git(&["submodule", "--quiet", "add", url, "vendor/module"]);
    repo.commit();
    repo.write(".ignore", "/vendor\n");
    said(&repo.check_all(), 0);
    repo.write("vendor/module/deep/a.yaml", &deployment("querynode", "1"));
    refused(&repo.check_all());
    // Taken away, its files of then are out of reach; not checked out, it is there on both sides.
    repo.git(&["rm", "--quiet", "--force", "vendor/module"]);
    let text = said(&repo.check_all(), 2);
    assert!(
        text.contains("the submodule vendor/module no longer exists"),
        "{text}"
    );
}

#[test]
fn where_git_does_not_answer_ignored_files_are_left_out_with_a_note() {
    let repo = two_releases();
    repo.write(".gitignore", "prod\n");
    let mut check = repo.command("", &["."]);
    let text = said(&run(check.env("PATH", repo.folder.path())), 0);
    assert!(
        text.contains("git cannot list the tracked files in ."),
        "{text}"
    );
    fs::remove_dir_all(repo.top.join(".git")).expect("a repository");
    let text = said(&repo.check(&["."]), 0);
    assert!(!text.contains("git"), "{text}");
}

/// A link of the revision is followed to its file, as by `kubectl apply -f`.
#[test]
fn a_link_that_becomes_a_file() {
    let repo = Repo::with(&[("base/five.yaml", &deployment("querynode", "5"))]);
    fs::create_dir(repo.top.join("prod")).expect("a folder");
    symlink("../base/five.yaml", repo.top.join("prod/q.yaml")).expect("a link");
    symlink("base", repo.top.join("folder")).expect("a link");
    repo.commit();
    fs::remove_file(repo.top.join("prod/q.yaml")).expect("a link");
    repo.write("prod/q.yaml", &deployment("querynode", "1"));
    refused(&repo.check(&["prod/q.yaml", "--baseline=git:HEAD"]));
    refused(&repo.check(&["prod", "--baseline=git:HEAD"]));
    refused(&repo.check_all());
    // So does a folder.
    fs::remove_file(repo.top.join("folder")).expect("a link");
    repo.write("prod/q.yaml", &deployment("querynode", "5"));
    said(&repo.check_all(), 0);
    repo.write("folder/five.yaml", &deployment("querynode", "1"));
    refused(&repo.check_all());
    refused(&repo.check(&["folder", "--baseline=git:HEAD"]));
}

/// A link that is named leads elsewhere now.
#[test]
fn a_link_that_is_turned() {
    let repo = Repo::with(&[
        ("five/q.yaml", &deployment("querynode", "5")),
        ("one/q.yaml", &deployment("querynode", "1")),
    ]);
    symlink("five", repo.top.join("current")).expect("a link");
    symlink("five/q.yaml", repo.top.join("current.yaml")).expect("a link");
    repo.commit();
    for name in ["current", "current.yaml"] {
        said(&repo.check(&[name, "--baseline=git:HEAD"]), 0);
        fs::remove_file(repo.top.join(name)).expect("a link");
        symlink(
            name.replace("current", "one").replace(".yaml", "/q.yaml"),
            repo.top.join(name),
        )
        .expect("a link");
        refused(&repo.check(&[name, "--baseline=git:HEAD"]));
    }
    said(&repo.check_all(), 0);
}

#[test]
fn a_link_out_of_the_repository() {
    let repo = Repo::new();
    symlink("../outside.yaml", repo.top.join("a.yaml")).expect("a link");
    repo.commit();
    fs::remove_file(repo.top.join("a.yaml")).expect("a link");
    repo.write("a.yaml", &deployment("querynode", "1"));
    for path in ["a.yaml", "."] {
        let text = said(&repo.check(&[path, "--baseline=git:HEAD"]), 2);
        assert!(
            text.contains("a.yaml was a link to a file outside the repository"),
            "{text}"
        );
    }
}

/// A path that is gone is judged by what it held; one that never was is a mistake.
#[test]
fn a_named_path_that_is_gone() {
    let repo = two_releases();
    fs::remove_file(repo.top.join("prod/q.yaml")).expect("a file");
    missed(
        &repo,
        &["prod/q.yaml", "prod/d.yaml", "--baseline=git:HEAD"],
    );
    missed(&repo, &["prod", "prod/q.yaml", "--baseline=git:HEAD"]);
    let text = said(&repo.check(&["prod/q.yaml", "prod/d.yaml"]), 2);
    assert!(
        text.contains("prod/q.yaml: no such file or directory"),
        "{text}"
    );
    for path in ["prd", "prod/x.yaml", "prod/q.yaml/x", "x/y/z"] {
        let text = said(&repo.check(&["prod", path, "--baseline=git:HEAD"]), 2);
        assert!(
            text.contains(&format!("{path}: no such file or directory")),
            "{text}"
        );
        assert!(
            text.contains("it did not exist at git:HEAD either"),
            "{text}"
        );
        let warn = ["prod", path, "--baseline=git:HEAD", "--mode=warn"];
        said(&repo.check(&warn), 2);
        let warn = ["prod", path, "--baseline=git:nope", "--mode=warn"];
        said(&repo.check(&warn), 2);
    }
    fs::remove_dir_all(repo.top.join("prod")).expect("a folder");
    let outcome = repo.check(&["dev", "prod/", "--baseline=git:HEAD"]);
    let text = String::from_utf8_lossy(&outcome.stdout).into_owned() + &outcome.stderr;
    assert!(text.contains("prod/ no longer exists"), "{text}");
    let empty = Repo::new();
    empty.write("a.yaml", &named("q", "querynode", "1"));
    let text = said(
        &empty.check(&["a.yaml", "b.yaml", "--baseline=git:HEAD"]),
        2,
    );
    assert!(text.contains("b.yaml: no such file or directory"), "{text}");
}

/// A work tree that is not where the files are has nothing to compare them with.
#[test]
fn a_work_tree_elsewhere() {
    let repo = two_releases();
    fs::create_dir(repo.folder.path().join("elsewhere")).expect("a folder");
    repo.git(&["config", "core.worktree", "../../elsewhere"]);
    let text = said(&repo.check_all(), 2);
    assert!(text.contains("outside the work tree of git"), "{text}");
}

#[test]
fn a_pipe_has_no_revision() {
    let repo = two_releases();
    run(std::process::Command::new("mkfifo").arg(repo.top.join("p"))).ok();
    let mut check = repo.command("", &["/dev/stdin", "--baseline=git:HEAD"]);
    let text = said(&run(&mut check), 2);
    assert!(text.contains("/dev/stdin is not a regular"), "{text}");
}

/// How often a release is said to be gone.
fn releases_gone(text: &str) -> usize {
    text.matches("error[release-removed]").count()
}

/// One finding says it all, though another folder holds a release of the same name.
#[test]
fn a_release_of_which_nothing_is_left() {
    let repo = two_releases();
    repo.git(&["rm", "-r", "--quiet", "prod"]);
    for args in [[".", "--baseline=git:HEAD"], ["..", "--baseline=git:"]] {
        let folder = if args[0] == "." { "" } else { "dev" };
        let text = said(&run(&mut repo.command(folder, &args)), 1);
        assert_eq!(releases_gone(&text), 1, "{text}");
        assert!(
            text.contains("was removed, with 2 workers: no file contains any of its objects"),
            "{text}"
        );
        assert!(text.contains("git:HEAD:prod/q.yaml"), "{text}");
        assert!(!text.contains("worker-removed"), "{text}");
    }
    said(&repo.check(&["dev", "--baseline=git:HEAD"]), 0);
    let allow = [".", "--baseline=git:HEAD", "--allow=release-removed"];
    let text = said(&repo.check(&allow), 0);
    assert!(text.contains("waived[release-removed]"), "{text}");
}

#[test]
fn each_release_is_gone_by_itself() {
    let repo = two_releases();
    repo.write("other.yaml", "{}");
    repo.git(&["rm", "-r", "--quiet", "prod", "dev"]);
    let text = said(&repo.check_all(), 1);
    assert_eq!(releases_gone(&text), 2, "{text}");
}

#[test]
fn a_singleton_alone_is_no_concern() {
    let repo = Repo::with(&[
        ("a/attu.yaml", &deployment("attu", "1")),
        ("b/q.yaml", &deployment("querynode", "1")),
    ]);
    repo.git(&["rm", "-r", "--quiet", "a"]);
    said(&repo.check_all(), 0);
}

/// What went to another folder as a whole is read there.
#[test]
fn a_release_that_moved_is_not_gone() {
    for is_staged in [false, true] {
        let repo = two_releases();
        fs::rename(repo.top.join("prod"), repo.top.join("live")).expect("a name");
        if is_staged {
            repo.git(&["add", "--all"]);
        }
        for roots in [vec!["."], vec!["prod", "live"], vec!["live", "prod"]] {
            let args = [roots, vec!["--baseline=git:HEAD"]].concat();
            let outcome = repo.check(&args);
            let text = said(&outcome, i32::from(!is_staged));
            assert_eq!(releases_gone(&text), usize::from(!is_staged), "{text}");
        }
    }
}
