//! GB 50028 / GB 51142: LPG tanks and buildings outside the station, seen from either side.

use serde_json::{Value, json};
use sisetu::model::{Effect, Layer, Outcome, Verdict, Verification};

use super::scene::{CENTRE, Scene, area_north, at, limit, lot, only, outcome, pad, point, polygon, with};

const RULE: &str = "LPG-8.3";

/// Total volume, largest tank, metres to a settlement, metres to a single house, mark.
const ROWS: [(f64, f64, f64, f64, Verification); 14] = [
    (1.0, 1.0, 45.0, 40.0, Verification::V2),
    (50.0, 20.0, 45.0, 40.0, Verification::V2),
    (50.1, 20.0, 50.0, 45.0, Verification::V2),
    (200.0, 50.0, 50.0, 45.0, Verification::V2),
    (200.1, 50.0, 70.0, 50.0, Verification::V2),
    (500.0, 100.0, 70.0, 50.0, Verification::V2),
    (1000.0, 200.0, 90.0, 55.0, Verification::V2),
    (1000.1, 200.0, 110.0, 65.0, Verification::KnownHigh),
    (2500.0, 400.0, 110.0, 65.0, Verification::KnownHigh),
    (5000.0, 1000.0, 130.0, 75.0, Verification::KnownHigh),
    (5000.1, 1000.0, 150.0, 100.0, Verification::KnownHigh),
    // The stricter of the two counts.
    (50.0, 20.1, 50.0, 45.0, Verification::V2),
    (40.0, 40.0, 50.0, 45.0, Verification::V2),
    (1000.0, 1000.0, 130.0, 75.0, Verification::KnownHigh),
];

fn station(volume: Value, largest: Value) -> Value {
    json!({"kind": "lpg_station", "action": "new", "excavation": false, "discharges_pollutants": false,
           "volume_m3": volume, "largest_tank_m3": largest, "tank_wall": lot()})
}

fn village(metres: f64) -> Scene {
    Scene::new().with(
        Layer::ResidentialZones,
        area_north(metres),
        json!({"name": "某村", "persons": 60, "households": 20}),
    )
}

/// A site around the tanks, 200 m wide.
fn yard() -> Value {
    pad(100.0)
}

#[test]
fn every_row_of_the_table_is_kept_to_the_tenth_of_a_millimetre() {
    for (volume, largest, metres, _, mark) in ROWS {
        for (step, expected) in
            [(-0.01, Outcome::Violated), (-0.0001, Outcome::Violated), (0.0, Outcome::Met), (0.0001, Outcome::Met)]
        {
            let report = village(metres + step).check(yard(), station(json!(volume), json!(largest)));
            let finding = only(&report, RULE);
            assert_eq!((finding.outcome, finding.verification), (expected, mark), "{volume} {largest} {step}");
            assert_eq!(finding.required_m.unwrap().0, metres);
            if expected == Outcome::Violated {
                let verdict = if mark == Verification::V2 { Verdict::Fail } else { Verdict::Review };
                assert_eq!((report.verdict, finding.effect), (verdict, Effect::Comply), "{volume}");
            }
        }
    }
}

#[test]
fn schools_and_hospitals_count_as_settlements_and_unsure_kinds_as_either() {
    for kind in ["school", "kindergarten", "hospital", "nursing_home", "theatre", "stadium"] {
        let near = |metres: f64| Scene::new().with(Layer::ProtectionTargets, area_north(metres), json!({"kind": kind}));
        for (metres, expected) in [(44.99, Outcome::Violated), (45.0, Outcome::Met)] {
            assert_eq!(outcome(&near(metres).check(yard(), station(json!(50), json!(20))), RULE), expected, "{kind}");
        }
    }
    // A register may hold kinds that this program does not know; they are buildings all the same.
    for kind in ["hotel", "religious", "cinema", "养老服务中心"] {
        let near = |metres: f64| Scene::new().with(Layer::ProtectionTargets, area_north(metres), json!({"kind": kind}));
        for (metres, expected) in [
            (39.99, Outcome::Violated),
            (40.0, Outcome::Undetermined),
            (44.99, Outcome::Undetermined),
            (45.0, Outcome::Met),
        ] {
            assert_eq!(
                outcome(&near(metres).check(yard(), station(json!(50), json!(20))), RULE),
                expected,
                "{kind} {metres}"
            );
        }
    }
}

#[test]
fn without_tank_walls_the_outline_is_tried() {
    let bare = with(&station(json!(50), json!(20)), json!({"tank_wall": null}));
    let far = village(45.0).check(lot(), bare.clone());
    assert_eq!(outcome(&far, RULE), Outcome::Met);
    assert!(far.questions.iter().all(|question| question.fact != "tank_wall"));
    for metres in [44.99, 1.0, -1.0] {
        let near = village(metres).check(lot(), bare.clone());
        assert_eq!(outcome(&near, RULE), Outcome::Undetermined, "{metres}");
        assert!(near.questions.iter().any(|question| question.fact == "tank_wall"));
    }
}

#[test]
fn a_missing_volume_is_tried_at_its_strictest() {
    let check = |metres: f64, volume: Value, largest: Value| {
        let report = village(metres).check(yard(), station(volume, largest));
        let asked: Vec<String> = report.questions.iter().map(|question| question.fact.clone()).collect();
        let finding = only(&report, RULE).clone();
        (finding.outcome, asked, finding.required_m.unwrap().0, report.verdict)
    };
    let both = vec!["largest_tank_m3".to_owned(), "volume_m3".to_owned()];
    // Too near for the smallest station already, and that row was read.
    assert_eq!(check(44.99, Value::Null, Value::Null), (Outcome::Violated, vec![], 45.0, Verdict::Fail));
    assert_eq!(check(45.0, Value::Null, Value::Null), (Outcome::Undetermined, both, 150.0, Verdict::Undetermined));
    assert_eq!(check(149.99, Value::Null, Value::Null).0, Outcome::Undetermined);
    assert_eq!(check(150.0, Value::Null, Value::Null).0, Outcome::Met);
    // Forty cubic metres in all: no tank is larger than that.
    assert_eq!(check(49.99, json!(40), Value::Null).0, Outcome::Undetermined);
    assert_eq!(check(50.0, json!(40), Value::Null).0, Outcome::Met);
    assert_eq!(check(49.99, Value::Null, json!(30)).0, Outcome::Violated);
    assert_eq!(check(60.0, Value::Null, json!(30)).1, ["volume_m3"]);
}

#[test]
fn every_action_answers_for_a_mandatory_distance() {
    for action in ["new", "expand", "renovate", "existing"] {
        let facts = with(&station(json!(50), json!(20)), json!({"action": action}));
        let report = village(44.0).check(yard(), facts);
        assert_eq!((outcome(&report, RULE), report.verdict), (Outcome::Violated, Verdict::Fail), "{action}");
    }
}

#[test]
fn the_reach_follows_from_what_is_known_of_the_tanks() {
    let known = with(&station(json!(50), json!(20)), json!({"extent_m": 0, "tank_wall": null}));
    let check = |reach: f64, facts: &Value| {
        let scene = Scene::new().covered(Layer::ResidentialZones, pad(reach), json!({})).covered(
            Layer::ProtectionTargets,
            pad(reach),
            json!({}),
        );
        let report = scene.check(point(CENTRE), facts.clone());
        let row = report.coverage.iter().find(|row| row.layer == Layer::ResidentialZones).unwrap();
        (outcome(&report, RULE), row.reach_m.0)
    };
    assert_eq!(check(45.01, &known), (Outcome::Met, 45.0));
    assert_eq!(check(44.99, &known), (Outcome::Undetermined, 45.0));
    let unknown = with(&known, json!({"volume_m3": null, "largest_tank_m3": null}));
    assert_eq!(check(150.01, &unknown), (Outcome::Met, 150.0));
    assert_eq!(check(149.99, &unknown), (Outcome::Undetermined, 150.0));
}

fn school() -> Value {
    json!({"kind": "school", "action": "new", "excavation": false, "discharges_pollutants": false})
}

fn plant(metres: f64) -> Scene {
    let x = at(0.0, metres);
    let outline = polygon(&[x, (x.0 + 0.005, x.1 + 0.005), (x.0 - 0.005, x.1 + 0.005)]);
    Scene::new().with(Layer::Enterprises, outline, json!({"name": "某液化气站", "kind": "lpg_station"}))
}

#[test]
fn seen_from_the_school_the_tanks_count_and_not_the_fence() {
    let tank = |fence: f64, metres: f64, more: Value| {
        let says = with(
            &json!({"name": "储罐", "kind": "tank", "enterprise_id": "enterprises-1", "volume_m3": 50, "largest_tank_m3": 20}),
            more,
        );
        plant(fence).with(Layer::Installations, area_north(metres), says)
    };
    let bad = Outcome::Violated;
    limit(RULE, 45.0, bad, Outcome::Met, |metres| tank(metres - 30.0, metres, json!({})), &school());
    let unsaid = |metres: f64| outcome(&tank(10.0, metres, json!({"volume_m3": null})).check(lot(), school()), RULE);
    assert_eq!(unsaid(44.99), Outcome::Violated);
    assert_eq!(unsaid(45.0), Outcome::Undetermined);
    assert_eq!(unsaid(150.0), Outcome::Met);
    // The tank of another trade is not this rule's matter; a reference by name means the same enterprise.
    let by_name = tank(10.0, 44.0, json!({"enterprise_id": "某液化气站"}));
    assert_eq!(outcome(&by_name.check(lot(), school()), RULE), Outcome::Violated);
    let asked = tank(10.0, 60.0, json!({"volume_m3": null})).check(lot(), school());
    assert!(asked.questions.iter().all(|question| question.fact != "volume_m3"), "the proposer cannot know it");
}

#[test]
fn a_station_known_only_by_its_fence_is_tried_from_there() {
    let check = |metres: f64, more: Value| {
        let scene = Scene::new().with(
            Layer::Enterprises,
            area_north(metres),
            with(&json!({"name": "某液化气站", "kind": "lpg_station"}), more),
        );
        outcome(&scene.check(lot(), school()), RULE)
    };
    assert_eq!(check(10.0, json!({})), Outcome::Undetermined);
    assert_eq!(check(149.99, json!({})), Outcome::Undetermined);
    assert_eq!(check(150.0, json!({})), Outcome::Met);
}

#[test]
fn housing_and_unsure_places_of_assembly_are_judged_from_their_side_too() {
    let tank = |metres: f64| {
        plant(metres).with(
            Layer::Installations,
            area_north(metres),
            json!({"name": "储罐", "kind": "tank", "enterprise_id": "enterprises-1", "volume_m3": 50, "largest_tank_m3": 20}),
        )
    };
    let check =
        |kind: &str, metres: f64| outcome(&tank(metres).check(lot(), json!({"kind": kind, "action": "new"})), RULE);
    assert_eq!((check("residential", 44.99), check("residential", 45.0)), (Outcome::Violated, Outcome::Met));
    assert_eq!((check("hotel", 39.99), check("hotel", 44.99)), (Outcome::Violated, Outcome::Undetermined));
    assert_eq!(check("building_dense", 45.0), Outcome::Met);
}

#[test]
fn the_reverse_side_needs_the_registers_of_tanks_and_stations() {
    for layer in [Layer::Installations, Layer::Enterprises] {
        for scene in [Scene::new().without_coverage(layer), Scene::new().unavailable(layer)] {
            let report = scene.check(lot(), school());
            let finding = only(&report, RULE);
            assert_eq!(finding.outcome, Outcome::Undetermined, "{layer}");
            assert!(finding.explanation.zh.contains(layer.name()));
        }
    }
}
