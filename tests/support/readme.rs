//! The commands of a document, run as a reader would type them.
//!
//! Every `sh` block is run by `bash`, in order, in one copy of the repository, with trimtab on the `PATH`. A comment in
//! front of a block, `<!-- test: MARK, MARK -->`, says what is special about it:
//!
//! | mark | meaning |
//! | --- | --- |
//! | `exit N` | the block ends with this status instead of 0 |
//! | `output` | on another block: exactly what the `sh` block before it printed, stderr included |
//! | `file PATH` | on another block: a file of these contents, for the blocks after it |
//! | `helm`, `helm3`, `helm4` | it needs real Helm, any or this one: `tests/hosts` runs it, `tests/readme.rs` does not |
//! | `kustomize` | it needs real kustomize: `tests/hosts` runs it |
//! | `cluster` | it needs the control plane, and Helm and kubectl with it: `tests/cluster` runs it |
//! | `ci` | `.ci/run` runs it, and contains each of its lines |
//! | `none: REASON` | nothing runs it, and why |
//!
//! An unknown mark is a failure, and so is a mark with no block after it.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{command, copy_folder, root, run, trimtab_folder};

/// Which commands are on the `PATH` beside trimtab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host<'a> {
    /// Nothing more.
    Plain,
    /// A Helm of this major version as `helm`, in this folder.
    Helm(u8, &'a Path),
    /// kustomize, in this folder.
    Kustomize(&'a Path),
    /// Helm, and the cluster of this kubeconfig.
    Cluster(u8, &'a Path, &'a Path),
}

/// Runs a document's blocks; fails with all that a block printed if it does not do what the document says.
pub(crate) fn run_document(name: &str, host: Host) -> Result<(), String> {
    let text = fs::read_to_string(root().join(name)).map_err(|error| format!("{name}: {error}"))?;
    run_text(&text, host).map_err(|error| format!("{name}:{error}"))
}

/// The same of a text; an error begins with the line.
pub(crate) fn run_text(text: &str, host: Host) -> Result<(), String> {
    let blocks = blocks(text)?;
    if blocks.is_empty() {
        return Ok(());
    }
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let mut reader = Reader {
        host,
        copy: folder.path(),
        printed: None,
    };
    copy_folder(root(), folder.path(), &[".git", "target"]);
    for block in blocks {
        reader
            .follow(&block)
            .map_err(|error| format!("{}: {error}", block.line))?;
    }
    Ok(())
}

/// A fenced block and the comment before it.
struct Block<'a> {
    line: usize,
    language: &'a str,
    marks: Vec<Mark<'a>>,
    text: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Mark<'a> {
    Exit(i32),
    Output,
    File(&'a str),
    Helm(Option<u8>),
    Kustomize,
    Cluster,
    Ci,
    None,
}

fn parse_mark(mark: &str) -> Option<Mark<'_>> {
    Some(match mark.trim() {
        "output" => Mark::Output,
        "helm" => Mark::Helm(None),
        "helm3" => Mark::Helm(Some(3)),
        "helm4" => Mark::Helm(Some(4)),
        "kustomize" => Mark::Kustomize,
        "cluster" => Mark::Cluster,
        "ci" => Mark::Ci,
        other => match other.split_once(' ')? {
            ("exit", code) => Mark::Exit(code.parse().ok()?),
            ("file", path) => Mark::File(path),
            ("none:", _reason) => Mark::None,
            _ => return None,
        },
    })
}

fn blocks(text: &str) -> Result<Vec<Block<'_>>, String> {
    let mut blocks = Vec::new();
    let mut marks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let fail = |what: &str| format!("{}: {what}: {line}", index + 1);
        if let Some(mark) = line.strip_prefix("<!-- test:") {
            let mark = mark.strip_suffix("-->").ok_or_else(|| fail("not closed"))?;
            let parsed: Option<Vec<_>> = if mark.trim().starts_with("none:") {
                parse_mark(mark).map(|mark| vec![mark])
            } else {
                mark.split(',').map(parse_mark).collect()
            };
            marks = parsed.ok_or_else(|| fail("unknown mark"))?;
        } else if let Some(language) = line.strip_prefix("```") {
            let body = lines.by_ref().map(|(_, line)| line);
            let body = body.take_while(|line| *line != "```");
            blocks.push(Block {
                line: index + 1,
                language: language.split_whitespace().next().unwrap_or_default(),
                marks: std::mem::take(&mut marks),
                text: body.flat_map(|line| [line, "\n"]).collect(),
            });
        } else if line.contains("```") {
            return Err(fail("a block that is indented is not run"));
        } else if !line.trim().is_empty() && !marks.is_empty() {
            return Err(fail("a mark stands before what is no block"));
        }
    }
    Ok(blocks)
}

struct Reader<'a> {
    host: Host<'a>,
    copy: &'a Path,
    /// What the last block printed, if it was run.
    printed: Option<String>,
}

impl Reader<'_> {
    fn follow(&mut self, block: &Block) -> Result<(), String> {
        if let [Mark::File(path)] = block.marks[..] {
            return fs::write(self.copy.join(path), &block.text).map_err(|error| error.to_string());
        }
        match (block.language, &block.marks[..]) {
            (_, [Mark::Output]) => match &self.printed {
                Some(printed) if *printed != block.text => Err(format!("it prints:\n{printed}")),
                _ => Ok(()),
            },
            ("sh" | "bash" | "shell" | "console", marks) => {
                self.printed = None;
                stops_where_a_check_refuses(&block.text)?;
                if marks.contains(&Mark::Ci) {
                    in_ci(&block.text)
                } else if self.is_to_run(marks) {
                    self.run(block)
                } else {
                    Ok(())
                }
            }
            (_, []) => Ok(()),
            _ => Err("this mark is for sh blocks".to_owned()),
        }
    }

    fn is_to_run(&self, marks: &[Mark]) -> bool {
        marks.iter().all(|mark| match (mark, self.host) {
            (Mark::None, _) | (Mark::Helm(_), Host::Plain | Host::Kustomize(_)) => false,
            (Mark::Kustomize, host) => matches!(host, Host::Kustomize(_)),
            (Mark::Cluster, host) => matches!(host, Host::Cluster(..)),
            (Mark::Helm(Some(wanted)), Host::Helm(major, _) | Host::Cluster(major, _, _)) => {
                *wanted == major
            }
            _ => true,
        })
    }

    fn run(&mut self, block: &Block) -> Result<(), String> {
        let mut folders = vec![trimtab_folder()];
        if let Host::Helm(_, folder) | Host::Kustomize(folder) | Host::Cluster(_, folder, _) =
            self.host
        {
            folders.push(folder);
        }
        let script = format!("exec 2>&1\n{}", block.text);
        let mut bash = command("bash", &self.copy.join(".home"), &folders);
        if let Host::Cluster(_, _, kubeconfig) = self.host {
            bash.env("KUBECONFIG", kubeconfig);
        }
        let outcome = run(bash
            .args(["-euo", "pipefail", "-c", &script])
            .current_dir(self.copy));
        let printed = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let wanted = block.marks.iter().find_map(|mark| match mark {
            Mark::Exit(code) => Some(*code),
            _ => None,
        });
        if outcome.code != Some(wanted.unwrap_or(0)) {
            return Err(format!("it ends with {:?}:\n{printed}", outcome.code));
        }
        self.printed = Some(printed);
        Ok(())
    }
}

/// The blocks are run with `set -e`; a reader's shell goes on after a refusal unless the block itself says otherwise.
fn stops_where_a_check_refuses(block: &str) -> Result<(), String> {
    let mut lines = block.lines().filter(|line| !line.trim().is_empty());
    if lines.clone().next() == Some("set -e") {
        return Ok(());
    }
    match lines.find(|line| line.contains("trimtab check") && !line.ends_with("&&")) {
        Some(line) if lines.next().is_some() => {
            Err(format!("it goes on after a refusal of: {line}"))
        }
        _ => Ok(()),
    }
}

/// Whether each line of a block is one that `.ci/run` runs; where that file is not, as in a published crate, it is left.
fn in_ci(block: &str) -> Result<(), String> {
    let Ok(script) = fs::read_to_string(root().join(".ci/run")) else {
        return Ok(());
    };
    let commands: Vec<_> = script.lines().map(str::trim).collect();
    match block.lines().find(|line| !commands.contains(&line.trim())) {
        Some(line) => Err(format!(".ci/run does not run: {line}")),
        None => Ok(()),
    }
}
