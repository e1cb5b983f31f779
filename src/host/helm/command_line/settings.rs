//! What the flags and variables of Helm come to: a flag over its variable, and the last of several over the others.
//!
//! An empty flag is set, too: it hides its variable, and leaves the choice to the kubeconfig (`pkg/cli/environment.go`,
//! and `ConfigFlags` of `k8s.io/cli-runtime`).

use std::ffi::OsString;

use super::flags::Setting;
use super::parse::{Parsed, boolean};
use super::{Doubt, DryRun, HelmCommand, Values, Verb};
use crate::access::{Access, Told};
use crate::environment::Environment;

pub(super) struct Settings<'p> {
    parsed: &'p Parsed<'p>,
    environment: &'p Environment,
}

/// A flag and its variable, as messages name them.
struct Names {
    setting: Setting,
    flag: &'static str,
    variable: &'static str,
}

const fn names(setting: Setting, flag: &'static str, variable: &'static str) -> Names {
    Names {
        setting,
        flag,
        variable,
    }
}

const NAMESPACE: Names = names(Setting::Namespace, "Helm's --namespace", "HELM_NAMESPACE");
const CONTEXT: Names = names(
    Setting::Context,
    "Helm's --kube-context",
    "HELM_KUBECONTEXT",
);
const SERVER: Names = names(
    Setting::Server,
    "Helm's --kube-apiserver",
    "HELM_KUBEAPISERVER",
);
const TOKEN: Names = names(Setting::Token, "Helm's --kube-token", "HELM_KUBETOKEN");
const AS_USER: Names = names(Setting::AsUser, "Helm's --kube-as-user", "HELM_KUBEASUSER");
const AS_GROUP: Names = names(
    Setting::AsGroup,
    "Helm's --kube-as-group",
    "HELM_KUBEASGROUPS",
);
const CA_FILE: Names = names(Setting::CaFile, "Helm's --kube-ca-file", "HELM_KUBECAFILE");
const TLS_SERVER_NAME: Names = names(
    Setting::TlsServerName,
    "Helm's --kube-tls-server-name",
    "HELM_KUBETLS_SERVER_NAME",
);
const INSECURE: Names = names(
    Setting::InsecureSkipTlsVerify,
    "Helm's --kube-insecure-skip-tls-verify",
    "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
);

impl<'p> Settings<'p> {
    pub(super) fn new(parsed: &'p Parsed<'p>, environment: &'p Environment) -> Self {
        Self {
            parsed,
            environment,
        }
    }

    /// The command that was asked for.
    pub(super) fn command(&self, verb: Verb) -> Result<HelmCommand, Doubt> {
        if self.is_on(Setting::Help, "help")? {
            return Err(Doubt::Help);
        }
        Ok(HelmCommand {
            verb,
            installs_if_missing: self.is_on(Setting::Install, "install")?,
            release: self.release(verb)?,
            access: self.access()?,
            dry_run: self.dry_run()?,
            server_side: self.server_side(verb)?,
            force_conflicts: self.is_on(Setting::ForceConflicts, "force-conflicts")?,
            force_replace: self.is_on(Setting::ForceReplace, "force-replace")?,
            values: self.values(),
            post_renderer: self.post_renderer()?,
            environment: self.environment.clone(),
        })
    }

    /// Where Helm goes to.
    pub(super) fn access(&self) -> Result<Access, Doubt> {
        let path = |told: Told<String>| Told {
            value: OsString::from(told.value),
            from: told.from,
        };
        Ok(Access {
            kubeconfig: self.kubeconfig()?,
            context: self.told(&CONTEXT)?,
            namespace: self.told(&NAMESPACE)?,
            server: self.told(&SERVER)?,
            token: self.told(&TOKEN)?,
            as_user: self.told(&AS_USER)?,
            as_groups: self.groups()?,
            ca_file: self.told(&CA_FILE)?.map(path),
            tls_server_name: self.told(&TLS_SERVER_NAME)?,
            insecure_skip_tls_verify: self.insecure()?,
            helms: None,
        })
    }

    /// The last value of a flag.
    fn last(&self, setting: Setting) -> Option<&'p [u8]> {
        let mut set = self.parsed.set.iter().rev();
        set.find(|(known, _)| *known == setting)
            .map(|(_, value)| *value)
    }

    /// The value of a flag, or else of its variable; what is empty is not said.
    fn told(&self, names: &Names) -> Result<Option<Told<String>>, Doubt> {
        let told = match self.last(names.setting) {
            Some(value) => Told {
                value: utf8(value, names.flag)?.to_owned(),
                from: names.flag,
            },
            None => Told {
                value: self.variable(names.variable)?.to_owned(),
                from: names.variable,
            },
        };
        Ok(Some(told).filter(|told| !told.value.is_empty()))
    }

    /// The value of a variable; empty if it is not set.
    fn variable(&self, name: &'static str) -> Result<&'p str, Doubt> {
        let value = self.environment.path(name).unwrap_or_default();
        value.to_str().ok_or(Doubt::NotUtf8(name))
    }

    /// The one file of the flag. The list in `KUBECONFIG` counts without it, also if the flag is empty.
    fn kubeconfig(&self) -> Result<Option<Told<OsString>>, Doubt> {
        let from = "Helm's --kubeconfig";
        let path = self.last(Setting::Kubeconfig).unwrap_or_default();
        let value = OsString::from(utf8(path, from)?);
        Ok((!value.is_empty()).then_some(Told { value, from }))
    }

    /// The groups of the flags, each once; else those between the commas of the variable, blanks and all.
    fn groups(&self) -> Result<Option<Told<Vec<String>>>, Doubt> {
        let given = self.parsed.set.iter();
        let given = given.filter(|(setting, _)| *setting == AS_GROUP.setting);
        let mut groups: Vec<String> = Vec::new();
        for (_, value) in given {
            let value = utf8(value, AS_GROUP.flag)?;
            if !groups.iter().any(|known| known == value) {
                groups.push(value.to_owned());
            }
        }
        if !groups.is_empty() {
            let from = AS_GROUP.flag;
            return Ok(Some(Told {
                value: groups,
                from,
            }));
        }
        let from = AS_GROUP.variable;
        let list = self.variable(from)?.trim_matches([',', ' ']);
        let value = list.split(',').map(str::to_owned).collect();
        Ok((!list.is_empty()).then_some(Told { value, from }))
    }

    /// `false` says nothing: the kubeconfig decides then.
    fn insecure(&self) -> Result<Option<Told<bool>>, Doubt> {
        let (value, from) = match self.last(INSECURE.setting) {
            Some(value) => (value, INSECURE.flag),
            None => (
                self.variable(INSECURE.variable)?.as_bytes(),
                INSECURE.variable,
            ),
        };
        let is_on = boolean(value) == Some(true);
        Ok(is_on.then_some(Told { value: true, from }))
    }

    /// Whether a switch is on.
    fn is_on(&self, setting: Setting, name: &'static str) -> Result<bool, Doubt> {
        match self.last(setting) {
            Some(value) => boolean(value).ok_or(Doubt::InvalidValue(name)),
            None => Ok(false),
        }
    }

    /// Whether one of the switches that keep values is on.
    fn values(&self) -> Values {
        let set = self.parsed.set.iter();
        let mut given = set.filter(|(setting, _)| *setting == Setting::ReuseValues);
        if given.any(|(_, value)| boolean(value) == Some(true)) {
            Values::OfTheLastRelease
        } else {
            Values::OfTheChart
        }
    }

    /// Helm 3 knows no other truths than `true` and `false`; what Helm 4 knows besides, Helm 3 refuses.
    fn dry_run(&self) -> Result<DryRun, Doubt> {
        match self.last(Setting::DryRun) {
            None | Some(b"" | b"none") => Ok(DryRun::No),
            // Helm 4 calls the flag without a value `unset`.
            Some(b"client" | b"unset") => Ok(DryRun::Client),
            Some(b"server") => Ok(DryRun::Server),
            Some(value) => match boolean(value) {
                Some(true) => Ok(DryRun::Client),
                Some(false) => Ok(DryRun::No),
                None => Err(Doubt::InvalidValue("dry-run")),
            },
        }
    }

    fn server_side(&self, verb: Verb) -> Result<Option<bool>, Doubt> {
        match (self.last(Setting::ServerSide), verb) {
            (None, _) | (Some(b"auto"), Verb::Upgrade) => Ok(None),
            (Some(b"true"), _) => Ok(Some(true)),
            (Some(b"false"), _) => Ok(Some(false)),
            (Some(value), Verb::Install | Verb::Template) => Ok(boolean(value)),
            (Some(_), Verb::Upgrade) => Err(Doubt::InvalidValue("server-side")),
        }
    }

    /// The program or plugin that was named last; an empty name changes nothing.
    fn post_renderer(&self) -> Result<Option<String>, Doubt> {
        let mut set = self.parsed.set.iter().rev();
        let named =
            set.find(|(setting, value)| *setting == Setting::PostRenderer && !value.is_empty());
        let name = named.map(|(_, value)| utf8(value, "--post-renderer").map(str::to_owned));
        name.transpose()
    }

    /// The release, which comes before the chart.
    fn release(&self, verb: Verb) -> Result<Option<String>, Doubt> {
        match (&*self.parsed.positionals, verb) {
            ([release, _], _) => utf8(release, "the release").map(|name| Some(name.to_owned())),
            ([_], Verb::Install | Verb::Template) => Ok(None),
            _ => Err(Doubt::Positionals),
        }
    }
}

fn utf8<'v>(value: &'v [u8], name: &'static str) -> Result<&'v str, Doubt> {
    str::from_utf8(value).map_err(|_| Doubt::NotUtf8(name))
}
