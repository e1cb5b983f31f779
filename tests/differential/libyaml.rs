//! The workloads of a stream as Kubernetes finds them, read with libyaml.
//!
//! Go's rules are laid over the composed nodes: the last of several equal keys counts, a merge key overrides what stands
//! before it, an object with `items` is a list.

use std::collections::BTreeMap;

use libyaml_safer::{Document, NodeData, Parser, ScalarStyle};

/// A workload: its name, and its count where that is a plain integer.
pub(crate) type Found = (String, Option<u32>);

/// Reads a text of one document; none where libyaml refuses it, or it holds what only Go resolves.
///
/// The crate panics at some texts that end without a line break, so it gets one.
pub(crate) fn workloads(document: &str) -> Option<Vec<Found>> {
    let text = format!("{document}\n");
    let loaded = std::panic::catch_unwind(|| {
        let mut bytes = text.as_bytes();
        let mut parser = Parser::new();
        parser.set_input(&mut bytes);
        let first = Document::load(&mut parser).ok()?;
        let second = Document::load(&mut parser).ok()?;
        second.nodes.is_empty().then_some(first)
    });
    let document = loaded.ok().flatten()?;
    let reading = Reading(&document);
    let mut found = Vec::new();
    if !document.nodes.is_empty() {
        reading.object(1, "", "", &mut found, 0)?;
    }
    Some(found)
}

struct Reading<'d>(&'d Document);

impl Reading<'_> {
    fn data(&self, index: i32) -> Option<&NodeData> {
        Some(&self.0.get_node(index)?.data)
    }

    /// The entries of a mapping; none where a key or a merge is not plain.
    fn entries(&self, index: i32, depth: usize) -> Option<BTreeMap<&str, i32>> {
        let mut entries = BTreeMap::new();
        let NodeData::Mapping { pairs, .. } = self.data(index)? else {
            return Some(entries);
        };
        for pair in pairs {
            let NodeData::Scalar { value, style } = self.data(pair.key)? else {
                return None;
            };
            if self.0.get_node(pair.key)?.tag.as_deref() != Some(libyaml_safer::STR_TAG) {
                return None;
            }
            if value == "<<" && *style == ScalarStyle::Plain {
                let is_mapping = matches!(self.data(pair.value)?, NodeData::Mapping { .. });
                if !is_mapping || depth > 20 {
                    return None;
                }
                entries.extend(self.entries(pair.value, depth + 1)?);
            } else {
                entries.insert(value.as_str(), pair.value);
            }
        }
        Some(entries)
    }

    /// A string; empty where there is none, none where it has a tag.
    fn text(&self, index: Option<&i32>) -> Option<&str> {
        let Some(&index) = index else { return Some("") };
        let NodeData::Scalar { value, style } = self.data(index)? else {
            return Some("");
        };
        let is_null = *style == ScalarStyle::Plain
            && matches!(value.as_str(), "~" | "null" | "Null" | "NULL");
        if self.0.get_node(index)?.tag.as_deref() != Some(libyaml_safer::STR_TAG) {
            return None;
        }
        Some(if is_null { "" } else { value })
    }

    fn object(
        &self,
        index: i32,
        list_version: &str,
        list_kind: &str,
        found: &mut Vec<Found>,
        depth: usize,
    ) -> Option<()> {
        let entries = self.entries(index, 0)?;
        let own = (
            self.text(entries.get("apiVersion"))?,
            self.text(entries.get("kind"))?,
        );
        let (version, kind) = if own == ("", "") {
            (list_version, list_kind)
        } else {
            own
        };
        if let Some(NodeData::Sequence { items, .. }) =
            entries.get("items").and_then(|it| self.data(*it))
        {
            let item_kind = kind.strip_suffix("List").unwrap_or(kind);
            for item in items.iter().filter(|_| depth < 20) {
                self.object(*item, version, item_kind, found, depth + 1)?;
            }
        }
        let metadata = entries.get("metadata").map(|it| self.entries(*it, 0));
        let name = metadata.map_or(Some(""), |entries| self.text(entries?.get("name")))?;
        let Some(spec) = entries.get("spec") else {
            return Some(());
        };
        let spec = self.entries(*spec, 0)?;
        let mut labels = BTreeMap::new();
        if let Some(selector) = spec.get("selector")
            && let Some(matching) = self.entries(*selector, 0)?.get("matchLabels")
        {
            labels = self.entries(*matching, 0)?;
        }
        if is_ours(
            version,
            kind,
            self.text(labels.get("app.kubernetes.io/name"))?,
        ) {
            found.push((name.to_owned(), self.count(spec.get("replicas"))));
        }
        Some(())
    }

    fn count(&self, index: Option<&i32>) -> Option<u32> {
        let node = self.0.get_node(*index?)?;
        let NodeData::Scalar {
            value,
            style: ScalarStyle::Plain,
        } = &node.data
        else {
            return None;
        };
        let count: u32 = value
            .parse()
            .ok()
            .filter(|count| i32::try_from(*count).is_ok())?;
        let is_plain = node.tag.as_deref() == Some(libyaml_safer::STR_TAG);
        (is_plain && count.to_string() == *value).then_some(count)
    }
}

/// What the policy of these tests names.
fn is_ours(version: &str, kind: &str, name: &str) -> bool {
    version == "apps/v1" && matches!(kind, "Deployment" | "StatefulSet") && name == "milvus"
}
