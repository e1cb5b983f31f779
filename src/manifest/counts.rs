//! The way to the counts of an object, and what was found on it.

use std::ops::Range;

use super::surroundings::Surroundings;
use super::walk::{Entry, Read, Walk};
use crate::field::{Field, FieldPath, FieldTree, Hazard, HazardKind, Level};
use crate::yaml::{Event, Start, Tag};

/// The counts of an object, and the mappings on the way to them.
#[derive(Debug, Default)]
pub(super) struct Found {
    counts: Vec<Field>,
    levels: Vec<Level>,
    /// Keys that were there before, of mappings that are not read to their end.
    repeated: Vec<(FieldPath, Range<usize>)>,
}

impl Found {
    /// The count at a path in `spec`, which may be absent.
    #[allow(
        clippy::expect_used,
        reason = "whoever has a `spec` has closed its level, and every path to a count begins there"
    )]
    pub(super) fn field(&self, path: &FieldPath) -> Field {
        if let Some(found) = self.counts.iter().find(|field| field.path == *path) {
            return found.clone();
        }
        let levels = self.levels.iter();
        let on_the_way = levels.filter(|level| path.beyond(&level.path).is_some());
        let nearest = on_the_way.max_by_key(|level| level.path.keys().len());
        nearest
            .and_then(|level| level.absent(path))
            .expect("the level of `spec`")
    }

    /// The anchors on the way to a path and on its value, with what they are on.
    pub(super) fn anchors(&self, path: &FieldPath) -> impl Iterator<Item = (usize, Range<usize>)> {
        let levels = self.levels.iter();
        let levels = levels.filter(move |level| path.beyond(&level.path).is_some());
        let counts = self.counts.iter().filter(move |field| field.path == *path);
        levels
            .map(|level| (level.anchor, level.span.clone()))
            .chain(counts.map(|field| (field.anchor, field.span.clone())))
    }

    /// Notes what makes all counts uncertain.
    pub(super) fn doubt_all(&mut self, hazard: &Hazard) {
        self.counts.iter_mut().for_each(|it| it.doubt(hazard));
        self.levels.iter_mut().for_each(|it| it.doubt(hazard));
    }

    /// Notes the alias that the object was reached by: what it says is known, and written elsewhere.
    pub(super) fn all_stand_elsewhere(&mut self, alias: &Range<usize>) {
        self.counts.iter_mut().for_each(|it| it.is_elsewhere(alias));
        self.levels.iter_mut().for_each(|it| it.is_elsewhere(alias));
    }

    /// The counts at a path and below it, and the mappings.
    fn at(
        &mut self,
        path: &FieldPath,
    ) -> (
        impl Iterator<Item = &mut Field>,
        impl Iterator<Item = &mut Level>,
    ) {
        let counts = self.counts.iter_mut();
        let levels = self.levels.iter_mut();
        (
            counts.filter(move |it| it.path.beyond(path).is_some()),
            levels.filter(move |it| it.path.beyond(path).is_some()),
        )
    }

    fn doubt(&mut self, path: &FieldPath, hazard: &Hazard) {
        let (counts, levels) = self.at(path);
        counts.for_each(|it| it.doubt(hazard));
        levels.for_each(|it| it.doubt(hazard));
    }

    /// Notes the alias that a value was reached by.
    pub(super) fn stands_elsewhere(&mut self, path: &FieldPath, alias: &Range<usize>) {
        let (counts, levels) = self.at(path);
        counts.for_each(|it| it.is_elsewhere(alias));
        levels.for_each(|it| it.is_elsewhere(alias));
    }

    /// Adds a mapping whose entries were read.
    pub(super) fn close(&mut self, level: Level, start: &Start, around: &Surroundings<'_>) {
        let path = level.path.clone();
        self.levels.push(level);
        let is_own = |it: &(FieldPath, _)| it.0.beyond(&path).is_some();
        let repeated: Vec<_> = self.repeated.extract_if(.., |it| is_own(it)).collect();
        if start.tag == Tag::Other {
            let kind = HazardKind::Tag;
            let span = start.span.clone();
            self.doubt(&path, &Hazard { kind, span });
        }
        if let Some(hazard) = &around.hazard {
            return self.doubt(&path, hazard);
        }
        for (path, span) in repeated {
            let kind = HazardKind::DuplicateKey;
            self.doubt(&path, &Hazard { kind, span });
        }
    }

    /// Takes out what an earlier key of the same name had brought; Kubernetes takes the last one.
    fn forget(&mut self, path: &FieldPath, key: Range<usize>) {
        let before = self.counts.len() + self.levels.len();
        self.counts.retain(|it| it.path.beyond(path).is_none());
        self.levels.retain(|it| it.path.beyond(path).is_none());
        if self.counts.len() + self.levels.len() < before {
            self.repeated.retain(|(it, _)| it != path);
            self.repeated.push((path.clone(), key));
        }
    }
}

impl<'t> Walk<'_, 't> {
    /// An entry that is a count, or on the way to some.
    pub(super) fn way(
        &mut self,
        node: &FieldTree,
        entry: Entry<'t>,
        found: &mut Found,
    ) -> Read<()> {
        let path = node.path();
        found.forget(path, entry.key.span.clone());
        if node.is_count() {
            found.counts.push(self.count(path, entry)?);
            return Ok(());
        }
        let Event::MappingStart(start) = entry.value else {
            let level = Level::of_value(
                path.clone(),
                self.text,
                &entry.key,
                &entry.value,
                entry.alias,
            );
            found.levels.push(level);
            return self.reader.skip(&entry.value);
        };
        let around = self.entries(&mut |walk, entry| match node.child(&entry.key.value) {
            Some(child) => walk.way(child, entry, found),
            None => walk.reader.skip(&entry.value),
        })?;
        let first = around.first.as_ref();
        let level = Level::of_mapping(path.clone(), self.text, &start, first);
        found.close(level, &start, &around);
        if let Some(alias) = entry.alias {
            found.stands_elsewhere(path, &alias);
        }
        Ok(())
    }

    /// The count that a value says.
    fn count(&mut self, path: &FieldPath, entry: Entry<'t>) -> Read<Field> {
        let count = Field::of(
            path.clone(),
            self.text,
            &entry.key,
            &entry.value,
            entry.alias,
        );
        self.reader.skip(&entry.value)?;
        Ok(count)
    }

    /// A number that is no count of the object.
    pub(super) fn number(&mut self, entry: Entry<'t>) -> Read<Field> {
        self.count(self.kinds.fields().path(), entry)
    }
}
