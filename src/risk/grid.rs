//! The cells of the grid as a map draws them.

use std::sync::Arc;

use super::area::AreaGrade;
use super::cells;
use super::grades::Grades;
use crate::geom::{Envelope, Geometry, Square, Territory};
use crate::model::RiskLevel;

/// A cell to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct GridCell {
    /// Its name, easting and northing of its south-western corner: `E384000N3277500`.
    pub id: String,
    /// A whole number that stays the same while the grid does.
    pub tile_id: u64,
    /// Its area in longitude/latitude degrees; corners are shared to the last bit.
    pub area: Geometry,
    /// Its level by the worst object; `None` is 无数据.
    pub level: Option<RiskLevel>,
    /// What the level rests on.
    pub reason: String,
}

impl Grades {
    /// The side of a cell in metres.
    pub fn grid_side_m(&self) -> u32 {
        self.scheme().areas().side_m()
    }

    /// The cells that touch a box, from the south-west.
    pub fn grid_cells(&self, envelope: &Envelope) -> Vec<GridCell> {
        let near = self.cells.near(envelope).into_iter();
        near.filter_map(|(square, cell)| self.drawn(square, cell)).collect()
    }

    /// The box around all cells.
    pub fn grid_envelope(&self) -> Option<Envelope> {
        let lattice = self.cells.lattice()?;
        let boxes = self.cells.ends().into_iter().filter_map(|square| Envelope::of(&lattice.area(square).into()));
        boxes.reduce(Envelope::union)
    }

    fn drawn(&self, square: Square, cell: &cells::Cell) -> Option<GridCell> {
        let lattice = self.cells.lattice()?;
        let mut grade = AreaGrade::new(&cells::unit(lattice, square)?);
        let area: Geometry = lattice.area(square).into();
        let ground = Territory::of(&area);
        let grader = self.grader();
        grade.counts = cell.counts;
        let contribution = cell.worst.as_ref().and_then(|worst| {
            let standing = grader.standing(worst.layer, &worst.id)?;
            standing.contribution(standing.reach(&ground)?)
        });
        grade.contributions = Arc::new(contribution.into_iter().collect());
        grade.conclude(&grader.lost());
        let (level, reason) = (grade.risk_level, grade.reason);
        Some(GridCell { id: grade.id, tile_id: number(square), area, level, reason })
    }
}

/// Row and column in one number below 2^53.
fn number(square: Square) -> u64 {
    const HALF: i64 = 1 << 25;
    let natural = |count: i32| (i64::from(count) + HALF).clamp(0, 2 * HALF - 1).cast_unsigned();
    (natural(square.row) << 26) | natural(square.column)
}
