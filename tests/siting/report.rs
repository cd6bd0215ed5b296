//! What every report promises, whatever the rule.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sisetu::model::finding::{Effect, Finding, Outcome, Verdict, Verification};
use sisetu::model::{Layer, SitingReport};

use super::scene::{CENTRE, Scene, area_north, at, line_north, lot, of, only, pad, point, with};

fn chem() -> Value {
    json!({"kind": "chem_project", "action": "new"})
}

fn busy() -> Scene {
    Scene::new()
        .with(Layer::Waters, area_north(400.0), json!({"name": "长江", "kind": "yangtze_main"}))
        .with(Layer::Waters, area_north(1200.0), json!({"name": "支流", "kind": "yangtze_tributary"}))
        .with(Layer::Roads, line_north(20.0), json!({"name": "县道", "kind": "county"}))
        .with(Layer::Roads, line_north(60.0), json!({"name": "国道", "kind": "national", "half_width_m": 12}))
        .with(Layer::Pipelines, line_north(150.0), json!({"name": "管线", "medium": "crude"}))
        .with(
            Layer::ResidentialZones,
            area_north(250.0),
            json!({"name": "小区", "persons": 400, "data_origin": "synthetic"}),
        )
        .with(Layer::PowerLines, line_north(8.0), json!({"name": "线路", "voltage_kv": 110}))
        .with(Layer::ProtectedAreas, area_north(-20.0), json!({"name": "水源地", "kind": "water_source_1"}))
}

/// The contract's meaning of a finding, written down once more.
fn meaning(finding: &Finding) -> Verdict {
    let read = matches!(finding.verification, Verification::V1 | Verification::V2);
    match (finding.outcome, finding.effect) {
        (Outcome::Violated, _) if !read => Verdict::Review,
        (Outcome::Violated, Effect::Prohibit) => Verdict::Veto,
        (Outcome::Violated, _) => Verdict::Fail,
        (Outcome::Undetermined, _) => Verdict::Undetermined,
        (Outcome::Met, _) => Verdict::Pass,
        _ => Verdict::Review,
    }
}

const WORST_FIRST: [Verdict; 5] = [Verdict::Veto, Verdict::Fail, Verdict::Undetermined, Verdict::Review, Verdict::Pass];

/// What must hold of any report.
pub fn sound(report: &SitingReport) {
    let rank = |finding: &Finding| WORST_FIRST.iter().position(|verdict| *verdict == meaning(finding)).unwrap();
    let ranks: Vec<usize> = report.findings.iter().map(rank).collect();
    assert!(ranks.is_sorted(), "worst first: {ranks:?}");
    let worst = report.findings.first().map_or(Verdict::Undetermined, meaning);
    assert_eq!(report.verdict, worst);
    for finding in &report.findings {
        sound_finding(finding);
    }
    let layers: BTreeSet<Layer> = report.coverage.iter().map(|row| row.layer).collect();
    assert_eq!(layers.len(), report.coverage.len(), "one row a layer");
    let open: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Undetermined)
        .map(|finding| finding.rule.as_str())
        .collect();
    for question in &report.questions {
        assert!(question.rules.iter().all(|rule| open.contains(rule.as_str())), "{question:?} asks about nothing open");
    }
    let incomplete = report.coverage.iter().any(|row| !row.complete);
    assert!(!(incomplete && report.verdict == Verdict::Pass));
}

fn sound_finding(finding: &Finding) {
    assert!(!finding.explanation.zh.is_empty() && !finding.explanation.en.is_empty());
    assert!(
        finding.explanation.zh.ends_with('。') && finding.explanation.en.ends_with('.'),
        "{:?}",
        finding.explanation
    );
    assert_eq!(finding.target.is_some(), finding.measured_m.is_some());
    assert_eq!(finding.target.is_some(), finding.nearest.is_some());
    if let (Some(required), Some(measured), Some(margin)) = (finding.required_m, finding.measured_m, finding.margin_m) {
        assert!((margin.0 - (measured.0 - required.0)).abs() < 1e-4, "{finding:#?}");
        if finding.outcome == Outcome::Violated {
            assert!(margin.0 <= 0.0, "{finding:#?}");
        }
        if finding.outcome == Outcome::Met {
            assert!(margin.0 >= 0.0, "{finding:#?}");
        }
    }
    if finding.verification == Verification::V2 && finding.target.is_some() {
        assert!(finding.explanation.zh.contains("待专家核对原文"), "{:?}", finding.explanation);
    }
    if finding.outcome == Outcome::Met && finding.target.is_none() {
        assert_eq!(finding.searched_m.unwrap().0, 10_000.0);
    }
    let nothing_to_measure = finding.target.is_none() && finding.searched_m.is_none();
    // A standard whose numbers are not in the book is to be demonstrated; nothing is measured for it either.
    let open = matches!(finding.outcome, Outcome::Undetermined | Outcome::NeedsDemonstration);
    assert!(!nothing_to_measure || open);
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let bytes = |report: &SitingReport| serde_json::to_string(report).unwrap();
    let first = busy().check(lot(), chem());
    sound(&first);
    assert_eq!(first.verdict, Verdict::Veto);
    for _ in 0..5 {
        assert_eq!(bytes(&busy().check(lot(), chem())), bytes(&first));
    }
}

#[test]
fn the_json_has_the_names_and_kinds_of_the_contract() {
    let report = serde_json::to_value(busy().check(lot(), with(&chem(), json!({"accuracy_m": 2})))).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let named = |words: &str| words.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let whole =
        named("verdict kind action revision rule_book as_of evaluated_at findings questions coverage notes record");
    assert_eq!(keys(&report), whole);
    assert_eq!(
        (&report["verdict"], &report["action"], &report["revision"]),
        (&json!("veto"), &json!("new"), &json!(7))
    );
    assert_eq!((&report["as_of"], &report["record"]), (&json!("2026-11-24"), &Value::Null));
    assert!(report["rule_book"].is_string() && report["evaluated_at"].is_string());
    let needed = named(
        "rule outcome effect verification required_m measured_m margin_m tolerance_m assumed searched_m more target nearest clause explanation",
    );
    for finding in report["findings"].as_array().unwrap() {
        assert!(needed.is_subset(&keys(finding)), "{:?}", keys(finding));
        assert!(finding["tolerance_m"].is_number() && finding["more"].is_u64() && finding["assumed"].is_array());
        assert_eq!(keys(&finding["clause"]), named("law article"));
        assert_eq!(keys(&finding["explanation"]), named("zh en"));
        if !finding["target"].is_null() {
            assert_eq!(keys(&finding["target"]), named("layer id name"));
            assert_eq!(finding["nearest"]["type"], "LineString");
            let ends = finding["nearest"]["coordinates"].as_array().unwrap();
            assert!(ends.len() == 2 && ends.iter().all(|end| end.as_array().unwrap().len() == 2));
        }
        for assumed in finding["assumed"].as_array().unwrap() {
            assert_eq!(keys(assumed), named("field value of"));
        }
    }
    for question in report["questions"].as_array().unwrap() {
        assert_eq!(keys(question), named("fact why rules"));
    }
    for row in report["coverage"].as_array().unwrap() {
        assert_eq!(keys(row), named("layer complete reach_m as_of"));
        assert_eq!(row["as_of"], "2026-10-31");
    }
    let words: BTreeSet<&str> =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["outcome"].as_str().unwrap()).collect();
    let allowed = ["violated", "marginal", "undetermined", "needs_approval", "needs_demonstration", "met"];
    assert!(words.iter().all(|word| allowed.contains(word)));
}

#[test]
fn the_measured_line_starts_at_the_site_and_ends_at_the_target() {
    let report = busy().check(lot(), chem());
    let finding = of(&report, "YRP-26-2")[0];
    let line = finding.nearest.as_ref().unwrap().coordinates;
    assert!((line[0][1] - CENTRE.1).abs() < 1e-6, "{line:?}");
    assert!((line[1][1] - at(0.0, 400.0).1).abs() < 1e-6, "{line:?}");
}

#[test]
fn a_rule_lists_two_hundred_targets_and_counts_the_rest() {
    let mut scene = Scene::new();
    for number in 0..230 {
        let name = format!("支流{number}");
        scene = scene.with(
            Layer::Waters,
            area_north(10.0 + f64::from(number)),
            json!({"name": name, "kind": "yangtze_tributary"}),
        );
    }
    let report = scene.check(lot(), json!({"kind": "chem_park", "action": "new"}));
    sound(&report);
    let found = of(&report, "YRP-26-2");
    assert_eq!(found.len(), 200);
    assert_eq!(found.iter().map(|finding| finding.more).sum::<usize>(), 30);
    assert_eq!(found[0].more, 30);
    assert_eq!(found[0].target.as_ref().unwrap().name, "支流0", "the worst are listed");
}

#[test]
fn every_target_that_is_not_met_has_its_finding_and_a_met_rule_has_one() {
    let report = busy().check(lot(), json!({"kind": "chem_project", "action": "new", "handles_hazchem": true}));
    assert_eq!(of(&report, "YRP-26-2").len(), 1);
    let names: BTreeSet<&str> =
        of(&report, "HWY-18").iter().map(|finding| finding.target.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(names, BTreeSet::from(["县道", "国道"]));
    let calm = Scene::new().with(Layer::Waters, area_north(9_990.0), json!({"name": "远", "kind": "yangtze_main"}));
    let report = calm.check(lot(), chem());
    assert_eq!(
        only(&report, "YRP-26-2").target.as_ref().unwrap().name,
        "远",
        "however short the rule's own distance is"
    );
}

#[test]
fn a_clear_pass_exists() {
    let facts = json!({"kind": "residential", "action": "new", "excavation": true, "discharges_pollutants": false,
        "water_supply_related": false});
    let report = Scene::new().check(lot(), facts);
    sound(&report);
    assert_eq!(report.verdict, Verdict::Pass, "{:#?}", report.findings);
    assert!(report.questions.is_empty() && report.findings.iter().all(|finding| finding.outcome == Outcome::Met));
}

#[test]
fn no_applicable_rule_is_no_pass() {
    for facts in
        [json!({"kind": "building_any", "action": "existing"}), json!({"kind": "powerline", "action": "existing"})]
    {
        let report = Scene::new().check(lot(), facts);
        assert_eq!((report.verdict, report.findings.len()), (Verdict::Undetermined, 0));
        assert!(report.notes.iter().any(|note| note.contains("没有适用")), "{:?}", report.notes);
    }
}

#[test]
fn notes_tell_what_was_taken_for_granted() {
    let notes = |site: Value, facts: Value| busy().check(site, facts).notes.join("\n");
    let unsaid = notes(point(CENTRE), json!({"kind": "chem_project"}));
    assert!(unsaid.contains("建设性质") && unsaid.contains("为点"), "{unsaid}");
    let said = notes(lot(), chem());
    assert!(!said.contains("建设性质") && !said.contains("为点"), "{said}");
    assert!(said.contains("synthetic") && said.contains("小区"), "{said}");
    let exact = notes(point(CENTRE), with(&chem(), json!({"extent_m": 0})));
    assert!(exact.contains("为点") && !exact.contains("半径 0"), "{exact}");
}

#[test]
fn sketched_and_synthetic_targets_are_named_and_surveyed_ones_are_not() {
    for (origin, told) in [("sketch", true), ("synthetic", true), ("survey", false), ("document", false)] {
        let says = json!({"name": "某河", "kind": "yangtze_main", "data_origin": origin});
        for metres in [500.0, 5000.0] {
            let report = Scene::new().with(Layer::Waters, area_north(metres), says.clone()).check(lot(), chem());
            assert_eq!(report.notes.iter().any(|note| note.contains("某河")), told, "{origin} {metres}");
        }
    }
}

#[test]
fn coverage_rows_tell_the_furthest_reach_and_the_oldest_statement() {
    let facts = json!({"kind": "quarry_mine", "action": "new", "blasting": true});
    let scene = Scene::new().covered(Layer::Structures, pad(5000.0), json!({"as_of": "2026-03-01"})).covered(
        Layer::Structures,
        pad(6000.0),
        json!({"as_of": "2025-12-31"}),
    );
    let report = scene.check(lot(), facts);
    let row = |layer: Layer| report.coverage.iter().find(|row| row.layer == layer).unwrap();
    assert_eq!(
        (row(Layer::Structures).reach_m.0, row(Layer::Structures).as_of.as_deref()),
        // An obstacle of unknown height may matter to a weather station 2 km away.
        (2000.0, Some("2025-12-31"))
    );
    assert_eq!(row(Layer::Pipelines).reach_m.0, 200.0);
    assert!(report.coverage.iter().all(|row| row.complete));
    let layers: BTreeSet<Layer> = report.coverage.iter().map(|row| row.layer).collect();
    assert!(!layers.contains(&Layer::Waters) && layers.contains(&Layer::Railways));
    let bare =
        Scene::new().without_coverage(Layer::Railways).check(lot(), json!({"kind": "quarry_mine", "action": "new"}));
    let row = bare.coverage.iter().find(|row| row.layer == Layer::Railways).unwrap();
    assert_eq!((row.complete, row.as_of.as_deref()), (false, None));
}

#[test]
fn an_exemption_that_cannot_count_is_ignored_and_said_so() {
    let check = |claim: Value| {
        let facts = with(&chem(), json!({"exemptions": [claim]}));
        let report = busy().check(lot(), facts);
        assert_eq!(of(&report, "YRP-26-2")[0].outcome, Outcome::Violated);
        report.notes.join("\n")
    };
    assert!(check(json!({"rule": "YRP-26-2", "document": "某号"})).contains("YRP-26-2"));
    assert!(check(json!({"rule": "YRP-99", "document": "某号"})).contains("YRP-99"));
    assert!(check(json!({"rule": "YRP-26-2"})).contains("文号"));
    // A rebuilding exemption claimed for a new pond.
    let pond = json!({"kind": "tailings_pond", "action": "new", "raises_safety": true,
        "exemptions": [{"rule": "YRP-26-3a", "document": "某号"}]});
    let report = busy().check(lot(), pond);
    assert_eq!(of(&report, "YRP-26-3a")[0].outcome, Outcome::Violated);
    assert!(report.notes.iter().any(|note| note.contains("YRP-26-3a") && note.contains("忽略")), "{:?}", report.notes);
}
