//! Borders that two areas share are simplified once, so that they never part.

use std::collections::HashMap;

use crate::geom::relief::{Mark, relief, ring_relief};

/// The vertices that a vertex is joined to, by whichever ring; more than two make it a corner where borders meet.
#[derive(Clone, Copy)]
enum Joined {
    One(Mark),
    Two(Mark, Mark),
    More,
}

impl Joined {
    fn with(self, other: Mark) -> Self {
        match self {
            Self::One(one) if one == other => self,
            Self::One(one) => Self::Two(one, other),
            Self::Two(one, two) if one == other || two == other => self,
            Self::Two(..) | Self::More => Self::More,
        }
    }
}

/// Where the borders of many rings meet.
pub(super) struct Corners(HashMap<Mark, Joined>);

impl Corners {
    /// Of rings whose first vertex is not repeated.
    pub(super) fn of<'a>(rings: impl Iterator<Item = &'a [Mark]>) -> Self {
        let mut joined: HashMap<Mark, Joined> = HashMap::new();
        for ring in rings {
            for (at, mark) in ring.iter().enumerate() {
                for other in [ring[(at + 1) % ring.len()], ring[(at + ring.len() - 1) % ring.len()]] {
                    joined.entry(*mark).and_modify(|held| *held = held.with(other)).or_insert(Joined::One(other));
                }
            }
        }
        Self(joined)
    }

    fn holds(&self, mark: Mark) -> bool {
        !matches!(self.0.get(&mark), Some(Joined::Two(..)))
    }

    /// The relief of a ring. Between two corners a border is a chain of its own, the same for both areas that it parts.
    pub(super) fn relief(&self, ring: &[Mark]) -> Vec<f64> {
        let Some(start) = ring.iter().position(|mark| self.holds(*mark)) else { return ring_relief(ring) };
        let count = ring.len();
        let turned: Vec<Mark> = (0..=count).map(|step| ring[(start + step) % count]).collect();
        let mut told = vec![f64::INFINITY; count];
        let mut from = 0;
        for to in (1..=count).filter(|to| self.holds(turned[*to])) {
            for (step, stays) in relief(&turned[from..=to]).into_iter().enumerate() {
                told[(start + from + step) % count] = stays;
            }
            from = to;
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two areas with a wavy border between them.
    fn neighbours() -> [Vec<Mark>; 2] {
        let border: Vec<Mark> = (0..=20u32).map(|n| [1000 + (n * 7919) % 97, n * 50]).collect();
        let mut west: Vec<Mark> = vec![[0, 1000], [0, 0]];
        west.extend(&border);
        let mut east: Vec<Mark> = vec![[2000, 0], [2000, 1000]];
        east.extend(border.iter().rev());
        [west, east]
    }

    #[test]
    fn a_shared_border_is_simplified_alike_from_both_sides() {
        let rings = neighbours();
        let corners = Corners::of(rings.iter().map(Vec::as_slice));
        let told: Vec<HashMap<Mark, u64>> = rings
            .iter()
            .map(|ring| ring.iter().copied().zip(corners.relief(ring).into_iter().map(f64::to_bits)).collect())
            .collect();
        let shared = told[0].keys().filter(|mark| told[1].contains_key(*mark));
        assert_eq!(shared.clone().count(), 21);
        assert!(shared.into_iter().all(|mark| told[0][mark] == told[1][mark]));
        assert!(told[0].values().any(|stays| f64::from_bits(*stays) < 60.0));
    }

    #[test]
    fn corners_always_stay_and_an_island_alone_is_a_ring() {
        let rings = neighbours();
        let corners = Corners::of(rings.iter().map(Vec::as_slice));
        let stays = corners.relief(&rings[0]);
        for mark in [rings[0][2], rings[0][22]] {
            let at = rings[0].iter().position(|other| *other == mark).unwrap();
            assert!(stays[at].is_infinite(), "{mark:?}");
        }
        let island: Vec<Mark> = vec![[0, 0], [5, 1], [10, 0], [10, 10], [0, 10]];
        let alone = Corners::of([island.as_slice()].into_iter());
        assert_eq!(alone.relief(&island), ring_relief(&island));
    }
}
