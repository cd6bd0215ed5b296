//! One layer of an edition: its features, by id and by place.

use std::sync::Arc;

use super::Freshness;
use super::features::Features;
use crate::geom::{Envelope, Metres};
use crate::model::{Change, Feature, Layer, Revision};

/// The search for what is nearest widens in these steps; most of what is looked for is found in the first two.
const RINGS_M: [f64; 3] = [300.0, 1_000.0, 3_000.0];

/// One layer, immutable and shared between editions until it changes; what a change leaves alone is shared after it too.
#[derive(Clone, Debug)]
pub struct LayerIndex {
    revision: Revision,
    features: Features,
    freshness: Freshness,
}

impl LayerIndex {
    /// Indexes the features of a layer as they stood in a revision.
    pub fn new(revision: Revision, features: Vec<Arc<Feature>>) -> Self {
        Self { revision, features: Features::of(features), freshness: Freshness::since(revision) }
    }

    /// The layer after a commit; changes of other layers are passed over. A few changes cost what they change, many as much
    /// as indexing the layer anew.
    #[must_use]
    pub fn after(&self, layer: Layer, revision: Revision, changes: &[Change]) -> Self {
        let own = || changes.iter().filter(|change| change.layer() == layer);
        let boxes = own().flat_map(|change| match change {
            Change::Put(_, feature) => {
                [self.feature(&feature.id).map(|old| *old.envelope()), Some(*feature.envelope())]
            }
            Change::Delete(_, id) => [self.feature(id).map(|old| *old.envelope()), None],
        });
        let mut freshness = self.freshness.clone();
        freshness.mark(revision, boxes.flatten());
        let features = self.features.with(own().map(|change| match change {
            Change::Put(_, feature) => (feature.id.as_str(), Some(Arc::new(feature.clone()))),
            Change::Delete(_, id) => (id.as_str(), None),
        }));
        Self { revision, features, freshness }
    }

    /// Whether so many single changes have piled up that [`Self::folded`] is worth its while.
    pub fn is_grown(&self) -> bool {
        self.features.is_grown()
    }

    /// The same layer with its changes folded in, which takes as long as indexing it anew.
    #[must_use]
    pub fn folded(&self) -> Self {
        Self { features: self.features.folded(), ..self.clone() }
    }

    /// The same layer on what folding an `earlier` edition of it has made; `None` where a large commit has folded it
    /// meanwhile.
    pub fn carried_over(&self, earlier: &Self, folded: &Self) -> Option<Self> {
        let features = self.features.carried_over(&earlier.features, &folded.features)?;
        Some(Self { features, ..self.clone() })
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
    pub fn features(&self) -> impl Iterator<Item = &Arc<Feature>> {
        self.features.after(None)
    }

    /// The features whose ids come after one, in the order of ids.
    pub fn features_after<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Arc<Feature>> + use<'a> {
        self.features.after(Some(id))
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The box around all features.
    pub fn envelope(&self) -> Option<Envelope> {
        let [west, south, east, north] = [0, 1, 2, 3].map(|side| self.features.largest(side));
        Some(Envelope { west: -west?, south: -south?, east: east?, north: north? })
    }

    /// The most that any feature says it reaches beyond its drawing: a half width of a centreline, a radius of a point.
    pub fn widest(&self) -> Metres {
        Metres(self.features.largest(4).unwrap_or(0.0).max(0.0))
    }

    /// The largest standard deviation that any feature states of its position.
    pub fn coarsest(&self) -> Metres {
        Metres(self.features.largest(5).unwrap_or(0.0).max(0.0))
    }

    /// The feature of an id.
    pub fn feature(&self, id: &str) -> Option<&Arc<Feature>> {
        self.features.get(id)
    }

    /// The features whose boxes touch a box, in the order of ids.
    pub fn touching(&self, envelope: &Envelope) -> Vec<&Arc<Feature>> {
        self.features.touching(envelope)
    }

    /// The features of the kinds asked for whose boxes lie within a ground distance of a box, and perhaps some a little
    /// farther away; each with a distance that it is at least away. In no order.
    pub fn near(
        &self,
        envelope: &Envelope,
        within: Metres,
        asked: impl Fn(Option<&str>) -> bool,
    ) -> Vec<(Metres, &Arc<Feature>)> {
        let mut near = Vec::new();
        self.features.visit(&envelope.expanded(within), &asked, |found, feature| {
            let least = envelope.least_distance(&found.envelope);
            if least <= within && (found.kind_is_known || asked(feature.kind())) {
                near.push((least, feature));
            }
        });
        near
    }

    /// The nearest feature of the kinds asked for by a measure of the caller's, and what the measure told of it. The
    /// measure is given a limit, beyond which it may answer `None`, and answers with no less than the distance between
    /// the boxes less `slack`. Of equally near ones the first by id counts.
    pub fn nearest<'a, T>(
        &'a self,
        envelope: &Envelope,
        within: Metres,
        slack: Metres,
        asked: impl Fn(Option<&str>) -> bool,
        mut measure: impl FnMut(&'a Arc<Feature>, Metres) -> Option<(Metres, T)>,
    ) -> Option<(Metres, T)> {
        let rings = RINGS_M.into_iter().map(Metres).filter(|ring| *ring < within).chain([within]);
        for ring in rings {
            let mut near = self.near(envelope, ring + slack, &asked);
            // What looks nearest is measured first and spares most of the others the trouble.
            if let Some(first) = (0..near.len()).min_by(|one, other| near[*one].0.0.total_cmp(&near[*other].0.0)) {
                near.swap(0, first);
            }
            let mut best: Option<(Metres, T, &str)> = None;
            for (least, feature) in near {
                let limit = best.as_ref().map_or(ring, |best| best.0);
                if least > limit + slack {
                    continue;
                }
                let Some((distance, told)) = measure(feature, limit).filter(|(distance, _)| *distance <= limit) else {
                    continue;
                };
                if best.as_ref().is_none_or(|best| (distance, &*feature.id) < (best.0, best.2)) {
                    best = Some((distance, told, &feature.id));
                }
            }
            if let Some((distance, told, _)) = best {
                return Some((distance, told));
            }
        }
        None
    }

    /// The features that bear a word in a field, in the order of ids.
    pub fn bearing<'a: 'w, 'w>(
        &'a self,
        field: &'w str,
        word: &'w str,
    ) -> impl Iterator<Item = &'a Arc<Feature>> + use<'a, 'w> {
        self.features.bearing(field, word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{Point, Site};
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
                index.features().filter(|f| window.intersects(f.envelope())).map(|f| &*f.id).collect();
            let found: Vec<&str> = index.touching(&window).into_iter().map(|f| &*f.id).collect();
            assert_eq!(found, scan);
        }
    }

    #[test]
    fn what_is_near_is_what_a_scan_finds_of_the_kinds_asked_for() {
        let mut features = scatter(3000);
        for (n, feature) in features.iter_mut().enumerate() {
            // More kinds than have trees of their own, some features with none.
            if n % 40 > 0 {
                Arc::make_mut(feature).properties.set("kind", format!("k{}", n % 40));
            }
        }
        let index = LayerIndex::new(Revision(1), features);
        let from = Envelope { west: 115.5, south: 29.5, east: 115.52, north: 29.51 };
        for (kinds, within) in [(vec!["k1"], 30_000.0), (vec!["k2", "k39", "kx"], 30_000.0), (vec![], 4_000.0)] {
            let asked = |kind: Option<&str>| kinds.is_empty() || kind.is_some_and(|kind| kinds.contains(&kind));
            let near = |feature: &&Arc<Feature>| from.least_distance(feature.envelope()) <= Metres(within);
            let scan = index.features().filter(|feature| asked(feature.kind())).filter(near);
            let mut found: Vec<&str> =
                index.near(&from, Metres(within), asked).into_iter().map(|(_, feature)| &*feature.id).collect();
            found.sort_unstable();
            assert!(!found.is_empty());
            assert_eq!(found, scan.map(|feature| &*feature.id).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_nearest_is_what_a_scan_finds() {
        let index = LayerIndex::new(Revision(1), scatter(3000));
        for n in 0..100 {
            let from = Envelope::of(&Point::new(114.9 + f64::from(n) * 0.012, 29.6).into()).unwrap();
            let site = Site::new(Point::from(from.centre()).into()).unwrap();
            let way = |feature: &Arc<Feature>| site.nearest(&feature.geometry).unwrap().distance;
            let measured = |feature, _| Some((way(feature), &*feature.id));
            let found = index.nearest(&from, Metres(5_000.0), Metres::ZERO, |_| true, measured);
            let scan = index.features().map(|feature| (way(feature), &*feature.id));
            let scan = scan.min_by(|one, other| one.0.0.total_cmp(&other.0.0)).filter(|best| best.0.0 <= 5_000.0);
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
