//! The items of a list: sorted one by one, so that a long list is not kept as what was read of it.

use super::{Read, Walk};
use crate::manifest::object::Object;
use crate::yaml::Event;

/// What was read of an object takes about as much memory as so many sorted ones.
const WEIGHT_OF_HELD: usize = 4;

impl<'t> Walk<'_, 't> {
    pub(super) fn items(&mut self, value: &Event<'t>, list: &mut Object) -> Read<()> {
        list.items.clear();
        let Event::SequenceStart(start) = value else {
            if let Event::Alias { span, .. } = value {
                list.hidden(*span);
            }
            return self.reader.skip(value);
        };
        list.note_anchor(start);
        loop {
            let raw = self.reader.next()?;
            let alias = raw.alias_span();
            match self.reader.follow(raw)? {
                Event::End => return Ok(()),
                Event::Alias { span, .. } => list.hidden(span),
                Event::MappingStart(start) => {
                    let mut item = self.object(&start)?;
                    if let (Some(span), Some(spec)) = (alias, &mut item.spec) {
                        spec.counts.all_stand_elsewhere(span);
                    }
                    self.item(item, list)?;
                }
                other => self.reader.skip(&other)?,
            }
        }
    }

    /// Sorts an item at once where nothing that may follow changes what it is: it has a kind of its own, or that of its
    /// list is known, and no anchor is on the way to it. Else it is kept with its list.
    fn item(&mut self, mut item: Object, list: &mut Object) -> Read<()> {
        // Helm reads the annotations of a document's root alone. What a listing of running objects holds, or a
        // `ResourceList`, was a document of its own.
        item.metadata.is_hook &= item.live || self.sort.origin.is_resource_list;
        if !list.keeps(&item, self.kinds) {
            return Ok(());
        }
        let at = item.start.start();
        let has_anchors = self.reader.has_anchors();
        if !has_anchors && item.kind.is_surely_a_string() {
            self.sort.take(item, &mut Vec::new(), None, &mut self.found);
        } else if let Some(lent) = (!has_anchors).then(|| list.lends(&item)).flatten() {
            let lent = Some(lent);
            self.sort.take(item, &mut Vec::new(), lent, &mut self.found);
        } else {
            list.items.push(item);
            self.held += WEIGHT_OF_HELD;
        }
        self.room.holds(self.held + self.found.len(), at)
    }
}
