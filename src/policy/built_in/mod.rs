//! The policies that need no file: the catalogue of each system that trimtab knows.

mod packed;
mod settled;

use std::sync::LazyLock;

use self::settled::Settled;
use crate::names;
use crate::source::Sources;
use crate::yaml::positions::{self, Node};

/// A policy by the name that `extends` takes.
#[derive(Debug)]
pub(super) struct BuiltIn {
    pub(super) name: &'static str,
    /// The system, and the charts that the catalogue is made for.
    summary: &'static str,
    pub(super) text: &'static str,
    /// Its tree, packed.
    tree: &'static [u8],
    /// What it settles to where no policy is given, packed.
    settled: &'static [u8],
}

/// What the names of the texts begin with.
const SOURCE: &str = "<built-in ";

/// Embeds `policies/NAME.yaml` for each name.
macro_rules! embed {
    ($($name:literal: $summary:literal),+ $(,)?) => {
        &[$(BuiltIn {
            name: $name,
            summary: $summary,
            text: include_str!(concat!("../../../policies/", $name, ".yaml")),
            tree: include_bytes!(concat!($name, ".tree")),
            settled: include_bytes!(concat!($name, ".settled")),
        }),+]
    };
}

/// All of them, which hold together when no policy is given.
pub(super) const ALL: &[BuiltIn] = embed![
    "milvus": "Milvus: charts milvus/milvus 4.0 to 5.0 and bitnami/milvus 16",
    "druid": "Apache Druid: chart druid 37.0.2 of druid-helm, and the older one of Druid itself",
    "loki": "Grafana Loki: chart grafana/loki 6 and 7",
    "mimir": "Grafana Mimir: chart grafana/mimir-distributed 6.1",
    "presto": "Presto: chart presto/presto 0.x",
    "qdrant": "Qdrant: chart qdrant/qdrant 1.15 to 1.19; guarded, without targets",
    "trino": "Trino: chart trino/trino 0.32 to 1.42",
];

/// The name of each.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|it| it.name)
}

/// The name of each, and in a line which system and charts it is for.
pub(crate) fn summaries() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().map(|it| (it.name, it.summary))
}

/// The text of the one of a name, with its comments.
pub(crate) fn page(name: &str) -> Option<&'static str> {
    find(name).map(|it| it.text)
}

/// The one of a name.
pub(super) fn find(name: &str) -> Option<&'static BuiltIn> {
    ALL.iter().find(|known| known.name == name)
}

/// What all of them settle to where no policy is given; none where what is packed is not of the texts.
pub(super) fn settled(sources: &mut Sources) -> Option<Settled> {
    let mut settled = Settled::default();
    for it in ALL {
        let source = sources.add_text(it.source_name(), it.text.into());
        settled.add(it, source).ok()?;
    }
    Some(settled)
}

/// The built-in policy that a text of this name is.
pub(crate) fn catalogue_of(source: &str) -> Option<&str> {
    source.strip_prefix(SOURCE)?.strip_suffix('>')
}

impl BuiltIn {
    /// The name of its text in frames and messages.
    pub(super) fn source_name(&self) -> String {
        format!("{SOURCE}{}>", self.name)
    }

    /// What its text holds.
    pub(super) fn root(&self) -> Option<Node> {
        packed::unpack(self.text, self.tree).map_or_else(|_| positions::read(self.text).root, Some)
    }

    /// The names of its components.
    fn components(&self) -> Vec<String> {
        let root = self.root();
        let components = root.as_ref().and_then(|it| it.at(&["spec", "components"]));
        let entries = components.map_or(&[][..], Node::entries).iter();
        entries
            .map(|entry| entry.key.clone().into_owned())
            .collect()
    }
}

/// What to add to a policy that seems to expect a built-in catalogue: one that has the component, or almost.
pub(super) fn missing(component: &str) -> Option<String> {
    static KNOWN: LazyLock<Vec<(&str, Vec<String>)>> = LazyLock::new(|| {
        let all = ALL.iter();
        all.map(|it| (it.name, it.components())).collect()
    });
    if let Some((system, short)) = component.split_once('.')
        && let Some(it) = find(system)
        && it.components().iter().any(|known| known == short)
    {
        return Some(format!(
            "add `extends: {system}` under `spec`, besides what it extends"
        ));
    }
    let names = KNOWN.iter().flat_map(|(_, components)| components);
    let meant = names::misspelt(component, names.map(String::as_str))?;
    let having = KNOWN
        .iter()
        .filter(|(_, components)| components.iter().any(|it| it == meant));
    let having: Vec<&str> = having.map(|(name, _)| *name).collect();
    let catalogues = match having.as_slice() {
        [_] => "the built-in catalogue".to_owned(),
        several => format!("the built-in catalogues {}", several.join(" and ")),
    };
    let lines: Vec<String> = having
        .iter()
        .map(|name| format!("`extends: {name}`"))
        .collect();
    let lines = lines.join(" or ");
    Some(format!(
        "`{meant}` is in {catalogues}: add {lines} under `spec`"
    ))
}

/// What the tests of the two packed forms share.
#[cfg(test)]
mod held {
    use std::env;
    use std::path::Path;

    use super::BuiltIn;

    /// Whether packed forms are written anew, rather than compared.
    pub(super) fn is_blessing() -> bool {
        env::var_os("BLESS").is_some()
    }

    /// Compares the packed form of a policy with these numbers, or writes them to its file; gives them as bytes.
    pub(super) fn packed(policy: &BuiltIn, extension: &str, numbers: &[u16]) -> Vec<u8> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|it| it.to_le_bytes()).collect();
        let file = format!("src/policy/built_in/{}.{extension}", policy.name);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        if is_blessing() {
            assert!(std::fs::write(&path, &bytes).is_ok(), "{file}");
        }
        assert!(
            std::fs::read(&path).is_ok_and(|now| now == bytes),
            "policies/{}.yaml has changed: write {file} anew with BLESS=1, and build again",
            policy.name
        );
        bytes
    }
}
