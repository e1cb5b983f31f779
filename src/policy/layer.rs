//! The policy and everything that it extends, each read once, what is extended first.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::built_in::{self, BuiltIn};
use super::fields::{PolicyFile, Spec};
use super::file;
use super::given::{Given, Text};
use super::hints;
use super::problems::Problems;
use super::reader::Reader;
use super::record::Record as _;
use super::{PolicyError, PolicyOptions, ReadError, wrong_file};
use crate::diagnostic::Diagnostic;
use crate::names;
use crate::source::{Place, SourceId, Sources};
use crate::yaml::positions::{self, Node, Problem, Reading};

/// How many policies one may extend, directly or not.
const MAX_LAYERS: usize = 32;

/// One policy file, before it is merged with what it extends.
#[derive(Debug)]
pub(super) struct Layer {
    /// Its text.
    pub(super) source: SourceId,
    /// The name of the built-in policy that it is.
    pub(super) system: Option<&'static str>,
    /// `metadata.name`.
    pub(super) name: Option<Given<Text>>,
    /// What it declares.
    pub(super) spec: Spec,
    /// The folder that its paths start from.
    pub(super) folder: PathBuf,
    /// The texts of what it extends, directly or not.
    pub(super) bases: BTreeSet<SourceId>,
}

/// Reads the policy and what it extends. Without a file, all built-in ones.
///
/// If there are problems, the layers can be incomplete; none are returned if names would be missing.
pub(super) fn load(
    sources: &mut Sources,
    options: &PolicyOptions<'_>,
    problems: &mut Problems,
) -> Result<Option<Vec<Layer>>, PolicyError> {
    let mut loader = Loader {
        sources,
        problems,
        layers: Vec::new(),
        done: Vec::new(),
        open: Vec::new(),
        complete: true,
    };
    match (options.file, options.function_config) {
        (None, Some(text)) => drop(loader.layer(Origin::FunctionConfig, text.to_owned().into())),
        (None, None) => loader.all_built_in(),
        (Some(path), _) => {
            let text = read(loader.sources, path)?;
            loader.layer(Origin::file(path), text.into());
        }
    }
    Ok(loader.complete.then_some(loader.layers))
}

fn read(sources: &mut Sources, path: &Path) -> Result<String, PolicyError> {
    sources.takes_from(path);
    file::read(path).map_err(|error| PolicyError::Unreadable {
        path: path.to_owned(),
        error,
    })
}

/// Where a policy is from.
#[derive(Debug, Clone)]
enum Origin {
    BuiltIn(&'static BuiltIn),
    /// The path as given, and as the file system knows it.
    File(PathBuf, PathBuf),
    /// The `functionConfig` of a KRM function.
    FunctionConfig,
}

impl Origin {
    fn file(path: &Path) -> Self {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Self::File(path.to_owned(), real)
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::BuiltIn(one), Self::BuiltIn(other)) => one.name == other.name,
            (Self::File(_, one), Self::File(_, other)) => one == other,
            _ => false,
        }
    }

    /// The name in frames and messages.
    fn name(&self) -> String {
        match self {
            Self::BuiltIn(it) => it.source_name(),
            Self::File(path, _) => path.display().to_string(),
            Self::FunctionConfig => "<stdin>".to_owned(),
        }
    }

    fn system(&self) -> Option<&'static str> {
        match self {
            Self::BuiltIn(it) => Some(it.name),
            Self::File(..) | Self::FunctionConfig => None,
        }
    }

    fn folder(&self) -> PathBuf {
        match self {
            Self::BuiltIn(_) | Self::FunctionConfig => PathBuf::new(),
            Self::File(path, _) => path.parent().map(Path::to_owned).unwrap_or_default(),
        }
    }
}

struct Loader<'a> {
    sources: &'a mut Sources,
    problems: &'a mut Problems,
    layers: Vec<Layer>,
    /// The origin of each layer.
    done: Vec<Origin>,
    /// The policies that are being read, each extending the next.
    open: Vec<Origin>,
    /// False once a policy could not be read or found.
    complete: bool,
}

impl Loader<'_> {
    fn all_built_in(&mut self) {
        for it in built_in::ALL {
            self.layer(Origin::BuiltIn(it), it.text.into());
        }
    }

    /// Reads one policy after what it extends; its index.
    fn layer(&mut self, origin: Origin, text: Cow<'static, str>) -> Option<usize> {
        let source = self.sources.add_text(origin.name(), text);
        if let Origin::File(path, _) = &origin {
            self.sources.is_from(source, path);
        }
        if !matches!(origin, Origin::BuiltIn(_)) {
            self.sources.is_policy(source);
        }
        let root = match &origin {
            Origin::BuiltIn(it) => it.root(),
            Origin::File(..) => self.tree(source, true),
            Origin::FunctionConfig => self.tree(source, false),
        };
        let Some(root) = root else {
            self.complete = false;
            return None;
        };
        let file = self.file(source, &root);
        let metadata = file.metadata.into_value().unwrap_or_default();
        let mut layer = Layer {
            source,
            system: origin.system(),
            name: metadata.name.into_given(),
            spec: file.spec.into_value().unwrap_or_default(),
            folder: origin.folder(),
            bases: BTreeSet::new(),
        };
        self.open.push(origin);
        layer.bases = self.bases(&layer);
        self.done.extend(self.open.pop());
        self.layers.push(layer);
        Some(self.layers.len() - 1)
    }

    /// The tree of a text; a file that was named may be another than was meant.
    fn tree(&mut self, source: SourceId, is_named: bool) -> Option<Node> {
        let text = self.sources.get(source).text();
        if let Some(mark) = hints::conflict(text) {
            let problem = Diagnostic::new("unresolved merge conflict in the policy")
                .label(Place::new(source, mark), "")
                .help("keep one of the two sides, and remove the marks");
            self.problems.push(problem);
            return None;
        }
        let Reading { root, problems } = positions::read(text);
        let named = root.as_ref().filter(|_| is_named);
        if let Some(problem) = named.and_then(|it| wrong_file::problem(source, it)) {
            self.problems.push(problem);
            return None;
        }
        let silent = problems.is_empty();
        for problem in problems {
            let hint = hints::of_line(text, &problem);
            let problem = diagnostic(source, problem).help_opt(hint);
            self.problems.push(problem);
        }
        let root = root.filter(|root| !root.is_null());
        if root.is_none() && silent {
            let problem = Diagnostic::new("the policy is empty")
                .label(Place::new(source, 0..0), "")
                .help("a policy begins with apiVersion: trimtab.dev/v1alpha1");
            self.problems.push(problem);
        }
        root
    }

    fn file(&mut self, source: SourceId, root: &Node) -> PolicyFile {
        let mut reader = Reader {
            source,
            problems: self.problems,
        };
        let file = reader.slot(PolicyFile::WHAT, None, root);
        file.into_value().unwrap_or_default()
    }

    /// Reads what a layer extends; the texts of all of it.
    fn bases(&mut self, layer: &Layer) -> BTreeSet<SourceId> {
        let mut bases = BTreeSet::new();
        for name in layer.spec.extends.value().map_or(&[][..], |them| &them.0) {
            match self.base(name, &layer.folder) {
                Ok(index) => {
                    if let Some(base) = self.layers.get(index) {
                        bases.insert(base.source);
                        bases.extend(&base.bases);
                    }
                }
                Err(problem) => {
                    self.complete = false;
                    if let Some(problem) = problem {
                        self.problems.push(problem);
                    }
                }
            }
        }
        bases
    }

    /// The layer that one entry of `extends` names, read now or before; what is wrong with the entry otherwise, or
    /// nothing where that has been told.
    fn base(&mut self, name: &Given<Text>, folder: &Path) -> Result<usize, Option<Diagnostic>> {
        let problem = |message: String| Diagnostic::new(message).label_opt(name.place.clone(), "");
        if name.contains("://") {
            let message = "`extends` accepts built-in names and paths, but not URLs".to_owned();
            let help = "save a copy of the file next to this one and use its path";
            return Err(Some(problem(message).help(help)));
        }
        let origin = origin(name, folder).map_err(|help| {
            let message = format!("unknown policy `{}`", names::shown(name));
            let problem = problem(message).help("a path contains `/` or ends in .yaml");
            Some(problem.help_opt(help))
        })?;
        if let Some(index) = self.done.iter().position(|done| done.is(&origin)) {
            return Ok(index);
        }
        if let Some(at) = self.open.iter().position(|open| open.is(&origin)) {
            let cycle = self.open.iter().skip(at).chain([&origin]);
            let chain: Vec<String> = cycle.map(Origin::name).collect();
            let message = format!("`extends` forms a cycle: {}", chain.join(" -> "));
            return Err(Some(problem(message)));
        }
        if self.done.len() + self.open.len() >= MAX_LAYERS {
            let message = format!("a policy may extend at most {MAX_LAYERS} others");
            return Err(Some(problem(message)));
        }
        let text = match &origin {
            Origin::BuiltIn(it) => Cow::Borrowed(it.text),
            Origin::FunctionConfig => Cow::default(),
            Origin::File(path, _) => {
                self.sources.takes_from(path);
                let text = file::read(path);
                Cow::Owned(text.map_err(|error| Some(unreadable(name, path, &error)))?)
            }
        };
        self.layer(origin, text).ok_or(None)
    }
}

/// Why the file that an entry of `extends` names could not be read.
fn unreadable(name: &Given<Text>, path: &Path, error: &ReadError) -> Diagnostic {
    let problem = Diagnostic::new(format!("cannot read {}: {error}", path.display()))
        .label_opt(name.place.clone(), "");
    match built_in_of(path).filter(|_| error.is_absence()) {
        Some(name) => problem.help(format!(
            "the built-in policy is meant by its name alone: extends: {name}"
        )),
        None => problem,
    }
}

/// Where an entry of `extends` points: a path when it looks like one. The error is a help.
fn origin(name: &str, folder: &Path) -> Result<Origin, Option<String>> {
    let extension = Path::new(name).extension();
    let yaml = extension.is_some_and(|end| end == "yaml" || end == "yml");
    if name.contains('/') || yaml {
        return Ok(Origin::file(&folder.join(name)));
    }
    built_in::find(name).map(Origin::BuiltIn).ok_or_else(|| {
        names::help(
            name,
            "built-in policies",
            built_in::ALL.iter().map(|it| it.name),
        )
    })
}

/// The built-in policy that a path seems to mean: `milvus`, `./milvus` or `milvus.yaml`.
pub(super) fn built_in_of(path: &Path) -> Option<&'static str> {
    let stem = path.file_stem()?.to_str()?;
    built_in::find(stem).map(|it| it.name)
}

fn diagnostic(source: SourceId, problem: Problem) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::new(problem.message).label(Place::new(source, problem.span), "");
    if let Some((span, text)) = problem.also {
        diagnostic = diagnostic.label(Place::new(source, span), text);
    }
    diagnostic.help_opt(problem.help)
}
