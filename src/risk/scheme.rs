//! Bands of scores, default colours and the words for the levels (`data/risk/bands.toml`).

mod areas;
mod bands;
mod district;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

pub use areas::{Aggregator, AreaTables, ByColour, CountTable, IndexTable, Unset};
pub use district::SchemeError;

use crate::model::{Feature, Layer, RiskLevel, Text, Verification};

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
    /// The published values of a factor.
    #[serde(default)]
    scale: BTreeMap<String, Vec<f64>>,
    /// Which of several scales with the same numbers a factor was taken from.
    #[serde(default)]
    pub variants: Option<Variants>,
    /// Where the bands are written.
    pub source: String,
    /// How well they were verified.
    pub mark: Verification,
    /// Without gap or overlap.
    pub band: Vec<Band>,
}

/// Scales that go by the same numbers and mean different things.
#[derive(Clone, Debug, Deserialize)]
pub struct Variants {
    /// The field that says which was used.
    pub field: String,
    /// The factor concerned.
    pub of: String,
    #[serde(flatten)]
    known: BTreeMap<String, String>,
}

/// What makes a thing no milder than a level, whatever else is known of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rest {
    /// The level.
    #[serde(deserialize_with = "level")]
    pub level: RiskLevel,
    /// What people call the case.
    pub title: Text,
    /// Where it is written.
    pub source: String,
    /// How well it was verified.
    pub mark: Verification,
}

/// A flag that makes a thing no milder than a level.
#[derive(Clone, Debug, Deserialize)]
pub struct Direct {
    /// The layers it is looked for in.
    layers: Vec<Layer>,
    /// The flag.
    pub field: String,
    /// Whether one set for an installation counts for its enterprise too.
    #[serde(default)]
    pub of_installations: bool,
    /// What it means.
    #[serde(flatten)]
    pub rest: Rest,
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

/// Everything that turns scores, registered grades and facts into levels.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    #[serde(skip)]
    name: SchemeName,
    /// Only ever set by a district.
    #[serde(skip)]
    areas: AreaTables,
    level: Vec<LevelWords>,
    method: Vec<Method>,
    default: Vec<DefaultTable>,
    direct: Vec<Direct>,
    /// A hidden danger that makes what it was found at as red.
    pub open_danger: Rest,
    /// A tailings pond above people.
    pub head_pond: Rest,
}

/// Which scheme it was: the file and a mark of its text, so that a grade names exactly the bands it was made by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SchemeName {
    /// The name of the file: the shipped one, or the district's.
    pub name: String,
    /// The first digits of the SHA-256 of the shipped file, with the district's after it where there is one.
    pub hash: String,
}

const SHIPPED_TEXT: &str = include_str!("../../data/risk/bands.toml");

static SCHEME: LazyLock<Arc<Scheme>> = LazyLock::new(|| {
    let read: Scheme = toml::from_str(SHIPPED_TEXT)
        .unwrap_or_else(|error| unreachable!("data/risk/bands.toml is checked by a test: {error}"));
    let name = SchemeName { name: "bands.toml".to_owned(), hash: district::digest(&[SHIPPED_TEXT]) };
    Arc::new(Scheme { name, ..read })
});

impl Scheme {
    /// The one shipped with the program.
    pub fn shipped() -> &'static Arc<Self> {
        &SCHEME
    }

    /// Which scheme it is.
    pub fn name(&self) -> &SchemeName {
        &self.name
    }

    /// What the district has set for its areas.
    pub fn areas(&self) -> &AreaTables {
        &self.areas
    }

    /// What makes a feature of a layer no milder than a level.
    pub fn direct<'a>(&'a self, layer: Layer, feature: &'a Feature) -> impl Iterator<Item = &'a Direct> + 'a {
        self.direct.iter().filter(move |case| case.layers.contains(&layer) && case.holds(feature))
    }

    /// What an installation makes of its enterprise.
    pub fn direct_of_installation<'a>(&'a self, installation: &'a Feature) -> impl Iterator<Item = &'a Direct> + 'a {
        self.direct.iter().filter(|case| case.of_installations && case.holds(installation))
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

impl Direct {
    fn holds(&self, feature: &Feature) -> bool {
        feature.properties.flag(&self.field) == Some(true)
    }
}

impl Variants {
    /// What the word in the field means; `None` where it is no known one.
    pub fn meaning(&self, word: &str) -> Option<&str> {
        self.known.get(word).map(String::as_str)
    }
}

impl Method {
    /// The published values of a factor, where the value is none of them.
    pub fn off_scale(&self, factor: &str, value: f64) -> Option<&[f64]> {
        self.scale.get(factor).map(Vec::as_slice).filter(|published| !published.contains(&value))
    }

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
mod tests;
