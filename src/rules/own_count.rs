//! Where the counts of a stream come from: a chart's values, or the files that are read.
//!
//! When trimtab runs on files, by hand or from a hook, there is no chart and no post-renderer.

use super::Context;
use super::Rule;
use crate::baseline::Baseline;
use crate::host::{Host, Setting};
use crate::plan::{Member, Purpose};
use crate::word::Word;

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
            // What kustomize and kpt pass on need not come from a chart.
            _ if self.host == Host::Krm => "the count in the manifest".to_owned(),
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

    /// How to take the largest step in each run, where that would work and was not asked for.
    pub(super) fn may_step(&self) -> Option<String> {
        let has_baseline = matches!(self.plan.baseline, Baseline::Snapshot(_));
        let step = self.host.step()?;
        (has_baseline && !self.is_stepping).then_some(step)
    }

    /// How to get a baseline with the earlier counts, instead of the stream's own.
    pub(super) fn better_baseline(&self, member: &Member<'_>) -> String {
        let baseline = |source| self.host.setting(Setting::Baseline(source));
        let running = baseline("cluster");
        match self.host {
            // In a pipeline it is the commit that the checked one is compared with.
            Host::PreCommit if self.reads_files => {
                format!("compare with the last commit: {}", baseline("git:"))
            }
            _ if self.reads_files => {
                format!("compare with the last commit: {}", baseline("git:HEAD"))
            }
            // Neither Argo CD nor kustomize keeps a release that Helm could show.
            Host::ArgoCd => format!("compare with what is running: {running}"),
            Host::Krm => self.host.live_baseline(),
            Host::Shell | Host::Helm3 | Host::Helm4 | Host::PreCommit => {
                let release = member.release.instance.map_or("RELEASE", Word::as_str);
                let namespace = member.release.namespace.map_or("NAMESPACE", Word::as_str);
                let last = baseline("file:last.yaml");
                format!(
                    "compare with what is running: {running}; or with the last release: helm get manifest {release} -n {namespace} > last.yaml, and {last}"
                )
            }
        }
    }

    /// How to waive a rule for a component, or for all.
    pub(super) fn waiver(&self, rule: &Rule, component: Option<&str>) -> String {
        let rules = &[rule.id];
        self.host.setting(Setting::Allow { rules, component })
    }

    /// How to waive several rules for a component.
    pub(super) fn waivers_of(&self, rules: &[&Rule], component: &str) -> String {
        let rules: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
        self.host.setting(Setting::Allow {
            rules: &rules,
            component: Some(component),
        })
    }
}

/// Whether to suggest a target for it: no other rule would refuse one.
pub(super) fn may_have_target(member: &Member<'_>) -> bool {
    let component = member.component;
    let is_refused = component.set_by_chart.value || component.targets_refused.value;
    member.is_worker() && member.autoscalers.is_empty() && !is_refused
}
