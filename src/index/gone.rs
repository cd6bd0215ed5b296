//! Which places of a part no longer count.

/// A set of places, a bit each up to the last one that is gone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Gone {
    bits: Vec<u64>,
    count: usize,
}

impl Gone {
    /// Whether a place is gone.
    pub fn has(&self, place: u32) -> bool {
        self.bits.get(place as usize / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    /// Takes a place away.
    pub fn add(&mut self, place: u32) {
        let at = place as usize / 64;
        if self.bits.len() <= at {
            self.bits.resize(at + 1, 0);
        }
        let bit = 1 << (place % 64);
        self.count += usize::from(self.bits[at] & bit == 0);
        self.bits[at] |= bit;
    }

    /// How many are gone.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The places that are gone, in order.
    pub fn places(&self) -> impl Iterator<Item = u32> {
        let words = (0u32..).zip(&self.bits).filter(|(_, bits)| **bits != 0);
        words.flat_map(|(at, bits)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| at * 64 + bit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_gone_once_it_was_taken_away() {
        let mut gone = Gone::default();
        for place in [700, 3, 64, 63, 700] {
            assert_eq!(gone.has(place), place == 700 && gone.count() == 4);
            gone.add(place);
        }
        assert_eq!((gone.count(), gone.has(65), gone.has(100_000)), (4, false, false));
        assert_eq!(gone.places().collect::<Vec<_>>(), [3, 63, 64, 700]);
    }
}
