//! The pages of `docs/`: each is reachable from the index, each link leads somewhere, and the index names each command and
//! each option.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by a panic"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use support::{TRIMTAB, pages, root};

const INDEX: &str = "docs/README.md";

/// What a page links to, and the anchors of its headings.
struct Page {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(root().join(path)).expect("a page");
        let mut page = Self {
            links: Vec::new(),
            anchors: BTreeSet::new(),
        };
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    page.anchors
                        .extend(heading.take().map(|text| anchor(&text)));
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// The links to files of the repository: the path from its root, and the anchor.
    fn targets(&self, path: &Path) -> Vec<(PathBuf, Option<&str>)> {
        let inside = self
            .links
            .iter()
            .filter(|link| !link.contains("://") && !link.starts_with("mailto:"));
        inside
            .map(|link| {
                let (file, anchor) = link
                    .split_once('#')
                    .map_or((link.as_str(), None), |(file, anchor)| (file, Some(anchor)));
                let folder = path.parent().unwrap_or(Path::new(""));
                let target = if file.is_empty() {
                    path.to_owned()
                } else {
                    resolved(&folder.join(file))
                };
                (target, anchor)
            })
            .collect()
    }
}

/// The anchor that a heading gets on GitHub.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The path without its `..`.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            other => resolved.push(other),
        }
    }
    resolved
}

/// Every page of the repository, by its path.
fn read_pages() -> BTreeMap<PathBuf, Page> {
    let read = |path: PathBuf| {
        let page = Page::read(&path);
        (path, page)
    };
    pages().into_iter().map(read).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let pages = read_pages();
    let mut broken = Vec::new();
    for (path, page) in &pages {
        for (target, anchor) in page.targets(path) {
            let is_there = root().join(&target).exists();
            let has_anchor = anchor.is_none_or(|anchor| {
                pages
                    .get(&target)
                    .is_none_or(|page| page.anchors.contains(anchor))
            });
            if !is_there || !has_anchor {
                broken.push(format!(
                    "{}: {}#{}",
                    path.display(),
                    target.display(),
                    anchor.unwrap_or_default()
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_page_is_reachable_from_the_index() {
    let pages = read_pages();
    let mut reached = BTreeSet::from([PathBuf::from(INDEX)]);
    let mut next = vec![PathBuf::from(INDEX)];
    while let Some(path) = next.pop() {
        for (target, _) in pages[&path].targets(&path) {
            if target.starts_with("docs")
                && pages.contains_key(&target)
                && reached.insert(target.clone())
            {
                next.push(target);
            }
        }
    }
    let all = pages.keys().filter(|path| path.starts_with("docs"));
    let missing: Vec<_> = all.filter(|path| !reached.contains(*path)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let from_the_readme = pages[Path::new("README.md")].targets(Path::new("README.md"));
    assert!(
        from_the_readme
            .iter()
            .any(|(target, _)| target == Path::new(INDEX))
    );
}

#[test]
fn the_index_names_every_command_and_every_option() {
    let index = fs::read_to_string(root().join(INDEX)).expect("the index");
    let commands = commands();
    assert!(commands.len() >= 5, "{commands:?}");
    let mut missing = BTreeSet::new();
    for command in &commands {
        if !index.contains(&format!("| `trimtab {command}` |")) {
            missing.insert(format!("trimtab {command}"));
        }
    }
    let pages = commands.iter().map(|it| vec![it.as_str(), "--help"]);
    for args in pages.chain([vec!["--help"]]) {
        let options = options(&help(&args));
        assert!(options.contains("--help"), "{args:?}: {options:?}");
        missing.extend(
            options
                .into_iter()
                .filter(|it| !index.contains(&format!("`{it}`"))),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The names under `Commands:` of the help.
fn commands() -> Vec<String> {
    let help = help(&["--help"]);
    let rows = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    rows.take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// The long options at the beginning of the lines of a help.
fn options(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start);
    let lines = lines.filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',', '=']).take(4));
    words
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .map(str::to_owned)
        .collect()
}

fn help(args: &[&str]) -> String {
    let output = Command::new(TRIMTAB).args(args).output().expect("trimtab");
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).expect("text")
}
