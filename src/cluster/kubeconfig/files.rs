//! The files of a kubeconfig, and what they say together: of each name and each setting, what the first file says
//! (`ClientConfigLoadingRules.Load` in `k8s.io/client-go/tools/clientcmd/loader.go`).
//!
//! Of a list, files that are not there are passed over; the one file of an option has to be there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_saphyr::DuplicateKeyPolicy;

use super::{Context, Named, Raw, Server, User};
use crate::access::Access;
use crate::diagnostic::Diagnostic;
use crate::environment::{Environment, KUBECONFIG};
use crate::input;

/// The largest file, in bytes: a kubeconfig of a thousand clusters is a tenth of it.
const MAX_BYTES: u64 = 64 << 20;

/// What the files of a kubeconfig say together.
#[derive(Debug, Default)]
pub(in super::super) struct Kubeconfig {
    /// The current context, and the file that names it.
    pub(super) current: Option<(String, PathBuf)>,
    pub(super) contexts: BTreeMap<String, Context>,
    pub(super) servers: BTreeMap<String, Server>,
    pub(super) users: BTreeMap<String, User>,
    /// The files that were read.
    pub(in super::super) read: Vec<PathBuf>,
    /// Those that are not there.
    pub(in super::super) missing: Vec<PathBuf>,
}

/// Reads the kubeconfig that an option names, else the list in `KUBECONFIG`, else the one in the home folder.
///
/// # Errors
/// When a file cannot be read, or is not a kubeconfig.
pub(in super::super) fn read(
    access: &Access,
    environment: &Environment,
) -> Result<Kubeconfig, Vec<Diagnostic>> {
    let explicit = access.kubeconfig.as_ref().filter(|it| !it.value.is_empty());
    if let Some(told) = explicit {
        let path = PathBuf::from(&told.value);
        let kubeconfig = merged(vec![path])?;
        return match kubeconfig.missing.first() {
            None => Ok(kubeconfig),
            Some(path) => {
                let (path, from) = (path.display(), told.from);
                Err(vec![Diagnostic::new(format!(
                    "{from}: {path}: no such file or directory"
                ))])
            }
        };
    }
    merged(match environment.path(KUBECONFIG) {
        Some(list) => files_of(list),
        None => home(environment).into_iter().collect(),
    })
}

/// The paths of a list, each once; empty ones are skipped.
fn files_of(list: &OsStr) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for path in std::env::split_paths(list) {
        if !path.as_os_str().is_empty() && !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// `~/.kube/config`.
fn home(environment: &Environment) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let home = environment.path(name)?;
    Some(Path::new(home).join(".kube/config"))
}

fn merged(paths: Vec<PathBuf>) -> Result<Kubeconfig, Vec<Diagnostic>> {
    let (mut all, mut problems) = (Kubeconfig::default(), Vec::new());
    for path in paths {
        match file(&path) {
            Ok(Some(raw)) => match all.add(raw, &path) {
                Ok(()) => all.read.push(path),
                Err(problem) => problems.push(problem),
            },
            Ok(None) => all.missing.push(path),
            Err(why) => problems.push(unreadable(&path, &why)),
        }
    }
    if problems.is_empty() {
        Ok(all)
    } else {
        Err(problems)
    }
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "cannot read the kubeconfig {}: {why}",
        path.display()
    ))
}

/// One file; `None` if it does not exist.
fn file(path: &Path) -> Result<Option<Raw>, String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(input::why(&error)),
        Ok(_) if text.len() as u64 > MAX_BYTES => return Err("it is larger than 64 MiB".to_owned()),
        Ok(_) => (),
    }
    parsed(&text).map(Some)
}

/// The error says where and nothing else: what it would quote can be a secret.
fn parsed(text: &str) -> Result<Raw, String> {
    if text.trim().is_empty() {
        return Ok(Raw::default());
    }
    let options = serde_saphyr::options! {
        with_snippet: false,
        duplicate_keys: DuplicateKeyPolicy::LastWins,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map(|at| {
            let (line, column) = (at.line(), at.column());
            format!("line {line}, column {column}: ")
        });
        let place = place.unwrap_or_default();
        format!("{place}not valid YAML, or not of the form that a kubeconfig has")
    })
}

impl Kubeconfig {
    /// Lays a file under those that were read before it.
    fn add(&mut self, raw: Raw, path: &Path) -> Result<(), Diagnostic> {
        let folder = path.parent().unwrap_or(Path::new(""));
        if self.current.is_none() {
            self.current = raw.current_context.map(|name| (name, path.to_owned()));
        }
        let twice = |name: String| unreadable(path, &format!("two entries are named `{name}`"));
        add_new(&mut self.contexts, raw.contexts, |_| ()).map_err(twice)?;
        add_new(&mut self.servers, raw.clusters, |it| it.resolve(folder)).map_err(twice)?;
        add_new(&mut self.users, raw.users, |it| it.resolve(folder)).map_err(twice)
    }
}

/// Adds the entries whose names are new; a name that a file uses twice is an error.
fn add_new<T>(
    all: &mut BTreeMap<String, T>,
    new: Vec<Named<T>>,
    resolve: impl Fn(&mut T),
) -> Result<(), String> {
    let mut own = BTreeMap::new();
    for Named { name, mut entry } in new {
        resolve(&mut entry);
        if own.insert(name.clone(), entry).is_some() {
            return Err(name);
        }
    }
    for (name, entry) in own {
        all.entry(name).or_insert(entry);
    }
    Ok(())
}

/// Paths are relative to the folder of the file that names them.
impl Server {
    fn resolve(&mut self, folder: &Path) {
        resolve(&mut self.certificate_authority, folder);
    }
}

impl User {
    fn resolve(&mut self, folder: &Path) {
        for path in [
            &mut self.token_file,
            &mut self.client_certificate,
            &mut self.client_key,
        ] {
            resolve(path, folder);
        }
        let exec = self.exec.as_mut();
        if let Some(command) = exec.and_then(|exec| exec.command.as_mut())
            && command.contains(std::path::MAIN_SEPARATOR)
        {
            *command = folder.join(&command).to_string_lossy().into_owned();
        }
    }
}

fn resolve(path: &mut Option<PathBuf>, folder: &Path) {
    if let Some(path) = path {
        *path = folder.join(&path);
    }
}
