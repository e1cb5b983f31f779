//! Certificates, made by the openssl command when the first test needs them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(made);

/// Names of certificates, each signed by `ca` and with the one key.
pub(super) const HERE: &str = "here";
pub(super) const ELSEWHERE: &str = "elsewhere";
pub(super) const EXPIRED: &str = "expired";
pub(super) const CLIENT: &str = "client";
/// Authorities.
pub(super) const AUTHORITY: &str = "ca";
pub(super) const STRANGER: &str = "stranger";

fn made() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = "subjectAltName=IP:127.0.0.1,DNS:localhost";
    openssl(&folder, "ecparam -name prime256v1 -genkey -noout -out key");
    for authority in [AUTHORITY, STRANGER] {
        let usage = "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign";
        openssl(
            &folder,
            &format!(
                "req -x509 -new -key key -days 2 -subj /CN={authority} {usage} -out {authority}"
            ),
        );
    }
    for (name, names) in [
        (HERE, here),
        (ELSEWHERE, "subjectAltName=DNS:kubernetes.default.svc"),
        (CLIENT, "extendedKeyUsage=clientAuth"),
    ] {
        let signed = format!("-CA ca -CAkey key -addext basicConstraints=CA:FALSE -addext {names}");
        openssl(
            &folder,
            &format!("req -x509 -new -key key -days 2 -subj /CN={name} {signed} -out {name}"),
        );
    }
    openssl(
        &folder,
        &format!("req -new -key key -subj /CN=expired -addext {here} -out csr"),
    );
    openssl(
        &folder,
        "x509 -req -in csr -copy_extensions copy -CA ca -CAkey key -days 0 -out expired",
    );
    folder
}

fn openssl(folder: &TempDir, args: &str) {
    let mut openssl = Command::new("openssl");
    let output = openssl.args(args.split(' ')).current_dir(folder).output();
    let output = output.expect("these tests need openssl");
    assert!(
        output.status.success(),
        "{args}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The file of a certificate.
pub(super) fn file(name: &str) -> PathBuf {
    FOLDER.path().join(name)
}

/// The file of the key that is everybody's.
pub(super) fn key() -> PathBuf {
    file("key")
}

/// A server with a certificate, which asks its clients for one of theirs where it is told to.
pub(super) fn server(name: &str, asks: bool) -> Arc<ServerConfig> {
    let builder = ServerConfig::builder();
    let builder = if asks {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(&file(AUTHORITY))).unwrap();
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
        builder.with_client_cert_verifier(verifier.unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::from_pem_file(key()).unwrap();
    let chain = vec![certificate(&file(name))];
    Arc::new(builder.with_single_cert(chain, key).unwrap())
}

fn certificate(file: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(file).unwrap()
}
