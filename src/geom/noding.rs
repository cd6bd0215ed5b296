//! Edges on a whole-number grid, cut until they meet nowhere but at their ends. All arithmetic is exact.

use super::grid::Cell;

/// An edge, drawn from its lesser end (in the order of x, then y) to its greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub low: Cell,
    pub high: Cell,
    /// How often rings run along it from low to high, less how often they run back: the winding number is greater by
    /// this on the left of it than on the right.
    pub turns: i32,
}

impl Edge {
    fn along(from: Cell, to: Cell) -> Self {
        if from < to { Self { low: from, high: to, turns: 1 } } else { Self { low: to, high: from, turns: -1 } }
    }
}

/// The edges of closed rings, cut wherever two cross or touch; edges that cancel out are gone.
///
/// This is snap rounding: the unit squares around all ends and crossings are hot, and an edge that passes through a hot
/// square is led over its middle. So no edge strays by more than half a square's diagonal, however many others it meets.
/// A crossing on the border of a square may call for another round. The pieces of an edge are as long together as the
/// edge was, counted in steps along the axes, so there are never more cuts than steps.
pub(super) fn noded(rings: &[Vec<Cell>]) -> Vec<Edge> {
    let mut edges = merged(rings.iter().flat_map(|ring| ring_edges(ring)).collect());
    loop {
        let cuts = cuts(&edges);
        if cuts.is_empty() {
            return edges;
        }
        edges = merged(pieces(&edges, &cuts));
    }
}

fn ring_edges(ring: &[Cell]) -> impl Iterator<Item = Edge> {
    let after = ring.iter().cycle().skip(1);
    ring.iter().zip(after).filter(|(from, to)| from != to).map(|(from, to)| Edge::along(*from, *to))
}

/// One edge for all that run between the same ends, unless they cancel out.
fn merged(mut edges: Vec<Edge>) -> Vec<Edge> {
    edges.sort_unstable();
    let mut kept: Vec<Edge> = Vec::with_capacity(edges.len());
    for edge in edges {
        match kept.last_mut() {
            Some(last) if (last.low, last.high) == (edge.low, edge.high) => last.turns += edge.turns,
            _ => kept.push(edge),
        }
    }
    kept.retain(|edge| edge.turns != 0);
    kept
}

/// Which edge is to be cut where, in the order of edges.
fn cuts(edges: &[Edge]) -> Vec<(u32, Cell)> {
    let mut cuts = crossings(edges);
    let mut hot: Vec<Cell> = edges.iter().flat_map(|edge| [edge.low, edge.high]).collect();
    hot.extend(cuts.iter().map(|(_, at)| *at));
    hot.sort_unstable();
    hot.dedup();
    for (nth, edge) in (0u32..).zip(edges) {
        let first = hot.partition_point(|at| at.x < edge.low.x);
        let near = hot[first..].iter().take_while(|at| at.x <= edge.high.x);
        cuts.extend(near.filter(|at| passes(*edge, **at)).map(|at| (nth, *at)));
    }
    cuts.retain(|(nth, at)| ![edges[*nth as usize].low, edges[*nth as usize].high].contains(at));
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// The rounded crossings, each under both of its edges.
fn crossings(edges: &[Edge]) -> Vec<(u32, Cell)> {
    let mut crossings = Vec::new();
    for strip in &Columns::of(edges).strips {
        for (place, one) in strip.iter().enumerate() {
            for other in &strip[place + 1..] {
                let at = crossing(edges[*one as usize], edges[*other as usize]);
                crossings.extend(at.into_iter().flat_map(|at| [(*one, at), (*other, at)]));
            }
        }
    }
    crossings
}

/// Whether an edge passes through the inside of the unit square around a point and does not end there.
fn passes(edge: Edge, at: Cell) -> bool {
    let (north, south) = rows(edge);
    let near = edge.low.x <= at.x && at.x <= edge.high.x && north <= at.y && at.y <= south;
    if !near || at == edge.low || at == edge.high {
        return false;
    }
    let twice = |cell: Cell, x: i32, y: i32| Cell { x: cell.x * 2 + x, y: cell.y * 2 + y };
    let (low, high) = (twice(edge.low, 0, 0), twice(edge.high, 0, 0));
    let corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)].map(|(x, y)| cross(low, high, twice(at, x, y)));
    corners.iter().any(|side| *side > 0) && corners.iter().any(|side| *side < 0)
}

fn rows(edge: Edge) -> (i32, i32) {
    (edge.low.y.min(edge.high.y), edge.low.y.max(edge.high.y))
}

/// The point of the grid nearest to where two edges cross; `None` where they do not, or only touch.
fn crossing(one: Edge, other: Edge) -> Option<Cell> {
    let ((north, south), (other_north, other_south)) = (rows(one), rows(other));
    if other.low.x > one.high.x || one.low.x > other.high.x || other_north > south || north > other_south {
        return None;
    }
    let parted = |edge: Edge, from: Cell, to: Cell| {
        let (start, end) = (cross(edge.low, edge.high, from), cross(edge.low, edge.high, to));
        (start.signum() * end.signum() < 0).then_some((start, end))
    };
    let (low, high) = parted(one, other.low, other.high)?;
    parted(other, one.low, one.high)?;
    let share = |from: i32, to: i32| {
        let (way, whole) = ((i64::from(to) - i64::from(from)) * low, low - high);
        let (way, whole) = if whole < 0 { (-way, -whole) } else { (way, whole) };
        from + (2 * way + whole).div_euclid(2 * whole) as i32
    };
    Some(Cell { x: share(other.low.x, other.high.x), y: share(other.low.y, other.high.y) })
}

/// Twice the area of a triangle, positive where it runs as outer rings do.
pub(super) fn cross(a: Cell, b: Cell, c: Cell) -> i64 {
    let step = |to: Cell| (i64::from(to.x) - i64::from(a.x), i64::from(to.y) - i64::from(a.y));
    let ((bx, by), (cx, cy)) = (step(b), step(c));
    bx * cy - by * cx
}

/// The edges after cutting. A cut that would send an edge back along an axis waits for the next round.
fn pieces(edges: &[Edge], cuts: &[(u32, Cell)]) -> Vec<Edge> {
    let mut pieces = Vec::with_capacity(edges.len() + cuts.len());
    let mut cuts = cuts.iter().peekable();
    for (nth, edge) in (0u32..).zip(edges) {
        let rising = edge.high.y >= edge.low.y;
        let mut points: Vec<Cell> = Vec::new();
        while let Some((_, at)) = cuts.next_if(|(cut, _)| *cut == nth) {
            points.push(*at);
        }
        points.sort_unstable_by_key(|at| (at.x, if rising { at.y } else { -at.y }));
        let mut from = edge.low;
        for at in points.into_iter().chain([edge.high]) {
            if at != from && (at.y == from.y || (at.y > from.y) == rising) {
                // Rounding may stand a piece upright, and then its ends may change places.
                let piece = Edge::along(from, at);
                pieces.push(Edge { turns: piece.turns * edge.turns, ..piece });
                from = at;
            }
        }
    }
    pieces
}

/// Edges sorted into upright strips, so that only those near each other are compared.
pub(super) struct Columns {
    west: i32,
    width: i32,
    strips: Vec<Vec<u32>>,
}

impl Columns {
    pub fn of(edges: &[Edge]) -> Self {
        let west = edges.iter().map(|edge| edge.low.x).min().unwrap_or(0);
        let east = edges.iter().map(|edge| edge.high.x).max().unwrap_or(0);
        let count = i32::try_from(edges.len() / 8).unwrap_or(i32::MAX).clamp(1, 128);
        let width = (east - west) / count + 1;
        let mut strips = vec![Vec::new(); ((east - west) / width + 1) as usize];
        for (nth, edge) in (0u32..).zip(edges) {
            let (first, last) = ((edge.low.x - west) / width, (edge.high.x - west) / width);
            for strip in &mut strips[first as usize..=last as usize] {
                strip.push(nth);
            }
        }
        Self { west, width, strips }
    }

    /// The edges of the strip that holds an x.
    pub fn at(&self, x: i32) -> &[u32] {
        &self.strips[((x - self.west) / self.width) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(points: &[(i32, i32)]) -> Vec<Cell> {
        points.iter().map(|(x, y)| Cell { x: *x, y: *y }).collect()
    }

    #[test]
    fn a_crossing_is_cut_at_the_nearest_point_of_the_grid() {
        let bow = cells(&[(0, 0), (10, 9), (10, 0), (0, 10)]);
        let edges = noded(&[bow]);
        assert_eq!(edges.len(), 6);
        assert!(edges.iter().any(|edge| edge.high == Cell { x: 5, y: 5 }));
    }

    #[test]
    fn a_touch_in_the_middle_of_an_edge_cuts_it_and_to_and_fro_cancels() {
        let touching = [cells(&[(0, 0), (10, 0), (10, 10), (0, 10)]), cells(&[(0, 5), (5, 4), (5, 6)])];
        assert_eq!(noded(&touching).len(), 8);
        assert_eq!(noded(&[cells(&[(0, 0), (7, 3), (0, 0)])]), []);
        let doubled = [cells(&[(0, 0), (4, 0), (4, 4)]), cells(&[(0, 0), (4, 0), (4, 4)])];
        assert!(noded(&doubled).iter().all(|edge| edge.turns.abs() == 2));
    }

    #[test]
    fn nothing_crosses_afterwards() {
        let mut state = 11u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as i32
        };
        for _ in 0..500 {
            let ring: Vec<Cell> = (0..30).map(|_| Cell { x: random(60), y: random(60) }).collect();
            let edges = noded(&[ring]);
            for (nth, one) in edges.iter().enumerate() {
                for other in &edges[nth + 1..] {
                    assert_eq!(crossing(*one, *other), None);
                    for end in [other.low, other.high] {
                        assert!(!passes(*one, end), "{one:?} {end:?}");
                    }
                }
            }
        }
    }
}
