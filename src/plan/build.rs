//! Puts a plan together: recognise, compare with the baseline, set the goals, group by release and component.

use std::collections::HashMap;
use std::hash::Hash;
use std::ptr;

use super::autoscalers::Scaling;
use super::release_ids::ReleaseIds;
use super::removed::removed;
use super::target::Declared;
use super::{Before, Contested, Group, Member, Plan, Purpose, Release, ReleaseId};
use crate::baseline::{Baseline, Had, Index, Known};
use crate::diagnostic::Diagnostic;
use crate::host::Host;
use crate::manifest::{Manifest, Sync, Workload};
use crate::policy::{Component, Policy};

impl<'a> Plan<'a> {
    /// Recognises the workloads, finds what each had before and what it should have.
    ///
    /// # Errors
    /// When a workload could be more than one of the baseline's, or is to keep a count that the baseline does not show.
    /// `host` decides how the message says to mend it.
    pub(crate) fn new(
        manifest: &'a Manifest,
        policy: &'a Policy,
        baseline: &'a Baseline,
        purpose: Purpose,
        host: Host,
    ) -> Result<Self, Vec<Diagnostic>> {
        let sorted = Sorted::of(manifest, policy);
        let index = Index::of(baseline.workloads());
        let ids = ReleaseIds::of(manifest, policy);
        let mut scaling = Scaling::of(manifest, baseline.autoscalers());
        let mut members = compare(sorted.recognised, policy, baseline, &index, host)?;
        for member in &mut members {
            member.autoscalers = scaling.take(member.workload).into();
            member.release = ids.of_member(member.workload, member.component);
        }
        let releases = releases(members);
        Ok(Self {
            manifest,
            policy,
            baseline,
            purpose,
            gone: removed(manifest, policy, baseline, &index, (&releases, &ids)),
            releases,
            unrecognised: sorted.unrecognised,
            contested: sorted.contested,
            orphans: scaling.orphans,
        })
    }
}

/// The workloads of a stream by how many components claim them. Hooks are left out: Helm does not keep them in a release.
#[derive(Default)]
struct Sorted<'a> {
    unrecognised: Vec<&'a Workload>,
    recognised: Vec<(&'a Workload, &'a Component)>,
    contested: Vec<Contested<'a>>,
}

impl<'a> Sorted<'a> {
    fn of(manifest: &'a Manifest, policy: &'a Policy) -> Self {
        let mut sorted = Self::default();
        for workload in manifest.workloads.iter().filter(|it| !it.is_hook) {
            let components = policy.claimants(&workload.object, &workload.match_labels);
            let components: Vec<_> = components.collect();
            match components.as_slice() {
                [] => sorted.unrecognised.push(workload),
                [component] => sorted.recognised.push((workload, component)),
                _ => sorted.contested.push(Contested {
                    workload,
                    components,
                }),
            }
        }
        sorted
    }
}

/// The recognised workloads with what each had before.
fn compare<'a>(
    recognised: Vec<(&'a Workload, &'a Component)>,
    policy: &'a Policy,
    baseline: &Baseline,
    index: &Index<'a>,
    host: Host,
) -> Result<Vec<Member<'a>>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let members = recognised.into_iter().map(|(workload, component)| {
        let known = index.find(workload).unwrap_or_else(|several| {
            problems.push(several.diagnostic(workload, host));
            None
        });
        let declared = Declared::of(workload, component, policy);
        let unkept = declared
            .as_ref()
            .and_then(|it| it.unkept(component, baseline, known, host));
        problems.extend(unkept.filter(|problem| !problems.contains(problem)));
        let before = before(workload, baseline, known);
        member(workload, component, declared, before, known, host)
    });
    let members: Vec<Member<'a>> = members.collect();
    problems.extend(shared_by_namespaces(&members, host));
    if problems.is_empty() {
        Ok(members)
    } else {
        Err(problems)
    }
}

/// A workload with what it had before and is meant to have.
fn member<'a>(
    workload: &'a Workload,
    component: &'a Component,
    declared: Option<Declared<'a>>,
    before: Before,
    known: Option<&'a Known>,
    host: Host,
) -> Member<'a> {
    let target = declared.and_then(|declared| declared.resolved(before));
    let mut member = Member {
        workload,
        component,
        release: ReleaseId::default(),
        target,
        before,
        known,
        goal: target.map(|target| target.replicas),
        this_release: None,
        path: None,
        // Helm does not know Argo CD's annotation.
        sync: if host.is_helm() {
            Sync::Patches
        } else {
            workload.sync()
        },
        autoscalers: Box::default(),
    };
    member.goal = member.goal.or_else(|| member.rendered());
    member.this_release = member.goal;
    member
}

/// What a workload had before.
fn before(workload: &Workload, baseline: &Baseline, known: Option<&Known>) -> Before {
    match (baseline, known) {
        (Baseline::Rendered, _) => own_count(workload),
        (Baseline::Snapshot(_), None) => Before::New,
        (Baseline::Snapshot(_), Some(known)) => known.had.into(),
    }
}

/// What the stream itself holds, when that can be relied on.
fn own_count(workload: &Workload) -> Before {
    let replicas = &workload.replicas;
    let certain = replicas.doubt.is_none();
    replicas
        .count
        .effective()
        .filter(|_| certain)
        .map_or(Before::Unknown, Before::Known)
}

impl From<Had> for Before {
    fn from(had: Had) -> Self {
        match had {
            Had::Replicas(count) => Self::Known(count),
            Had::Absent | Had::Null => Self::Unset,
            Had::Unreadable => Self::Unknown,
        }
    }
}

/// Workloads of the baseline that name no namespace, and that several of the stream's could be.
fn shared_by_namespaces(members: &[Member<'_>], host: Host) -> Vec<Diagnostic> {
    let mut first: HashMap<*const Known, &Workload> = HashMap::new();
    let mut shared = Vec::new();
    for member in members {
        let (Some(known), workload) = (member.known, member.workload) else {
            continue;
        };
        let other = *first.entry(ptr::from_ref(known)).or_insert(workload);
        if other.object.namespace != workload.object.namespace {
            shared.push(known.shared_by(other, workload, host));
        }
    }
    shared
}

/// The members as a tree: releases and their components in the order of the stream, within a component by name.
fn releases(mut members: Vec<Member<'_>>) -> Vec<Release<'_>> {
    let (mut ids, mut components) = (Ordinals::default(), Ordinals::default());
    for member in &members {
        ids.add(member.release);
        components.add((member.release, &*member.component.name));
    }
    members.sort_by_cached_key(|member| {
        let component = (member.release, &*member.component.name);
        let place = (ids.of(&member.release), components.of(&component));
        (place, &*member.workload.object.name)
    });
    grouped(members)
}

/// Sorted members as a tree. Each group has the room that it needs: there may be very many members, and a list that grows is in
/// memory twice.
fn grouped(members: Vec<Member<'_>>) -> Vec<Release<'_>> {
    let are_of_one_group = |one: &Member<'_>, other: &Member<'_>| {
        one.release == other.release && one.component.name == other.component.name
    };
    let groups = members.chunk_by(are_of_one_group);
    let sizes: Vec<usize> = groups.map(<[_]>::len).collect();
    let mut members = members.into_iter();
    let mut releases: Vec<Release<'_>> = Vec::new();
    for size in sizes {
        let members: Vec<_> = members.by_ref().take(size).collect();
        let Some(&Member {
            release: id,
            component,
            ..
        }) = members.first()
        else {
            continue;
        };
        let group = Group {
            component,
            members,
            waits: false,
        };
        match releases.last_mut() {
            Some(release) if release.id == id => release.groups.push(group),
            _ => releases.push(Release {
                id,
                groups: vec![group],
            }),
        }
    }
    releases
}

/// Numbers things in the order in which they first come.
struct Ordinals<T>(HashMap<T, usize>);

impl<T> Default for Ordinals<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Eq + Hash> Ordinals<T> {
    fn add(&mut self, thing: T) {
        let next = self.0.len();
        self.0.entry(thing).or_insert(next);
    }

    fn of(&self, thing: &T) -> Option<usize> {
        self.0.get(thing).copied()
    }
}
