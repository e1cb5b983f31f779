//! A control plane goes down with the script that brought it up, however that one ends.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::TestOf;
use crate::cluster::await_that;
use crate::script::{Absent, Script};
use crate::support;

pub(crate) const TESTS: &[TestOf<Plane>] = tests![
    it_ends_with_its_standard_input,
    it_ends_by_a_signal,
    it_ends_with_a_script_that_is_killed,
    it_ends_with_a_program_of_it,
];

/// A control plane of this test alone.
pub(crate) struct Plane {
    script: Script,
    folder: PathBuf,
    /// Where its API server listens.
    address: String,
}

impl Plane {
    pub(crate) fn start() -> Result<Self, Absent> {
        let mut up = Command::new(support::root().join("tests/cluster/up"));
        let (script, lines) = Script::start(&mut up, "GUEST_KUBECONFIG=")?;
        let kubeconfig = lines
            .iter()
            .find_map(|line| line.strip_prefix("KUBECONFIG="));
        let kubeconfig = Path::new(kubeconfig.expect("a kubeconfig"));
        let text = fs::read_to_string(kubeconfig).expect("a kubeconfig");
        let address = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("server: https://"));
        Ok(Self {
            script,
            folder: kubeconfig.parent().expect("a folder").to_owned(),
            address: address.expect("an address").to_owned(),
        })
    }

    /// The ids of the programs: of all processes that have the temporary folder in their command line.
    fn programs(&self) -> Vec<String> {
        let folder = self.folder.to_str().expect("a plain path");
        let mut pgrep = Command::new("pgrep");
        let outcome = support::run(pgrep.args(["-f", "--", folder]));
        let text = String::from_utf8(outcome.stdout).expect("text");
        text.lines().map(str::to_owned).collect()
    }

    fn is_up(&self) -> bool {
        TcpStream::connect(&self.address).is_ok()
    }

    #[track_caller]
    fn assert_goes(&self) {
        await_that(&(false, false, vec![]), || {
            (self.is_up(), self.folder.exists(), self.programs())
        });
    }

    fn signal(&self, name: &str) {
        signal(name, &self.script.id().to_string());
    }
}

fn signal(name: &str, id: &str) {
    support::run(Command::new("kill").args(["-s", name, id])).ok();
}

fn it_ends_with_its_standard_input(plane: &Plane) {
    assert!(plane.is_up());
    plane.script.stop();
    plane.assert_goes();
}

fn it_ends_by_a_signal(plane: &Plane) {
    plane.signal("TERM");
    plane.assert_goes();
}

fn it_ends_with_a_script_that_is_killed(plane: &Plane) {
    assert!(plane.programs().len() >= 5);
    plane.signal("KILL");
    plane.assert_goes();
}

fn it_ends_with_a_program_of_it(plane: &Plane) {
    let ids = plane.programs();
    let is_scheduler = |id: &&String| {
        let name = fs::read_to_string(format!("/proc/{id}/comm"));
        name.is_ok_and(|name| name.trim() == "kube-scheduler")
    };
    signal("KILL", ids.iter().find(is_scheduler).expect("a scheduler"));
    plane.assert_goes();
}
