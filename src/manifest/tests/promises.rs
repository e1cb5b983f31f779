//! What the walk promises of generated objects: it reads the same from a document, from a list and from a typed list, in
//! whatever order and style, and tells hooks and budgets as they were generated.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::read;
use crate::field::Count;
use crate::labels::MatchLabels;
use crate::manifest::{Manifest, Share};

#[derive(Debug, Clone)]
struct Deployment {
    name: u8,
    replicas: Option<u32>,
    hook: Option<&'static str>,
    /// Whether `spec` comes before all else.
    spec_first: bool,
}

fn deployment() -> impl Strategy<Value = Deployment> {
    let hook = prop::sample::select(vec![
        "",
        "pre-install",
        "post-upgrade,post-install",
        "no-such",
    ]);
    let parts = (
        any::<u8>(),
        option::of(0_u32..9),
        option::of(hook),
        any::<bool>(),
    );
    parts.prop_map(|(name, replicas, hook, spec_first)| Deployment {
        name,
        replicas,
        hook,
        spec_first,
    })
}

impl Deployment {
    /// As a flow mapping, with its kind or without.
    fn flow(&self, has_kind: bool) -> String {
        let kind = if has_kind {
            "apiVersion: apps/v1, kind: Deployment, "
        } else {
            ""
        };
        let hook = self
            .hook
            .map(|it| format!(", annotations: {{helm.sh/hook: '{it}'}}"));
        let replicas = self.replicas.map(|it| format!("replicas: {it}, "));
        let metadata = format!(
            "metadata: {{name: n{}{}}}",
            self.name,
            hook.unwrap_or_default()
        );
        let spec = format!(
            "spec: {{{}selector: {{matchLabels: {{app: a{}}}}}}}",
            replicas.unwrap_or_default(),
            self.name
        );
        if self.spec_first {
            format!("{{{spec}, {kind}{metadata}}}")
        } else {
            format!("{{{kind}{metadata}, {spec}}}")
        }
    }

    /// As a document of its own, in block style.
    fn document(&self) -> String {
        let hook = self
            .hook
            .map(|it| format!("  annotations:\n    helm.sh/hook: \"{it}\"\n"));
        let replicas = self.replicas.map(|it| format!("  replicas: {it}\n"));
        let name = self.name;
        let metadata = format!("metadata:\n  name: n{name}\n{}", hook.unwrap_or_default());
        let spec = format!(
            "spec:\n  selector:\n    matchLabels:\n      app: a{name}\n{}  template: {{}}\n",
            replicas.unwrap_or_default()
        );
        let kind = "apiVersion: apps/v1\nkind: Deployment\n";
        if self.spec_first {
            format!("---\n{spec}{kind}{metadata}")
        } else {
            format!("---\n{kind}{metadata}{spec}")
        }
    }
}

/// What a manifest says of its workloads, wherever they are written.
fn facts(manifest: &Manifest) -> Vec<(String, Option<String>, Count, bool)> {
    assert!(manifest.unreadable.is_empty());
    let workloads = manifest.workloads.iter().map(|it| {
        assert!(it.hazard.is_none() && it.replicas.doubt.is_none() && it.replicas.slot.is_ok());
        let object = format!(
            "{} {} {}",
            it.object.api_version, it.object.kind, it.object.name
        );
        let label = it.match_labels.get("app").map(str::to_owned);
        (object, label, it.replicas.count.clone(), it.is_hook)
    });
    workloads.collect()
}

fn list(kind: &str, items: &[String], kind_last: bool) -> String {
    let head = format!(
        "apiVersion: {}, kind: {kind}",
        if kind == "List" { "v1" } else { "apps/v1" }
    );
    let items = format!("items: [{}]", items.join(", "));
    if kind_last {
        format!("{{{items}, {head}}}")
    } else {
        format!("{{{head}, {items}}}")
    }
}

/// Labels in the order of their keys.
fn owned(labels: &MatchLabels) -> Vec<(String, String)> {
    let labels = labels.iter();
    labels
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

proptest! {
    #[test]
    fn a_list_says_what_its_items_say_by_themselves_but_for_hooks(
        objects in vec(deployment(), 0..6),
        kind_last: bool,
    ) {
        let expected: Vec<_> = objects.iter().map(|it| {
            let count = it.replicas.map_or(Count::Absent, Count::Set);
            let object = format!("apps/v1 Deployment n{}", it.name);
            (object, Some(format!("a{}", it.name)), count, it.hook.is_some())
        }).collect();
        let documents: String = objects.iter().map(Deployment::document).collect();
        prop_assert_eq!(&facts(&read(&documents)), &expected);
        let expected: Vec<_> = expected.into_iter().map(|(object, label, count, _)| {
            (object, label, count, false)
        }).collect();
        let whole: Vec<_> = objects.iter().map(|it| it.flow(true)).collect();
        prop_assert_eq!(&facts(&read(&list("List", &whole, kind_last))), &expected);
        let bare: Vec<_> = objects.iter().map(|it| it.flow(false)).collect();
        prop_assert_eq!(&facts(&read(&list("DeploymentList", &bare, kind_last))), &expected);
        let nested = list("DeploymentList", &bare, kind_last);
        prop_assert_eq!(&facts(&read(&list("List", &[nested], kind_last))), &expected);
    }

    #[test]
    fn items_without_a_kind_are_nothing_in_a_list_of_any_kinds(
        objects in vec(deployment(), 0..6),
        kind_last: bool,
    ) {
        let bare: Vec<_> = objects.iter().map(|it| it.flow(false)).collect();
        let text = list("List", &bare, kind_last) + " # Deployment\n";
        prop_assert_eq!(facts(&read(&text)), []);
    }

    #[test]
    fn a_budget_says_what_is_written(
        amounts in (option::of(0_u32..20), option::of(0_u32..=100)),
        labels in option::of(vec(0_u8..9, 0..3)),
        max_first: bool,
    ) {
        let (min, max) = amounts;
        let mut parts = vec![
            min.map(|it| format!("minAvailable: {it}")),
            max.map(|it| format!("maxUnavailable: {it}%")),
            labels.as_ref().map(|labels| {
                let labels = labels.iter().map(|it| format!("l{it}: v{it}"));
                format!("selector: {{matchLabels: {{{}}}}}", labels.collect::<Vec<_>>().join(", "))
            }),
        ];
        if max_first {
            parts.reverse();
        }
        let spec = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let text = format!("{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: b}}, spec: {{{spec}}}}}");
        let budget = read(&text).budgets.pop().unwrap();
        prop_assert!(budget.hazard.is_none());
        let shares = [budget.min_available, budget.max_unavailable].map(|it| it.map(|it| it.share));
        prop_assert_eq!(shares, [min.map(Share::Pods), max.map(Share::Percent)]);
        let found = budget.match_labels.map(|it| owned(&it));
        let labels = labels.map(|mut labels| {
            labels.sort_unstable();
            labels.dedup();
            labels.into_iter().map(|it| (format!("l{it}"), format!("v{it}"))).collect::<Vec<_>>()
        });
        prop_assert_eq!(found, labels);
    }
}
