//! `sisetu serve`: what a store holds, over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
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
    rules: RulesOption,
    #[command(flatten)]
    risk: RiskOption,
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
