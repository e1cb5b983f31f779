//! One pass gives the same positions as counting each anew.

use proptest::prelude::*;

use crate::report::position::{Position, Positions};
use crate::source::{Place, Sources};

proptest! {
    #[test]
    fn positions_agree_with_the_source(
        texts in prop::collection::vec("[a\u{e4}\u{4e16}\u{feff}\r\n\t]{0,40}", 1..4),
        spans in prop::collection::vec((0usize..4, 0usize..130, 0usize..130), 0..20),
    ) {
        let mut sources = Sources::default();
        let ids: Vec<_> = texts.iter().map(|text| sources.add("f", text)).collect();
        let places: Vec<_> = spans
            .iter()
            .map(|&(source, start, end)| Place::new(ids[source % ids.len()], start..end))
            .collect();
        let positions = Positions::of(&sources, &places);
        for place in &places {
            for offset in [place.start(), place.end()] {
                let (line, column) = sources.get(place.source).position(offset);
                prop_assert_eq!(
                    positions.get(&sources, place.source, offset),
                    Position { line, column }
                );
            }
        }
    }

    #[test]
    fn any_span_of_any_text_can_be_drawn(
        text in "[ab: \u{e4}\u{4e16}\u{feff}\u{1b}\u{200b}\r\n\t]{0,60}",
        spans in prop::collection::vec((0usize..150, 0usize..150), 0..6),
    ) {
        let mut sources = Sources::default();
        let id = sources.add("f", text);
        let error = spans.iter().fold(
            crate::diagnostic::Diagnostic::new("odd"),
            |error, &(start, end)| error.label(Place::new(id, start..end), "here"),
        );
        for color in [false, true] {
            let drawn = crate::report::text::diagnostics_text(std::slice::from_ref(&error), &sources, color);
            prop_assert!(drawn.ends_with('\n'));
            prop_assert_eq!(drawn.matches("here").count(), spans.len());
        }
    }
}
