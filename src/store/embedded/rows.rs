//! Reading the features of a layer's table.

use std::fmt::Write;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::blob;
use super::columns::{join, quoted, read};
use crate::model::{Feature, Layer, Properties, Revision, Schema};

/// How moments are written: UTC to the millisecond, as GeoPackage asks.
const MOMENT: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";
/// Columns in [`select`] before those of the fields.
const FIRST_FIELD: usize = 6;

/// The text of a moment.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime(MOMENT).to_string()
}

/// The query for features of a layer, to which a condition may be added.
pub(super) fn select(layer: Layer) -> String {
    let mut sql = String::from("SELECT fid, id, geom, revision, origin, valid_from");
    for field in &Schema::layer(layer).fields {
        let _ = write!(sql, ", {}", quoted(&field.name));
    }
    let _ = write!(sql, ", extra FROM {}", quoted(layer.name()));
    sql
}

/// Every feature of a layer, in the order of their tile ids; the first row that cannot be read is named.
pub(super) async fn features(connection: &mut SqliteConnection, layer: Layer) -> Result<Vec<Feature>, String> {
    let sql = format!("{} ORDER BY fid", select(layer));
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(connection);
    let mut features = Vec::new();
    while let Some(row) = rows.try_next().await.map_err(|error| format!("table {layer}: {error}"))? {
        features.push(feature(layer, &row)?);
    }
    Ok(features)
}

/// The feature of a row, or which row it is and what is wrong with it.
pub(super) fn feature(layer: Layer, row: &SqliteRow) -> Result<Feature, String> {
    let named = |reason: String| {
        let fid = row.try_get::<i64, _>(0).map_or_else(|_| "?".into(), |fid| fid.to_string());
        let id = row.try_get::<String, _>(1).unwrap_or_else(|_| "?".into());
        format!("table {layer}, row {fid} (id {id}): {reason}")
    };
    parts(layer, row).map_err(named)
}

fn parts(layer: Layer, row: &SqliteRow) -> Result<Feature, String> {
    let id: String = given(read(row, 1, "TEXT", "id")?, "id")?;
    let blob: &[u8] = given(read(row, 2, "BLOB", "geom")?, "geom")?;
    let moment: String = given(read(row, 5, "TEXT", "valid_from")?, "valid_from")?;
    let mut feature = drawn(id, blob, join(layer, row, FIRST_FIELD)?)?;
    feature.tile_id = whole(read(row, 0, "INTEGER", "fid")?, "fid")?;
    feature.revision = Revision(whole(read(row, 3, "INTEGER", "revision")?, "revision")?);
    feature.origin = read(row, 4, "TEXT", "origin")?;
    feature.valid_from = moment.parse().map_err(|error| format!("column valid_from: {error}"))?;
    Ok(feature)
}

/// A feature with the geometry of a blob.
pub(super) fn drawn(id: String, blob: &[u8], properties: Properties) -> Result<Feature, String> {
    let geometry = blob::read(blob).map_err(|error| error.to_string())?;
    Feature::new(id, geometry, properties).ok_or_else(|| "the geometry is empty".to_owned())
}

fn given<T>(value: Option<T>, name: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("column {name} is empty"))
}

fn whole(value: Option<i64>, name: &str) -> Result<u64, String> {
    given(value, name)?.try_into().map_err(|_| format!("column {name} is negative"))
}
