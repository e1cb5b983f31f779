//! The findings that follow from Kubernetes' reading of autoscalers and budgets: a second, simpler implementation of these
//! rules.

use crate::kubernetes::{Autoscaler, Budget, Object, ScalingPolicy};

/// A finding as it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) rule: String,
    pub(crate) message: String,
}

/// The kinds that trimtab reads in addition to the catalogue's.
const KINDS: [&str; 3] = [
    "HorizontalPodAutoscaler",
    "ScaledObject",
    "PodDisruptionBudget",
];

const CUT: &str = "at once, because";

/// The findings that follow from some objects.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) certain: Vec<Found>,
    /// What may be said instead: that something of an object cannot be read with certainty.
    doubts: Vec<String>,
}

/// A workload that the policy of these tests names.
struct Member<'o> {
    object: &'o Object,
    is_worker: bool,
    /// The autoscalers that name it.
    scalers: Vec<(&'o Object, &'o Autoscaler)>,
}

impl Expected {
    pub(crate) fn of(objects: &[Object]) -> Self {
        let members = members(objects);
        let mut expected = Self::default();
        expected.add("autoscaler-unguarded", cut(&members));
        for object in objects {
            if let Some(autoscaler) = &object.autoscaler {
                expected.autoscaler(object, autoscaler, &members);
            }
            if let Some(budget) = &object.budget {
                let message = budget_message(object, budget, &members);
                expected.add("disruption-budget", message);
                // The name is what cannot be read, or something else.
                for name in [&object.name, ""] {
                    let doubt = format!(
                        "whether {} {name} can be satisfied cannot be determined",
                        object.kind
                    );
                    expected.doubts.push(doubt);
                }
            }
        }
        expected
    }

    /// Whether a finding says, instead of another one, that the same object cannot be read with certainty.
    pub(crate) fn doubts(&self, wanted: &Found, it: &Found) -> bool {
        let named = |message: &str| {
            let words = message.split(' ').skip_while(|word| !KINDS.contains(word));
            words.take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        let (own, other) = (named(&wanted.message), named(&it.message));
        let may_be_the_same = own == other || other.get(1).is_some_and(String::is_empty);
        wanted.rule == it.rule && self.is_doubt(it) && may_be_the_same
    }

    /// Whether a finding sums up what autoscalers take at once, which depends on all of them.
    pub(crate) fn is_sum(it: &Found) -> bool {
        it.message.contains(CUT)
    }

    /// Whether a finding only says that an object cannot be read with certainty.
    pub(crate) fn is_doubt(&self, it: &Found) -> bool {
        self.doubts.contains(&it.message)
    }

    fn add(&mut self, rule: &str, message: Option<String>) {
        let found = message.map(|message| Found {
            rule: rule.to_owned(),
            message,
        });
        self.certain.extend(found);
    }

    fn autoscaler(&mut self, object: &Object, autoscaler: &Autoscaler, members: &[Member<'_>]) {
        let owner = format!("{} {}", object.kind, object.name);
        let named = members
            .iter()
            .find(|member| member.object.is_named_by(object, autoscaler));
        match named {
            None => {
                let (kind, name) = (&autoscaler.target_kind, &autoscaler.target_name);
                let message = autoscaler
                    .names_a_managed_kind()
                    .then(|| format!("{owner} scales {kind} {name}, which is not in the stream"));
                self.add("autoscaler-orphaned", message);
            }
            Some(member) if member.is_worker => {
                let message = excess(autoscaler).map(|(loss, of)| {
                    let plural = if of == 1 { "" } else { "s" };
                    format!("{owner} can remove {loss} of {of} replica{plural} of worker at once; the policy allows 1 in one release")
                });
                self.add("autoscaler-unguarded", message);
                let doubt = format!("how fast {owner} can scale worker in cannot be determined");
                self.doubts.push(doubt);
            }
            Some(_) => {
                let message = format!("{owner} scales coordinator, which is a coordinator");
                self.add("autoscaler-on-coordinator", Some(message));
            }
        }
    }
}

fn members(objects: &[Object]) -> Vec<Member<'_>> {
    let ours = objects.iter().filter_map(|object| {
        let app = object.match_labels.get("app")?;
        let is_worker = match (object.kind.as_str(), app.as_str()) {
            ("Deployment", "proxy") | ("StatefulSet", "store") => true,
            ("Deployment", "coord") => false,
            _ => return None,
        };
        let scalers = objects.iter().filter_map(|it| {
            let autoscaler = it.autoscaler.as_ref()?;
            object
                .is_named_by(it, autoscaler)
                .then_some((it, autoscaler))
        });
        (object.api_version == "apps/v1").then(|| Member {
            object,
            is_worker,
            scalers: scalers.collect(),
        })
    });
    ours.collect()
}

impl Object {
    /// Whether it is one that these tests judge.
    pub(crate) fn is_guard(&self) -> bool {
        self.autoscaler.is_some() || self.budget.is_some()
    }

    /// Whether it is of a kind that trimtab reads as an autoscaler or a budget, and the API server refuses it.
    pub(crate) fn is_refused_guard(&self) -> bool {
        KINDS.contains(&self.kind.as_str()) && !self.is_guard()
    }

    fn in_namespace(&self) -> &str {
        if self.namespace.is_empty() {
            "default"
        } else {
            &self.namespace
        }
    }

    fn is_named_by(&self, owner: &Self, autoscaler: &Autoscaler) -> bool {
        self.in_namespace() == owner.in_namespace()
            && (&self.kind, &self.name) == (&autoscaler.target_kind, &autoscaler.target_name)
    }
}

impl Autoscaler {
    /// The count that it brings a higher one down to at once.
    fn ceiling(&self) -> u32 {
        let paused = self.at_once.filter(|_| self.is_paused);
        paused.map_or(self.max, |to| u32::try_from(to).unwrap_or_default())
    }

    /// Whether its target is of the group `apps`, or it does not say of which.
    fn names_a_managed_kind(&self) -> bool {
        let group = self.target_api_version.split_once('/').map(|it| it.0);
        let is_of_group = self.target_api_version.is_empty() || group == Some("apps");
        is_of_group && ["Deployment", "StatefulSet"].contains(&self.target_kind.as_str())
    }
}

/// What autoscalers take of the workers as soon as they are applied, if that is more than one.
fn cut(members: &[Member<'_>]) -> Option<String> {
    let workers = members.iter().filter(|member| member.is_worker);
    let (mut of, mut loss, mut most) = (0, 0, None);
    for member in workers {
        let replicas = member.object.replicas.parse().unwrap_or(1_u32);
        let scalers = member
            .scalers
            .iter()
            .map(|(owner, it)| (it.ceiling(), *owner, *it));
        let lowest = scalers.min_by_key(|(to, ..)| *to);
        let own = lowest.map_or(0, |(to, ..)| replicas.saturating_sub(to));
        (of, loss) = (of + replicas, loss + own);
        let key = (own, std::cmp::Reverse(&member.object.name));
        if own > 0 && most.as_ref().is_none_or(|(other, _)| key > *other) {
            most = Some((key, lowest?));
        }
    }
    let (_, (to, owner, autoscaler)) = most.filter(|_| loss > 1)?;
    let what = if autoscaler.is_paused {
        format!("is paused at {to}")
    } else {
        format!("has a maximum of {to}")
    };
    let (kind, name) = (&owner.kind, &owner.name);
    Some(format!(
        "worker would lose {loss} of {of} replicas {CUT} {kind} {name} {what}; the policy allows 1 in one release"
    ))
}

/// A loss of more than one, and the replicas before it: at the most replicas, else at fewer, from 100 down.
fn excess(autoscaler: &Autoscaler) -> Option<(u32, u32)> {
    let counts = std::iter::once(autoscaler.max).chain((1..=autoscaler.max.min(100)).rev());
    let mut losses = counts.map(|of| {
        let by_policies = autoscaler.policies.iter().map(|policy| policy.loss(of));
        let loss = match autoscaler.select.as_str() {
            "Disabled" => Some(0),
            "Min" => by_policies.min(),
            _ => by_policies.max(),
        };
        let above = of.saturating_sub(autoscaler.min);
        let at_once = autoscaler.at_once.map_or(0, |to| {
            let to = u32::try_from(to).unwrap_or_default();
            of.saturating_sub(to)
        });
        (loss.unwrap_or(of).min(above).max(at_once), of)
    });
    losses.find(|(loss, _)| *loss > 1)
}

impl ScalingPolicy {
    fn loss(&self, of: u32) -> u32 {
        if self.kind == "Pods" {
            return self.value.min(of);
        }
        let stay = u64::from(of) * u64::from(100_u32.saturating_sub(self.value)) / 100;
        of - u32::try_from(stay).unwrap()
    }
}

fn budget_message(object: &Object, budget: &Budget, members: &[Member<'_>]) -> Option<String> {
    let labels = budget
        .match_labels
        .as_ref()
        .filter(|_| !budget.has_expressions)?;
    let selected: Vec<_> = members
        .iter()
        .filter(|member| {
            let own = &member.object.match_labels;
            member.object.in_namespace() == object.in_namespace()
                && labels
                    .iter()
                    .all(|(key, value)| own.get(key) == Some(value))
        })
        .collect();
    let has = |is_worker| selected.iter().any(|member| member.is_worker == is_worker);
    let names = match (has(false), has(true)) {
        (true, true) => "coordinator, worker",
        (true, false) => "coordinator",
        (false, true) => "worker",
        (false, false) => return None,
    };
    let counts = selected.iter().map(|member| {
        let is_scaled = !member.scalers.is_empty();
        let replicas = member.object.replicas.parse::<u64>();
        (!is_scaled).then(|| replicas.unwrap_or(1))
    });
    let total: Option<u64> = counts.sum();
    let what = if is_zero(&budget.max_unavailable) {
        "does not allow any disruption".to_owned()
    } else {
        let total = total.filter(|total| *total > 0)?;
        let wanted = wanted(&budget.min_available, total)?;
        if wanted <= total {
            return None;
        }
        format!("requires {wanted} available pods, but there would be {total}")
    };
    Some(format!(
        "{} {} {what}: no node that runs {names} can be drained",
        object.kind, object.name
    ))
}

/// `0`, `0%`, `00%`
fn is_zero(share: &str) -> bool {
    let number = share.strip_suffix('%').unwrap_or(share);
    number.parse() == Ok(0)
}

fn wanted(share: &str, total: u64) -> Option<u64> {
    match share.strip_suffix('%') {
        Some(percent) => Some((total * percent.parse::<u64>().ok()?).div_ceil(100)),
        None => share.parse().ok(),
    }
}
