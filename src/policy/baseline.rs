//! `spec.baseline`: where the counts before this change come from.

use super::layer::Layer;
use super::problems::Problems;
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// The policy's default for `--baseline`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredBaseline {
    /// As it is written.
    pub text: String,
    /// What it means.
    pub source: BaselineSource,
    /// Where it is written.
    pub place: Place,
}

/// The last layer's that gives one; every layer's is checked.
pub(super) fn lay(layers: &[Layer], problems: &mut Problems) -> Option<DeclaredBaseline> {
    let mut baseline = None;
    for layer in layers {
        let Some((text, place)) = layer
            .spec
            .baseline
            .given()
            .and_then(|given| Some((&given.value, given.place.clone()?)))
        else {
            continue;
        };
        match BaselineSource::parse(text, &layer.folder) {
            Ok(source) => {
                baseline = Some(DeclaredBaseline {
                    text: text.clone(),
                    source,
                    place,
                });
            }
            Err(error) => {
                let problem = Diagnostic::new(error.to_string()).label(place, "");
                problems.push(problem.help(BaselineSource::FORMS));
            }
        }
    }
    baseline
}
