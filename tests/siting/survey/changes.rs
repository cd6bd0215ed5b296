//! What is asked again after a change comes to what a whole survey says.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use sisetu::geom::Geometry;
use sisetu::geom::algorithm::Translate;
use sisetu::index::{LayerIndex, Snapshot};
use sisetu::model::{Change, Commit, Feature, Known, Layer, Revision};

use super::{DISTRICT, Survey, Wanted, after, survey, undetermined};

/// A corner of the sample district, so that thirty whole surveys do not take all day.
fn corner() -> Snapshot {
    let (west, south, east, north) = (115.80, 29.58, 115.87, 29.64);
    let layers = Layer::ALL.map(|layer| {
        let features = DISTRICT.layer(layer).unwrap().features().filter(|feature| {
            let centre = feature.envelope().centre();
            let wide = matches!(layer, Layer::AdminUnits | Layer::Coverage | Layer::Waters | Layer::ChemicalParks);
            wide || (west..east).contains(&centre.x) && (south..north).contains(&centre.y)
        });
        (layer, Ok(LayerIndex::new(Revision(1), features.cloned().collect())))
    });
    Snapshot::new(Revision(1), layers)
}

/// One edit: of which layer and feature, and what is done with it.
#[derive(Clone, Debug)]
struct Edit {
    layer: Layer,
    which: prop::sample::Index,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Move(f64, f64),
    Copy(f64, f64),
    Delete,
    /// Sets a field to what another feature of the layer has there.
    Exchange(&'static str, prop::sample::Index),
    Forget(&'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    let step = || -0.004..0.004f64;
    let fields = || {
        prop::sample::select(vec![
            "kind",
            "name",
            "enterprise_id",
            "of",
            "half_width_m",
            "extent_m",
            "volume_m3",
            "level",
        ])
    };
    let what = prop_oneof![
        3 => (step(), step()).prop_map(|(x, y)| What::Move(x, y)),
        1 => (step(), step()).prop_map(|(x, y)| What::Copy(x, y)),
        1 => Just(What::Delete),
        2 => (fields(), any::<prop::sample::Index>()).prop_map(|(field, other)| What::Exchange(field, other)),
        1 => fields().prop_map(What::Forget),
    ];
    let layer = prop::sample::select(Layer::ALL.to_vec());
    (layer, any::<prop::sample::Index>(), what).prop_map(|(layer, which, what)| Edit { layer, which, what })
}

fn change(snapshot: &Snapshot, edit: &Edit, number: usize) -> Option<Change> {
    let features: Vec<&Feature> = snapshot.features(edit.layer).collect();
    if features.is_empty() {
        return None;
    }
    let old = features[edit.which.index(features.len())];
    let made = |id: &str, geometry: Geometry, set: Option<(&str, Value)>| {
        let mut properties = old.properties.clone();
        if let Some((field, value)) = set {
            properties.set(field, value);
        }
        Some(Change::Put(edit.layer, Feature::new(id, geometry, properties).unwrap()))
    };
    match &edit.what {
        What::Move(x, y) => made(&old.id, old.geometry.translate(*x, *y), None),
        What::Copy(x, y) => made(&format!("{}-copy-{number}", old.id), old.geometry.translate(*x, *y), None),
        What::Delete => Some(Change::Delete(edit.layer, old.id.clone())),
        What::Exchange(field, other) => {
            let value = features[other.index(features.len())].properties.get(field).cloned().unwrap_or(Value::Null);
            made(&old.id, old.geometry.clone(), Some((field, value)))
        }
        What::Forget(field) => made(&old.id, old.geometry.clone(), Some((field, Value::Null))),
    }
}

fn commit(snapshot: &Snapshot, edits: &[Edit]) -> Snapshot {
    let mut changes: BTreeMap<(Layer, String), Change> = BTreeMap::new();
    for (number, edit) in edits.iter().enumerate() {
        let Some(change) = change(snapshot, edit, number) else { continue };
        let id = match &change {
            Change::Put(_, feature) => feature.id.clone(),
            Change::Delete(_, id) => id.clone(),
        };
        changes.insert((edit.layer, id), change);
    }
    let revision = Revision(snapshot.revision().0 + 1);
    snapshot.after(&Commit { revision, changes: changes.into_values().collect() })
}

fn same(one: &Survey, other: &Survey) {
    for wanted in [Wanted::default(), undetermined()] {
        let (one_list, other_list): (Vec<_>, Vec<_>) =
            (one.entries(&wanted).collect(), other.entries(&wanted).collect());
        assert_eq!(one_list, other_list);
        assert_eq!(one.totals_of(&wanted), other.totals_of(&wanted));
        let page = |survey: &Survey| survey.page(&wanted, None, 20).unwrap().items;
        assert_eq!(page(one), page(other));
    }
    let summary = |survey: &Survey| serde_json::to_value(survey.summary()).unwrap();
    assert_eq!(summary(one), summary(other));
}

proptest! {
    // Thirty commits in all, each held against a survey made from nothing.
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 20, ..ProptestConfig::default() })]
    #[test]
    fn what_is_asked_again_comes_to_the_whole(commits in prop::collection::vec(prop::collection::vec(edit(), 1..5), 6)) {
        let mut snapshot = corner();
        let mut kept = survey(&snapshot);
        for edits in &commits {
            snapshot = commit(&snapshot, edits);
            kept = after(&kept, &snapshot).0;
            same(&kept, &survey(&snapshot));
        }
    }
}

#[test]
fn a_small_change_asks_few_and_a_lost_layer_is_noticed() {
    let before = survey(&DISTRICT);
    let school = DISTRICT.features(Layer::ProtectionTargets).next().unwrap();
    let moved = Feature::new(&*school.id, school.geometry.translate(0.0005, 0.0), school.properties.clone()).unwrap();
    let changes = vec![Change::Put(Layer::ProtectionTargets, moved)];
    let next = DISTRICT.after(&Commit { revision: Revision(2), changes });
    let (later, asked) = after(&before, &next);
    assert!(asked * 4 < before.summary().of, "{asked} of {}", before.summary().of);
    same(&later, &survey(&next));
    let lost = next.with(Layer::Roads, Err(sisetu::index::Unavailable("坏表".into())));
    let (later, _) = after(&later, &lost);
    same(&later, &survey(&lost));
    assert!(later.summary().lacking.iter().any(|one| one.layer == Layer::Roads));
}
