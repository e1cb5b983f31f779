//! The files that paths name: themselves, or the manifests in their folders.
//!
//! A named path is read whatever it is, or refused; one that does not exist stays [`missing`](Files::missing) until
//! the baseline is known, since a revision may hold what was deleted. A folder is walked (`walk`). Helm templates are not
//! manifests: a walk skips them with a note.

mod walk;

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::word::Word;

/// The extensions of files that a walk takes for manifests.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The purpose of the named paths.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Naming {
    /// The files are to be replaced, so that each must be a regular one.
    pub(crate) to_replace: bool,
    /// The names come from a commit rather than a person: a Helm template among them is skipped with a note.
    pub(crate) by_pre_commit: bool,
}

/// The files of a run, in the order of their paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    /// What was asked for.
    pub(crate) roots: Vec<PathBuf>,
    /// Those of it that are not there.
    pub(crate) missing: Vec<PathBuf>,
    /// The files, each once.
    pub(crate) paths: Vec<PathBuf>,
    /// Notes on skipped files that a user could miss.
    pub(crate) notes: Vec<String>,
}

impl Files {
    /// Finds the files of some paths.
    ///
    /// # Errors
    /// For paths that cannot be opened, and for named paths that cannot be used for this purpose.
    pub(crate) fn find(roots: &[PathBuf], naming: Naming) -> Result<Self, Vec<Diagnostic>> {
        let mut finding = Finding {
            naming,
            ..Finding::default()
        };
        for root in roots {
            finding.root(root);
        }
        let Finding {
            mut found,
            templates,
            problems,
            ..
        } = finding;
        found.roots = roots.to_vec();
        found.notes.extend(skipped(&templates));
        if problems.is_empty() {
            Ok(found)
        } else {
            Err(problems)
        }
    }

    /// Fails if a named path does not exist.
    ///
    /// # Errors
    /// All such paths.
    pub(crate) fn require_all(&self) -> Result<(), Vec<Diagnostic>> {
        let problems: Vec<Diagnostic> = self.missing.iter().map(|path| missing(path)).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Finding {
    naming: Naming,
    seen: HashSet<PathBuf>,
    found: Files,
    templates: Vec<PathBuf>,
    problems: Vec<Diagnostic>,
}

impl Finding {
    fn root(&mut self, root: &Path) {
        match fs::metadata(root) {
            Ok(about) if about.is_dir() => self.folder(root),
            Ok(about) => self.file(root, about.is_file()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.found.missing.push(root.to_owned());
            }
            Err(error) => self.problems.push(unreadable(root, &super::why(&error))),
        }
    }

    fn folder(&mut self, root: &Path) {
        let walked = walk::manifests(root, &mut self.problems);
        self.found.notes.extend(walked.notes);
        if walked.files.is_empty() {
            self.found.notes.push(no_manifest(root));
        }
        for file in walked.files {
            if !self.is_new(&file) {
            } else if is_template(&file) {
                self.templates.push(file);
            } else {
                self.found.paths.push(file);
            }
        }
    }

    fn file(&mut self, root: &Path, is_regular: bool) {
        let file = root.strip_prefix("./").unwrap_or(root).to_owned();
        if self.naming.to_replace && !is_regular {
            self.problems.push(not_regular(&file));
        } else if !self.is_new(&file) {
        } else if !is_template(&file) {
            self.found.paths.push(file);
        } else if self.naming.by_pre_commit {
            self.templates.push(file);
        } else {
            self.problems.push(template(&file));
        }
    }

    fn is_new(&mut self, file: &Path) -> bool {
        let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        self.seen.insert(real)
    }
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    let path = path.display();
    Diagnostic::new(format!("cannot read the input: {path}: {why}"))
}

/// The message for a path that does not exist.
pub(crate) fn missing(path: &Path) -> Diagnostic {
    unreadable(path, &super::why(&io::ErrorKind::NotFound.into()))
}

fn template(path: &Path) -> Diagnostic {
    unreadable(
        path,
        "it is a Helm template, which must be rendered before it can be checked",
    )
    .help("render the chart first: helm template RELEASE CHART | trimtab check")
}

fn not_regular(path: &Path) -> Diagnostic {
    let path = path.display();
    Diagnostic::new(format!("fix cannot replace {path}: it is not a regular file"))
        .help("to patch a stream, run trimtab without a command: it reads standard input and writes standard output")
}

/// Notes on skipped templates: each by its name, but only the number for a chart with many.
fn skipped(templates: &[PathBuf]) -> Vec<String> {
    const MOST: usize = 3;
    let charts =
        templates.chunk_by(|one, other| folder_of_templates(one) == folder_of_templates(other));
    let notes =
        charts.flat_map(
            |files| match files.first().and_then(|file| folder_of_templates(file)) {
                Some(folder) if files.len() > MOST => {
                    let (many, folder) = (files.len(), folder.display());
                    vec![format!(
                        "skipped {many} files in {folder}: they are Helm templates, not manifests"
                    )]
                }
                _ => {
                    let names = files.iter().map(|file| file.display());
                    let note =
                        |file| format!("skipped {file}: it is a Helm template, not a manifest");
                    names.map(note).collect()
                }
            },
        );
    notes.collect()
}

fn folder_of_templates(file: &Path) -> Option<&Path> {
    let mut folders = file.ancestors().skip(1);
    folders.find(|folder| folder.ends_with("templates"))
}

fn no_manifest(root: &Path) -> String {
    let [first, second, third] = ENDINGS;
    let root = root.display();
    format!(
        "no file in {root} ends in .{first}, .{second} or .{third} (hidden and ignored files are skipped)"
    )
}

/// Whether a walk takes this file for a manifest.
pub(crate) fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    })
}

/// Whether a file is under `templates/` of a folder with a `Chart.yaml`.
pub(crate) fn is_template(path: &Path) -> bool {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    is_template_where(&absolute, |chart| chart.join("Chart.yaml").is_file())
}

/// The same where `is_chart` tells of a folder whether it is a chart's.
pub(crate) fn is_template_where(path: &Path, is_chart: impl Fn(&Path) -> bool) -> bool {
    path.ancestors().skip(1).any(|folder| {
        let is_templates = folder.file_name().is_some_and(|name| name == "templates");
        is_templates && folder.parent().is_some_and(&is_chart)
    })
}

/// Whether a walk would skip a path because a part of it is hidden.
pub(crate) fn is_hidden(path: &Path) -> bool {
    path.components().any(
        |part| matches!(part, Component::Normal(name) if name.to_string_lossy().starts_with('.')),
    )
}

/// The folder of a file, as one text for the same folder however it is named; of a link, that of its file.
pub(crate) fn folder_of(path: &Path) -> Word {
    let real = path.canonicalize();
    let folder = real
        .as_deref()
        .unwrap_or(path)
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.to_string_lossy().into()
}
