//! A count in an object: where it is, its value, and how to write another one.
//!
//! `spec.replicas` is one; so are an autoscaler's two bounds, and the counts that one object has for several components.
//! A count whose keys are missing is written with those keys. Nothing here knows kinds.

mod count;
mod goal;
mod hazard;
mod path;
mod slot;

pub(crate) use count::{Count, MAX_REPLICAS};
pub(crate) use goal::{Goal, edits};
pub(crate) use hazard::{Hazard, HazardKind};
pub(crate) use path::{FieldPath, FieldTree};
pub(crate) use slot::{Opening, Slot};

use crate::source::Span;
use crate::yaml::{Event, Scalar, Start, Tag};

/// A count as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) path: FieldPath,
    pub(crate) count: Count,
    /// Where its value is, else its key, else the nearest mapping or key on the way to it.
    pub(crate) span: Span,
    /// Where another count can be written, or what forbids it.
    pub(crate) slot: Result<Slot, Hazard>,
    /// Why the count is uncertain, if it is.
    pub(crate) doubt: Option<Hazard>,
    /// The anchor on the value, 0 for none.
    pub(crate) anchor: u32,
}

impl Field {
    /// Of a key with its value. `via_alias` is the place of the alias that led to the value.
    pub(crate) fn of(
        path: FieldPath,
        text: &str,
        key: &Scalar<'_>,
        value: &Event<'_>,
        via_alias: Option<Span>,
    ) -> Self {
        let is_list = matches!(value, Event::SequenceStart(_));
        let what = if is_list { "a list" } else { "a mapping" };
        let mut field = Self {
            path,
            count: Count::Invalid(what.into()),
            span: value.span(),
            slot: Err(Hazard::new(HazardKind::NotANumber, value.span())),
            doubt: None,
            anchor: 0,
        };
        if let Event::Scalar(scalar) = value {
            field.count = Count::of(scalar, text);
            field.anchor = scalar.anchor;
            field.slot = Opening::of_value(text, key, scalar).map(Slot::at);
            if scalar.span.is_empty() {
                field.span = key.span;
            }
            let is_tagged = scalar.tag != Tag::Absent;
            field.doubt = is_tagged.then(|| Hazard::new(HazardKind::Tag, scalar.span));
        }
        if let Some(span) = via_alias {
            field.is_elsewhere(span);
            field.span = span;
        }
        if let Event::Alias { span, .. } = value {
            field.doubt = Some(Hazard::new(HazardKind::Unresolved, *span));
        }
        field
    }

    /// Records the alias that leads here: the value is known, but an edit would change another place.
    pub(crate) fn is_elsewhere(&mut self, alias: Span) {
        self.slot = Err(Hazard::new(HazardKind::Alias, alias));
    }

    /// Records what makes the count uncertain, and prevents an edit.
    pub(crate) fn doubt(&mut self, hazard: Hazard) {
        self.slot = Err(hazard);
        self.doubt.get_or_insert(hazard);
    }
}

/// A value on the way to counts, as it was read: a mapping, or what is there instead.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    pub(crate) path: FieldPath,
    pub(crate) span: Span,
    /// Where a key can be added, or what forbids it.
    pub(crate) opening: Result<Opening, Hazard>,
    /// Why it is uncertain that a count is absent, if it is.
    pub(crate) doubt: Option<Hazard>,
    /// The anchor on it, 0 for none.
    pub(crate) anchor: u32,
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
            span: start.span,
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
        via_alias: Option<Span>,
    ) -> Self {
        let span = if value.span().is_empty() {
            key.span
        } else {
            value.span()
        };
        let (opening, doubt) = match value {
            Event::Scalar(null) if null.is_null() => (Opening::of_value(text, key, null), None),
            Event::Alias { span, .. } => {
                let unresolved = Hazard::new(HazardKind::Unresolved, *span);
                (Err(unresolved), Some(unresolved))
            }
            _ => {
                let odd = Hazard::new(HazardKind::NotAMapping, span);
                (Err(odd), Some(odd))
            }
        };
        let anchor = value.anchor();
        Self {
            path,
            span,
            opening: match via_alias {
                Some(span) => Err(Hazard::new(HazardKind::Alias, span)),
                None => opening,
            },
            doubt,
            anchor,
        }
    }

    /// A count further down that is absent; none if the path does not lead through here.
    pub(crate) fn absent(&self, path: &FieldPath) -> Option<Field> {
        let missing = path.beyond(&self.path)?;
        Some(Field {
            path: path.clone(),
            count: Count::Absent,
            span: self.span,
            slot: self.opening.map(|opening| Slot {
                opening,
                missing: missing.len(),
            }),
            doubt: self.doubt,
            anchor: 0,
        })
    }

    /// Records the alias that leads here: the value is known, but an edit would change another place.
    pub(crate) fn is_elsewhere(&mut self, alias: Span) {
        self.opening = Err(Hazard::new(HazardKind::Alias, alias));
    }

    /// Records what makes its counts uncertain, and prevents adding one.
    pub(crate) fn doubt(&mut self, hazard: Hazard) {
        self.opening = Err(hazard);
        self.doubt.get_or_insert(hazard);
    }
}

impl Slot {
    fn at(opening: Opening) -> Self {
        let missing = 0;
        Self { opening, missing }
    }
}
