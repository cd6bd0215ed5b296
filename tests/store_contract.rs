//! What a store promises, said once and held against both: a GeoPackage file and a PostGIS database.

mod embedded;
mod journals;
mod killed;
mod place;
mod postgis;
mod warnings;

use std::sync::Arc;

use serde_json::{Value, json};
use sisetu::geom::{Geometry, Line, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};
use sisetu::model::{Change, ChangeSet, Commit, Feature, Layer, Revision};
use sisetu::store::{Store, StoreError};

use self::journals::{
    a_changed_byte_in_a_journal_is_found, a_store_from_before_the_journals_gets_them,
    entries_are_numbered_chained_and_read_by_part, what_is_told_twice_is_entered_once, writers_of_a_journal_take_turns,
};
use self::place::Place;
use self::warnings::{
    a_step_is_taken_by_one_of_those_who_would, a_watch_that_lags_behind_ends_nothing,
    one_rise_is_one_warning_however_many_watch, readings_are_kept_once_and_their_series_survive_a_start,
    what_got_worse_while_nobody_watched_is_raised_at_the_next_start,
};

/// Runs each sentence on a new embedded store and on a new PostGIS database.
macro_rules! sentences {
    ($($sentence:ident),+ $(,)?) => {
        mod on_embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $sentence() {
                super::$sentence(super::Place::embedded()).await;
            })+
        }
        mod on_postgis {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $sentence() {
                if let Some(place) = super::Place::postgis(stringify!($sentence)).await {
                    super::$sentence(place.clone()).await;
                    place.remove().await;
                }
            })+
        }
    };
}

sentences! {
    a_new_store_is_empty,
    what_is_absent_is_made_only_when_asked,
    every_geometry_comes_back_exactly,
    every_property_comes_back_exactly,
    a_commit_says_what_a_load_then_says,
    a_change_set_that_fails_midway_leaves_nothing,
    a_feature_may_change_only_once_in_a_set,
    changes_decided_on_an_old_revision_are_refused,
    of_two_writers_on_one_revision_one_wins,
    tile_ids_are_dense_and_kept_for_life,
    a_thousand_features_are_replaced_at_once,
    sets_without_effect_make_no_revision,
    history_tells_every_version_and_how_long_it_stood,
    changed_layers_are_told_since_any_revision,
    two_handles_see_each_others_commits,
    a_load_sees_one_revision_while_others_write,
    an_unreadable_row_hides_only_its_layer_and_can_be_replaced,
    reopening_changes_nothing,
    what_a_newer_program_wrote_is_refused,
    entries_are_numbered_chained_and_read_by_part,
    what_is_told_twice_is_entered_once,
    writers_of_a_journal_take_turns,
    a_changed_byte_in_a_journal_is_found,
    a_store_from_before_the_journals_gets_them,
    one_rise_is_one_warning_however_many_watch,
    a_watch_that_lags_behind_ends_nothing,
    what_got_worse_while_nobody_watched_is_raised_at_the_next_start,
    a_step_is_taken_by_one_of_those_who_would,
    readings_are_kept_once_and_their_series_survive_a_start,
}

/// A feature at a point.
fn feature(id: &str, properties: Value) -> Feature {
    drawn(id, Point::new(115.8, 29.6), properties)
}

fn drawn(id: &str, geometry: impl Into<Geometry>, properties: Value) -> Feature {
    Feature::new(id, geometry.into(), serde_json::from_value(properties).unwrap()).unwrap()
}

fn plant(id: &str, name: &str) -> Change {
    Change::Put(Layer::Enterprises, feature(id, json!({"name": name, "kind": "factory"})))
}

fn gone(id: &str) -> Change {
    Change::Delete(Layer::Enterprises, id.to_owned())
}

async fn try_commit(store: &Arc<dyn Store>, base: u64, changes: Vec<Change>) -> Result<Commit, StoreError> {
    let set = ChangeSet { changes, author: "anna".into(), reason: format!("after {base}"), base: Revision(base) };
    store.commit(set).await
}

async fn commit(store: &Arc<dyn Store>, changes: Vec<Change>) -> Commit {
    let base = store.revision().await.unwrap().0;
    try_commit(store, base, changes).await.unwrap()
}

async fn features(store: &Arc<dyn Store>, layer: Layer) -> Vec<Feature> {
    store.load_layer(layer).await.unwrap().1
}

fn put_features(commit: &Commit) -> Vec<&Feature> {
    let mut features = Vec::new();
    for change in &commit.changes {
        if let Change::Put(_, feature) = change {
            features.push(feature);
        }
    }
    features
}

async fn a_new_store_is_empty(place: Place) {
    let store = place.made().await;
    assert_eq!(store.name(), place.name);
    assert_eq!(store.revision().await.unwrap(), Revision(0));
    let contents = store.load().await.unwrap();
    assert_eq!((contents.revision, contents.layers.len()), (Revision(0), Layer::ALL.len()));
    assert!(contents.layers.values().all(|layer| layer.as_ref().unwrap().is_empty()));
    assert!(store.history(Layer::Roads, "x").await.unwrap().is_empty());
    assert!(store.changed_since(Revision(0)).await.unwrap().is_empty());
}

async fn what_is_absent_is_made_only_when_asked(place: Place) {
    let refused = sisetu::store::open(&place.name, false).await.err();
    assert!(matches!(refused, Some(StoreError::Missing(_))), "{refused:?}");
    let refused = sisetu::store::open(&place.name, false).await.err();
    assert!(matches!(refused, Some(StoreError::Missing(_))), "looking must not make it: {refused:?}");
    drop(place.made().await);
    assert!(sisetu::store::open(&place.name, false).await.is_ok());
}

fn line(coords: &[(f64, f64)]) -> LineString {
    LineString::from(coords.to_vec())
}

fn square(west: f64, south: f64, side: f64) -> LineString {
    line(&[(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)])
}

async fn every_geometry_comes_back_exactly(place: Place) {
    let store = place.made().await;
    // Neighbouring numbers that a conversion through decimal text or single precision would confuse.
    let (lon, lat) = (115.800_000_000_000_01_f64, f64::from_bits(29.6_f64.to_bits() + 1));
    let way = line(&[(lon, lat), (115.9, 29.7), (1.0e-300, -0.1)]);
    let holed = Polygon::new(square(lon, lat, 0.3), vec![square(lon + 0.1, lat + 0.1, 0.1)]);
    let far = Polygon::new(square(116.5, 29.1, 0.01), Vec::new());
    let shapes: Vec<Geometry> = vec![
        Point::new(lon, lat).into(),
        way.clone().into(),
        holed.clone().into(),
        MultiPoint(vec![Point::new(lon, lat), Point::new(1.0, 2.0)]).into(),
        MultiLineString(vec![way, line(&[(0.1, 0.2), (0.3, 0.4)])]).into(),
        MultiPolygon(vec![holed.clone(), far]).into(),
        Geometry::GeometryCollection(vec![Geometry::from(holed), Point::new(lon, lat).into()].into()),
    ];
    let put = |(id, shape): (usize, &Geometry)| {
        Change::Put(Layer::Structures, drawn(&id.to_string(), shape.clone(), json!({})))
    };
    commit(&store, shapes.iter().enumerate().map(put).collect()).await;
    let back: Vec<Geometry> = features(&store, Layer::Structures).await.into_iter().map(|f| f.geometry).collect();
    assert_eq!(back, shapes);
    assert_single_shapes_take_a_stored_form(&store).await;
}

async fn assert_single_shapes_take_a_stored_form(store: &Arc<dyn Store>) {
    let single = Line::new((0.0, 0.0), (1.0, 1.0));
    let box_ = Rect::new((0.0, 0.0), (2.0, 1.0));
    let made = commit(
        store,
        vec![
            Change::Put(Layer::Roads, drawn("line", Geometry::Line(single), json!({}))),
            Change::Put(Layer::Roads, drawn("box", Geometry::Rect(box_), json!({}))),
        ],
    )
    .await;
    let forms: Vec<Geometry> = features(store, Layer::Roads).await.into_iter().map(|f| f.geometry).collect();
    assert_eq!(forms, [Geometry::from(LineString::from(single)), box_.to_polygon().into()]);
    assert_eq!(forms, put_features(&made).iter().map(|f| f.geometry.clone()).collect::<Vec<_>>());
}

async fn every_property_comes_back_exactly(place: Place) {
    let store = place.made().await;
    let rich = json!({
        "name": "庐山油库 \"A\" 'B' \\ \u{1f6e2}\nline", "enterprise_id": "", "kind": "tank",
        "substances": [{"cas": "74-98-6", "tonnes": 12.5}, "氨", {"nested": {"deep": [null, true, 1, 1.0]}}],
        "volume_m3": 0.1, "largest_tank_m3": 5000, "hazard_grade": 1, "control": false, "accuracy_m": 1.0,
        "unknown text": "x", "Name": "differs by case only", "fid": 7, "geom": "g", "id": "other", "extra": {"a": 1},
        "revision": "r", "tiny": 5e-324, "long": 0.123_456_789_012_345_68, "huge": 1.797_693_134_862_315_7e308,
        "whole": 9_007_199_254_740_993_i64, "least": i64::MIN, "most": u64::MAX, "zero": 0.0, "empty": {}, "none": [],
    });
    let misfit = json!({
        "name": 12, "as_of": "20261124", "valid_until": "2026-02-30", "layer": ["a"], "kinds": "not a list",
        "control": "yes", "accuracy_m": "far", "source": {"a": null},
    });
    commit(
        &store,
        vec![
            Change::Put(Layer::Installations, feature("rich", rich.clone())),
            Change::Put(Layer::Coverage, feature("misfit", misfit.clone())),
            Change::Put(Layer::Coverage, feature("fit", json!({"as_of": "2026-11-24", "kinds": ["a", "b"]}))),
            Change::Put(Layer::Coverage, feature("bare", json!({}))),
        ],
    )
    .await;
    let installations = features(&store, Layer::Installations).await;
    assert_eq!(Value::Object(installations[0].properties.to_json()), rich);
    let coverage = features(&store, Layer::Coverage).await;
    assert_eq!(Value::Object(coverage[0].properties.to_json()), misfit);
    assert_eq!(coverage[1].properties.to_json().len(), 2);
    assert!(coverage[2].properties.is_empty());
}

async fn a_commit_says_what_a_load_then_says(place: Place) {
    let store = place.made().await;
    let mixed = json!({"zeta": 1, "kind": "factory", "alpha": [1.5], "name": "厂", "risk_level": 2, "risk_score": 7});
    let first = commit(&store, vec![Change::Put(Layer::Enterprises, feature("b", mixed)), plant("a", "A")]).await;
    let second = commit(&store, vec![plant("a", "A2"), gone("b"), plant("c", "C")]).await;
    assert_eq!((first.revision, second.revision), (Revision(1), Revision(2)));
    let written = put_features(&first)[0];
    assert_eq!((written.revision, written.origin.as_deref()), (Revision(1), Some("after 0")));
    assert_eq!(second.changes[1], gone("b"));
    let loaded = features(&store, Layer::Enterprises).await;
    assert_eq!(loaded.iter().collect::<Vec<_>>(), put_features(&second));
    let past = store.history(Layer::Enterprises, "b").await.unwrap();
    assert_eq!(past[1].feature.as_ref(), Some(written));
    let order = |feature: &Feature| feature.properties.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(order(past[1].feature.as_ref().unwrap()), order(written));
}

async fn a_change_set_that_fails_midway_leaves_nothing(place: Place) {
    let store = place.made().await;
    let before = commit(&store, vec![plant("a", "A"), plant("b", "B")]).await;
    place.refuse("boom").await;
    let mut changes = vec![gone("a"), plant("b", "B2"), Change::Put(Layer::Roads, feature("r", json!({})))];
    changes.extend((0..6_000).map(|n| plant(&format!("n{n}"), "N")));
    changes.push(plant("boom", "X"));
    let failed = try_commit(&store, 1, changes).await;
    assert!(matches!(failed, Err(StoreError::Failed(_))), "{failed:?}");
    assert_eq!(store.revision().await.unwrap(), Revision(1));
    let left = features(&store, Layer::Enterprises).await;
    assert_eq!(left.iter().collect::<Vec<_>>(), put_features(&before));
    assert!(features(&store, Layer::Roads).await.is_empty());
    assert_eq!(store.history(Layer::Enterprises, "a").await.unwrap().len(), 1);
    assert_eq!(commit(&store, vec![plant("c", "C")]).await.revision, Revision(2));
}

async fn a_feature_may_change_only_once_in_a_set(place: Place) {
    let store = place.made().await;
    let road = Change::Put(Layer::Roads, feature("a", json!({})));
    assert!(try_commit(&store, 0, vec![plant("a", "A"), road]).await.is_ok(), "ids are unique in a layer only");
    let refused = try_commit(&store, 1, vec![plant("b", "B"), plant("a", "A2"), gone("a")]).await;
    assert!(
        matches!(&refused, Err(StoreError::Repeated { layer: Layer::Enterprises, id }) if id == "a"),
        "{refused:?}"
    );
    assert_eq!(store.revision().await.unwrap(), Revision(1));
    assert_eq!(features(&store, Layer::Enterprises).await.len(), 1);
}

async fn changes_decided_on_an_old_revision_are_refused(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", "A")]).await;
    commit(&store, vec![plant("b", "B")]).await;
    for base in [0, 1, 3] {
        let refused = try_commit(&store, base, vec![gone("a")]).await;
        let moved =
            |base| matches!(refused, Err(StoreError::Moved { base: b, now: Revision(2) }) if b == Revision(base));
        assert!(moved(base), "{base}: {refused:?}");
    }
    assert_eq!(features(&store, Layer::Enterprises).await.len(), 2);
    assert!(try_commit(&store, 2, vec![gone("a")]).await.is_ok());
}

async fn of_two_writers_on_one_revision_one_wins(place: Place) {
    let (one, other) = (place.made().await, place.made().await);
    for base in 0..10 {
        let many = |who: &str| (0..20).map(|n| plant(&n.to_string(), who)).collect::<Vec<_>>();
        let (first, second) =
            tokio::join!(try_commit(&one, base, many("one")), try_commit(&other, base, many("other")));
        let (winner, loser) = if first.is_ok() { ("one", second) } else { ("other", first) };
        assert!(matches!(loser, Err(StoreError::Moved { .. })), "{loser:?}");
        let names: Vec<Feature> = features(&one, Layer::Enterprises).await;
        assert!(names.iter().all(|feature| feature.name() == winner));
    }
    assert_eq!(one.revision().await.unwrap(), Revision(10));
}

fn tile_ids(features: &[Feature]) -> Vec<(&str, u64)> {
    features.iter().map(|feature| (feature.id.as_str(), feature.tile_id)).collect()
}

async fn tile_ids_are_dense_and_kept_for_life(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("c", ""), plant("a", ""), plant("b", "")]).await;
    let road = commit(&store, vec![Change::Put(Layer::Roads, feature("c", json!({})))]).await;
    assert_eq!(put_features(&road)[0].tile_id, 1, "each layer counts from 1");
    commit(&store, vec![gone("b"), gone("a")]).await;
    let store = place.made().await;
    commit(&store, vec![plant("d", ""), plant("c", "again")]).await;
    assert_eq!(tile_ids(&features(&store, Layer::Enterprises).await), [("c", 1), ("d", 4)]);
    let mut astray = feature("a", json!({}));
    astray.tile_id = 99;
    commit(&store, vec![Change::Put(Layer::Enterprises, astray), plant("e", ""), plant("b", "")]).await;
    let now = features(&store, Layer::Enterprises).await;
    assert_eq!(tile_ids(&now), [("c", 1), ("a", 2), ("b", 3), ("d", 4), ("e", 5)]);
}

async fn a_thousand_features_are_replaced_at_once(place: Place) {
    let store = place.made().await;
    let all = |name: &str| (0..6_000).rev().map(|n| plant(&format!("n{n}"), name)).collect::<Vec<_>>();
    commit(&store, all("old")).await;
    let before = features(&store, Layer::Enterprises).await;
    assert_eq!(before.iter().map(|feature| feature.tile_id).collect::<Vec<_>>(), (1..=6_000).collect::<Vec<_>>());
    commit(&store, all("new").into_iter().rev().skip(1).chain([gone("n0")]).collect()).await;
    let after = features(&store, Layer::Enterprises).await;
    assert_eq!(after.len(), 5_999);
    assert!(after.iter().all(|feature| feature.name() == "new"));
    assert_eq!(tile_ids(&after), tile_ids(&before)[..5_999]);
    assert_eq!(store.history(Layer::Enterprises, "n77").await.unwrap().len(), 2);
}

async fn sets_without_effect_make_no_revision(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", "A")]).await;
    for changes in [vec![], vec![gone("nobody")]] {
        let nothing = try_commit(&store, 1, changes).await.unwrap();
        assert_eq!(nothing, Commit { revision: Revision(1), changes: vec![] });
    }
    let half = try_commit(&store, 1, vec![gone("nobody"), gone("a")]).await.unwrap();
    assert_eq!(half, Commit { revision: Revision(2), changes: vec![gone("a")] });
    assert!(store.history(Layer::Enterprises, "nobody").await.unwrap().is_empty());
}

async fn history_tells_every_version_and_how_long_it_stood(place: Place) {
    let store = place.made().await;
    for changes in [plant("a", "one"), plant("b", "other"), plant("a", "two"), gone("a"), plant("a", "three")] {
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        commit(&store, vec![changes]).await;
    }
    let history = store.history(Layer::Enterprises, "a").await.unwrap();
    let told: Vec<_> =
        history.iter().map(|v| (v.revision.0, v.feature.as_ref().map(|f| f.name().to_owned()))).collect();
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(told, [(5, name("three")), (4, None), (3, name("two")), (1, name("one"))]);
    assert_eq!(history[0].valid_until, None);
    for pair in history.windows(2) {
        assert_eq!(pair[1].valid_until, Some(pair[0].valid_from));
        assert!(pair[1].valid_from < pair[0].valid_from);
    }
    assert!(history.iter().all(|version| version.author == "anna"));
    assert_eq!(history[1].reason, "after 3");
    let stood = history[3].feature.as_ref().unwrap();
    assert_eq!((stood.revision, stood.tile_id, stood.valid_from), (Revision(1), 1, history[3].valid_from));
    assert!(store.history(Layer::Roads, "a").await.unwrap().is_empty());
}

async fn changed_layers_are_told_since_any_revision(place: Place) {
    let store = place.made().await;
    let road = |id: &str| Change::Put(Layer::Roads, feature(id, json!({})));
    commit(&store, vec![plant("a", "A"), road("r")]).await;
    commit(&store, vec![plant("b", "B")]).await;
    commit(&store, vec![Change::Delete(Layer::Roads, "r".into()), Change::Delete(Layer::Waters, "w".into())]).await;
    let since = |revision| store.changed_since(Revision(revision));
    assert_eq!(since(0).await.unwrap(), [Layer::Enterprises, Layer::Roads]);
    assert_eq!(since(1).await.unwrap(), [Layer::Enterprises, Layer::Roads]);
    assert_eq!(since(2).await.unwrap(), [Layer::Roads]);
    assert!(since(3).await.unwrap().is_empty() && since(u64::MAX).await.unwrap().is_empty());
}

async fn two_handles_see_each_others_commits(place: Place) {
    let (one, other) = (place.made().await, place.made().await);
    commit(&one, vec![plant("a", "A")]).await;
    assert_eq!(other.revision().await.unwrap(), Revision(1));
    commit(&other, vec![plant("a", "A2")]).await;
    assert_eq!(features(&one, Layer::Enterprises).await[0].name(), "A2");
    assert_eq!(one.changed_since(Revision(1)).await.unwrap(), [Layer::Enterprises]);
}

async fn a_load_sees_one_revision_while_others_write(place: Place) {
    let (writer, reader) = (place.made().await, place.made().await);
    let writing = tokio::spawn(async move {
        for n in 0..25 {
            let put = |layer, id: usize| Change::Put(layer, feature(&id.to_string(), json!({"name": n.to_string()})));
            let both = (0..40).flat_map(|id| [put(Layer::AdminUnits, id), put(Layer::Waters, id)]);
            commit(&writer, both.collect()).await;
        }
    });
    let mut loads = 0;
    while !writing.is_finished() || loads == 0 {
        let contents = reader.load().await.unwrap();
        let layer = |layer| contents.layers[&layer].as_ref().unwrap();
        let revisions = layer(Layer::AdminUnits).iter().chain(layer(Layer::Waters)).map(|feature| feature.revision);
        assert!(revisions.into_iter().all(|revision| revision == contents.revision));
        loads += 1;
    }
    writing.await.unwrap();
}

async fn an_unreadable_row_hides_only_its_layer_and_can_be_replaced(place: Place) {
    let store = place.made().await;
    let road = Change::Put(Layer::Roads, feature("r", json!({"name": "G105"})));
    commit(&store, vec![plant("good", "A"), plant("bad-row", "B"), road]).await;
    place.damage("bad-row").await;
    let contents = store.load().await.unwrap();
    let reason = contents.layers[&Layer::Enterprises].as_ref().unwrap_err();
    assert!(reason.contains("bad-row") && reason.contains("enterprises"), "{reason}");
    assert_eq!(contents.layers[&Layer::Roads].as_ref().unwrap().len(), 1);
    let refused = store.load_layer(Layer::Enterprises).await;
    assert!(matches!(&refused, Err(StoreError::Unreadable(why)) if why == reason), "{refused:?}");
    commit(&store, vec![plant("bad-row", "mended")]).await;
    let mended = features(&store, Layer::Enterprises).await;
    assert_eq!(tile_ids(&mended), [("good", 1), ("bad-row", 2)]);
}

async fn reopening_changes_nothing(place: Place) {
    let store = place.made().await;
    commit(&store, vec![plant("a", "A"), plant("b", "B"), Change::Put(Layer::Roads, feature("r", json!({"x": 1})))])
        .await;
    commit(&store, vec![gone("a")]).await;
    let before = store.load().await.unwrap();
    drop(store);
    let after = place.opened().await.load().await.unwrap();
    assert_eq!((before.revision, before.layers), (after.revision, after.layers));
}

async fn what_a_newer_program_wrote_is_refused(place: Place) {
    drop(place.made().await);
    place.make_newer().await;
    for create in [false, true] {
        match sisetu::store::open(&place.name, create).await.err() {
            Some(StoreError::Foreign(why)) => assert!(why.contains("newer version"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}
