//! Every page of a rule reads well in a terminal of any width.

use super::*;
use crate::rules::RULES;

fn plain(page: &str, width: usize) -> String {
    rendered(
        page,
        Look {
            color: false,
            width,
        },
    )
}

/// A page with all that pages have.
const PAGE: &str = "\
# A page

Words with `code`, **strong** and *emphasis*, a [link](other.md) and
[another](https://example.com).
<!-- test: none -->

## Code

```yaml
replicas: 3    # as it stands, `quotes` and **stars** too, however long the line may be for the terminal
```

- an item that is longer than a line, so that the rest of it is indented
  - an inner item
- a short one:

  ```sh
  true
  ```

1. first
2. second

| Who | What |
| --- | --- |
| `queryNode` | loses 3 of its 5 replicas in one release, and that is more than it may |
| a | b |
";

#[test]
fn a_page_is_laid_out() {
    insta::assert_snapshot!(plain(PAGE, 50), @r"
A page

Words with code, strong and emphasis, a link and
another (https://example.com).

Code

    replicas: 3    # as it stands, `quotes` and **stars** too, however long the line may be for the terminal

- an item that is longer than a line, so that the
  rest of it is indented
  - an inner item
- a short one:

      true

1. first
2. second

Who        What
---------  ---------------------------------------
queryNode  loses 3 of its 5 replicas in one
           release, and that is more than it may
a          b
");
}

#[test]
fn styles_are_escapes_and_nothing_else() {
    let look = Look {
        color: true,
        width: 50,
    };
    let colored = rendered(PAGE, look);
    assert!(
        colored.starts_with("\u{1b}[1mA page\u{1b}[0m\n"),
        "{colored:?}"
    );
    assert!(colored.contains("\u{1b}[36mcode\u{1b}[0m, "), "{colored:?}");
    assert_eq!(without_escapes(&colored), plain(PAGE, 50));
}

fn without_escapes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        all + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[test]
fn every_page_is_rendered_without_a_trace_of_markdown() {
    for rule in RULES {
        for width in [30, 60, 80, 200] {
            let shown = plain(rule.page, width);
            let mut is_blank = false;
            for line in shown.lines() {
                let is_code = line.starts_with("    ");
                let is_long =
                    line.trim().contains(' ') && line.chars().count() > width.min(MOST_COLUMNS);
                assert!(is_code || !is_long, "{} at {width}: {line}", rule.id);
                let marks = ["**", "`", "](", "## ", "<!--", "```"];
                let raw = marks.iter().find(|mark| line.contains(**mark));
                assert!(is_code || raw.is_none(), "{} at {width}: {line}", rule.id);
                assert!(
                    !(is_blank && line.is_empty()),
                    "{}: two empty lines",
                    rule.id
                );
                is_blank = line.is_empty();
            }
            assert_eq!(words(&shown), words(&plain(rule.page, 70)), "{}", rule.id);
        }
        assert!(plain(rule.page, 80).starts_with(rule.id));
        assert!(plain(rule.page, 80).ends_with('\n'));
    }
}

/// The words, whatever lines they are on, and whatever cells wrap beside each other.
fn words(text: &str) -> Vec<&str> {
    let words = text.split_whitespace();
    let is_rule = |word: &&str| word.trim_matches('-').is_empty();
    let mut words: Vec<&str> = words.filter(|word| !is_rule(word)).collect();
    words.sort_unstable();
    words
}

/// Styles end where the text does, so that nothing after it is shown in them.
#[test]
fn every_page_ends_in_no_style() {
    for rule in RULES {
        let look = Look {
            color: true,
            width: 80,
        };
        let shown = rendered(rule.page, look);
        assert_eq!(without_escapes(&shown), plain(rule.page, 80), "{}", rule.id);
        for line in shown.lines() {
            let last = line.rfind('\u{1b}').and_then(|at| line.get(at..));
            assert!(
                last.is_none_or(|it| it.starts_with("\u{1b}[0m")),
                "{line:?}"
            );
        }
    }
}

#[test]
fn wide_characters_take_two_columns() {
    assert_eq!(
        plain("向量数据库 向量数据库 向量数据库", 20),
        "向量数据库\n向量数据库\n向量数据库\n"
    );
}
