//! Ids, and what an import does with what is known.

use gdal::vector::LayerAccess;
use serde_json::{Value, json};
use sisetu::geom::Point;
use sisetu::ingest::{ImportOptions, Mode, export_geojson, write_rejects};
use sisetu::model::{Change, Known, Layer, Revision};

use super::desk::{Desk, feature, known_feature, plant, puts, rejects, warnings};

fn into_enterprises(mode: Option<Mode>) -> ImportOptions {
    ImportOptions { mode, ..ImportOptions::into_layer(Layer::Enterprises) }
}

fn knowing_two() -> Desk {
    let mut desk = Desk::new();
    let imported = desk.features(Layer::Enterprises, &[plant("a", 115.8, 29.6), plant("b", 115.81, 29.6)]);
    desk.commit(&imported);
    desk
}

fn ids(changes: &[Change]) -> Vec<String> {
    let told = changes.iter().map(|change| match change {
        Change::Put(_, feature) => format!("put {}", feature.id),
        Change::Delete(_, id) => format!("delete {id}"),
    });
    told.collect()
}

#[test]
fn ids_come_from_geojson_a_column_or_the_key() {
    let point = json!({"type": "Point", "coordinates": [115.8, 29.6]});
    let properties = |id: Value| json!({"name": "厂", "kind": "factory", "id": id, "code": "k"});
    let with_both = feature(7, point.clone(), properties(json!(7)));
    let with_column = feature(Value::Null, point.clone(), properties(json!("c")));
    let imported = Desk::new().features(Layer::Enterprises, &[with_both, with_column.clone()]);
    let found: Vec<&str> = puts(&imported).iter().map(|feature| feature.id.as_str()).collect();
    assert_eq!(found, ["7", "c"]);
    assert!(puts(&imported).iter().all(|feature| feature.properties.get("id").is_none()));
    let by_key = ImportOptions { key: Some("code".to_owned()), ..into_enterprises(None) };
    let imported = Desk::new().features_as(&by_key, &[with_column, plant("x", 115.8, 29.6)]);
    assert_eq!(puts(&imported)[0].id, "k");
    assert_eq!(rejects(&imported), [(2, "no_key")]);
}

#[test]
fn rows_without_id_are_given_free_ones_and_told_once() {
    let known =
        known_feature("enterprises-7", Point::new(115.8, 29.6).into(), json!({"name": "旧", "kind": "factory"}));
    let desk = Desk::knowing(Layer::Enterprises, vec![known]);
    let rows = [plant(Value::Null, 115.8, 29.6), plant("enterprises-9", 115.8, 29.6), plant(Value::Null, 115.8, 29.6)];
    let imported = desk.features(Layer::Enterprises, &rows);
    assert_eq!(ids(&imported.changes.changes), ["put enterprises-10", "put enterprises-9", "put enterprises-11"]);
    assert_eq!(imported.assigned, [(1, "enterprises-10".to_owned()), (3, "enterprises-11".to_owned())]);
    assert_eq!(warnings(&imported), [(None, "ids_assigned")]);
    assert!(imported.report.warnings[0].detail.starts_with("2 rows"));
}

#[test]
fn update_changes_only_what_differs() {
    let desk = knowing_two();
    let mut moved = plant("b", 115.82, 29.6);
    moved["properties"]["risk_level"] = json!(2);
    let imported = desk.features(Layer::Enterprises, &[plant("a", 115.8, 29.6), moved, plant("c", 115.8, 29.6)]);
    assert_eq!(imported.report.accepted, 3);
    assert_eq!(ids(&imported.changes.changes), ["put b", "put c"]);
    assert_eq!(imported.changes.base, Revision(1));
    assert_eq!(imported.changes.reason, "import some.geojson");
}

#[test]
fn append_rejects_known_ids_and_is_the_default_without_ids() {
    let desk = knowing_two();
    let rows = [plant("a", 115.9, 29.6), plant("c", 115.8, 29.6)];
    let imported = desk.features_as(&into_enterprises(Some(Mode::Append)), &rows);
    assert_eq!(rejects(&imported), [(1, "id_known")]);
    assert_eq!(ids(&imported.changes.changes), ["put c"]);
    let without = desk.features(Layer::Enterprises, &[plant(Value::Null, 115.8, 29.6)]);
    assert_eq!(ids(&without.changes.changes), ["put enterprises-1"]);
}

#[test]
fn replace_retires_what_the_file_lacks_but_not_what_it_holds_badly() {
    let mut desk = knowing_two();
    let third = desk.features(Layer::Enterprises, &[plant("c", 115.8, 29.6)]);
    desk.commit(&third);
    let rows = [plant("a", 115.8, 29.6), plant("b", 10.0, 50.0)];
    let imported = desk.features_as(&into_enterprises(Some(Mode::Replace)), &rows);
    assert_eq!(rejects(&imported), [(2, "outside_china")]);
    assert_eq!(ids(&imported.changes.changes), ["delete c"]);
}

#[test]
fn the_later_of_two_equal_ids_is_rejected() {
    let rows = [plant("a", 115.8, 29.6), plant("a", 115.9, 29.6), plant(1, 115.8, 29.6), plant("1", 115.8, 29.6)];
    let imported = Desk::new().features(Layer::Enterprises, &rows);
    assert_eq!(rejects(&imported), [(2, "duplicate_id"), (4, "duplicate_id")]);
    assert_eq!((imported.report.read, imported.report.accepted, imported.report.rejected), (4, 2, 2));
}

#[test]
fn what_goes_out_comes_back_the_same() {
    let mut desk = Desk::new();
    let mut rich = plant("a", 115.812_345_678_901_2, 29.6);
    rich["properties"] =
        json!({"name": "模拟\"厂\n", "kind": "factory", "extra": {"x": [1, 2.5, null]}, "control": true});
    let ring = json!([[[115.8, 29.6], [115.81, 29.6], [115.81, 29.61], [115.8, 29.6]]]);
    let area =
        feature("b", json!({"type": "MultiPolygon", "coordinates": [ring]}), json!({"name": "厂", "kind": "mine"}));
    let first = desk.features(Layer::Enterprises, &[rich, area]);
    desk.commit(&first);
    let mut out = Vec::new();
    export_geojson(Layer::Enterprises, desk.known.features(Layer::Enterprises), &mut out).unwrap();
    let again = desk.text(Layer::Enterprises, &out).unwrap();
    assert_eq!((again.report.accepted, again.changes.changes.len()), (2, 0));
    assert_eq!(warnings(&again), []);
}

#[test]
fn rejects_are_written_so_that_they_can_be_mended_and_imported() {
    let desk = Desk::new();
    let good = plant("a", 115.8, 29.6);
    let mut nameless = plant("b", 115.8, 29.6);
    nameless["properties"] = json!({"kind": "factory", "risk_score": 3});
    let rows = [good, nameless, plant("c", 29.6, 115.8), plant("d", 39_383_927.6, 3_277_000.0)];
    let imported = desk.features(Layer::Enterprises, &rows);
    let mut out = Vec::new();
    write_rejects(&imported.rejected, &mut out).unwrap();
    let written: Value = serde_json::from_slice(&out).unwrap();
    let features = written["features"].as_array().unwrap();
    assert_eq!(features.len(), 3);
    assert_eq!(features[0]["id"], "b");
    assert_eq!(features[0]["properties"]["risk_score"], 3);
    assert_eq!(features[0]["properties"]["reject_row"], 2);
    assert_eq!(features[0]["geometry"]["coordinates"], json!([115.8, 29.6]));
    assert_eq!(features[1]["geometry"]["coordinates"], json!([29.6, 115.8]));
    assert_eq!(features[2]["geometry"], Value::Null);
    let opened = gdal::Dataset::open(desk.write("rejects.geojson", &out)).unwrap();
    assert_eq!(opened.layer(0).unwrap().feature_count(), 3);
}
