//! A panic becomes the message of an internal error: exit 2, and nothing on standard output.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};

use crate::diagnostic::Diagnostic;
use crate::names::shown;

/// Runs a function.
///
/// # Errors
/// When it panicked, here or in a thread that it waited for.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    let place = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&place);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if let Ok(mut noted) = noted.lock() {
            noted.get_or_insert_with(|| info.location().map(ToString::to_string));
        }
    }));
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    result.map_err(|payload| {
        let place = place.lock().ok().and_then(|mut place| place.take());
        diagnostic(&*payload, place.flatten().as_deref())
    })
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
        assert!(bug.notes.concat().contains("src/ending/bug.rs"), "{bug:?}");
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
        assert!(bug.is_err_and(|bug| bug.message == "internal error: lost"));
    }
}
