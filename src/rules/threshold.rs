//! The distance a rule asks for: a constant, a row of a table, a band of the target, a multiple, a formula, or a parameter
//! of the district.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Unknown;
use super::formula::hygiene::{hygiene_distance, together};
use super::formula::impact_radius::impact_radius;
use super::lookup::Lookup;
use super::sides::{Party, Sides};
use crate::geom::Metres;
use crate::model::Verification;

/// The distance of a rule that draws no zone at all: nothing is ever so near.
pub const NO_ZONE: Metres = Metres(-1.0);

/// Where the distance comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "super::written::Written", untagged)]
pub enum Threshold {
    /// The same for everything.
    Constant(Metres),
    /// Several distances of the law, one after the other.
    Sum {
        /// Each, in the order of the clauses.
        sum: Vec<Metres>,
    },
    /// By facts of the endangering side, such as tank volumes.
    Table(Table),
    /// By whatever is known of both sides.
    Lookup(Lookup),
    /// By a number of the target, such as a voltage.
    Bands(Bands),
    /// Some times a number, such as a height.
    Times(Times),
    /// By a formula of a standard.
    Formula(Formula),
    /// Set by the district; may be empty.
    Parameter {
        /// Its name in the book.
        parameter: String,
    },
    /// A table or lookup of the book, until it is put in its place.
    Named {
        /// Its name.
        named: String,
        /// The columns of a table.
        columns: Vec<String>,
    },
}

/// A multiple of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// How many times.
    pub times: f64,
    /// Of what, by its key.
    pub of: String,
    /// Never more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_m: Option<Metres>,
    /// What is tried while the number is not known: data of the project, not law.
    pub unknown_most_m: Metres,
}

/// A formula with its inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Which.
    pub formula: FormulaName,
    /// The furthest it is tried while its inputs are not known: data of the project, not law.
    pub unknown_most_m: Metres,
    /// How well the formula and its coefficients were verified.
    pub verification: Verification,
}

/// The formulas the program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormulaName {
    /// 潜在影响半径 of a gas pipeline, from the object's `diameter_mm` and `pressure_mpa` (GB 32167).
    PotentialImpactRadius,
    /// 卫生防护距离 of fugitive emissions, from the subject's facts (GB/T 39499).
    HygieneDistance,
}

/// A table whose rows end at the given values, ascending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name in the file, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The facts that pick a row each; the strictest row counts.
    pub stricter_of: Vec<String>,
    /// A fact that cannot exceed another one.
    #[serde(default)]
    pub at_most: BTreeMap<String, String>,
    /// The columns that may apply to the case; where there are several, which one does is not known.
    #[serde(default)]
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

    /// Anything from no zone up to a distance, depending on these.
    pub fn unknown(most: Metres, unknowns: BTreeSet<Unknown>) -> Self {
        Self { least: NO_ZONE, most, unknowns, stated: false, ..Self::exactly(Metres::ZERO) }
    }

    /// Whether it is known.
    pub fn is_known(&self) -> bool {
        self.least == self.most
    }
}

impl Table {
    /// The distance for the facts of the endangering side.
    pub fn required(&self, facts: &dyn Party) -> Required {
        let (mut least, mut most) = (Metres::ZERO, Metres::ZERO);
        let mut unknowns = BTreeSet::new();
        let mut used: Vec<&Row> = Vec::new();
        for fact in &self.stricter_of {
            let rows = match number(facts, fact) {
                Some(value) => std::slice::from_ref(self.row(fact, value)),
                None => {
                    unknowns.insert(facts.unknown(fact));
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

    fn cap(&self, fact: &str, facts: &dyn Party) -> Option<f64> {
        number(facts, self.at_most.get(fact)?)
    }
}

fn number(facts: &dyn Party, name: &str) -> Option<f64> {
    facts.value(name)?.as_f64()
}

impl Times {
    /// The distance between two sides; while the number is not known it lies anywhere up to what is tried.
    pub fn required(&self, sides: &Sides<'_>) -> Required {
        match sides.number(&self.of) {
            Some(number) => {
                let metres = Metres(self.times * number);
                Required::exactly(self.at_most_m.map_or(metres, |most| metres.min(most)))
            }
            None => Required::unknown(self.unknown_most_m, BTreeSet::from([sides.unknown(&self.of)])),
        }
    }
}

impl Formula {
    /// The values it takes, by key.
    pub fn keys(&self) -> Vec<String> {
        let keys: &[&str] = match self.formula {
            FormulaName::PotentialImpactRadius => &["object.diameter_mm", "object.pressure_mpa"],
            FormulaName::HygieneDistance => {
                &["subject.emissions", "subject.unit_area_m2", "subject.wind_m_s", "subject.source_class"]
            }
        };
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    /// The distance between two sides.
    pub fn required(&self, sides: &Sides<'_>) -> Required {
        let found = match self.formula {
            FormulaName::PotentialImpactRadius => {
                let inputs = ["object.diameter_mm", "object.pressure_mpa"];
                match inputs.map(|key| sides.number(key)) {
                    [Some(diameter), Some(pressure)] => impact_radius(diameter, pressure)
                        .map_or_else(|_| Required::unknown(self.unknown_most_m, BTreeSet::new()), Required::exactly),
                    known => {
                        let missing = inputs.into_iter().zip(known).filter(|(_, value)| value.is_none());
                        Required::unknown(self.unknown_most_m, missing.map(|(key, _)| sides.unknown(key)).collect())
                    }
                }
            }
            FormulaName::HygieneDistance => hygiene(sides.subject, self.unknown_most_m),
        };
        Required { verification: Some(self.verification), least_verification: Some(self.verification), ..found }
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
            None if below_all => Required { stated: false, ..Required::exactly(NO_ZONE) },
            None => Required::unknown(self.unknown_within_m, BTreeSet::from([Unknown::Field(self.field.clone())])),
        }
    }

    /// The largest distance at which anything is told.
    pub fn reach(&self) -> Metres {
        self.bands.iter().map(|band| band.metres).fold(Metres::ZERO, Metres::max)
    }
}

/// The hygiene protection distance of a project that states its emissions; one that states none is asked for none.
fn hygiene(subject: &dyn Party, unknown_most_m: Metres) -> Required {
    let Some(emissions) = subject.value("emissions") else {
        return Required { stated: false, ..Required::exactly(NO_ZONE) };
    };
    let stated = ["unit_area_m2", "wind_m_s"].map(|name| (name, number(subject, name)));
    let [(_, Some(area)), (_, Some(wind))] = stated else {
        let missing = stated.into_iter().filter(|(_, value)| value.is_none());
        return Required::unknown(unknown_most_m, missing.map(|(name, _)| subject.unknown(name)).collect());
    };
    let class = subject.value("source_class").and_then(|word| serde_json::from_value(word).ok());
    let one = |emission: &serde_json::Value| {
        let figure = |name: &str| emission.get(name)?.as_f64();
        hygiene_distance(figure("qc_kg_h")?, figure("cm_mg_m3")?, area, wind, class).ok()
    };
    let each: Option<Vec<_>> = emissions.as_array().and_then(|all| all.iter().map(one).collect());
    // A list that cannot be read, or says nothing, is as good as none.
    let together = each.and_then(|each| together(&each));
    together.map_or_else(
        || Required::unknown(unknown_most_m, BTreeSet::from([subject.unknown("emissions")])),
        |together| Required::exactly(together.rounded_m),
    )
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

    struct Facts(Value);

    impl Party for Facts {
        fn value(&self, name: &str) -> Option<Value> {
            self.0.get(name).cloned()
        }
        fn unknown(&self, name: &str) -> Unknown {
            Unknown::Fact(name.to_owned())
        }
    }

    fn required(columns: &str, facts: Value) -> (f64, f64, usize) {
        let required = table(columns).required(&Facts(facts));
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
