//! When so much of an object is known that the rest of its document may be left unread.
//!
//! Only the object that a document is can be left, never an item of a list. One of a kind that is not read, nor resembles
//! one that is, is left as soon as its root can hold no other `kind` and no `items`. One of the catalogue's kinds whose count is
//! `spec.replicas` is left in its `spec`, once it is known what it is, what it is called and what it selects, and no key that matters can follow.
//! Autoscalers and disruption budgets are small, and read whole. [`yaml::Rest`] has the conditions on the text.

use super::Walk;
use super::entries::Entry;
use crate::manifest::Kinds;
use crate::manifest::object::{Object, Selector};
use crate::yaml::{Rest, Start, Tag};

/// The keys of an object and of its `spec` that matter. The walk looks at no other.
const MATTERS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "status",
    "items",
    "replicas",
    "ordinals",
    "selector",
    "scaleTargetRef",
    "minReplicas",
    "maxReplicas",
    "minReplicaCount",
    "maxReplicaCount",
    "behavior",
    "advanced",
    "idleReplicaCount",
    "minAvailable",
    "maxUnavailable",
];

/// The keys that could make an object of any kind matter.
const MATTERS_TO_ANY: &[&str] = &["kind", "items"];

/// A key of an object or of its `spec` if it matters, else none.
///
/// The walk asks for each key, so that one which is not among those that the skimming looks for is never handled either.
pub(super) fn of_matter(key: &str) -> &str {
    if MATTERS.contains(&key) { key } else { "" }
}

/// Whether Helm takes a key for this one though Kubernetes does not: Helm reads the head of a manifest with Go's
/// `encoding/json`, which ignores case (`foldName` in its `fold.go`), and `ſ` and the Kelvin sign are letters to it.
pub(super) fn is_disguised(key: &str, name: &str) -> bool {
    let fold = |letter: char| match letter {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        letter => letter.to_ascii_lowercase(),
    };
    key != name && key.chars().map(fold).eq(name.chars())
}

/// A block mapping of a document's root object, and what follows of the document.
pub(super) struct Head<'h, 't> {
    mapping: usize,
    rest: &'h mut Rest<'t>,
}

impl<'h, 't> Head<'h, 't> {
    /// Of the root: none where the columns could not be relied on.
    pub(super) fn of_root(start: &Start, rest: Option<&'h mut Rest<'t>>) -> Option<Self> {
        Self::of(start, rest?).filter(|head| head.rest.column(head.mapping) == Some(0))
    }

    /// Of the first `spec` of the root object, if it is one of the catalogue's and known well enough.
    pub(super) fn of_spec(
        start: &Start,
        object: &Object,
        kinds: &Kinds,
        head: Option<&'h mut Head<'_, 't>>,
    ) -> Option<Self> {
        let kind = object.kind.value();
        let is_managed = kind.is_some_and(|kind| kinds.has_replicas_alone(kind));
        let metadata = &object.metadata;
        let is_known = is_managed
            && !object.has_spec
            && object.api_version.value().is_some()
            && metadata.name.value().is_some()
            && metadata.hazard.is_none();
        let head = Self::of(start, &mut *head?.rest).filter(|_| is_known)?;
        head.rest
            .column(head.mapping)
            .is_some_and(|column| column > 0)
            .then_some(head)
    }

    fn of(start: &Start, rest: &'h mut Rest<'t>) -> Option<Self> {
        let is_plain = !start.flow && start.tag == Tag::Absent && start.anchor == 0;
        let mapping = start.span.start();
        is_plain.then_some(Self { mapping, rest })
    }
}

impl<'t> Walk<'_, 't> {
    /// Leaves the document at an entry of its root object if that is of no kind that is read.
    pub(super) fn leaves_object(
        &mut self,
        head: Option<&mut Head<'_, 't>>,
        object: &Object,
        entry: &Entry<'t>,
    ) -> bool {
        let kind = object.kind.value();
        object.has_items.is_none()
            && kind.is_some_and(|kind| !self.kinds.may_be_in(kind))
            && self.leaves(head, entry, MATTERS_TO_ANY)
    }

    /// Leaves the document at an entry of the root object's `spec` that does not matter.
    pub(super) fn leaves_spec(
        &mut self,
        head: Option<&mut Head<'_, 't>>,
        selector: &Selector,
        entry: &Entry<'t>,
    ) -> bool {
        selector.is_present && selector.hazard.is_none() && self.leaves(head, entry, MATTERS)
    }

    fn leaves(
        &mut self,
        head: Option<&mut Head<'_, 't>>,
        entry: &Entry<'t>,
        matters: &[&str],
    ) -> bool {
        let key = entry.key.span.start();
        self.has_left = self.is_plain
            && !self.reader.has_anchors()
            && head.is_some_and(|head| head.rest.may_be_left(head.mapping, key, matters));
        self.has_left
    }
}
