//! Ctrl-C, for a command that ends in good order when it is pressed.

use std::thread;

/// Calls a function at each Ctrl-C from now on, instead of ending the process.
///
/// A program that this one runs ends by it as ever. If it cannot be listened for, Ctrl-C ends the process as before.
pub(crate) fn on_ctrl_c(mut pressed: impl FnMut() + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return;
    };
    thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                pressed();
            }
        });
    });
}
