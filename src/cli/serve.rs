//! `sisetu serve`: what a store holds, over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use sisetu::alerts::{Webhook, WebhookError};
use sisetu::atlas::Atlas;
use sisetu::risk::Scheme;
use sisetu::rules::RuleBook;
use sisetu::serve;
use sisetu::store::Store;

use super::exit::Failure;
use super::open::StoreOption;
use super::risk::RiskOption;
use super::rules::RulesOption;
use super::{Ended, exit, output};
use crate::config;

/// Serves what a store holds: viewer, tiles, siting checks
#[derive(Debug, Args)]
#[command(after_help = "\
Without access keys it listens on this machine only. A file of keys looks like this:

  [[key]]
  name = \"duty desk\"
  key = \"at least sixteen characters\"
  may = \"read\"          # or \"write\", which includes reading

Examples:
  sisetu serve --store ./sisetu.gpkg
  sisetu serve --listen 0.0.0.0:8080 --keys keys.toml --public-url https://map.example.cn")]
pub struct Serve {
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    listen: Listen,
    /// The address others reach it by, where it is not the one it listens on
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// A file of access keys; needed to listen elsewhere than on this machine
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    #[command(flatten)]
    webhook: WebhookOption,
    #[command(flatten)]
    rules: RulesOption,
    #[command(flatten)]
    risk: RiskOption,
}

/// `--webhook`.
#[derive(Debug, Args)]
pub struct WebhookOption {
    /// Sends every warning to this address, signed with the secret; nothing is sent anywhere otherwise
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// A file that holds the secret; the variable `SISETU_WEBHOOK_SECRET` if left out
    #[arg(long, value_name = "FILE", requires = "webhook")]
    webhook_secret: Option<PathBuf>,
}

impl WebhookOption {
    /// The webhook, where one is named.
    pub fn webhook(&self) -> Result<Option<Webhook>, Failure> {
        let Some(url) = &self.webhook else { return Ok(None) };
        let secret = match &self.webhook_secret {
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| Failure::input(format!("{} cannot be read: {error}", file.display())))?,
            None => std::env::var(config::WEBHOOK_SECRET_VARIABLE).unwrap_or_default(),
        };
        let mend = format!("--webhook-secret FILE, or ${}", config::WEBHOOK_SECRET_VARIABLE);
        Webhook::new(url, &secret).map(Some).map_err(|error| match error {
            WebhookError::Secret => Failure::input(error).hint(mend),
            WebhookError::Url => Failure::input(error),
        })
    }
}

/// `--listen`.
#[derive(Debug, Args)]
pub struct Listen {
    /// Address and port; port 0 takes any free one
    #[arg(long, default_value = config::LISTEN, value_name = "ADDR")]
    listen: SocketAddr,
}

impl Listen {
    /// A service for this machine, checked before any store is touched.
    pub fn config(&self) -> Result<serve::Config, Failure> {
        let config = serve::Config { listen: self.listen, ..serve::Config::default() };
        config.check()?;
        Ok(config)
    }
}

impl Serve {
    /// Serves until it is told to stop.
    pub async fn run(self) -> Ended {
        let config = serve::Config {
            listen: self.listen.listen,
            public_url: self.public_url,
            keys: self.keys,
            webhook: self.webhook.webhook()?,
            ..serve::Config::default()
        };
        config.check()?;
        let (book, scheme) = (self.rules.book()?, self.risk.scheme()?);
        serve(self.store.open().await?, config, book, scheme).await
    }
}

/// Serves a store until it is told to stop.
pub async fn serve(store: Arc<dyn Store>, config: serve::Config, book: RuleBook, scheme: Arc<Scheme>) -> Ended {
    let atlas = Atlas::open_by(store, scheme).await?;
    serve::run(config, atlas, Arc::new(book), |address| {
        // Where nobody can read the address, the service still works.
        let _ = output::print(&format!("listening on http://{address}\n"));
    })
    .await?;
    Ok(exit::DONE)
}
