//! 石油天然气管道保护法 第三十条、第三十五条.

use serde_json::{Value, json};
use sisetu::geom::Metres;
use sisetu::model::{Effect, Layer, Outcome, Verdict};

use super::scene::{CENTRE, Scene, area_north, limit, line_north, lot, of, only, outcome, pad, point, with};

fn pipe(metres: f64, more: Value) -> Scene {
    let says = with(&json!({"name": "某输气管道", "medium": "natural_gas", "regime": "long_distance"}), more);
    Scene::new().with(Layer::Pipelines, line_north(metres), says)
}

fn house() -> Value {
    json!({"kind": "building_any", "action": "new", "excavation": false, "discharges_pollutants": false})
}

fn blast() -> Value {
    json!({"kind": "blasting", "action": "new", "discharges_pollutants": false})
}

#[test]
fn nothing_is_built_within_five_metres_of_the_centreline() {
    limit("PIP-30", 5.0, Outcome::Violated, Outcome::Violated, |metres| pipe(metres, json!({})), &house());
    let report = pipe(3.0, json!({})).check(lot(), house());
    assert_eq!(report.verdict, Verdict::Veto);
    assert_eq!(only(&report, "PIP-30").clause.law, "中华人民共和国石油天然气管道保护法");
}

#[test]
fn a_pipe_across_the_lot_is_measured_as_zero() {
    let across = Scene::new().with(Layer::Pipelines, super::scene::line(&[super::scene::at(0.0, 500.0), super::scene::at(180.0, 500.0)]), json!({"medium": "crude"}));
    let finding = only(&across.check(lot(), house()), "PIP-30").clone();
    assert_eq!((finding.outcome, finding.measured_m), (Outcome::Violated, Some(Metres::ZERO)));
}

#[test]
fn urban_and_in_plant_pipes_are_not_its_matter() {
    for regime in ["urban_gas", "in_plant"] {
        let report = pipe(1.0, json!({"regime": regime})).check(lot(), house());
        let finding = only(&report, "PIP-30");
        assert_eq!((finding.outcome, &finding.target), (Outcome::Met, &None), "{regime}");
    }
}

#[test]
fn a_pipe_without_a_regime_counts_as_long_distance_and_the_finding_says_so() {
    let report = pipe(3.0, json!({"regime": null})).check(lot(), house());
    let finding = only(&report, "PIP-30");
    assert_eq!(finding.outcome, Outcome::Violated);
    assert!(finding.explanation.zh.contains("管道类别"), "{}", finding.explanation.zh);
    let stated = pipe(3.0, json!({})).check(lot(), house());
    assert!(!only(&stated, "PIP-30").explanation.zh.contains("管道类别"));
}

#[test]
fn blasting_within_two_hundred_metres_of_a_pipe_or_five_hundred_of_a_station_needs_consent() {
    let bad = Outcome::NeedsApproval;
    limit("PIP-35-3", 200.0, bad, bad, |metres| pipe(metres, json!({})), &blast());
    for kind in ["station", "valve_room", "tank", "loading", "vent", "gas_store"] {
        let station =
            |metres| Scene::new().with(Layer::PipelineFacilities, area_north(metres), json!({"kind": kind}));
        limit("PIP-35-3", 500.0, bad, bad, station, &blast());
    }
    let report = pipe(150.0, json!({})).check(lot(), blast());
    assert_eq!((report.verdict, only(&report, "PIP-35-3").effect), (Verdict::Review, Effect::Approve));
}

#[test]
fn whether_a_building_site_digs_is_asked_only_where_it_matters() {
    let unsaid = with(&house(), json!({"excavation": null}));
    let asked = |metres: f64, facts: Value| {
        let report = pipe(metres, json!({})).check(lot(), facts);
        let question = report.questions.iter().find(|question| question.fact == "excavation");
        (of(&report, "PIP-35-3").first().map(|finding| finding.outcome), question.map(|question| question.rules.clone()))
    };
    assert_eq!(asked(150.0, unsaid.clone()), (Some(Outcome::Undetermined), Some(vec!["PIP-35-3".to_owned()])));
    assert_eq!(asked(250.0, unsaid), (Some(Outcome::Met), None));
    assert_eq!(asked(150.0, house()), (None, None));
    assert_eq!(asked(150.0, with(&house(), json!({"excavation": true}))), (Some(Outcome::NeedsApproval), None));
}

#[test]
fn a_station_drawn_as_a_point_is_tried_with_its_upper_extent() {
    let station = |metres: f64, extent: Value| {
        let says = json!({"kind": "valve_room", "extent_m": extent});
        let report = Scene::new()
            .with(Layer::PipelineFacilities, point(super::scene::at(0.0, metres)), says)
            .check(lot(), blast());
        outcome(&report, "PIP-35-3")
    };
    assert_eq!(station(500.0, Value::Null), Outcome::NeedsApproval);
    assert_eq!(station(520.0, Value::Null), Outcome::Undetermined);
    assert_eq!(station(531.0, Value::Null), Outcome::Met);
    assert_eq!(station(520.0, json!(0)), Outcome::Met);
    assert_eq!(station(520.0, json!(19.9)), Outcome::Met);
    assert_eq!(station(520.0, json!(20)), Outcome::Undetermined);
}

#[test]
fn the_reach_that_must_be_covered_is_the_rules_own() {
    let exact = with(&blast(), json!({"extent_m": 0}));
    let covered = |pipes: f64, stations: f64| {
        let scene = Scene::new()
            .covered(Layer::Pipelines, pad(pipes), json!({}))
            .covered(Layer::PipelineFacilities, pad(stations), json!({}));
        scene.check(point(CENTRE), exact.clone())
    };
    let whole = covered(200.01, 500.01);
    assert_eq!(outcome(&whole, "PIP-35-3"), Outcome::Met);
    for (pipes, stations, lacking) in [(199.99, 500.01, "pipelines"), (200.01, 499.99, "pipeline_facilities")] {
        let report = covered(pipes, stations);
        let finding = only(&report, "PIP-35-3");
        assert_eq!((finding.outcome, &finding.target), (Outcome::Undetermined, &None));
        assert!(finding.explanation.zh.contains(lacking) && finding.explanation.en.contains(lacking));
        assert_ne!(report.verdict, Verdict::Pass);
    }
}

#[test]
fn what_stands_already_is_not_the_matter_of_a_proposal() {
    let standing = with(&house(), json!({"action": "existing"}));
    let report = pipe(1.0, json!({})).check(lot(), standing);
    assert!(of(&report, "PIP-30").is_empty());
    assert_eq!(report.verdict, Verdict::Undetermined);
}

#[test]
fn the_law_is_cited_from_its_first_day_on() {
    assert!(of(&pipe(1.0, json!({})).check_as_of(lot(), house(), "2010-09-30"), "PIP-30").is_empty());
    for day in ["2010-10-01", "2026-01-01", "2026-11-24"] {
        assert_eq!(outcome(&pipe(1.0, json!({})).check_as_of(lot(), house(), day), "PIP-30"), Outcome::Violated);
    }
}
