//! The streaming walk over one document, from events to [`Object`]s.
//!
//! Duplicate keys count as Go's YAML counts them, the last one; merge keys are read in their place. Both are noted as
//! hazards, as are tags and aliases, and left for the rules to judge. An entry that could be hidden behind a tag, an
//! alias or a merge is never taken for absent.

use std::ops::Range;

use super::Kinds;
use super::head::{Head, of_matter};
use super::object::{Object, Spec, Text};
use super::surroundings::Surroundings;
use crate::field::{Hazard, HazardKind, Level};
use crate::yaml::{Event, MalformedYaml, Reader, Rest, Scalar, Start, Style, Tag};

pub(super) type Read<T> = Result<T, MalformedYaml>;

/// One entry of a mapping, its value not read yet.
pub(super) struct Entry<'t> {
    pub(super) key: Scalar<'t>,
    pub(super) value: Event<'t>,
    /// The alias that the value was reached by.
    pub(super) alias: Option<Range<usize>>,
}

impl Entry<'_> {
    /// The value where it is written, or the key of one that is not.
    pub(super) fn place(&self) -> Range<usize> {
        let span = self.alias.clone().unwrap_or_else(|| self.value.span());
        if span.is_empty() {
            self.key.span.clone()
        } else {
            span
        }
    }

    /// The number of a percentage of at most 100, quoted or not.
    pub(super) fn percent(&self) -> Option<u32> {
        let Event::Scalar(scalar) = &self.value else {
            return None;
        };
        let digits = scalar.value.strip_suffix('%')?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let percent = digits.parse().ok().filter(|_| is_number)?;
        (percent <= 100 && scalar.style != Style::Block).then_some(percent)
    }
}

/// Walks one document.
pub(super) struct Walk<'r, 't> {
    pub(super) reader: &'r mut Reader<'t>,
    pub(super) text: &'t str,
    pub(super) kinds: &'t Kinds,
    /// What follows in the document; taken by its root object, none where the document must be read to its end.
    rest: Option<Rest<'t>>,
    /// Whether each key so far is a scalar without a tag, and merges nothing.
    pub(super) is_plain: bool,
    /// Whether the rest of the document was left unread.
    pub(super) has_left: bool,
}

impl<'r, 't> Walk<'r, 't> {
    /// Walks from where the reader is; the rest is what may be left unread.
    pub(super) fn new(
        reader: &'r mut Reader<'t>,
        text: &'t str,
        kinds: &'t Kinds,
        rest: Option<Rest<'t>>,
    ) -> Self {
        Self {
            reader,
            text,
            kinds,
            rest,
            is_plain: true,
            has_left: false,
        }
    }

    /// The object that begins with this mapping.
    pub(super) fn object(&mut self, start: &Start) -> Read<Object> {
        let mut object = Object::new(start);
        let mut rest = self.rest.take();
        let mut head = Head::of_root(start, rest.as_mut());
        let around = self.entries(&mut |walk, entry| {
            match of_matter(&entry.key.value) {
                _ if walk.leaves_object(head.as_mut(), &object, &entry) => {}
                "apiVersion" => object.api_version = walk.string(entry)?,
                "kind" => {
                    object.kind = walk.string(entry)?;
                    object.kinds.extend(object.kind.value().map(str::to_owned));
                }
                "metadata" => object.metadata = walk.metadata(entry.value)?,
                "spec" => walk.spec_of(&mut object, entry, head.as_mut())?,
                "status" => {
                    let status = walk.status(entry.value)?;
                    object.live |= status.any;
                    object.newest = object.newest.max(status.newest);
                }
                "items" => {
                    object.has_items = Some(entry.key.span);
                    walk.items(&entry.value, &mut object)?;
                }
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        object.live |= object.metadata.uid;
        object.newest = object.newest.max(object.metadata.newest);
        object.unreadable = object.unreadable.take().or(around.unreadable);
        object.hazard = object.hazard.take().or(around.hazard);
        if let Some(hazard) = object.hazard.clone() {
            object.doubt(&hazard);
        }
        Ok(object)
    }

    /// Hands every entry of a mapping whose start was read to `handle`, merged ones in their place.
    pub(super) fn entries(
        &mut self,
        handle: &mut dyn FnMut(&mut Self, Entry<'t>) -> Read<()>,
    ) -> Read<Surroundings<'t>> {
        let mut around = Surroundings::default();
        loop {
            let raw = self.reader.next()?;
            if matches!(raw, Event::End) {
                return Ok(around);
            }
            if around.first.is_none() {
                around.first = Some(raw.clone());
            }
            let key_alias = raw.alias_span();
            let key = self.reader.follow(raw)?;
            let Event::Scalar(key) = key else {
                self.pass_entry(&key, &mut around)?;
                continue;
            };
            let value = self.reader.next()?;
            if let Some(span) = key_alias.clone() {
                around.note(HazardKind::Alias, span);
            }
            let merges = key_alias.is_none() && key.merges();
            self.is_plain &= !merges && key.tag != Tag::Other;
            if merges {
                around.note(HazardKind::MergeKey, key.span.clone());
                self.merge(value, &mut around, handle)?;
                continue;
            }
            if matches!(key.tag, Tag::Merge | Tag::Other) {
                around.note(HazardKind::Tag, key.span.clone());
            }
            let alias = value.alias_span();
            let value = self.reader.follow(value)?;
            handle(self, Entry { key, value, alias })?;
            if self.has_left {
                return Ok(around);
            }
        }
    }

    /// Passes over an entry whose key is no scalar; one behind an alias that cannot be followed could be any.
    fn pass_entry(&mut self, key: &Event<'t>, around: &mut Surroundings<'t>) -> Read<()> {
        if matches!(key, Event::Alias { .. }) {
            around.note(HazardKind::Unresolved, key.span());
        }
        self.is_plain = false;
        self.reader.skip(key)?;
        let value = self.reader.next()?;
        self.reader.skip(&value)
    }

    fn merge(
        &mut self,
        value: Event<'t>,
        around: &mut Surroundings<'t>,
        handle: &mut dyn FnMut(&mut Self, Entry<'t>) -> Read<()>,
    ) -> Read<()> {
        let value = self.reader.follow(value)?;
        match &value {
            Event::MappingStart(_) => {
                let inner = self.entries(handle)?;
                around.unreadable = around.unreadable.take().or(inner.unreadable);
            }
            other => {
                around.note(HazardKind::Unresolved, other.span());
                self.reader.skip(other)?;
            }
        }
        Ok(())
    }

    pub(super) fn string(&mut self, entry: Entry<'t>) -> Read<Text> {
        match entry.value {
            Event::Scalar(scalar) if scalar.is_null() => Ok(Text::Absent),
            Event::Scalar(scalar) if matches!(scalar.tag, Tag::Absent | Tag::Usual) => {
                Ok(Text::Read {
                    is_string: scalar.is_surely_a_string(),
                    value: scalar.value.into_owned(),
                    span: entry.alias.unwrap_or(scalar.span),
                })
            }
            other => {
                self.reader.skip(&other)?;
                let kind = if matches!(other, Event::Scalar(_)) {
                    HazardKind::Tag
                } else {
                    HazardKind::Unresolved
                };
                let span = if other.span().is_empty() {
                    entry.key.span
                } else {
                    other.span()
                };
                Ok(Text::Unreadable(Hazard { kind, span }))
            }
        }
    }

    /// Like [`Self::entries`] for a value that may be no mapping; then it is passed over, and noted.
    pub(super) fn mapping(
        &mut self,
        value: Event<'t>,
        handle: &mut dyn FnMut(&mut Self, Entry<'t>) -> Read<()>,
    ) -> Read<Surroundings<'t>> {
        if let Event::MappingStart(start) = value {
            let mut around = self.entries(handle)?;
            if start.tag == Tag::Other {
                around.note(HazardKind::Tag, start.span);
            }
            return Ok(around);
        }
        self.reader.skip(&value)?;
        let mut around = Surroundings::default();
        if let Event::Alias { span, .. } = value {
            around.note(HazardKind::Unresolved, span);
        }
        Ok(around)
    }

    /// The values of some keys of a mapping.
    pub(super) fn fields<const N: usize>(
        &mut self,
        value: Event<'t>,
        names: [&str; N],
    ) -> Read<[Text; N]> {
        let mut found: [Text; N] = std::array::from_fn(|_| Text::Absent);
        self.mapping(value, &mut |walk, entry| {
            match names
                .iter()
                .zip(&mut found)
                .find(|(name, _)| entry.key.value == **name)
            {
                Some((_, text)) => *text = walk.string(entry)?,
                None => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Hands every item of a sequence to `handle`; a value that is none is passed over, and an alias noted.
    pub(super) fn sequence(
        &mut self,
        value: &Event<'t>,
        handle: &mut dyn FnMut(&mut Self, Event<'t>) -> Read<()>,
    ) -> Read<Option<Hazard>> {
        if !matches!(value, Event::SequenceStart(_)) {
            self.reader.skip(value)?;
            return Ok(value.alias_span().map(|span| Hazard {
                kind: HazardKind::Unresolved,
                span,
            }));
        }
        loop {
            let raw = self.reader.next()?;
            match self.reader.follow(raw)? {
                Event::End => return Ok(None),
                item => handle(self, item)?,
            }
        }
    }

    fn items(&mut self, value: &Event<'t>, list: &mut Object) -> Read<()> {
        list.items.clear();
        let Event::SequenceStart(start) = value else {
            if let Event::Alias { span, .. } = value {
                list.hidden(span.clone());
            }
            return self.reader.skip(value);
        };
        list.anchors.push((start.anchor, start.span.clone()));
        loop {
            let raw = self.reader.next()?;
            let alias = raw.alias_span();
            match self.reader.follow(raw)? {
                Event::End => return Ok(()),
                Event::Alias { span, .. } => list.hidden(span),
                Event::MappingStart(start) => {
                    let mut object = self.object(&start)?;
                    if let (Some(span), Some(spec)) = (alias, &mut object.spec) {
                        spec.counts.all_stand_elsewhere(&span);
                    }
                    if object.may_matter() {
                        list.items.push(object);
                    }
                }
                other => self.reader.skip(&other)?,
            }
        }
    }

    fn spec_of(
        &mut self,
        object: &mut Object,
        entry: Entry<'t>,
        head: Option<&mut Head<'_, 't>>,
    ) -> Read<()> {
        object.spec = match entry.value {
            Event::MappingStart(start) => {
                let head = Head::of_spec(&start, object, self.kinds, head);
                Some(self.spec(&start, entry.alias, head)?)
            }
            other => {
                if let Event::Alias { span, .. } = &other {
                    object.hidden(span.clone());
                }
                self.reader.skip(&other)?;
                None
            }
        };
        if let Some(spec) = object.spec.as_mut().filter(|_| object.has_spec) {
            spec.doubt(HazardKind::DuplicateKey, entry.key.span);
        }
        object.has_spec = true;
        Ok(())
    }

    fn spec(
        &mut self,
        start: &Start,
        alias: Option<Range<usize>>,
        mut head: Option<Head<'_, 't>>,
    ) -> Read<Spec> {
        let mut spec = Spec::default();
        let fields = self.kinds.fields().child("spec");
        let around = self.entries(&mut |walk, entry| {
            if let Some(field) = fields.and_then(|it| it.child(&entry.key.value)) {
                return walk.way(field, entry, &mut spec.counts);
            }
            match of_matter(&entry.key.value) {
                "selector" => walk.selector(entry.value, &mut spec)?,
                "scaleTargetRef" | "behavior" | "advanced" => {
                    walk.autoscaling(entry, spec.autoscaling.get_or_insert_default())?;
                }
                "minAvailable" | "maxUnavailable" => {
                    walk.allowance(entry, spec.allowances.get_or_insert_default())?;
                }
                _ if walk.leaves_spec(head.as_mut(), &spec.selector, &entry) => {}
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        if let Some(fields) = fields {
            let (path, first) = (fields.path(), around.first.as_ref());
            let level = Level::of_mapping(path.clone(), self.text, start, first);
            spec.counts.close(level, start, &around);
            if let Some(alias) = alias {
                spec.counts.stands_elsewhere(path, &alias);
            }
        }
        if start.tag == Tag::Other {
            spec.doubt(HazardKind::Tag, start.span.clone());
        }
        if let Some(hazard) = around.hazard {
            spec.doubt(hazard.kind, hazard.span);
        }
        spec.selector.hazard = spec.selector.hazard.take().or(around.unreadable);
        Ok(spec)
    }
}
