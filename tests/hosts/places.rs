//! Where real Helm goes to for a command line, and where trimtab goes to under it: to the same server, in the same
//! namespace, as the same user.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::UnderHelm;
use crate::api::{self, Api};
use crate::helm::Helm;
use crate::lines::{FLAGS, Line, ODD, VARIABLES};
use crate::support;

pub(crate) const TESTS: &[UnderHelm] = tests![
    flags_lead_trimtab_where_they_lead_helm,
    odd_words_lead_trimtab_where_they_lead_helm,
    variables_lead_trimtab_where_they_lead_helm,
    the_cluster_is_asked_where_helm_changes_it,
    what_is_not_understood_is_no_guess,
    what_is_said_twice_has_to_agree,
    what_agrees_is_taken,
];

/// Three servers, two kubeconfigs, and a folder with some files of values.
struct World {
    folder: TempDir,
    servers: [Api; 3],
}

/// Helm 3 runs any program; Helm 4 only plugins.
pub(crate) const OF_HELM_3: &[UnderHelm] = tests![a_script_in_between_leads_nowhere_else];

/// A server, a namespace and an identity.
type Place = (usize, String, Vec<String>);

impl World {
    fn new() -> Self {
        let world = Self {
            folder: TempDir::new().expect("a temporary folder"),
            servers: std::array::from_fn(|_| Api::new()),
        };
        let [a, b, c] = world.servers.each_ref().map(|server| &*server.url);
        for (file, current, servers) in [
            ("main/config", "a", [("a", a), ("b", b), ("bare", c)]),
            ("other/config", "b", [("a", b), ("b", c), ("bare", a)]),
            // What Helm reads where nothing says anything.
            ("home/.kube/config", "b", [("a", c), ("b", a), ("bare", b)]),
        ] {
            support::write(&world.path(file), &kubeconfig(current, &servers));
        }
        for file in ["values.yaml", "env.yaml", "common.yaml", "n"] {
            fs::write(world.path(file), "{}\n").expect("a file");
        }
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A text with its placeholders, which are in capitals, replaced.
    fn filled(&self, text: &str) -> String {
        let chart = support::root().join("testdata/charts/vectors");
        let paths = [
            ("CHART", chart),
            ("MAIN", self.path("main/config")),
            ("OTHER", self.path("other/config")),
            ("AUTHORITY", api::authority()),
            ("HOUSE", self.path("home")),
        ];
        let text = text.replace("SERVER", &self.servers[2].url);
        paths.iter().fold(text, |text, (name, path)| {
            text.replace(name, path.to_str().expect("a plain path"))
        })
    }

    /// A line with trimtab as the post-renderer.
    fn command(&self, helm: &Helm, (line, variables): &Line) -> Command {
        let mut command = helm.command();
        let variables = variables.iter();
        command
            .current_dir(&self.folder)
            .args(["--post-renderer", "trimtab"])
            .args(line.split(' ').map(|word| self.filled(word)))
            .env("KUBECONFIG", self.path("main/config"))
            .envs(variables.map(|(name, value)| (name, self.filled(value))));
        command
    }

    /// Where Helm and trimtab went to since the last time.
    fn places(&self) -> [BTreeSet<Place>; 2] {
        let [mut helms, mut own] = [BTreeSet::new(), BTreeSet::new()];
        for (number, server) in self.servers.iter().enumerate() {
            for asked in server.take() {
                let places = match &*asked.agent {
                    "Helm" => &mut helms,
                    "trimtab" => &mut own,
                    _ => panic!("{asked:?}"),
                };
                places.insert((number, asked.namespace, asked.identity));
            }
        }
        [helms, own]
    }

    /// Runs a line; says what is wrong unless both go to the same place.
    fn check(&self, helm: &Helm, line: &Line) -> Option<String> {
        let outcome = support::run(&mut self.command(helm, line));
        let [helms, own] = self.places();
        (own != helms || own.len() != 1).then(|| {
            let said = outcome.stderr;
            format!("{line:?}: Helm {helms:?}, trimtab {own:?}: {said}")
        })
    }

    fn check_all(helm: &Helm, lines: &[Line]) {
        let world = Self::new();
        let wrong: Vec<String> = lines
            .iter()
            .filter_map(|line| world.check(helm, line))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// A kubeconfig with a context, a user and a namespace for each server; `bare` is not trusted and has no namespace.
fn kubeconfig(current: &str, servers: &[(&str, &str)]) -> String {
    let each = |entry: fn(&str, &str) -> Value| {
        let entries = servers.iter().map(|(name, url)| entry(name, url));
        entries.collect::<Vec<_>>()
    };
    let contexts = each(|name, _| {
        let namespace = if name == "bare" { "" } else { name };
        json!({"name": name, "context": {"cluster": name, "user": name, "namespace": namespace}})
    });
    let clusters = each(|name, url| match name {
        "bare" => json!({"name": name, "cluster": {"server": url}}),
        _ => {
            json!({"name": name, "cluster": {"server": url, "certificate-authority": api::authority()}})
        }
    });
    let users = each(|name, _| json!({"name": name, "user": {"token": format!("of-{name}")}}));
    let all = json!({
        "current-context": current, "contexts": contexts, "clusters": clusters, "users": users,
    });
    all.to_string()
}

fn flags_lead_trimtab_where_they_lead_helm(helm: &Helm) {
    World::check_all(helm, FLAGS);
}

fn odd_words_lead_trimtab_where_they_lead_helm(helm: &Helm) {
    World::check_all(helm, ODD);
}

fn variables_lead_trimtab_where_they_lead_helm(helm: &Helm) {
    World::check_all(helm, VARIABLES);
}

/// Command lines under `auto`, and whether trimtab asks the cluster.
fn the_cluster_is_asked_where_helm_changes_it(helm: &Helm) {
    let world = World::new();
    for (line, is_asked) in [
        ("install new CHART", true),
        ("upgrade old CHART", true),
        ("upgrade -i new CHART", true),
        ("upgrade old CHART --dry-run=server", true),
        ("install new CHART --dry-run=none", true),
        ("upgrade old CHART --dry-run=false", true),
        ("upgrade old CHART --dry-run --dry-run=server", true),
        ("upgrade old CHART --description --dry-run", true),
        ("upgrade old CHART --dry-run", false),
        ("upgrade old CHART --dry-run=client", false),
        ("install new CHART --dry-run=true", false),
        (
            "upgrade -i new CHART --dry-run=server --dry-run=client",
            false,
        ),
        ("template new CHART", false),
        ("template CHART", false),
        ("template new CHART --dry-run=server", false),
        ("template new CHART --validate", false),
    ] {
        let report = world.path("report.json");
        _ = fs::remove_file(&report);
        let mut command = world.command(helm, &(line, &[]));
        let outcome = support::run(command.env("TRIMTAB_REPORT", &report));
        let [_, own] = world.places();
        assert_eq!(!own.is_empty(), is_asked, "{line}: {}", outcome.stderr);
        let report = fs::read_to_string(report).expect("a report");
        let source = if is_asked { "cluster" } else { "rendered" };
        let source = format!("\"source\": \"{source}\"");
        assert!(report.contains(&source), "{line}: {report}");
    }
}

fn a_script_in_between_leads_nowhere_else(helm: &Helm) {
    let world = World::new();
    let script = world.path("wrap.sh");
    let line = "#!/bin/sh\ncd /\nKUBECONFIG=other HELM_NAMESPACE=other HOME=/ trimtab \"$@\"\n";
    fs::write(&script, line).expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a program");
    for (line, variables) in [
        (
            "upgrade old CHART",
            &[("KUBECONFIG", "none:other/config")][..],
        ),
        ("upgrade old CHART --kubeconfig other/config", &[]),
        (
            "upgrade old CHART --kube-context b -n x",
            &[("HELM_NAMESPACE", "y")],
        ),
    ] {
        let mut command = world.command(helm, &(line, variables));
        let outcome = support::run(command.args(["--post-renderer", "./wrap.sh"]));
        let [helms, own] = world.places();
        assert_eq!(own, helms, "{line}: {}", outcome.stderr);
        assert_eq!(own.len(), 1, "{line}: {}", outcome.stderr);
    }
}

/// pflag passes over a flag of Go's tests, and another one can be passed over by mistake.
fn what_is_not_understood_is_no_guess(helm: &Helm) {
    let world = World::new();
    let line = "upgrade old CHART --description --vmodule=x --description -nx";
    let outcome = support::run(&mut world.command(helm, &(line, &[])));
    let [_, own] = world.places();
    assert!(own.is_empty(), "{own:?}");
    for part in [
        "it cannot be told whether the baseline is `cluster` or `rendered`",
        "a value looks like a flag",
        "TRIMTAB_BASELINE=cluster, TRIMTAB_CONTEXT and TRIMTAB_NAMESPACE",
        "TRIMTAB_BASELINE=rendered",
    ] {
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
    let told = [
        ("TRIMTAB_BASELINE", "cluster"),
        ("TRIMTAB_CONTEXT", "b"),
        ("TRIMTAB_NAMESPACE", "y"),
    ];
    let outcome = support::run(world.command(helm, &(line, &[])).envs(told));
    let [_, own] = world.places();
    let place = (1, "y".to_owned(), vec!["Bearer of-b".to_owned()]);
    assert_eq!(own, BTreeSet::from([place]), "{}", outcome.stderr);
}

fn what_is_said_twice_has_to_agree(helm: &Helm) {
    let world = World::new();
    for (line, variables, said) in [
        (
            "upgrade old CHART --kube-context b --post-renderer-args --context=a",
            &[][..],
            "--context is `a`, but Helm's --kube-context is `b`",
        ),
        (
            "upgrade old CHART --post-renderer-args --context=b",
            &[],
            "--context leads to https://",
        ),
        (
            "upgrade old CHART",
            &[("TRIMTAB_CONTEXT", "b")],
            "TRIMTAB_CONTEXT leads to https://",
        ),
        (
            "upgrade old CHART -n x --post-renderer-args -ny",
            &[],
            "--namespace is `y`, but Helm's --namespace is `x`",
        ),
        (
            "upgrade old CHART",
            &[("TRIMTAB_NAMESPACE", "y")],
            "TRIMTAB_NAMESPACE leads to namespace `y`, but Helm goes to namespace `a`",
        ),
        (
            "template new CHART -n x",
            &[("TRIMTAB_NAMESPACE", "y")],
            "TRIMTAB_NAMESPACE is `y`, but Helm's --namespace is `x`",
        ),
    ] {
        let outcome = support::run(&mut world.command(helm, &(line, variables)));
        let [_, own] = world.places();
        assert_eq!((outcome.code, own), (Some(1), BTreeSet::new()), "{line}");
        assert!(outcome.stderr.contains(said), "{line}: {}", outcome.stderr);
    }
}

/// Also where Helm takes an argument of trimtab's for one of its own.
fn what_agrees_is_taken(helm: &Helm) {
    World::check_all(
        helm,
        &[
            ("upgrade old CHART --post-renderer-args --context=a", &[]),
            (
                "upgrade old CHART",
                &[("TRIMTAB_CONTEXT", "a"), ("TRIMTAB_NAMESPACE", "a")],
            ),
            ("upgrade old CHART -n x", &[("TRIMTAB_NAMESPACE", "x")]),
            ("upgrade old CHART --post-renderer-args -nx", &[]),
            (
                "upgrade old CHART --post-renderer-args --kubeconfig=OTHER",
                &[],
            ),
            (
                "upgrade old CHART --kubeconfig OTHER --post-renderer-args --kubeconfig=OTHER",
                &[],
            ),
        ],
    );
}
