//! Bands of scores, default colours and the words for the levels (`data/risk/bands.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::model::{Layer, RiskLevel, Text, Verification};

/// A range of scores and the level it means. A missing end is no limit; each end says whether it belongs to the range.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// What a score in the range means.
    #[serde(deserialize_with = "level")]
    pub level: RiskLevel,
    at_least: Option<f64>,
    above: Option<f64>,
    below: Option<f64>,
    at_most: Option<f64>,
}

/// A way of scoring, and its bands.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// The word in `risk_method`.
    pub name: String,
    /// Other words for it.
    #[serde(default)]
    also: Vec<String>,
    /// What people call it.
    pub title: Text,
    /// The letter of the score: `D`, `R`.
    pub score: String,
    /// The fields whose product is the score, where the score itself is not given.
    #[serde(default)]
    pub factors: Vec<String>,
    /// Where the bands are written.
    pub source: String,
    /// How well they were verified.
    pub mark: Verification,
    /// Without gap or overlap.
    pub band: Vec<Band>,
}

/// The default levels of a layer by a grade that its features carry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultTable {
    /// The layer.
    pub layer: Layer,
    /// The field that holds the grade.
    pub field: String,
    /// What people call the grade.
    pub title: Text,
    /// Where the grade comes from.
    pub source: String,
    /// How well the table was verified.
    pub mark: Verification,
    #[serde(deserialize_with = "levels")]
    levels: BTreeMap<String, RiskLevel>,
}

/// What people call a level.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelWords {
    #[serde(deserialize_with = "level")]
    level: RiskLevel,
    /// 重大风险 …
    pub name: Text,
    /// 红 …
    pub color: Text,
}

/// Everything that turns scores and registered grades into levels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    level: Vec<LevelWords>,
    method: Vec<Method>,
    default: Vec<DefaultTable>,
}

static SCHEME: LazyLock<Scheme> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/risk/bands.toml"))
        .unwrap_or_else(|error| unreachable!("data/risk/bands.toml is checked by a test: {error}"))
});

impl Scheme {
    /// The one shipped with the program.
    pub fn shipped() -> &'static Self {
        &SCHEME
    }

    /// Every method.
    pub fn methods(&self) -> &[Method] {
        &self.method
    }

    /// The method of a name, whatever its case.
    pub fn method(&self, name: &str) -> Option<&Method> {
        let name = name.trim();
        let same = |known: &String| known.eq_ignore_ascii_case(name);
        self.method.iter().find(|method| same(&method.name) || method.also.iter().any(same))
    }

    /// The default levels of a layer.
    pub fn default_of(&self, layer: Layer) -> Option<&DefaultTable> {
        self.default.iter().find(|table| table.layer == layer)
    }

    /// A level and its colour in Chinese: `重大风险（红）`.
    pub fn words(&self, level: RiskLevel) -> String {
        let known = self.level.iter().find(|words| words.level == level);
        known.map_or_else(|| level.color().to_owned(), |words| format!("{}（{}）", words.name.zh, words.color.zh))
    }
}

impl Method {
    /// The level of a score; `None` outside the scale.
    pub fn level(&self, score: f64) -> Option<RiskLevel> {
        self.band_of(score).map(|band| band.level)
    }

    /// The band a score falls into.
    pub fn band_of(&self, score: f64) -> Option<&Band> {
        self.band.iter().find(|band| band.holds(score))
    }
}

impl Band {
    fn holds(&self, score: f64) -> bool {
        self.at_least.is_none_or(|end| score >= end)
            && self.above.is_none_or(|end| score > end)
            && self.below.is_none_or(|end| score < end)
            && self.at_most.is_none_or(|end| score <= end)
    }

    /// The range in signs: `160 ≤ D < 320`.
    pub fn signs(&self, score: &str) -> String {
        let low = self.at_least.map(|end| format!("{end} ≤ ")).or(self.above.map(|end| format!("{end} < ")));
        let high = self.below.map(|end| format!(" < {end}")).or(self.at_most.map(|end| format!(" ≤ {end}")));
        format!("{}{score}{}", low.unwrap_or_default(), high.unwrap_or_default())
    }
}

impl DefaultTable {
    /// The level of a feature's grade.
    pub fn level(&self, grade: &Value) -> Option<RiskLevel> {
        match grade {
            Value::String(word) => self.levels.get(word.trim()).copied(),
            Value::Number(number) => self.levels.get(&number.to_string()).copied(),
            _ => None,
        }
    }
}

fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RiskLevel, D::Error> {
    known(u64::deserialize(deserializer)?)
}

fn levels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, RiskLevel>, D::Error> {
    let numbers = BTreeMap::<String, u64>::deserialize(deserializer)?;
    numbers.into_iter().map(|(grade, number)| Ok((grade, known(number)?))).collect()
}

fn known<E: de::Error>(number: u64) -> Result<RiskLevel, E> {
    RiskLevel::from_number(number).ok_or_else(|| E::custom(format!("risk level {number} is not 1 to 4")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Schema;

    fn number(method: &str, score: f64) -> Option<u8> {
        Scheme::shipped().method(method).unwrap().level(score).map(RiskLevel::number)
    }

    /// The next number below and above.
    fn around(edge: f64) -> [f64; 3] {
        [edge.next_down(), edge, edge.next_up()]
    }

    #[test]
    fn every_band_edge_falls_on_its_published_side() {
        let cases = [
            ("LEC", 70.0, [4, 3, 3]),
            ("LEC", 160.0, [3, 2, 2]),
            ("LEC", 320.0, [2, 1, 1]),
            ("LS", 8.0, [4, 4, 3]),
            ("LS", 12.0, [3, 3, 2]),
            ("LS", 16.0, [2, 2, 1]),
            ("hazchem_score", 60.0, [1, 2, 2]),
            ("hazchem_score", 75.0, [2, 3, 3]),
            ("hazchem_score", 90.0, [3, 4, 4]),
            ("chem_park_score", 60.0, [1, 2, 2]),
            ("chem_park_score", 70.0, [2, 3, 3]),
            ("chem_park_score", 85.0, [3, 4, 4]),
        ];
        for (method, edge, levels) in cases {
            assert_eq!(around(edge).map(|score| number(method, score)), levels.map(Some), "{method} {edge}");
        }
    }

    #[test]
    fn published_matrix_products_and_classes() {
        let published =
            [(25.0, 1), (20.0, 1), (16.0, 2), (15.0, 2), (12.0, 3), (10.0, 3), (9.0, 3), (8.0, 4), (1.0, 4)];
        for (product, level) in published {
            assert_eq!(number("ls", product), Some(level), "{product}");
        }
    }

    #[test]
    fn outside_the_scale_there_is_no_level() {
        for (method, inside, outside) in
            [("LEC", 10_000.0, 10_000.1), ("LEC", 0.05, 0.0), ("LS", 1.0, 0.9), ("LS", 25.0, 26.0)]
        {
            assert!(number(method, inside).is_some() && number(method, outside).is_none(), "{method}");
        }
        for (inside, outside) in [(0.0, -0.1), (100.0, 100.1)] {
            assert!(number("hazchem", inside).is_some() && number("hazchem", outside).is_none());
        }
        assert_eq!(number("LEC", f64::NAN), None);
    }

    #[test]
    fn bands_leave_neither_gap_nor_overlap() {
        for method in Scheme::shipped().methods() {
            let ends = method.band.iter().flat_map(|band| [band.at_least, band.above, band.below, band.at_most]);
            let mut ends: Vec<f64> = ends.flatten().collect();
            ends.sort_unstable_by(f64::total_cmp);
            ends.dedup();
            let (low, high) = (ends[0], ends[ends.len() - 1]);
            for score in ends.iter().flat_map(|end| around(*end)).filter(|score| *score > low && *score < high) {
                let held = method.band.iter().filter(|band| band.holds(score)).count();
                assert_eq!(held, 1, "{} {score}", method.name);
            }
        }
    }

    #[test]
    fn default_tables_read_fields_of_their_layers_and_every_allowed_grade() {
        for table in &Scheme::shipped().default {
            let field = Schema::layer(table.layer).field(&table.field).unwrap();
            assert!(field.values.iter().all(|grade| table.level(grade).is_some()), "{}", table.field);
        }
        let hca = Scheme::shipped().default_of(Layer::Pipelines).unwrap();
        assert_eq!([3, 2, 1].map(|grade| hca.level(&grade.into()).map(RiskLevel::number)), [Some(2), Some(3), Some(4)]);
        assert_eq!(hca.level(&4.into()), None);
    }

    #[test]
    fn levels_have_words_and_bands_have_signs() {
        assert_eq!(Scheme::shipped().words(RiskLevel::Major), "重大风险（红）");
        assert_eq!(Scheme::shipped().words(RiskLevel::Low), "低风险（蓝）");
        let lec = Scheme::shipped().method(" lec ").unwrap();
        assert_eq!(lec.band_of(160.0).unwrap().signs("D"), "160 ≤ D < 320");
    }
}
