//! What stands where: a grid of small cells, each with marks, so that nothing is put into the river or onto a road.
//!
//! Marking and asking both take every cell that a shape, grown by a margin, may touch. So the answer "free" is safe
//! and the answer "taken" may be wrong by a cell.

use super::board::{between, distance};
use super::quarter::Plot;
use super::shapes::{Coord, LineString, Polygon};

/// Side of a cell, metres.
const CELL: f64 = 25.0;

/// A mark on a cell: what is there. Marks are bits and may be joined with `|`.
pub(super) type Mark = u8;

/// River, lake or canal.
pub(super) const WATER: Mark = 1;
/// Road, railway, pipeline or power line with the strip beside it.
pub(super) const CORRIDOR: Mark = 2;
/// Plants, houses, schools.
pub(super) const BUILT: Mark = 4;
/// Hills and shores where nothing new is built.
pub(super) const PROTECTED: Mark = 8;
/// Further than the layers reach.
pub(super) const BEYOND: Mark = 16;
/// The corner where housing and people have not been surveyed.
pub(super) const UNSURVEYED: Mark = 32;

/// A rectangle of the board divided into cells.
#[derive(Debug)]
pub(super) struct Ground {
    low: Coord<f64>,
    columns: usize,
    rows: usize,
    cells: Vec<Mark>,
}

impl Ground {
    /// The rectangle between two corners, every cell with the mark `everywhere`.
    pub(super) fn new(low: Coord<f64>, high: Coord<f64>, everywhere: Mark) -> Self {
        let count = |from: f64, to: f64| ((to - from) / CELL).ceil().max(1.0) as usize;
        let (columns, rows) = (count(low.x, high.x), count(low.y, high.y));
        Self { low, columns, rows, cells: vec![everywhere; columns * rows] }
    }

    /// Adds a mark to the cells of an area and of a margin (metres) about it.
    pub(super) fn mark_area(&mut self, area: &Polygon<f64>, margin: f64, mark: Mark) {
        for cell in self.area_cells(area, margin) {
            self.cells[cell] |= mark;
        }
    }

    /// Takes a mark off the cells whose middle lies inside an area.
    pub(super) fn clear_area(&mut self, area: &Polygon<f64>, mark: Mark) {
        for cell in self.inside_cells(area) {
            self.cells[cell] &= !mark;
        }
    }

    /// Adds a mark to the cells within `half_width` metres of a line.
    pub(super) fn mark_line(&mut self, line: &[Coord<f64>], half_width: f64, mark: Mark) {
        for cell in self.line_cells(line, half_width) {
            self.cells[cell] |= mark;
        }
    }

    /// Whether an area grown by `margin` metres touches any of the marks, or leaves the grid.
    pub(super) fn meets(&self, area: &Polygon<f64>, margin: f64, marks: Mark) -> bool {
        let outside = area.exterior().coords().any(|at| self.cell(*at).is_none());
        outside || self.area_cells(area, margin).into_iter().any(|cell| self.cells[cell] & marks != 0)
    }

    /// Whether a line passes a cell with any of the marks.
    pub(super) fn crosses(&self, line: &[Coord<f64>], marks: Mark) -> bool {
        self.line_cells(line, 0.0).into_iter().any(|cell| self.cells[cell] & marks != 0)
    }

    /// The marks at a place; beyond the grid every mark.
    pub(super) fn at(&self, place: Coord<f64>) -> Mark {
        self.cell(place).map_or(Mark::MAX, |cell| self.cells[cell])
    }

    /// Takes an area as built if it keeps `margin` metres from the marks to avoid; says whether it did.
    pub(super) fn claim(&mut self, area: &Polygon<f64>, margin: f64, avoid: Mark) -> bool {
        let free = !self.meets(area, margin, avoid | BUILT | BEYOND);
        if free {
            self.mark_area(area, 0.0, BUILT);
        }
        free
    }

    /// Takes up to `count` of the plots of one quarter. They stand closer than the cells are wide, so each is held
    /// against what was there before the quarter, not against its neighbours.
    pub(super) fn claim_quarter(&mut self, plots: impl Iterator<Item = Plot>, count: usize, avoid: Mark) -> Vec<Plot> {
        let free = |plot: &Plot| !self.meets(&plot.area(), 0.0, avoid | BUILT | BEYOND);
        let taken: Vec<_> = plots.filter(free).take(count).collect();
        for plot in &taken {
            self.mark_area(&plot.area(), 0.0, BUILT);
        }
        taken
    }

    fn cell(&self, place: Coord<f64>) -> Option<usize> {
        let column = ((place.x - self.low.x) / CELL).floor();
        let row = ((place.y - self.low.y) / CELL).floor();
        let within = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        within.then(|| row as usize * self.columns + column as usize)
    }

    fn area_cells(&self, area: &Polygon<f64>, margin: f64) -> Vec<usize> {
        let mut cells = self.inside_cells(area);
        for ring in rings(area) {
            cells.extend(self.line_cells(&ring.0, margin));
        }
        cells
    }

    /// Cells whose middle lies inside, row by row (even-odd over all rings).
    fn inside_cells(&self, area: &Polygon<f64>) -> Vec<usize> {
        let ys = || area.exterior().coords().map(|at| at.y);
        let first = self.first_row_above(ys().fold(f64::INFINITY, f64::min));
        let last = self.first_row_above(ys().fold(f64::NEG_INFINITY, f64::max));
        let mut crossings = vec![Vec::new(); last.saturating_sub(first)];
        for leg in rings(area).flat_map(|ring| ring.0.windows(2)) {
            self.note_crossings(leg[0], leg[1], first, &mut crossings);
        }
        let mut cells = Vec::new();
        for (row, xs) in crossings.iter_mut().enumerate() {
            xs.sort_by(f64::total_cmp);
            for span in xs.chunks_exact(2) {
                let column = |x: f64| ((x - self.low.x) / CELL - 0.5).ceil().clamp(0.0, self.columns as f64) as usize;
                let row = (first + row) * self.columns;
                cells.extend((column(span[0])..column(span[1])).map(|c| row + c));
            }
        }
        cells
    }

    /// The first row whose middle lies at or above `y`.
    fn first_row_above(&self, y: f64) -> usize {
        ((y - self.low.y) / CELL - 0.5).ceil().clamp(0.0, self.rows as f64) as usize
    }

    /// Notes, for every row whose middle an edge crosses, where it does; `crossings` begins at row `first`.
    fn note_crossings(&self, a: Coord<f64>, b: Coord<f64>, first: usize, crossings: &mut [Vec<f64>]) {
        for row in self.first_row_above(a.y.min(b.y))..self.first_row_above(a.y.max(b.y)) {
            let y = self.low.y + (row as f64 + 0.5) * CELL;
            crossings[row - first].push(between(a, b, (y - a.y) / (b.y - a.y)).x);
        }
    }

    /// Cells within `reach` of a line, and half a cell more so that none it passes is missed.
    fn line_cells(&self, line: &[Coord<f64>], reach: f64) -> Vec<usize> {
        let around = (reach / CELL).ceil() as i32;
        let mut cells = Vec::new();
        for leg in line.windows(2) {
            let steps = (distance(leg[0], leg[1]) / (CELL / 2.0)).ceil().max(1.0);
            for step in 0..=steps as usize {
                self.disc(between(leg[0], leg[1], step as f64 / steps), reach, around, &mut cells);
            }
        }
        cells
    }

    fn disc(&self, middle: Coord<f64>, reach: f64, around: i32, cells: &mut Vec<usize>) {
        for dy in -around..=around {
            for dx in -around..=around {
                let place = Coord { x: middle.x + f64::from(dx) * CELL, y: middle.y + f64::from(dy) * CELL };
                if distance(middle, place) <= reach + CELL {
                    cells.extend(self.cell(place));
                }
            }
        }
    }
}

fn rings(area: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(area.exterior()).chain(area.interiors())
}

#[cfg(test)]
mod tests {
    use super::super::board::heading;
    use super::super::curve::plot;
    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    fn ground() -> Ground {
        Ground::new(at(0.0, 0.0), at(2000.0, 1000.0), 0)
    }

    #[test]
    fn a_marked_area_is_found_inside_and_at_its_edge() {
        let mut ground = ground();
        ground.mark_area(&plot(at(500.0, 500.0), heading(0.3), 400.0, 200.0), 0.0, WATER);
        assert_eq!(ground.at(at(500.0, 500.0)), WATER);
        assert!(ground.meets(&plot(at(700.0, 560.0), heading(0.0), 60.0, 60.0), 0.0, WATER));
        assert!(!ground.meets(&plot(at(900.0, 500.0), heading(0.0), 60.0, 60.0), 0.0, WATER));
    }

    #[test]
    fn a_line_thinner_than_a_cell_is_not_missed() {
        let mut ground = ground();
        ground.mark_line(&[at(10.0, 10.0), at(1990.0, 990.0)], 5.0, CORRIDOR);
        for part in 1..200 {
            let on = between(at(10.0, 10.0), at(1990.0, 990.0), f64::from(part) / 200.0);
            assert_ne!(ground.at(on) & CORRIDOR, 0, "{on:?}");
        }
    }

    #[test]
    fn a_claim_is_granted_once() {
        let mut ground = ground();
        let house = plot(at(500.0, 500.0), heading(0.0), 100.0, 100.0);
        assert!(ground.claim(&house, 20.0, WATER));
        assert!(!ground.claim(&house, 20.0, WATER));
        assert!(ground.meets(&plot(at(1995.0, 500.0), heading(0.0), 100.0, 100.0), 0.0, WATER), "the grid ends there");
    }

    #[test]
    fn clearing_takes_one_mark_only() {
        let mut ground = Ground::new(at(0.0, 0.0), at(1000.0, 1000.0), BEYOND | WATER);
        ground.clear_area(&plot(at(500.0, 500.0), heading(0.0), 400.0, 400.0), BEYOND);
        assert_eq!(ground.at(at(500.0, 500.0)), WATER);
        assert_eq!(ground.at(at(100.0, 100.0)), BEYOND | WATER);
    }
}
