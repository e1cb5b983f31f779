//! Writes a generated stream, and records every place where a count is or would be inserted.

use super::model::{Count, Piece, Stream, Style, Workload};
use super::others::OTHERS;

/// A stretch of the stream. The slots name a workload by its index.
#[derive(Debug, Clone)]
enum Stretch {
    Text(String),
    /// A value that a count replaces.
    Over(usize, String),
    /// After a colon without a value.
    Colon(usize),
    /// Before the first key of a block `spec` with this indent.
    Line(usize, usize),
    /// After the brace of a flow `spec`: before a blank, or in JSON.
    Brace(usize, &'static str, &'static str),
}

/// A written stream.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    stretches: Vec<Stretch>,
    line_break: &'static str,
}

impl Written {
    /// The bytes, with new counts for some workloads.
    pub(crate) fn bytes(&self, new: &[Option<u32>]) -> String {
        let mut out = String::new();
        for stretch in &self.stretches {
            match stretch {
                Stretch::Text(text) => out.push_str(&text.replace('\n', self.line_break)),
                Stretch::Over(index, old) => match new[*index] {
                    Some(count) => out.push_str(&count.to_string()),
                    None => out.push_str(old),
                },
                Stretch::Colon(index) => {
                    out.extend(new[*index].map(|count| format!(" {count}")));
                }
                Stretch::Line(index, indent) => out.extend(new[*index].map(|count| {
                    format!(
                        "replicas: {count}{}{}",
                        self.line_break,
                        " ".repeat(*indent)
                    )
                })),
                Stretch::Brace(index, key, separator) => {
                    out.extend(new[*index].map(|count| format!("{key}: {count}{separator}")));
                }
            }
        }
        out
    }
}

/// Writes a stream.
pub(crate) fn write(stream: &Stream) -> Written {
    let mut pen = Pen {
        stretches: Vec::new(),
        noise: stream.noise.iter().copied().cycle().take(4000).collect(),
        dash: false,
        has_namespaces: stream.has_namespaces,
        next: 0,
    };
    if stream.has_mark {
        pen.text("\u{feff}");
    }
    for (number, piece) in stream.pieces.iter().enumerate() {
        if number > 0 || stream.starts_with_separator {
            let separator = ["---\n", "--- \n", "--- # next\n"];
            let chance = usize::from(pen.chance());
            pen.text(separator[chance % 3]);
        }
        pen.piece(piece);
    }
    if !stream.ends_with_break {
        pen.trim();
    }
    Written {
        stretches: pen.stretches,
        line_break: if stream.is_crlf { "\r\n" } else { "\n" },
    }
}

struct Pen {
    stretches: Vec<Stretch>,
    noise: Vec<u8>,
    /// The next line begins an item of a sequence.
    dash: bool,
    has_namespaces: bool,
    /// The index of the next workload.
    next: usize,
}

impl Pen {
    fn text(&mut self, text: &str) {
        self.stretches.push(Stretch::Text(text.to_owned()));
    }

    fn chance(&mut self) -> u8 {
        self.noise.pop().unwrap_or(0)
    }

    fn trim(&mut self) {
        if let Some(Stretch::Text(text)) = self.stretches.last_mut() {
            let kept = text.strip_suffix('\n').unwrap_or(text).to_owned();
            *text = kept;
        }
    }

    /// The indent of a line, and before it now and then a line that says nothing.
    fn indent(&mut self, indent: usize) {
        let noise = match self.chance() % 12 {
            0 => "# replicas: 99\n",
            1 => "\n",
            2 => "      \n",
            3 => "          # kind: Deployment, größer\n",
            _ => "",
        };
        let blanks = if std::mem::take(&mut self.dash) {
            format!("{}- ", " ".repeat(indent - 2))
        } else {
            " ".repeat(indent)
        };
        self.text(&format!("{noise}{blanks}"));
    }

    /// The end of a line, with blanks or a comment now and then.
    fn end(&mut self) {
        let tail = match self.chance() % 8 {
            0 => "  ",
            1 => " # replicas: 98",
            2 => "\t",
            _ => "",
        };
        self.text(&format!("{tail}\n"));
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.indent(indent);
        self.text(text);
        self.end();
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Other(number) => self.text(OTHERS[*number]),
            Piece::Workload(workload) => self.workload(workload, 0, true),
            Piece::List {
                items,
                is_typed,
                kind_last,
            } => {
                let kind = if *is_typed {
                    ["apiVersion: apps/v1", "kind: DeploymentList"]
                } else {
                    ["apiVersion: v1", "kind: List"]
                };
                if !kind_last {
                    for line in kind {
                        self.line(0, line);
                    }
                }
                self.line(
                    0,
                    if items.is_empty() {
                        "items: []"
                    } else {
                        "items:"
                    },
                );
                for item in items {
                    self.dash = true;
                    self.workload(item, 2, !is_typed);
                }
                if *kind_last {
                    for line in kind {
                        self.line(0, line);
                    }
                }
            }
        }
    }

    fn workload(&mut self, workload: &Workload, indent: usize, has_kind: bool) {
        let index = self.next;
        self.next += 1;
        match workload.style {
            Style::Block => self.block(workload, index, indent, has_kind),
            Style::Flow | Style::Json => {
                self.indent(indent);
                let quote = if workload.style == Style::Json {
                    "\""
                } else {
                    ""
                };
                self.flow(workload, index, has_kind, quote);
                self.text("\n");
            }
        }
    }

    fn block(&mut self, workload: &Workload, index: usize, indent: usize, has_kind: bool) {
        let turn = usize::from(workload.turn);
        for part in 0..4 {
            match (part + turn) % 4 {
                0 if has_kind => self.line(indent, "apiVersion: \"apps/v1\""),
                1 if has_kind && turn / 4 % 4 == 3 => {
                    self.indent(indent);
                    self.text("kind: >-\n            Deployment\n\n");
                }
                1 if has_kind => {
                    let kind = [
                        "kind: Deployment",
                        "\"kind\": 'Deployment'",
                        "kind: \"D\\x65ployment\"",
                    ];
                    self.line(indent, kind[turn / 4 % 4]);
                }
                2 => self.metadata(workload, index, indent),
                3 => self.spec(workload, index, indent, turn / 16),
                _ => {}
            }
        }
    }

    fn metadata(&mut self, workload: &Workload, index: usize, indent: usize) {
        self.line(indent, "metadata:");
        self.line(indent + 2, &format!("name: {}", name(workload, index)));
        if let Some(namespace) = workload.namespace(self.has_namespaces) {
            self.line(indent + 2, &format!("namespace: '{namespace}'"));
        }
        self.line(indent + 2, "annotations:");
        self.line(indent + 4, "note: \"spec: {replicas: 97}\"");
    }

    fn spec(&mut self, workload: &Workload, index: usize, indent: usize, turn: usize) {
        self.line(indent, ["spec:", "\"spec\" :"][turn % 2]);
        let mut first = workload.count == Count::Absent;
        for part in 0..3 {
            let key = indent + 2;
            match (part + turn) % 3 {
                0 if workload.count != Count::Absent => self.count(workload, index, key),
                0 => {}
                1 => {
                    self.indent(key);
                    self.slot(&mut first, index, key);
                    self.text("selector:");
                    self.end();
                    self.line(key + 2, "matchLabels:");
                    for (label, value) in labels(workload) {
                        self.line(key + 4, &format!("{label}: {value}"));
                    }
                }
                _ => {
                    self.indent(key);
                    self.slot(&mut first, index, key);
                    self.text("'template':");
                    self.end();
                    self.line(key + 2, "spec: {replicas: 96, kind: Deployment}");
                    self.text(&format!(
                        "{}text: |\n{}replicas: 95\n\n",
                        " ".repeat(key + 2),
                        " ".repeat(key + 4)
                    ));
                }
            }
        }
    }

    fn slot(&mut self, first: &mut bool, index: usize, indent: usize) {
        if std::mem::take(first) {
            self.stretches.push(Stretch::Line(index, indent));
        }
    }

    /// `replicas` in block style, in many ways.
    fn count(&mut self, workload: &Workload, index: usize, indent: usize) {
        self.indent(indent);
        let deep = " ".repeat(indent + 3);
        let form = usize::from(workload.form);
        let (before, old, after) = if let Count::Set(count) = workload.count {
            let before = [
                "replicas: ".to_owned(),
                "\"replicas\": ".to_owned(),
                "'replicas' :   ".to_owned(),
                format!("replicas: # how many\n{deep}"),
                format!("replicas:\n\n{deep}# how many\n{deep}"),
                format!("replicas: &count{index} "),
                format!("? replicas\n{}: ", " ".repeat(indent)),
                "\"repl\\u0069cas\": ".to_owned(),
            ];
            (before[form % 8].clone(), Some(count.to_string()), "")
        } else {
            let old = [None, None, Some("~"), Some("null"), Some("NULL")][form % 5];
            let before = ["replicas:", "\"replicas\" :"][form / 8 % 2];
            let blank = if old.is_some() { " " } else { "" };
            (
                format!("{before}{blank}"),
                old.map(str::to_owned),
                ["", " "][form / 16 % 2],
            )
        };
        self.text(&before);
        self.stretches.push(match old {
            Some(old) => Stretch::Over(index, old),
            None => Stretch::Colon(index),
        });
        self.text(after);
        self.end();
    }

    /// A whole workload in flow style, or as JSON.
    fn flow(&mut self, workload: &Workload, index: usize, has_kind: bool, quote: &str) {
        let q = |text: &str| format!("{quote}{text}{quote}");
        let gap = [" ", "\n        ", " # {\n          "]
            [usize::from(workload.turn) % if quote.is_empty() { 3 } else { 2 }];
        let pair = |key: &str, value: &str| format!("{}: {}", q(key), q(value));
        let namespace = workload.namespace(self.has_namespaces);
        let namespace =
            namespace.map_or(String::new(), |it| format!(", {}", pair("namespace", &it)));
        let name = pair("name", &name(workload, index));
        let metadata = format!("{}: {{{name}{namespace}}},{gap}", q("metadata"));
        let kind = if has_kind {
            format!(
                "{},{gap}{},{gap}",
                pair("apiVersion", "apps/v1"),
                pair("kind", "Deployment")
            )
        } else {
            String::new()
        };
        let labels: Vec<String> = labels(workload)
            .iter()
            .map(|(key, value)| pair(key, value))
            .collect();
        let selector = format!(
            "{}: {{{}: {{{}}}}}",
            q("selector"),
            q("matchLabels"),
            labels.join(", ")
        );
        self.text(&format!("{{{metadata}{kind}{}: {{", q("spec")));
        let (key, separator) = (q("replicas"), format!(",{gap}"));
        match workload.count {
            Count::Absent => {
                let blank = ["", " "][usize::from(workload.form) % 2];
                let key = if quote.is_empty() {
                    "replicas"
                } else {
                    "\"replicas\""
                };
                self.stretches.push(Stretch::Brace(
                    index,
                    key,
                    if blank.is_empty() { ", " } else { "," },
                ));
                self.text(&format!("{blank}{selector}"));
            }
            Count::Set(count) => {
                self.text(&format!("{key}: "));
                self.stretches.push(Stretch::Over(index, count.to_string()));
                self.text(&format!("{separator}{selector}"));
            }
            Count::Null if quote.is_empty() && workload.form.is_multiple_of(2) => {
                self.text(&format!("{selector}{separator}{key}:"));
                self.stretches.push(Stretch::Colon(index));
                self.text(" ");
            }
            Count::Null => {
                self.text(&format!("{selector}{separator}{key}: "));
                self.stretches.push(Stretch::Over(index, "null".to_owned()));
            }
        }
        self.text("}}");
    }
}

fn name(workload: &Workload, index: usize) -> String {
    format!("r{}-{}-{index}", workload.release, workload.names().1)
}

fn labels(workload: &Workload) -> Vec<(&'static str, String)> {
    let mut labels = vec![
        ("app.kubernetes.io/name", "milvus".to_owned()),
        (
            "app.kubernetes.io/instance",
            format!("release{}", workload.release),
        ),
        ("component", workload.names().1.to_owned()),
    ];
    let group = workload
        .group
        .map(|group| ("milvus.io/resource-group", format!("rg{group}")));
    labels.extend(group);
    labels
}
