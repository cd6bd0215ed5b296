//! All grades of one edition, and the grades after a commit.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, OnceLock};

use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

use super::area::{AreaGrade, Standing};
use super::areas::{Areas, Moved};
use super::assessment::{Assessment, Circumstances};
use super::cells::Cells;
use super::dangers::Dangers;
use super::dependents;
use super::effects::{Effects, Key};
use super::grade::Grade;
use super::hazard_source::Source;
use super::hca::{Hca, Segment};
use super::head_pond::Pond;
use super::ownership::{Ids, Ownership};
use super::published::{Hold, Published};
use super::residents::{self, Around};
use super::roll::Roll;
use super::scheme::Scheme;
use super::shards::Shards;
use crate::geom::Envelope;
use crate::index::{Freshness, LayerIndex, Snapshot};
use crate::model::{Change, Commit, Feature, Known, Layer, Revision, RiskLevel};

/// The layers whose features are graded.
pub const GRADED: [Layer; 7] = [
    Layer::ChemicalParks,
    Layer::Enterprises,
    Layer::HazardousGoods,
    Layer::HiddenDangers,
    Layer::Installations,
    Layer::Lifelines,
    Layer::Pipelines,
];

/// The layers that grades are read from besides.
pub const READ: [Layer; 5] =
    [Layer::AdminUnits, Layer::BufferZones, Layer::Coverage, Layer::ProtectionTargets, Layer::ResidentialZones];

/// A commit of more changes than this is graded from scratch.
const MANY: usize = 20_000;

/// The areas that are watched like objects.
const WATCHED_AREAS: &str = "township";

static NO_LEVELS: LazyLock<Shards<RiskLevel>> = LazyLock::new(Shards::default);

/// Every grade of one edition. Parts that a commit leaves alone are shared with the edition before.
#[derive(Clone, Debug)]
pub struct Grades {
    scheme: Arc<Scheme>,
    day: Date,
    pub(super) snapshot: Snapshot,
    published: Arc<Published>,
    pub(super) levels: Levels,
    ownership: Ownership,
    effects: Effects,
    pub(super) hca: Hca,
    pub(super) areas: Areas,
    pub(super) cells: Cells,
    freshness: BTreeMap<Layer, Freshness>,
    cells_freshness: Freshness,
    never: Freshness,
    /// Made when somebody asks for it.
    roll: Arc<OnceLock<Roll>>,
}

/// The level of every graded object; those without one are left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels(BTreeMap<Layer, Shards<RiskLevel>>);

impl Levels {
    pub(super) fn of(&self, layer: Layer, id: &str) -> Option<RiskLevel> {
        self.0.get(&layer)?.get(id).copied()
    }

    /// Every object that has a level, with it.
    #[cfg(test)]
    fn all(&self) -> BTreeMap<(Layer, &str), RiskLevel> {
        self.0.iter().flat_map(|(layer, levels)| levels.iter().map(|(id, level)| ((*layer, id), *level))).collect()
    }

    fn set(&mut self, layer: Layer, id: &str, level: Option<RiskLevel>) {
        self.0.entry(layer).or_default().set(id, level);
    }
}

/// Grades objects of one edition.
pub(super) struct Grader<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) ownership: &'a Ownership,
    pub(super) effects: &'a Effects,
    published: &'a Published,
    pub(super) scheme: &'a Scheme,
    pub(super) day: Date,
    hca: &'a Hca,
    /// Who lives around a boundary, by the boundary's address: installations of one plant share it.
    around: RefCell<HashMap<usize, Rc<Around<'a>>>>,
}

impl<'a> Grader<'a> {
    fn of(
        scheme: &'a Scheme,
        published: &'a Published,
        day: Date,
        snapshot: &'a Snapshot,
        ownership: &'a Ownership,
        effects: &'a Effects,
        hca: &'a Hca,
    ) -> Self {
        Self { snapshot, ownership, effects, published, scheme, day, hca, around: RefCell::default() }
    }

    fn assess(&self, layer: Layer, feature: &'a Feature) -> Assessment<'a> {
        let ids = if layer == Layer::Enterprises { self.ownership.installations(feature) } else { BTreeSet::new() };
        let installations = ids.into_iter().filter_map(|id| self.snapshot.feature(Layer::Installations, id));
        let circumstances = Circumstances {
            installations: installations.map(|one| self.assess(Layer::Installations, one)).collect(),
            source: if layer == Layer::Installations { self.source(feature) } else { None },
            dangers: self.dangers(layer, feature),
            pond: Pond::of(self.snapshot, layer, feature),
            surroundings: if layer == Layer::Pipelines { self.hca.level(&feature.id) } else { None },
        };
        Assessment::of(self.scheme, layer, feature, circumstances)
    }

    /// A hidden danger is judged by itself.
    fn dangers(&self, layer: Layer, feature: &Feature) -> Dangers<'a> {
        if layer == Layer::HiddenDangers { Dangers::default() } else { Dangers::of(self.snapshot, layer, feature) }
    }

    fn source(&self, installation: &'a Feature) -> Option<Source<'a>> {
        let enterprise = || self.snapshot.feature(Layer::Enterprises, self.ownership.owner(installation)?);
        Source::of(installation, || match enterprise() {
            Some(enterprise) => self.around(Layer::Enterprises, enterprise),
            None => self.around(Layer::Installations, installation),
        })
    }

    fn around(&self, layer: Layer, boundary: &'a Feature) -> Rc<Around<'a>> {
        let key = std::ptr::from_ref(boundary).addr();
        let counted = || Rc::new(Around::of(self.snapshot, self.day, layer, boundary));
        Rc::clone(self.around.borrow_mut().entry(key).or_insert_with(counted))
    }

    /// The installations of a plant, or the plant of an installation.
    pub(super) fn kin(&self, layer: Layer, object: &Feature) -> Vec<(Layer, &'a Feature)> {
        let of = |layer, id: &str| self.snapshot.feature(layer, id).map(|one| (layer, one));
        match layer {
            Layer::Enterprises => {
                let ids = self.ownership.installations(object).into_iter();
                ids.filter_map(|id| of(Layer::Installations, id)).collect()
            }
            Layer::Installations => {
                self.ownership.owner(object).and_then(|id| of(Layer::Enterprises, id)).into_iter().collect()
            }
            _ => vec![],
        }
    }

    /// An object as it bears on the units that it touches; `None` where it does not exist.
    pub(super) fn standing(&self, layer: Layer, id: &str) -> Option<Standing<'a>> {
        let feature = self.snapshot.feature(layer, id)?;
        let assessment = self.assess(layer, feature);
        let zones = self.effects.zones(self.snapshot, layer, id);
        let (level, why, direct) = match self.hold(layer, feature, assessment.level()) {
            Some(hold) => (Some(RiskLevel::Major), hold.sentence(&assessment.told()), true),
            None => (assessment.level(), assessment.why(), assessment.is_direct_red()),
        };
        Some(Standing { layer, feature, level, why, direct, zones })
    }

    fn level(&self, layer: Layer, feature: &'a Feature) -> Option<RiskLevel> {
        let level = self.assess(layer, feature).level();
        self.hold(layer, feature, level).map_or(level, |_| Some(RiskLevel::Major))
    }

    /// That an object stays red although it is milder by what is known now.
    fn hold(&self, layer: Layer, feature: &Feature, level: Option<RiskLevel>) -> Option<Hold> {
        if level == Some(RiskLevel::Major) { None } else { self.published.hold(layer, feature) }
    }

    /// Draws an area's level and reason from what touches it, and holds it where it was red.
    pub(super) fn conclude(&self, area: &mut AreaGrade, unit: &Feature) {
        area.conclude(&self.lost());
        self.keep_red(area, unit);
    }

    /// Holds an area that was red and is milder by what is known now.
    pub(super) fn keep_red(&self, area: &mut AreaGrade, unit: &Feature) {
        if area.risk_level != Some(RiskLevel::Major)
            && let Some(hold) = self.published.hold_area(unit, self.snapshot)
        {
            area.hold(hold);
        }
    }

    /// The areas that were red because of an object.
    pub(super) fn made_red(&self, layer: Layer, id: &str) -> &'a [String] {
        self.published.areas_made_red(layer, id)
    }

    /// The layers that grades rest on and that could not be read.
    pub(super) fn lost(&self) -> Vec<Layer> {
        lost(self.snapshot, &[&GRADED[..], &[Layer::BufferZones]].concat())
    }
}

impl Grades {
    /// Grades everything by the shipped scheme, as of today, for a district that has published nothing.
    pub fn of(snapshot: &Snapshot) -> Self {
        Self::by(Scheme::shipped(), snapshot)
    }

    /// Grades everything by a scheme, as of today, for a district that has published nothing.
    pub fn by(scheme: &Arc<Scheme>, snapshot: &Snapshot) -> Self {
        Self::holding(scheme, &Arc::default(), snapshot)
    }

    /// Grades everything by a scheme, as of today; reds of the newest published edition stay red until they are closed.
    pub fn holding(scheme: &Arc<Scheme>, published: &Arc<Published>, snapshot: &Snapshot) -> Self {
        Self::made(scheme, published, today(), snapshot)
    }

    /// Grades everything by a scheme, with what is stated of the registers' coverage as it holds on a day.
    pub fn as_of(scheme: &Arc<Scheme>, day: Date, snapshot: &Snapshot) -> Self {
        Self::made(scheme, &Arc::default(), day, snapshot)
    }

    fn made(scheme: &Arc<Scheme>, published: &Arc<Published>, day: Date, snapshot: &Snapshot) -> Self {
        let (ownership, effects) = (Ownership::of(snapshot), Effects::of(snapshot));
        let hca = Hca::of(scheme, snapshot);
        let grader = Grader::of(scheme, published, day, snapshot, &ownership, &effects, &hca);
        let mut levels = Levels::default();
        for layer in GRADED {
            for feature in snapshot.features(layer) {
                if let Some(level) = grader.level(layer, feature) {
                    levels.set(layer, &feature.id, Some(level));
                }
            }
        }
        let areas = Areas::of(&grader, &levels);
        let cells = Cells::of(&grader, &levels, scheme.areas().side_m());
        let fresh = || Freshness::since(snapshot.revision());
        let freshness = GRADED.into_iter().chain([Layer::AdminUnits]).map(|layer| (layer, fresh())).collect();
        let (cells_freshness, never) = (fresh(), Freshness::since(Revision::default()));
        let (scheme, published) = (Arc::clone(scheme), Arc::clone(published));
        let (snapshot, roll) = (snapshot.clone(), Arc::default());
        Self {
            scheme,
            day,
            snapshot,
            published,
            levels,
            ownership,
            effects,
            hca,
            areas,
            cells,
            freshness,
            cells_freshness,
            never,
            roll,
        }
    }

    /// The scheme that was graded by.
    pub fn scheme(&self) -> &Arc<Scheme> {
        &self.scheme
    }

    /// The grades of the edition that a commit made of this one. Only what depends on the commit is worked out again.
    #[must_use]
    pub fn after(&self, snapshot: &Snapshot, commit: &Commit) -> Self {
        let read: Vec<Layer> = GRADED.into_iter().chain(READ).chain(Hca::reads()).collect();
        let day = today();
        if commit.changes.len() > MANY
            || lost(snapshot, &read) != lost(&self.snapshot, &read)
            || residents::expires_between(&self.snapshot, self.day, day)
        {
            return Self::made(&self.scheme, &self.published, day, snapshot);
        }
        let ids = ids_by_layer(commit);
        let none = BTreeSet::new();
        let changed = |layer: Layer| ids.get(&layer).unwrap_or(&none);
        let (ownership, owners) =
            self.ownership.after(&self.snapshot, snapshot, changed(Layer::Enterprises), changed(Layer::Installations));
        let (effects, affecting) = self.effects.after(&self.snapshot, snapshot, &ids);
        let (hca, surrounded) = self.hca.after(&self.scheme, [&self.snapshot, snapshot], &ids);
        let grader = Grader::of(&self.scheme, &self.published, day, snapshot, &ownership, &effects, &hca);
        let moved = self.moved(&grader, &ids, &owners, &affecting, &surrounded);
        let levels = self.levels_after(&moved);
        let areas = self.areas.after(&grader, &levels, changed(Layer::AdminUnits), &moved);
        let (cells, redrawn) = self.cells.after(&grader, &levels, self.scheme.areas().side_m(), &moved);
        let freshness = self.freshness_after(snapshot, &moved, &areas);
        let mut cells_freshness = self.cells_freshness.clone();
        match redrawn {
            Some(boxes) => cells_freshness.mark(snapshot.revision(), boxes),
            None => cells_freshness = Freshness::since(snapshot.revision()),
        }
        let (scheme, published) = (Arc::clone(&self.scheme), Arc::clone(&self.published));
        let (snapshot, roll, never) = (snapshot.clone(), Arc::default(), self.never.clone());
        Self {
            scheme,
            day,
            snapshot,
            published,
            levels,
            ownership,
            effects,
            hca,
            areas,
            cells,
            freshness,
            cells_freshness,
            never,
            roll,
        }
    }

    /// What the newest published edition says; grades hold its reds.
    pub fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// The risk list: every graded object, the worst first.
    pub fn roll(&self) -> &Roll {
        self.roll.get_or_init(|| Roll::of(&self.snapshot, |layer, id| self.level(layer, id)))
    }

    /// What the level of an object rests on, in one Chinese phrase; `None` where there is no such object.
    pub fn why(&self, layer: Layer, id: &str) -> Option<String> {
        Some(self.grader().standing(layer, id)?.why)
    }

    pub(super) fn grader(&self) -> Grader<'_> {
        self.grader_on(&self.snapshot)
    }

    /// For a snapshot that holds the same as the one that was graded.
    fn grader_on<'a>(&'a self, snapshot: &'a Snapshot) -> Grader<'a> {
        let published = &self.published;
        Grader::of(&self.scheme, published, self.day, snapshot, &self.ownership, &self.effects, &self.hca)
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

    /// The objects of a graded layer, or the townships, that are orange or red.
    pub fn watched(&self, layer: Layer) -> Vec<(&str, RiskLevel)> {
        let watched = |level: &RiskLevel| *level <= RiskLevel::High;
        if layer == Layer::AdminUnits {
            let graded = self.areas(WATCHED_AREAS).iter().filter_map(|area| Some((area.id.as_str(), area.risk_level?)));
            return graded.filter(|(_, level)| watched(level)).collect();
        }
        let levels = self.levels.0.get(&layer).into_iter().flat_map(Shards::iter);
        levels.filter(|(_, level)| watched(level)).map(|(id, level)| (id, *level)).collect()
    }

    /// The objects of a graded layer, or the townships, whose level is another than in an earlier edition. What both
    /// editions share is passed over, so that a small commit costs little.
    pub fn regraded<'a>(&'a self, before: &'a Self, layer: Layer) -> BTreeSet<&'a str> {
        if layer == Layer::AdminUnits {
            let both = [before, self].into_iter().flat_map(|grades| grades.areas(WATCHED_AREAS));
            let changed = both.filter(|area| self.level(layer, &area.id) != before.level(layer, &area.id));
            return changed.map(|area| area.id.as_str()).collect();
        }
        let none = &*NO_LEVELS;
        let of = |grades: &'a Self| grades.levels.0.get(&layer).unwrap_or(none);
        of(self).differing(of(before)).collect()
    }

    /// Why something is as red as it is; `None` where there is no such object or its layer is not graded. The snapshot is
    /// the one that was graded.
    pub fn explain(&self, snapshot: &Snapshot, layer: Layer, id: &str) -> Option<Grade> {
        if layer == Layer::AdminUnits {
            return self.area(id).map(|area| area.explained("max", serde_json::Map::new()));
        }
        let grader = self.grader_on(snapshot);
        let feature = snapshot.feature(layer, id).filter(|_| GRADED.contains(&layer))?;
        let assessment = grader.assess(layer, feature);
        let mut grade = assessment.explained();
        if layer == Layer::Pipelines {
            self.hca.explain(id, &mut grade);
        }
        Some(match grader.hold(layer, feature, assessment.level()) {
            Some(hold) => grade.held(&hold.sentence(&assessment.told())),
            None => grade,
        })
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

    /// Where the grid looks different than before, and since which revision.
    pub fn cells_freshness(&self) -> &Freshness {
        &self.cells_freshness
    }

    /// Every object whose grade, or what an area says of it, may differ after the commit.
    fn moved<'a>(
        &'a self,
        now: &Grader<'a>,
        ids: &BTreeMap<Layer, Ids<'a>>,
        owners: &'a BTreeSet<String>,
        affecting: &'a BTreeSet<Key>,
        surrounded: &'a BTreeSet<String>,
    ) -> Vec<Moved<'a>> {
        let before = self.grader();
        let dependents = dependents::Change { before: &before, now, ids }.dependents();
        let named = |layer: Layer, id: &str| ids.get(&layer).is_some_and(|ids| ids.contains(id));
        let changed =
            GRADED.into_iter().flat_map(|layer| ids.get(&layer).into_iter().flatten().map(move |id| (layer, *id)));
        let owning = owners.iter().map(|id| (Layer::Enterprises, id.as_str()));
        let pipes = surrounded.iter().map(|id| (Layer::Pipelines, id.as_str()));
        let depending = dependents.iter().map(|(layer, id)| (*layer, id.as_str())).chain(pipes);
        let affected: BTreeSet<(Layer, &str)> = affecting.iter().map(|(layer, id)| (*layer, &**id)).collect();
        let all: BTreeSet<(Layer, &str)> =
            changed.chain(owning).chain(depending).chain(affected.iter().copied()).collect();
        let both = |(layer, id): (Layer, &str)| {
            let moved = Moved { old: before.standing(layer, id), new: now.standing(layer, id) };
            let counts = named(layer, id) || affected.contains(&(layer, id)) || moved.is_told_otherwise();
            counts.then_some(moved)
        };
        all.into_iter().filter_map(both).collect()
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

/// The day in China.
fn today() -> Date {
    TimeZone::fixed(tz::offset(8)).to_datetime(jiff::Timestamp::now()).date()
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
mod surroundings;
#[cfg(test)]
mod tests;
