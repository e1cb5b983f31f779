//! Applies waivers to findings: those of the policy and of `--allow`.

use std::ptr;

use jiff::civil::Date;

use super::{Rule, waiver_expired};
use crate::finding::{Finding, Waived};
use crate::plan::Member;
use crate::policy::{Given, Text, Waiver};

/// The waivers of a run, on its day.
#[derive(Debug)]
pub(crate) struct Waivers<'p> {
    listed: &'p [Waiver],
    today: Date,
    /// A rule that is taken for waived everywhere, to see what else would be found then.
    assumed: Option<&'static str>,
}

impl<'p> Waivers<'p> {
    /// The waivers of a policy on a day (UTC).
    pub(crate) fn new(waivers: &'p [Waiver], today: Date) -> Self {
        Self {
            listed: waivers,
            today,
            assumed: None,
        }
    }

    /// The same as if a rule were waived for every workload.
    pub(super) fn and_all_of(&self, rule: &Rule) -> Self {
        Self {
            assumed: Some(rule.id),
            ..*self
        }
    }

    /// The unexpired waiver of this rule for a component, if any.
    ///
    /// A waiver without a component applies to all; one that names a workload does not apply to a component as a whole.
    pub(crate) fn active(&self, rule: &Rule, component: Option<&str>) -> Option<&'p Waiver> {
        self.matching(rule, component, None)
            .find(|waiver| !self.has_ended(waiver))
    }

    /// Whether an unexpired waiver of this rule applies to a workload, or to its whole component.
    pub(crate) fn covers(&self, rule: &Rule, member: &Member<'_>) -> bool {
        let (component, workload) = (&member.component.name, &member.workload.object.name);
        let mut waivers = self.matching(rule, Some(component), Some(workload));
        self.assumed == Some(rule.id) || waivers.any(|waiver| !self.has_ended(waiver))
    }

    /// The waivers for a finding, including expired ones.
    fn for_finding<'w>(&'w self, finding: &'w Finding) -> impl Iterator<Item = &'p Waiver> + 'w {
        let workload = finding.object.as_ref().map(|object| object.name.as_str());
        self.matching(finding.rule, finding.component.as_deref(), workload)
    }

    /// The unexpired waiver of a finding, if any.
    pub(super) fn active_for(&self, finding: &Finding) -> Option<&'p Waiver> {
        self.for_finding(finding)
            .find(|waiver| !self.has_ended(waiver))
    }

    fn waived(&self, finding: &Finding) -> Option<Box<Waived>> {
        let waiver = self.active_for(finding)?;
        Some(Box::new(waived(waiver)))
    }

    fn matching<'w>(
        &'w self,
        rule: &'w Rule,
        component: Option<&'w str>,
        workload: Option<&'w str>,
    ) -> impl Iterator<Item = &'p Waiver> + 'w {
        let fits = |wanted: Option<&Given<Text>>, found: Option<&str>| {
            wanted.is_none_or(|wanted| found == Some(&wanted.value))
        };
        self.listed.iter().filter(move |waiver| {
            waiver.rule.id == rule.id
                && fits(waiver.component.as_ref(), component)
                && fits(waiver.workload.as_ref(), workload)
        })
    }

    fn has_ended(&self, waiver: &Waiver) -> bool {
        let last = waiver.expires.as_ref();
        last.is_some_and(|last| last.value < self.today)
    }

    /// Marks waived findings, and adds a finding for each expired waiver that is still needed.
    pub(super) fn apply_to(&self, findings: &mut Vec<Finding>) {
        let mut expired: Vec<(&Waiver, Finding)> = Vec::new();
        for finding in findings.iter_mut().filter(|it| it.rule.waivable) {
            finding.waived = self.waived(finding);
            let ended = self.for_finding(finding).next();
            let is_new = |waiver: &&Waiver| {
                let mut known = expired.iter();
                !known.any(|(known, _)| ptr::eq(*known, *waiver))
            };
            let ended = ended.filter(|_| finding.waived.is_none()).filter(is_new);
            if let Some(waiver) = ended {
                expired.push((waiver, waiver_expired::expired(waiver, finding)));
            }
        }
        for (_, mut finding) in expired {
            finding.waived = self.waived(&finding);
            findings.push(finding);
        }
    }
}

fn waived(waiver: &Waiver) -> Waived {
    Waived {
        reason: waiver.reason.as_ref().map(|reason| reason.to_string()),
        place: Some(waiver.place.clone()),
        expires: waiver.expires.as_ref().map(|day| day.value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

    use super::*;
    use crate::policy::{Policy, PolicyOptions};
    use crate::rules::{self, RULES};
    use crate::source::Sources;

    #[test]
    fn a_waiver_covers_its_last_day() {
        let text = "apiVersion: trimtab.dev/v1alpha1\nkind: ReplicaPolicy\nmetadata: {name: test}\nspec:\n  \
                    extends: milvus\n  waivers: [{rule: below-floor, reason: test, expires: 2026-12-31}]\n";
        let options = PolicyOptions {
            function_config: Some(text),
            rules: RULES,
            ..PolicyOptions::default()
        };
        let policy = Policy::load(&mut Sources::default(), &options).unwrap();
        let rule = rules::find("below-floor").unwrap();
        let holds = |day: &str| {
            let waivers = Waivers::new(&policy.waivers, day.parse().unwrap());
            waivers.active(rule, None).is_some()
        };
        let days = ["2026-12-30", "2026-12-31", "2027-01-01"];
        assert_eq!(days.map(holds), [true, true, false]);
    }
}
