//! Whether trimtab's options lead to the place that Helm goes to, where they say what Helm leaves to the kubeconfig.

use super::About;
use super::pin::normal;
use crate::access::{Access, Told};
use crate::diagnostic::Diagnostic;
use crate::names::shown;

/// What differs between the place that options lead to and the one that Helm goes to.
pub(super) fn differences(
    access: &Access,
    own: &About,
    helms: &Access,
    theirs: &About,
) -> Vec<Diagnostic> {
    let mut differences = Vec::new();
    if normal(&own.server) != normal(&theirs.server) {
        let kubeconfig = added(access.kubeconfig.as_ref(), helms.kubeconfig.as_ref());
        let context = added(access.context.as_ref(), helms.context.as_ref());
        let from: Vec<&str> = kubeconfig.into_iter().chain(context).collect();
        let from = from.join(" and ");
        differences.push(difference(&from, &own.server, &theirs.server, theirs));
    }
    if own.namespace != theirs.namespace {
        let namespace = added(access.namespace.as_ref(), helms.namespace.as_ref());
        let context = added(access.context.as_ref(), helms.context.as_ref());
        let from = namespace.or(context).unwrap_or("--kubeconfig");
        let of = |about: &About| format!("namespace `{}`", shown(&about.namespace));
        differences.push(difference(from, &of(own), &of(theirs), theirs));
    }
    differences
}

/// What said a value that Helm does not say.
fn added<T>(own: Option<&Told<T>>, helms: Option<&Told<T>>) -> Option<&'static str> {
    own.filter(|_| helms.is_none()).map(|told| told.from)
}

fn difference(from: &str, own: &str, theirs: &str, about: &About) -> Diagnostic {
    let known_from = &about.known_from;
    Diagnostic::new(format!("{from} leads to {own}, but Helm goes to {theirs}"))
        .note(format!("what Helm goes to is known from {known_from}"))
        .help(format!("say the same to Helm, or remove {from}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::cluster::Cluster;
    use crate::environment::{Environment, KUBECONFIG};

    const CONFIG: &str = "
current-context: dev
contexts:
- {name: dev, context: {cluster: dev, user: a, namespace: milvus}}
- {name: dev-reader, context: {cluster: dev, user: b, namespace: milvus}}
- {name: other, context: {cluster: dev, user: a, namespace: other}}
- {name: prod, context: {cluster: prod, user: a, namespace: milvus}}
clusters:
- {name: dev, cluster: {server: 'https://dev'}}
- {name: prod, cluster: {server: 'https://prod'}}
users:
- {name: a, user: {}}
- {name: b, user: {}}
";

    fn told(value: &str, from: &'static str) -> Option<Told<String>> {
        let value = value.to_owned();
        (!value.is_empty()).then_some(Told { value, from })
    }

    /// What is said of options beside a Helm that leaves all to the kubeconfig.
    fn said(context: &str, namespace: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config");
        fs::write(&file, CONFIG).unwrap();
        let environment = Environment::default().with(KUBECONFIG, file.into_os_string());
        let access = Access {
            context: told(context, "--context"),
            namespace: told(namespace, "TRIMTAB_NAMESPACE"),
            helms: Some(Box::default()),
            ..Access::default()
        };
        let located = Cluster::locate(&access, &environment, Duration::from_secs(1), None);
        let problems = located.err().map(|unreached| unreached.diagnostics);
        let problems = problems.into_iter().flatten();
        problems
            .map(|problem| problem.message.to_string())
            .collect()
    }

    #[test]
    fn options_lead_to_where_helm_goes_or_nowhere() {
        for (context, namespace) in [
            ("", "milvus"),
            ("dev", ""),
            ("dev", "milvus"),
            // Another user of the same cluster may have fewer rights.
            ("dev-reader", ""),
            ("other", "milvus"),
        ] {
            assert_eq!(said(context, namespace), [""; 0], "{context} {namespace}");
        }
        let server = "--context leads to https://prod, but Helm goes to https://dev";
        assert_eq!(said("prod", ""), [server]);
        let from = "TRIMTAB_NAMESPACE leads to namespace `x`, but Helm goes to namespace `milvus`";
        assert_eq!(said("", "x"), [from]);
        assert_eq!(said("prod", "x"), [server, from]);
        let from = "--context leads to namespace `other`, but Helm goes to namespace `milvus`";
        assert_eq!(said("other", ""), [from]);
    }
}
