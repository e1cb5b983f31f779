//! `spec.baseline`: where the counts before this change come from.

use std::path::PathBuf;

use super::layer::Layer;
use super::names::shown;
use super::problems::Problems;
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

/// A source of baselines that a policy may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaselineSource {
    /// The stream's own counts.
    Rendered,
    /// A file; a relative path in a policy starts at the policy's folder, and is joined to it here.
    File(PathBuf),
}

/// The forms of `--baseline` that the contract promises and this version does not have: lift each here.
fn is_for_later(text: &str) -> bool {
    text == "cluster" || text.starts_with("git:")
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
    let forms = "write `rendered`, or `file:PATH`";
    match text.split_once(':') {
        None if text == "rendered" => Ok(BaselineSource::Rendered),
        Some(("file", path)) if !path.is_empty() => {
            Ok(BaselineSource::File(layer.folder.join(path)))
        }
        _ if is_for_later(text) => {
            let message = format!("`baseline: {}` is not supported yet", shown(text));
            Err(Diagnostic::new(message).help(forms))
        }
        _ => {
            let message = format!("`{}` is no source of baselines", shown(text));
            Err(Diagnostic::new(message).help(forms))
        }
    }
}
