//! A Markdown page as a terminal shows it: headings bold, code indented, tables aligned, text wrapped to the width.
//!
//! The pages are trimtab's own, so what none of them has (images, footnotes) is shown as its text.

mod table;
#[cfg(test)]
mod tests;
mod words;

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use self::table::Table;
use self::words::Words;

/// How a page looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// With the escapes of a terminal.
    pub(crate) color: bool,
    /// The columns that there are.
    pub(crate) width: usize,
}

/// Lines longer than this are hard to read, however wide the terminal is.
const MOST_COLUMNS: usize = 100;
/// Narrower than this, a terminal breaks the lines itself.
const LEAST_COLUMNS: usize = 20;
/// The indent of a block of code.
const CODE: usize = 4;

const BOLD: Style = Style::new().bold();
const ITALIC: Style = Style::new().italic();
const INLINE_CODE: Style = AnsiColor::Cyan.on_default();

/// The page, as it is shown.
pub(crate) fn rendered(page: &str, look: Look) -> String {
    let mut rendering = Rendering {
        look: Look {
            width: look.width.clamp(LEAST_COLUMNS, MOST_COLUMNS),
            ..look
        },
        ..Rendering::default()
    };
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        rendering.take(event);
    }
    rendering.text
}

/// A style in another one.
fn within(outer: Style, inner: Style) -> Style {
    let color = inner.get_fg_color().or(outer.get_fg_color());
    (outer | inner.get_effects()).fg_color(color)
}

impl Default for Look {
    fn default() -> Self {
        Self {
            color: false,
            width: MOST_COLUMNS,
        }
    }
}

/// A page on the way.
#[derive(Default)]
struct Rendering {
    look: Look,
    text: String,
    /// The paragraph, heading or cell that is being read.
    words: Words,
    /// The styles that hold, the innermost last.
    styles: Vec<Style>,
    /// Where the links lead that are open.
    links: Vec<String>,
    /// The lists that are open, each with the number of its next item if it is numbered.
    lists: Vec<Option<u64>>,
    /// The columns that the open items are indented by.
    indents: Vec<usize>,
    /// What begins the next line: the mark of an item.
    mark: Option<String>,
    table: Option<Table>,
    is_code: bool,
}

impl Rendering {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_code => self.code(&text),
            Event::Text(text) => self.words.push(self.style(), &text),
            Event::Code(text) => self.words.push(within(self.style(), INLINE_CODE), &text),
            Event::SoftBreak | Event::HardBreak => self.words.push(self.style(), " "),
            Event::Rule => self.line(&"-".repeat(self.room())),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.gap();
                self.styles.push(BOLD);
            }
            Tag::Paragraph | Tag::BlockQuote(_) => self.gap(),
            Tag::CodeBlock(_) => {
                self.flush();
                self.gap();
                self.is_code = true;
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.styles.push(ITALIC),
            Tag::Strong => self.styles.push(BOLD),
            Tag::TableHead => {
                self.styles.push(BOLD);
                self.row();
            }
            Tag::TableRow => self.row(),
            Tag::Link { dest_url, .. } => self.links.push(dest_url.into_string()),
            Tag::Table(_) => self.table = Some(Table::default()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.styles.pop();
            }
            TagEnd::Paragraph | TagEnd::BlockQuote(_) => self.flush(),
            TagEnd::CodeBlock => self.is_code = false,
            TagEnd::List(_) => _ = self.lists.pop(),
            TagEnd::Item => {
                self.flush();
                self.indents.pop();
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::TableHead => _ = self.styles.pop(),
            TagEnd::Link => self.leave_link(),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.words);
                self.table.iter_mut().for_each(|table| table.cell(&cell));
            }
            TagEnd::Table => self.end_table(),
            _ => {}
        }
    }

    fn row(&mut self) {
        self.table.iter_mut().for_each(Table::row);
    }

    fn style(&self) -> Style {
        let styles = self.styles.iter();
        styles.fold(Style::new(), |outer, inner| within(outer, *inner))
    }

    /// The columns that a line has for its text.
    fn room(&self) -> usize {
        let indent: usize = self.indents.iter().sum();
        self.look.width.saturating_sub(indent).max(1)
    }

    /// Begins an item; its mark is on its first line.
    fn item(&mut self) {
        self.flush();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.indents.push(mark.len());
        self.mark = Some(mark);
    }

    /// A link to a page of the documentation is its text; another one leads somewhere.
    fn leave_link(&mut self) {
        let target = self.links.pop().unwrap_or_default();
        if target.contains("://") {
            self.words.push(self.style(), &format!(" ({target})"));
        }
    }

    /// An empty line between two blocks.
    fn gap(&mut self) {
        if !self.text.is_empty() && self.mark.is_none() {
            self.text.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        let indent: usize = self.indents.iter().sum();
        let mark = self.mark.take().unwrap_or_default();
        let spaces = indent.saturating_sub(mark.len());
        let line = format!("{}{mark}{line}", " ".repeat(spaces));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Writes the words read so far.
    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        for line in words.wrapped(self.room()) {
            self.line(&line.shown(self.look.color));
        }
    }

    /// Lines of code stay as they are, however long.
    fn code(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("{}{line}", " ".repeat(CODE)));
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        self.gap();
        for line in table.lines(self.room(), self.look.color) {
            self.line(&line);
        }
    }
}
