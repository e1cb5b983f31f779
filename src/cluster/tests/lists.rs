//! What is asked, and what is made of the answers.

use super::server::{Asked, Server, json, list};
use super::{Object, all, cluster, names};
use crate::cluster::{IfUnserved, Request, UnreachedKind};

const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/milvus/deployments?limit=500";

fn object(name: &str) -> String {
    format!(r#"{{"metadata": {{"name": "{name}"}}, "spec": {{"replicas": 1}}}}"#)
}

#[test]
fn a_list_is_read_to_its_last_page() {
    let server = Server::new(|asked| {
        if asked.path.ends_with("&continue=a%20%26b") {
            list("Deployment", "", &object("second"))
        } else {
            list("Deployment", "a &b", &object("first"))
        }
    });
    let listings = cluster(&server).list::<Object>(&[all("apps/v1", "Deployment")]);
    let listings = listings.unwrap();
    assert_eq!(names(&listings[0]), ["first", "second"]);
    assert_eq!(listings[0].resource_version, "7");
    let asked = server.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| &*asked.path).collect();
    assert_eq!(
        paths,
        [DEPLOYMENTS, &format!("{DEPLOYMENTS}&continue=a%20%26b")]
    );
}

#[test]
fn several_lists_come_in_the_order_that_they_were_asked_for_in() {
    let server = Server::new(|asked| {
        let kind = if asked.path.contains("/deployments") {
            "Deployment"
        } else {
            "StatefulSet"
        };
        list(kind, "", &object(kind))
    });
    let requests = [all("apps/v1", "StatefulSet"), all("apps/v1", "Deployment")];
    let listings = cluster(&server).list::<Object>(&requests).unwrap();
    let all: Vec<_> = listings.iter().map(names).collect();
    assert_eq!(all, [["StatefulSet"], ["Deployment"]]);
}

#[test]
fn what_is_not_served_is_empty_where_it_may_be() {
    let answer = |asked: &Asked| {
        if asked.path.contains("keda") {
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 19\r\n\r\n404 page not found\n".to_vec()
        } else {
            list("Deployment", "", &object("a"))
        }
    };
    let keda = Request {
        if_unserved: IfUnserved::Empty,
        ..all("keda.sh/v1alpha1", "ScaledObject")
    };
    let server = Server::new(answer);
    let requests = [keda.clone(), all("apps/v1", "Deployment")];
    let listings = cluster(&server).list::<Object>(&requests).unwrap();
    assert_eq!((listings[0].items.len(), listings[1].items.len()), (0, 1));
    let needed = Request {
        if_unserved: IfUnserved::Error,
        ..keda
    };
    let error = cluster(&server).list::<Object>(&[needed]).unwrap_err();
    let message = &error.diagnostics[0].message;
    assert!(message.contains("does not serve"), "{message}");
}

#[test]
fn what_is_not_served_may_be_forbidden() {
    let keda = Request {
        if_unserved: IfUnserved::Empty,
        ..all("keda.sh/v1alpha1", "ScaledObject")
    };
    let forbidden = || json("403 Forbidden", r#"{"kind": "Status", "message": "no"}"#);
    let unserved = Server::new(move |asked| match &*asked.path {
        "/apis/keda.sh/v1alpha1" => json("404 Not Found", "404 page not found"),
        _ => forbidden(),
    });
    let listings = cluster(&unserved).list::<Object>(std::slice::from_ref(&keda));
    assert_eq!(listings.unwrap()[0].items.len(), 0);
    let served = Server::new(move |asked| match &*asked.path {
        "/apis/keda.sh/v1alpha1" => json(
            "200 OK",
            r#"{"kind": "APIResourceList", "resources": [
                {"name": "scaledobjects", "kind": "ScaledObject", "namespaced": true}]}"#,
        ),
        _ => forbidden(),
    });
    for server in [served, Server::new(move |_| forbidden())] {
        let error = cluster(&server).list::<Object>(std::slice::from_ref(&keda));
        assert_eq!(error.unwrap_err().kind, UnreachedKind::Forbidden);
    }
}

#[test]
fn the_server_is_asked_what_it_calls_a_kind_of_others() {
    let server = Server::new(|asked| match &*asked.path {
        "/apis/milvus.io/v1beta1" => json(
            "200 OK",
            r#"{"kind": "APIResourceList", "resources": [
                {"name": "milvuses", "kind": "Milvus", "namespaced": true}]}"#,
        ),
        _ => list("Milvus", "", &object("a")),
    });
    let listings = cluster(&server).list::<Object>(&[all("milvus.io/v1beta1", "Milvus")]);
    assert_eq!(names(&listings.unwrap()[0]), ["a"]);
    assert_eq!(
        server.asked()[1].path,
        "/apis/milvus.io/v1beta1/namespaces/milvus/milvuses?limit=500"
    );
}

#[test]
fn no_more_than_metadata_can_be_asked_for() {
    let server = Server::new(|_| list("PartialObjectMetadata", "", &object("a")));
    let request = Request {
        metadata_only: true,
        label_selector: Some("owner=helm,name=a".to_owned()),
        ..all("v1", "Secret")
    };
    let listings = cluster(&server).list::<Object>(&[request]).unwrap();
    assert_eq!(names(&listings[0]), ["a"]);
    let asked = &server.asked()[0];
    assert_eq!(
        asked.path,
        "/api/v1/namespaces/milvus/secrets?limit=500&labelSelector=owner%3Dhelm%2Cname%3Da"
    );
    let accept = asked.header("accept").unwrap();
    assert!(
        accept.starts_with("application/json;as=PartialObjectMetadataList"),
        "{accept}"
    );
}

#[test]
fn a_list_that_is_gone_meanwhile_is_begun_again_once() {
    let server = Server::new(|asked| {
        if asked.path.contains("continue") {
            json("410 Gone", r#"{"kind": "Status", "message": "too old"}"#)
        } else {
            list("Deployment", "next", &object("a"))
        }
    });
    let error = cluster(&server).list::<Object>(&[all("apps/v1", "Deployment")]);
    let error = error.unwrap_err();
    let message = &error.diagnostics[0].message;
    assert!(message.contains("faster than it can be read"), "{message}");
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn one_object_is_there_or_not() {
    let server = Server::new(|asked| {
        if asked.path == "/api/v1/namespaces/milvus/secrets/a%2Fb" {
            json("200 OK", &object("a/b"))
        } else {
            json(
                "404 Not Found",
                r#"{"kind": "Status", "message": "not found"}"#,
            )
        }
    });
    let cluster = cluster(&server);
    let secrets = all("v1", "Secret");
    let found = cluster.get::<Object>(&secrets, "a/b").unwrap();
    assert_eq!(found.unwrap().metadata.name, "a/b");
    assert!(cluster.get::<Object>(&secrets, "c").unwrap().is_none());
}

#[test]
fn who_asks_nothing_asks_nobody() {
    let server = Server::new(|_| list("Deployment", "", ""));
    assert_eq!(cluster(&server).list::<Object>(&[]).unwrap().len(), 0);
    assert_eq!(server.asked().len(), 0);
}
