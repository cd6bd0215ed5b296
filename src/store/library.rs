//! What the embedded database brings along on this machine.

use sqlx::{Connection, SqliteConnection};

use super::StoreError;

/// `SQLite`'s version: `3.40.1`.
pub async fn sqlite_version() -> Result<String, StoreError> {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
    Ok(sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await?)
}
