//! What the book holds beside plain distances: location classes of gas pipelines, policies that have ended, procedures,
//! the impact of rivers' courses, flow paths.

use serde_json::{Value, json};
use sisetu::model::{Effect, Layer, Outcome, SitingReport};

use super::scene::{CENTRE, Scene, area_north, at, block, line, lot, of, only, outcome, with};

// ---- windows of 2 km

/// A straight gas pipeline from west to east, 50 m north of the middle.
fn pipe() -> Scene {
    let (x, y) = at(0.0, 50.0);
    let course = line(&[(x - 0.06, y), (x + 0.06, y)]);
    Scene::new().with(Layer::Pipelines, course, json!({"medium": "natural_gas", "regime": "long_distance"}))
}

fn village(scene: Scene, azimuth: f64, metres: f64, says: Value) -> Scene {
    scene.with(Layer::ResidentialZones, block(azimuth, metres, 40.0), says)
}

fn homes(households: Value) -> Value {
    json!({"kind": "residential", "action": "new", "households": households})
}

fn lifted(scene: &Scene, households: Value) -> Vec<Outcome> {
    let report = scene.check(lot(), homes(households));
    of(&report, "GAS-9.2").iter().map(|finding| finding.outcome).collect()
}

const CALLS: Outcome = Outcome::NeedsDemonstration;

#[test]
fn the_project_alone_may_lift_the_class() {
    for (households, expected) in [(15, Outcome::Met), (16, CALLS), (99, CALLS), (100, CALLS)] {
        assert_eq!(lifted(&pipe(), json!(households)), [expected], "{households}");
    }
}

#[test]
fn what_stands_beside_the_same_two_kilometres_counts_with_it() {
    // From 15 to 16, and from 99 to 100 households within one window.
    for (there, added, expected) in [
        (14, 1, Outcome::Met),
        (15, 1, CALLS),
        (16, 1, Outcome::Met),
        (98, 1, Outcome::Met),
        (99, 1, CALLS),
        (100, 50, Outcome::Met),
    ] {
        let scene = village(pipe(), 90.0, 1_500.0, json!({"households": there}));
        assert_eq!(lifted(&scene, json!(added)), [expected], "{there} + {added}");
    }
    // Beyond the window, or beyond 200 m of the pipe, it does not.
    let far = village(pipe(), 90.0, 2_700.0, json!({"households": 99}));
    assert_eq!(lifted(&far, json!(1)), [Outcome::Met]);
    let aside = village(pipe(), 180.0, 400.0, json!({"households": 99}));
    assert_eq!(lifted(&aside, json!(1)), [Outcome::Met]);
    // Two villages that no single window holds together do not add up.
    let apart =
        village(village(pipe(), 90.0, 1_500.0, json!({"households": 60})), 270.0, 1_500.0, json!({"households": 60}));
    assert_eq!(lifted(&apart, json!(1)), [Outcome::Met]);
}

#[test]
fn households_nobody_counted_leave_the_class_open() {
    let report = pipe().check(lot(), homes(Value::Null));
    assert_eq!(outcome(&report, "GAS-9.2"), Outcome::Undetermined);
    assert!(report.questions.iter().any(|question| question.fact == "households"));
    let unknown = village(pipe(), 90.0, 1_000.0, json!({}));
    assert_eq!(lifted(&unknown, json!(1)), [Outcome::Undetermined]);
    // Persons stand in for households, three and a third of them each.
    let persons = village(pipe(), 90.0, 1_000.0, json!({"persons": 50}));
    assert_eq!(lifted(&persons, json!(1)), [CALLS]);
    let fewer = village(pipe(), 90.0, 1_000.0, json!({"persons": 46}));
    assert_eq!(lifted(&fewer, json!(1)), [Outcome::Met]);
}

#[test]
fn a_window_needs_the_register_of_housing() {
    let report = pipe().without_coverage(Layer::ResidentialZones).check(lot(), homes(json!(1)));
    assert!(
        of(&report, "GAS-9.2")
            .iter()
            .any(|finding| finding.outcome == Outcome::Undetermined && finding.target.is_none())
    );
}

// ---- rivers

/// A river that runs north from the middle for 300 m and turns east for good.
fn bend(flow: &Value) -> Scene {
    let corner = at(0.0, 300.0);
    let course = line(&[at(180.0, 2_000.0), CENTRE, corner, (corner.0 + 0.06, corner.1)]);
    Scene::new().with(Layer::Waters, course, with(&json!({"kind": "yangtze_tributary"}), flow.clone()))
}

#[test]
fn the_way_along_the_river_counts_and_not_the_crow_s() {
    // 300 m north and 850 m east: 901 m as the crow flies, 1150 m by the river.
    let place = at(0.0, 300.0);
    let bridge = |east: f64| block_at((place.0 + east / 96_800.0, place.1));
    let dam = json!({"kind": "river_works", "action": "new", "excavation": false});
    let check = |east: f64| {
        let scene = bend(&json!({})).with(Layer::Structures, bridge(east), json!({"kind": "railway_bridge"}));
        outcome(&scene.check(lot(), dam.clone()), "RLY-37")
    };
    assert_eq!(check(850.0), Outcome::Met);
    assert_eq!(check(600.0), Outcome::NeedsApproval);
}

fn block_at((x, y): (f64, f64)) -> Value {
    super::scene::polygon(&[
        (x - 0.0001, y - 0.0001),
        (x + 0.0001, y - 0.0001),
        (x + 0.0001, y + 0.0001),
        (x - 0.0001, y + 0.0001),
    ])
}

#[test]
fn away_from_any_river_only_the_straight_way_is_known() {
    let sand = json!({"kind": "sand_mining", "action": "new"});
    let bridge = json!({"kind": "railway_bridge", "length_m": 600});
    let dry = |metres: f64| Scene::new().with(Layer::Structures, area_north(metres), bridge.clone());
    assert_eq!(outcome(&dry(400.0).check(lot(), sand.clone()), "RLY-38"), Outcome::Undetermined);
    assert_eq!(outcome(&dry(3_001.0).check(lot(), sand), "RLY-38"), Outcome::Met);
}

// ---- tailings

#[test]
fn the_flow_path_decides_and_not_the_straight_distance() {
    let path = super::scene::polygon(&[CENTRE, at(20.0, 900.0), at(40.0, 900.0)]);
    let pond =
        |facts: Value| with(&json!({"kind": "tailings_pond", "action": "new", "discharges_pollutants": false}), facts);
    let beside = || Scene::new().with(Layer::ResidentialZones, block(300.0, 400.0, 30.0), json!({"persons": 40}));
    assert_eq!(outcome(&beside().check(lot(), pond(json!({}))), "TLP-HEAD"), Outcome::Undetermined);
    assert_eq!(outcome(&beside().check(lot(), pond(json!({"flow_path": path.clone()}))), "TLP-HEAD"), Outcome::Met);
    let below = Scene::new().with(Layer::ResidentialZones, block(30.0, 600.0, 30.0), json!({"persons": 40}));
    assert_eq!(outcome(&below.check(lot(), pond(json!({"flow_path": path}))), "TLP-HEAD"), Outcome::Violated);
}

// ---- hygiene distance

#[test]
fn every_village_inside_a_computed_distance_is_told() {
    let plant = json!({"kind": "polluting_project", "action": "new", "unit_area_m2": 2000, "wind_m_s": 3, "source_class": "II",
        "emissions": [{"substance": "氨", "qc_kg_h": 0.5, "cm_mg_m3": 0.2}], "production_unit": lot()});
    let scene = village(village(Scene::new(), 90.0, 100.0, json!({})), 0.0, 150.0, json!({}));
    let scene = village(village(scene, 45.0, 180.0, json!({})), 10.0, 260.0, json!({}));
    let report = scene.check(super::scene::pad(60.0), plant);
    let found = of(&report, "HYG-39499");
    assert_eq!(found.len(), 3, "three lie within 200 m: {found:#?}");
    assert!(found.iter().all(|finding| finding.outcome == Outcome::Violated));
}

// ---- policies that have ended, procedures

fn chem() -> Value {
    json!({"kind": "chem_project", "action": "new", "handles_hazchem": false, "discharges_pollutants": false, "excavation": false})
}

fn noted(report: &SitingReport, words: &str) -> bool {
    report.notes.iter().any(|note| note.contains(words))
}

#[test]
fn a_plan_that_has_ended_is_only_a_note() {
    let lake =
        |metres: f64| Scene::new().with(Layer::Waters, area_north(metres), json!({"kind": "lake", "important": false}));
    let report = lake(900.0).check(lot(), chem());
    assert!(of(&report, "JX-POYANG-2018").is_empty());
    assert!(noted(&report, "JX-POYANG-2018"));
    assert!(!noted(&lake(1_100.0).check(lot(), chem()), "JX-POYANG-2018"));
    let during = lake(900.0).check_as_of(lot(), chem(), "2020-12-31");
    let finding = only(&during, "JX-POYANG-2018");
    assert_eq!((finding.outcome, finding.effect), (CALLS, Effect::Demonstrate));
}

#[test]
fn procedures_are_named_and_never_judged() {
    let plant = json!({"kind": "hazchem_production_unit", "action": "new"});
    let report = Scene::new().check(lot(), plant.clone());
    for (words, there) in
        [("安全条件审查", true), ("安全评价", true), ("招商引资项目安全风险评估", true), ("整体性安全风险评估", false)]
    {
        assert_eq!(noted(&report, words), there, "{words}: {:?}", report.notes);
    }
    for id in ["HCR-12", "INV-SAFETY-REVIEW", "INV-EVAL", "INV-3SAME", "INV-SEED-18c", "HCR-22", "HCL-19", "PIP-13"] {
        assert!(of(&report, id).is_empty(), "{id}");
    }
    let standing = Scene::new().check(lot(), with(&plant, json!({"action": "existing"})));
    assert!(noted(&standing, "每三年一次安全评价") && !noted(&standing, "三同时"));
    let park = Scene::new().check(lot(), json!({"kind": "chem_park", "action": "new"}));
    assert!(noted(&park, "整体性安全风险评估"));
    let early = Scene::new().check_as_of(lot(), json!({"kind": "chem_park", "action": "new"}), "2026-04-30");
    assert!(!noted(&early, "整体性安全风险评估"));
}

// ---- the facts of the contract are enough

/// Kinds of the regulations, each with what the contract lists stated and nothing that only this project invented.
#[test]
fn what_the_contract_lists_is_enough_on_open_ground() {
    let kinds = [
        "chem_project",
        "chem_park",
        "tailings_pond",
        "hazchem_production_unit",
        "hazchem_storage_mhs",
        "hazmat_place",
        "explosives_store",
        "fireworks_store",
        "oil_depot",
        "fuel_station",
        "lpg_station",
        "cng_lng_station",
        "h2_station",
        "oil_pipeline",
        "gas_pipeline",
        "building_any",
        "building_dense",
        "residential",
        "quarry_mine",
        "blasting",
        "excavation_drilling",
        "polluting_project",
        "powerline",
        "transport_works",
        "landfill_hazwaste",
        "school",
        "hospital",
    ];
    let stated = json!({"action": "new", "volume_m3": 40, "largest_tank_m3": 20, "persons": 60, "households": 20, "beds": 10,
        "floor_area_m2": 900, "height_m": 9, "water_supply_related": false, "discharges_pollutants": true,
        "handles_hazchem": true, "produces_hazchem": true, "captive_unit": true, "raises_safety": false, "excavation": true,
        "blasting": false, "accuracy_m": 0, "substances": [{"name": "甲醇", "tonnes": 40}]});
    // A park around the site, so that production belongs here, and everything else a good way off.
    let scene = || {
        let scene =
            Scene::new().with(Layer::ResidentialZones, area_north(4_000.0), json!({"persons": 500, "households": 200}));
        let scene = scene.with(
            Layer::Roads,
            line(&[at(270.0, 6_000.0), at(200.0, 5_000.0)]),
            json!({"kind": "county", "half_width_m": 6}),
        );
        scene.with(
            Layer::PowerLines,
            line(&[at(90.0, 3_000.0), at(130.0, 3_000.0)]),
            json!({"voltage_kv": 110, "half_width_m": 5}),
        )
    };
    for kind in kinds {
        let report = scene().check(lot(), with(&stated, json!({"kind": kind})));
        let open: Vec<_> = report.findings.iter().filter(|finding| finding.outcome == Outcome::Undetermined).collect();
        assert!(open.is_empty(), "{kind}: {:?}", report.questions);
    }
}
