//! What a message says, as lines of text: for forms that show no frames.

use crate::diagnostic::Diagnostic;
use crate::finding::Waived;

/// The message, then its notes and helps, each on a line of its own.
pub(super) fn whole(diagnostic: &Diagnostic) -> String {
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    let helps = diagnostic.helps.iter().map(|help| format!("help: {help}"));
    let lines = [diagnostic.message.to_string()].into_iter();
    let lines: Vec<String> = lines.chain(notes).chain(helps).collect();
    lines.join("\n")
}

/// `2.6 has none (until 2026-12-31)`
pub(super) fn reason(waived: &Waived) -> String {
    let reason = waived.reason.as_deref().unwrap_or("no reason given");
    match &waived.expires {
        Some(day) => format!("{reason} (until {day})"),
        None => reason.to_owned(),
    }
}
