//! API servers on loopback that answer what Helm asks before it runs a post-renderer. They record who asked for what, and as
//! whom.

use std::io::{BufRead, BufReader, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use tempfile::TempDir;

use crate::support;

/// The one release that each namespace of each server has.
pub(crate) const RELEASE: &str = "old";

static CERTIFICATES: LazyLock<TempDir> = LazyLock::new(certificates);

/// A server that runs until the process ends.
pub(crate) struct Api {
    /// Its address.
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request for objects of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    /// The program.
    pub(crate) agent: String,
    pub(crate) namespace: String,
    /// What it shows, and whom it acts as.
    pub(crate) identity: Vec<String>,
}

/// The file of the authority that all servers are signed by; they are 127.0.0.1 and localhost.
pub(crate) fn authority() -> PathBuf {
    CERTIFICATES.path().join("ca")
}

pub(crate) fn has_openssl() -> bool {
    Command::new("openssl").arg("version").output().is_ok()
}

fn certificates() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let openssl = |args: &str| {
        let mut openssl = Command::new("openssl");
        support::run(openssl.args(args.split(' ')).current_dir(&folder)).ok();
    };
    openssl("ecparam -name prime256v1 -genkey -noout -out key");
    openssl(
        "req -x509 -new -key key -days 2 -subj /CN=ca -addext basicConstraints=critical,CA:TRUE -out ca",
    );
    openssl(
        "req -x509 -new -key key -days 2 -subj /CN=here -CA ca -CAkey key \
         -addext basicConstraints=CA:FALSE -addext subjectAltName=IP:127.0.0.1,DNS:localhost -out here",
    );
    folder
}

impl Api {
    pub(crate) fn new() -> Self {
        let folder = CERTIFICATES.path();
        let pem = |name: &str| Path::new(folder).join(name);
        let chain = CertificateDer::from_pem_file(pem("here")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(pem("key")).expect("a key");
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![chain], key);
        let config = Arc::new(config.expect("a certificate and its key"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("https://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, log) = (Arc::clone(&config), Arc::clone(&log));
                thread::spawn(move || converse(stream, config, &log));
            }
        });
        Self { url, asked }
    }

    /// What was asked for since the last time.
    pub(crate) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().expect("a log"))
    }
}

/// Answers the requests of a connection until it ends.
fn converse(stream: TcpStream, config: Arc<ServerConfig>, log: &Mutex<Vec<Asked>>) {
    let Ok(connection) = ServerConnection::new(config) else {
        return;
    };
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some(head) = head(&mut stream) {
        let path = head.first().and_then(|line| line.split(' ').nth(1));
        let (status, body) = answer(path.unwrap_or_default());
        log.lock().expect("a log").extend(Asked::of(&head));
        let length = header(&head, "content-length").next();
        let length: u64 = length.map_or(0, |length| length.parse().unwrap_or_default());
        _ = std::io::copy(&mut stream.by_ref().take(length), &mut std::io::sink());
        let answered = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.get_mut().write_all(answered.as_bytes()).is_err() {
            return;
        }
    }
}

/// The lines of a request's head; none at the end of the connection.
fn head(stream: &mut impl BufRead) -> Option<Vec<String>> {
    let lines = stream.lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    (!head.is_empty()).then_some(head)
}

fn header<'h>(head: &'h [String], name: &str) -> impl Iterator<Item = &'h str> {
    let headers = head.iter().filter_map(|line| line.split_once(": "));
    headers.filter_map(move |(own, value)| own.eq_ignore_ascii_case(name).then_some(value.trim()))
}

impl Asked {
    fn of(head: &[String]) -> Option<Self> {
        let path = head.first()?.split(' ').nth(1)?;
        let (_, path) = path.split_once("/namespaces/")?;
        let agent = header(head, "user-agent").next()?;
        let names = ["authorization", "impersonate-user", "impersonate-group"];
        let identity = names.iter().flat_map(|name| header(head, name));
        let mut identity: Vec<String> = identity.map(str::to_owned).collect();
        // Helm names a group twice that it was told once.
        identity.sort();
        identity.dedup();
        Some(Self {
            agent: agent.split('/').next()?.to_owned(),
            namespace: path.split(['/', '?']).next()?.replace("%3D", "="),
            identity,
        })
    }
}

fn answer(path: &str) -> (&'static str, String) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let apps = json!({"groupVersion": "apps/v1", "version": "v1"});
    let body = match path.rsplit('/').next().unwrap_or_default() {
        "version" => json!({"major": "1", "minor": "36", "gitVersion": "v1.36.3"}),
        "api" => json!({"kind": "APIVersions", "versions": ["v1"]}),
        "apis" => json!({
            "kind": "APIGroupList",
            "groups": [{"name": "apps", "versions": [apps], "preferredVersion": apps}],
        }),
        "v1" => json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": []}),
        "secrets" => {
            let has_release = query.contains(&format!("name%3D{RELEASE}"));
            let items: Vec<_> = has_release.then(release).into_iter().collect();
            json!({"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": items})
        }
        "deployments" => empty("DeploymentList", "apps/v1"),
        "statefulsets" => empty("StatefulSetList", "apps/v1"),
        "horizontalpodautoscalers" => empty("HorizontalPodAutoscalerList", "autoscaling/v2"),
        _ => {
            let status =
                json!({"kind": "Status", "apiVersion": "v1", "code": 404, "reason": "NotFound"});
            return ("404 Not Found", status.to_string());
        }
    };
    ("200 OK", body.to_string())
}

fn empty(kind: &str, version: &str) -> serde_json::Value {
    json!({"kind": kind, "apiVersion": version, "metadata": {}, "items": []})
}

/// The record of a release; Helm reads one that is not compressed, too.
fn release() -> serde_json::Value {
    let time = "2026-01-01T00:00:00Z";
    let record = json!({
        "name": RELEASE, "version": 1, "manifest": "", "config": {},
        "info": {"status": "deployed", "first_deployed": time, "last_deployed": time},
        "chart": {"metadata": {"name": "vectors", "version": "0.1.0", "apiVersion": "v2"}},
    });
    let record = STANDARD.encode(STANDARD.encode(record.to_string()));
    let name = format!("sh.helm.release.v1.{RELEASE}.v1");
    let labels = json!({"name": RELEASE, "owner": "helm", "status": "deployed", "version": "1"});
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
        "metadata": {"name": name, "labels": labels}, "data": {"release": record},
    })
}
