//! Names of objects in comments.

use crate::manifest::Workload;

/// The most objects that one comment names.
const NAMED: usize = 6;

/// `Deployment milvus/my-release-milvus-proxy`, and so on; the rest counted.
pub(super) fn named<'w>(workloads: impl IntoIterator<Item = &'w Workload>) -> String {
    let all: Vec<String> = workloads
        .into_iter()
        .map(|workload| workload.object.to_string())
        .collect();
    let shown = all.iter().take(NAMED).cloned().collect::<Vec<_>>();
    match all.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}
