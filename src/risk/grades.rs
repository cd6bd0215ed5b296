//! All grades of one edition, and the grades after a commit.

use std::collections::{BTreeMap, BTreeSet};

use super::area::{AreaGrade, Standing};
use super::areas::{Areas, Moved};
use super::assessment::Assessment;
use super::grade::Grade;
use super::hca::{Hca, Segment};
use super::ownership::{Ids, Ownership};
use super::shards::Shards;
use super::subject::Subject;
use crate::geom::Envelope;
use crate::index::{Freshness, LayerIndex, Snapshot};
use crate::model::{Change, Commit, Feature, Known, Layer, Revision, RiskLevel};

/// The layers whose features are graded.
pub const GRADED: [Layer; 4] = [Layer::ChemicalParks, Layer::Enterprises, Layer::Installations, Layer::Pipelines];

/// A commit of more changes than this is graded from scratch.
const MANY: usize = 20_000;

/// Every grade of one edition. Parts that a commit leaves alone are shared with the edition before.
#[derive(Clone, Debug)]
pub struct Grades {
    snapshot: Snapshot,
    levels: Levels,
    ownership: Ownership,
    areas: Areas,
    hca: Hca,
    freshness: BTreeMap<Layer, Freshness>,
    never: Freshness,
}

/// The level of every graded object; those without one are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Levels(BTreeMap<Layer, Shards<RiskLevel>>);

impl Levels {
    pub(super) fn of(&self, layer: Layer, id: &str) -> Option<RiskLevel> {
        self.0.get(&layer)?.get(id).copied()
    }

    fn set(&mut self, layer: Layer, id: &str, level: Option<RiskLevel>) {
        self.0.entry(layer).or_default().set(id, level);
    }
}

/// Grades objects of one edition.
pub(super) struct Grader<'a> {
    pub(super) snapshot: &'a Snapshot,
    ownership: &'a Ownership,
    hca: &'a Hca,
}

impl<'a> Grader<'a> {
    fn assess(&self, layer: Layer, feature: &'a Feature) -> Assessment<'a> {
        let ids = if layer == Layer::Enterprises { self.ownership.installations(feature) } else { BTreeSet::new() };
        let installations = ids.into_iter().filter_map(|id| self.snapshot.feature(Layer::Installations, id));
        let assessment = Assessment::of(layer, feature, installations.collect());
        if layer == Layer::Pipelines { assessment.among(self.hca.level(&feature.id)) } else { assessment }
    }

    /// An object as it bears on the units that it touches; `None` where it does not exist.
    pub(super) fn standing(&self, layer: Layer, id: &str) -> Option<Standing<'a>> {
        let feature = self.snapshot.feature(layer, id)?;
        let assessment = self.assess(layer, feature);
        Some(Standing { layer, feature, level: assessment.level(), why: assessment.why() })
    }

    /// The graded layers that could not be read.
    pub(super) fn lost(&self) -> Vec<Layer> {
        lost(self.snapshot, &GRADED)
    }
}

impl Grades {
    /// Grades everything.
    pub fn of(snapshot: &Snapshot) -> Self {
        let ownership = Ownership::of(snapshot);
        let hca = Hca::of(snapshot);
        let grader = Grader { snapshot, ownership: &ownership, hca: &hca };
        let mut levels = Levels::default();
        for layer in GRADED {
            for feature in snapshot.features(layer) {
                if let Some(level) = grader.assess(layer, feature).level() {
                    levels.set(layer, &feature.id, Some(level));
                }
            }
        }
        let areas = Areas::of(&grader, &levels);
        let fresh = || Freshness::since(snapshot.revision());
        let freshness = GRADED.into_iter().chain([Layer::AdminUnits]).map(|layer| (layer, fresh())).collect();
        let never = Freshness::since(Revision::default());
        Self { snapshot: snapshot.clone(), levels, ownership, areas, hca, freshness, never }
    }

    /// The grades of the edition that a commit made of this one. Only what depends on the commit is worked out again.
    #[must_use]
    pub fn after(&self, snapshot: &Snapshot, commit: &Commit) -> Self {
        let read: Vec<Layer> = GRADED.into_iter().chain([Layer::AdminUnits]).chain(Hca::reads()).collect();
        if commit.changes.len() > MANY || lost(snapshot, &read) != lost(&self.snapshot, &read) {
            return Self::of(snapshot);
        }
        let ids = ids_by_layer(commit);
        let none = BTreeSet::new();
        let changed = |layer: Layer| ids.get(&layer).unwrap_or(&none);
        let (ownership, owners) =
            self.ownership.after(&self.snapshot, snapshot, changed(Layer::Enterprises), changed(Layer::Installations));
        let (hca, surrounded) = self.hca.after(&self.snapshot, snapshot, &ids);
        let grader = Grader { snapshot, ownership: &ownership, hca: &hca };
        let moved = self.moved(&grader, &ids, &owners, &surrounded);
        let levels = self.levels_after(&moved);
        let areas = self.areas.after(&grader, &levels, changed(Layer::AdminUnits), &moved);
        let freshness = self.freshness_after(snapshot, &moved, &areas);
        let never = self.never.clone();
        Self { snapshot: snapshot.clone(), levels, ownership, areas, hca, freshness, never }
    }

    /// The same grades over an edition that holds the same in another arrangement.
    #[must_use]
    pub fn on(&self, snapshot: &Snapshot) -> Self {
        Self { snapshot: snapshot.clone(), ..self.clone() }
    }

    /// The level of a graded object or of an administrative unit.
    pub fn level(&self, layer: Layer, id: &str) -> Option<RiskLevel> {
        match layer {
            Layer::AdminUnits => self.area(id)?.risk_level,
            layer => self.levels.of(layer, id),
        }
    }

    /// Why something is as red as it is; `None` where there is no such thing or its layer is not graded. The snapshot is
    /// the one that was graded.
    pub fn explain(&self, snapshot: &Snapshot, subject: impl Into<Subject>, id: &str) -> Option<Grade> {
        let layer = match subject.into() {
            Subject::HcaSegments => return self.hca.explain_segment(snapshot, id),
            Subject::Register(Layer::AdminUnits) => return self.area(id).map(AreaGrade::explained),
            Subject::Register(layer) => layer,
        };
        let grader = self.grader(snapshot);
        let feature = snapshot.feature(layer, id).filter(|_| GRADED.contains(&layer))?;
        let mut grade = grader.assess(layer, feature).explained();
        if layer == Layer::Pipelines {
            self.hca.explain(id, &mut grade);
        }
        Some(grade)
    }

    /// The segments of a pipeline from end to end, by high-consequence grade and location class; none where it is not
    /// graded.
    pub fn hca_segments(&self, pipeline: &str) -> &[Segment] {
        self.hca.segments(pipeline)
    }

    /// The segments of all pipelines that have a grade, or may have one, as lines for a map.
    pub fn hca_lines(&self) -> &LayerIndex {
        self.hca.drawn()
    }

    /// Whether both say the same of the segments.
    #[cfg(test)]
    pub(super) fn same_hca_as(&self, other: &Self) -> bool {
        self.hca.same_as(&other.hca)
    }

    fn grader<'a>(&'a self, snapshot: &'a Snapshot) -> Grader<'a> {
        Grader { snapshot, ownership: &self.ownership, hca: &self.hca }
    }

    /// The units of a level (township, village, functional, district), in the order of their codes.
    pub fn areas(&self, level: &str) -> &[AreaGrade] {
        self.areas.level(level)
    }

    /// The unit of an id, whatever its level.
    pub fn area(&self, id: &str) -> Option<&AreaGrade> {
        self.areas.area(id)
    }

    /// Where the grades of a layer changed, and in which revision: of an object its level, of an administrative unit
    /// anything but counts and contributions. What the features themselves say is not counted here but in the layer.
    pub fn freshness(&self, layer: Layer) -> &Freshness {
        self.freshness.get(&layer).unwrap_or(&self.never)
    }

    /// Every object whose grade, or what an area says of it, may differ after the commit.
    fn moved<'a>(
        &'a self,
        now: &Grader<'a>,
        ids: &BTreeMap<Layer, Ids<'a>>,
        owners: &'a BTreeSet<String>,
        surrounded: &'a BTreeSet<String>,
    ) -> Vec<Moved<'a>> {
        let before = self.grader(&self.snapshot);
        let named =
            GRADED.into_iter().flat_map(|layer| ids.get(&layer).into_iter().flatten().map(move |id| (layer, *id)));
        let owning = owners.iter().map(|id| (Layer::Enterprises, id.as_str()));
        let pipes = surrounded.iter().map(|id| (Layer::Pipelines, id.as_str()));
        let all: BTreeSet<(Layer, &str)> = named.chain(owning).chain(pipes).collect();
        let both = |(layer, id)| Moved { old: before.standing(layer, id), new: now.standing(layer, id) };
        all.into_iter().map(both).collect()
    }

    fn levels_after(&self, moved: &[Moved<'_>]) -> Levels {
        let mut levels = self.levels.clone();
        for one in moved {
            if let Some(standing) = one.new.as_ref().or(one.old.as_ref()) {
                let level = one.new.as_ref().and_then(|new| new.level);
                levels.set(standing.layer, &standing.feature.id, level);
            }
        }
        levels
    }

    fn freshness_after(&self, now: &Snapshot, moved: &[Moved<'_>], areas: &Areas) -> BTreeMap<Layer, Freshness> {
        let mut boxes: BTreeMap<Layer, Vec<Envelope>> = BTreeMap::new();
        for one in moved {
            let level = |standing: &Option<Standing<'_>>| standing.as_ref().and_then(|standing| standing.level);
            if level(&one.old) != level(&one.new) {
                for standing in [&one.old, &one.new].into_iter().flatten() {
                    boxes.entry(standing.layer).or_default().push(*standing.feature.envelope());
                }
            }
        }
        let editions = [now, &self.snapshot].into_iter().filter(|_| !areas.shares_all(&self.areas));
        let units = editions.flat_map(|edition| edition.features(Layer::AdminUnits));
        let redrawn = units.filter_map(|unit| areas.redrawn(&self.areas, unit));
        boxes.entry(Layer::AdminUnits).or_default().extend(redrawn);
        let mut freshness = self.freshness.clone();
        for (layer, boxes) in boxes {
            if let Some(freshness) = freshness.get_mut(&layer) {
                freshness.mark(now.revision(), boxes);
            }
        }
        freshness
    }
}

fn lost(snapshot: &Snapshot, layers: &[Layer]) -> Vec<Layer> {
    layers.iter().copied().filter(|layer| snapshot.layer(*layer).is_err()).collect()
}

fn ids_by_layer(commit: &Commit) -> BTreeMap<Layer, Ids<'_>> {
    let mut ids: BTreeMap<Layer, Ids<'_>> = BTreeMap::new();
    for change in &commit.changes {
        let id = match change {
            Change::Put(_, feature) => &feature.id,
            Change::Delete(_, id) => id,
        };
        ids.entry(change.layer()).or_default().insert(id);
    }
    ids
}

#[cfg(test)]
mod tests;
