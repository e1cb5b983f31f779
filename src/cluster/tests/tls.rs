//! Who the server is, and who the client is, as far as certificates say it.

use std::io::{Read as _, Write as _};
use std::thread::sleep;
use std::time::Duration;

use super::pki::{self, AUTHORITY, CLIENT, ELSEWHERE, EXPIRED, HERE, STRANGER};
use super::server::{Asked, Server, list};
use super::{Object, all, located, option};
use crate::access::Access;
use crate::cluster::UnreachedKind;

fn answer(_: &Asked) -> Vec<u8> {
    list("Deployment", "", "")
}

/// What trusts the authority and asks this server.
fn access(server: &Server) -> Access {
    Access {
        server: option(server.url.clone()),
        ca_file: option(pki::file(AUTHORITY).into_os_string()),
        ..Access::default()
    }
}

/// What asking comes to: nothing, or why not.
fn outcome(access: &Access) -> Result<(), (UnreachedKind, String)> {
    let listings = located(access, "").list::<Object>(&[all("apps/v1", "Deployment")]);
    listings.map(|_| ()).map_err(|error| {
        let message = &error.diagnostics[0].message;
        let why = message.split_once(": ").unwrap().1;
        (error.kind, why.to_owned())
    })
}

fn refused(why: &str) -> Result<(), (UnreachedKind, String)> {
    Err((UnreachedKind::Unusable, why.to_owned()))
}

#[test]
fn a_server_is_trusted_by_its_authority() {
    let server = Server::with_tls(pki::server(HERE, false), answer);
    assert_eq!(outcome(&access(&server)), Ok(()));
    let unknown = "the server's certificate is signed by an authority that is not trusted here";
    let stranger = Access {
        ca_file: option(pki::file(STRANGER).into_os_string()),
        ..access(&server)
    };
    assert_eq!(outcome(&stranger), refused(unknown));
    let nobody = Access {
        ca_file: None,
        ..access(&server)
    };
    assert_eq!(outcome(&nobody), refused(unknown));
    let anybody = Access {
        insecure_skip_tls_verify: option(true),
        ..nobody
    };
    assert_eq!(outcome(&anybody), Ok(()));
}

#[test]
fn a_server_is_the_one_that_its_certificate_names() {
    let server = Server::with_tls(pki::server(ELSEWHERE, false), answer);
    let why = "the server's certificate is not for 127.0.0.1, but for kubernetes.default.svc";
    assert_eq!(outcome(&access(&server)), refused(why));
    let named = Access {
        tls_server_name: option("kubernetes.default.svc".to_owned()),
        ..access(&server)
    };
    assert_eq!(outcome(&named), Ok(()));
}

#[test]
fn a_certificate_expires() {
    let server = Server::with_tls(pki::server(EXPIRED, false), answer);
    sleep(Duration::from_millis(1100));
    let why = "the server's certificate has expired";
    assert_eq!(outcome(&access(&server)), refused(why));
}

#[test]
fn a_server_that_speaks_no_tls_is_told_so() {
    let server = Server::raw(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let access = Access {
        server: option(server.url.replace("http:", "https:")),
        ..access(&server)
    };
    assert_eq!(outcome(&access), refused("the server does not speak TLS"));
}

/// A kubeconfig whose user has a certificate, said in one way or another.
fn kubeconfig(server: &Server, user: &str) -> String {
    let (url, authority) = (&server.url, pki::file(AUTHORITY));
    let authority = authority.display();
    format!(
        "current-context: a\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n\
         clusters: [{{name: a, cluster: {{server: '{url}', certificate-authority: '{authority}'}}}}]\n\
         users: [{{name: a, user: {{{user}}}}}]\n"
    )
}

#[test]
fn a_client_shows_its_certificate() {
    let server = Server::with_tls(pki::server(HERE, true), answer);
    let (certificate, key) = (pki::file(CLIENT), pki::key());
    let files = format!(
        "client-certificate: '{}', client-key: '{}'",
        certificate.display(),
        key.display()
    );
    let base64 = |file| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(std::fs::read(file).unwrap())
    };
    let data = format!(
        "client-certificate-data: {}, client-key-data: {}",
        base64(&certificate),
        base64(&key)
    );
    for user in [files, data] {
        let cluster = located(&Access::default(), &kubeconfig(&server, &user));
        let listings = cluster.list::<Object>(&[all("apps/v1", "Deployment")]);
        assert_eq!(listings.unwrap().len(), 1);
    }
    let none = located(&Access::default(), &kubeconfig(&server, "token: a"));
    let error = none
        .list::<Object>(&[all("apps/v1", "Deployment")])
        .unwrap_err();
    let message = &error.diagnostics[0].message;
    assert!(
        message
            .ends_with("the server does not accept the client's certificate (CertificateRequired)"),
        "{message}"
    );
}
