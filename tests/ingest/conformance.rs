//! Files that other projects keep for being bad: classified as their folders say, and never a panic.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sisetu::ingest::{ImportOptions, Imported, IngestError, Mapping};
use sisetu::model::Layer;

use super::desk::{Desk, skipped, test_data};

fn files(folder: &str) -> Vec<PathBuf> {
    let Some(data) = test_data() else {
        skipped(folder);
        return Vec::new();
    };
    let mut found = Vec::new();
    walk(&data.join("conformance").join(folder), &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

fn options(layer: Layer) -> ImportOptions {
    let mapping = Mapping {
        defaults: [("name".to_owned(), json!("名")), ("kind".to_owned(), json!("dam"))].into(),
        ..Mapping::default()
    };
    ImportOptions { mapping: Some(mapping), ..ImportOptions::into_layer(layer) }
}

/// The file with its positions moved to China, into the layer that takes every shape.
fn moved_in(desk: &Desk, path: &Path, off: (f64, f64)) -> Result<Imported, IngestError> {
    let mut value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    shift(&mut value, off);
    let moved = desk.write("moved.geojson", value.to_string());
    desk.import(&moved, &options(Layer::Structures))
}

fn shift(value: &mut Value, off: (f64, f64)) {
    match value {
        Value::Array(items) if items.len() >= 2 && items.iter().all(Value::is_number) => {
            for (item, by) in items.iter_mut().zip([off.0, off.1]) {
                *item = json!(item.as_f64().unwrap() + by);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shift(item, off)),
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| *name != "bbox").for_each(|(_, value)| shift(value, off));
        }
        _ => {}
    }
}

/// `refused`, or what became of the rows: `accepted`, `repaired` or the code of the first reject.
fn fate(result: &Result<Imported, IngestError>) -> String {
    match result {
        Err(error) => {
            assert!(!error.hint().is_empty());
            "refused".to_owned()
        }
        Ok(imported) => match imported.report.rejects.first() {
            Some(reject) => reject.code.to_owned(),
            None if imported.report.repaired > 0 => "repaired".to_owned(),
            None => "accepted".to_owned(),
        },
    }
}

/// The fates of all files of a folder, by file name without ending.
fn fates(folder: &str, off: (f64, f64)) -> Vec<(String, String)> {
    let desk = Desk::new();
    let fates = files(folder).into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fate(&moved_in(&desk, &path, off)))
    });
    fates.collect()
}

/// From Berlin to the district, from the gulf of Guinea likewise.
const BERLIN: (f64, f64) = (102.0, -23.0);
const GUINEA: (f64, f64) = (14.0, 29.0);

const STRUCTURAL: [&str; 7] = ["refused", "json", "not_a_feature", "properties", "bad_id", "geometry", "no_geometry"];

/// A bad box around a shape is of no use to us, and properties may be missing.
fn is_harmless(name: &str) -> bool {
    name.contains("bbox") || name.contains("no_properties") || name.contains("no-properties")
}

#[test]
fn wrong_structure_is_refused_or_rejected() {
    let own = fates("geojson-invalid/invalid_structure", BERLIN);
    let schema = fates("geojson-schema/invalid", GUINEA);
    assert!(own.is_empty() || (own.len(), schema.len()) == (28, 36), "{} {}", own.len(), schema.len());
    for (name, fate) in own.iter().chain(&schema) {
        assert_eq!(STRUCTURAL.contains(&fate.as_str()), !is_harmless(name), "{name}: {fate}");
    }
}

#[test]
fn valid_structure_is_never_taken_for_wrong() {
    let own = fates("geojson-invalid/valid", BERLIN);
    let schema = fates("geojson-schema/valid", GUINEA);
    assert!(own.is_empty() || (own.len(), schema.len()) == (22, 30), "{} {}", own.len(), schema.len());
    for (name, fate) in own.iter().chain(&schema) {
        let without_shape = name.contains("null_geometry") || name.contains("null-geometry");
        assert_eq!(STRUCTURAL.contains(&fate.as_str()), without_shape, "{name}: {fate}");
    }
}

#[test]
fn wrong_and_doubtful_shapes_have_the_fate_they_deserve() {
    let invalid = fates("geojson-invalid/invalid_geometries", BERLIN);
    let expected = [
        ("invalid_exterior_not_ccw", "repaired"),
        ("invalid_incorrect_geometry_data_type", "geometry"),
        ("invalid_interior_not_cw", "repaired"),
        ("invalid_less_three_unique_nodes", "degenerate"),
        ("invalid_unclosed", "repaired"),
    ];
    for ((name, fate), expected) in invalid.iter().zip(expected) {
        assert_eq!((name.as_str(), fate.as_str()), expected);
    }
    let doubtful = fates("geojson-invalid/problematic_geometries", BERLIN);
    for (name, expected) in [
        ("problematic_3d_coordinates", "accepted"),
        ("problematic_duplicate_nodes", "repaired"),
        ("problematic_holes", "accepted"),
        ("problematic_inner_and_exterior_ring_intersect", "repaired"),
        ("problematic_outside_lat_lon_boundaries", "outside_china"),
        ("problematic_self_intersection_large", "self_crossing"),
        ("problematic_self_intersection_small", "repaired"),
        ("problematic_zero_length_linestring", "degenerate"),
    ] {
        let found = doubtful.iter().find(|(found, _)| found == name);
        assert!(found.is_none_or(|(_, fate)| fate == expected), "{found:?}");
        assert!(found.is_some() || doubtful.is_empty(), "{name} is gone");
    }
}

#[test]
fn every_foreign_file_ends_in_an_answer() {
    let (mut answers, mut refusals) = (0, 0);
    let crs = Some(sisetu::geom::Crs::CGCS2000);
    for path in files("shapefile").into_iter().chain(files("formats")).chain(files("gcj02")) {
        for options in [options(Layer::Structures), ImportOptions { crs, ..options(Layer::Structures) }] {
            match Desk::new().import(&path, &options) {
                Ok(imported) => {
                    let report = imported.report;
                    assert_eq!(report.read, report.accepted + report.rejected, "{}", path.display());
                    assert_eq!(report.rejected as usize, report.rejects.len());
                    assert!(report.rejects.iter().all(|reject| !reject.reason.is_empty() && !reject.hint.is_empty()));
                    answers += 1;
                }
                Err(error) => {
                    let told = error.to_string();
                    assert!(
                        !error.hint().is_empty() && !told.contains("NULL") && !told.contains("/conformance/"),
                        "{told}"
                    );
                    refusals += 1;
                }
            }
        }
    }
    assert!(answers + refusals == 0 || (answers > 120 && refusals > 200), "{answers} answers, {refusals} refusals");
}

/// One file of a folder, its coordinates said to be degrees.
fn one(name: &str, layer: Layer) -> Option<Result<Imported, IngestError>> {
    let Some(data) = test_data() else {
        skipped(name);
        return None;
    };
    let options = ImportOptions { crs: Some(sisetu::geom::Crs::CGCS2000), ..options(layer) };
    Some(Desk::new().import(&data.join(name), &options))
}

#[test]
fn chinese_shapefiles_keep_their_text() {
    let Some(provinces) = one("national/china_province_1to4m_gbk_shp.zip", Layer::Structures) else { return };
    let provinces = provinces.unwrap();
    assert_eq!(provinces.report.read, 925);
    assert!(provinces.report.accepted > 900, "{:?}", provinces.report.rejects);
    let names: Vec<&str> = super::desk::puts(&provinces).iter().map(|feature| feature.name()).collect();
    assert!(names.contains(&"江西省") && names.contains(&"黑龙江省"), "{:?}", &names[..5]);
    assert!(provinces.report.warnings.iter().any(|warning| warning.code == "encoding_guessed"));
    let damaged = one("conformance/shapefile/mojibake-rivers/rivers.shp", Layer::Structures).unwrap().unwrap();
    assert!(damaged.report.warnings.iter().filter(|warning| warning.code == "damaged_text").count() > 100);
}

#[test]
fn several_shapefiles_in_a_zip_are_listed() {
    let Some(told) = one("national/china_hydro_1to4m_gbk_shp.zip", Layer::Waters) else { return };
    assert!(matches!(told, Err(IngestError::Layers { layers, .. }) if layers.len() == 4));
}
