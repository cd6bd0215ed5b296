//! The district's own parameters of the area grades: how counts and indices become colours, and the side of the grid.
//!
//! No threshold, weight or break is shipped: no law gives one, so the district sets them in a file of its own.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::RiskLevel;

/// The side of a grid cell where the district sets none, in metres.
const USUAL_SIDE_M: u32 = 500;
/// The sides that are taken, in metres.
const SIDES_M: std::ops::RangeInclusive<u32> = 100..=10_000;
/// Hexadecimal digits of the hash that answers carry.
const MARK_DIGITS: usize = 16;

/// What a file of a district may say about areas.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Tables {
    name: Option<String>,
    grid: GridTable,
    aggregate: AggregateTable,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct GridTable {
    side_m: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AggregateTable {
    count: Option<CountTable>,
    index: Option<IndexTable>,
}

/// Numbers by colour. Those left out are not asked for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ByColour<T> {
    /// Of level 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red: Option<T>,
    /// Of level 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orange: Option<T>,
    /// Of level 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yellow: Option<T>,
    /// Of level 4.
    #[serde(skip_serializing_if = "Option::is_none")]
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
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CountTable {
    /// Who set it, and in which document.
    pub source: String,
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
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IndexTable {
    /// Who set it, and in which document.
    pub source: String,
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

/// Why a file of parameters cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ParametersError {
    /// It cannot be read.
    #[error("{path}: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It is no TOML, or says what is not known.
    #[error("{path}: {cause}")]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong, and in which line.
        cause: toml::de::Error,
    },
    /// A value that cannot be.
    #[error("{path}: {field} {fault}")]
    Value {
        /// The file.
        path: String,
        /// The table and key.
        field: String,
        /// What is wrong with it.
        fault: String,
    },
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
                "[aggregate.count]\nsource = \"the document that sets it\"\n\
                 red = { red = 2, orange = 6 }      # numbers of the form only: set your own\n\
                 orange = { red = 1, orange = 3 }\nyellow = { orange = 1, yellow = 5 }\n"
            }
            Aggregator::Index => {
                "[aggregate.index]\nsource = \"the document that sets it\"\n\
                 weight = { red = 8.0, orange = 4.0, yellow = 2.0, blue = 1.0 }   # numbers of the form only: set your own\n\
                 breaks = { red = 100.0, orange = 10.0, yellow = 1.0 }\n"
            }
        }
    }
}

/// The parameters of one district, named in every answer that rests on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    tables: Tables,
    path: Option<String>,
    mark: Option<String>,
}

impl Parameters {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ParametersError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|cause| ParametersError::Unreadable { path: shown.clone(), cause })?;
        Self::parse(&shown, &text)
    }

    /// Reads the text of a file of this name.
    pub fn parse(path: &str, text: &str) -> Result<Self, ParametersError> {
        let malformed = |cause| ParametersError::Malformed { path: path.to_owned(), cause };
        let tables: Tables = toml::from_str(text).map_err(malformed)?;
        if let Some((field, fault)) = tables.fault() {
            return Err(ParametersError::Value { path: path.to_owned(), field, fault });
        }
        let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { tables, path: Some(path.to_owned()), mark: digest.get(..MARK_DIGITS).map(str::to_owned) })
    }

    /// The name of the set: its `name`, else its file.
    pub fn name(&self) -> Option<&str> {
        let file = || self.path.as_deref().and_then(|path| Path::new(path).file_name()?.to_str());
        self.tables.name.as_deref().or_else(file)
    }

    /// The first digits of the SHA-256 of the file; none where nothing was set.
    pub fn hash(&self) -> Option<&str> {
        self.mark.as_deref()
    }

    /// The side of a grid cell in metres.
    pub fn side_m(&self) -> u32 {
        self.tables.grid.side_m.unwrap_or(USUAL_SIDE_M)
    }

    /// The thresholds on numbers.
    pub fn count(&self) -> Result<&CountTable, Unset> {
        self.tables.aggregate.count.as_ref().ok_or_else(|| self.unset(Aggregator::Count))
    }

    /// Weights and breaks.
    pub fn index(&self) -> Result<&IndexTable, Unset> {
        self.tables.aggregate.index.as_ref().ok_or_else(|| self.unset(Aggregator::Index))
    }

    fn unset(&self, aggregator: Aggregator) -> Unset {
        let place = match &self.path {
            Some(path) => format!("{path} has no such table"),
            None => "no parameter file is named (--risk FILE or SISETU_RISK)".to_owned(),
        };
        Unset { aggregator, place }
    }
}

impl Tables {
    fn fault(&self) -> Option<(String, String)> {
        let side = self.grid.side_m.filter(|side| !SIDES_M.contains(side));
        let side = side.map(|side| {
            let fault = format!("is {side}; a side is {} to {} whole metres", SIDES_M.start(), SIDES_M.end());
            ("grid.side_m".to_owned(), fault)
        });
        let count = self.aggregate.count.as_ref().and_then(CountTable::fault);
        side.or(count).or_else(|| self.aggregate.index.as_ref().and_then(IndexTable::fault))
    }
}

impl CountTable {
    fn fault(&self) -> Option<(String, String)> {
        if let Some(fault) = unnamed("aggregate.count", &self.source) {
            return Some(fault);
        }
        for (word, numbers) in [("red", &self.red), ("orange", &self.orange), ("yellow", &self.yellow)] {
            let field = format!("aggregate.count.{word}");
            let given: Vec<usize> = RiskLevel::ALL.into_iter().filter_map(|level| numbers.of(level).copied()).collect();
            if given.is_empty() {
                return Some((field, "is missing: say from how many objects of which colour".to_owned()));
            }
            if given.contains(&0) {
                return Some((field, "asks for 0 objects, which every area has".to_owned()));
            }
        }
        None
    }
}

impl IndexTable {
    fn fault(&self) -> Option<(String, String)> {
        if let Some(fault) = unnamed("aggregate.index", &self.source) {
            return Some(fault);
        }
        let sound = |number: Option<&f64>| number.is_some_and(|number| number.is_finite() && *number >= 0.0);
        if !RiskLevel::ALL.into_iter().all(|level| sound(self.weight.of(level))) {
            let fault = "needs red, orange, yellow and blue, none below 0".to_owned();
            return Some(("aggregate.index.weight".to_owned(), fault));
        }
        let [Some(red), Some(orange), Some(yellow)] = [self.breaks.red, self.breaks.orange, self.breaks.yellow] else {
            return Some(("aggregate.index.breaks".to_owned(), "needs red, orange and yellow".to_owned()));
        };
        let falling = red.is_finite() && red > orange && orange > yellow && yellow > 0.0 && self.breaks.blue.is_none();
        let fault = "must fall from red to orange to yellow and stay above 0; blue is what lies below".to_owned();
        (!falling).then_some(("aggregate.index.breaks".to_owned(), fault))
    }
}

fn unnamed(table: &str, source: &str) -> Option<(String, String)> {
    let fault = "is empty: name who set the numbers, and in which document";
    source.trim().is_empty().then(|| (format!("{table}.source"), fault.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_shipped_but_the_side_of_the_grid() {
        let none = Parameters::default();
        assert_eq!((none.side_m(), none.name(), none.hash()), (500, None, None));
        for unset in [none.count().unwrap_err(), none.index().unwrap_err()] {
            assert!(unset.to_string().contains("--risk FILE"), "{unset}");
            let read = Parameters::parse("ours.toml", unset.example()).unwrap();
            assert_eq!(read.count().is_ok(), unset.aggregator == Aggregator::Count);
            assert_eq!(read.index().is_ok(), unset.aggregator == Aggregator::Index);
        }
        let other = Parameters::parse("ours.toml", "[grid]\nside_m = 250").unwrap();
        assert!(other.index().unwrap_err().to_string().contains("ours.toml has no such table"));
        assert_eq!((other.side_m(), other.name(), other.hash().map(str::len)), (250, Some("ours.toml"), Some(16)));
    }

    #[test]
    fn bad_values_are_told_by_table_and_key() {
        let cases = [
            ("[grid]\nside_m = 5", "grid.side_m"),
            ("[grid]\nwidth = 5", "width"),
            ("[aggregate.count]\nsource = \"\"\nred = { red = 1 }", "aggregate.count.source"),
            ("[aggregate.count]\nsource = \"x\"\nred = { red = 1 }", "aggregate.count.orange"),
            ("[aggregate.count]\nsource = \"x\"\nred = { red = 0 }", "aggregate.count.red"),
            ("[aggregate.index]\nsource = \"x\"\nweight = { red = 1.0 }\nbreaks = { red = 1.0 }", "weight"),
            (
                "[aggregate.index]\nsource = \"x\"\nweight = { red = 4.0, orange = 3.0, yellow = 2.0, blue = 1.0 }\n\
                 breaks = { red = 1.0, orange = 2.0, yellow = 0.5 }",
                "aggregate.index.breaks",
            ),
        ];
        for (text, told) in cases {
            let fault = Parameters::parse("ours.toml", text).unwrap_err().to_string();
            assert!(fault.starts_with("ours.toml") && fault.contains(told), "{fault}");
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
