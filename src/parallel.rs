//! Processes a long list in parallel, with the results in the order of the list.

use std::panic;
use std::thread::{self, ScopedJoinHandle};

const MOST_THREADS: usize = 8;

/// Splits a list into one part per processor and processes them in parallel; the last part on this thread.
pub(crate) fn stretches<T: Sync, R: Send>(list: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let size = list.len().div_ceil(threads.min(MOST_THREADS)).max(1);
    let mut stretches = list.chunks(size);
    let own = stretches.next_back().unwrap_or_default();
    thread::scope(|scope| {
        let started: Vec<_> = stretches
            .map(|stretch| scope.spawn(|| work(stretch)))
            .collect();
        let own = work(own);
        let results = started.into_iter().map(ScopedJoinHandle::join);
        results
            .map(|result| result.unwrap_or_else(|panic| panic::resume_unwind(panic)))
            .chain([own])
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::stretches;

    #[test]
    fn results_come_in_the_order_of_the_list() {
        for length in [0, 1, 2, 3, 17, 1000] {
            let list: Vec<usize> = (0..length).collect();
            assert_eq!(stretches(&list, <[_]>::to_vec).concat(), list);
        }
    }
}
