//! What makes one row acceptable.

use serde_json::{Value, json};
use sisetu::ingest::{ImportOptions, Mapping};
use sisetu::model::Layer;

use super::desk::{Desk, feature, known_feature, plant, puts, rejects, warnings, zone};
use sisetu::geom::{Geometry, Point};

fn one(layer: Layer, row: Value) -> sisetu::ingest::Imported {
    Desk::new().features(layer, &[row])
}

fn reject(layer: Layer, row: Value) -> (&'static str, String, String) {
    let imported = one(layer, row);
    let reject = imported.report.rejects.first().expect("a reject").clone();
    (reject.code, reject.reason, reject.hint)
}

#[test]
fn a_good_row_is_taken_as_it_is() {
    let imported = one(Layer::Enterprises, plant("e1", 115.8, 29.6));
    assert_eq!(rejects(&imported), []);
    assert_eq!(warnings(&imported), []);
    let put = puts(&imported)[0];
    assert_eq!((put.id.as_str(), &put.geometry), ("e1", &Geometry::from(Point::new(115.8, 29.6))));
    assert_eq!(imported.report.accepted, 1);
}

#[test]
fn the_report_has_exactly_the_agreed_members() {
    let report = serde_json::to_value(one(Layer::Enterprises, plant(Value::Null, 10.0, 50.0)).report).unwrap();
    let names: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let mut agreed = [
        "layer", "read", "accepted", "repaired", "rejected", "revision", "crs", "datum", "warnings", "repairs",
        "rejects",
    ];
    agreed.sort_unstable();
    assert_eq!(names, agreed);
    assert_eq!(report["layer"], "enterprises");
    assert_eq!(report["revision"], Value::Null);
    assert_eq!(report["rejects"][0]["row"], 1);
    assert_eq!(report["rejects"][0]["code"], "outside_china");
}

#[test]
fn places_that_cannot_be_meant_are_rejected_by_name() {
    for (lon, lat, code) in
        [(2.35, 48.85, "outside_china"), (29.6, 115.8, "swapped_axes"), (39_383_927.6, 3_277_000.0, "looks_projected")]
    {
        assert_eq!(reject(Layer::Enterprises, plant("a", lon, lat)).0, code);
    }
    assert!(reject(Layer::Enterprises, plant("a", 29.6, 115.8)).2.contains("longitude before latitude"));
}

#[test]
fn missing_and_empty_shapes_are_rejected() {
    let shapes = [
        (json!(null), "no_geometry"),
        (json!({"type": "Point", "coordinates": []}), "empty_geometry"),
        (json!({"type": "Polygon", "coordinates": []}), "empty_geometry"),
        (json!({"type": "MultiPolygon", "coordinates": []}), "empty_geometry"),
        (json!({"type": "GeometryCollection", "geometries": []}), "empty_geometry"),
        (json!({"type": "Point", "coordinates": ["115.8", "29.6"]}), "geometry"),
        (json!({"type": "Polygon", "coordinates": [[[115.8, 29.6], [115.9, 29.6], [115.8, 29.6]]]}), "degenerate"),
        (
            json!({"type": "Polygon", "coordinates": [[[115.8, 29.6], [115.9, 29.6], [115.85, 29.6], [115.8, 29.6]]]}),
            "degenerate",
        ),
        (json!({"type": "MultiPoint", "coordinates": [[115.8, 29.6], [115.9, 29.6]]}), "multi_point"),
    ];
    for (shape, code) in shapes {
        let row = feature("a", shape.clone(), json!({"name": "厂", "kind": "factory"}));
        assert_eq!(reject(Layer::Enterprises, row).0, code, "{shape}");
    }
    let line = json!({"type": "LineString", "coordinates": [[115.8, 29.6], [115.8, 29.6]]});
    assert_eq!(reject(Layer::Roads, feature("a", line, json!({"name": "路", "kind": "county"}))).0, "degenerate");
}

#[test]
fn a_single_multi_point_is_a_point() {
    let shape = json!({"type": "MultiPoint", "coordinates": [[115.8, 29.6]]});
    let imported = one(Layer::Enterprises, feature("a", shape, json!({"name": "厂", "kind": "factory"})));
    assert_eq!(puts(&imported)[0].geometry, Geometry::from(Point::new(115.8, 29.6)));
}

#[test]
fn collections_are_unpacked_where_one_kind_fits() {
    let square = json!([[[115.8, 29.6], [115.81, 29.6], [115.81, 29.61], [115.8, 29.6]]]);
    let area = json!({"type": "Polygon", "coordinates": square});
    let point = json!({"type": "Point", "coordinates": [115.8, 29.6]});
    let both = json!({"type": "GeometryCollection", "geometries": [area, {"type": "GeometryCollection", "geometries": [point]}]});
    let zone = one(Layer::ResidentialZones, feature("a", both.clone(), json!({"name": "小区"})));
    assert!(matches!(puts(&zone)[0].geometry, Geometry::Polygon(_)));
    assert_eq!(zone.report.repaired, 1);
    assert!(zone.report.repairs.iter().any(|mended| mended.what.contains("1 part(s)")));
    let plant = feature("a", both, json!({"name": "厂", "kind": "factory"}));
    assert_eq!(reject(Layer::Enterprises, plant).0, "mixed_geometry");
}

#[test]
fn every_fault_of_a_row_is_told_at_once() {
    let row =
        feature(true, json!({"type": "Point", "coordinates": [10, 50]}), json!({"kind": "castle", "risk_level": 7}));
    let (code, reason, hint) = reject(Layer::Enterprises, row);
    assert_eq!(code, "bad_id");
    for word in ["id", "not in China", "name", "castle", "risk_level"] {
        assert!(reason.contains(word), "{word} in {reason}");
    }
    assert!(hint.contains("名称"), "{hint}");
}

#[test]
fn an_unknown_value_of_an_open_field_is_kept_with_a_warning() {
    let row = feature(
        "a",
        json!({"type": "Point", "coordinates": [115.8, 29.6]}),
        json!({"name": "冰场", "kind": "ice_rink"}),
    );
    let imported = one(Layer::ProtectionTargets, row);
    assert_eq!(warnings(&imported), [(Some(1), "unknown_value")]);
    assert_eq!(puts(&imported)[0].kind(), Some("ice_rink"));
}

#[test]
fn unknown_fields_are_kept_and_blank_ones_are_no_values() {
    let point = json!({"type": "Point", "coordinates": [115.8, 29.6]});
    let row =
        feature("a", point.clone(), json!({"name": "厂", "kind": "factory", "uscc": " ", "本地字段": {"x": [1]}}));
    let imported = one(Layer::Enterprises, row);
    let put = puts(&imported)[0];
    assert_eq!(put.properties.get("本地字段"), Some(&json!({"x": [1]})));
    assert_eq!(put.properties.get("uscc"), None);
    assert_eq!(reject(Layer::Enterprises, feature("a", point, json!({"name": "", "kind": "factory"}))).0, "schema");
}

#[test]
fn heights_are_dropped_with_one_warning() {
    let high = |id| {
        feature(
            id,
            json!({"type": "Point", "coordinates": [115.8, 29.6, 12.0]}),
            json!({"name": "厂", "kind": "factory"}),
        )
    };
    let imported = Desk::new().features(Layer::Enterprises, &[high("a"), high("b")]);
    assert_eq!(warnings(&imported), [(None, "heights_dropped")]);
    assert_eq!(imported.report.accepted, 2);
}

#[test]
fn a_mid_channel_line_is_no_bank_line() {
    let row = |source| {
        feature(
            "w",
            json!({"type": "LineString", "coordinates": [[115.9, 29.7], [115.95, 29.72]]}),
            json!({"name": "长江", "kind": "yangtze_main", "bankline_source": source}),
        )
    };
    assert_eq!(reject(Layer::Waters, row("mid_channel")).0, "schema");
    assert_eq!(rejects(&one(Layer::Waters, row("water_edge"))), []);
}

#[test]
fn references_must_mean_something() {
    let plants = vec![
        known_feature("e1", Point::new(115.8, 29.6).into(), json!({"name": "甲厂", "uscc": "91A"})),
        known_feature("e2", Point::new(115.8, 29.6).into(), json!({"name": "乙厂"})),
        known_feature("e3", Point::new(115.8, 29.6).into(), json!({"name": "乙厂"})),
    ];
    let desk = Desk::knowing(Layer::Enterprises, plants);
    let tank = |enterprise: &str| {
        let properties = json!({"name": "罐", "kind": "tank", "enterprise_id": enterprise});
        feature(enterprise, json!({"type": "Point", "coordinates": [115.8, 29.6]}), properties)
    };
    let words = ["e1", "91A", "甲厂", "乙厂", "丙厂"];
    let imported = desk.features(Layer::Installations, &words.map(tank));
    assert_eq!(rejects(&imported), [(4, "unresolved_reference"), (5, "unresolved_reference")]);
    let belt = |of: Value| {
        let mut belt = zone("b", json!([[[115.8, 29.6], [115.81, 29.6], [115.81, 29.61], [115.8, 29.6]]]));
        belt["properties"] = json!({"name": "防护带", "kind": "safety_distance", "of": of});
        belt
    };
    assert_eq!(rejects(&desk.features(Layer::BufferZones, &[belt(json!("e1"))])), []);
    assert_eq!(rejects(&desk.features(Layer::BufferZones, &[belt(json!("zz"))])), [(1, "unresolved_reference")]);
    assert_eq!(rejects(&desk.features(Layer::BufferZones, &[belt(Value::Null)])), []);
}

#[test]
fn a_mapping_turns_foreign_columns_into_fields() {
    let options = ImportOptions {
        mapping: Some(
            Mapping::parse(
                "[columns]\n\"企业名称\"=\"name\"\n\"代码\"=\"id\"\n[values.kind]\n\"化工\"=\"chemical_plant\"",
            )
            .unwrap(),
        ),
        ..ImportOptions::into_layer(Layer::Enterprises)
    };
    let point = json!({"type": "Point", "coordinates": [115.8, 29.6]});
    let row = feature(Value::Null, point, json!({"企业名称": "甲", "类别": "化工", "代码": 17}));
    let mapping_of_kind = Mapping { columns: [("类别".to_owned(), "kind".to_owned())].into(), ..Mapping::default() };
    let mut options = options;
    options.mapping.as_mut().unwrap().columns.extend(mapping_of_kind.columns);
    let imported = Desk::new().features_as(&options, &[row]);
    let put = puts(&imported)[0];
    assert_eq!((put.id.as_str(), put.name(), put.kind()), ("17", "甲", Some("chemical_plant")));
    assert_eq!(warnings(&imported), []);
}

#[test]
fn rows_far_from_the_district_are_told() {
    let square = |west: f64, south: f64| {
        let (east, north) = (west + 0.4, south + 0.3);
        json!([[[west, south], [east, south], [east, north], [west, north], [west, south]]])
    };
    let Ok(district) =
        sisetu::ingest::geometry::from_geojson(&json!({"type": "Polygon", "coordinates": square(115.6, 29.5)}))
    else {
        panic!("a square")
    };
    let desk = Desk::knowing(
        Layer::AdminUnits,
        vec![known_feature(
            "360404",
            district.clone(),
            json!({"name": "柴桑区", "code": "360404", "level": "district"}),
        )],
    );
    // 0.5° of longitude at this latitude is 48.4 km, 0.52° is 50.3 km.
    let rows =
        [plant("in", 115.8, 29.6), plant("near", 116.5, 29.6), plant("far", 116.52, 29.6), plant("away", 121.4, 31.2)];
    let imported = desk.features(Layer::Enterprises, &rows);
    assert_eq!(rejects(&imported), []);
    assert_eq!(warnings(&imported), [(Some(3), "far_from_district"), (Some(4), "far_from_district")]);
    let unit = |id: &str, level: &str, west: f64| {
        feature(
            id,
            json!({"type": "Polygon", "coordinates": square(west, 29.5)}),
            json!({"name": id, "code": id, "level": level}),
        )
    };
    let own = Desk::new().features(Layer::AdminUnits, &[unit("a", "district", 115.6), unit("b", "township", 118.0)]);
    assert_eq!(warnings(&own), [(Some(2), "far_from_district")]);
}

#[test]
fn damaged_text_is_told() {
    let row = feature(
        "a",
        json!({"type": "Point", "coordinates": [115.8, 29.6]}),
        json!({"name": "锟斤拷厂", "kind": "factory"}),
    );
    assert_eq!(warnings(&one(Layer::Enterprises, row)), [(Some(1), "damaged_text")]);
}
