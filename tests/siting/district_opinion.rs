//! 区政府实施意见 第十八条: no new high-risk project around people, no people inside a protection distance.

use serde_json::{Value, json};
use sisetu::geom::Metres;
use sisetu::model::{Layer, Outcome, Verdict};
use sisetu::rules::RuleBook;

use super::scene::{CENTRE, Scene, area_north, at, limit, lot, of, only, outcome, pad, point, with};

const PEOPLE: &str = "INV-SEED-18a";
const DISTANCE: &str = "INV-SEED-18b";

fn store() -> Value {
    json!({"kind": "explosives_store", "action": "new", "excavation": false, "discharges_pollutants": false})
}

fn housing() -> Value {
    json!({"kind": "residential", "action": "new", "excavation": false, "discharges_pollutants": false})
}

fn zone(metres: f64, people: Value) -> Scene {
    Scene::new().with(Layer::ResidentialZones, area_north(metres), with(&json!({"name": "某小区"}), people))
}

/// The shipped book with a radius set by the district.
fn book(radius: f64) -> RuleBook {
    let folder = tempfile::tempdir().unwrap();
    let shipped = include_str!("../../data/rules/book.toml");
    let set = shipped.replacen(
        "[[parameter]]\nname = \"seed_18a_radius_m\"",
        &format!("[[parameter]]\nmetres = {radius}\nname = \"seed_18a_radius_m\""),
        1,
    );
    assert_ne!(set, shipped);
    std::fs::write(folder.path().join("book.toml"), set).unwrap();
    RuleBook::with_folder(folder.path()).unwrap()
}

#[test]
fn touching_a_settlement_of_a_hundred_persons_or_thirty_households_is_vetoed() {
    for people in [
        json!({"persons": 100, "households": 1}),
        json!({"persons": 99, "households": 30}),
        json!({"households": 30}),
        json!({"persons": 100}),
    ] {
        let report = zone(0.0, people.clone()).check(lot(), store());
        assert_eq!((outcome(&report, PEOPLE), report.verdict), (Outcome::Violated, Verdict::Veto), "{people}");
    }
    let hamlet = zone(0.0, json!({"persons": 99, "households": 29})).check(lot(), store());
    assert_eq!(outcome(&hamlet, PEOPLE), Outcome::Met);
}

#[test]
fn a_settlement_of_unknown_size_is_undetermined_where_it_touches() {
    for people in [json!({}), json!({"persons": 99}), json!({"households": 29})] {
        let report = zone(0.0, people.clone()).check(lot(), store());
        assert_eq!(outcome(&report, PEOPLE), Outcome::Undetermined, "{people}");
        assert_eq!(report.verdict, Verdict::Undetermined);
    }
}

#[test]
fn every_protection_target_is_meant() {
    for kind in ["school", "hospital", "park", "market", "少年宫"] {
        let scene = Scene::new().with(Layer::ProtectionTargets, area_north(0.0), json!({"kind": kind}));
        assert_eq!(outcome(&scene.check(lot(), store()), PEOPLE), Outcome::Violated, "{kind}");
    }
}

#[test]
fn while_the_radius_is_empty_the_nearest_target_alone_is_to_be_demonstrated() {
    let scene = zone(900.0, json!({"persons": 500}))
        .with(Layer::ProtectionTargets, area_north(700.0), json!({"name": "近校", "kind": "school"}))
        .with(Layer::ProtectionTargets, area_north(1500.0), json!({"name": "远校", "kind": "school"}))
        .with(Layer::ResidentialZones, area_north(300.0), json!({"name": "小村", "persons": 20, "households": 5}));
    let report = scene.check(lot(), store());
    let finding = only(&report, PEOPLE);
    assert_eq!(finding.outcome, Outcome::NeedsDemonstration);
    assert_eq!(finding.target.as_ref().unwrap().name, "近校");
    assert!((finding.measured_m.unwrap().0 - 700.0).abs() < 0.01);
    assert_eq!(report.verdict, Verdict::Review);
    assert!(finding.explanation.zh.contains("论证"), "{}", finding.explanation.zh);
}

#[test]
fn a_violation_needs_no_demonstration_beside_it() {
    let scene =
        zone(0.0, json!({"persons": 500})).with(Layer::ProtectionTargets, area_north(700.0), json!({"kind": "school"}));
    assert_eq!(outcome(&scene.check(lot(), store()), PEOPLE), Outcome::Violated);
}

#[test]
fn a_settlement_of_unknown_size_does_not_hide_the_school_behind_it() {
    let unknown = || zone(300.0, json!({}));
    let alone = unknown().check(lot(), store());
    let finding = only(&alone, PEOPLE);
    assert_eq!((finding.outcome, finding.target.as_ref().unwrap().name.as_str()), (Outcome::Undetermined, "某小区"));
    // Whatever the size, something is near that calls for a demonstration.
    let both = unknown().with(Layer::ProtectionTargets, area_north(700.0), json!({"name": "学校", "kind": "school"}));
    let report = both.check(lot(), store());
    let finding = only(&report, PEOPLE);
    assert_eq!(
        (finding.outcome, finding.target.as_ref().unwrap().name.as_str()),
        (Outcome::NeedsDemonstration, "学校")
    );
}

#[test]
fn with_nothing_within_ten_kilometres_the_registers_must_reach_that_far() {
    let exact = with(&store(), json!({"extent_m": 0}));
    let check = |reach: f64| {
        let scene = Scene::new().covered(Layer::ResidentialZones, pad(reach), json!({})).covered(
            Layer::ProtectionTargets,
            pad(reach),
            json!({}),
        );
        outcome(&scene.check(point(CENTRE), exact.clone()), PEOPLE)
    };
    assert_eq!(check(10_001.0), Outcome::Met);
    assert_eq!(check(9_999.0), Outcome::Undetermined);
    assert_eq!(check(50.0), Outcome::Undetermined);
}

#[test]
fn a_radius_set_by_the_district_counts_like_any_other() {
    let school = |metres: f64| {
        let scene = Scene::new().with(Layer::ProtectionTargets, area_north(metres), json!({"kind": "school"}));
        scene.with_book(book(250.0))
    };
    limit(PEOPLE, 250.0, Outcome::Violated, Outcome::Violated, school, &store());
}

#[test]
fn only_new_projects_of_the_listed_kinds_are_meant() {
    let near = || zone(0.0, json!({"persons": 500}));
    for action in ["expand", "renovate", "existing"] {
        assert!(of(&near().check(lot(), with(&store(), json!({"action": action}))), PEOPLE).is_empty());
    }
    assert!(of(&near().check(lot(), housing()), PEOPLE).is_empty());
    assert_eq!(
        outcome(&near().check(lot(), json!({"kind": "chem_project", "action": "new"})), PEOPLE),
        Outcome::Violated
    );
}

fn buffer(kind: &str, metres: f64) -> Scene {
    Scene::new().with(Layer::BufferZones, area_north(metres), json!({"name": "某厂防护距离", "kind": kind}))
}

#[test]
fn housing_inside_or_touching_a_protection_distance_is_vetoed() {
    for kind in ["safety_distance", "hygiene_distance"] {
        limit(DISTANCE, 0.0, Outcome::Violated, Outcome::Violated, |metres| buffer(kind, metres), &housing());
    }
    for kind in ["residential", "school", "hospital", "market", "building_dense"] {
        let report = buffer("safety_distance", -50.0).check(lot(), json!({"kind": kind, "action": "expand"}));
        assert_eq!((outcome(&report, DISTANCE), report.verdict), (Outcome::Violated, Verdict::Veto), "{kind}");
    }
    for kind in ["individual_risk_contour", "planning_control"] {
        assert_eq!(outcome(&buffer(kind, -50.0).check(lot(), housing()), DISTANCE), Outcome::Met, "{kind}");
    }
    let store = buffer("safety_distance", -50.0).check(lot(), store());
    assert!(of(&store, DISTANCE).is_empty());
}

fn plant(kind: &str, metres: f64) -> Scene {
    Scene::new().with(
        Layer::Enterprises,
        area_north(metres),
        json!({"name": "某厂", "kind": kind, "uscc": "91360404X"}),
    )
}

#[test]
fn a_hazardous_plant_nearby_without_a_distance_leaves_the_rule_open_and_is_named() {
    for (metres, expected) in [
        (10.0, Outcome::Undetermined),
        (999.99, Outcome::Undetermined),
        (1000.0, Outcome::Undetermined),
        (1000.01, Outcome::Met),
    ] {
        let report = plant("chemical_plant", metres).check(lot(), housing());
        let finding = only(&report, DISTANCE);
        assert_eq!(finding.outcome, expected, "{metres}");
        assert_eq!(finding.target.as_ref().unwrap().name, "某厂");
        assert_eq!((finding.required_m, finding.margin_m), (None, None), "a search radius is no legal distance");
    }
    assert_eq!(outcome(&plant("factory", 10.0).check(lot(), housing()), DISTANCE), Outcome::Met);
}

#[test]
fn a_plant_that_a_zone_or_a_table_speaks_for_is_left_to_it() {
    for of in ["enterprises-1", "91360404X", "某厂"] {
        let scene = plant("chemical_plant", 500.0).with(
            Layer::BufferZones,
            area_north(200.0),
            json!({"kind": "hygiene_distance", "of": of}),
        );
        let report = scene.check(lot(), housing());
        assert_eq!(outcome(&report, DISTANCE), Outcome::Met, "{of}");
    }
    let contour = plant("chemical_plant", 500.0).with(
        Layer::BufferZones,
        area_north(200.0),
        json!({"kind": "planning_control", "of": "enterprises-1"}),
    );
    assert_eq!(outcome(&contour.check(lot(), housing()), DISTANCE), Outcome::Undetermined);
    for kind in ["lpg_station", "oil_depot", "fuel_station"] {
        assert_eq!(outcome(&plant(kind, 500.0).check(lot(), housing()), DISTANCE), Outcome::Met, "{kind}");
    }
}

#[test]
fn a_plant_drawn_as_a_point_is_tried_with_its_upper_extent() {
    let check = |metres: f64, extent: Value| {
        let scene = Scene::new().with(
            Layer::Enterprises,
            point(at(0.0, metres)),
            json!({"kind": "chemical_plant", "extent_m": extent}),
        );
        outcome(&scene.check(lot(), housing()), DISTANCE)
    };
    assert_eq!(check(1500.0, Value::Null), Outcome::Undetermined);
    assert_eq!(check(1500.1, Value::Null), Outcome::Met);
    assert_eq!(check(1001.0, json!(0)), Outcome::Met);
}

#[test]
fn zones_and_plants_must_both_be_covered() {
    for layer in [Layer::BufferZones, Layer::Enterprises] {
        for scene in [Scene::new().without_coverage(layer), Scene::new().unavailable(layer)] {
            let report = scene.check(lot(), housing());
            let finding = only(&report, DISTANCE);
            assert_eq!(finding.outcome, Outcome::Undetermined, "{layer}");
            assert!(finding.explanation.en.contains(layer.name()));
        }
    }
    let exact = with(&housing(), json!({"extent_m": 0}));
    let reach = |metres: f64| {
        Scene::new().covered(Layer::Enterprises, pad(metres), json!({})).check(point(CENTRE), exact.clone())
    };
    assert_eq!(outcome(&reach(1000.1), DISTANCE), Outcome::Met);
    assert_eq!(outcome(&reach(999.9), DISTANCE), Outcome::Undetermined);
    let row = reach(999.9).coverage.into_iter().find(|row| row.layer == Layer::Enterprises).unwrap();
    assert_eq!((row.complete, row.reach_m), (false, Metres(1000.0)));
}
