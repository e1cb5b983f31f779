//! helmfile, which runs Helm for each release; docs/hosts/helmfile.md describes what is proven here.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::release::Release;
use crate::script::Absent;
use crate::support;
use crate::support::readme::{Host, run_document};

/// The program that `tests/cluster/build` builds.
pub(crate) fn program() -> Result<PathBuf, Absent> {
    let built = support::built("helmfile", "github.com/helmfile/helmfile");
    built.ok_or_else(|| Absent::NotBuilt("run tests/cluster/build helmfile first".to_owned()))
}

/// Every command of the document, in order.
pub(crate) fn the_document(release: &Release, program: &PathBuf) {
    let kubeconfig = release.kubeconfig();
    let programs = release.programs();
    symlink(program, programs.join("helmfile")).expect("a link");
    let host = Host::Cluster(release.major, &programs, &kubeconfig);
    run_document("docs/hosts/helmfile.md", host).unwrap_or_else(|error| panic!("{error}"));
}
