//! The grades of all administrative units, and keeping them up with single changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::area::{AreaGrade, Bearing, Standing, Tally};
use super::grades::{GRADED, Grader, Levels};
use crate::geom::{Envelope, Territory};
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer};

/// Every unit's grade by the unit's level, and the ground of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Areas {
    by_level: BTreeMap<String, Arc<Vec<AreaGrade>>>,
    units: Arc<BTreeMap<String, Arc<Unit>>>,
}

/// Where a unit lies and where its grade is found.
#[derive(Debug)]
struct Unit {
    level: String,
    code: String,
    territory: Territory,
}

/// One object before and after a commit.
#[derive(Clone, Debug)]
pub(super) struct Moved<'a> {
    pub(super) old: Option<Standing<'a>>,
    pub(super) new: Option<Standing<'a>>,
}

impl Moved<'_> {
    /// Whether an unchanged object has another level than before, or has it for another reason.
    pub(super) fn is_told_otherwise(&self) -> bool {
        let told =
            |standing: &Option<Standing<'_>>| standing.as_ref().map(|one| (one.level, one.direct, one.why.clone()));
        told(&self.old) != told(&self.new)
    }
}

/// What a commit means for one unit: each object as far as it touches the unit.
type Changes<'a, 'm> = Vec<(Option<Bearing<'a, 'm>>, Option<Bearing<'a, 'm>>)>;

impl Areas {
    /// Grades every unit of an edition.
    pub(super) fn of(grader: &Grader<'_>, levels: &Levels) -> Self {
        let mut areas = Self::default();
        for unit in grader.snapshot.features(Layer::AdminUnits) {
            areas.enter(unit, Territory::of(&unit.geometry), grader, levels);
        }
        areas
    }

    /// The units of a level, by code.
    pub(super) fn level(&self, level: &str) -> &[AreaGrade] {
        self.by_level.get(level).map_or(&[], |areas| areas)
    }

    /// Every unit.
    #[cfg(test)]
    pub(super) fn all(&self) -> Vec<&AreaGrade> {
        self.by_level.values().flat_map(|areas| areas.iter()).collect()
    }

    /// The ground of a unit.
    pub(super) fn ground(&self, id: &str) -> Option<&Territory> {
        self.units.get(id).map(|unit| &unit.territory)
    }

    /// The unit of an id.
    pub(super) fn area(&self, id: &str) -> Option<&AreaGrade> {
        let unit = self.units.get(id)?;
        let areas = self.by_level.get(&unit.level)?;
        let at = areas.binary_search_by(|area| area.place().cmp(&(&unit.code, id))).ok()?;
        areas.get(at)
    }

    /// The grades after a commit that changed these units and moved these objects.
    pub(super) fn after(
        &self,
        grader: &Grader<'_>,
        levels: &Levels,
        units: &BTreeSet<&str>,
        moved: &[Moved<'_>],
    ) -> Self {
        let mut next = self.clone();
        for id in units {
            next.leave(id);
            if let Some(unit) = grader.snapshot.feature(Layer::AdminUnits, id) {
                next.enter(unit, Territory::of(&unit.geometry), grader, levels);
            }
        }
        let mut concerned = self.concerned(grader.snapshot, units, moved);
        for one in moved.iter().filter_map(|one| one.new.as_ref().or(one.old.as_ref())) {
            // A closure of what made an area red may let the area go, wherever the object is now.
            let red = grader.made_red(one.layer, &one.feature.id).iter().map(String::as_str);
            for unit in red.filter(|unit| !units.contains(unit)) {
                concerned.entry(unit).or_default();
            }
        }
        for (id, changes) in concerned {
            next.apply(id, &changes, grader, levels);
        }
        next
    }

    /// Whether no unit's grade is another than before.
    pub(super) fn shares_all(&self, before: &Self) -> bool {
        self.by_level.len() == before.by_level.len()
            && self.by_level.values().zip(before.by_level.values()).all(|(one, other)| Arc::ptr_eq(one, other))
    }

    /// The boxes of the units among these that look different on a map than before.
    pub(super) fn redrawn(&self, before: &Self, unit: &Feature) -> Option<Envelope> {
        let same = match (self.area(&unit.id), before.area(&unit.id)) {
            (Some(now), Some(then)) => now.looks_like(then),
            (now, then) => now.is_none() && then.is_none(),
        };
        (!same).then(|| *unit.envelope())
    }

    /// The unchanged units that moved objects touched or now touch.
    fn concerned<'a, 'm>(
        &self,
        snapshot: &'m Snapshot,
        changed: &BTreeSet<&str>,
        moved: &'m [Moved<'a>],
    ) -> BTreeMap<&'m str, Changes<'a, 'm>> {
        let mut concerned: BTreeMap<&str, Changes<'a, 'm>> = BTreeMap::new();
        for one in moved {
            let mut touched: HashMap<&str, (Option<Bearing<'_, '_>>, Option<Bearing<'_, '_>>)> = HashMap::new();
            for (unit, old) in self.touching(snapshot, one.old.as_ref()) {
                touched.entry(unit).or_default().0 = Some(old);
            }
            for (unit, new) in self.touching(snapshot, one.new.as_ref()) {
                touched.entry(unit).or_default().1 = Some(new);
            }
            for (unit, change) in touched.into_iter().filter(|(unit, _)| !changed.contains(unit)) {
                concerned.entry(unit).or_default().push(change);
            }
        }
        concerned
    }

    fn touching<'a, 'm>(
        &self,
        snapshot: &'m Snapshot,
        standing: Option<&'m Standing<'a>>,
    ) -> Vec<(&'m str, Bearing<'a, 'm>)> {
        let (Some(standing), Ok(units)) = (standing, snapshot.layer(Layer::AdminUnits)) else { return vec![] };
        let shapes = std::iter::once(standing.feature).chain(standing.zones.iter().copied());
        let near = shapes.flat_map(|shape| units.touching(shape.envelope())).map(|unit| unit.id.as_str());
        let near: BTreeSet<&str> = near.collect();
        let reached = near.into_iter().filter_map(|id| {
            let reach = standing.reach(&self.units.get(id)?.territory)?;
            Some((id, (standing, reach)))
        });
        reached.collect()
    }

    fn apply(&mut self, id: &str, changes: &Changes<'_, '_>, grader: &Grader<'_>, levels: &Levels) {
        let Some(unit) = self.units.get(id).cloned() else { return };
        let Some(areas) = self.by_level.get_mut(&unit.level) else { return };
        let Ok(at) = areas.binary_search_by(|area| area.place().cmp(&(&unit.code, id))) else { return };
        let Some(feature) = grader.snapshot.feature(Layer::AdminUnits, id) else { return };
        let area = &mut Arc::make_mut(areas)[at];
        if changes.iter().all(|(old, new)| area.replace(*old, *new)) {
            grader.conclude(area, feature);
        } else {
            *area = graded(feature, &unit.territory, grader, levels);
        }
    }

    fn leave(&mut self, id: &str) {
        if let Some(unit) = Arc::make_mut(&mut self.units).remove(id)
            && let Some(areas) = self.by_level.get_mut(&unit.level)
        {
            Arc::make_mut(areas).retain(|area| area.id != id);
        }
    }

    fn enter(&mut self, unit: &Feature, territory: Territory, grader: &Grader<'_>, levels: &Levels) {
        let area = graded(unit, &territory, grader, levels);
        let (level, code) = (area.level.clone(), area.code.clone());
        let areas = Arc::make_mut(self.by_level.entry(level.clone()).or_default());
        let at = areas.partition_point(|other| other.place() < area.place());
        areas.insert(at, area);
        Arc::make_mut(&mut self.units).insert(unit.id.clone(), Arc::new(Unit { level, code, territory }));
    }
}

/// Grades one area from all that comes to it.
pub(super) fn graded(unit: &Feature, ground: &Territory, grader: &Grader<'_>, levels: &Levels) -> AreaGrade {
    settled(unit, tally(unit.envelope(), ground, grader, levels, |_| true), ground, grader)
}

/// An area with what was counted for it.
pub(super) fn settled<'a>(unit: &Feature, tally: Tally<'a>, ground: &Territory, grader: &Grader<'a>) -> AreaGrade {
    let mut area = AreaGrade::new(unit);
    area.settle(tally, |layer, id| {
        let standing = grader.standing(layer, id)?;
        standing.contribution(standing.reach(ground)?)
    });
    grader.conclude(&mut area, unit);
    area
}

/// Counts all that comes to an area, by shapes that are wanted.
pub(super) fn tally<'a>(
    envelope: &Envelope,
    ground: &Territory,
    grader: &Grader<'a>,
    levels: &Levels,
    wanted: impl Fn(&Feature) -> bool,
) -> Tally<'a> {
    let mut tally = Tally::default();
    each_bearing(envelope, ground, grader, wanted, |layer, object| {
        tally.add(layer, &object.id, levels.of(layer, &object.id));
    });
    tally
}

/// Visits every object that touches a ground or whose effect does, by a shape that is wanted, each once.
pub(super) fn each_bearing<'a>(
    envelope: &Envelope,
    ground: &Territory,
    grader: &Grader<'a>,
    wanted: impl Fn(&Feature) -> bool,
    mut visit: impl FnMut(Layer, &'a Feature),
) {
    let meets = |shape: &Feature| wanted(shape) && ground.meets(&shape.geometry);
    for layer in GRADED {
        let Ok(index) = grader.snapshot.layer(layer) else { continue };
        let near = index.touching(envelope).into_iter();
        near.filter(|object| meets(object)).for_each(|object| visit(layer, object));
    }
    let mut seen: BTreeSet<(Layer, &str)> = BTreeSet::new();
    for (_, objects) in grader.effects.near(grader.snapshot, envelope).filter(|(zone, _)| meets(zone)) {
        for (layer, id) in objects {
            let Some(object) = grader.snapshot.feature(*layer, id) else { continue };
            if !meets(object) && seen.insert((*layer, &object.id)) {
                visit(*layer, object);
            }
        }
    }
}
