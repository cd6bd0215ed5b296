//! Rough township extents: the cells nearest to each unit's point, cut out of the district's outline so that
//! neighbours share their border vertex for vertex and nothing is left over.
//!
//! The cells are not found one by one. All border lines go into one network of nodes and edges first, crossings
//! included, and the cells are then read off as its faces. Two faces beside one edge share that edge by construction.

use std::collections::{BTreeMap, BTreeSet};

use super::board::{between, direction, distance, moved, polygon};
use super::curve::rough;
use super::random::Dice;
use super::shapes::{Area, Contains, Coord, InteriorPoint, MultiPolygon, Point, Polygon};

/// Longest straight piece of a border, and how far it bends, as a share of the piece.
const BORDER_STEP: f64 = 600.0;
const BORDER_BEND: f64 = 0.14;

/// A node: its place in millimetres, so that equal places are equal keys.
type Node = (i64, i64);

/// The outline with the borders' ends built into it, and one area for each centre.
#[derive(Debug)]
pub(super) struct Mosaic {
    /// The whole, its ring holding every node where a border meets it.
    pub whole: Polygon<f64>,
    /// One area for each centre, in the centres' order.
    pub cells: Vec<MultiPolygon<f64>>,
}

/// Divides the area within `outline` (anticlockwise, first vertex not repeated) among `centres`.
pub(super) fn divide(outline: &[Coord<f64>], centres: &[Coord<f64>], dice: &mut Dice) -> Mosaic {
    let whole = polygon(outline.to_vec());
    let borders: Vec<_> =
        borders(centres).into_iter().map(|(from, to)| rough(&[from, to], BORDER_STEP, BORDER_BEND, dice)).collect();
    let ring: Vec<_> = whole.exterior().0.clone();
    let (ring, borders) = node(ring, borders);
    let mut edges = edges_of(&ring);
    for edge in borders.iter().flat_map(|border| edges_of(border)) {
        if whole.contains(&Point(between(place(edge.0), place(edge.1), 0.5))) {
            edges.insert(edge);
        }
    }
    let whole = polygon(ring.iter().map(|at| place(key(*at))).collect());
    Mosaic { whole, cells: sort_faces(&faces(&edges), centres) }
}

/// The borders between nearest-centre cells as straight lines that end where three cells meet, or far outside.
fn borders(centres: &[Coord<f64>]) -> Vec<(Coord<f64>, Coord<f64>)> {
    let mut borders = Vec::new();
    for (i, a) in centres.iter().enumerate() {
        for b in &centres[i + 1..] {
            borders.extend(border(*a, *b, centres));
        }
    }
    borders
}

/// The part of the line midway between `a` and `b` that no other centre is nearer to.
fn border(a: Coord<f64>, b: Coord<f64>, centres: &[Coord<f64>]) -> Option<(Coord<f64>, Coord<f64>)> {
    let (middle, across) = (between(a, b, 0.5), direction(a, b));
    let on = |run: f64| moved(middle, across, 0.0, run);
    let (mut low, mut high) = (-80_000.0_f64, 80_000.0_f64);
    for other in centres.iter().filter(|c| **c != a && **c != b) {
        // Nearer to `a` than to `other`: linear in the run along the line.
        let gain = |at: Coord<f64>| distance(at, *other).powi(2) - distance(at, a).powi(2);
        let (start, slope) = (gain(on(0.0)), gain(on(1.0)) - gain(on(0.0)));
        if slope.abs() < 1e-9 {
            if start < 0.0 {
                return None;
            }
        } else if slope > 0.0 {
            low = low.max(-start / slope);
        } else {
            high = high.min(-start / slope);
        }
    }
    let whole_metres = |at: Coord<f64>| Coord { x: at.x.round(), y: at.y.round() };
    (high - low > 1.0).then(|| (whole_metres(on(low)), whole_metres(on(high))))
}

/// Builds every crossing of a border with the ring into both.
fn node(ring: Vec<Coord<f64>>, borders: Vec<Vec<Coord<f64>>>) -> (Vec<Coord<f64>>, Vec<Vec<Coord<f64>>>) {
    let mut noded = Vec::new();
    let mut ring = ring;
    for border in borders {
        let mut with_crossings = vec![border[0]];
        for leg in border.windows(2) {
            with_crossings.extend(cross_ring(&mut ring, leg[0], leg[1]));
            with_crossings.push(leg[1]);
        }
        noded.push(with_crossings);
    }
    (ring, noded)
}

/// The crossings of one leg with the ring, in the leg's order; each is put into the ring as well.
fn cross_ring(ring: &mut Vec<Coord<f64>>, a: Coord<f64>, b: Coord<f64>) -> Vec<Coord<f64>> {
    let mut met = Vec::new();
    let mut i = 0;
    while i + 1 < ring.len() {
        if let Some(at) = crossing(a, b, ring[i], ring[i + 1]) {
            ring.insert(i + 1, at);
            met.push(at);
            i += 1;
        }
        i += 1;
    }
    met.sort_by(|p, q| distance(a, *p).total_cmp(&distance(a, *q)));
    met
}

/// Where two legs cross inside both, if they do.
fn crossing(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>, d: Coord<f64>) -> Option<Coord<f64>> {
    let cross = |u: Coord<f64>, v: Coord<f64>| u.x * v.y - u.y * v.x;
    let (ab, cd, ac) = (b - a, d - c, c - a);
    let turn = cross(ab, cd);
    if turn == 0.0 {
        return None;
    }
    let (on_ab, on_cd) = (cross(ac, cd) / turn, cross(ac, ab) / turn);
    let inside = |part: f64| part > 0.0 && part < 1.0;
    (inside(on_ab) && inside(on_cd)).then(|| between(a, b, on_ab))
}

fn key(at: Coord<f64>) -> Node {
    ((at.x * 1000.0).round() as i64, (at.y * 1000.0).round() as i64)
}

fn place(node: Node) -> Coord<f64> {
    Coord { x: node.0 as f64 / 1000.0, y: node.1 as f64 / 1000.0 }
}

fn edges_of(line: &[Coord<f64>]) -> BTreeSet<(Node, Node)> {
    line.windows(2).map(|leg| (key(leg[0]), key(leg[1]))).filter(|(a, b)| a != b).collect()
}

/// The bounded faces of a network, each anticlockwise.
fn faces(edges: &BTreeSet<(Node, Node)>) -> Vec<Polygon<f64>> {
    let mut out: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    for (a, b) in edges {
        out.entry(*a).or_default().push(*b);
        out.entry(*b).or_default().push(*a);
    }
    for (node, ends) in &mut out {
        ends.sort_by(|p, q| bearing(*node, *p).total_cmp(&bearing(*node, *q)));
    }
    let mut walked = BTreeSet::new();
    let mut faces = Vec::new();
    for (from, ends) in &out {
        for to in ends {
            let face = polygon(walk(&out, *from, *to, &mut walked));
            if face.exterior().0.len() > 3 && face.signed_area() > 0.0 {
                faces.push(face);
            }
        }
    }
    faces
}

/// Follows the edges with the face always on the left hand; empty where this way was walked before.
fn walk(out: &BTreeMap<Node, Vec<Node>>, from: Node, to: Node, walked: &mut BTreeSet<(Node, Node)>) -> Vec<Coord<f64>> {
    let (mut from, mut to) = (from, to);
    let mut ring = Vec::new();
    while walked.insert((from, to)) {
        ring.push(place(from));
        let ends = &out[&to];
        // The next edge clockwise from the one just walked is the sharpest turn to the left.
        let came = ends.iter().position(|end| *end == from).unwrap_or(0);
        (from, to) = (to, ends[(came + ends.len() - 1) % ends.len()]);
    }
    ring
}

fn bearing(from: Node, to: Node) -> f64 {
    ((to.1 - from.1) as f64).atan2((to.0 - from.0) as f64)
}

/// Gives every face to the centre inside it, else to the centre nearest to a point inside it.
fn sort_faces(faces: &[Polygon<f64>], centres: &[Coord<f64>]) -> Vec<MultiPolygon<f64>> {
    let mut cells = vec![MultiPolygon(Vec::new()); centres.len()];
    for face in faces {
        let inside = centres.iter().position(|centre| face.contains(&Point(*centre)));
        let near = face.interior_point().and_then(|point| nearest(point.0, centres));
        if let Some(owner) = inside.or(near) {
            cells[owner].0.push(face.clone());
        }
    }
    cells
}

fn nearest(at: Coord<f64>, centres: &[Coord<f64>]) -> Option<usize> {
    (0..centres.len()).min_by(|i, j| distance(at, centres[*i]).total_cmp(&distance(at, centres[*j])))
}

#[cfg(test)]
mod tests {
    use super::super::shapes::BooleanOps;
    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    fn divided() -> Mosaic {
        let outline = [at(0.0, 0.0), at(9000.0, 500.0), at(8000.0, 4000.0), at(9500.0, 8000.0), at(-500.0, 7000.0)];
        let centres =
            [at(1500.0, 1500.0), at(7000.0, 1800.0), at(2000.0, 5500.0), at(7000.0, 6500.0), at(4500.0, 4000.0)];
        divide(&outline, &centres, &mut Dice::new(1, "mosaic"))
    }

    #[test]
    fn the_cells_fill_the_whole_and_no_more() {
        let mosaic = divided();
        let sum: f64 = mosaic.cells.iter().map(Area::unsigned_area).sum();
        let whole = mosaic.whole.unsigned_area();
        assert!(mosaic.cells.iter().all(|cell| !cell.0.is_empty()));
        assert!((sum - whole).abs() < whole * 1e-6, "{sum} of {whole}");
    }

    #[test]
    fn no_two_cells_overlap() {
        let cells = divided().cells;
        for (i, a) in cells.iter().enumerate() {
            for b in &cells[i + 1..] {
                let common = a.intersection(b).unsigned_area();
                assert!(common < 1.0, "{common} square metres");
            }
        }
    }

    #[test]
    fn neighbours_share_their_border_vertex_for_vertex() {
        let mosaic = divided();
        let mut edges: BTreeMap<(Node, Node), i32> = BTreeMap::new();
        for face in mosaic.cells.iter().flat_map(|cell| &cell.0) {
            for leg in face.exterior().0.windows(2) {
                let (a, b) = (key(leg[0]), key(leg[1]));
                let (edge, sense) = if a < b { ((a, b), 1) } else { ((b, a), -1) };
                *edges.entry(edge).or_default() += sense;
            }
        }
        // Inner edges are walked once in each sense; what is left must be the outline.
        let left = edges.values().filter(|sense| **sense != 0).count();
        assert_eq!(left, mosaic.whole.exterior().0.len() - 1);
    }
}
