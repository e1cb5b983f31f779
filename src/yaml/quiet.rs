//! Panics of the parser, caught without a word on stderr.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// The parser panicked, and must not be used again.
pub(super) struct Panicked;

/// Makes the process's panic hook silent in what [`catch`] runs, and leaves it as it is everywhere else.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                usual(info);
            }
        }));
    });
}

/// Runs code of the parser.
pub(super) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    IS_QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    IS_QUIET.set(false);
    result.map_err(|_| Panicked)
}
