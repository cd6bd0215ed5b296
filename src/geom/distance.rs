//! The shortest ground distance between two shapes, edge to edge.
//!
//! The nearest pair of points is found in a plane centred at the site and its length is then taken along the geodesic on
//! the ellipsoid, so that the plane only ever chooses the pair and never supplies the figure.

use geo::{Coord, Geometry, Intersects, LineString, Point, Polygon};

use super::{Envelope, LocalPlane, Metres, geodesic_m};

/// A pair found farther than this from the centre of its plane is looked for again in a plane centred on the pair.
const RECENTRE_BEYOND_M: f64 = 5_000.0;
/// Segments that share one box in the pruned search.
const CHUNK: usize = 16;

/// The shortest way from a site to something else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// Ground distance along the geodesic; 0 where the shapes touch or overlap.
    pub distance: Metres,
    /// The end on the site, longitude/latitude.
    pub from: Point,
    /// The end on the other shape, longitude/latitude.
    pub to: Point,
}

/// A shape prepared for measuring many distances from it.
#[derive(Clone, Debug)]
pub struct Site {
    geometry: Geometry,
    envelope: Envelope,
    plane: LocalPlane,
    edges: Edges,
}

impl Site {
    /// Prepares a shape in longitude/latitude degrees; `None` where it has no vertex.
    pub fn new(geometry: Geometry) -> Option<Self> {
        let envelope = Envelope::of(&geometry)?;
        let plane = LocalPlane::centred_at(envelope.centre());
        let edges = Edges::of(&geometry, &plane);
        Some(Self { geometry, envelope, plane, edges })
    }

    /// The shape itself.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The box around it.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The shortest way to another shape in longitude/latitude degrees; `None` where that has no vertex.
    pub fn nearest(&self, other: &Geometry) -> Option<Nearest> {
        let envelope = Envelope::of(other)?;
        if self.envelope.intersects(&envelope) && self.geometry.intersects(other) {
            let shared = self.shared_point(other)?;
            return Some(Nearest { distance: Metres::ZERO, from: shared, to: shared });
        }
        let pair = self.edges.nearest(&Edges::of(other, &self.plane))?;
        let (from, to) = if pair.middle_from_origin() > RECENTRE_BEYOND_M {
            self.recentred(other, &pair)?
        } else {
            pair.unprojected(&self.plane)
        };
        Some(Nearest { distance: Metres(geodesic_m(from, to)), from, to })
    }

    fn recentred(&self, other: &Geometry, pair: &Pair) -> Option<(Point, Point)> {
        let plane = LocalPlane::centred_at(self.plane.unproject(pair.middle()));
        let pair = Edges::of(&self.geometry, &plane).nearest(&Edges::of(other, &plane))?;
        Some(pair.unprojected(&plane))
    }

    /// A place that both shapes hold, given that they meet.
    fn shared_point(&self, other: &Geometry) -> Option<Point> {
        let other_edges = Edges::of(other, &self.plane);
        let pair = self.edges.nearest(&other_edges)?;
        if pair.square == 0.0 {
            return Some(pair.unprojected(&self.plane).0);
        }
        let own = first_vertex(&self.geometry)?;
        if own.intersects(other) { Some(own) } else { first_vertex(other) }
    }
}

/// The shortest way between two shapes in longitude/latitude degrees.
pub fn nearest(from: &Geometry, to: &Geometry) -> Option<Nearest> {
    Site::new(from.clone())?.nearest(to)
}

fn first_vertex(geometry: &Geometry) -> Option<Point> {
    use geo::CoordsIter;
    geometry.coords_iter().next().map(Point::from)
}

/// Two points of a plane and the square of their distance.
#[derive(Clone, Copy, Debug)]
struct Pair {
    square: f64,
    from: Coord,
    to: Coord,
}

impl Pair {
    fn middle(&self) -> Coord {
        (self.from + self.to) / 2.0
    }

    fn middle_from_origin(&self) -> f64 {
        let middle = self.middle();
        middle.x.hypot(middle.y)
    }

    fn unprojected(&self, plane: &LocalPlane) -> (Point, Point) {
        (plane.unproject(self.from).into(), plane.unproject(self.to).into())
    }
}

/// The edges of a shape in a plane, boxed in runs of [`CHUNK`]. A lone point is an edge without length.
#[derive(Clone, Debug, Default)]
struct Edges {
    segments: Vec<(Coord, Coord)>,
    boxes: Vec<(Coord, Coord)>,
}

impl Edges {
    fn of(geometry: &Geometry, plane: &LocalPlane) -> Self {
        let mut edges = Self::default();
        edges.add(geometry, plane);
        edges.boxes = edges.segments.chunks(CHUNK).map(bounds).collect();
        edges
    }

    fn add(&mut self, geometry: &Geometry, plane: &LocalPlane) {
        match geometry {
            Geometry::Point(point) => self.add_point(point.0, plane),
            Geometry::MultiPoint(points) => points.iter().for_each(|point| self.add_point(point.0, plane)),
            Geometry::Line(line) => self.add_line(&LineString::from(vec![line.start, line.end]), plane),
            Geometry::LineString(line) => self.add_line(line, plane),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.add_line(line, plane)),
            Geometry::Polygon(polygon) => self.add_polygon(polygon, plane),
            Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|polygon| self.add_polygon(polygon, plane)),
            Geometry::Rect(rect) => self.add_polygon(&rect.to_polygon(), plane),
            Geometry::Triangle(triangle) => self.add_polygon(&triangle.to_polygon(), plane),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.add(part, plane)),
        }
    }

    fn add_point(&mut self, point: Coord, plane: &LocalPlane) {
        let point = plane.project(point);
        self.segments.push((point, point));
    }

    fn add_polygon(&mut self, polygon: &Polygon, plane: &LocalPlane) {
        self.add_line(polygon.exterior(), plane);
        polygon.interiors().iter().for_each(|ring| self.add_line(ring, plane));
    }

    fn add_line(&mut self, line: &LineString, plane: &LocalPlane) {
        let chain = plane.project_line(line);
        match chain.as_slice() {
            [lone] => self.segments.push((*lone, *lone)),
            chain => self.segments.extend(chain.windows(2).map(|edge| (edge[0], edge[1]))),
        }
    }

    fn chunks(&self) -> impl Iterator<Item = (&(Coord, Coord), &[(Coord, Coord)])> {
        self.boxes.iter().zip(self.segments.chunks(CHUNK))
    }

    fn nearest(&self, other: &Self) -> Option<Pair> {
        let mut best: Option<Pair> = None;
        for (own_box, own) in self.chunks() {
            for (other_box, others) in other.chunks() {
                if best.is_some_and(|best| box_square(own_box, other_box) >= best.square) {
                    continue;
                }
                for segment in own {
                    for candidate in others.iter().map(|other| segment_pair(*segment, *other)) {
                        if best.is_none_or(|best| candidate.square < best.square) {
                            best = Some(candidate);
                        }
                    }
                }
            }
        }
        best
    }
}

fn bounds(segments: &[(Coord, Coord)]) -> (Coord, Coord) {
    let mut least = Coord { x: f64::MAX, y: f64::MAX };
    let mut most = Coord { x: f64::MIN, y: f64::MIN };
    for point in segments.iter().flat_map(|(start, end)| [start, end]) {
        least = Coord { x: least.x.min(point.x), y: least.y.min(point.y) };
        most = Coord { x: most.x.max(point.x), y: most.y.max(point.y) };
    }
    (least, most)
}

fn box_square(one: &(Coord, Coord), other: &(Coord, Coord)) -> f64 {
    let x = (other.0.x - one.1.x).max(one.0.x - other.1.x).max(0.0);
    let y = (other.0.y - one.1.y).max(one.0.y - other.1.y).max(0.0);
    x * x + y * y
}

fn segment_pair(one: (Coord, Coord), other: (Coord, Coord)) -> Pair {
    if let Some(crossing) = crossing(one, other) {
        return Pair { square: 0.0, from: crossing, to: crossing };
    }
    let swapped = |pair: Pair| Pair { from: pair.to, to: pair.from, ..pair };
    let ends = [
        point_pair(one.0, other),
        point_pair(one.1, other),
        swapped(point_pair(other.0, one)),
        swapped(point_pair(other.1, one)),
    ];
    ends.into_iter().reduce(|best, next| if next.square < best.square { next } else { best }).unwrap_or(ends[0])
}

/// From a point to the nearest point of a segment.
fn point_pair(point: Coord, segment: (Coord, Coord)) -> Pair {
    let foot = foot(point, segment);
    let gap = point - foot;
    Pair { square: gap.x * gap.x + gap.y * gap.y, from: point, to: foot }
}

/// The point of a segment that is nearest to a point of the same plane.
pub(super) fn foot(point: Coord, segment: (Coord, Coord)) -> Coord {
    let along = segment.1 - segment.0;
    let length = along.x * along.x + along.y * along.y;
    let offset = point - segment.0;
    let share = if length > 0.0 { ((offset.x * along.x + offset.y * along.y) / length).clamp(0.0, 1.0) } else { 0.0 };
    segment.0 + along * share
}

/// Where two segments cross in their interiors.
fn crossing(one: (Coord, Coord), other: (Coord, Coord)) -> Option<Coord> {
    let (r, s) = (one.1 - one.0, other.1 - other.0);
    let cross = r.x * s.y - r.y * s.x;
    if cross == 0.0 {
        return None;
    }
    let gap = other.0 - one.0;
    let along = (gap.x * s.y - gap.y * s.x) / cross;
    let across = (gap.x * r.y - gap.y * r.x) / cross;
    ((0.0..=1.0).contains(&along) && (0.0..=1.0).contains(&across)).then(|| one.0 + r * along)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::direct;

    fn square(centre: Point, half_m: f64) -> Geometry {
        let corner = |azimuth| direct(centre, azimuth, half_m * 2f64.sqrt()).0;
        Polygon::new(LineString::from(vec![corner(225.0), corner(135.0), corner(45.0), corner(315.0)]), vec![]).into()
    }

    #[test]
    fn a_kilometre_reads_as_a_kilometre_in_every_direction() {
        let from = Point::new(115.8, 29.6);
        for azimuth in (0..360).step_by(7) {
            let to = direct(from, f64::from(azimuth), 1000.0);
            let way = nearest(&from.into(), &to.into()).unwrap();
            assert!((way.distance.0 - 1000.0).abs() < 1e-6, "{azimuth}");
        }
    }

    #[test]
    fn distance_is_from_edge_to_edge_not_from_the_centre() {
        let site = square(Point::new(115.8, 29.6), 100.0);
        let other = direct(Point::new(115.8, 29.6), 90.0, 350.0);
        let way = nearest(&site, &other.into()).unwrap();
        assert!((way.distance.0 - 250.0).abs() < 0.01, "{way:?}");
    }

    #[test]
    fn overlap_containment_and_touch_are_zero() {
        let outer = square(Point::new(115.8, 29.6), 500.0);
        let inner = square(Point::new(115.8, 29.6), 100.0);
        for (a, b) in [(&outer, &inner), (&inner, &outer), (&outer, &outer)] {
            let way = nearest(a, b).unwrap();
            assert_eq!(way.distance, Metres::ZERO);
            for shape in [a, b] {
                assert!(nearest(&way.from.into(), shape).unwrap().distance.0 < 1e-6);
            }
        }
        let line = |points: [(f64, f64); 2]| Geometry::from(LineString::from(points.to_vec()));
        let crossing = nearest(&line([(115.8, 29.6), (115.9, 29.7)]), &line([(115.9, 29.6), (115.8, 29.7)])).unwrap();
        assert_eq!(crossing.distance, Metres::ZERO);
        assert!((crossing.from.x() - 115.85).abs() < 1e-6);
    }

    #[test]
    fn a_site_in_a_hole_is_measured_to_the_hole_edge() {
        let Geometry::Polygon(outer) = square(Point::new(115.8, 29.6), 1000.0) else { unreachable!() };
        let Geometry::Polygon(hole) = square(Point::new(115.8, 29.6), 500.0) else { unreachable!() };
        let ring = Polygon::new(outer.exterior().clone(), vec![hole.exterior().clone()]);
        let way = nearest(&Point::new(115.8, 29.6).into(), &ring.into()).unwrap();
        assert!((way.distance.0 - 500.0).abs() < 0.01, "{way:?}");
    }

    #[test]
    fn empty_shapes_have_no_distance() {
        let empty = Geometry::LineString(LineString::new(vec![]));
        assert!(nearest(&Point::new(115.8, 29.6).into(), &empty).is_none());
        assert!(Site::new(empty).is_none());
    }
}
