//! `spec.baseline`: where the counts before this change come from.

use super::given::Given;
use super::layer::Layer;
use super::problems::Problems;
use crate::baseline_source::BaselineSource;
use crate::diagnostic::Diagnostic;

/// The last layer's that gives one; every layer's is checked.
pub(super) fn settle(layers: &[Layer], problems: &mut Problems) -> Option<Given<BaselineSource>> {
    let mut baseline = None;
    for layer in layers {
        let Some(Given { value: text, place }) = layer.spec.baseline.given() else {
            continue;
        };
        match BaselineSource::parse(text, &layer.folder) {
            Ok(value) => {
                let place = place.clone();
                baseline = Some(Given { value, place });
            }
            Err(error) => {
                let problem = Diagnostic::new(error.to_string()).label_opt(place.clone(), "");
                problems.push(problem.help(BaselineSource::FORMS));
            }
        }
    }
    baseline
}
