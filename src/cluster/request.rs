//! What is asked of a cluster: the objects of one kind in one namespace.

/// The objects of a kind in a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    /// As objects have it: `apps/v1`.
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    /// As `kubectl get -l` takes it; all objects without one.
    pub(crate) label_selector: Option<String>,
    pub(crate) if_unserved: IfUnserved,
    /// Whether no more is wanted than what every object has: its apiVersion, kind and metadata.
    pub(crate) metadata_only: bool,
}

/// What it means that the server does not know a kind, such as that of an extension which is not installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfUnserved {
    /// There are no such objects.
    Empty,
    /// It is the wrong server.
    Error,
}

/// All objects of a request.
#[derive(Debug)]
pub(crate) struct Listing<T> {
    pub(crate) items: Vec<T>,
    /// The state of the cluster that they were read from, which a watch goes on from; empty where the kind is not served.
    pub(crate) resource_version: String,
}

impl<T> Listing<T> {
    pub(super) fn empty() -> Self {
        Self {
            items: Vec::new(),
            resource_version: String::new(),
        }
    }
}

impl Request {
    /// The API group; empty for the core group.
    pub(super) fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The path of the API group's version: `/apis/apps/v1`, `/api/v1`.
    pub(super) fn group_path(&self) -> String {
        let root = if self.group().is_empty() {
            "/api"
        } else {
            "/apis"
        };
        let segments = self.api_version.split('/').map(encoded);
        segments.fold(root.to_owned(), |path, segment| format!("{path}/{segment}"))
    }

    /// The path of the objects of this kind, which the API calls by `plural`.
    pub(super) fn path(&self, plural: &str) -> String {
        let namespace = encoded(&self.namespace);
        let (group, plural) = (self.group_path(), encoded(plural));
        format!("{group}/namespaces/{namespace}/{plural}")
    }
}

/// A text as a segment of a path or a value of a query.
pub(super) fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(api_version: &str, namespace: &str, plural: &str) -> String {
        let request = Request {
            api_version: api_version.to_owned(),
            kind: String::new(),
            namespace: namespace.to_owned(),
            label_selector: None,
            if_unserved: IfUnserved::Error,
            metadata_only: false,
        };
        request.path(plural)
    }

    #[test]
    fn the_core_group_has_a_root_of_its_own() {
        assert_eq!(path("v1", "a", "pods"), "/api/v1/namespaces/a/pods");
        let deployments = "/apis/apps/v1/namespaces/a/deployments";
        assert_eq!(path("apps/v1", "a", "deployments"), deployments);
    }

    #[test]
    fn no_name_reaches_beyond_its_segment() {
        assert_eq!(
            path("v1", "a/../b?c#d%2f é", "pods"),
            "/api/v1/namespaces/a%2F..%2Fb%3Fc%23d%252f%20%C3%A9/pods"
        );
    }
}
