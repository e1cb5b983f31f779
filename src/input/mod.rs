//! Reads texts from standard input and from files. Anything that is not UTF-8 is refused.

pub(crate) mod files;
mod gathering;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

pub(crate) use gathering::Gathering;

use crate::diagnostic::Diagnostic;
use crate::manifest::Malformed;
use crate::source::{LONGEST, SourceId, Sources};

/// The initial capacity, in bytes: enough for a usual stream, and unused memory costs nothing.
const ROOM: usize = 1 << 17;

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {why}")]
pub(crate) struct Unread {
    name: String,
    why: String,
    help: Option<&'static str>,
    /// It was read, but is not text that can hold YAML.
    pub(crate) is_malformed: bool,
}

impl Unread {
    /// The message, prefixed with what was being done.
    pub(crate) fn context(&self, what: &str) -> Diagnostic {
        let diagnostic = Diagnostic::new(format!("{what}: {self}"));
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// Reads all of a stream.
///
/// # Errors
/// When it cannot be read, or is not UTF-8 without NUL.
pub(crate) fn read(
    name: &str,
    mut from: impl Read,
    sources: &mut Sources,
) -> Result<SourceId, Unread> {
    let mut bytes = Vec::with_capacity(ROOM);
    from.read_to_end(&mut bytes)
        .map_err(|error| unread(name, &error))?;
    let text = text(name, bytes)?;
    Ok(sources.add(name, text))
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read, is a folder, or is not UTF-8 without NUL. A pipe is read to its end, as `cat` does.
pub(crate) fn read_file(path: &Path, sources: &mut Sources) -> Result<SourceId, Unread> {
    sources.takes_from(path);
    let name = path.display().to_string();
    let failed = |error| unread(&name, &error);
    let file = File::open(path).map_err(failed)?;
    let id = if file.metadata().is_ok_and(|about| about.is_file()) {
        read(&name, file, sources)?
    } else {
        read(&name, UntilNul::new(file), sources)?
    };
    sources.is_from(id, path);
    Ok(id)
}

/// Whether a path is the file that standard input is read from.
pub(crate) fn is_stdin(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        use std::os::unix::fs::MetadataExt as _;

        let own = io::stdin().as_fd().try_clone_to_owned();
        let own = own.and_then(|own| File::from(own).metadata());
        let identity = |about: std::fs::Metadata| (about.dev(), about.ino());
        let (own, other) = (own.map(identity), path.metadata().map(identity));
        matches!((own, other), (Ok(own), Ok(other)) if own == other)
    }
    #[cfg(not(unix))]
    {
        _ = path;
        false
    }
}

/// Stops after the first NUL, for which the input is refused: a device such as `/dev/zero` never ends.
struct UntilNul<R> {
    inner: R,
    is_over: bool,
}

impl<R> UntilNul<R> {
    fn new(inner: R) -> Self {
        let is_over = false;
        Self { inner, is_over }
    }
}

impl<R: Read> Read for UntilNul<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_over {
            return Ok(0);
        }
        let length = self.inner.read(buffer)?;
        let new = buffer.get(..length).unwrap_or_default();
        self.is_over = memchr::memchr(0, new).is_some();
        Ok(length)
    }
}

fn unread(name: &str, error: &io::Error) -> Unread {
    Unread {
        name: name.to_owned(),
        why: why(error),
        help: None,
        is_malformed: false,
    }
}

/// Why a file cannot be read, without the error codes of the operating system.
pub(crate) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Kubernetes reads UTF-8; a YAML stream cannot contain NUL bytes (YAML 1.2.2, 5.1).
fn text(name: &str, bytes: Vec<u8>) -> Result<String, Unread> {
    let refuse = |why: String, help| {
        Err(Unread {
            name: name.to_owned(),
            why,
            help: Some(help),
            is_malformed: true,
        })
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return refuse(
            "it is UTF-16, not UTF-8".to_owned(),
            "save it as UTF-8; PowerShell's `>` writes UTF-16: use `Out-File -Encoding utf8`",
        );
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        return refuse(
            format!("NUL byte at {}", line_and_byte(&bytes, at)),
            "YAML cannot contain NUL bytes: is this a binary file, or UTF-16?",
        );
    }
    if bytes.len() > LONGEST {
        return refuse(
            "it is larger than 4 GiB".to_owned(),
            "split it: no stream of manifests is as long",
        );
    }
    String::from_utf8(bytes).or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        refuse(
            format!("invalid UTF-8 at {}", line_and_byte(error.as_bytes(), at)),
            "save it as UTF-8",
        )
    })
}

/// A place in bytes that are not text: the line, and the byte in it, both from 1.
fn line_and_byte(bytes: &[u8], at: usize) -> String {
    let before = bytes.get(..at).unwrap_or_default();
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let byte = at - memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1) + 1;
    format!("line {line}, byte {byte}")
}

/// The messages for documents of a file that cannot be read; the file may be a template that was never rendered.
pub(crate) fn malformed_in_file(documents: Vec<Malformed>) -> Vec<Diagnostic> {
    let templating =
        "if this is a template, render it first: only rendered manifests can be checked";
    malformed(documents)
        .into_iter()
        .map(|diagnostic| diagnostic.help(templating))
        .collect()
}

/// The messages for documents that cannot be read.
pub(crate) fn malformed(documents: Vec<Malformed>) -> Vec<Diagnostic> {
    /// More of them would not help.
    const MOST: usize = 20;
    let diagnostics = documents.into_iter().take(MOST).map(|document| {
        if document.is_too_many {
            return Diagnostic::new(document.message)
                .label(document.place, "in this text")
                .help("split it: no stream of workloads that Kubernetes accepts is as dense");
        }
        let diagnostic = Diagnostic::new(format!("malformed YAML: {}", document.message))
            .label(document.place, "")
            .help_opt(document.help);
        match document.template {
            Some(template) => diagnostic.note(format!("rendered by {template}")),
            None => diagnostic,
        }
    });
    diagnostics.collect()
}
