//! How far each vertex of a chain stands out, reckoned once for all zooms.
//!
//! Ramer–Douglas–Peucker keeps a vertex when it, and everything that led to it, lies farther off than the tolerance. The
//! least of those distances is therefore the largest tolerance under which the vertex still stays: whoever knows it can
//! simplify for any tolerance by comparing numbers.

/// A point of the world square in whole units, x to the east and y to the south.
pub type Mark = [u32; 2];

/// The largest tolerance, in units, under which each vertex stays; infinite for the ends.
pub fn relief(chain: &[Mark]) -> Vec<f64> {
    let mut relief = vec![0.0; chain.len()];
    if let (Some(first), true) = (relief.first_mut(), chain.len() > 1) {
        *first = f64::INFINITY;
    }
    if let Some(last) = relief.last_mut() {
        *last = f64::INFINITY;
    }
    let mut open = vec![(0, chain.len().saturating_sub(1), f64::INFINITY)];
    while let Some((from, to, most)) = open.pop() {
        let Some((at, off)) = farthest(chain, from, to) else { continue };
        let stays = off.min(most);
        relief[at] = stays;
        open.push((from, at, stays));
        open.push((at, to, stays));
    }
    relief
}

/// The same of a ring, whose first vertex is not repeated. Three vertices always stay, so that a ring remains one: the
/// least one by its coordinates, the one farthest from it, and the one farthest from the line between them. That makes
/// the outcome the same wherever the ring begins and whichever way it runs.
pub fn ring_relief(ring: &[Mark]) -> Vec<f64> {
    let count = ring.len();
    if count <= 3 {
        return vec![f64::INFINITY; count];
    }
    let start = (0..count).min_by_key(|at| ring[*at]).unwrap_or(0);
    // Turned so that it begins at the least vertex and runs towards the lesser of its neighbours.
    let forward = ring[(start + 1) % count] <= ring[(start + count - 1) % count];
    let place = |step: usize| if forward { (start + step) % count } else { (start + count - step) % count };
    let turned: Vec<Mark> = (0..=count).map(|step| ring[place(step)]).collect();
    let far = (1..count).max_by(|one, other| {
        let off = |at: usize| square_off(turned[at], turned[0]);
        off(*one).total_cmp(&off(*other)).then_with(|| turned[*other].cmp(&turned[*one]))
    });
    let far = far.unwrap_or(1);
    let mut halves = relief(&turned[..=far]);
    halves.pop();
    halves.extend(relief(&turned[far..]));
    let third = (1..count).filter(|at| *at != far).max_by(|one, other| {
        let off = |at: usize| distance(turned[at], turned[0], turned[far]);
        off(*one).total_cmp(&off(*other)).then_with(|| turned[*other].cmp(&turned[*one]))
    });
    if let Some(third) = third {
        halves[third] = f64::INFINITY;
    }
    let mut told = vec![0.0; count];
    for (step, value) in halves.into_iter().take(count).enumerate() {
        told[place(step)] = value;
    }
    told
}

/// The vertex between two others that is farthest from the straight way between them; of equally far ones the least.
fn farthest(chain: &[Mark], from: usize, to: usize) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for at in from + 1..to {
        let off = distance(chain[at], chain[from], chain[to]);
        let better = best.is_none_or(|(held, most)| off > most || (off >= most && chain[at] < chain[held]));
        if better {
            best = Some((at, off));
        }
    }
    best
}

fn square_off(one: Mark, other: Mark) -> f64 {
    let (dx, dy) = step(one, other);
    dx * dx + dy * dy
}

fn step(from: Mark, to: Mark) -> (f64, f64) {
    (f64::from(to[0]) - f64::from(from[0]), f64::from(to[1]) - f64::from(from[1]))
}

/// From a point to the way between two others; the ends are taken in one order, so that both ways give the same number.
fn distance(point: Mark, one: Mark, other: Mark) -> f64 {
    let (from, to) = if one <= other { (one, other) } else { (other, one) };
    let ((wx, wy), (px, py)) = (step(from, to), step(from, point));
    let length = wx * wx + wy * wy;
    let share = if length > 0.0 { ((px * wx + py * wy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - share * wx).hypot(py - share * wy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{LineString, Simplify};
    use proptest::prelude::*;

    fn kept(chain: &[Mark], relief: &[f64], tolerance: f64) -> Vec<Mark> {
        chain.iter().zip(relief).filter(|(_, stays)| **stays > tolerance).map(|(mark, _)| *mark).collect()
    }

    fn marks() -> impl Strategy<Value = Vec<Mark>> {
        prop::collection::vec((0u32..100_000, 0u32..100_000).prop_map(|(x, y)| [x, y]), 2..80)
    }

    proptest! {
        #[test]
        fn any_tolerance_keeps_what_douglas_peucker_keeps(chain in marks(), tolerance in 1.0f64..50_000.0) {
            let line: LineString = chain.iter().map(|[x, y]| (f64::from(*x), f64::from(*y))).collect();
            let expected: Vec<Mark> =
                line.simplify(tolerance).0.iter().map(|at| [at.x as u32, at.y as u32]).collect();
            prop_assert_eq!(kept(&chain, &relief(&chain), tolerance), expected);
        }

        #[test]
        fn a_chain_is_simplified_alike_both_ways(chain in marks()) {
            let mut back = chain.clone();
            back.reverse();
            let mut there = relief(&chain);
            there.reverse();
            prop_assert_eq!(there, relief(&back));
        }

        #[test]
        fn a_ring_is_simplified_alike_wherever_it_begins(ring in marks(), turn in 0usize..80) {
            let mut ring = ring;
            ring.sort_unstable();
            ring.dedup();
            let told = |ring: &[Mark]| {
                let mut told: Vec<(Mark, u64)> =
                    ring.iter().zip(ring_relief(ring)).map(|(mark, stays)| (*mark, stays.to_bits())).collect();
                told.sort_unstable();
                told
            };
            let before = told(&ring);
            let turn = turn % ring.len();
            ring.rotate_left(turn);
            prop_assert_eq!(&told(&ring), &before);
            ring.reverse();
            prop_assert_eq!(told(&ring), before);
        }

        #[test]
        fn a_ring_keeps_three_corners(ring in marks()) {
            let stays = ring_relief(&ring).into_iter().filter(|stays| stays.is_infinite()).count();
            prop_assert!(stays >= ring.len().min(3));
        }
    }

    #[test]
    fn what_has_no_inside_has_no_relief() {
        assert!(relief(&[]).is_empty() && ring_relief(&[]).is_empty());
        assert_eq!(relief(&[[1, 1]]), [f64::INFINITY]);
        assert_eq!(relief(&[[1, 1], [1, 1], [1, 1]])[1], 0.0);
    }
}
