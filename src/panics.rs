//! Panics, caught: of a parser, without a word; of trimtab itself, as a message that says where.
//!
//! The hook of the process is replaced once, so that catches in several threads do not disturb each other.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

use crate::diagnostic::Diagnostic;
use crate::names::shown;

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
    /// The place of this thread's last panic.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The place of the last panic of any thread: a caller that waited for a thread has none of its own.
static LATEST: Mutex<Option<String>> = Mutex::new(None);

/// How many calls of [`caught`] are running.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A function panicked, and what it worked on must not be used again.
pub(crate) struct Panicked;

/// Runs a function.
///
/// # Errors
/// When it panicked, here or in a thread that it waited for.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    install();
    PLACE.take();
    RUNNING.fetch_add(1, Ordering::Relaxed);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    RUNNING.fetch_sub(1, Ordering::Relaxed);
    result.map_err(|payload| {
        let latest = || LATEST.lock().ok().and_then(|mut place| place.take());
        diagnostic(&*payload, PLACE.take().or_else(latest).as_deref())
    })
}

/// Runs a function that is known to panic on some inputs, and says nothing of it.
///
/// # Errors
/// When it panicked.
pub(crate) fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    install();
    IS_QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    IS_QUIET.set(false);
    result.map_err(|_| Panicked)
}

fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if IS_QUIET.get() {
                return;
            }
            if RUNNING.load(Ordering::Relaxed) == 0 {
                return usual(info);
            }
            let place = info.location().map(ToString::to_string);
            if let Ok(mut latest) = LATEST.lock() {
                latest.clone_from(&place);
            }
            PLACE.set(place);
        }));
    });
}

fn diagnostic(payload: &(dyn Any + Send), place: Option<&str>) -> Diagnostic {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    let message = format!("internal error: {}", shown(text.unwrap_or("a panic")));
    let diagnostic = Diagnostic::new(message);
    let diagnostic = match place {
        Some(place) => diagnostic.note(format!("at {place}")),
        None => diagnostic,
    };
    diagnostic.help("this is a bug in trimtab; please report it, with the input")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "it is what is tested")]

    use super::*;

    #[test]
    fn a_panic_is_a_message() {
        let bug = caught(|| -> u8 { panic!("the {} is gone\u{1b}", "slot") });
        let Err(bug) = bug else {
            panic!("it was not caught");
        };
        assert_eq!(bug.message, "internal error: the slot is gone\\u{1b}");
        assert!(bug.notes.concat().contains("src/panics.rs"), "{bug:?}");
        assert_eq!(caught(|| 7), Ok(7));
    }

    #[test]
    fn one_in_a_thread_too() {
        let bug = caught(|| {
            std::thread::scope(|scope| {
                let thread = scope.spawn(|| -> u8 { panic!("lost") });
                thread
                    .join()
                    .unwrap_or_else(|payload| panic::resume_unwind(payload))
            })
        });
        let Err(bug) = bug else {
            panic!("it was not caught");
        };
        assert_eq!(bug.message, "internal error: lost");
        assert!(bug.notes.concat().contains("src/"), "{bug:?}");
    }

    /// Catches at the same time, as tests of one process are, each have their own place.
    #[test]
    fn catches_do_not_disturb_each_other() {
        let all = std::thread::scope(|scope| {
            let catch = || {
                let bug = caught(|| -> u8 { panic!("mine") });
                bug.map_or_else(|bug| bug.notes.concat(), |_| String::new())
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(catch)).collect();
            let threads = threads.into_iter();
            threads
                .map(|it| it.join().unwrap_or_default())
                .collect::<Vec<_>>()
        });
        for notes in all {
            assert!(notes.contains("src/panics.rs"), "{notes}");
        }
    }

    #[test]
    fn a_quiet_panic_is_only_known() {
        assert!(quietly(|| -> u8 { panic!("of a parser") }).is_err());
        assert!(quietly(|| 7).is_ok_and(|it| it == 7));
    }
}
