//! 危险化学品安全法 第十八条: production belongs in a chemical park.

use serde_json::{Value, json};
use sisetu::model::{Layer, Outcome, SitingReport, Verdict};

use super::scene::{CENTRE, Scene, area_north, at, lot, of, only, outcome, pad, point, polygon, with};

const RULE: &str = "HCL-18-1";

fn unit() -> Value {
    json!({"kind": "hazchem_production_unit", "action": "new", "captive_unit": false})
}

fn park(geometry: Value, certified: Value) -> Scene {
    Scene::new().with(Layer::ChemicalParks, geometry, json!({"name": "某化工园区", "certified": certified}))
}

/// A box between two longitudes and two latitudes, in metres east and north of the middle.
fn plot(west: f64, east: f64, south: f64, north: f64) -> Value {
    let x = |metres: f64| if metres < 0.0 { at(270.0, -metres).0 } else { at(90.0, metres).0 };
    let y = |metres: f64| if metres < 0.0 { at(180.0, -metres).1 } else { at(0.0, metres).1 };
    polygon(&[(x(west), y(south)), (x(east), y(south)), (x(east), y(north)), (x(west), y(north))])
}

fn judged(scene: &Scene, site: Value) -> (Outcome, SitingReport) {
    let report = scene.check(site, unit());
    (outcome(&report, RULE), report)
}

#[test]
fn inside_a_certified_park_the_rule_is_met_and_names_it() {
    let (outcome, report) = judged(&park(pad(500.0), json!(true)), lot());
    assert_eq!(outcome, Outcome::Met);
    let finding = only(&report, RULE);
    assert_eq!(finding.target.as_ref().unwrap().name, "某化工园区");
    assert!(finding.explanation.zh.contains("待专家核对原文"));
}

#[test]
fn the_whole_site_must_lie_inside() {
    let site = plot(-50.0, 50.0, -50.0, 50.0);
    for (ground, expected) in [
        (plot(-50.0, 50.0, -50.0, 50.0), Outcome::Met),
        (plot(-50.0, 50.0, -50.0, 50.01), Outcome::Met),
        (plot(-50.0, 50.0, -50.0, 49.99), Outcome::Violated),
        (plot(-50.0, 0.0, -50.0, 50.0), Outcome::Violated),
        (plot(50.0, 90.0, -50.0, 50.0), Outcome::Violated),
        (plot(50.01, 90.0, -50.0, 50.0), Outcome::Violated),
    ] {
        let (outcome, report) = judged(&park(ground.clone(), json!(true)), site.clone());
        assert_eq!(outcome, expected, "{ground}");
        assert_eq!(report.verdict == Verdict::Veto, expected == Outcome::Violated, "V2 may veto");
    }
}

#[test]
fn two_parks_that_adjoin_hold_a_site_together() {
    let west = plot(-400.0, 0.0, -300.0, 300.0);
    let east = plot(0.0, 400.0, -300.0, 300.0);
    let both = |second: Value| {
        park(west.clone(), json!(true)).with(Layer::ChemicalParks, east.clone(), json!({"name": "东园", "certified": second}))
    };
    let site = plot(-60.0, 60.0, -50.0, 50.0);
    assert_eq!(judged(&both(json!(true)), site.clone()).0, Outcome::Met);
    assert_eq!(judged(&both(json!(false)), site.clone()).0, Outcome::Violated);
    let (unsure, report) = judged(&both(Value::Null), site);
    assert_eq!(unsure, Outcome::Undetermined);
    assert!(only(&report, RULE).explanation.zh.contains("认定"), "{}", only(&report, RULE).explanation.zh);
    // A site that shares its outline with both of them lies inside.
    assert_eq!(judged(&both(json!(true)), plot(-400.0, 400.0, -300.0, 300.0)).0, Outcome::Met);
}

#[test]
fn a_hole_in_the_park_is_outside_it() {
    let mut ring = pad(800.0);
    ring["coordinates"].as_array_mut().unwrap().push(pad(200.0)["coordinates"][0].clone());
    assert_eq!(judged(&park(ring.clone(), json!(true)), lot()).0, Outcome::Violated);
    // A site around the hole is not wholly inside either.
    assert_eq!(judged(&park(ring, json!(true)), plot(-300.0, 300.0, -300.0, 300.0)).0, Outcome::Violated);
}

#[test]
fn certification_decides_and_an_unknown_one_is_undetermined() {
    assert_eq!(judged(&park(pad(500.0), json!(false)), lot()).0, Outcome::Violated);
    let (unknown, report) = judged(&park(pad(500.0), Value::Null), lot());
    assert_eq!(unknown, Outcome::Undetermined);
    assert_eq!(report.verdict, Verdict::Undetermined);
    // Outside, certified or not makes no difference.
    assert_eq!(judged(&park(area_north(300.0), Value::Null), lot()).0, Outcome::Violated);
}

#[test]
fn without_a_park_within_ten_kilometres_there_is_no_target() {
    let (outcome, report) = judged(&Scene::new(), lot());
    assert_eq!(outcome, Outcome::Violated);
    let finding = only(&report, RULE);
    assert_eq!((&finding.target, finding.measured_m, finding.searched_m.unwrap().0), (&None, None, 10_000.0));
}

#[test]
fn parks_nobody_has_entered_may_exist_where_nothing_is_covered() {
    let bare = Scene::new().without_coverage(Layer::ChemicalParks);
    let (outcome, report) = judged(&bare, lot());
    assert_eq!(outcome, Outcome::Undetermined);
    assert_eq!(only(&report, RULE).target, None);
    let known = park(pad(500.0), json!(true)).without_coverage(Layer::ChemicalParks);
    assert_ne!(judged(&known, lot()).0, Outcome::Violated);
    let lost = park(pad(500.0), json!(true)).unavailable(Layer::ChemicalParks);
    assert_eq!(judged(&lost, lot()).0, Outcome::Undetermined);
}

#[test]
fn a_point_must_lie_deeper_than_its_extent() {
    let check = |deep: f64, extent: Value| {
        let report = park(pad(deep), json!(true)).check(point(CENTRE), with(&unit(), json!({"extent_m": extent})));
        (outcome(&report, RULE), report.questions.iter().any(|question| question.fact == "extent_m"))
    };
    assert_eq!(check(300.1, Value::Null), (Outcome::Met, false));
    assert_eq!(check(299.0, Value::Null), (Outcome::Undetermined, true));
    assert_eq!(check(100.1, json!(100)), (Outcome::Met, false));
    assert_eq!(check(99.0, json!(100)), (Outcome::Undetermined, false), "what is stated is not asked again");
    assert_eq!(check(0.1, json!(0)), (Outcome::Met, false));
}

#[test]
fn inside_by_less_than_the_accuracy_is_marginal() {
    let check = |accuracy: f64| {
        let facts = with(&unit(), json!({"extent_m": 0, "accuracy_m": accuracy}));
        outcome(&park(pad(10.0), json!(true)).check(point(CENTRE), facts), RULE)
    };
    assert_eq!(check(9.9), Outcome::Met);
    assert_eq!(check(10.1), Outcome::Marginal);
    let coarse = Scene::new().with(Layer::ChemicalParks, pad(10.0), json!({"certified": true, "accuracy_m": 20}));
    assert_eq!(outcome(&coarse.check(point(CENTRE), with(&unit(), json!({"extent_m": 0}))), RULE), Outcome::Marginal);
}

#[test]
fn captive_units_and_rebuilding_are_not_meant_and_storage_is_no_production() {
    let nowhere = Scene::new();
    assert!(of(&nowhere.check(lot(), with(&unit(), json!({"captive_unit": true}))), RULE).is_empty());
    assert!(of(&nowhere.check(lot(), with(&unit(), json!({"action": "renovate"}))), RULE).is_empty());
    assert_eq!(outcome(&nowhere.check(lot(), with(&unit(), json!({"action": "expand"}))), RULE), Outcome::Violated);
    assert!(of(&nowhere.check(lot(), json!({"kind": "hazchem_storage_mhs", "action": "new"})), RULE).is_empty());
    let unsaid = nowhere.check(lot(), with(&unit(), json!({"captive_unit": null})));
    assert_eq!(outcome(&unsaid, RULE), Outcome::Undetermined);
    assert!(unsaid.questions.iter().any(|question| question.fact == "captive_unit"));
}

#[test]
fn a_chemical_project_is_asked_what_it_makes() {
    let check = |facts: Value| {
        let report = Scene::new().check(lot(), with(&json!({"kind": "chem_project", "action": "new"}), facts));
        let asked: Vec<String> = report.questions.iter().filter(|question| question.rules.contains(&RULE.to_owned())).map(|question| question.fact.clone()).collect();
        (of(&report, RULE).first().map(|finding| finding.outcome), asked)
    };
    let three = ["captive_unit", "handles_hazchem", "produces_hazchem"].map(str::to_owned).to_vec();
    assert_eq!(check(json!({})), (Some(Outcome::Undetermined), three));
    assert_eq!(check(json!({"handles_hazchem": true, "produces_hazchem": true, "captive_unit": false})), (Some(Outcome::Violated), vec![]));
    // Who makes them handles them.
    assert_eq!(check(json!({"produces_hazchem": true, "captive_unit": false})), (Some(Outcome::Violated), vec![]));
    assert_eq!(check(json!({"handles_hazchem": true, "produces_hazchem": false})), (None, vec![]));
    assert_eq!(check(json!({"handles_hazchem": false})), (None, vec![]));
}

#[test]
fn a_production_unit_cannot_be_talked_out_of_producing() {
    let report = Scene::new().check(lot(), with(&unit(), json!({"produces_hazchem": false})));
    assert_eq!(outcome(&report, RULE), Outcome::Violated);
    assert!(report.notes.iter().any(|note| note.contains("生产危险化学品")), "{:?}", report.notes);
}

#[test]
fn the_law_binds_from_may_2026_on() {
    let nowhere = Scene::new();
    assert!(of(&nowhere.check_as_of(lot(), unit(), "2026-01-01"), RULE).is_empty());
    assert!(of(&nowhere.check_as_of(lot(), unit(), "2026-04-30"), RULE).is_empty());
    assert_eq!(outcome(&nowhere.check_as_of(lot(), unit(), "2026-05-01"), RULE), Outcome::Violated);
    assert_eq!(outcome(&nowhere.check_as_of(lot(), unit(), "2026-11-24"), RULE), Outcome::Violated);
}
