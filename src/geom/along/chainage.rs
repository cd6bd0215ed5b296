//! Positions along a line in metres from its first vertex.

use geo::{BoundingRect, Coord, Geometry, Intersects, LineString, MultiLineString, Point};

use super::{cross, dot, edges, length};
use crate::geom::plane::split;
use crate::geom::{Envelope, LocalPlane, Metres, Site, geodesic_m};

/// Distances are compared to half of a tenth of a millimetre, as they are everywhere.
const HALF_RESOLUTION_M: f64 = 5e-5;

/// A line that was measured along. An edge is straight in longitude/latitude and is measured in pieces of at most 500 m, each
/// along its geodesic. Parts of a multi-line follow one another as they were drawn; a gap between them has no length.
#[derive(Clone, Debug)]
pub struct Chainage {
    site: Site,
    pieces: Vec<Piece>,
    length_m: f64,
}

/// Where on a line something lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Metres from the first vertex.
    pub at_m: f64,
    /// How far off the line it is.
    pub offset: Metres,
    /// The place on the line, longitude/latitude.
    pub place: Point,
}

/// A stretch of a line, in metres from its first vertex, ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from_m: f64,
    /// Where it ends.
    pub to_m: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub start: Coord,
    pub end: Coord,
    pub from_m: f64,
    pub length_m: f64,
    /// Which part of the line it belongs to.
    pub part: usize,
}

impl Chainage {
    /// Measures a line or multi-line in longitude/latitude degrees; `None` for anything else and for one without length.
    pub fn new(line: &Geometry) -> Option<Self> {
        let lines: Vec<LineString> = match line {
            Geometry::Line(line) => vec![LineString::from(vec![line.start, line.end])],
            Geometry::LineString(line) => vec![line.clone()],
            Geometry::MultiLineString(lines) => lines.0.clone(),
            _ => return None,
        };
        let (mut pieces, mut from_m) = (Vec::new(), 0.0);
        for (part, line) in lines.iter().enumerate() {
            for ends in split(&line.0).windows(2) {
                let (start, end) = (ends[0], ends[1]);
                let length_m = geodesic_m(start.into(), end.into());
                if length_m > 0.0 {
                    pieces.push(Piece { start, end, from_m, length_m, part });
                    from_m += length_m;
                }
            }
        }
        let site = Site::new(line.clone()).filter(|_| !pieces.is_empty())?;
        Some(Self { site, pieces, length_m: from_m })
    }

    /// The line as it is measured from.
    pub fn site(&self) -> &Site {
        &self.site
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Boxes along the line that hold all of it, each of so many metres of it at most, and of one piece at least.
    pub fn boxes(&self, each: Metres) -> Vec<Envelope> {
        let mut boxes: Vec<(f64, Envelope)> = Vec::new();
        for piece in &self.pieces {
            match boxes.last_mut() {
                Some((from_m, around)) if piece.end_m() - *from_m <= each.0 => *around = around.union(piece.envelope()),
                _ => boxes.push((piece.from_m, piece.envelope())),
            }
        }
        boxes.into_iter().map(|(_, around)| around).collect()
    }

    /// The length of the whole line.
    pub fn length(&self) -> Metres {
        Metres(self.length_m)
    }

    /// Where the line comes nearest to a shape. Where they meet in several places it is one of them: [`Self::within`] tells
    /// them all.
    pub fn position(&self, geometry: &Geometry) -> Option<Position> {
        let nearest = self.site.nearest(geometry)?;
        let plane = LocalPlane::centred_at(nearest.from.0);
        let here = Coord { x: 0.0, y: 0.0 };
        let off = |piece: &Piece| {
            let foot = crate::geom::distance::foot(here, (plane.project(piece.start), plane.project(piece.end)));
            (length(foot), foot)
        };
        let found = self.pieces.iter().map(|piece| (off(piece), piece));
        let ((_, foot), piece) = found.min_by(|one, other| one.0.0.total_cmp(&other.0.0))?;
        let into = geodesic_m(piece.start.into(), plane.unproject(foot).into());
        Some(Position { at_m: piece.from_m + into.min(piece.length_m), offset: nearest.distance, place: nearest.from })
    }

    /// The place at a position, which is brought onto the line if it lies beyond its ends.
    pub fn place(&self, at_m: f64) -> Point {
        self.piece_at(at_m).place(at_m)
    }

    /// The line from one position to another, in the direction of drawing; one part for each part that it touches.
    pub fn stretch(&self, stretch: Stretch) -> MultiLineString {
        let (from_m, to_m) = (stretch.from_m.min(stretch.to_m).max(0.0), stretch.to_m.max(stretch.from_m));
        let touched = |piece: &&Piece| from_m < to_m && piece.end_m() > from_m && piece.from_m < to_m;
        let mut parts: Vec<(usize, Vec<Coord>)> = Vec::new();
        for piece in self.pieces.iter().filter(touched) {
            if parts.last().is_none_or(|(part, _)| *part != piece.part) {
                parts.push((piece.part, vec![piece.place(from_m).0]));
            }
            let end = if to_m < piece.end_m() { piece.place(to_m).0 } else { piece.end };
            if let Some((_, chain)) = parts.last_mut() {
                chain.push(end);
            }
        }
        MultiLineString::new(parts.into_iter().map(|(_, chain)| LineString::new(chain)).collect())
    }

    /// The stretches of the line within a ground distance of a shape, in order, ends included. Exact to a centimetre where
    /// the distance is at most 10 km: each piece is cut, in a plane centred on it, with what lies within the distance of
    /// each edge of the shape.
    pub fn within(&self, geometry: &Geometry, distance: Metres) -> Vec<Stretch> {
        let near = Near::of(geometry, distance);
        let found = self.pieces.iter().filter(|piece| near.may_reach(piece)).flat_map(|piece| {
            let shares = near.shares(piece);
            shares.into_iter().map(|(from, to)| Stretch {
                from_m: piece.from_m + from * piece.length_m,
                to_m: piece.from_m + to * piece.length_m,
            })
        });
        Stretch::joined(found.collect())
    }

    fn piece_at(&self, at_m: f64) -> &Piece {
        let place = self.pieces.partition_point(|piece| piece.end_m() < at_m);
        &self.pieces[place.min(self.pieces.len() - 1)]
    }
}

impl Piece {
    pub fn end_m(&self) -> f64 {
        self.from_m + self.length_m
    }

    pub fn envelope(&self) -> Envelope {
        let (start, end) = (self.start, self.end);
        Envelope {
            west: start.x.min(end.x),
            south: start.y.min(end.y),
            east: start.x.max(end.x),
            north: start.y.max(end.y),
        }
    }

    /// The place at a position, or its end next to it.
    fn place(&self, at_m: f64) -> Point {
        let wanted = (at_m - self.from_m).clamp(0.0, self.length_m);
        let along = |share: f64| Point::from(self.start + (self.end - self.start) * share);
        let mut share = wanted / self.length_m;
        // Degrees are not quite even along a piece: less than 4 mm, which one step mends.
        share += (wanted - geodesic_m(self.start.into(), along(share))) / self.length_m;
        along(share.clamp(0.0, 1.0))
    }
}

impl Stretch {
    /// Its length.
    pub fn length(self) -> Metres {
        Metres(self.to_m - self.from_m)
    }

    /// Stretches in order, those that meet made one.
    pub fn joined(mut stretches: Vec<Self>) -> Vec<Self> {
        // Positions at the two ends of a vertex differ by rounding only.
        const SAME_M: f64 = 1e-6;
        stretches.sort_by(|one, other| one.from_m.total_cmp(&other.from_m));
        let mut joined: Vec<Self> = Vec::new();
        for next in stretches {
            match joined.last_mut() {
                Some(last) if next.from_m <= last.to_m + SAME_M => last.to_m = last.to_m.max(next.to_m),
                _ => joined.push(next),
            }
        }
        joined
    }
}

/// What lies within a distance of a shape.
pub(super) struct Near<'a> {
    geometry: &'a Geometry,
    /// A box that holds every place within the distance.
    reach: Option<Envelope>,
    pub distance: Metres,
    edges: Vec<((Coord, Coord), Envelope)>,
}

impl<'a> Near<'a> {
    pub fn of(geometry: &'a Geometry, distance: Metres) -> Self {
        let boxed = |edge: (Coord, Coord)| {
            let rect = geo::Line::new(edge.0, edge.1).bounding_rect();
            let (low, high) = (rect.min(), rect.max());
            (edge, Envelope { west: low.x, south: low.y, east: high.x, north: high.y })
        };
        let edges = edges(geometry).into_iter().map(boxed).collect();
        let reach = Envelope::of(geometry).map(|around| around.expanded(distance + Metres(1.0)));
        Self { geometry, reach, distance: distance + Metres(HALF_RESOLUTION_M), edges }
    }

    /// Whether a piece may come within the distance.
    pub fn may_reach(&self, piece: &Piece) -> bool {
        self.reach.is_some_and(|reach| reach.intersects(&piece.envelope()))
    }

    /// The shares of a piece that lie within.
    fn shares(&self, piece: &Piece) -> Vec<(f64, f64)> {
        let plane = LocalPlane::centred_at((piece.start + piece.end) / 2.0);
        let chain = (plane.project(piece.start), plane.project(piece.end));
        let covered = self.edges_near(piece, &plane).filter_map(|edge| covered(chain, edge, self.distance.0));
        self.with_inside(piece, covered.collect())
    }

    /// The edges that may come within the distance of a piece, in a plane.
    pub fn edges_near<'n>(&'n self, piece: &Piece, plane: &'n LocalPlane) -> impl Iterator<Item = (Coord, Coord)> + 'n {
        let reach = piece.envelope().expanded(self.distance + Metres(1.0));
        let near = self.edges.iter().filter(move |(_, around)| around.intersects(&reach));
        near.map(|((start, end), _)| (plane.project(*start), plane.project(*end)))
    }

    /// Adds the shares inside an area: between those near its outline a piece is inside from end to end, or outside.
    fn with_inside(&self, piece: &Piece, mut shares: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
        shares.sort_by(|one, other| one.0.total_cmp(&other.0));
        let (mut gaps, mut reached) = (Vec::new(), 0.0);
        for (from, to) in shares.iter().copied().chain([(1.0, 1.0)]) {
            if from > reached {
                gaps.push((reached, from));
            }
            reached = reached.max(to);
        }
        let inside = |gap: &(f64, f64)| {
            let middle = piece.start + (piece.end - piece.start) * f64::midpoint(gap.0, gap.1);
            self.geometry.intersects(&Point::from(middle))
        };
        shares.extend(gaps.into_iter().filter(inside));
        shares
    }
}

/// The share of a segment within a distance of an edge: one interval, for what lies within is convex.
fn covered(segment: (Coord, Coord), edge: (Coord, Coord), distance: f64) -> Option<(f64, f64)> {
    let (way, along) = (segment.1 - segment.0, edge.1 - edge.0);
    let disc = |centre: Coord| {
        let off = segment.0 - centre;
        let (a, b, c) = (dot(way, way), dot(off, way), dot(off, off) - distance * distance);
        let inside = b * b - a * c;
        (inside >= 0.0).then(|| ((-b - inside.sqrt()) / a, (-b + inside.sqrt()) / a))
    };
    let span = length(along);
    let strip = (span > 0.0).then(|| {
        let (unit, off) = (along / span, segment.0 - edge.0);
        let lengthwise = between(dot(off, unit), dot(way, unit), 0.0, span)?;
        let across = between(cross(unit, off), cross(unit, way), -distance, distance)?;
        Some((lengthwise.0.max(across.0), lengthwise.1.min(across.1)))
    });
    let all = [disc(edge.0), disc(edge.1), strip.flatten()].into_iter().flatten();
    let on = all.map(|(from, to)| (from.max(0.0), to.min(1.0))).filter(|(from, to)| from <= to);
    on.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// Where `start + slope·t` lies between two values.
pub(super) fn between(start: f64, slope: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if slope == 0.0 {
        return (low..=high).contains(&start).then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (one, other) = ((low - start) / slope, (high - start) / slope);
    Some((one.min(other), one.max(other)))
}
