//! Watches on several lists at once, until one of them changes.
//!
//! A watch that ends, as the server ends each after some minutes, goes on from where it was; one that fails is tried again
//! for a while. Where it cannot go on from there any more, that counts as a change.

use std::time::Duration;

use http::StatusCode;
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::Deserialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use super::answer::{self, Allowance};
use super::connection::{Connection, Wanted};
use super::failure::Failure;
use super::request::{Request, encoded};
use super::session::Session;
use super::settings::Settings;
use super::unreached::UnreachedKind;
use super::{Failed, list};

/// How long the server is asked to keep one watch, and when it is given up on without a word that it has ended.
const LENGTH: Duration = Duration::from_mins(4);
const LONGEST: Duration = Duration::from_mins(5);

/// The pause before a watch goes on.
const PAUSE: Duration = Duration::from_secs(1);

/// How long watches may fail, one after the other.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long further changes are waited for: they seldom come alone.
const MORE: Duration = Duration::from_millis(200);

/// The longest event, in bytes: more than an object may have in etcd.
const MAX_EVENT: usize = 16 << 20;

const METADATA: Wanted = Wanted {
    accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
    is_stream: true,
};

/// What waiting came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waited {
    /// Something was added, changed or deleted, or may have been.
    Changed,
    TimedOut,
}

/// How one watch ended.
enum End {
    Changed,
    /// In good order; it goes on from this state.
    At(String),
}

/// Waits until one of the lists changes after the state that it was read from.
pub(super) async fn change(
    session: &Session,
    settings: &Settings,
    lists: &[(Request, String)],
    deadline: Instant,
) -> Result<Waited, Vec<Failed>> {
    let mut watches = Watches {
        session,
        settings,
        lists,
        running: JoinSet::new(),
        failing_since: None,
    };
    match timeout_at(deadline, watches.changed()).await {
        Ok(changed) => changed.map(|()| Waited::Changed),
        Err(_) => Ok(Waited::TimedOut),
    }
}

struct Watches<'w> {
    session: &'w Session,
    settings: &'w Settings,
    lists: &'w [(Request, String)],
    running: JoinSet<(usize, String, Result<End, Failure>)>,
    /// When the first failed of those that have failed one after the other.
    failing_since: Option<Instant>,
}

impl Watches<'_> {
    async fn changed(&mut self) -> Result<(), Vec<Failed>> {
        // A kind that is not served has no state.
        for (at, (_, state)) in self.lists.iter().enumerate() {
            if !state.is_empty() {
                self.go_on(at, state.clone(), Duration::ZERO).await?;
            }
        }
        while let Some(ended) = self.running.join_next().await {
            let (at, before, end) =
                ended.unwrap_or_else(|bug| std::panic::resume_unwind(bug.into_panic()));
            let state = match end {
                Ok(End::Changed) | Err(Failure::Gone) => {
                    sleep(MORE).await;
                    return Ok(());
                }
                Ok(End::At(state)) => {
                    self.failing_since = None;
                    state
                }
                Err(failure) if self.may_pass(&failure) => before,
                Err(failure) => return Err(vec![(at, failure)]),
            };
            self.go_on(at, state, PAUSE).await?;
        }
        // Nothing to watch: only the deadline ends it.
        std::future::pending().await
    }

    /// Whether it is worth trying again after a failure.
    fn may_pass(&mut self, failure: &Failure) -> bool {
        let is_new = matches!(failure, Failure::Unauthorized(_)) && self.session.forget();
        let since = *self.failing_since.get_or_insert_with(Instant::now);
        is_new || failure.kind() == UnreachedKind::OutOfReach && since.elapsed() < PATIENCE
    }

    async fn go_on(
        &mut self,
        at: usize,
        state: String,
        pause: Duration,
    ) -> Result<(), Vec<Failed>> {
        let Some((request, _)) = self.lists.get(at) else {
            return Ok(());
        };
        let deadline = Instant::now() + pause + self.settings.timeout;
        let connection = self.session.connection(self.settings, deadline).await;
        let connection = connection.map_err(|failure| vec![(at, failure)])?;
        let (request, timeout) = (request.clone(), self.settings.timeout);
        self.running.spawn(async move {
            sleep(pause).await;
            let end = watch(&connection, &request, &state, timeout).await;
            (at, state, end)
        });
        Ok(())
    }
}

async fn watch(
    connection: &Connection,
    request: &Request,
    state: &str,
    timeout: Duration,
) -> Result<End, Failure> {
    let start = Instant::now();
    let allowance = Allowance::new(MAX_EVENT);
    let path = list::path(connection, request, &allowance, start + timeout).await?;
    let mut query = format!(
        "watch=1&allowWatchBookmarks=true&timeoutSeconds={}&resourceVersion={}",
        LENGTH.as_secs(),
        encoded(state)
    );
    if let Some(selector) = &request.label_selector {
        query = format!("{query}&labelSelector={}", encoded(selector));
    }
    let path = format!("{path}?{query}");
    let response = connection.get(&path, METADATA, start + timeout).await?;
    let mut events = Events {
        body: response.into_body(),
        buffer: Vec::new(),
        searched: 0,
        deadline: start + LONGEST,
    };
    let mut state = state.to_owned();
    while let Some(event) = events.next().await? {
        match event.into_state()? {
            Some(newer) => state = newer,
            None => return Ok(End::Changed),
        }
    }
    Ok(End::At(state))
}

/// The events of a watch, each a line.
struct Events {
    body: Body,
    buffer: Vec<u8>,
    /// How much of it holds no end of a line.
    searched: usize,
    deadline: Instant,
}

impl Events {
    /// The next one; none where the stream ends, in whatever way.
    async fn next(&mut self) -> Result<Option<Event>, Failure> {
        loop {
            let new = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', new) {
                let line: Vec<u8> = self.buffer.drain(..=self.searched + at).collect();
                self.searched = 0;
                return answer::read(&line).map(Some);
            }
            self.searched = self.buffer.len();
            let frame = timeout_at(self.deadline, self.body.frame()).await;
            let Ok(Some(Ok(frame))) = frame else {
                return Ok(None);
            };
            self.buffer.extend(frame.data_ref().into_iter().flatten());
            if self.buffer.len() > MAX_EVENT {
                return Err(Failure::TooLarge);
            }
        }
    }
}

#[derive(Deserialize)]
struct Event {
    r#type: String,
    #[serde(default)]
    object: Object,
}

/// The object that changed, or a `Status`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    metadata: Metadata,
    code: u16,
    message: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    resource_version: String,
}

impl Event {
    /// The state that a bookmark tells; none for a change.
    fn into_state(self) -> Result<Option<String>, Failure> {
        match &*self.r#type {
            "BOOKMARK" => Ok(Some(self.object.metadata.resource_version)),
            "ADDED" | "MODIFIED" | "DELETED" => Ok(None),
            "ERROR" => {
                let status = StatusCode::from_u16(self.object.code);
                let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                Err(Failure::of(status, answer::line(&self.object.message)))
            }
            other => Err(Failure::other_kind(other, "a watch event")),
        }
    }
}
