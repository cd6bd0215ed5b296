//! `sisetu risk list`, `responsibilities`, `totals`, `publish`: the same as the service gives, and what one program
//! publishes another holds.

use std::io::Cursor;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use serde_json::{Value, json};

use crate::support::scene::{collection, feature, rectangle};
use crate::support::skip::skip;
use crate::support::{Desk, Scene, Service};

fn plant(id: &str, more: Value) -> Value {
    let mut properties = json!({"name": "红厂", "kind": "chemical_plant", "risk_level": 1});
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    feature(id, rectangle(0.0, -3e3, 200.0, 200.0), properties)
}

/// A township with a red plant and one that nobody graded.
fn town() -> Desk {
    let township = json!({"name": "示例镇", "code": "360404101", "level": "township", "parent": "360404"});
    let desk = Desk::new();
    Scene::river()
        .with("admin_units", feature("t", rectangle(-5e3, -9e3, 10e3, 9e3), township))
        .with("enterprises", plant("red", json!({})))
        .with("enterprises", plant("none", json!({"name": "新厂", "risk_level": null})))
        .import_into(&desk);
    desk
}

#[test]
fn lists_are_those_of_the_service_and_go_into_files() {
    let desk = town();
    let service = Service::of(&desk);
    for list in ["list", "responsibilities"] {
        for filter in [&[][..], &["--level", "none"], &["--township", "none"]] {
            let ran = desk.run(&[&["risk", list, "--format", "json"], filter].concat()).ends(0).json();
            let query = filter.join("=").replace("--", "");
            assert_eq!(ran, service.get(&format!("/api/risk/{list}?{query}")).json(), "{list} {query}");
        }
        let file = desk.path("list.xlsx");
        desk.run(&["risk", list, "--format", "xlsx", "--out", file.to_str().unwrap()]).ends(0);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(std::fs::read(&file).unwrap())).unwrap();
        assert_eq!(book.worksheets()[0].1.height(), 2, "a head and the red plant");
        let csv = desk.run(&["risk", list, "--format", "csv"]).ends(0).out;
        assert_eq!(csv.as_bytes(), service.get(&format!("/api/risk/{list}.csv")).body);
    }
    service.stop();
    let text = desk.run(&["risk", "list"]).ends(0).out;
    assert!(text.contains("红厂") && text.contains("待明确") && text.contains("未评级 1 个"), "{text}");
    for wrong in [["--level", "5"], ["--layer", "roads"], ["--layer", "castles"]] {
        desk.run(&[&["risk", "list"], &wrong[..]].concat()).ends(2);
    }
}

#[test]
fn totals_add_up_and_say_what_was_checked() {
    let desk = town();
    let tables = desk.run(&["risk", "totals", "--format", "json"]).ends(0).json();
    assert_eq!((&tables["totals"]["total"], &tables["adds_up"]), (&json!(2), &json!(true)));
    assert!(tables["checks"].as_array().unwrap().len() > 15, "{tables}");
    let text = desk.run(&["risk", "totals"]).ends(0).out;
    assert!(text.contains("示例镇") && text.contains("不符 0 项"), "{text}");
}

/// What one program publishes, another that serves the same store holds without a restart.
fn published_reds_are_held_on(desk: &Desk, store: &str) {
    let service = Service::start(desk.command().args(["serve", "--store", store]));
    let put = |more: Value| {
        let item = service.at("/api/collections/enterprises/items/red");
        assert!(service.agent().put(&item).send_json(plant("red", more)).unwrap().status().is_success());
    };
    let level = || service.get("/api/risk/explain/enterprises/red").json()["risk_level"].clone();
    let publish = |date: &str| {
        desk.run(&["risk", "publish", "--store", store, "--name", "试行版", "--by", "区应急管理局", "--date", date])
    };
    put(json!({}));
    assert!(publish("2026-03-01").ends(0).out.contains("红色 1 个"));
    let until = Instant::now() + Duration::from_secs(20);
    while service.get("/api/risk/editions").json()["total"] != 1 {
        assert!(Instant::now() < until, "the edition is not seen");
        std::thread::sleep(Duration::from_millis(20));
    }
    put(json!({"risk_level": 4}));
    assert_eq!(level(), 1);
    let held = desk.run(&["risk", "explain", "enterprises/red", "--store", store]).ends(0).out;
    assert!(held.contains("held") && held.contains("第 1 版"), "{held}");
    let refused = publish("2026-02-01").ends(2);
    assert!(refused.err.contains("2026-03-01") && refused.err.contains("hint: "), "{refused:?}");
    put(
        json!({"risk_level": 4, "red_closed_on": "2026-03-09", "red_closed_by": "王五", "red_closure_document": "销号1号"}),
    );
    assert_eq!(level(), 4);
    publish("2026-03-08").ends(2);
    publish("2026-03-09").ends(0);
    let comparison = service.get("/api/risk/editions/1/compare/2").json();
    let greener = comparison["greener"].as_array().unwrap();
    assert!(greener.iter().any(|one| one["id"] == "red" && one["from"] == 1 && one["to"] == 4), "{comparison}");
    service.stop();
}

#[test]
fn an_edition_that_one_program_publishes_is_held_by_another() {
    let desk = town();
    published_reds_are_held_on(&desk, desk.store().to_str().unwrap());
}

#[test]
fn an_edition_is_held_on_a_postgis_store_too() {
    let Ok(store) = std::env::var("SISETU_TEST_POSTGRES") else {
        return skip("cli::risk_lists", "SISETU_TEST_POSTGRES is not set");
    };
    let desk = Desk::new();
    let file = desk.write("plants.geojson", collection(&[plant("red", json!({}))]).to_string());
    desk.import(&file, "enterprises", &["--store", &store, "--mode", "replace"]).ends(0);
    published_reds_are_held_on(&desk, &store);
}
