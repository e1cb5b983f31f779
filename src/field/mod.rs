//! A count in an object: its place, its value, and how to write another one.
//!
//! `spec.replicas` is one; so are an autoscaler's two bounds, and the counts that one object has for several components.
//! A count whose keys are missing is written with those keys. Nothing here knows kinds.

mod count;
mod goal;
mod hazard;
mod path;
mod slot;

use std::ops::Range;

pub(crate) use count::{Count, MAX_REPLICAS};
pub(crate) use goal::{Goal, edits};
pub(crate) use hazard::{Hazard, HazardKind};
pub(crate) use path::{FieldPath, FieldTree};
pub(crate) use slot::{Opening, Slot};

use crate::yaml::{Event, Scalar, Start, Tag};

/// A count as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) path: FieldPath,
    pub(crate) count: Count,
    /// The value if there is one, else its key, else the nearest mapping or key on the way to it.
    pub(crate) span: Range<usize>,
    /// Where another count can be written, or what forbids it.
    pub(crate) slot: Result<Slot, Hazard>,
    /// Set when the count cannot be relied on.
    pub(crate) doubt: Option<Box<Hazard>>,
    /// The anchor on the value, 0 for none.
    pub(crate) anchor: usize,
}

impl Field {
    /// Of a key with its value. `via_alias` is the place of the alias that led to the value.
    pub(crate) fn of(
        path: FieldPath,
        text: &str,
        key: &Scalar<'_>,
        value: &Event<'_>,
        via_alias: Option<Range<usize>>,
    ) -> Self {
        let is_list = matches!(value, Event::SequenceStart(_));
        let what = if is_list { "a list" } else { "a mapping" };
        let hazard = |kind, span| Hazard { kind, span };
        let mut field = Self {
            path,
            count: Count::Invalid(what.into()),
            span: value.span(),
            slot: Err(hazard(HazardKind::NotANumber, value.span())),
            doubt: None,
            anchor: 0,
        };
        if let Event::Scalar(scalar) = value {
            field.count = Count::of(scalar, text);
            field.anchor = scalar.anchor;
            field.slot = Opening::of_value(text, key, scalar).map(Slot::at);
            if scalar.span.is_empty() {
                field.span = key.span.clone();
            }
            let is_tagged = scalar.tag != Tag::Absent;
            let tag = || hazard(HazardKind::Tag, scalar.span.clone());
            field.doubt = is_tagged.then(|| Box::new(tag()));
        }
        if let Some(span) = via_alias {
            field.slot = Err(hazard(HazardKind::Alias, span.clone()));
            field.span = span;
        }
        if let Event::Alias { span, .. } = value {
            field.doubt = Some(Box::new(hazard(HazardKind::Unresolved, span.clone())));
        }
        field
    }

    /// Records the alias that leads here: the value is known, but an edit would change another place.
    pub(crate) fn is_elsewhere(&mut self, alias: &Range<usize>) {
        self.slot = Err(Hazard::alias(alias));
    }

    /// Records what makes the count uncertain, and prevents an edit.
    pub(crate) fn doubt(&mut self, hazard: &Hazard) {
        self.slot = Err(hazard.clone());
        self.doubt.get_or_insert_with(|| Box::new(hazard.clone()));
    }
}

/// A value on the way to counts, as it was read: a mapping, or what is there instead.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    pub(crate) path: FieldPath,
    pub(crate) span: Range<usize>,
    /// Where a key can be added, or what forbids it.
    pub(crate) opening: Result<Opening, Hazard>,
    /// Set when it cannot be relied on that a count is absent.
    pub(crate) doubt: Option<Hazard>,
    /// The anchor on it, 0 for none.
    pub(crate) anchor: usize,
}

impl Level {
    /// Of a mapping, with its first key.
    pub(crate) fn of_mapping(
        path: FieldPath,
        text: &str,
        start: &Start,
        first: Option<&Event<'_>>,
    ) -> Self {
        Self {
            path,
            span: start.span.clone(),
            opening: Opening::of_mapping(text, start, first),
            doubt: None,
            anchor: start.anchor,
        }
    }

    /// Of another value, which holds no counts: a null, or what Kubernetes refuses.
    pub(crate) fn of_value(
        path: FieldPath,
        text: &str,
        key: &Scalar<'_>,
        value: &Event<'_>,
        via_alias: Option<Range<usize>>,
    ) -> Self {
        let span = if value.span().is_empty() {
            key.span.clone()
        } else {
            value.span()
        };
        let hazard = |kind, span| Hazard { kind, span };
        let (opening, doubt) = match value {
            Event::Scalar(null) if null.is_null() => (Opening::of_value(text, key, null), None),
            Event::Alias { span, .. } => {
                let unresolved = hazard(HazardKind::Unresolved, span.clone());
                (Err(unresolved.clone()), Some(unresolved))
            }
            _ => {
                let odd = hazard(HazardKind::NotAMapping, span.clone());
                (Err(odd.clone()), Some(odd))
            }
        };
        let anchor = value.anchor();
        Self {
            path,
            span,
            opening: match via_alias {
                Some(span) => Err(hazard(HazardKind::Alias, span)),
                None => opening,
            },
            doubt,
            anchor,
        }
    }

    /// A count further down that is absent; none if the path does not lead through here.
    pub(crate) fn absent(&self, path: &FieldPath) -> Option<Field> {
        let missing = path.beyond(&self.path)?;
        let opening = self.opening.clone();
        Some(Field {
            path: path.clone(),
            count: Count::Absent,
            span: self.span.clone(),
            slot: opening.map(|opening| Slot {
                opening,
                missing: missing.len(),
            }),
            doubt: self.doubt.clone().map(Box::new),
            anchor: 0,
        })
    }

    /// Records the alias that leads here: the value is known, but an edit would change another place.
    pub(crate) fn is_elsewhere(&mut self, alias: &Range<usize>) {
        self.opening = Err(Hazard::alias(alias));
    }

    /// Records what makes its counts uncertain, and prevents adding one.
    pub(crate) fn doubt(&mut self, hazard: &Hazard) {
        self.opening = Err(hazard.clone());
        self.doubt.get_or_insert_with(|| hazard.clone());
    }
}

impl Slot {
    fn at(opening: Opening) -> Self {
        let missing = 0;
        Self { opening, missing }
    }
}
