//! What the helps of every case propose on each host: only what can be done there, and never a way round a rule first.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::support::Outcome;

/// The variables of hosts; runs for other hosts do not inherit them.
pub(crate) const VARIABLES: [&str; 4] = [
    "HELM_PLUGIN_NAME",
    "HELM_PLUGIN_DIR",
    "ARGOCD_APP_NAME",
    "PRE_COMMIT",
];

/// A host that a case can be run by, whatever it was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    Shell,
    /// `check FILE`, in a shell.
    Files,
    /// `fix FILE`.
    Fix,
    PreCommit,
    Helm,
    ArgoCd,
    /// A function of kustomize, which passes a list of the resources.
    Krm,
}

impl Host {
    pub(crate) const ALL: [Self; 7] = [
        Self::Shell,
        Self::Files,
        Self::Fix,
        Self::PreCommit,
        Self::Helm,
        Self::ArgoCd,
        Self::Krm,
    ];

    /// What it hands over of a stream; none where it cannot read that.
    pub(crate) fn input(self, stream: &[u8]) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Krm => resource_list(stream).map(Cow::Owned),
            _ => Some(Cow::Borrowed(stream)),
        }
    }

    /// The command that reads a file, if it does.
    pub(crate) fn command(self) -> &'static [&'static str] {
        match self {
            Self::Files | Self::PreCommit => &["check", "input.yaml"],
            Self::Fix => &["fix", "input.yaml"],
            Self::Shell | Self::Helm | Self::ArgoCd | Self::Krm => &[],
        }
    }

    /// The variables by which trimtab recognises it.
    pub(crate) fn variables(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Shell | Self::Files | Self::Fix | Self::Krm => &[],
            Self::PreCommit => &[("PRE_COMMIT", "1")],
            Self::Helm => &[("HELM_PLUGIN_NAME", "trimtab")],
            Self::ArgoCd => &[("ARGOCD_APP_NAME", "demo")],
        }
    }

    /// What no help may say here, because the next run would refuse it, or because it cannot be typed anywhere.
    fn foreign(self) -> Vec<&'static str> {
        match self {
            Self::Shell => vec!["TRIMTAB_"],
            Self::Files | Self::Fix => [&["TRIMTAB_"], OF_A_STREAM].concat(),
            Self::PreCommit => [OPTIONS, OF_A_STREAM].concat(),
            Self::Helm => OPTIONS.to_vec(),
            Self::ArgoCd => [OPTIONS, &["helm get", "converge", "TRIMTAB_"]].concat(),
            Self::Krm => [
                OPTIONS,
                &["--post-renderer", "helm get", "the chart's value `"],
            ]
            .concat(),
        }
    }

    /// Whether a help can be followed here.
    fn takes(self, help: &str) -> bool {
        // `converge` is typed in a shell, around Helm and kustomize too, and takes options of its own.
        let is_typed = [Self::Helm, Self::Krm].contains(&self) && help.contains("trimtab converge");
        // The plugin of Argo CD reads a few variables, and this is one of them.
        let is_read = self == Self::ArgoCd && help.contains("TRIMTAB_POLICY");
        let is_foreign = self.foreign().iter().any(|it| help.contains(it));
        is_typed || is_read || !is_foreign
    }
}

/// Options of trimtab, for those who type its command.
const OPTIONS: &[&str] = &[
    "--allow",
    "--baseline",
    "--scale-in",
    "--target",
    "--policy",
    "`-p ",
    "-n NAMESPACE",
    "--context NAME",
];

/// What does not exist for files.
const OF_A_STREAM: &[&str] = &["--post-renderer", "converge", "the chart's value `"];

/// Steps, which lead nowhere where each run compares with the same counts.
const STEPS: [&str; 4] = [" now, then ", "scale-in step", "SCALE_IN", "converge"];

/// Ways round a rule.
const WAIVERS: [&str; 3] = ["--allow", "TRIMTAB_ALLOW", "`waivers`"];

/// Fails with every help of a JSON report that is out of place.
pub(crate) fn judge(host: Host, outcome: &Outcome) -> Result<(), String> {
    let report = [&outcome.stderr, &*String::from_utf8_lossy(&outcome.stdout)]
        .into_iter()
        .find_map(|text| serde_json::from_str::<Value>(text).ok());
    let Some(report) = report else {
        return Ok(());
    };
    let is_rendered = report
        .pointer("/baseline/source")
        .is_some_and(|it| it == "rendered");
    let leads_nowhere = |help: &str| is_rendered && STEPS.iter().any(|step| help.contains(step));
    let mut wrong = BTreeSet::new();
    let errors = list(&report, "errors");
    for finding in list(&report, "findings").chain(errors) {
        let rule = finding.get("rule").or_else(|| finding.get("message"));
        let rule = rule.and_then(Value::as_str).unwrap_or_default();
        let helps = list(finding, "help");
        for (index, help) in helps.filter_map(Value::as_str).enumerate() {
            let is_way_round = index == 0 && WAIVERS.iter().any(|it| help.contains(it));
            if is_way_round || leads_nowhere(help) || !host.takes(help) {
                wrong.insert(format!("{host:?}: {rule}: {help}"));
            }
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into_iter().collect::<Vec<_>>().join("\n"))
    }
}

/// The resources of a stream as kustomize passes them to a function.
fn resource_list(stream: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(stream).ok()?;
    let documents = serde_yaml::Deserializer::from_str(text).map(Value::deserialize);
    let documents: Vec<Value> = documents.collect::<Result<_, _>>().ok()?;
    let documents: Vec<Value> = documents.into_iter().filter(|it| !it.is_null()).collect();
    let is_resource = |it: &Value| it.get("kind").is_some_and(|kind| kind != "ResourceList");
    if !documents.iter().all(is_resource) {
        return None;
    }
    let list = json!({
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": documents,
    });
    Some(list.to_string().into_bytes())
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    let list = value.get(key).and_then(Value::as_array);
    list.into_iter().flatten()
}
