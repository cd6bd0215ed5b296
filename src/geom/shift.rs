//! Moving a shape over the ground, and how far it must at least be moved until it is clear of another or inside a region.

use geo::{
    Area, BooleanOps, Coord, CoordsIter, Geometry, InteriorPoint, Intersects, LineString, MapCoords, MultiLineString,
    MultiPolygon, Point,
};

use super::{LocalPlane, Metres, Region, Site, direct};

/// Coordinates are kept to a tenth of a millimetre, so that a moved shape is the same however it is written down.
const DIGITS: f64 = 1e9;
/// As many places of an overlap, and corners that stick out of a region, are tried.
const TRIED: usize = 12;

/// A shape in longitude/latitude degrees, moved `metres` along the geodesic that leaves `centre` at `bearing` degrees east
/// of north. Its lengths are kept in a plane that moves along with the centre, north staying north.
pub fn shifted(geometry: &Geometry, centre: Coord, bearing: f64, metres: Metres) -> Geometry {
    let from = LocalPlane::centred_at(centre);
    let to = LocalPlane::centred_at(direct(centre.into(), bearing, metres.0).0);
    written(&geometry.map_coords(|place| to.unproject(from.project(place))))
}

/// The shape with its coordinates as they are written down.
pub fn written(geometry: &Geometry) -> Geometry {
    let rounded = |degrees: f64| (degrees * DIGITS).round() / DIGITS;
    geometry.map_coords(|place| Coord { x: rounded(place.x), y: rounded(place.y) })
}

/// The area on the ground in square metres; 0 for points and lines.
pub fn area_m2(geometry: &Geometry) -> f64 {
    let Some(site) = super::Envelope::of(geometry) else { return 0.0 };
    let plane = LocalPlane::centred_at(site.centre());
    geometry.map_coords(|place| plane.project(place)).unsigned_area()
}

/// A length that a shape must at least be moved until it no longer meets another; 0 where they do not meet, or where only
/// lines cross.
pub fn to_clear(shape: &Geometry, other: &Geometry) -> Metres {
    let depth = |place: Point| depth(place, shape) + depth(place, other);
    shared_places(shape, other).into_iter().map(depth).fold(Metres::ZERO, Metres::max)
}

/// A length that a shape must at least be moved until a region holds it and `reach` around it; 0 where it does, infinite
/// where the region is empty.
pub fn to_enter(site: &Site, region: &Region, reach: Metres) -> Metres {
    if region.is_empty() {
        return Metres(f64::INFINITY);
    }
    let areas = Geometry::MultiPolygon(region.areas().clone());
    let outside: Vec<Point> =
        site.geometry().coords_iter().map(Point::from).filter(|corner| !areas.intersects(corner)).collect();
    if outside.is_empty() {
        let edge = site.nearest(&edges(region.areas()));
        return edge.map_or(Metres::ZERO, |way| reach.less(way.distance));
    }
    let away = |corner: &Point| Site::new((*corner).into())?.nearest(&areas).map(|way| way.distance);
    let farthest = thinned(&outside).filter_map(away).fold(Metres::ZERO, Metres::max);
    farthest + reach
}

/// How deep a place lies inside an areal shape.
fn depth(place: Point, shape: &Geometry) -> Metres {
    let areas = match shape {
        Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon.clone()]),
        Geometry::MultiPolygon(areas) => areas.clone(),
        _ => return Metres::ZERO,
    };
    if !areas.intersects(&place) {
        return Metres::ZERO;
    }
    let way = Site::new(place.into()).and_then(|site| site.nearest(&edges(&areas)));
    way.map_or(Metres::ZERO, |way| way.distance)
}

/// Places that two shapes have in common.
fn shared_places(one: &Geometry, other: &Geometry) -> Vec<Point> {
    match (areal(one), areal(other)) {
        (Some(one), Some(other)) => {
            let pieces = one.intersection(&other);
            let inner = pieces.iter().filter_map(InteriorPoint::interior_point);
            let corners: Vec<Point> = pieces.coords_iter().map(Point::from).collect();
            inner.take(TRIED).chain(thinned(&corners).copied()).collect()
        }
        (Some(areas), None) => inside(&areas, other),
        (None, Some(areas)) => inside(&areas, one),
        (None, None) => vec![],
    }
}

/// Places of a line or of points that lie inside areas.
fn inside(areas: &MultiPolygon, thing: &Geometry) -> Vec<Point> {
    let lines = match thing {
        Geometry::LineString(line) => MultiLineString::new(vec![line.clone()]),
        Geometry::MultiLineString(lines) => lines.clone(),
        _ => return thing.coords_iter().map(Point::from).filter(|place| areas.intersects(place)).collect(),
    };
    let within = areas.clip(&lines, false);
    let middles = within.iter().flat_map(LineString::lines).map(|edge| Point::from((edge.start + edge.end) / 2.0));
    let places: Vec<Point> = middles.chain(within.coords_iter().map(Point::from)).collect();
    thinned(&places).copied().collect()
}

fn areal(shape: &Geometry) -> Option<MultiPolygon> {
    match shape {
        Geometry::Polygon(polygon) => Some(MultiPolygon::new(vec![polygon.clone()])),
        Geometry::MultiPolygon(areas) => Some(areas.clone()),
        _ => None,
    }
}

fn edges(areas: &MultiPolygon) -> Geometry {
    let rings = areas.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
    Geometry::MultiLineString(MultiLineString::new(rings.cloned().collect()))
}

/// A few of many, evenly chosen.
fn thinned<T>(all: &[T]) -> impl Iterator<Item = &T> {
    all.iter().step_by(all.len().div_ceil(TRIED).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{distance::nearest, geodesic_m};
    use geo::Polygon;

    const CENTRE: Coord = Coord { x: 115.8, y: 29.6 };

    fn block(east: f64, north: f64, half: f64) -> Geometry {
        let plane = LocalPlane::centred_at(CENTRE);
        let corner = |x: f64, y: f64| plane.unproject(Coord { x: east + x, y: north + y });
        let ring = vec![corner(-half, -half), corner(half, -half), corner(half, half), corner(-half, half)];
        Polygon::new(LineString::from(ring), vec![]).into()
    }

    #[test]
    fn a_moved_shape_keeps_its_lengths_and_goes_where_it_was_sent() {
        let before = block(0.0, 0.0, 300.0);
        for (bearing, metres) in [(0.0, 10.0), (37.0, 1234.5), (270.0, 5000.0)] {
            let after = shifted(&before, CENTRE, bearing, Metres(metres));
            let (Geometry::Polygon(one), Geometry::Polygon(other)) = (&before, &after) else { unreachable!() };
            for (a, b) in one.exterior().lines().zip(other.exterior().lines()) {
                let gap = geodesic_m(a.start.into(), a.end.into()) - geodesic_m(b.start.into(), b.end.into());
                assert!(gap.abs() < 1e-3, "{bearing} {metres}: {gap}");
            }
            let centre = shifted(&Point::from(CENTRE).into(), CENTRE, bearing, Metres(metres));
            let way = nearest(&Point::from(CENTRE).into(), &centre).unwrap().distance.0;
            assert!((way - metres).abs() < 1e-3);
        }
    }

    #[test]
    fn areas_are_those_of_the_ground() {
        assert!((area_m2(&block(3000.0, 0.0, 50.0)) - 10_000.0).abs() < 0.01);
        assert_eq!(area_m2(&Point::from(CENTRE).into()), 0.0);
    }

    #[test]
    fn what_overlaps_must_be_moved_at_least_as_far_as_is_said_and_not_much_less() {
        let still = block(0.0, 0.0, 100.0);
        for (east, least) in [(0.0, 100.0), (60.0, 30.0), (140.0, 40.0), (199.0, 0.5)] {
            let moving = block(east, 0.0, 100.0);
            let clear = to_clear(&moving, &still).0;
            assert!(clear <= 200.0 - east + 0.01 && clear >= least, "{east}: {clear}");
        }
        assert_eq!(to_clear(&block(201.0, 0.0, 100.0), &still), Metres::ZERO);
        let inside = Point::from(LocalPlane::centred_at(CENTRE).unproject(Coord { x: 70.0, y: 0.0 }));
        assert!((to_clear(&inside.into(), &still).0 - 30.0).abs() < 0.01);
        assert!((to_clear(&still, &inside.into()).0 - 30.0).abs() < 0.01);
    }

    #[test]
    fn a_line_through_a_shape_must_be_left_behind() {
        let plane = LocalPlane::centred_at(CENTRE);
        let ends = [-500.0, 500.0].map(|y| plane.unproject(Coord { x: 40.0, y }));
        let line = Geometry::from(LineString::from(ends.to_vec()));
        let clear = to_clear(&block(0.0, 0.0, 100.0), &line).0;
        assert!((59.0..=140.0).contains(&clear), "{clear}");
    }

    #[test]
    fn what_is_outside_must_come_in_by_its_farthest_corner() {
        let region = Region::union_of([&block(0.0, 0.0, 500.0)]);
        let move_of =
            |east: f64, reach: f64| to_enter(&Site::new(block(east, 0.0, 50.0)).unwrap(), &region, Metres(reach)).0;
        assert!((move_of(520.0, 0.0) - 70.0).abs() < 0.01);
        assert!((move_of(520.0, 30.0) - 100.0).abs() < 0.01);
        assert!((move_of(400.0, 80.0) - 30.0).abs() < 0.01);
        assert_eq!(move_of(400.0, 49.0), 0.0);
    }
}
