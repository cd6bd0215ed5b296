//! 长江保护法 第二十六条.

use serde_json::json;
use sisetu::geom::Metres;
use sisetu::model::{Layer, Outcome, Verdict};

use super::scene::{Scene, at, block, of, only, outcome, point, polygon};

/// A river whose nearest corner lies exactly `metres` due north of the middle, and its geometry widens away from it.
fn river(metres: f64) -> serde_json::Value {
    let tip = at(0.0, metres);
    polygon(&[tip, (tip.0 + 0.2, tip.1 + 0.2), (tip.0 - 0.2, tip.1 + 0.2)])
}

fn shore(metres: f64, kind: &str) -> Scene {
    Scene::new().with(
        Layer::Waters,
        river(metres),
        json!({"name": "长江", "kind": kind, "bankline_source": "water_edge"}),
    )
}

/// An exact point, so that nothing is assumed beside it.
fn chem() -> serde_json::Value {
    json!({"kind": "chem_project", "action": "new", "extent_m": 0})
}

#[test]
fn a_chemical_project_within_a_kilometre_is_vetoed_at_the_limit_and_inside_it() {
    for metres in [0.0, 731.42, 999.9, 1000.0] {
        for kind in ["yangtze_main", "yangtze_tributary", "yangtze_major_tributary"] {
            let report = shore(metres, kind).check(point(super::scene::CENTRE), chem());
            let finding = only(&report, "YRP-26-2");
            assert_eq!(finding.outcome, Outcome::Violated, "{metres} {kind}");
            assert_eq!(report.verdict, Verdict::Veto);
            assert_eq!(finding.required_m, Some(Metres(1000.0)));
            assert!((finding.measured_m.unwrap().0 - metres).abs() < 1e-3, "{finding:#?}");
            assert_eq!(finding.clause.article, "第二十六条第二款");
        }
    }
}

#[test]
fn beyond_a_kilometre_the_rule_is_met_and_shows_the_river() {
    for metres in [1000.001, 1000.2, 2000.0, 9000.0] {
        let report = shore(metres, "yangtze_main").check(point(super::scene::CENTRE), chem());
        let finding = only(&report, "YRP-26-2");
        assert_eq!(finding.outcome, Outcome::Met, "{metres}");
        assert_eq!(finding.target.as_ref().unwrap().name, "长江");
    }
}

#[test]
fn with_nothing_near_the_report_says_how_far_was_looked() {
    let report = shore(10_500.0, "yangtze_main").check(point(super::scene::CENTRE), chem());
    let finding = only(&report, "YRP-26-2");
    assert_eq!((finding.outcome, finding.searched_m, &finding.target), (Outcome::Met, Some(Metres(10_000.0)), &None));
}

#[test]
fn without_coverage_the_rule_is_undetermined_but_a_river_in_sight_still_vetoes() {
    let inland = shore(2000.0, "yangtze_main").without_coverage(Layer::Waters);
    let report = inland.check(point(super::scene::CENTRE), chem());
    let finding = only(&report, "YRP-26-2");
    assert_eq!((finding.outcome, &finding.target), (Outcome::Undetermined, &None));
    assert!(finding.explanation.zh.contains("waters"));
    let row = report.coverage.iter().find(|row| row.layer == Layer::Waters).unwrap();
    assert!(!row.complete && row.reach_m == Metres(1000.0));
    let near = shore(500.0, "yangtze_main").without_coverage(Layer::Waters);
    let report = near.check(point(super::scene::CENTRE), chem());
    assert_eq!(report.verdict, Verdict::Veto);
    let outcomes: Vec<Outcome> = of(&report, "YRP-26-2").iter().map(|finding| finding.outcome).collect();
    assert_eq!(outcomes, [Outcome::Violated, Outcome::Undetermined]);
}

#[test]
fn a_point_without_extent_is_tried_with_the_upper_default() {
    let site = json!({"kind": "chem_project", "action": "new"});
    let report = shore(1400.0, "yangtze_main").check(point(super::scene::CENTRE), site.clone());
    let finding = only(&report, "YRP-26-2");
    assert_eq!(finding.outcome, Outcome::Undetermined);
    assert_eq!(finding.assumed[0].field, "extent_m");
    assert!(report.questions.iter().any(|question| question.fact == "extent_m"));
    let report = shore(1501.0, "yangtze_main").check(point(super::scene::CENTRE), site);
    assert_eq!(outcome(&report, "YRP-26-2"), Outcome::Met);
}

#[test]
fn rebuilding_is_not_named_and_lakes_are_not_rivers() {
    let renovate = json!({"kind": "chem_project", "action": "renovate", "extent_m": 0});
    assert!(of(&shore(100.0, "yangtze_main").check(point(super::scene::CENTRE), renovate), "YRP-26-2").is_empty());
    let report = shore(100.0, "lake").check(point(super::scene::CENTRE), chem());
    assert_eq!(outcome(&report, "YRP-26-2"), Outcome::Met);
}

#[test]
fn the_law_did_not_bind_before_it_was_in_force() {
    let site = point(super::scene::CENTRE);
    let before = shore(100.0, "yangtze_main").check_as_of(site.clone(), chem(), "2021-02-28");
    assert!(of(&before, "YRP-26-2").is_empty());
    let after = shore(100.0, "yangtze_main").check_as_of(site, chem(), "2021-03-01");
    assert_eq!(outcome(&after, "YRP-26-2"), Outcome::Violated);
}

#[test]
fn accuracy_makes_a_narrow_pass_marginal_but_never_saves_a_violation() {
    let accurate = |metres: f64, accuracy: f64| {
        let site = json!({"kind": "chem_project", "action": "new", "extent_m": 0, "accuracy_m": accuracy});
        outcome(&shore(metres, "yangtze_main").check(point(super::scene::CENTRE), site), "YRP-26-2")
    };
    assert_eq!(accurate(1001.0, 3.0), Outcome::Marginal);
    assert_eq!(accurate(1004.0, 3.0), Outcome::Met);
    assert_eq!(accurate(999.0, 50.0), Outcome::Violated);
}

#[test]
fn a_tailings_pond_keeps_three_kilometres_from_the_main_stem_and_one_from_a_major_tributary() {
    let pond = json!({"kind": "tailings_pond", "action": "new"});
    let site = block(180.0, 0.0, 2.0);
    let main = shore(2900.0, "yangtze_main").check(site.clone(), pond.clone());
    assert_eq!(outcome(&main, "YRP-26-3a"), Outcome::Violated);
    assert_eq!(outcome(&shore(3010.0, "yangtze_main").check(site.clone(), pond.clone()), "YRP-26-3a"), Outcome::Met);
    let major = shore(900.0, "yangtze_major_tributary").check(site.clone(), pond.clone());
    let finding = only(&major, "YRP-26-3b");
    assert_eq!(finding.outcome, Outcome::Violated);
    assert!(finding.explanation.zh.contains("待专家核对原文"));
    assert_eq!(major.verdict, Verdict::Veto);
    let minor = shore(900.0, "yangtze_tributary").check(site, pond);
    assert_eq!(outcome(&minor, "YRP-26-3b"), Outcome::Met);
}

#[test]
fn only_a_documented_safety_raising_rebuild_of_a_pond_is_exempt() {
    let check = |facts: serde_json::Value| {
        let mut pond = json!({"kind": "tailings_pond", "action": "renovate"});
        pond.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
        shore(900.0, "yangtze_main").check(block(180.0, 0.0, 2.0), pond)
    };
    assert_eq!(outcome(&check(json!({"raises_safety": false})), "YRP-26-3a"), Outcome::Violated);
    assert_eq!(outcome(&check(json!({})), "YRP-26-3a"), Outcome::Undetermined);
    let undocumented = json!({"raises_safety": true, "exemptions": [{"rule": "YRP-26-3a"}]});
    let report = check(undocumented);
    assert_eq!(outcome(&report, "YRP-26-3a"), Outcome::Undetermined);
    assert!(report.notes.iter().any(|note| note.contains("YRP-26-3a") && note.contains("文号")));
    let documented =
        json!({"raises_safety": true, "exemptions": [{"rule": "YRP-26-3a", "document": "赣应急字〔2026〕1号"}]});
    let report = check(documented);
    assert!(of(&report, "YRP-26-3a").is_empty());
    assert!(report.notes.iter().any(|note| note.contains("赣应急字〔2026〕1号")));
}
