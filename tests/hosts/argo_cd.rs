//! What the Argo CD plugin runs, with real Helm 3 and without Argo CD.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program;
use crate::support::{self, Outcome};

pub(crate) const TESTS: &[(&str, fn())] = tests![
    a_chart_can_ask_what_the_cluster_serves,
    without_api_versions,
    api_versions_are_only_words,
];

/// Objects that are there only where the cluster serves their API, and one that says how Helm was told.
const GATED: &str = "\
{{- if .Capabilities.APIVersions.Has \"monitoring.coreos.com/v1/ServiceMonitor\" }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: by-kind}
{{- end }}
---
{{- if .Capabilities.APIVersions.Has \"example.com/v1\" }}
apiVersion: example.com/v1
kind: Example
metadata: {name: by-version}
{{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: facts}
data: {version: {{ .Capabilities.KubeVersion.Version }}, last: {{ last .Capabilities.APIVersions | quote }}}
";

const QUERY_NODE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: q}
spec:
  replicas: 1
  selector: {matchLabels: {app.kubernetes.io/name: milvus, component: querynode}}
";

fn script() -> PathBuf {
    support::root().join("docs/argo-cd/generate")
}

/// Runs the plugin in the folder of a chart with gated objects.
fn generate(chart: &Path, versions: Option<&str>) -> Outcome {
    let bin = TempDir::new().expect("a temporary folder");
    symlink(program("helm3"), bin.path().join("helm")).expect("a link");
    for (file, text) in [
        (
            "Chart.yaml",
            "apiVersion: v2\nname: gated\nversion: 0.1.0\n",
        ),
        ("templates/gated.yaml", GATED),
        ("templates/q.yaml", QUERY_NODE),
        (
            "trimtab.yaml",
            "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {name: test}\n\
             spec: {extends: milvus, targets: {queryNode: 2}}\n",
        ),
    ] {
        let path = chart.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let mut generate = support::command(script(), chart, &[support::trimtab_folder(), bin.path()]);
    generate
        .current_dir(chart)
        .env("ARGOCD_APP_NAME", "my-release")
        .env("ARGOCD_APP_NAMESPACE", "milvus")
        .env("KUBE_VERSION", "1.33");
    if let Some(versions) = versions {
        generate.env("KUBE_API_VERSIONS", versions);
    }
    support::run(&mut generate)
}

fn a_chart_can_ask_what_the_cluster_serves() {
    let chart = TempDir::new().expect("a temporary folder");
    let versions = "v1,apps/v1,apps/v1/Deployment,example.com/v1,example.com/v1/Example,\
                    monitoring.coreos.com/v1,monitoring.coreos.com/v1/ServiceMonitor";
    let rendered = generate(chart.path(), Some(versions)).ok();
    for part in ["by-kind", "by-version", "version: v1.33.0", "replicas: 2"] {
        assert!(rendered.contains(part), "{part} is not in:\n{rendered}");
    }
}

fn without_api_versions() {
    for versions in [None, Some("")] {
        let chart = TempDir::new().expect("a temporary folder");
        let rendered = generate(chart.path(), versions).ok();
        assert!(!rendered.contains("by-"), "{rendered}");
        assert!(rendered.contains("replicas: 2"), "{rendered}");
    }
}

fn api_versions_are_only_words() {
    let chart = TempDir::new().expect("a temporary folder");
    let odd = "v1,,--debug,*,a b; touch c,$(touch d),line\nfeed,`touch e`,example.com/v1";
    let rendered = generate(chart.path(), Some(odd)).ok();
    assert!(rendered.contains("by-version"), "{rendered}");
    assert!(rendered.contains("last: \"example.com/v1\""), "{rendered}");
    for file in ["c", "d", "e"] {
        assert!(!chart.path().join(file).exists(), "{file}");
    }
}

fn shellcheck() -> Outcome {
    let home = TempDir::new().expect("a temporary folder");
    let mut bash = support::command("bash", home.path(), &[]);
    bash.args(["-c", "exec shellcheck \"$0\""]);
    support::run(bash.arg(script()))
}

/// 127 is a shell's exit status for a program that does not exist.
pub(crate) fn has_shellcheck() -> bool {
    shellcheck().code != Some(127)
}

pub(crate) fn shellcheck_finds_nothing() {
    let outcome = shellcheck();
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert_eq!(outcome.code, Some(0), "{said}");
}
