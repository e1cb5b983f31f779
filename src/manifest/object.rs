//! What matters of one Kubernetes object, in small structs; never a tree.
//!
//! Nothing is judged here: what prevents reading or editing is kept as a hazard.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::autoscaler::{Jump, ScaleDown};
use super::budget::Allowance;
use super::counts::Found;
use super::kinds::{self, Kinds};
use super::{Leader, Sync};
use crate::field::{Hazard, HazardKind};
use crate::labels::MatchLabels;
use crate::source::Span;
use crate::yaml::{Start, Tag};

/// The most unreadable items of a list that are kept: one is enough to refuse, and more would not help.
const MOST_UNREADABLE: usize = 1000;

/// The most items without their own kind that are kept before the kind of the list is known.
const MOST_WITHOUT_A_KIND: usize = 10_000;

/// A string of an object.
#[derive(Debug, Clone, Default)]
pub(super) enum Text {
    #[default]
    Absent,
    Read {
        value: String,
        span: Span,
        /// Whether Kubernetes surely reads a string, and no number, null or boolean.
        is_string: bool,
    },
    /// Not a plain string: a tag, an alias that cannot be followed, a collection.
    Unreadable(Hazard),
}

impl Text {
    /// The value; none when it is absent, empty or unreadable.
    pub(super) fn value(&self) -> Option<&str> {
        match self {
            Self::Read { value, .. } if !value.is_empty() => Some(value),
            _ => None,
        }
    }

    /// Whether there is a value that Kubernetes surely reads as a string.
    pub(super) fn is_surely_a_string(&self) -> bool {
        self.value().is_some()
            && matches!(
                self,
                Self::Read {
                    is_string: true,
                    ..
                }
            )
    }

    pub(super) fn hazard(&self) -> Option<Hazard> {
        if let Self::Unreadable(hazard) = self {
            Some(*hazard)
        } else {
            None
        }
    }

    pub(super) fn span(&self) -> Option<Span> {
        if let Self::Read { span, .. } = self {
            Some(*span)
        } else {
            None
        }
    }
}

/// What matters of one Kubernetes object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) start: Span,
    pub(super) api_version: Text,
    pub(super) kind: Text,
    /// The values of earlier `kind` keys; there are some only with duplicate keys.
    pub(super) earlier_kinds: BTreeSet<String>,
    pub(super) metadata: Metadata,
    pub(super) spec: Option<Box<Spec>>,
    /// Whether there is a key `spec`, whatever its value.
    pub(super) has_spec: bool,
    /// Whether it was read from a live cluster: it has a `status` or a `metadata.uid`.
    pub(super) live: bool,
    /// The newest timestamp in its `metadata` and `status`.
    pub(super) newest: Option<Timestamp>,
    /// The key `items`, whatever its value.
    pub(super) has_items: Option<Span>,
    /// The objects of a list.
    pub(super) items: Vec<Object>,
    /// The first of its items that was not kept, though it could be of the list's kind.
    pub(super) dropped: Option<Span>,
    unreadable_items: usize,
    /// Whether one of its items is of a kind that is read, kept or not.
    has_known_items: bool,
    /// How many items were taken for objects of its kind before it was read to its end.
    lent: usize,
    /// What makes the object as a whole unsafe to edit.
    pub(super) hazard: Option<Hazard>,
    /// What makes it uncertain what the object is, or holds.
    pub(super) unreadable: Option<Hazard>,
    /// The anchors on the object, and on the items of a list.
    pub(super) anchors: Vec<(u32, Span)>,
}

#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub(super) name: Text,
    pub(super) namespace: Text,
    /// The label `helm.sh/chart`.
    pub(super) chart: Text,
    /// Helm 4's annotation with the template's path.
    pub(super) template: Text,
    /// The annotation with the file that a KRM host read the object from.
    pub(super) path: Text,
    /// Whether it has an annotation of a hook.
    pub(super) is_hook: bool,
    /// How Argo CD applies it.
    pub(super) sync: Sync,
    /// What could hide that it is a hook, or how Argo CD applies it.
    pub(super) hidden_hook: Option<Hazard>,
    /// What another controller takes its count from.
    pub(super) leader: Option<Box<Leader>>,
    /// The key of its `ownerReferences`, if there are any.
    pub(super) owners: Option<Span>,
    /// KEDA's annotation with the count of a paused `ScaledObject`.
    pub(super) paused: Option<Box<Text>>,
    /// What makes the name or the namespace unreadable, or could hide that it is a hook or how Argo CD applies it.
    pub(super) hazard: Option<Hazard>,
    pub(super) uid: bool,
    /// The newest time at which it was created or written.
    pub(super) newest: Option<Timestamp>,
}

/// What matters of a `spec`.
#[derive(Debug, Default)]
pub(super) struct Spec {
    pub(super) counts: Found,
    pub(super) selector: Selector,
    /// What it says to an autoscaler.
    pub(super) autoscaling: Option<Box<Autoscaling>>,
    /// What it says to a disruption budget.
    pub(super) allowances: Option<Box<Allowances>>,
}

/// `spec.selector`.
#[derive(Debug, Default)]
pub(super) struct Selector {
    pub(super) is_present: bool,
    pub(super) match_labels: MatchLabels,
    /// Whether it has `matchExpressions`.
    pub(super) has_expressions: bool,
    /// What makes it unreadable.
    pub(super) hazard: Option<Hazard>,
}

/// What was read of a `behavior`: how fast to scale in, or what makes that unreadable; none where it does not say.
pub(super) type Behavior = Option<Result<ScaleDown, Hazard>>;

/// What a `spec` says to an autoscaler, whichever kind it turns out to be.
#[derive(Debug, Default)]
pub(super) struct Autoscaling {
    pub(super) target: Option<ScaleTarget>,
    /// `behavior.scaleDown`.
    pub(super) scale_down: Behavior,
    /// `advanced.horizontalPodAutoscalerConfig.behavior.scaleDown`.
    pub(super) advanced: Behavior,
    /// `idleReplicaCount`.
    pub(super) idle: Option<Result<Jump, Hazard>>,
}

/// What a `spec` says to a disruption budget.
#[derive(Debug, Default)]
pub(super) struct Allowances {
    pub(super) min_available: Option<Allowance>,
    pub(super) max_unavailable: Option<Allowance>,
    /// What makes one of them unreadable.
    pub(super) hazard: Option<Hazard>,
}

/// `spec.scaleTargetRef` of an autoscaler.
#[derive(Debug, Default)]
pub(super) struct ScaleTarget {
    pub(super) span: Span,
    pub(super) api_version: Text,
    pub(super) kind: Text,
    pub(super) name: Text,
    /// What makes the kind or the name unreadable.
    pub(super) hazard: Option<Hazard>,
}

impl Object {
    pub(super) fn new(start: &Start) -> Self {
        let tagged = start.tag == Tag::Other;
        let mut object = Self {
            start: start.span,
            api_version: Text::Absent,
            kind: Text::Absent,
            earlier_kinds: BTreeSet::new(),
            metadata: Metadata::default(),
            spec: None,
            has_spec: false,
            live: false,
            newest: None,
            has_items: None,
            items: Vec::new(),
            dropped: None,
            unreadable_items: 0,
            has_known_items: false,
            lent: 0,
            hazard: tagged.then(|| Hazard::new(HazardKind::Tag, start.span)),
            unreadable: None,
            anchors: Vec::new(),
        };
        object.note_anchor(start);
        object
    }

    /// Notes an alias that cannot be followed.
    pub(super) fn hidden(&mut self, span: Span) {
        let hazard = Hazard::new(HazardKind::Unresolved, span);
        self.unreadable.get_or_insert(hazard);
    }

    /// Its apiVersion and kind: an item that has neither has those of its list.
    pub(super) fn kind_within(&self, list: Option<(&str, &str)>) -> (String, String) {
        let (api_version, kind) = match (self.api_version.value(), self.kind.value()) {
            (None, None) => list.unwrap_or_default(),
            (api_version, kind) => (api_version.unwrap_or_default(), kind.unwrap_or_default()),
        };
        (api_version.to_owned(), kind.to_owned())
    }

    /// Whether a `kind` of the object or of its items is one of those asked for, or a list of such.
    pub(super) fn is_any(&self, knows: &dyn Fn(&str) -> bool) -> bool {
        self.has_known_items
            || self.all_kinds().any(|kind| knows(kinds::of_items(kind)))
            || self.items.iter().any(|item| item.is_any(knows))
    }

    /// Marks its count, and those of its items, as uncertain.
    pub(super) fn doubt(&mut self, hazard: Hazard) {
        if let Some(spec) = &mut self.spec {
            spec.doubt(hazard);
        }
        for item in &mut self.items {
            item.doubt(hazard);
        }
    }

    /// Takes an `apiVersion`; the last one counts.
    pub(super) fn set_api_version(&mut self, api_version: Text, key: Span) {
        self.api_version = api_version;
        self.note_if_lent(key);
    }

    /// Takes a `kind`; the last one counts, and of those before it are kept what could be read.
    pub(super) fn set_kind(&mut self, kind: Text, key: Span, kinds: &Kinds) {
        self.note_if_lent(key);
        if let Text::Read { value, .. } = std::mem::replace(&mut self.kind, kind)
            && kinds.may_be_in(&value)
        {
            self.earlier_kinds.insert(value);
        }
    }

    /// Notes a key that comes too late for the items that were taken for objects of another kind.
    fn note_if_lent(&mut self, key: Span) {
        if self.lent > 0 {
            let hazard = Hazard::new(HazardKind::DuplicateKey, key);
            self.unreadable.get_or_insert(hazard);
        }
    }

    /// What an item has of the list if it has no apiVersion and no kind of its own, where both are known by now.
    pub(super) fn lends(&mut self, item: &Self) -> Option<(&str, &str)> {
        let texts = [&self.api_version, &self.kind];
        let is_known = texts.into_iter().all(Text::is_surely_a_string);
        let is_plain = matches!(
            (&item.api_version, &item.kind),
            (Text::Absent, Text::Absent)
        );
        self.lent += usize::from(is_known && is_plain);
        let kind = kinds::of_items(self.kind.value()?);
        let lent = self.api_version.value().map(|it| (it, kind));
        lent.filter(|_| is_known && is_plain)
    }

    /// Notes an anchor on the object, or on its items.
    pub(super) fn note_anchor(&mut self, start: &Start) {
        if start.anchor != 0 {
            self.anchors.push((start.anchor, start.span));
        }
    }

    /// Every value that a `kind` of the object had.
    fn all_kinds(&self) -> impl Iterator<Item = &str> {
        let earlier = self.earlier_kinds.iter().map(String::as_str);
        earlier.chain(self.kind.value())
    }

    /// Whether an item may matter; what is not kept of those that may is noted.
    pub(super) fn keeps(&mut self, item: &Self, kinds: &Kinds) -> bool {
        self.has_known_items |= item.is_any(&|kind| kinds.knows(kind));
        if item.says_nothing(kinds) {
            return false;
        }
        let is_own = item.all_kinds().any(|kind| kinds.may_be_in(kind))
            || item.dropped.is_some()
            || !item.items.is_empty();
        let in_other_case = |kind| kinds.in_other_case(kind).is_some();
        if item.unreadable.is_some()
            || item.kind.hazard().is_some()
            || item.kind.value().is_some_and(in_other_case)
        {
            self.unreadable_items += 1;
            return self.unreadable_items <= MOST_UNREADABLE;
        }
        if is_own {
            return true;
        }
        let is_kept = match self.kind.value() {
            _ if !item.may_have_the_kind_of_its_list() => return false,
            Some(kind) => kinds.knows(kinds::of_items(kind)),
            None => self.items.len() < MOST_WITHOUT_A_KIND,
        };
        if !is_kept {
            self.dropped.get_or_insert(item.start);
        }
        is_kept
    }

    /// Whether nothing follows from it but that it is of a kind that is read, or of that of its list.
    ///
    /// Kubernetes refuses an object without a name. One that selects nothing either is of no component and in no
    /// baseline. Where anything could be hidden, it says something.
    pub(super) fn says_nothing(&self, kinds: &Kinds) -> bool {
        let kind = self.kind.value();
        let texts = [&self.api_version, &self.kind];
        let is_certain = |text: &Text| matches!(text, Text::Absent) || text.is_surely_a_string();
        let metadata = &self.metadata;
        let is_nameless = metadata.name.value().is_none()
            && metadata.chart.value().is_none()
            && metadata.hazard.is_none();
        kind.is_none_or(|kind| kinds.knows(kind))
            && texts.into_iter().all(is_certain)
            && self.earlier_kinds.is_empty()
            && self.unreadable.is_none()
            && self.has_items.is_none()
            && match &self.spec {
                None => kind.is_some(),
                Some(spec) => is_nameless && spec.says_nothing(),
            }
    }

    fn may_have_the_kind_of_its_list(&self) -> bool {
        !self.kind.is_surely_a_string() && (self.spec.is_some() || self.has_items.is_some())
    }
}

impl Spec {
    fn says_nothing(&self) -> bool {
        let selector = &self.selector;
        selector.hazard.is_none()
            && selector.match_labels.is_empty()
            && self.autoscaling.is_none()
            && self.allowances.is_none()
    }

    pub(super) fn doubt(&mut self, hazard: Hazard) {
        if let Some(Autoscaling {
            scale_down,
            advanced,
            ..
        }) = self.autoscaling.as_deref_mut()
        {
            for behavior in [scale_down, advanced] {
                if let Some(Ok(_)) = behavior {
                    *behavior = Some(Err(hazard));
                }
            }
        }
        if let Some(allowances) = &mut self.allowances {
            allowances.hazard.get_or_insert(hazard);
        }
        self.counts.doubt_all(hazard);
    }
}
