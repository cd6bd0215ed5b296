//! What stood before.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::rows;
use crate::model::{Feature, Layer, Revision};
use crate::store::past::{Past, chain};
use crate::store::{StoreError, Version};

const EARLIER: &str = "SELECT version.tile_id, version.geom, version.properties, version.revision, version.origin, \
     version.valid_from, version.deleted, made.author, made.reason \
     FROM sisetu_version AS version JOIN sisetu_revision AS made USING (revision) \
     WHERE version.layer = ? AND version.id = ? AND (version.deleted OR version.properties IS NOT NULL)";

/// Every readable version of one feature, newest first.
pub(super) async fn versions(
    connection: &mut SqliteConnection,
    layer: Layer,
    id: &str,
) -> Result<Vec<Version>, StoreError> {
    let earlier = sqlx::query(EARLIER).bind(layer.name()).bind(id).fetch_all(&mut *connection).await?;
    let mut past = earlier.iter().map(|row| earlier_version(id, row)).collect::<Result<Vec<_>, _>>()?;
    let sql = format!("{} WHERE id = ?", rows::select(layer));
    if let Some(row) = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(&mut *connection).await? {
        let feature = rows::feature(layer, &row).map_err(StoreError::Unreadable)?;
        past.push(standing_version(connection, feature).await?);
    }
    Ok(chain(past))
}

async fn standing_version(connection: &mut SqliteConnection, feature: Feature) -> Result<Past, StoreError> {
    let (author, reason) = sqlx::query_as("SELECT author, reason FROM sisetu_revision WHERE revision = ?")
        .bind(feature.revision.0.cast_signed())
        .fetch_optional(connection)
        .await?
        .unwrap_or_default();
    Ok(Past { revision: feature.revision, valid_from: feature.valid_from, feature: Some(feature), author, reason })
}

fn earlier_version(id: &str, row: &SqliteRow) -> Result<Past, StoreError> {
    let valid_from: String = row.try_get(5)?;
    let valid_from = valid_from.parse().map_err(|error| unreadable(id, &error))?;
    let revision = Revision(row.try_get::<i64, _>(3)?.unsigned_abs());
    let feature = if row.try_get(6)? { None } else { Some(earlier_feature(id, row, revision, valid_from)?) };
    Ok(Past { revision, feature, valid_from, author: row.try_get(7)?, reason: row.try_get(8)? })
}

fn earlier_feature(
    id: &str,
    row: &SqliteRow,
    revision: Revision,
    valid_from: Timestamp,
) -> Result<Feature, StoreError> {
    let properties = serde_json::from_str(row.try_get(2)?).map_err(|error| unreadable(id, &error))?;
    let mut feature = rows::drawn(id, row.try_get(1)?, properties).map_err(|reason| unreadable(id, &reason))?;
    feature.tile_id = row.try_get::<i64, _>(0)?.unsigned_abs();
    feature.origin = row.try_get(4)?;
    (feature.revision, feature.valid_from) = (revision, valid_from);
    Ok(feature)
}

fn unreadable(id: &str, reason: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unreadable(format!("an earlier version of {id}: {reason}"))
}
