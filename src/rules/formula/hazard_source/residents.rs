//! The permanent residents around a plant, and the α that follows from them.
//!
//! Whoever looks for the homes, a siting check or the risk grades, asks the index and hands over what is known of each;
//! counting them and what a gap means is the same for all.

use serde::Serialize;

use super::ends;
use super::substances::TABLES;
use crate::model::Text;

/// Persons in a household of which only the household is counted: GB 36894 sets 100 persons beside 30 households.
pub const PERSONS_A_HOUSEHOLD: f64 = 10.0 / 3.0;

/// What is known of the people of one residential zone. A zone that lies within the distance in part counts with all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Home {
    /// Its persons.
    pub persons: Option<f64>,
    /// Its households, which stand in for the persons where those are missing.
    pub households: Option<f64>,
}

/// How many people live within 500 m of a plant's boundary, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Residents {
    /// So many at least.
    pub least: u64,
    /// So many at most; none where there is no telling.
    pub most: Option<u64>,
    /// Zones counted by their households.
    pub by_households: usize,
    /// Zones that state neither persons nor households.
    pub uncounted: usize,
    /// Whether zones may exist that nobody has entered.
    pub uncovered: bool,
}

/// The figure that residents put on a major hazard source, within what is known of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Alpha {
    /// The least it can be.
    pub least: f64,
    /// The most it can be: the one that counts while residents are not known.
    pub strictest: f64,
}

impl Home {
    /// Its persons, and whether they follow from its households; none where it states neither.
    fn counted(self) -> Option<(f64, bool)> {
        let stated = |number: Option<f64>| number.filter(|number| number.is_finite() && *number >= 0.0);
        let by_households = || stated(self.households).map(|households| (households * PERSONS_A_HOUSEHOLD, true));
        stated(self.persons).map(|persons| (persons, false)).or_else(by_households)
    }
}

impl Residents {
    /// Counts the homes that lie within [`RESIDENTS_WITHIN_M`](super::RESIDENTS_WITHIN_M) of the plant's boundary for
    /// certain, and those that may. `covered` is whether every home there is on the register; without that there is no
    /// upper end, nor with a home of which nothing is known. Parts of a person count as one.
    pub fn counted(
        sure: impl IntoIterator<Item = Home>,
        perhaps: impl IntoIterator<Item = Home>,
        covered: bool,
    ) -> Self {
        let mut found = Self { uncovered: !covered, ..Self::default() };
        let least = found.add(sure);
        let most = least + found.add(perhaps);
        found.least = whole(least);
        found.most = (covered && found.uncounted == 0).then(|| whole(most));
        found
    }

    fn add(&mut self, homes: impl IntoIterator<Item = Home>) -> f64 {
        let mut sum = 0.0;
        for home in homes {
            match home.counted() {
                Some((persons, by_households)) => {
                    sum += persons;
                    self.by_households += usize::from(by_households);
                }
                None => self.uncounted += 1,
            }
        }
        sum
    }

    /// The figure they put on a major hazard source.
    pub fn alpha(&self) -> Alpha {
        Alpha { least: alpha_of(self.least), strictest: self.most.map_or_else(strictest, alpha_of) }
    }

    /// How many there are, in words, and why that is not certain.
    pub fn told(&self) -> Text {
        let count = match self.most {
            Some(most) if most == self.least => Text::new(
                format!("厂界外 500 m 内常住 {most} 人"),
                format!("{most} residents within 500 m of the boundary"),
            ),
            Some(most) => Text::new(
                format!("厂界外 500 m 内常住 {} 至 {most} 人", self.least),
                format!("{} to {most} residents within 500 m of the boundary", self.least),
            ),
            None => Text::new(
                format!("厂界外 500 m 内常住人数未知（已知 {} 人）", self.least),
                format!("residents within 500 m of the boundary not known ({} are)", self.least),
            ),
        };
        let zones = |count: usize| if count == 1 { "zone" } else { "zones" };
        let mut why = Vec::new();
        if self.by_households > 0 {
            let count = self.by_households;
            why.push(Text::new(
                format!("{count} 处按每户 10/3 人折算"),
                format!("{count} {} by 10/3 persons a household", zones(count)),
            ));
        }
        if self.uncounted > 0 {
            let count = self.uncounted;
            why.push(Text::new(
                format!("{count} 处人数、户数均未填"),
                format!("{count} {} with neither persons nor households", zones(count)),
            ));
        }
        if self.uncovered {
            why.push(Text::new("居民区数据未覆盖该范围", "residential zones are not covered so far"));
        }
        why.into_iter()
            .fold(count, |told, one| Text::new(format!("{}，{}", told.zh, one.zh), format!("{}, {}", told.en, one.en)))
    }
}

impl From<Option<u64>> for Residents {
    /// A count that is given, or nothing known at all.
    fn from(count: Option<u64>) -> Self {
        Self { least: count.unwrap_or_default(), most: count, uncovered: count.is_none(), ..Self::default() }
    }
}

/// Ten thirds of three households are ten persons, whatever the last digit says.
fn whole(persons: f64) -> u64 {
    (persons - 1e-6).ceil().max(0.0) as u64
}

/// The α of a number of residents.
fn alpha_of(residents: u64) -> f64 {
    let row = TABLES.alpha.iter().find(|row| residents >= row.residents_from);
    row.map_or_else(strictest, |row| row.alpha)
}

fn strictest() -> f64 {
    ends(TABLES.alpha.iter().map(|row| row.alpha)).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn persons(persons: f64) -> Home {
        Home { persons: Some(persons), households: Some(1.0) }
    }

    fn households(households: f64) -> Home {
        Home { persons: None, households: Some(households) }
    }

    #[test]
    fn alpha_goes_by_residents() {
        let steps =
            [(0, 0.5), (1, 1.0), (29, 1.0), (30, 1.2), (49, 1.2), (50, 1.5), (99, 1.5), (100, 2.0), (9999, 2.0)];
        for (count, expected) in steps {
            let alpha = Residents::from(Some(count)).alpha();
            assert_eq!((alpha.least, alpha.strictest), (expected, expected), "{count}");
        }
    }

    #[test]
    fn persons_are_summed_and_households_stand_in_for_them() {
        let counted = Residents::counted([persons(70.0), persons(50.0)], [], true);
        assert_eq!((counted.least, counted.most, counted.by_households), (120, Some(120), 0));
        let counted = Residents::counted([households(9.0), persons(20.0)], [], true);
        assert_eq!((counted.least, counted.most, counted.by_households), (50, Some(50), 1));
        assert_eq!(counted.alpha().strictest, 1.5);
        assert!(counted.told().zh.contains("10/3"), "{}", counted.told().zh);
        // Two households are seven persons rather than six.
        assert_eq!(Residents::counted([households(2.0)], [], true).least, 7);
        assert_eq!(Residents::counted([], [], true), Residents::from(Some(0)));
    }

    #[test]
    fn what_is_not_known_has_no_upper_end_and_the_strictest_alpha() {
        let uncovered = Residents::counted([persons(40.0)], [], false);
        assert_eq!((uncovered.least, uncovered.most), (40, None));
        assert_eq!(uncovered.alpha(), Alpha { least: 1.2, strictest: 2.0 });
        assert!(uncovered.told().zh.contains("未覆盖"));
        let silent = Residents::counted([persons(40.0), Home::default()], [], true);
        assert_eq!((silent.most, silent.uncounted, silent.alpha().strictest), (None, 1, 2.0));
        assert_eq!(Residents::from(None).alpha(), Alpha { least: 0.5, strictest: 2.0 });
        // A count that is no number is none.
        let odd = Residents::counted([Home { persons: Some(-3.0), households: None }], [], true);
        assert_eq!(odd.uncounted, 1);
    }

    #[test]
    fn homes_that_may_lie_so_near_count_at_the_most() {
        let counted = Residents::counted([persons(20.0)], [persons(20.0)], true);
        assert_eq!((counted.least, counted.most), (20, Some(40)));
        assert_eq!(counted.alpha(), Alpha { least: 1.0, strictest: 1.2 });
    }
}
