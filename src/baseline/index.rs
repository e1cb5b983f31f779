//! Finds the workload of a baseline that is the same object as one of the stream.

use std::collections::HashMap;

use super::Known;
use crate::diagnostic::Diagnostic;
use crate::finding::ObjectRef;
use crate::host::{Host, Setting};
use crate::manifest::{ByNamespace, Workload};

/// The folder of a file, the kind and the name of a workload.
type Key<'a> = (Option<&'a str>, &'a str, &'a str);

/// The workloads of a baseline by what identifies them.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    by_name: HashMap<Key<'a>, ByNamespace<'a, &'a Known>>,
}

/// Several workloads of a baseline that one of the stream could be.
#[derive(Debug)]
pub(crate) struct Ambiguous<'a> {
    first: Vec<&'a Known>,
}

impl<'a> Index<'a> {
    pub(crate) fn of(workloads: &'a [Known]) -> Self {
        let mut by_name: HashMap<Key<'a>, ByNamespace<'a, &'a Known>> = HashMap::new();
        for known in workloads {
            let object = &known.object;
            let key = (known.folder.as_deref(), &*object.kind, &*object.name);
            let named = by_name.entry(key).or_default();
            named.add(object.namespace.as_deref(), known);
        }
        Self { by_name }
    }

    /// The same object by kind, namespace and name; by kind and name alone where one side names no namespace and that is
    /// unique.
    ///
    /// # Errors
    /// When several workloads match.
    pub(crate) fn find(&self, workload: &Workload) -> Result<Option<&'a Known>, Ambiguous<'a>> {
        match self.candidates(workload) {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => Err(Ambiguous {
                first: several.iter().copied().take(2).collect(),
            }),
        }
    }

    /// All that could be the same object.
    pub(crate) fn candidates<'s>(&'s self, workload: &'s Workload) -> &'s [&'a Known] {
        let object = &workload.object;
        let named = |folder| self.by_name.get(&(folder, &*object.kind, &*object.name));
        let named = named(None).or_else(|| named(workload.folder.as_deref()));
        named.map_or(&[], |it| it.find(object.namespace.as_deref()))
    }
}

impl Ambiguous<'_> {
    /// The message for a workload of the stream.
    pub(crate) fn diagnostic(&self, workload: &Workload, host: Host) -> Diagnostic {
        let object = &workload.object;
        let message = format!(
            "the baseline contains {} {} more than once",
            object.kind, object.name
        );
        let mut diagnostic =
            Diagnostic::new(message).label(workload.place(workload.name), "this workload");
        for other in &self.first {
            diagnostic = diagnostic.label_opt(other.name_place(), in_namespace(&other.object));
        }
        let namespaces = self.first.iter().map(|other| &other.object.namespace);
        let is_same = namespaces.clone().min() == namespaces.max();
        diagnostic.help(if is_same {
            "remove one of the two from the baseline: it is not clear which one is running"
                .to_owned()
        } else {
            give_the_namespace(host)
        })
    }
}

impl Known {
    /// The message for a workload without a namespace that matches several of the stream.
    pub(crate) fn shared_by(&self, one: &Workload, other: &Workload, host: Host) -> Diagnostic {
        let object = &self.object;
        let message = format!(
            "the stream contains {} {} more than once, and the one in the baseline has no namespace",
            object.kind, object.name
        );
        let mut diagnostic = Diagnostic::new(message);
        for workload in [other, one] {
            let text = in_namespace(&workload.object);
            diagnostic = diagnostic.label(workload.place(workload.name), text);
        }
        diagnostic
            .label_opt(self.name_place(), in_namespace(object))
            .help(give_the_namespace(host))
    }
}

fn give_the_namespace(host: Host) -> String {
    let namespace = host.setting(Setting::Namespace);
    format!("set the namespace of objects without one: {namespace}")
}

fn in_namespace(object: &ObjectRef) -> String {
    let namespace = object.namespace.as_deref();
    namespace.map_or_else(
        || "without a namespace".to_owned(),
        |name| format!("in {name}"),
    )
}
