//! Squares of the ground: a regular grid in the district's Gauss–Krüger zone.
//!
//! A square is drawn as the four-cornered area between its corners in longitude/latitude. A corner is reckoned from its
//! column and row alone, so that all squares that meet there have the very same place and nothing tears.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use geo::algorithm::Intersects;
use geo::{Coord, Geometry, Line, LineString, Polygon};

use super::transverse_mercator::TransverseMercator;
use super::{Envelope, Territory};

/// Easting of the central meridian in metres.
const FALSE_EASTING_M: f64 = 500_000.0;
/// Degrees from the central meridian beyond which the grid does not reach. The series of the projection is good to far
/// less than a metre within it.
const REACH_DEGREES: f64 = 9.0;
/// Parallel beyond which the grid does not reach.
const LAST_PARALLEL: f64 = 84.0;
const EARTH_RADIUS_M: f64 = 6_371_000.0;
const METRES_PER_DEGREE: f64 = 111_700.0;
/// The zones that have an EPSG code without zone number: 4534 for 75° E to 4554 for 135° E.
const FIRST_ZONE: (u32, f64) = (4534, 75.0);
const LAST_MERIDIAN: f64 = 135.0;

/// A square by the number of its column and row: easting and northing of its south-western corner over the side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Square {
    /// To the north.
    pub row: i32,
    /// To the east.
    pub column: i32,
}

/// A regular grid of squares in a 3° Gauss–Krüger zone of CGCS2000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lattice {
    central_meridian: f64,
    side_m: u32,
}

impl Lattice {
    /// The grid of the 3° zone that holds a longitude in degrees, with squares of a side in whole metres.
    pub fn around(longitude: f64, side_m: u32) -> Self {
        Self { central_meridian: (longitude / 3.0).round() * 3.0, side_m: side_m.max(1) }
    }

    /// The side of a square in metres of the projection, which the ground follows to 0.04 % within the zone.
    pub fn side_m(&self) -> u32 {
        self.side_m
    }

    /// The reference system of the grid: `EPSG:4548` for 117° E; outside China's zones the meridian.
    pub fn crs(&self) -> String {
        let (first, meridian) = FIRST_ZONE;
        if (meridian..=LAST_MERIDIAN).contains(&self.central_meridian) {
            return format!("EPSG:{}", first + ((self.central_meridian - meridian) / 3.0).round() as u32);
        }
        format!("CGCS2000 Gauss–Krüger 3°, central meridian {}°", self.central_meridian)
    }

    /// The column on the central meridian, where a row lies farthest north in degrees.
    pub fn middle_column(&self) -> i32 {
        (FALSE_EASTING_M / f64::from(self.side_m)) as i32
    }

    /// The name of a square: easting and northing in metres of its south-western corner, `E384000N3277500`.
    pub fn name(&self, square: Square) -> String {
        let metres = |count: i32| i64::from(count) * i64::from(self.side_m);
        format!("E{}N{}", metres(square.column), metres(square.row))
    }

    /// The square of a name; `None` where no square of this grid bears it.
    pub fn named(&self, name: &str) -> Option<Square> {
        let (east, north) = name.strip_prefix('E')?.split_once('N')?;
        let count = |metres: &str| {
            let (metres, side) = (metres.parse::<i64>().ok()?, i64::from(self.side_m));
            i32::try_from(metres / side).ok().filter(|_| metres % side == 0)
        };
        let square = Square { column: count(east)?, row: count(north)? };
        (self.name(square) == name).then_some(square)
    }

    /// A square as an area in longitude/latitude degrees.
    pub fn area(&self, square: Square) -> Polygon {
        let corner = |east: i32, north: i32| self.corner(square.column + east, square.row + north);
        Polygon::new(LineString(vec![corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)]), vec![])
    }

    /// The squares whose areas share at least a point with a shape; the border belongs to both. `None` where the shape
    /// reaches beyond the grid.
    pub fn touched(&self, shape: &Geometry) -> Option<BTreeSet<Square>> {
        let envelope = Envelope::of(shape)?;
        if !self.holds(&envelope) {
            return None;
        }
        let mut squares = BTreeSet::new();
        self.collect(shape, &mut squares);
        Some(squares)
    }

    /// Columns and rows that hold every square which touches a box, and perhaps some beside it.
    pub fn around_box(&self, envelope: &Envelope) -> (RangeInclusive<i32>, RangeInclusive<i32>) {
        let within = |lon: f64| lon.clamp(self.central_meridian - REACH_DEGREES, self.central_meridian + REACH_DEGREES);
        let (west, east) = (within(envelope.west), within(envelope.east));
        let (south, north) =
            (envelope.south.clamp(-LAST_PARALLEL, LAST_PARALLEL), envelope.north.clamp(-LAST_PARALLEL, LAST_PARALLEL));
        let level = 0.0_f64.clamp(south, north);
        let middle = self.central_meridian.clamp(west, east);
        // A parallel lies lowest at the central meridian, a meridian lies farthest out at the equator.
        let places = [west, middle, east].map(|lon| [south, level, north].map(|lat| Coord { x: lon, y: lat }));
        self.ranges(places.into_iter().flatten())
    }

    /// Whether the grid is good for all of a box.
    pub fn holds(&self, envelope: &Envelope) -> bool {
        envelope.west >= self.central_meridian - REACH_DEGREES
            && envelope.east <= self.central_meridian + REACH_DEGREES
            && envelope.south >= -LAST_PARALLEL
            && envelope.north <= LAST_PARALLEL
    }

    fn corner(&self, column: i32, row: i32) -> Coord {
        let metres = |count: i32| f64::from(count) * f64::from(self.side_m);
        let grid = Coord { x: metres(column) - FALSE_EASTING_M, y: metres(row) };
        TransverseMercator::new(self.central_meridian).inverse(grid)
    }

    fn project(&self, place: Coord) -> Coord {
        let grid = TransverseMercator::new(self.central_meridian).forward(place);
        Coord { x: grid.x + FALSE_EASTING_M, y: grid.y }
    }

    /// How far a line of at most a side's length, straight in degrees or in the grid, may stray from the other.
    fn slack_m(&self) -> f64 {
        let side = f64::from(self.side_m);
        0.1 + side * side / EARTH_RADIUS_M
    }

    fn ranges(&self, places: impl Iterator<Item = Coord>) -> (RangeInclusive<i32>, RangeInclusive<i32>) {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for place in places.map(|place| self.project(place)) {
            for (axis, metres) in [place.x, place.y].into_iter().enumerate() {
                low[axis] = low[axis].min(metres);
                high[axis] = high[axis].max(metres);
            }
        }
        let count = |metres: f64| (metres / f64::from(self.side_m)).floor() as i32;
        let range = |axis: usize| count(low[axis] - self.slack_m())..=count(high[axis] + self.slack_m());
        (range(0), range(1))
    }

    fn collect(&self, shape: &Geometry, squares: &mut BTreeSet<Square>) {
        match shape {
            Geometry::Point(point) => self.collect_edge(Line::new(point.0, point.0), squares),
            Geometry::MultiPoint(points) => points.iter().for_each(|point| self.collect(&(*point).into(), squares)),
            Geometry::Line(line) => self.collect_edge(*line, squares),
            Geometry::LineString(chain) => self.collect_chain(chain, squares),
            Geometry::MultiLineString(chains) => chains.iter().for_each(|chain| self.collect_chain(chain, squares)),
            Geometry::Polygon(polygon) => self.collect_area(polygon, squares),
            Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|polygon| self.collect_area(polygon, squares)),
            Geometry::Rect(rect) => self.collect_area(&rect.to_polygon(), squares),
            Geometry::Triangle(triangle) => self.collect_area(&triangle.to_polygon(), squares),
            Geometry::GeometryCollection(shapes) => shapes.iter().for_each(|shape| self.collect(shape, squares)),
        }
    }

    fn collect_chain(&self, chain: &LineString, squares: &mut BTreeSet<Square>) {
        match chain.0.as_slice() {
            [lone] => self.collect_edge(Line::new(*lone, *lone), squares),
            _ => chain.lines().for_each(|edge| self.collect_edge(edge, squares)),
        }
    }

    /// The squares that an edge touches. Its pieces say where to look; whether a square is touched is asked of the edge
    /// itself, unless a piece lies deep inside one.
    fn collect_edge(&self, edge: Line, squares: &mut BTreeSet<Square>) {
        let longest = (edge.end.x - edge.start.x).abs().max((edge.end.y - edge.start.y).abs()) * METRES_PER_DEGREE;
        let pieces = (longest / f64::from(self.side_m)).ceil().max(1.0) as u32;
        let at = |step: u32| {
            if step == pieces { edge.end } else { edge.start + edge.delta() * (f64::from(step) / f64::from(pieces)) }
        };
        for piece in 0..pieces {
            let (columns, rows) = self.ranges([at(piece), at(piece + 1)].into_iter());
            let lone = columns.start() == columns.end() && rows.start() == rows.end();
            for row in rows {
                for square in columns.clone().map(|column| Square { row, column }) {
                    if lone || (!squares.contains(&square) && self.area(square).intersects(&edge)) {
                        squares.insert(square);
                    }
                }
            }
        }
    }

    /// The squares of the border, then in each row the runs between them: what the border does not pass through lies
    /// wholly inside or wholly outside.
    fn collect_area(&self, polygon: &Polygon, squares: &mut BTreeSet<Square>) {
        let mut border = BTreeSet::new();
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        rings.for_each(|ring| self.collect_chain(ring, &mut border));
        let ground = Territory::of(&polygon.clone().into());
        let mut before: Option<Square> = None;
        for square in &border {
            if let Some(before) = before.filter(|before| before.row == square.row && before.column + 1 < square.column)
            {
                let run = before.column + 1..square.column;
                let first = self.area(Square { row: square.row, column: run.start });
                if first.exterior().0.first().is_some_and(|corner| ground.meets(&geo::Point(*corner).into())) {
                    squares.extend(run.map(|column| Square { row: square.row, column }));
                }
            }
            before = Some(*square);
        }
        squares.extend(border);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, Point, Rect};
    use proptest::prelude::*;

    fn lattice(side_m: u32) -> Lattice {
        Lattice::around(115.8, side_m)
    }

    #[test]
    fn the_known_point_lies_in_its_square() {
        let lattice = lattice(500);
        assert_eq!(lattice.crs(), "EPSG:4548");
        // EPSG:4548 gives 383927.638, 3277570.694 for this place.
        let squares = lattice.touched(&Point::new(115.8017, 29.6108).into()).unwrap();
        let names: Vec<String> = squares.iter().map(|square| lattice.name(*square)).collect();
        assert_eq!(names, ["E383500N3277500"]);
        assert_eq!(squares.first().copied(), lattice.named("E383500N3277500"));
    }

    #[test]
    fn zones_follow_the_longitude() {
        for (lon, crs) in [(115.6, "EPSG:4548"), (115.4, "EPSG:4547"), (75.0, "EPSG:4534"), (134.9, "EPSG:4554")] {
            assert_eq!(Lattice::around(lon, 500).crs(), crs);
        }
        assert!(Lattice::around(6.0, 500).crs().ends_with("6°"));
    }

    #[test]
    fn names_that_no_square_bears_are_refused() {
        for name in ["", "E1N1", "E383500", "E383500N3277501", "e383500N3277500", "E0383500N3277500", "E+500N500"] {
            assert_eq!(lattice(500).named(name), None, "{name}");
        }
        let far = Square { row: -4, column: -7 };
        assert_eq!(lattice(500).named(&lattice(500).name(far)), Some(far));
    }

    #[test]
    fn neighbours_share_their_corners_to_the_last_bit() {
        let lattice = lattice(500);
        let ring = |column, row| lattice.area(Square { row, column }).exterior().0.clone();
        let here = ring(767, 6555);
        assert_eq!((here[1], here[2]), (ring(768, 6555)[0], ring(768, 6555)[3]));
        assert_eq!((here[3], here[2]), (ring(767, 6556)[0], ring(767, 6556)[1]));
    }

    #[test]
    fn a_place_on_a_corner_belongs_to_all_four() {
        let lattice = lattice(500);
        let corner = lattice.area(Square { row: 6555, column: 767 }).exterior().0[0];
        assert_eq!(lattice.touched(&Point(corner).into()).unwrap().len(), 4);
    }

    #[test]
    fn what_lies_beyond_the_zone_is_told() {
        let lattice = lattice(500);
        assert_eq!(lattice.touched(&Point::new(15.0, 29.6).into()), None);
        assert_eq!(lattice.touched(&Point::new(115.8, 89.0).into()), None);
        assert!(lattice.touched(&Point::new(113.0, 25.0).into()).is_some());
    }

    fn shape() -> impl Strategy<Value = Geometry> {
        let place = || (115.0..116.4f64, 29.0..30.2f64);
        let star = (place(), prop::collection::vec(0.001..0.3f64, 3..9)).prop_map(|((x, y), radii)| {
            let turn = std::f64::consts::TAU / radii.len() as f64;
            let vertex = |(n, r): (usize, &f64)| (x + r * (turn * n as f64).cos(), y + r * (turn * n as f64).sin());
            Polygon::new(LineString::from(radii.iter().enumerate().map(vertex).collect::<Vec<_>>()), vec![])
        });
        let holed = place().prop_map(|(x, y)| {
            let block = |side: f64| Rect::new((x - side, y - side), (x + side, y + side)).to_polygon();
            Polygon::new(block(0.2).exterior().clone(), vec![block(0.12).exterior().clone()])
        });
        prop_oneof![
            place().prop_map(|(x, y)| Point::new(x, y).into()),
            (place(), place()).prop_map(|(from, to)| LineString::from(vec![from, to]).into()),
            star.prop_map(Geometry::from),
            holed.prop_map(|holed| MultiPolygon::new(vec![holed]).into()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn touched_squares_are_those_that_the_exhaustive_search_finds(shape in shape()) {
            let lattice = lattice(8000);
            let (columns, rows) = lattice.around_box(&Envelope { west: 114.5, south: 28.5, east: 117.0, north: 31.0 });
            let all = rows.flat_map(|row| columns.clone().map(move |column| Square { row, column }));
            let expected: BTreeSet<Square> = all.filter(|square| lattice.area(*square).intersects(&shape)).collect();
            prop_assert_eq!(lattice.touched(&shape).unwrap(), expected);
            let (columns, rows) = lattice.around_box(&Envelope::of(&shape).unwrap());
            let found = lattice.touched(&shape).unwrap();
            prop_assert!(found.iter().all(|square| columns.contains(&square.column) && rows.contains(&square.row)));
        }
    }
}
