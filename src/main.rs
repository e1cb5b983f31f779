//! The `trimtab` program: runs the library, and exits with its code.
//!
//! A standard stream that is closed at the start is `/dev/null` by the time `main` runs: Rust's runtime opens that, for
//! reading and writing, in the place of a missing one. So a closed standard input is an empty stream, which is refused, and
//! a closed standard output takes everything, with exit code 0. No one reads it, so no host can mistake it for an empty
//! stream. It is not refused, because it looks exactly like a `/dev/null` that a caller passes on purpose, to see only the
//! exit code: Python's `subprocess.DEVNULL`, Node's `stdio: 'ignore'` and `daemon(3)` open it for both as well.

use std::io;
use std::process::ExitCode;

use trimtab::Call;

fn main() -> ExitCode {
    let call = Call::of_this_process();
    let code = trimtab::deliver(&call, io::stdin(), io::stdout().lock(), io::stderr());
    ExitCode::from(code)
}
