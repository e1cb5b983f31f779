//! The replicas of a workload whose count changes, as people read them.

use crate::plan::Before;

/// What a workload had, what the stream says, and what it gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replicas<'a> {
    /// Whether there is something to compare with other than the stream itself.
    pub(super) is_compared: bool,
    pub(super) before: Before,
    /// The rendered count; `None` if absent, null or invalid.
    pub(super) rendered: Option<u32>,
    /// The rendered count as the stream has it.
    pub(super) written: &'a str,
    pub(super) count: u32,
}

impl Replicas<'_> {
    /// `5 -> 4 (rendered 1)`, or `1 -> 3` if the stream is the only baseline; `None` if nothing changes.
    pub(super) fn change(&self) -> Option<String> {
        self.change_and(None)
    }

    /// The same with something more to say of it.
    pub(super) fn change_and(&self, more: Option<String>) -> Option<String> {
        let beside: Vec<String> = self.rendered_beside().into_iter().chain(more).collect();
        let beside = match beside.as_slice() {
            [] => String::new(),
            parts => format!(" ({})", parts.join("; ")),
        };
        Some(self.counts()? + &beside)
    }

    /// What was, and what will be.
    fn counts(&self) -> Option<String> {
        let count = self.count;
        let is_rendered = self.rendered == Some(count);
        if !self.is_compared {
            return (!is_rendered).then(|| format!("{} -> {count}", self.written));
        }
        match self.before {
            Before::Known(before) if before == count && is_rendered => None,
            Before::Known(before) if before == count => Some(format!("stays at {count}")),
            Before::Known(before) => Some(format!("{before} -> {count}")),
            Before::New => Some(format!("new, {count}")),
            Before::Unset | Before::Unknown => Some(format!("unknown -> {count}")),
        }
    }

    /// `rendered 1`, where that is neither what was nor what will be.
    fn rendered_beside(&self) -> Option<String> {
        let is_told = |count| count == self.count || self.before == Before::Known(count);
        let is_beside = self.is_compared && !self.rendered.is_some_and(is_told);
        is_beside.then(|| format!("rendered {}", self.written))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rendered_count_is_told_where_it_differs() {
        let known = Before::Known;
        for (before, written, count, expected) in [
            (known(5), "1", 4, Some("5 -> 4 (rendered 1)")),
            (known(5), "5", 4, Some("5 -> 4")),
            (known(5), "4", 4, Some("5 -> 4")),
            (known(5), "absent", 4, Some("5 -> 4 (rendered absent)")),
            (known(4), "1", 4, Some("stays at 4 (rendered 1)")),
            (known(4), "\"4\"", 4, Some("stays at 4 (rendered \"4\")")),
            (known(4), "4", 4, None),
            (Before::New, "1", 3, Some("new, 3 (rendered 1)")),
            (Before::New, "3", 3, Some("new, 3")),
            (
                Before::Unset,
                "null",
                3,
                Some("unknown -> 3 (rendered null)"),
            ),
            (Before::Unknown, "1", 3, Some("unknown -> 3 (rendered 1)")),
        ] {
            let replicas = Replicas {
                is_compared: true,
                before,
                rendered: written.parse().ok(),
                written,
                count,
            };
            assert_eq!(replicas.change().as_deref(), expected, "{replicas:?}");
        }
    }

    #[test]
    fn what_is_said_besides_is_in_the_same_parentheses() {
        let replicas = |rendered| Replicas {
            is_compared: true,
            before: Before::Known(5),
            rendered: Some(rendered),
            written: if rendered == 5 { "5" } else { "1" },
            count: 4,
        };
        let told = |rendered| replicas(rendered).change_and(Some("step 1 of 2".to_owned()));
        assert_eq!(told(5).as_deref(), Some("5 -> 4 (step 1 of 2)"));
        assert_eq!(told(1).as_deref(), Some("5 -> 4 (rendered 1; step 1 of 2)"));
    }

    #[test]
    fn without_a_baseline_the_rendered_count_is_what_changes() {
        for (written, expected) in [
            ("1", Some("1 -> 3")),
            ("null", Some("null -> 3")),
            ("3", None),
        ] {
            let replicas = Replicas {
                is_compared: false,
                before: Before::Known(1),
                rendered: written.parse().ok(),
                written,
                count: 3,
            };
            assert_eq!(replicas.change().as_deref(), expected, "{replicas:?}");
        }
    }
}
