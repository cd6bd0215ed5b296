//! The largest few values of a measure, so that the largest of those left is known after some are gone.

/// How many values are kept.
const KEPT: usize = 64;

/// The largest values with the places that have them, the largest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Leading(Vec<(f64, u32)>);

impl Leading {
    /// Of the values of places from 0 on; some places have none.
    pub fn of(values: impl Iterator<Item = Option<f64>>) -> Self {
        let mut kept: Vec<(f64, u32)> = Vec::new();
        for (place, value) in (0u32..).zip(values) {
            let Some(value) = value else { continue };
            if kept.len() == KEPT && kept.last().is_some_and(|least| value <= least.0) {
                continue;
            }
            kept.truncate(KEPT - 1);
            let at = kept.partition_point(|(larger, _)| *larger >= value);
            kept.insert(at, (value, place));
        }
        Self(kept)
    }

    /// The largest value of the places that count; a `scan` of all of them is asked where it is not among those kept.
    pub fn largest(&self, counts: impl Fn(u32) -> bool, scan: impl FnOnce() -> Option<f64>) -> Option<f64> {
        let first = self.0.iter().find(|(_, place)| counts(*place)).map(|(value, _)| *value);
        if first.is_some() || self.0.len() < KEPT { first } else { scan() }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn the_largest_of_those_left_is_what_a_scan_finds_or_unknown() {
        let values: Vec<Option<f64>> = (0..500u32).map(|n| (n % 5 > 0).then(|| f64::from(n * 7919 % 131))).collect();
        let leading = Leading::of(values.iter().copied());
        for kept in 0..140 {
            let counts = |place: u32| place * 31 % 140 < kept;
            let left = (0u32..).zip(&values).filter(|(place, _)| counts(*place)).filter_map(|(_, value)| *value);
            let expected = left.reduce(f64::max);
            let scanned = Cell::new(false);
            let found = leading.largest(counts, || {
                scanned.set(true);
                expected
            });
            assert_eq!(found, expected, "{kept}");
            assert!(kept < 60 || !scanned.get(), "{kept}");
        }
        assert_eq!(leading.largest(|place| place == 0, || Some(-1.0)), Some(-1.0));
    }

    #[test]
    fn few_values_are_known_to_the_last() {
        let leading = Leading::of([None, Some(3.0), Some(8.0), None].into_iter());
        let never = || panic!("nothing more is there to be scanned");
        assert_eq!(leading.largest(|_| true, never), Some(8.0));
        assert_eq!(leading.largest(|place| place != 2, never), Some(3.0));
        assert_eq!(leading.largest(|place| place == 0, never), None);
        assert_eq!(Leading::default().largest(|_| true, never), None);
    }
}
