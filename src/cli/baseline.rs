//! Which baseline is used: the option, else the policy's, else `auto`, and what that comes to.

use super::{Options, StreamArgs};
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment};
use crate::host::Host;
use crate::host::helm::command_line::{Doubt, HelmCall, Verb};
use crate::plan::ScaleIn;
use crate::policy::Policy;

/// The baseline that is used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// Never `auto`.
    pub(crate) source: BaselineSource,
    /// What to say of the choice.
    pub(crate) note: Option<String>,
}

impl StreamArgs {
    /// Whether the option is given; the variable may be meant for other commands.
    pub(crate) fn has_baseline(&self) -> bool {
        self.baseline.is_some()
    }

    /// The baseline of the option, else of the variable.
    pub(super) fn baseline(
        &self,
        environment: &Environment,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<BaselineSource> {
        let (from, text) = match &self.baseline {
            Some(text) => ("--baseline", text.clone()),
            None => (
                environment::BASELINE,
                environment.get(environment::BASELINE)?,
            ),
        };
        let parsed = BaselineSource::parse(&text, "".as_ref());
        let refuse =
            |error| Diagnostic::new(format!("{from}: {error}")).help(BaselineSource::FORMS);
        parsed.map_err(|error| problems.push(refuse(error))).ok()
    }
}

impl Options {
    /// The baseline to use; `helm` is how the Helm that runs trimtab was called.
    ///
    /// # Errors
    /// When it cannot be told which one `auto` is, or where the cluster is, and when `--scale-in step` cannot work with it.
    pub(crate) fn baseline(
        &self,
        policy: &Policy,
        helm: Option<&HelmCall>,
        host: Host,
    ) -> Result<Chosen, Vec<Diagnostic>> {
        let declared = policy.baseline.as_ref().map(|declared| &declared.value);
        let chosen = match self.baseline.as_ref().or(declared) {
            Some(BaselineSource::Git(revision)) if revision.is_empty() => {
                Chosen::of(BaselineSource::Git(self.default_revision.clone()))
            }
            None | Some(BaselineSource::Auto) => auto(helm),
            Some(BaselineSource::Cluster) => self.cluster(helm),
            Some(source) => Chosen::of(source.clone()),
        };
        let chosen = chosen.map_err(|problem| vec![problem])?;
        match self.blind_step(&chosen.source, host) {
            Some(problem) => Err(vec![problem]),
            None => Ok(chosen),
        }
    }

    /// The cluster, where it is certain which one: an unknown command line of Helm's can say anything.
    fn cluster(&self, helm: Option<&HelmCall>) -> Result<Chosen, Diagnostic> {
        match helm {
            Some(HelmCall::Unknown { doubt, .. }) if !self.place.is_named => Err(unknown(
                "the baseline `cluster` needs a context and a namespace here",
                doubt,
            )),
            _ => Chosen::of(BaselineSource::Cluster),
        }
    }

    /// Why no step can be taken: with the rendered counts or a cached stream, every run would take the same step.
    fn blind_step(&self, source: &BaselineSource, host: Host) -> Option<Diagnostic> {
        if self.scale_in != ScaleIn::Step {
            return None;
        }
        if self.is_argo_cd {
            let message = "--scale-in step does not work under Argo CD (ARGOCD_APP_NAME is set)";
            let diagnostic = Diagnostic::new(message)
                .note("Argo CD caches what a plugin printed, so the next step would never be taken")
                .help("remove the option, and lower the target one step at a time");
            return Some(diagnostic);
        }
        let is_blind = *source == BaselineSource::Rendered;
        is_blind.then(|| {
            let message = "--scale-in step requires a baseline other than the rendered counts";
            Diagnostic::new(message).help(host.live_baseline())
        })
    }
}

impl Chosen {
    #[allow(clippy::unnecessary_wraps, reason = "each choice can be refused")]
    fn of(source: BaselineSource) -> Result<Self, Diagnostic> {
        Ok(Self { source, note: None })
    }
}

/// What `auto` is: the cluster where Helm changes it, or asks it what it would change.
pub(super) fn auto(helm: Option<&HelmCall>) -> Result<Chosen, Diagnostic> {
    match helm {
        Some(HelmCall::Known(command)) if command.is_for_the_cluster() => {
            Chosen::of(BaselineSource::Cluster)
        }
        Some(HelmCall::Unknown { doubt, verb }) if *verb != Some(Verb::Template) =>
        {
            let message = "it cannot be told whether the baseline is `cluster` or `rendered`";
            Err(unknown(message, doubt).help("or compare with the rendered counts only: TRIMTAB_BASELINE=rendered"))
        }
        Some(HelmCall::Hidden) => Ok(Chosen {
            source: BaselineSource::Rendered,
            note: Some("Helm's command line cannot be seen from here, so the baseline is `rendered`: TRIMTAB_BASELINE=cluster asks the cluster".to_owned()),
        }),
        _ => Chosen::of(BaselineSource::Rendered),
    }
}

fn unknown(message: &str, doubt: &Doubt) -> Diagnostic {
    Diagnostic::new(format!("{message}: Helm's command line is not understood"))
        .note(doubt.to_string())
        .help("say where Helm goes to: set TRIMTAB_BASELINE=cluster, TRIMTAB_CONTEXT and TRIMTAB_NAMESPACE")
}
