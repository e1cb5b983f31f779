//! The files that paths name: themselves, or the manifests in their folders.
//!
//! A folder is walked as ripgrep walks it: hidden and ignored files are left out, and links are not followed. Helm
//! templates are no manifests, and are skipped with a note, also when they are named.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;

use crate::diagnostic::Diagnostic;

/// The endings of files that a walk takes for manifests.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The files of a run, in the order of their paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    /// What was asked for.
    pub(crate) roots: Vec<PathBuf>,
    /// The files, each once.
    pub(crate) paths: Vec<PathBuf>,
    /// What was left out that a user might miss.
    pub(crate) notes: Vec<String>,
}

impl Files {
    /// Finds the files of some paths.
    ///
    /// # Errors
    /// What cannot be found or looked into.
    pub(crate) fn find(roots: &[PathBuf]) -> Result<Self, Vec<Diagnostic>> {
        let (mut found, mut problems) = (
            Self {
                roots: roots.to_vec(),
                ..Self::default()
            },
            Vec::new(),
        );
        let mut seen = HashSet::new();
        let mut templates = Vec::new();
        for root in roots {
            let files = walk(root, &mut problems);
            if files.is_empty() && root.is_dir() {
                found.notes.push(no_manifest(root));
            }
            for file in files {
                if !seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())) {
                    continue;
                }
                if is_template(&file) {
                    templates.push(file);
                } else {
                    found.paths.push(file);
                }
            }
        }
        found.notes.extend(
            templates
                .iter()
                .map(|file| format!("skipped {}: a Helm template is no manifest", file.display())),
        );
        if problems.is_empty() {
            Ok(found)
        } else {
            Err(problems)
        }
    }
}

fn no_manifest(root: &Path) -> String {
    let endings = ENDINGS.map(|ending| format!(".{ending}")).join(", ");
    let root = root.display();
    format!("there is no file with {endings} in {root}; hidden and ignored ones are left out")
}

fn walk(root: &Path, problems: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in WalkBuilder::new(root)
        .sort_by_file_path(Path::cmp)
        .require_git(false)
        .build()
    {
        match entry {
            Ok(entry) => {
                let is_named = entry.depth() == 0;
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                let is_link = is_named && entry.path().is_file();
                if is_link || (is_file && (is_named || has_ending(entry.path()))) {
                    let path = entry.path();
                    files.push(path.strip_prefix("./").unwrap_or(path).to_owned());
                }
            }
            Err(error) => problems.push(Diagnostic::new(match error.io_error() {
                Some(io) if error.depth() == Some(0) => {
                    let (path, why) = (root.display(), super::why(io));
                    format!("the input cannot be read: {path}: {why}")
                }
                _ => format!("the input cannot be read: {error}"),
            })),
        }
    }
    files
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

/// Whether a walk would pass over a path since a part of it is hidden.
pub(crate) fn is_hidden(path: &Path) -> bool {
    path.components().any(
        |part| matches!(part, Component::Normal(name) if name.to_string_lossy().starts_with('.')),
    )
}

/// The folder of a file, as one text for the same folder however it is named; of a link, that of its file.
pub(crate) fn folder_of(path: &Path) -> Arc<str> {
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
