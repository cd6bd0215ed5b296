//! `sisetu risk`: the same grades as the service gives, in words and as JSON.

use serde_json::json;

use crate::support::scene::{feature, line, rectangle};
use crate::support::{Desk, Scene, Service};

/// A township with a red plant and one that nobody graded.
fn town() -> Desk {
    let township = json!({"name": "示例镇", "code": "360404101", "level": "township", "parent": "360404"});
    let plant = |name: &str, level: Option<u8>| json!({"name": name, "kind": "chemical_plant", "risk_level": level});
    let desk = Desk::new();
    Scene::river()
        .with("admin_units", feature("t", rectangle(-5e3, -9e3, 10e3, 9e3), township))
        .with("enterprises", feature("red", rectangle(0.0, -3e3, 200.0, 200.0), plant("红厂", Some(1))))
        .with("enterprises", feature("none", rectangle(900.0, -3e3, 200.0, 200.0), plant("新厂", None)))
        .import_into(&desk);
    desk
}

#[test]
fn areas_and_explanations_are_those_of_the_service() {
    let desk = town();
    let areas = desk.run(&["risk", "areas", "--format", "json"]).ends(0).json();
    assert_eq!((&areas["areas"][0]["risk_level"], &areas["areas"][0]["counts"]["none"]), (&json!(1), &json!(1)));
    let service = Service::of(&desk);
    assert_eq!(areas, service.get("/api/risk/areas").json());
    for id in ["red", "none"] {
        let explained = desk.run(&["risk", "explain", &format!("enterprises/{id}"), "--format", "json"]).ends(0).json();
        assert_eq!(explained, service.get(&format!("/api/risk/explain/enterprises/{id}")).json(), "{id}");
    }
    service.stop();
}

#[test]
fn segments_of_a_pipeline_are_explained_alike() {
    let desk = Desk::new();
    let pipe = json!({"name": "干线", "medium": "natural_gas", "diameter_mm": 508, "pressure_mpa": 6.3});
    let homes = json!({"name": "新村", "households": 120, "max_storeys": 2});
    Scene::river()
        .with("pipelines", feature("pipe", line(&[[-4e3, -5_900.0], [4e3, -5_900.0]]), pipe))
        .with("residential_zones", feature("homes", rectangle(0.0, -5_800.0, 200.0, 200.0), homes))
        .import_into(&desk);
    let explain = |what: &str| desk.run(&["risk", "explain", what, "--format", "json"]).ends(0).json();
    let pipeline = explain("pipelines/pipe");
    assert_eq!((&pipeline["risk_level"], &pipeline["risk_color"]), (&json!(3), &json!("yellow")));
    let segments = pipeline["inputs"]["hca_segments"].as_array().unwrap();
    let worst = segments.iter().find(|segment| segment["grade"] == 2).unwrap();
    assert_eq!((&worst["location_class"], &worst["items"][0]["target"]["name"]), (&json!("3"), &json!("新村")));
    let id = worst["id"].as_str().unwrap();
    let segment = explain(&format!("hca_segments/{id}"));
    assert_eq!((&segment["risk_level"], &segment["method"]), (&json!(3), &json!("hca")));
    assert!(desk.run(&["risk", "explain", &format!("hca_segments/{id}")]).ends(0).out.contains("120户"));
    desk.run(&["risk", "explain", "hca_segments/pipe@1-2"]).ends(2);
    let service = Service::of(&desk);
    assert_eq!(segment, service.get(&format!("/api/risk/explain/hca_segments/{id}")).json());
    assert_eq!(service.get("/api/risk/explain/hca_segments/pipe@1-2").status, 404);
    assert_eq!(service.get("/tiles/hca_segments").json()["vector_layers"][0]["id"], "hca_segments");
    service.stop();
}

#[test]
fn people_read_the_level_in_words_and_what_is_not_there_is_said() {
    let desk = town();
    let areas = desk.run(&["risk", "areas"]).ends(0).out;
    assert!(areas.contains("示例镇") && areas.contains("重大风险"), "{areas}");
    assert!(desk.run(&["risk", "explain", "enterprises/red"]).ends(0).out.contains("重大风险"));
    for wrong in ["enterprises/blue", "enterprises", "castles/1"] {
        let ran = desk.run(&["risk", "explain", wrong]).ends(2);
        assert!(ran.err.starts_with("error: "), "{ran:?}");
    }
    desk.run(&["risk", "areas", "--level", "continent"]).ends(2);
}
