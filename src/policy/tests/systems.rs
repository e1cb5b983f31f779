//! Several catalogues at once.

use super::*;

fn names(policy: &Policy) -> Vec<&str> {
    let names = policy.components.iter();
    names.map(|component| component.name.as_str()).collect()
}

#[test]
fn two_systems_never_claim_one_workload() {
    let policy = load(&PolicyOptions::default()).unwrap();
    let selectors = || {
        let components = policy.components.iter();
        components.flat_map(|it| it.workloads.iter().map(move |selector| (it, selector)))
    };
    for (one, a) in selectors() {
        for (other, b) in selectors().filter(|(other, _)| one.system != other.system) {
            let apart = a.match_labels.iter().any(|(key, value)| {
                let same = b.match_labels.iter().find(|(it, _)| it == key);
                same.is_some_and(|(_, it)| it.value != value.value)
            });
            let systems = (one.name.as_str(), other.name.as_str());
            // Druid has labels of its own: what has both is no chart's.
            let druid = one.system == Some("druid") || other.system == Some("druid");
            assert!(apart || druid, "{systems:?}");
        }
    }
}

#[test]
fn a_catalogue_counts_components_and_waits_as_all_others_do() {
    for name in built_in_names() {
        let policy = valid(&policy(&format!("extends: {name}")));
        assert_eq!(policy.max_components.value, Some(1), "{name}");
        assert!(policy.require_settled.value, "{name}");
        assert_eq!(
            limits(&policy, &policy.components[0].name),
            match name {
                "qdrant" => "0 - 1",
                _ => "1 - 1",
            }
        );
    }
}

#[test]
fn a_name_of_several_catalogues_has_the_catalogues_in_front() {
    let alone = valid(&policy(
        "extends: mimir\ntargets: {querier: 3, mimir.ruler: 2}",
    ));
    assert!(names(&alone).contains(&"querier") && !names(&alone).contains(&"mimir.querier"));
    assert_eq!(targets(&alone), ["querier=3", "ruler=2"]);
    let both = valid(&policy(
        "extends: [loki, mimir]\ntargets: {mimir.querier: 3, write: 4, loki.querier: 5}\n\
         components: {mimir.nginx: {scaleIn: {floor: 2}}, loki.gateway: {scaleIn: {floor: 3}}}\n\
         waivers: [{rule: worker-removed, component: loki.write, reason: x}]",
    ));
    assert_eq!(
        targets(&both),
        ["mimir.querier=3", "write=4", "loki.querier=5"]
    );
    assert_eq!(limits(&both, "nginx"), "- 50 2");
    assert_eq!(limits(&both, "loki.gateway"), "- 50 3");
    assert_eq!(limits(&both, "mimir.gateway"), "- 50 1");
    assert_eq!(told(both.waivers[0].component.as_ref()), Some("write"));
    let successor = component(&both, "nginx").replaced_by.as_ref().unwrap();
    assert_eq!(successor.value, "mimir.gateway");
}

#[test]
fn a_bare_name_of_several_is_refused_with_the_long_ones() {
    assert_eq!(
        refused(&policy(
            "extends: [loki, mimir]\ntargets: {querier: 3, write: 1}\ncomponents: {ruler: {replacedBy: gateway}}\n\
             waivers: [{rule: worker-removed, component: ingester, reason: x}]",
        )),
        [
            "p.yaml:5:13 'querier' `querier` is a component of several systems: loki, mimir | write `loki.querier` or `mimir.querier`",
            "p.yaml:6:16 'ruler' `ruler` is a component of several systems: loki, mimir | write `loki.ruler` or `mimir.ruler`",
            "p.yaml:7:47 'ingester' `ingester` is a component of several systems: loki, mimir | write `loki.ingester` or `mimir.ingester`",
        ]
    );
    let options = PolicyOptions {
        targets: &[
            Argument::new("--target", "worker=3"),
            Argument::new("--target", "trino.worker=4"),
        ],
        allow: &[Argument::new("--allow", "worker-removed=coordinator/a")],
        ..PolicyOptions::default()
    };
    assert_eq!(
        load(&options).unwrap_err(),
        [
            "--target:1:1 'worker' `worker` is a component of several systems: presto, trino | write `presto.worker` or `trino.worker`",
            "--allow:1:16 'coordinator' `coordinator` is a component of several systems: druid, presto, trino | write \
             `druid.coordinator`, `presto.coordinator` or `trino.coordinator`",
        ]
    );
}

#[test]
fn the_long_name_of_a_catalogue_that_is_not_extended_names_it() {
    assert_eq!(
        refused(&policy(
            "extends: loki\ntargets: {mimir.querier: 3, mimir.nothing: 1}"
        )),
        [
            "p.yaml:5:13 'mimir.querier' unknown component `mimir.querier` | add `extends: mimir` under `spec`, besides \
             what it extends",
            "p.yaml:5:31 'mimir.nothing' unknown component `mimir.nothing` | trimtab policy --show mimir prints its components",
        ]
    );
}

#[test]
fn both_names_at_once_are_one_too_many() {
    assert_eq!(
        refused(&policy(
            "extends: mimir\ntargets: {querier: 3, mimir.querier: 4}"
        )),
        [
            "p.yaml:5:25 'mimir.querier' p.yaml:5:13 'querier' `querier` is there twice, under both of its names"
        ]
    );
    let options = PolicyOptions {
        targets: &[
            Argument::new("--target", "write=3"),
            Argument::new("--target", "loki.write=4"),
        ],
        ..PolicyOptions::default()
    };
    assert_eq!(
        load(&options).unwrap_err(),
        ["--target:1:1 'loki.write=4' --target:1:1 'write=3' two targets for `write`"]
    );
}

#[test]
fn a_policy_means_the_catalogues_that_it_extends() {
    let folder = Folder::new(&[
        (
            "metrics.yaml",
            &policy("extends: mimir\ntargets: {querier: 3}"),
        ),
        ("logs.yaml", &policy("extends: loki\ntargets: {querier: 5}")),
        (
            "all.yaml",
            &policy("extends: [metrics.yaml, logs.yaml]\ntargets: {loki.querier: 6}"),
        ),
    ]);
    let all = folder.load("all.yaml").unwrap();
    assert_eq!(targets(&all), ["mimir.querier=3", "loki.querier=6"]);
}

#[test]
fn a_limit_is_shown_where_its_own_catalogue_has_it() {
    let mut sources = Sources::default();
    let policy = Policy::load(&mut sources, &PolicyOptions::default()).unwrap();
    for name in ["queryNode", "historical", "mimir.ingester", "trino.worker"] {
        let component = component(&policy, name);
        for place in [
            &component.scale_in.floor.place,
            &component.scale_in.max_replicas.place,
        ] {
            let source = sources.get(place.as_ref().unwrap().source);
            let system = component.system.unwrap();
            assert_eq!(source.name(), format!("<built-in {system}>"), "{name}");
        }
    }
}
