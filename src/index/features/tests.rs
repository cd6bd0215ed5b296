use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::geom::{Metres, Point};
use crate::index::LayerIndex;
use crate::model::{Change, Layer, Properties, Revision};

const LAYER: Layer = Layer::Enterprises;
const KINDS: u32 = 30;

type Oracle = BTreeMap<String, Arc<Feature>>;

/// A feature whose every property follows from a few numbers; some have no kind, no name, no widths.
fn feature(id: &str, x: u32, y: u32, seed: u32) -> Feature {
    let mut properties = Properties::new();
    if !seed.is_multiple_of(7) {
        properties.set("kind", format!("k{}", seed % KINDS));
        properties.set("name", format!("n{}", seed % 11));
    }
    if seed % 5 > 2 {
        properties.set("half_width_m", json!(f64::from(seed % 90)));
        properties.set("accuracy_m", json!(f64::from(seed % 17)));
    }
    let place = Point::new(115.0 + f64::from(x) * 1e-3, 29.0 + f64::from(y) * 1e-3);
    Feature::new(id, place.into(), properties).unwrap()
}

fn start(count: u32) -> Vec<Arc<Feature>> {
    (0..count).map(|n| Arc::new(feature(&format!("f{:03}", n * 2), n * 37 % 100, n * 61 % 100, n))).collect()
}

/// A change of the feature of a number, of which the even ones up to 600 are there at first.
fn change() -> impl Strategy<Value = (u32, Change)> {
    let put = (0u32..640, 0u32..120, 0u32..120, 0u32..1_000)
        .prop_map(|(n, x, y, seed)| (n, Change::Put(LAYER, feature(&format!("f{n:03}"), x, y, seed))));
    let gone = (0u32..640).prop_map(|n| (n, Change::Delete(LAYER, format!("f{n:03}"))));
    prop_oneof![3 => put, 2 => gone]
}

/// Single changes and now and then a large commit; none changes one feature twice.
fn commits() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let commit = prop_oneof![6 => vec(change(), 1..4), 1 => vec(change(), 30..60)];
    let once = commit.prop_map(|changes| changes.into_iter().collect::<BTreeMap<_, _>>().into_values().collect());
    vec(once, 1..14)
}

fn apply(oracle: &mut Oracle, changes: &[Change], index: &LayerIndex) {
    for change in changes {
        match change {
            Change::Put(_, feature) => {
                let stored = Arc::clone(index.feature(&feature.id).unwrap());
                assert_eq!(*stored, *feature);
                oracle.insert(feature.id.clone(), stored)
            }
            Change::Delete(_, id) => oracle.remove(id),
        };
    }
}

fn ids<'a>(features: impl IntoIterator<Item = &'a Arc<Feature>>) -> Vec<&'a str> {
    features.into_iter().map(|feature| feature.id.as_str()).collect()
}

/// Every method answers as a scan of the same features does, and the features are the very same ones.
fn answers_as_a_scan(index: &LayerIndex, oracle: &Oracle) {
    assert_eq!((index.len(), index.is_empty()), (oracle.len(), oracle.is_empty()));
    assert_eq!(index.features().count(), oracle.len());
    assert!(index.features().zip(oracle.values()).all(|(one, other)| Arc::ptr_eq(one, other)));
    for n in (0..650).step_by(13) {
        let id = format!("f{n:03}");
        assert_eq!(index.feature(&id), oracle.get(&id));
        assert_eq!(ids(index.features_after(&id).take(3)), ids(oracle.values().filter(|f| f.id > id).take(3)));
    }
    let boxes = oracle.values().map(|feature| *feature.envelope());
    assert_eq!(index.envelope(), boxes.reduce(Envelope::union));
    let stated = |field| oracle.values().filter_map(|feature| feature.properties.number(field)).fold(0.0, f64::max);
    assert_eq!((index.widest(), index.coarsest()), (Metres(stated("half_width_m")), Metres(stated("accuracy_m"))));
    for n in 0..6 {
        let side = 0.02 * f64::from(n + 1);
        let (west, south) = (115.0 + 0.018 * f64::from(n), 29.1 - 0.01 * f64::from(n));
        finds_as_a_scan(index, oracle, &Envelope { west, south, east: west + side, north: south + side });
    }
    for word in (0..12).map(|n| format!("n{n}")).chain((0..KINDS).map(|n| format!("k{n}"))) {
        for field in ["name", "kind"] {
            let scan = oracle.values().filter(|feature| feature.properties.text(field) == Some(&word));
            assert_eq!(ids(index.bearing(field, &word)), ids(scan), "{field} {word}");
        }
    }
}

fn finds_as_a_scan(index: &LayerIndex, oracle: &Oracle, window: &Envelope) {
    assert_eq!(ids(index.touching(window)), ids(oracle.values().filter(|f| window.intersects(f.envelope()))));
    for (asked_for, within) in [(vec!["k3", "k29"], 4_000.0), (vec!["k0"], 9_000.0), (vec![], 700.0)] {
        let asked = |kind: Option<&str>| asked_for.is_empty() || kind.is_some_and(|kind| asked_for.contains(&kind));
        let away = |feature: &Arc<Feature>| window.least_distance(feature.envelope());
        let near = |feature: &&Arc<Feature>| asked(feature.kind()) && away(feature) <= Metres(within);
        let mut found = index.near(window, Metres(within), asked);
        found.sort_by(|one, other| one.1.id.cmp(&other.1.id));
        let scan: Vec<_> = oracle.values().filter(near).map(|feature| (away(feature), feature)).collect();
        assert_eq!(found, scan);
        let measure = |feature: &Arc<Feature>, _| Some((away(feature), feature.id.clone()));
        let nearest = index.nearest(window, Metres(within), Metres::ZERO, asked, measure);
        let scan = scan.into_iter().map(|(away, feature)| (away, feature.id.clone()));
        assert_eq!(nearest, scan.min_by(|one, other| one.partial_cmp(other).unwrap()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// However a layer came about, it answers as a scan does; so does one that was folded beside its commits.
    #[test]
    fn a_changed_layer_answers_as_a_scan(commits in commits(), folds_at in 0usize..14, folded_at in 0usize..14) {
        let mut index = LayerIndex::new(Revision(0), start(300));
        let mut oracle: Oracle = index.features().map(|feature| (feature.id.clone(), Arc::clone(feature))).collect();
        let mut folding = None;
        for (number, changes) in commits.iter().enumerate() {
            if number == folds_at {
                folding = Some((index.clone(), index.folded()));
            }
            index = index.after(LAYER, Revision(number as u64 + 1), changes);
            apply(&mut oracle, changes, &index);
            if number == folded_at
                && let Some((earlier, folded)) = folding.take()
                && let Some(carried) = index.carried_over(&earlier, &folded)
            {
                prop_assert_eq!(carried.revision(), index.revision());
                index = carried;
            }
            answers_as_a_scan(&index, &oracle);
        }
    }
}

fn put(features: &Features, feature: Feature) -> Features {
    let id = feature.id.clone();
    features.with([(id.as_str(), Some(Arc::new(feature)))])
}

#[test]
fn a_small_change_shares_the_base_and_a_large_one_makes_another() {
    let one = Features::of(start(300));
    let two = put(&one, feature("f010", 1, 1, 1));
    let three = put(&put(&two, feature("f011", 1, 1, 1)), feature("f010", 2, 2, 2));
    assert!(Arc::ptr_eq(&one.base, &three.base));
    assert_eq!((three.gone.count(), three.fresh.len(), three.len()), (1, 2, 301));
    let changes: Vec<Feature> = (0..40).map(|n| feature(&format!("f{:03}", n * 2), 3, 3, n)).collect();
    let many = three.with(changes.iter().map(|feature| (feature.id.as_str(), Some(Arc::new(feature.clone())))));
    assert!(!Arc::ptr_eq(&one.base, &many.base));
    assert_eq!((many.gone.count(), many.fresh.len(), many.len()), (0, 0, 301));
    assert!(Arc::ptr_eq(many.get("f100").unwrap(), one.get("f100").unwrap()));
}

#[test]
fn what_has_grown_is_folded_and_later_changes_are_carried_over() {
    let mut earlier = Features::of(start(300));
    assert!(!earlier.is_grown());
    for n in 0..10 {
        earlier = put(&earlier, feature(&format!("f{n:03}"), 90, n, n));
    }
    assert!(earlier.is_grown());
    let folded = earlier.folded();
    assert!(!folded.is_grown());
    let later = put(&earlier, feature("f001", 5, 5, 5)).with([("f003", None), ("f200", None)]);
    let carried = later.carried_over(&earlier, &folded).unwrap();
    assert!(Arc::ptr_eq(&carried.base, &folded.base));
    assert_eq!((carried.gone.count(), carried.fresh.len()), (3, 1));
    assert!(carried.after(None).zip(later.after(None)).all(|(one, other)| Arc::ptr_eq(one, other)));
    assert_eq!(carried.len(), later.len());
    assert!(carried.carried_over(&earlier, &folded).is_none(), "it has another base already");
}

#[test]
fn the_box_shrinks_when_its_corner_goes() {
    let mut features = Features::of(start(300));
    let far = |n: u32| feature(&format!("far{n:03}"), 500 + n, 0, n);
    features = put(&put(&features, far(1)), far(2));
    let east = |features: &Features| features.largest(2).unwrap();
    assert_eq!(east(&features), far(2).envelope().east);
    features = features.with([("far002", None)]);
    assert_eq!(east(&features), far(1).envelope().east);
    let easternmost: Vec<String> =
        features.after(None).filter(|f| f.envelope().east > 115.09).map(|f| f.id.clone()).collect();
    let left = features.with(easternmost.iter().map(|id| (id.as_str(), None)));
    let scan = left.after(None).map(|feature| feature.envelope().east).fold(0.0, f64::max);
    assert_eq!(east(&left), scan);
}
