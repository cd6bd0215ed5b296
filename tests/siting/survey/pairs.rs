//! What is listed, how it is counted, in which order, and from where it is found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sisetu::model::{ConflictTotals, Layer, Outcome, Standing, Verdict};

use super::{SURVEY, Wanted, everything, listed, survey};
use crate::siting::scene::{Scene, block, line_north, lot};

fn adds_up(totals: &ConflictTotals, count: usize) {
    assert_eq!(totals.total, count as u64);
    for division in [&totals.by_verdict, &totals.by_rule, &totals.by_township, &totals.by_standing] {
        assert_eq!(division.values().sum::<u64>(), totals.total, "{totals:?}");
    }
}

#[test]
fn totals_add_up_and_are_those_of_what_is_listed() {
    let all = listed(&SURVEY, &Wanted::default());
    let page = SURVEY.page(&Wanted::default(), None, 10).unwrap();
    adds_up(&page.totals, all.len());
    let undetermined = Wanted { outcome: Some(Outcome::Undetermined), ..Wanted::default() };
    let doubtful = listed(&SURVEY, &undetermined);
    adds_up(SURVEY.summary().undetermined, doubtful.len());
    assert!(doubtful.iter().all(|one| one.severity == Verdict::Undetermined));
    assert!(all.iter().all(|one| one.outcome != Outcome::Undetermined && one.outcome != Outcome::Met));
    for (word, count) in &page.totals.by_township {
        let wanted = Wanted { township: Some(word.clone()), ..Wanted::default() };
        let some = listed(&SURVEY, &wanted);
        assert_eq!(some.len() as u64, *count);
        assert!(some.iter().all(|one| one.township.as_deref().unwrap_or("none") == word));
        adds_up(&SURVEY.totals_of(&wanted), some.len());
    }
    assert!(page.totals.by_township.len() > 3, "{:?}", page.totals);
}

#[test]
fn the_worst_come_first_and_pages_hold_what_one_list_holds() {
    for wanted in [Wanted::default(), Wanted { outcome: Some(Outcome::Undetermined), ..Wanted::default() }] {
        let all: Vec<String> = listed(&SURVEY, &wanted).into_iter().map(|one| one.id).collect();
        let mut paged = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = SURVEY.page(&wanted, cursor.as_deref(), 37).unwrap();
            assert!(page.items.len() == 37 || page.next.is_none());
            paged.extend(page.items.into_iter().map(|one| one.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, all);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "ids are unique");
    }
    let severities: Vec<Verdict> = listed(&SURVEY, &Wanted::default()).iter().map(|one| one.severity).collect();
    assert!(severities.is_sorted() && severities.first() != severities.last());
    assert!(SURVEY.page(&Wanted::default(), Some("somewhere"), 1).is_err());
}

#[test]
fn every_conflict_is_found_from_both_ends() {
    let mut by_end: BTreeMap<(Layer, String), BTreeSet<String>> = BTreeMap::new();
    for conflict in listed(&SURVEY, &Wanted::default()) {
        for end in [Some(&conflict.subject), conflict.object.as_ref()].into_iter().flatten() {
            by_end.entry((end.layer, end.id.clone())).or_default().insert(conflict.id.clone());
        }
    }
    for (end, ids) in by_end.into_iter().step_by(7) {
        let wanted = Wanted { feature: Some(end), ..Wanted::default() };
        let found: BTreeSet<String> = listed(&SURVEY, &wanted).into_iter().map(|one| one.id).collect();
        assert_eq!(found, ids);
    }
}

#[test]
fn nothing_is_held_against_itself_or_its_own() {
    for conflict in everything(&SURVEY) {
        assert_ne!(Some(&conflict.subject), conflict.object.as_ref());
    }
    let plant = || Scene::new().with(Layer::Enterprises, lot(), json!({"kind": "lpg_station", "uscc": "X"}));
    let tank = json!({"kind": "lpg_station", "volume_m3": 40, "largest_tank_m3": 20, "enterprise_id": "X"});
    let home = block(0.0, 30.0, 20.0);
    let scene = plant().with(Layer::Installations, block(180.0, 25.0, 6.0), tank);
    let alone = everything(&survey(&scene.snapshot()));
    assert!(alone.iter().all(|one| one.object.is_none()), "{alone:#?}");
    let with_home = scene.with(Layer::ResidentialZones, home, json!({}));
    let of_tanks: Vec<_> =
        everything(&survey(&with_home.snapshot())).into_iter().filter(|one| one.rule == "LPG-8.3").collect();
    // The station leaves what is measured from tank walls to its tank; found from both sides the pair is told once.
    let [one] = of_tanks.as_slice() else { panic!("{of_tanks:#?}") };
    assert_eq!((one.subject.layer, one.outcome), (Layer::Installations, Outcome::Violated));
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
