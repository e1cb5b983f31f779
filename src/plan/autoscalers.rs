//! What the autoscalers of a stream scale: the workloads of that kind and name in their namespace and folder.

use std::collections::HashMap;
use std::ptr;

use crate::manifest::{Autoscaler, ByNamespace, Manifest, Workload};

/// The autoscalers of a stream by the workloads that they scale.
pub(super) struct Scaling<'a> {
    by_workload: HashMap<*const Workload, Vec<&'a Autoscaler>>,
    /// Those whose target is not in the stream.
    pub(super) orphans: Vec<&'a Autoscaler>,
}

impl<'a> Scaling<'a> {
    pub(super) fn of(manifest: &'a Manifest) -> Self {
        let mut by_name: HashMap<_, ByNamespace<'_, &Workload>> = HashMap::new();
        let is_any = !manifest.autoscalers.is_empty();
        for workload in manifest.workloads.iter().filter(|_| is_any) {
            let object = &workload.object;
            let key = (workload.folder.as_deref(), &*object.kind, &*object.name);
            let named = by_name.entry(key).or_default();
            named.add(object.namespace.as_deref(), workload);
        }
        let mut scaling = Self {
            by_workload: HashMap::new(),
            orphans: Vec::new(),
        };
        for autoscaler in &manifest.autoscalers {
            let (kind, name) = (&*autoscaler.target_kind, &*autoscaler.target_name);
            let named = by_name.get(&(autoscaler.folder.as_deref(), kind, name));
            let namespace = autoscaler.object.namespace.as_deref();
            let targets = named.map_or(&[][..], |named| named.find(namespace));
            if targets.is_empty() {
                scaling.orphans.push(autoscaler);
            }
            for target in targets {
                let own = scaling.by_workload.entry(ptr::from_ref(*target));
                own.or_default().push(autoscaler);
            }
        }
        scaling
    }

    /// The autoscalers of a workload.
    pub(super) fn take(&mut self, workload: &Workload) -> Vec<&'a Autoscaler> {
        let own = self.by_workload.remove(&ptr::from_ref(workload));
        own.unwrap_or_default()
    }
}
