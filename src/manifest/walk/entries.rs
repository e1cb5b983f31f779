//! The entries of mappings and the items of sequences, with aliases followed and merges read in their place.

use super::surroundings::Surroundings;
use super::{Read, Walk};
use crate::field::{Hazard, HazardKind};
use crate::manifest::object::Text;
use crate::source::Span;
use crate::yaml::{Event, Scalar, Style, Tag};

/// One entry of a mapping, its value not read yet.
pub(super) struct Entry<'t> {
    pub(super) key: Scalar<'t>,
    pub(super) value: Event<'t>,
    /// The alias that the value was reached by.
    pub(super) alias: Option<Span>,
}

impl Entry<'_> {
    /// The value where it is written, or the key of one that is not.
    pub(super) fn place(&self) -> Span {
        let span = self.alias.unwrap_or_else(|| self.value.span());
        if span.is_empty() { self.key.span } else { span }
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

impl<'t> Walk<'_, 't> {
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
            let merges = key_alias.is_none() && key.merges();
            self.is_plain &= !merges && key.tag != Tag::Other;
            around.note_key(&key, merges, key_alias);
            if merges {
                self.merge(value, &mut around, handle)?;
                continue;
            }
            let alias = value.alias_span();
            let value = self.reader.follow(value)?;
            handle(self, Entry { key, value, alias })?;
            if self.has_left {
                return Ok(around);
            }
        }
    }

    /// Skips an entry whose key is not a scalar; a key behind an alias that cannot be followed could be any key.
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
                Ok(Text::Unreadable(Hazard::new(kind, span)))
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

    /// Hands every item of a sequence to `handle`; any other value is skipped, and an alias recorded.
    pub(super) fn sequence(
        &mut self,
        value: &Event<'t>,
        handle: &mut dyn FnMut(&mut Self, Event<'t>) -> Read<()>,
    ) -> Read<Option<Hazard>> {
        if !matches!(value, Event::SequenceStart(_)) {
            self.reader.skip(value)?;
            let alias = value.alias_span();
            return Ok(alias.map(|span| Hazard::new(HazardKind::Unresolved, span)));
        }
        loop {
            let raw = self.reader.next()?;
            match self.reader.follow(raw)? {
                Event::End => return Ok(None),
                item => handle(self, item)?,
            }
        }
    }
}
