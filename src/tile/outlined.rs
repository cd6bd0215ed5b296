//! The shape of a thing on a tile's grid.

use super::TileCoord;
use super::composed::Frame;
use super::plate::{Bounds, PartKind, Plate};
use crate::geom::{Cell, Coord, GridShape, LineString, Polygon, WorldShape, clip};

/// Rings of no more vertices than this are looked through edge by edge; longer ones are mended and remembered as clean.
const FEW: usize = 64;
const ACROSS: f64 = 4_294_967_296.0;

/// The shape of a thing at the zoom of a tile: clipped to the tile and its buffer, snapped, every ring in order.
pub(super) fn shape(plate: &Plate, at: u32, coord: TileCoord, frame: Frame) -> GridShape {
    let inside = within(plate.bounds(at), &frame.window());
    inside.then(|| whole(plate, at, coord.z(), frame)).flatten().unwrap_or_else(|| carefully(plate, at, coord, inside))
}

fn within(inner: &Bounds, outer: &Bounds) -> bool {
    inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
}

/// A shape that no side of the tile cuts and that snapping leaves in order; otherwise nothing.
fn whole(plate: &Plate, at: u32, zoom: u8, frame: Frame) -> Option<GridShape> {
    let mut shape = GridShape::default();
    for (kind, marks) in plate.parts(at, zoom) {
        let cells = marks.map(|mark| frame.cell(mark));
        match kind {
            PartKind::Points => shape.points.extend(cells),
            PartKind::Line => shape.lines.push(chain(cells, false)),
            PartKind::Outline => shape.areas.push(vec![chain(cells, true)]),
            PartKind::Hole => shape.areas.last_mut()?.push(chain(cells, true)),
        }
    }
    shape.points.sort_unstable();
    shape.points.dedup();
    if shape.lines.iter().any(|line| line.len() < 2) {
        return None;
    }
    if shape.areas.is_empty() || plate.is_clean(at, zoom) {
        return Some(shape);
    }
    let rings: Vec<&Vec<Cell>> = shape.areas.iter().flatten().collect();
    let in_order = rings.iter().map(|ring| ring.len()).sum::<usize>() <= FEW && in_order(&shape.areas);
    if in_order {
        plate.found_clean(at, zoom);
    }
    in_order.then_some(shape)
}

/// Vertices without repetitions and without those on the straight way between their neighbours.
fn chain(cells: impl Iterator<Item = Cell>, closed: bool) -> Vec<Cell> {
    let mut kept: Vec<Cell> = Vec::new();
    for cell in cells {
        push(&mut kept, cell);
    }
    if closed {
        // The first vertices may repeat the last ones or lie on the straight way to them.
        while kept.len() > 2
            && (kept.first() == kept.last() || on_the_way(kept[kept.len() - 2], kept[kept.len() - 1], kept[0]))
        {
            kept.pop();
        }
        while kept.len() > 2 && on_the_way(kept[kept.len() - 1], kept[0], kept[1]) {
            kept.remove(0);
        }
    }
    kept
}

fn push(kept: &mut Vec<Cell>, cell: Cell) {
    if kept.last() == Some(&cell) {
        return;
    }
    if let [.., before, last] = kept.as_slice()
        && on_the_way(*before, *last, cell)
    {
        kept.pop();
    }
    kept.push(cell);
}

fn step(from: Cell, to: Cell) -> (i64, i64) {
    (i64::from(to.x) - i64::from(from.x), i64::from(to.y) - i64::from(from.y))
}

fn turn(a: Cell, b: Cell, c: Cell) -> i64 {
    let ((ux, uy), (vx, vy)) = (step(a, b), step(a, c));
    ux * vy - uy * vx
}

fn on_the_way(from: Cell, middle: Cell, to: Cell) -> bool {
    let ((ax, ay), (bx, by)) = (step(from, middle), step(middle, to));
    ax * by == ay * bx && ax * bx + ay * by > 0
}

/// Whether rings run as they should and neither cross nor touch themselves or each other.
fn in_order(areas: &[Vec<Vec<Cell>>]) -> bool {
    let turns = areas.iter().all(|area| {
        area.iter().enumerate().all(|(number, ring)| ring.len() > 2 && (doubled_area(ring) > 0) == (number == 0))
    });
    let rings: Vec<&Vec<Cell>> = areas.iter().flatten().collect();
    let edges: Vec<(usize, usize, Cell, Cell)> = rings
        .iter()
        .enumerate()
        .flat_map(|(number, ring)| (0..ring.len()).map(move |at| (number, at, ring[at], ring[(at + 1) % ring.len()])))
        .collect();
    let apart = |one: usize, other: usize| {
        let ((ring, at, a, b), (of, place, c, d)) = (edges[one], edges[other]);
        let count = rings[ring].len();
        let follows = ring == of && place == at + 1;
        let closes = ring == of && at == 0 && place + 1 == count;
        match (follows, closes) {
            // Neighbours share one vertex and must not fold back on each other.
            (true, _) => turn(a, b, d) != 0 || !on_segment(a, b, d) && !on_segment(c, d, a),
            (_, true) => turn(c, d, b) != 0 || !on_segment(c, d, b) && !on_segment(a, b, c),
            _ => !touch(a, b, c, d),
        }
    };
    turns && (0..edges.len()).all(|one| (one + 1..edges.len()).all(|other| apart(one, other)))
}

fn on_segment(a: Cell, b: Cell, c: Cell) -> bool {
    let between = |one: i32, other: i32, number: i32| (one.min(other)..=one.max(other)).contains(&number);
    turn(a, b, c) == 0 && between(a.x, b.x, c.x) && between(a.y, b.y, c.y)
}

fn touch(a: Cell, b: Cell, c: Cell, d: Cell) -> bool {
    let beside =
        |one: i32, two: i32, three: i32, four: i32| one.max(two) < three.min(four) || three.max(four) < one.min(two);
    if beside(a.x, b.x, c.x, d.x) || beside(a.y, b.y, c.y, d.y) {
        return false;
    }
    let signs = |a, b, c, d| turn(a, b, c).signum() * turn(a, b, d).signum();
    signs(a, b, c, d) <= 0 && signs(c, d, a, b) <= 0
}

fn doubled_area(ring: &[Cell]) -> i64 {
    let after = ring.iter().cycle().skip(1);
    ring.iter().zip(after).map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)).sum()
}

/// Any shape: cut at the sides of the tile, snapped, and its rings mended.
fn carefully(plate: &Plate, at: u32, coord: TileCoord, inside: bool) -> GridShape {
    let place = |[x, y]: [u32; 2]| Coord { x: f64::from(x) / ACROSS, y: f64::from(y) / ACROSS };
    let mut shape = WorldShape::default();
    let mut rings: Vec<(PartKind, LineString)> = Vec::new();
    for (kind, marks) in plate.parts(at, coord.z()) {
        let mut line: LineString = marks.map(place).collect();
        match kind {
            PartKind::Points => shape.points.extend(line.0),
            PartKind::Line => shape.lines.push(line),
            PartKind::Outline | PartKind::Hole => {
                line.close();
                rings.push((kind, line));
            }
        }
    }
    for (kind, ring) in rings {
        match (kind, shape.areas.last_mut()) {
            (PartKind::Hole, Some(area)) => area.interiors_push(ring),
            _ => shape.areas.push(Polygon::new(ring, vec![])),
        }
    }
    let cut = if inside { shape } else { clip(&shape, &coord.window()) };
    let mended = coord.grid().snap(&cut);
    if inside && same_count(plate, at, coord, &mended) {
        plate.found_clean(at, coord.z());
        // Drawn as it will be from now on: mending may begin its rings elsewhere.
        return whole(plate, at, coord.z(), Frame::of(coord)).unwrap_or(mended);
    }
    mended
}

/// Whether mending left as many rings and vertices as there were, which it does only where all was in order.
fn same_count(plate: &Plate, at: u32, coord: TileCoord, mended: &GridShape) -> bool {
    let frame = Frame::of(coord);
    let rings = plate.parts(at, coord.z()).filter(|(kind, _)| matches!(kind, PartKind::Outline | PartKind::Hole));
    let mut before: Vec<usize> =
        rings.map(|(_, marks)| chain(marks.map(|mark| frame.cell(mark)), true).len()).collect();
    let mut after: Vec<usize> = mended.areas.iter().flatten().map(Vec::len).collect();
    before.sort_unstable();
    after.sort_unstable();
    !before.is_empty() && before == after
}
