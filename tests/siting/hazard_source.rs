//! GB 18218 in the check: what a proposal keeps, the people within 500 m, and the rules that follow.

use serde_json::{Value, json};
use sisetu::model::{HazardSource, Layer, Outcome, SitingReport, Verdict};

use super::scene::{CENTRE, Scene, area_north, block, lot, of, outcome, pad, point, with};

fn chem(substances: Value) -> Value {
    json!({"kind": "chem_project", "action": "new", "produces_hazchem": false, "substances": substances})
}

fn ammonia_and_chlorine() -> Value {
    json!([{"cas": "7664-41-7", "tonnes": 20}, {"name": "氯", "tonnes": 10}])
}

fn with_people(scene: Scene, metres: f64, says: Value) -> Scene {
    scene.with(Layer::ResidentialZones, area_north(metres), says)
}

#[track_caller]
fn source(report: &SitingReport) -> &HazardSource {
    report.hazard_source.as_ref().expect("substances are stated")
}

fn value(source: &HazardSource, what: &str) -> Option<f64> {
    source.steps.iter().find(|step| step.what == what).expect(what).value
}

#[test]
fn the_worked_value_comes_out_of_the_whole_check() {
    let scene = with_people(Scene::new(), 300.0, json!({"persons": 120, "name": "某村"}));
    let report = scene.check(lot(), chem(ammonia_and_chlorine()));
    let found = source(&report);
    assert_eq!((found.s, found.alpha, found.r, found.hazard_grade), (Some(4.0), 2.0, Some(24.0), Some(3)));
    assert_eq!((found.major, found.method.as_str()), (Some(true), "qra"));
    assert_eq!(value(found, "residents"), Some(120.0));
    let note = report.notes.iter().find(|note| note.contains("重大危险源计算")).expect("a note");
    for part in ["q = 20 t", "Q = 10 t", "常住 120 人", "α = 2", "R = α·Σ(β·q/Q) = 24", "三级", "level III"]
    {
        assert!(note.contains(part), "{part}: {note}");
    }
    let written = serde_json::to_value(&report).unwrap();
    let member = &written["hazard_source"];
    assert_eq!(
        (&member["S"], &member["alpha"], &member["R"], &member["hazard_grade"]),
        (&json!(4.0), &json!(2.0), &json!(24.0), &json!(3))
    );
    assert!(member["steps"].as_array().unwrap().iter().all(|step| step["what"].is_string()
        && (step["value"].is_number() || step["value"].is_null())
        && step["note"]["zh"].is_string()));
    // Once more, the same.
    assert_eq!(serde_json::to_value(scene.check(lot(), chem(ammonia_and_chlorine()))).unwrap(), written);
}

#[test]
fn a_zone_counts_whole_where_it_touches_the_ring_of_500_metres() {
    let alpha = |metres: f64| {
        let scene = with_people(Scene::new(), metres, json!({"persons": 60}));
        source(&scene.check(lot(), chem(ammonia_and_chlorine()))).alpha
    };
    assert_eq!([499.99, 500.0, 500.01].map(alpha), [1.5, 1.5, 0.5]);
}

#[test]
fn zones_add_up_and_households_stand_in_where_persons_are_missing() {
    let scene = with_people(Scene::new(), 100.0, json!({"persons": 40, "households": 900})).with(
        Layer::ResidentialZones,
        block(90.0, 200.0, 40.0),
        json!({"households": 3}),
    );
    let report = scene.check(lot(), chem(ammonia_and_chlorine()));
    assert_eq!((value(source(&report), "residents"), source(&report).alpha), (Some(50.0), 1.5));
    assert!(report.notes.iter().any(|note| note.contains("每户 10/3 人")), "{:?}", report.notes);
}

#[test]
fn people_who_are_not_known_count_at_the_strictest_and_that_is_said() {
    let uncovered = with_people(Scene::new(), 300.0, json!({"persons": 40})).without_coverage(Layer::ResidentialZones);
    let report = uncovered.check(lot(), chem(ammonia_and_chlorine()));
    assert_eq!((source(&report).alpha, source(&report).r), (2.0, Some(24.0)));
    assert_eq!(value(source(&report), "residents"), None);
    assert!(report.notes.iter().any(|note| note.contains("未覆盖")), "{:?}", report.notes);
    let near = Scene::new().covered(Layer::ResidentialZones, pad(450.0), json!({}));
    assert_eq!(source(&near.check(lot(), chem(ammonia_and_chlorine()))).alpha, 2.0);
    let far = Scene::new().covered(Layer::ResidentialZones, pad(700.0), json!({}));
    assert_eq!(source(&far.check(lot(), chem(ammonia_and_chlorine()))).alpha, 0.5);
    let silent = with_people(Scene::new(), 300.0, json!({}));
    assert_eq!(source(&silent.check(lot(), chem(ammonia_and_chlorine()))).alpha, 2.0);
    let lost = Scene::new().unavailable(Layer::ResidentialZones);
    assert_eq!(source(&lost.check(lot(), chem(ammonia_and_chlorine()))).alpha, 2.0);
}

#[test]
fn a_plant_drawn_as_a_point_may_reach_further() {
    let scene = with_people(Scene::new(), 700.0, json!({"persons": 60}));
    let alpha = |extent: f64| {
        let facts = with(&chem(ammonia_and_chlorine()), json!({"extent_m": extent}));
        source(&scene.check(point(CENTRE), facts)).alpha
    };
    assert_eq!((alpha(199.0), alpha(201.0)), (0.5, 1.5));
}

#[test]
fn one_and_more_makes_a_major_hazard_source_with_its_rules() {
    let flood =
        || Scene::new().with(Layer::BufferZones, pad(400.0), json!({"kind": "flood_hazard", "name": "某洪涝区"}));
    let judged = |kind: &str, more: Value| {
        let report = flood().check(lot(), with(&json!({"kind": kind, "action": "new"}), more));
        (of(&report, "HCR-19-3").first().map(|finding| finding.outcome), report)
    };
    let tonnes = |tonnes: f64| json!({"substances": [{"name": "氯", "tonnes": tonnes}]});
    for kind in ["chem_project", "hazmat_place", "oil_depot", "hazchem_production_unit"] {
        let (outcome, report) = judged(kind, tonnes(5.0));
        assert_eq!(outcome, Some(Outcome::Violated), "{kind}");
        assert!(report.verdict <= Verdict::Fail, "{kind}");
        assert_eq!(judged(kind, tonnes(4.99)).0, None, "{kind}");
        assert_eq!(judged(kind, json!({"major_hazard_source": true})).0, Some(Outcome::Violated), "{kind}");
    }
    // A fuel station is no storage in the sense of the article.
    assert_eq!(judged("fuel_station", tonnes(5.0)).0, None);
}

#[test]
fn what_is_not_known_of_the_substances_is_a_question_and_never_a_no() {
    let flood = || Scene::new().with(Layer::BufferZones, pad(400.0), json!({"kind": "flood_hazard"}));
    let judged = |kind: &str, more: Value| {
        let report = flood().check(lot(), with(&json!({"kind": kind, "action": "new"}), more));
        let asked = report
            .questions
            .iter()
            .any(|question| question.fact == "substances" && question.rules.contains(&"HCR-19-3".to_owned()));
        (of(&report, "HCR-19-3").first().map(|finding| finding.outcome), asked)
    };
    let open = (Some(Outcome::Undetermined), true);
    for kind in ["chem_project", "hazmat_place"] {
        assert_eq!(judged(kind, json!({})), open, "{kind}");
    }
    for kind in ["chem_project", "hazmat_place", "oil_depot", "hazchem_production_unit"] {
        for list in [
            json!([]),
            json!([{"name": "某中间体", "tonnes": 1}]),
            json!([{"name": "氯"}]),
            json!([{"cas": "6484-52-2", "tonnes": 20}]),
        ] {
            assert_eq!(judged(kind, json!({"substances": list})), open, "{kind} {list}");
            let denied = json!({"substances": list, "major_hazard_source": false});
            assert_eq!(judged(kind, denied), open, "{kind} {list}: a denial does not settle it");
        }
    }
    // Of an oil depot nothing is stated: it is told that nothing was calculated.
    let report = Scene::new().check(lot(), json!({"kind": "oil_depot", "action": "new"}));
    assert!(report.notes.iter().any(|note| note.contains("未核算")), "{:?}", report.notes);
    assert!(report.hazard_source.is_none());
    // Who handles nothing keeps nothing.
    assert_eq!(judged("chem_project", json!({"handles_hazchem": false})), (None, false));
}

#[test]
fn substances_are_hazardous_chemicals_that_the_project_handles() {
    let report = Scene::new().check(lot(), chem(ammonia_and_chlorine()));
    assert!(!report.questions.iter().any(|question| question.fact == "handles_hazchem"), "{:?}", report.questions);
    let note = |major: bool, tonnes: f64| {
        let facts = json!({"major_hazard_source": major, "substances": [{"name": "氯", "tonnes": tonnes}]});
        let report = Scene::new().check(lot(), with(&json!({"kind": "chem_project", "action": "new"}), facts));
        (source(&report).major, report.notes.iter().any(|note| note.contains("未采用")))
    };
    assert_eq!(note(false, 10.0), (Some(true), true));
    assert_eq!(note(false, 1.0), (Some(false), false));
    assert_eq!(note(true, 1.0), (Some(false), false));
}

#[test]
fn people_near_a_major_hazard_source_ask_for_the_distance() {
    let scene = || with_people(Scene::new(), 300.0, json!({"persons": 120}));
    let judged = |tonnes: f64| {
        let facts = json!({"kind": "hazmat_place", "action": "new", "substances": [{"name": "氯", "tonnes": tonnes}]});
        let report = scene().check(lot(), facts);
        of(&report, "HCR-19").first().map(|finding| finding.outcome)
    };
    assert_eq!((judged(5.0), judged(4.9)), (Some(Outcome::NeedsDemonstration), None));
    assert_eq!(outcome(&scene().check(lot(), json!({"kind": "hazmat_place"})), "HCR-19"), Outcome::Undetermined);
}
