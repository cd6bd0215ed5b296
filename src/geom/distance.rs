//! The shortest ground distance between two shapes, edge to edge.
//!
//! The nearest pair of points is found in a plane centred at the site; its length is then taken on the ground, so that
//! the plane only ever chooses the pair. Of a shape with many edges only the runs that may come nearest are looked at.

use geo::{Coord, Geometry, Intersects, Point};

use super::outline::{Chain, Outline, Piece, RUN, Shape, around, chains};
use super::{Envelope, LocalPlane, Metres};

/// A pair found farther than this from the centre of its plane is looked for again in a plane centred on the pair.
const RECENTRE_BEYOND_M: f64 = 5_000.0;

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
    /// Boxes along a long line, whose own box holds much that is nowhere near it.
    along: Vec<Envelope>,
}

impl Site {
    /// Prepares a shape in longitude/latitude degrees; `None` where it has no vertex.
    pub fn new(geometry: Geometry) -> Option<Self> {
        let envelope = Envelope::of(&geometry)?;
        let plane = LocalPlane::centred_at(envelope.centre());
        let edges = Edges::of(&chains(&geometry), &plane);
        let line = matches!(geometry, Geometry::LineString(_) | Geometry::MultiLineString(_));
        let outline = line.then(|| Outline::of(&geometry)).flatten();
        let along = outline.iter().flat_map(Outline::runs).map(|run| run.envelope).collect();
        Some(Self { geometry, envelope, plane, edges, along })
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
        self.nearest_within(Shape { geometry: other, envelope: &envelope, outline: None }, Metres(f64::INFINITY))
    }

    /// The shortest way to another shape, where that is surely no farther than `limit`; `None` where it is farther. A way
    /// that is longer by less than a metre may be given all the same.
    pub fn nearest_within(&self, other: Shape<'_>, limit: Metres) -> Option<Nearest> {
        if self.least_distance(other.envelope) > limit {
            return None;
        }
        let chains = chains(other.geometry);
        if self.meets(&other) {
            let shared = self.shared_point(&other, &chains)?;
            return Some(Nearest { distance: Metres::ZERO, from: shared, to: shared });
        }
        let mut pair = self.closest(&self.edges, &self.plane, &other, &chains, limit)?;
        let mut plane = self.plane;
        if pair.middle_from_origin() > RECENTRE_BEYOND_M {
            plane = LocalPlane::centred_at(plane.unproject(pair.middle()));
            let edges = Edges::of(&super::outline::chains(&self.geometry), &plane);
            pair = self.closest(&edges, &plane, &other, &chains, limit + Metres(1.0))?;
        }
        let (from, to) = pair.unprojected(&plane);
        Some(Nearest { distance: plane.ground_length(pair.from, pair.to), from, to })
    }

    /// A distance that the site is surely away from a box.
    fn least_distance(&self, envelope: &Envelope) -> Metres {
        let whole = self.envelope.least_distance(envelope);
        self.along.iter().map(|run| run.least_distance(envelope)).reduce(Metres::min).unwrap_or(whole)
    }

    /// Whether the two share a place.
    fn meets(&self, other: &Shape<'_>) -> bool {
        if self.least_distance(other.envelope) > Metres::ZERO {
            return false;
        }
        if other.outline.is_none() {
            return self.geometry.intersects(other.geometry);
        }
        if other.has_edges_in(&self.envelope) && self.geometry.intersects(&other.edges_in(&self.envelope)) {
            return true;
        }
        // No edge of the other touches the site: it holds all of a part, or nothing of it.
        starts(&chains(&self.geometry)).any(|own| other.surrounds(own))
    }

    /// The closest pair of points in a plane, no farther apart than about `limit`.
    fn closest(
        &self,
        own: &Edges,
        plane: &LocalPlane,
        other: &Shape<'_>,
        chains: &[Chain<'_>],
        limit: Metres,
    ) -> Option<Pair> {
        let mut search = Search { own, plane, best: None, limit: limit.0 * limit.0 };
        let Some(outline) = other.outline else {
            for chain in chains {
                search.look_at(chain.piece());
            }
            return search.best;
        };
        // The bounds are somewhat too small on purpose, and a straight edge strays a few millimetres in the plane.
        let bound = |envelope: &Envelope| (self.envelope.least_distance(envelope).0 - 0.01).max(0.0).powi(2);
        let bounds: Vec<f64> = outline.runs().iter().map(|run| bound(&run.envelope)).collect();
        let first = (0..bounds.len()).min_by(|one, other| bounds[*one].total_cmp(&bounds[*other]))?;
        for place in std::iter::once(first).chain(0..bounds.len()) {
            if bounds[place] < search.reach() {
                search.look_at(outline.runs()[place].piece(chains));
            }
        }
        search.best
    }

    /// A place that both shapes hold, given that they meet.
    fn shared_point(&self, other: &Shape<'_>, chains: &[Chain<'_>]) -> Option<Point> {
        // All edges in their order, so that the same place is told however the other shape was prepared.
        let edges = Edges::of(chains, &self.plane);
        if let Some(pair) = self.edges.nearest(&edges).filter(|pair| pair.square == 0.0) {
            return Some(pair.unprojected(&self.plane).0);
        }
        let within = |chains: &[Chain<'_>], shape: &Geometry| {
            starts(chains).map(Point::from).find(|place| place.intersects(shape))
        };
        within(&super::outline::chains(&self.geometry), other.geometry).or_else(|| within(chains, &self.geometry))
    }
}

/// The shortest way between two shapes in longitude/latitude degrees.
pub fn nearest(from: &Geometry, to: &Geometry) -> Option<Nearest> {
    Site::new(from.clone())?.nearest(to)
}

/// A place of each part of a shape.
fn starts<'c>(chains: &'c [Chain<'_>]) -> impl Iterator<Item = Coord> + 'c {
    chains.iter().flat_map(|chain| {
        let piece = chain.piece();
        if piece.points { piece.places } else { &piece.places[..piece.places.len().min(1)] }.iter().copied()
    })
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

type Segment = (Coord, Coord);

/// The edges of a shape in a plane, boxed in runs. A lone point is an edge without length.
#[derive(Clone, Debug, Default)]
struct Edges {
    segments: Vec<Segment>,
    boxes: Vec<(Coord, Coord)>,
}

impl Edges {
    fn of(chains: &[Chain<'_>], plane: &LocalPlane) -> Self {
        let mut edges = Self::default();
        for chain in chains {
            edges.add(chain.piece(), plane);
        }
        edges.pack();
        edges
    }

    fn add(&mut self, piece: Piece<'_>, plane: &LocalPlane) {
        each_segment(piece, plane, |segment| self.segments.push(segment));
    }

    fn pack(&mut self) {
        self.boxes = self.segments.chunks(RUN).map(bounds).collect();
    }

    fn chunks(&self) -> impl Iterator<Item = (&(Coord, Coord), &[Segment])> {
        self.boxes.iter().zip(self.segments.chunks(RUN))
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

/// The search for the closest pair, one piece of the other shape after another.
struct Search<'a> {
    own: &'a Edges,
    plane: &'a LocalPlane,
    best: Option<Pair>,
    /// The square of the farthest that counts.
    limit: f64,
}

impl Search<'_> {
    /// The square of what a pair must be nearer than.
    fn reach(&self) -> f64 {
        self.best.map_or(self.limit, |best| best.square)
    }

    fn look_at(&mut self, piece: Piece<'_>) {
        let plane = self.plane;
        each_segment(piece, plane, |segment| self.try_segment(segment));
    }

    fn try_segment(&mut self, other: Segment) {
        let own = self.own;
        let other_box = segment_box(other);
        for (own_box, segments) in own.chunks() {
            if box_square(own_box, &other_box) >= self.reach() {
                continue;
            }
            for segment in segments {
                if box_square(&segment_box(*segment), &other_box) >= self.reach() {
                    continue;
                }
                let candidate = segment_pair(*segment, other);
                if candidate.square < self.reach() {
                    self.best = Some(candidate);
                }
            }
        }
    }
}

/// The edges of a piece in a plane, in order.
fn each_segment(piece: Piece<'_>, plane: &LocalPlane, mut with: impl FnMut(Segment)) {
    if piece.points || piece.places.len() == 1 {
        for place in piece.places {
            let point = plane.project(*place);
            with((point, point));
        }
        return;
    }
    plane.project_chain(piece.places).windows(2).for_each(|edge| with((edge[0], edge[1])));
}

fn segment_box((start, end): Segment) -> (Coord, Coord) {
    (Coord { x: start.x.min(end.x), y: start.y.min(end.y) }, Coord { x: start.x.max(end.x), y: start.y.max(end.y) })
}

fn bounds(segments: &[Segment]) -> (Coord, Coord) {
    let Envelope { west, south, east, north } = segments
        .iter()
        .map(|segment| around(&[segment.0, segment.1]))
        .reduce(Envelope::union)
        .unwrap_or_else(|| around(&[]));
    (Coord { x: west, y: south }, Coord { x: east, y: north })
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
    use geo::{LineString, Polygon};

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
    fn a_part_that_lies_inside_touches_though_the_others_do_not() {
        let centre = Point::new(115.8, 29.6);
        let ring: LineString = (0..60).map(|n| direct(centre, f64::from(n) * -6.0, 500.0).0).collect::<Vec<_>>().into();
        let area = Geometry::from(Polygon::new(ring, vec![]));
        let outside = direct(centre, 45.0, 600.0);
        let site = Site::new(geo::MultiPoint::new(vec![outside, centre]).into()).unwrap();
        let (envelope, outline) = (Envelope::of(&area).unwrap(), super::super::Outline::of(&area));
        for outline in [None, outline.as_ref()] {
            let shape = Shape { geometry: &area, envelope: &envelope, outline };
            let way = site.nearest_within(shape, Metres(10.0)).unwrap();
            assert_eq!((way.distance, way.from, way.to), (Metres::ZERO, centre, centre));
        }
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
