//! The unit world square: the space of tiles, for drawing only.

use geo::{Coord, CoordsIter, Geometry, LineString, Orient, Point, Polygon, orient::Direction};

use super::Envelope;

/// The parallel, in degrees, where Web Mercator cuts the world to a square: atan(sinh π).
pub const LAST_PARALLEL: f64 = 85.051_128_779_806_59;
/// No edge is split into more pieces than this.
const MOST_PIECES: f64 = 4096.0;

/// Web Mercator scaled so that the whole map is the square 0…1, x to the east and y to the south. Lengths in it mean
/// nothing on the ground, so no rule ever sees one.
#[derive(Clone, Copy, Debug)]
pub struct WorldSquare;

impl WorldSquare {
    /// A place in longitude/latitude degrees as a point of the square; beyond the last parallel it rests on the edge.
    pub fn project(place: Coord) -> Coord {
        let latitude = place.y.clamp(-LAST_PARALLEL, LAST_PARALLEL).to_radians();
        let y = 0.5 - latitude.tan().asinh() / std::f64::consts::TAU;
        Coord { x: place.x / 360.0 + 0.5, y: y.clamp(0.0, 1.0) }
    }

    /// Longitude/latitude degrees of a point of the square.
    pub fn unproject(point: Coord) -> Coord {
        let latitude = ((0.5 - point.y) * std::f64::consts::TAU).sinh().atan();
        Coord { x: (point.x - 0.5) * 360.0, y: latitude.to_degrees() }
    }
}

/// An axis-aligned box of the square, edges included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldBox {
    /// The north-western corner.
    pub min: Coord,
    /// The south-eastern corner.
    pub max: Coord,
}

impl WorldBox {
    /// Whether a point lies inside or on the edge.
    pub fn contains(&self, point: Coord) -> bool {
        self.min.x <= point.x && point.x <= self.max.x && self.min.y <= point.y && point.y <= self.max.y
    }

    /// The box in longitude/latitude. What lies beyond the last parallel is drawn on the edge of the square, so a box
    /// that touches that edge reaches to the pole.
    pub fn envelope(&self) -> Envelope {
        let north_west = WorldSquare::unproject(self.min);
        let south_east = WorldSquare::unproject(self.max);
        Envelope {
            west: north_west.x,
            south: if self.max.y >= 1.0 { -90.0 } else { south_east.y },
            east: south_east.x,
            north: if self.min.y <= 0.0 { 90.0 } else { north_west.y },
        }
    }
}

/// A shape in the world square, sorted by what can be drawn: a tile knows points, lines and areas, nothing mixed.
/// Outer rings run so that the sum of x₁y₂ − x₂y₁ is positive, holes the other way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorldShape {
    /// Single points.
    pub points: Vec<Coord>,
    /// Chains of vertices.
    pub lines: Vec<LineString>,
    /// Areas with their holes.
    pub areas: Vec<Polygon>,
}

impl WorldShape {
    /// A shape in longitude/latitude degrees, projected. An edge is straight in degrees (RFC 7946) and bent in Mercator;
    /// where the bend would be more than `sag`, in lengths of the square, the edge is split.
    pub fn project(geometry: &Geometry, sag: f64) -> Self {
        let mut shape = Self::default();
        shape.add(geometry, sag);
        shape
    }

    /// Whether nothing is left to draw.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.lines.is_empty() && self.areas.is_empty()
    }

    /// How many vertices there are.
    pub fn vertices(&self) -> usize {
        let lines: usize = self.lines.iter().map(|line| line.0.len()).sum();
        let areas: usize = self.areas.iter().map(CoordsIter::coords_count).sum();
        self.points.len() + lines + areas
    }

    fn add(&mut self, geometry: &Geometry, sag: f64) {
        let point = |point: &Point| WorldSquare::project(point.0);
        let line = |line: &LineString| project_line(line, sag);
        let area = |area: &Polygon| project_area(area, sag);
        match geometry {
            Geometry::Point(single) => self.points.push(point(single)),
            Geometry::MultiPoint(points) => self.points.extend(points.iter().map(point)),
            Geometry::Line(edge) => self.lines.push(line(&LineString::from(*edge))),
            Geometry::LineString(single) => self.lines.push(line(single)),
            Geometry::MultiLineString(lines) => self.lines.extend(lines.iter().map(line)),
            Geometry::Polygon(single) => self.areas.push(area(single)),
            Geometry::MultiPolygon(areas) => self.areas.extend(areas.iter().map(area)),
            Geometry::Rect(rect) => self.areas.push(area(&rect.to_polygon())),
            Geometry::Triangle(triangle) => self.areas.push(area(&triangle.to_polygon())),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.add(part, sag)),
        }
    }
}

fn project_area(area: &Polygon, sag: f64) -> Polygon {
    let holes = area.interiors().iter().map(|hole| project_line(hole, sag)).collect();
    Polygon::new(project_line(area.exterior(), sag), holes).orient(Direction::Default)
}

fn project_line(line: &LineString, sag: f64) -> LineString {
    let mut chain = Vec::with_capacity(line.0.len());
    for edge in line.lines() {
        chain.push(WorldSquare::project(edge.start));
        // A border that two areas share runs once each way. The points between are reckoned from the same end for both,
        // so that they fall on the same places.
        let forward = (edge.start.x, edge.start.y) < (edge.end.x, edge.end.y);
        let between = if forward { bend(edge.start, edge.end, sag) } else { bend(edge.end, edge.start, sag) };
        if forward { chain.extend(between) } else { chain.extend(between.into_iter().rev()) }
    }
    chain.extend(line.0.last().map(|last| WorldSquare::project(*last)));
    LineString(chain)
}

/// The points to put between the ends of an edge. A piece n times shorter bends n² times less.
fn bend(from: Coord, to: Coord, sag: f64) -> Vec<Coord> {
    let at = |share: f64| WorldSquare::project(from + (to - from) * share);
    let (start, end) = (at(0.0), at(1.0));
    if start.x == end.x {
        return Vec::new();
    }
    let off = |share: f64| (at(share).y - (start.y + (end.y - start.y) * share)).abs();
    let most = off(0.25).max(off(0.5)).max(off(0.75));
    let pieces = (most / sag).sqrt().ceil().min(MOST_PIECES);
    (1..pieces as u32).map(|step| at(f64::from(step) / pieces)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, wkt};

    #[test]
    fn the_square_has_the_known_corners_and_centre() {
        let at = |lon, lat| WorldSquare::project(Coord { x: lon, y: lat });
        assert_eq!(at(0.0, 0.0), Coord { x: 0.5, y: 0.5 });
        assert!(at(-180.0, LAST_PARALLEL).y.abs() < 1e-15 && at(-180.0, 90.0) == at(-180.0, LAST_PARALLEL));
        assert!((at(180.0, -LAST_PARALLEL).y - 1.0).abs() < 1e-15 && at(180.0, -90.0).y <= 1.0);
        // The slippy-map tile of a place, as the usual log(tan + sec) formula gives it.
        let place = at(121.4737, 31.2304);
        assert_eq!(((place.x * 16384.0) as u32, (place.y * 16384.0) as u32), (13720, 6694));
    }

    #[test]
    fn unproject_undoes_project() {
        for (lon, lat) in [(115.8, 29.6), (-179.9, 84.9), (73.5, 3.8), (0.0, -60.0)] {
            let back = WorldSquare::unproject(WorldSquare::project(Coord { x: lon, y: lat }));
            assert!((back.x - lon).abs() < 1e-12 && (back.y - lat).abs() < 1e-12, "{back:?}");
        }
    }

    #[test]
    fn rings_run_as_tiles_want_them() {
        let clockwise = wkt!(POLYGON((115. 29., 115. 30., 116. 30., 116. 29., 115. 29.),
                                     (115.2 29.2, 115.4 29.2, 115.4 29.4, 115.2 29.2)));
        let shape = WorldShape::project(&clockwise.into(), 1.0);
        let [area] = shape.areas.as_slice() else { panic!("one area") };
        let ring = |line: &LineString| Polygon::new(line.clone(), vec![]).signed_area();
        assert!(ring(area.exterior()) > 0.0 && ring(&area.interiors()[0]) < 0.0);
    }

    #[test]
    fn long_edges_follow_the_straight_line_in_degrees_and_agree_both_ways() {
        let sag = 0.25 / f64::from(1 << 26);
        let line = project_line(&wkt!(LINESTRING(115. 29., 116. 30.)), sag);
        let mut back = project_line(&wkt!(LINESTRING(116. 30., 115. 29.)), sag);
        back.0.reverse();
        assert_eq!(line, back);
        for edge in line.lines() {
            let middle = (edge.start + edge.end) / 2.0;
            let lon = WorldSquare::unproject(middle).x;
            let off = (WorldSquare::project(Coord { x: lon, y: lon - 86.0 }).y - middle.y).abs();
            assert!(off < sag * 1.1, "{}", off / sag);
        }
        assert!((30..80).contains(&line.0.len()), "{}", line.0.len());
    }

    #[test]
    fn edges_that_need_no_bend_are_left_alone() {
        let count = |line: LineString| project_line(&line, 1e-9).0.len();
        assert_eq!(count(wkt!(LINESTRING(115. 29., 115. 60.))), 2);
        assert_eq!(count(wkt!(LINESTRING(100. 29., 120. 29.))), 2);
        assert_eq!(count(wkt!(LINESTRING(115. 29., 115.001 29.001))), 2);
        assert!(count(wkt!(LINESTRING(-180. -80., 180. 80.))) > 1000);
    }

    #[test]
    fn a_collection_keeps_every_part() {
        let parts =
            wkt!(GEOMETRYCOLLECTION(POINT(1. 2.), LINESTRING(1. 2., 3. 2.), POLYGON((0. 0., 1. 0., 1. 1., 0. 0.))));
        let shape = WorldShape::project(&Geometry::GeometryCollection(parts), 1.0);
        assert_eq!((shape.points.len(), shape.lines.len(), shape.areas.len()), (1, 1, 1));
        assert!(WorldShape::project(&Point::new(f64::MAX, 0.0).into(), 1.0).points.len() == 1);
    }
}
