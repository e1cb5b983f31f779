//! The `ResourceList` of a KRM function (kustomize, kpt): reads the policy, edits the items in place and adds the findings.
//!
//! The text of the list is kept: only counts and `results` are written.

mod head;

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;
use serde::Serialize;

use self::head::{Config, Head, Slot};
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, ObjectRef, Severity};
use crate::manifest::{Manifest, Workload};
use crate::output::Patch;
use crate::source::{Place, SourceId, Sources, slice};
use crate::word::Word;
use crate::yaml::{self, Edit};

const API_GROUP: &str = "config.kubernetes.io/";
const API_VERSION: &str = "config.kubernetes.io/v1";
const KIND: &str = "ResourceList";

/// The size limit of a function's configuration, in bytes: that of a policy file.
const MAX_CONFIG: usize = 64 * 1024;

/// What standard input is when a KRM host runs trimtab.
#[derive(Debug)]
pub(crate) struct ResourceList {
    /// The `functionConfig` with line feeds and blanks before it, so that its places are those of the list.
    pub(crate) config: Option<String>,
    pub(crate) source: SourceId,
    document: Range<usize>,
    results: Option<Slot>,
}

/// One of a function's results (kustomize's `api/krmfunctions/functions-spec`).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FunctionResult<'f> {
    message: &'f str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_ref: Option<ResourceRef<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FilePath<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Tags>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceRef<'f> {
    api_version: &'f str,
    kind: &'f str,
    name: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'f str>,
}

#[derive(Debug, Serialize)]
struct Field {
    path: &'static str,
}

#[derive(Debug, Serialize)]
struct FilePath<'f> {
    path: &'f str,
}

#[derive(Debug, Serialize)]
struct Tags {
    rule: &'static str,
}

impl ResourceList {
    /// Recognises a list; returns `None` for any other stream.
    ///
    /// # Errors
    /// When it is one, and cannot be read as one.
    pub(crate) fn read(source: SourceId, text: &str) -> Result<Option<Self>, Vec<Diagnostic>> {
        let bytes = text.as_bytes();
        if memmem::find(bytes, KIND.as_bytes()).is_none()
            || memmem::find(bytes, API_GROUP.as_bytes()).is_none()
        {
            return Ok(None);
        }
        let mut documents = yaml::split(text).filter(|span| !is_blank(text, span));
        let (Some(document), None) = (documents.next(), documents.next()) else {
            return Ok(None);
        };
        let (head, error) = Head::read(text, &document);
        let is_list = head.is_list(KIND, API_GROUP);
        // A stream that cannot be read to its end could still be a list.
        if let Some(error) = error.filter(|_| head.could_be_list(KIND, API_GROUP)) {
            let message = format!("malformed YAML: {}", error.message);
            return Err(refuse(source, error.offset..error.offset, message));
        }
        if !is_list {
            return Ok(None);
        }
        if head.api_version != API_VERSION {
            let version = head.api_version;
            let message = format!("a ResourceList of {version}; trimtab reads {API_VERSION}");
            let help = "use a host that sends it, such as kustomize 5 or kpt 1";
            return Err(vec![Diagnostic::new(message).help(help)]);
        }
        let config = config(source, text, &head.config)?;
        Ok(Some(Self {
            config,
            source,
            results: head.slot(text),
            document,
        }))
    }

    /// The edit that adds the findings, and the span of the list.
    pub(crate) fn results(
        &self,
        findings: &[Finding],
        manifest: &Manifest,
    ) -> Option<(Range<usize>, Edit)> {
        let workloads = ByObject::new(manifest);
        let results = findings
            .iter()
            .map(|finding| FunctionResult::of(finding, workloads.of(finding)));
        self.written(results)
    }

    /// The output of a function that could not decide: the unchanged list, with the reasons.
    pub(crate) fn undecided(&self, problems: &[Diagnostic], sources: &Sources) -> Option<Patch> {
        let results = self.written(problems.iter().map(FunctionResult::of_problem));
        let patch = |edits| Patch::verified(self.source, sources, edits).ok();
        patch(results.into_iter().collect()).or_else(|| patch(Vec::new()))
    }

    fn written<'f>(
        &self,
        results: impl Iterator<Item = FunctionResult<'f>>,
    ) -> Option<(Range<usize>, Edit)> {
        let json = |result| serde_json::to_string(&result).ok();
        let results: Vec<String> = results.filter_map(json).collect();
        let slot = self.results.as_ref().filter(|_| !results.is_empty())?;
        Some((self.document.clone(), slot.fill(&results)))
    }
}

fn refuse(source: SourceId, span: Range<usize>, message: impl Into<Word>) -> Vec<Diagnostic> {
    vec![Diagnostic::new(message).label(Place::new(source, span), "")]
}

/// The policy of a list, when it holds one.
fn config(
    source: SourceId,
    text: &str,
    config: &Config,
) -> Result<Option<String>, Vec<Diagnostic>> {
    let (span, message) = match config {
        Config::Absent => return Ok(None),
        Config::Mapping(span) if span.range().len() <= MAX_CONFIG => {
            return Ok(Some(in_place(text, &span.range())));
        }
        Config::Mapping(span) => (
            span.start()..span.start(),
            "the functionConfig is larger than 64 KiB, the limit for a policy",
        ),
        Config::Other(span) => (
            span.range(),
            "the functionConfig must be a mapping that holds a policy",
        ),
    };
    Err(refuse(source, span, message))
}

fn is_blank(text: &str, span: &Range<usize>) -> bool {
    let document = slice(text, span);
    document
        .lines()
        .all(|line| line.trim().is_empty() || line.starts_with('#') || line.trim_end() == "---")
}

/// A span of a text, with as many lines and columns before it as it has there.
fn in_place(text: &str, span: &Range<usize>) -> String {
    let before = slice(text, &(0..span.start));
    let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let column = line.trim_start_matches('\u{feff}').chars().count();
    "\n".repeat(lines) + &" ".repeat(column) + slice(text, span)
}

impl<'f> FunctionResult<'f> {
    fn of(finding: &'f Finding, workload: Option<&'f Workload>) -> Self {
        let object = finding.object.as_ref();
        let severity = match (&finding.waived, finding.severity) {
            (Some(_), _) => "info",
            (None, Severity::Error) => "error",
            (None, Severity::Warning) => "warning",
        };
        Self {
            message: &finding.diagnostic.message,
            severity,
            resource_ref: object.map(|object| ResourceRef {
                api_version: &object.api_version,
                kind: &object.kind,
                name: &object.name,
                namespace: object.namespace.as_deref(),
            }),
            field: workload.map(|_| Field {
                path: "spec.replicas",
            }),
            file: workload
                .and_then(|workload| workload.path.as_deref())
                .map(|path| FilePath { path }),
            tags: Some(Tags {
                rule: finding.rule.id,
            }),
        }
    }

    fn of_problem(problem: &'f Diagnostic) -> Self {
        Self {
            message: &problem.message,
            severity: "error",
            resource_ref: None,
            field: None,
            file: None,
            tags: None,
        }
    }
}

/// The workloads of a list by what findings name them; there may be one of a name in each folder.
struct ByObject<'m>(HashMap<&'m ObjectRef, Vec<&'m Workload>>);

impl<'m> ByObject<'m> {
    fn new(manifest: &'m Manifest) -> Self {
        let mut all: HashMap<_, Vec<_>> = HashMap::new();
        for workload in &manifest.workloads {
            all.entry(&workload.object).or_default().push(workload);
        }
        Self(all)
    }

    /// The workload that a finding is about: of those with its name, the one that it shows.
    fn of(&self, finding: &Finding) -> Option<&'m Workload> {
        let named = self.0.get(finding.object.as_ref()?)?;
        let is_shown = |workload: &&&Workload| {
            let spans = [workload.replicas.span, workload.name];
            let places = spans.map(|span| workload.place(span));
            let mut labels = finding.diagnostic.labels.iter();
            labels.any(|label| places.contains(&label.place))
        };
        named.iter().find(is_shown).or(named.first()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<String> {
        let mut sources = Sources::default();
        let source = sources.add("<stdin>", text);
        let problems = ResourceList::read(source, text).err()?;
        problems.first().map(|problem| problem.message.to_string())
    }

    #[test]
    fn a_policy_that_could_be_missed_is_refused() {
        let list = |rest: &str| format!("apiVersion: {API_VERSION}\nkind: {KIND}\n{rest}\n");
        assert_eq!(refused(&list("items: []")), None);
        assert_eq!(refused(&list("functionConfig:")), None);
        for config in ["functionConfig: policy.yaml", "functionConfig: [a]"] {
            let told = refused(&list(config)).unwrap_or_default();
            assert!(
                told.contains("must be a mapping that holds a policy"),
                "{config}: {told}"
            );
        }
        let told = refused(&list("? [a]\n: b\nfunctionConfig: {}")).unwrap_or_default();
        assert!(told.contains("a key that is not a string"), "{told}");
    }
}
