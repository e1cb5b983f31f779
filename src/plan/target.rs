//! What the policy declares for a workload, and the count that results from it.

use super::{Before, Target};
use crate::baseline::{Baseline, Known};
use crate::diagnostic::Diagnostic;
use crate::host::{Host, Setting};
use crate::manifest::Workload;
use crate::policy::{Component, Policy, Wanted};
use crate::source::Place;

/// What the policy declares for a workload.
pub(super) struct Declared<'a> {
    wanted: Wanted,
    place: &'a Place,
}

impl<'a> Declared<'a> {
    /// The target of its component; of the target's overrides the first that matches wins.
    pub(super) fn of(
        workload: &Workload,
        component: &Component,
        policy: &'a Policy,
    ) -> Option<Self> {
        let target = policy.target_of(component)?;
        let mut overrides = target.overrides.iter();
        let special = overrides.find(|it| it.matches(&workload.match_labels));
        let (wanted, place) = special.map_or((target.replicas, &target.place), |it| {
            (it.replicas, &it.place)
        });
        Some(Self { wanted, place })
    }

    /// The count that results. If the running count is to be kept and nothing is running, the chart's own count is left.
    pub(super) fn resolved(self, before: Before) -> Option<Target<'a>> {
        let replicas = match self.wanted {
            Wanted::Replicas(count) => count,
            Wanted::Keep => before.known()?,
        };
        Some(Target {
            replicas,
            keeps: self.wanted == Wanted::Keep,
            place: self.place,
        })
    }

    /// Why the running count cannot be kept: the baseline does not show it.
    pub(super) fn unkept(
        &self,
        component: &Component,
        baseline: &Baseline,
        known: Option<&Known>,
        host: Host,
    ) -> Option<Diagnostic> {
        let is_shown = match baseline {
            Baseline::Rendered => false,
            Baseline::Snapshot(_) => known.is_none_or(Known::is_live),
        };
        if self.wanted != Wanted::Keep || is_shown {
            return None;
        }
        let message = format!(
            "the target `keep` of {} needs live counts, and the baseline `{}` has none",
            component.name,
            baseline.name()
        );
        let diagnostic = Diagnostic::new(message).label(self.place.clone(), "the target");
        let declared = "`baseline: cluster` in the policy".to_owned();
        let mut ways = vec![host.setting(Setting::Baseline("cluster")), declared];
        ways.dedup();
        let ways = ways.join(", or ");
        Some(diagnostic.help(format!("compare with the running workloads: {ways}")))
    }
}
