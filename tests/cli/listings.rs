//! Lists that need no store: layers, rules, the sample.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::Desk;

#[test]
fn every_layer_is_listed_with_its_fields() {
    let desk = Desk::new();
    let listed = desk.run(&["layers", "--format", "json"]).ends(0).json();
    let layers = listed["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 19);
    let waters = layers.iter().find(|layer| layer["name"] == "waters").unwrap();
    let kind = waters["field"].as_array().unwrap().iter().find(|field| field["name"] == "kind").unwrap();
    assert_eq!(kind["required"], true);
    assert!(kind["values"].as_array().unwrap().contains(&json!("yangtze_main")));
    let text = desk.run(&["layers", "waters"]).ends(0).out;
    assert!(text.contains("yangtze_main") && !text.contains("enterprises"), "{text}");
}

#[test]
fn rules_are_listed_shown_and_linted() {
    let desk = Desk::new();
    let listed = desk.run(&["rules", "list", "--format", "json"]).ends(0).json();
    assert!(listed["rules"].as_array().unwrap().iter().any(|rule| rule["id"] == "YRP-26-2"), "{listed}");
    let shown = desk.run(&["rules", "show", "YRP-26-2", "--format", "json"]).ends(0).json();
    assert_eq!(shown["clause"]["law"], "中华人民共和国长江保护法");
    assert!(desk.run(&["rules", "show", "YRP-26-2"]).ends(0).out.contains("长江保护法"));
    let unknown = desk.run(&["rules", "show", "YRP-99"]).ends(2);
    assert!(unknown.err.contains("YRP-99") && unknown.err.contains("hint: "), "{unknown:?}");
    assert_eq!(desk.run(&["rules", "lint", "--format", "json"]).ends(0).json()["complaints"], json!([]));
}

#[test]
fn a_faulty_rule_of_ones_own_fails_the_lint_by_file_and_line() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("own")).unwrap();
    desk.write("own/local.toml", "[[rule]]\nidd = 'LOCAL-1'\n");
    let ran = desk.run(&["rules", "lint", "own"]).ends(1);
    assert!(ran.out.contains("local.toml"), "{ran:?}");
    desk.run(&["rules", "lint", "nowhere"]).ends(2);
}

#[test]
fn the_sample_is_the_same_for_the_same_seed_and_seed_1_is_the_one_that_is_shipped() {
    let desk = Desk::new();
    for (seed, folder) in [("1", "one"), ("1", "again"), ("2", "other")] {
        desk.run(&["sample", "--seed", seed, "--out", folder]).ends(0);
    }
    let [one, again, other] = ["one", "again", "other"].map(|folder| files(&desk.path(folder)));
    assert_eq!(one.len(), 19);
    assert!(one == again, "the same seed gave other bytes");
    assert!(one["enterprises.geojson"] != other["enterprises.geojson"], "another seed gave the same enterprises");
    let shipped = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample"));
    assert!(one == shipped, "seed 1 is not what data/sample holds");
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let features = entries.filter(|path| path.extension().is_some_and(|ending| ending == "geojson"));
    features
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .inspect(|(name, content)| {
            assert!(serde_json::from_slice::<Value>(content).is_ok(), "{name} is no JSON");
        })
        .collect()
}
