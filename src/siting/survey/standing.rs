//! What stands, as proposals: for which project kind a feature is asked, and what is known of it (`data/standing.toml`).

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::plants::Plants;
use crate::geom::{Geometry, Site};
use crate::index::Snapshot;
use crate::model::kind::fits;
use crate::model::{Action, Feature, Kind, Kinds, Layer, NotSurveyed, Properties, Proposal};
use crate::rules::Defaults;
use crate::siting::{Request, hazard_source};

/// The table of what stands for what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    works: BTreeMap<String, bool>,
    works_go_on: Vec<String>,
    lines: Vec<String>,
    layer: Vec<Entry>,
}

/// What the features of one layer stand for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    layer: Layer,
    #[serde(default = "by_kind")]
    by: String,
    #[serde(default)]
    own: bool,
    #[serde(default, rename = "as")]
    others: BTreeMap<String, String>,
    #[serde(default)]
    all: Option<String>,
    #[serde(default)]
    tanks_of: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    facts: BTreeMap<String, Value>,
}

fn by_kind() -> String {
    "kind".to_owned()
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/standing.toml"))
        .unwrap_or_else(|error| unreachable!("data/standing.toml is checked by a test: {error}"))
});

/// Something that stands, and what it stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub layer: Layer,
    pub feature: &'a Arc<Feature>,
    pub kind: &'static Kind,
    /// Whether it answers only to what is measured from tank walls; the rest is its plant's matter.
    pub tank: bool,
}

impl Table {
    /// The table shipped with the program.
    pub fn shipped() -> &'static Self {
        &TABLE
    }

    /// The layers that hold subjects.
    pub fn layers(&self) -> impl Iterator<Item = Layer> {
        self.layer.iter().map(|entry| entry.layer)
    }

    /// What a feature stands for; `None` where that is not certain.
    pub fn subject<'a>(&self, layer: Layer, feature: &'a Arc<Feature>, plants: &Plants) -> Option<Subject<'a>> {
        let entry = self.layer.iter().find(|entry| entry.layer == layer)?;
        let word = feature.properties.text(&entry.by);
        let kinds = Kinds::shipped();
        let whole = |kind: &'static Kind| Subject { layer, feature, kind, tank: false };
        let own = || kinds.find(word.filter(|_| entry.own)?);
        if let Some(kind) = entry.all.as_deref().or_else(|| Some(entry.others.get(word?)?.as_str())) {
            return kinds.find(kind).map(whole);
        }
        own().map(whole).or_else(|| {
            let plant = plants.of(feature).and_then(Feature::kind)?;
            let kind = entry.tanks_of.get(word?)?.iter().find(|kind| *kind == plant)?;
            Some(Subject { layer, feature, kind: kinds.find(kind)?, tank: true })
        })
    }

    /// Everything in an edition that is a subject, and what is not one, counted.
    pub fn subjects<'a>(&self, snapshot: &'a Snapshot, plants: &Plants) -> (Vec<Subject<'a>>, Vec<NotSurveyed>) {
        let mut subjects = Vec::new();
        let mut others: BTreeMap<(Layer, Option<&str>), u64> = BTreeMap::new();
        for entry in &self.layer {
            let Ok(index) = snapshot.layer(entry.layer) else { continue };
            for feature in index.features() {
                match self.subject(entry.layer, feature, plants) {
                    Some(subject) => subjects.push(subject),
                    None => *others.entry((entry.layer, feature.properties.text(&entry.by))).or_default() += 1,
                }
            }
        }
        let counted = |((layer, kind), count): ((Layer, Option<&str>), u64)| NotSurveyed {
            layer,
            kind: kind.map(str::to_owned),
            count,
        };
        (subjects, others.into_iter().map(counted).collect())
    }

    /// What is known of a subject: its fields that are facts, and that no works go on where something stands.
    fn facts(&self, subject: &Subject<'_>, defaults: &Defaults) -> Properties {
        let properties = &subject.feature.properties;
        let known = |name: &str| Kinds::shipped().fact(name).filter(|fact| fact.fact_type != "geometry");
        let stated = properties.iter().filter(|(name, value)| known(name).is_some_and(|fact| fits(fact, value)));
        let mut facts: Properties = stated.map(|(name, value)| (name, value.clone())).collect();
        if !self.works_go_on.contains(&subject.kind.kind) {
            for (fact, goes_on) in self.works.iter().filter(|(fact, _)| properties.get(fact).is_none()) {
                facts.set(fact, *goes_on);
            }
        }
        let of_layer = self.layer.iter().filter(|entry| entry.layer == subject.layer).flat_map(|entry| &entry.facts);
        of_layer.for_each(|(fact, value)| facts.set(fact, value.clone()));
        if facts.flag("produces_hazchem") == Some(true) && facts.flag("handles_hazchem").is_none() {
            facts.set("handles_hazchem", true);
        }
        // A list that cannot be read leaves open what it comes to.
        let _ = hazard_source::settle(&mut facts, subject.kind);
        if matches!(subject.feature.geometry, Geometry::Point(_)) {
            // The same radius is tried whichever end is asked.
            facts.set("extent_m", Value::from(defaults.allowance(subject.layer, subject.feature).tried_m().0));
        }
        facts
    }
}

impl Subject<'_> {
    /// The subject as a proposal to build it where it stands; `None` where it has no position.
    pub fn request(&self, action: Action, as_of: Date, defaults: &Defaults) -> Option<Request> {
        let site = &self.feature.geometry;
        // What is drawn as an installation is the facility that rules measure from; drawn as a point it leaves it unknown.
        let drawn = self.layer == Layer::Installations && !matches!(site, Geometry::Point(_));
        let lines = Table::shipped().lines.iter().filter(|_| drawn);
        Some(Request {
            proposal: Proposal {
                kind: self.kind,
                action,
                action_stated: true,
                site: site.clone(),
                lines: lines.map(|fact| (fact.clone(), site.clone())).collect(),
                contours: vec![],
                facts: Table::shipped().facts(self, defaults),
                exemptions: vec![],
                as_of,
            },
            site: Site::new(site.clone())?,
            notes: vec![],
        })
    }
}

/// The feature of a layer, shared.
pub(super) fn shared<'a>(snapshot: &'a Snapshot, layer: Layer, id: &str) -> Option<&'a Arc<Feature>> {
    snapshot.layer(layer).ok()?.feature(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Schema;

    #[test]
    fn every_word_of_the_table_is_known() {
        for entry in &Table::shipped().layer {
            let field = Schema::layer(entry.layer).field(&entry.by);
            let values = field.map_or(&[][..], |field| &field.values);
            let words = entry.others.keys().chain(entry.tanks_of.keys());
            for word in words {
                assert!(values.iter().any(|value| value == word.as_str()), "{}: {word}", entry.layer);
            }
            let kinds = entry.others.values().chain(&entry.all).chain(entry.tanks_of.values().flatten());
            for kind in kinds.chain(&Table::shipped().works_go_on) {
                assert!(Kinds::shipped().find(kind).is_some(), "{}: {kind}", entry.layer);
            }
        }
        let facts = Table::shipped().layer.iter().flat_map(|entry| entry.facts.keys());
        for fact in Table::shipped().works.keys().chain(&Table::shipped().lines).chain(facts) {
            assert!(Kinds::shipped().fact(fact).is_some(), "{fact}");
        }
    }
}
