//! Ways to write a Deployment that Kubernetes reads: each is set, or the stream is refused.
//!
//! What Kubernetes reads was determined with `k8s.io/apimachinery` 0.37 (`yaml.NewYAMLOrJSONDecoder`, then the unstructured
//! scheme): in each of these documents it finds the query node Deployment `hidden`.

use crate::run::filter;

pub(crate) const TESTS: &[(&str, fn())] = tests![
    tagged_keys_and_values_hide_nothing,
    merges_and_aliases_hide_nothing,
    what_cannot_be_followed_hides_nothing,
    line_breaks_that_only_kubernetes_sees_hide_nothing,
    marks_and_directives_hide_nothing,
];

/// A plain one, so that the stream is never without a recognised workload.
const PLAIN: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: plain}
spec:
  replicas: 2
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: querynode}}
";

const HIDDEN: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: hidden}
spec:
  replicas: 3
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: querynode}}
";

const SPEC: &str = "{replicas: 3, selector: {matchLabels: {app.kubernetes.io/name: milvus, component: querynode}}}";

/// More aliases than are ever followed.
fn many_aliases() -> String {
    let aliases = (0..10_001).map(|number| format!("k{number}: *one\n"));
    format!("one: &one x\n{}", aliases.collect::<String>())
}

/// Set to seven, or refused; but for an internal error, which would blame trimtab.
fn is_caught(document: &str) -> Result<(), String> {
    let stream = format!("{PLAIN}---\n{document}");
    let outcome = filter(&["--target", "queryNode=7"], stream.as_bytes());
    let set = outcome.changes.iter().any(|it| it.object.name == "hidden");
    let refused = outcome.code != 0 && outcome.stdout.is_empty();
    if outcome.report.contains("internal error") {
        return Err(outcome.report);
    }
    if set || refused {
        Ok(())
    } else {
        Err(format!("exit {}, hidden not set", outcome.code))
    }
}

fn all_caught(documents: &[(&str, String)]) {
    let missed = documents
        .iter()
        .filter_map(|(name, document)| Some(format!("{name}: {}", is_caught(document).err()?)));
    let missed: Vec<String> = missed.collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

fn tagged_keys_and_values_hide_nothing() {
    let item = format!(
        "{{kind: Deployment, apiVersion: apps/v1, metadata: {{name: hidden}}, spec: {SPEC}}}"
    );
    all_caught(&[
        (
            "kind as base64",
            HIDDEN.replace("Deployment", "!!binary RGVwbG95bWVudA=="),
        ),
        (
            "kind with the tag !",
            HIDDEN.replace("Deployment", "! Deployment"),
        ),
        (
            "kind with a local tag",
            HIDDEN.replace("Deployment", "!x Deployment"),
        ),
        (
            "the key kind as base64",
            HIDDEN.replace("kind:", "!!binary a2luZA==:"),
        ),
        (
            "the key kind once plain, once as base64",
            format!(
                "kind: Secret\n{}",
                HIDDEN.replace("kind:", "!!binary a2luZA==:")
            ),
        ),
        (
            "apiVersion as base64",
            HIDDEN.replace("apps/v1", "!!binary YXBwcy92MQ=="),
        ),
        (
            "the key spec as base64",
            HIDDEN.replace("spec:", "!!binary c3BlYw==:"),
        ),
        (
            "the key selector as base64",
            HIDDEN.replace("selector:", "!!binary c2VsZWN0b3I=:"),
        ),
        (
            "the key matchLabels as base64",
            HIDDEN.replace("matchLabels:", "!!binary bWF0Y2hMYWJlbHM=:"),
        ),
        (
            "a label as base64",
            HIDDEN.replace("querynode", "!!binary cXVlcnlub2Rl"),
        ),
        (
            "the key items as base64",
            format!("kind: List\napiVersion: v1\n!!binary aXRlbXM=: [{item}]\n"),
        ),
        (
            "a tag on a quoted merge key",
            format!("x: &a {item}\n! \"<<\": *a\n"),
        ),
        ("a tag on the document", format!("!x\n{HIDDEN}")),
    ]);
}

fn merges_and_aliases_hide_nothing() {
    let item = format!(
        "{{kind: Deployment, apiVersion: apps/v1, metadata: {{name: hidden}}, spec: {SPEC}}}"
    );
    all_caught(&[
        ("a merge", format!("x: &a {item}\n<<: *a\n")),
        (
            "a merge of several",
            format!("x: &a {item}\ny: &b {{data: {{}}}}\n<<: [*a, *b]\n"),
        ),
        (
            "a merge of several behind a merge of one",
            format!("x: &a {{data: {{}}}}\ny: &b {item}\n<<: *a\n<<: [*a, *b]\n"),
        ),
        (
            "an alias that looks like a merge key",
            format!("x: &m <<\n{HIDDEN}*m : {{kind: Secret}}\n"),
        ),
        (
            "an alias as key",
            format!("x: &k kind\n{}", HIDDEN.replace("kind:", "*k :")),
        ),
        (
            "an alias as the key replicas",
            HIDDEN
                .replace(
                    "{name: hidden}",
                    "\n  name: hidden\n  annotations:\n    &r replicas:",
                )
                .replace("replicas: 3", "*r :"),
        ),
        (
            "an alias as item",
            format!("kind: List\napiVersion: v1\nx: &x {item}\nitems: [*x]\n"),
        ),
        (
            "an alias as items",
            format!("kind: List\napiVersion: v1\nx: &x [{item}]\nitems: *x\n"),
        ),
        (
            "items in an object that is no list",
            format!("kind: Secret\napiVersion: v1\nitems: [{item}]\n"),
        ),
    ]);
}

fn what_cannot_be_followed_hides_nothing() {
    let item = format!(
        "{{kind: Deployment, apiVersion: apps/v1, metadata: {{name: hidden}}, spec: {SPEC}}}"
    );
    let many = many_aliases();
    let head = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: hidden}\n";
    all_caught(&[
        ("spec", format!("{head}s: &s {SPEC}\n{many}spec: *s\n")),
        (
            "an item",
            format!("kind: List\napiVersion: v1\nd: &d {item}\n{many}items: [*d]\n"),
        ),
        (
            "items",
            format!("kind: List\napiVersion: v1\nd: &d [{item}]\n{many}items: *d\n"),
        ),
        (
            "a key",
            format!("k: &k kind\n{many}{}", HIDDEN.replace("kind:", "*k :")),
        ),
        ("a merge", format!("d: &d {item}\n{many}<<: *d\n")),
        (
            "selector",
            format!(
                "{head}s: &s {{matchLabels: {{app.kubernetes.io/name: milvus, component: querynode}}}}\n{many}spec: {{replicas: 3, selector: *s}}\n"
            ),
        ),
        (
            "metadata",
            format!(
                "m: &m {{name: hidden}}\n{many}{}",
                HIDDEN.replace("{name: hidden}", "*m")
            ),
        ),
    ]);
}

fn line_breaks_that_only_kubernetes_sees_hide_nothing() {
    for mark in ['\u{85}', '\u{2028}', '\u{2029}'] {
        let folded = format!("\"Deploy\\{mark} ment\"");
        all_caught(&[
            ("an escaped break", HIDDEN.replace("Deployment", &folded)),
            (
                "a key in a comment",
                format!("kind: Secret # {mark}{HIDDEN}"),
            ),
            (
                "a document in a comment",
                format!("# {mark}{}", HIDDEN.replace('\n', &mark.to_string())),
            ),
            (
                "items in a comment",
                format!(
                    "kind: List\napiVersion: v1 # {mark}items: [{{kind: Deployment, apiVersion: apps/v1, metadata: {{name: hidden}}, spec: {SPEC}}}]\n"
                ),
            ),
        ]);
    }
}

fn marks_and_directives_hide_nothing() {
    all_caught(&[
        ("a byte order mark", format!("\u{feff}{HIDDEN}")),
        (
            "a byte order mark before a key",
            HIDDEN.replace("kind", "\u{feff}kind"),
        ),
        (
            "a tag directive",
            format!(
                "a: 1\n---\n%TAG ! tag:yaml.org,2002:\n--- !map\n{}",
                HIDDEN.replace("Deployment", "!binary RGVwbG95bWVudA==")
            ),
        ),
        (
            "a second document behind dots",
            format!("a: 1\n...\n{HIDDEN}"),
        ),
        (
            "dashes that only Helm cuts at",
            format!("a: 1\n---x: 1\n{HIDDEN}"),
        ),
        (
            "dashes before a no-break space",
            format!("a: 1\n---\u{a0}\n{HIDDEN}"),
        ),
    ]);
}
