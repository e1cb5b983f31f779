//! Streams that end early, on either side.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{TRIMTAB, left_out_here, run, run_with};
use crate::{QUERY_NODE, trimtab};

#[test]
fn an_empty_or_closed_stdin_is_refused() {
    let refused = trimtab(&[]).on("");
    assert_eq!(
        (refused.code, refused.stdout.as_slice()),
        (Some(1), &b""[..])
    );
    assert!(refused.stderr.contains("error[empty-stream]"));
    let mut closed = trimtab(&[]);
    let output = closed
        .command
        .stdin(Stdio::null())
        .output()
        .expect("output");
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(1), &b""[..])
    );
    let script = format!("'{TRIMTAB}' <&-");
    let closed = run(trimtab(&[]).sh(&script));
    assert_ne!(closed.code, Some(0), "{}", closed.stderr);
    assert_eq!(closed.stdout, b"");
    assert!(!closed.stderr.contains("panicked"), "{}", closed.stderr);
}

/// Whoever wants the exit code alone passes /dev/null, opened for writing (a shell) or for both (Python, Node). A closed
/// standard output cannot be told from the latter.
#[test]
fn an_output_that_nobody_reads_is_no_failure() {
    for redirection in ["> /dev/null", "1<> /dev/null", ">&-"] {
        for (target, code) in [("queryNode=3", 0), ("queryNodes=3", 2)] {
            let script = format!("'{TRIMTAB}' --target={target} {redirection}");
            let mut shell = trimtab(&[]);
            let outcome = run_with(shell.sh(&script), QUERY_NODE.as_bytes());
            assert_eq!(outcome.code, Some(code), "{script}: {}", outcome.stderr);
        }
    }
}

/// Compared with itself, no worker is ever lost.
#[cfg(unix)]
#[test]
fn a_stream_is_not_its_own_baseline() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.yaml"), QUERY_NODE).expect("a file");
    std::fs::write(folder.path().join("last.yaml"), QUERY_NODE).expect("a file");
    for (arguments, code, reason) in [
        (
            "-b file:a.yaml < a.yaml",
            2,
            "file:a.yaml is the stream itself",
        ),
        (
            "-b file:/dev/stdin < a.yaml",
            2,
            "file:/dev/stdin is the stream itself",
        ),
        (
            "check -b file:./a.yaml a.yaml",
            2,
            "file:./a.yaml is the file to be checked",
        ),
        ("-b file:last.yaml < a.yaml", 0, ""),
        ("check -b file:last.yaml a.yaml", 0, ""),
    ] {
        let mut trimtab = trimtab(&[]);
        let shell = trimtab.sh(&format!("'{TRIMTAB}' {arguments}"));
        let ended = run(shell.current_dir(folder.path()));
        let said = (ended.code, ended.stderr.contains(reason));
        assert_eq!(said, (Some(code), true), "{arguments}: {}", ended.stderr);
        assert!(code == 0 || ended.stdout.is_empty(), "{arguments}");
    }
}

#[test]
fn a_reader_that_leaves_early_ends_it_quietly() {
    let large = format!("{QUERY_NODE}note: \"{}\"\n", "x".repeat(4_000_000));
    let mut run = trimtab(&["--target=queryNode=3"]);
    let piped = run
        .command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().expect("a child");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("stdin");
    stdin
        .write_all(large.as_bytes())
        .expect("it reads all before it writes");
    drop(stdin);
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .expect("stderr")
        .read_to_string(&mut stderr)
        .expect("text");
    let status = child.wait().expect("an end");
    assert!(!status.success());
    assert!(
        !stderr.contains("panicked") && !stderr.contains("error"),
        "{stderr}"
    );
}

#[test]
fn explain_into_a_closed_pipe_ends_quietly() {
    for args in ["explain", "--help", "explain scale-in-too-large"] {
        let script = format!("'{TRIMTAB}' {args} | true; echo \"${{PIPESTATUS[0]}}\"");
        let outcome = run(trimtab(&[]).sh(&script));
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    }
}

#[test]
fn a_full_disk_is_no_success() {
    if !Path::new("/dev/full").exists() {
        return left_out_here("there is no /dev/full");
    }
    for args in [
        "--target=queryNode=3",
        "check",
        "check --output=json",
        "--help",
        "--version",
        "explain",
        "explain scale-in-too-large",
    ] {
        let script = format!("'{TRIMTAB}' {args} > /dev/full");
        let mut full = trimtab(&[]);
        let outcome = run_with(full.sh(&script), QUERY_NODE.as_bytes());
        assert_eq!(outcome.code, Some(2), "{args}: {}", outcome.stderr);
        let why = "cannot write to standard output: No space left";
        assert!(outcome.stderr.contains(why), "{args}: {}", outcome.stderr);
    }
}

/// A stream of this many query nodes, each with a namespace and a name in its labels made of its number.
fn query_nodes(label: impl Fn(usize) -> String, namespace: impl Fn(usize) -> String) -> String {
    let document = |n| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: q, namespace: {}}}\nspec:\n  replicas: 1\n  \
             selector: {{matchLabels: {{app.kubernetes.io/name: {}, component: querynode}}}}\n",
            namespace(n),
            label(n)
        )
    };
    (0..40_000).map(document).collect()
}

#[test]
fn very_many_workloads_take_time_in_proportion() {
    let renamed = query_nodes(|n| format!("vecdb-{n}"), |_| "milvus".to_owned());
    let namesakes = query_nodes(|_| "milvus".to_owned(), |n| format!("milvus-{n}"));
    let exported = ["plan", "--output=kustomize", "--target=queryNode=3"];
    let runs: [(&[&str], &str, i32); 2] = [(&[], &renamed, 1), (&exported, &namesakes, 0)];
    for (args, stream, code) in runs {
        let start = Instant::now();
        let outcome = trimtab(args).on(stream);
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        // Generous: unoptimised, on a busy machine. Each with all others takes far longer.
        assert!(start.elapsed() < Duration::from_secs(30), "{args:?}");
    }
}
