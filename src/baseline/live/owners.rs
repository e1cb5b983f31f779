//! Who owns `spec.replicas`, from `metadata.managedFields`.
//!
//! An owner is the last that set the field; several are those that set it to the same value. A count that nobody owns
//! says nothing about who set it: `kubectl scale` leaves no entry on an object whose count nobody owned.

use std::fmt;

use jiff::Timestamp;

use super::object::{LiveObject, ManagedFields};

/// An entry of `metadata.managedFields`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The name that a client gives itself: `helm`, `kubectl`, `kubectl-client-side-apply`.
    pub(crate) manager: String,
    pub(crate) operation: Operation,
    /// `scale`, where it was set through that.
    pub(crate) subresource: Option<String>,
    pub(crate) time: Option<Timestamp>,
}

/// How a manager set its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// By server-side apply.
    Apply,
    /// By anything else: client-side apply, patch, replace, scale.
    Update,
}

impl LiveObject {
    /// Who owns `spec.replicas`.
    pub(crate) fn owners(&self) -> Vec<Owner> {
        self.managers(|entry| entry.fields.spec.replicas.is_some())
    }

    /// Who applies the whole object server-side: whoever owns its selector, which no workload can do without.
    pub(crate) fn appliers(&self) -> Vec<Owner> {
        let mut owners = self.managers(|entry| entry.fields.spec.selector.is_some());
        owners.retain(|owner| owner.operation == Operation::Apply);
        owners
    }

    fn managers(&self, has: impl Fn(&ManagedFields) -> bool) -> Vec<Owner> {
        let entries = self.metadata.managed_fields.iter();
        entries.filter(|entry| has(entry)).map(Owner::of).collect()
    }
}

impl Owner {
    fn of(entry: &ManagedFields) -> Self {
        Self {
            manager: entry.manager.clone(),
            operation: match entry.operation.as_str() {
                "Apply" => Operation::Apply,
                _ => Operation::Update,
            },
            subresource: entry.subresource.clone().filter(|name| !name.is_empty()),
            time: entry.time,
        }
    }

    /// Whether it is the entry under which a manager updates whole objects.
    pub(crate) fn updates_as(&self, manager: &str) -> bool {
        self.operation == Operation::Update && self.subresource.is_none() && self.manager == manager
    }

    /// Whether it is the entry under which a manager applies objects server-side.
    pub(crate) fn applies_as(&self, manager: &str) -> bool {
        self.operation == Operation::Apply && self.subresource.is_none() && self.manager == manager
    }
}

impl fmt::Display for Owner {
    /// As the API server names it in a conflict: `"kubectl" with subresource "scale"`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.manager)?;
        match &self.subresource {
            Some(subresource) => write!(f, " with subresource \"{subresource}\""),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LiveObject, Operation};

    fn object(json: &str) -> LiveObject {
        serde_json::from_str(json).unwrap_or_default()
    }

    #[test]
    fn an_owner_is_who_has_the_field_itself() {
        let object = object(
            r#"{"metadata": {"managedFields": [
                {"manager": "helm", "operation": "Apply", "apiVersion": "apps/v1", "time": "2026-05-04T10:00:00Z",
                 "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:replicas": {}, "f:selector": {}}}},
                {"manager": "kubectl", "operation": "Update", "subresource": "scale",
                 "fieldsV1": {"f:spec": {"f:replicas": {}}}},
                {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status",
                 "fieldsV1": {"f:status": {"f:replicas": {}}}},
                {"manager": "template", "operation": "Apply",
                 "fieldsV1": {"f:spec": {"f:template": {"f:spec": {"f:replicas": {}}}}}},
                {"manager": "none", "operation": "Update", "fieldsV1": null},
                {"manager": "edit", "operation": "Update", "fieldsV1": {"f:spec": {"f:selector": {}}}}
            ]}}"#,
        );
        let owners = object.owners();
        let names: Vec<String> = owners.iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            ["\"helm\"", "\"kubectl\" with subresource \"scale\""]
        );
        let operations: Vec<Operation> = owners.iter().map(|owner| owner.operation).collect();
        assert_eq!(operations, [Operation::Apply, Operation::Update]);
        let is_helms: Vec<bool> = owners.iter().map(|it| it.applies_as("helm")).collect();
        assert_eq!(is_helms, [true, false]);
        assert_eq!(
            owners.first().and_then(|owner| owner.time),
            "2026-05-04T10:00:00Z".parse().ok()
        );
        let appliers = object.appliers();
        let appliers: Vec<&str> = appliers.iter().map(|it| it.manager.as_str()).collect();
        assert_eq!(appliers, ["helm"]);
    }

    #[test]
    fn an_object_without_managed_fields_has_no_owner() {
        for json in [
            "{}",
            r#"{"metadata": {"managedFields": null}}"#,
            r#"{"metadata": {"managedFields": [{"manager": "a", "operation": "Apply"}]}}"#,
        ] {
            assert!(object(json).owners().is_empty(), "{json}");
        }
    }
}
