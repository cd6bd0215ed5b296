//! 铁路安全管理条例 第三十四条.

use serde_json::{Value, json};
use sisetu::model::{Layer, Outcome, Verdict};

use super::scene::{CENTRE, Scene, area_north, limit, line_north, lot, of, only, outcome, pad, point, with};

fn track(kind: &str, metres: f64, half_width: Value) -> Scene {
    Scene::new().with(Layer::Railways, line_north(metres), json!({"kind": kind, "half_width_m": half_width}))
}

fn quarry() -> Value {
    json!({"kind": "quarry_mine", "action": "new", "blasting": true, "excavation": true, "discharges_pollutants": false})
}

#[test]
fn quarries_within_a_kilometre_of_the_toe_need_consent() {
    let bad = Outcome::NeedsApproval;
    for kind in ["high_speed", "other"] {
        limit("RLY-34", 1000.0, bad, bad, |metres| track(kind, metres + 8.0, json!(8)), &quarry());
    }
    for kind in ["railway_bridge", "railway_tunnel"] {
        let drawn = |metres: f64| Scene::new().with(Layer::Structures, line_north(metres), json!({"kind": kind}));
        limit("RLY-34", 1000.0, bad, bad, drawn, &quarry());
    }
    let report = track("other", 500.0, json!(8)).check(lot(), quarry());
    assert_eq!(report.verdict, Verdict::Review);
    assert!(only(&report, "RLY-34").explanation.zh.contains("铁路运输企业"));
}

#[test]
fn road_bridges_and_ordinary_buildings_are_not_its_matter() {
    let bridge = Scene::new().with(Layer::Structures, area_north(10.0), json!({"kind": "highway_tunnel"}));
    assert_eq!(outcome(&bridge.check(lot(), quarry()), "RLY-34"), Outcome::Met);
    let house = json!({"kind": "residential", "action": "new"});
    assert!(of(&track("other", 100.0, json!(8)).check(lot(), house), "RLY-34").is_empty());
    let blasting_house = json!({"kind": "residential", "action": "new", "blasting": true});
    assert_eq!(
        outcome(&track("other", 100.0, json!(8)).check(lot(), blasting_house), "RLY-34"),
        Outcome::NeedsApproval
    );
}

#[test]
fn whether_diggers_blast_is_asked_near_a_railway() {
    let dig = json!({"kind": "excavation_drilling", "action": "new"});
    let report = track("other", 500.0, json!(8)).check(lot(), dig.clone());
    assert_eq!(outcome(&report, "RLY-34"), Outcome::Undetermined);
    assert!(report.questions.iter().any(|question| question.fact == "blasting"));
    let calm = with(&dig, json!({"blasting": false}));
    assert!(of(&track("other", 500.0, json!(8)).check(lot(), calm), "RLY-34").is_empty());
}

#[test]
fn an_unknown_toe_is_tried_at_the_upper_default() {
    let tried = |metres: f64| outcome(&track("other", metres, Value::Null).check(lot(), quarry()), "RLY-34");
    assert_eq!(tried(1000.0), Outcome::NeedsApproval);
    assert_eq!(tried(1000.01), Outcome::Undetermined);
    assert_eq!(tried(1030.0), Outcome::Undetermined);
    assert_eq!(tried(1030.01), Outcome::Met);
}

#[test]
fn both_kinds_of_track_and_both_kinds_of_structure_must_be_covered() {
    let exact = with(&quarry(), json!({"extent_m": 0}));
    let check = |tracks: &[&str], structures: &[&str]| {
        let scene = Scene::new().covered(Layer::Railways, pad(1000.1), json!({"kinds": tracks})).covered(
            Layer::Structures,
            pad(1000.1),
            json!({"kinds": structures}),
        );
        outcome(&scene.check(point(CENTRE), exact.clone()), "RLY-34")
    };
    let structures = ["railway_bridge", "railway_tunnel"];
    assert_eq!(check(&["high_speed", "other"], &structures), Outcome::Met);
    assert_eq!(check(&["high_speed"], &structures), Outcome::Undetermined);
    assert_eq!(check(&["high_speed", "other"], &["railway_tunnel"]), Outcome::Undetermined);
}

#[test]
fn a_dangerous_place_beside_a_railway_never_passes_for_want_of_a_table() {
    for kind in ["lpg_station", "hazmat_place", "chem_project", "hazchem_storage_mhs", "h2_station", "explosives_store"]
    {
        let report = track("other", 300.0, json!(8)).check(lot(), json!({"kind": kind, "handles_hazchem": true}));
        let own: Vec<_> = report.findings.iter().filter(|finding| finding.rule.starts_with("RLY-33")).collect();
        assert_eq!(own.len(), 1, "{kind}: {own:#?}");
        assert_eq!(own[0].outcome, Outcome::NeedsDemonstration, "{kind}");
        assert_eq!(own[0].required_m, None, "how far is looked is no distance of the law");
        assert_ne!(report.verdict, Verdict::Pass, "{kind}");
    }
}

#[test]
fn a_layout_whose_standard_knows_railways_answers_to_its_table() {
    let plant = |standard: &str| json!({"kind": "hazchem_production_unit", "design_standard": standard});
    let near = |facts: Value| track("other", 20.0, json!(8)).check(lot(), facts);
    for (standard, table) in [("GB 50160", "PET-8.4"), ("GB 50016", "BLD-8.6")] {
        let report = near(plant(standard));
        assert!(of(&report, "RLY-33-LAYOUT").is_empty(), "{standard}");
        assert!(!of(&report, table).is_empty(), "{standard}");
    }
    assert_eq!(outcome(&near(plant("GB 51283")), "RLY-33-LAYOUT"), Outcome::NeedsDemonstration);
}
