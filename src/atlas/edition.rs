//! One edition: the layers and what is derived from them, made together and never changed.

use std::sync::Arc;

use jiff::Timestamp;

use crate::index::{LayerIndex, Snapshot, Unavailable};
use crate::model::{Change, Commit, Feature, Layer, Revision};
use crate::risk::{Grades, Published, Scheme};
use crate::store::Contents;

/// Everything a reader sees, of one revision.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The layers.
    pub snapshot: Snapshot,
    /// How red everything in them is.
    pub grades: Grades,
    /// When the edition was made.
    pub made_at: Timestamp,
}

impl Edition {
    /// The edition's number.
    pub fn revision(&self) -> Revision {
        self.snapshot.revision()
    }

    /// The first edition after a start, from everything a store holds.
    pub(super) fn first(contents: Contents, scheme: &Arc<Scheme>, published: &Arc<Published>) -> Self {
        let revision = contents.revision;
        let layers = contents.layers.into_iter().map(|(layer, read)| (layer, indexed(revision, read)));
        let snapshot = Snapshot::new(revision, layers);
        let grades = Grades::holding(scheme, published, &snapshot);
        Self { snapshot, grades, made_at: Timestamp::now() }
    }

    /// The same layers, with the reds of another published edition held.
    pub(super) fn holding(&self, published: &Arc<Published>) -> Self {
        let snapshot = self.snapshot.clone();
        let grades = Grades::holding(self.grades.scheme(), published, &snapshot);
        Self { snapshot, grades, made_at: Timestamp::now() }
    }

    /// The edition that a commit makes of this one.
    pub(super) fn after(&self, commit: &Commit) -> Self {
        Self::graded(self.snapshot.after(commit), commit, &self.grades)
    }

    /// The edition that brings layers read again up to date. What did not change in them keeps its place, so that only the
    /// boxes that others' commits touched count as renewed.
    pub(super) fn caught_up(&self, newer: Contents) -> Self {
        let mut snapshot = self.snapshot.clone();
        let mut changes = Vec::new();
        for (layer, read) in newer.layers {
            match (self.snapshot.layer(layer), read) {
                (Ok(index), Ok(features)) => changes.extend(differences(layer, index, features)),
                (_, lost_or_found) => snapshot = snapshot.with(layer, indexed(newer.revision, lost_or_found)),
            }
        }
        let commit = Commit { revision: newer.revision, changes };
        Self::graded(snapshot.after(&commit), &commit, &self.grades)
    }

    /// The same edition on what folding an earlier one has made.
    pub(super) fn carried_over(&self, earlier: &Snapshot, folded: &Snapshot) -> Self {
        let snapshot = self.snapshot.carried_over(earlier, folded);
        let grades = self.grades.on(&snapshot);
        Self { snapshot, grades, made_at: self.made_at }
    }

    fn graded(snapshot: Snapshot, commit: &Commit, before: &Grades) -> Self {
        let grades = before.after(&snapshot, commit);
        Self { snapshot, grades, made_at: Timestamp::now() }
    }
}

fn indexed(revision: Revision, read: Result<Vec<Feature>, String>) -> Result<LayerIndex, Unavailable> {
    let shared = |features: Vec<Feature>| features.into_iter().map(Arc::new).collect();
    read.map(|features| LayerIndex::new(revision, shared(features))).map_err(Unavailable)
}

/// The changes that make one version of a layer into another.
fn differences(layer: Layer, old: &LayerIndex, features: Vec<Feature>) -> Vec<Change> {
    let kept: std::collections::HashSet<&str> = features.iter().map(|feature| feature.id.as_str()).collect();
    let gone = old.features().filter(|feature| !kept.contains(feature.id.as_str()));
    let mut changes: Vec<Change> = gone.map(|feature| Change::Delete(layer, feature.id.clone())).collect();
    let fresh = features.into_iter().filter(|feature| old.feature(&feature.id).is_none_or(|old| !same(old, feature)));
    changes.extend(fresh.map(|feature| Change::Put(layer, feature)));
    changes
}

/// Whether both are the same version. The content is held against each other too: a store that was mended by hand may
/// hold something else under an old revision.
fn same(one: &Feature, other: &Feature) -> bool {
    one.revision == other.revision && one.tile_id == other.tile_id && one.same_content(other)
}
