//! What the tests of whole programs share: where things are, and how to run a program and keep all that it says.

#![allow(dead_code, reason = "each test target uses a part of it")]

pub(crate) mod readme;

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Completion, Failed};

/// The end of a test that lacks a program: left out with a note on why, or with `TESTS_REQUIRED=all` a failure.
pub(crate) fn left_out(why: impl Into<String>) -> Result<Completion, Failed> {
    let why = why.into();
    if std::env::var_os("TESTS_REQUIRED").is_some_and(|tests| tests == "all") {
        return Err(Failed::from(why));
    }
    Ok(Completion::ignored_with(why))
}

/// The same for a test that can only pass: a note on why on the terminal, or with `TESTS_REQUIRED=all` a failure.
pub(crate) fn left_out_here(why: &str) {
    let is_required = std::env::var_os("TESTS_REQUIRED").is_some_and(|tests| tests == "all");
    assert!(!is_required, "{why}");
    // Not with `eprintln!`: the test harness captures what a passing test prints.
    _ = writeln!(std::io::stderr(), "left out: {why}");
}

/// The program under test.
pub(crate) const TRIMTAB: &str = env!("CARGO_BIN_EXE_trimtab");

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Markdown pages of the repository, from its root: those beside the README, and those of `docs/`.
pub(crate) fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for (folder, is_deep) in [("", false), ("docs", true)] {
        add_pages(Path::new(folder), is_deep, &mut pages);
    }
    pages.sort();
    pages
}

fn add_pages(folder: &Path, is_deep: bool, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root().join(folder)).expect("a folder") {
        let path = folder.join(entry.expect("an entry").file_name());
        if is_deep && root().join(&path).is_dir() {
            add_pages(&path, is_deep, pages);
        } else if path.extension().is_some_and(|it| it == "md") {
            pages.push(path);
        }
    }
}

/// Renders of the real Milvus charts, which lie beside the repository where it is developed, and nowhere else.
pub(crate) fn fixtures() -> Option<PathBuf> {
    let path = root().join("../shared/fixtures");
    path.is_dir().then_some(path)
}

/// Writes a file, and the folders that it is in.
pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// The folder of the program under test, which a host finds it in by its name.
pub(crate) fn trimtab_folder() -> &'static Path {
    Path::new(TRIMTAB)
        .parent()
        .expect("a program is in a folder")
}

/// A program where `tests/cluster/build` puts the version of a module that its `go.mod` requires, if it is there.
pub(crate) fn built(name: &str, module: &str) -> Option<PathBuf> {
    let required = root().join(format!("tests/cluster/modules/{name}/go.mod"));
    let required = fs::read_to_string(required).ok()?;
    let version = required.lines().find_map(|line| {
        let line = line.trim_start_matches("require").trim();
        line.strip_prefix(module)?.strip_prefix(' ')
    })?;
    let version = version.split_whitespace().next()?;
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let program = cache.join(format!("trimtab-tests/{name}-{version}/{name}"));
    program.exists().then_some(program)
}

/// A program that sees nothing of the caller's environment but the `PATH`, with the given folders in front.
pub(crate) fn command(program: impl AsRef<Path>, home: &Path, folders: &[&Path]) -> Command {
    let mut command = Command::new(program.as_ref());
    command
        .env_clear()
        .env("PATH", path(folders))
        .env("HOME", home)
        .env("KUBECONFIG", home.join("no-such-kubeconfig"));
    command
}

/// The `PATH`, with the given folders in front.
pub(crate) fn path(folders: &[&Path]) -> OsString {
    let before = std::env::var_os("PATH").unwrap_or_default();
    let path = folders
        .iter()
        .map(|folder| folder.to_path_buf())
        .chain(std::env::split_paths(&before));
    std::env::join_paths(path).expect("a PATH")
}

/// How a program ended, and all that it said.
pub(crate) struct Outcome {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// The whole standard output.
    pub(crate) stdout: Vec<u8>,
    /// The whole standard error.
    pub(crate) stderr: String,
}

impl Outcome {
    /// The standard output of a program that succeeded; a panic with what it said if it did not.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "it failed:\n{}", self.stderr);
        String::from_utf8(self.stdout).expect("UTF-8 on stdout")
    }
}

/// Runs a program with nothing on its standard input.
pub(crate) fn run(command: &mut Command) -> Outcome {
    run_with(command, b"")
}

/// Runs a program that reads the given bytes; it need not read them all.
pub(crate) fn run_with(command: &mut Command, input: &[u8]) -> Outcome {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().expect("output")
    });
    Outcome {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Copies a folder, without what is named; symbolic links are left out.
pub(crate) fn copy_folder(from: &Path, to: &Path, without: &[&str]) {
    fs::create_dir_all(to).expect("a new folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().expect("a type");
        if without.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if kind.is_dir() {
            copy_folder(&source, &target, &[]);
        } else if kind.is_file() {
            fs::copy(&source, &target).expect("a copy");
        }
    }
}
