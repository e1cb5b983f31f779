//! One case: its files, the runs that it asks for, and what must come of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::api_server::ApiServer;
use crate::helm;
use crate::hosts::{self, Host};
use crate::outcome::{self, Expected, difference};
use crate::support::{Outcome, TRIMTAB, command, copy_folder, run_with};

/// Files that may be in a folder without being named by another.
const KNOWN: [&str; 12] = [
    "input.yaml",
    "cluster.yaml",
    "asked",
    "forbidden",
    "helm",
    "args",
    "env",
    "expected.yaml",
    "stderr.txt",
    "refused.txt",
    "failed.txt",
    "report.txt",
];

/// A folder of `testdata/cases`.
pub(crate) struct Case {
    folder: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
    args: Vec<String>,
    env: Vec<(String, String)>,
    cluster: Option<ServedCluster>,
    /// The command line of the Helm that runs it.
    helm: Option<Vec<String>>,
    /// The folder with the program of that name.
    programs: TempDir,
}

/// The cluster of a case, and its kubeconfig.
struct ServedCluster {
    server: ApiServer,
    folder: TempDir,
}

/// Placeholders in outcomes for the server, whose port changes from run to run, and its kubeconfig.
const SERVER: &str = "https://milvus.example.com:6443";
const KUBECONFIG: &str = "/home/me/.kube/config";

/// The placeholder for the case's own folder, which is the program's home folder.
const HOME: &str = "/home/me/";

impl Case {
    /// Reads a folder; fails on a file that is missing, or that nothing asks for.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let bytes = fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
            files.insert(name.into_owned(), bytes);
        }
        let args: Vec<String> = lines(&files, "args").ok_or("`args` is missing")?;
        let env = lines(&files, "env").unwrap_or_default();
        let pair = |line: &String| {
            let (name, value) = line.split_once('=').ok_or("`env` needs NAME=value")?;
            Ok::<_, String>((name.to_owned(), value.to_owned()))
        };
        let env = env.iter().map(pair).collect::<Result<_, _>>()?;
        let case = Self {
            folder: folder.to_owned(),
            cluster: ServedCluster::of(&files)?,
            helm: lines(&files, "helm"),
            programs: tempfile::tempdir().map_err(|error| error.to_string())?,
            files,
            args,
            env,
        };
        if !case.files.contains_key("input.yaml") {
            return Err("`input.yaml` is missing".to_owned());
        }
        match case.files.keys().find(|name| !case.is_asked_for(name)) {
            Some(name) => Err(format!("nothing asks for `{name}`")),
            None => Ok(case),
        }
    }

    fn is_asked_for(&self, name: &str) -> bool {
        let policies = self
            .files
            .iter()
            .filter(|(name, _)| name.ends_with("policy.yaml"));
        let named = self
            .args
            .iter()
            .chain(self.env.iter().map(|(_, value)| value));
        KNOWN.contains(&name)
            || (name == "exit" && self.files.contains_key("report.txt"))
            || named.into_iter().any(|arg| arg.contains(name))
            || policies
                .into_iter()
                .any(|(_, text)| String::from_utf8_lossy(text).contains(name))
    }

    /// Runs it and compares.
    pub(crate) fn run(&self) -> Result<(), String> {
        let expected = Expected::of(&self.files)?;
        let input = self.files.get("input.yaml").map_or(&[][..], Vec::as_slice);
        let outcome = self.trimtab(&self.args, input);
        expected.compare(&outcome)?;
        self.asked_for()?;
        self.advises(&outcome)?;
        if matches!(expected, Expected::Patched { .. }) {
            self.again(&outcome.stdout)?;
            self.checked(&outcome.stdout)?;
        }
        Ok(())
    }

    /// Writes the actual outcome as the expected one.
    pub(crate) fn bless(&self) -> Result<(), String> {
        let input = self.files.get("input.yaml").map_or(&[][..], Vec::as_slice);
        let outcome = self.trimtab(&self.args, input);
        let changed = outcome::bless(&self.folder, &self.files, self.reports(), &outcome)?;
        for name in &changed {
            println!("blessed: {}/{name}", self.folder.display());
        }
        if changed.is_empty() {
            Ok(())
        } else {
            Err("blessed anew: read what was written, and run again".to_owned())
        }
    }

    /// Checks that each host can do what the helps propose.
    fn advises(&self, outcome: &Outcome) -> Result<(), String> {
        let forms = ["-o", "--output", "-q", "-v"];
        let has_form = |arg: &String| forms.iter().any(|form| arg.starts_with(form));
        let is_plan = self.args.first().is_some_and(|arg| arg == "plan");
        let has_helps = outcome.stderr.contains("help: ") || self.reports();
        if !has_helps || is_plan || self.args.iter().any(has_form) {
            return Ok(());
        }
        let own = self.args.iter().map(String::as_str);
        let own: Vec<&str> = own
            .filter(|arg| !["check", "input.yaml"].contains(arg))
            .collect();
        let input = self.files.get("input.yaml").map_or(&[][..], Vec::as_slice);
        for host in Host::ALL {
            let Some(input) = host.input(input) else {
                continue;
            };
            let args = [host.command(), &own, &["--output=json"]].concat();
            let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
            let folder = tempfile::tempdir().expect("a folder");
            copy_folder(&self.folder, folder.path(), &[]);
            let mut command = match (host, self.helm.as_deref()) {
                (Host::Helm, Some(line)) => self.command(Some(line), &args, folder.path()),
                (Host::Helm, None) => {
                    let hidden = helm::hidden(self.programs.path(), folder.path(), &args);
                    self.in_place(hidden, folder.path(), true)
                }
                _ => self.command(None, &args, folder.path()),
            };
            for name in hosts::VARIABLES {
                command.env_remove(name);
            }
            command.envs(host.variables().iter().copied());
            hosts::judge(host, &run_with(&mut command, &input))?;
        }
        Ok(())
    }

    /// Checks that the cluster was asked for exactly what `asked` lists.
    fn asked_for(&self) -> Result<(), String> {
        let (Some(cluster), Some(wanted)) = (&self.cluster, self.files.get("asked")) else {
            return Ok(());
        };
        let mut asked = cluster.server.asked();
        asked.sort();
        asked.dedup();
        difference(
            "what was asked for",
            wanted,
            (asked.join("\n") + "\n").as_bytes(),
        )
    }

    /// A second run over its own output changes nothing.
    fn again(&self, patched: &[u8]) -> Result<(), String> {
        let second = self.trimtab(&self.args, patched);
        if second.code != Some(0) {
            return Err(format!("its own output is refused:\n{}", second.stderr));
        }
        difference("the output of a second run", patched, &second.stdout)
    }

    /// `check` finds no drift in its output.
    fn checked(&self, patched: &[u8]) -> Result<(), String> {
        let mut args = vec!["check".to_owned()];
        args.extend(
            self.args
                .iter()
                .filter(|arg| *arg != "-q" && *arg != "-v")
                .cloned(),
        );
        args.push("--output=json".to_owned());
        // Under Helm only the filter runs.
        let outcome = self.trimtab_by(None, &args, patched);
        let report: serde_json::Value = serde_json::from_slice(&outcome.stdout)
            .map_err(|error| format!("check: {error}\n{}", outcome.stderr))?;
        let findings = report.get("findings").and_then(|it| it.as_array());
        let mut findings = findings.into_iter().flatten();
        match findings.find(|it| it.get("rule").is_some_and(|rule| rule == "target-drift")) {
            Some(finding) => Err(format!("check finds in its output: {finding}")),
            None => Ok(()),
        }
    }

    /// Whether standard output is a report.
    fn reports(&self) -> bool {
        let command = self.args.first();
        command.is_some_and(|arg| arg == "check" || arg == "plan")
    }

    fn trimtab(&self, args: &[String], input: &[u8]) -> Outcome {
        self.trimtab_by(self.helm.as_deref(), args, input)
    }

    /// Runs trimtab by the Helm of a command line, if there is one.
    fn trimtab_by(&self, helm: Option<&[String]>, args: &[String], input: &[u8]) -> Outcome {
        let mut command = self.command(helm, args, &self.folder);
        let is_named = args.iter().any(|arg| arg == "input.yaml");
        let outcome = run_with(&mut command, if is_named { b"" } else { input });
        let mut names = vec![(format!("{}/", self.folder.display()), HOME)];
        if let Some(cluster) = &self.cluster {
            names.push((cluster.server.url.clone(), SERVER));
            names.push((cluster.kubeconfig().display().to_string(), KUBECONFIG));
        }
        renamed(outcome, &names)
    }

    /// A command that runs trimtab in a folder, by the Helm of a command line, if there is one.
    fn command(&self, helm: Option<&[String]>, args: &[String], folder: &Path) -> Command {
        let command = if let Some(line) = helm {
            helm::command(self.programs.path(), folder, line, args)
        } else {
            let mut command = command(TRIMTAB, folder, &[]);
            command.args(args);
            command
        };
        self.in_place(command, folder, helm.is_some())
    }

    /// A command with the folder, the cluster and the variables of the case.
    fn in_place(&self, mut command: Command, folder: &Path, is_by_helm: bool) -> Command {
        if let Some(cluster) = &self.cluster {
            command.env("KUBECONFIG", cluster.kubeconfig());
        }
        let env = self.env.iter().map(|(name, value)| (name, value));
        let is_helms = |name: &str| name.starts_with("HELM_PLUGIN_") && !is_by_helm;
        command
            .current_dir(folder)
            .envs(env.filter(|(name, _)| self.helm.is_none() || !is_helms(name)));
        command
    }
}

impl ServedCluster {
    fn of(files: &BTreeMap<String, Vec<u8>>) -> Result<Option<Self>, String> {
        let Some(text) = files.get("cluster.yaml") else {
            return Ok(None);
        };
        let forbidden = lines(files, "forbidden").unwrap_or_default();
        let server = ApiServer::new(&String::from_utf8_lossy(text), &forbidden)?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let cluster = Self { server, folder };
        let written = fs::write(cluster.kubeconfig(), cluster.server.kubeconfig());
        written.map_err(|error| error.to_string())?;
        Ok(Some(cluster))
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("config")
    }
}

/// An outcome with placeholders for what differs between runs and machines.
fn renamed(outcome: Outcome, names: &[(String, &str)]) -> Outcome {
    let renamed = |text: String| {
        let names = names.iter();
        names.fold(text, |text, (from, to)| text.replace(from, to))
    };
    Outcome {
        stderr: renamed(outcome.stderr),
        stdout: match String::from_utf8(outcome.stdout) {
            Ok(text) => renamed(text).into_bytes(),
            Err(other) => other.into_bytes(),
        },
        ..outcome
    }
}

fn lines(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(files.get(name)?);
    Some(text.lines().map(str::to_owned).collect())
}
