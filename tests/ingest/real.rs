//! Real files of the district, where they are at hand: imported, or refused as their own description says.

use serde_json::{Value, json};
use sisetu::geom::algorithm::CoordsIter;
use sisetu::geom::{Datum, Geometry};
use sisetu::ingest::{ImportOptions, Imported, Mapping};
use sisetu::model::Layer;

use super::desk::{Desk, puts, rejects, skipped, test_data, warnings};

fn imported(name: &str, layer: Layer, datum: Option<Datum>, mapping: &str) -> Option<Imported> {
    let Some(data) = test_data() else {
        skipped(name);
        return None;
    };
    let mapping = Some(Mapping::parse(mapping).unwrap());
    let options = ImportOptions { datum, mapping, ..ImportOptions::into_layer(layer) };
    Some(Desk::new().import(&data.join("district").join(name), &options).unwrap())
}

const UNITS: &str = "[columns]\nadcode = \"code\"\nparent = \"parent_code\"\n[values.level]\ncounty = \"district\"";

fn units(name: &str, datum: Option<Datum>) -> Option<Imported> {
    imported(name, Layer::AdminUnits, datum, UNITS)
}

/// The largest difference between two shapes vertex by vertex, whichever way their rings run.
fn farthest(one: &Geometry, other: &Geometry) -> f64 {
    let sorted = |geometry: &Geometry| {
        let mut all: Vec<_> = geometry.coords_iter().collect();
        all.sort_by(|one, other| one.x.total_cmp(&other.x).then(one.y.total_cmp(&other.y)));
        all
    };
    let (one, other) = (sorted(one), sorted(other));
    assert_eq!(one.len(), other.len());
    let near = |at: &sisetu::geom::Coord| {
        let from = other.partition_point(|place| place.x < at.x - 1e-6);
        let window = other[from..].iter().take_while(|place| place.x <= at.x + 1e-6);
        window.map(|place| (place.x - at.x).abs().max((place.y - at.y).abs())).fold(f64::INFINITY, f64::min)
    };
    one.iter().map(near).fold(0.0, f64::max)
}

fn agree(shifted: &Imported, derived: &Imported) {
    let (shifted, derived) = (puts(shifted), puts(derived));
    assert_eq!(shifted.len(), derived.len());
    for (one, other) in shifted.iter().zip(&derived) {
        let off = farthest(&one.geometry, &other.geometry);
        assert!(off < 1e-6, "{}: {off}", one.name());
    }
}

#[test]
fn the_boundary_on_gcj_02_is_taken_in_and_its_rings_turned() {
    let Some(imported) = units("chaisang_boundary_datav_gcj02.geojson", Some(Datum::Gcj02)) else { return };
    assert_eq!((imported.report.accepted, imported.report.repaired), (1, 1));
    assert!(imported.report.repairs[0].what.contains("RFC 7946"));
    let Geometry::MultiPolygon(parts) = &puts(&imported)[0].geometry else { panic!("two parts") };
    assert_eq!(parts.0.len(), 2);
    assert_eq!(imported.report.datum, "gcj02");
}

#[test]
fn counties_on_gcj_02_agree_with_the_derived_files() {
    let Some(shifted) = units("jiujiang_counties_datav_gcj02.geojson", Some(Datum::Gcj02)) else { return };
    let derived = units("jiujiang_counties_datav_wgs84.geojson", None).unwrap();
    for (imported, count) in [(&shifted, 13), (&derived, 13)] {
        assert_eq!(imported.report.accepted, count, "{:?}", rejects(imported));
        let merged = imported.report.repairs.iter().filter(|mended| mended.what.contains("overlapping"));
        let merged: Vec<(u64, bool)> = merged.map(|mended| (mended.row, mended.what.contains("29.56"))).collect();
        assert_eq!(merged, [(1, true)], "only the parts of 濂溪区 overlap: {:?}", imported.report.repairs);
    }
    // The county with overlapping parts is made anew where they do, so its vertices need not pair.
    let without_first = |imported: &Imported| Imported {
        changes: sisetu::model::ChangeSet {
            changes: imported.changes.changes[1..].to_vec(),
            ..imported.changes.clone()
        },
        ..imported.clone()
    };
    agree(&without_first(&shifted), &without_first(&derived));
    let (shifted, derived) = (
        units("jiujiang_counties_hires_gcj02.geojson", Some(Datum::Gcj02)).unwrap(),
        units("jiujiang_counties_hires_wgs84.geojson", None).unwrap(),
    );
    assert_eq!((shifted.report.accepted, shifted.report.repaired, derived.report.accepted), (12, 12, 12));
    agree(&shifted, &derived);
}

#[test]
fn the_2015_file_has_a_byte_order_mark() {
    let Some(imported) = imported(
        "jiujiang_counties_2015_wgs84.geojson",
        Layer::AdminUnits,
        None,
        "[defaults]\nlevel = \"district\"\ncode = \"?\"",
    ) else {
        return;
    };
    assert_eq!(imported.report.accepted, 12, "{:?}", imported.report.rejects);
    assert!(warnings(&imported).contains(&(None, "byte_order_mark")));
    assert!(puts(&imported).iter().all(|unit| unit.id.len() == 6), "ids come from the id column");
}

#[test]
fn town_points_agree_with_the_derived_file() {
    let towns = "[columns]\nlevel = \"kind\"\ncode = \"id\"\n[values.kind]\ntown = \"government\"\nvillage = \"government\"\ncounty = \"government\"";
    let read = |name, datum| imported(name, Layer::ProtectionTargets, datum, towns);
    let Some(shifted) = read("jiujiang_town_village_points_gcj02.geojson", Some(Datum::Gcj02)) else { return };
    let derived = read("jiujiang_town_village_points_wgs84.geojson", None).unwrap();
    assert_eq!((shifted.report.accepted, derived.report.accepted), (366, 366), "{:?}", rejects(&shifted));
    agree(&shifted, &derived);
}

#[test]
fn pipelines_and_their_terminal_are_told_apart() {
    let Some(imported) = imported(
        "gem_gas_pipelines_lng.geojson",
        Layer::Pipelines,
        None,
        "[columns]\nid = \"gem_id\"\n[defaults]\nmedium = \"natural_gas\"",
    ) else {
        return;
    };
    assert_eq!(imported.report.read, 23);
    let terminals: Vec<Value> =
        imported.report.rejects.iter().map(|reject| json!([reject.code, reject.reason])).collect();
    assert!(imported.report.accepted >= 20, "{terminals:?}");
    assert!(imported.report.rejects.iter().all(|reject| reject.reason.contains("Point")), "{terminals:?}");
}

#[test]
fn waters_and_railways_are_taken_in() {
    let waters = "[columns]\nHYD2_4M_ID = \"source_id\"\n[defaults]\nkind = \"lake\"\nname = \"未命名\"\ndata_origin = \"sketch\"";
    let Some(areas) = imported("water_polygons_1to4m_clip.geojson", Layer::Waters, None, waters) else { return };
    assert_eq!((areas.report.read, areas.report.accepted), (39, 39), "{:?}", areas.report.rejects);
    let lines = imported("water_lines_1to4m_clip.geojson", Layer::Waters, None, waters).unwrap();
    assert_eq!((lines.report.read, lines.report.accepted), (52, 52), "{:?}", lines.report.rejects);
    let rails = "[columns]\nFID_rail_d = \"name\"\n[defaults]\nkind = \"other\"";
    let rails = imported("rail_dcw_clip.geojson", Layer::Railways, None, rails).unwrap();
    assert_eq!((rails.report.read, rails.report.accepted), (9, 9), "{:?}", rails.report.rejects);
    let fast = "[columns]\nline_chin = \"name\"\n[defaults]\nkind = \"high_speed\"";
    assert_eq!(imported("hsr_lines_clip.geojson", Layer::Railways, None, fast).unwrap().report.accepted, 3);
    let stations = "[columns]\nNAME_ZH = \"name\"\n[defaults]\nkind = \"station\"";
    assert_eq!(imported("hsr_stations.geojson", Layer::ProtectionTargets, None, stations).unwrap().report.accepted, 9);
}

#[test]
fn a_plant_ten_degrees_off_is_far_from_the_district() {
    let Some(units) = units("jiujiang_counties_hires_wgs84.geojson", None) else { return };
    let mut desk = Desk::new();
    desk.commit(&units);
    let data = test_data().unwrap();
    let mapping =
        Mapping::parse("[columns]\n\"Power Plant ID\" = \"id\"\nSource = \"origin\"\n[defaults]\nkind = \"factory\"")
            .unwrap();
    let options = ImportOptions { mapping: Some(mapping), ..ImportOptions::into_layer(Layer::Enterprises) };
    let plants = desk.import(&data.join("district/wri_power_plants.geojson"), &options).unwrap();
    assert_eq!(plants.report.accepted, 12, "{:?}", plants.report.rejects);
    let gem = Mapping::parse(
        "[columns]\nproject = \"name\"\nstatus = \"gem_status\"\nkind = \"gem_kind\"\n[defaults]\nkind = \"factory\"\nname = \"?\"",
    )
    .unwrap();
    let options = ImportOptions { mapping: Some(gem), ..options };
    let plants = desk.import(&data.join("district/gem_plants.geojson"), &options).unwrap();
    assert_eq!((plants.report.read, plants.report.accepted), (26, 26), "{:?}", plants.report.rejects);
}

#[test]
fn a_list_of_streets_is_no_geojson() {
    let Some(data) = test_data() else { return skipped("the list of streets") };
    let error = Desk::new().import(
        &data.join("district/chaisang_360404_streets_2023.json"),
        &ImportOptions::into_layer(Layer::AdminUnits),
    );
    assert!(error.unwrap_err().to_string().contains("not GeoJSON"));
}
