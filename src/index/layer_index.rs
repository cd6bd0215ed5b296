//! One layer of an edition: its features, by id and by place.

use std::collections::HashMap;
use std::sync::Arc;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::Freshness;
use super::freshness::corners;
use crate::geom::{Envelope, Metres};
use crate::model::{Change, Feature, Layer, Revision};

type Item = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// One layer, immutable and shared between editions until it changes.
#[derive(Clone, Debug)]
pub struct LayerIndex {
    revision: Revision,
    features: Vec<Arc<Feature>>,
    by_id: HashMap<String, u32>,
    tree: RTree<Item>,
    freshness: Freshness,
    envelope: Option<Envelope>,
    widest: Metres,
    coarsest: Metres,
}

impl LayerIndex {
    /// Indexes the features of a layer as they stood in a revision.
    pub fn new(revision: Revision, features: Vec<Arc<Feature>>) -> Self {
        Self::indexed(revision, features, Freshness::since(revision))
    }

    fn indexed(revision: Revision, mut features: Vec<Arc<Feature>>, freshness: Freshness) -> Self {
        features.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        let numbered = || (0u32..).zip(&features);
        let by_id = numbered().map(|(place, feature)| (feature.id.clone(), place)).collect();
        let item = |(place, feature): (u32, &Arc<Feature>)| {
            GeomWithData::new(Rectangle::from_aabb(corners(feature.envelope())), place)
        };
        let tree = RTree::bulk_load(numbered().map(item).collect());
        let envelope = features.iter().map(|feature| *feature.envelope()).reduce(Envelope::union);
        let widest = largest(&features, &["half_width_m", "extent_m"]);
        let coarsest = largest(&features, &["accuracy_m"]);
        Self { revision, features, by_id, tree, freshness, envelope, widest, coarsest }
    }

    /// The layer after a commit; changes of other layers are passed over.
    #[must_use]
    pub fn after(&self, layer: Layer, revision: Revision, changes: &[Change]) -> Self {
        let mut features: HashMap<&str, &Arc<Feature>> =
            self.features.iter().map(|feature| (&*feature.id, feature)).collect();
        let mut fresh: Vec<Arc<Feature>> = Vec::new();
        let mut touched = Vec::new();
        for change in changes.iter().filter(|change| change.layer() == layer) {
            let id = match change {
                Change::Put(_, feature) => {
                    touched.push(*feature.envelope());
                    fresh.push(Arc::new(feature.clone()));
                    &feature.id
                }
                Change::Delete(_, id) => id,
            };
            if let Some(old) = features.remove(id.as_str()) {
                touched.push(*old.envelope());
            }
        }
        let mut freshness = self.freshness.clone();
        freshness.mark(revision, touched);
        fresh.extend(features.into_values().cloned());
        Self::indexed(revision, fresh, freshness)
    }

    /// The revision that last changed this layer.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Where it has changed, and when.
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// Every feature, in the order of ids.
    pub fn features(&self) -> &[Arc<Feature>] {
        &self.features
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// The box around all features.
    pub fn envelope(&self) -> Option<Envelope> {
        self.envelope
    }

    /// The most that any feature says it reaches beyond its drawing: a half width of a centreline, a radius of a point.
    pub fn widest(&self) -> Metres {
        self.widest
    }

    /// The largest standard deviation that any feature states of its position.
    pub fn coarsest(&self) -> Metres {
        self.coarsest
    }

    /// The feature of an id.
    pub fn feature(&self, id: &str) -> Option<&Arc<Feature>> {
        self.by_id.get(id).map(|place| &self.features[*place as usize])
    }

    /// The features whose boxes touch a box, in the order of ids.
    pub fn touching(&self, envelope: &Envelope) -> Vec<&Arc<Feature>> {
        let window: AABB<[f64; 2]> = corners(envelope);
        let mut places: Vec<u32> = self.tree.locate_in_envelope_intersecting(window).map(|item| item.data).collect();
        places.sort_unstable();
        places.into_iter().map(|place| &self.features[place as usize]).collect()
    }
}

fn largest(features: &[Arc<Feature>], fields: &[&str]) -> Metres {
    let numbers =
        features.iter().flat_map(|feature| fields.iter().filter_map(|field| feature.properties.number(field)));
    Metres(numbers.fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::Properties;

    fn scatter(count: u64) -> Vec<Arc<Feature>> {
        let mut state = 7u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut feature = |n: u64| {
            let place = Point::new(115.0 + random(), 29.0 + random());
            Arc::new(Feature::new(format!("f{n}"), place.into(), Properties::new()).unwrap())
        };
        (0..count).map(&mut feature).collect()
    }

    #[test]
    fn a_window_finds_what_a_scan_finds() {
        let index = LayerIndex::new(Revision(1), scatter(2000));
        for n in 0..50 {
            let west = 115.0 + f64::from(n) / 60.0;
            let window = Envelope { west, south: 29.3, east: west + 0.1, north: 29.5 };
            let scan: Vec<&str> =
                index.features().iter().filter(|f| window.intersects(f.envelope())).map(|f| &*f.id).collect();
            let found: Vec<&str> = index.touching(&window).into_iter().map(|f| &*f.id).collect();
            assert_eq!(found, scan);
        }
    }

    #[test]
    fn a_commit_replaces_adds_and_removes() {
        let index = LayerIndex::new(Revision(1), scatter(10));
        let moved = Feature::new("f3", Point::new(118.0, 25.0).into(), Properties::new()).unwrap();
        let added = Feature::new("new", Point::new(118.0, 25.0).into(), Properties::new()).unwrap();
        let layer = Layer::Enterprises;
        let changes = [Change::Put(layer, moved), Change::Put(layer, added), Change::Delete(layer, "f4".into())];
        let next = index.after(layer, Revision(2), &changes);
        assert_eq!((next.len(), next.revision()), (10, Revision(2)));
        assert!(next.feature("f4").is_none() && next.feature("new").is_some());
        let there = Envelope { west: 117.9, south: 24.9, east: 118.1, north: 25.1 };
        assert_eq!(next.touching(&there).len(), 2);
        assert_eq!(next.freshness().of(&there), Revision(2));
        assert_eq!(next.freshness().of(index.feature("f4").unwrap().envelope()), Revision(2));
        let elsewhere = Envelope { west: 100.0, south: 24.9, east: 101.0, north: 25.1 };
        assert_eq!(next.freshness().of(&elsewhere), Revision(1));
    }
}
