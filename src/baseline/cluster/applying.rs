//! How the host will apply the objects of a stream.
//!
//! Helm 3 patches. Helm 4 goes on with the method that the newest revision was applied by, unless its command line says
//! otherwise (`pkg/action/upgrade.go`). What is piped into kubectl is applied as its objects were before.

use super::record::Record;
use crate::baseline::Applying;
use crate::baseline::live::{Applied, Applier, Last, Method, Seen};
use crate::host::Host;
use crate::host::helm::command_line::{HelmCommand, Verb};

/// Helm's name among the managers of fields (`cmd/helm/helm.go`).
const HELM: &str = "helm";

/// That of `kubectl apply` (`pkg/cmd/apply/apply.go` of kubectl); with `--server-side` it is another.
const KUBECTL_CLIENT_SIDE: &str = "kubectl-client-side-apply";

impl Applying<'_> {
    /// How an object is applied whose last manifest had this.
    pub(super) fn to(&self, seen: &Seen, record: Option<&Record>, last: Last) -> Applied {
        match (self.host, self.command) {
            (Host::Helm3, command) => by_helm(helm_3(command), record, last),
            (Host::Helm4, Some(command)) => by_helm(helm_4(command, record), record, last),
            (Host::Helm4, None) => Applied {
                unknown_since: Some("Helm's command line is unknown"),
                ..by_helm(Method::UNKNOWN, record, last)
            },
            _ => as_before(seen, last),
        }
    }
}

fn by_helm(method: Method, record: Option<&Record>, last: Last) -> Applied {
    Applied {
        method,
        applier: helm(record),
        last,
        unknown_since: match record {
            Some(Record::Known(_)) => None,
            Some(Record::Unknown(why)) => Some(why),
            None => Some("its release is unknown"),
        },
    }
}

fn helm_3(command: Option<&HelmCommand>) -> Method {
    match command {
        Some(command) if command.force_replace => Method::Replaced,
        _ => Method::ClientSide,
    }
}

fn helm_4(command: &HelmCommand, record: Option<&Record>) -> Method {
    let by_record = || match (command.verb, record) {
        (Verb::Install, _) => Some(true),
        (_, Some(Record::Known(record))) => Some(record.is_server_side),
        _ => None,
    };
    let takes_over = command.force_conflicts;
    match command.server_side.or_else(by_record) {
        _ if command.force_replace => Method::Replaced,
        Some(true) => Method::ServerSide { takes_over },
        Some(false) => Method::ClientSide,
        None => Method::Unknown { takes_over },
    }
}

/// Helm, with its client-side updates, where it takes them over: when the last deployed revision was not applied
/// server-side. A release of which no record can be read may be such a one.
fn helm(record: Option<&Record>) -> Applier {
    let takes_over = match record {
        Some(Record::Known(record)) => !record.was_server_side,
        Some(Record::Unknown(_)) | None => true,
    };
    Applier {
        manager: HELM.to_owned(),
        former: takes_over.then(|| HELM.to_owned()),
    }
}

/// Outside of Helm: as the object itself shows that it was applied last.
fn as_before(seen: &Seen, last: Last) -> Applied {
    let is_patched = seen.object.metadata.annotations.last_applied.is_some();
    let appliers = seen.object.appliers();
    let is_owner = |applier: &&_| seen.owners.contains(applier);
    let applier = appliers.iter().find(is_owner).or(appliers.first());
    let applier = applier.map(|owner| Applier {
        manager: owner.manager.clone(),
        former: is_patched.then(|| KUBECTL_CLIENT_SIDE.to_owned()),
    });
    let method = match (&applier, is_patched) {
        (None, true) => Method::ClientSide,
        (Some(_), false) => Method::ServerSide { takes_over: false },
        // Helm, client-side: it leaves no more than its name.
        (None, false) if seen.release.is_some() => Method::ClientSide,
        (None, false) | (Some(_), true) => Method::UNKNOWN,
    };
    let is_unknown = method == Method::UNKNOWN || last == Last::Unknown;
    Applied {
        method,
        applier: applier.unwrap_or_default(),
        last,
        unknown_since: is_unknown.then_some("the object does not show it"),
    }
}
