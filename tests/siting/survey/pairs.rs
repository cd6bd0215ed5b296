//! What is listed, how it is counted, in which order, and from where it is found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sisetu::model::{ConflictTotals, Layer, Outcome, Standing, Verdict};

use super::{SURVEY, Survey, Wanted, listed, outcomes, survey, undetermined};
use crate::siting::scene::{Scene, block, line_north, lot};

fn adds_up(totals: &ConflictTotals, count: usize) {
    assert_eq!(totals.total, count as u64);
    for division in [&totals.by_verdict, &totals.by_rule, &totals.by_township, &totals.by_standing] {
        assert_eq!(division.values().sum::<u64>(), totals.total, "{totals:?}");
    }
}

#[test]
fn totals_add_up_and_are_those_of_what_is_listed() {
    let wanted = Wanted::default();
    let all = listed(&SURVEY, &wanted);
    let totals = SURVEY.totals_of(&wanted);
    adds_up(&totals, all.len());
    assert!(all.iter().all(|one| one.outcome != Outcome::Undetermined && one.outcome != Outcome::Met));
    let doubtful = undetermined();
    adds_up(SURVEY.summary().undetermined, SURVEY.entries(&doubtful).count());
    assert!(SURVEY.entries(&doubtful).all(|one| one.severity == Verdict::Undetermined));
    for (word, count) in &totals.by_township {
        let wanted = Wanted { township: Some(word.clone()), ..Wanted::default() };
        let some: Vec<_> = SURVEY.entries(&wanted).collect();
        assert_eq!(some.len() as u64, *count);
        assert!(some.iter().all(|one| one.township.unwrap_or("none") == word));
        adds_up(&SURVEY.totals_of(&wanted), some.len());
    }
    assert!(totals.by_township.len() > 3, "{totals:?}");
}

#[test]
fn what_a_page_says_in_words_is_what_was_found() {
    for wanted in [Wanted::default(), undetermined()] {
        let found: Vec<_> = SURVEY.entries(&wanted).take(300).collect();
        let page = SURVEY.page(&wanted, None, 300).unwrap();
        assert_eq!(page.items.len(), found.len());
        for (told, found) in page.items.iter().zip(found) {
            assert_eq!((told.rule.as_str(), told.outcome, told.severity), (found.rule, found.outcome, found.severity));
            assert_eq!((told.subject.layer, told.subject.id.as_str()), found.subject);
            assert_eq!(told.object.as_ref().map(|end| (end.layer, end.id.as_str())), found.object);
            assert!(!told.explanation.zh.is_empty());
        }
    }
}

#[test]
fn the_worst_come_first_and_pages_hold_what_one_list_holds() {
    let wanted = Wanted::default();
    let all: Vec<String> = listed(&SURVEY, &wanted).into_iter().map(|one| one.id).collect();
    let mut paged = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = SURVEY.page(&wanted, cursor.as_deref(), 97).unwrap();
        assert!(page.items.len() == 97 || page.next.is_none());
        paged.extend(page.items.into_iter().map(|one| one.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, all);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "ids are unique");
    let severities: Vec<Verdict> = SURVEY.entries(&wanted).map(|one| one.severity).collect();
    assert!(severities.is_sorted() && severities.first() != severities.last());
    assert!(SURVEY.page(&wanted, Some("somewhere"), 1).is_err());
}

#[test]
fn every_conflict_is_found_from_both_ends() {
    let all = Wanted::default();
    let mut by_end: BTreeMap<(Layer, &str), usize> = BTreeMap::new();
    for entry in SURVEY.entries(&all) {
        for end in [Some(entry.subject), entry.object].into_iter().flatten() {
            *by_end.entry(end).or_default() += 1;
        }
    }
    for ((layer, id), count) in by_end {
        let wanted = Wanted { feature: Some((layer, id.to_owned())), ..Wanted::default() };
        assert_eq!(SURVEY.entries(&wanted).count(), count, "{layer}/{id}");
    }
}

/// The pairs between two things that stand.
fn between_two(survey: &Survey) -> Vec<(String, Layer, Outcome)> {
    let pairs = outcomes(survey).into_iter().filter(|((_, _, object), _)| object.is_some());
    pairs.map(|((rule, subject, _), outcome)| (rule, subject.0, outcome)).collect()
}

#[test]
fn nothing_is_held_against_itself_or_its_own() {
    assert!(outcomes(&SURVEY).keys().all(|(_, subject, object)| Some(subject) != object.as_ref()));
    let tank = json!({"kind": "lpg_station", "volume_m3": 40, "largest_tank_m3": 20, "enterprise_id": "X"});
    let station = Scene::new().with(Layer::Enterprises, lot(), json!({"kind": "lpg_station", "uscc": "X"})).with(
        Layer::Installations,
        block(180.0, 25.0, 6.0),
        tank,
    );
    assert_eq!(between_two(&survey(&station.snapshot())), []);
    let with_home = station.with(Layer::ResidentialZones, block(0.0, 10.0, 8.0), json!({}));
    let of_tanks: Vec<_> =
        between_two(&survey(&with_home.snapshot())).into_iter().filter(|(rule, ..)| rule == "LPG-8.3").collect();
    // The station leaves what is measured from tank walls to its tank; found from both sides the pair is told once.
    assert_eq!(of_tanks, [("LPG-8.3".to_owned(), Layer::Installations, Outcome::Violated)]);
}

#[test]
fn what_binds_the_existing_is_to_be_rectified_and_the_rest_is_legacy() {
    let pipe = json!({"medium": "crude", "regime": "long_distance"});
    let tank = json!({"kind": "lpg_station", "volume_m3": 40, "largest_tank_m3": 20, "enterprise_id": "none"});
    let scene = Scene::new()
        .with(Layer::ResidentialZones, lot(), json!({}))
        .with(Layer::Pipelines, line_north(3.0), pipe)
        .with(Layer::Installations, block(0.0, 25.0, 6.0), tank);
    let standing: BTreeMap<String, Standing> = listed(&survey(&scene.snapshot()), &Wanted::default())
        .into_iter()
        .map(|one| (one.rule, one.standing))
        .collect();
    assert_eq!(standing.get("PIP-30"), Some(&Standing::Legacy));
    assert_eq!(standing.get("LPG-8.3"), Some(&Standing::Rectify));
}

#[test]
fn what_was_not_asked_is_counted() {
    let summary = SURVEY.summary();
    let count = |layer: Layer, kind: &str| {
        summary.not_surveyed.iter().find(|one| one.layer == layer && one.kind.as_deref() == Some(kind)).unwrap().count
    };
    assert_eq!(count(Layer::Pipelines, "lpg"), 5);
    assert_eq!(count(Layer::PipelineFacilities, "valve_room"), 18);
    assert!(summary.complete && summary.done == summary.of && summary.lacking.is_empty());
    let bare = Scene::new().without_coverage(Layer::Roads).unavailable(Layer::Waters).snapshot();
    let bare = survey(&bare);
    let lacking: Vec<Layer> = bare.summary().lacking.iter().map(|one| one.layer).collect();
    assert_eq!(lacking, [Layer::Roads, Layer::Waters]);
}
