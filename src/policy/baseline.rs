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
        let node = layer.node(&["spec", "baseline"]);
        let (Some(text), Some(node)) = (&layer.raw.spec.baseline, node) else {
            continue;
        };
        match parse(text, layer) {
            Ok(source) => {
                baseline = Some(DeclaredBaseline {
                    text: text.clone(),
                    source,
                    place: layer.place(node),
                });
            }
            Err(problem) => problems.push(problem.label(layer.place(node), "")),
        }
    }
    baseline
}

fn parse(text: &str, layer: &Layer) -> Result<BaselineSource, Diagnostic> {
    BaselineSource::parse(text, &layer.folder)
        .map_err(|error| Diagnostic::new(error.to_string()).help(BaselineSource::FORMS))
}
