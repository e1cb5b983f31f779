//! The flags of Helm 3 and Helm 4, for the three commands that run a post-renderer.
//!
//! Read from Helm's sources (3.17 to 3.22, 4.1 to 4.3); a test compares the tables with the `--help` of both. Within a
//! version Helm refuses a flag that it does not have, so that one table holds the flags of all versions.

use super::Verb;

/// What a flag sets, where it matters to trimtab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Namespace,
    Kubeconfig,
    Context,
    Token,
    AsUser,
    AsGroup,
    Server,
    CaFile,
    TlsServerName,
    InsecureSkipTlsVerify,
    DryRun,
    ServerSide,
    ForceConflicts,
    ForceReplace,
    Install,
    ReuseValues,
    PostRenderer,
    Help,
}

/// What a flag accepts as its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// Anything.
    Text,
    /// What Go's `strconv.ParseBool` accepts.
    Bool,
    Number,
    /// Something that only Helm checks.
    Checked,
}

/// A flag, as pflag defines it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flag {
    pub(super) name: &'static str,
    pub(super) shorthand: Option<u8>,
    pub(super) value: Value,
    /// The value of the flag alone, which takes one only with `=`. Without it, the flag takes the next argument.
    pub(super) alone: Option<&'static str>,
    pub(super) sets: Option<Setting>,
    /// Whether only some versions of Helm have it.
    pub(super) is_in_some: bool,
}

impl Flag {
    const fn new(name: &'static str, value: Value) -> Self {
        Self {
            name,
            shorthand: None,
            value,
            alone: None,
            sets: None,
            is_in_some: false,
        }
    }

    const fn short(self, letter: u8) -> Self {
        Self {
            shorthand: Some(letter),
            ..self
        }
    }

    const fn alone(self, value: &'static str) -> Self {
        Self {
            alone: Some(value),
            ..self
        }
    }

    const fn sets(self, setting: Setting) -> Self {
        Self {
            sets: Some(setting),
            ..self
        }
    }

    const fn in_some(self) -> Self {
        Self {
            is_in_some: true,
            ..self
        }
    }
}

const fn text(name: &'static str) -> Flag {
    Flag::new(name, Value::Text)
}

const fn switch(name: &'static str) -> Flag {
    Flag::new(name, Value::Bool).alone("true")
}

const fn number(name: &'static str) -> Flag {
    Flag::new(name, Value::Number)
}

const fn checked(name: &'static str) -> Flag {
    Flag::new(name, Value::Checked)
}

/// The flags of every command, also before the command's name (`pkg/cli/environment.go`).
const GLOBAL: &[Flag] = &[
    text("namespace").short(b'n').sets(Setting::Namespace),
    text("kubeconfig").sets(Setting::Kubeconfig),
    text("kube-context").sets(Setting::Context),
    text("kube-token").sets(Setting::Token),
    text("kube-as-user").sets(Setting::AsUser),
    text("kube-as-group").sets(Setting::AsGroup),
    text("kube-apiserver").sets(Setting::Server),
    text("kube-ca-file").sets(Setting::CaFile),
    text("kube-tls-server-name").sets(Setting::TlsServerName),
    switch("kube-insecure-skip-tls-verify").sets(Setting::InsecureSkipTlsVerify),
    switch("debug"),
    text("registry-config"),
    text("repository-config"),
    text("repository-cache"),
    text("content-cache").in_some(),
    number("burst-limit"),
    number("qps"),
    text("color").in_some(),
    text("colour").in_some(),
];

/// Hidden flags of every command (`k8s.io/klog/v2`).
const LOGGING: &[Flag] = &[
    number("v").short(b'v'),
    checked("vmodule"),
    checked("log-backtrace-at"),
    text("log-dir"),
    text("log-file"),
    number("log-file-max-size"),
    switch("logtostderr"),
    switch("alsologtostderr"),
    checked("alsologtostderrthreshold").in_some(),
    switch("legacy-stderr-threshold-behavior").in_some(),
    checked("stderrthreshold"),
    switch("add-dir-header"),
    switch("skip-headers"),
    switch("skip-log-headers"),
    switch("one-output"),
];

/// The flags of `install`, `upgrade` and `template`.
const RENDERING: &[Flag] = &[
    // The values.
    text("values").short(b'f'),
    text("set"),
    text("set-string"),
    text("set-file"),
    text("set-json"),
    text("set-literal"),
    // Where the chart is.
    text("version"),
    switch("verify"),
    text("keyring"),
    text("repo"),
    text("username"),
    text("password"),
    text("cert-file"),
    text("key-file"),
    switch("insecure-skip-tls-verify"),
    switch("plain-http"),
    text("ca-file"),
    switch("pass-credentials"),
    // The release.
    switch("create-namespace"),
    checked("dry-run").alone("client").sets(Setting::DryRun),
    switch("force").sets(Setting::ForceReplace),
    switch("force-replace").sets(Setting::ForceReplace),
    switch("force-conflicts").sets(Setting::ForceConflicts),
    switch("no-hooks"),
    checked("timeout"),
    checked("wait").alone("true"),
    switch("wait-for-jobs"),
    text("description"),
    switch("devel"),
    switch("dependency-update"),
    switch("disable-openapi-validation"),
    switch("atomic"),
    switch("rollback-on-failure"),
    switch("skip-crds"),
    switch("render-subchart-notes"),
    switch("skip-schema-validation"),
    checked("labels").short(b'l'),
    switch("enable-dns"),
    switch("hide-notes"),
    switch("take-ownership"),
    text("post-renderer").sets(Setting::PostRenderer),
    text("post-renderer-args"),
    switch("help").short(b'h').sets(Setting::Help),
];

/// The flags of `install` and `upgrade` alone.
const CHANGING: &[Flag] = &[switch("hide-secret"), checked("output").short(b'o')];

/// The flags of `install` and `template` alone.
const NEW: &[Flag] = &[
    switch("server-side").sets(Setting::ServerSide),
    switch("replace"),
    switch("generate-name").short(b'g'),
    text("name-template"),
];

/// The flags of `upgrade` alone.
const UPGRADING: &[Flag] = &[
    switch("install").short(b'i').sets(Setting::Install),
    text("server-side").sets(Setting::ServerSide),
    switch("recreate-pods"),
    switch("reset-values"),
    switch("reuse-values").sets(Setting::ReuseValues),
    switch("reset-then-reuse-values").sets(Setting::ReuseValues),
    number("history-max"),
    switch("cleanup-on-fail"),
];

/// The flags of `template` alone.
const PRINTING: &[Flag] = &[
    text("show-only").short(b's'),
    text("output-dir"),
    switch("validate"),
    switch("include-crds"),
    switch("skip-tests"),
    switch("is-upgrade"),
    text("kube-version"),
    text("api-versions").short(b'a'),
    switch("release-name"),
];

/// The flags that can be given to a command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flags(&'static [&'static [Flag]]);

impl Flags {
    /// The flags that can be given before the name of a command.
    pub(super) const OF_ALL: Self = Self(&[GLOBAL, LOGGING]);

    /// All flags of a command.
    pub(super) const fn of(verb: Verb) -> Self {
        Self(match verb {
            Verb::Install => &[GLOBAL, LOGGING, RENDERING, CHANGING, NEW],
            Verb::Upgrade => &[GLOBAL, LOGGING, RENDERING, CHANGING, UPGRADING],
            Verb::Template => &[GLOBAL, LOGGING, RENDERING, NEW, PRINTING],
        })
    }

    /// The flags of each command.
    pub(super) const EACH: [Self; 3] = [
        Self::of(Verb::Install),
        Self::of(Verb::Upgrade),
        Self::of(Verb::Template),
    ];

    pub(super) fn iter(self) -> impl Iterator<Item = &'static Flag> {
        self.0.iter().copied().flatten()
    }

    /// The flag of a name, without its dashes.
    pub(super) fn named(self, name: &[u8]) -> Option<&'static Flag> {
        self.iter().find(|flag| flag.name.as_bytes() == name)
    }

    /// The flag of a shorthand.
    pub(super) fn short(self, letter: u8) -> Option<&'static Flag> {
        self.iter().find(|flag| flag.shorthand == Some(letter))
    }
}
