//! The ground of one area, such as an administrative unit, prepared for asking many times what touches it.
//!
//! Each polygon's edges are sorted into horizontal bands, so that a question looks at a handful of edges instead of all.

use geo::algorithm::kernels::{Kernel, RobustKernel};
use geo::algorithm::{Intersects, LinesIter};
use geo::{Coord, Geometry, Line, LineString, Polygon};

use super::Envelope;

/// Edges that a band holds on the average.
const EDGES_A_BAND: usize = 4;
const MOST_BANDS: usize = 8192;

/// The polygons of an area in longitude/latitude degrees.
#[derive(Clone, Debug)]
pub struct Territory(Vec<Plot>);

impl Territory {
    /// Prepares the polygons of a geometry; other shapes hold no ground.
    pub fn of(geometry: &Geometry) -> Self {
        let polygons = match geometry {
            Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
            Geometry::MultiPolygon(polygons) => &polygons.0,
            _ => &[],
        };
        Self(polygons.iter().filter_map(Plot::of).collect())
    }

    /// Whether the ground and a shape share at least a point; the border belongs to both.
    pub fn meets(&self, shape: &Geometry) -> bool {
        self.0.iter().any(|plot| plot.meets(shape))
    }
}

/// One polygon.
#[derive(Clone, Debug)]
struct Plot {
    polygon: Polygon,
    envelope: Envelope,
    bands: Vec<Vec<Line>>,
}

impl Plot {
    fn of(polygon: &Polygon) -> Option<Self> {
        let envelope = Envelope::of(&polygon.clone().into())?;
        let edges: Vec<Line> = polygon.lines_iter().collect();
        let count = (edges.len() / EDGES_A_BAND).clamp(1, MOST_BANDS);
        let mut plot = Self { polygon: polygon.clone(), envelope, bands: vec![Vec::new(); count] };
        for edge in edges {
            for band in plot.bands_of(&edge) {
                plot.bands[band].push(edge);
            }
        }
        Some(plot)
    }

    fn band_at(&self, lat: f64) -> usize {
        let height = self.envelope.north - self.envelope.south;
        let share = if height > 0.0 { (lat - self.envelope.south) / height } else { 0.0 };
        // A cast from below zero gives zero.
        ((share * self.bands.len() as f64) as usize).min(self.bands.len() - 1)
    }

    /// The bands that an edge passes; the same rounding serves both sides of every question.
    fn bands_of(&self, edge: &Line) -> std::ops::RangeInclusive<usize> {
        self.band_at(edge.start.y.min(edge.end.y))..=self.band_at(edge.start.y.max(edge.end.y))
    }

    fn meets(&self, shape: &Geometry) -> bool {
        match shape {
            Geometry::Point(point) => self.holds(point.0),
            Geometry::MultiPoint(points) => points.iter().any(|point| self.holds(point.0)),
            Geometry::Line(line) => self.meets_chain(&LineString::from(*line)),
            Geometry::LineString(chain) => self.meets_chain(chain),
            Geometry::MultiLineString(chains) => chains.iter().any(|chain| self.meets_chain(chain)),
            Geometry::Polygon(polygon) => self.meets_polygon(polygon),
            Geometry::MultiPolygon(polygons) => polygons.iter().any(|polygon| self.meets_polygon(polygon)),
            Geometry::Rect(rect) => self.meets_polygon(&rect.to_polygon()),
            Geometry::Triangle(triangle) => self.meets_polygon(&triangle.to_polygon()),
            Geometry::GeometryCollection(shapes) => shapes.iter().any(|shape| self.meets(shape)),
        }
    }

    fn meets_chain(&self, chain: &LineString) -> bool {
        chain.0.first().is_some_and(|first| self.holds(*first)) || chain.lines().any(|edge| self.crosses(&edge))
    }

    /// Either a border is crossed, or one lies wholly inside the other.
    fn meets_polygon(&self, polygon: &Polygon) -> bool {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        let apart = Envelope::of(&polygon.clone().into()).is_none_or(|envelope| !envelope.intersects(&self.envelope));
        !apart
            && (rings.into_iter().any(|ring| self.meets_chain(ring))
                || self.polygon.exterior().0.first().is_some_and(|own| polygon.intersects(own)))
    }

    fn crosses(&self, edge: &Line) -> bool {
        let (south, north) = (edge.start.y.min(edge.end.y), edge.start.y.max(edge.end.y));
        south <= self.envelope.north
            && north >= self.envelope.south
            && self.bands_of(edge).any(|band| self.bands[band].iter().any(|own| own.intersects(edge)))
    }

    /// Whether a place is inside or on the border: an odd number of edges lies to the east of it.
    fn holds(&self, place: Coord) -> bool {
        let box_of_place = Envelope { west: place.x, south: place.y, east: place.x, north: place.y };
        if !self.envelope.intersects(&box_of_place) {
            return false;
        }
        let mut inside = false;
        for edge in &self.bands[self.band_at(place.y)] {
            match side(edge, place) {
                Side::On => return true,
                Side::West => inside = !inside,
                Side::Aside => {}
            }
        }
        inside
    }
}

/// Where a place lies as seen from an edge.
enum Side {
    On,
    /// A line eastward from the place crosses the edge; of its ends only the lower one counts.
    West,
    Aside,
}

fn side(edge: &Line, place: Coord) -> Side {
    use geo::algorithm::kernels::Orientation;

    let (low, high) = if edge.start.y <= edge.end.y { (edge.start, edge.end) } else { (edge.end, edge.start) };
    if place.y < low.y || place.y > high.y || place.x > low.x.max(high.x) {
        return Side::Aside;
    }
    match RobustKernel::orient2d(low, high, place) {
        Orientation::Collinear if place.x >= low.x.min(high.x) => Side::On,
        Orientation::CounterClockwise if place.y < high.y => Side::West,
        _ => Side::Aside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, Point};
    use proptest::prelude::*;

    /// A star of whole-number vertices, so that shapes often share vertices and edges exactly.
    fn star(x: i32, y: i32, radii: &[i32]) -> LineString {
        let vertex = |(n, radius): (usize, &i32)| {
            let turn = std::f64::consts::TAU * n as f64 / radii.len() as f64;
            let round = |centre: i32, part: f64| f64::from(centre) + (f64::from(*radius) * part).round();
            (round(x, turn.cos()), round(y, turn.sin()))
        };
        let mut vertices: Vec<(f64, f64)> = radii.iter().enumerate().map(vertex).collect();
        vertices.push(vertices[0]);
        LineString::from(vertices)
    }

    fn unit() -> impl Strategy<Value = Polygon> {
        proptest::collection::vec(6..20i32, 5..60)
            .prop_map(|radii| Polygon::new(star(0, 0, &radii), vec![star(0, 0, &[2, 2, 2, 2])]))
    }

    fn shape() -> impl Strategy<Value = Geometry> {
        let place = || (-22..22i32, -22..22i32);
        prop_oneof![
            place().prop_map(|(x, y)| Point::new(f64::from(x), f64::from(y)).into()),
            (place(), place()).prop_map(|((a, b), (c, d))| {
                LineString::from(vec![(f64::from(a), f64::from(b)), (f64::from(c), f64::from(d))]).into()
            }),
            (place(), proptest::collection::vec(1..5i32, 3..8)).prop_map(|((x, y), radii)| Polygon::new(
                star(x, y, &radii),
                vec![]
            )
            .into()),
            proptest::collection::vec(21..30i32, 8..20)
                .prop_map(|radii| Polygon::new(star(0, 0, &radii), vec![]).into()),
        ]
    }

    proptest! {
        #[test]
        fn touching_is_what_the_exhaustive_test_says(unit in unit(), shapes in proptest::collection::vec(shape(), 20)) {
            let territory = Territory::of(&unit.clone().into());
            for shape in &shapes {
                prop_assert_eq!(territory.meets(shape), unit.intersects(shape), "{:?}", shape);
            }
        }
    }

    #[test]
    fn borders_holes_and_further_parts() {
        let block =
            |x: f64| Polygon::new(LineString::from(vec![(x, 0.0), (x + 3.0, 0.0), (x + 3.0, 3.0), (x, 3.0)]), vec![]);
        let hole = LineString::from(vec![(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)]);
        let holed = Polygon::new(block(0.0).exterior().clone(), vec![hole]);
        let territory = Territory::of(&MultiPolygon::new(vec![holed, block(10.0)]).into());
        let meets = |x: f64, y: f64| territory.meets(&Point::new(x, y).into());
        assert!(meets(0.5, 0.5) && meets(3.0, 1.5) && meets(1.0, 1.5) && meets(0.0, 0.0) && meets(11.0, 1.0));
        assert!(!meets(1.5, 1.5) && !meets(3.0_f64.next_up(), 1.5) && !meets(5.0, 1.0));
    }
}
