//! `converge` of a program that can ask no cluster.

use std::ffi::OsString;
use std::io::Write;

use crate::cli::{Options, StreamArgs};
use crate::diagnostic::Diagnostic;
use crate::ending::Done;
use crate::environment::Environment;
use crate::source::Sources;

/// What is asked for.
pub(super) struct Asked<'a> {
    pub(super) command: &'a [OsString],
    pub(super) options: &'a Options,
    pub(super) stream: &'a StreamArgs,
    pub(super) environment: &'a Environment,
    pub(super) is_quiet: bool,
    pub(super) is_terminal: bool,
}

pub(super) fn converge(_: &Asked<'_>, _: &mut Sources, _: &mut dyn Write) -> Done {
    let message = "this trimtab is built without the `cluster` feature, which converge needs";
    Done::undecided(vec![Diagnostic::new(message)])
}
