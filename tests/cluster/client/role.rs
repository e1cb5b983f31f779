//! docs/rbac.yaml is enough, and no more than that.

use serde_yaml::Value;

use super::{Place, assert_undecided};
use crate::cluster::{Cluster, await_that};

pub(super) fn the_least_role_is_enough(cluster: &Cluster) {
    let place = Place::new(cluster, "least");
    let kubeconfig = place.least();
    await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
    let outcome = place.trimtab(&kubeconfig, 1);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("error[scale-in-too-large]"),
        "{}",
        outcome.stderr
    );
}

pub(super) fn each_rule_that_is_missing_is_named(cluster: &Cluster) {
    let place = Place::new(cluster, "rules");
    let kubeconfig = place.least();
    await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
    let rules: Vec<Value> = each_resource(&place.role());
    for (at, rule) in rules.iter().enumerate() {
        let resource = resource(rule);
        let mut fewer = rules.clone();
        fewer.remove(at);
        place.allow(&fewer);
        // KEDA is not installed, and pods are not looked at on this server.
        if ["scaledobjects", "pods"].contains(&resource) {
            await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
            continue;
        }
        await_that(&Some(2), || place.trimtab(&kubeconfig, 3).code);
        let outcome = place.trimtab(&kubeconfig, 3);
        assert_undecided(
            &outcome,
            &[
                &format!("cannot list {resource}."),
                &format!(
                    "in namespace {}: the server forbids it (403 Forbidden)",
                    place.namespace
                ),
                &format!(
                    "the cluster is {} (context here, known from the current context of ",
                    place.server
                ),
                "the server says: ",
                "--baseline rendered",
            ],
        );
        // What it proposes is enough.
        let proposed = outcome
            .stderr
            .lines()
            .find_map(|line| line.split_once("`rules`: "));
        let (_, proposed) = proposed.expect("a rule");
        let proposed: Vec<Value> = serde_yaml::from_str(proposed).expect("a rule in YAML");
        fewer.extend(proposed);
        place.allow(&fewer);
        await_that(&Some(0), || place.trimtab(&kubeconfig, 3).code);
    }
}

/// The one resource of a rule.
fn resource(rule: &Value) -> &str {
    let resources = rule.get("resources").and_then(Value::as_sequence);
    let first = resources.and_then(|them| them.first());
    first.and_then(Value::as_str).expect("a resource")
}

/// The rules of a Role, a rule for each resource.
fn each_resource(role: &Value) -> Vec<Value> {
    let rules = role.get("rules").and_then(Value::as_sequence);
    let split = rules.expect("rules").iter().flat_map(|rule| {
        let resources = rule.get("resources").and_then(Value::as_sequence);
        resources.expect("resources").iter().map(|resource| {
            let mut own = rule.as_mapping().expect("a rule").clone();
            own.insert("resources".into(), Value::Sequence(vec![resource.clone()]));
            Value::Mapping(own)
        })
    });
    split.collect()
}

impl Place<'_> {
    fn role(&self) -> Value {
        let args = [
            "get",
            "role",
            "trimtab",
            "-n",
            &self.namespace,
            "-o",
            "yaml",
        ];
        serde_yaml::from_str(&self.cluster.kubectl(&args).ok()).expect("a Role")
    }

    /// Gives the Role other rules.
    fn allow(&self, rules: &[Value]) {
        let rules = serde_yaml::to_string(&rules).expect("rules");
        let patch = format!("rules:\n{rules}");
        let args = [
            "patch",
            "role",
            "trimtab",
            "-n",
            &self.namespace,
            "-p",
            &patch,
        ];
        self.cluster.kubectl(&args).ok();
    }
}
