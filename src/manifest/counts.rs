//! The counts that were found in an object, and the mappings on the way to them.

use crate::field::{Field, FieldPath, Hazard, HazardKind, Level};
use crate::source::Span;

/// The counts of an object, and the mappings on the way to them.
#[derive(Debug, Default)]
pub(super) struct Found {
    counts: Vec<Field>,
    levels: Vec<Level>,
    /// Keys that were there before, of mappings that are not read to their end.
    repeated: Vec<(FieldPath, Span)>,
}

impl Found {
    /// The count at a path in `spec`, which may be absent.
    #[allow(
        clippy::expect_used,
        reason = "an object with a `spec` has closed its level, and every path to a count begins there"
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
    pub(super) fn anchors(&self, path: &FieldPath) -> impl Iterator<Item = (u32, Span)> {
        let levels = self.levels.iter();
        let levels = levels.filter(move |level| path.beyond(&level.path).is_some());
        let counts = self.counts.iter().filter(move |field| field.path == *path);
        levels
            .map(|level| (level.anchor, level.span))
            .chain(counts.map(|field| (field.anchor, field.span)))
    }

    /// Notes what makes all counts uncertain.
    pub(super) fn doubt_all(&mut self, hazard: Hazard) {
        self.counts.iter_mut().for_each(|it| it.doubt(hazard));
        self.levels.iter_mut().for_each(|it| it.doubt(hazard));
    }

    /// Notes the alias that the object was reached by: what it says is known, and written elsewhere.
    pub(super) fn all_stand_elsewhere(&mut self, alias: Span) {
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

    fn doubt(&mut self, path: &FieldPath, hazard: Hazard) {
        let (counts, levels) = self.at(path);
        counts.for_each(|it| it.doubt(hazard));
        levels.for_each(|it| it.doubt(hazard));
    }

    /// Notes the alias that a value was reached by.
    pub(super) fn stands_elsewhere(&mut self, path: &FieldPath, alias: Span) {
        let (counts, levels) = self.at(path);
        counts.for_each(|it| it.is_elsewhere(alias));
        levels.for_each(|it| it.is_elsewhere(alias));
    }

    /// Adds a count.
    pub(super) fn add(&mut self, count: Field) {
        // Most objects have one, and there may be very many objects.
        self.counts.reserve_exact(1);
        self.counts.push(count);
    }

    /// Adds a value that holds no counts, on the way to some.
    pub(super) fn add_level(&mut self, level: Level) {
        self.levels.reserve_exact(1);
        self.levels.push(level);
    }

    /// Adds a mapping whose entries were read.
    ///
    /// `hazard` makes its counts uncertain; where there is none, keys that were there twice do.
    pub(super) fn close(&mut self, level: Level, hazard: Option<Hazard>) {
        let path = level.path.clone();
        self.add_level(level);
        let is_own = |it: &(FieldPath, _)| it.0.beyond(&path).is_some();
        let repeated: Vec<_> = self.repeated.extract_if(.., |it| is_own(it)).collect();
        if let Some(hazard) = hazard {
            return self.doubt(&path, hazard);
        }
        for (path, span) in repeated {
            self.doubt(&path, Hazard::new(HazardKind::DuplicateKey, span));
        }
    }

    /// Takes out what an earlier key of the same name had brought; Kubernetes takes the last one.
    pub(super) fn forget(&mut self, path: &FieldPath, key: Span) {
        let before = self.counts.len() + self.levels.len();
        self.counts.retain(|it| it.path.beyond(path).is_none());
        self.levels.retain(|it| it.path.beyond(path).is_none());
        if self.counts.len() + self.levels.len() < before {
            self.repeated.retain(|(it, _)| it != path);
            self.repeated.push((path.clone(), key));
        }
    }
}
