//! Which argument is the name of the command, as cobra finds it (`Command.Find`, `github.com/spf13/cobra` 1.8 to 1.10).

use super::flags::Flags;

/// The position of the command's name, among the arguments after the program's name.
pub(super) fn position(args: &[&[u8]]) -> Option<usize> {
    let mut at = 0;
    while let Some(&arg) = args.get(at) {
        if arg == b"--" {
            return None;
        }
        if takes_next(arg) {
            // cobra does not look at the very last argument if it follows a flag.
            if at + 2 >= args.len() {
                return None;
            }
            at += 2;
        } else if !arg.is_empty() && !arg.starts_with(b"-") {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

/// Whether cobra takes the next argument for the value of this one. An unknown flag has one.
fn takes_next(arg: &[u8]) -> bool {
    let flag = match arg {
        _ if arg.contains(&b'=') => return false,
        [b'-', b'-', name @ ..] => Flags::OF_ALL.named(name),
        [b'-', letter] => Flags::OF_ALL.short(*letter),
        _ => return false,
    };
    flag.is_none_or(|flag| flag.alone.is_none())
}
