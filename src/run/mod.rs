//! One run, from the texts to the verdict.

mod ask;
mod outcome;
mod texts;
mod writing;

use std::io;

pub use self::ask::Ask;
pub use self::outcome::Judged;
use self::texts::{Input, Texts};
use crate::baseline::Baseline;
use crate::diagnostic::Diagnostic;
use crate::host::resource_list::ResourceList;
use crate::manifest::Kinds;
use crate::options::Options;
use crate::plan::{Plan, ScaleIn};
use crate::policy::{Policy, PolicyError, PolicyOptions};
use crate::report::Verdict;
use crate::rules::{self, Context, Waivers};
use crate::source::Sources;

/// Reads, plans and judges.
///
/// `sources` gets every text of the run, so that messages can show it, also those of an error.
///
/// # Errors
/// What keeps it from deciding: input that cannot be read, a policy that is not valid, a baseline out of reach.
pub fn run(
    ask: &Ask,
    options: &Options,
    stdin: impl io::Read,
    sources: &mut Sources,
) -> Result<Judged, Vec<Diagnostic>> {
    let input = Input::take(ask, options, stdin, sources)?;
    let list = input.resource_list(ask, sources)?;
    let policy = load_policy(options, list.as_ref(), sources)?;
    let kinds = Kinds::new(policy.kinds().into_iter().map(|(_, kind)| kind));
    let source = options.baseline(&policy)?;
    let mut texts = input.read(options, list.is_some(), sources, &kinds)?;
    let baseline = texts::baseline(&source, options, &mut texts, sources, &kinds)?;

    let waivers = Waivers::new(&policy.waivers, today());
    let plan = plan(ask, options, &texts, &policy, &baseline, &waivers)?;
    let findings = rules::judge(
        &Context {
            plan: &plan,
            waivers: &waivers,
            is_empty: texts.is_nothing(sources),
            is_stepping: options.scale_in == ScaleIn::Step,
        },
        options.mode,
    );
    let verdict = Verdict::on(&findings, options.deny_warnings);
    let output = match list {
        Some(list) => Some(writing::answer(&list, &plan, &findings, verdict, sources)?),
        None => writing::output(ask, &plan, &texts, verdict, sources)?,
    };
    Ok(outcome::judged(
        ask, options, &plan, &texts, findings, verdict, output,
    ))
}

fn load_policy(
    options: &Options,
    list: Option<&ResourceList>,
    sources: &mut Sources,
) -> Result<Policy, Vec<Diagnostic>> {
    let asked = PolicyOptions {
        file: options.policy.as_deref(),
        function_config: list.and_then(|list| list.config.as_deref()),
        targets: &options.targets,
        allow: &options.allow,
        reason: options.reason.as_deref(),
        rules: rules::RULES,
    };
    Policy::load(sources, &asked).map_err(PolicyError::into_diagnostics)
}

/// The counts that are meant, or the steps towards them.
fn plan<'a>(
    ask: &Ask,
    options: &Options,
    texts: &'a Texts,
    policy: &'a Policy,
    baseline: &'a Baseline,
    waivers: &Waivers<'_>,
) -> Result<Plan<'a>, Vec<Diagnostic>> {
    let plan = Plan::new(&texts.manifest, policy, baseline, ask.purpose())?;
    Ok(match options.scale_in {
        ScaleIn::Refuse => plan,
        ScaleIn::Step => plan.with_steps(|component| rules::may_scale_in(waivers, component)),
    })
}

/// The day on which waivers are judged, in UTC.
fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC
        .to_datetime(jiff::Timestamp::now())
        .date()
}
