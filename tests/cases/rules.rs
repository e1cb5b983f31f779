//! A rule is one file, one id, one page and at least one case in which it is found.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use trimtab::rules::RULES;

use crate::support::root;

/// Fails with every rule that lacks one of the four, and every page that has no rule.
pub(crate) fn agree() -> Result<(), String> {
    let told = told(&root().join("testdata/cases")).map_err(|error| error.to_string())?;
    let git = fs::read_to_string(root().join("tests/git_baseline/gone.rs")).unwrap_or_default();
    let mut wrong = Vec::new();
    for rule in RULES {
        let file = format!("src/rules/{}.rs", rule.id.replace('-', "_"));
        let declares = |text: String| text.contains(&format!("id: \"{}\"", rule.id));
        if !fs::read_to_string(root().join(&file)).is_ok_and(declares) {
            wrong.push(format!("{file} does not declare {}", rule.id));
        }
        let page = format!("docs/rules/{}.md", rule.id);
        if !fs::read_to_string(root().join(&page)).is_ok_and(|text| text == rule.page) {
            wrong.push(format!("{page} is not the page of {}", rule.id));
        }
        let heading = format!("{}[{}]", rule.severity.as_str(), rule.id);
        // A case that needs a repository has no folder of its own.
        if !told.contains(&heading) && !git.contains(&heading) {
            wrong.push(format!(
                "no case finds {} as {}",
                rule.id,
                rule.severity.as_str()
            ));
        }
    }
    for page in fs::read_dir(root().join("docs/rules")).map_err(|error| error.to_string())? {
        let name = page.map_err(|error| error.to_string())?.file_name();
        let name = name.to_string_lossy();
        let is_page = RULES.iter().any(|rule| format!("{}.md", rule.id) == name);
        if !is_page && name != "README.md" {
            wrong.push(format!("docs/rules/{name} is the page of no rule"));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Every `error[id]` and `warning[id]` that begins a line of the cases' expected output.
fn told(cases: &Path) -> std::io::Result<BTreeSet<String>> {
    let mut told = BTreeSet::new();
    for case in fs::read_dir(cases)? {
        for name in ["refused.txt", "stderr.txt", "report.txt"] {
            let text = fs::read_to_string(
                case.as_ref()
                    .map_or(cases.to_owned(), fs::DirEntry::path)
                    .join(name),
            );
            let text = text.unwrap_or_default();
            let headings = text
                .lines()
                .filter_map(|line| line.split_once("]: ").map(|(head, _)| head));
            told.extend(headings.map(|head| format!("{head}]")));
        }
    }
    Ok(told)
}
