//! What becomes of a running count when a release is applied.
//!
//! Each row of the test was seen on a real API server with real Helm, or read in the source of Helm and Kubernetes.

use super::Member;
use crate::baseline::live::{Applied, Last, Live, Method, Owner};
use crate::baseline::{Had, Known};
use crate::manifest::Sync;

/// What a release says of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    Count(u32),
    Null,
    Absent,
}

/// What becomes of a running count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate<'a> {
    /// It becomes what the release says.
    AsSent(u32),
    /// It stays as it is.
    Stays,
    /// Kubernetes sets it to its default, which is 1.
    One,
    /// It stays or becomes 1: how the release is applied, or what the last one had, is unknown.
    Undecided,
    /// The server refuses to take it from this manager.
    Conflict(&'a Owner),
}

impl<'a> Fate<'a> {
    /// The fate of a count of which `runs` replicas run, and that these managers own.
    ///
    /// If the method is unknown, the worse of both.
    pub(crate) fn of(sent: Sent, runs: u32, applied: &Applied, owners: &'a [Owner]) -> Self {
        let server_side = |takes_over| server_side(sent, runs, applied, owners, takes_over);
        match applied.method {
            Method::ClientSide => client_side(sent, applied.last),
            Method::ServerSide { takes_over } => server_side(takes_over),
            Method::Replaced => replaced(sent),
            Method::Unknown { takes_over } => {
                worse(client_side(sent, applied.last), server_side(takes_over))
            }
        }
    }
}

impl<'a> Member<'a> {
    /// What becomes of its count if the release says this of it; none where it was not there before.
    pub(crate) fn fate(&self, sent: Sent) -> Option<Fate<'a>> {
        let known = self.known?;
        if self.sync != Sync::Patches {
            return Some(replaced(sent));
        }
        Some(match &known.live {
            None => Fate::of(sent, 0, &by_manifest(known), &[]),
            Some(Live::Listed) => Fate::of(sent, self.runs(), &Applied::default(), &[]),
            Some(Live::Seen(seen)) => match &seen.applied {
                Some(applied) => Fate::of(sent, self.runs(), applied, &seen.owners),
                // It was not asked for: it makes no difference.
                None => Fate::of(sent, self.runs(), &Applied::default(), &[]),
            },
        })
    }

    /// The replicas that are running, where the baseline shows them.
    fn runs(&self) -> u32 {
        self.before.known().unwrap_or_default()
    }
}

/// A manifest is what Helm patches from.
fn by_manifest(known: &Known) -> Applied {
    Applied {
        method: Method::ClientSide,
        last: match known.had {
            Had::Replicas(_) => Last::Set,
            Had::Absent => Last::Absent,
            Had::Null => Last::Null,
            Had::Unreadable => Last::Unknown,
        },
        ..Applied::default()
    }
}

/// Helm compares the last manifest with the new one, and sends a null for a key that is gone.
fn client_side<'a>(sent: Sent, last: Last) -> Fate<'a> {
    match (sent, last) {
        (Sent::Count(count), _) => Fate::AsSent(count),
        (Sent::Null, _) | (Sent::Absent, Last::Set | Last::Null | Last::NoObject) => Fate::One,
        (Sent::Absent, Last::Absent) => Fate::Stays,
        (Sent::Absent, Last::Unknown) => Fate::Undecided,
    }
}

/// The server removes a field that its only owner leaves out, and keeps one that anybody else owns, or nobody.
fn server_side<'a>(
    sent: Sent,
    runs: u32,
    applied: &Applied,
    owners: &'a [Owner],
    takes_over: bool,
) -> Fate<'a> {
    let is_own = |owner: &&Owner| applied.applier.owns_as(owner);
    let other = owners.iter().find(|owner| !is_own(owner));
    match (sent, other) {
        (Sent::Count(count), Some(other)) if count != runs && !takes_over => Fate::Conflict(other),
        (Sent::Count(count), _) => Fate::AsSent(count),
        (Sent::Null, _) => Fate::One,
        (Sent::Absent, None) if !owners.is_empty() => Fate::One,
        (Sent::Absent, _) => Fate::Stays,
    }
}

fn replaced<'a>(sent: Sent) -> Fate<'a> {
    match sent {
        Sent::Count(count) => Fate::AsSent(count),
        Sent::Null | Sent::Absent => Fate::One,
    }
}

fn worse<'a>(one: Fate<'a>, other: Fate<'a>) -> Fate<'a> {
    match (one, other) {
        (conflict @ Fate::Conflict(_), _) | (_, conflict @ Fate::Conflict(_)) => conflict,
        (one, other) if one == other => one,
        _ => Fate::Undecided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::live::{Applier, Operation};

    const SERVER: Method = Method::ServerSide { takes_over: false };
    const FORCED: Method = Method::ServerSide { takes_over: true };

    fn owner(manager: &str, operation: Operation, subresource: Option<&str>) -> Owner {
        Owner {
            manager: manager.to_owned(),
            operation,
            subresource: subresource.map(str::to_owned),
            time: None,
        }
    }

    fn helm() -> Owner {
        owner("helm", Operation::Apply, None)
    }

    fn helm_3() -> Owner {
        owner("helm", Operation::Update, None)
    }

    fn scale() -> Owner {
        owner("kubectl", Operation::Update, Some("scale"))
    }

    fn applied(method: Method, last: Last) -> Applied {
        let applier = Applier {
            manager: "helm".to_owned(),
            former: None,
        };
        Applied {
            method,
            applier,
            last,
            unknown_since: None,
        }
    }

    /// Three replicas are in the last manifest, four run.
    fn fate(sent: Sent, method: Method, last: Last, owners: &[Owner]) -> Fate<'_> {
        Fate::of(sent, 4, &applied(method, last), owners)
    }

    #[test]
    fn client_side_the_last_manifest_decides() {
        let client = Method::ClientSide;
        let owners = [scale()];
        for (sent, last, expected) in [
            (Sent::Absent, Last::Set, Fate::One),
            (Sent::Absent, Last::Absent, Fate::Stays),
            (Sent::Null, Last::Absent, Fate::One),
            (Sent::Null, Last::Null, Fate::One),
            (Sent::Null, Last::Set, Fate::One),
            (Sent::Absent, Last::Null, Fate::One),
            (Sent::Absent, Last::NoObject, Fate::One),
            (Sent::Absent, Last::Unknown, Fate::Undecided),
            (Sent::Null, Last::Unknown, Fate::One),
            (Sent::Count(3), Last::Set, Fate::AsSent(3)),
            (Sent::Count(3), Last::Unknown, Fate::AsSent(3)),
        ] {
            for owners in [&owners[..], &[]] {
                let found = fate(sent, client, last, owners);
                assert_eq!(found, expected, "{sent:?} after {last:?}");
            }
        }
    }

    #[test]
    fn server_side_the_owners_decide() {
        let (alone, shared) = ([helm()], [helm(), scale()]);
        let (other, by_update) = ([scale()], [helm_3()]);
        for (sent, owners, expected) in [
            (Sent::Absent, &alone[..], Fate::One),
            (Sent::Absent, &shared, Fate::Stays),
            (Sent::Absent, &other, Fate::Stays),
            (Sent::Absent, &[], Fate::Stays),
            (Sent::Absent, &by_update, Fate::Stays),
            (Sent::Null, &alone, Fate::One),
            (Sent::Null, &other, Fate::One),
            (Sent::Null, &[], Fate::One),
            (Sent::Count(3), &alone, Fate::AsSent(3)),
            (Sent::Count(3), &[], Fate::AsSent(3)),
            (Sent::Count(3), &other, Fate::Conflict(&other[0])),
            (Sent::Count(3), &shared, Fate::Conflict(&shared[1])),
            (Sent::Count(3), &by_update, Fate::Conflict(&by_update[0])),
            (Sent::Count(4), &other, Fate::AsSent(4)),
        ] {
            for last in [Last::Set, Last::Absent, Last::Unknown] {
                let found = fate(sent, SERVER, last, owners);
                assert_eq!(found, expected, "{sent:?} owned by {owners:?}");
            }
        }
        let forced = fate(Sent::Count(3), FORCED, Last::Set, &other);
        assert_eq!(forced, Fate::AsSent(3));
        assert_eq!(fate(Sent::Absent, FORCED, Last::Set, &other), Fate::Stays);
    }

    #[test]
    fn helm_takes_over_what_it_owned_client_side() {
        let mut applied = applied(SERVER, Last::Set);
        applied.applier.former = Some("helm".to_owned());
        let (former, shared) = ([helm_3()], [helm_3(), scale()]);
        let fate = |sent, owners| Fate::of(sent, 4, &applied, owners);
        assert_eq!(fate(Sent::Count(3), &former), Fate::AsSent(3));
        assert_eq!(fate(Sent::Absent, &former), Fate::One);
        assert_eq!(fate(Sent::Absent, &shared), Fate::Stays);
        assert_eq!(fate(Sent::Count(3), &shared), Fate::Conflict(&shared[1]));
    }

    #[test]
    fn an_object_that_is_replaced_keeps_nothing() {
        for (sent, expected) in [
            (Sent::Count(3), Fate::AsSent(3)),
            (Sent::Absent, Fate::One),
            (Sent::Null, Fate::One),
        ] {
            let found = fate(sent, Method::Replaced, Last::Absent, &[]);
            assert_eq!(found, expected, "{sent:?}");
        }
    }

    #[test]
    fn what_is_safe_whatever_the_method_is_safe() {
        let (alone, other) = ([helm()], [scale()]);
        for (sent, last, owners, expected) in [
            (Sent::Absent, Last::Absent, &other[..], Fate::Stays),
            (Sent::Absent, Last::Absent, &alone, Fate::Undecided),
            (Sent::Absent, Last::Set, &alone, Fate::One),
            (Sent::Absent, Last::Set, &other, Fate::Undecided),
            (Sent::Absent, Last::Unknown, &alone, Fate::Undecided),
            (Sent::Absent, Last::Unknown, &[], Fate::Undecided),
            (Sent::Null, Last::Absent, &other, Fate::One),
            (Sent::Count(3), Last::Set, &other, Fate::Conflict(&other[0])),
            (Sent::Count(4), Last::Set, &other, Fate::AsSent(4)),
            (Sent::Count(3), Last::Unknown, &alone, Fate::AsSent(3)),
        ] {
            let found = fate(sent, Method::UNKNOWN, last, owners);
            assert_eq!(
                found, expected,
                "{sent:?} after {last:?}, owned by {owners:?}"
            );
        }
    }
}
