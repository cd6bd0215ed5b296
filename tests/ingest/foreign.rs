//! Formats read through GDAL.

use std::path::{Path, PathBuf};

use gdal::DriverManager;
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{FieldDefn, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType};
use sisetu::geom::algorithm::Winding;
use sisetu::geom::{Coord, Crs, Datum};
use sisetu::ingest::{ImportOptions, IngestError};
use sisetu::model::Layer;

use super::desk::{Desk, puts, rejects, warnings};

const PLACE: Coord = Coord { x: 115.8017, y: 29.6108 };

fn reference(epsg: u32) -> SpatialRef {
    let mut reference = SpatialRef::from_epsg(epsg).unwrap();
    reference.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    reference
}

/// Writes plants (id, name, shape as WKT) through GDAL.
fn written(driver: &str, path: &Path, srs: Option<&SpatialRef>, options: &[&str], rows: &[(&str, &str, &str)]) {
    let driver = DriverManager::get_driver_by_name(driver).unwrap();
    let mut dataset = driver.create_vector_only(path).unwrap();
    let layer = dataset
        .create_layer(LayerOptions {
            name: path.file_stem().unwrap().to_str().unwrap(),
            srs,
            ty: OGRwkbGeometryType::wkbUnknown,
            options: Some(options),
        })
        .unwrap();
    for name in ["id", "name", "kind"] {
        FieldDefn::new(name, OGRFieldType::OFTString).unwrap().add_to_layer(&layer).unwrap();
    }
    FieldDefn::new("risk_level", OGRFieldType::OFTReal).unwrap().add_to_layer(&layer).unwrap();
    for (id, name, shape) in rows {
        let mut feature = gdal::vector::Feature::new(layer.defn()).unwrap();
        if !shape.is_empty() {
            feature.set_geometry(Geometry::from_wkt(shape).unwrap()).unwrap();
        }
        for (place, value) in [*id, *name, "factory"].into_iter().enumerate() {
            feature.set_field_string(place, value).unwrap();
        }
        feature.set_field_double(3, 2.0).unwrap();
        feature.create(&layer).unwrap();
    }
}

fn point(at: Coord) -> String {
    format!("POINT({} {})", at.x, at.y)
}

fn imported(desk: &Desk, path: &Path) -> sisetu::ingest::Imported {
    desk.import(path, &ImportOptions::into_layer(Layer::Enterprises)).unwrap()
}

fn is_at_place(imported: &sisetu::ingest::Imported, degrees: f64) {
    let at = puts(imported)[0].envelope().centre();
    assert!((at.x - PLACE.x).abs() < degrees && (at.y - PLACE.y).abs() < degrees, "{at:?}");
}

#[test]
fn every_format_and_system_lands_in_the_same_place() {
    let desk = Desk::new();
    for (driver, ending) in [("GPKG", "gpkg"), ("ESRI Shapefile", "shp"), ("FlatGeobuf", "fgb")] {
        for epsg in [4490, 4326, 3857, 4527, 4548, 4498] {
            let path = desk.path(&format!("p{epsg}.{ending}"));
            let at = point(Crs::from_epsg(epsg).unwrap().from_lonlat(PLACE));
            let options: &[&str] = if ending == "shp" { &["ENCODING=UTF-8"] } else { &[] };
            written(driver, &path, Some(&reference(epsg)), options, &[("a", "模拟厂", &at)]);
            let imported = imported(&desk, &path);
            assert_eq!(
                (imported.report.accepted, imported.report.crs.clone()),
                (1, format!("EPSG:{epsg}")),
                "{ending}"
            );
            is_at_place(&imported, 1e-9);
            let put = puts(&imported)[0];
            assert_eq!((put.id.as_str(), put.name()), ("a", "模拟厂"));
            assert_eq!(put.properties.get("risk_level"), Some(&serde_json::json!(2)));
        }
    }
}

#[test]
fn kml_is_read() {
    let desk = Desk::new();
    let kml = format!(
        "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Folder><name>厂</name><Placemark><name>模拟厂</name>\
         <ExtendedData><Data name=\"kind\"><value>factory</value></Data></ExtendedData>\
         <Point><coordinates>{},{},0</coordinates></Point></Placemark></Folder></Document></kml>",
        PLACE.x, PLACE.y
    );
    let imported = imported(&desk, &desk.write("a.kml", kml));
    assert_eq!(rejects(&imported), []);
    is_at_place(&imported, 1e-12);
    assert!(warnings(&imported).contains(&(None, "ids_assigned")));
}

#[test]
fn systems_that_only_proj_knows_are_converted_by_it() {
    let desk = Desk::new();
    let path = desk.path("utm.gpkg");
    let transform = gdal::spatial_ref::CoordTransform::new(&reference(4326), &reference(32650)).unwrap();
    let (mut x, mut y) = ([PLACE.x], [PLACE.y]);
    transform.transform_coords(&mut x, &mut y, &mut []).unwrap();
    written("GPKG", &path, Some(&reference(32650)), &[], &[("a", "厂", &point(Coord { x: x[0], y: y[0] }))]);
    let imported = imported(&desk, &path);
    assert_eq!(imported.report.crs, "EPSG:32650");
    is_at_place(&imported, 1e-8);
}

#[test]
fn old_datums_and_missing_systems_are_refused() {
    let desk = Desk::new();
    let error = |path: &Path| desk.import(path, &ImportOptions::into_layer(Layer::Enterprises)).unwrap_err();
    for epsg in [4610, 4214, 2363, 2435] {
        let path = desk.path(&format!("old{epsg}.gpkg"));
        written("GPKG", &path, Some(&reference(epsg)), &[], &[("a", "厂", &point(PLACE))]);
        assert!(error(&path).hint().contains("survey office"), "EPSG:{epsg}: {}", error(&path));
    }
    let path = desk.path("bare.shp");
    written("ESRI Shapefile", &path, None, &["ENCODING=UTF-8"], &[("a", "厂", &point(PLACE))]);
    let bare = error(&path);
    assert!(matches!(bare, IngestError::NoCrs { .. }) && bare.hint().contains("--crs"), "{bare}");
    let options = ImportOptions {
        crs: Some(Crs::CGCS2000),
        datum: Some(Datum::Gcj02),
        ..ImportOptions::into_layer(Layer::Enterprises)
    };
    let shifted = desk.import(&path, &options).unwrap();
    let back = Datum::Gcj02.to_cgcs2000(PLACE);
    let at = puts(&shifted)[0].envelope().centre();
    assert!((at.x - back.x).abs() < 1e-12 && (at.y - back.y).abs() < 1e-12);
}

fn gbk_shapefile(desk: &Desk, name: &str) -> PathBuf {
    let path = desk.path(&format!("{name}.shp"));
    written(
        "ESRI Shapefile",
        &path,
        Some(&reference(4490)),
        &["ENCODING=CP936"],
        &[("a", "柴桑区模拟化工厂", &point(PLACE))],
    );
    path
}

/// Makes the `.dbf` say nothing of its encoding, as many programs write it.
fn silence(path: &Path) {
    let _ = std::fs::remove_file(path.with_extension("cpg"));
    let table = path.with_extension("dbf");
    let mut bytes = std::fs::read(&table).unwrap();
    bytes[29] = 0;
    std::fs::write(table, bytes).unwrap();
}

#[test]
fn gbk_shapefiles_are_read_with_and_without_a_cpg() {
    let desk = Desk::new();
    let said = gbk_shapefile(&desk, "said");
    assert_eq!(puts(&imported(&desk, &said))[0].name(), "柴桑区模拟化工厂");
    let silent = gbk_shapefile(&desk, "silent");
    silence(&silent);
    let read = imported(&desk, &silent);
    assert_eq!(puts(&read)[0].name(), "柴桑区模拟化工厂");
    assert_eq!(warnings(&read), [(None, "encoding_guessed")]);
    assert!(read.report.warnings[0].detail.contains("CP936"));
}

#[test]
fn a_silent_utf_8_shapefile_is_read_as_such() {
    let desk = Desk::new();
    let path = desk.path("u.shp");
    written("ESRI Shapefile", &path, Some(&reference(4490)), &["ENCODING=UTF-8"], &[("a", "模拟厂", &point(PLACE))]);
    silence(&path);
    assert_eq!(puts(&imported(&desk, &path))[0].name(), "模拟厂");
}

#[test]
fn shapefile_rings_run_clockwise_and_that_is_no_repair() {
    let desk = Desk::new();
    let path = desk.path("areas.shp");
    let hole = "POLYGON((115.8 29.6,115.82 29.6,115.82 29.62,115.8 29.62,115.8 29.6),(115.81 29.61,115.81 29.615,115.815 29.615,115.81 29.61))";
    written("ESRI Shapefile", &path, Some(&reference(4490)), &["ENCODING=UTF-8"], &[("a", "厂", hole)]);
    let imported = imported(&desk, &path);
    assert_eq!((imported.report.accepted, imported.report.repaired), (1, 0));
    let sisetu::geom::Geometry::Polygon(area) = &puts(&imported)[0].geometry else { panic!("an area") };
    assert!(area.exterior().is_ccw() && area.interiors()[0].is_cw());
}

#[test]
fn rows_without_shape_heights_and_curves_are_told() {
    let desk = Desk::new();
    let path = desk.path("odd.gpkg");
    let rows = [
        ("a", "厂", ""),
        ("b", "厂", "POINT Z (115.8 29.6 12)"),
        ("c", "厂", "COMPOUNDCURVE(CIRCULARSTRING(115.8 29.6,115.81 29.61,115.82 29.6))"),
        ("d", "厂", "POINT EMPTY"),
        ("e", "厂", "POINT(29.6 115.8)"),
    ];
    written("GPKG", &path, Some(&reference(4490)), &[], &rows);
    let imported = imported(&desk, &path);
    assert_eq!(rejects(&imported), [(1, "no_geometry"), (3, "geometry"), (4, "no_geometry"), (5, "swapped_axes")]);
    assert_eq!(warnings(&imported), [(None, "heights_dropped")]);
}

#[test]
fn several_layers_are_listed_and_empty_ones_do_not_count() {
    let desk = Desk::new();
    let path = desk.path("many.gpkg");
    let driver = DriverManager::get_driver_by_name("GPKG").unwrap();
    let mut dataset = driver.create_vector_only(&path).unwrap();
    let srs = reference(4490);
    let add = |dataset: &mut gdal::Dataset, name: &str, filled: bool| {
        let ty = OGRwkbGeometryType::wkbPoint;
        let mut layer = dataset.create_layer(LayerOptions { name, srs: Some(&srs), ty, options: None }).unwrap();
        if filled {
            layer.create_feature(Geometry::from_wkt(&point(PLACE)).unwrap()).unwrap();
        }
    };
    add(&mut dataset, "plants", true);
    add(&mut dataset, "nothing", false);
    dataset.flush_cache().unwrap();
    assert_eq!(imported(&desk, &path).report.read, 1);
    add(&mut dataset, "tanks", true);
    dataset.close().unwrap();
    match desk.import(&path, &ImportOptions::into_layer(Layer::Enterprises)).unwrap_err() {
        IngestError::Layers { layers, .. } => assert_eq!(layers, ["plants", "tanks"]),
        other => panic!("{other}"),
    }
}

#[test]
fn a_cut_off_shapefile_says_how_much_could_be_read() {
    let desk = Desk::new();
    let path = desk.path("cut.shp");
    let at = point(PLACE);
    let rows: Vec<(String, &str, &str)> = (0..50).map(|number| (number.to_string(), "厂", at.as_str())).collect();
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(id, name, at)| (id.as_str(), *name, *at)).collect();
    written("ESRI Shapefile", &path, Some(&reference(4490)), &["ENCODING=UTF-8"], &rows);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let told = desk.import(&path, &ImportOptions::into_layer(Layer::Enterprises));
    let imported = told.unwrap();
    let lost = 50 - imported.report.accepted;
    assert!(lost > 20, "{lost}");
    assert!(
        imported.report.rejected == lost || warnings(&imported).contains(&(None, "file_damaged")),
        "{:?}",
        imported.report
    );
}

#[test]
fn files_that_point_elsewhere_are_not_followed() {
    let desk = Desk::new();
    let secret = desk.write("secret.geojson", super::desk::plant("a", 115.8, 29.6).to_string());
    let pointer = format!(
        "<OGRVRTDataSource><OGRVRTLayer name=\"secret\"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        secret.display()
    );
    let path = desk.write("pointer.vrt", pointer);
    let error = desk.import(&path, &ImportOptions::into_layer(Layer::Enterprises)).unwrap_err();
    assert!(matches!(error, IngestError::Format { .. }), "{error}");
}
