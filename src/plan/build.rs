//! Puts a plan together: recognise, group, compare with the baseline, set the wanted counts.

use std::collections::{HashMap, HashSet};

use super::{Before, Contested, Group, Member, Plan, Purpose, Release, Removed, Scaled, Target};
use crate::baseline::{Baseline, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::manifest::{ByNamespace, Count, Manifest, Workload};
use crate::policy::Policy;

const INSTANCE: &str = "app.kubernetes.io/instance";

impl<'a> Plan<'a> {
    /// Recognises the workloads, finds what each had before and what it should have.
    ///
    /// # Errors
    /// When a workload could be more than one of the baseline's.
    pub(crate) fn new(
        manifest: &'a Manifest,
        policy: &'a Policy,
        baseline: &'a Baseline,
        purpose: Purpose,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut plan = Self {
            manifest,
            policy,
            baseline,
            purpose,
            releases: Vec::new(),
            release_groups: Vec::new(),
            members: Vec::new(),
            groups: Vec::new(),
            removed: Vec::new(),
            contested: Vec::new(),
            scaled: Vec::new(),
        };
        plan.recognise_all();
        plan.compare()?;
        plan.groups = plan.group();
        plan.release_groups = vec![Vec::new(); plan.releases.len()];
        for (index, group) in plan.groups.iter().enumerate() {
            if let Some(groups) = plan.release_groups.get_mut(group.release) {
                groups.push(index);
            }
        }
        plan.scaled = plan.autoscalers();
        Ok(plan)
    }

    /// Fills in the members, the contested workloads and the releases.
    fn recognise_all(&mut self) {
        let mut numbers = HashMap::new();
        for (index, workload) in self.manifest.workloads.iter().enumerate() {
            match recognise(workload, self.policy).as_slice() {
                [] => {}
                [component] => {
                    let release = self.release_number(workload, &mut numbers);
                    self.members.push(Member {
                        workload: index,
                        component: *component,
                        release,
                        target: target(workload, *component, self.policy),
                        before: Before::New,
                        earlier: None,
                        is_undecided: false,
                        wanted: None,
                        desired: None,
                        steps: Vec::new(),
                    });
                }
                several => self.contested.push(Contested {
                    workload: index,
                    components: several.to_vec(),
                }),
            }
        }
    }

    fn release_number(
        &mut self,
        workload: &Workload,
        numbers: &mut HashMap<Release, usize>,
    ) -> usize {
        let release = release_of(workload);
        *numbers.entry(release.clone()).or_insert_with(|| {
            self.releases.push(release);
            self.releases.len() - 1
        })
    }

    /// Fills in what each member had before and is meant to have.
    fn compare(&mut self) -> Result<(), Vec<Diagnostic>> {
        let mut members = std::mem::take(&mut self.members);
        let mut ambiguous = Vec::new();
        for member in &mut members {
            let workload = self.view(member).workload;
            match self.baseline {
                Baseline::Rendered => member.before = own_count(workload),
                Baseline::Snapshot(snapshot) => match snapshot.find(workload) {
                    Ok(earlier) => {
                        member.earlier = earlier;
                        member.before =
                            earlier.map_or(Before::New, |index| earlier_count(snapshot, index));
                    }
                    Err(several) => ambiguous.push(several.diagnostic(workload, snapshot)),
                },
            }
            member.is_undecided = self.is_undecided(member);
            member.wanted = match &member.target {
                Some(target) => Some(target.replicas),
                None => self.view(member).rendered(),
            };
            member.desired = member.wanted;
        }
        self.members = members;
        ambiguous.extend(self.shared_by_namespaces());
        if let Baseline::Snapshot(snapshot) = self.baseline {
            self.removed = self.find_removed(snapshot);
        }
        if ambiguous.is_empty() {
            Ok(())
        } else {
            Err(ambiguous)
        }
    }

    fn is_undecided(&self, member: &Member) -> bool {
        let Baseline::Snapshot(snapshot) = self.baseline else {
            return false;
        };
        let earlier = member
            .earlier
            .and_then(|index| snapshot.manifest.workloads.get(index));
        let is_live = earlier.is_some_and(|earlier| earlier.live);
        is_live
            && matches!(member.before, Before::Known(count) if count != 1)
            && self.view(member).workload.replicas.count.is_absent()
    }

    /// Workloads of the baseline that name no namespace, and that several of the stream's could be.
    fn shared_by_namespaces(&self) -> Vec<Diagnostic> {
        let Baseline::Snapshot(snapshot) = self.baseline else {
            return Vec::new();
        };
        let mut first: HashMap<usize, &Workload> = HashMap::new();
        let mut shared = Vec::new();
        for view in self.views() {
            let Some(earlier) = view.member.earlier else {
                continue;
            };
            let known = *first.entry(earlier).or_insert(view.workload);
            if known.object.namespace != view.workload.object.namespace {
                shared.extend(snapshot.shared(earlier, known, view.workload));
            }
        }
        shared
    }

    /// Workloads of the baseline, of releases that the stream holds, that no workload of the stream is.
    fn find_removed(&self, snapshot: &Snapshot) -> Vec<Removed> {
        let still_there: HashSet<usize> = self
            .manifest
            .workloads
            .iter()
            .filter_map(|it| snapshot.find(it).ok().flatten())
            .collect();
        let gone = snapshot
            .manifest
            .workloads
            .iter()
            .enumerate()
            .filter(|(index, _)| !still_there.contains(index));
        let releases = self.releases_by_instance();
        let removed = gone.filter_map(|(earlier, workload)| {
            let component = recognise(workload, self.policy).first().copied()?;
            let was = release_of(workload);
            let named = releases.get(&(was.folder.as_deref(), was.instance.as_deref()))?;
            let release = named.find(was.namespace.as_deref()).first().copied()?;
            Some(Removed {
                earlier,
                component,
                release,
            })
        });
        removed.collect()
    }

    /// The releases by folder and instance; without a folder those of all, for a baseline that has none.
    fn releases_by_instance(&self) -> HashMap<(Option<&str>, Option<&str>), ByNamespace> {
        let mut releases: HashMap<_, ByNamespace> = HashMap::new();
        for (index, release) in self.releases.iter().enumerate() {
            let instance = release.instance.as_deref();
            let namespace = release.namespace.as_deref();
            let mut add = |folder| {
                let named = releases.entry((folder, instance));
                named.or_default().add(namespace, index);
            };
            add(None);
            if let Some(folder) = release.folder.as_deref() {
                add(Some(folder));
            }
        }
        releases
    }

    /// The members by release and component, in the order of the stream; within a component by name.
    fn group(&self) -> Vec<Group> {
        let mut numbers: HashMap<(usize, usize), usize> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for (index, member) in self.members.iter().enumerate() {
            let number = *numbers
                .entry((member.release, member.component))
                .or_insert(groups.len());
            if number == groups.len() {
                groups.push(Group {
                    release: member.release,
                    component: member.component,
                    members: Vec::new(),
                    step: None,
                });
            }
            if let Some(group) = groups.get_mut(number) {
                group.members.push(index);
            }
        }
        let name = |index: &usize| {
            self.members
                .get(*index)
                .map(|member| &self.view(member).workload.object.name)
        };
        for group in &mut groups {
            group
                .members
                .sort_by(|one, other| name(one).cmp(&name(other)));
        }
        groups
    }
}

impl Plan<'_> {
    /// Finds what each autoscaler of the stream scales: the workload of that kind and name in its namespace and folder.
    fn autoscalers(&self) -> Vec<Scaled> {
        let mut by_name: HashMap<_, ByNamespace> = HashMap::new();
        for (index, workload) in self.manifest.workloads.iter().enumerate() {
            let object = &workload.object;
            let named = by_name.entry((&workload.folder, &*object.kind, &*object.name));
            named.or_default().add(object.namespace.as_deref(), index);
        }
        let members: HashMap<usize, usize> = self
            .members
            .iter()
            .enumerate()
            .map(|(index, it)| (it.workload, index))
            .collect();
        let scaled = self
            .manifest
            .autoscalers
            .iter()
            .enumerate()
            .map(|(index, autoscaler)| {
                let target = (
                    &autoscaler.folder,
                    &*autoscaler.target_kind,
                    &*autoscaler.target_name,
                );
                let namespace = autoscaler.object.namespace.as_deref();
                let workload = by_name
                    .get(&target)
                    .and_then(|named| named.find(namespace).first().copied());
                let member = workload.and_then(|at| members.get(&at).copied());
                Scaled {
                    autoscaler: index,
                    member,
                    present: workload.is_some(),
                }
            });
        scaled.collect()
    }
}

/// The components that claim a workload.
fn recognise(workload: &Workload, policy: &Policy) -> Vec<usize> {
    let object = &workload.object;
    let claims = policy
        .components
        .iter()
        .enumerate()
        .filter(|(_, component)| {
            component.workloads.iter().any(|selector| {
                selector.matches(&object.api_version, &object.kind, &workload.match_labels)
            })
        });
    claims.map(|(index, _)| index).collect()
}

fn release_of(workload: &Workload) -> Release {
    Release {
        folder: workload.folder.clone(),
        namespace: workload.object.namespace.clone(),
        instance: workload.match_labels.get(INSTANCE).cloned(),
    }
}

/// The declared count; of a target's overrides the first that matches wins.
fn target(workload: &Workload, component: usize, policy: &Policy) -> Option<Target> {
    let target = policy.target_of(component)?;
    let special = target
        .overrides
        .iter()
        .find(|it| it.matches(&workload.match_labels));
    let (replicas, place) = special.map_or((target.replicas, &target.place), |it| {
        (it.replicas, &it.place)
    });
    Some(Target {
        replicas,
        place: place.clone(),
    })
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

/// What a baseline's workload had: absent in a manifest is an unknown count, in a live listing it is 1.
fn earlier_count(snapshot: &Snapshot, index: usize) -> Before {
    let Some(workload) = snapshot.manifest.workloads.get(index) else {
        return Before::New;
    };
    match (&workload.replicas.count, &workload.replicas.doubt) {
        (Count::Set(count), None) => Before::Known(*count),
        (Count::Absent | Count::Null, None) if workload.live => Before::Known(1),
        (Count::Absent | Count::Null, None) => Before::Unset,
        _ => Before::Unknown,
    }
}
