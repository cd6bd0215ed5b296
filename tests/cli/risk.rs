//! `sisetu risk`: the same grades as the service gives, in words and as JSON.

use serde_json::json;

use crate::support::scene::{feature, line, rectangle};
use crate::support::{Desk, Ran, Scene, Service};

/// A plant with the worked example of GB 18218 in its tank, people near it, and a hidden danger.
fn plant_with_a_tank() -> Desk {
    let substances = json!([{"cas": "7664-41-7", "tonnes": 20}, {"name": "氯", "tonnes": 10}]);
    let plant = json!({"name": "甲厂", "kind": "chemical_plant", "risk_method": "LS", "L": 2, "S": 4});
    let tank = json!({"name": "罐区", "kind": "tank", "enterprise_id": "甲厂", "substances": substances});
    let danger = json!({"name": "报警器失效", "grade": "general", "of": "tank"});
    let covered = json!({"layer": "residential_zones", "as_of": "2026-01-01"});
    let desk = Desk::new();
    Scene::river()
        .with("enterprises", feature("plant", rectangle(0.0, -3e3, 200.0, 200.0), plant))
        .with("installations", feature("tank", rectangle(90.0, -2_950.0, 20.0, 20.0), tank))
        .with(
            "residential_zones",
            feature("v", rectangle(400.0, -3e3, 100.0, 100.0), json!({"name": "村", "persons": 120})),
        )
        .with("coverage", feature("c", rectangle(-5e3, -9e3, 10e3, 12e3), covered))
        .with("hidden_dangers", feature("d", rectangle(90.0, -2_950.0, 5.0, 5.0), danger))
        .import_into(&desk);
    desk
}

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

#[test]
fn a_grade_is_explained_down_to_its_inputs_and_alike_over_http() {
    let desk = plant_with_a_tank();
    let explained = |thing: &str| desk.run(&["risk", "explain", thing, "--format", "json"]).ends(0).json();
    let tank = explained("installations/tank");
    let steps = tank["steps"].as_array().unwrap();
    let step =
        |what: &str| steps.iter().find(|step| step["what"] == what).unwrap_or_else(|| panic!("{what}: {steps:?}"));
    for (what, value) in [("residents", 120.0), ("alpha", 2.0), ("S", 4.0), ("R", 24.0), ("hazard_grade", 3.0)] {
        assert_eq!(step(what)["value"].as_f64(), Some(value), "{what}");
    }
    assert_eq!((&tank["risk_level"], &tank["method"]), (&json!(3), &json!("gb18218")));
    assert_eq!(tank["inputs"]["substances"][1]["tonnes"], 10);
    assert_eq!(step("hidden_dangers")["value"], 1);
    let plant = explained("enterprises/plant");
    assert_eq!((&plant["risk_level"], &plant["method"]), (&json!(3), &json!("default")), "{plant}");
    let service = Service::of(&desk);
    for thing in ["installations/tank", "enterprises/plant", "hidden_dangers/d"] {
        assert_eq!(explained(thing), service.get(&format!("/api/risk/explain/{thing}")).json(), "{thing}");
    }
    assert!(explained("hidden_dangers/d")["risk_level"].is_null());
    service.stop();
    let page = desk.run(&["risk", "explain", "installations/tank"]).ends(0).out;
    assert!(page.contains("α·Σ(β·q/Q)") && page.contains("scheme bands.toml"), "{page}");
}

#[test]
fn a_district_grades_by_bands_of_its_own() {
    let desk = plant_with_a_tank();
    let own = |first: &str, second: &str| {
        format!(
            "decided = \"区安委会〔2026〕3号\"\n[[method]]\nname = \"LS\"\nband = [\n{{ level = 4, at_least = 1.0, {first} }},\n\
             {{ level = 1, {second}, at_most = 25.0 }},\n]\n"
        )
    };
    let file = desk.write("own.toml", own("below = 8.0", "at_least = 8.0"));
    let explain = ["risk", "explain", "enterprises/plant", "--format", "json"];
    let shipped = desk.run(&explain).ends(0).json();
    let by_option = desk.run(&[&explain[..], &["--risk", file.to_str().unwrap()]].concat()).ends(0).json();
    assert_eq!((&shipped["risk_level"], &by_option["risk_level"]), (&json!(3), &json!(1)));
    assert_eq!((&shipped["scheme"]["name"], &by_option["scheme"]["name"]), (&json!("bands.toml"), &json!("own.toml")));
    assert_ne!(shipped["scheme"]["hash"], by_option["scheme"]["hash"]);
    let by_variable = Ran::from(desk.command().args(explain).env("SISETU_RISK", &file).output().unwrap());
    let by_variable = by_variable.ends(0).json();
    assert_eq!(by_variable, by_option);
    let service = Service::start(desk.command().args(["serve", "--risk", "own.toml"]));
    assert_eq!(service.get("/api/risk/explain/enterprises/plant").json(), by_option);
    service.stop();
    desk.write("own.toml", own("below = 8.0", "at_least = 9.0"));
    for command in [&explain[..], &["risk", "areas"], &["serve"], &["demo"]] {
        let ran = desk.run(&[command, &["--risk", "own.toml"]].concat()).ends(2);
        assert!(ran.err.contains("own.toml:6: ") && ran.err.contains("gap"), "{ran:?}");
    }
}
