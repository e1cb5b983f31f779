//! Notes on the baseline: how old a listing of live objects is, and which workers are missing from it.

use jiff::Timestamp;

use crate::baseline::{Baseline, Snapshot};
use crate::plan::{Plan, Release};
use crate::rules;

/// Names that one note lists.
const SHOWN: usize = 10;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// The notes on the baseline of a plan; none on the stream's own counts. `release` is the one that Helm installs or upgrades.
pub(super) fn notes(plan: &Plan<'_>, now: Timestamp, release: Option<&str>) -> Vec<String> {
    let Baseline::Snapshot(snapshot) = plan.baseline else {
        return Vec::new();
    };
    let first = first_installs(plan);
    let notes = age(snapshot, now).into_iter().chain(first);
    notes
        .chain(new(plan))
        .chain(release.and_then(|release| of_another(plan, release)))
        .collect()
}

/// The releases of which nothing is running yet.
fn first_installs(plan: &Plan<'_>) -> Vec<String> {
    let releases = rules::first_installs(plan).into_iter();
    let note = |release: &Release<'_>| {
        format!(
            "a first install: none of the workers of {} is running",
            release.id
        )
    };
    releases.map(note).collect()
}

/// Workloads of the stream that are part of another release than the one that Helm goes to.
fn of_another(plan: &Plan<'_>, release: &str) -> Option<String> {
    let mut others = plan.in_stream_order().into_iter().filter_map(|member| {
        let known = member.known?;
        let own = known.seen()?.release.as_ref()?;
        (own.name != release).then_some((known, own))
    });
    let (known, own) = others.next()?;
    let more = match others.count() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Some(format!(
        "{} {}{more} is part of the release {} in namespace {}, and Helm goes to {release}",
        known.object.kind, known.object.name, own.name, own.namespace
    ))
}

/// The age of a listing, by its newest timestamp. A new listing can look old too, if nothing has changed for long.
fn age(snapshot: &Snapshot, now: Timestamp) -> Option<String> {
    let seconds = now.as_second() - snapshot.newest?.as_second();
    let age = aged(seconds)?;
    let file = snapshot
        .name
        .strip_prefix("file:")
        .unwrap_or(&snapshot.name);
    Some(format!(
        "the listing in {file} is {age} old, or nothing has changed since: kubectl get deploy,statefulset -o yaml gives a new one"
    ))
}

/// `3 hours`; `None` up to an hour.
fn aged(seconds: i64) -> Option<String> {
    match seconds {
        ..=HOUR => None,
        _ if seconds < 2 * HOUR => Some("more than an hour".to_owned()),
        _ if seconds < 2 * DAY => Some(format!("{} hours", seconds / HOUR)),
        _ if seconds <= 30 * DAY => Some(format!("{} days", seconds / DAY)),
        _ => Some("more than 30 days".to_owned()),
    }
}

/// The workers that are missing from the baseline, so that a listing of Deployments alone is not taken for a complete one.
fn new(plan: &Plan<'_>) -> Option<String> {
    let members = plan.in_stream_order().into_iter();
    let first: Vec<_> = rules::first_installs(plan)
        .iter()
        .map(|release| release.id)
        .collect();
    let new = members.filter(|member| {
        let is_new = member.is_worker() && member.known.is_none();
        is_new && !first.contains(&member.release)
    });
    let all = new.map(|member| match &*member.workload.object.name {
        "" => "one without a name",
        name => name,
    });
    let names: Vec<&str> = all.collect();
    let shown = names
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    let are = match names.len() {
        0 => return None,
        1 => "1 worker is".to_owned(),
        more => format!("{more} workers are"),
    };
    let rest = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    Some(format!("{are} new to the baseline: {shown}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, aged};

    #[test]
    fn an_age_is_said_from_an_hour_on() {
        for (seconds, said) in [
            (-5, None),
            (HOUR, None),
            (HOUR + 1, Some("more than an hour")),
            (2 * HOUR, Some("2 hours")),
            (47 * HOUR, Some("47 hours")),
            (2 * DAY, Some("2 days")),
            (30 * DAY, Some("30 days")),
            (31 * DAY, Some("more than 30 days")),
        ] {
            assert_eq!(aged(seconds).as_deref(), said, "{seconds}");
        }
    }
}
