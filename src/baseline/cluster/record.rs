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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn secret(bytes: &[u8]) -> Secret {
        let release = STANDARD.encode(STANDARD.encode(bytes));
        Secret {
            data: BTreeMap::from([("release".to_owned(), release)]),
        }
    }

    fn compressed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_record_is_decoded_compressed_or_not() {
        let text =
            br#"{"name": "a", "manifest": "kind: X\n", "apply_method": "ssa", "version": 3}"#;
        for bytes in [text.to_vec(), compressed(text)] {
            let revision = secret(&bytes).revision().unwrap();
            assert!(revision.is_server_side());
            assert_eq!(revision.manifest, "kind: X\n");
        }
        // Helm 3 writes no method, and applies client-side.
        let helm_3 = secret(&compressed(br#"{"manifest": "kind: X\n"}"#));
        assert!(!helm_3.revision().unwrap().is_server_side());
    }

    #[test]
    fn what_is_no_record_is_none() {
        let good = compressed(b"{}");
        let cut = good.get(..good.len() - 9).unwrap();
        for bytes in [
            &b""[..],
            b"not JSON",
            &compressed(b"[1]"),
            cut,
            &[0x1f, 0x8b, 0x08],
        ] {
            assert!(secret(bytes).revision().is_none(), "{bytes:?}");
        }
        let no_base64 = BTreeMap::from([("release".to_owned(), "?".to_owned())]);
        assert!(Secret { data: no_base64 }.revision().is_none());
        let empty = Secret {
            data: BTreeMap::new(),
        };
        assert!(empty.revision().is_none());
    }

    /// A small Secret can hold a text of any size.
    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let megabyte = vec![b' '; 1 << 20];
        for _ in 0..=(MAX_BYTES >> 20) {
            encoder.write_all(&megabyte).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 1 << 20);
        assert!(uncompressed(&bomb).is_none());
    }

    #[test]
    fn helm_compares_with_the_last_that_was_deployed() {
        let listed = |name: &str, version: &str, status: &str| Listed {
            metadata: Metadata {
                name: name.to_owned(),
                labels: [("version", version), ("status", status)]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            },
        };
        let revisions = |all: Vec<Listed>| {
            let revisions = Revisions::of(all.into_iter());
            let found = revisions.newest_and_deployed();
            found.map(|(newest, deployed)| (newest.number, deployed.number))
        };
        let record = "sh.helm.release.v1.a.v1";
        let (superseded, failed) = (
            listed(record, "9", "superseded"),
            listed(record, "11", "failed"),
        );
        let all = vec![listed(record, "10", "deployed"), failed, superseded];
        assert_eq!(revisions(all), Some((11, 10)));
        let pending = vec![listed(record, "1", "pending-install")];
        assert_eq!(revisions(pending), Some((1, 1)));
        let others = vec![
            listed("other", "1", "deployed"),
            listed(record, "x", "deployed"),
        ];
        assert_eq!(revisions(others), None);
    }
}
