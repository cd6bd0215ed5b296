//! The window of a given length along a line that carries the most: the unit of 2 km that is slid along a pipeline.

use super::Stretch;

/// Something that lies along a line, in one stretch or in several, and counts once.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// Where it lies.
    pub stretches: Vec<Stretch>,
    /// How much it counts; not negative.
    pub weight: f64,
}

/// The window of a length with the greatest sum of weights of the stretches it touches, as its start and that sum. Each
/// stretch is `(start_m, end_m, weight)`, ends included. The window stays on the line, which is `total_m` long; on a line
/// shorter than the window it is the whole line. Of several the first.
pub fn heaviest_window(intervals: &[(f64, f64, f64)], length_m: f64, total_m: f64) -> (f64, f64) {
    let load = |(from_m, to_m, weight): &(f64, f64, f64)| Load {
        stretches: vec![Stretch { from_m: *from_m, to_m: *to_m }],
        weight: *weight,
    };
    heaviest_load(&intervals.iter().map(load).collect::<Vec<_>>(), length_m, total_m)
}

/// As [`heaviest_window`], for things that lie along the line in several stretches (a village in a bend) and count once in
/// a window that touches any of them.
pub fn heaviest_load(loads: &[Load], length_m: f64, total_m: f64) -> (f64, f64) {
    let last = (total_m - length_m).max(0.0);
    // The starts of windows that touch each load, as stretches that do not meet.
    let starts: Vec<(Vec<Stretch>, f64)> = loads
        .iter()
        .map(|load| (load.starts(length_m, last), load.weight))
        .filter(|(starts, _)| !starts.is_empty())
        .collect();
    let mut events: Vec<(f64, bool, f64)> = Vec::new();
    for (stretches, weight) in &starts {
        events.extend(stretches.iter().flat_map(|one| [(one.from_m, false, *weight), (one.to_m, true, *weight)]));
    }
    // What begins at a place counts there together with what ends there.
    events.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let (mut sum, mut best) = (0.0, (0.0, 0.0));
    for (start_m, ends, weight) in events {
        sum += if ends { -weight } else { weight };
        // A sum of differences may be off by its last digits.
        if !ends && sum > best.1 + 1e-9 * best.1 {
            best = (start_m, sum);
        }
    }
    let carried = |starts: &[Stretch]| starts.iter().any(|one| one.from_m <= best.0 && best.0 <= one.to_m);
    (best.0, starts.iter().filter(|(starts, _)| carried(starts)).map(|(_, weight)| weight).sum())
}

impl Load {
    /// Where a window may start so as to touch it.
    fn starts(&self, length_m: f64, last: f64) -> Vec<Stretch> {
        let starts = self.stretches.iter().map(|one| Stretch { from_m: one.from_m - length_m, to_m: one.to_m });
        let on_line = starts.filter(|one| one.to_m >= 0.0 && one.from_m <= last);
        Stretch::joined(on_line.map(|one| Stretch { from_m: one.from_m.max(0.0), to_m: one.to_m.min(last) }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a window carries, counted one by one.
    fn carried(intervals: &[(f64, f64, f64)], start_m: f64, length_m: f64) -> f64 {
        let touched = intervals.iter().filter(|(from, to, _)| *to >= start_m && *from <= start_m + length_m);
        touched.map(|(_, _, weight)| weight).sum()
    }

    #[test]
    fn a_window_touches_with_its_ends() {
        let villages = [(0.0, 100.0, 10.0), (2100.0, 2200.0, 20.0), (4200.1, 4300.0, 31.0)];
        assert_eq!(heaviest_window(&villages, 2000.0, 10_000.0), (4200.1 - 2000.0, 31.0));
        assert_eq!(heaviest_window(&villages[..2], 2000.0, 10_000.0), (100.0, 30.0));
    }

    #[test]
    fn it_stays_on_the_line() {
        assert_eq!(heaviest_window(&[(9_990.0, 10_000.0, 5.0)], 2000.0, 10_000.0), (7990.0, 5.0));
        assert_eq!(heaviest_window(&[(10_000.0, 10_000.0, 5.0)], 2000.0, 10_000.0), (8000.0, 5.0));
        assert_eq!(
            heaviest_window(&[(0.0, 10.0, 5.0), (790.0, 800.0, 6.0)], 2000.0, 800.0),
            (0.0, 11.0),
            "a short line"
        );
        assert_eq!(heaviest_window(&[], 2000.0, 10_000.0), (0.0, 0.0));
    }

    #[test]
    fn a_village_in_a_bend_counts_once() {
        let stretches = vec![Stretch { from_m: 100.0, to_m: 200.0 }, Stretch { from_m: 900.0, to_m: 950.0 }];
        let village = Load { stretches, weight: 40.0 };
        let hamlet = Load { stretches: vec![Stretch { from_m: 2500.0, to_m: 2600.0 }], weight: 5.0 };
        assert_eq!(heaviest_load(&[village, hamlet], 2000.0, 10_000.0), (500.0, 45.0));
    }

    proptest! {
        #[test]
        fn no_window_carries_more(
            places in prop::collection::vec((0u32..500, 0u32..80, 0u32..50), 0..12),
            length in 1u32..300, total in 1u32..500
        ) {
            let (length, total) = (f64::from(length), f64::from(total));
            let intervals: Vec<_> = places.iter().map(|(from, long, weight)| {
                (f64::from(*from).min(total), f64::from(from + long).min(total), f64::from(*weight))
            }).collect();
            let (start, weight) = heaviest_window(&intervals, length, total);
            let last = (total - length).max(0.0);
            prop_assert!((0.0..=last).contains(&start));
            prop_assert_eq!(weight, carried(&intervals, start, length));
            for half_metre in 0..=(last * 2.0) as u32 {
                prop_assert!(carried(&intervals, f64::from(half_metre) / 2.0, length) <= weight);
            }
        }
    }
}
