//! What Kubernetes reads, according to its own decoder.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use serde::Deserialize;

use crate::support;

/// The program that `tests/differential/build` builds; `None` if it is not built.
pub(crate) static PROGRAM: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let script = support::root().join("tests/differential/build");
    let output = Command::new(script).arg("--path").output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    path.is_file().then_some(path)
});

/// An object as Kubernetes reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Object {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) match_labels: BTreeMap<String, String>,
    /// As JSON; `absent` if there is no such field.
    pub(crate) replicas: String,
    /// A digest of everything else.
    pub(crate) rest: String,
    /// What it is to an autoscaler's controller, where the API server accepts it.
    pub(crate) autoscaler: Option<Autoscaler>,
    /// What it is to the disruption controller, where the API server accepts it.
    pub(crate) budget: Option<Budget>,
}

/// A `HorizontalPodAutoscaler` or a `ScaledObject`, with Kubernetes' defaults.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Autoscaler {
    pub(crate) target_api_version: String,
    pub(crate) target_kind: String,
    pub(crate) target_name: String,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) policies: Vec<ScalingPolicy>,
    pub(crate) select: String,
    /// The count that KEDA itself sets, whatever the policies say.
    pub(crate) at_once: Option<i32>,
    /// Whether it does so now.
    pub(crate) is_paused: bool,
}

/// A policy of `behavior.scaleDown`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct ScalingPolicy {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) value: u32,
}

/// A `PodDisruptionBudget`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Budget {
    pub(crate) match_labels: Option<BTreeMap<String, String>>,
    pub(crate) has_expressions: bool,
    /// `5` or `50%`; empty where it is absent.
    pub(crate) min_available: String,
    pub(crate) max_unavailable: String,
}

/// What it reads of a stream.
#[derive(Debug, Deserialize)]
pub(crate) struct Reading {
    pub(crate) objects: Vec<Object>,
    /// The number of documents that are not objects.
    pub(crate) odd: usize,
    /// Why it stopped; empty if it read everything.
    pub(crate) error: String,
}

impl Object {
    /// Whether the policy of these tests names it.
    pub(crate) fn is_ours(&self) -> bool {
        let name = self.match_labels.get("app.kubernetes.io/name");
        self.api_version == "apps/v1"
            && matches!(self.kind.as_str(), "Deployment" | "StatefulSet")
            && name.is_some_and(|name| name == "milvus")
    }
}

impl Reading {
    /// The workloads that the policy of these tests names.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(|object| object.is_ours())
    }
}

/// The program, running.
pub(crate) struct Kubernetes {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Kubernetes {
    pub(crate) fn start() -> Self {
        let program = PROGRAM.as_ref().unwrap();
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().unwrap());
        Self {
            child,
            stdin,
            stdout: BufReader::new(stdout),
        }
    }

    /// What it reads in each text.
    pub(crate) fn read<T: AsRef<[u8]> + Sync>(&mut self, texts: &[T]) -> Vec<Reading> {
        let Self { stdin, stdout, .. } = self;
        let stdin = stdin.as_mut().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || {
                for text in texts.iter().map(AsRef::as_ref) {
                    writeln!(stdin, "{}", text.len()).unwrap();
                    stdin.write_all(text).unwrap();
                }
                stdin.flush().unwrap();
            });
            let mut line = String::new();
            let mut next = || {
                line.clear();
                stdout.read_line(&mut line).unwrap();
                serde_json::from_str(&line).unwrap()
            };
            texts.iter().map(|_| next()).collect()
        })
    }
}

impl Drop for Kubernetes {
    fn drop(&mut self) {
        drop(self.stdin.take());
        _ = self.child.wait();
    }
}
