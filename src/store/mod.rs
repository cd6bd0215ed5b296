//! 库 Archive: durability, revisions, history, other writers.

mod embedded;
mod journal;
mod past;
mod postgis;
mod wkb;
mod write;

pub mod library;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use self::embedded::Embedded;
pub use self::journal::{Entry, Journal, Note, Part};
use self::postgis::Postgis;
use crate::model::{ChangeSet, Commit, Feature, Layer, Revision};

/// Everything a store holds now.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The newest revision.
    pub revision: Revision,
    /// Each layer's features, or why it could not be read; one bad layer never hides the others.
    pub layers: BTreeMap<Layer, Result<Vec<Feature>, String>>,
}

/// One version of one feature.
#[derive(Clone, Debug)]
pub struct Version {
    /// The revision that made it.
    pub revision: Revision,
    /// The feature as it stood; `None` where the revision deleted it.
    pub feature: Option<Feature>,
    /// Since when.
    pub valid_from: Timestamp,
    /// Until when; `None` while it stands.
    pub valid_until: Option<Timestamp>,
    /// Who.
    pub author: String,
    /// Why, or from what file.
    pub reason: String,
}

/// Why a store refused.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The name of the store is neither a path ending in `.gpkg` nor a `postgres://` URL.
    #[error("store {0:?} is neither a path ending in .gpkg nor a postgres:// URL")]
    Name(String),
    /// There is no such store.
    #[error("there is no store at {0}; `sisetu import` makes one")]
    Missing(String),
    /// What is there is not a store of this program, or of a newer version of it.
    #[error("{0}")]
    Foreign(String),
    /// Someone else committed since the changes were decided.
    #[error("the store has moved on to revision {now} since revision {base}, on which the change was decided")]
    Moved {
        /// The revision the change was decided on.
        base: Revision,
        /// The newest revision.
        now: Revision,
    },
    /// A change set that would change one feature twice.
    #[error("feature {id} of layer {layer} is changed twice in one change set")]
    Repeated {
        /// Its layer.
        layer: Layer,
        /// Its id.
        id: String,
    },
    /// The database or the disk failed.
    #[error("the store failed: {0}")]
    Failed(#[from] sqlx::Error),
    /// Something stored cannot be read back.
    #[error("the store holds something unreadable: {0}")]
    Unreadable(String),
}

/// Opens a store by its name: a path ending in `.gpkg`, or a `postgres://` URL. Where there is none it is made if `create`,
/// else refused as [`StoreError::Missing`].
pub async fn open(name: &str, create: bool) -> Result<Arc<dyn Store>, StoreError> {
    let is_url = name.contains("://");
    if !is_url && Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gpkg")) {
        return Ok(Arc::new(Embedded::open(name, create).await?));
    }
    if ["postgres://", "postgresql://"].iter().any(|scheme| name.starts_with(scheme)) {
        return Ok(Arc::new(Postgis::open(name, create).await?));
    }
    Err(StoreError::Name(name.to_owned()))
}

/// Where the registers rest. Two real ones pass one suite of tests.
#[async_trait]
pub trait Store: Send + Sync {
    /// How the store was named.
    fn name(&self) -> &str;

    /// The newest revision; cheap enough to be asked several times a second.
    async fn revision(&self) -> Result<Revision, StoreError>;

    /// Everything it holds, as of one revision.
    async fn load(&self) -> Result<Contents, StoreError>;

    /// One layer, as of the newest revision.
    async fn load_layer(&self, layer: Layer) -> Result<(Revision, Vec<Feature>), StoreError>;

    /// The layers that changed after a revision.
    async fn changed_since(&self, revision: Revision) -> Result<Vec<Layer>, StoreError>;

    /// Writes all of a change set, or nothing of it. Gives tile ids to new features (a known feature keeps its own, even
    /// after it was deleted and came back) and fills in revision, origin and time. A set without changes makes no revision.
    async fn commit(&self, changes: ChangeSet) -> Result<Commit, StoreError>;

    /// Every version of one feature, newest first.
    async fn history(&self, layer: Layer, id: &str) -> Result<Vec<Version>, StoreError>;

    /// Enters notes into a journal, all of them or none, and gives back the entries made of them. A note whose key the
    /// journal knows is passed over, so that the same thing can be told twice and is entered once.
    async fn append(&self, journal: Journal, notes: Vec<Note>) -> Result<Vec<Entry>, StoreError>;

    /// At most `limit` entries of a part of a journal.
    async fn entries(&self, journal: Journal, part: &Part, limit: u32) -> Result<Vec<Entry>, StoreError>;

    /// How many entries a journal has; cheap enough to be asked several times a second.
    async fn length(&self, journal: Journal) -> Result<u64, StoreError>;
}
