//! One run, from the texts to the verdict.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::baseline::{self, Baseline, BaselineSource};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::input;
use crate::manifest::{Kinds, Manifest, Origin};
use crate::options::Options;
use crate::output::Output;
use crate::plan::{Before, Plan, Purpose, ScaleIn, View};
use crate::policy::{Policy, PolicyError, PolicyOptions};
use crate::report::{self, BaselineRef, Change, PolicyRef, Report, Verdict};
use crate::rules::{self, Context, Mode, Waivers};
use crate::source::{Place, Sources};

/// What a run is about.
#[derive(Debug, Clone)]
pub enum Ask {
    /// The filter: standard input, patched.
    Filter,
    /// `check`: a report on files, or on standard input when none is named.
    Check(Vec<PathBuf>),
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
    /// What the filter writes when nothing was refused.
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
    stdin: impl Read,
    sources: &mut Sources,
) -> Result<Judged, Vec<Diagnostic>> {
    let policy = load_policy(options, sources)?;
    let kinds = Kinds::new(policy.kinds())
        .map_err(|error| vec![Diagnostic::new(format!("the catalogue's kinds: {error}"))])?;
    let source = options.baseline(policy.baseline.as_ref().map(|declared| &declared.source));
    refuse_blind_steps(options, &source)?;
    let manifest = read(ask, options, stdin, sources, &kinds)?;
    let (baseline, notes) = load_baseline(&source, options, sources, &kinds)?;

    let today = jiff::tz::Offset::UTC
        .to_datetime(jiff::Timestamp::now())
        .date();
    let waivers = Waivers::new(&policy.waivers, today);
    let mut plan = Plan::new(&manifest, &policy, &baseline, ask.purpose())?;
    let is_stepping = options.scale_in == ScaleIn::Step;
    if is_stepping {
        plan.take_steps(|component| {
            let name = policy
                .components
                .get(component)
                .map(|component| component.name.as_str());
            rules::find("scale-in-too-large")
                .is_some_and(|rule| waivers.active(rule, name).is_some())
        });
    }
    let context = Context {
        plan: &plan,
        waivers: &waivers,
        is_empty: ask.is_empty(&manifest, sources),
        is_stepping,
    };
    let findings = rules::judge(&context, options.mode);
    let verdict = verdict(&findings, options.deny_warnings);
    let output = match (ask, verdict) {
        (Ask::Filter, Verdict::Passed) => Some(output(&plan, sources)?),
        _ => None,
    };
    Ok(Judged {
        command: ask.command(),
        policy: PolicyRef {
            name: policy.name.clone(),
            path: options
                .policy
                .as_ref()
                .map(|path| path.display().to_string()),
        },
        baseline: BaselineRef {
            source: baseline.name().to_owned(),
            live: baseline.is_live(),
        },
        workloads: plan.members.len(),
        releases: plan.releases.len(),
        changes: if ask.purpose() == Purpose::Write {
            changes(&plan)
        } else {
            Vec::new()
        },
        findings,
        notes,
        verdict,
        output,
    })
}

impl Ask {
    fn purpose(&self) -> Purpose {
        match self {
            Self::Filter => Purpose::Write,
            Self::Check(_) => Purpose::Check,
        }
    }

    /// The command, as reports name it.
    pub fn command(&self) -> report::Command {
        match self {
            Self::Filter => report::Command::Filter,
            Self::Check(_) => report::Command::Check,
        }
    }

    /// The files that are named; `-` among them, or no name at all, is standard input.
    fn files(&self) -> &[PathBuf] {
        match self {
            Self::Filter => &[],
            Self::Check(paths) => paths,
        }
    }

    /// Whether standard input was the only text, and held nothing.
    fn is_empty(&self, manifest: &Manifest, sources: &Sources) -> bool {
        let nothing = |text: &str| text.trim_start_matches('\u{feff}').trim().is_empty();
        self.files().iter().all(|path| path == Path::new("-"))
            && manifest
                .sources
                .iter()
                .all(|&id| nothing(sources.get(id).text()))
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

fn load_policy(options: &Options, sources: &mut Sources) -> Result<Policy, Vec<Diagnostic>> {
    let asked = PolicyOptions {
        file: options.policy.as_deref(),
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

fn read(
    ask: &Ask,
    options: &Options,
    stdin: impl Read,
    sources: &mut Sources,
    kinds: &Kinds,
) -> Result<Manifest, Vec<Diagnostic>> {
    let namespace: Option<Arc<str>> = options.namespace.as_deref().map(Arc::from);
    let (mut manifest, mut problems) = (Manifest::default(), Vec::new());
    let mut stdin = Some(stdin);
    let standard_input = [PathBuf::from("-")];
    let paths = if ask.files().is_empty() {
        &standard_input
    } else {
        ask.files()
    };
    for path in paths {
        let (source, folder) = match stdin.take_if(|_| path == Path::new("-")) {
            Some(stdin) => (input::read("<stdin>", stdin, sources), None),
            None => (input::read_file(path, sources), Some(folder_of(path))),
        };
        let result = source
            .map_err(|error| vec![error.context("the input cannot be read")])
            .and_then(|source| {
                let origin = Origin {
                    source,
                    folder,
                    namespace: namespace.clone(),
                };
                Manifest::read(&origin, sources.get(source).text(), kinds).map_err(input::malformed)
            });
        match result {
            Ok(part) => manifest.append(part),
            Err(diagnostics) => problems.extend(diagnostics),
        }
    }
    if problems.is_empty() {
        Ok(manifest)
    } else {
        Err(problems)
    }
}

fn folder_of(path: &Path) -> Arc<str> {
    path.parent()
        .unwrap_or(Path::new(""))
        .to_string_lossy()
        .into()
}

/// The baseline; with `--mode warn` one that is out of reach leaves a note and the rendered counts.
fn load_baseline(
    source: &BaselineSource,
    options: &Options,
    sources: &mut Sources,
    kinds: &Kinds,
) -> Result<(Baseline, Vec<String>), Vec<Diagnostic>> {
    let BaselineSource::File(path) = source else {
        return Ok((Baseline::Rendered, Vec::new()));
    };
    let namespace = options.namespace.as_deref().map(Arc::from);
    match baseline::load(path, sources, kinds, namespace.as_ref()) {
        Ok(snapshot) => Ok((Baseline::Snapshot(snapshot), Vec::new())),
        Err(problems) if options.mode == Mode::Warn && options.scale_in == ScaleIn::Refuse => {
            let notes = problems.iter().map(|problem| {
                format!(
                    "warning: {}; compared with the rendered counts instead",
                    problem.message
                )
            });
            Ok((Baseline::Rendered, notes.collect()))
        }
        Err(problems) => Err(problems),
    }
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

fn output(plan: &Plan<'_>, sources: &Sources) -> Result<Output, Vec<Diagnostic>> {
    let Some(&source) = plan.manifest.sources.first() else {
        return Err(vec![Diagnostic::new("internal error: no stream was read")]);
    };
    let mut edits: Vec<_> = plan
        .edits()
        .into_iter()
        .map(|(view, edit)| (view.workload.document.clone(), edit))
        .collect();
    edits.sort_by_key(|(_, edit)| edit.span.start);
    Output::verified(source, sources, edits).map_err(|mismatch| {
        let diagnostic = Diagnostic::new(format!(
            "internal error: the edited document is not what was meant: {}",
            mismatch.message
        ))
        .label(Place::new(source, mismatch.offset..mismatch.offset), "")
        .note("nothing was written")
        .help("this is a bug of trimtab: please report it with this document");
        vec![diagnostic]
    })
}

fn changes(plan: &Plan<'_>) -> Vec<Change> {
    plan.views()
        .filter(View::is_changed)
        .filter_map(|view| change(plan, view))
        .collect()
}

fn change(plan: &Plan<'_>, view: View<'_>) -> Option<Change> {
    let member = view.member;
    let group = plan
        .groups
        .iter()
        .find(|group| group.release == member.release && group.component == member.component)?;
    let step = group.step.as_ref().map(|step| {
        let totals = step.ladder.totals.iter().skip(usize::from(!step.waits));
        let next = totals
            .map(|&total| u32::try_from(total).unwrap_or(u32::MAX))
            .collect();
        report::Step {
            number: usize::from(!step.waits),
            of: step.ladder.totals.len(),
            next,
        }
    });
    Some(Change {
        component: view.component.name.clone(),
        object: view.workload.object.clone(),
        release: plan
            .releases
            .get(member.release)
            .and_then(|release| release.instance.clone()),
        place: Some(view.workload.replicas_place()),
        template: view.workload.template.clone(),
        baseline: if let Before::Known(count) = member.before {
            Some(count)
        } else {
            None
        },
        from: view.workload.replicas.count.written(),
        to: member.desired?,
        target: member.target.as_ref().map(|target| target.replicas),
        step,
    })
}
