//! `sisetu risk`: the same grades as the service gives, in words and as JSON.

use serde_json::json;

use crate::support::scene::{feature, rectangle};
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
