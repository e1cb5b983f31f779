//! A run of a command that judges: reads the input, policy and baseline, plans, judges, and decides what to write.

mod asked;
mod on_baseline;
mod on_stream;
mod report;
mod templates;
mod texts;
mod writing;

use self::asked::Asked;
pub(crate) use self::texts::Input;
use self::texts::Texts;
use crate::baseline::Baseline;
use crate::cli::Options;
use crate::diagnostic::Diagnostic;
use crate::host::Host;
use crate::host::helm::command_line::{HelmCall, Values};
use crate::host::resource_list::ResourceList;
use crate::manifest::Kinds;
use crate::output::Output;
use crate::plan::{Member, Plan, Purpose, ScaleIn};
use crate::policy::{Policy, PolicyError, PolicyOptions};
use crate::report::{Command, Detail, Report, Verdict};
use crate::rules::{self, Context, Waivers};
use crate::source::Sources;
use crate::word::Words;

/// The request of a run, and its host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Task<'t> {
    pub(crate) command: Command,
    pub(crate) options: &'t Options,
    pub(crate) host: Host,
    /// What its report shows of a release.
    pub(crate) detail: Detail,
    /// How the Helm that runs it was called.
    pub(crate) helm: Option<&'t HelmCall>,
}

impl Task<'_> {
    /// The release that Helm goes to, if it is known.
    fn release(&self) -> Option<&str> {
        match self.helm? {
            HelmCall::Known(command) => command.release.as_deref(),
            _ => None,
        }
    }

    /// What Helm starts from.
    fn values(&self) -> Values {
        match self.helm {
            Some(HelmCall::Known(command)) => command.values,
            _ => Values::default(),
        }
    }

    /// What it does with the counts.
    fn purpose(&self) -> Purpose {
        match self.command {
            Command::Check => Purpose::Check,
            _ => Purpose::Write,
        }
    }

    /// What to do with a scale-in that is too large; `plan` shows the steps, unless there is nothing to compare with.
    fn scale_in(&self, baseline: &Baseline) -> ScaleIn {
        match (self.command, baseline) {
            (Command::Plan, Baseline::Rendered) => ScaleIn::Refuse,
            (Command::Plan, Baseline::Snapshot(_)) => ScaleIn::Step,
            _ => self.options.scale_in,
        }
    }
}

/// The result of a run, and what to write: nothing when refused, except for a KRM function.
pub(crate) struct Judged {
    pub(crate) report: Report,
    pub(crate) output: Option<Output>,
}

/// Reads, plans and judges.
///
/// Every text of the run is added to `sources`, so that messages can show it, even on an error.
///
/// # Errors
/// Input that cannot be read, an invalid policy, or a baseline that cannot be read.
pub(crate) fn run(
    task: &Task<'_>,
    input: &Input,
    sources: &mut Sources,
) -> Result<Judged, Vec<Diagnostic>> {
    let options = task.options;
    let policy = load_policy(options, input.list(), sources)?;
    let kinds = Kinds::new(policy.kinds().into_iter().map(|(_, kind)| kind));
    let asked = Asked::of(task, &policy, &kinds)?;
    let mut texts = input.read(task, asked.namespace(), sources, &kinds)?;
    texts.differ_from(&asked.source, task.command)?;
    let baseline = asked.read(&mut texts, sources)?;

    let now = jiff::Timestamp::now();
    let waivers = Waivers::new(&policy.waivers, today(now));
    let plan = plan(task, &texts, &policy, &baseline, &waivers)?;
    // What this takes for a moment is not taken beside the findings, of which there may be very many.
    let releases = report::releases(&plan, task.detail);
    let findings = rules::judge(
        &Context {
            plan: &plan,
            waivers: &waivers,
            is_empty: texts.is_nothing(sources),
            is_stepping: task.scale_in(&baseline) == ScaleIn::Step,
            host: task.host,
            values: task.values(),
            reads_files: texts.files.is_some(),
            words: &Words::default(),
        },
        options.mode,
    );
    let verdict = Verdict::on(&findings, options.deny_warnings);
    let output = match input.list() {
        Some(list) => Some(writing::answer(list, &plan, &findings, verdict, sources)?),
        None => writing::output(task, &plan, &texts, verdict, sources)?,
    };
    let notes = [
        texts.notes.clone(),
        on_stream::notes(task.command, &plan, &findings, sources),
        on_baseline::notes(&plan, now, task.release()),
    ]
    .concat();
    let report = report::report(task, &plan, releases, &notes, findings, verdict);
    Ok(Judged { report, output })
}

/// Loads the policy that the options say.
///
/// # Errors
/// When it cannot be read, or is not valid.
pub(crate) fn load_policy(
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

/// The plan with the targets, or with the steps towards them.
fn plan<'a>(
    task: &Task<'_>,
    texts: &'a Texts,
    policy: &'a Policy,
    baseline: &'a Baseline,
    waivers: &Waivers<'_>,
) -> Result<Plan<'a>, Vec<Diagnostic>> {
    let purpose = task.purpose();
    let plan = Plan::new(&texts.manifest, policy, baseline, purpose, task.host)?;
    Ok(match task.scale_in(baseline) {
        ScaleIn::Refuse => plan,
        ScaleIn::Step => {
            let takes_none = |member: &Member<'_>| rules::takes_no_step(waivers, member, purpose);
            plan.with_steps(&takes_none)
        }
    })
}

/// The day on which waivers are judged, in UTC.
fn today(now: jiff::Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(now).date()
}
