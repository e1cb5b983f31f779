//! Records: the mappings of a policy whose fields are known.
//!
//! [`record!`] declares one. Each field is named once, with its type, a description (its doc comment), an example and
//! whether it must be there, and after `=>` what its value looks like, where its type does not say enough. The struct
//! that a policy is read into, the reading itself, and the rows of the table that messages, the JSON Schema and the
//! reference of policies are made from all come of that.

use super::fields::PolicyFile;
use super::reader::Reader;
use super::values::{Shape, Spot, Value};
use crate::yaml::positions::Entry;

/// A field, as the table knows it.
#[derive(Debug)]
pub(crate) struct Field {
    /// The key.
    pub(crate) name: &'static str,
    /// What it means, in a sentence or two.
    pub(crate) description: &'static str,
    /// A value that it may have, as flow YAML.
    pub(crate) example: &'static str,
    /// Whether it must be there.
    pub(crate) is_required: bool,
    /// What its value looks like.
    pub(crate) shape: Shape,
}

/// A mapping with known fields.
pub(super) trait Record: Default {
    /// What messages call it: "a waiver".
    const WHAT: &'static str;
    /// Its rows of the table.
    const FIELDS: &'static [Field];

    /// Reads the field that an entry gives; false where there is no such field.
    fn read_field(&mut self, reader: &mut Reader<'_>, entry: &Entry) -> bool;

    /// Takes over the fields that a later policy gives.
    fn merge_fields(&mut self, over: Self);
}

impl<R: Record> Value for R {
    const SHAPE: Shape = Shape::Record(R::WHAT, R::FIELDS);

    fn read(reader: &mut Reader<'_>, at: Spot<'_>) -> Option<Self> {
        let entries = reader.entries(R::WHAT, at.node)?;
        let mut record = R::default();
        for entry in entries {
            if !record.read_field(reader, entry) {
                reader.unknown(entry, R::WHAT, R::FIELDS);
            }
        }
        reader.missing(at.node, R::WHAT, R::FIELDS);
        Some(record)
    }

    fn merge(&mut self, over: Self) {
        self.merge_fields(over);
    }
}

/// The record that a field is of, and the field: first among the records within these fields, then among all. One that
/// this version has goes before one that comes later.
pub(super) fn home(name: &str, fields: &'static [Field]) -> Option<(&'static str, &'static Field)> {
    let is_named = |field: &Field| field.name == name;
    let is_had = |field: &Field| is_named(field) && !matches!(field.shape, Shape::Later);
    within(fields, &is_had)
        .or_else(|| in_shape(&PolicyFile::SHAPE, &is_had))
        .or_else(|| in_shape(&PolicyFile::SHAPE, &is_named))
}

fn within(
    fields: &'static [Field],
    is_it: &dyn Fn(&Field) -> bool,
) -> Option<(&'static str, &'static Field)> {
    fields
        .iter()
        .find_map(|field| in_shape(&field.shape, is_it))
}

fn in_shape(
    shape: &'static Shape,
    is_it: &dyn Fn(&Field) -> bool,
) -> Option<(&'static str, &'static Field)> {
    let (what, fields) = shape.record()?;
    let own = fields.iter().find(|field| is_it(field));
    own.map(|field| (what, field))
        .or_else(|| within(fields, is_it))
}

/// Declares a record: its name, what messages call it, and its fields.
macro_rules! record {
    (
        $(#[doc = $about:literal])+
        $name:ident, $what:literal;
        $(
            $(#[doc = $description:literal])+
            $field:ident: $value:ty = $key:literal, $example:literal $(, $required:ident)? $(=> $shape:expr)?;
        )+
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Default)]
        pub(super) struct $name {
            $($(#[doc = $description])+ pub(super) $field: $crate::policy::given::Slot<$value>,)+
        }

        impl $crate::policy::record::Record for $name {
            const WHAT: &'static str = $what;
            const FIELDS: &'static [$crate::policy::record::Field] = &[
                $($crate::policy::record::Field {
                    name: $key,
                    description: concat!($($description),+).trim_ascii(),
                    example: $example,
                    is_required: record!(@ $($required)?),
                    shape: record!(@shape $value $(, $shape)?),
                },)+
            ];

            fn read_field(
                &mut self,
                reader: &mut $crate::policy::reader::Reader<'_>,
                entry: &$crate::yaml::positions::Entry,
            ) -> bool {
                match &*entry.key {
                    $($key => self.$field = reader.slot($key, Some($example), &entry.value),)+
                    _ => return false,
                }
                true
            }

            fn merge_fields(&mut self, over: Self) {
                $(self.$field.merge(over.$field);)+
            }
        }
    };
    (@ required) => { true };
    (@) => { false };
    (@shape $value:ty, $shape:expr) => { $shape };
    (@shape $value:ty) => { <$value as $crate::policy::values::Value>::SHAPE };
}

pub(super) use record;
