//! `sisetu doctor`: what it sees on this machine and in a store.

use serde_json::{Value, json};

use crate::support::scene::{feature, point};
use crate::support::{Desk, Scene};

fn look<'d>(diagnosis: &'d Value, what: &str) -> &'d Value {
    let mut checks = diagnosis["checks"].as_array().unwrap().iter();
    checks.find(|look| look["what"] == what).unwrap_or_else(|| panic!("no {what} in {diagnosis:#}"))
}

#[test]
fn a_sound_machine_and_store_end_with_0() {
    let desk = Desk::new();
    Scene::river().import_into(&desk);
    let diagnosis = desk.run(&["doctor", "--format", "json"]).ends(0).json();
    for what in ["GDAL", "PROJ", "SQLite", "rule book", "store", "coverage"] {
        assert_eq!(look(&diagnosis, what)["health"], "ok", "{what}");
    }
    assert!(desk.run(&["doctor"]).ends(0).out.lines().any(|line| line.starts_with("ok    store: ")));
}

#[test]
fn missing_coverage_is_told_with_its_mend() {
    let desk = Desk::new();
    Scene::river().without_coverage_of("waters").import_into(&desk);
    let diagnosis = desk.run(&["doctor", "--format", "json"]).ends(0).json();
    let coverage = look(&diagnosis, "coverage");
    assert_eq!(coverage["health"], "warn");
    assert!(coverage["seen"].as_str().unwrap().contains("waters") && coverage["mend"].is_string());
}

#[test]
fn a_lost_reference_is_told() {
    let desk = Desk::new();
    let plant = feature("p", point(0.0, -3_000.0), json!({"name": "厂", "kind": "factory"}));
    let tank = feature("t", point(0.0, -3_000.0), json!({"name": "罐", "kind": "tank", "enterprise_id": "p"}));
    Scene::river().with("enterprises", plant).with("installations", tank).import_into(&desk);
    let other = feature("q", point(50.0, -3_000.0), json!({"name": "新厂", "kind": "factory"}));
    let file = desk.write("others.geojson", crate::support::scene::collection(&[other]).to_string());
    desk.import(&file, "enterprises", &["--mode", "replace"]).ends(0);
    let diagnosis = desk.run(&["doctor", "--format", "json"]).ends(0).json();
    assert!(look(&diagnosis, "references of installations")["seen"].as_str().unwrap().contains("t: "));
}

#[test]
fn a_store_that_is_none_ends_with_3_and_the_rest_is_still_told() {
    let desk = Desk::new();
    desk.write("store.gpkg", "this is no database");
    let diagnosis = desk.run(&["doctor", "--format", "json"]).ends(3).json();
    assert_eq!(look(&diagnosis, "store")["health"], "fail");
    assert_eq!(look(&diagnosis, "GDAL")["health"], "ok");
}
