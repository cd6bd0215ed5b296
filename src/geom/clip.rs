//! Cutting shapes to a box of the world square.
//!
//! Each side of the box cuts in turn. A crossing is reckoned from the same end of an edge whichever way the edge runs
//! and lands exactly on the side, so the border of two neighbours is cut at one point, and nothing sticks out.

use geo::{Coord, LineString, Polygon};

use super::world::{WorldBox, WorldShape};

/// What of a shape lies in a box. Areas are cut side by side (Sutherland–Hodgman): where an area leaves the box and
/// comes back, its pieces stay joined by edges that run to and fro along the side. Such edges hold no area and every
/// point inside keeps its winding number, so snapping to a grid by the non-zero rule takes them away again.
pub fn clip(shape: &WorldShape, window: &WorldBox) -> WorldShape {
    WorldShape {
        points: shape.points.iter().copied().filter(|point| window.contains(*point)).collect(),
        lines: shape.lines.iter().flat_map(|line| clip_line(line, window)).collect(),
        areas: shape.areas.iter().filter_map(|area| clip_area(area, window)).collect(),
    }
}

#[derive(Clone, Copy)]
enum Side {
    West(f64),
    East(f64),
    North(f64),
    South(f64),
}

impl Side {
    fn of(window: &WorldBox) -> [Self; 4] {
        [Self::West(window.min.x), Self::East(window.max.x), Self::North(window.min.y), Self::South(window.max.y)]
    }

    fn keeps(self, point: Coord) -> bool {
        match self {
            Self::West(x) => point.x >= x,
            Self::East(x) => point.x <= x,
            Self::North(y) => point.y >= y,
            Self::South(y) => point.y <= y,
        }
    }

    /// Where an edge with its ends on either side crosses.
    fn crossing(self, start: Coord, end: Coord) -> Coord {
        let (from, to) = if (start.x, start.y) <= (end.x, end.y) { (start, end) } else { (end, start) };
        match self {
            Self::West(x) | Self::East(x) => Coord { x, y: between(from.y, to.y, (x - from.x) / (to.x - from.x)) },
            Self::North(y) | Self::South(y) => Coord { x: between(from.x, to.x, (y - from.y) / (to.y - from.y)), y },
        }
    }
}

/// The value a share of the way from one to the other, never beyond either.
fn between(from: f64, to: f64, share: f64) -> f64 {
    (from + (to - from) * share).clamp(from.min(to), from.max(to))
}

fn clip_line(line: &LineString, window: &WorldBox) -> Vec<LineString> {
    if line.0.iter().all(|point| window.contains(*point)) {
        return vec![line.clone()];
    }
    let mut chains = vec![line.0.clone()];
    for side in Side::of(window) {
        chains = chains.iter().flat_map(|chain| cut_chain(chain, side)).collect();
    }
    chains.into_iter().map(LineString).collect()
}

fn cut_chain(chain: &[Coord], side: Side) -> Vec<Vec<Coord>> {
    let mut kept = Vec::new();
    let mut current = Vec::new();
    let mut before: Option<Coord> = None;
    for &point in chain {
        let crossing = before.filter(|before| side.keeps(*before) != side.keeps(point));
        current.extend(crossing.map(|before| side.crossing(before, point)));
        if side.keeps(point) {
            current.push(point);
        } else if !current.is_empty() {
            kept.push(std::mem::take(&mut current));
        }
        before = Some(point);
    }
    kept.push(current);
    kept.retain(|chain| chain.len() > 1);
    kept
}

fn clip_area(area: &Polygon, window: &WorldBox) -> Option<Polygon> {
    // A hole should lie inside its outline, but a shape that nobody repaired may have one that does not.
    let mut rings = std::iter::once(area.exterior()).chain(area.interiors());
    if rings.all(|ring| ring.0.iter().all(|point| window.contains(*point))) {
        return Some(area.clone());
    }
    let exterior = clip_ring(area.exterior(), window)?;
    let holes = area.interiors().iter().filter_map(|hole| clip_ring(hole, window)).collect();
    Some(Polygon::new(exterior, holes))
}

fn clip_ring(ring: &LineString, window: &WorldBox) -> Option<LineString> {
    let mut vertices = ring.0.clone();
    for side in Side::of(window) {
        vertices = cut_ring(&vertices, side);
    }
    (vertices.len() > 3).then_some(LineString(vertices))
}

/// Takes and gives a closed ring, its first vertex once more at the end.
fn cut_ring(ring: &[Coord], side: Side) -> Vec<Coord> {
    let mut kept = Vec::with_capacity(ring.len() + 4);
    for edge in ring.windows(2) {
        let (start, end) = (edge[0], edge[1]);
        if side.keeps(start) {
            kept.push(start);
        }
        if side.keeps(start) != side.keeps(end) {
            kept.push(side.crossing(start, end));
        }
    }
    kept.extend(kept.first().copied());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, BooleanOps, Euclidean, Length, Line, wkt};
    use proptest::prelude::*;

    const WINDOW: WorldBox = WorldBox { min: Coord { x: 0.25, y: 0.25 }, max: Coord { x: 0.75, y: 0.75 } };

    fn window_area() -> Polygon {
        wkt!(POLYGON((0.25 0.25, 0.75 0.25, 0.75 0.75, 0.25 0.75, 0.25 0.25)))
    }

    /// A simple polygon around the middle: one radius a direction.
    #[test]
    fn a_hole_that_sticks_out_of_its_outline_is_clipped_too() {
        let area: Polygon = wkt!(POLYGON((0.3 0.3, 0.6 0.3, 0.6 0.6, 0.3 0.3), (0.1 0.3, 0.1 0.4, 0.4 0.4, 0.1 0.3)));
        let clipped = clip_area(&area, &WINDOW).unwrap();
        assert!(clipped.interiors().iter().all(|hole| hole.0.iter().all(|point| WINDOW.contains(*point))));
    }

    fn star(radii: &[f64]) -> Polygon {
        let turn = std::f64::consts::TAU / radii.len() as f64;
        let vertex = |(n, radius): (usize, &f64)| {
            let (sin, cos) = (turn * n as f64).sin_cos();
            Coord { x: 0.5 + radius * cos, y: 0.45 + radius * sin }
        };
        Polygon::new(radii.iter().enumerate().map(vertex).collect(), vec![])
    }

    fn line_of(points: &[(f64, f64)]) -> LineString {
        points.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect()
    }

    /// By the range of shares of the way that lie between each pair of sides.
    fn length_inside(edge: Line) -> f64 {
        let shares = |from: f64, way: f64| {
            let (near, far) = ((0.25 - from) / way, (0.75 - from) / way);
            if way == 0.0 {
                if (0.25..=0.75).contains(&from) { (0.0, 1.0) } else { (1.0, 0.0) }
            } else {
                (near.min(far), near.max(far))
            }
        };
        let (across, up) = (shares(edge.start.x, edge.dx()), shares(edge.start.y, edge.dy()));
        let share = across.1.min(up.1).min(1.0) - across.0.max(up.0).max(0.0);
        share.max(0.0) * edge.dx().hypot(edge.dy())
    }

    fn inside(point: &Coord) -> bool {
        WINDOW.contains(*point)
    }

    proptest! {
        #[test]
        fn a_clipped_area_lies_in_the_box_and_has_the_area_of_the_overlay(radii in prop::collection::vec(0.01f64..0.9, 5..40)) {
            let area = star(&radii);
            let truth = area.intersection(&window_area()).unsigned_area();
            let shape = WorldShape { areas: vec![area], ..WorldShape::default() };
            let clipped = clip(&shape, &WINDOW);
            prop_assert!(clipped.areas.iter().all(|area| area.exterior().0.iter().all(inside)));
            let found: f64 = clipped.areas.iter().map(Area::signed_area).sum();
            // The overlay rounds to a grid of its own.
            prop_assert!((found - truth).abs() < 1e-7, "{found} {truth}");
        }

        #[test]
        fn a_clipped_line_lies_in_the_box_and_has_the_length_reckoned_edge_by_edge(
            points in prop::collection::vec((0.0f64..1.0, 0.0f64..1.0), 2..30),
        ) {
            let line = line_of(&points);
            let truth: f64 = line.lines().map(length_inside).sum();
            let clipped = clip_line(&line, &WINDOW);
            prop_assert!(clipped.iter().all(|chain| chain.0.iter().all(inside)));
            let found: f64 = clipped.iter().map(|chain| Euclidean.length(chain)).sum();
            prop_assert!((found - truth).abs() < 1e-12, "{found} {truth}");
        }

        #[test]
        fn an_edge_is_cut_at_one_point_whichever_way_it_runs(points in prop::collection::vec((0.0f64..1.0, 0.0f64..1.0), 2..10)) {
            let forth = clip_line(&line_of(&points), &WINDOW);
            let turned: Vec<_> = points.iter().rev().copied().collect();
            let mut back = clip_line(&line_of(&turned), &WINDOW);
            back.reverse();
            for chain in &mut back {
                chain.0.reverse();
            }
            prop_assert_eq!(forth, back);
        }
    }

    #[test]
    fn the_edge_of_the_box_belongs_to_it() {
        let on = Coord { x: 0.25, y: 0.75 };
        let off = Coord { x: 0.25 - 1e-12, y: 0.75 };
        let shape = WorldShape { points: vec![on, off], ..WorldShape::default() };
        assert_eq!(clip(&shape, &WINDOW).points, [on]);
    }

    #[test]
    fn a_line_that_comes_back_is_two_chains() {
        let line = line_of(&[(0.5, 0.5), (0.9, 0.5), (0.9, 0.6), (0.5, 0.6)]);
        let chains = clip_line(&line, &WINDOW);
        assert_eq!(chains, [line_of(&[(0.5, 0.5), (0.75, 0.5)]), line_of(&[(0.75, 0.6), (0.5, 0.6)])]);
    }

    #[test]
    fn an_area_around_the_box_fills_it_and_its_hole_stays() {
        let around = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.), (0.4 0.4, 0.4 0.6, 0.6 0.6, 0.6 0.4, 0.4 0.4)));
        let clipped = clip_area(&around, &WINDOW).unwrap();
        assert!((clipped.unsigned_area() - (0.25 - 0.04)).abs() < 1e-12);
    }
}
