//! One run, from the texts to the verdict.

mod outcome;
mod texts;

use std::io;
use std::path::{Path, PathBuf};

use crate::baseline::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::host::resource_list::ResourceList;

use self::texts::Input;
use crate::manifest::Kinds;
use crate::options::Options;
use crate::output::Output;
use crate::plan::{Plan, Purpose, ScaleIn};
use crate::policy::{Policy, PolicyError, PolicyOptions};
use crate::report::{self, BaselineRef, Change, PolicyRef, Report, Verdict};
use crate::rules::{self, Context, Waivers};
use crate::source::Sources;

/// What a run is about.
#[derive(Debug, Clone)]
pub enum Ask {
    /// The filter: standard input, patched.
    Filter,
    /// `check`: a report on files and folders, or on standard input when none is named.
    Check(Vec<PathBuf>),
    /// `fix`: the files, patched.
    Fix(Vec<PathBuf>),
}

/// What a run came to; with [`Sources`] it is a [`Report`].
#[derive(Debug)]
pub struct Judged {
    command: report::Command,
    policy: PolicyRef,
    baseline: BaselineRef,
    workloads: usize,
    releases: usize,
    changes: Vec<Change>,
    findings: Vec<Finding>,
    notes: Vec<String>,
    verdict: Verdict,
    /// What to write when nothing was refused.
    pub output: Option<Output>,
}

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
    let input = Input::take(&ask.paths(options)?, stdin, sources)?;
    let list = if matches!(ask, Ask::Filter) {
        input.resource_list(sources)?
    } else {
        None
    };
    let policy = load_policy(options, list.as_ref(), sources)?;
    let kinds = Kinds::new(policy.kinds())
        .map_err(|error| vec![Diagnostic::new(format!("the catalogue's kinds: {error}"))])?;
    let source = options.baseline(policy.baseline.as_ref().map(|declared| &declared.source));
    refuse_blind_steps(options, &source)?;
    let mut texts = input.read(options, list.is_some(), sources, &kinds)?;
    let baseline = texts::baseline(&source, options, &mut texts, sources, &kinds)?;

    let waivers = Waivers::new(&policy.waivers, today());
    let mut plan = Plan::new(&texts.manifest, &policy, &baseline, ask.purpose())?;
    let is_stepping = options.scale_in == ScaleIn::Step;
    if is_stepping {
        plan.take_steps(|component| rules::may_scale_in(&waivers, component));
    }
    let context = Context {
        plan: &plan,
        waivers: &waivers,
        is_empty: texts.is_nothing(sources),
        is_stepping,
    };
    let findings = rules::judge(&context, options.mode);
    let verdict = verdict(&findings, options.deny_warnings);
    let writes = ask.command().writes();
    let output = match (&list, verdict) {
        (Some(list), _) => Some(outcome::answer(list, &plan, &findings, verdict, sources)?),
        (None, Verdict::Passed) if writes => Some(outcome::output(&plan, &texts, sources)?),
        _ => None,
    };
    let path = options
        .policy
        .as_ref()
        .map(|path| path.display().to_string());
    Ok(Judged {
        command: ask.command(),
        policy: PolicyRef {
            name: policy.name.clone(),
            path,
        },
        baseline: BaselineRef {
            source: baseline.name().to_owned(),
            live: baseline.is_live(),
        },
        workloads: plan.members.len(),
        releases: plan.releases.len(),
        changes: if writes {
            outcome::changes(&plan)
        } else {
            Vec::new()
        },
        findings,
        notes: [texts.notes.clone(), outcome::waiting(&plan)].concat(),
        verdict,
        output,
    })
}

impl Ask {
    fn purpose(&self) -> Purpose {
        if self.command().writes() {
            Purpose::Write
        } else {
            Purpose::Check
        }
    }

    /// The command, as reports name it.
    pub fn command(&self) -> report::Command {
        match self {
            Self::Filter => report::Command::Filter,
            Self::Check(_) => report::Command::Check,
            Self::Fix(_) => report::Command::Fix,
        }
    }

    /// The paths to read; none is standard input.
    fn paths(&self, options: &Options) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
        let (Self::Check(paths) | Self::Fix(paths)) = self else {
            return Ok(Vec::new());
        };
        let is_fix = matches!(self, Self::Fix(_));
        let names_stdin = paths.iter().any(|path| path == Path::new("-"));
        if paths.is_empty() && options.is_pre_commit {
            return Ok(vec![PathBuf::from(".")]);
        }
        if is_fix && (paths.is_empty() || names_stdin) {
            let diagnostic = Diagnostic::new("fix needs the files or folders to fix");
            return Err(vec![
                diagnostic.help("to patch standard input, run trimtab without a command"),
            ]);
        }
        if names_stdin && paths.len() > 1 {
            return Err(vec![Diagnostic::new(
                "standard input (`-`) and files cannot be checked together",
            )]);
        }
        Ok(if names_stdin {
            Vec::new()
        } else {
            paths.clone()
        })
    }
}

impl Judged {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The run as a report.
    pub fn report<'a>(&self, sources: &'a Sources) -> Report<'a> {
        Report {
            sources,
            command: self.command,
            policy: self.policy.clone(),
            baseline: self.baseline.clone(),
            workloads: self.workloads,
            releases: self.releases,
            changes: self.changes.clone(),
            findings: self.findings.clone(),
            notes: self.notes.clone(),
            verdict: self.verdict,
        }
    }
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
    };
    Policy::load(sources, &asked).map_err(PolicyError::into_diagnostics)
}

/// A step is measured from a baseline that moves with the cluster; from the render, or from a cached stream, each run
/// would take the same one.
fn refuse_blind_steps(options: &Options, source: &BaselineSource) -> Result<(), Vec<Diagnostic>> {
    if options.scale_in != ScaleIn::Step {
        return Ok(());
    }
    if options.is_argo_cd {
        let diagnostic =
            Diagnostic::new("--scale-in step does not work under Argo CD (ARGOCD_APP_NAME is set)")
                .note("Argo CD caches what a plugin printed, so the next step would never be taken")
                .help("leave it out, and lower the target one step at a time");
        return Err(vec![diagnostic]);
    }
    if *source == BaselineSource::Rendered {
        let diagnostic = Diagnostic::new("--scale-in step needs a baseline of its own: the rendered counts are no place to step from")
            .help("compare with what runs: --baseline file:live.yaml, from kubectl get deploy -o yaml");
        return Err(vec![diagnostic]);
    }
    Ok(())
}

/// The day on which waivers are judged, in UTC.
fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC
        .to_datetime(jiff::Timestamp::now())
        .date()
}

fn verdict(findings: &[Finding], deny_warnings: bool) -> Verdict {
    let refuses = |finding: &Finding| {
        finding.waived.is_none() && (finding.severity == Severity::Error || deny_warnings)
    };
    if findings.iter().any(refuses) {
        Verdict::Refused
    } else {
        Verdict::Passed
    }
}
