//! 自然保护区条例: the zones of 2017 and those of 2026.

use serde_json::{Value, json};
use sisetu::model::{Effect, Layer, Outcome, Verdict};

use super::scene::{Scene, area_north, limit, lot, of, only, outcome, with};

const OLD: &str = "2026-01-01";
const LAST: &str = "2026-03-14";
const FIRST: &str = "2026-03-15";

fn reserve(zone: Value, metres: f64) -> Scene {
    let says = json!({"name": "某保护区", "kind": "nature_reserve", "zone": zone});
    Scene::new().with(Layer::ProtectedAreas, area_north(metres), says)
}

fn plant() -> Value {
    json!({"kind": "hazmat_place", "action": "new", "excavation": false, "discharges_pollutants": true})
}

fn house() -> Value {
    json!({"kind": "residential", "action": "new", "excavation": false, "discharges_pollutants": false})
}

#[test]
fn until_march_2026_the_core_and_buffer_bear_no_plant() {
    for zone in ["core", "buffer"] {
        for day in [OLD, LAST] {
            let report = reserve(json!(zone), -50.0).check_as_of(lot(), plant(), day);
            assert_eq!((outcome(&report, "NAT-32"), report.verdict), (Outcome::Violated, Verdict::Veto), "{zone}");
            assert!(of(&report, "NAT-2026").is_empty());
            let clean = with(&plant(), json!({"discharges_pollutants": false}));
            assert_eq!(outcome(&reserve(json!(zone), -50.0).check_as_of(lot(), clean, day), "NAT-32"), Outcome::Violated);
        }
    }
    let after = reserve(json!("core"), -50.0).check_as_of(lot(), plant(), FIRST);
    assert!(of(&after, "NAT-32").is_empty() && !of(&after, "NAT-2026").is_empty());
}

#[test]
fn the_experimental_zone_bears_none_that_pollutes() {
    let check = |pollutes: Value| {
        let facts = with(&plant(), json!({"discharges_pollutants": pollutes}));
        reserve(json!("experimental"), -50.0).check_as_of(lot(), facts, OLD)
    };
    assert_eq!(outcome(&check(json!(true)), "NAT-32"), Outcome::Violated);
    assert_eq!(outcome(&check(json!(false)), "NAT-32"), Outcome::Met);
    let unsaid = check(Value::Null);
    assert_eq!(outcome(&unsaid, "NAT-32"), Outcome::Undetermined);
    assert!(unsaid.questions.iter().any(|question| question.fact == "discharges_pollutants"));
}

#[test]
fn since_march_2026_the_core_forbids_and_the_general_zone_asks_for_consent() {
    let bad = Outcome::Violated;
    limit("NAT-2026", 0.0, bad, bad, |metres| reserve(json!("core_protection"), metres), &house());
    let bad = Outcome::NeedsApproval;
    limit("NAT-2026", 0.0, bad, bad, |metres| reserve(json!("general_control"), metres), &house());
    let core = reserve(json!("core_protection"), -50.0).check(lot(), house());
    assert_eq!(core.verdict, Verdict::Veto);
    assert!(only(&core, "NAT-2026").explanation.zh.contains("待专家核对原文"));
    let general = reserve(json!("general_control"), -50.0).check(lot(), house());
    assert_eq!((general.verdict, only(&general, "NAT-2026").effect), (Verdict::Review, Effect::Approve));
}

#[test]
fn a_zone_of_the_other_text_or_none_at_all_is_undetermined_inside_and_met_outside() {
    let unclear_today = [json!("core"), json!("buffer"), json!("experimental"), Value::Null];
    let unclear_then = [json!("core_protection"), json!("general_control"), Value::Null];
    let today = unclear_today.iter().map(|zone| (zone, "2026-11-24", "NAT-2026"));
    for (zone, day, rule) in today.chain(unclear_then.iter().map(|zone| (zone, OLD, "NAT-32"))) {
        let inside = reserve(zone.clone(), -50.0).check_as_of(lot(), plant(), day);
        let finding = only(&inside, rule);
        assert_eq!(finding.outcome, Outcome::Undetermined, "{zone} {day}");
        assert!(finding.target.is_some() && finding.explanation.zh.contains("分区"), "{}", finding.explanation.zh);
        let outside = reserve(zone.clone(), 1.0).check_as_of(lot(), plant(), day);
        assert_eq!(outcome(&outside, rule), Outcome::Met, "{zone} {day}");
    }
}

#[test]
fn other_protected_areas_are_other_rules_matter() {
    for kind in ["wetland", "scenic", "ecological_redline"] {
        let scene = Scene::new().with(Layer::ProtectedAreas, area_north(-50.0), json!({"kind": kind}));
        assert_eq!(outcome(&scene.check(lot(), plant()), "NAT-2026"), Outcome::Met, "{kind}");
    }
}
