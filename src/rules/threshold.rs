//! The distance a rule asks for: a constant, a row of a table, a band of the target, or a parameter of the district.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Unknown;
use crate::geom::Metres;
use crate::model::{Properties, Verification};

/// Where the distance comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Threshold {
    /// The same for everything.
    Constant(Metres),
    /// By facts of the endangering side, such as tank volumes.
    Table(Table),
    /// By a number of the target, such as a voltage.
    Bands(Bands),
    /// Set by the district; may be empty.
    Parameter {
        /// Its name in the book.
        parameter: String,
    },
}

/// A table whose rows end at the given values, ascending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The facts that pick a row each; the strictest row counts.
    pub stricter_of: Vec<String>,
    /// A fact that cannot exceed another one.
    #[serde(default)]
    pub at_most: BTreeMap<String, String>,
    /// The columns that may apply to the case; where there are several, which one does is not known.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row: up to which values it goes, and the distance by column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The largest value of each fact, inclusive; the last row has none.
    #[serde(default)]
    pub up_to: BTreeMap<String, f64>,
    /// Metres by column.
    pub metres: BTreeMap<String, Metres>,
    /// How well the row was verified.
    pub verification: Verification,
}

/// Bands of a number of the target; outside every band nothing is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// The field.
    pub field: String,
    /// The bands.
    pub bands: Vec<Band>,
    /// How near a target outside every band is told: data of the project, not law.
    pub unknown_within_m: Metres,
}

/// One band, both ends inclusive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Least value.
    pub from: f64,
    /// Greatest value.
    pub to: f64,
    /// The distance.
    pub metres: Metres,
}

/// The distance asked for, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Required {
    /// The least it can be.
    pub least: Metres,
    /// The most it can be.
    pub most: Metres,
    /// What would have to be known to tell.
    pub unknowns: BTreeSet<Unknown>,
    /// The weakest mark among the rows used; `None` where the rule's own mark speaks for the number.
    pub verification: Option<Verification>,
    /// The mark of the row that gives the least.
    pub least_verification: Option<Verification>,
    /// Whether `most` is a figure of the rule, and not only a distance of notice.
    pub stated: bool,
}

impl Required {
    /// A distance without doubt.
    pub fn exactly(metres: Metres) -> Self {
        Self {
            least: metres,
            most: metres,
            unknowns: BTreeSet::new(),
            verification: None,
            least_verification: None,
            stated: true,
        }
    }

    /// Whether it is known.
    pub fn is_known(&self) -> bool {
        self.least == self.most
    }
}

impl Table {
    /// The distance for these facts; `unknown` makes what is said of a missing one.
    pub fn required(&self, facts: &Properties, unknown: impl Fn(String) -> Unknown) -> Required {
        let (mut least, mut most) = (Metres::ZERO, Metres::ZERO);
        let mut unknowns = BTreeSet::new();
        let mut used: Vec<&Row> = Vec::new();
        for fact in &self.stricter_of {
            let rows = match facts.number(fact) {
                Some(value) => std::slice::from_ref(self.row(fact, value)),
                None => {
                    unknowns.insert(unknown(fact.clone()));
                    self.rows_up_to(fact, self.cap(fact, facts))
                }
            };
            let metres = || rows.iter().flat_map(|row| self.columns.iter().filter_map(|name| row.metres.get(name)));
            least = least.max(metres().copied().reduce(Metres::min).unwrap_or_default());
            most = most.max(metres().copied().reduce(Metres::max).unwrap_or_default());
            used.extend(rows);
        }
        if self.columns.len() > 1 {
            unknowns.insert(Unknown::Field("kind".to_owned()));
        }
        if least == most {
            unknowns.clear();
        }
        // Where several rows are tried the strictest decides, and with it the weakest mark.
        let verification = used.iter().map(|row| row.verification).max();
        let gives_least = |row: &&&Row| self.columns.iter().any(|name| row.metres.get(name) == Some(&least));
        let least_verification = used.iter().find(gives_least).map(|row| row.verification);
        Required { least, most, unknowns, verification, least_verification, stated: true }
    }

    /// The largest distance of the columns.
    pub fn reach(&self) -> Metres {
        let metres = self.rows.iter().flat_map(|row| self.columns.iter().filter_map(|name| row.metres.get(name)));
        metres.copied().reduce(Metres::max).unwrap_or_default()
    }

    fn row(&self, fact: &str, value: f64) -> &Row {
        let fits = |row: &&Row| row.up_to.get(fact).is_none_or(|end| value <= *end);
        self.rows.iter().find(fits).unwrap_or(&self.rows[self.rows.len() - 1])
    }

    fn rows_up_to(&self, fact: &str, cap: Option<f64>) -> &[Row] {
        let Some(cap) = cap else { return &self.rows };
        let last = self.rows.iter().position(|row| row.up_to.get(fact).is_none_or(|end| cap <= *end));
        &self.rows[..=last.unwrap_or(self.rows.len() - 1)]
    }

    fn cap(&self, fact: &str, facts: &Properties) -> Option<f64> {
        facts.number(self.at_most.get(fact)?)
    }
}

impl Bands {
    /// The distance for a target's number; outside every band it lies anywhere up to the distance of notice.
    pub fn required(&self, value: Option<f64>) -> Required {
        let band = value.and_then(|value| self.bands.iter().find(|band| (band.from..=band.to).contains(&value)));
        let below_all = value.is_some_and(|value| value > 0.0 && self.bands.iter().all(|band| value < band.from));
        match band {
            Some(band) => Required::exactly(band.metres),
            // The rule draws no zone at all below its lowest band.
            None if below_all => Required { stated: false, ..Required::exactly(Metres(-1.0)) },
            None => Required {
                least: Metres(-1.0),
                most: self.unknown_within_m,
                unknowns: BTreeSet::from([Unknown::Field(self.field.clone())]),
                stated: false,
                ..Required::exactly(Metres::ZERO)
            },
        }
    }

    /// The largest distance at which anything is told.
    pub fn reach(&self) -> Metres {
        self.bands.iter().map(|band| band.metres).fold(Metres::ZERO, Metres::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn table(columns: &str) -> Table {
        toml::from_str(&format!(
            "stricter_of = ['volume_m3', 'largest_tank_m3']\nat_most = {{ largest_tank_m3 = 'volume_m3' }}\ncolumns = [{columns}]
             rows = [
               {{ up_to = {{ volume_m3 = 50, largest_tank_m3 = 20 }}, metres = {{ village = 45, house = 40 }}, verification = 'V2' }},
               {{ up_to = {{ volume_m3 = 200, largest_tank_m3 = 50 }}, metres = {{ village = 50, house = 45 }}, verification = 'V2' }},
               {{ metres = {{ village = 70, house = 50 }}, verification = 'K-H' }},
             ]"
        ))
        .unwrap()
    }

    fn required(columns: &str, facts: Value) -> (f64, f64, usize) {
        let facts: Properties = serde_json::from_value(facts).unwrap();
        let required = table(columns).required(&facts, Unknown::Fact);
        (required.least.0, required.most.0, required.unknowns.len())
    }

    #[test]
    fn the_stricter_row_counts_and_ends_are_inclusive() {
        assert_eq!(required("'village'", json!({"volume_m3": 50, "largest_tank_m3": 20})), (45.0, 45.0, 0));
        assert_eq!(required("'village'", json!({"volume_m3": 50.1, "largest_tank_m3": 20})), (50.0, 50.0, 0));
        assert_eq!(required("'village'", json!({"volume_m3": 50, "largest_tank_m3": 50.1})), (70.0, 70.0, 0));
    }

    #[test]
    fn a_missing_fact_leaves_a_range_no_wider_than_need_be() {
        assert_eq!(required("'village'", json!({})), (45.0, 70.0, 2));
        // A tank cannot be larger than all tanks together.
        assert_eq!(required("'village'", json!({"volume_m3": 40})), (45.0, 50.0, 1));
        assert_eq!(required("'village'", json!({"largest_tank_m3": 30})), (50.0, 70.0, 1));
    }

    #[test]
    fn an_unknown_column_leaves_a_range() {
        assert_eq!(required("'village', 'house'", json!({"volume_m3": 50, "largest_tank_m3": 20})), (40.0, 45.0, 1));
    }

    #[test]
    fn outside_every_band_nothing_is_known() {
        let bands: Bands = toml::from_str(
            "field = 'voltage_kv'\nunknown_within_m = 100\nbands = [{ from = 1, to = 10, metres = 5 }, { from = 35, to = 110, metres = 10 }]",
        )
        .unwrap();
        assert_eq!(bands.required(Some(110.0)), Required::exactly(Metres(10.0)));
        for voltage in [Some(20.0), Some(0.0), Some(1000.0), None] {
            let required = bands.required(voltage);
            assert!(!required.is_known() && required.most == Metres(100.0), "{voltage:?}");
        }
        assert_eq!(bands.required(Some(0.4)).most, Metres(-1.0), "below the lowest band there is no zone");
    }
}
