//! What a server answers, which is not to be trusted: bounded in size and time, and JSON of the kind that was asked for.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Response, header};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::failure::Failure;
use super::reason;
use crate::names::shown;

/// How much is read of an answer that only says what is wrong, in bytes.
const COMPLAINT: usize = 64 << 10;

/// How many bytes may still come in answer to one call.
pub(super) struct Allowance(AtomicUsize);

impl Allowance {
    pub(super) fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    fn take(&self, bytes: usize) -> Result<(), Failure> {
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(bytes)
            });
        taken.map(|_| ()).map_err(|_| Failure::TooLarge)
    }
}

/// An answer of success; a failure for any other.
pub(super) async fn checked(
    response: Response<Body>,
    deadline: Instant,
) -> Result<Response<Body>, Failure> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    if status.is_redirection() {
        let place = response.headers().get(header::LOCATION);
        let place = place.and_then(|place| place.to_str().ok());
        return Err(Failure::Redirected(line(place.unwrap_or_default())));
    }
    let allowance = Allowance::new(COMPLAINT);
    let body = bytes(response, &allowance, deadline).await;
    let said = complaint(&body.unwrap_or_default());
    Err(Failure::of(status, said))
}

/// The body of an answer.
pub(super) async fn bytes(
    response: Response<Body>,
    allowance: &Allowance,
    deadline: Instant,
) -> Result<Vec<u8>, Failure> {
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    loop {
        let frame = match timeout_at(deadline, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) => return Err(reason::failure(&error)),
            Ok(None) => return Ok(bytes),
            Err(_) => return Err(Failure::TimedOut),
        };
        if let Some(data) = frame.data_ref() {
            allowance.take(data.len())?;
            bytes.extend_from_slice(data);
        }
    }
}

/// Reads a body as JSON.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        let begins = String::from_utf8_lossy(body.get(..200).unwrap_or(body)).into_owned();
        let begins = shown(begins.trim_start());
        Failure::Garbage(if error.is_eof() {
            "the answer breaks off in the middle".to_owned()
        } else if error.is_data() {
            let (line, column) = (error.line(), error.column());
            format!(
                "the answer has another form than Kubernetes' own (line {line}, column {column})"
            )
        } else {
            format!("the answer is not JSON; it begins with `{begins}`")
        })
    })
}

/// The part of a `Status` that is for people.
#[derive(Deserialize)]
struct Status {
    kind: String,
    message: String,
}

/// What the server says of its refusal, in one line; empty where it says nothing.
fn complaint(body: &[u8]) -> String {
    match serde_json::from_slice::<Status>(body) {
        Ok(status) if status.kind == "Status" => line(&status.message),
        _ => line(&String::from_utf8_lossy(body)),
    }
}

/// How much of a server's words is shown, in characters.
const SHOWN: usize = 300;

/// A text in one line without control characters, and not too long.
pub(super) fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}
