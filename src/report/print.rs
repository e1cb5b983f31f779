//! Prints JSON piece by piece, so that a report of a hundred thousand findings is never in memory as a text.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::ser::{self, CharEscape, CompactFormatter, Formatter, PrettyFormatter};

use crate::report::clean::acts_unseen;

/// Writes a value as one indented JSON document with a line feed at the end.
pub(super) fn print(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    let mut to = io::BufWriter::new(to);
    let harmless = Harmless(PrettyFormatter::new());
    value.serialize(&mut ser::Serializer::with_formatter(&mut to, harmless))?;
    to.write_all(b"\n")?;
    to.flush()
}

/// A value as one indented JSON document, with a line feed at the end.
pub(crate) fn document(value: &impl Serialize) -> String {
    let mut document = Vec::new();
    // Writing texts and numbers into memory does not fail.
    _ = print(value, &mut document);
    String::from_utf8_lossy(&document).into_owned()
}

/// A value as JSON on one line, with a line feed at the end.
pub(super) fn line(value: &impl Serialize) -> String {
    let mut line = Vec::new();
    let mut serializer = ser::Serializer::with_formatter(&mut line, Harmless(CompactFormatter));
    // Writing texts and numbers into memory does not fail.
    _ = value.serialize(&mut serializer);
    line.push(b'\n');
    String::from_utf8_lossy(&line).into_owned()
}

/// A list whose items are made as they are printed.
pub(super) struct Each<'r, T, F>(pub(super) &'r [T], pub(super) F);

impl<'r, T, J: Serialize, F: Fn(&'r T) -> J> Serialize for Each<'r, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

/// JSON escapes the controls of ASCII; the rest of what acts on a terminal is escaped as well, being inside strings.
struct Harmless<F>(F);

/// Passes a method on.
macro_rules! as_inside {
    ($($name:ident($($arg:ident: $type:ty),*)),* $(,)?) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W, $($arg: $type),*) -> io::Result<()> {
            self.0.$name(writer, $($arg),*)
        })*
    };
}

impl<F: Formatter> Formatter for Harmless<F> {
    as_inside! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(),
        begin_object(), end_object(), begin_object_key(first: bool), begin_object_value(), end_object_value(),
        write_char_escape(escape: CharEscape),
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_escaped(*c)) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = after.get(c.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

fn is_escaped(c: char) -> bool {
    c == '\u{7f}' || acts_unseen(c)
}
