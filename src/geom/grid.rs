//! The whole-number grid of a tile: snapping shapes to it, and mending what snapping breaks.

use geo::{Coord, LineString, Polygon};

use super::mend::mended;
use super::world::WorldShape;

/// A point of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// To the east.
    pub x: i32,
    /// To the south.
    pub y: i32,
}

/// A shape on the grid. Its rings are closed by implication (the first vertex is not repeated) and valid: they neither
/// cross nor touch themselves, outer rings run so that the sum of x₁y₂ − x₂y₁ is positive, holes the other way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridShape {
    /// Single points.
    pub points: Vec<Cell>,
    /// Chains of at least two vertices.
    pub lines: Vec<Vec<Cell>>,
    /// Areas: the outer ring, then the holes.
    pub areas: Vec<Vec<Vec<Cell>>>,
}

impl GridShape {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.lines.is_empty() && self.areas.is_empty()
    }
}

/// A window of the grid that spans the whole world. A place is first rounded on the world's grid and only then counted
/// from the window's corner, so that neighbouring windows give every place the same point.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    across: f64,
    west: f64,
    north: f64,
    least: i32,
    most: i32,
}

impl Grid {
    /// A grid with this many units across the world, counted from a corner given in such units (whole numbers, x then
    /// y). The window reaches from `least` to `most` along both axes.
    pub fn new(across: f64, corner: [f64; 2], least: i32, most: i32) -> Self {
        Self { across, west: corner[0], north: corner[1], least, most }
    }

    /// The nearest point of the grid; nothing lies beyond the window by more than its rounding.
    pub fn cell(&self, point: Coord) -> Cell {
        // A float that is out of the range of i32 becomes its nearest end.
        let count = |share: f64, corner: f64| (share * self.across).round() - corner;
        Cell { x: count(point.x, self.west) as i32, y: count(point.y, self.north) as i32 }
    }

    /// A shape that has been clipped to the window, on the grid. What would vanish is kept as its smallest mark: an
    /// area as a square of one unit, a line as a stroke of one unit. What only touches the edge of the window vanishes.
    pub fn snap(&self, shape: &WorldShape) -> GridShape {
        let mut points: Vec<Cell> = shape.points.iter().map(|point| self.cell(*point)).collect();
        points.sort_unstable();
        points.dedup();
        GridShape { points, lines: self.snap_lines(&shape.lines), areas: self.snap_areas(&shape.areas) }
    }

    fn snap_lines(&self, lines: &[LineString]) -> Vec<Vec<Cell>> {
        let chains: Vec<Vec<Cell>> = lines.iter().map(|line| straightened(self.cells(line))).collect();
        let mut drawn: Vec<Vec<Cell>> = chains.iter().filter(|chain| chain.len() > 1).cloned().collect();
        if drawn.is_empty() {
            let mark = chains.iter().find_map(|chain| self.anchor(chain));
            drawn.extend(mark.map(|at| vec![at, Cell { x: at.x + 1, y: at.y }]));
        }
        drawn
    }

    fn snap_areas(&self, areas: &[Polygon]) -> Vec<Vec<Vec<Cell>>> {
        let mut parts: Vec<_> = areas.iter().map(|area| self.snap_area(area)).filter(|part| !part.is_empty()).collect();
        match parts.len() {
            0 => Vec::new(),
            1 => parts.remove(0),
            // Parts that lay apart may have come to touch.
            _ => mended(&parts.concat().concat()),
        }
    }

    fn snap_area(&self, area: &Polygon) -> Vec<Vec<Vec<Cell>>> {
        let mut rings = vec![self.cells(area.exterior())];
        rings.extend(area.interiors().iter().map(|hole| self.cells(hole)));
        let mut areas = mended(&rings);
        if areas.is_empty() {
            areas.extend(self.anchor(&rings[0]).map(|at| vec![square(at)]));
        }
        areas
    }

    fn cells(&self, line: &LineString) -> Vec<Cell> {
        line.0.iter().map(|point| self.cell(*point)).collect()
    }

    /// The first vertex truly inside the window. All vertices of the to and fro that clipping leaves lie on its edge.
    fn anchor(&self, chain: &[Cell]) -> Option<Cell> {
        let inside = |count: i32| self.least < count && count < self.most;
        chain.iter().copied().find(|cell| inside(cell.x) && inside(cell.y))
    }
}

fn square(at: Cell) -> Vec<Cell> {
    let corner = |x, y| Cell { x: at.x + x, y: at.y + y };
    vec![corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]
}

/// The chain without repeated vertices and those on the straight way between their neighbours.
fn straightened(chain: Vec<Cell>) -> Vec<Cell> {
    let mut kept: Vec<Cell> = Vec::with_capacity(chain.len());
    for cell in chain {
        if kept.last() == Some(&cell) {
            continue;
        }
        if let [.., before, last] = kept.as_slice()
            && on_the_way(*before, *last, cell)
        {
            kept.pop();
        }
        kept.push(cell);
    }
    kept
}

fn on_the_way(from: Cell, middle: Cell, to: Cell) -> bool {
    let step = |a: Cell, b: Cell| (i64::from(b.x) - i64::from(a.x), i64::from(b.y) - i64::from(a.y));
    let ((ax, ay), (bx, by)) = (step(from, middle), step(middle, to));
    ax * by == ay * bx && ax * bx + ay * by > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, BooleanOps, unary_union, wkt};
    use proptest::prelude::*;

    /// One unit of world length is one unit of grid here, so that tests can write plain numbers.
    fn plain() -> Grid {
        Grid::new(1.0, [0.0, 0.0], -64, 4160)
    }

    fn snapped(area: Polygon) -> Vec<Vec<Vec<Cell>>> {
        plain().snap(&WorldShape { areas: vec![area], ..WorldShape::default() }).areas
    }

    fn polygon(area: &[Vec<Cell>]) -> Polygon {
        let ring = |ring: &Vec<Cell>| ring.iter().map(|c| Coord { x: f64::from(c.x), y: f64::from(c.y) }).collect();
        Polygon::new(ring(&area[0]), area[1..].iter().map(ring).collect())
    }

    fn cells(points: &[(i32, i32)]) -> Vec<Cell> {
        points.iter().map(|(x, y)| Cell { x: *x, y: *y }).collect()
    }

    proptest! {
        #[test]
        fn mending_covers_all_that_was_covered(
            radii in prop::collection::vec(1.0f64..300.0, 3..40),
        ) {
            let turn = std::f64::consts::TAU / radii.len() as f64;
            let vertex = |(n, radius): (usize, &f64)| {
                let (sin, cos) = (turn * n as f64).sin_cos();
                Coord { x: 400.0 + radius * cos, y: 400.0 + radius * sin }
            };
            let area = Polygon::new(radii.iter().enumerate().map(vertex).collect(), vec![]);
            let drawn: Vec<Polygon> = snapped(area.clone()).iter().map(|area| polygon(area)).collect();
            let drawn = unary_union(&drawn);
            // Each vertex moves by at most 0.71, so the two differ by a seam along the outline at most.
            let differs = area.xor(&drawn).unsigned_area();
            let outline: f64 = area.exterior().lines().map(|edge| (edge.dx()).hypot(edge.dy())).sum();
            prop_assert!(differs <= outline * 0.71 + 1.0, "{differs} {outline}");
        }
    }

    #[test]
    fn an_area_below_the_grid_stays_as_a_square() {
        let speck = wkt!(POLYGON((10.1 20.1, 10.2 20.1, 10.2 20.2, 10.1 20.1)));
        assert_eq!(snapped(speck), [[cells(&[(10, 20), (11, 20), (11, 21), (10, 21)])]]);
        let sliver = wkt!(POLYGON((10.1 20.1, 300. 20.1, 300. 20.3, 10.1 20.3, 10.1 20.1)));
        assert_eq!(snapped(sliver).len(), 1);
    }

    #[test]
    fn a_belt_thinner_than_the_grid_stays_as_a_square() {
        let belt = wkt!(POLYGON((10. 10., 20. 10., 20. 20., 10. 20., 10. 10.),
                                (10.1 10.1, 10.1 19.9, 19.9 19.9, 19.9 10.1, 10.1 10.1)));
        assert_eq!(snapped(belt)[0].len(), 1);
    }

    #[test]
    fn to_and_fro_along_the_edge_of_the_window_leaves_nothing() {
        let touching = wkt!(POLYGON((-64. 100., -64. 300., -64. 100.)));
        assert_eq!(snapped(touching), Vec::<Vec<Vec<Cell>>>::new());
        let inside = wkt!(POLYGON((-63. 100., -63. 300., -63. 100.)));
        assert_eq!(snapped(inside).len(), 1);
    }

    #[test]
    fn lobes_of_a_crossed_ring_both_stay() {
        let bow = wkt!(POLYGON((0. 0., 10. 10., 10. 0., 0. 20., 0. 0.)));
        let areas = snapped(bow);
        assert_eq!(areas.len(), 2);
        assert!(areas.iter().all(|area| polygon(area).signed_area() > 0.0));
    }

    #[test]
    fn a_line_is_straightened_and_never_vanishes() {
        let snap = |line: LineString| plain().snap(&WorldShape { lines: vec![line], ..WorldShape::default() }).lines;
        let bent = wkt!(LINESTRING(0. 0., 4.9 5.1, 10. 10., 10.2 10.3, 20. 10.));
        assert_eq!(snap(bent), [cells(&[(0, 0), (10, 10), (20, 10)])]);
        let there_and_back = wkt!(LINESTRING(0. 0., 9. 0., 3. 0.));
        assert_eq!(snap(there_and_back), [cells(&[(0, 0), (9, 0), (3, 0)])]);
        let speck = wkt!(LINESTRING(5.1 5.1, 5.2 5.2));
        assert_eq!(snap(speck), [cells(&[(5, 5), (6, 5)])]);
    }

    #[test]
    fn neighbouring_windows_give_a_place_the_same_point() {
        let across = f64::from(1 << 26);
        let here = Grid::new(across, [4096.0 * 100.0, 0.0], -64, 4160);
        let next = Grid::new(across, [4096.0 * 101.0, 0.0], -64, 4160);
        for n in 0..1000 {
            let place = Coord { x: (4096.0 * 101.0 + f64::from(n) * 0.0637 - 32.0) / across, y: 0.3 / across };
            assert_eq!(here.cell(place).x, next.cell(place).x + 4096);
        }
    }
}
