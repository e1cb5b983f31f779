//! `baseline-empty`: a baseline that contains none of a release's workers.

use super::{Context, Rule};
use crate::baseline::live::{Certainty, InCluster};
use crate::baseline::{Baseline, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::host::{Host, Setting};
use crate::plan::{Plan, Release};

pub(super) static RULE: Rule = Rule {
    id: "baseline-empty",
    severity: Severity::Error,
    waivable: true,
    summary: "a baseline that contains none of a release's workers",
    page: include_str!("../../docs/rules/baseline-empty.md"),
};

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let Baseline::Snapshot(snapshot) = context.plan.baseline else {
        return Vec::new();
    };
    let releases = with_workers(context.plan).count();
    let unknown = unknown(context.plan).filter(|release| !is_first_install(snapshot, release));
    unknown
        .filter_map(|release| finding(context, snapshot, release, releases == 1))
        .collect()
}

/// The releases that must be installed for the first time: the cluster holds none of their workers, and it is certain that
/// they go there. One whose workers run under other names is not: they are found removed.
pub(super) fn first_installs<'p>(plan: &'p Plan<'_>) -> Vec<&'p Release<'p>> {
    let Baseline::Snapshot(snapshot) = plan.baseline else {
        return Vec::new();
    };
    let unknown = unknown(plan);
    unknown
        .filter(|release| is_first_install(snapshot, release) && !is_renamed(plan, release))
        .collect()
}

/// Whether workloads of the same release are gone from the stream.
fn is_renamed(plan: &Plan<'_>, release: &Release<'_>) -> bool {
    plan.gone.workloads.iter().any(|gone| {
        let instance = gone
            .known
            .match_labels
            .word(&gone.component.instance_label.value);
        let namespace = gone.known.object.namespace.as_ref();
        instance == release.id.instance && namespace == release.id.namespace
    })
}

fn with_workers<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = &'p Release<'p>> {
    let releases = plan.releases.iter();
    releases.filter(|release| release.workers().next().is_some())
}

/// The releases of whose workers the baseline holds none. One that may be empty says nothing.
fn unknown<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = &'p Release<'p>> {
    let may_be_empty = plan.baseline.is_of_the_same_files();
    let releases = with_workers(plan).filter(move |_| !may_be_empty);
    releases.filter(|release| release.workers().all(|member| member.known.is_none()))
}

fn is_first_install(snapshot: &Snapshot, release: &Release<'_>) -> bool {
    let certainty = snapshot.cluster.as_ref().map(|cluster| cluster.certainty);
    match certainty.unwrap_or(Certainty::Open) {
        Certainty::Helms | Certainty::Pinned => true,
        Certainty::PinnedCluster => release
            .workers()
            .all(|member| member.workload.names_namespace),
        Certainty::Open => false,
    }
}

fn finding(
    context: &Context<'_>,
    snapshot: &Snapshot,
    release: &Release<'_>,
    is_only: bool,
) -> Option<Finding> {
    let first = release.workers().next()?.workload;
    let name = &snapshot.name;
    let of = if is_only {
        "the stream's workers".to_owned()
    } else {
        format!("the workers of {}", release.id)
    };
    let held = held(release.workers().count(), is_only, snapshot.workloads.len());
    let diagnostic = Diagnostic::new(format!("the baseline {name} contains none of {of}"))
        .label(first.place(first.name), "the first of them")
        .note(held);
    let diagnostic = match &snapshot.cluster {
        Some(cluster) => in_cluster(diagnostic, cluster, context.host),
        None => diagnostic.help(format!(
            "is it the right release, namespace and file? {} sets the namespace of objects without one",
            context.host.setting(Setting::Namespace)
        )),
    };
    let waiver = context.waiver(&RULE, None);
    let diagnostic = diagnostic.help(format!("if this is a first install: {waiver}"));
    Some(context.finding(&RULE, diagnostic))
}

/// Adds what was asked, and how to be certain of it.
fn in_cluster(diagnostic: Diagnostic, cluster: &InCluster, host: Host) -> Diagnostic {
    let context = match &cluster.context {
        Some(context) => format!("context {context}, "),
        None => String::new(),
    };
    let plural = if cluster.namespaces.len() == 1 {
        ""
    } else {
        "s"
    };
    let namespaces = cluster.namespaces.join(", ");
    let diagnostic = diagnostic.note(format!(
        "asked: {} ({context}known from {}), namespace{plural} {namespaces}",
        cluster.server, cluster.known_from
    ));
    let diagnostic = diagnostic.help(format!(
        "is it the right context and namespace? {} and {} say where to look",
        host.setting(Setting::Context),
        host.setting(Setting::Namespace)
    ));
    match (cluster.certainty, &cluster.context) {
        (Certainty::Open, Some(context)) => diagnostic.help(format!(
            "a policy that pins the cluster makes a first install certain: `cluster: {{context: {context}}}`, with the namespace in the stream or by {}",
            host.setting(Setting::Namespace)
        )),
        _ => diagnostic,
    }
}

fn held(workers: usize, is_only: bool, workloads: usize) -> String {
    let holder = if is_only { "stream" } else { "release" };
    let workers = match workers {
        1 => "one worker".to_owned(),
        _ => format!("{workers} workers"),
    };
    let baseline = match (workloads, is_only) {
        (0, _) => "no workload".to_owned(),
        (1, true) => "one workload, which is another".to_owned(),
        (_, true) => format!("{workloads} workloads, all of them others"),
        (1, false) => "one workload".to_owned(),
        (_, false) => format!("{workloads} workloads"),
    };
    format!("the {holder} holds {workers}, the baseline {baseline}")
}
