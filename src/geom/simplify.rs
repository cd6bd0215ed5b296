//! Fewer vertices where the eye cannot tell.

use geo::Simplify;

use super::world::WorldShape;

/// The shape without the vertices that lie within a tolerance, in lengths of the world square, of the line through
/// their neighbours (Ramer–Douglas–Peucker). The whole shape is simplified before any tile cuts it, so all tiles of a
/// zoom see one and the same line. An area never gets fewer than three corners.
///
/// The result depends on where a ring begins: two areas with a common border may part by up to the tolerance. Areas
/// that must not tear are left to the tile's grid, which moves a vertex to the same place in every ring.
pub fn simplify(shape: WorldShape, tolerance: f64) -> WorldShape {
    WorldShape {
        points: shape.points,
        lines: shape.lines.iter().map(|line| line.simplify(tolerance)).collect(),
        areas: shape.areas.iter().map(|area| area.simplify(tolerance)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Coord, Distance, Euclidean, LineString, Point, wkt};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_vertex_is_further_off_than_the_tolerance(steps in prop::collection::vec(-0.01f64..0.01, 3..60)) {
            let vertex = |(n, y): (usize, &f64)| Coord { x: 0.1 + n as f64 * 0.01, y: 0.5 + y };
            let line: LineString = steps.iter().enumerate().map(vertex).collect();
            let shape = WorldShape { lines: vec![line.clone()], ..WorldShape::default() };
            let simple = simplify(shape, 0.004);
            prop_assert!(simple.lines[0].0.len() <= line.0.len());
            prop_assert_eq!((simple.lines[0].0.first(), simple.lines[0].0.last()), (line.0.first(), line.0.last()));
            for vertex in &line.0 {
                let off = Euclidean.distance(&Point(*vertex), &simple.lines[0]);
                prop_assert!(off <= 0.004 + 1e-12);
            }
        }
    }

    #[test]
    fn a_vertex_just_within_the_tolerance_goes_and_one_just_beyond_stays() {
        let bent = |by: f64| LineString::from(vec![(0.0, 0.0), (0.5, by), (1.0, 0.0)]);
        let left = |by| simplify(WorldShape { lines: vec![bent(by)], ..WorldShape::default() }, 0.1).vertices();
        assert_eq!((left(0.0999), left(0.1001)), (2, 3));
    }

    #[test]
    fn an_area_below_the_tolerance_keeps_its_corners() {
        let speck = wkt!(POLYGON((0.1 0.1, 0.11 0.1, 0.11 0.11, 0.1 0.11, 0.1 0.1)));
        let shape = WorldShape { areas: vec![speck.clone()], ..WorldShape::default() };
        assert!(simplify(shape, 0.5).areas[0].exterior().0.len() >= 4);
    }
}
