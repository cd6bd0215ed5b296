//! The area within a ground distance of a shape, and sums and differences of areas.
//!
//! The area is laid together from simple pieces: the shape itself where it is an area, a rectangle along every edge, and
//! round every corner the sector of the directions in which the corner is the nearest point. Every place within the
//! distance lies in the piece of its nearest point and no piece reaches further, so that nothing depends on offset curves
//! that cross themselves. Pieces are built in a plane in metres; there, every length is drawn by the scale of the plane
//! at its place, so that even 3 km drawn 100 km from the centre are right to a few centimetres.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use geo::{
    BooleanOps, BoundingRect, Coord, Geometry, LineString, MultiPolygon, Orient, Polygon, Rect, Simplify,
    orient::Direction, unary_union,
};

use super::{Envelope, LocalPlane, Metres};

/// The mean radius of the ellipsoid: how fast the scale of the plane grows.
const MEAN_RADIUS_M: f64 = 6_371_000.0;
/// The error of an area is shared out: chords for arcs, and vertices left out of long lines.
const SHARE_OF_CHORDS: f64 = 0.4;
const SHARE_OF_VERTICES: f64 = 0.15;
/// What the plane and the grid of the union may be off by, of the whole error.
const SHARE_OF_PLANE: f64 = 0.15;
/// The least error that can be asked for.
const LEAST_ERROR: Metres = Metres(0.01);
/// Pieces that are joined at once; the sums are joined in turn.
const JOINED_AT_ONCE: usize = 24;
/// How far a rectangle laps over its ends, so that no hairline stays open between pieces; at the rim that is nothing.
const LAP_M: f64 = 0.005;
/// Longer edges of the result are split before they go back to degrees: straight in the plane is not straight there.
const LONGEST_EDGE_M: f64 = 500.0;

/// To which side an area may be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To either side.
    Nearest,
    /// Outward only: every place that is truly near enough lies inside.
    Outward,
    /// Inward only: every place inside is truly near enough.
    Inward,
}

/// The area within a ground distance of a shape in longitude/latitude degrees; with a negative distance, the part of an
/// area that lies at least so far inside it. Its edge is off the true one by less than `within` to either side.
pub fn buffered(geometry: &Geometry, by: Metres, within: Metres) -> MultiPolygon {
    buffered_near(geometry, by, within, Rounding::Nearest, None)
}

/// As [`buffered`], off to one side only, and of the whole area only what lies in a window in longitude/latitude (what of
/// it lies elsewhere is cut off or not, as it comes). A distance of zero gives the areas of the shape themselves.
pub fn buffered_near(
    geometry: &Geometry,
    by: Metres,
    within: Metres,
    rounding: Rounding,
    window: Option<&Envelope>,
) -> MultiPolygon {
    let Some(envelope) = Envelope::of(geometry) else { return MultiPolygon::new(vec![]) };
    let centre = window.unwrap_or(&envelope).centre();
    let plane = LocalPlane::centred_at(centre);
    let drawing = Drawing::new(plane, by, within, rounding, window);
    drawing.unprojected(&drawing.area(geometry, by))
}

/// The part of areas that lies at least a distance inside their union.
pub fn eroded(areas: &MultiPolygon, by: Metres, within: Metres, window: Option<&Envelope>) -> MultiPolygon {
    buffered_near(&Geometry::MultiPolygon(areas.clone()), Metres(-by.0), within, Rounding::Nearest, window)
}

/// The sum of areas.
pub fn union_of(areas: impl IntoIterator<Item = MultiPolygon>) -> MultiPolygon {
    joined(areas.into_iter().map(|area| area.orient(Direction::Default)).collect())
}

/// An area less another.
pub fn difference(from: &MultiPolygon, less: &MultiPolygon) -> MultiPolygon {
    if less.0.is_empty() || apart(from, less) { from.clone() } else { from.difference(less) }
}

/// What two areas share.
pub fn intersection(one: &MultiPolygon, other: &MultiPolygon) -> MultiPolygon {
    if apart(one, other) { MultiPolygon::new(vec![]) } else { one.intersection(other) }
}

/// A box as an area.
pub fn boxed(envelope: &Envelope) -> MultiPolygon {
    let Envelope { west, south, east, north } = *envelope;
    MultiPolygon::new(vec![Rect::new((west, south), (east, north)).to_polygon().orient(Direction::Default)])
}

fn apart(one: &MultiPolygon, other: &MultiPolygon) -> bool {
    match (one.bounding_rect(), other.bounding_rect()) {
        (Some(one), Some(other)) => !touch(&one, &other),
        _ => true,
    }
}

fn touch(one: &Rect, other: &Rect) -> bool {
    one.min().x <= other.max().x
        && other.min().x <= one.max().x
        && one.min().y <= other.max().y
        && other.min().y <= one.max().y
}

/// Joins areas a few at a time, neighbours first: what lies inside a sum is gone before the next step.
fn joined(mut areas: Vec<MultiPolygon>) -> MultiPolygon {
    areas.retain(|area| !area.0.is_empty());
    while areas.len() > 1 {
        areas = areas.chunks(JOINED_AT_ONCE).map(unary_union).collect();
    }
    // A single area may still consist of parts that overlap.
    areas.pop().map_or_else(|| MultiPolygon::new(vec![]), |area| unary_union([&area]))
}

/// How pieces are drawn in the plane.
struct Drawing {
    plane: LocalPlane,
    /// How far from the shape its pieces reach.
    offset: f64,
    /// How far a chord may stray from its arc.
    sag: f64,
    /// How far from the line a vertex may lie that is left out.
    straight: f64,
    /// Pieces elsewhere are not needed.
    window: Option<Rect>,
}

impl Drawing {
    fn new(plane: LocalPlane, by: Metres, within: Metres, rounding: Rounding, window: Option<&Envelope>) -> Self {
        let within = within.max(LEAST_ERROR).0;
        let (sag, straight, slack) = (within * SHARE_OF_CHORDS, within * SHARE_OF_VERTICES, within * SHARE_OF_PLANE);
        // Arcs are drawn by chords inside them, so that the pieces reach between `offset - sag` and `offset`. Of an
        // area that shrinks it is what goes away that is drawn, and the sides are changed.
        let outward = (rounding == Rounding::Outward) == (by.0 >= 0.0);
        let offset = match rounding {
            Rounding::Nearest => by.0.abs() + sag / 2.0,
            _ if outward => by.0.abs() + sag + straight + slack,
            _ => by.0.abs() - straight - slack,
        };
        let window = window.map(|window| projected_box(&plane, window));
        Self { plane, offset: if by.0 == 0.0 { 0.0 } else { offset.max(0.0) }, sag, straight, window }
    }

    fn area(&self, geometry: &Geometry, by: Metres) -> MultiPolygon {
        let mut inner = Vec::new();
        let mut chains = Vec::new();
        self.collect(geometry, &mut inner, &mut chains);
        let inner = joined(inner);
        let rim = if self.offset > 0.0 { self.rim(&chains) } else { MultiPolygon::new(vec![]) };
        if by.0 < 0.0 {
            return difference(&inner, &rim);
        }
        joined(vec![inner, rim])
    }

    /// The areas of a shape and its outlines, in the plane.
    fn collect(&self, geometry: &Geometry, inner: &mut Vec<MultiPolygon>, chains: &mut Vec<Vec<Coord>>) {
        match geometry {
            Geometry::Point(point) => chains.push(vec![self.plane.project(point.0)]),
            Geometry::MultiPoint(points) => {
                chains.extend(points.iter().map(|point| vec![self.plane.project(point.0)]));
            }
            Geometry::Line(line) => {
                chains.push(self.plane.project_line(&LineString::from(vec![line.start, line.end])));
            }
            Geometry::LineString(line) => chains.push(self.plane.project_line(line)),
            Geometry::MultiLineString(lines) => {
                chains.extend(lines.iter().map(|line| self.plane.project_line(line)));
            }
            Geometry::Polygon(area) => self.collect_area(area, inner, chains),
            Geometry::MultiPolygon(areas) => {
                // Where parts overlap or share borders, no outline runs between them.
                let drawn: Vec<_> = areas.iter().map(|area| MultiPolygon::new(vec![self.projected(area)])).collect();
                let whole = joined(drawn);
                chains.extend(whole.iter().flat_map(outlines).map(|ring| ring.0.clone()));
                inner.push(self.cut(whole));
            }
            Geometry::Rect(rect) => self.collect_area(&rect.to_polygon(), inner, chains),
            Geometry::Triangle(triangle) => self.collect_area(&triangle.to_polygon(), inner, chains),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.collect(part, inner, chains)),
        }
    }

    fn collect_area(&self, area: &Polygon, inner: &mut Vec<MultiPolygon>, chains: &mut Vec<Vec<Coord>>) {
        let drawn = self.projected(area);
        chains.extend(outlines(&drawn).map(|ring| ring.0.clone()));
        inner.push(self.cut(MultiPolygon::new(vec![drawn])));
    }

    fn projected(&self, area: &Polygon) -> Polygon {
        let ring = |line: &LineString| LineString::new(self.plane.project_line(line));
        let holes = area.interiors().iter().map(ring).collect();
        Polygon::new(ring(area.exterior()), holes).orient(Direction::Default)
    }

    /// An area cut to the window, which keeps rivers and districts small where only a tile of them is looked at.
    fn cut(&self, area: MultiPolygon) -> MultiPolygon {
        let Some(window) = self.window else { return area };
        let inside = |rect: Rect| {
            window.min().x <= rect.min().x
                && window.min().y <= rect.min().y
                && rect.max().x <= window.max().x
                && rect.max().y <= window.max().y
        };
        if area.bounding_rect().is_none_or(inside) {
            return area;
        }
        intersection(&area, &MultiPolygon::new(vec![window.to_polygon().orient(Direction::Default)]))
    }

    /// Everything near the outlines and points of a shape.
    fn rim(&self, chains: &[Vec<Coord>]) -> MultiPolygon {
        let pieces = chains.iter().flat_map(|chain| self.pieces(chain));
        joined(pieces.map(|piece| MultiPolygon::new(vec![piece])).collect())
    }

    fn pieces(&self, chain: &[Coord]) -> Vec<Polygon> {
        let line = LineString::new(chain.to_vec()).simplify(self.straight);
        let mut line = line.0;
        line.dedup();
        let Some(first) = line.first().copied() else { return vec![] };
        if line.len() == 1 {
            return self.needed(first).then(|| self.sector(first, 0.0, TAU)).into_iter().collect();
        }
        let closed = line.len() > 3 && line.last() == Some(&first);
        let mut pieces = Vec::with_capacity(line.len() * 2);
        for edge in line.windows(2).filter(|edge| self.edge_needed(edge[0], edge[1])) {
            pieces.push(self.rectangle(edge[0], edge[1]));
        }
        for corner in line.windows(3).filter(|corner| self.needed(corner[1])) {
            pieces.extend(self.corner(corner[0], corner[1], corner[2]));
        }
        let (start, end) = (&line[..2], &line[line.len() - 2..]);
        if closed {
            pieces.extend(self.corner(end[0], end[1], start[1]));
        } else {
            pieces.push(self.sector(end[1], heading(end[0], end[1]) - FRAC_PI_2, PI));
            pieces.push(self.sector(start[0], heading(start[0], start[1]) + FRAC_PI_2, PI));
        }
        pieces
    }

    /// Everything beside an edge.
    fn rectangle(&self, from: Coord, to: Coord) -> Polygon {
        let heading = heading(from, to);
        let (left, right) = (heading + FRAC_PI_2, heading - FRAC_PI_2);
        let lap = Coord { x: LAP_M * heading.cos(), y: LAP_M * heading.sin() };
        let (from, to) = (from - lap, to + lap);
        let corners =
            [self.beside(from, right), self.beside(to, right), self.beside(to, left), self.beside(from, left)];
        Polygon::new(LineString::new(corners.to_vec()), vec![])
    }

    /// Everything whose nearest point is the corner between two edges.
    fn corner(&self, before: Coord, corner: Coord, after: Coord) -> Option<Polygon> {
        let (came, goes) = (heading(before, corner), heading(corner, after));
        let turn = (goes - came + PI).rem_euclid(TAU) - PI;
        if turn == 0.0 {
            return None;
        }
        // The outer side of a turn to the left is the right one.
        let from = if turn > 0.0 { came - FRAC_PI_2 } else { goes + FRAC_PI_2 };
        Some(self.sector(corner, from, turn.abs()))
    }

    /// A sector round a place, from an angle on counter-clockwise; a whole turn is a disc.
    fn sector(&self, centre: Coord, from: f64, turn: f64) -> Polygon {
        let step = 2.0 * (1.0 - self.sag / self.offset.max(self.sag)).acos();
        let steps = (turn / step.min(FRAC_PI_2)).ceil().max(1.0) as u32;
        let at = |step: u32| self.beside(centre, from + turn * f64::from(step) / f64::from(steps));
        let mut ring: Vec<Coord> = if turn < TAU { vec![centre] } else { vec![] };
        ring.extend((0..=steps).map(at));
        Polygon::new(LineString::new(ring), vec![])
    }

    /// The place at the offset from another, at an angle counted from the east.
    fn beside(&self, place: Coord, angle: f64) -> Coord {
        let reach = self.reach(place);
        let (sin, cos) = angle.sin_cos();
        Coord { x: place.x + reach * cos, y: place.y + reach * sin }
    }

    /// The offset as the plane draws it at a place: its scale grows with the square of the distance from the meridian.
    fn reach(&self, place: Coord) -> f64 {
        let share = place.x / MEAN_RADIUS_M;
        self.offset * (1.0 + share * share / 2.0)
    }

    fn needed(&self, place: Coord) -> bool {
        self.edge_needed(place, place)
    }

    fn edge_needed(&self, from: Coord, to: Coord) -> bool {
        let Some(window) = self.window else { return true };
        let reach = self.reach(from).max(self.reach(to));
        let min = Coord { x: from.x.min(to.x) - reach, y: from.y.min(to.y) - reach };
        let max = Coord { x: from.x.max(to.x) + reach, y: from.y.max(to.y) + reach };
        touch(&window, &Rect::new(min, max))
    }

    fn unprojected(&self, area: &MultiPolygon) -> MultiPolygon {
        let ring = |ring: &LineString| LineString::new(split(ring).map(|place| self.plane.unproject(place)).collect());
        let polygon =
            |polygon: &Polygon| Polygon::new(ring(polygon.exterior()), polygon.interiors().iter().map(ring).collect());
        area.iter().map(polygon).collect()
    }
}

/// The direction from one place to another, counted from the east.
fn heading(from: Coord, to: Coord) -> f64 {
    (to.y - from.y).atan2(to.x - from.x)
}

fn outlines(area: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(area.exterior()).chain(area.interiors())
}

/// The vertices of a ring, with more of them on long edges.
fn split(ring: &LineString) -> impl Iterator<Item = Coord> {
    let between = ring.lines().flat_map(|edge| {
        let steps = (edge.dx().hypot(edge.dy()) / LONGEST_EDGE_M).ceil().max(1.0) as u32;
        (0..steps).map(move |step| edge.start + (edge.end - edge.start) * (f64::from(step) / f64::from(steps)))
    });
    between.chain(ring.0.last().copied())
}

/// A box of the plane that holds a box in degrees, whose sides are bent there.
fn projected_box(plane: &LocalPlane, envelope: &Envelope) -> Rect {
    let Envelope { west, south, east, north } = *envelope;
    let centre = envelope.centre();
    let xs = [west, centre.x, east];
    let places = xs.into_iter().flat_map(|x| [south, centre.y, north].map(|y| plane.project(Coord { x, y })));
    let mut rect: Option<Rect> = None;
    for place in places {
        let held = rect.unwrap_or_else(|| Rect::new(place, place));
        let min = Coord { x: held.min().x.min(place.x), y: held.min().y.min(place.y) };
        let max = Coord { x: held.max().x.max(place.x), y: held.max().y.max(place.y) };
        rect = Some(Rect::new(min, max));
    }
    rect.unwrap_or_else(|| Rect::new((0.0, 0.0), (0.0, 0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{Site, direct};
    use geo::{Contains, CoordsIter, Intersects, Point};

    /// A number from 0 to 1, the next of a fixed row.
    fn random(state: &mut u64) -> f64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 11) as f64 / (1u64 << 53) as f64
    }

    fn wander(seed: u64, steps: usize, step_m: f64) -> LineString {
        let mut state = seed;
        let mut places = vec![Point::new(115.8, 29.6)];
        let mut azimuth = 70.0;
        for _ in 0..steps {
            azimuth += (random(&mut state) - 0.5) * 120.0;
            places.push(direct(places[places.len() - 1], azimuth, step_m * random(&mut state)));
        }
        places.into_iter().map(|place| place.0).collect()
    }

    fn star(centre: Point, radius: f64, seed: u64) -> LineString {
        let mut state = seed;
        let corner = |n| direct(centre, f64::from(n) * -15.0, radius * (0.4 + 0.6 * random(&mut state))).0;
        let mut ring: Vec<Coord> = (0..24).map(corner).collect();
        ring.push(ring[0]);
        LineString::new(ring)
    }

    fn blot() -> Geometry {
        let centre = Point::new(115.8, 29.6);
        Polygon::new(star(centre, 3_000.0, 3), vec![star(centre, 1_000.0, 5)]).into()
    }

    /// How far outside the buffer a place is allowed or found: positive outside.
    fn true_distance(site: &Site, place: Point) -> f64 {
        site.nearest(&place.into()).unwrap().distance.0
    }

    /// Every vertex, and the middle of every edge, lies at the distance from the shape.
    fn assert_edge_at(area: &MultiPolygon, geometry: &Geometry, low: f64, high: f64) {
        let site = Site::new(geometry.clone()).unwrap();
        let mut seen = 0;
        for edge in area.iter().flat_map(outlines).flat_map(LineString::lines) {
            for place in [edge.start, (edge.start + edge.end) / 2.0] {
                let distance = true_distance(&site, place.into());
                assert!((low..=high).contains(&distance), "{place:?}: {distance} not in {low}..{high}");
                seen += 1;
            }
        }
        assert!(seen > 8);
    }

    /// Places all around are on the right side.
    fn assert_sides(area: &MultiPolygon, geometry: &Geometry, by: f64, within: f64, seed: u64) {
        let site = Site::new(geometry.clone()).unwrap();
        let around = site.envelope().expanded(Metres(by.abs() * 1.5 + 10.0));
        let mut state = seed;
        for _ in 0..2_000 {
            let x = around.west + (around.east - around.west) * random(&mut state);
            let y = around.south + (around.north - around.south) * random(&mut state);
            let place = Point::new(x, y);
            let distance = true_distance(&site, place);
            if distance < by - within {
                assert!(area.contains(&place), "{place:?} at {distance} is left out of {by}");
            }
            if distance > by + within {
                assert!(!area.intersects(&place), "{place:?} at {distance} is in {by}");
            }
        }
    }

    #[test]
    fn a_point_becomes_a_disc_on_the_ground() {
        let point = Geometry::from(Point::new(115.8, 29.6));
        for by in [5.0, 100.0, 3_000.0] {
            let disc = buffered(&point, Metres(by), Metres(0.1));
            assert_edge_at(&disc, &point, by - 0.1, by + 0.1);
        }
    }

    #[test]
    fn lines_are_widened_on_both_sides_and_at_their_ends() {
        for (seed, by) in [(1, 20.0), (2, 300.0), (7, 3_000.0)] {
            let line = Geometry::from(wander(seed, 120, 400.0));
            let area = buffered(&line, Metres(by), Metres(0.5));
            assert_edge_at(&area, &line, by - 0.5, by + 0.5);
            assert_sides(&area, &line, by, 0.5, seed);
        }
    }

    #[test]
    fn areas_grow_outward_and_into_their_holes() {
        for by in [50.0, 700.0] {
            let area = buffered(&blot(), Metres(by), Metres(0.5));
            assert_edge_at(&area, &blot(), by - 0.5, by + 0.5);
            assert_sides(&area, &blot(), by, 0.5, 11);
        }
    }

    #[test]
    fn rounding_to_one_side_never_errs_to_the_other() {
        let line = Geometry::from(wander(9, 60, 300.0));
        for by in [30.0, 1_000.0] {
            let outward = buffered_near(&line, Metres(by), Metres(1.0), Rounding::Outward, None);
            assert_edge_at(&outward, &line, by, by + 1.0);
            let inward = buffered_near(&line, Metres(by), Metres(1.0), Rounding::Inward, None);
            assert_edge_at(&inward, &line, by - 1.0, by);
        }
    }

    #[test]
    fn erosion_keeps_what_lies_deep_enough_inside() {
        let Geometry::Polygon(polygon) = blot() else { unreachable!() };
        let rings = Geometry::MultiLineString(outlines(&polygon).cloned().collect());
        let area = eroded(&MultiPolygon::new(vec![polygon.clone()]), Metres(200.0), Metres(0.5), None);
        assert_edge_at(&area, &rings, 199.5, 200.5);
        assert!(area.coords_iter().all(|place| polygon.intersects(&Point::from(place))));
        let nothing = eroded(&MultiPolygon::new(vec![polygon]), Metres(5_000.0), Metres(0.5), None);
        assert!(nothing.0.is_empty());
    }

    #[test]
    fn neighbours_that_share_a_border_erode_as_one() {
        let block = |west: f64, east: f64| Rect::new((west, 29.0), (east, 29.2)).to_polygon();
        let both = MultiPolygon::new(vec![block(115.0, 115.2), block(115.2, 115.4)]);
        let area = eroded(&both, Metres(1_000.0), Metres(0.5), None);
        assert_eq!(area.0.len(), 1);
        assert!(area.contains(&Point::new(115.2, 29.1)));
    }

    #[test]
    fn a_hundred_kilometres_from_the_middle_of_the_plane_the_distance_still_holds() {
        let along: LineString = (0..=40).map(|n| Coord { x: 114.8 + f64::from(n) * 0.05, y: 29.6 }).collect();
        let line = Geometry::from(along);
        let area = buffered(&line, Metres(3_000.0), Metres(0.5));
        assert_edge_at(&area, &line, 2_999.5, 3_000.5);
    }

    #[test]
    fn in_a_window_the_area_is_the_same_as_without() {
        let line = Geometry::from(wander(4, 200, 400.0));
        let middle = line.coords_iter().nth(100).unwrap();
        let window = Envelope { west: middle.x, south: middle.y, east: middle.x, north: middle.y };
        let window = window.expanded(Metres(800.0));
        let area = buffered_near(&line, Metres(500.0), Metres(0.5), Rounding::Nearest, Some(&window));
        let site = Site::new(line).unwrap();
        let mut state = 17;
        for _ in 0..2_000 {
            let x = window.west + (window.east - window.west) * random(&mut state);
            let y = window.south + (window.north - window.south) * random(&mut state);
            let distance = true_distance(&site, Point::new(x, y));
            if (distance - 500.0).abs() > 0.5 {
                assert_eq!(area.intersects(&Point::new(x, y)), distance < 500.0, "{x} {y}: {distance}");
            }
        }
    }

    #[test]
    fn a_line_that_turns_back_and_a_line_of_one_place_are_drawn_too() {
        let back = Geometry::from(LineString::from(vec![(115.8, 29.6), (115.81, 29.6), (115.8, 29.6)]));
        assert_edge_at(&buffered(&back, Metres(100.0), Metres(0.2)), &back, 99.8, 100.2);
        let still = Geometry::from(LineString::from(vec![(115.8, 29.6), (115.8, 29.6)]));
        assert_edge_at(&buffered(&still, Metres(100.0), Metres(0.2)), &still, 99.8, 100.2);
        assert!(buffered(&Geometry::from(LineString::new(vec![])), Metres(5.0), Metres(0.2)).0.is_empty());
    }

    #[test]
    fn no_distance_gives_the_areas_themselves() {
        assert_sides(&buffered(&blot(), Metres::ZERO, Metres(0.1)), &blot(), 0.0, 0.1, 23);
        assert!(buffered(&wander(1, 5, 50.0).into(), Metres::ZERO, Metres(0.1)).0.is_empty());
    }

    #[test]
    fn sums_and_differences_hold_what_they_say() {
        let disc = |lon: f64| buffered(&Point::new(lon, 29.6).into(), Metres(1_000.0), Metres(0.1));
        let (one, other) = (disc(115.8), disc(115.81));
        let (both, less) = (union_of([one.clone(), other.clone()]), difference(&one, &other));
        let shared = intersection(&one, &other);
        assert_eq!(both.0.len(), 1);
        for (lon, in_less, in_shared) in [(115.792, true, false), (115.805, false, true)] {
            let place = Point::new(lon, 29.6);
            assert!(both.contains(&place));
            assert_eq!((less.contains(&place), shared.contains(&place)), (in_less, in_shared));
        }
        assert_eq!(difference(&one, &disc(116.5)), one);
        assert!(intersection(&one, &disc(116.5)).0.is_empty());
    }
}
