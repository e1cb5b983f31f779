//! The baseline that a run asks for: where it comes from, and how it is read.

use super::Task;
use super::texts::Texts;
use crate::baseline::{Answering, Applying, Baseline, BaselineError, Located, Questions, Reading};
use crate::baseline_source::BaselineSource;
use crate::cli::Chosen;
use crate::diagnostic::Diagnostic;
use crate::host::Setting;
use crate::host::helm::command_line::{HelmCall, HelmCommand};
use crate::manifest::Kinds;
use crate::plan::{Plan, ScaleIn};
use crate::policy::Policy;
use crate::rules::Mode;
use crate::source::Sources;
use crate::word::Word;

/// How often a plan may have further questions: an answer can lead to others.
const ROUNDS: usize = 3;

/// The baseline of a run, before it is read.
pub(super) struct Asked<'t> {
    task: &'t Task<'t>,
    policy: &'t Policy,
    kinds: &'t Kinds,
    pub(super) source: BaselineSource,
    /// What to say of the choice.
    note: Option<String>,
    /// The cluster, if that is the source.
    cluster: Option<Result<Located, BaselineError>>,
}

impl<'t> Asked<'t> {
    /// Decides on the source. A cluster is found, but not asked yet: it says in which namespace objects without one are.
    ///
    /// # Errors
    /// When `--scale-in step` cannot work with it.
    pub(super) fn of(
        task: &'t Task<'t>,
        policy: &'t Policy,
        kinds: &'t Kinds,
    ) -> Result<Self, Vec<Diagnostic>> {
        let chosen = task.options.baseline(policy, task.helm, task.host)?;
        let Chosen { source, note } = chosen;
        let is_cluster = source == BaselineSource::Cluster;
        let place = &task.options.place;
        let cluster = is_cluster.then(|| Located::of(place, policy.cluster.as_ref(), helm(task)));
        Ok(Self {
            task,
            policy,
            kinds,
            source,
            note,
            cluster,
        })
    }

    /// The namespace of objects without one.
    pub(super) fn namespace(&self) -> Option<Word> {
        match &self.cluster {
            Some(Ok(cluster)) => Some(cluster.namespace().into()),
            _ => self.task.options.namespace().map(Word::from),
        }
    }

    /// Reads it. With `--mode warn`, if it is out of reach, adds a note and uses the rendered counts.
    ///
    /// # Errors
    /// When it is out of reach, or cannot be read with certainty.
    pub(super) fn read(
        mut self,
        texts: &mut Texts,
        sources: &mut Sources,
    ) -> Result<Baseline, Vec<Diagnostic>> {
        texts.miss_nothing(&self.source)?;
        texts.notes.extend(self.note.take());
        let loaded = match self.cluster.take() {
            Some(cluster) => {
                cluster.and_then(|cluster| self.live_baseline(&cluster, texts, sources))
            }
            None => Baseline::load(&self.source, &self.reading(texts), sources),
        };
        match loaded {
            Err(BaselineError::OutOfReach(problems)) if self.goes_on() => {
                texts.miss_nothing(&BaselineSource::Rendered)?;
                let notes = problems
                    .iter()
                    .map(|it| format!("{}; using the rendered counts instead", it.message));
                texts.notes.extend(notes);
                Ok(Baseline::Rendered)
            }
            Err(error) => Err(self.named_by(error)),
            Ok(baseline) => {
                texts.note_missing(&baseline);
                Ok(baseline)
            }
        }
    }

    fn reading<'r>(&'r self, texts: &'r Texts) -> Reading<'r> {
        Reading {
            kinds: self.kinds,
            namespace: self.namespace(),
            files: texts.files.as_ref(),
            host: self.task.host,
        }
    }

    /// Whether the run goes on without a baseline that is out of reach.
    fn goes_on(&self) -> bool {
        let options = self.task.options;
        options.mode == Mode::Warn && options.scale_in == ScaleIn::Refuse
    }

    /// The live objects, and what a plan has to know further of them.
    fn live_baseline(
        &self,
        cluster: &Located,
        texts: &Texts,
        sources: &mut Sources,
    ) -> Result<Baseline, BaselineError> {
        let applying = Applying {
            host: self.task.host,
            command: helm(self.task),
        };
        let mut snapshot = cluster.load(&texts.manifest, &self.policy.kinds(), applying)?;
        let answering = Answering {
            manifest: &texts.manifest,
            kinds: self.kinds,
            applying,
        };
        for _ in 0..ROUNDS {
            let baseline = Baseline::Snapshot(snapshot);
            let questions = self.questions(texts, &baseline);
            snapshot = match baseline {
                Baseline::Snapshot(snapshot) if !questions.is_empty() => snapshot,
                baseline => return Ok(baseline),
            };
            cluster.answer(&mut snapshot, &questions, &answering, sources)?;
        }
        Ok(Baseline::Snapshot(snapshot))
    }

    /// What a plan has to know further; nothing where there can be no plan.
    fn questions(&self, texts: &Texts, baseline: &Baseline) -> Questions {
        let purpose = self.task.purpose();
        let host = self.task.host;
        let plan = Plan::new(&texts.manifest, self.policy, baseline, purpose, host);
        plan.map(|plan| plan.questions()).unwrap_or_default()
    }

    /// The problems of a baseline, with the place in the policy that selects it, if any, and with the way without a
    /// cluster.
    fn named_by(&self, error: BaselineError) -> Vec<Diagnostic> {
        let declared = self.policy.baseline.as_ref();
        let place = declared.filter(|_| self.task.options.baseline.is_none());
        let place = place.and_then(|declared| declared.place.clone());
        let problems = error.into_diagnostics().into_iter();
        let named = problems.map(|it| it.label_opt(place.clone(), "the policy's `spec.baseline`"));
        if self.source != BaselineSource::Cluster {
            return named.collect();
        }
        let rendered = self.task.host.setting(Setting::Baseline("rendered"));
        let without = format!("without the cluster: {rendered}, which sees no live counts");
        named.map(|it| it.help(without.clone())).collect()
    }
}

/// Helm's command line, if Helm runs this and it is known.
fn helm<'t>(task: &Task<'t>) -> Option<&'t HelmCommand> {
    match task.helm? {
        HelmCall::Known(command) => Some(command),
        _ => None,
    }
}
