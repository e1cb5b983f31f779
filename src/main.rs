//! The `trimtab` program: runs the library, and exits with its code.

use std::io;
use std::process::ExitCode;

use trimtab::Call;

fn main() -> ExitCode {
    let call = Call::of_this_process();
    let code = trimtab::deliver(&call, io::stdin(), io::stdout().lock(), io::stderr());
    ExitCode::from(code)
}
