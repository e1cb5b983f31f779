//! The way to the counts of an object.

use super::entries::Entry;
use super::{Read, Walk};
use crate::field::{Field, FieldPath, FieldTree, Level};
use crate::manifest::counts::Found;
use crate::yaml::Event;

impl<'t> Walk<'_, 't> {
    /// An entry that is a count, or on the way to some.
    pub(super) fn way(
        &mut self,
        node: &FieldTree,
        entry: Entry<'t>,
        found: &mut Found,
    ) -> Read<()> {
        let path = node.path();
        found.forget(path, entry.key.span);
        if node.is_count() {
            found.add(self.count(path, &entry)?);
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
            found.add_level(level);
            return self.reader.skip(&entry.value);
        };
        let around = self.entries(&mut |walk, entry| match node.child(&entry.key.value) {
            Some(child) => walk.way(child, entry, found),
            None => walk.reader.skip(&entry.value),
        })?;
        let first = around.first.as_ref();
        let level = Level::of_mapping(path.clone(), self.text, &start, first);
        found.close(level, around.hazard_with(&start));
        if let Some(alias) = entry.alias {
            found.stands_elsewhere(path, alias);
        }
        Ok(())
    }

    /// The count that a value says.
    fn count(&mut self, path: &FieldPath, entry: &Entry<'t>) -> Read<Field> {
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

    /// A number that is not a count of the object.
    pub(super) fn number(&mut self, entry: &Entry<'t>) -> Read<Field> {
        self.count(self.kinds.fields().path(), entry)
    }
}
