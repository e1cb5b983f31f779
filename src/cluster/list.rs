//! LISTs in parallel, each in pages.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Failed;
use super::answer::{self, Allowance};
use super::connection::{Connection, Wanted};
use super::failure::Failure;
use super::request::{IfUnserved, Listing, Request, encoded};
use super::resources::{self, Resources};

/// The objects of a page, as in kubectl.
const PAGE: usize = 500;

const METADATA: Wanted = Wanted {
    accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
    is_stream: false,
};

const METADATA_KIND: &str = "PartialObjectMetadataList";

/// A part of a list.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Page<T> {
    kind: String,
    metadata: PageMetadata,
    items: Option<Vec<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageMetadata {
    #[serde(default)]
    resource_version: String,
    #[serde(default)]
    r#continue: String,
}

/// The objects of each request, all asked for at once.
pub(super) async fn all<T>(
    connection: &Connection,
    requests: &[Request],
    allowance: &Arc<Allowance>,
    deadline: Instant,
) -> Result<Vec<Listing<T>>, Vec<Failed>>
where
    T: DeserializeOwned + Send + 'static,
{
    let mut running = JoinSet::new();
    for (at, request) in requests.iter().cloned().enumerate() {
        let (connection, allowance) = (connection.clone(), Arc::clone(allowance));
        running.spawn(async move {
            let listing = one(&connection, &request, &allowance, deadline).await;
            (at, listing)
        });
    }
    let mut listings = Vec::with_capacity(requests.len());
    let mut failed = Vec::new();
    while let Some(done) = running.join_next().await {
        match done {
            Ok((at, Ok(listing))) => listings.push((at, listing)),
            Ok((at, Err(failure))) => failed.push((at, failure)),
            Err(bug) => std::panic::resume_unwind(bug.into_panic()),
        }
    }
    if failed.is_empty() {
        listings.sort_by_key(|(at, _)| *at);
        return Ok(listings.into_iter().map(|(_, listing)| listing).collect());
    }
    failed.sort_by_key(|(at, _)| *at);
    Err(failed)
}

async fn one<T: DeserializeOwned>(
    connection: &Connection,
    request: &Request,
    allowance: &Allowance,
    deadline: Instant,
) -> Result<Listing<T>, Failure> {
    let listing = match whole(connection, request, allowance, deadline).await {
        // What the pages were read from has been compacted away meanwhile.
        Err(Failure::Gone) => whole(connection, request, allowance, deadline).await,
        listing => listing,
    };
    match listing {
        Err(Failure::NotFound(_)) if request.if_unserved == IfUnserved::Empty => {
            Ok(Listing::empty())
        }
        // What may not be listed is forbidden before the server looks whether it serves it.
        Err(Failure::Forbidden(said)) if request.if_unserved == IfUnserved::Empty => {
            match plural(connection, request, allowance, deadline).await {
                Err(Failure::NotFound(_)) => Ok(Listing::empty()),
                _ => Err(Failure::Forbidden(said)),
            }
        }
        listing => listing,
    }
}

async fn whole<T: DeserializeOwned>(
    connection: &Connection,
    request: &Request,
    allowance: &Allowance,
    deadline: Instant,
) -> Result<Listing<T>, Failure> {
    let path = path(connection, request, allowance, deadline).await?;
    pages(connection, request, &path, allowance, deadline).await
}

/// The object of a name, if there is one.
pub(super) async fn named<T: DeserializeOwned>(
    connection: &Connection,
    request: &Request,
    name: &str,
    allowance: &Allowance,
    deadline: Instant,
) -> Result<Option<T>, Failure> {
    let path = path(connection, request, allowance, deadline).await?;
    let path = format!("{path}/{}", encoded(name));
    match connection.get(&path, Wanted::JSON, deadline).await {
        Ok(response) => {
            let body = answer::bytes(response, allowance, deadline).await?;
            answer::read(&body).map(Some)
        }
        Err(Failure::NotFound(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The path of the objects; the server is asked for what it calls them where that is not known.
pub(super) async fn path(
    connection: &Connection,
    request: &Request,
    allowance: &Allowance,
    deadline: Instant,
) -> Result<String, Failure> {
    if let Some(plural) = resources::known(request) {
        return Ok(request.path(plural));
    }
    let plural = plural(connection, request, allowance, deadline).await?;
    Ok(request.path(&plural))
}

/// What the server calls the objects.
async fn plural(
    connection: &Connection,
    request: &Request,
    allowance: &Allowance,
    deadline: Instant,
) -> Result<String, Failure> {
    let group = request.group_path();
    let response = connection.get(&group, Wanted::JSON, deadline).await?;
    let body = answer::bytes(response, allowance, deadline).await?;
    let served: Resources = answer::read(&body)?;
    if served.kind != Resources::KIND {
        return Err(Failure::other_kind(&served.kind, Resources::KIND));
    }
    let plural = served.plural(&request.kind);
    plural.ok_or(Failure::NotFound(String::new()))
}

async fn pages<T: DeserializeOwned>(
    connection: &Connection,
    request: &Request,
    path: &str,
    allowance: &Allowance,
    deadline: Instant,
) -> Result<Listing<T>, Failure> {
    let mut listing = Listing::empty();
    let mut from = String::new();
    loop {
        let place = format!("{path}?{}", query(request, &from));
        let wanted = if request.metadata_only {
            METADATA
        } else {
            Wanted::JSON
        };
        let response = connection.get(&place, wanted, deadline).await?;
        let body = answer::bytes(response, allowance, deadline).await?;
        let page: Page<T> = answer::read(&body)?;
        let kind = format!("{}List", request.kind);
        if page.kind != kind && !(request.metadata_only && page.kind == METADATA_KIND) {
            return Err(Failure::other_kind(&page.kind, &kind));
        }
        listing.items.extend(page.items.unwrap_or_default());
        listing.resource_version = page.metadata.resource_version;
        from = page.metadata.r#continue;
        if from.is_empty() {
            return Ok(listing);
        }
    }
}

fn query(request: &Request, from: &str) -> String {
    let mut query = format!("limit={PAGE}");
    for (name, value) in [
        (
            "labelSelector",
            request.label_selector.as_deref().unwrap_or_default(),
        ),
        ("continue", from),
    ] {
        if !value.is_empty() {
            query = format!("{query}&{name}={}", encoded(value));
        }
    }
    query
}
