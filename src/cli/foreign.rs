//! Options and commands of other programs, which people type out of habit: what does the same here.

use std::borrow::Cow;

use super::Cli;
use crate::names::shown;
use crate::report::Command;

/// What to type in the place of an unknown option; `value` is what follows it.
pub(super) fn option(name: &str, value: Option<&str>) -> Option<String> {
    let help = match name {
        "--replicas" => {
            let count = value.filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
            let count = count.unwrap_or("3");
            format!(
                "name the component, too: --target COMPONENT={count}, as in --target queryNode={count}"
            )
        }
        "--set" | "--set-string" => set(value),
        "-f" | "--values" | "--filename" | "--file" => {
            "manifests are read from standard input, or named after a command: trimtab check FILE"
                .to_owned()
        }
        "--stdout" | "--print" => {
            "a stream is patched from standard input to standard output: trimtab < FILE".to_owned()
        }
        "-i" | "--in-place" | "-w" | "--write" => {
            "trimtab fix FILE patches a file in place".to_owned()
        }
        "--dry-run" => "trimtab plan shows what would be done, and writes nothing".to_owned(),
        "--kube-context" => "the option is --context".to_owned(),
        _ => return of_another_command(name),
    };
    Some(help)
}

/// `--set queryNode.replicas=3`
fn set(value: Option<&str>) -> String {
    let pair = value.and_then(|value| value.split_once('='));
    let meant = pair.and_then(|(key, count)| {
        let component = key.strip_suffix(".replicas")?;
        Some(format!("{}={}", shown(component), shown(count)))
    });
    let meant: Cow<'_, str> = meant.map_or("queryNode=3".into(), Into::into);
    format!("--set is an option of Helm; here the count of a component is --target {meant}")
}

/// The command that has an option.
fn of_another_command(name: &str) -> Option<String> {
    let definition = Cli::command_line();
    let mut commands = definition.get_subcommands();
    let having = commands.find(|command| {
        let mut options = command.get_arguments().filter_map(|it| it.get_long());
        options.any(|long| name.strip_prefix("--") == Some(long))
    })?;
    Some(format!(
        "it is an option of `trimtab {}`",
        having.get_name()
    ))
}

/// What to type in the place of an unknown command; `after` is what follows it.
pub(super) fn command(name: &str, after: Option<&str>) -> Option<String> {
    let help = match name {
        "help" => {
            let about = Command::named(after.unwrap_or_default());
            let about = match about {
                Command::Filter => String::new(),
                about => format!(" {}", about.as_str()),
            };
            format!("did you mean `trimtab{about} --help`?")
        }
        "version" => "did you mean `trimtab --version`?".to_owned(),
        "lint" | "validate" | "verify" | "test" => "did you mean `check`?".to_owned(),
        "diff" | "template" => "did you mean `plan`?".to_owned(),
        "apply" | "patch" | "set" | "scale" => {
            "to patch a stream, run trimtab without a command; to patch files, trimtab fix"
                .to_owned()
        }
        _ if is_path(name) => {
            let file = shown(name);
            format!(
                "files are named after a command, as in: trimtab check {file}; to patch one as a stream: trimtab < {file}"
            )
        }
        _ => return None,
    };
    Some(help)
}

/// Whether it is a file that somebody expects to be read, rather than a command.
fn is_path(name: &str) -> bool {
    let endings = [".yaml", ".yml", ".json"];
    name.contains('/') || endings.iter().any(|end| name.ends_with(end))
}
