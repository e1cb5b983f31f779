//! The options that more than one command takes, as clap reads them.
//!
//! Each is defined once, here, and may come before the command or after it. Which commands take it is in
//! [`taken`](super::taken).

use std::path::PathBuf;

use clap::Args;

use super::Color;
use crate::plan::ScaleIn;
use crate::report::Form;
use crate::rules::Mode;

/// The options of the commands; what a command does not take is not set.
#[derive(Debug, Default, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "flags of a command line are bools"
)]
pub(crate) struct StreamArgs {
    /// The policy file [default: all built-in policies: all guard rails, no targets] [env: TRIMTAB_POLICY]
    #[arg(short, long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// A component's target, over the policy's: a count, or `keep`; repeatable [env: TRIMTAB_TARGETS, with commas]
    #[arg(long = "target", value_name = "COMPONENT=N", value_delimiter = ',')]
    pub(super) targets: Vec<String>,
    /// The counts to compare with
    #[arg(short, long, value_name = "SOURCE")]
    pub(super) baseline: Option<String>,
    /// The namespace of objects that name none [env: TRIMTAB_NAMESPACE, HELM_NAMESPACE, ARGOCD_APP_NAMESPACE]
    #[arg(short, long, value_name = "NS")]
    pub(super) namespace: Option<String>,
    /// The kubeconfig of the `cluster` baseline; under Helm, the one that Helm reads [env: KUBECONFIG]
    #[arg(long, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,
    /// The context of the `cluster` baseline; under Helm, the one that Helm uses [env: TRIMTAB_CONTEXT]
    #[arg(long, value_name = "NAME")]
    pub(super) context: Option<String>,
    /// How long a call to the cluster may take [default: 10s] [env: TRIMTAB_TIMEOUT]
    #[arg(long, value_name = "DURATION")]
    pub(super) timeout: Option<String>,
    /// What becomes of a scale-in that exceeds the limits: it is refused, or becomes the largest allowed step [default: refuse] [env: TRIMTAB_SCALE_IN]
    #[arg(
        long,
        value_name = "refuse|step",
        value_enum,
        hide_possible_values = true
    )]
    pub(super) scale_in: Option<ScaleIn>,
    /// `warn` turns errors that can be waived into warnings; targets are still applied [default: enforce] [env: TRIMTAB_MODE]
    #[arg(
        long,
        value_name = "enforce|warn",
        value_enum,
        hide_possible_values = true
    )]
    pub(super) mode: Option<Mode>,
    /// Waives a rule for all components, for one, or for one workload (`RULE=COMPONENT/WORKLOAD`); repeatable [env: TRIMTAB_ALLOW, with commas]
    #[arg(long, value_name = "RULE[=COMPONENT]", value_delimiter = ',')]
    pub(super) allow: Vec<String>,
    /// The reason for --allow, shown in reports [env: TRIMTAB_REASON]
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
    /// Refuses on warnings too
    #[arg(long)]
    pub(super) deny_warnings: bool,
    /// The form of the report
    #[arg(
        short,
        long,
        value_name = "FORM",
        value_enum,
        hide_possible_values = true
    )]
    pub(super) output: Option<Form>,
    /// Also writes the report to this file, on refusal too; the extension is the form: `.txt`, `.json`, `.sarif`, `.xml` or `.md`; `{pid}` in its name is the process id; repeatable [env: TRIMTAB_REPORT, with commas]
    #[arg(long = "report", value_name = "FILE")]
    pub(super) reports: Vec<PathBuf>,
    /// Appends one JSON line to this file: time, policy, baseline, changes, findings, waivers [env: TRIMTAB_LOG]
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    /// Prints nothing on success
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Prints more details
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// When to use colours [default: auto] [env: NO_COLOR, CLICOLOR_FORCE]
    #[arg(
        long,
        value_name = "auto|always|never",
        value_enum,
        hide_possible_values = true
    )]
    pub(super) color: Option<Color>,
}

impl StreamArgs {
    /// Those before a command together with those after it; none but a list may be set in both.
    pub(super) fn and(self, after: Self) -> Self {
        Self {
            policy: self.policy.or(after.policy),
            targets: [self.targets, after.targets].concat(),
            baseline: self.baseline.or(after.baseline),
            namespace: self.namespace.or(after.namespace),
            kubeconfig: self.kubeconfig.or(after.kubeconfig),
            context: self.context.or(after.context),
            timeout: self.timeout.or(after.timeout),
            scale_in: self.scale_in.or(after.scale_in),
            mode: self.mode.or(after.mode),
            allow: [self.allow, after.allow].concat(),
            reason: self.reason.or(after.reason),
            deny_warnings: self.deny_warnings || after.deny_warnings,
            output: self.output.or(after.output),
            reports: [self.reports, after.reports].concat(),
            log: self.log.or(after.log),
            quiet: self.quiet || after.quiet,
            verbose: self.verbose || after.verbose,
            color: self.color.or(after.color),
        }
    }
}
