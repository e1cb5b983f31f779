//! Helm's records of its releases, which it keeps as Secrets beside them.
//!
//! A record is the only place that says how a release is applied, and what its last manifest was. That it cannot be read
//! is no error: whoever reads the workloads may not be allowed to read Secrets, Argo CD keeps no records, and Helm can
//! keep them elsewhere (`HELM_DRIVER`).

use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde::Deserialize;

use crate::baseline::live::ReleaseName;
use crate::cluster::{Cluster, IfUnserved, Request, Unreached, UnreachedKind};

/// The largest record, in bytes, uncompressed. A Secret has at most one megabyte.
const MAX_BYTES: u64 = 64 << 20;

/// What is known of a release from Helm's own records.
#[derive(Debug)]
pub(super) enum Record {
    Known(ReleaseRecord),
    /// Why it is unknown.
    Unknown(&'static str),
}

/// What Helm's records say of a release.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReleaseRecord {
    /// Whether the newest revision was applied server-side. Helm 3 does not say, and never does.
    pub(super) is_server_side: bool,
    /// Whether the last deployed one was.
    pub(super) was_server_side: bool,
    /// The manifest that Helm compares with: that of the last deployed revision, else of the newest.
    pub(super) manifest: String,
    /// The revision of that manifest.
    pub(super) revision: u32,
}

/// A Secret, as far as every object has it.
#[derive(Debug, Deserialize)]
struct Listed {
    metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
    labels: BTreeMap<String, String>,
}

/// A Secret with its data.
#[derive(Debug, Deserialize)]
struct Secret {
    #[serde(default)]
    data: BTreeMap<String, String>,
}

/// A revision of a release, as Helm writes it (`pkg/release/v1/release.go`).
#[derive(Debug, Deserialize)]
struct Revision {
    #[serde(default)]
    manifest: String,
    /// `ssa` or `csa`; Helm 3 does not know the field.
    #[serde(default)]
    apply_method: String,
}

impl Record {
    /// Reads the records of a release.
    ///
    /// # Errors
    /// When the cluster does not answer.
    pub(super) fn read(cluster: &Cluster, release: &ReleaseName) -> Result<Self, Unreached> {
        match Self::read_all(cluster, release) {
            Err(unreached) if unreached.kind == UnreachedKind::Forbidden => {
                Ok(Self::Unknown("Secrets cannot be read"))
            }
            read => read,
        }
    }

    fn read_all(cluster: &Cluster, release: &ReleaseName) -> Result<Self, Unreached> {
        let request = Request {
            api_version: "v1".to_owned(),
            kind: "Secret".to_owned(),
            namespace: release.namespace.clone(),
            label_selector: Some(format!("owner=helm,name={}", release.name)),
            if_unserved: IfUnserved::Error,
            metadata_only: true,
        };
        let listings = cluster.list::<Listed>(std::slice::from_ref(&request))?;
        let listed = listings.into_iter().flat_map(|listing| listing.items);
        let revisions = Revisions::of(listed);
        let Some((newest, deployed)) = revisions.newest_and_deployed() else {
            return Ok(Self::Unknown("Helm has no record of it in its namespace"));
        };
        let read = |it: &Labelled| -> Result<Option<Revision>, Unreached> {
            let secret = cluster.get::<Secret>(&request, &it.name)?;
            Ok(secret.and_then(|secret| secret.revision()))
        };
        let Some(last) = read(newest)? else {
            return Ok(UNDECODED);
        };
        let is_server_side = last.is_server_side();
        let compared = if newest.number == deployed.number {
            Some(last)
        } else {
            read(deployed)?
        };
        Ok(compared.map_or(UNDECODED, |compared| {
            Self::Known(ReleaseRecord {
                is_server_side,
                was_server_side: compared.is_server_side(),
                manifest: compared.manifest,
                revision: deployed.number,
            })
        }))
    }
}

const UNDECODED: Record = Record::Unknown("Helm's record of it cannot be decoded");

impl Revision {
    fn is_server_side(&self) -> bool {
        self.apply_method == "ssa"
    }
}

/// The revisions of a release, by what their labels say.
#[derive(Debug, Default)]
struct Revisions(Vec<Labelled>);

#[derive(Debug)]
struct Labelled {
    name: String,
    number: u32,
    is_deployed: bool,
}

impl Revisions {
    fn of(listed: impl Iterator<Item = Listed>) -> Self {
        let revisions = listed.filter_map(|Listed { metadata }| {
            let label = |name: &str| metadata.labels.get(name);
            let is_helms = metadata.name.starts_with("sh.helm.release.v1.");
            let number = label("version")?.parse().ok().filter(|_| is_helms)?;
            let is_deployed = label("status").is_some_and(|status| status == "deployed");
            Some(Labelled {
                number,
                is_deployed,
                name: metadata.name,
            })
        });
        Self(revisions.collect())
    }

    /// The newest, and the one that Helm compares with (`pkg/action/upgrade.go`): the last that was deployed, else the newest.
    fn newest_and_deployed(&self) -> Option<(&Labelled, &Labelled)> {
        let newest = self.0.iter().max_by_key(|it| it.number)?;
        let deployed = self.0.iter().filter(|it| it.is_deployed);
        let deployed = deployed.max_by_key(|it| it.number);
        Some((newest, deployed.unwrap_or(newest)))
    }
}

impl Secret {
    fn revision(&self) -> Option<Revision> {
        // The API server's own encoding, then Helm's.
        let encoded = STANDARD.decode(self.data.get("release")?).ok()?;
        let bytes = STANDARD.decode(encoded.trim_ascii()).ok()?;
        serde_json::from_slice(&uncompressed(&bytes)?).ok()
    }
}

/// Helm before 2.x did not compress its records (`pkg/storage/driver/util.go`).
fn uncompressed(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
        return Some(bytes.to_vec());
    }
    let mut text = Vec::new();
    let mut decoder = GzDecoder::new(bytes).take(MAX_BYTES + 1);
    let read = decoder.read_to_end(&mut text).ok()?;
    (u64::try_from(read).ok()? <= MAX_BYTES).then_some(text)
}
