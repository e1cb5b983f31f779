//! How YAML is read: the only module that names the parser.
//!
//! [`split`] cuts a stream where kubectl and Helm cut it, [`Relevance`] tells which pieces may pass unread, [`Reader`]
//! walks one piece as events with byte spans, and [`mod@verify`] proves that an edited piece differs from its original in
//! nothing but the edits. A tree is built only of single documents that are compared ([`Tree`]). Nothing is ever printed from
//! events.
//!
//! Refused: more than one document in a piece, and whatever the parser refuses.

mod content;
mod event;
mod input;
mod lines;
mod parser;
pub(crate) mod positions;
mod properties;
mod reader;
mod relevance;
mod skim;
mod split;
#[cfg(feature = "cluster")]
mod tree;
mod verify;

pub(crate) use event::{Event, Scalar, Start, Style, Tag};
pub(crate) use lines::foreign_line_break;
pub(crate) use reader::{MalformedYaml, Reader, malformed_in};
pub(crate) use relevance::Relevance;
pub(crate) use skim::{Rest, is_comment};
pub(crate) use split::{looks_like_separator, split};
#[cfg(feature = "cluster")]
pub(crate) use tree::Tree;
pub(crate) use verify::{Edit, Effect, Mismatch, Written, verify};
