//! Where the rings of areas meet themselves or one another.

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo::{BoundingRect, Contains, Coord, Intersects, Line, LineString, Polygon, Rect};

/// Pairs of edges tried before a shape is called too tangled to check; some seconds of work.
const MOST_PAIRS: u64 = 400_000_000;

/// How rings meet. The rings hold at least three different vertices and no repeated ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Contacts {
    /// Where a ring crosses, touches or doubles back on itself.
    pub within_a_ring: Option<Coord>,
    /// Where two rings cross or touch.
    pub between_rings: Option<Coord>,
    /// Whether two rings surely cross or run along one another, rather than touch at a point.
    crossing: bool,
}

/// A ring as an area, with its box for a quick no.
struct Outline {
    area: Polygon,
    envelope: Option<Rect>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    line: Line,
    ring: usize,
    place: usize,
    last: usize,
}

impl Contacts {
    /// How the rings of these areas meet; `None` where that would take too long to find out.
    pub fn of(areas: &[Polygon]) -> Option<Self> {
        let mut edges = edges(areas);
        let sideways = span(&edges, |at| at.x) < span(&edges, |at| at.y);
        let along = move |at: Coord| if sideways { at.x } else { at.y };
        edges.sort_by(|one, other| low(one, along).total_cmp(&low(other, along)));
        let mut contacts = Self::default();
        let mut pairs = 0;
        for (place, edge) in edges.iter().enumerate() {
            let end = high(edge, along);
            for other in edges[place + 1..].iter().take_while(|other| low(other, along) <= end) {
                pairs += 1;
                contacts.look_at(edge, other);
            }
            if pairs > MOST_PAIRS {
                return None;
            }
        }
        Some(contacts)
    }

    /// Whether any rings meet.
    pub fn any(&self) -> bool {
        self.within_a_ring.is_some() || self.between_rings.is_some()
    }

    /// Whether the rings at most touch one another, as far as edges can tell.
    pub fn may_be_allowed(&self) -> bool {
        self.within_a_ring.is_none() && !self.crossing
    }

    fn look_at(&mut self, one: &Edge, other: &Edge) {
        if one.ring != other.ring {
            if one.line.intersects(&other.line) {
                self.between_rings.get_or_insert(meeting(one.line, other.line));
                self.crossing |= cross(one.line, other.line);
            }
        } else if let Some(shared) = one.shared_vertex(other) {
            if doubles_back(one, other, shared) {
                self.within_a_ring.get_or_insert(shared);
            }
        } else if one.line.intersects(&other.line) {
            self.within_a_ring.get_or_insert(meeting(one.line, other.line));
        }
    }
}

/// Whether rings that do not meet lie where they must not: a hole outside its outline or inside another hole, or one
/// area within another.
pub(super) fn is_nested(areas: &[Polygon]) -> bool {
    let outlines: Vec<Outline> = areas.iter().map(|area| Outline::of(area.exterior())).collect();
    let bad_holes = areas.iter().zip(&outlines).any(|(area, shell)| {
        let holes: Vec<Outline> = area.interiors().iter().map(Outline::of).collect();
        area.interiors().iter().any(|hole| !shell.holds(hole)) || any_within(area.interiors(), &holes)
    });
    let in_another = |(place, area): (usize, &Polygon)| {
        let others = areas.iter().zip(&outlines).enumerate().filter(move |(other, _)| *other != place);
        let mut around = others.filter(|(_, (_, outline))| outline.holds(area.exterior()));
        around.any(|(_, (other, _))| area.exterior().0.first().is_some_and(|at| other.contains(at)))
    };
    bad_holes || areas.iter().enumerate().any(in_another)
}

impl Outline {
    fn of(ring: &LineString) -> Self {
        Self { area: Polygon::new(ring.clone(), vec![]), envelope: ring.bounding_rect() }
    }

    /// Whether the first vertex of a ring that does not meet this one lies inside.
    fn holds(&self, ring: &LineString) -> bool {
        let boxed = |at: &Coord| self.envelope.is_some_and(|envelope| envelope.intersects(at));
        ring.0.first().is_some_and(|at| boxed(at) && self.area.contains(at))
    }
}

fn any_within(rings: &[LineString], outlines: &[Outline]) -> bool {
    let within = |(place, ring)| {
        let mut others = outlines.iter().enumerate().filter(|(other, _)| *other != place);
        others.any(|(_, outline)| outline.holds(ring))
    };
    rings.iter().enumerate().any(within)
}

impl Edge {
    /// The vertex that two edges next to one another in a ring share.
    fn shared_vertex(&self, other: &Self) -> Option<Coord> {
        let follows =
            |one: &Self, other: &Self| other.place == one.place + 1 || (one.place == one.last && other.place == 0);
        if follows(self, other) {
            Some(self.line.end)
        } else if follows(other, self) {
            Some(self.line.start)
        } else {
            None
        }
    }
}

fn edges(areas: &[Polygon]) -> Vec<Edge> {
    let rings = areas.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
    rings
        .enumerate()
        .flat_map(|(ring, line)| {
            let last = line.0.len().saturating_sub(2);
            line.lines().enumerate().map(move |(place, line)| Edge { line, ring, place, last })
        })
        .collect()
}

/// How much the edges overlap along an axis: the sum of their lengths on it, over its whole length.
fn span(edges: &[Edge], along: fn(Coord) -> f64) -> f64 {
    let (mut sum, mut least, mut most) = (0.0, f64::MAX, f64::MIN);
    for edge in edges {
        let (low, high) = (low(edge, along), high(edge, along));
        sum += high - low;
        least = least.min(low);
        most = most.max(high);
    }
    sum / (most - least).max(f64::MIN_POSITIVE)
}

fn low(edge: &Edge, along: impl Fn(Coord) -> f64) -> f64 {
    along(edge.line.start).min(along(edge.line.end))
}

fn high(edge: &Edge, along: impl Fn(Coord) -> f64) -> f64 {
    along(edge.line.start).max(along(edge.line.end))
}

/// Whether two edges that share a vertex run back over one another.
fn doubles_back(one: &Edge, other: &Edge, shared: Coord) -> bool {
    let far = |line: Line| if line.start == shared { line.end } else { line.start };
    let (from, to) = (far(one.line), far(other.line));
    let straight = RobustKernel::orient2d(from, shared, to) == Orientation::Collinear;
    straight && (from.x - shared.x) * (to.x - shared.x) + (from.y - shared.y) * (to.y - shared.y) > 0.0
}

/// Whether two edges that meet do more than touch at an end of one of them.
fn cross(one: Line, other: Line) -> bool {
    use geo::line_intersection::{LineIntersection, line_intersection};
    match line_intersection(one, other) {
        Some(LineIntersection::SinglePoint { is_proper, .. }) => is_proper,
        Some(LineIntersection::Collinear { intersection }) => intersection.start != intersection.end,
        None => false,
    }
}

fn meeting(one: Line, other: Line) -> Coord {
    use geo::line_intersection::{LineIntersection, line_intersection};
    match line_intersection(one, other) {
        Some(LineIntersection::SinglePoint { intersection, .. }) => intersection,
        Some(LineIntersection::Collinear { intersection }) => intersection.start,
        None => one.start,
    }
}
