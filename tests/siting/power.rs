//! 电力设施保护条例 第十条、第十五条.

use serde_json::{Value, json};
use sisetu::model::{Layer, Outcome, Verdict};

use super::scene::{CENTRE, Scene, limit, line_north, lot, only, outcome, pad, point, with};

fn conductor(voltage: Value, metres: f64, half_width: Value) -> Scene {
    let says = json!({"voltage_kv": voltage, "half_width_m": half_width});
    Scene::new().with(Layer::PowerLines, line_north(metres), says)
}

fn house() -> Value {
    json!({"kind": "residential", "action": "new", "excavation": false, "discharges_pollutants": false})
}

#[test]
fn each_band_has_its_zone_from_the_outer_conductor_on() {
    let zones = [(1.0, 5.0), (10.0, 5.0), (35.0, 10.0), (110.0, 10.0), (154.0, 15.0), (220.0, 15.0), (330.0, 15.0), (500.0, 20.0)];
    for (voltage, metres) in zones {
        let scene = |distance: f64| conductor(json!(voltage), distance + 4.0, json!(4));
        limit("PWR-15", metres, Outcome::Violated, Outcome::Violated, scene, &house());
    }
    assert_eq!(conductor(json!(220), 10.0, json!(4)).check(lot(), house()).verdict, Verdict::Veto);
}

#[test]
fn between_and_above_the_bands_nothing_is_known() {
    for voltage in [json!(20), json!(120), json!(400), json!(750), json!(800), json!(1000), Value::Null, json!(0)] {
        let near = conductor(voltage.clone(), 12.0, json!(4)).check(lot(), house());
        let finding = only(&near, "PWR-15");
        assert_eq!(finding.outcome, Outcome::Undetermined, "{voltage}");
        assert_eq!((finding.required_m, finding.margin_m), (None, None), "the article gives no figure for {voltage}");
        assert!(finding.explanation.zh.contains("电压"), "{}", finding.explanation.zh);
        // Even a building under the wires is not vetoed by a number nobody knows, and never passes.
        let under = conductor(voltage.clone(), 0.0, json!(4)).check(lot(), house());
        assert_eq!(outcome(&under, "PWR-15"), Outcome::Undetermined, "{voltage}");
    }
}

#[test]
fn below_the_lowest_band_the_article_draws_no_zone() {
    assert_eq!(outcome(&conductor(json!(0.4), 1.0, json!(0)).check(lot(), house()), "PWR-15"), Outcome::Met);
}

#[test]
fn an_unknown_span_is_tried_at_the_upper_default() {
    let tried = |metres: f64| outcome(&conductor(json!(110), metres, Value::Null).check(lot(), house()), "PWR-15");
    assert_eq!(tried(10.0), Outcome::Violated);
    assert_eq!(tried(10.01), Outcome::Undetermined);
    assert_eq!(tried(35.01), Outcome::Met);
}

#[test]
fn the_lines_must_be_known_as_far_as_the_widest_zone() {
    let exact = with(&house(), json!({"extent_m": 0}));
    let check = |reach: f64| Scene::new().covered(Layer::PowerLines, pad(reach), json!({})).check(point(CENTRE), exact.clone());
    assert_eq!(outcome(&check(20.01), "PWR-15"), Outcome::Met);
    let short = check(19.99);
    assert_eq!(outcome(&short, "PWR-15"), Outcome::Undetermined);
    assert_eq!(short.verdict, Verdict::Undetermined);
}
