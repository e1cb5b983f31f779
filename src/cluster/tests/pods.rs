//! The service account of a pod.

use std::fs;
use std::time::Duration;

use super::option;
use super::settings::kubeconfig;
use crate::access::Access;
use crate::cluster::pod::Pod;
use crate::cluster::{Cluster, UnreachedKind};
use crate::environment::Environment;

fn pod(folder: &std::path::Path, variables: &[(&str, &str)]) -> Option<Pod<'static>> {
    let variables = variables
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    let environment: Environment = variables.collect();
    Pod::of(&environment, folder.to_owned().leak())
}

#[test]
fn a_pod_knows_its_server_and_itself() {
    let folder = tempfile::tempdir().unwrap();
    let service = [
        ("KUBERNETES_SERVICE_HOST", "fd00::1"),
        ("KUBERNETES_SERVICE_PORT", "443"),
    ];
    assert!(pod(folder.path(), &service).is_none());
    for (name, text) in [("token", "abc"), ("namespace", "milvus\n"), ("ca.crt", "")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    assert!(pod(folder.path(), &service[..1]).is_none());
    let own = pod(folder.path(), &service).unwrap();
    assert_eq!(own.namespace(), "milvus");
    let chosen = own.chosen(&Access::default());
    assert_eq!(chosen.server.url.as_deref(), Some("https://[fd00::1]:443"));
    assert_eq!(
        chosen.server.certificate_authority,
        Some(folder.path().join("ca.crt"))
    );
    assert_eq!(chosen.user.token_file, Some(folder.path().join("token")));
    assert_eq!(chosen.known_from, "the pod's service account");
    let access = Access {
        token: option("mine".to_owned()),
        ..Access::default()
    };
    let other = own.chosen(&access).user;
    assert_eq!(
        (other.token.as_deref(), other.token_file),
        (Some("mine"), None)
    );
    let named = [service[0], service[1], ("POD_NAMESPACE", "other")];
    assert_eq!(pod(folder.path(), &named).unwrap().namespace(), "other");
}

#[test]
fn a_pods_account_is_taken_where_nothing_else_says_where_the_cluster_is() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("token", "abc"), ("namespace", "milvus")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let service = [
        ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
        ("KUBERNETES_SERVICE_PORT", "443"),
    ];
    let file = folder.path().join("kubeconfig");
    let variables = [("KUBECONFIG", file.as_os_str())];
    let environment: Environment = variables
        .map(|(name, value)| (name.into(), value.into()))
        .into_iter()
        .collect();
    let locate = |access: &Access| {
        let pod = pod(folder.path(), &service);
        Cluster::locate_from(
            access,
            &environment,
            pod.as_ref(),
            Duration::from_secs(5),
            None,
        )
    };
    let here = locate(&Access::default()).unwrap();
    let about = here.about();
    assert_eq!(
        (&*about.server, &*about.namespace),
        ("https://10.0.0.1:443", "milvus")
    );
    assert_eq!(
        (&about.context, &*about.known_from),
        (&None, "the pod's service account")
    );

    // A kubeconfig that is broken, or has no such context, is not a kubeconfig that is not there.
    fs::write(&file, "contexts: [").unwrap();
    assert_eq!(
        locate(&Access::default()).err().unwrap().kind,
        UnreachedKind::Unusable
    );
    fs::write(&file, kubeconfig("server: https://a", "")).unwrap();
    let access = Access {
        context: option("b".to_owned()),
        ..Access::default()
    };
    assert_eq!(locate(&access).err().unwrap().kind, UnreachedKind::Unusable);

    // As in kubectl, the namespace is the pod's where the context names none.
    let own = locate(&Access::default()).unwrap();
    assert_eq!(
        (&*own.about().server, &*own.about().namespace),
        ("https://a", "milvus")
    );
    let access = Access {
        namespace: option("other".to_owned()),
        ..Access::default()
    };
    assert_eq!(locate(&access).unwrap().about().namespace, "other");
}
