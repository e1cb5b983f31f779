//! `spec.selector`: the labels by which a workload is recognised.

use super::{Read, Walk};
use crate::field::{Hazard, HazardKind};
use crate::manifest::object::{Selector, Spec, Text};
use crate::yaml::Event;

/// The most labels that are read of one selector: far more than one has, and so few that they take little memory. Kubernetes
/// stores no object of more than 1.5 MB (etcd's `--max-request-bytes`).
const MOST_LABELS: usize = 10_000;

impl<'t> Walk<'_, 't> {
    pub(super) fn selector(&mut self, value: Event<'t>, spec: &mut Spec) -> Read<()> {
        let mut selector = Selector {
            is_present: matches!(value, Event::MappingStart(_)),
            ..Selector::default()
        };
        let outer = self.mapping(value, &mut |walk, entry| {
            match &*entry.key.value {
                "matchLabels" => walk.match_labels(entry.value, &mut selector)?,
                "matchExpressions" => {
                    selector.has_expressions = false;
                    walk.sequence(&entry.value, &mut |walk, item| {
                        selector.has_expressions = true;
                        walk.reader.skip(&item)
                    })?;
                }
                _ => walk.reader.skip(&entry.value)?,
            }
            Ok(())
        })?;
        selector.hazard = selector.hazard.or(outer.unreadable);
        spec.selector = selector;
        Ok(())
    }

    fn match_labels(&mut self, value: Event<'t>, selector: &mut Selector) -> Read<()> {
        let (mut labels, mut hazard) = (Vec::new(), None);
        let around = self.mapping(value, &mut |walk, entry| {
            if labels.len() == MOST_LABELS {
                hazard.get_or_insert(Hazard::new(HazardKind::TooManyLabels, entry.key.span));
                return walk.reader.skip(&entry.value);
            }
            let words = walk.sort.words;
            let key = words.of(&entry.key.value);
            match walk.string(entry)? {
                Text::Read { value, .. } => labels.push((key, words.of(&value))),
                Text::Absent => labels.push((key, words.of(""))),
                Text::Unreadable(found) => hazard = Some(found),
            }
            Ok(())
        })?;
        selector.match_labels = labels.into_iter().collect();
        selector.hazard = hazard.or(around.unreadable);
        Ok(())
    }
}
