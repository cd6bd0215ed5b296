//! 門 Gate: the HTTP interface. `router` is the whole map of addresses on one page; each group of addresses has a file of
//! its own with short handlers; everything that holds for all of them (keys, names, limits, errors, logs) is done once
//! around them.

mod access;
mod alerts;
mod body;
mod collections;
mod editions;
mod edits;
mod health;
mod imports;
mod items;
mod listen;
mod metrics;
mod negotiate;
mod ogc;
mod openapi;
mod problem;
mod query;
mod readings;
mod refusals;
mod risk;
mod risk_lists;
mod route;
mod router;
mod rules;
mod shell;
mod siting;
mod stream;
mod survey;
mod tile_cache;
mod tiles;
mod watch;
mod workers;

use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use tokio::sync::{Semaphore, watch as tell};
use tokio::task::JoinSet;

use crate::alerts::{Alerts, Webhook};
use crate::atlas::{Atlas, Surveys};
use crate::model::{Known, Layer};
use crate::rules::RuleBook;
use crate::store::StoreError;
use crate::tile::Plates;
pub use access::KeysError;
use access::{Access, Keys};
use metrics::Metrics;
pub use shell::has_viewer;
use tile_cache::TileCache;
use workers::Workers;

/// How the server is to be run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The address that others reach this server by, where it is not the one it listens on: `https://host[/path]`.
    pub public_url: Option<String>,
    /// The file of access keys; without one only loopback is listened on.
    pub keys: Option<PathBuf>,
    /// Where warnings are sent as well; nowhere where none is named.
    pub webhook: Option<Webhook>,
    /// Sizes and times.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        Self { listen, public_url: None, keys: None, webhook: None, limits: Limits::default() }
    }
}

/// What one request may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a JSON body.
    pub json_bytes: usize,
    /// Bytes of an imported file with what comes along.
    pub import_bytes: usize,
    /// Time for the head of a request to arrive.
    pub head_time: Duration,
    /// Time for a JSON body to arrive.
    pub body_time: Duration,
    /// Time for an answer.
    pub deadline: Duration,
    /// Time for an import, its arrival included.
    pub import_deadline: Duration,
    /// Time that running requests are given when the server stops.
    pub farewell: Duration,
    /// Connections at a time.
    pub connections: usize,
    /// Readers of the stream of warnings at a time.
    pub streams: usize,
    /// Time for such a reader to make room for the next warning.
    pub stream_patience: Duration,
    /// Time between two signs of life on a stream.
    pub heartbeat: Duration,
    /// Bytes of tiles kept in memory.
    pub tile_cache_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 10_000_000,
            import_bytes: 200_000_000,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(25),
            deadline: Duration::from_secs(30),
            import_deadline: Duration::from_mins(10),
            farewell: Duration::from_secs(10),
            connections: 1024,
            streams: 256,
            stream_patience: Duration::from_secs(30),
            heartbeat: Duration::from_secs(15),
            tile_cache_bytes: 256 << 20,
        }
    }
}

/// Why the server does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Reachable from elsewhere, but open to everyone.
    #[error(
        "listening on {0} lets other machines in, which needs access keys: add --keys FILE, or listen on 127.0.0.1"
    )]
    KeysRequired(SocketAddr),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The public address is none.
    #[error("--public-url {0:?} is not an address such as https://map.example.cn")]
    PublicUrl(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {cause}; choose another address with --listen")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The journals cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServeError {
    /// Whether it is the caller's to mend, rather than the machine's fault.
    pub fn is_usage(&self) -> bool {
        !matches!(self, Self::Listen { .. } | Self::Store(_))
    }
}

impl Config {
    /// Whether a server may be run like this; cheap enough to be asked before a store is opened.
    pub fn check(&self) -> Result<(), ServeError> {
        self.access().map(drop)
    }

    fn access(&self) -> Result<Access, ServeError> {
        let keys = self.keys.as_deref().map(Keys::read).transpose()?;
        if keys.is_none() && !self.listen.ip().is_loopback() {
            return Err(ServeError::KeysRequired(self.listen));
        }
        let public = self.public_url.as_deref().map(public).transpose()?;
        Ok(Access::new(self.listen, public, keys))
    }
}

fn public(url: &str) -> Result<Uri, ServeError> {
    let uri = url.parse::<Uri>().ok().filter(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some() && uri.query().is_none()
    });
    uri.ok_or_else(|| ServeError::PublicUrl(url.to_owned()))
}

/// What every handler may use.
#[derive(Clone)]
struct App(Arc<Shared>);

struct Shared {
    atlas: Arc<Atlas>,
    alerts: Arc<Alerts>,
    book: Arc<RuleBook>,
    surveys: Surveys,
    access: Access,
    limits: Limits,
    metrics: Metrics,
    tiles: TileCache,
    plates: Plates,
    workers: Workers,
    /// Places for readers of the stream of warnings.
    streams: Arc<Semaphore>,
    /// Becomes true when the server stops, for answers that would never end.
    closing: tell::Sender<bool>,
    /// Held by the import that is being read; one at a time leaves the other processors to the readers.
    importing: tokio::sync::Mutex<()>,
    birth: String,
    /// A mark of the rule book, part of the validators of what is drawn by it.
    book_mark: String,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    fn new(config: &Config, access: Access, alerts: Arc<Alerts>, atlas: Arc<Atlas>, book: Arc<RuleBook>) -> Self {
        let birth = birth(&atlas);
        let book_mark = book_mark(&book);
        Self(Arc::new(Shared {
            atlas,
            alerts,
            surveys: Surveys::new(Arc::clone(&book), workers::beside_readers()),
            book,
            access,
            limits: config.limits.clone(),
            metrics: Metrics::default(),
            tiles: TileCache::new(config.limits.tile_cache_bytes),
            plates: Plates::default(),
            workers: Workers::new(),
            streams: Arc::new(Semaphore::new(config.limits.streams)),
            closing: tell::Sender::new(false),
            importing: tokio::sync::Mutex::new(()),
            birth,
            book_mark,
        }))
    }
}

/// A mark of the store's own, part of every validator: another store, or the same file made anew, counts its revisions
/// from one again, and what a browser kept of the old one must not pass for the new.
fn birth(atlas: &Atlas) -> String {
    let edition = atlas.current();
    let features = Layer::ALL.into_iter().flat_map(|layer| edition.snapshot.features(layer));
    let oldest = features.map(|feature| feature.valid_from.as_microsecond()).min();
    format!("{:x}", oldest.unwrap_or_default())
}

/// The version of the book does not say what a folder of the district's own has put over it.
fn book_mark(book: &RuleBook) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(book).unwrap_or_default().hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// Serves an atlas until the process is told to stop (SIGTERM or SIGINT). `ready` hears the address, with the real port.
pub async fn run(
    config: Config,
    atlas: Arc<Atlas>,
    book: Arc<RuleBook>,
    ready: impl FnOnce(SocketAddr) + Send,
) -> Result<(), ServeError> {
    let mut access = config.access()?;
    let failed = |cause| ServeError::Listen { listen: config.listen, cause };
    let listener = tokio::net::TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    access.listens_on(address);
    let alerts = Alerts::open(Arc::clone(&atlas)).await?;
    // Before the first change can come in, so that what stands now is known. Where it fails the watch tries on.
    if let Err(error) = alerts.judge_now().await {
        tracing::error!(%error, "what stands at the start cannot be noted");
    }
    let mut followers = JoinSet::new();
    followers.spawn(Arc::clone(&atlas).follow());
    followers.spawn(Arc::clone(&alerts).follow());
    if let Some(webhook) = config.webhook.clone() {
        followers.spawn(webhook.deliver(Arc::clone(&alerts)));
    }
    let app = App::new(&config, access, alerts, atlas, book);
    // Whoever is told that the server is ready may end it.
    let ended = listen::signal();
    ready(address);
    let told = async {
        ended.await;
        app.closing.send_replace(true);
    };
    listen::serve(listener, router::router(&app), &config.limits, told).await;
    followers.shutdown().await;
    Ok(())
}

#[cfg(test)]
mod trial;
