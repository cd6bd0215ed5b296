//! Every format but GeoJSON, read through GDAL.

use std::path::Path;

use gdal::errors::GdalError;
use gdal::spatial_ref::CoordTransform;
use gdal::vector::{FieldValue, LayerAccess, OGRFieldType, OwnedFeatureIterator};
use serde_json::Value;

use super::batch::{Batch, Source};
use super::error::IngestError;
use super::geometry::{Drawn, GeometryFault};
use super::opening::{Opened, Opening, last_complaint};
use super::place::Place;
use super::row::Row;
use crate::geom::algorithm::MapCoords;
use crate::geom::{Coord, Crs, Datum, Geometry};
use crate::model::Properties;

/// Rows that are handed on at a time.
const BATCH: usize = 4096;

/// A layer of a foreign file as a source of rows, its coordinates converted where only GDAL can.
pub(super) struct ForeignSource {
    features: OwnedFeatureIterator,
    columns: Vec<(String, OGRFieldType::Type)>,
    transform: Option<CoordTransform>,
    next_number: u64,
    /// Features the reader promises; fewer mean that it gave up on the way.
    promised: Option<u64>,
    place: Place,
    /// What was odd about the file.
    warnings: Vec<(&'static str, String)>,
}

impl ForeignSource {
    /// Opens the only layer with shapes of a file.
    pub fn open(path: &Path, file: &str, crs: Option<Crs>, datum: Option<Datum>) -> Result<Self, IngestError> {
        let Opened { layer, place, transform, guessed_encoding } = Opening { path, file, crs, datum }.open()?;
        let told = |encoding| ("encoding_guessed", format!("the text does not say its encoding; read as {encoding}"));
        let columns = layer.defn().fields().map(|field| (field.name(), field.field_type())).collect();
        Ok(Self {
            promised: layer.try_feature_count(),
            features: layer.owned_features(),
            columns,
            transform,
            next_number: 1,
            place,
            warnings: guessed_encoding.map(told).into_iter().collect(),
        })
    }

    /// What the coordinates of the rows mean.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What was odd, once all rows have been read.
    pub fn oddities(&self) -> Vec<(&'static str, String)> {
        let read = self.next_number - 1;
        let mut all = self.warnings.clone();
        if let Some(promised) = self.promised.filter(|promised| *promised > read) {
            let said = last_complaint().map(|said| format!(": {said}")).unwrap_or_default();
            let detail = format!("the file promises {promised} rows, but only {read} could be read{said}");
            all.push(("file_damaged", detail));
        }
        all
    }
}

impl Source for ForeignSource {
    type Error = IngestError;

    fn next_batch(&mut self) -> Result<Batch, IngestError> {
        let mut rows = Vec::new();
        let (columns, transform) = (&self.columns, self.transform.as_ref());
        for feature in (&mut self.features).take(BATCH) {
            rows.push(row(self.next_number, &feature, columns, transform));
            self.next_number += 1;
        }
        Ok(Batch::Rows(rows))
    }
}

fn row(
    number: u64,
    feature: &gdal::vector::Feature<'_>,
    columns: &[(String, OGRFieldType::Type)],
    transform: Option<&CoordTransform>,
) -> Row {
    let geometry = drawn(feature).and_then(|drawn| match (drawn, transform) {
        (Some(drawn), Some(transform)) => converted(&drawn, transform).map(Some),
        (drawn, _) => Ok(drawn),
    });
    let values = columns
        .iter()
        .enumerate()
        .filter_map(|(place, (name, kind))| Some((name.as_str(), value(feature, place, *kind)?)));
    let properties: Properties = values.collect();
    Row { number, id: None, geometry, properties, fault: None }
}

fn drawn(feature: &gdal::vector::Feature<'_>) -> Result<Option<Drawn>, GeometryFault> {
    let Some(shape) = feature.geometry().filter(|shape| shape.has_gdal_ptr() && !shape.is_empty()) else {
        return Ok(None);
    };
    let kind = shape.geometry_type();
    let with_height = gdal::vector::geometry_type_has_z(kind) || gdal::vector::geometry_type_has_m(kind);
    let mut flat = shape.clone();
    flat.flatten_to_2d();
    let unclosed_rings = 0;
    match Geometry::try_from(&flat) {
        Ok(geometry) => Ok(Some(Drawn { geometry, unclosed_rings, with_height })),
        Err(_) => Err(GeometryFault::new(
            format!("a {} cannot be used", shape.geometry_name()),
            "export points, lines or polygons with straight edges",
        )),
    }
}

fn converted(drawn: &Drawn, transform: &CoordTransform) -> Result<Drawn, GeometryFault> {
    let geometry = drawn.geometry.try_map_coords(|at| {
        let (mut x, mut y) = ([at.x], [at.y]);
        transform.transform_coords(&mut x, &mut y, &mut [])?;
        Ok::<Coord, GdalError>(Coord { x: x[0], y: y[0] })
    });
    match geometry {
        Ok(geometry) => Ok(Drawn { geometry, ..*drawn }),
        Err(error) => Err(GeometryFault::new(
            format!(
                "the coordinates cannot be converted to CGCS2000: {}",
                last_complaint().unwrap_or_else(|| error.to_string())
            ),
            "check the reference system of the file, or say it with --crs",
        )),
    }
}

fn value(feature: &gdal::vector::Feature<'_>, place: usize, kind: OGRFieldType::Type) -> Option<Value> {
    let text = || feature.field_as_string(place).ok().flatten();
    match kind {
        OGRFieldType::OFTBinary => return None,
        OGRFieldType::OFTTime => return text().map(Value::from),
        // An empty list is a null pointer inside, which the reader must not be asked for.
        OGRFieldType::OFTIntegerList | OGRFieldType::OFTInteger64List | OGRFieldType::OFTRealList
            if text()?.starts_with("(0:") =>
        {
            return Some(Value::Array(vec![]));
        }
        _ => {}
    }
    match feature.field(place) {
        Ok(value) => value.map(json),
        Err(_) => text().map(Value::from),
    }
}

fn json(value: FieldValue) -> Value {
    match value {
        FieldValue::IntegerValue(number) => number.into(),
        FieldValue::Integer64Value(number) => number.into(),
        FieldValue::RealValue(number) => number.into(),
        FieldValue::StringValue(text) => text.into(),
        FieldValue::IntegerListValue(numbers) => numbers.into(),
        FieldValue::Integer64ListValue(numbers) => numbers.into(),
        FieldValue::RealListValue(numbers) => numbers.into(),
        FieldValue::StringListValue(texts) => texts.into(),
        FieldValue::DateValue(day) => day.to_string().into(),
        FieldValue::DateTimeValue(time) => format!("{}T{}{}", time.date_naive(), time.time(), time.offset()).into(),
    }
}
