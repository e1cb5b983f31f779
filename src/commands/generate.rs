//! `generate`: completions for shells, the manual page, the schema of policies.

use clap_complete::Shell;

use crate::cli::{Cli, Generated};
use crate::ending::Done;
use crate::export::{completions, manual, schema};

pub(super) fn generate(what: Generated) -> Done {
    let command_line = Cli::command_line();
    Done::page(match what {
        Generated::Man => manual::page(command_line),
        Generated::Schema => schema::schema(),
        Generated::Bash => completions::script(Shell::Bash, command_line),
        Generated::Zsh => completions::script(Shell::Zsh, command_line),
        Generated::Fish => completions::script(Shell::Fish, command_line),
    })
}
