//! The shortest way by water between two shapes: over the water of an area, around land and islands, never across them.
//!
//! Such a way is a chain of straight legs that turns only where land juts out (Lozano-Pérez and Wesley 1979), so that it is
//! found exactly among those corners. Legs are tried in the order of the ways they would make, and only then looked at for
//! land.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use geo::{Coord, LineString, Polygon};

use super::{cross, dot, length};
use crate::geom::distance::foot;

/// Land this thin does not part water: what the outlines of one river drawn in several pieces leave between them.
const HAIRLINE_M: f64 = 1e-3;
/// Contacts are told from crossings to this.
const TOUCH_M: f64 = 1e-6;
/// Height of the rows that edges are sorted into.
const ROW_M: f64 = 50.0;
const MOST_ROWS: f64 = 4096.0;

/// A piece of a shape that lies on the water; without length where it is a point.
pub(super) type Segment = (Coord, Coord);

/// One sheet of water in a plane.
#[derive(Debug)]
pub(super) struct Water {
    edges: Vec<Segment>,
    /// Corners where land juts into the water.
    corners: Vec<Coord>,
    rows: Vec<Vec<usize>>,
    south: f64,
    row_m: f64,
}

/// The way and its length in the plane.
#[derive(Debug)]
pub(super) struct Way {
    pub metres: f64,
    pub chain: Vec<Coord>,
}

/// Where a leg leads.
#[derive(Clone, Copy, Debug)]
enum Stop {
    Corner(usize),
    Goal,
}

/// A leg that may be taken once it is known to be free of land.
#[derive(Clone, Copy, Debug)]
struct Leg {
    /// The least length of any way that takes it.
    least: f64,
    /// The length of the way up to its end.
    so_far: f64,
    from: Coord,
    to: Coord,
    /// The corner it starts at; none at the start.
    after: Option<usize>,
    stop: Stop,
}

impl Water {
    /// Prepares the outlines of a sheet of water, given as an area in degrees and how its outlines look in the plane.
    pub fn new(area: &Polygon, project: impl Fn(&LineString) -> Vec<Coord>) -> Self {
        let (mut edges, mut corners) = (Vec::new(), Vec::new());
        let shores = std::iter::once((area.exterior(), false)).chain(area.interiors().iter().map(|ring| (ring, true)));
        for (ring, island) in shores {
            let mut chain = project(ring);
            chain.dedup();
            // Water lies on the left.
            if (doubled_area(&chain) < 0.0) != island {
                chain.reverse();
            }
            edges.extend(chain.windows(2).map(|edge| (edge[0], edge[1])));
            corners.extend(jutting(&chain));
        }
        let (south, north) = edges
            .iter()
            .flat_map(|edge| [edge.0.y, edge.1.y])
            .fold((f64::MAX, f64::MIN), |ends, y| (ends.0.min(y), ends.1.max(y)));
        let count = ((north - south) / ROW_M).ceil().clamp(1.0, MOST_ROWS);
        let row_m = ((north - south) / count).max(TOUCH_M);
        let mut water = Self { edges, corners, rows: vec![vec![]; count as usize], south, row_m };
        for place in 0..water.edges.len() {
            for row in water.rows_of(water.edges[place], 0.0) {
                water.rows[row].push(place);
            }
        }
        water
    }

    /// The parts of a segment that lie on the water, touching included.
    pub fn parts(&self, segment: Segment) -> Vec<Segment> {
        let at = |share: f64| segment.0 + (segment.1 - segment.0) * share;
        let shares = self.contacts(segment);
        let afloat = |ends: &&[f64]| self.holds(at(f64::midpoint(ends[0], ends[1])));
        let mut parts: Vec<Segment> = shares.windows(2).filter(afloat).map(|ends| (at(ends[0]), at(ends[1]))).collect();
        if parts.is_empty() {
            parts.extend(
                shares.iter().map(|share| at(*share)).filter(|place| self.holds(*place)).map(|place| (place, place)),
            );
        }
        parts
    }

    /// The place on the shore that is nearest to a point, if it is within a distance.
    pub fn landing(&self, point: Coord, within: f64) -> Option<Coord> {
        let feet = self.near((point, point), within).map(|edge| foot(point, edge));
        let nearest = feet.min_by(|one, other| length(*one - point).total_cmp(&length(*other - point)));
        nearest.filter(|landing| length(*landing - point) <= within)
    }

    /// The corners of the shore.
    pub fn shore(&self) -> impl Iterator<Item = Coord> {
        self.edges.iter().map(|edge| edge.0)
    }

    /// The shortest way from any of some segments to any of others, if there is one not longer than `reach`.
    pub fn shortest(&self, from: &[Segment], to: &[Segment], reach: f64) -> Option<Way> {
        let mut search = Search::between(self, from, to, reach);
        for start in from {
            search.set_out(*start);
        }
        search.run()
    }

    /// Whether a point lies on the water or within a hairline of it.
    pub fn holds(&self, point: Coord) -> bool {
        let row = self.row(point.y);
        let crosses = |edge: &Segment| {
            (edge.0.y > point.y) != (edge.1.y > point.y)
                && point.x < edge.0.x + (point.y - edge.0.y) / (edge.1.y - edge.0.y) * (edge.1.x - edge.0.x)
        };
        let inside = self.rows[row].iter().filter(|place| crosses(&self.edges[**place])).count() % 2 == 1;
        inside || self.near((point, point), HAIRLINE_M).any(|edge| length(foot(point, edge) - point) <= HAIRLINE_M)
    }

    /// Whether a leg stays on the water.
    fn is_free(&self, leg: Segment) -> bool {
        let long = length(leg.1 - leg.0);
        let at = |share: f64| leg.0 + (leg.1 - leg.0) * share;
        let shares = self.contacts(leg);
        let thin = |ends: &[f64]| (ends[1] - ends[0]) * long <= HAIRLINE_M;
        shares.windows(2).all(|ends| thin(ends) || self.holds(at(f64::midpoint(ends[0], ends[1]))))
    }

    /// Where along a segment it meets the shore, as shares of its length, its ends included.
    fn contacts(&self, segment: Segment) -> Vec<f64> {
        let way = segment.1 - segment.0;
        let square = dot(way, way);
        let mut shares = vec![0.0, 1.0];
        if square == 0.0 {
            return shares;
        }
        for edge in self.near(segment, HAIRLINE_M) {
            let along = edge.1 - edge.0;
            let (gap, turn) = (edge.0 - segment.0, cross(way, along));
            let slack = TOUCH_M / length(along).max(TOUCH_M);
            if turn != 0.0 && (-slack..=1.0 + slack).contains(&(cross(gap, way) / turn)) {
                shares.push(cross(gap, along) / turn);
            }
            let grazed = [edge.0, edge.1].into_iter().filter(|end| length(foot(*end, segment) - *end) <= HAIRLINE_M);
            shares.extend(grazed.map(|end| dot(end - segment.0, way) / square));
        }
        shares.retain(|share| (0.0..=1.0).contains(share));
        shares.sort_by(f64::total_cmp);
        shares.dedup();
        shares
    }

    /// The edges in the rows of a segment and a margin; some come twice.
    fn near(&self, segment: Segment, margin: f64) -> impl Iterator<Item = Segment> {
        self.rows_of(segment, margin).flat_map(|row| self.rows[row].iter().map(|place| self.edges[*place]))
    }

    fn rows_of(&self, segment: Segment, margin: f64) -> std::ops::RangeInclusive<usize> {
        let (low, high) = (segment.0.y.min(segment.1.y), segment.0.y.max(segment.1.y));
        self.row(low - margin)..=self.row(high + margin)
    }

    fn row(&self, y: f64) -> usize {
        // Below the first row is the first: a float below zero becomes zero.
        (((y - self.south) / self.row_m) as usize).min(self.rows.len() - 1)
    }
}

struct Search<'a> {
    water: &'a Water,
    to: &'a [Segment],
    reach: f64,
    legs: BinaryHeap<Leg>,
    /// For each corner that was reached, the leg that reached it.
    reached: Vec<Option<Leg>>,
    /// The corners that a way within reach may turn at, each with the least way on from it.
    open: Vec<(usize, f64)>,
}

impl<'a> Search<'a> {
    fn between(water: &'a Water, from: &[Segment], to: &'a [Segment], reach: f64) -> Self {
        let least = |place: Coord, ends: &[Segment]| {
            ends.iter().map(|end| length(foot(place, *end) - place)).fold(f64::INFINITY, f64::min)
        };
        let corners = water.corners.iter().enumerate().map(|(corner, place)| (corner, *place, least(*place, to)));
        let open = corners.filter(|(_, place, rest)| *rest <= reach && rest + least(*place, from) <= reach);
        let open = open.map(|(corner, _, rest)| (corner, rest)).collect();
        Self { water, to, reach, legs: BinaryHeap::new(), reached: vec![None; water.corners.len()], open }
    }

    fn set_out(&mut self, start: Segment) {
        for place in 0..self.open.len() {
            let (corner, rest) = self.open[place];
            let end = self.water.corners[corner];
            self.consider(None, 0.0, (foot(end, start), end), rest, Stop::Corner(corner));
        }
        for goal in self.to {
            for leg in joins(start, *goal) {
                self.consider(None, 0.0, leg, 0.0, Stop::Goal);
            }
        }
    }

    fn run(&mut self) -> Option<Way> {
        while let Some(leg) = self.legs.pop() {
            let Stop::Corner(corner) = leg.stop else {
                if self.water.is_free((leg.from, leg.to)) {
                    return Some(self.way(leg));
                }
                continue;
            };
            if self.reached[corner].is_none() && self.water.is_free((leg.from, leg.to)) {
                self.reached[corner] = Some(leg);
                self.go_on(corner, leg.so_far);
            }
        }
        None
    }

    fn go_on(&mut self, corner: usize, so_far: f64) {
        let here = self.water.corners[corner];
        self.open.retain(|(next, _)| *next != corner);
        for place in 0..self.open.len() {
            let (next, rest) = self.open[place];
            self.consider(Some(corner), so_far, (here, self.water.corners[next]), rest, Stop::Corner(next));
        }
        for goal in self.to {
            self.consider(Some(corner), so_far, (here, foot(here, *goal)), 0.0, Stop::Goal);
        }
    }

    /// Keeps a leg in mind, unless every way that takes it, with the least `rest` after it, is beyond reach.
    fn consider(&mut self, after: Option<usize>, before: f64, (from, to): Segment, rest: f64, stop: Stop) {
        let so_far = before + length(to - from);
        if so_far + rest <= self.reach {
            self.legs.push(Leg { least: so_far + rest, so_far, from, to, after, stop });
        }
    }

    fn way(&self, last: Leg) -> Way {
        let mut chain = vec![last.to];
        let mut leg = Some(last);
        while let Some(one) = leg {
            chain.push(one.from);
            leg = one.after.and_then(|corner| self.reached[corner]);
        }
        chain.reverse();
        Way { metres: last.so_far, chain }
    }
}

/// The shortest joins of two segments: from each end to the nearest point of the other; nothing long where they cross.
fn joins(one: Segment, other: Segment) -> Vec<Segment> {
    let (way, along) = (one.1 - one.0, other.1 - other.0);
    let turn = cross(way, along);
    let gap = other.0 - one.0;
    let shares = (cross(gap, along) / turn, cross(gap, way) / turn);
    if turn != 0.0 && (0.0..=1.0).contains(&shares.0) && (0.0..=1.0).contains(&shares.1) {
        let place = one.0 + way * shares.0;
        return vec![(place, place)];
    }
    let (from, to) = ([one.0, one.1], [other.0, other.1]);
    from.map(|end| (end, foot(end, other))).into_iter().chain(to.map(|end| (foot(end, one), end))).collect()
}

/// Twice the area within a closed chain, positive where it runs against the clock.
fn doubled_area(chain: &[Coord]) -> f64 {
    let Some(first) = chain.first() else { return 0.0 };
    chain.windows(2).map(|edge| cross(edge[0] - *first, edge[1] - *first)).sum()
}

/// The corners of a closed chain at which it turns away from the water on its left.
fn jutting(chain: &[Coord]) -> Vec<Coord> {
    let Some(ring) = chain.split_last().map(|(_, ring)| ring).filter(|ring| ring.len() > 2) else { return vec![] };
    let count = ring.len();
    let turns = |place: &usize| {
        let (before, here, after) = (ring[(place + count - 1) % count], ring[*place], ring[(place + 1) % count]);
        cross(here - before, after - here) < 0.0
    };
    (0..count).filter(turns).map(|place| ring[place]).collect()
}

impl PartialEq for Leg {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Leg {}

impl PartialOrd for Leg {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The leg of the shortest way is the greatest, for the heap gives the greatest first.
impl Ord for Leg {
    fn cmp(&self, other: &Self) -> Ordering {
        other.least.total_cmp(&self.least)
    }
}
