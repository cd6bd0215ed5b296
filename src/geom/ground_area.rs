//! Areas on the ground, in square metres on the ellipsoid.

use geo::{BooleanOps, Coord, CoordsIter, Geometry, LineString, MultiPolygon, Polygon};

use super::ellipsoid::{FLATTENING, SEMI_MAJOR_M};
use super::{Envelope, Region, Shape, Territory};

/// Edges are reckoned in pieces no longer than this, in degrees; over such a piece Simpson's rule is exact to a part in
/// 10¹⁰ and better.
const LONGEST_PIECE_DEGREES: f64 = 0.5;

/// The area of a shape in longitude/latitude degrees, whose edges are straight in degrees (RFC 7946). Points and lines
/// have none. Never a projected (Mercator) area: it is the surface of the ellipsoid, by the cylindrical equal-area
/// projection (Snyder 1987, eqs. 3-12 and 10-15).
pub fn ground_area_m2(geometry: &Geometry) -> f64 {
    match geometry {
        Geometry::Polygon(polygon) => polygon_m2(polygon),
        Geometry::MultiPolygon(polygons) => polygons.iter().map(polygon_m2).sum(),
        Geometry::Rect(rect) => polygon_m2(&rect.to_polygon()),
        Geometry::Triangle(triangle) => polygon_m2(&triangle.to_polygon()),
        Geometry::GeometryCollection(shapes) => shapes.iter().map(ground_area_m2).sum(),
        _ => 0.0,
    }
}

/// The area that a ground and a region have in common. The ground comes twice, as a shape and prepared; where no edge of
/// it is near the region, all of the region is inside or nothing.
pub fn shared_ground_m2(shape: Shape<'_>, ground: &Territory, region: &Region) -> f64 {
    let areas = Geometry::MultiPolygon(region.areas().clone());
    let Some(envelope) = Envelope::of(&areas) else { return 0.0 };
    if !shape.has_edges_in(&envelope) {
        let inside = areas.coords_iter().next().is_some_and(|place| ground.meets(&geo::Point(place).into()));
        return if inside { ground_area_m2(&areas) } else { 0.0 };
    }
    let common = match shape.geometry {
        Geometry::Polygon(polygon) => region.areas().intersection(polygon),
        Geometry::MultiPolygon(polygons) => region.areas().intersection(polygons),
        _ => MultiPolygon::new(vec![]),
    };
    ground_area_m2(&common.into())
}

fn polygon_m2(polygon: &Polygon) -> f64 {
    let holes: f64 = polygon.interiors().iter().map(|hole| ring_m2(hole).abs()).sum();
    (ring_m2(polygon.exterior()).abs() - holes).max(0.0)
}

/// The area to the left of a ring. Heights are counted from its first vertex, so that a small ring far from the equator
/// is not the difference of two large numbers.
fn ring_m2(ring: &LineString) -> f64 {
    let Some(first) = ring.0.first() else { return 0.0 };
    let base = height(first.y);
    let under = |edge: geo::Line| under_edge(edge.start, edge.end, base);
    -ring.lines().map(under).sum::<f64>() * SEMI_MAJOR_M * SEMI_MAJOR_M / 2.0
}

/// The integral of the height above `base` over the longitude along an edge, in radians.
fn under_edge(from: Coord, to: Coord, base: f64) -> f64 {
    let longest = (to.x - from.x).abs().max((to.y - from.y).abs());
    let pieces = (longest / LONGEST_PIECE_DEGREES).ceil().max(1.0) as u32;
    let lat = |share: f64| from.y + (to.y - from.y) * share;
    let piece = |nth: u32| {
        let [start, middle, end] =
            [0.0, 0.5, 1.0].map(|part| height(lat((f64::from(nth) + part) / f64::from(pieces))) - base);
        (start + 4.0 * middle + end) / 6.0
    };
    (0..pieces).map(piece).sum::<f64>() / f64::from(pieces) * (to.x - from.x).to_radians()
}

/// Snyder's q: the area between the equator and a parallel, over a² / 2 and a radian of longitude.
fn height(lat: f64) -> f64 {
    let squared = FLATTENING * (2.0 - FLATTENING);
    let e = squared.sqrt();
    let sin = lat.to_radians().sin();
    (1.0 - squared) * (sin / (1.0 - squared * sin * sin) + (e * sin).atanh() / e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Rect;
    use geo::Point;

    #[test]
    fn the_whole_ellipsoid_has_its_known_surface() {
        let all = Rect::new(Coord { x: -180.0, y: -90.0 }, Coord { x: 180.0, y: 90.0 });
        // Surface of the ellipsoid a = 6378137 m, f = 1 / 298.257222101 (GRS 80): 510 065 621.7 km².
        assert!((ground_area_m2(&all.into()) / 510_065_621_724_089.0 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_block_is_as_large_as_its_sides_say() {
        let corner = Coord { x: 115.8, y: 29.6 };
        let block = Rect::new(corner, Coord { x: 115.801, y: 29.601 });
        let side = |to: Coord| crate::geom::geodesic_m(Point(corner), Point(to));
        let product = side(Coord { x: 115.801, y: 29.6 }) * side(Coord { x: 115.8, y: 29.601 });
        let area = ground_area_m2(&block.into());
        assert!((area / product - 1.0).abs() < 2e-5, "{area} {product}");
    }

    #[test]
    fn holes_parts_and_direction() {
        let block = |west: f64, side: f64| Rect::new((west, 29.0), (west + side, 29.0 + side)).to_polygon();
        let area = |polygon: &Polygon| ground_area_m2(&polygon.clone().into());
        let (large, small) = (block(115.0, 0.4), block(115.1, 0.1));
        let holed = Polygon::new(large.exterior().clone(), vec![small.exterior().clone()]);
        assert!((area(&holed) - (area(&large) - area(&small))).abs() < 1.0);
        let mut backward = large.exterior().clone();
        backward.0.reverse();
        assert!((area(&Polygon::new(backward, vec![])) - area(&large)).abs() < 1e-3);
        assert!(ground_area_m2(&Point::new(115.0, 29.0).into()).abs() < f64::EPSILON);
    }
}
