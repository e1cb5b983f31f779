//! The findings in a text report: the first few of each rule, and the rest counted by component.
//!
//! Refusing, warning and waived findings are counted separately, so that a waived finding never hides one that refuses.

use crate::finding::{Finding, Severity};
use crate::rule::Rule;

/// The most findings of one rule that are shown.
const SHOWN: usize = 20;

/// The most components that the rest is counted by.
const COMPONENTS: usize = 20;

/// The effect of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Error,
    Warning,
    Waived,
}

impl Weight {
    pub(super) fn of(finding: &Finding) -> Self {
        match (&finding.waived, finding.severity) {
            (Some(_), _) => Self::Waived,
            (None, Severity::Error) => Self::Error,
            (None, Severity::Warning) => Self::Warning,
        }
    }
}

/// The findings that are shown, and the others.
pub(super) struct Shortened<'f> {
    pub(super) shown: Vec<&'f Finding>,
    pub(super) rest: Vec<Rest<'f>>,
}

/// The findings of a rule that are not shown.
pub(super) struct Rest<'f> {
    pub(super) rule: &'static Rule,
    pub(super) weight: Weight,
    shown: usize,
    /// How many there are of each component, in the order of the stream.
    components: Vec<(Option<&'f str>, usize)>,
}

impl<'f> Shortened<'f> {
    pub(super) fn new(findings: impl Iterator<Item = &'f Finding>) -> Self {
        let mut shown = Vec::new();
        let mut groups: Vec<Rest<'f>> = Vec::new();
        for finding in findings {
            let (rule, weight) = (finding.rule, Weight::of(finding));
            let known = groups
                .iter()
                .position(|it| it.rule.id == rule.id && it.weight == weight);
            let at = known.unwrap_or_else(|| {
                groups.push(Rest {
                    rule,
                    weight,
                    shown: 0,
                    components: Vec::new(),
                });
                groups.len() - 1
            });
            let Some(group) = groups.get_mut(at) else {
                continue;
            };
            if group.shown < SHOWN {
                group.shown += 1;
                shown.push(finding);
            } else {
                group.count(finding.component.as_deref());
            }
        }
        groups.retain(|group| !group.components.is_empty());
        Self {
            shown,
            rest: groups,
        }
    }
}

impl<'f> Rest<'f> {
    fn count(&mut self, component: Option<&'f str>) {
        match self.components.iter_mut().find(|(it, _)| *it == component) {
            Some((_, count)) => *count += 1,
            None => self.components.push((component, 1)),
        }
    }

    /// `180 more: 100 of queryNode, 80 of proxy`
    pub(super) fn message(&self) -> String {
        let all: usize = self.components.iter().map(|(_, count)| count).sum();
        let named = self.components.iter().take(COMPONENTS);
        let mut parts: Vec<String> = named
            .filter_map(|(component, count)| Some(format!("{count} of {}", (*component)?)))
            .collect();
        let hidden = self.components.len().saturating_sub(COMPONENTS);
        if hidden > 0 {
            parts.push(format!("some of {hidden} other components"));
        }
        match parts.as_slice() {
            [] => format!("{all} more"),
            parts => format!("{all} more: {}", parts.join(", ")),
        }
    }
}
