//! Tries a draft: it is loaded and judged against the stream that it was made of, and gives way until nothing is changed and
//! nothing is refused that was not refused without it.

use super::counts;
use super::draft::{Draft, listed};
use super::survey::too_many;
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::host::Host;
use crate::host::helm::command_line::Values;
use crate::manifest::Manifest;
use crate::plan::{Member, Plan, Purpose};
use crate::policy::{MAX_BYTES, Policy, PolicyError, PolicyOptions};
use crate::rules::{self, Context, Mode, RULES, Waivers};
use crate::source::Sources;
use crate::word::{Word, Words};

/// A stream that was judged by a policy.
pub(super) struct Trial<'a> {
    pub(super) plan: Plan<'a>,
    pub(super) findings: Vec<Finding>,
}

/// What keeps a draft from being printed.
struct Objection {
    component: Option<Word>,
    why: String,
}

/// The policy without a file: all catalogues.
pub(super) fn built_in(sources: &mut Sources) -> Result<Policy, Vec<Diagnostic>> {
    load(None, sources)
}

fn load(text: Option<&str>, sources: &mut Sources) -> Result<Policy, Vec<Diagnostic>> {
    let options = PolicyOptions {
        function_config: text,
        rules: RULES,
        ..PolicyOptions::default()
    };
    Policy::load(sources, &options).map_err(PolicyError::into_diagnostics)
}

impl<'a> Trial<'a> {
    /// Judges what the filter would write, compared with the stream itself.
    pub(super) fn of(manifest: &'a Manifest, policy: &'a Policy) -> Result<Self, Vec<Diagnostic>> {
        let (baseline, host) = (&Baseline::Rendered, Host::Shell);
        let plan = Plan::new(manifest, policy, baseline, Purpose::Write, host)?;
        let waivers = Waivers::new(&[], jiff::civil::Date::ZERO);
        let findings = rules::judge(
            &Context {
                plan: &plan,
                waivers: &waivers,
                is_empty: false,
                is_stepping: false,
                host,
                values: Values::default(),
                reads_files: false,
                words: &Words::default(),
            },
            Mode::Enforce,
        );
        Ok(Self { plan, findings })
    }

    /// What the policy does to the stream beyond what these findings say.
    fn objections(&self, before: &[Finding]) -> Vec<Objection> {
        let changed = self.plan.members().filter(|member| member.is_changed());
        let changed = changed.map(|member| Objection {
            component: Some(member.component.name.clone()),
            why: format!("the count of {} would change", member.workload.object),
        });
        let is_new = |finding: &&Finding| {
            finding.severity == Severity::Error && !before.iter().any(|it| is_same(it, finding))
        };
        let refused = self
            .findings
            .iter()
            .filter(is_new)
            .map(|finding| Objection {
                component: finding
                    .component
                    .clone()
                    .or_else(|| self.component_of(finding)),
                why: format!("{} ({})", finding.diagnostic.message, finding.rule.id),
            });
        changed.chain(refused).collect()
    }

    /// The component of the object that a finding is about.
    fn component_of(&self, finding: &Finding) -> Option<Word> {
        let object = finding.object.as_ref()?;
        let mut members = self.plan.members();
        let member = members.find(|member| member.workload.object == *object)?;
        Some(member.component.name.clone())
    }
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    let is_about_same =
        one.object == other.object && (one.object.is_some() || one.component == other.component);
    one.rule.id == other.rule.id && is_about_same
}

/// The text of a draft that passes; what keeps the rest of it from passing is told in it.
///
/// # Errors
/// When not even its components alone pass.
pub(super) fn settle(
    mut draft: Draft,
    manifest: &Manifest,
    before: &[Finding],
    sources: &mut Sources,
) -> Result<String, Vec<Diagnostic>> {
    let policy = load(Some(&printed(&draft)?), sources)?;
    counts::fill(&mut draft, &Trial::of(manifest, &policy)?.plan);
    loop {
        let text = printed(&draft)?;
        let objections = match load(Some(&text), sources) {
            Ok(policy) => Trial::of(manifest, &policy)?.objections(before),
            Err(problems) => problems.iter().map(of_problem).collect(),
        };
        if objections.is_empty() || !draft.give_way(&objections) {
            return finish(draft, manifest, sources);
        }
    }
}

fn of_problem(problem: &Diagnostic) -> Objection {
    Objection {
        component: None,
        why: problem.message.to_string(),
    }
}

/// Prints a draft that has nothing more to give. What is refused then is the stream's own, and told.
fn finish(
    mut draft: Draft,
    manifest: &Manifest,
    sources: &mut Sources,
) -> Result<String, Vec<Diagnostic>> {
    let policy = load(Some(&printed(&draft)?), sources)?;
    let trial = Trial::of(manifest, &policy)?;
    if trial.plan.members().any(Member::is_changed) {
        let message = "internal error: no policy can be proposed that changes nothing";
        return Err(vec![Diagnostic::new(message)]);
    }
    let refused = trial.findings.iter();
    let refused = refused.filter(|finding| finding.severity == Severity::Error);
    let refused: Vec<String> = refused
        .map(|it| format!("  {} ({})", it.diagnostic.message, it.rule.id))
        .collect();
    if !refused.is_empty() {
        let message =
            "trimtab refuses these manifests as they are, whatever the policy. Mend this first:";
        draft.notes.push(message.to_owned());
        draft.notes.extend(listed(&refused));
    }
    printed(&draft)
}

/// The text of a draft. None that is larger than this is read from a file.
fn printed(draft: &Draft) -> Result<String, Vec<Diagnostic>> {
    let text = draft.print().map_err(|why| vec![Diagnostic::new(why)])?;
    if text.len() as u64 <= MAX_BYTES {
        return Ok(text);
    }
    Err(vec![too_many()])
}

impl Draft {
    /// Takes back what is objected to: a component's target, else its entry. False where there is nothing to take back.
    fn give_way(&mut self, objections: &[Objection]) -> bool {
        let mut has_given = false;
        for objection in objections {
            let has = |name: &str| objection.component.as_deref() == Some(name);
            let before = self.targets.len();
            self.targets.retain(|target| !has(&target.component));
            if self.targets.len() < before {
                let name = objection.component.as_deref().unwrap_or_default();
                self.untargeted.push(format!("{name}: {}", objection.why));
                has_given = true;
                continue;
            }
            let is_own = |name: &str, has_role: bool| has(name) && has_role;
            let before = self.components.len();
            self.components
                .retain(|it| !is_own(&it.name, it.role.is_some()));
            if self.components.len() < before {
                let name = objection.component.as_deref().unwrap_or_default();
                self.uncovered.push(format!("{name}: {}", objection.why));
                has_given = true;
            }
        }
        has_given
    }
}
