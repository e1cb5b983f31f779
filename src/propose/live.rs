//! A cluster's workloads as a stream: what an API server's list of them would say, as far as a policy is concerned.

use serde_json::{Value, json};

use super::Survey;
use crate::baseline::live::LiveAutoscaler;
use crate::baseline::{Had, Known, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

impl Survey {
    /// Of what runs.
    ///
    /// # Errors
    /// When nothing runs there.
    pub(crate) fn of_snapshot(
        snapshot: &Snapshot,
        sources: &mut Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        let about = snapshot.cluster.as_ref();
        let namespace = about.map_or("", |it| it.namespace.as_str());
        let context = about.and_then(|it| it.context.as_deref());
        if snapshot.workloads.is_empty() {
            let message = format!("no workload runs in the namespace {namespace}");
            let problem = Diagnostic::new(message).help("name the namespace: -n NAMESPACE");
            return Err(vec![match context {
                Some(context) => problem.note(format!("in the cluster of the context {context}")),
                None => problem,
            }]);
        }
        let workloads = snapshot.workloads.iter().map(workload);
        let autoscalers = snapshot.autoscalers.iter().map(autoscaler);
        let items: Vec<Value> = workloads.chain(autoscalers).collect();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        let source = sources.add("<cluster>", list.to_string());
        let from = match context {
            Some(context) => format!("the namespace {namespace} in the context {context}"),
            None => format!("the namespace {namespace}"),
        };
        let mut survey = Self::of_stream(source, &from, None, sources)?;
        survey.is_live = true;
        Ok(survey)
    }
}

fn workload(known: &Known) -> Value {
    let object = &known.object;
    let labels: serde_json::Map<String, Value> = known
        .match_labels
        .iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let annotations = known.is_hook.then(|| json!({"helm.sh/hook": "test"}));
    let mut spec = json!({"selector": {"matchLabels": labels}});
    if let (Had::Replicas(count), Some(spec)) = (known.had, spec.as_object_mut()) {
        spec.insert("replicas".to_owned(), count.into());
    }
    json!({
        "apiVersion": object.api_version,
        "kind": object.kind,
        "metadata": {"name": object.name, "namespace": object.namespace, "annotations": annotations},
        "spec": spec,
    })
}

fn autoscaler(live: &LiveAutoscaler) -> Value {
    let object = &live.object;
    json!({
        "apiVersion": object.api_version,
        "kind": object.kind,
        "metadata": {"name": object.name, "namespace": object.namespace},
        "spec": {"scaleTargetRef": {"kind": live.target_kind, "name": live.target_name}},
    })
}
