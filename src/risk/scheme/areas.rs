//! The district's own parameters of the area grades: how counts and indices become colours, and the side of the grid.
//!
//! No threshold, weight or break is shipped: no law gives one, so the district sets them in its file.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::model::RiskLevel;

/// The side of a grid cell where the district sets none, in metres.
const USUAL_SIDE_M: u32 = 500;
/// The sides that are taken, in metres.
const SIDES_M: RangeInclusive<u32> = 100..=10_000;
/// `[grid]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GridTable {
    side_m: Option<Spanned<u32>>,
}

/// `[aggregate]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AggregateTable {
    count: Option<Spanned<CountTable>>,
    index: Option<Spanned<IndexTable>>,
}

/// Numbers by colour. Those left out are not asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ByColour<T> {
    /// Of level 1.
    pub red: Option<T>,
    /// Of level 2.
    pub orange: Option<T>,
    /// Of level 3.
    pub yellow: Option<T>,
    /// Of level 4.
    pub blue: Option<T>,
}

impl<T> ByColour<T> {
    /// What is said of a level.
    pub fn of(&self, level: RiskLevel) -> Option<&T> {
        match level {
            RiskLevel::Major => self.red.as_ref(),
            RiskLevel::High => self.orange.as_ref(),
            RiskLevel::Moderate => self.yellow.as_ref(),
            RiskLevel::Low => self.blue.as_ref(),
        }
    }
}

/// `[aggregate.count]`: an area is of the worst level one of whose numbers of objects is reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountTable {
    /// When an area is red.
    #[serde(default)]
    pub red: ByColour<usize>,
    /// When it is orange.
    #[serde(default)]
    pub orange: ByColour<usize>,
    /// When it is yellow; below that it is blue.
    #[serde(default)]
    pub yellow: ByColour<usize>,
}

/// `[aggregate.index]`: weights of the colours, and where the index is cut.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexTable {
    /// The weight of each colour; all four are needed.
    pub weight: ByColour<f64>,
    /// The index from which an area is red, orange, yellow; below that it is blue. All three are needed.
    pub breaks: ByColour<f64>,
}

/// How the grades of objects become the grade of an area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Aggregator {
    /// 就高: the worst object.
    #[default]
    Max,
    /// Numbers of objects of each colour.
    Count,
    /// Weighted effect areas by exposure, over the area.
    Index,
}

impl Aggregator {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Max, Self::Count, Self::Index];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Count => "count",
            Self::Index => "index",
        }
    }
}

impl std::str::FromStr for Aggregator {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|one| one.name() == word);
        known.ok_or_else(|| format!("aggregator {word:?} is unknown; there are: max, count, index"))
    }
}

/// An aggregator whose parameters nobody has set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the aggregator {} needs the district's own parameters in the table [aggregate.{}], and {place}; no law gives numbers, \
     so none are shipped", .aggregator.name(), .aggregator.name()
)]
pub struct Unset {
    /// Which.
    pub aggregator: Aggregator,
    /// Where it was looked for.
    place: String,
}

impl Unset {
    /// How such a table looks. The numbers show the form only.
    pub fn example(&self) -> &'static str {
        match self.aggregator {
            Aggregator::Max => "",
            Aggregator::Count => {
                "decided = \"who decided, by which document\"\n\n[aggregate.count]\n\
                 red = { red = 2, orange = 6 }      # numbers of the form only: set your own\n\
                 orange = { red = 1, orange = 3 }\nyellow = { orange = 1, yellow = 5 }\n"
            }
            Aggregator::Index => {
                "decided = \"who decided, by which document\"\n\n[aggregate.index]\n\
                 weight = { red = 8.0, orange = 4.0, yellow = 2.0, blue = 1.0 }   # numbers of the form only: set your own\n\
                 breaks = { red = 100.0, orange = 10.0, yellow = 1.0 }\n"
            }
        }
    }
}

/// What a district says about its areas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AreaTables {
    side_m: Option<u32>,
    count: Option<CountTable>,
    index: Option<IndexTable>,
    file: Option<String>,
}

impl AreaTables {
    /// Takes over what a file says; faults are told with the place in the text where they stand.
    pub(super) fn read(
        file: &str,
        grid: GridTable,
        aggregate: AggregateTable,
        mut complain: impl FnMut(usize, String),
    ) -> Self {
        let mut tables = Self { file: Some(file.to_owned()), ..Self::default() };
        if let Some(side) = grid.side_m {
            let (start, side) = (side.span().start, side.into_inner());
            if !SIDES_M.contains(&side) {
                let (least, most) = (SIDES_M.start(), SIDES_M.end());
                complain(start, format!("grid.side_m is {side}; a side is {least} to {most} whole metres"));
            }
            tables.side_m = Some(side);
        }
        if let Some(count) = aggregate.count {
            count.get_ref().faults().into_iter().for_each(|fault| complain(count.span().start, fault));
            tables.count = Some(count.into_inner());
        }
        if let Some(index) = aggregate.index {
            index.get_ref().faults().into_iter().for_each(|fault| complain(index.span().start, fault));
            tables.index = Some(index.into_inner());
        }
        tables
    }

    /// The side of a grid cell in metres.
    pub fn side_m(&self) -> u32 {
        self.side_m.unwrap_or(USUAL_SIDE_M)
    }

    /// What is set for an aggregator, as JSON; null for one that needs nothing.
    pub fn parameters(&self, aggregator: Aggregator) -> Result<serde_json::Value, Unset> {
        let set = match aggregator {
            Aggregator::Max => Ok(serde_json::Value::Null),
            Aggregator::Count => serde_json::to_value(self.count()?),
            Aggregator::Index => serde_json::to_value(self.index()?),
        };
        Ok(set.unwrap_or_default())
    }

    /// The thresholds on numbers.
    pub fn count(&self) -> Result<&CountTable, Unset> {
        self.count.as_ref().ok_or_else(|| self.unset(Aggregator::Count))
    }

    /// Weights and breaks.
    pub fn index(&self) -> Result<&IndexTable, Unset> {
        self.index.as_ref().ok_or_else(|| self.unset(Aggregator::Index))
    }

    fn unset(&self, aggregator: Aggregator) -> Unset {
        let place = match &self.file {
            Some(file) => format!("{file} has no such table"),
            None => "no file of the district is named (--risk FILE or SISETU_RISK)".to_owned(),
        };
        Unset { aggregator, place }
    }
}

impl CountTable {
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (word, numbers) in [("red", &self.red), ("orange", &self.orange), ("yellow", &self.yellow)] {
            let given: Vec<usize> = RiskLevel::ALL.into_iter().filter_map(|level| numbers.of(level).copied()).collect();
            if given.is_empty() {
                faults.push(format!("aggregate.count.{word} is missing: say from how many objects of which colour"));
            }
            if given.contains(&0) {
                faults.push(format!("aggregate.count.{word} asks for 0 objects, which every area has"));
            }
        }
        faults
    }
}

impl IndexTable {
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let sound = |number: Option<&f64>| number.is_some_and(|number| number.is_finite() && *number >= 0.0);
        if !RiskLevel::ALL.into_iter().all(|level| sound(self.weight.of(level))) {
            faults.push("aggregate.index.weight needs red, orange, yellow and blue, none below 0".to_owned());
        }
        let falling = match [self.breaks.red, self.breaks.orange, self.breaks.yellow, self.breaks.blue] {
            [Some(red), Some(orange), Some(yellow), None] => {
                red.is_finite() && red > orange && orange > yellow && yellow > 0.0
            }
            _ => false,
        };
        if !falling {
            let fault =
                "aggregate.index.breaks needs red, orange and yellow, falling and above 0; blue is what lies below";
            faults.push(fault.to_owned());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scheme;
    use super::*;

    fn read(text: &str) -> Result<AreaTables, String> {
        let decided = format!("decided = \"安委会〔2026〕1号\"\n{text}");
        let scheme = Scheme::with_text("ours.toml", &decided).map_err(|error| error.to_string())?;
        Ok(scheme.areas().clone())
    }

    #[test]
    fn nothing_is_shipped_but_the_side_of_the_grid() {
        let none = Scheme::shipped().areas();
        assert_eq!(none.side_m(), 500);
        for unset in [none.count().unwrap_err(), none.index().unwrap_err()] {
            assert!(unset.to_string().contains("--risk FILE"), "{unset}");
            let scheme = Scheme::with_text("ours.toml", unset.example()).unwrap();
            assert_eq!(scheme.areas().count().is_ok(), unset.aggregator == Aggregator::Count);
            assert_eq!(scheme.areas().index().is_ok(), unset.aggregator == Aggregator::Index);
        }
        let other = read("[grid]\nside_m = 250").unwrap();
        assert_eq!(other.side_m(), 250);
        assert!(other.index().unwrap_err().to_string().contains("ours.toml has no such table"));
    }

    #[test]
    fn bad_values_are_told_by_line_table_and_key() {
        let weight = "weight = { red = 4.0, orange = 3.0, yellow = 2.0, blue = 1.0 }";
        let cases = [
            ("[grid]\nside_m = 5".to_owned(), "ours.toml:3: grid.side_m"),
            ("[grid]\nwidth = 5".to_owned(), "width"),
            ("[aggregate.count]\nred = { red = 1 }".to_owned(), "aggregate.count.orange"),
            ("[aggregate.count]\nred = { red = 0 }".to_owned(), "aggregate.count.red asks"),
            ("[aggregate.index]\nweight = { red = 1.0 }\nbreaks = { red = 1.0 }".to_owned(), "aggregate.index.weight"),
            (
                format!("[aggregate.index]\n{weight}\nbreaks = {{ red = 1.0, orange = 2.0, yellow = 0.5 }}"),
                "aggregate.index.breaks",
            ),
        ];
        for (text, told) in cases {
            let fault = read(&text).unwrap_err();
            assert!(fault.contains("ours.toml") && fault.contains(told), "{fault}");
        }
    }

    #[test]
    fn words_of_aggregators_are_read_back() {
        for one in Aggregator::ALL {
            assert_eq!(one.name().parse(), Ok(one));
        }
        assert!("mean".parse::<Aggregator>().unwrap_err().contains("max, count, index"));
    }
}
