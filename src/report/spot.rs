//! Where findings are shown by those who know files only: code scanning, forges, CI.
//!
//! What was read from standard input is in no file. A finding that only points there is shown at a stand-in: the policy's
//! first line, else the template that rendered it, else a file `stdin`.

use std::path::Path;

use super::Setting;
use super::position::{Position, Positions};
use super::repository::FileName;
use crate::diagnostic::{Diagnostic, Label};
use crate::source::Place;

/// The name of standard input, if there is no stand-in for it.
const STREAM: &str = "stdin";

/// A place in a file.
#[derive(Debug)]
pub(super) struct Spot<'d> {
    pub(super) file: FileName,
    pub(super) start: Position,
    pub(super) end: Position,
    /// A few words about the place; may be empty.
    pub(super) label: &'d str,
}

/// Finds the spots of a report's places.
pub(super) struct Spots<'a> {
    setting: &'a Setting<'a>,
    positions: Positions,
    /// The first line of the policy's file.
    policy: Option<Place>,
}

impl<'a> Spots<'a> {
    /// `places` are those that will be asked for.
    pub(super) fn new<'p>(
        setting: &'a Setting<'a>,
        policy: Option<&str>,
        places: impl IntoIterator<Item = &'p Place>,
    ) -> Self {
        let sources = setting.sources;
        let policy = policy.and_then(|path| sources.of_file(Path::new(path)));
        let policy = policy.map(|source| {
            let text = sources.get(source).text();
            let line = text.lines().next().unwrap_or_default();
            Place::new(source, 0..line.len())
        });
        Self {
            positions: Positions::of(sources, places),
            setting,
            policy,
        }
    }

    /// Those of what a run that could not decide says.
    pub(super) fn of_problems(setting: &'a Setting<'a>, problems: &[Diagnostic]) -> Self {
        let labels = problems.iter().flat_map(|problem| &problem.labels);
        Self::new(setting, None, labels.map(|label| &label.place))
    }

    /// A place, if it is in a file.
    pub(super) fn at<'d>(&self, place: &Place, label: &'d str) -> Option<Spot<'d>> {
        let file = self.setting.sources.get(place.source).file()?;
        let file = self.setting.repository.name(file)?;
        Some(self.spot(file, place, label))
    }

    /// The places of a message that are in files.
    pub(super) fn exact<'d>(&self, diagnostic: &'d Diagnostic) -> Vec<Spot<'d>> {
        let labels = diagnostic.labels.iter();
        let spots = labels.filter_map(|label| self.at(&label.place, &label.text));
        spots.collect()
    }

    /// The stand-in for the places of a message that has none in a file.
    pub(super) fn stand_in<'d>(&self, diagnostic: &'d Diagnostic) -> Spot<'d> {
        let sources = self.setting.sources;
        let policy = self.policy.as_ref().and_then(|line| self.at(line, ""));
        policy.unwrap_or_else(|| {
            let is_in_stream = |label: &&Label| sources.get(label.place.source).is_stdin();
            let label = diagnostic.labels.iter().find(is_in_stream);
            let template = label.and_then(|label| sources.template(&label.place));
            match (template, label) {
                (Some(template), _) => first_character(template),
                (None, Some(label)) => {
                    let file = FileName::Inside(STREAM.into());
                    self.spot(file, &label.place, &label.text)
                }
                (None, None) => first_character(STREAM),
            }
        })
    }

    fn spot<'d>(&self, file: FileName, place: &Place, label: &'d str) -> Spot<'d> {
        let at = |offset| {
            self.positions
                .get(self.setting.sources, place.source, offset)
        };
        Spot {
            file,
            start: at(place.start()),
            end: at(place.end()),
            label,
        }
    }
}

fn first_character(file: &str) -> Spot<'static> {
    let first = Position { line: 1, column: 1 };
    Spot {
        file: FileName::Inside(file.into()),
        start: first,
        end: first,
        label: "",
    }
}
