//! What a generated stream is made of, and the strategies that generate it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// The workers that are generated, with the label that the built-in catalogue asks for.
pub(crate) const WORKERS: [(&str, &str); 4] = [
    ("proxy", "proxy"),
    ("queryNode", "querynode"),
    ("dataNode", "datanode"),
    ("streamingNode", "streamingnode"),
];

/// One workload that the catalogue names.
#[derive(Debug, Clone)]
pub(crate) struct Workload {
    /// Index into [`WORKERS`]; past them it is a coordinator.
    pub(crate) component: usize,
    pub(crate) release: usize,
    pub(crate) group: Option<usize>,
    pub(crate) count: Count,
    pub(crate) style: Style,
    /// Decides between ways of writing the same thing.
    pub(crate) form: u8,
    /// Decides about the order of keys.
    pub(crate) turn: u8,
}

/// What is written as the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Set(u32),
    Null,
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Block,
    Flow,
    Json,
}

/// A piece of the stream; workloads by their index.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Workload(Workload),
    List {
        items: Vec<Workload>,
        is_typed: bool,
        kind_last: bool,
    },
    /// Index into the other documents.
    Other(usize),
}

#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) has_namespaces: bool,
    pub(crate) has_mark: bool,
    pub(crate) is_crlf: bool,
    pub(crate) starts_with_separator: bool,
    pub(crate) ends_with_break: bool,
    /// Decides about comments, blank lines and trailing blanks.
    pub(crate) noise: Vec<u8>,
}

impl Workload {
    pub(crate) fn is_worker(&self) -> bool {
        self.component < WORKERS.len()
    }

    /// The component's name and label.
    pub(crate) fn names(&self) -> (&'static str, &'static str) {
        WORKERS
            .get(self.component)
            .copied()
            .unwrap_or(("mixCoord", "mixcoord"))
    }

    /// The count that Kubernetes reads.
    pub(crate) fn effective(&self) -> u32 {
        match self.count {
            Count::Set(count) => count,
            Count::Null | Count::Absent => 1,
        }
    }

    pub(crate) fn namespace(&self, has_namespaces: bool) -> Option<String> {
        has_namespaces.then(|| format!("space{}", self.release % 2))
    }
}

impl Stream {
    /// All workloads, in the order of the stream.
    pub(crate) fn workloads(&self) -> Vec<&Workload> {
        let pieces = self.pieces.iter().flat_map(|piece| match piece {
            Piece::Workload(workload) => std::slice::from_ref(workload),
            Piece::List { items, .. } => items,
            Piece::Other(_) => &[],
        });
        pieces.collect()
    }
}

pub(crate) fn count() -> impl Strategy<Value = Count> {
    prop_oneof![
        6 => (0_u32..12).prop_map(Count::Set),
        1 => Just(Count::Null),
        1 => Just(Count::Absent),
    ]
}

pub(crate) fn workload() -> impl Strategy<Value = Workload> {
    let style =
        prop_oneof![4 => Just(Style::Block), 1 => Just(Style::Flow), 1 => Just(Style::Json)];
    let what = (0..=WORKERS.len(), 0..3_usize, option::of(0..2_usize));
    (what, count(), style, any::<u8>(), any::<u8>()).prop_map(
        |((component, release, group), count, style, form, turn)| {
            let is_coordinator = component == WORKERS.len();
            let count = if let (true, Count::Set(_)) = (is_coordinator, count) {
                Count::Set(1)
            } else {
                count
            };
            Workload {
                component,
                release,
                group,
                count,
                style,
                form,
                turn,
            }
        },
    )
}

fn piece() -> impl Strategy<Value = Piece> {
    let list = (vec(workload(), 0..4), any::<bool>(), any::<bool>());
    prop_oneof![
        5 => workload().prop_map(Piece::Workload),
        1 => list.prop_map(|(items, is_typed, kind_last)| Piece::List { items, is_typed, kind_last }),
        3 => (0..super::others::OTHERS.len()).prop_map(Piece::Other),
    ]
}

/// A stream with at least one worker in it.
pub(crate) fn stream() -> impl Strategy<Value = Stream> {
    let flags = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let worker = workload().prop_filter("a worker", Workload::is_worker);
    (vec(piece(), 0..7), worker, flags, vec(any::<u8>(), 0..40)).prop_map(
        |(mut pieces, worker, flags, noise)| {
            let middle = pieces.len() / 2;
            pieces.insert(middle, Piece::Workload(worker));
            Stream {
                pieces,
                has_namespaces: flags.0,
                has_mark: flags.1,
                is_crlf: flags.2,
                starts_with_separator: flags.3,
                ends_with_break: flags.4,
                noise,
            }
        },
    )
}
