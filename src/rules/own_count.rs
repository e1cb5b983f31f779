//! Where the counts of a stream come from: a chart's values, or the files that are read.
//!
//! When trimtab runs on files, by hand or from a hook, there is no chart and no post-renderer.

use super::Context;
use crate::baseline::Baseline;
use crate::host::Host;
use crate::plan::{Member, Purpose};

impl Context<'_> {
    /// Whether Helm can be running it with `--post-renderer`; Helm is not always detected.
    pub(super) fn may_be_post_renderer(&self) -> bool {
        let may_be_helm = self.host.is_helm() || self.host == Host::Shell;
        may_be_helm && self.plan.purpose == Purpose::Write && !self.reads_files
    }

    /// How to leave a count to an autoscaler.
    pub(super) fn leave_the_count_out(&self, member: &Member<'_>) -> &'static str {
        match member.component.system {
            _ if self.reads_files => "remove the field from the file",
            Some("milvus") => {
                "render the manifest without the field (in the Milvus chart: replicas: -1)"
            }
            _ => "render the manifest without the field",
        }
    }

    /// What to change for another count in the stream.
    pub(super) fn own_count(&self, member: &Member<'_>) -> String {
        match member.values_key() {
            _ if self.reads_files => "the count in the file".to_owned(),
            Some(key) => format!("the chart's value `{}`", key.value),
            None => "the chart's value".to_owned(),
        }
    }

    /// How to set a count in the stream: `--set queryNode.replicas=4`
    pub(super) fn own_setting(&self, member: &Member<'_>, count: u32) -> String {
        match member.values_key() {
            Some(key) if self.is_helms(member) => format!("--set {}={count}", key.value),
            _ => format!("set {} to {count}", self.own_count(member)),
        }
    }

    /// Whether the count is one that Helm's command line can set.
    pub(super) fn is_helms(&self, member: &Member<'_>) -> bool {
        self.host.is_helm() && !self.reads_files && member.values_key().is_some()
    }

    /// Whether to propose `--scale-in step`: it would work here, and was not given.
    pub(super) fn may_step(&self) -> bool {
        let has_baseline = matches!(self.plan.baseline, Baseline::Snapshot(_));
        has_baseline && self.host != Host::ArgoCd && !self.is_stepping
    }

    /// How to get a baseline with the earlier counts, instead of the stream's own.
    pub(super) fn better_baseline(&self, member: &Member<'_>) -> String {
        if self.reads_files {
            return "compare with the last commit: --baseline git:HEAD".to_owned();
        }
        let release = member.release.instance.unwrap_or("RELEASE");
        let namespace = member.release.namespace.unwrap_or("NAMESPACE");
        format!(
            "compare with what is running: --baseline cluster; or with the last release: helm get manifest {release} -n {namespace} > last.yaml, and --baseline file:last.yaml"
        )
    }
}

/// Whether to suggest a target for it: no other rule would refuse one.
pub(super) fn may_have_target(member: &Member<'_>) -> bool {
    let component = member.component;
    let is_refused = component.set_by_chart.value || component.targets_refused.value;
    member.is_worker() && member.autoscalers.is_empty() && !is_refused
}
