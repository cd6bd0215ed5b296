//! `sisetu risk areas` and the explanation of an area: three aggregators, the grid, and what is left without a feature.

use serde_json::{Value, json};

use crate::support::scene::{feature, rectangle};
use crate::support::{Desk, Scene, Service};

/// Weights of one person's square metre, so that the index can be reckoned by hand.
const OWN: &str = "decided = \"区安委会〔2026〕1号\"\n\n[grid]\nside_m = 1000\n\n[aggregate.count]\nred = { red = 2 }\n\
    orange = { orange = 2 }\nyellow = { yellow = 1, orange = 1 }\n\n[aggregate.index]\n\
    weight = { red = 8.0, orange = 4.0, yellow = 2.0, blue = 1.0 }\nbreaks = { red = 1000.0, orange = 10.0, yellow = 0.001 }\n";

/// A township whose only orange plant stands in the next one and reaches over by its contour.
fn reached() -> Desk {
    let unit = |name: &str, code: &str, level: &str| json!({"name": name, "code": code, "level": level});
    let plant = |name: &str, level: u8| json!({"name": name, "kind": "chemical_plant", "risk_level": level});
    let zone = json!({"name": "甲厂安全防护距离", "kind": "safety_distance", "of": "甲厂"});
    let covered = json!({"layer": "residential_zones", "as_of": "2026-01-01"});
    let desk = Desk::new();
    Scene::river()
        .with("admin_units", feature("west", rectangle(-5e3, -9e3, 5e3, 9e3), unit("西镇", "360404101", "township")))
        .with("admin_units", feature("east", rectangle(0.0, -9e3, 5e3, 9e3), unit("东镇", "360404102", "township")))
        .with("admin_units", feature("all", rectangle(-5e3, -9e3, 10e3, 9e3), unit("区", "360404", "district")))
        .with("enterprises", feature("a", rectangle(300.0, -3e3, 200.0, 200.0), plant("甲厂", 2)))
        .with("enterprises", feature("b", rectangle(-3e3, -3e3, 200.0, 200.0), plant("乙厂", 4)))
        .with("buffer_zones", feature("z", rectangle(-400.0, -3_400.0, 1_600.0, 1_000.0), zone))
        .with(
            "residential_zones",
            feature("v", rectangle(-100.0, -3e3, 50.0, 50.0), json!({"name": "村", "persons": 120})),
        )
        .with("coverage", feature("c", rectangle(-5e3, -9e3, 10e3, 12e3), covered))
        .import_into(&desk);
    desk.write("own.toml", OWN);
    desk
}

fn areas(desk: &Desk, more: &[&str]) -> Value {
    desk.run(&[&["risk", "areas", "--format", "json"], more].concat()).ends(0).json()
}

#[test]
fn an_effect_reaches_over_a_border_and_says_so() {
    let desk = reached();
    let page = areas(&desk, &[]);
    let west = &page["areas"][0];
    assert_eq!((&west["name"], &west["risk_level"]), (&json!("西镇"), &json!(2)));
    let contribution = &west["contributions"][0];
    assert_eq!((&contribution["id"], &contribution["effect"]), (&json!("a"), &json!("z")));
    assert!(west["reason"].as_str().unwrap().contains("影响范围「甲厂安全防护距离」触及"), "{west}");
    assert!(page["areas"][1]["contributions"][0]["effect"].is_null(), "the plant itself touches the east");
    let whole = areas(&desk, &["--level", "district"]);
    for level in ["1", "3", "none"] {
        assert_eq!(whole["areas"][0]["counts"][level], 0);
    }
    assert_eq!((&whole["areas"][0]["counts"]["2"], &whole["areas"][0]["counts"]["4"]), (&json!(1), &json!(1)));
    let without = ["risk", "explain", "admin_units/west", "--without", "enterprises/a", "--format", "json"];
    assert_eq!(desk.run(&without).ends(0).json()["risk_level"], 4, "the next worst");
    assert!(
        desk.run(&["risk", "explain", "admin_units/west", "--without", "enterprises/x"])
            .ends(2)
            .err
            .contains("enterprises/x is not")
    );
}

#[test]
fn what_the_district_has_not_set_is_asked_for_with_an_example() {
    let desk = reached();
    let service = Service::of(&desk);
    for aggregator in ["count", "index"] {
        let ran = desk.run(&["risk", "areas", "--aggregator", aggregator]).ends(2);
        let table = format!("[aggregate.{aggregator}]");
        assert!(ran.err.contains("--risk FILE") && ran.err.contains(&table), "{ran:?}");
        let problem = service.get(&format!("/api/risk/areas?aggregator={aggregator}"));
        assert_eq!((problem.status, &problem.json()["type"]), (409, &json!("urn:sisetu:problem:unset")));
        assert!(problem.json()["example"].as_str().unwrap().contains(&table));
    }
    assert_eq!(service.get("/api/risk/areas?aggregator=mean").status, 400);
    service.stop();
}

#[test]
fn numbers_and_the_index_reproduce_the_grade_and_agree_with_the_service() {
    let desk = reached();
    let own = ["--risk", "own.toml"];
    let count = areas(&desk, &[&own[..], &["--aggregator", "count"]].concat());
    assert_eq!((&count["areas"][0]["risk_level"], &count["scheme"]["name"]), (&json!(3), &json!("own.toml")));
    assert_eq!(count["areas"][0]["basis"]["reached"], json!({"gives": 3, "of": 2, "found": 1, "at_least": 1}));
    let index = areas(&desk, &[&own[..], &["--aggregator", "index"]].concat());
    let west = &index["areas"][0];
    let basis = &west["basis"];
    let number = |value: &Value| value.as_f64().unwrap();
    let term = &basis["terms"][0];
    assert_eq!((&term["id"], &term["weight"], &term["exposure_persons"]), (&json!("a"), &json!(4.0), &json!(120.0)));
    // The west holds 400 m × 1000 m of the contour.
    assert!((number(&term["effect_area_m2"]) / 400_000.0 - 1.0).abs() < 2e-3, "{term}");
    let product = number(&term["weight"]) * number(&term["effect_area_m2"]) * number(&term["exposure_persons"]);
    assert!((product - number(&term["value"])).abs() < 1e-3 && term["exposure_is_complete"] == true);
    assert!((number(&basis["sum"]) / number(&basis["region_area_m2"]) - number(&basis["index"])).abs() < 1e-12);
    assert!((number(&basis["region_area_m2"]) / 45e6 - 1.0).abs() < 2e-3);
    assert_eq!((&west["risk_level"], &basis["reached"]["at_least"]), (&json!(3), &json!(0.001)));
    assert_eq!(basis["without_effect"], 1, "the blue plant weighs something and has no contour");
    let service = Service::start(desk.command().args(["serve", "--risk", "own.toml"]));
    assert_eq!(count, service.get("/api/risk/areas?aggregator=count").json());
    assert_eq!(index, service.get("/api/risk/areas?aggregator=index").json());
    let explained = service.get("/api/risk/explain/admin_units/west?aggregator=index").json();
    let steps: Vec<&str> = explained["steps"].as_array().unwrap().iter().map(|s| s["what"].as_str().unwrap()).collect();
    for step in ["term enterprises/a", "sum", "region_area_m2", "index", "without_effect", "break", "risk_level"] {
        assert!(steps.contains(&step), "{step}: {steps:?}");
    }
    service.stop();
}

#[test]
fn cells_come_worst_first_page_by_page_and_explain_themselves() {
    let desk = reached();
    let own = ["--risk", "own.toml", "--level", "grid"];
    let page = areas(&desk, &own);
    let grid = &page["grid"];
    assert_eq!((&grid["side_m"], &grid["crs"], &grid["outside"]), (&json!(1000), &json!("EPSG:4548"), &json!(0)));
    let cells = page["areas"].as_array().unwrap();
    assert_eq!((page["total"].as_u64(), grid["cells"].as_u64()), (Some(cells.len() as u64), Some(cells.len() as u64)));
    assert!(grid["empty_cells"].as_u64().unwrap() > 80, "{grid}");
    let levels: Vec<u64> = cells.iter().map(|cell| cell["risk_level"].as_u64().unwrap()).collect();
    assert!(levels.is_sorted() && levels.contains(&2) && levels.contains(&4), "{levels:?}");
    let service = Service::start(desk.command().args(["serve", "--risk", "own.toml"]));
    let first = service.get("/api/risk/areas?level=grid&limit=2").json();
    let second = service.get(first["next"].as_str().unwrap().strip_prefix(&service.url).unwrap()).json();
    let two = |page: &Value, start: usize| page["areas"].as_array().unwrap().as_slice() == &cells[start..start + 2];
    assert!(two(&first, 0) && two(&second, 2));
    let id = cells[0]["id"].as_str().unwrap();
    let explained = service.get(&format!("/api/risk/explain/risk_grid/{id}")).json();
    assert_eq!((&explained["risk_level"], &explained["method"]), (&json!(2), &json!("max")));
    let told = desk.run(&["risk", "explain", &format!("risk_grid/{id}"), "--risk", "own.toml", "--format", "json"]);
    assert_eq!(told.ends(0).json(), explained);
    assert_eq!(service.get("/api/risk/explain/risk_grid/E1N1").status, 404);
    service.stop();
}
