//! Reading features and their versions.

use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::model::{Feature, Layer, Revision};
use crate::store::past::{Past, chain};
use crate::store::{StoreError, Version, wkb};

const FEATURES: &str = "SELECT id, tile_id, ST_AsBinary(geom, 'NDR'), properties::text, revision, origin, \
     (extract(epoch FROM valid_from) * 1000)::bigint FROM sisetu.feature WHERE layer = $1 ORDER BY tile_id";

const VERSIONS: &str = "SELECT id, tile_id, ST_AsBinary(geom, 'NDR'), properties::text, revision, origin, \
     (extract(epoch FROM valid_from) * 1000)::bigint, deleted, coalesce(author, ''), coalesce(reason, '') FROM (\
     SELECT id, tile_id, geom, properties, revision, origin, valid_from, FALSE AS deleted \
     FROM sisetu.feature WHERE layer = $1 AND id = $2 UNION ALL \
     SELECT id, tile_id, geom, properties, revision, origin, valid_from, deleted \
     FROM sisetu.version WHERE layer = $1 AND id = $2\
     ) AS version LEFT JOIN sisetu.revision USING (revision)";

/// Every feature of a layer, in the order of their tile ids. The inner error names the first row that cannot be read.
pub(super) async fn features(
    connection: &mut PgConnection,
    layer: Layer,
) -> Result<Result<Vec<Feature>, String>, sqlx::Error> {
    let mut rows = sqlx::query(FEATURES).bind(layer.name()).fetch(connection);
    let mut features = Vec::new();
    while let Some(row) = rows.try_next().await? {
        match feature(&row) {
            Ok(feature) => features.push(feature),
            Err(reason) => return Ok(Err(format!("layer {layer}, {reason}"))),
        }
    }
    Ok(Ok(features))
}

/// Every version of one feature, newest first.
pub(super) async fn versions(
    connection: &mut PgConnection,
    layer: Layer,
    id: &str,
) -> Result<Vec<Version>, StoreError> {
    let rows = sqlx::query(VERSIONS).bind(layer.name()).bind(id).fetch_all(connection).await?;
    Ok(chain(rows.iter().map(past).collect::<Result<Vec<_>, _>>()?))
}

fn past(row: &PgRow) -> Result<Past, StoreError> {
    let deleted: bool = row.try_get(7)?;
    Ok(Past {
        revision: revision(row)?,
        feature: if deleted { None } else { Some(feature(row).map_err(StoreError::Unreadable)?) },
        valid_from: valid_from(row)?,
        author: row.try_get(8)?,
        reason: row.try_get(9)?,
    })
}

fn feature(row: &PgRow) -> Result<Feature, String> {
    let id: String = row.try_get(0).map_err(|error| error.to_string())?;
    let named = |reason: String| format!("row {id}: {reason}");
    let geometry = row.try_get(2).map_err(|error| named(error.to_string()))?;
    let geometry = wkb::read(geometry).map_err(|error| named(error.to_string()))?;
    let properties = row.try_get(3).map_err(|error| named(error.to_string()))?;
    let properties = serde_json::from_str(properties).map_err(|error| named(format!("properties: {error}")))?;
    let feature =
        Feature::new(id.as_str(), geometry, properties).ok_or_else(|| named("the geometry is empty".into()))?;
    complete(feature, row).map_err(|error| named(error.to_string()))
}

fn complete(mut feature: Feature, row: &PgRow) -> Result<Feature, sqlx::Error> {
    feature.tile_id = row.try_get::<i64, _>(1)?.unsigned_abs();
    feature.revision = revision(row)?;
    feature.origin = row.try_get(5)?;
    feature.valid_from = valid_from(row)?;
    Ok(feature)
}

fn revision(row: &PgRow) -> Result<Revision, sqlx::Error> {
    Ok(Revision(row.try_get::<i64, _>(4)?.unsigned_abs()))
}

fn valid_from(row: &PgRow) -> Result<Timestamp, sqlx::Error> {
    moment(row.try_get(6)?)
}

/// The moment of so many milliseconds.
pub(super) fn moment(milliseconds: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| sqlx::Error::Decode(error.into()))
}
