//! Arguments as Helm's flag library reads them (`github.com/spf13/pflag`, 1.0.5 to 1.0.10).
//!
//! Helm reads its arguments twice. The first time it knows only the flags of all commands, passes over others, ignores
//! errors, and keeps what it found, even where it took a value for a flag. A text that Helm would refuse is refused.

use super::Doubt;
use super::flags::{Flag, Flags, Setting, Value};

/// The values of the flags that matter, in the order in which Helm sets them, and the arguments that are not flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parsed<'a> {
    pub(super) set: Vec<(Setting, &'a [u8])>,
    pub(super) positionals: Vec<&'a [u8]>,
}

/// How arguments are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) flags: Flags,
    pub(super) unknown: Unknown,
    /// Whether a flag that only some versions have is known, and a value that only Helm checks is valid.
    pub(super) assumes: bool,
}

/// What to do about an unknown flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Pass over it, and over the next argument if that could be its value.
    Skip,
    Refuse,
}

/// The arguments that are left to read.
type Rest<'r, 'a> = &'r [&'a [u8]];

impl Reading {
    /// Reads arguments into `parsed`; what was read before an error stays there.
    pub(super) fn read<'a>(
        &self,
        args: Rest<'_, 'a>,
        parsed: &mut Parsed<'a>,
    ) -> Result<(), Doubt> {
        let mut rest = args;
        while let Some((&arg, after)) = rest.split_first() {
            rest = match arg {
                [b'-', b'-'] => {
                    parsed.positionals.extend(after);
                    return Ok(());
                }
                [b'-', b'-', long @ ..] => self.long(long, after, parsed)?,
                [b'-', letters @ ..] if !letters.is_empty() => {
                    self.short(letters, after, parsed)?
                }
                positional => {
                    parsed.positionals.push(positional);
                    after
                }
            };
        }
        Ok(())
    }

    /// `--name value`, `--name=value` or `--name`.
    fn long<'r, 'a>(
        &self,
        text: &'a [u8],
        after: Rest<'r, 'a>,
        parsed: &mut Parsed<'a>,
    ) -> Result<Rest<'r, 'a>, Doubt> {
        if let [b'-' | b'=', ..] = text {
            return Err(Doubt::Syntax);
        }
        let mut parts = text.splitn(2, |byte| *byte == b'=');
        let name = parts.next().unwrap_or_default();
        let value = parts.next();
        let Some(flag) = self.known(self.flags.named(name)) else {
            return match self.unknown {
                _ if name == b"help" => Err(Doubt::Help),
                Unknown::Refuse => Err(Doubt::unknown_flag(name)),
                Unknown::Skip if value.is_some() => Ok(after),
                Unknown::Skip => Ok(without_value(after)),
            };
        };
        let (value, rest) = match (value, flag.alone) {
            (Some(value), _) => (value, after),
            (None, Some(alone)) => (alone.as_bytes(), after),
            (None, None) => next(flag, after)?,
        };
        self.set(flag, value, parsed)?;
        Ok(rest)
    }

    /// `-n value`, `-nvalue`, `-n=value`, or several: `-inteam`. Each unknown one looks at the same next argument.
    fn short<'r, 'a>(
        &self,
        letters: &'a [u8],
        after: Rest<'r, 'a>,
        parsed: &mut Parsed<'a>,
    ) -> Result<Rest<'r, 'a>, Doubt> {
        let mut rest = after;
        let mut left = letters;
        while let Some((&letter, tail)) = left.split_first() {
            // A flag of Go's tests, which pflag leaves to them.
            if left.starts_with(b"test.") {
                return Ok(after);
            }
            let value = tail.strip_prefix(b"=").filter(|value| !value.is_empty());
            let Some(flag) = self.known(self.flags.short(letter)) else {
                (left, rest) = match self.unknown {
                    _ if letter == b'h' => return Err(Doubt::Help),
                    Unknown::Refuse => return Err(Doubt::UnknownShorthand),
                    Unknown::Skip if value.is_some() => (&[][..], after),
                    Unknown::Skip => (tail, without_value(after)),
                };
                continue;
            };
            let set;
            (set, left, rest) = match (value, flag.alone) {
                (Some(value), _) => (value, &[][..], after),
                (None, Some(alone)) => (alone.as_bytes(), tail, after),
                (None, None) if !tail.is_empty() => (tail, &[][..], after),
                (None, None) => {
                    let (value, rest) = next(flag, after)?;
                    (value, &[][..], rest)
                }
            };
            self.set(flag, set, parsed)?;
        }
        Ok(rest)
    }

    fn known(&self, flag: Option<&'static Flag>) -> Option<&'static Flag> {
        let is_certain = self.unknown == Unknown::Refuse || self.assumes;
        flag.filter(|flag| is_certain || !flag.is_in_some)
    }

    fn set<'a>(&self, flag: &Flag, value: &'a [u8], parsed: &mut Parsed<'a>) -> Result<(), Doubt> {
        let is_certain = self.unknown == Unknown::Refuse || self.assumes;
        if !flag.value.accepts(value).unwrap_or(is_certain) {
            return Err(Doubt::InvalidValue(flag.name));
        }
        parsed.set.extend(flag.sets.map(|setting| (setting, value)));
        Ok(())
    }
}

/// The value of a flag that takes the next argument, whatever that is.
fn next<'r, 'a>(flag: &Flag, after: Rest<'r, 'a>) -> Result<(&'a [u8], Rest<'r, 'a>), Doubt> {
    let (value, rest) = after.split_first().ok_or(Doubt::NoValue(flag.name))?;
    Ok((value, rest))
}

/// The rest after what could be the value of an unknown flag.
fn without_value<'r, 'a>(after: Rest<'r, 'a>) -> Rest<'r, 'a> {
    match after {
        [[b'-', ..], ..] | [] => after,
        [_, rest @ ..] => rest,
    }
}

impl Value {
    /// Whether Helm accepts a value; `None` if that is not certain here.
    fn accepts(self, value: &[u8]) -> Option<bool> {
        match self {
            Self::Text => Some(true),
            Self::Bool => Some(boolean(value).is_some()),
            Self::Number => number(value),
            Self::Checked => None,
        }
    }
}

/// Go's `strconv.ParseBool`.
pub(super) fn boolean(value: &[u8]) -> Option<bool> {
    match value {
        b"1" | b"t" | b"T" | b"TRUE" | b"true" | b"True" => Some(true),
        b"0" | b"f" | b"F" | b"FALSE" | b"false" | b"False" => Some(false),
        _ => None,
    }
}

/// Whether a text is certainly a number to Go, or certainly none: there are hexadecimal and infinite ones.
fn number(value: &[u8]) -> Option<bool> {
    /// Digits that fit into 32 bits.
    const FITS: usize = 9;
    match value {
        // Infinite, or none at all; with a zero before it in another base.
        [b'i' | b'I' | b'n' | b'N', ..] | [b'0', _, ..] => None,
        [] | [b'a'..=b'z' | b'A'..=b'Z', ..] => Some(false),
        digits if digits.len() <= FITS && digits.iter().all(u8::is_ascii_digit) => Some(true),
        _ => None,
    }
}
