//! Every format but GeoJSON, read through GDAL.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Once;

use gdal::config::set_error_handler;
use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use gdal::vector::{FieldValue, LayerAccess, OGRFieldType, OwnedFeatureIterator, OwnedLayer};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use serde_json::Value;

use super::batch::{Batch, Source};
use super::dbf;
use super::error::IngestError;
use super::geometry::{Drawn, GeometryFault};
use super::place::Place;
use super::row::Row;
use crate::geom::algorithm::MapCoords;
use crate::geom::{Coord, Crs, Datum, Geometry};
use crate::model::Properties;

/// Drivers that read plain files. Those that follow what a file says to other files or to the network are left out.
const DRIVERS: [&str; 12] = [
    "GPKG",
    "ESRI Shapefile",
    "LIBKML",
    "KML",
    "FlatGeobuf",
    "OpenFileGDB",
    "DXF",
    "CSV",
    "XLSX",
    "GPX",
    "MapInfo File",
    "Parquet",
];
const BATCH: usize = 4096;

thread_local! {
    /// What GDAL last complained of on this thread.
    static COMPLAINTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps GDAL off standard error.
fn tame() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_error_handler(|_, _, message| {
            COMPLAINTS.with_borrow_mut(|complaints| {
                complaints.truncate(15);
                complaints.push(message.to_owned());
            });
        });
    });
}

fn complaint(error: &gdal::errors::GdalError) -> String {
    let said = COMPLAINTS.with_borrow_mut(std::mem::take);
    said.into_iter().next_back().unwrap_or_else(|| error.to_string())
}

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
    pub warnings: Vec<(&'static str, String)>,
}

impl ForeignSource {
    /// Opens the only layer with shapes of a file.
    pub fn open(path: &Path, file: &str, crs: Option<Crs>, datum: Option<Datum>) -> Result<Self, IngestError> {
        tame();
        COMPLAINTS.with_borrow_mut(Vec::clear);
        let mut warnings = Vec::new();
        let encoding = dbf::guess_encoding(path);
        let options = encoding.map(|encoding| format!("ENCODING={encoding}"));
        if let Some(encoding) = encoding {
            warnings.push(("encoding_guessed", format!("the .dbf does not say its encoding; read as {encoding}")));
        }
        let dataset = open(path, options.as_deref())
            .map_err(|error| IngestError::Format { file: file.to_owned(), what: complaint(&error) })?;
        let layer = only_layer(dataset, file)?;
        let (place, transform) = place_of(&layer, file, crs, datum)?;
        let columns = layer.defn().fields().map(|field| (field.name(), field.field_type())).collect();
        let promised = layer.try_feature_count();
        let features = layer.owned_features();
        Ok(Self { features, columns, transform, next_number: 1, promised, place, warnings })
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
            let said = COMPLAINTS.with_borrow(|complaints| complaints.last().cloned()).unwrap_or_default();
            all.push((
                "file_damaged",
                format!("the file promises {promised} rows, but only {read} could be read {said}"),
            ));
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

fn open(path: &Path, option: Option<&str>) -> gdal::errors::Result<Dataset> {
    let zipped = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let path = if zipped { PathBuf::from("/vsizip/").join(format!("{{{}}}", path.display())) } else { path.to_owned() };
    let options: Vec<&str> = option.into_iter().collect();
    Dataset::open_ex(
        path,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
            allowed_drivers: Some(&DRIVERS),
            open_options: (!options.is_empty()).then_some(options.as_slice()),
            sibling_files: None,
        },
    )
}

fn only_layer(dataset: Dataset, file: &str) -> Result<OwnedLayer, IngestError> {
    let shaped = |layer: &gdal::vector::Layer<'_>| layer.defn().geom_fields().next().is_some();
    let layers: Vec<(usize, String)> = dataset
        .layers()
        .enumerate()
        .filter(|(_, layer)| shaped(layer))
        .map(|(place, layer)| (place, layer.name()))
        .collect();
    match layers.as_slice() {
        [(place, _)] => dataset
            .into_layer(*place)
            .map_err(|error| IngestError::Format { file: file.to_owned(), what: complaint(&error) }),
        [] => Err(IngestError::NoLayer { file: file.to_owned() }),
        many => Err(IngestError::Layers {
            file: file.to_owned(),
            layers: many.iter().map(|(_, name)| name.clone()).collect(),
        }),
    }
}

/// What the coordinates mean, and how GDAL converts them where we cannot.
fn place_of(
    layer: &OwnedLayer,
    file: &str,
    crs: Option<Crs>,
    datum: Option<Datum>,
) -> Result<(Place, Option<CoordTransform>), IngestError> {
    if let Some(crs) = crs {
        return Ok((Place::new(crs, datum), None));
    }
    let Some(mut reference) = layer.spatial_ref() else {
        return Err(IngestError::NoCrs { file: file.to_owned() });
    };
    if let Some(epsg) = epsg(&mut reference) {
        match Crs::from_epsg(epsg) {
            Ok(crs) => return Ok((Place::new(crs, datum), None)),
            Err(old @ crate::geom::crs::CrsError::OldDatum(..)) => return Err(old.into()),
            Err(_) => {}
        }
    }
    let label = reference.authority().unwrap_or_else(|_| reference.name().unwrap_or_default());
    if is_old_datum(&reference) {
        return Err(IngestError::OldDatum { crs: label });
    }
    if reference.is_local() {
        return Err(IngestError::NoCrs { file: file.to_owned() });
    }
    let transform = to_cgcs2000(&mut reference)
        .map_err(|error| IngestError::ForeignCrs { crs: label.clone(), what: complaint(&error) })?;
    Ok((Place { label, ..Place::new(Crs::CGCS2000, datum) }, Some(transform)))
}

fn epsg(reference: &mut SpatialRef) -> Option<u32> {
    let code = |reference: &SpatialRef| {
        let by_epsg = reference.auth_name().is_some_and(|name| name == "EPSG");
        reference.auth_code().ok().filter(|_| by_epsg)?.try_into().ok()
    };
    code(reference).or_else(|| {
        reference.auto_identify_epsg().ok()?;
        code(reference)
    })
}

/// Xian 1980 and Beijing 1954 under any name, known by their ellipsoids too.
fn is_old_datum(reference: &SpatialRef) -> bool {
    let text = reference.to_wkt().unwrap_or_default().to_lowercase();
    ["xian", "beijing_1954", "beijing 1954", "new_beijing", "krass", "krasovsky", "iag_1975", "iag 1975"]
        .iter()
        .any(|name| text.contains(name))
}

fn to_cgcs2000(reference: &mut SpatialRef) -> gdal::errors::Result<CoordTransform> {
    reference.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let mut target = SpatialRef::from_epsg(4490)?;
    target.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    CoordTransform::new(reference, &target)
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
        Ok::<Coord, gdal::errors::GdalError>(Coord { x: x[0], y: y[0] })
    });
    match geometry {
        Ok(geometry) => Ok(Drawn { geometry, ..*drawn }),
        Err(error) => Err(GeometryFault::new(
            format!("the coordinates cannot be converted to CGCS2000: {}", complaint(&error)),
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
