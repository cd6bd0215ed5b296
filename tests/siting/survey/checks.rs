//! One public check for each thing that stands in the sample district.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sisetu::model::{Feature, Finding, Kinds, Known, Layer, Outcome};
use sisetu::rules::Test;
use sisetu::siting::{Asked, check, request};

use super::{BOOK, DAY, DISTRICT, Key, SAMPLE, SURVEY, Survey, as_request, outcomes, stands_for, survey};
use sisetu::index::Snapshot;

fn plant<'a>(district: &'a Snapshot, feature: &Feature) -> Option<&'a Feature> {
    district.referred(Layer::Enterprises, feature.properties.text("enterprise_id")?)
}

/// Whether a project of the kind is what the rule restrains.
fn is_forward(rule: &str, kind: &str) -> bool {
    let words = Kinds::shipped().find(kind).unwrap().subjects();
    BOOK.find(rule).unwrap().subjects.iter().any(|subject| words.contains(&subject.as_str()))
}

/// Whether a rule waits for a radius that the district has not set: then the nearest target is told, however far.
fn waits(rule: &str) -> bool {
    BOOK.find(rule).unwrap().cases.iter().any(|case| case.awaits_parameter(&BOOK))
}

fn counts_dwellings(rule: &str) -> bool {
    BOOK.find(rule).unwrap().cases.iter().all(|case| case.test == Test::Window)
}

/// The pair of a finding, as the survey has it; `None` where the survey has none.
fn pair(district: &Snapshot, (layer, feature): (Layer, &Feature), kind: &str, finding: &Finding) -> Option<Key> {
    let own = (layer, feature.id.clone());
    let named = |finding: &Finding| finding.target.as_ref().map(|target| (target.layer, target.id.clone()));
    let lpg = finding.rule == "LPG-8.3";
    // What stands already changes no location class by standing there.
    if finding.outcome == Outcome::Met || finding.rule == "GAS-9.2" {
        return None;
    }
    match named(finding) {
        // How dwellings add up along a pipeline is a matter of what is new.
        Some(_) if counts_dwellings(&finding.rule) => None,
        // The nearest one of a rule whose radius is not set, rather than one that is too near.
        Some(_) if waits(&finding.rule) && finding.required_m.is_none() => None,
        None => finding.searched_m.is_some().then(|| (finding.rule.clone(), own, None)),
        Some(target) if target == own => None,
        // What is measured from tank walls is the tanks' matter where the station has any.
        Some(_) if lpg && layer == Layer::Enterprises && has_tanks(district, feature) => None,
        Some(_) if layer == Layer::Installations && feature.kind() == Some("tank") && !lpg => None,
        Some(target) if is_forward(&finding.rule, kind) => Some((finding.rule.clone(), own, Some(target))),
        Some(target) => Some((finding.rule.clone(), target, Some(own))),
    }
}

fn has_tanks(district: &Snapshot, station: &Feature) -> bool {
    let tank =
        |one: &Feature| one.kind() == Some("tank") && plant(district, one).is_some_and(|plant| plant.id == station.id);
    district.features(Layer::Installations).any(tank)
}

fn by_checks(district: &Snapshot, layer: Layer, feature: &Feature) -> Vec<(Key, Outcome)> {
    let Some(kind) = stands_for(layer, feature, plant(district, feature)) else { return vec![] };
    let asked = Asked { today: DAY.parse().unwrap(), ..Asked::default() };
    let request = request::parse(&as_request(layer, feature, &kind), &asked).unwrap();
    let report = check(district, &BOOK, &request, Timestamp::UNIX_EPOCH);
    assert!(report.findings.iter().all(|finding| finding.more == 0), "{layer}/{}: a list is cut off", feature.id);
    let pairs = report
        .findings
        .iter()
        .filter_map(|finding| Some((pair(district, (layer, feature), &kind, finding)?, finding.outcome)));
    pairs.collect()
}

/// Every so manieth thing that stands is checked, and what the survey says of it compared.
fn compared(district: &Snapshot, survey: &Survey, step: usize) -> BTreeMap<Key, Outcome> {
    let all = Layer::ALL.into_iter().flat_map(|layer| district.features(layer).map(move |feature| (layer, feature)));
    let some: Vec<(Layer, &Feature)> = all.step_by(step).collect();
    let (one, other) = some.split_at(some.len() / 2);
    let half = |half: &[(Layer, &Feature)]| {
        half.iter().flat_map(|(layer, feature)| by_checks(district, *layer, feature)).collect::<Vec<_>>()
    };
    let pairs = std::thread::scope(|scope| {
        let beside = scope.spawn(|| half(one));
        let mut pairs = half(other);
        pairs.extend(beside.join().unwrap());
        pairs
    });
    let found = outcomes(survey);
    let checked: BTreeSet<(Layer, String)> = some.iter().map(|(layer, feature)| (*layer, feature.id.clone())).collect();
    let expected: BTreeMap<Key, Outcome> = pairs.into_iter().collect();
    for (key, outcome) in &expected {
        // Found from both sides the worse counts; outcomes are in the order of their weight here.
        let told = found.get(key).unwrap_or_else(|| panic!("{key:?} is missing"));
        assert!(*told == *outcome || (mirrored(&key.0) && (*told as u8) < (*outcome as u8)), "{key:?}");
    }
    for key in found.keys().filter(|key| checked.contains(&key.1) && !mirrored(&key.0)) {
        assert!(expected.contains_key(key), "{key:?} is in no check");
    }
    expected
}

/// Whether a rule says what it asks from both sides.
fn mirrored(rule: &str) -> bool {
    !BOOK.find(rule).unwrap().reverse.is_empty()
}

#[test]
fn the_survey_of_the_sample_is_what_a_check_of_each_thing_that_stands_says() {
    let compared = compared(&SAMPLE, &survey(&SAMPLE), 8);
    assert!(compared.len() > 20, "too little to compare");
}

#[test]
fn the_survey_of_a_disorderly_district_is_what_a_check_of_each_thing_that_stands_says() {
    let compared = compared(&DISTRICT, &SURVEY, 3);
    let violated = compared.values().filter(|outcome| **outcome == Outcome::Violated).count();
    assert!(violated > 50, "too little to compare: {violated}");
    assert!(compared.keys().map(|(rule, ..)| rule).collect::<BTreeSet<_>>().len() > 6, "too few rules are met");
}
