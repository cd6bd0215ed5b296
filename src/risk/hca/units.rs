//! Units of a given length slid along a pipeline: where those lie that hold enough households.

use crate::geom::Metres;
use crate::geom::along::Stretch;

/// Housing beside a pipeline.
#[derive(Clone, Debug)]
pub(super) struct Dwellings {
    /// The stretches of the line that it is within reach of: a unit that touches one holds all of it.
    pub near: Vec<Stretch>,
    /// The stretches of the line that it stands opposite.
    pub opposite: Vec<Stretch>,
    /// How many; `None` where nobody knows.
    pub households: Option<f64>,
}

/// A stretch in which every unit that carries enough lies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Full {
    pub stretch: Stretch,
    /// The most that any of the units carries; what nobody knows counts as nothing.
    pub households: f64,
    /// Which of the dwellings gives the most to it.
    pub largest: usize,
}

/// How units are slid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slide {
    /// Their length.
    pub unit: Metres,
    /// The line's.
    pub total: Metres,
    /// How far beyond the last building an area ends.
    pub beyond: Metres,
}

/// Where the starts of units lie.
type Starts = Vec<Stretch>;

impl Slide {
    /// The areas of the units that hold enough, from the first building to the last and somewhat beyond. What nobody knows
    /// counts as `unknown`.
    pub fn full(&self, all: &[Dwellings], unknown: f64, enough: impl Fn(f64) -> bool) -> Vec<Full> {
        let weight = |one: &Dwellings| one.households.unwrap_or(unknown);
        if !enough(all.iter().map(weight).sum()) {
            return vec![];
        }
        let last = (self.total.0 - self.unit.0).max(0.0);
        let starts: Vec<Starts> = all.iter().map(|one| self.starts(&one.near, last)).collect();
        let mut found: Vec<Full> = Vec::new();
        for span in spans(&starts) {
            let held = |starts: &Starts| starts.iter().any(|one| one.from_m <= span.from_m && span.to_m <= one.to_m);
            let counts = |place: &usize| weight(&all[*place]) > 0.0 && held(&starts[*place]);
            let holds: Vec<usize> = (0..all.len()).filter(counts).collect();
            if enough(holds.iter().map(|place| weight(&all[*place])).sum()) {
                found.extend(self.area(all, &holds, span));
            }
        }
        joined(found, all)
    }

    /// A stretch and what lies beyond its ends, as far as there is a line.
    pub fn grown(&self, stretch: Stretch) -> Stretch {
        let (from_m, to_m) = (stretch.from_m - self.beyond.0, stretch.to_m + self.beyond.0);
        Stretch { from_m: from_m.max(0.0), to_m: to_m.min(self.total.0) }
    }

    /// Where a unit may start so as to touch one of the stretches.
    fn starts(&self, near: &[Stretch], last: f64) -> Starts {
        let from = |one: &Stretch| Stretch { from_m: (one.from_m - self.unit.0).max(0.0), to_m: one.to_m.min(last) };
        Stretch::joined(near.iter().map(from).filter(|one| one.from_m <= one.to_m).collect())
    }

    /// The area of the units that start in a span and hold these dwellings.
    fn area(&self, all: &[Dwellings], holds: &[usize], span: Stretch) -> Option<Full> {
        let units = Stretch { from_m: span.from_m, to_m: span.to_m + self.unit.0 };
        let buildings: Vec<Stretch> = holds.iter().flat_map(|place| self.buildings(&all[*place], units)).collect();
        let from_m = buildings.iter().map(|one| one.from_m).reduce(f64::min)?;
        let to_m = buildings.iter().map(|one| one.to_m).reduce(f64::max)?;
        let known = |place: &usize| all[*place].households.unwrap_or(0.0);
        let largest = holds.iter().copied().max_by(|one, other| known(one).total_cmp(&known(other)))?;
        let households = holds.iter().map(known).sum();
        Some(Full { stretch: self.grown(Stretch { from_m, to_m }), households, largest })
    }
}

impl Slide {
    /// The part of some dwellings that units hold, as it stands opposite the line. Of what the units touch at their end
    /// without standing opposite it, the place next to them.
    fn buildings(&self, one: &Dwellings, units: Stretch) -> Vec<Stretch> {
        let part = |one: &Stretch| match one {
            before if before.to_m < units.from_m => Stretch { from_m: before.to_m, to_m: before.to_m },
            after if after.from_m > units.to_m => Stretch { from_m: after.from_m, to_m: after.from_m },
            here => Stretch { from_m: here.from_m.max(units.from_m), to_m: here.to_m.min(units.to_m) },
        };
        let near =
            |part: &Stretch| part.to_m + self.beyond.0 >= units.from_m && part.from_m - self.beyond.0 <= units.to_m;
        let parts: Vec<Stretch> = one.opposite.iter().map(part).filter(near).collect();
        // Outside a bend something may be near without standing opposite anything near.
        let touched =
            || one.near.iter().map(part).filter(|part| units.from_m <= part.to_m && part.from_m <= units.to_m);
        if parts.is_empty() { touched().collect() } else { parts }
    }
}

/// The places where what a unit holds changes, and what lies between them, in order.
fn spans(starts: &[Starts]) -> Vec<Stretch> {
    let mut ends: Vec<f64> = starts.iter().flatten().flat_map(|one| [one.from_m, one.to_m]).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let lone = ends.iter().map(|at| Stretch { from_m: *at, to_m: *at });
    let between = ends.windows(2).map(|pair| Stretch { from_m: pair[0], to_m: pair[1] });
    lone.chain(between).collect()
}

/// Areas that meet, made one.
fn joined(mut found: Vec<Full>, all: &[Dwellings]) -> Vec<Full> {
    found.sort_by(|one, other| one.stretch.from_m.total_cmp(&other.stretch.from_m));
    let known = |place: usize| all[place].households.unwrap_or(0.0);
    let mut joined: Vec<Full> = Vec::new();
    for next in found {
        match joined.last_mut() {
            Some(last) if next.stretch.from_m <= last.stretch.to_m => {
                last.stretch.to_m = last.stretch.to_m.max(next.stretch.to_m);
                last.households = last.households.max(next.households);
                if known(next.largest) > known(last.largest) {
                    last.largest = next.largest;
                }
            }
            _ => joined.push(next),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SLIDE: Slide = Slide { unit: Metres(2000.0), total: Metres(10_000.0), beyond: Metres(200.0) };

    fn village(from_m: f64, to_m: f64, households: Option<f64>) -> Dwellings {
        let near = vec![Stretch { from_m: from_m - 150.0, to_m: to_m + 150.0 }];
        Dwellings { near, opposite: vec![Stretch { from_m, to_m }], households }
    }

    fn stretches(found: &[Full]) -> Vec<(f64, f64)> {
        found.iter().map(|one| (one.stretch.from_m, one.stretch.to_m)).collect()
    }

    fn hundred(households: f64) -> bool {
        households >= 100.0
    }

    #[test]
    fn an_area_ends_two_hundred_metres_beyond_the_last_building() {
        let villages = [village(3000.0, 3200.0, Some(60.0)), village(4000.0, 4100.0, Some(40.0))];
        let found = SLIDE.full(&villages, 0.0, hundred);
        assert_eq!((stretches(&found), found[0].households, found[0].largest), (vec![(2800.0, 4300.0)], 100.0, 0));
        let fewer = [village(3000.0, 3200.0, Some(60.0)), village(4000.0, 4100.0, Some(39.0))];
        assert!(SLIDE.full(&fewer, 0.0, hundred).is_empty());
    }

    #[test]
    fn villages_further_apart_than_a_unit_are_no_area() {
        let apart = |gap: f64| {
            let villages = [village(3000.0, 3200.0, Some(60.0)), village(3500.0 + gap, 5800.0, Some(60.0))];
            !SLIDE.full(&villages, 0.0, hundred).is_empty()
        };
        // Within reach of the line 150 m before and after: 3350 and 3350 + gap.
        assert!(apart(2000.0) && !apart(2000.01));
    }

    #[test]
    fn who_nobody_counted_may_fill_any_unit_that_touches_them() {
        let villages = [village(3000.0, 3200.0, Some(60.0)), village(4000.0, 4100.0, None)];
        assert!(SLIDE.full(&villages, 0.0, hundred).is_empty());
        assert_eq!(stretches(&SLIDE.full(&villages, f64::INFINITY, hundred)), [(2800.0, 4300.0)]);
    }

    #[test]
    fn at_the_ends_of_a_line_the_unit_stays_on_it() {
        let short = Slide { total: Metres(800.0), ..SLIDE };
        let found = short.full(&[village(10.0, 50.0, Some(50.0)), village(700.0, 750.0, Some(50.0))], 0.0, hundred);
        assert_eq!(stretches(&found), [(0.0, 800.0)]);
    }

    fn meet(one: &Stretch, other: &Stretch) -> bool {
        one.from_m <= other.to_m && other.from_m <= one.to_m
    }

    proptest! {
        /// Every unit, tried metre by metre, that holds enough lies in an area as far as its buildings go.
        #[test]
        fn no_full_unit_is_missed(
            places in prop::collection::vec((0u32..400, 0u32..60, 0u32..50), 1..10), unit in 20u32..200
        ) {
            let slide = Slide { unit: Metres(f64::from(unit)), total: Metres(400.0), beyond: Metres(10.0) };
            let dwellings: Vec<Dwellings> = places.iter().map(|(from, long, households)| {
                let opposite = vec![Stretch { from_m: f64::from(*from), to_m: f64::from(from + long).min(400.0) }];
                Dwellings { near: opposite.clone(), opposite, households: Some(f64::from(*households)) }
            }).collect();
            let found = slide.full(&dwellings, 0.0, hundred);
            for start in 0..=(400 - unit) {
                let unit_is = Stretch { from_m: f64::from(start), to_m: f64::from(start + unit) };
                let held: Vec<&Dwellings> = dwellings.iter().filter(|one| meet(&one.near[0], &unit_is)).collect();
                let sum: f64 = held.iter().filter_map(|one| one.households).sum();
                if sum >= 100.0 {
                    for one in held.into_iter().filter(|one| one.households > Some(0.0)) {
                        let at = one.opposite[0].from_m.max(unit_is.from_m);
                        let covered = |full: &&Full| full.stretch.from_m <= at && at <= full.stretch.to_m;
                        let area = found.iter().find(covered);
                        prop_assert!(area.is_some_and(|area| area.households >= sum), "{at} of {found:?}");
                    }
                }
            }
        }
    }
}
