//! Valid areas out of any rings on a whole-number grid. All arithmetic is exact.
//!
//! Snapping to a grid makes rings touch and cross themselves and each other. Here the rings are cut where they meet, the
//! edges between covered and bare ground are kept, and walking along them with the covered ground on the left gives the
//! rings anew.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use super::grid::Cell;
use super::noding::{Columns, Edge, cross, noded};

/// The areas that rings cover, by the non-zero rule: the lobes of a ring that crosses itself all count, and what overlaps
/// grows together, so mending never bares what was covered. Outer ring first, then its holes. No ring touches itself,
/// and rings touch each other in single points at most.
pub(super) fn mended(rings: &[Vec<Cell>]) -> Vec<Vec<Vec<Cell>>> {
    let walls = walls(&noded(rings));
    let mut outer = Vec::new();
    let mut holes = Vec::new();
    for ring in walks(&walls).into_iter().flat_map(untied) {
        if doubled_area(&ring) > 0 { outer.push(vec![ring]) } else { holes.push(ring) }
    }
    outer.sort_by_cached_key(|area| Reverse(doubled_area(&area[0])));
    for hole in holes {
        // The smallest area around a hole is the one it is cut from.
        if let Some(area) = outer.iter_mut().rev().find(|area| surrounds(&area[0], &hole)) {
            area.push(hole);
        }
    }
    outer.into_iter().map(|area| area.iter().map(|ring| unbent(ring)).collect()).collect()
}

/// Twice the area of a ring, positive for an outer one.
fn doubled_area(ring: &[Cell]) -> i64 {
    let after = ring.iter().cycle().skip(1);
    ring.iter().zip(after).map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)).sum()
}

/// The edges with covered ground on one side only, each in the direction that has it on the left; sorted.
fn walls(edges: &[Edge]) -> Vec<(Cell, Cell)> {
    let columns = if edges.is_empty() { return Vec::new() } else { Columns::of(edges) };
    let mut walls: Vec<(Cell, Cell)> = edges
        .iter()
        .filter_map(|edge| {
            let right = winding_right_of(*edge, edges, &columns);
            match (right + edge.turns != 0, right != 0) {
                (true, false) => Some((edge.low, edge.high)),
                (false, true) => Some((edge.high, edge.low)),
                _ => None,
            }
        })
        .collect();
    walls.sort_unstable();
    walls
}

/// The winding number just to the right of the middle of an edge: what all edges to the north of it add up to. A hair to
/// the east of the middle is meant, so that upright edges need no care: none is met, and an upright edge is to the left.
fn winding_right_of(edge: Edge, edges: &[Edge], columns: &Columns) -> i32 {
    let middle = doubled_middle(edge.low, edge.high);
    let west_of_middle = middle.x.div_euclid(2);
    let north = columns.at(west_of_middle).iter().map(|nth| &edges[*nth as usize]).filter(|other| {
        other.low.x * 2 <= middle.x
            && middle.x < other.high.x * 2
            && cross(doubled(other.low), doubled(other.high), middle) > 0
    });
    north.map(|other| other.turns).sum()
}

fn doubled(at: Cell) -> Cell {
    Cell { x: at.x * 2, y: at.y * 2 }
}

fn doubled_middle(a: Cell, b: Cell) -> Cell {
    Cell { x: a.x + b.x, y: a.y + b.y }
}

/// Closed walks along the walls, at every crossing by the way that keeps to the same covered ground.
fn walks(walls: &[(Cell, Cell)]) -> Vec<Vec<Cell>> {
    let mut walked = vec![false; walls.len()];
    let mut walks = Vec::new();
    for start in 0..walls.len() {
        let mut walk = Vec::new();
        let mut here = start;
        while !walked[here] {
            walked[here] = true;
            walk.push(walls[here].0);
            here = next(walls, walls[here]);
        }
        if !walk.is_empty() {
            walks.push(walk);
        }
    }
    walks
}

/// The wall to follow: of those that leave the end, the first when turning clockwise (in the plane with y upwards) from
/// the way one came.
fn next(walls: &[(Cell, Cell)], (from, at): (Cell, Cell)) -> usize {
    let first = walls.partition_point(|wall| wall.0 < at);
    let count = walls[first..].iter().take_while(|wall| wall.0 == at).count();
    let nearer = |one: &usize, other: &usize| clockwise(at, from, walls[*one].1, walls[*other].1);
    (first..first + count).min_by(nearer).unwrap_or(first)
}

/// Which of two directions is met first when turning clockwise about a point from a third.
fn clockwise(centre: Cell, from: Cell, one: Cell, other: Cell) -> Ordering {
    let half = |to: Cell| match cross(centre, from, to).signum() {
        -1 => 0,
        0 => 1,
        _ => 2,
    };
    half(one).cmp(&half(other)).then_with(|| cross(centre, one, other).cmp(&0))
}

/// A walk that passes a point more than once is so many rings that touch there.
fn untied(walk: Vec<Cell>) -> Vec<Vec<Cell>> {
    let mut rings = Vec::new();
    let mut path: Vec<Cell> = Vec::with_capacity(walk.len());
    let mut places: HashMap<Cell, usize> = HashMap::with_capacity(walk.len());
    for cell in walk {
        if let Some(&place) = places.get(&cell) {
            let ring = path.split_off(place);
            places.retain(|_, held| *held < place);
            rings.push(ring);
        }
        places.insert(cell, path.len());
        path.push(cell);
    }
    rings.push(path);
    rings
}

/// A ring without the vertices on the straight way between their neighbours.
fn unbent(ring: &[Cell]) -> Vec<Cell> {
    let count = ring.len();
    let bends = |nth: usize| cross(ring[(nth + count - 1) % count], ring[nth], ring[(nth + 1) % count]) != 0;
    (0..count).filter(|nth| bends(*nth)).map(|nth| ring[nth]).collect()
}

/// Whether a ring surrounds a hole that does not cross it: the middle of one of the hole's edges decides, since an edge
/// that has been cut wherever it meets another has no other on its middle.
fn surrounds(ring: &[Cell], hole: &[Cell]) -> bool {
    let [first, second, ..] = hole else { return false };
    let middle = doubled_middle(*first, *second);
    let after = ring.iter().cycle().skip(1);
    let crossed = ring.iter().zip(after).map(|(from, to)| (doubled(*from), doubled(*to))).filter(|(from, to)| {
        let (low, high) = if from.x < to.x { (*from, *to) } else { (*to, *from) };
        low.x <= middle.x && middle.x < high.x && cross(low, high, middle) > 0
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Coord, Polygon, Validation};
    use proptest::prelude::*;

    fn cells(points: &[(i32, i32)]) -> Vec<Cell> {
        points.iter().map(|(x, y)| Cell { x: *x, y: *y }).collect()
    }

    fn polygon(area: &[Vec<Cell>]) -> Polygon {
        let ring = |ring: &Vec<Cell>| ring.iter().map(|c| Coord { x: f64::from(c.x), y: f64::from(c.y) }).collect();
        Polygon::new(ring(&area[0]), area[1..].iter().map(ring).collect())
    }

    /// The winding number of rings about a place, by the textbook.
    fn winding(rings: &[Vec<Cell>], x: f64, y: f64) -> i32 {
        let edges = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
        edges
            .map(|(a, b)| {
                let (ax, ay, bx, by) = (f64::from(a.x), f64::from(a.y), f64::from(b.x), f64::from(b.y));
                let met = (ay <= y) != (by <= y) && ax + (y - ay) / (by - ay) * (bx - ax) > x;
                i32::from(met) * if by > ay { 1 } else { -1 }
            })
            .sum()
    }

    fn far_from_edges(rings: &[Vec<Cell>], at: Coord) -> bool {
        let mut edges = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
        edges.all(|(a, b)| {
            let edge = geo::Line::new((f64::from(a.x), f64::from(a.y)), (f64::from(b.x), f64::from(b.y)));
            geo::Distance::distance(&geo::Euclidean, &geo::Point(at), &edge) > 2.0
        })
    }

    fn any_rings(size: i32) -> impl Strategy<Value = Vec<Vec<Cell>>> {
        let ring = prop::collection::vec((0..size, 0..size), 3..25).prop_map(|points| cells(&points));
        prop::collection::vec(ring, 1..4)
    }

    proptest! {
        #[test]
        fn whatever_comes_in_valid_rings_come_out(rings in any_rings(40)) {
            for area in mended(&rings) {
                prop_assert!(doubled_area(&area[0]) > 0 && area[1..].iter().all(|hole| doubled_area(hole) < 0));
                let fault = polygon(&area).check_validation();
                prop_assert!(fault.is_ok(), "{:?} in {:?}", fault, area);
            }
        }

        #[test]
        fn what_was_covered_stays_covered_and_nothing_else(rings in any_rings(400)) {
            let areas: Vec<Vec<Cell>> = mended(&rings).into_iter().flatten().collect();
            for (x, y) in (5..400).step_by(13).flat_map(|x| (5..400).step_by(13).map(move |y| (x, y))) {
                let at = Coord { x: f64::from(x) + 0.3, y: f64::from(y) + 0.4 };
                if far_from_edges(&rings, at) {
                    prop_assert_eq!(winding(&rings, at.x, at.y) != 0, winding(&areas, at.x, at.y) == 1, "{:?} {:?}", at, areas);
                }
            }
        }

        #[test]
        fn what_is_mended_needs_no_mending(rings in any_rings(40)) {
            let once = mended(&rings);
            let again = mended(&once.concat());
            let total = |areas: &[Vec<Vec<Cell>>]| areas.iter().flatten().map(|ring| doubled_area(ring)).sum::<i64>();
            prop_assert_eq!(total(&once), total(&again));
            prop_assert_eq!(once.len(), again.len());
        }
    }

    #[test]
    fn a_hole_that_touches_the_outline_stays_a_hole() {
        let pinched = cells(&[(0, 0), (10, 0), (10, 10), (0, 10), (0, 5), (4, 7), (4, 3), (0, 5)]);
        let areas = mended(&[pinched]);
        assert_eq!(areas.len(), 1);
        assert_eq!((doubled_area(&areas[0][0]), doubled_area(&areas[0][1])), (200, -16));
    }

    #[test]
    fn an_island_in_a_hole_is_an_area_of_its_own() {
        let square = |from: i32, to: i32| cells(&[(from, from), (to, from), (to, to), (from, to)]);
        let mut hole = square(2, 8);
        hole.reverse();
        let areas = mended(&[square(0, 10), hole, square(4, 6)]);
        assert_eq!(areas.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn areas_that_touch_in_a_point_stay_two_and_those_that_overlap_become_one() {
        let square = |at: i32| cells(&[(at, at), (at + 4, at), (at + 4, at + 4), (at, at + 4)]);
        assert_eq!(mended(&[square(0), square(4)]).len(), 2);
        assert_eq!(mended(&[square(0), square(3)]).len(), 1);
    }

    #[test]
    fn the_smallest_areas_stay() {
        for (dx, dy) in [(1, 1), (-1, 1), (1, -1), (-1, -1)] {
            assert_eq!(mended(&[cells(&[(0, 0), (dx, 0), (0, dy)])]).len(), 1);
        }
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        assert_eq!(mended(&[]), Vec::<Vec<Vec<Cell>>>::new());
        assert_eq!(mended(&[cells(&[(3, 3)]), cells(&[(0, 0), (5, 5)])]), Vec::<Vec<Vec<Cell>>>::new());
    }
}
