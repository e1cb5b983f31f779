//! Why a request has no answer that can be used, before it is put into words.

use http::StatusCode;

use super::unreached::UnreachedKind;
use crate::names::shown;

/// Why there is no usable answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nothing came in time.
    TimedOut,
    /// The server was not reached, or left off.
    Unanswered(String),
    /// It is not the server that it should be, or does not trust the client.
    Untrusted(String),
    /// There are no credentials, because the plugin gives none; and what it says about that.
    Plugin { why: String, said: String },
    /// The settings cannot be used.
    Unusable(String),
    /// The server does not know who is asking.
    Unauthorized(String),
    /// Who is asking may not.
    Forbidden(String),
    /// It does not have what was asked for.
    NotFound(String),
    /// What a list or a watch would go on from is gone.
    Gone,
    /// It sends the client elsewhere.
    Redirected(String),
    /// It failed, or does not want to answer now.
    Refused(StatusCode, String),
    /// What came is not what was asked for.
    Garbage(String),
    /// More came than may.
    TooLarge,
}

impl Failure {
    /// Another kind of object came than was asked for.
    pub(super) fn other_kind(kind: &str, wanted: &str) -> Self {
        let kind = shown(kind);
        Self::Garbage(format!(
            "the answer is of kind `{kind}` instead of `{wanted}`"
        ))
    }

    /// What an answer without success comes to; what the server says of it.
    pub(super) fn of(status: StatusCode, said: String) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorized(said),
            StatusCode::FORBIDDEN => Self::Forbidden(said),
            StatusCode::NOT_FOUND => Self::NotFound(said),
            StatusCode::GONE => Self::Gone,
            _ => Self::Refused(status, said),
        }
    }

    pub(super) fn kind(&self) -> UnreachedKind {
        match self {
            Self::TimedOut | Self::Unanswered(_) | Self::Gone => UnreachedKind::OutOfReach,
            Self::Refused(status, _)
                if status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS =>
            {
                UnreachedKind::OutOfReach
            }
            Self::Unauthorized(_) | Self::Forbidden(_) | Self::Plugin { .. } => {
                UnreachedKind::Forbidden
            }
            Self::NotFound(_)
            | Self::Redirected(_)
            | Self::Refused(..)
            | Self::Garbage(_)
            | Self::Untrusted(_)
            | Self::Unusable(_)
            | Self::TooLarge => UnreachedKind::Unusable,
        }
    }

    /// Who says something of it, and what.
    pub(super) fn said(&self) -> Option<(&str, &str)> {
        match self {
            Self::Unauthorized(said)
            | Self::Forbidden(said)
            | Self::NotFound(said)
            | Self::Refused(_, said) => Some(("the server", said)),
            Self::Plugin { said, .. } => Some(("it", said)),
            _ => None,
        }
    }
}
