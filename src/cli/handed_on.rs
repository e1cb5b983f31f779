//! The options of `converge` as variables, for the trimtab in COMMAND.
//!
//! What is set as a variable already is inherited, except that a path must also hold in another folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf, absolute};

use clap::ValueEnum;

use super::StreamArgs;
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::environment::{self, Environment};
use crate::plan::ScaleIn;

const KUBECONFIG: &str = "KUBECONFIG";

/// A variable and its value.
pub(crate) type Variable = (&'static str, OsString);

impl StreamArgs {
    /// The variables that COMMAND inherits, as far as they say where the cluster is.
    pub(crate) fn place_of_command(&self, environment: &Environment) -> Environment {
        let environment = environment.clone();
        match self
            .kubeconfig
            .clone()
            .filter(|path| !path.as_os_str().is_empty())
        {
            Some(path) => environment.with(KUBECONFIG, whole(path)),
            None => environment,
        }
    }

    /// The variables for COMMAND, whose trimtab writes its JSON report to one more file.
    ///
    /// # Errors
    /// Options that cannot be handed on, or that leave no steps to take.
    pub(crate) fn handed_on(
        &self,
        environment: &Environment,
        report: &Path,
    ) -> Result<Vec<Variable>, Vec<Diagnostic>> {
        let mut problems = self.not_for_steps(environment);
        let reports = self.reports_and(environment, report);
        let reports = reports.map_err(|problem| problems.push(problem)).ok();
        if !problems.is_empty() {
            return Err(problems);
        }
        let path = |given: &Option<PathBuf>, variable| {
            let inherited = || environment.path(variable).map(PathBuf::from);
            given.clone().or_else(inherited).map(whole)
        };
        let list = |variable, given: &[String]| {
            let all = [environment.list(variable), given.to_vec()].concat();
            (!all.is_empty()).then(|| OsString::from(all.join(",")))
        };
        let text = |option: &Option<String>| {
            let given = option.as_ref().filter(|value| !value.is_empty());
            given.map(OsString::from)
        };
        let kubeconfig = self.kubeconfig.clone();
        let kubeconfig = kubeconfig.filter(|path| !path.as_os_str().is_empty());
        let mode = self.mode.and_then(|mode| mode.to_possible_value());
        let variables = [
            (environment::POLICY, path(&self.policy, environment::POLICY)),
            (environment::LOG, path(&self.log, environment::LOG)),
            (
                environment::TARGETS,
                list(environment::TARGETS, &self.targets),
            ),
            (environment::ALLOW, list(environment::ALLOW, &self.allow)),
            (environment::REASON, text(&self.reason)),
            (environment::NAMESPACE, text(&self.namespace)),
            (environment::MODE, mode.map(|mode| mode.get_name().into())),
            (environment::CONTEXT, text(&self.context)),
            (KUBECONFIG, kubeconfig.map(whole)),
            (environment::BASELINE, Some("cluster".into())),
            (environment::SCALE_IN, Some("step".into())),
            (environment::REPORT, reports),
        ];
        let set = variables.into_iter();
        Ok(set
            .filter_map(|(name, value)| Some((name, value?)))
            .collect())
    }

    /// Options that rule out steps, or that no variable can pass on.
    fn not_for_steps(&self, environment: &Environment) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        // One that cannot be read is a problem of its own.
        let baseline = self.baseline(environment, &mut Vec::new());
        if !matches!(
            baseline,
            None | Some(BaselineSource::Auto | BaselineSource::Cluster)
        ) {
            let message =
                "converge compares with the cluster, and no other baseline shows what is running";
            let problem = Diagnostic::new(message);
            problems.push(problem.help("remove --baseline, or TRIMTAB_BASELINE"));
        }
        if self.scale_in == Some(ScaleIn::Refuse) {
            let message = "converge goes step by step, and --scale-in refuse allows none";
            problems.push(Diagnostic::new(message).help("remove --scale-in"));
        }
        if self.deny_warnings {
            let message = "--deny-warnings cannot be handed on to COMMAND";
            let help = "give it to the trimtab in COMMAND: --post-renderer-args --deny-warnings";
            problems.push(Diagnostic::new(message).help(help));
        }
        problems
    }

    /// The files of all reports, of which the last is for this program.
    fn reports_and(
        &self,
        environment: &Environment,
        report: &Path,
    ) -> Result<OsString, Diagnostic> {
        let named = environment.list(environment::REPORT).into_iter();
        let named = named.map(PathBuf::from).chain(self.reports.iter().cloned());
        let mut all = OsString::new();
        for path in named.chain([report.to_owned()]) {
            let path = whole(path);
            if path.to_string_lossy().contains(',') {
                let message = format!(
                    "the report {} cannot be handed on to COMMAND: there is a comma in its path",
                    path.display()
                );
                return Err(Diagnostic::new(message));
            }
            if !all.is_empty() {
                all.push(",");
            }
            all.push(path);
        }
        Ok(all)
    }
}

/// A path that holds in other folders, too.
fn whole(path: PathBuf) -> OsString {
    absolute(&path).unwrap_or(path).into_os_string()
}
