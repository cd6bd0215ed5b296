//! Opening the store a command works on.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use sisetu::index::{LayerIndex, Snapshot, Unavailable};
use sisetu::store::{self, Contents, Store, StoreError};

use super::exit::Failure;
use crate::config;

/// `--store`, for every command that reads a store.
#[derive(Debug, Args)]
pub struct StoreOption {
    /// A path ending in .gpkg, or a postgres:// URL
    #[arg(long, env = config::STORE_VARIABLE, hide_env_values = true, default_value = config::STORE, value_name = "STORE")]
    pub store: String,
}

impl StoreOption {
    /// The store, which must be there.
    pub async fn open(&self) -> Result<Arc<dyn Store>, Failure> {
        Ok(store::open(&self.store, false).await?)
    }

    /// The store, where it is there.
    pub async fn open_if_there(&self) -> Result<Option<Arc<dyn Store>>, Failure> {
        match store::open(&self.store, false).await {
            Ok(store) => Ok(Some(store)),
            Err(StoreError::Missing(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The store, made where it is not there.
    pub async fn open_or_make(&self) -> Result<Arc<dyn Store>, Failure> {
        Ok(store::open(&self.store, true).await?)
    }

    /// Whether a path leads to the store's own file.
    pub fn is_file(&self, path: &Path) -> bool {
        let place = |path: &Path| path.canonicalize().ok();
        place(path).is_some_and(|found| place(Path::new(&self.store)) == Some(found))
    }

    /// What the store holds now.
    pub async fn snapshot(&self) -> Result<Snapshot, Failure> {
        let store = self.open().await?;
        Ok(indexed(store.load().await?))
    }
}

/// The edition that a store's contents make.
pub fn indexed(contents: Contents) -> Snapshot {
    let revision = contents.revision;
    let layers = contents.layers.into_iter().map(|(layer, features)| {
        let index = features.map(|features| LayerIndex::new(revision, features.into_iter().map(Arc::new).collect()));
        (layer, index.map_err(Unavailable))
    });
    Snapshot::new(revision, layers)
}
