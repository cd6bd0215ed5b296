//! Areas as they are asked for: a page of a level by an aggregator, and why one area is what it is.

use std::str::FromStr;

use serde::Serialize;
use serde_json::{Map, Value};

use super::aggregate::Aggregation;
use super::area::AreaGrade;
use super::cells;
use super::grade::Grade;
use super::grades::Grades;
use super::scheme::{Aggregator, SchemeName, Unset};
use crate::geom::{Square, Territory};
use crate::model::layer::UnknownLayer;
use crate::model::{Feature, Known, Layer, Revision};

/// The name under which the grid is published.
pub const RISK_GRID: &str = "risk_grid";
/// The level whose areas are the cells of the grid.
const GRID: &str = "grid";
/// The most areas on a page.
const MOST: usize = 1000;
/// The usual number.
const USUAL: usize = 100;

/// The levels of areas.
pub const LEVELS: [&str; 5] = ["district", "township", "village", "functional", GRID];

/// Which areas, by what, and which page of them.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// One of [`LEVELS`].
    pub level: String,
    /// How they are graded.
    pub aggregator: Aggregator,
    /// How many come before the page.
    pub offset: usize,
    /// How many it has at most; more than 1000 means 1000.
    pub limit: usize,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { level: "township".to_owned(), aggregator: Aggregator::Max, offset: 0, limit: USUAL }
    }
}

/// The grid that an answer rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GridNote {
    /// The side of a cell.
    pub side_m: u32,
    /// The reference system that it is laid in; null while nothing says where the district is.
    pub crs: Option<String>,
    /// How many cells an object or effect comes to.
    pub cells: usize,
    /// How many more the district touches; null where no unit of the level district is known, and in answers that are
    /// not about cells.
    pub empty_cells: Option<usize>,
    /// How many objects reach beyond the grid: farther from its central meridian than it is good for.
    pub outside: usize,
}

/// A page of areas.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaPage {
    /// The edition that was graded.
    pub edition: Revision,
    /// How.
    pub aggregator: &'static str,
    /// Under which bands and parameters.
    pub scheme: SchemeName,
    /// On which grid.
    pub grid: GridNote,
    /// Which areas.
    pub level: String,
    /// How many there are.
    pub total: usize,
    /// Those of the page: units by their codes, cells worst first and then from the south-west.
    pub areas: Vec<AreaGrade>,
    /// Where the next page begins.
    pub next: Option<usize>,
}

/// What can be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A feature of a layer.
    Layer(Layer),
    /// A cell of the grid.
    Grid,
    /// A stretch of a pipeline by its high-consequence area.
    HcaSegments,
}

/// The name of the segments, as a tile set and as a subject.
pub const HCA_SEGMENTS: &str = "hca_segments";

impl FromStr for Subject {
    type Err = UnknownLayer;

    fn from_str(name: &str) -> Result<Self, UnknownLayer> {
        match name {
            RISK_GRID => Ok(Self::Grid),
            HCA_SEGMENTS => Ok(Self::HcaSegments),
            name => name.parse().map(Self::Layer),
        }
    }
}

impl Grades {
    /// A page of areas. A level that does not exist has none.
    pub fn page(&self, wanted: &Wanted) -> Result<AreaPage, Unset> {
        let aggregation = Aggregation::of(self, wanted.aggregator)?;
        let limit = wanted.limit.min(MOST);
        let (total, areas) = if wanted.level == GRID {
            self.cells_page(&aggregation, wanted.offset, limit)
        } else {
            let areas = self.areas(&wanted.level);
            let page = areas.iter().skip(wanted.offset).take(limit);
            (areas.len(), page.map(|area| self.aggregated(&aggregation, area)).collect())
        };
        let next = wanted.offset.saturating_add(areas.len());
        Ok(AreaPage {
            edition: self.snapshot.revision(),
            aggregator: wanted.aggregator.name(),
            scheme: self.scheme().name().clone(),
            grid: self.grid_note(wanted.level == GRID),
            level: wanted.level.clone(),
            total,
            next: (next < total && !areas.is_empty()).then_some(next),
            areas,
        })
    }

    /// Every administrative unit of a level, graded by an aggregator.
    pub(super) fn areas_by(&self, level: &str, aggregator: Aggregator) -> Result<Vec<AreaGrade>, Unset> {
        let aggregation = Aggregation::of(self, aggregator)?;
        Ok(self.areas(level).iter().map(|area| self.aggregated(&aggregation, area)).collect())
    }

    /// Why something is as red as it is; `None` where there is no such thing or it is not graded. The aggregator says how
    /// an area is graded and means nothing to others.
    pub fn explain_by(&self, subject: Subject, id: &str, aggregator: Aggregator) -> Result<Option<Grade>, Unset> {
        let area = match subject {
            Subject::Layer(Layer::AdminUnits) => {
                let aggregation = Aggregation::of(self, aggregator)?;
                self.area(id).map(|area| self.aggregated(&aggregation, area))
            }
            Subject::Layer(layer) => return Ok(self.explain(&self.snapshot, layer, id)),
            Subject::HcaSegments => return Ok(self.hca.explain_segment(&self.snapshot, id)),
            Subject::Grid => {
                let aggregation = Aggregation::of(self, aggregator)?;
                self.square(id).and_then(|square| self.cell_by(&aggregation, square))
            }
        };
        Ok(area.map(|area| area.explained(aggregator.name(), self.told())))
    }

    /// Inputs of an area's grade that are the same for all areas.
    fn told(&self) -> Map<String, Value> {
        let notes = [
            ("scheme", serde_json::to_value(self.scheme().name())),
            ("grid", serde_json::to_value(self.grid_note(false))),
        ];
        notes.into_iter().map(|(name, note)| (name.to_owned(), note.unwrap_or_default())).collect()
    }

    fn grid_note(&self, with_empty: bool) -> GridNote {
        GridNote {
            side_m: self.scheme().areas().side_m(),
            crs: self.cells.lattice().map(crate::geom::Lattice::crs),
            cells: self.cells.len(),
            empty_cells: if with_empty { self.cells.empty(&self.snapshot) } else { None },
            outside: self.cells.outside(),
        }
    }

    fn aggregated(&self, aggregation: &Aggregation<'_>, area: &AreaGrade) -> AreaGrade {
        let unit = self.snapshot.feature(Layer::AdminUnits, &area.id);
        let ground = self.areas.ground(&area.id);
        let Some((unit, ground)) = unit.zip(ground) else { return area.clone() };
        let mut area = aggregation.regrade(unit, ground, area);
        self.grader().keep_red(&mut area, unit);
        area
    }

    fn cells_page(&self, aggregation: &Aggregation<'_>, offset: usize, limit: usize) -> (usize, Vec<AreaGrade>) {
        let severity =
            |square: Square, cell: &cells::Cell| (cell.worst.as_ref().map_or(5, |worst| worst.level.number()), square);
        let mut order: Vec<(u8, Square)> = self.cells.all().map(|(square, cell)| severity(square, cell)).collect();
        order.sort_unstable();
        let page = order.iter().skip(offset).take(limit);
        (order.len(), page.filter_map(|(_, square)| self.cell_by(aggregation, *square)).collect())
    }

    /// The square of a name, where an object comes to it or a unit touches it.
    fn square(&self, name: &str) -> Option<Square> {
        let lattice = self.cells.lattice()?;
        let square = lattice.named(name)?;
        let unit = cells::unit(lattice, square)?;
        let units =
            self.snapshot.layer(Layer::AdminUnits).map_or_else(|_| vec![], |units| units.touching(unit.envelope()));
        let inside =
            |one: &&std::sync::Arc<Feature>| self.areas.ground(&one.id).is_some_and(|g| g.meets(&unit.geometry));
        (self.cells.cell(square).is_some() || units.iter().any(inside)).then_some(square)
    }

    fn cell_by(&self, aggregation: &Aggregation<'_>, square: Square) -> Option<AreaGrade> {
        let lattice = self.cells.lattice()?;
        let unit = cells::unit(lattice, square)?;
        let graded = cells::grade(lattice, square, &self.grader(), &self.levels)?;
        Some(aggregation.regrade(&unit, &Territory::of(&unit.geometry), &graded))
    }
}
