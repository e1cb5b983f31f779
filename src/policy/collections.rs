//! The values that have parts: lists, mappings whose names the user chooses, and a count in place of a record.

use super::fields::Target;
use super::given::{Given, Slot, Text};
use super::reader::Reader;
use super::record::Record;
use super::values::{Replicas, Shape, Spot, Value};
use crate::yaml::positions::Content;

/// A list that a later policy's replaces.
impl<T: Value> Value for Vec<Given<T>> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        let items = reader.items(at, &Self::SHAPE)?;
        let mut list = Vec::with_capacity(items.len());
        list.extend(items.iter().filter_map(|node| {
            let at = Spot {
                node,
                example: None,
                ..at
            };
            let value = T::read(reader, at)?;
            Some(Given::at(value, reader.place(node)))
        }));
        Some(list)
    }
}

/// A list that a later policy adds to.
#[derive(Debug, Clone)]
pub(super) struct Union<T>(pub(super) Vec<Given<T>>);

impl<T: Value> Value for Union<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        Vec::read(reader, at).map(Self)
    }

    fn merge(&mut self, over: Self) {
        self.0.extend(over.0);
    }
}

/// One, or a list of them.
#[derive(Debug, Clone)]
pub(super) struct OneOrMany<T>(pub(super) Vec<Given<T>>);

impl<T: Value> Value for OneOrMany<T> {
    const SHAPE: Shape = Shape::OneOrMany(&T::SHAPE);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        if let Content::List(_) = at.node.content {
            return Vec::read(reader, at).map(Self);
        }
        let value = T::read(reader, at)?;
        Some(Self(vec![Given::at(value, reader.place(at.node))]))
    }
}

/// Values under names that the user chooses; with `SOME` at least one.
#[derive(Debug, Clone)]
pub(super) struct Map<T, const SOME: bool = false>(pub(super) Vec<Named<T>>);

/// A value under its name.
#[derive(Debug, Clone)]
pub(super) struct Named<T> {
    pub(super) name: Given<Text>,
    pub(super) value: Slot<T>,
}

impl<T, const SOME: bool> Default for Map<T, SOME> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const SOME: bool> Map<T, SOME> {
    /// The entry under a name.
    pub(super) fn get(&self, name: &str) -> Option<&Named<T>> {
        self.0.iter().find(|entry| entry.name.value == name)
    }
}

impl<T: Value, const SOME: bool> Value for Map<T, SOME> {
    const SHAPE: Shape = Shape::Map(&T::SHAPE, SOME);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        let entries = reader.named_entries(at, SOME)?;
        let named = entries.into_iter().map(|entry| Named {
            name: Given::at(entry.key.clone(), reader.key_place(entry)),
            value: reader.slot(&entry.key, None, &entry.value),
        });
        Some(Self(named.collect()))
    }

    fn merge(&mut self, over: Self) {
        if self.0.is_empty() {
            *self = over;
            return;
        }
        self.0.reserve(over.0.len());
        for entry in over.0 {
            let name = &entry.name.value;
            match self.0.iter_mut().find(|own| own.name.value == *name) {
                Some(own) => own.value.merge(entry.value),
                None => self.0.push(entry),
            }
        }
    }
}

/// A record, or its `replicas` alone.
#[derive(Debug, Clone, Default)]
pub(super) struct CountOr<R>(pub(super) R);

impl Value for CountOr<Target> {
    const SHAPE: Shape = Shape::CountOr(Target::WHAT, Target::FIELDS);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        if let Content::Mapping(_) = at.node.content {
            return Target::read(reader, at).map(Self);
        }
        let replicas = Replicas::read(reader, at)?;
        let replicas = Slot::Given(Given::at(replicas, reader.place(at.node)));
        Some(Self(Target {
            replicas,
            ..Target::default()
        }))
    }

    fn merge(&mut self, over: Self) {
        self.0.merge_fields(over.0);
    }
}
