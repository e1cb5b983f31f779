//! What a stream holds: as the built-in catalogues see it, and where they know nothing of it, with objects of all kinds.

use crate::diagnostic::Diagnostic;
use crate::input::files::{self, Files};
use crate::input::{self, Unread};
use crate::manifest::{Kinds, Manifest, Origin};
use crate::source::{SourceId, Sources};
use crate::word::Word;

/// The objects of a stream.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Where they are from, as a sentence has it: "standard input".
    pub(crate) from: String,
    /// The counts are those that run.
    pub(crate) is_live: bool,
    /// The objects of the kinds that a built-in catalogue names.
    pub(crate) known: Manifest,
    texts: Vec<Text>,
    namespace: Option<Word>,
}

/// A text with what it says of its objects.
#[derive(Debug)]
struct Text {
    source: SourceId,
    folder: Option<Word>,
}

impl Survey {
    /// Of one text.
    ///
    /// # Errors
    /// What is malformed in it, and that it is empty.
    pub(crate) fn of_stream(
        source: SourceId,
        from: &str,
        namespace: Option<&str>,
        sources: &Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        let text = Text {
            source,
            folder: None,
        };
        Self::of(vec![text], from.to_owned(), namespace, sources)
    }

    /// Of files.
    ///
    /// # Errors
    /// Files that are not there or cannot be read, and what is malformed in them.
    pub(crate) fn of_files(
        files: &Files,
        namespace: Option<&str>,
        sources: &mut Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        files.require_all()?;
        let (mut texts, mut problems) = (Vec::new(), Vec::new());
        for path in &files.paths {
            let folder = Some(files::folder_of(path));
            match input::read_file(path, sources) {
                Ok(source) => texts.push(Text { source, folder }),
                Err(error) => problems.push(unread(&error)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let roots = files.roots.iter().map(|root| root.display().to_string());
        let from = roots.collect::<Vec<_>>().join(", ");
        Self::of(texts, from, namespace, sources)
    }

    fn of(
        texts: Vec<Text>,
        from: String,
        namespace: Option<&str>,
        sources: &Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        let is_blank = |text: &str| text.trim_start_matches('\u{feff}').trim().is_empty();
        if texts
            .iter()
            .all(|it| is_blank(sources.get(it.source).text()))
        {
            let message = format!("nothing to make a policy of: {from} is empty");
            return Err(vec![with_examples(Diagnostic::new(message))]);
        }
        let namespace: Option<Word> = namespace.map(Word::from);
        let known = read(&texts, namespace.as_ref(), sources, &built_in_kinds())?;
        Ok(Self {
            from,
            is_live: false,
            known,
            texts,
            namespace,
        })
    }

    /// The objects of all kinds; where not all can be read, none: what no catalogue is about passes unread later, too.
    pub(super) fn all(&self, sources: &Sources) -> Option<Manifest> {
        let all = read(&self.texts, self.namespace.as_ref(), sources, &Kinds::all());
        all.ok().filter(|all| all.unreadable.is_empty())
    }
}

/// What can be given to `init`.
pub(crate) fn with_examples(problem: Diagnostic) -> Diagnostic {
    problem
        .help("give it a render: helm template my-release CHART -n NAMESPACE | trimtab init > policy.yaml")
        .help("or what runs: trimtab init -b cluster -n NAMESPACE > policy.yaml")
}

/// Why there is no policy for a very large input: it would be larger than trimtab reads.
pub(super) fn too_many() -> Diagnostic {
    let message = "there are too many workloads here for one policy, which is at most 64 KiB";
    Diagnostic::new(message).help("give it a part: one release, one folder or one namespace")
}

/// The `apiVersion` and the kinds of the built-in catalogues.
pub(crate) const BUILT_IN_KINDS: [(&str, &str); 2] =
    [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet")];

fn built_in_kinds() -> Kinds {
    Kinds::new(BUILT_IN_KINDS.map(|(_, kind)| kind))
}

fn read(
    texts: &[Text],
    namespace: Option<&Word>,
    sources: &Sources,
    kinds: &Kinds,
) -> Result<Manifest, Vec<Diagnostic>> {
    let (mut manifest, mut problems) = (Manifest::default(), Vec::new());
    for text in texts {
        let origin = Origin {
            source: text.source,
            folder: text.folder.clone(),
            namespace: namespace.cloned(),
            is_resource_list: false,
        };
        match Manifest::read(&origin, sources.get(text.source).text(), kinds) {
            Ok(part) => manifest.append(part),
            Err(malformed) if text.folder.is_some() => {
                problems.extend(input::malformed_in_file(malformed));
            }
            Err(malformed) => problems.extend(input::malformed(malformed)),
        }
    }
    if problems.is_empty() {
        Ok(manifest)
    } else {
        Err(problems)
    }
}

fn unread(error: &Unread) -> Diagnostic {
    error.context("cannot read the input")
}
