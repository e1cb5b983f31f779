//! Maps places in the stream to the chart's templates: under Helm, the user never sees the rendered stream.

use std::ops::Range;

use crate::manifest::Manifest;
use crate::source::{Place, SourceId, Sources};
use crate::yaml;

/// Records which template rendered each document of a stream.
pub(super) fn name(manifest: &Manifest, source: SourceId, sources: &mut Sources) {
    let documents: Vec<Range<usize>> = yaml::split(sources.get(source).text()).collect();
    let workloads = manifest.workloads.iter();
    let workloads = workloads.map(|it| (&it.template, it.name.start()));
    let autoscalers = manifest.autoscalers.iter();
    let autoscalers = autoscalers.map(|it| (&it.template, it.span.start()));
    for (template, at) in workloads.chain(autoscalers) {
        let after = documents.partition_point(|document| document.end <= at);
        if let (Some(template), Some(document)) = (template, documents.get(after)) {
            let part = Place::new(source, document.clone());
            sources.renders(&part, template);
        }
    }
}
