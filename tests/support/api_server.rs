//! An API server on loopback that answers what trimtab asks: lists and objects from a file.
//!
//! The file is a `List`, as `kubectl get -o yaml --show-managed-fields` gives. Each object says by its namespace and kind
//! where it is served. A Secret with a `release` is a record of Helm, and is encoded as Helm does it.

#![allow(clippy::indexing_slicing, reason = "an absent value of JSON is null")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Kinds that every server serves: what the API calls their objects, their apiVersion and their kind.
const SERVED: [(&str, &str, &str); 5] = [
    ("pods", "v1", "Pod"),
    ("secrets", "v1", "Secret"),
    ("deployments", "apps/v1", "Deployment"),
    ("statefulsets", "apps/v1", "StatefulSet"),
    (
        "horizontalpodautoscalers",
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
    ),
];

/// A server that runs until the process ends.
pub(crate) struct ApiServer {
    /// Its address.
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// What it serves.
struct Objects {
    items: Vec<Value>,
    /// What the API calls the objects that nobody may list or get.
    forbidden: Vec<String>,
}

impl ApiServer {
    /// Serves what a file holds, but for what is forbidden, by what the API calls it: `secrets`.
    pub(crate) fn new(file: &str, forbidden: &[String]) -> Result<Self, String> {
        let list: Value = serde_yaml::from_str(file).map_err(|error| error.to_string())?;
        let items = list.get("items").and_then(Value::as_array).cloned();
        let items = items.ok_or("`cluster.yaml` must be a List")?;
        let objects = Arc::new(Objects {
            items: items.into_iter().map(encoded).collect(),
            forbidden: forbidden.to_vec(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (objects, log) = (Arc::clone(&objects), Arc::clone(&log));
                thread::spawn(move || converse(stream, &objects, &log));
            }
        });
        Ok(Self {
            url: format!("http://{address}"),
            asked,
        })
    }

    /// A kubeconfig for it.
    pub(crate) fn kubeconfig(&self) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: production\n\
             clusters: [{{name: milvus, cluster: {{server: '{}'}}}}]\n\
             contexts: [{{name: production, context: {{cluster: milvus, user: me, namespace: milvus}}}}]\n\
             users: [{{name: me, user: {{token: secret}}}}]\n",
            self.url
        )
    }

    /// The kinds of objects that were asked for, as the API calls them.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a log").clone()
    }
}

/// An object as the server has it: a Secret with its record in Helm's form.
fn encoded(mut item: Value) -> Value {
    let Some(release) = item.as_object_mut().and_then(|item| item.remove("release")) else {
        return item;
    };
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let text = release.to_string();
    zipped.write_all(text.as_bytes()).expect("a vector");
    let helms = STANDARD.encode(zipped.finish().expect("a vector"));
    item["data"] = json!({"release": STANDARD.encode(helms)});
    item
}

fn converse(mut stream: TcpStream, objects: &Objects, log: &Mutex<Vec<String>>) {
    let Ok(reading) = stream.try_clone() else {
        return;
    };
    let mut lines = BufReader::new(reading).lines();
    while let Some(Ok(first)) = lines.next() {
        let mut of_metadata = false;
        for line in lines.by_ref().map_while(Result::ok) {
            if line.is_empty() {
                break;
            }
            of_metadata |= line.contains("as=PartialObjectMetadataList");
        }
        let path = first.split(' ').nth(1).unwrap_or_default();
        let (status, body) = objects.answer(path, of_metadata, log);
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        if stream
            .write_all(format!("{head}{body}").as_bytes())
            .is_err()
        {
            return;
        }
    }
}

impl Objects {
    fn answer(
        &self,
        path: &str,
        of_metadata: bool,
        log: &Mutex<Vec<String>>,
    ) -> (&'static str, String) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (version, rest) = match segments.as_slice() {
            ["api", version, rest @ ..] => ((*version).to_owned(), rest),
            ["apis", group, version, rest @ ..] => (format!("{group}/{version}"), rest),
            _ => return not_found(),
        };
        let ["namespaces", namespace, plural, name @ ..] = rest else {
            return self.discovery(&version);
        };
        log.lock().expect("a log").push((*plural).to_owned());
        if self.forbidden.iter().any(|it| it == plural) {
            let message = format!(
                "{plural} is forbidden: User \"me\" cannot list it in the namespace \"{namespace}\""
            );
            return (
                "403 Forbidden",
                json!({"kind": "Status", "message": message}).to_string(),
            );
        }
        let Some(kind) = self.kind(&version, plural) else {
            return not_found();
        };
        let selector = parameter(query, "labelSelector");
        let found = self.items.iter().filter(|item| {
            item["kind"] == kind
                && item["apiVersion"] == version
                && item["metadata"]["namespace"] == *namespace
        });
        if let [name] = name {
            let mut found = found.filter(|item| item["metadata"]["name"] == *name);
            return found
                .next()
                .map_or_else(not_found, |item| ("200 OK", item.to_string()));
        }
        let found = found.filter(|item| is_selected(item, &selector));
        let items: Vec<Value> = found.map(|item| listed(item, of_metadata)).collect();
        let kind = if of_metadata {
            "PartialObjectMetadata".to_owned()
        } else {
            kind
        };
        let list = json!({"kind": format!("{kind}List"), "metadata": {"resourceVersion": "7"}, "items": items});
        ("200 OK", list.to_string())
    }

    /// The kind of the objects that the API calls so; none if it is not served.
    fn kind(&self, version: &str, plural: &str) -> Option<String> {
        self.kinds(version).remove(plural)
    }

    /// The kinds of an apiVersion, by what the API calls them: what every server has, and what the file holds objects of.
    fn kinds(&self, version: &str) -> BTreeMap<String, String> {
        let held = self.items.iter();
        let held = held.filter(|item| item["apiVersion"] == version);
        let held = held.filter_map(|item| item["kind"].as_str());
        let held = held.map(|kind| (format!("{}s", kind.to_lowercase()), kind.to_owned()));
        let served = SERVED.iter().filter(|(_, own, _)| *own == version);
        let served = served.map(|(name, _, kind)| ((*name).to_owned(), (*kind).to_owned()));
        held.chain(served).collect()
    }

    fn discovery(&self, version: &str) -> (&'static str, String) {
        let kinds = self.kinds(version);
        if kinds.is_empty() {
            return not_found();
        }
        let resources = kinds
            .iter()
            .map(|(name, kind)| json!({"name": name, "kind": kind, "namespaced": true}));
        let resources: Vec<Value> = resources.collect();
        (
            "200 OK",
            json!({"kind": "APIResourceList", "resources": resources}).to_string(),
        )
    }
}

/// As in a list: without the kind, and on request without all but the metadata.
fn listed(item: &Value, of_metadata: bool) -> Value {
    let mut item = item.clone();
    if let Some(fields) = item.as_object_mut() {
        fields.remove("kind");
        fields.remove("apiVersion");
        fields.retain(|name, _| !of_metadata || name == "metadata");
    }
    item
}

fn not_found() -> (&'static str, String) {
    ("404 Not Found", "404 page not found\n".to_owned())
}

/// A parameter of a query.
fn parameter(query: &str, name: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find_map(|(own, value)| (own == name).then_some(value));
    let mut bytes = Vec::new();
    let mut rest = value.unwrap_or_default().bytes();
    while let Some(byte) = rest.next() {
        let digit = |it: Option<u8>| {
            it.and_then(|it| char::from(it).to_digit(16))
                .unwrap_or_default()
        };
        let decoded = match byte {
            b'%' => digit(rest.next()) * 16 + digit(rest.next()),
            _ => u32::from(byte),
        };
        bytes.push(u8::try_from(decoded).unwrap_or_default());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether an object has all labels of a selector: `a=b,c=d`.
fn is_selected(item: &Value, selector: &str) -> bool {
    let labels = &item["metadata"]["labels"];
    let mut pairs = selector.split(',').filter_map(|pair| pair.split_once('='));
    pairs.all(|(key, value)| labels[key] == value)
}
