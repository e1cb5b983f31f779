//! How a release's objects are applied, and what it last said of a count: on that depends what becomes of one that it leaves out.

use super::owners::Owner;

/// How an object is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) method: Method,
    pub(crate) applier: Applier,
    /// What the last manifest had in `spec.replicas`.
    pub(crate) last: Last,
    /// Why the method or the last manifest is unknown.
    pub(crate) unknown_since: Option<&'static str>,
}

/// The ways to apply an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// A patch from the last manifest, the new one and the live object: Helm 3, `kubectl apply`.
    ClientSide,
    /// The server merges the new manifest by the owners of each field: Helm 4, `kubectl apply --server-side`.
    ServerSide {
        /// Fields of other managers are taken over (`--force-conflicts`).
        takes_over: bool,
    },
    /// The new manifest takes the place of the object: `helm upgrade --force`.
    Replaced,
    /// One of the first two.
    Unknown {
        /// Fields of other managers are taken over, if the server merges.
        takes_over: bool,
    },
}

impl Method {
    pub(crate) const UNKNOWN: Self = Self::Unknown { takes_over: false };
}

impl Default for Method {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

/// Who applies an object server-side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Applier {
    /// Its name among the managers: `helm`, `kubectl`.
    pub(crate) manager: String,
    /// The name of its client-side updates that it takes over first: fields that were set under it become its own.
    pub(crate) former: Option<String>,
}

/// What the last manifest had in `spec.replicas`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Last {
    /// A value.
    Set,
    /// The key without a value.
    Null,
    /// No such key.
    Absent,
    /// It did not hold the object, which existed already: Helm then compares with the running object, and its count.
    NoObject,
    #[default]
    Unknown,
}

impl Applier {
    /// Whether a field of this owner is the applier's own.
    pub(crate) fn owns_as(&self, owner: &Owner) -> bool {
        let former = self.former.as_deref();
        owner.applies_as(&self.manager) || former.is_some_and(|former| owner.updates_as(former))
    }
}
