//! Classifies the scalars of a policy, and names them in messages.
//!
//! YAML 1.1 and 1.2 disagree on `yes`, `0644`, `1:30` or `1_000`. A policy has no use for any of them, so whatever one
//! of the two does not read as a string has to be quoted to be one, and only a plain canonical decimal is a count.

use jiff::civil::Date;

use super::hints::{TEMPLATE, VARIABLE};
use crate::field::MAX_REPLICAS;
use crate::names;
use crate::yaml::positions::{Content, Node};

/// What some YAML reader takes a scalar for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    Date,
    Text,
}

/// What a scalar may be taken for.
pub(super) fn kind(text: &str, plain: bool) -> Kind {
    if !plain {
        return Kind::Text;
    }
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(NULLS) {
        Kind::Null
    } else if is_one_of(BOOLEANS) {
        Kind::Boolean
    } else if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Kind::Text
    } else if is_date(text) {
        Kind::Date
    } else if is_number(text) {
        Kind::Number
    } else {
        Kind::Text
    }
}

/// Whether every YAML reader takes a scalar for a string.
pub(crate) fn is_surely_a_string(text: &str, plain: bool) -> bool {
    kind(text, plain) == Kind::Text
}

/// In any case.
const NULLS: &[&str] = &["", "~", "null"];
const BOOLEANS: &[&str] = &["true", "false", "yes", "no", "on", "off", "y", "n"];

/// How a message calls a value that was found.
pub(super) fn found(node: &Node) -> String {
    match &node.content {
        Content::Mapping(_) => "a mapping".to_owned(),
        Content::List(_) => "a list".to_owned(),
        Content::Refused => "something else".to_owned(),
        Content::Scalar { text, plain } => {
            let shown = names::shown(text);
            match kind(text, *plain) {
                Kind::Null => "nothing".to_owned(),
                Kind::Boolean => format!("the boolean {shown}"),
                Kind::Number => shown,
                Kind::Date => format!("the date {shown}"),
                Kind::Text => format!("the string \"{shown}\""),
            }
        }
    }
}

/// Parses a plain canonical decimal: no sign, no leading zero, no point, no exponent.
///
/// A number that does not fit becomes the largest u32, which is larger than any count.
pub(super) fn decimal(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = digits && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().unwrap_or(u32::MAX))
}

/// The count that a wrongly written one was meant to be, where there is no doubt: `3.0`, `1e3`, `+3`, `" 3 "`.
pub(super) fn meant(text: &str) -> Option<u32> {
    let text = text.trim();
    let number = text.strip_prefix('+').unwrap_or(text);
    let doubtful = number.len() > 1 && number.starts_with('0') && !number.starts_with("0.");
    let value: f64 = number.parse().ok()?;
    let whole = value.fract() == 0.0 && (0.0..=f64::from(MAX_REPLICAS)).contains(&value);
    (whole && !doubtful)
        .then(|| format!("{value:.0}"))
        .and_then(|text| decimal(&text))
}

/// What to do about a text that is not a count.
pub(super) fn remedy(
    name: &str,
    text: &str,
    plain: bool,
    most: u32,
    lift: Option<&str>,
) -> Option<String> {
    if !plain && decimal(text).is_some() {
        return Some(format!("write it without quotes: {name}: {text}"));
    }
    let percent = text.strip_suffix('%').filter(|_| most == 100);
    if let Some(meant) = meant(percent.unwrap_or(text)).filter(|meant| *meant <= most) {
        return Some(format!("write it in plain digits: {name}: {meant}"));
    }
    if text.starts_with('$') {
        return Some(VARIABLE.to_owned());
    }
    if text.contains("{{") {
        return Some(TEMPLATE.to_owned());
    }
    if text.starts_with('-') {
        let none = "remove it if something else sets the count";
        return Some(lift.unwrap_or(none).to_owned());
    }
    None
}

/// Whether Kubernetes takes a text for a label's name: a name of at most 63 characters, perhaps after a domain and `/`.
pub(super) fn is_label_name(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    let is_end = |c: char| c.is_ascii_alphanumeric();
    let is_part = |part: &str, longest: usize| {
        (1..=longest).contains(&part.len())
            && part.starts_with(is_end)
            && part.ends_with(is_end)
            && part
                .chars()
                .all(|c| is_end(c) || matches!(c, '-' | '_' | '.'))
    };
    is_part(name, 63) && prefix.is_none_or(|prefix| is_part(prefix, 253))
}

/// Whether `--set` of Helm could take a text for one key: names with dots between them.
pub(super) fn is_values_key(text: &str) -> bool {
    let is_odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '=' | ',' | '{' | '}');
    !text.contains(is_odd) && text.split('.').all(|part| !part.is_empty())
}

/// A day in exactly the form `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<Date> {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    text.parse().ok().filter(|_| form)
}

/// What is wrong with a text that has the form of a date, if there is no such date.
pub(super) fn day_that_is_not(text: &str) -> Option<String> {
    let (year_and_month, day) = text.get(..8).zip(text.get(8..))?;
    let first = date(&format!("{year_and_month}01"))?;
    let number: i8 = day.parse().ok().filter(|_| day.len() == 2)?;
    let last = first.days_in_month();
    (!(1..=last).contains(&number)).then(|| {
        format!(
            "there is no day {}: {} has {last} days",
            names::shown(text),
            first.strftime("%B %Y")
        )
    })
}

fn is_number(text: &str) -> bool {
    let unsigned = text
        .strip_prefix(['+', '-'])
        .unwrap_or(text)
        .to_ascii_lowercase();
    if matches!(unsigned.as_str(), ".inf" | ".nan") {
        return true;
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let bare = unsigned.replace('_', "");
    let radix = |prefix: &str, radix| {
        bare.strip_prefix(prefix)
            .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)))
    };
    let sixty = bare.contains(':') && bare.split(':').all(|part| part.parse::<f64>().is_ok());
    bare.parse::<f64>().is_ok() || radix("0x", 16) || radix("0o", 8) || radix("0b", 2) || sixty
}

fn is_date(text: &str) -> bool {
    let date = text
        .split_once(['T', 't', ' '])
        .map_or(text, |(date, _)| date);
    let parts: Vec<&str> = date.split('-').collect();
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    matches!(parts.as_slice(), [year, month, day]
        if digits(year, 4..=4) && digits(month, 1..=2) && digits(day, 1..=2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_canonical_decimal_is_a_count() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("3"), Some(3));
        assert_eq!(decimal("2147483647"), Some(MAX_REPLICAS));
        assert_eq!(decimal("99999999999999999999"), Some(u32::MAX));
        for text in [
            "", "03", "00", "+3", "-1", "3.0", "1e3", "0x3", "1_000", "٣", " 3", "3 ",
        ] {
            assert_eq!(decimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_any_yaml_takes_for_something_else_is_no_string() {
        let all = |kind_: Kind, texts: &[&str]| {
            for text in texts {
                assert_eq!(kind(text, true), kind_, "{text:?}");
                assert_eq!(kind(text, false), Kind::Text, "{text:?}");
            }
        };
        all(Kind::Null, &["", "~", "null", "NULL"]);
        all(Kind::Boolean, &["true", "Yes", "OFF", "n"]);
        all(
            Kind::Number,
            &[
                "1", "-1", "0644", "1.10", ".5", "1e3", "0x1F", "0b1", "1_000", "1:30", ".inf",
                "-.INF",
            ],
        );
        all(
            Kind::Date,
            &["2026-12-31", "2026-1-1", "2026-12-31T00:00:00Z"],
        );
        all(
            Kind::Text,
            &[
                "rg1", "1a", "inf", "nan", "v1.10", "1.2.3", "10.0.0.1", "a:b", "0xg", "2xl", "-",
                ".",
            ],
        );
    }

    #[test]
    fn a_count_is_guessed_only_without_doubt() {
        for (text, count) in [("3", 3), (" 3 ", 3), ("3.0", 3), ("+3", 3), ("1e3", 1000)] {
            assert_eq!(meant(text), Some(count), "{text:?}");
        }
        for text in [
            "", "03", "-1", "3.5", "0x3", "nan", "inf", "1e300", "25%", "three",
        ] {
            assert_eq!(meant(text), None, "{text:?}");
        }
    }
}
