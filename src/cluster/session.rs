//! What asks: a runtime for this thread alone, the connections, and the credentials, which may have to be renewed.

use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use super::connection::{Client, Connection};
use super::credentials::Identity;
use super::exec::Given;
use super::failure::Failure;
use super::settings::Settings;

/// What asks.
pub(super) struct Session {
    pub(super) runtime: Runtime,
    kept: Mutex<Kept>,
}

/// What is kept between calls.
#[derive(Default)]
struct Kept {
    /// What the plugin gave.
    given: Option<Given>,
    /// The connections, and the certificate that they were made with.
    client: Option<(Client, Option<Identity>)>,
}

impl Session {
    /// # Errors
    /// When the system has no means left for it.
    pub(super) fn new() -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build();
        Ok(Self {
            runtime: runtime.map_err(|error| error.to_string())?,
            kept: Mutex::default(),
        })
    }

    /// A connection with credentials that are good now.
    pub(super) async fn connection(
        &self,
        settings: &Settings,
        deadline: Instant,
    ) -> Result<Connection, Failure> {
        let given = self.given(settings, deadline).await?;
        let identity = match &given {
            Some(given) => given.certificate.clone(),
            None => settings.credentials.certificate.clone(),
        };
        let token = given.and_then(|given| given.token);
        let client = self.client(settings, identity)?;
        let authorization = settings.credentials.authorization(token)?;
        Ok(Connection::new(client, authorization))
    }

    /// Lets go of what the plugin gave before now, which the server does not accept; whether there was any.
    pub(super) fn forget(&self) -> bool {
        self.kept().given.take().is_some()
    }

    /// All texts that no message may hold.
    pub(super) fn secrets(&self, settings: &Settings) -> Vec<String> {
        let given = self.kept().given.clone();
        let given = given.and_then(|given| given.token);
        given.into_iter().chain(settings.secrets()).collect()
    }

    /// What the plugin gives, which is run where it has not been yet, or what it gave has expired.
    async fn given(
        &self,
        settings: &Settings,
        deadline: Instant,
    ) -> Result<Option<Given>, Failure> {
        let Some(plugin) = &settings.credentials.plugin else {
            return Ok(None);
        };
        let kept = self.kept().given.clone();
        if let Some(given) = kept.filter(|given| !given.has_expired()) {
            return Ok(Some(given));
        }
        let given = plugin.run(deadline).await?;
        self.kept().given = Some(given.clone());
        Ok(Some(given))
    }

    fn client(&self, settings: &Settings, identity: Option<Identity>) -> Result<Client, Failure> {
        let mut kept = self.kept();
        if let Some((client, own)) = &kept.client
            && *own == identity
        {
            return Ok(client.clone());
        }
        let client = Client::new(settings, identity.as_ref()).map_err(Failure::Unusable)?;
        kept.client = Some((client.clone(), identity));
        Ok(client)
    }

    /// No one panics while holding it.
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
