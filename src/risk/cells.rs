//! The grid: cells of the ground that an object touches or an effect reaches, each with its level.
//!
//! Only such cells are kept. What a cell says beyond its counts and its worst object is worked out when it is asked for,
//! by the same steps as for an administrative unit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::area::{AreaGrade, Counts, Standing, Tally};
use super::areas::{Moved, settled, tally};
use super::grades::{GRADED, Grader, Levels};
use crate::geom::{Envelope, Lattice, Square, Territory};
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer, Properties, RiskLevel};

/// The cells of one edition. Rows that a commit leaves alone are shared with the edition before.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    /// None while nothing says where the district is.
    lattice: Option<Lattice>,
    rows: BTreeMap<i32, Arc<BTreeMap<i32, Cell>>>,
    outside: usize,
    empty: OnceLock<Option<usize>>,
}

/// What is kept of a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub(super) counts: Counts,
    pub(super) worst: Option<Worst>,
}

/// The worst graded object of a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worst {
    pub(super) level: RiskLevel,
    pub(super) layer: Layer,
    pub(super) id: Box<str>,
}

impl Cells {
    /// Lays the grid over every object and effect of an edition.
    pub(super) fn of(grader: &Grader<'_>, levels: &Levels, side_m: u32) -> Self {
        let mut cells = Self { lattice: lattice(grader.snapshot, side_m), ..Self::default() };
        let Some(lattice) = cells.lattice else { return cells };
        let mut rows: BTreeMap<i32, BTreeMap<i32, Cell>> = BTreeMap::new();
        for layer in GRADED {
            for object in grader.snapshot.features(layer) {
                let level = levels.of(layer, &object.id);
                let zones = grader.effects.zones(grader.snapshot, layer, &object.id);
                let (squares, beyond) = squares(&lattice, object, &zones);
                cells.outside += usize::from(beyond);
                for square in squares {
                    rows.entry(square.row).or_default().entry(square.column).or_default().add(level, layer, &object.id);
                }
            }
        }
        cells.rows = rows.into_iter().map(|(row, cells)| (row, Arc::new(cells))).collect();
        cells
    }

    /// The cells after a commit that moved these objects, and the boxes that look different on a map; `None` where all
    /// may.
    pub(super) fn after(
        &self,
        grader: &Grader<'_>,
        levels: &Levels,
        side_m: u32,
        moved: &[Moved<'_>],
    ) -> (Self, Option<Vec<Envelope>>) {
        let lattice = lattice(grader.snapshot, side_m);
        let Some(grid) = lattice.filter(|_| lattice == self.lattice) else {
            return (Self::of(grader, levels, side_m), None);
        };
        let mut next = Self { empty: OnceLock::new(), ..self.clone() };
        let mut concerned: BTreeSet<Square> = BTreeSet::new();
        let mut named: BTreeSet<(Layer, &str)> = BTreeSet::new();
        for one in moved {
            for (standing, is_old) in [(&one.old, true), (&one.new, false)] {
                let Some(Standing { layer, feature, zones, .. }) = standing else { continue };
                let (squares, beyond) = squares(&grid, feature, zones);
                concerned.extend(squares);
                named.insert((*layer, &feature.id));
                let outside = next.outside + usize::from(beyond && !is_old);
                next.outside = outside.saturating_sub(usize::from(beyond && is_old));
            }
        }
        let mut redrawn = Vec::new();
        for square in concerned {
            let fresh = cell(&grid, square, grader, levels);
            let same_worst = self.cell(square).map(|cell| &cell.worst) == fresh.as_ref().map(|cell| &cell.worst);
            let reworded = fresh
                .as_ref()
                .and_then(|cell| cell.worst.as_ref())
                .is_some_and(|worst| named.contains(&(worst.layer, &worst.id)));
            if !same_worst || reworded {
                redrawn.extend(Envelope::of(&grid.area(square).into()));
            }
            next.set(square, fresh);
        }
        (next, Some(redrawn))
    }

    /// The grid itself.
    pub(super) fn lattice(&self) -> Option<&Lattice> {
        self.lattice.as_ref()
    }

    /// The cell of a square, where there is one.
    pub(super) fn cell(&self, square: Square) -> Option<&Cell> {
        self.rows.get(&square.row)?.get(&square.column)
    }

    /// Every cell, row by row from the south.
    pub(super) fn all(&self) -> impl Iterator<Item = (Square, &Cell)> {
        self.rows
            .iter()
            .flat_map(|(row, cells)| cells.iter().map(|(column, cell)| (Square { row: *row, column: *column }, cell)))
    }

    /// The cells that may touch a box.
    pub(super) fn near(&self, envelope: &Envelope) -> Vec<(Square, &Cell)> {
        let Some(lattice) = &self.lattice else { return vec![] };
        let (columns, rows) = lattice.around_box(envelope);
        if rows.is_empty() || columns.is_empty() {
            return vec![];
        }
        let near = self.rows.range(rows).flat_map(|(row, cells)| {
            cells.range(columns.clone()).map(|(column, cell)| (Square { row: *row, column: *column }, cell))
        });
        near.collect()
    }

    /// The first and last square of each row, and the one between that lies farthest north.
    pub(super) fn ends(&self) -> Vec<Square> {
        let row = |(row, cells): (&i32, &Arc<BTreeMap<i32, Cell>>)| {
            let (first, last) = (*cells.first_key_value()?.0, *cells.last_key_value()?.0);
            let crest = self.lattice.as_ref()?.middle_column().clamp(first, last);
            Some([first, crest, last].map(|column| Square { row: *row, column }))
        };
        self.rows.iter().filter_map(row).flatten().collect()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.values().map(|cells| cells.len()).sum()
    }

    /// How many objects or effects reach beyond the grid, so that they are in no cell.
    pub(super) fn outside(&self) -> usize {
        self.outside
    }

    /// How many more squares the units of the level district touch; `None` where there is no such unit.
    pub(super) fn empty(&self, snapshot: &Snapshot) -> Option<usize> {
        *self.empty.get_or_init(|| {
            let lattice = self.lattice.as_ref()?;
            let units = snapshot.features(Layer::AdminUnits);
            let districts = units.filter(|unit| unit.properties.text("level") == Some("district"));
            let squares: Vec<_> = districts.filter_map(|district| lattice.touched(&district.geometry)).collect();
            let all: BTreeSet<Square> = squares.iter().flatten().copied().collect();
            (!all.is_empty()).then(|| all.into_iter().filter(|square| self.cell(*square).is_none()).count())
        })
    }

    fn set(&mut self, square: Square, cell: Option<Cell>) {
        let row = self.rows.entry(square.row).or_default();
        match cell {
            Some(cell) => drop(Arc::make_mut(row).insert(square.column, cell)),
            None if row.contains_key(&square.column) => drop(Arc::make_mut(row).remove(&square.column)),
            None => {}
        }
        if row.is_empty() {
            self.rows.remove(&square.row);
        }
    }

    #[cfg(test)]
    pub(super) fn contents(&self) -> (Option<Lattice>, usize, Vec<(Square, &Cell)>) {
        (self.lattice, self.outside, self.all().collect())
    }
}

impl Cell {
    fn add(&mut self, level: Option<RiskLevel>, layer: Layer, id: &str) {
        self.counts.add(level);
        let Some(level) = level else { return };
        let rank = |worst: &Worst| (worst.level, worst.layer, &*worst.id) <= (level, layer, id);
        if !self.worst.as_ref().is_some_and(rank) {
            self.worst = Some(Worst { level, layer, id: id.into() });
        }
    }
}

/// A cell as a unit that can be graded like any other.
pub(super) fn unit(lattice: &Lattice, square: Square) -> Option<Feature> {
    let name = lattice.name(square);
    let mut properties = Properties::new();
    properties.set("name", format!("网格 {name}"));
    properties.set("code", name.as_str());
    properties.set("level", "grid");
    Feature::new(name, lattice.area(square).into(), properties)
}

/// The whole grade of a square.
pub(super) fn grade(lattice: &Lattice, square: Square, grader: &Grader<'_>, levels: &Levels) -> Option<AreaGrade> {
    let unit = unit(lattice, square)?;
    let ground = Territory::of(&unit.geometry);
    Some(settled(&unit, tallied(lattice, unit.envelope(), &ground, grader, levels), &ground, grader))
}

/// A cell from all that comes to it; `None` where nothing does.
fn cell(lattice: &Lattice, square: Square, grader: &Grader<'_>, levels: &Levels) -> Option<Cell> {
    let area = lattice.area(square).into();
    let (counts, worst) = tallied(lattice, &Envelope::of(&area)?, &Territory::of(&area), grader, levels).summary();
    let worst = worst.map(|(level, layer, id)| Worst { level, layer, id: id.into() });
    (counts.total() > 0).then_some(Cell { counts, worst })
}

/// Counts all that comes to a square; what reaches beyond the grid comes to none.
fn tallied<'a>(
    lattice: &Lattice,
    envelope: &Envelope,
    ground: &Territory,
    grader: &Grader<'a>,
    levels: &Levels,
) -> Tally<'a> {
    tally(envelope, ground, grader, levels, |shape| lattice.holds(shape.envelope()))
}

/// The squares that an object and its effects come to, and whether a part of them lies beyond the grid.
fn squares(lattice: &Lattice, object: &Feature, zones: &[&Feature]) -> (BTreeSet<Square>, bool) {
    let mut squares = BTreeSet::new();
    let mut beyond = false;
    for shape in std::iter::once(object).chain(zones.iter().copied()) {
        match lattice.touched(&shape.geometry) {
            Some(touched) if squares.is_empty() => squares = touched,
            Some(touched) => squares.extend(touched),
            None => beyond = true,
        }
    }
    (squares, beyond)
}

/// The grid of an edition: the zone that holds the middle of the administrative units, or else of what is graded.
fn lattice(snapshot: &Snapshot, side_m: u32) -> Option<Lattice> {
    let envelope = |layer: Layer| snapshot.layer(layer).ok()?.envelope();
    let objects = || GRADED.into_iter().filter_map(envelope).reduce(Envelope::union);
    let district = envelope(Layer::AdminUnits).or_else(objects)?;
    Some(Lattice::around(district.centre().x, side_m))
}
