//! Credential plugins: a program that prints an `ExecCredential` (`k8s.io/client-go/plugin/pkg/client/auth/exec`).
//!
//! It gets no standard input, which is the stream's, so a plugin that cannot do without (`interactiveMode: Always`) is
//! refused; and no more time than the call that needs it.

use std::ffi::OsString;
use std::process::{ExitStatus, Stdio};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout_at};

use super::answer::line;
use super::credentials::Identity;
use super::failure::Failure;
use super::kubeconfig::{Chosen, Exec, Server};
use super::settings;
use crate::environment::Environment;
use crate::input;
use crate::names::shown;

/// The variable that a plugin learns from what is wanted of it.
const INFO: &str = "KUBERNETES_EXEC_INFO";

const KIND: &str = "ExecCredential";

const VERSIONS: [&str; 2] = [
    "client.authentication.k8s.io/v1",
    "client.authentication.k8s.io/v1beta1",
];

/// The extension of a cluster that is meant for its plugin.
const EXTENSION: &str = "client.authentication.k8s.io/exec";

/// How much a plugin may print, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A credential plugin.
pub(super) struct Plugin {
    command: String,
    args: Vec<String>,
    environment: Vec<(OsString, OsString)>,
    api_version: String,
    /// How to install it, by the kubeconfig.
    hint: Option<String>,
}

/// What a plugin gave.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) token: Option<String>,
    pub(super) certificate: Option<Identity>,
    pub(super) expires: Option<Timestamp>,
}

/// What a plugin is told, and what it answers with.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential {
    api_version: String,
    kind: String,
    #[serde(skip_deserializing)]
    spec: Spec,
    #[serde(skip_serializing)]
    status: Option<Status>,
}

#[derive(Default, Serialize)]
struct Spec {
    interactive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<ClusterInfo>,
}

/// The `Cluster` of `k8s.io/client-go/pkg/apis/clientauthentication/v1`.
#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ClusterInfo {
    server: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_server_name: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    insecure_skip_tls_verify: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_authority_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_url: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disable_compression: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<serde_json::Value>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<Timestamp>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

impl Plugin {
    /// The plugin of a user.
    ///
    /// # Errors
    /// When it cannot be run as it is configured.
    pub(super) fn new(
        exec: &Exec,
        chosen: &Chosen,
        environment: &Environment,
    ) -> Result<Self, String> {
        let command = exec.command.clone().ok_or("`exec` needs a `command`")?;
        let api_version = exec.api_version.clone().unwrap_or_default();
        if !VERSIONS.contains(&&*api_version) {
            return Err(format!(
                "`exec` has the apiVersion `{}`, expected {}",
                shown(&api_version),
                VERSIONS.join(" or ")
            ));
        }
        check_mode(exec, &command, &api_version)?;
        if exec.env.iter().any(|variable| variable.name.is_empty()) {
            return Err("`exec` has a variable without a name".to_owned());
        }
        let info = exec.provide_cluster_info.then(|| info(&chosen.server));
        let info = told(&api_version, info.transpose()?);
        let own = exec.env.iter();
        let own = own.map(|it| (OsString::from(&it.name), OsString::from(&it.value)));
        let inherited = environment.iter();
        let inherited = inherited.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self {
            environment: inherited
                .chain(own)
                .chain([(OsString::from(INFO), OsString::from(info))])
                .collect(),
            command,
            args: exec.args.clone(),
            api_version,
            hint: exec.install_hint.clone(),
        })
    }

    /// Runs it.
    pub(super) async fn run(&self, deadline: Instant) -> Result<Given, Failure> {
        let mut child = self.start()?;
        let stderr = tokio::spawn(words(child.stderr.take()));
        let mut stdout = child.stdout.take();
        let ended = async {
            let text = text(&mut stdout).await;
            if text.len() as u64 > MAX_BYTES {
                return Err(self.failure("printed more than 1 MiB", None));
            }
            Ok((text, child.wait().await))
        };
        let Ok(ended) = timeout_at(deadline, ended).await else {
            return Err(self.failure("gave no credentials in time", None));
        };
        let (text, status) = ended?;
        match status {
            Ok(status) if status.success() => self.read(&text),
            Ok(status) => {
                let said = timeout_at(deadline, stderr).await;
                let said = said.ok().and_then(Result::ok).unwrap_or_default();
                Err(self.failure(&ended_with(status), Some(line(&said))))
            }
            Err(error) => Err(self.failure(&error.to_string(), None)),
        }
    }

    fn start(&self) -> Result<Child, Failure> {
        let mut command = Command::new(&self.command);
        command
            .args(&self.args)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command.spawn().map_err(|error| {
            let why = format!("cannot be run: {}", input::why(&error));
            self.failure(&why, self.hint.as_deref().map(line))
        })
    }

    fn read(&self, stdout: &str) -> Result<Given, Failure> {
        let wrong = |why: &str| Err(self.failure(why, None));
        let Ok(credential) = serde_json::from_str::<ExecCredential>(stdout) else {
            return wrong("printed no ExecCredential in JSON");
        };
        if credential.kind != KIND || credential.api_version != self.api_version {
            return wrong(&format!(
                "printed a `{}` of `{}`, expected an {KIND} of {}",
                shown(&credential.kind),
                shown(&credential.api_version),
                self.api_version
            ));
        }
        let status = credential.status.unwrap_or_default();
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        let (token, key) = (text(status.token), text(status.client_key_data));
        let certificate = match (text(status.client_certificate_data), key) {
            (Some(certificate), Some(key)) => Some(Identity {
                certificate: certificate.into_bytes(),
                key: key.into_bytes(),
            }),
            (None, None) if token.is_some() => None,
            (None, None) => return wrong("gave neither a token nor a certificate"),
            _ => {
                return wrong(
                    "gave a certificate without its key, or a key without its certificate",
                );
            }
        };
        Ok(Given {
            token,
            certificate,
            expires: status.expiration_timestamp,
        })
    }

    fn failure(&self, why: &str, said: Option<String>) -> Failure {
        Failure::Plugin {
            why: format!("the credential plugin `{}` {why}", line(&self.command)),
            said: said.unwrap_or_default(),
        }
    }
}

impl Given {
    /// Whether it is of no use any more.
    pub(super) fn has_expired(&self) -> bool {
        self.expires
            .is_some_and(|expires| expires <= Timestamp::now())
    }
}

fn check_mode(exec: &Exec, command: &str, api_version: &str) -> Result<(), String> {
    match exec.interactive_mode.as_deref() {
        Some("Never" | "IfAvailable") => Ok(()),
        Some("Always") => Err(format!(
            "the credential plugin `{}` wants a terminal (`interactiveMode: Always`), and standard input is the stream",
            line(command)
        )),
        // The older version has a default.
        None if api_version != VERSIONS[0] => Ok(()),
        None => Err("`exec` needs an `interactiveMode`".to_owned()),
        Some(mode) => Err(format!("invalid `interactiveMode` `{}`", shown(mode))),
    }
}

/// What a plugin is told of the cluster.
fn info(server: &Server) -> Result<ClusterInfo, String> {
    let mut extensions = server.extensions.iter();
    let config = extensions.find(|it| it.name == EXTENSION);
    Ok(ClusterInfo {
        server: server.url.clone().unwrap_or_default(),
        tls_server_name: server.tls_server_name.clone(),
        insecure_skip_tls_verify: server.insecure_skip_tls_verify,
        certificate_authority_data: settings::authority_data(server)?,
        proxy_url: server.proxy_url.clone(),
        disable_compression: server.disable_compression,
        config: config.map(|it| it.extension.clone()),
    })
}

fn told(api_version: &str, cluster: Option<ClusterInfo>) -> String {
    let credential = ExecCredential {
        api_version: api_version.to_owned(),
        kind: KIND.to_owned(),
        spec: Spec {
            interactive: false,
            cluster,
        },
        status: None,
    };
    serde_json::to_string(&credential).unwrap_or_default()
}

/// What comes out of a pipe, as far as it may, and a byte more.
async fn text(pipe: &mut Option<impl AsyncRead + Unpin>) -> String {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What came before an error is as good as nothing: it is JSON, or a word on what is wrong.
        _ = pipe.take(MAX_BYTES + 1).read_to_end(&mut bytes).await;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The same for a pipe that is read to its end, whatever comes.
async fn words(mut pipe: Option<impl AsyncRead + Unpin>) -> String {
    let text = text(&mut pipe).await;
    if let Some(pipe) = &mut pipe {
        _ = tokio::io::copy(pipe, &mut tokio::io::sink()).await;
    }
    text
}

fn ended_with(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("failed with exit status {code}"),
        None => "was ended by a signal".to_owned(),
    }
}
