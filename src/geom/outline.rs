//! The edges of a shape in runs, each with its box, so that a long shape is measured only where it comes near.

use std::borrow::Cow;

use geo::kernels::{Kernel, Orientation};
use geo::{Coord, GeoNum, Geometry, LineString, MultiLineString, Polygon};

use super::Envelope;

/// Edges that share one box.
pub(super) const RUN: usize = 16;

/// What a chain of vertices is to its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Points that no edge joins.
    Points,
    /// A line.
    Line,
    /// The outer ring of an area.
    Exterior,
    /// A hole in the area before it.
    Interior,
}

/// Vertices in order.
#[derive(Clone, Debug)]
pub(super) struct Chain<'a> {
    pub role: Role,
    pub places: Cow<'a, [Coord]>,
}

impl Chain<'_> {
    /// All of it.
    pub fn piece(&self) -> Piece<'_> {
        Piece { places: &self.places, points: self.role == Role::Points }
    }
}

/// Every chain of a shape, in the order it is written.
pub(super) fn chains(geometry: &Geometry) -> Vec<Chain<'_>> {
    let mut found = Vec::new();
    collect(geometry, &mut found);
    found
}

fn collect<'a>(geometry: &'a Geometry, found: &mut Vec<Chain<'a>>) {
    let borrowed = |role, line: &'a LineString| Chain { role, places: Cow::Borrowed(line.0.as_slice()) };
    let owned = |role, places: Vec<Coord>| Chain { role, places: Cow::Owned(places) };
    let mut area = |polygon: &'a Polygon| {
        found.push(borrowed(Role::Exterior, polygon.exterior()));
        found.extend(polygon.interiors().iter().map(|ring| borrowed(Role::Interior, ring)));
    };
    match geometry {
        Geometry::Polygon(polygon) => area(polygon),
        Geometry::MultiPolygon(polygons) => polygons.iter().for_each(area),
        Geometry::Point(point) => {
            found.push(Chain { role: Role::Points, places: Cow::Borrowed(std::slice::from_ref(&point.0)) });
        }
        Geometry::MultiPoint(points) => found.push(owned(Role::Points, points.iter().map(|point| point.0).collect())),
        Geometry::Line(line) => found.push(owned(Role::Line, vec![line.start, line.end])),
        Geometry::LineString(line) => found.push(borrowed(Role::Line, line)),
        Geometry::MultiLineString(lines) => found.extend(lines.iter().map(|line| borrowed(Role::Line, line))),
        Geometry::Rect(rect) => found.push(owned(Role::Exterior, rect.to_polygon().exterior().0.clone())),
        Geometry::Triangle(corners) => found.push(owned(Role::Exterior, corners.to_polygon().exterior().0.clone())),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| collect(part, found)),
    }
}

/// The runs of a shape with many edges.
#[derive(Clone, Debug)]
pub struct Outline {
    runs: Vec<Run>,
}

/// Vertices `first` to `last` of a chain, and the box around them.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub chain: u32,
    pub first: u32,
    pub last: u32,
    pub envelope: Envelope,
}

impl Run {
    /// Its vertices, out of the chains of its shape.
    pub fn piece<'c>(&self, chains: &'c [Chain<'_>]) -> Piece<'c> {
        let chain = &chains[self.chain as usize];
        let places = &chain.places[self.first as usize..=self.last as usize];
        Piece { places, points: chain.role == Role::Points }
    }
}

impl Outline {
    /// The runs of a shape; `None` where it has so few edges that boxes gain nothing.
    pub fn of(geometry: &Geometry) -> Option<Self> {
        let chains = chains(geometry);
        let vertices: usize = chains.iter().map(|chain| chain.places.len()).sum();
        (vertices > 2 * RUN)
            .then(|| Self { runs: (0..).zip(&chains).flat_map(|(place, chain)| runs(place, chain)).collect() })
    }

    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }
}

fn runs(chain: u32, Chain { places, .. }: &Chain<'_>) -> Vec<Run> {
    // Neighbouring runs share a vertex, so that no edge is lost between them.
    let starts = (0..places.len().max(2) - 1).step_by(RUN).take_while(|_| !places.is_empty());
    let run = |first: usize| {
        let last = (first + RUN).min(places.len() - 1);
        Run { chain, first: first as u32, last: last as u32, envelope: around(&places[first..=last]) }
    };
    starts.map(run).collect()
}

/// The box around some vertices.
pub(super) fn around(places: &[Coord]) -> Envelope {
    let none = Envelope { west: f64::MAX, south: f64::MAX, east: f64::MIN, north: f64::MIN };
    places.iter().fold(none, |envelope, place| Envelope {
        west: envelope.west.min(place.x),
        south: envelope.south.min(place.y),
        east: envelope.east.max(place.x),
        north: envelope.north.max(place.y),
    })
}

/// A shape as it is measured to.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    /// Longitude/latitude degrees.
    pub geometry: &'a Geometry,
    /// The box around it.
    pub envelope: &'a Envelope,
    /// Its runs, where it has many edges.
    pub outline: Option<&'a Outline>,
}

/// A piece of a shape: vertices joined by edges, or points that none joins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub places: &'a [Coord],
    pub points: bool,
}

impl Shape<'_> {
    /// The pieces whose boxes may interest somebody, in order; a shape without runs is asked chain by chain.
    pub(super) fn pieces<'c>(
        &self,
        chains: &'c [Chain<'_>],
        interesting: impl Fn(&Envelope) -> bool,
    ) -> Vec<Piece<'c>> {
        match self.outline {
            None => chains.iter().map(Chain::piece).collect(),
            Some(outline) => {
                let near = outline.runs.iter().filter(|run| interesting(&run.envelope));
                near.map(|run| run.piece(chains)).collect()
            }
        }
    }

    /// Whether an edge, or a lone vertex, comes into a box; an edge is taken for as large as its own box.
    pub(super) fn has_edges_in(&self, window: &Envelope) -> bool {
        if !self.envelope.intersects(window) {
            return false;
        }
        let chains = chains(self.geometry);
        let pieces = self.pieces(&chains, |envelope| envelope.intersects(window));
        pieces.iter().any(|piece| edges(*piece).any(|edge| around(&edge).intersects(window)))
    }

    /// The edges that come into a box, as lines.
    pub(super) fn edges_in(&self, window: &Envelope) -> Geometry {
        let chains = chains(self.geometry);
        let pieces = self.pieces(&chains, |envelope| envelope.intersects(window));
        let edges = pieces.iter().flat_map(|piece| edges(*piece)).filter(|edge| around(edge).intersects(window));
        MultiLineString::new(edges.map(|edge| LineString::from(edge.to_vec())).collect()).into()
    }

    /// Whether a place that lies on no edge is in an area of the shape. Rings wind as geo takes them to.
    pub(super) fn surrounds(&self, place: Coord) -> bool {
        let chains = chains(self.geometry);
        let mut turns = vec![0i32; chains.len()];
        match self.outline {
            None => turns.iter_mut().zip(&chains).for_each(|(turns, chain)| *turns = winding(&chain.places, place)),
            Some(outline) => {
                let level = |run: &&Run| {
                    run.envelope.south <= place.y && place.y <= run.envelope.north && place.x <= run.envelope.east
                };
                for run in outline.runs.iter().filter(level) {
                    turns[run.chain as usize] += winding(run.piece(&chains).places, place);
                }
            }
        }
        let mut inside = false;
        for (chain, turns) in chains.iter().zip(turns) {
            match chain.role {
                Role::Exterior if inside => return true,
                Role::Exterior => inside = turns != 0,
                Role::Interior => inside &= turns == 0,
                Role::Points | Role::Line => {}
            }
        }
        inside
    }
}

/// How often edges run around a place anticlockwise, counted on a ray to the east.
fn winding(places: &[Coord], place: Coord) -> i32 {
    let turn = |edge: &[Coord]| {
        let side = || <f64 as GeoNum>::Ker::orient2d(edge[0], edge[1], place);
        match (edge[0].y <= place.y, edge[1].y <= place.y) {
            (true, false) => i32::from(side() == Orientation::CounterClockwise),
            (false, true) => -i32::from(side() == Orientation::Clockwise),
            _ => 0,
        }
    };
    places.windows(2).map(turn).sum()
}

/// The edges of a piece; a lone point is an edge without length.
pub(super) fn edges(piece: Piece<'_>) -> impl Iterator<Item = [Coord; 2]> {
    let lone = if piece.points || piece.places.len() == 1 { piece.places } else { &[] };
    let joined = if piece.points { &[] } else { piece.places };
    lone.iter().map(|place| [*place, *place]).chain(joined.windows(2).map(|edge| [edge[0], edge[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{CoordinatePosition, coordinate_position::CoordPos};

    fn ring(corners: u32, radius: f64) -> LineString {
        let corner = |n: u32| {
            let angle = f64::from(n) / f64::from(corners) * std::f64::consts::TAU;
            let radius = radius * (1.0 + 0.3 * (angle * 7.0).sin());
            (115.8 + radius * angle.cos(), 29.6 + radius * angle.sin())
        };
        (0..corners).map(corner).collect::<Vec<_>>().into()
    }

    fn lake() -> Geometry {
        Polygon::new(ring(300, 0.1), vec![ring(90, 0.04)]).into()
    }

    #[test]
    fn runs_hold_every_edge_once() {
        let lake = lake();
        let chains = chains(&lake);
        let outline = Outline::of(&lake).unwrap();
        let counted: u32 = outline.runs().iter().map(|run| run.last - run.first).sum();
        assert_eq!(counted as usize, chains.iter().map(|chain| chain.places.len() - 1).sum::<usize>());
        for run in outline.runs() {
            let places = &chains[run.chain as usize].places[run.first as usize..=run.last as usize];
            assert!(places.len() <= RUN + 1 && around(places) == run.envelope);
        }
        assert!(Outline::of(&ring(30, 0.1).into()).is_none(), "so few edges need no boxes");
    }

    #[test]
    fn what_is_surrounded_lies_inside() {
        let lake = lake();
        let outline = Outline::of(&lake);
        let envelope = Envelope::of(&lake).unwrap();
        for outline in [None, outline.as_ref()] {
            let shape = Shape { geometry: &lake, envelope: &envelope, outline };
            for n in 0..900 {
                let place = Coord { x: 115.66 + f64::from(n % 30) * 0.0101, y: 29.46 + f64::from(n / 30) * 0.0103 };
                let inside = lake.coordinate_position(&place) == CoordPos::Inside;
                assert_eq!(shape.surrounds(place), inside, "{place:?}");
            }
        }
    }

    #[test]
    fn a_window_finds_the_edges_that_a_scan_finds() {
        let lake = lake();
        let outline = Outline::of(&lake);
        let envelope = Envelope::of(&lake).unwrap();
        for n in 0..200 {
            let west = 115.65 + f64::from(n % 20) * 0.015;
            let south = 29.45 + f64::from(n / 20) * 0.03;
            let window = Envelope { west, south, east: west + 0.004, north: south + 0.004 };
            let found = |outline| Shape { geometry: &lake, envelope: &envelope, outline }.edges_in(&window);
            assert_eq!(found(outline.as_ref()), found(None));
        }
    }
}
