//! The baseline of a file: a manifest (`helm get manifest`), or a listing of live objects (`kubectl get -o yaml`).

use std::path::Path;

use super::{BaselineError, Reading, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::field::Hazard;
use crate::host::Setting;
use crate::input;
use crate::manifest::{Hidden, Manifest, Origin};
use crate::source::{Place, SourceId, Sources};

/// Reads a baseline from a file.
///
/// # Errors
/// When the file cannot be read, is not text, or contains a relevant document that cannot be read with certainty.
pub(crate) fn load(
    path: &Path,
    sources: &mut Sources,
    reading: &Reading<'_>,
) -> Result<Snapshot, BaselineError> {
    let source = input::read_file(path, sources).map_err(|error| {
        let problem = error.context("cannot read the baseline");
        let problems = vec![if path.try_exists().is_ok_and(|is_there| !is_there) {
            let rendered = reading.host.setting(Setting::Baseline("rendered"));
            problem.help(format!(
                "before a first install there is nothing to compare with yet: {rendered}"
            ))
        } else {
            problem
        }];
        if error.is_malformed {
            BaselineError::Unusable(problems)
        } else {
            BaselineError::OutOfReach(problems)
        }
    })?;
    let origin = Origin {
        source,
        folder: None,
        namespace: reading.namespace.clone(),
        is_resource_list: false,
    };
    let manifest = Manifest::read(&origin, sources.get(source).text(), reading.kinds)
        .map_err(|documents| BaselineError::Unusable(input::malformed(documents)))?;
    let unreadable = unreadable(&manifest);
    if unreadable.is_empty() {
        Ok(Snapshot::new(format!("file:{}", path.display()), manifest))
    } else {
        Err(BaselineError::Unusable(unreadable))
    }
}

/// Objects of a baseline whose kind is uncertain, so that their counts cannot be compared.
pub(super) fn unreadable(manifest: &Manifest) -> Vec<Diagnostic> {
    // What an autoscaler of a manifest scales is not part of a baseline.
    let kinds = manifest
        .unreadable
        .iter()
        .filter(|it| it.what == Hidden::Kind);
    let kinds = kinds.map(|it| (it.source, it.hazard, &*it.remedy));
    let names = manifest.workloads.iter().filter_map(|it| {
        let hazard = it.hazard?;
        Some((it.source, hazard, hazard.kind.remedy()))
    });
    let diagnostic = |(source, hazard, remedy): (SourceId, Hazard, &str)| {
        let message = format!(
            "cannot read the baseline with certainty: {}",
            hazard.kind.describe()
        );
        Diagnostic::new(message)
            .label(Place::new(source, hazard.span), "")
            .help(remedy)
    };
    kinds.chain(names).map(diagnostic).collect()
}
