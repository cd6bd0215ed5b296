//! How far the harm of an object reaches: the contours that buffer zones draw around it.
//!
//! A zone names its object by id, by code (`uscc`) or by a unique name, in whichever of the graded layers it is found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::grades::GRADED;
use super::ownership::Ids;
use super::shards::Shards;
use crate::geom::Envelope;
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer};

/// The kinds of zones that say where an object does harm.
const KINDS: [&str; 3] = ["safety_distance", "hygiene_distance", "individual_risk_contour"];

/// An object of a graded layer.
pub(super) type Key = (Layer, Box<str>);

/// Which zones are the effect of which objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Effects {
    objects: Shards<Arc<[Key]>>,
    zones: BTreeMap<Layer, Shards<BTreeSet<Box<str>>>>,
}

impl Effects {
    /// Reads every zone of an edition.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut effects = Self::default();
        for zone in snapshot.features(Layer::BufferZones) {
            effects.enter(&zone.id, meant(snapshot, zone));
        }
        effects
    }

    /// The effects after a commit, and every object of which a zone was added, moved, changed or taken away.
    pub(super) fn after(
        &self,
        before: &Snapshot,
        now: &Snapshot,
        ids: &BTreeMap<Layer, Ids<'_>>,
    ) -> (Self, BTreeSet<Key>) {
        let mut next = self.clone();
        let mut concerned: BTreeSet<Key> = BTreeSet::new();
        let changed: BTreeSet<&str> = ids.get(&Layer::BufferZones).into_iter().flatten().copied().collect();
        for id in changed.iter().copied().chain(renamed(before, now, ids)) {
            let objects = now.feature(Layer::BufferZones, id).map_or_else(Vec::new, |zone| meant(now, zone));
            if changed.contains(id) || self.objects(id) != objects {
                concerned.extend(self.objects(id).iter().cloned());
                concerned.extend(objects.iter().cloned());
                next.leave(id);
                next.enter(id, objects);
            }
        }
        (next, concerned)
    }

    /// The objects that a zone belongs to; none where it says nothing about harm.
    pub(super) fn objects(&self, zone: &str) -> &[Key] {
        self.objects.get(zone).map_or(&[], |objects| objects)
    }

    /// The zones of an object, in the order of their ids.
    pub(super) fn zones<'a>(&self, snapshot: &'a Snapshot, layer: Layer, id: &str) -> Vec<&'a Feature> {
        let ids = self.zones.get(&layer).and_then(|zones| zones.get(id));
        ids.into_iter().flatten().filter_map(|id| snapshot.feature(Layer::BufferZones, id)).collect()
    }

    /// Whether an object has a zone at all.
    pub(super) fn has(&self, layer: Layer, id: &str) -> bool {
        self.zones.get(&layer).is_some_and(|zones| zones.get(id).is_some())
    }

    /// Every object that has a zone.
    pub(super) fn with_zones(&self) -> impl Iterator<Item = (Layer, &str)> {
        self.zones.iter().flat_map(|(layer, zones)| zones.iter().map(|(id, _)| (*layer, id)))
    }

    /// The zones that may touch a box, with the objects of each.
    pub(super) fn near<'a>(
        &'a self,
        snapshot: &'a Snapshot,
        envelope: &Envelope,
    ) -> impl Iterator<Item = (&'a Feature, &'a [Key])> + use<'a> {
        let near = snapshot.layer(Layer::BufferZones).map_or_else(|_| vec![], |zones| zones.touching(envelope));
        let owned = near.into_iter().map(|zone| (&**zone, self.objects(&zone.id)));
        owned.filter(|(_, objects)| !objects.is_empty())
    }

    fn enter(&mut self, zone: &str, objects: Vec<Key>) {
        if objects.is_empty() {
            return;
        }
        for (layer, id) in &objects {
            self.zones.entry(*layer).or_default().alter(id, |zones| {
                zones.insert(zone.into());
            });
        }
        self.objects.set(zone, Some(objects.into()));
    }

    fn leave(&mut self, zone: &str) {
        let Some(objects) = self.objects.get(zone).cloned() else { return };
        for (layer, id) in objects.iter() {
            let zones = self.zones.entry(*layer).or_default();
            zones.alter(id, |zones| {
                zones.remove(zone);
            });
            if zones.get(id).is_some_and(BTreeSet::is_empty) {
                zones.set(id, None);
            }
            if zones.iter().next().is_none() {
                self.zones.remove(layer);
            }
        }
        self.objects.set(zone, None);
    }
}

/// The objects that a zone names, where it says something about harm.
fn meant(snapshot: &Snapshot, zone: &Feature) -> Vec<Key> {
    if !zone.kind().is_some_and(|kind| KINDS.contains(&kind)) {
        return vec![];
    }
    let Some(word) = zone.properties.text("of") else { return vec![] };
    let found =
        GRADED.into_iter().filter_map(|layer| Some((layer, snapshot.referred(layer, word)?.id.as_str().into())));
    found.collect()
}

/// The zones whose word may mean another object since these objects came, went or changed their words.
fn renamed<'a>(before: &Snapshot, now: &'a Snapshot, ids: &BTreeMap<Layer, Ids<'_>>) -> BTreeSet<&'a str> {
    let Ok(zones) = now.layer(Layer::BufferZones) else { return BTreeSet::new() };
    let mut renamed = BTreeSet::new();
    for (layer, id) in
        GRADED.into_iter().flat_map(|layer| ids.get(&layer).into_iter().flatten().map(move |id| (layer, id)))
    {
        let [old, new] = [before, now].map(|edition| edition.feature(layer, id).map(words));
        if old != new {
            let all: BTreeSet<&str> = old.into_iter().chain(new).flatten().flatten().collect();
            renamed.extend(all.into_iter().flat_map(|word| zones.bearing("of", word)).map(|zone| zone.id.as_str()));
        }
    }
    renamed
}

/// The words by which a zone may name an object.
fn words(feature: &Feature) -> [Option<&str>; 3] {
    [Some(&feature.id), feature.properties.text("uscc"), feature.properties.text("name")]
}
