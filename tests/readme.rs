//! Runs the commands of the README that need nothing but trimtab; those that need Helm are run by `tests/hosts`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::path::Path;

use support::pages;
use support::readme::{Host, run_document, run_text};

#[test]
fn readme() {
    run_document("README.md", Host::Plain).unwrap_or_else(|error| panic!("{error}"));
}

/// The documents whose commands are not run here, and who runs them instead.
const ELSEWHERE: [(&str, &str); 4] = [
    ("docs/install.md", "packaging/check"),
    (
        "docs/performance.md",
        "a person with time, since they are benchmarks",
    ),
    ("docs/pre-commit.md", "tests/precommit"),
    (
        "docs/rules",
        "a reader: `trimtab explain` prints the pages as they are, and marks would show",
    ),
];

/// Where their commands need a host, or a person, only their marks are read here.
#[test]
fn documents() {
    let is_elsewhere = |path: &Path| ELSEWHERE.iter().any(|(name, _)| path.starts_with(name));
    let documents = pages().into_iter().filter(|path| !is_elsewhere(path));
    for path in documents.filter(|path| path != Path::new("README.md")) {
        let name = path.to_str().expect("a name in UTF-8");
        run_document(name, Host::Plain).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// What the runner must find, so that the test above means something.
#[test]
fn what_a_document_can_have_wrong() {
    for (text, error) in [
        ("```sh\nfalse\ntrue\n```\n", "1: it ends with Some(1)"),
        ("\n```sh\nfalse | true\n```\n", "2: it ends with Some(1)"),
        (
            "<!-- test: exit 1 -->\n```sh\ntrue\n```\n",
            "2: it ends with Some(0)",
        ),
        ("<!-- test: exit -->\n```sh\n```\n", "1: unknown mark"),
        ("<!-- test: none -->\n```sh\n```\n", "1: unknown mark"),
        (
            "<!-- test: helm -->\nHere:\n```sh\n```\n",
            "2: a mark stands before",
        ),
        ("- ```sh\n  false\n  ```\n", "1: a block that is indented"),
        (
            "```sh\ntrimtab check a.yaml\necho 1\n```\n",
            "1: it goes on after a refusal of: trimtab check a.yaml",
        ),
        (
            "```sh\necho 1\n```\n<!-- test: output -->\n```\n2\n```\n",
            "5: it prints:\n1",
        ),
    ] {
        let found = run_text(text, Host::Plain).expect_err(text);
        assert!(found.starts_with(error), "{found}");
    }
}

#[test]
fn what_a_document_can_say() {
    let text = "<!-- test: file a.txt -->\n```yaml\nb\n```\n\n```sh\ncat a.txt; echo c >&2\n```\n\
                <!-- test: output -->\n```text\nb\nc\n```\n\
                <!-- test: none: it never ends -->\n```sh\nsleep 1000\n```\n\
                <!-- test: helm, exit 1 -->\n```sh\nhelm\n```\n\
                <!-- test: exit 3 -->\n```sh\nexit 3\n```\n";
    run_text(text, Host::Plain).unwrap_or_else(|error| panic!("{error}"));
}
