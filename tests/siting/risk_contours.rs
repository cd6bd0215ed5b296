//! GB 36894, a plant's own risk contours: each answers for its own level, and none that is missing is taken for a yes.

use serde_json::{Value, json};
use sisetu::model::{Layer, Outcome, SitingReport, Verdict, Verification};

use super::scene::{CENTRE, Scene, block, lot, of, only, outcome, pad, point, with};

const RULE: &str = "IR-36894";

fn plant() -> Value {
    json!({"kind": "hazchem_production_unit", "action": "new", "captive_unit": true,
        "substances": [{"name": "氨", "tonnes": 20}, {"name": "氯", "tonnes": 10}]})
}

/// Contours as boxes so many metres around the middle, by level.
fn contours(levels: &[(f64, f64)]) -> Value {
    let contour = |(level, metres): &(f64, f64)| json!({"risk_per_year": level, "geometry": pad(*metres), "document": "某院〔2026〕定量风险评价报告"});
    json!({"risk_contours": levels.iter().map(contour).collect::<Vec<_>>()})
}

/// A village of so many households, its near edge so many metres north of the middle.
fn village(households: u32, metres: f64) -> Scene {
    let zone = block(0.0, metres + 20.0, 40.0);
    Scene::new().with(Layer::ResidentialZones, zone, json!({"households": households, "name": "某村"}))
}

fn checked(scene: &Scene, levels: &[(f64, f64)]) -> SitingReport {
    scene.check(lot(), with(&plant(), contours(levels)))
}

fn asks(report: &SitingReport, fact: &str) -> bool {
    report.questions.iter().any(|question| question.fact == fact && question.rules.contains(&RULE.to_owned()))
}

#[test]
fn a_village_inside_the_contour_of_its_limit_asks_for_review() {
    let report = checked(&village(40, 200.0), &[(3e-7, 300.0)]);
    let finding = only(&report, RULE);
    assert_eq!((finding.outcome, finding.verification), (Outcome::Violated, Verification::KnownHigh));
    assert_eq!((finding.measured_m.unwrap().0, finding.required_m.unwrap().0), (0.0, 0.0));
    assert!(finding.nearest.is_some());
    assert_eq!(report.verdict, Verdict::Review, "K-H never vetoes: {:#?}", report.findings);
    let says = &finding.explanation;
    assert!(says.zh.contains("某村") && says.zh.contains("一类") && says.zh.contains("3e-7"), "{says:?}");
    assert!(says.en.contains("general class 1") && says.en.contains("3e-7"), "{says:?}");
    assert!(says.zh.contains("某院〔2026〕定量风险评价报告"), "{says:?}");
}

#[test]
fn outside_it_the_rule_is_met_and_the_way_from_the_contour_is_told() {
    let report = checked(&village(40, 400.0), &[(3e-7, 300.0)]);
    let finding = only(&report, RULE);
    assert_eq!(finding.outcome, Outcome::Met);
    let measured = finding.measured_m.unwrap().0;
    assert!((measured - 100.0).abs() < 1.0, "from the contour and not from the site: {measured}");
    assert!(finding.explanation.zh.contains("等值线"), "{}", finding.explanation.zh);
}

#[test]
fn who_is_inside_a_worse_contour_than_the_limit_is_violated_too() {
    // 3e-7 is asked for; the assessment drew 1e-6 only.
    let report = checked(&village(40, 200.0), &[(1e-6, 300.0)]);
    assert_eq!(outcome(&report, RULE), Outcome::Violated);
}

#[test]
fn a_contour_answers_for_its_own_level_only() {
    let judged = |households, levels: &[(f64, f64)]| {
        let report = checked(&village(households, 200.0), levels);
        (outcome(&report, RULE), asks(&report, "risk_contours"))
    };
    // Outside the 1e-6 contour the risk is less than that, which is not enough for 3e-7.
    assert_eq!(judged(40, &[(1e-6, 100.0)]), (Outcome::Undetermined, true));
    assert_eq!(judged(40, &[(1e-6, 100.0), (3e-7, 150.0)]), (Outcome::Met, false));
    // Inside the 3e-7 contour twenty households may bear 3e-6, or more: nobody drew that.
    assert_eq!(judged(20, &[(3e-7, 300.0)]), (Outcome::Undetermined, true));
    assert_eq!(judged(20, &[(3e-7, 300.0), (1e-5, 50.0)]), (Outcome::Undetermined, true));
    assert_eq!(judged(20, &[(3e-7, 300.0), (3e-6, 100.0)]), (Outcome::Met, false));
    assert_eq!(judged(20, &[(3e-7, 300.0), (3e-6, 250.0)]), (Outcome::Violated, false));
    assert_eq!(judged(5, &[(3e-7, 300.0), (3e-6, 250.0), (1e-5, 100.0)]), (Outcome::Met, false));
    assert_eq!(judged(5, &[(3e-7, 300.0), (3e-6, 250.0), (1e-5, 220.0)]), (Outcome::Violated, false));
    // In either order.
    assert_eq!(judged(20, &[(3e-6, 100.0), (3e-7, 300.0)]), (Outcome::Met, false));
}

#[test]
fn what_stands_bears_more() {
    let check = |action: &str| {
        let facts = with(&with(&plant(), contours(&[(3e-6, 100.0), (3e-7, 300.0)])), json!({"action": action}));
        outcome(&village(40, 200.0).check(lot(), facts), RULE)
    };
    for action in ["new", "expand", "renovate"] {
        assert_eq!(check(action), Outcome::Violated, "{action}");
    }
    assert_eq!(check("existing"), Outcome::Met);
}

#[test]
fn a_village_nobody_counted_may_be_of_any_class() {
    let scene = |metres| {
        let zone = block(0.0, metres + 20.0, 40.0);
        Scene::new().with(Layer::ResidentialZones, zone, json!({"name": "某村"}))
    };
    let levels = [(3e-7, 300.0), (3e-6, 150.0), (1e-5, 100.0)];
    assert_eq!(outcome(&checked(&scene(310.0), &levels), RULE), Outcome::Met);
    let open = checked(&scene(200.0), &levels);
    assert_eq!(outcome(&open, RULE), Outcome::Undetermined);
    assert!(only(&open, RULE).explanation.zh.contains("户数"), "{}", only(&open, RULE).explanation.zh);
    // Inside the last contour every class is violated; while none is known that is left open, as for a dwelling.
    let inside = checked(&scene(80.0), &levels);
    assert_eq!(outcome(&inside, RULE), Outcome::Undetermined);
    assert!(inside.verdict <= Verdict::Undetermined);
}

#[test]
fn schools_and_hospitals_are_held_to_the_strictest() {
    let scene = |kind: &str, metres: f64| {
        let place = block(0.0, metres + 20.0, 40.0);
        Scene::new().with(Layer::ProtectionTargets, place, json!({"kind": kind, "name": "某处"}))
    };
    for kind in ["school", "hospital", "nursing_home", "museum"] {
        assert_eq!(outcome(&checked(&scene(kind, 200.0), &[(3e-7, 300.0)]), RULE), Outcome::Violated, "{kind}");
        assert_eq!(outcome(&checked(&scene(kind, 301.0), &[(3e-7, 300.0)]), RULE), Outcome::Met, "{kind}");
    }
    let worst = checked(&scene("school", 200.0), &[(3e-7, 300.0)]);
    assert!(only(&worst, RULE).explanation.zh.contains("高敏感"), "{}", only(&worst, RULE).explanation.zh);
}

#[test]
fn a_point_may_reach_into_the_contour_and_a_rough_place_may_lie_in_it() {
    let school = |says: Value| {
        let place = point(super::scene::at(0.0, 350.0));
        Scene::new().with(Layer::ProtectionTargets, place, with(&json!({"kind": "school"}), says))
    };
    let levels = [(3e-7, 300.0)];
    assert_eq!(outcome(&checked(&school(json!({"extent_m": 60})), &levels), RULE), Outcome::Undetermined);
    assert_eq!(outcome(&checked(&school(json!({"extent_m": 40})), &levels), RULE), Outcome::Met);
    let rough = json!({"extent_m": 0, "accuracy_m": 60});
    assert_eq!(outcome(&checked(&school(rough), &levels), RULE), Outcome::Marginal);
}

#[test]
fn without_contours_the_method_decides_and_nothing_is_met_that_needs_them() {
    let check = |substances: Value| {
        let report = village(40, 200.0).check(lot(), with(&plant(), json!({"substances": substances})));
        let asked = ["risk_contours", "substances"].map(|fact| asks(&report, fact));
        (outcome(&report, RULE), asked, only(&report, RULE).explanation.zh.clone())
    };
    let (gas, asked, says) = check(json!([{"name": "氯", "tonnes": 10}]));
    assert_eq!((gas, asked), (Outcome::NeedsDemonstration, [true, false]));
    assert!(says.contains("定量风险评价"), "{says}");
    let (explosive, _, says) = check(json!([{"name": "TNT", "tonnes": 10}]));
    assert_eq!(explosive, Outcome::NeedsDemonstration);
    assert!(says.contains("事故后果法"), "{says}");
    for open in [Value::Null, json!([]), json!([{"name": "某中间体", "tonnes": 3}]), json!([{"name": "氯"}])] {
        let (outcome, asked, _) = check(open.clone());
        assert_eq!((outcome, asked), (Outcome::Undetermined, [true, true]), "{open}");
    }
    let (liquid, asked, says) = check(json!([{"name": "甲醇", "tonnes": 900, "class": "W5.3"}]));
    assert_eq!((liquid, asked), (Outcome::Met, [false, false]));
    assert!(says.contains("执行标准规定的距离"), "{says}");
}

#[test]
fn explosives_need_the_consequences_whatever_contours_there_are() {
    let facts = with(&plant(), json!({"substances": [{"name": "TNT", "tonnes": 10}]}));
    let report = village(40, 400.0).check(lot(), with(&facts, contours(&[(3e-7, 300.0)])));
    assert_eq!(outcome(&report, RULE), Outcome::NeedsDemonstration);
}

#[test]
fn people_must_be_known_as_far_as_the_contours_reach() {
    let known = |metres: f64| {
        let bare = Scene::new().covered(Layer::ResidentialZones, pad(metres), json!({}));
        checked(&bare, &[(3e-7, 300.0)])
    };
    assert!(of(&known(301.0), RULE).iter().all(|finding| finding.outcome == Outcome::Met));
    let short = known(299.0);
    assert_eq!(outcome(&short, RULE), Outcome::Undetermined);
    assert_eq!(only(&short, RULE).target, None);
    // A contour that no limit is as low as asks for nothing more.
    let bare = Scene::new().covered(Layer::ResidentialZones, pad(301.0), json!({}));
    let faint = checked(&bare, &[(3e-7, 300.0), (1e-8, 2_000.0)]);
    assert_eq!(outcome(&faint, RULE), Outcome::Met);
    // Where no contour answers for all, people are looked for ten kilometres around.
    let coarse = checked(&bare, &[(1e-5, 300.0)]);
    assert_eq!(outcome(&coarse, RULE), Outcome::Undetermined);
}

#[test]
fn beyond_every_contour_the_nearest_place_that_none_answers_for_is_told() {
    let far = village(40, 2_000.0).with(Layer::ResidentialZones, block(90.0, 900.0, 40.0), json!({"households": 3}));
    let report = checked(&far, &[(1e-5, 300.0)]);
    let finding = only(&report, RULE);
    assert_eq!(finding.outcome, Outcome::Undetermined);
    assert_eq!(finding.target.as_ref().unwrap().name, "某村", "the farm is cleared by the contour");
    assert!(asks(&report, "risk_contours"));
}

#[test]
fn a_chemical_project_that_is_not_known_to_handle_anything_leaves_all_open() {
    let chem = json!({"kind": "chem_project", "action": "new"});
    let report = village(40, 200.0).check(lot(), with(&chem, contours(&[(3e-7, 300.0)])));
    assert_eq!(outcome(&report, RULE), Outcome::Undetermined);
    assert!(asks(&report, "handles_hazchem") && asks(&report, "substances"), "{:?}", report.questions);
    let none = village(40, 200.0).check(lot(), with(&chem, json!({"handles_hazchem": false})));
    assert!(of(&none, RULE).is_empty());
}

#[test]
fn a_site_drawn_as_a_point_is_held_by_its_contours_alone() {
    let facts = with(&plant(), contours(&[(3e-7, 300.0)]));
    assert_eq!(outcome(&village(40, 301.0).check(point(CENTRE), facts), RULE), Outcome::Met);
}
