//! A store in a PostgreSQL database with PostGIS, in the schema `sisetu`; many programs may share it.
//!
//! Each commit notifies the channel `sisetu` with the number of its revision.

mod journal;
mod ledger;
mod rows;
mod schema;

use std::str::FromStr;

use async_trait::async_trait;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection, Postgres, Transaction};

use self::ledger::Writing;
use super::{Contents, Entry, Journal, Note, Part, Store, StoreError, Version, write};
use crate::model::{ChangeSet, Commit, Feature, Layer, Revision};

/// A store in a PostGIS database.
pub(super) struct Postgis {
    name: String,
    pool: PgPool,
}

impl Postgis {
    /// Connects by URL, after making the schema where it is absent and may be made.
    pub(super) async fn open(url: &str, create: bool) -> Result<Self, StoreError> {
        let name = without_password(url);
        let options = PgConnectOptions::from_str(url)?.application_name("sisetu").disable_statement_logging();
        let connected = PgPoolOptions::new().max_connections(8).connect_with(options).await;
        let pool = match connected {
            Err(error) if !create && is_unknown_database(&error) => return Err(StoreError::Missing(name)),
            connected => connected?,
        };
        schema::prepare(&pool, &name, create).await?;
        Ok(Self { name, pool })
    }

    /// A transaction that sees one revision however long it reads.
    async fn reading(&self) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }
}

/// `invalid_catalog_name`.
fn is_unknown_database(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == "3D000")
}

/// The URL as it may be shown.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (server, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let server = match server.rsplit_once('@') {
        Some((user, host)) => format!("{}@{host}", user.split(':').next().unwrap_or_default()),
        None => server.to_owned(),
    };
    let Some((path, query)) = path.split_once('?') else { return format!("{scheme}://{server}{path}") };
    let shown: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("password=")).collect();
    let mark = if shown.is_empty() { "" } else { "?" };
    format!("{scheme}://{server}{path}{mark}{}", shown.join("&"))
}

async fn newest(connection: &mut PgConnection) -> Result<Revision, StoreError> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT max(revision) FROM sisetu.revision").fetch_one(connection).await?;
    Ok(Revision(newest.unwrap_or(0).unsigned_abs()))
}

#[async_trait]
impl Store for Postgis {
    fn name(&self) -> &str {
        &self.name
    }

    async fn revision(&self) -> Result<Revision, StoreError> {
        newest(&mut *self.pool.acquire().await?).await
    }

    async fn load(&self) -> Result<Contents, StoreError> {
        let mut transaction = self.reading().await?;
        let mut contents = Contents { revision: newest(&mut transaction).await?, ..Contents::default() };
        for layer in Layer::ALL {
            contents.layers.insert(layer, rows::features(&mut transaction, layer).await?);
        }
        Ok(contents)
    }

    async fn load_layer(&self, layer: Layer) -> Result<(Revision, Vec<Feature>), StoreError> {
        let mut transaction = self.reading().await?;
        let revision = newest(&mut transaction).await?;
        let features = rows::features(&mut transaction, layer).await?.map_err(StoreError::Unreadable)?;
        Ok((revision, features))
    }

    async fn changed_since(&self, revision: Revision) -> Result<Vec<Layer>, StoreError> {
        let names: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT unnest(layers) FROM sisetu.revision WHERE revision > $1 ORDER BY 1")
                .bind(i64::try_from(revision.0).unwrap_or(i64::MAX))
                .fetch_all(&self.pool)
                .await?;
        Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
    }

    async fn commit(&self, changes: ChangeSet) -> Result<Commit, StoreError> {
        write::commit(Writing::begin(&self.pool), changes).await
    }

    async fn history(&self, layer: Layer, id: &str) -> Result<Vec<Version>, StoreError> {
        rows::versions(&mut *self.pool.acquire().await?, layer, id).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        let shown = [
            ("postgres://anna:secret@db:5432/map?a=1", "postgres://anna@db:5432/map?a=1"),
            ("postgres://anna:p@ss@db/map", "postgres://anna@db/map"),
            ("postgres:///map?host=/run&password=secret&user=anna", "postgres:///map?host=/run&user=anna"),
            ("postgres:///map?password=secret", "postgres:///map"),
            ("postgres://db", "postgres://db"),
        ];
        for (url, expected) in shown {
            assert_eq!(without_password(url), expected);
        }
    }
}
