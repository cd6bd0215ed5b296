//! A store in one GeoPackage file, through SQLite. QGIS, GDAL and the like read it while it is in use.
//!
//! Each layer has a table with what stands now; the tables `sisetu_*` hold revisions and what stood before. The file works
//! in write-ahead mode, so that readers never wait, and a commit returns when the disk has it.

mod blob;
mod columns;
mod extent;
mod file;
mod history;
mod journal;
mod ledger;
mod rows;

use std::path::Path;

use async_trait::async_trait;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqlitePool;

use self::ledger::Writing;
use super::{Contents, Entry, Journal, Note, Part, Store, StoreError, Version, write};
use crate::model::{ChangeSet, Commit, Feature, Layer, Revision};

/// A store in a GeoPackage file.
pub(super) struct Embedded {
    name: String,
    pool: SqlitePool,
}

impl Embedded {
    /// Opens the file, after making it where it is absent and may be made.
    pub(super) async fn open(name: &str, create: bool) -> Result<Self, StoreError> {
        Ok(Self { name: name.to_owned(), pool: file::open(Path::new(name), create).await? })
    }
}

async fn newest(connection: &mut SqliteConnection) -> Result<Revision, StoreError> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT max(revision) FROM sisetu_revision").fetch_one(connection).await?;
    Ok(Revision(newest.unwrap_or(0).unsigned_abs()))
}

#[async_trait]
impl Store for Embedded {
    fn name(&self) -> &str {
        &self.name
    }

    async fn revision(&self) -> Result<Revision, StoreError> {
        newest(&mut *self.pool.acquire().await?).await
    }

    async fn load(&self) -> Result<Contents, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let mut contents = Contents { revision: newest(&mut transaction).await?, ..Contents::default() };
        for layer in Layer::ALL {
            contents.layers.insert(layer, rows::features(&mut transaction, layer).await);
        }
        Ok(contents)
    }

    async fn load_layer(&self, layer: Layer) -> Result<(Revision, Vec<Feature>), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let revision = newest(&mut transaction).await?;
        let features = rows::features(&mut transaction, layer).await.map_err(StoreError::Unreadable)?;
        Ok((revision, features))
    }

    async fn changed_since(&self, revision: Revision) -> Result<Vec<Layer>, StoreError> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT value FROM sisetu_revision, json_each(layers) WHERE revision > ? ORDER BY value",
        )
        .bind(i64::try_from(revision.0).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    async fn commit(&self, changes: ChangeSet) -> Result<Commit, StoreError> {
        write::commit(Writing::begin(&self.pool), changes).await
    }

    async fn history(&self, layer: Layer, id: &str) -> Result<Vec<Version>, StoreError> {
        history::versions(&mut *self.pool.begin().await?, layer, id).await
    }

    async fn append(&self, journal: Journal, notes: Vec<Note>) -> Result<Vec<Entry>, StoreError> {
        if notes.is_empty() { Ok(vec![]) } else { journal::append(&self.pool, journal, notes).await }
    }

    async fn entries(&self, journal: Journal, part: &Part, limit: u32) -> Result<Vec<Entry>, StoreError> {
        journal::entries(&mut *self.pool.acquire().await?, journal, part, limit).await
    }

    async fn length(&self, journal: Journal) -> Result<u64, StoreError> {
        journal::length(&mut *self.pool.acquire().await?, journal).await
    }
}
