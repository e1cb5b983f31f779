//! Reports of every shape, and hostile sources.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop"
)]

mod github;
mod gitlab;
mod hostile;
mod json;
mod junit;
mod markdown;
mod positions;
mod sarif;
mod schema;
mod shortened;
mod text;

use super::{
    BaselineRef, Change, ClusterRef, Command, ComponentCounts, Form, Outcome, PolicyRef,
    ReleaseCounts, Report, Repository, Setting, Step, Style, Verdict, WorkloadCounts,
};
use crate::diagnostic::Diagnostic;
use crate::field::Count;
use crate::finding::{Finding, ObjectRef, Severity, Waived};
use crate::plan::{Before, LadderEnd};
use crate::policy::Role;
use crate::rules;
use crate::source::{Place, SourceId, Sources};

const POLICY: &str = "spec:
  targets:
    dataNode: {replicas: 2}
  waivers:
  - {rule: worker-removed, reason: \"2.6 has none\", expires: 2026-12-31}
";

const STREAM: &str = "---
# Source: milvus/templates/datanode-deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-release-milvus-datanode
spec:
  replicas: 5
";

/// A policy and a stream, as most tests use them.
pub(super) struct Texts {
    sources: Sources,
    policy: SourceId,
    stream: SourceId,
}

impl Texts {
    pub(super) fn new() -> Self {
        let mut sources = Sources::default();
        let policy = sources.add("policies/production.yaml", POLICY);
        let stream = sources.add("<stdin>", STREAM);
        Self {
            sources,
            policy,
            stream,
        }
    }

    /// The first place of `part` in a source.
    fn place(&self, source: SourceId, part: &str) -> Place {
        let start = self.sources.get(source).text().find(part).unwrap();
        Place::new(source, start..start + part.len())
    }

    pub(super) fn report(command: Command, findings: Vec<Finding>) -> Report {
        Report {
            command,
            policy: PolicyRef {
                name: Some("milvus-production".into()),
                path: Some("policies/production.yaml".into()),
            },
            baseline: BaselineRef {
                cluster: None,
                source: "rendered".into(),
                live: false,
            },
            workloads: 5,
            releases: vec![release()],
            unrecognised: Vec::new(),
            changes: Vec::new(),
            remaining: None,
            verdict: if findings.iter().any(refuses) {
                Verdict::Refused
            } else {
                Verdict::Passed
            },
            findings,
            notes: Vec::new(),
            denies_warnings: false,
            has_exit_code: false,
            export: None,
        }
    }

    /// A scale-in that is refused, with a place in the policy and one in the stream.
    pub(super) fn scale_in(&self) -> Finding {
        let diagnostic = Diagnostic::new(
            "dataNode would lose 3 of 5 replicas in one release; at most 1 may go",
        )
        .label(self.place(self.policy, "2}").first_byte(), "the target")
        .label(
            self.place(self.stream, "5"),
            "Deployment milvus/my-release-milvus-datanode",
        )
        .note("rendered by milvus/templates/datanode-deployment.yaml")
        .help("set the target to 4 now, then 3, then 2, each once the one before is available")
        .help("in an emergency: --allow scale-in-too-large=dataNode");
        finding("scale-in-too-large", "dataNode", diagnostic)
    }

    pub(super) fn waived(&self) -> Finding {
        let diagnostic = Diagnostic::new("indexNode is gone from release my-release")
            .label(
                self.place(self.stream, "kind"),
                "the release's first object",
            )
            .help("keep it, or name what replaces it");
        Finding {
            waived: Some(Box::new(Waived {
                reason: Some("2.6 has none".into()),
                place: Some(self.place(self.policy, "rule: worker-removed")),
                expires: Some("2026-12-31".into()),
            })),
            ..finding("worker-removed", "indexNode", diagnostic)
        }
    }

    fn change(&self) -> Change {
        Change {
            component: "dataNode".into(),
            object: object("my-release-milvus-datanode"),
            release: Some("my-release".into()),
            place: Some(self.place(self.stream, "5")),
            template: Some("milvus/templates/datanode-deployment.yaml".into()),
            before: Before::Known(5),
            from: Some(5),
            written: "5".into(),
            to: 4,
            target: Some(2),
            step: Some(Step {
                number: 1,
                of: 3,
                next: vec![3, 2],
                last: Some(2),
            }),
        }
    }
}

impl Place {
    fn first_byte(self) -> Self {
        Self::new(self.source, self.start()..self.start() + 1)
    }
}

fn in_cluster() -> ClusterRef {
    ClusterRef {
        server: "https://10.0.0.1:6443".to_owned(),
        context: Some("prod".to_owned()),
        namespace: "milvus".to_owned(),
        known_from: "--context".to_owned(),
    }
}

/// A release whose data nodes go from five to two.
pub(super) fn release() -> ReleaseCounts {
    let workload = WorkloadCounts {
        object: object("my-release-milvus-datanode"),
        before: Before::Known(5),
        rendered: Count::Set(5),
        target: Some(2),
        keeps: false,
        count: Some(4),
        next: [3, 2].into(),
        rendering: None,
    };
    let component = ComponentCounts {
        component: "dataNode".into(),
        role: Role::Worker,
        waits_for: Vec::new(),
        remaining: 2,
        end: LadderEnd::Arrives,
        workloads: vec![workload],
    };
    ReleaseCounts {
        namespace: Some("milvus".to_owned()),
        instance: Some("my-release".to_owned()),
        folder: None,
        remaining: 2,
        components: vec![component],
    }
}

fn refuses(finding: &Finding) -> bool {
    finding.waived.is_none() && finding.severity == Severity::Error
}

fn finding(rule: &str, component: &str, diagnostic: Diagnostic) -> Finding {
    let rule = rules::find(rule).unwrap();
    Finding {
        rule,
        severity: rule.severity,
        component: Some(component.into()),
        object: Some(object("my-release-milvus-datanode")),
        diagnostic,
        waived: None,
    }
}

fn object(name: &str) -> ObjectRef {
    ObjectRef {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        namespace: Some("milvus".into()),
        name: name.into(),
    }
}

/// An outcome in a form.
fn printed(outcome: &Outcome, command: Command, form: (Form, Style), sources: &Sources) -> String {
    let setting = Setting {
        command,
        sources,
        repository: &Repository::default(),
    };
    let mut printed = Vec::new();
    super::write(outcome, &setting, form, &mut printed).unwrap();
    String::from_utf8(printed).unwrap()
}

fn json(report: &Report, sources: &Sources) -> String {
    let mut printed = Vec::new();
    super::json::write(report, sources, &mut printed).unwrap();
    String::from_utf8(printed).unwrap()
}

fn failure_json(command: Command, problems: &[Diagnostic], sources: &Sources) -> String {
    let mut printed = Vec::new();
    super::json::write_failure(command, problems, sources, &mut printed).unwrap();
    String::from_utf8(printed).unwrap()
}
