//! A run as one line of the log: what was asked, what it changed, and what was let pass and why.
//!
//! Texts are shortened as in the report for people, so that no name of a manifest can fill a disk.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::fingerprint::hex;
use super::json::{BaselineJson, baseline};
use super::print::{Each, line};
use super::{Change, FAILED, Outcome, Report, Setting, UNDECIDED, clean};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, ObjectRef};
use crate::source::Sources;

/// What only the end of a run knows.
pub(crate) struct Facts<'a> {
    /// When it ended, as RFC 3339 has it.
    pub(crate) time: String,
    /// The exit code.
    pub(crate) code: u8,
    /// The reason that was given with `--reason`.
    pub(crate) reason: Option<&'a str>,
    /// Failures while a refusal was written.
    pub(crate) failures: &'a [Diagnostic],
}

/// The line of a run, with its line feed; `None` for a page.
pub(crate) fn entry(outcome: &Outcome, setting: &Setting<'_>, facts: &Facts<'_>) -> Option<String> {
    let (report, errors) = match outcome {
        Outcome::Page(_) | Outcome::Stopped(..) => return None,
        Outcome::Judged(report) => (Some(report), facts.failures),
        Outcome::Undecided(problems) => (None, problems.as_slice()),
    };
    let findings = report.map_or(&[][..], |report| &report.findings);
    let verdict = report.filter(|_| facts.code != UNDECIDED);
    Some(line(&Entry {
        time: &facts.time,
        version: env!("CARGO_PKG_VERSION"),
        command: setting.command.as_str(),
        verdict: verdict.map_or(FAILED, |report| report.verdict.as_str()),
        exit_code: facts.code,
        policy: policy(report, setting.sources),
        baseline: report.map(baseline),
        changes: Each(report.map_or(&[][..], |it| &it.changes), change),
        findings: Each(findings, finding),
        waivers: findings.iter().filter_map(waiver).collect(),
        reason: facts.reason.map(clean::line),
        notes: Each(report.map_or(&[][..], |it| &it.notes), |it: &String| {
            clean::line(it)
        }),
        errors: Each(errors, |it: &Diagnostic| clean::line(&it.message)),
    }))
}

fn policy(report: Option<&Report>, sources: &Sources) -> Policy {
    let name = report.and_then(|report| report.policy.name.as_deref());
    let first = sources.policies().next();
    Policy {
        name: name.map(clean::line),
        path: first.map(|source| clean::line(source.name())),
        digest: first.map(|_| {
            let mut hash = Sha256::new();
            for source in sources.policies() {
                hash.update(source.text());
            }
            format!("sha256:{}", hex(&hash.finalize()))
        }),
    }
}

fn change(change: &Change) -> ChangeLine {
    ChangeLine {
        component: clean::line(&change.component),
        object: object(&change.object),
        release: change.release.as_deref().map(clean::line),
        baseline: change.before.known(),
        from: change.from,
        to: change.to,
        target: change.target,
    }
}

fn finding(finding: &Finding) -> FindingLine {
    FindingLine {
        rule: finding.rule.id,
        severity: finding.severity.as_str(),
        message: clean::line(&finding.diagnostic.message),
        component: finding.component.as_deref().map(clean::line),
        object: finding.object.as_ref().map(object),
        waived: finding.waived.is_some(),
    }
}

fn waiver(finding: &Finding) -> Option<WaiverLine> {
    let waived = finding.waived.as_ref()?;
    Some(WaiverLine {
        rule: finding.rule.id,
        component: finding.component.as_deref().map(clean::line),
        object: finding.object.as_ref().map(object),
        reason: waived.reason.as_deref().map(clean::line),
        expires: waived.expires.as_deref().map(clean::line),
    })
}

fn object(object: &ObjectRef) -> ObjectLine {
    ObjectLine {
        kind: clean::line(&object.kind),
        namespace: object.namespace.as_deref().map(clean::line),
        name: clean::line(&object.name),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'r, C, F, N, E> {
    time: &'r str,
    version: &'static str,
    command: &'static str,
    verdict: &'static str,
    exit_code: u8,
    policy: Policy,
    baseline: Option<BaselineJson<'r>>,
    changes: C,
    findings: F,
    waivers: Vec<WaiverLine>,
    reason: Option<String>,
    notes: N,
    errors: E,
}

#[derive(Serialize)]
struct Policy {
    name: Option<String>,
    /// The file; null for a built-in policy.
    path: Option<String>,
    /// The SHA-256 of the file, followed by the files that it extends: what `cat FILE... | sha256sum` prints.
    digest: Option<String>,
}

#[derive(Serialize)]
struct ChangeLine {
    component: String,
    object: ObjectLine,
    release: Option<String>,
    baseline: Option<u32>,
    from: Option<u32>,
    to: u32,
    target: Option<u32>,
}

#[derive(Serialize)]
struct FindingLine {
    rule: &'static str,
    severity: &'static str,
    message: String,
    component: Option<String>,
    object: Option<ObjectLine>,
    waived: bool,
}

#[derive(Serialize)]
struct WaiverLine {
    rule: &'static str,
    component: Option<String>,
    object: Option<ObjectLine>,
    reason: Option<String>,
    expires: Option<String>,
}

#[derive(Serialize)]
struct ObjectLine {
    kind: String,
    namespace: Option<String>,
    name: String,
}
