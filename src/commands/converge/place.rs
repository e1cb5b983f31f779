//! Whether the trimtab in COMMAND looked where this one waits.

use super::said::{BaselineSaid, ClusterSaid};
use crate::cluster::About;
use crate::diagnostic::Diagnostic;
use crate::names::shown;

/// What differs between this place and those that COMMAND's runs compared with; empty if nothing does.
///
/// One server may front many clusters, so the contexts must agree, too, where both are known. Namespaces need not:
/// those of the objects count.
pub(super) fn differences(here: &About, baselines: &[BaselineSaid]) -> Vec<Diagnostic> {
    let clusters = baselines.iter().filter_map(|it| it.cluster.as_ref());
    let others = clusters.filter(|there| {
        let is_other_context =
            here.context.is_some() && there.context.is_some() && here.context != there.context;
        here.server != there.server || is_other_context
    });
    others.map(|there| difference(here, there)).collect()
}

fn difference(here: &About, there: &ClusterSaid) -> Diagnostic {
    let message = format!(
        "the trimtab in COMMAND compared with {}, and this one waits for {}",
        place(&there.server, there.context.as_deref()),
        place(&here.server, here.context.as_deref())
    );
    let known = there.known_from.as_deref().unwrap_or_default();
    let problem = Diagnostic::new(message);
    let problem = if known.is_empty() {
        problem
    } else {
        problem.note(format!("COMMAND's is known from {}", shown(known)))
    };
    let problem = problem.note(format!("this one is known from {}", here.known_from));
    match &there.context {
        Some(context) => problem.help(format!(
            "name it for both: trimtab converge --context {}",
            shown(context)
        )),
        None => problem.help("name it for both: trimtab converge --context CONTEXT"),
    }
}

/// `https://10.0.0.1:6443 (context prod)`
fn place(server: &str, context: Option<&str>) -> String {
    match context {
        Some(context) => format!("{} (context {})", shown(server), shown(context)),
        None => shown(server),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> About {
        About {
            server: "https://a:6443".to_owned(),
            context: Some("prod".to_owned()),
            namespace: "milvus".to_owned(),
            known_from: "KUBECONFIG".to_owned(),
        }
    }

    fn found(server: &str, context: Option<&str>) -> Vec<String> {
        let baseline = BaselineSaid {
            source: "cluster".to_owned(),
            cluster: Some(ClusterSaid {
                server: server.to_owned(),
                context: context.map(str::to_owned),
                namespace: Some("other".to_owned()),
                known_from: Some("Helm's --kube-context".to_owned()),
            }),
        };
        let differences = differences(&here(), &[BaselineSaid::default(), baseline]);
        let told = differences.into_iter().map(|it| {
            let lines = [&[it.message][..], &it.notes, &it.helps].concat();
            lines.join("\n")
        });
        told.collect()
    }

    #[test]
    fn the_same_place_is_no_difference() {
        assert_eq!(found("https://a:6443", Some("prod")), [""; 0]);
        assert_eq!(found("https://a:6443", None), [""; 0]);
    }

    #[test]
    fn both_places_are_named() {
        assert_eq!(
            found("https://b:6443", Some("test")),
            [
                "the trimtab in COMMAND compared with https://b:6443 (context test), and this one waits for \
              https://a:6443 (context prod)\n\
              COMMAND's is known from Helm's --kube-context\n\
              this one is known from KUBECONFIG\n\
              name it for both: trimtab converge --context test"
            ]
        );
        assert_eq!(found("https://a:6443", Some("test")).len(), 1);
        assert_eq!(found("https://b:6443", None).len(), 1);
    }
}
