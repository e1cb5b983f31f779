//! Draws one diagnostic: its title, its places in their sources, its notes and helps.
//!
//! Only a few hundred bytes around each place are given to the renderer: a stream may be 100 MB, on one line even. Because it
//! sees a cut line, it cannot know the column; it draws a mark, which is then replaced by the true position.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::clean::{self, MARK};
use super::counted;
use super::position::Positions;
use crate::diagnostic::{Diagnostic, Label, RENDERED_BY};
use crate::source::{Place, SourceId, Sources};
use crate::word::Word;

/// The most bytes of a line that are shown before the first and after the last place.
const AROUND: usize = 160;
/// The most bytes of a place that are underlined.
const UNDERLINED: usize = 120;
/// Places of one source as near as this share a frame, in lines and in bytes.
const NEAR: (usize, usize) = (6, 600);
/// The most places of one diagnostic that are drawn; the rest are counted.
const DRAWN: usize = 16;

/// The heading before a diagnostic's message: `error[scale-in-too-large]`.
pub(super) struct Heading {
    /// Gives the word and the colour.
    pub(super) level: Level<'static>,
    /// In brackets.
    pub(super) id: Option<&'static str>,
}

/// Draws diagnostics over some sources.
pub(super) struct Painter<'a> {
    renderer: Renderer,
    sources: &'a Sources,
    positions: Positions,
}

impl<'a> Painter<'a> {
    /// `places` are those that will be drawn: their lines are counted here, once for all.
    pub(super) fn new<'p>(
        color: bool,
        width: Option<usize>,
        sources: &'a Sources,
        places: impl IntoIterator<Item = &'p Place>,
    ) -> Self {
        let renderer = if color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Self {
            renderer: match width {
                Some(width) => renderer.term_width(width),
                None => renderer,
            },
            sources,
            positions: Positions::of(sources, places),
        }
    }

    /// The diagnostic, with a line feed at the end.
    pub(super) fn paint(&self, heading: Heading, diagnostic: &Diagnostic) -> String {
        let frames = self.frames(diagnostic.labels.get(..DRAWN).unwrap_or(&diagnostic.labels));
        let mut title = heading
            .level
            .primary_title(clean::line(&diagnostic.message));
        if let Some(id) = heading.id {
            title = title.id(id);
        }
        let mut group = Group::with_title(title).elements(
            frames
                .iter()
                .enumerate()
                .map(|(index, frame)| frame.snippet(index)),
        );
        let more = diagnostic.labels.len().saturating_sub(DRAWN);
        if more > 0 {
            let text = format!("and {}", counted(more, "more place"));
            group = group.element(Level::NOTE.message(text));
        }
        let is_shown = |note: &&Word| !self.is_in_a_header(note, diagnostic);
        for note in diagnostic.notes.iter().filter(is_shown) {
            group = group.element(Level::NOTE.message(clean::lines(note)));
        }
        for help in diagnostic.helps.iter() {
            group = group.element(Level::HELP.message(clean::lines(help)));
        }
        let drawn = self.renderer.render(&[group]);
        let headers: Vec<_> = frames.into_iter().map(|frame| frame.header).collect();
        put_headers(&drawn, &headers) + "\n"
    }

    /// Whether a note names a template that is already shown above a frame.
    fn is_in_a_header(&self, note: &str, diagnostic: &Diagnostic) -> bool {
        let template = note.strip_prefix(RENDERED_BY);
        let mut shown = diagnostic.labels.iter().take(DRAWN);
        template.is_some() && shown.any(|label| self.sources.template(&label.place) == template)
    }

    /// `path:line:column` of a place, or the template that rendered it.
    pub(super) fn locate(&self, place: &Place) -> String {
        let position = self
            .positions
            .get(self.sources, place.source, place.start());
        if let Some(template) = self.sources.template(place) {
            let template = clean::line(template);
            return format!("{template} (line {} of the rendered stream)", position.line);
        }
        let name = clean::line(self.sources.get(place.source).name());
        format!("{name}:{}:{}", position.line, position.column)
    }

    /// The labels, with those that are near each other together; the first label is in the first frame.
    fn frames(&self, labels: &[Label]) -> Vec<Frame> {
        let mut groups: Vec<Vec<Spot<'_>>> = Vec::new();
        for (index, label) in labels.iter().enumerate() {
            let spot = self.spot(label, index == 0);
            match groups
                .iter_mut()
                .find(|group| group.iter().any(|other| other.is_near(&spot)))
            {
                Some(group) => group.push(spot),
                None => groups.push(vec![spot]),
            }
        }
        groups.iter().map(|spots| self.frame(spots)).collect()
    }

    fn spot<'l>(&self, label: &'l Label, primary: bool) -> Spot<'l> {
        let place = &label.place;
        let text = self.sources.get(place.source).text();
        Spot {
            source: place.source,
            span: on_one_line(text, place.span()),
            line: self
                .positions
                .get(self.sources, place.source, place.start())
                .line,
            label,
            primary,
        }
    }

    fn frame(&self, spots: &[Spot<'_>]) -> Frame {
        let Some(head) = spots.first() else {
            return Frame::default();
        };
        let text = self.sources.get(head.source).text();
        let first = spots.iter().map(|spot| spot.span.start).min().unwrap_or(0);
        let last = spots.iter().map(|spot| spot.span.end).max().unwrap_or(0);
        let window = Window::around(text, first..last);
        let inside: Vec<_> = spots
            .iter()
            .map(|spot| spot.span.start - window.span.start..spot.span.end - window.span.start)
            .collect();
        let (source, spans) = window.cleaned(text, &inside);
        Frame {
            header: self.locate(&head.label.place),
            line: spots.iter().map(|spot| spot.line).min().unwrap_or(1),
            source,
            marks: spans
                .into_iter()
                .zip(spots)
                .map(|(span, spot)| (span, clean::line(&spot.label.text), spot.primary))
                .collect(),
        }
    }
}

/// A label, and what of its place is underlined.
struct Spot<'l> {
    source: SourceId,
    span: Range<usize>,
    line: usize,
    label: &'l Label,
    primary: bool,
}

impl Spot<'_> {
    fn is_near(&self, other: &Spot<'_>) -> bool {
        self.source == other.source
            && self.line.abs_diff(other.line) <= NEAR.0
            && self.span.start.abs_diff(other.span.start) <= NEAR.1
    }
}

/// What one snippet shows.
#[derive(Default)]
struct Frame {
    header: String,
    line: usize,
    source: String,
    marks: Vec<(Range<usize>, String, bool)>,
}

impl Frame {
    fn snippet(&self, index: usize) -> Snippet<'_, Annotation<'_>> {
        let annotations = self.marks.iter().map(|(span, text, primary)| {
            let kind = if *primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            kind.span(span.clone()).label(text)
        });
        Snippet::source(&self.source)
            .line_start(self.line)
            .path(format!("{MARK}{index}{MARK}"))
            .annotations(annotations)
    }
}

/// A part of a source that is shown: whole lines, unless they are very long.
struct Window {
    span: Range<usize>,
    cut_before: bool,
    cut_after: bool,
}

impl Window {
    fn around(text: &str, span: Range<usize>) -> Self {
        let far = text.floor_char_boundary(span.start.saturating_sub(AROUND));
        let before = text.get(far..span.start).unwrap_or_default();
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map(|at| far + at + 1);
        let far_after = text.ceil_char_boundary(span.end.saturating_add(AROUND).min(text.len()));
        let after = text.get(span.end..far_after).unwrap_or_default();
        let line_end = memchr::memchr(b'\n', after.as_bytes()).map(|at| span.end + at);
        Self {
            span: line_start.unwrap_or(far)..line_end.unwrap_or(far_after),
            cut_before: line_start.is_none() && far > 0,
            cut_after: line_end.is_none() && far_after < text.len(),
        }
    }

    /// The text as it may be shown, and the given spans of the window in it.
    fn cleaned(&self, text: &str, spans: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
        let inside = text.get(self.span.clone()).unwrap_or_default();
        let rest = text.get(self.span.end..).unwrap_or_default();
        let inside = match inside.strip_suffix('\r') {
            Some(line) if rest.starts_with('\n') => line,
            _ => inside,
        };
        let (mut clean, mut spans) = clean::source(inside, self.span.start == 0, spans);
        if self.cut_before {
            clean.insert_str(0, "...");
            for span in &mut spans {
                *span = span.start + 3..span.end + 3;
            }
        }
        if self.cut_after {
            clean.push_str("...");
        }
        if clean.ends_with('\n') {
            // The renderer has no line after the last line feed, but a place can be there.
            clean.push(' ');
        }
        (clean, spans)
    }
}

/// The part of a span that is underlined: on its first line, without the line's end, on character boundaries.
fn on_one_line(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    let end = span.end.clamp(start, start.saturating_add(UNDERLINED));
    let end = text.ceil_char_boundary(end.min(text.len()));
    let shown = text.get(start..end).unwrap_or_default();
    let shown = shown.split('\n').next().unwrap_or_default();
    start..start + shown.trim_end_matches('\r').len()
}

/// Replaces each mark, and the position that the renderer computed, by the correct header.
fn put_headers(drawn: &str, headers: &[String]) -> String {
    let mut parts = drawn.split(MARK);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    while let (Some(index), Some(rest)) = (parts.next(), parts.next()) {
        let header = index
            .parse()
            .ok()
            .and_then(|index: usize| headers.get(index));
        whole.push_str(header.map_or("", String::as_str));
        whole.push_str(rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    whole
}
