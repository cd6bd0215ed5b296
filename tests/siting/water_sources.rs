//! 水污染防治法 第六十五条、第六十六条, and their successors in 生态环境法典.

use serde_json::{Value, json};
use sisetu::model::{Effect, Layer, Outcome, Verdict};

use super::scene::{CENTRE, Scene, area_north, limit, lot, of, only, outcome, pad, point, with};

const OLD: &str = "2026-01-01";
const LAST: &str = "2026-08-14";
const FIRST: &str = "2026-08-15";
const TODAY: &str = "2026-11-24";

fn zone(kind: &str, metres: f64) -> Scene {
    Scene::new().with(Layer::ProtectedAreas, area_north(metres), json!({"name": "某水源地", "kind": kind}))
}

fn works() -> Value {
    json!({"kind": "building_any", "action": "new", "water_supply_related": false, "discharges_pollutants": true, "excavation": false})
}

#[test]
fn touching_the_zone_violates_and_a_tenth_of_a_millimetre_does_not() {
    let bad = Outcome::Violated;
    limit("EEC-WAT-65", 0.0, bad, bad, |metres| zone("water_source_1", metres), &works());
    limit("EEC-WAT-66", 0.0, bad, bad, |metres| zone("water_source_2", metres), &works());
}

#[test]
fn the_code_follows_the_old_law_on_its_day_and_calls_only_for_review() {
    for (kind, old, new) in
        [("water_source_1", "WAT-65", "EEC-WAT-65"), ("water_source_2", "WAT-66", "EEC-WAT-66")]
    {
        for day in [OLD, LAST] {
            let report = zone(kind, -50.0).check_as_of(lot(), works(), day);
            assert_eq!(outcome(&report, old), Outcome::Violated, "{day}");
            assert!(of(&report, new).is_empty());
            assert_eq!(report.verdict, Verdict::Veto);
            assert_eq!(only(&report, old).clause.law, "中华人民共和国水污染防治法");
        }
        for day in [FIRST, TODAY] {
            let report = zone(kind, -50.0).check_as_of(lot(), works(), day);
            let finding = only(&report, new);
            assert_eq!((finding.outcome, finding.effect), (Outcome::Violated, Effect::Prohibit), "{day}");
            assert!(of(&report, old).is_empty());
            assert_eq!(report.verdict, Verdict::Review, "the new article has not been read");
            assert_eq!(finding.clause.law, "中华人民共和国生态环境法典");
            assert!(finding.explanation.zh.contains("核实"), "{}", finding.explanation.zh);
        }
    }
}

#[test]
fn waterworks_may_stand_in_zone_one_and_clean_works_in_zone_two() {
    let serving = with(&works(), json!({"water_supply_related": true}));
    assert!(of(&zone("water_source_1", -50.0).check_as_of(lot(), serving, OLD), "WAT-65").is_empty());
    let clean = with(&works(), json!({"discharges_pollutants": false}));
    assert!(of(&zone("water_source_2", -50.0).check_as_of(lot(), clean, OLD), "WAT-66").is_empty());
}

#[test]
fn a_missing_fact_is_asked_for_inside_the_zone_and_not_outside() {
    for (kind, rule, fact) in [
        ("water_source_1", "WAT-65", "water_supply_related"),
        ("water_source_2", "WAT-66", "discharges_pollutants"),
    ] {
        let unsaid = with(&works(), json!({fact: null}));
        let inside = zone(kind, -50.0).check_as_of(lot(), unsaid.clone(), OLD);
        assert_eq!(outcome(&inside, rule), Outcome::Undetermined);
        assert_eq!(inside.verdict, Verdict::Undetermined);
        let question = inside.questions.iter().find(|question| question.fact == fact).unwrap();
        assert_eq!(question.rules, [rule]);
        let outside = zone(kind, 1.0).check_as_of(lot(), unsaid, OLD);
        assert_eq!(outcome(&outside, rule), Outcome::Met);
        assert!(outside.questions.is_empty(), "{:?}", outside.questions);
    }
}

#[test]
fn each_rule_minds_its_own_zone() {
    let report = zone("water_source_quasi", -50.0).check_as_of(lot(), works(), OLD);
    assert_eq!((outcome(&report, "WAT-65"), outcome(&report, "WAT-66")), (Outcome::Met, Outcome::Met));
    let report = zone("water_source_2", -50.0).check_as_of(lot(), works(), OLD);
    assert_eq!(outcome(&report, "WAT-65"), Outcome::Met);
    let report = zone("water_source_1", -50.0).check_as_of(lot(), works(), OLD);
    assert_eq!(outcome(&report, "WAT-66"), Outcome::Met);
}

#[test]
fn the_site_itself_must_be_covered() {
    let exact = with(&works(), json!({"extent_m": 0}));
    let kinds = json!({"kinds": ["water_source_1", "water_source_2", "nature_reserve"]});
    let inside = Scene::new().covered(Layer::ProtectedAreas, pad(1.0), kinds.clone());
    assert_eq!(outcome(&inside.check(point(CENTRE), exact.clone()), "EEC-WAT-65"), Outcome::Met);
    let beside = Scene::new().covered(Layer::ProtectedAreas, area_north(1.0), kinds);
    assert_eq!(outcome(&beside.check(point(CENTRE), exact), "EEC-WAT-65"), Outcome::Undetermined);
    let straddling = Scene::new().covered(Layer::ProtectedAreas, pad(40.0), json!({}));
    assert_eq!(outcome(&straddling.check(lot(), works()), "EEC-WAT-65"), Outcome::Undetermined);
}
