//! Helm's own command line, and the variables under it: which command runs, on which cluster, in which namespace.
//!
//! Everything is read exactly as Helm reads it, or not at all: where the slightest doubt is left, the call is unknown, with
//! the reason. No message ever contains an argument, which can be a token.

mod flags;
mod parse;
mod settings;
mod subcommand;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::Path;

use self::flags::Flags;
use self::parse::{Parsed, Reading, Unknown};
use self::settings::Settings;
use crate::access::Access;
use crate::environment::{Environment, KUBECONFIG};

/// What is known of the Helm that runs trimtab, or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HelmCall {
    Known(Box<HelmCommand>),
    /// Its command line cannot be read with certainty.
    Unknown {
        doubt: Doubt,
        /// The command, where at least that is certain.
        verb: Option<Verb>,
    },
    /// Its command line cannot be seen: off Linux, or where Helm is part of another program.
    Hidden,
}

/// A command of Helm's that runs a post-renderer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HelmCommand {
    pub(crate) verb: Verb,
    /// Whether `upgrade` installs a release that does not exist (`--install`).
    pub(crate) installs_if_missing: bool,
    /// `None` if Helm generates the name.
    pub(crate) release: Option<String>,
    /// Where Helm goes to; what is not said is the kubeconfig's.
    pub(crate) access: Access,
    pub(crate) dry_run: DryRun,
    /// How objects are applied, where the command line says it; if not, as Helm decides.
    pub(crate) server_side: Option<bool>,
    pub(crate) force_conflicts: bool,
    /// `--force-replace`, in Helm 3 `--force`.
    pub(crate) force_replace: bool,
    pub(crate) values: Values,
    /// The program or the plugin.
    pub(crate) post_renderer: Option<String>,
    /// The variables that Helm inherits: what it takes its kubeconfig from.
    pub(crate) environment: Environment,
}

/// The commands that run a post-renderer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Install,
    Upgrade,
    Template,
}

/// What an upgrade adds the values of its command line to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Values {
    /// To the chart's, as far as is known.
    #[default]
    OfTheChart,
    /// To those of the last release (`--reuse-values`, `--reset-then-reuse-values`).
    OfTheLastRelease,
}

/// Whether Helm changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DryRun {
    /// It does.
    No,
    /// It does not, and does not even ask the cluster.
    Client,
    /// It only asks the cluster.
    Server,
}

/// Why a command line is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Doubt {
    #[error("it has no command")]
    NoCommand,
    #[error("its command is not `install`, `upgrade` or `template`, which run a post-renderer")]
    OtherCommand,
    #[error("the program's name is not Helm's, and its --post-renderer does not name trimtab")]
    OtherProgram,
    #[error("it asks for help")]
    Help,
    #[error("one of its arguments begins with `--=` or `---`")]
    Syntax,
    #[error("the flag `--{0}` is unknown")]
    UnknownFlag(String),
    #[error("one of its flags is unknown")]
    UnnamedFlag,
    #[error("one of its shorthand flags is unknown")]
    UnknownShorthand,
    #[error("the flag `--{0}` has no value")]
    NoValue(&'static str),
    #[error("the value of `--{0}` is invalid")]
    InvalidValue(&'static str),
    #[error("the value of {0} is not UTF-8")]
    NotUtf8(&'static str),
    #[error("it does not have the right number of arguments")]
    Positionals,
    #[error("a value looks like a flag, and versions of Helm read it differently")]
    Ambiguous,
    #[error("a file in KUBECONFIG is relative to a folder whose name holds the separator of lists")]
    Folder,
    #[error("Helm's environment cannot be read")]
    NoEnvironment,
}

impl Doubt {
    /// An unknown flag, by its name where that cannot be a secret: words of a few letters.
    fn unknown_flag(name: &[u8]) -> Self {
        const LONGEST: usize = 32;
        let is_plain = name.len() <= LONGEST
            && name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-')
            // A value that was written without a blank after its flag.
            && Flags::EACH.into_iter().flat_map(Flags::iter).all(|flag| {
                flag.alone.is_some() || !name.starts_with(flag.name.as_bytes())
            });
        match str::from_utf8(name) {
            Ok(name) if is_plain => Self::UnknownFlag(name.to_owned()),
            _ => Self::UnnamedFlag,
        }
    }
}

impl HelmCall {
    /// Reads the arguments of a Helm, the program's name first, and the variables that it inherits.
    pub(crate) fn read(args: &[OsString], environment: &Environment) -> Self {
        match HelmCommand::read(args, environment) {
            Ok(command) => Self::Known(Box::new(command)),
            Err(doubt) => Self::Unknown {
                doubt,
                verb: Verb::of(args),
            },
        }
    }

    /// How a command is called that is still to be run, where its program is Helm by its name.
    pub(crate) fn of_command(command: &[OsString], environment: &Environment) -> Option<Self> {
        let program = Path::new(command.first()?).file_name()?.to_string_lossy();
        super::is_helms_name(&program).then(|| Self::read(command, environment))
    }
}

impl HelmCommand {
    /// Reads the arguments of a Helm, the program's name first, and the variables that it inherits.
    ///
    /// # Errors
    /// When they cannot be read with certainty.
    pub(super) fn read(args: &[OsString], environment: &Environment) -> Result<Self, Doubt> {
        command(&after_name(args), environment)
    }

    /// The same, run in a folder: relative paths begin there.
    pub(super) fn in_folder(mut self, folder: &Path) -> Result<Self, Doubt> {
        let files = [&mut self.access.kubeconfig, &mut self.access.ca_file];
        for file in files.into_iter().flatten() {
            file.value = folder.join(&file.value).into_os_string();
        }
        let Some(list) = self.environment.path(KUBECONFIG) else {
            return Ok(self);
        };
        let paths = std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty());
        let list = std::env::join_paths(paths.map(|path| folder.join(path)));
        let list = list.map_err(|_| Doubt::Folder)?;
        self.environment = self.environment.with(KUBECONFIG, list);
        Ok(self)
    }

    /// Whether it changes objects of the cluster, or asks the cluster what it would change.
    pub(crate) fn is_for_the_cluster(&self) -> bool {
        self.verb != Verb::Template && self.dry_run != DryRun::Client
    }
}

impl Verb {
    /// The command in Helm's arguments, if no unknown flag precedes it.
    pub(super) fn of(args: &[OsString]) -> Option<Self> {
        let args = after_name(args);
        let at = subcommand::position(&args)?;
        let (before, after) = args.split_at_checked(at)?;
        let reading = Reading {
            flags: Flags::OF_ALL,
            unknown: Unknown::Refuse,
            assumes: true,
        };
        reading.read(before, &mut Parsed::default()).ok()?;
        after.first().and_then(|name| Self::named(name))
    }

    fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"install" => Some(Self::Install),
            b"upgrade" => Some(Self::Upgrade),
            b"template" => Some(Self::Template),
            _ => None,
        }
    }
}

/// What the variables of Helm say, where its command line is not known.
///
/// # Errors
/// When one of them is not UTF-8.
pub(crate) fn variables(environment: &Environment) -> Result<Access, Doubt> {
    Settings::new(&Parsed::default(), environment).access()
}

fn after_name(args: &[OsString]) -> Vec<&[u8]> {
    let args = args.iter().skip(1);
    args.map(|arg| arg.as_encoded_bytes()).collect()
}

fn command(args: &[&[u8]], environment: &Environment) -> Result<HelmCommand, Doubt> {
    let at = subcommand::position(args).ok_or(Doubt::NoCommand)?;
    let (before, after) = args.split_at(at);
    let (name, after) = after.split_first().ok_or(Doubt::NoCommand)?;
    let verb = Verb::named(name).ok_or(Doubt::OtherCommand)?;
    let own = [before, after].concat();
    let parsed = parsed(verb, args, &own, true)?;
    // The first reading can depend on the version of Helm.
    if parsed.set != self::parsed(verb, args, &own, false)?.set {
        return Err(Doubt::Ambiguous);
    }
    Settings::new(&parsed, environment).command(verb)
}

/// Both readings, one after the other: `all` arguments, and those of the command, without its name.
fn parsed<'a>(
    verb: Verb,
    all: &[&'a [u8]],
    own: &[&'a [u8]],
    assumes: bool,
) -> Result<Parsed<'a>, Doubt> {
    let mut first = Parsed::default();
    let reading = Reading {
        flags: Flags::OF_ALL,
        unknown: Unknown::Skip,
        assumes,
    };
    // Helm ignores errors here, and what it read before one counts.
    _ = reading.read(all, &mut first);
    let mut parsed = Parsed {
        set: first.set,
        positionals: Vec::new(),
    };
    let reading = Reading {
        flags: Flags::of(verb),
        unknown: Unknown::Refuse,
        assumes: true,
    };
    reading.read(own, &mut parsed)?;
    Ok(parsed)
}
