//! How a setting is given on each host, in the words of a help line.
//!
//! A person types options in a shell. Helm, kustomize and pre-commit call trimtab themselves, and hand on variables. Argo CD
//! renders what is committed, and its plugin hands on no more than the policy and the targets: there the policy says it.

use super::Host;
use crate::environment;

/// A setting that a help line proposes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Setting<'s> {
    /// A policy of one's own.
    Policy,
    /// The context of the cluster.
    Context,
    /// The namespace of objects without one.
    Namespace,
    /// What the counts are compared with.
    Baseline(&'s str),
    /// A waiver of each of these rules, for one component or for all.
    Allow {
        rules: &'s [&'s str],
        component: Option<&'s str>,
    },
}

/// Where settings are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Options,
    Variables,
    Policy,
}

impl Host {
    fn means(self) -> Means {
        match self {
            Self::Shell => Means::Options,
            Self::Helm3 | Self::Helm4 | Self::Krm | Self::PreCommit => Means::Variables,
            Self::ArgoCd => Means::Policy,
        }
    }

    /// What to type or to write: `--baseline cluster`, or `TRIMTAB_BASELINE=cluster`.
    pub(crate) fn setting(self, setting: Setting<'_>) -> String {
        match (self.means(), setting) {
            (Means::Options, Setting::Policy) => "-p FILE".to_owned(),
            (Means::Options, Setting::Context) => "--context NAME".to_owned(),
            (Means::Options, Setting::Namespace) => "-n NAMESPACE".to_owned(),
            (Means::Options, Setting::Baseline(source)) => format!("--baseline {source}"),
            (Means::Options, Setting::Allow { rules, component }) => {
                let all = each(rules, " ", |rule| {
                    format!("--allow {}", waived(rule, component))
                });
                format!("{all} --reason WHY")
            }
            // The plugin of Argo CD reads this variable too.
            (Means::Variables | Means::Policy, Setting::Policy) => {
                format!("{}=FILE", environment::POLICY)
            }
            (Means::Variables, Setting::Context) => format!("{}=NAME", environment::CONTEXT),
            (Means::Variables, Setting::Namespace) => {
                format!("{}=NAMESPACE", environment::NAMESPACE)
            }
            (Means::Variables, Setting::Baseline(source)) => {
                format!("{}={source}", environment::BASELINE)
            }
            (Means::Variables, Setting::Allow { rules, component }) => {
                let all = each(rules, ",", |rule| waived(rule, component));
                format!("{}={all} {}=WHY", environment::ALLOW, environment::REASON)
            }
            (Means::Policy, Setting::Context) => {
                "`cluster: {context: NAME}` in the policy".to_owned()
            }
            (Means::Policy, Setting::Namespace) => "the Application's destination".to_owned(),
            (Means::Policy, Setting::Baseline(source)) => {
                format!("`baseline: {source}` in the policy")
            }
            (Means::Policy, Setting::Allow { rules, component }) => {
                let component = component.map(|name| format!(" component: {name},"));
                let component = component.unwrap_or_default();
                let all = each(rules, " and ", |rule| {
                    format!("`- {{rule: {rule},{component} reason: WHY}}`")
                });
                format!("{all} under `waivers` in the policy")
            }
        }
    }

    /// How to get a baseline of live counts.
    pub(crate) fn live_baseline(self) -> String {
        let running = self.setting(Setting::Baseline("cluster"));
        let listed = self.setting(Setting::Baseline("file:live.yaml"));
        match self {
            Self::ArgoCd => format!("compare with the live objects: {running}"),
            _ => format!(
                "compare with the live objects: {running}; or kubectl get deploy,statefulset -o yaml > live.yaml, and {listed}"
            ),
        }
    }

    /// How to take a scale-in step by step, where each run can take a further step.
    pub(crate) fn step(self) -> Option<String> {
        match self.means() {
            Means::Options => Some("--scale-in step".to_owned()),
            Means::Variables => Some(format!("{}=step", environment::SCALE_IN)),
            // Argo CD caches what the plugin printed.
            Means::Policy => None,
        }
    }

    /// Whether a setting can be given for one run alone.
    pub(crate) fn sets_one_run(self) -> bool {
        self.means() != Means::Policy
    }
}

fn each(rules: &[&str], between: &str, said: impl Fn(&str) -> String) -> String {
    let rules = rules.iter().map(|rule| said(rule));
    rules.collect::<Vec<_>>().join(between)
}

/// `worker-removed=indexNode`, or the rule alone.
fn waived(rule: &str, component: Option<&str>) -> String {
    component.map_or_else(|| rule.to_owned(), |name| format!("{rule}={name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: [Host; 6] = [
        Host::Shell,
        Host::Helm3,
        Host::Helm4,
        Host::Krm,
        Host::PreCommit,
        Host::ArgoCd,
    ];

    #[test]
    fn a_setting_is_given_as_the_host_takes_it() {
        let allow = Setting::Allow {
            rules: &["worker-removed"],
            component: Some("indexNode"),
        };
        for host in HOSTS {
            let said = [
                host.setting(Setting::Policy),
                host.setting(Setting::Baseline("cluster")),
                host.setting(allow),
                host.step().unwrap_or_default(),
            ];
            let expected = match host {
                Host::Shell => [
                    "-p FILE",
                    "--baseline cluster",
                    "--allow worker-removed=indexNode --reason WHY",
                    "--scale-in step",
                ],
                Host::ArgoCd => [
                    "TRIMTAB_POLICY=FILE",
                    "`baseline: cluster` in the policy",
                    "`- {rule: worker-removed, component: indexNode, reason: WHY}` under `waivers` in the policy",
                    "",
                ],
                _ => [
                    "TRIMTAB_POLICY=FILE",
                    "TRIMTAB_BASELINE=cluster",
                    "TRIMTAB_ALLOW=worker-removed=indexNode TRIMTAB_REASON=WHY",
                    "TRIMTAB_SCALE_IN=step",
                ],
            };
            assert_eq!(said, expected, "{host:?}");
        }
    }
}
