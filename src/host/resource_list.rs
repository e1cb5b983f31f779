//! The `ResourceList` of a KRM function (kustomize, kpt): policy in, items edited in place, findings out.
//!
//! The list stays the text that it was: only counts and a `results` at its end are written.

use std::ops::Range;

use memchr::memmem;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, Severity};
use crate::manifest::Manifest;
use crate::source::{Place, SourceId};
use crate::yaml::{self, Event, Reader};

const API_VERSION: &str = "config.kubernetes.io/v1";
const KIND: &str = "ResourceList";

/// The most that a function's configuration may have, in bytes: as a policy file.
const MAX_CONFIG: usize = 64 * 1024;

/// What standard input is when a KRM host runs trimtab.
#[derive(Debug)]
pub(crate) struct ResourceList {
    /// The `functionConfig` with line feeds and blanks before it, so that its places are those of the list.
    pub(crate) config: Option<String>,
    /// Where `results` can be put; nowhere when the list has some already.
    results: Option<Slot>,
}

/// Where and how `results` is written.
#[derive(Debug, Clone, Copy)]
struct Slot {
    at: usize,
    is_flow: bool,
    needs_line_feed: bool,
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
    tags: Tags,
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
    /// Recognises a list; any other stream is none.
    ///
    /// # Errors
    /// When it is one, and cannot be read as one.
    pub(crate) fn read(source: SourceId, text: &str) -> Result<Option<Self>, Vec<Diagnostic>> {
        let bytes = text.as_bytes();
        if memmem::find(bytes, KIND.as_bytes()).is_none()
            || memmem::find(bytes, API_VERSION.as_bytes()).is_none()
        {
            return Ok(None);
        }
        let mut documents = yaml::split(text).filter(|span| !is_blank(text, span));
        let (Some(document), None) = (documents.next(), documents.next()) else {
            return Ok(None);
        };
        let head = Head::read(text, &document).map_err(|error| {
            let place = Place::new(source, error.offset..error.offset);
            vec![Diagnostic::new(format!("malformed YAML: {}", error.message)).label(place, "")]
        })?;
        let Some(head) = head.filter(|head| head.kind == KIND && head.api_version == API_VERSION)
        else {
            return Ok(None);
        };
        if head
            .config
            .as_ref()
            .is_some_and(|span| span.len() > MAX_CONFIG)
        {
            return Err(vec![Diagnostic::new(
                "the functionConfig is larger than 64 KiB, the most that a policy may have",
            )]);
        }
        let config = head.config.clone().map(|span| in_place(text, &span));
        Ok(Some(Self {
            config,
            results: head.slot(text, &document),
        }))
    }

    /// The bytes to put in for the findings, and where.
    pub(crate) fn results(
        &self,
        findings: &[Finding],
        manifest: &Manifest,
    ) -> Option<(usize, String)> {
        let slot = self.results?;
        if findings.is_empty() {
            return None;
        }
        let results: Vec<_> = findings
            .iter()
            .map(|finding| FunctionResult::of(finding, manifest))
            .collect();
        let text = if slot.is_flow {
            format!(", \"results\": {}", serde_json::to_string(&results).ok()?)
        } else {
            let line_feed = if slot.needs_line_feed { "\n" } else { "" };
            format!(
                "{line_feed}results:\n{}",
                serde_yaml::to_string(&results).ok()?
            )
        };
        Some((slot.at, text))
    }
}

fn is_blank(text: &str, span: &Range<usize>) -> bool {
    let document = text.get(span.clone()).unwrap_or_default();
    document
        .lines()
        .all(|line| line.trim().is_empty() || line.starts_with('#') || line.trim_end() == "---")
}

/// A span of a text, with as many lines and columns before it as it has there.
fn in_place(text: &str, span: &Range<usize>) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let column = line.trim_start_matches('\u{feff}').chars().count();
    "\n".repeat(lines) + &" ".repeat(column) + text.get(span.clone()).unwrap_or_default()
}

/// The root mapping of a list.
#[derive(Debug, Default)]
struct Head {
    api_version: String,
    kind: String,
    config: Option<Range<usize>>,
    has_results: bool,
    is_flow: bool,
}

impl Head {
    fn read(text: &str, document: &Range<usize>) -> Result<Option<Self>, yaml::MalformedYaml> {
        let Some((mut reader, Event::MappingStart(start))) = Reader::open(text, document)? else {
            return Ok(None);
        };
        let mut head = Self {
            is_flow: start.flow,
            ..Self::default()
        };
        loop {
            let key = reader.next()?;
            let Event::Scalar(key) = key else { break };
            let value = reader.next()?;
            match (&*key.value, &value) {
                ("apiVersion", Event::Scalar(scalar)) => {
                    head.api_version = scalar.value.to_string();
                }
                ("kind", Event::Scalar(scalar)) => head.kind = scalar.value.to_string(),
                ("results", _) => head.has_results = true,
                _ => {}
            }
            let end = reader.skip_to_end(&value)?;
            if key.value == "functionConfig" && matches!(value, Event::MappingStart(_)) {
                head.config = Some(value.span().start..end);
            }
        }
        Ok(Some(head))
    }

    fn slot(&self, text: &str, document: &Range<usize>) -> Option<Slot> {
        let whole = text.get(document.clone())?;
        let trimmed = whole.trim_end();
        if self.has_results || trimmed.ends_with("...") {
            return None;
        }
        let end = document.start + trimmed.len();
        if self.is_flow {
            return trimmed.ends_with('}').then_some(Slot {
                at: end - 1,
                is_flow: true,
                needs_line_feed: false,
            });
        }
        Some(Slot {
            at: document.end,
            is_flow: false,
            needs_line_feed: !whole.ends_with('\n'),
        })
    }
}

impl<'f> FunctionResult<'f> {
    fn of(finding: &'f Finding, manifest: &'f Manifest) -> Self {
        let object = finding.object.as_ref();
        let workload = object.and_then(|object| {
            manifest
                .workloads
                .iter()
                .find(|workload| workload.object == *object)
        });
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
            tags: Tags {
                rule: finding.rule.id,
            },
        }
    }
}
