//! Sentences that hold for whatever is thrown at them.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use sisetu::geom::distance::nearest;
use sisetu::geom::{Envelope, Geometry, LineString, Point, Polygon};
use sisetu::index::LayerIndex;
use sisetu::model::{Change, Feature, Layer, Properties, Revision};

const LAYER: Layer = Layer::Enterprises;

/// A quadrangle or a point near the middle of the sample district.
fn shape() -> impl Strategy<Value = Geometry> {
    let corner = (115.6..116.2, 29.4..29.9, 0.0..0.02, prop::bool::ANY);
    corner.prop_map(|(lon, lat, size, area): (f64, f64, f64, bool)| {
        if !area {
            return Point::new(lon, lat).into();
        }
        let ring = vec![[lon, lat], [lon + size, lat], [lon + size, lat + size / 2.0], [lon, lat + size], [lon, lat]];
        Polygon::new(LineString::from(ring), vec![]).into()
    })
}

/// A commit: features put under a few ids, and ids deleted.
fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (0..40u32, prop::option::weighted(0.8, shape())).prop_map(|(id, shape)| {
        let id = format!("f{id}");
        match shape {
            Some(shape) => Change::Put(LAYER, Feature::new(id, shape, Properties::new()).unwrap()),
            None => Change::Delete(LAYER, id),
        }
    });
    vec(change, 0..12).prop_map(|changes| {
        let by_id: BTreeMap<String, Change> =
            changes.into_iter().map(|change| (id_of(&change).to_owned(), change)).collect();
        by_id.into_values().collect()
    })
}

fn id_of(change: &Change) -> &str {
    match change {
        Change::Put(_, feature) => &feature.id,
        Change::Delete(_, id) => id,
    }
}

fn window() -> impl Strategy<Value = Envelope> {
    (115.6..116.2, 29.4..29.9, 0.0..0.3, 0.0..0.3).prop_map(|(west, south, width, height)| Envelope {
        west,
        south,
        east: west + width,
        north: south + height,
    })
}

/// What the index should hold: features by id, and every box that a revision touched.
#[derive(Default)]
struct Ledger {
    features: BTreeMap<String, Feature>,
    touched: Vec<(Revision, Envelope)>,
}

impl Ledger {
    fn take(&mut self, revision: Revision, changes: &[Change]) {
        for change in changes {
            let gone = self.features.remove(id_of(change));
            self.touched.extend(gone.map(|feature| (revision, *feature.envelope())));
            if let Change::Put(_, feature) = change {
                self.touched.push((revision, *feature.envelope()));
                self.features.insert(feature.id.clone(), feature.clone());
            }
        }
    }

    fn ids_in(&self, window: &Envelope) -> Vec<&str> {
        let found = self.features.values().filter(|feature| window.intersects(feature.envelope()));
        found.map(|feature| feature.id.as_str()).collect()
    }

    fn last_change_in(&self, window: &Envelope) -> Revision {
        let touching = self.touched.iter().filter(|(_, envelope)| window.intersects(envelope));
        touching.map(|(revision, _)| *revision).max().unwrap_or_default()
    }
}

proptest! {
    #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

    /// Through any run of commits, a window finds what a scan finds and knows when it last changed.
    #[test]
    fn the_index_is_a_scan(commits in vec(changes(), 1..8), windows in vec(window(), 1..8)) {
        let mut index = LayerIndex::new(Revision(0), vec![]);
        let mut ledger = Ledger::default();
        for (number, changes) in commits.iter().enumerate() {
            let revision = Revision(number as u64 + 1);
            index = index.after(LAYER, revision, changes);
            ledger.take(revision, changes);
            for window in &windows {
                let found: Vec<&str> = index.touching(window).into_iter().map(|feature| &*feature.id).collect();
                prop_assert_eq!(found, ledger.ids_in(window));
                prop_assert_eq!(index.freshness().of(window), ledger.last_change_in(window));
            }
        }
        prop_assert_eq!(index.len(), ledger.features.len());
    }

    /// It is as far there as back, and no farther than between any two vertices.
    #[test]
    fn distance_is_the_same_both_ways(one in shape(), other in shape()) {
        let there = nearest(&one, &other).unwrap();
        let back = nearest(&other, &one).unwrap();
        // Both ways choose their own plane: the contract's centimetre, twice.
        prop_assert!((there.distance.0 - back.distance.0).abs() < 0.02 + there.distance.0 * 1e-6);
        let vertices = nearest(&first_vertex(&one), &first_vertex(&other)).unwrap();
        prop_assert!(there.distance.0 <= vertices.distance.0 + 0.02 + vertices.distance.0 * 1e-6);
    }
}

fn first_vertex(shape: &Geometry) -> Geometry {
    match shape {
        Geometry::Polygon(polygon) => Point::from(polygon.exterior().0[0]).into(),
        other => other.clone(),
    }
}
