//! One case: its files, the runs that it asks for, and what must come of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::outcome::{self, Expected, difference};
use crate::support::{Outcome, TRIMTAB, command, run_with};

/// Files that may be in a folder without being named by another.
const KNOWN: [&str; 8] = [
    "input.yaml",
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
}

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
        if matches!(expected, Expected::Patched { .. }) {
            self.again(&outcome.stdout)?;
            self.checked(&outcome.stdout)?;
        }
        Ok(())
    }

    /// Writes what comes out as what must come.
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
        let outcome = self.trimtab(&args, patched);
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
        let mut command = command(TRIMTAB, &self.folder, &[]);
        command
            .current_dir(&self.folder)
            .args(args)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        let is_named = args.iter().any(|arg| arg == "input.yaml");
        run_with(&mut command, if is_named { b"" } else { input })
    }
}

fn lines(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(files.get(name)?);
    Some(text.lines().map(str::to_owned).collect())
}
