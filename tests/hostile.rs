//! Input that is meant to hurt, or that a text file cannot hold: it ends in an error or a pass, never in a crash.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use support::{Outcome, TRIMTAB, command, run_with};

const QUERY_NODE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: q}
spec:
  replicas: 1
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: querynode}}
";

/// What makes a worker as long as the shortest that Kubernetes accepts.
const TEMPLATE: &str = "  template: {metadata: {labels: {component: querynode}}, spec: {containers: [{name: q, image: q}]}}\n";

/// As many as make 8 MB.
const WORKERS: usize = 30_000;

/// As many as make 10 MB, and more than are read of that.
const AUTOSCALERS: usize = 65_000;

fn trimtab(args: &[&str], input: &[u8]) -> Outcome {
    let home = tempfile::tempdir().expect("a folder");
    run_with(command(TRIMTAB, home.path(), &[]).args(args), input)
}

/// Runs with a target, which must be written, and nothing else.
#[track_caller]
fn passes(input: &str) {
    let outcome = trimtab(&["--target=queryNode=3"], input.as_bytes());
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let expected = input.replacen("  replicas: 1\n  sel", "  replicas: 3\n  sel", 1);
    assert!(outcome.stdout == expected.as_bytes(), "another output");
}

/// Runs with a target, which fails with this message and no output.
#[track_caller]
fn fails(input: &[u8], message: &str) {
    fails_with(2, input, message);
}

#[track_caller]
fn fails_with(code: i32, input: &[u8], message: &str) {
    let outcome = trimtab(&["--target=queryNode=3"], input);
    assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, b"");
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
    let size = outcome.stderr.len();
    assert!(size < 20_000, "a message of {size} bytes");
}

#[test]
fn bytes_that_are_no_text() {
    let with = |bytes: &[u8]| [QUERY_NODE.as_bytes(), b"# ", bytes, b"\n"].concat();
    fails(
        &with(b"caf\xe9"),
        "<stdin>: invalid UTF-8 at line 7, byte 6",
    );
    fails(&with(b"\xed\xa0\x80"), "invalid UTF-8 at");
    fails(&with(b"\xf0\x9f"), "invalid UTF-8 at");
    fails(&with(b"a\0b"), "NUL byte at line 7, byte 4");
    fails(&[0xff, 0xfe, b'a', 0], "it is UTF-16, not UTF-8");
    fails(&[0xfe, 0xff, 0, b'a'], "it is UTF-16, not UTF-8");
    let utf16: Vec<u8> = QUERY_NODE
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fails(&utf16, "NUL byte");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let name = QUERY_NODE.replace("name: q", "name: \"\\e[2Jq\\u202e\"");
    let outcome = trimtab(&["--target=queryNode=3"], name.as_bytes());
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        !outcome.stderr.contains(['\u{1b}', '\u{202e}']),
        "{}",
        outcome.stderr
    );
}

#[test]
fn deep_nesting() {
    let brackets = "[".repeat(100_000);
    fails(
        format!("{QUERY_NODE}---\nkind: Deployment\na: {brackets}").as_bytes(),
        "malformed YAML",
    );
    let closed = format!("{brackets}{}", "]".repeat(100_000));
    fails(
        format!("{QUERY_NODE}---\nkind: Deployment\na: {closed}\n").as_bytes(),
        "malformed YAML",
    );
    passes(&format!("{QUERY_NODE}---\nkind: ConfigMap\na: {closed}\n"));
    let mut block = String::from("kind: Deployment\na:\n");
    for depth in 1..3_000 {
        _ = writeln!(block, "{}-", " ".repeat(depth));
    }
    fails(
        format!("{QUERY_NODE}---\n{block}").as_bytes(),
        "malformed YAML",
    );
    let mut chained = String::from("kind: DeploymentList\napiVersion: apps/v1\n");
    let mut inner = String::from("x");
    for level in 0..16 {
        let (open, close) = ("{items: [".repeat(120), "]}".repeat(120));
        _ = writeln!(chained, "x{level}: &a{level} {open}{inner}{close}");
        inner = format!("*a{level}");
    }
    fails(
        format!("{chained}items: [{inner}]\n").as_bytes(),
        "nested deeper than 256 levels",
    );
    let (open, close) = ("{kind: List, items: [".repeat(126), "]}".repeat(126));
    let comment = "# large enough for threads, whose stacks are small\n".repeat(40_000);
    passes(&format!(
        "{QUERY_NODE}---\n{comment}kind: DeploymentList\nitems: [{open}{close}]\n"
    ));
    let quotes = "- \"it\\'s\"\n".repeat(100_000);
    fails(
        format!("kind: Deployment\nx:\n{quotes}").as_bytes(),
        "more than 32 quoted scalars",
    );
    let lists = "{kind: List, items: [".repeat(20_000);
    fails(
        format!("kind: DeploymentList\nitems: [{lists}").as_bytes(),
        "malformed YAML",
    );
}

#[test]
fn an_alias_bomb() {
    let mut bomb = String::from("x0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..40 {
        let aliases = vec![format!("*x{}", level - 1); 10].join(", ");
        _ = writeln!(bomb, "x{level}: &x{level} [{aliases}]");
    }
    passes(&format!("{QUERY_NODE}{bomb}"));
    passes(&format!("{bomb}{QUERY_NODE}"));
    let merges = (1..40).fold(String::from("m0: &m0 {a: 1}\n"), |all, level| {
        let aliases = vec![format!("*m{}", level - 1); 10].join(", ");
        format!("{all}m{level}: &m{level} {{<<: [{aliases}]}}\n")
    });
    passes(&format!("{QUERY_NODE}{merges}"));
    let in_spec = format!("{merges}{QUERY_NODE}  <<: *m39\n");
    fails_with(1, in_spec.as_bytes(), "error[unsafe-edit]");
    let labels = QUERY_NODE.replace("matchLabels: {", "matchLabels: {<<: *m39, ");
    fails_with(
        1,
        format!("{merges}{labels}").as_bytes(),
        "error[unsafe-edit]",
    );
}

#[test]
fn two_million_keys() {
    let mut keys = String::with_capacity(40_000_000);
    for key in 0..2_000_000 {
        _ = writeln!(keys, "k{key}: v");
    }
    passes(&format!("{QUERY_NODE}{keys}"));
}

#[test]
fn many_labels_and_long_scalars() {
    let labels = |count: usize| {
        let mut labels = String::new();
        for key in 0..count {
            _ = write!(labels, "k{key}: v, ");
        }
        QUERY_NODE.replace("matchLabels: {", &format!("matchLabels: {{{labels}"))
    };
    passes(&labels(9_998));
    fails_with(
        1,
        labels(9_999).as_bytes(),
        "more labels than trimtab reads of a selector",
    );
    passes(&format!(
        "{QUERY_NODE}note: \"{}\"\n",
        "x".repeat(10_000_000)
    ));
    passes(&format!("{QUERY_NODE}? {}\n: b\n", "x".repeat(1_000_000)));
    let name = QUERY_NODE.replace("name: q", &format!("name: {}", "q".repeat(500)));
    passes(&name);
    let counts = "  replicas: 1\n".repeat(50_000);
    let repeated = QUERY_NODE.replace("  replicas: 1\n", &counts);
    fails_with(1, repeated.as_bytes(), "duplicate key");
    let digits = QUERY_NODE.replace("replicas: 1", &format!("replicas: {}", "9".repeat(100_000)));
    let outcome = trimtab(&[], digits.as_bytes());
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("error[invalid-replicas]"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn many_documents() {
    passes(&format!("{}{QUERY_NODE}", "---\n".repeat(1_000_000)));
    passes(&format!(
        "{}---\n{QUERY_NODE}",
        "kind: Service\n---\n".repeat(200_000)
    ));
    let broken = "---\nkind: Deployment\n: [\n".repeat(5_000);
    fails(broken.as_bytes(), "malformed YAML");
    let twice = format!("---\n{QUERY_NODE}").repeat(2_000);
    let outcome = trimtab(&["--target=queryNode=3"], twice.as_bytes());
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.stdout, b"");
    assert!(outcome.stderr.contains("error[duplicate-object]"));
}

#[test]
fn policies_that_are_meant_to_hurt() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.yaml");
    let refuses = |policy: &[u8], message: &str| {
        fs::write(&path, policy).expect("a file");
        let mut trimtab: Command = command(TRIMTAB, folder.path(), &[]);
        trimtab
            .current_dir(folder.path())
            .arg("--policy=policy.yaml");
        let outcome = run_with(&mut trimtab, QUERY_NODE.as_bytes());
        assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, b"");
        assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
    };
    let head = "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nspec:\n  extends: milvus\n";
    let large = format!("{head}{}", "# a comment\n".repeat(90_000));
    refuses(large.as_bytes(), "larger than 64 KiB");
    refuses(b"spec: caf\xe9\n", "not UTF-8");
    refuses(b"a: \0\n", "policy.yaml");
    refuses(
        format!("{head}  targets: {}", "[".repeat(60_000)).as_bytes(),
        "policy.yaml",
    );
    refuses(
        format!("{head}  targets: {{{}", "a: {".repeat(15_000)).as_bytes(),
        "policy.yaml",
    );
    refuses(&[0xff, 0xfe, b'a', 0], "policy.yaml");
    refuses(b"&a [*a, *a]\n", "policy.yaml");
}

/// Runs the filter under a limit on memory.
#[track_caller]
fn bounded(name: &str, input: &str, code: i32) {
    bounded_as(&[], name, input, code);
}

/// Runs a command under a limit on what the process may allocate: four times the input, and 16 MiB for the program itself.
#[track_caller]
fn bounded_as(command_line: &[&str], name: &str, input: &str, code: i32) {
    let limit = 4 * input.len() + (16 << 20);
    let home = tempfile::tempdir().expect("a folder");
    let mut shell = command("/bin/sh", home.path(), &[]);
    shell.args(["-c", "ulimit -d $1 && shift && exec \"$@\"", "sh"]);
    shell.arg((limit / 1024).to_string()).arg(TRIMTAB);
    shell.args(command_line).arg("--target=queryNode=3");
    let outcome = run_with(&mut shell, input.as_bytes());
    assert_eq!(outcome.code, Some(code), "{name}: {}", outcome.stderr);
    let size = outcome.stderr.len();
    assert!(size < 100_000, "{name}: {size} bytes of messages");
}

#[test]
fn memory_is_bounded_by_the_input() {
    const SIZE: usize = 4_000_000;
    let of = |head: &str, item: &str, tail: &str| {
        format!("{head}{}{tail}", item.repeat(SIZE / item.len()))
    };
    let list = "kind: List\nitems: [\n";
    let end = "]\n# Deployment\n";
    bounded("kinds that are not read", &of(list, "{kind: a},", end), 1);
    bounded("no spec", &of(list, "{kind: Deployment},", "]\n"), 1);
    bounded(
        "no name",
        &of(list, "{kind: Deployment, spec: {}},", "]\n"),
        1,
    );
    let typed = "apiVersion: apps/v1\nkind: DeploymentList\nitems: [\n";
    bounded("a typed list", &of(typed, "{spec: {}},", "]\n"), 1);
    bounded("tags", &of(list, "{kind: !x a},", end), 1);
    bounded(
        "in another case",
        &of(list, "{kind: deployment},", "]\n"),
        1,
    );
    bounded(
        "aliases",
        &of("a: &a b\nkind: Deployment\nc: [", "*a,", "]\n"),
        1,
    );
    bounded(
        "an anchored list",
        &of("kind: Deployment\na: &a [", "b,", "]\n"),
        1,
    );
    let labels = QUERY_NODE.replace("name: milvus, ", &"name: milvus, ".repeat(SIZE / 14));
    bounded("labels", &labels, 1);
    bounded("separators", &of("", "---\n", QUERY_NODE), 0);
    bounded("tiny documents", &of("", "a: b\n---\n", QUERY_NODE), 0);
    bounded(
        "malformed documents",
        &of("", "---\nkind: Deployment\n: [\n", ""),
        2,
    );
    bounded("kinds", &of("", "kind: Deployment\n", ""), 1);
    bounded("specs", &of("kind: Deployment\n", "spec: {}\n", ""), 1);
    bounded("counts", &of(QUERY_NODE, "  replicas: 1\n", ""), 1);
    bounded("comments", &of(QUERY_NODE, "# Deployment\n", ""), 0);
    bounded(
        "a scalar",
        &of(
            &format!("{QUERY_NODE}---\nkind: Deployment\na: \""),
            "b",
            "\"\n",
        ),
        0,
    );
    let managed = "kind: Deployment\nmetadata: {managedFields: [";
    bounded("managed fields", &of(managed, "{time: a},", "]}\n"), 1);
}

/// A text report shows the first findings of a rule, and must have all of them to count the rest.
#[test]
fn memory_is_bounded_with_a_finding_in_every_object() {
    let mut workers = String::new();
    for number in 0..WORKERS {
        let worker = QUERY_NODE.replace("name: q", &format!("name: q{number}"));
        _ = write!(workers, "---\n{worker}{TEMPLATE}");
    }
    bounded_as(&["check"], "workers with a finding each", &workers, 1);
}

#[test]
fn memory_is_bounded_with_as_many_autoscalers_as_are_read() {
    let mut autoscalers = String::new();
    for number in 0..AUTOSCALERS {
        let spec = format!("scaleTargetRef: {{kind: Deployment, name: q{number}}}, maxReplicas: 3");
        _ = write!(
            autoscalers,
            "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a{number}}}\nspec: {{{spec}, minReplicas: 1}}\n"
        );
    }
    bounded("autoscalers", &autoscalers, 2);
}

/// It is read twice at once, as it was and as it is written.
#[test]
fn memory_is_bounded_with_one_scalar_in_an_edited_document() {
    let scalar = "b".repeat(10_000_000);
    for quote in ["\"", "'", ""] {
        let input = format!("{QUERY_NODE}  a: {quote}{scalar}{quote}\n");
        bounded("a scalar in an edited document", &input, 0);
    }
}

#[test]
fn lines_that_could_hold_a_key_are_looked_at_once() {
    let quoted = "  'a': b\n".repeat(300_000);
    passes(&format!("{QUERY_NODE}{quoted}"));
    let service = QUERY_NODE.replace("kind: Deployment", "kind: Service # Deployment");
    let quoted = "'a': b\n".repeat(300_000);
    passes(&format!("{QUERY_NODE}---\n{service}{quoted}"));
    let wide = format!("{}\n", " ".repeat(10_000)).repeat(300);
    passes(&format!("{QUERY_NODE}{wide}"));
}

#[test]
fn more_objects_than_a_stream_can_hold_are_refused() {
    let item = "- {metadata: {name: a}, spec: {}}\n";
    let list = format!(
        "{QUERY_NODE}---\napiVersion: apps/v1\nkind: DeploymentList\nitems:\n{}",
        item.repeat(40_001)
    );
    fails(list.as_bytes(), "error: more than 40000 objects");
    fails(list.as_bytes(), "split it");
}
