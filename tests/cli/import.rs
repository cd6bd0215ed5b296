//! `sisetu import` and `sisetu export`: reports, exit codes, and a store that failures leave as it was.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::scene::{collection, feature, point, rectangle};
use crate::support::{Desk, Scene};

fn plant(id: &str, east_m: f64) -> Value {
    feature(id, rectangle(east_m, -3_000.0, 200.0, 200.0), json!({"name": format!("厂{id}"), "kind": "factory"}))
}

/// A feature that no layer takes: it has no name.
fn nameless(id: &str) -> Value {
    feature(id, point(0.0, -3_000.0), json!({"kind": "factory"}))
}

/// The revision the store is at.
fn edition(desk: &Desk) -> u64 {
    desk.run(&["risk", "areas", "--format", "json"]).ends(0).json()["edition"].as_u64().unwrap()
}

#[test]
fn an_import_makes_the_store_and_reports_every_row() {
    let desk = Desk::new();
    let file =
        desk.write("plants.geojson", collection(&[plant("a", 0.0), nameless("b"), plant("c", 500.0)]).to_string());
    let report =
        desk.import(&file, "enterprises", &["--format", "json", "--rejects", "rejects.geojson"]).ends(0).json();
    assert_eq!((&report["layer"], &report["read"]), (&json!("enterprises"), &json!(3)));
    assert_eq!((&report["accepted"], &report["rejected"], &report["repaired"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!((&report["revision"], &report["crs"]), (&json!(1), &json!("EPSG:4326")));
    let reject = &report["rejects"][0];
    assert_eq!((&reject["row"], &reject["id"]), (&json!(2), &json!("b")));
    assert!(reject["reason"].as_str().unwrap().contains("name") && !reject["hint"].as_str().unwrap().is_empty());
    let rejects: Value = serde_json::from_slice(&std::fs::read(desk.path("rejects.geojson")).unwrap()).unwrap();
    assert_eq!(rejects["features"].as_array().unwrap().len(), 1);
    let text = desk.import(&file, "enterprises", &[]).ends(0);
    assert!(!text.out.is_empty() && text.err.is_empty(), "no progress bar where nobody looks: {text:?}");
}

#[test]
fn an_import_that_accepts_nothing_ends_with_2_and_makes_no_store() {
    let desk = Desk::new();
    let file = desk.write("plants.geojson", collection(&[nameless("a")]).to_string());
    let ran = desk.import(&file, "enterprises", &["--format", "json"]).ends(2);
    assert_eq!(ran.json()["rejected"], 1);
    assert!(ran.err.starts_with("error: "), "{ran:?}");
    desk.import(&desk.write("empty.geojson", collection(&[]).to_string()), "enterprises", &[]).ends(2);
    assert!(!desk.store().exists());
}

#[test]
fn strict_commits_nothing_when_a_row_is_rejected_and_ends_with_1() {
    let desk = Desk::new();
    Scene::river().with("enterprises", plant("a", 0.0)).import_into(&desk);
    let before = (edition(&desk), exported(&desk, "enterprises"));
    let file = desk.write("more.geojson", collection(&[plant("b", 900.0), nameless("c")]).to_string());
    let ran = desk.import(&file, "enterprises", &["--strict", "--format", "json"]).ends(1);
    assert_eq!((&ran.json()["accepted"], &ran.json()["revision"]), (&json!(1), &Value::Null));
    assert_eq!((edition(&desk), exported(&desk, "enterprises")), before);
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let desk = Desk::new();
    let file = desk.write("plants.geojson", collection(&[plant("a", 0.0)]).to_string());
    let report = desk.import(&file, "enterprises", &["--dry-run", "--format", "json"]).ends(0).json();
    assert_eq!((&report["accepted"], &report["revision"]), (&json!(1), &Value::Null));
    assert!(!desk.store().exists());
}

#[test]
fn unchanged_rows_are_accepted_and_make_no_revision() {
    let desk = Desk::new();
    let file = desk.write("plants.geojson", collection(&[plant("a", 0.0), plant("b", 500.0)]).to_string());
    desk.import(&file, "enterprises", &[]).ends(0);
    let again = desk.import(&file, "enterprises", &["--format", "json"]).ends(0).json();
    assert_eq!((&again["accepted"], edition(&desk)), (&json!(2), 1));
}

#[test]
fn broken_files_end_with_2_and_leave_the_store_as_it_was() {
    let desk = Desk::new();
    Scene::river().with("enterprises", plant("a", 0.0)).import_into(&desk);
    let before = (edition(&desk), exported(&desk, "enterprises"));
    let whole = collection(&[plant("b", 900.0), plant("c", 1_500.0)]).to_string();
    let truncated = desk.write("truncated.geojson", &whole[..whole.len() - 40]);
    let garbage = desk.write("garbage.shp", [0u8, 159, 146, 150, 7, 7, 7]);
    let empty = desk.write("empty.geojson", "");
    for file in [truncated, garbage, empty, desk.path("nowhere.geojson"), desk.path("")] {
        let ran = desk.import(&file, "enterprises", &[]);
        assert_eq!(ran.code, 2, "{}: {ran:?}", file.display());
        assert!(ran.err.starts_with("error: "), "{}: {ran:?}", file.display());
    }
    let mapping = desk.write("mapping.toml", "columns = 7");
    let file = desk.write("whole.geojson", whole);
    desk.import(&file, "enterprises", &["--mapping", mapping.to_str().unwrap()]).ends(2);
    assert_eq!((edition(&desk), exported(&desk, "enterprises")), before);
}

/// The ids of a layer, as it is exported.
fn ids(desk: &Desk, layer: &str) -> Vec<String> {
    let exported: Value = serde_json::from_str(&exported(desk, layer)).unwrap();
    let features = exported["features"].as_array().unwrap().iter();
    features.map(|feature| feature["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_import_that_is_killed_leaves_all_of_it_or_nothing() {
    const MANY: u32 = 3_000;
    let desk = Desk::new();
    Scene::river().with("enterprises", plant("first", -500.0)).import_into(&desk);
    let plants: Vec<Value> = (0..MANY).map(|n| plant(&format!("p{n}"), f64::from(n))).collect();
    let file = desk.write("many.geojson", collection(&plants).to_string());
    let mut seen = Vec::new();
    for milliseconds in [20, 100, 200, 400, 800] {
        let mut command = desk.command();
        command.arg("import").arg(&file).args(["--layer", "enterprises"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        seen.push(ids(&desk, "enterprises").len());
    }
    let whole = MANY as usize + 1;
    assert!(seen.iter().all(|count| [1, whole].contains(count)), "{seen:?}");
    desk.import(&file, "enterprises", &[]).ends(0);
    assert_eq!(ids(&desk, "enterprises").len(), whole);
}

#[test]
fn imports_at_the_same_time_all_arrive() {
    let desk = Desk::new();
    Scene::river().import_into(&desk);
    let start = |name: &str| {
        let file = desk.write(&format!("{name}.geojson"), collection(&[plant(name, 0.0)]).to_string());
        let mut command = desk.command();
        command.arg("import").arg(file).args(["--layer", "enterprises"]).stdout(Stdio::null()).spawn().unwrap()
    };
    let running: Vec<_> = ["a", "b", "c", "d"].map(start).into();
    for mut child in running {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(ids(&desk, "enterprises"), ["a", "b", "c", "d"]);
}

#[test]
fn a_store_is_neither_imported_into_itself_nor_exported_onto_itself() {
    let desk = Desk::new();
    Scene::river().import_into(&desk);
    let before = edition(&desk);
    for way in ["store.gpkg", "./store.gpkg"] {
        let import = desk.run(&["import", way, "--layer", "waters"]).ends(2);
        let export = desk.run(&["export", "waters", "--out", way]).ends(2);
        assert!(import.err.contains("itself") && export.err.contains("own store"), "{import:?} {export:?}");
    }
    assert_eq!(edition(&desk), before);
}

#[test]
fn what_is_exported_can_be_imported_again() {
    let desk = Desk::new();
    Scene::river().with("enterprises", plant("a", 0.0)).with("enterprises", plant("b", 500.0)).import_into(&desk);
    let exported_once = exported(&desk, "enterprises");
    let other = Desk::new();
    let file = other.write("plants.geojson", &exported_once);
    other.import(&file, "enterprises", &["--strict"]).ends(0);
    assert_eq!(exported(&other, "enterprises"), exported_once);
}

#[test]
fn an_export_that_fails_leaves_no_file() {
    let desk = Desk::new();
    Scene::river().import_into(&desk);
    let files = desk.files();
    for name in ["waters.gpkg", "waters.csv", "waters"] {
        let ran = desk.run(&["export", "waters", "--out", name]).ends(2);
        assert!(ran.err.contains("hint: "), "{ran:?}");
    }
    desk.run(&["export", "waters", "--out", "no/such/folder/waters.geojson"]).ends(3);
    assert_eq!(desk.files(), files);
}

fn exported(desk: &Desk, layer: &str) -> String {
    desk.run(&["export", layer, "--out", "exported.geojson"]).ends(0);
    std::fs::read_to_string(desk.path("exported.geojson")).unwrap()
}
