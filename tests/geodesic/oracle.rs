//! The shortest ground distance by another way than `geom` takes: no plane, no projection. Edges are the straight lines in
//! longitude/latitude, lifted into space on the CGCS2000 ellipsoid; a branch and bound over pieces of edges finds the pair
//! of places with the shortest chord to within a tenth of a millimetre; the geodesic between them is the answer.

use geographiclib_rs::{Geodesic, InverseGeodesic};
use sisetu::geom::{Geometry, LineString, Polygon};

/// GB 22021, written again here on purpose.
const SEMI_MAJOR_M: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_222_101;
/// How far above the shortest chord the found one may be.
const SLACK_M: f64 = 1e-4;

/// Longitude and latitude in degrees.
type Place = [f64; 2];
type Edge = [Place; 2];
type Space = [f64; 3];

/// The independent computation.
pub struct Oracle(Geodesic);

/// The shortest chord so far and its ends.
struct Best {
    chord_m: f64,
    ends: Edge,
}

/// A piece of an edge and its ends in space.
#[derive(Clone, Copy)]
struct Piece {
    places: Edge,
    ends: [Space; 2],
    /// How far the curve strays from its chord at most.
    sag_m: f64,
}

impl Default for Oracle {
    fn default() -> Self {
        Self(Geodesic::new(SEMI_MAJOR_M, FLATTENING))
    }
}

impl Oracle {
    /// The length of the geodesic.
    pub fn length_m(&self, from: Place, to: Place) -> f64 {
        self.0.inverse(from[1], from[0], to[1], to[0])
    }

    /// The shortest ground distance between two shapes; 0 where they share a place.
    pub fn nearest_m(&self, one: &Geometry, other: &Geometry) -> f64 {
        let (edges, others) = (edges(one), edges(other));
        let within = |edges: &[Edge], shape: &Geometry| edges.iter().any(|edge| inside(edge[0], shape));
        let crosses = |edge: &Edge| others.iter().any(|other| crossing(edge, other));
        if within(&edges, other) || within(&others, one) || edges.iter().any(crosses) {
            return 0.0;
        }
        let pieces = |edges: &[Edge]| edges.iter().map(|edge| Piece::new(*edge)).collect::<Vec<_>>();
        let best = shortest(&pieces(&edges), &pieces(&others));
        self.length_m(best.ends[0], best.ends[1])
    }
}

/// The length of the straight line through space.
pub fn chord_m(from: Place, to: Place) -> f64 {
    norm(minus(lifted(from), lifted(to)))
}

/// Nearest pairs of chords first, so that the bound is tight early and most other pairs are never split.
fn shortest(pieces: &[Piece], others: &[Piece]) -> Best {
    let mut best = Best { chord_m: f64::MAX, ends: [pieces[0].places[0], others[0].places[0]] };
    let all = pieces.iter().flat_map(|one| others.iter().map(move |other| (one, other)));
    let mut pairs: Vec<_> = all.map(|(one, other)| (gap(one, other).0 - one.sag_m - other.sag_m, one, other)).collect();
    pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (least, one, other) in pairs {
        if least > best.chord_m - SLACK_M {
            break;
        }
        search(*one, *other, &mut best);
    }
    best
}

/// Halves the more curved piece until no pair of pieces can hold a chord that is shorter by more than the slack.
fn search(one: Piece, other: Piece, best: &mut Best) {
    let (chord, s, t) = gap(&one, &other);
    let ends = [along(one.places, s), along(other.places, t)];
    let found = chord_m(ends[0], ends[1]);
    if found < best.chord_m {
        *best = Best { chord_m: found, ends };
    }
    if chord - one.sag_m - other.sag_m > best.chord_m - SLACK_M || one.sag_m + other.sag_m < SLACK_M / 2.0 {
        return;
    }
    if one.sag_m >= other.sag_m {
        one.halves().into_iter().for_each(|half| search(half, other, best));
    } else {
        other.halves().into_iter().for_each(|half| search(one, half, best));
    }
}

impl Piece {
    fn new(places: Edge) -> Self {
        let ends = places.map(lifted);
        let length = norm(minus(ends[1], ends[0]));
        // The bend of the ellipsoid and, for a line of steady bearing, that of the parallels; doubled to be safe.
        let bend = (1.0 + places[0][1].abs().max(places[1][1].abs()).to_radians().tan()) / (SEMI_MAJOR_M * 0.99);
        Self { places, ends, sag_m: 2.0 * length * length * bend / 8.0 }
    }

    fn halves(self) -> [Self; 2] {
        let middle = along(self.places, 0.5);
        [Self::new([self.places[0], middle]), Self::new([middle, self.places[1]])]
    }
}

fn along(edge: Edge, share: f64) -> Place {
    [0, 1].map(|axis| edge[0][axis] + (edge[1][axis] - edge[0][axis]) * share)
}

/// A place on the ellipsoid, as metres from the centre of the earth.
fn lifted([lon, lat]: Place) -> Space {
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    let eccentricity2 = FLATTENING * (2.0 - FLATTENING);
    let normal = SEMI_MAJOR_M / (1.0 - eccentricity2 * lat.sin() * lat.sin()).sqrt();
    let across = normal * lat.cos();
    [across * lon.cos(), across * lon.sin(), normal * (1.0 - eccentricity2) * lat.sin()]
}

fn minus(one: Space, other: Space) -> Space {
    [one[0] - other[0], one[1] - other[1], one[2] - other[2]]
}

fn dot(one: Space, other: Space) -> f64 {
    one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
}

fn norm(vector: Space) -> f64 {
    dot(vector, vector).sqrt()
}

/// The distance between two chords in space, and the shares at which it is taken (Ericson, Real-Time Collision Detection,
/// 5.1.9).
fn gap(one: &Piece, other: &Piece) -> (f64, f64, f64) {
    let (d1, d2) = (minus(one.ends[1], one.ends[0]), minus(other.ends[1], other.ends[0]));
    let r = minus(one.ends[0], other.ends[0]);
    let (a, e, f, b, c) = (dot(d1, d1), dot(d2, d2), dot(d2, r), dot(d1, d2), dot(d1, r));
    let share = |part: f64, whole: f64| if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
    let mut s = share(b * f - c * e, a * e - b * b);
    let free = if e > 0.0 { (b * s + f) / e } else { 0.0 };
    let t = free.clamp(0.0, 1.0);
    if t != free || e == 0.0 {
        s = share(b * t - c, a);
    }
    let apart = [0, 1, 2].map(|axis| r[axis] + d1[axis] * s - d2[axis] * t);
    (norm(apart), s, t)
}

/// Every edge; a lone point is an edge without length.
fn edges(shape: &Geometry) -> Vec<Edge> {
    match shape {
        Geometry::Point(point) => vec![[(*point).into(), (*point).into()]],
        Geometry::MultiPoint(points) => points.iter().map(|point| [(*point).into(), (*point).into()]).collect(),
        Geometry::LineString(line) => line_edges(line),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(line_edges).collect(),
        Geometry::Polygon(polygon) => rings(polygon).flat_map(line_edges).collect(),
        Geometry::MultiPolygon(polygons) => polygons.iter().flat_map(rings).flat_map(line_edges).collect(),
        other => unreachable!("no scene has a {other:?}"),
    }
}

fn line_edges(line: &LineString) -> Vec<Edge> {
    line.0.windows(2).map(|ends| [[ends[0].x, ends[0].y], [ends[1].x, ends[1].y]]).collect()
}

fn rings(polygon: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// Whether a place lies in the area of a shape: a ray to the east crosses its edges an odd number of times.
fn inside([lon, lat]: Place, shape: &Geometry) -> bool {
    if !matches!(shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) {
        return false;
    }
    let crosses = |[start, end]: &Edge| {
        (start[1] > lat) != (end[1] > lat)
            && lon < start[0] + (lat - start[1]) / (end[1] - start[1]) * (end[0] - start[0])
    };
    edges(shape).iter().filter(|edge| crosses(edge)).count() % 2 == 1
}

/// Whether the ends of each edge lie on different sides of the other.
fn crossing(one: &Edge, other: &Edge) -> bool {
    let side = |[start, end]: &Edge, place: Place| {
        (end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])
    };
    let parted = |edge: &Edge, ends: &Edge| side(edge, ends[0]) * side(edge, ends[1]) < 0.0;
    parted(one, other) && parted(other, one)
}
