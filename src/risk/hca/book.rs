//! What makes a high-consequence area and a location class (`data/risk/hca.toml`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::geom::Metres;
use crate::model::kind::Membership;
use crate::model::{Feature, Kinds, Layer, Text, Verification};
use crate::rules::defaults::Defaults;
use crate::rules::formula::impact_radius::impact_radius;

/// Everything that grades a pipeline.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Book {
    /// Households of one person, where only persons are told.
    pub households_a_person: f64,
    /// The regimes that are graded; a pipeline that names none is taken for one of them.
    regimes: Vec<String>,
    pub words: Words,
    line: Vec<Rules>,
}

/// What is said, with names in braces for what is filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub grades: [String; 3],
    pub area: String,
    pub none: String,
    pub unknown: String,
    pub class: String,
    pub item: String,
    pub review: String,
    pub mark: String,
    pub target: String,
    pub unit: String,
    pub household: String,
    pub floors: String,
    pub derived: String,
    pub more: String,
    pub gap: String,
    pub rules: String,
    pub regime_absent: String,
    pub regime_other: String,
    pub medium_other: String,
    pub no_items: String,
    pub no_line: String,
    pub uncovered: String,
    pub lost: String,
    pub households: String,
    pub storeys: String,
    pub extent: String,
    pub pipe: String,
    pub pipe_near: String,
    pub fact: String,
    pub low_open: String,
    pub default: String,
}

/// How pipelines of some media are graded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    media: Vec<String>,
    /// What people call such a pipeline.
    pub title: Text,
    /// Where the items are written.
    pub law: String,
    /// Where the location classes are written.
    #[serde(default)]
    pub class_law: Option<String>,
    /// The length of a unit.
    pub unit_m: f64,
    /// How far aside things count.
    pub aside_m: Metres,
    /// How far beyond the last building an area ends.
    pub end_m: f64,
    /// The class where none of the others is.
    #[serde(default)]
    pub lowest_class: Option<String>,
    /// Whether no item is on record.
    #[serde(default)]
    pub ungraded: bool,
    /// Worst first.
    #[serde(default)]
    pub class: Vec<Class>,
    #[serde(default)]
    pub item: Vec<Item>,
}

/// A location class.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Class {
    pub name: String,
    pub title: String,
    pub mark: Verification,
    pub at_least: Option<f64>,
    pub above: Option<f64>,
    pub storeys: Option<f64>,
}

/// An item of the standard.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub letter: String,
    /// 1 to 3.
    pub grade: u8,
    pub mark: Verification,
    #[serde(default)]
    pub review: bool,
    pub title: String,
    pub asks: Asks,
    #[serde(default)]
    pub pipe: Option<Pipe>,
    #[serde(default)]
    pub otherwise: Vec<String>,
    #[serde(default)]
    pub outside: Vec<String>,
    #[serde(default)]
    pub place: Vec<Place>,
    /// What it also means and no field tells.
    #[serde(default)]
    pub gap: Option<String>,
}

/// What an item asks for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Asks {
    /// Housing of so many storeys.
    Storeys(f64),
    /// So many households in a unit.
    Unit(f64),
    /// A village of so many households.
    Zone(f64),
    /// A location class.
    Class(String),
    /// One of its places within so many metres.
    Places(Metres),
    /// One of its places within the potential impact radius.
    ImpactRadius,
}

/// Of which pipes an item speaks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pipe {
    diameter_mm: Limit,
    pressure_mpa: Limit,
}

/// A range without its ends.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    above: Option<f64>,
    below: Option<f64>,
}

/// Places that an item means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub layer: Layer,
    /// The word of the kinds' table that they count as.
    #[serde(default)]
    counts_as: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    perhaps: Vec<Perhaps>,
}

/// Kinds that are meant if a fact which no field tells is so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Perhaps {
    kinds: Vec<String>,
    zh: String,
}

/// Whether a place is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meant {
    Yes,
    No,
    /// If this is so.
    Perhaps(&'static str),
}

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/risk/hca.toml"))
        .unwrap_or_else(|error| unreachable!("data/risk/hca.toml is checked by a test: {error}"))
});

static DEFAULTS: LazyLock<Defaults> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/rules/defaults.toml"))
        .unwrap_or_else(|error| unreachable!("data/rules/defaults.toml is checked by a test: {error}"))
});

/// Upper defaults for what a drawing does not tell.
pub(super) fn defaults() -> &'static Defaults {
    &DEFAULTS
}

/// Why a pipeline is not graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ungraded {
    Regime,
    Medium,
    NoLine,
}

impl Book {
    /// The one shipped with the program.
    pub fn shipped() -> &'static Self {
        &BOOK
    }

    /// How a pipeline is graded.
    pub fn rules(&self, pipe: &Feature) -> Result<&Rules, Ungraded> {
        let regime = pipe.properties.text("regime");
        if regime.is_some_and(|regime| !self.regimes.iter().any(|known| known == regime)) {
            return Err(Ungraded::Regime);
        }
        let medium = pipe.properties.text("medium").unwrap_or_default();
        self.line.iter().find(|rules| rules.media.iter().any(|known| known == medium)).ok_or(Ungraded::Medium)
    }

    /// Every place that an item reads.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.line.iter().flat_map(|rules| &rules.item).flat_map(|item| &item.place)
    }

    /// The layers that are read besides the pipelines.
    pub fn layers(&self) -> BTreeSet<Layer> {
        self.places().map(|place| place.layer).chain([Layer::ResidentialZones, Layer::Coverage]).collect()
    }

    /// The farthest that anything of a pipe's counts: aside, or within its potential impact radius.
    pub fn reach(&self, pipe: &Feature) -> Metres {
        let aside = self.line.iter().map(|rules| rules.aside_m).fold(Metres::ZERO, Metres::max);
        radius(pipe).map_or(aside, |radius| radius.max(aside))
    }

    /// The households of a zone, and whether they were worked out from its persons.
    pub fn households(&self, zone: &Feature) -> Option<(f64, bool)> {
        let told = zone.properties.number("households").map(|told| (told, false));
        told.or_else(|| Some((zone.properties.number("persons")? * self.households_a_person, true)))
    }
}

/// The potential impact radius of a pipe.
pub(super) fn radius(pipe: &Feature) -> Option<Metres> {
    let [diameter, pressure] = ["diameter_mm", "pressure_mpa"].map(|field| pipe.properties.number(field));
    impact_radius(diameter?, pressure?).ok()
}

impl Rules {
    /// The place of a class in the list, which starts with the worst.
    pub fn class_of(&self, name: &str) -> Option<usize> {
        self.class.iter().position(|class| class.name == name)
    }

    /// Whether an item speaks of a pipe; `None` where its diameter or pressure, being unknown, decide.
    pub fn speaks_of(&self, item: &Item, pipe: &Feature) -> Option<bool> {
        let own = item.pipe.as_ref().map_or(Some(true), |band| band.holds(pipe));
        let others = self.item.iter().filter(|other| item.otherwise.contains(&other.letter));
        others.fold(own, |speaks, other| both(speaks, self.speaks_of(other, pipe).map(|speaks| !speaks)))
    }
}

/// Whether two things hold, either of which may be unknown.
fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

impl Pipe {
    fn holds(&self, pipe: &Feature) -> Option<bool> {
        let number = |field| pipe.properties.number(field).filter(|number| *number > 0.0);
        both(self.diameter_mm.holds(number("diameter_mm")), self.pressure_mpa.holds(number("pressure_mpa")))
    }

    /// The largest potential impact radius of the pipes that it means, where it has one.
    pub fn widest(&self) -> Option<Metres> {
        impact_radius(self.diameter_mm.below?, self.pressure_mpa.below?).ok()
    }
}

impl Limit {
    fn holds(&self, number: Option<f64>) -> Option<bool> {
        let number = number?;
        Some(self.above.is_none_or(|end| number > end) && self.below.is_none_or(|end| number < end))
    }
}

impl Class {
    /// Whether so many households make the class; rounded, since persons give fractions.
    pub fn holds(&self, households: f64) -> bool {
        let households = (households * 1e6).round() / 1e6;
        self.at_least.is_some_and(|least| households >= least) || self.above.is_some_and(|bar| households > bar)
    }
}

impl Place {
    /// The kinds that must be known where it is looked for.
    pub fn needed(&self) -> Vec<String> {
        let counting = Kinds::shipped().all().filter(|kind| self.by_table(&kind.kind)).map(|kind| kind.kind.clone());
        let perhaps = self.perhaps.iter().flat_map(|perhaps| perhaps.kinds.iter().cloned());
        counting.chain(self.kinds.iter().cloned()).chain(perhaps).collect()
    }

    /// Whether a feature of a kind may be meant.
    pub fn asks_for(&self, kind: Option<&str>) -> bool {
        kind.is_some_and(|kind| {
            let named = |kinds: &[String]| kinds.iter().any(|known| known == kind);
            named(&self.kinds) || self.perhaps.iter().any(|one| named(&one.kinds)) || self.by_table(kind)
        })
    }

    /// Whether a feature is meant.
    pub fn meant(&'static self, feature: &Feature) -> Meant {
        let kind = feature.kind().unwrap_or_default();
        let named = |kinds: &[String]| kinds.iter().any(|known| known == kind);
        let member = self
            .counts_as
            .as_deref()
            .and_then(|word| Some(Kinds::shipped().find(kind)?.counts_as(word, &feature.properties)));
        match (member, self.perhaps.iter().find(|perhaps| named(&perhaps.kinds))) {
            _ if named(&self.kinds) => Meant::Yes,
            (Some(Membership::Yes), _) => Meant::Yes,
            (Some(Membership::Unless(fact)), _) => {
                Meant::Perhaps(Kinds::shipped().fact(fact).map_or(fact, |known| known.label.zh.as_str()))
            }
            (_, Some(perhaps)) => Meant::Perhaps(&perhaps.zh),
            _ => Meant::No,
        }
    }

    fn by_table(&self, kind: &str) -> bool {
        let Some(word) = &self.counts_as else { return false };
        Kinds::shipped().find(kind).is_some_and(|kind| kind.subjects().contains(&word.as_str()))
    }
}

/// A template with its braces filled.
pub(super) fn filled(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::Schema;
    use serde_json::{Value, json};

    fn pipe(properties: Value) -> Feature {
        let properties = serde_json::from_value(properties).unwrap();
        Feature::new("p", Point::new(115.8, 29.6).into(), properties).unwrap()
    }

    #[test]
    fn every_word_of_the_table_is_one_of_the_registers() {
        let book = Book::shipped();
        let media = &Schema::layer(Layer::Pipelines).field("medium").unwrap().values;
        assert!(
            book.line.iter().flat_map(|rules| &rules.media).all(|medium| media.iter().any(|known| known == medium))
        );
        for place in book.places() {
            let field = Schema::layer(place.layer).field("kind").unwrap();
            let known = |kind: &String| field.open || field.values.iter().any(|value| value == kind);
            assert!(place.needed().iter().all(known), "{place:?}");
        }
        for rules in &book.line {
            for item in &rules.item {
                assert!((1..=3).contains(&item.grade), "{}", item.letter);
                let letters = |letter: &String| rules.item.iter().any(|other| other.letter == *letter);
                assert!(item.otherwise.iter().all(letters));
                assert!(item.outside.iter().all(|class| rules.class_of(class).is_some()));
                assert!(!matches!(&item.asks, Asks::Class(name) if rules.class_of(name).is_none()));
            }
        }
    }

    #[test]
    fn an_item_speaks_of_the_pipes_of_its_range() {
        let speaks = |letter: &str, diameter: Option<f64>, pressure: Option<f64>| {
            let pipe = pipe(json!({"medium": "natural_gas", "diameter_mm": diameter, "pressure_mpa": pressure}));
            let rules = Book::shipped().rules(&pipe).unwrap();
            rules.speaks_of(rules.item.iter().find(|item| item.letter == letter).unwrap(), &pipe)
        };
        assert_eq!(speaks("c", Some(762.0), Some(10.0)), Some(false));
        assert_eq!(speaks("c", Some(762.1), Some(6.91)), Some(true));
        assert_eq!(speaks("d", Some(272.9), Some(1.59)), Some(true));
        assert_eq!(speaks("d", Some(273.0), Some(1.59)), Some(false));
        assert_eq!(speaks("e", Some(508.0), Some(6.3)), Some(true));
        assert_eq!(speaks("e", Some(813.0), Some(10.0)), Some(false));
        assert_eq!((speaks("c", Some(813.0), None), speaks("e", Some(813.0), None)), (None, None));
        assert_eq!((speaks("c", Some(508.0), None), speaks("e", Some(508.0), None)), (Some(false), Some(true)));
        assert_eq!(speaks("e", None, None), None);
    }

    #[test]
    fn what_is_graded_and_what_is_not() {
        let rules = |properties| Book::shipped().rules(&pipe(properties)).map(|rules| rules.unit_m);
        assert_eq!(rules(json!({"medium": "crude"})), Ok(2000.0));
        assert_eq!(rules(json!({"medium": "lpg", "regime": "long_distance"})), Ok(1600.0));
        assert_eq!(rules(json!({"medium": "chemical"})), Err(Ungraded::Medium));
        assert_eq!(rules(json!({"medium": "natural_gas", "regime": "urban_gas"})), Err(Ungraded::Regime));
    }

    #[test]
    fn households_of_persons_are_rounded_before_they_are_compared() {
        let class = &Book::shipped().rules(&pipe(json!({"medium": "natural_gas"}))).unwrap().class;
        let three = class.iter().find(|class| class.name == "3").unwrap();
        assert!(three.holds(0.1 * 3.0 + 99.7) && three.holds(100.0) && !three.holds(99.0) && !three.holds(99.99));
        let two = class.iter().find(|class| class.name == "2").unwrap();
        assert!(!two.holds(15.0) && two.holds(16.0));
    }

    #[test]
    fn a_chemical_project_may_be_meant() {
        let place = Book::shipped().places().find(|place| place.layer == Layer::Enterprises).unwrap();
        assert_eq!(place.meant(&pipe(json!({"kind": "fuel_station"}))), Meant::Yes);
        assert_eq!(place.meant(&pipe(json!({"kind": "factory"}))), Meant::No);
        assert!(matches!(place.meant(&pipe(json!({"kind": "chem_project"}))), Meant::Perhaps(_)));
    }
}
