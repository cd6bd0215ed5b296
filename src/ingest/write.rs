//! Features as GeoJSON.

use std::io::{self, Write};

use ::geojson::GeometryValue;
use serde_json::{Value, json};

use super::RejectedRow;
use crate::geom::{Envelope, Geometry};
use crate::model::{Feature, Layer};

/// A feature as GeoJSON, in CGCS2000 longitude/latitude. The layer is not written into it.
pub fn feature_json(_layer: Layer, feature: &Feature) -> Value {
    json!({
        "type": "Feature",
        "id": feature.id,
        "geometry": geometry_json(&feature.geometry),
        "properties": feature.properties,
    })
}

/// A geometry as GeoJSON.
pub fn geometry_json(geometry: &Geometry) -> Value {
    let geometry = ::geojson::Geometry::new(GeometryValue::from(geometry));
    // Numbers and texts always serialise.
    serde_json::to_value(&geometry).unwrap_or(Value::Null)
}

/// Writes features as one `FeatureCollection`, one feature a line.
pub fn export_geojson<'a>(
    layer: Layer,
    features: impl IntoIterator<Item = &'a Feature>,
    mut out: impl Write,
) -> io::Result<()> {
    collection(features.into_iter().map(|feature| feature_json(layer, feature)), &mut out)
}

/// Writes rejected rows as a `FeatureCollection` that opens in any viewer, with `reject_row`, `reject_code`,
/// `reject_reason` and `reject_hint` beside the row's own values. A shape that is not in degrees is left out.
pub fn write_rejects(rejected: &[RejectedRow], mut out: impl Write) -> io::Result<()> {
    collection(rejected.iter().map(reject_json), &mut out)
}

fn reject_json(row: &RejectedRow) -> Value {
    // Latitudes to 180, so that swapped coordinates can still be seen.
    let globe = Envelope { west: -180.0, south: -180.0, east: 180.0, north: 180.0 };
    let on_globe = |geometry: &&Geometry| Envelope::of(geometry).is_some_and(|envelope| globe.contains(&envelope));
    let geometry = row.geometry.as_ref().filter(on_globe).map_or(Value::Null, geometry_json);
    let mut properties = row.properties.to_json();
    properties.insert("reject_row".to_owned(), row.told.row.into());
    properties.insert("reject_code".to_owned(), row.told.code.into());
    properties.insert("reject_reason".to_owned(), row.told.reason.clone().into());
    properties.insert("reject_hint".to_owned(), row.told.hint.clone().into());
    let mut feature = json!({ "type": "Feature", "geometry": geometry, "properties": properties });
    if let Some(id) = &row.told.id {
        feature["id"] = id.clone().into();
    }
    feature
}

fn collection(features: impl Iterator<Item = Value>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    for (place, feature) in features.enumerate() {
        if place > 0 {
            out.write_all(b",\n")?;
        }
        serde_json::to_writer(&mut *out, &feature)?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()
}
