//! Reading the features of a layer's table.

use std::fmt::Write;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Decode, Row, Sqlite, SqliteConnection, TypeInfo, ValueRef};

use super::blob;
use super::columns::{is_loose, join, quoted};
use crate::model::{Feature, Layer, Properties, Revision, Schema};

/// How moments are written: UTC to the millisecond, as GeoPackage asks.
const MOMENT: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";
/// Where [`select`] puts what.
const FID: usize = 0;
const GEOM: usize = 1;
const PACKED: usize = 2;
const EXTRA: usize = 3;
const FIRST_LOOSE: usize = 4;

/// The text of a moment.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime(MOMENT).to_string()
}

/// The query for features of a layer, to which a condition may be added.
pub(super) fn select(layer: Layer) -> String {
    let (mut packed, mut loose) = (String::from("id, revision, origin, valid_from"), String::new());
    for field in &Schema::layer(layer).fields {
        let list = if is_loose(field) { &mut loose } else { &mut packed };
        let _ = write!(list, ", {}", quoted(&field.name));
    }
    format!("SELECT fid, geom, json_array({packed}), extra{loose} FROM {}", quoted(layer.name()))
}

/// Every feature of a layer, in the order of their tile ids; the first row that cannot be read is named.
pub(super) async fn features(connection: &mut SqliteConnection, layer: Layer) -> Result<Vec<Feature>, String> {
    let sql = format!("{} ORDER BY fid", select(layer));
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(connection);
    let mut features: Vec<Feature> = Vec::new();
    loop {
        match rows.try_next().await {
            Ok(Some(row)) => features.push(feature(layer, &row)?),
            Ok(None) => return Ok(features),
            Err(error) => {
                let last = features.last().map_or(0, |feature| feature.tile_id);
                return Err(format!("table {layer}, after row {last}: {error}"));
            }
        }
    }
}

/// The feature of a row, or which row it is and what is wrong with it.
pub(super) fn feature(layer: Layer, row: &SqliteRow) -> Result<Feature, String> {
    let named = |id: &str, reason: String| {
        let fid = fid(row).map_or_else(|_| "?".into(), |fid| fid.to_string());
        format!("table {layer}, row {fid} (id {id}): {reason}")
    };
    let mut packed = packed(row).map_err(|reason| named("?", reason))?.into_iter();
    let id = text(packed.next(), "id").map_err(|reason| named("?", reason))?;
    parts(layer, row, &id, packed).map_err(|reason| named(&id, reason))
}

/// The row's tile id.
pub(super) fn fid(row: &SqliteRow) -> Result<i64, sqlx::Error> {
    row.try_get(FID)
}

fn packed(row: &SqliteRow) -> Result<Vec<Value>, String> {
    serde_json::from_str(read(row, PACKED, "TEXT", "id")?.unwrap_or("[]")).map_err(|error| error.to_string())
}

fn parts(layer: Layer, row: &SqliteRow, id: &str, mut packed: impl Iterator<Item = Value>) -> Result<Feature, String> {
    let (revision, origin, valid_from) = (packed.next(), packed.next(), packed.next());
    let mut place = FIRST_LOOSE..;
    let loose = |name: &str| read(row, place.next().unwrap_or_default(), "REAL", name);
    let properties = join(layer, packed, loose, read(row, EXTRA, "TEXT", "extra")?)?;
    let blob = read(row, GEOM, "BLOB", "geom")?.ok_or("column geom is empty")?;
    let mut feature = drawn(id, blob, properties)?;
    feature.tile_id = fid(row).map_err(|error| error.to_string())?.unsigned_abs();
    feature.revision = Revision(revision.and_then(|value| value.as_u64()).ok_or("column revision holds no number")?);
    feature.origin = origin.filter(|value| !value.is_null()).map(|value| text(Some(value), "origin")).transpose()?;
    let valid_from = text(valid_from, "valid_from")?;
    feature.valid_from = valid_from.parse().map_err(|error| format!("column valid_from: {error}"))?;
    Ok(feature)
}

/// One value of a row, held against the storage class that belongs there.
fn read<'r, T: Decode<'r, Sqlite>>(
    row: &'r SqliteRow,
    at: usize,
    class: &str,
    name: &str,
) -> Result<Option<T>, String> {
    let raw = row.try_get_raw(at).map_err(|error| error.to_string())?;
    if raw.is_null() {
        return Ok(None);
    }
    if raw.type_info().name() != class {
        return Err(format!("column {name} holds {}, not {class}", raw.type_info()));
    }
    T::decode(raw).map(Some).map_err(|error| format!("column {name}: {error}"))
}

fn text(value: Option<Value>, name: &str) -> Result<String, String> {
    match value {
        Some(Value::String(text)) => Ok(text),
        other => Err(format!("column {name} holds {}, not TEXT", other.unwrap_or_default())),
    }
}

/// A feature with the geometry of a blob.
pub(super) fn drawn(id: &str, blob: &[u8], properties: Properties) -> Result<Feature, String> {
    let geometry = blob::read(blob).map_err(|error| error.to_string())?;
    Feature::new(id, geometry, properties).ok_or_else(|| "the geometry is empty".to_owned())
}
