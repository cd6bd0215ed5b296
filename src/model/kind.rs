//! Project kinds: what may be proposed, and what each also counts as under the rules (`data/kinds.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Properties, Text};

/// A kind of project.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The word on the wire.
    pub kind: String,
    /// What people call it.
    pub name: Text,
    /// Whether it is a place to be protected rather than a project that endangers.
    #[serde(default)]
    pub protection_target: bool,
    /// Whether it puts up a structure.
    #[serde(default)]
    structure: bool,
    #[serde(default)]
    counts_as: Vec<String>,
    #[serde(default)]
    unless_false: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    if_stated: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    implied: BTreeMap<String, bool>,
    /// Upper default of the radius in metres of one drawn as a point.
    pub extent_m: f64,
}

/// A fact that a proposal may state.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The word on the wire.
    pub fact: String,
    /// `number`, `boolean`, `word`, `list`, `contours` or `geometry`.
    #[serde(rename = "type")]
    pub fact_type: String,
    /// The values of a word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The unit of a number.
    #[serde(default)]
    pub unit: Option<String>,
    /// The fact that it is calculated from where that one is stated, and that is asked for instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows_from: Option<String>,
    /// What people call it.
    pub label: Text,
}

/// Whether a kind counts as a subject of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership<'a> {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does unless this unknown fact turns out false.
    Unless(&'a str),
}

/// The kinds and facts shipped with the program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    fact: Vec<Fact>,
    kind: Vec<Kind>,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/kinds.toml"))
        .unwrap_or_else(|error| unreachable!("data/kinds.toml is checked by a test: {error}"))
});

impl Kinds {
    /// The kinds shipped with the program.
    pub fn shipped() -> &'static Self {
        &KINDS
    }

    /// The kind of a name.
    pub fn find(&self, kind: &str) -> Option<&Kind> {
        self.kind.iter().find(|known| known.kind == kind)
    }

    /// Every kind.
    pub fn all(&self) -> impl Iterator<Item = &Kind> {
        self.kind.iter()
    }

    /// The kinds that are projects rather than places to be protected.
    pub fn projects(&self) -> impl Iterator<Item = &Kind> {
        self.kind.iter().filter(|kind| !kind.protection_target)
    }

    /// The fact of a name.
    pub fn fact(&self, fact: &str) -> Option<&Fact> {
        self.fact.iter().find(|known| known.fact == fact)
    }

    /// The fact that answers an open one: what it follows from, or itself.
    pub fn asked_for<'a>(&'a self, fact: &'a str) -> &'a str {
        self.fact(fact).and_then(|fact| fact.follows_from.as_deref()).unwrap_or(fact)
    }

    /// Every fact.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.fact.iter()
    }
}

impl Kind {
    /// Whether a project of this kind with these facts counts as a subject.
    pub fn counts_as(&self, subject: &str, facts: &Properties) -> Membership<'_> {
        if self.kind == subject || self.always().any(|word| word == subject) {
            return Membership::Yes;
        }
        let mut membership = Membership::No;
        for (fact, _) in self.conditional().filter(|(_, word)| *word == subject) {
            match self.fact(fact, facts) {
                Some(true) => return Membership::Yes,
                Some(false) => {}
                None => membership = Membership::Unless(fact),
            }
        }
        let counted = self.if_stated.iter().filter(|(_, words)| words.iter().any(|word| word == subject));
        for (fact, _) in counted {
            let stated = facts.get(Kinds::shipped().asked_for(fact)).is_some();
            match self.fact(fact, facts) {
                Some(true) => return Membership::Yes,
                None if stated => membership = Membership::Unless(fact),
                _ => {}
            }
        }
        let blasts = subject == "blasting" && facts.flag("blasting") == Some(true);
        if blasts { Membership::Yes } else { membership }
    }

    /// A yes-or-no fact: as it follows from the kind, else as stated.
    pub fn fact(&self, fact: &str, facts: &Properties) -> Option<bool> {
        self.implied.get(fact).copied().or_else(|| facts.flag(fact))
    }

    /// The facts that are stated otherwise than they follow from the kind.
    pub fn denied<'a>(&'a self, facts: &'a Properties) -> impl Iterator<Item = &'a str> {
        let denied = |(fact, implied): &(&String, &bool)| facts.flag(fact).is_some_and(|stated| stated != **implied);
        self.implied.iter().filter(denied).map(|(fact, _)| fact.as_str())
    }

    /// Every word this kind may count as, its own first.
    pub fn subjects(&self) -> Vec<&str> {
        let own = std::iter::once(self.kind.as_str());
        let stated = self.if_stated.values().flatten().map(String::as_str);
        let conditional = self.conditional().map(|(_, word)| word).chain(stated);
        let mut words: Vec<&str> = own.chain(self.always()).chain(conditional).collect();
        let mut seen = Vec::new();
        words.retain(|word| {
            !seen.contains(word) && {
                seen.push(word);
                true
            }
        });
        words
    }

    /// The facts that decide what this kind counts as.
    pub fn deciding_facts(&self) -> impl Iterator<Item = &str> {
        self.conditional().map(|(fact, _)| fact).chain(self.facts_that_count())
    }

    /// The facts that decide only once they are stated.
    pub fn facts_that_count(&self) -> impl Iterator<Item = &str> {
        self.if_stated.keys().map(String::as_str)
    }

    fn always(&self) -> impl Iterator<Item = &str> {
        let structure = self.structure.then_some("building_any");
        self.counts_as.iter().map(String::as_str).chain(structure)
    }

    /// Facts and what the kind counts as unless they are false.
    fn conditional(&self) -> impl Iterator<Item = (&str, &str)> {
        let digs = self.structure.then_some(("excavation", "excavation_drilling"));
        let own = self.unless_false.iter().flat_map(|(fact, words)| words.iter().map(move |word| (&**fact, &**word)));
        own.chain(digs).chain([("discharges_pollutants", "polluting_project")])
    }
}

/// Whether a value fits a fact's type.
pub fn fits(fact: &Fact, value: &Value) -> bool {
    match fact.fact_type.as_str() {
        "number" => value.as_f64().is_some_and(|number| number.is_finite() && number >= 0.0),
        "boolean" => value.is_boolean(),
        "word" => value.as_str().is_some_and(|word| fact.values.iter().any(|known| known == word)),
        "list" | "contours" => value.is_array(),
        _ => value.is_object(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn facts(value: Value) -> Properties {
        serde_json::from_value(value).unwrap()
    }

    fn kind(name: &str) -> &'static Kind {
        Kinds::shipped().find(name).unwrap()
    }

    #[test]
    fn a_chemical_project_is_a_hazmat_place_unless_it_handles_none() {
        let chem = kind("chem_project");
        assert_eq!(chem.counts_as("hazmat_place", &facts(json!({}))), Membership::Unless("handles_hazchem"));
        assert_eq!(chem.counts_as("hazmat_place", &facts(json!({"handles_hazchem": true}))), Membership::Yes);
        assert_eq!(chem.counts_as("hazmat_place", &facts(json!({"handles_hazchem": false}))), Membership::No);
        assert_eq!(chem.counts_as("building_any", &facts(json!({}))), Membership::Yes);
        assert_eq!(chem.counts_as("residential", &facts(json!({}))), Membership::No);
    }

    #[test]
    fn only_a_known_blast_makes_an_ordinary_building_a_blasting_site() {
        let house = kind("residential");
        assert_eq!(house.counts_as("blasting", &facts(json!({}))), Membership::No);
        assert_eq!(house.counts_as("blasting", &facts(json!({"blasting": true}))), Membership::Yes);
        assert_eq!(kind("quarry_mine").counts_as("blasting", &facts(json!({}))), Membership::Unless("blasting"));
    }

    #[test]
    fn what_counts_only_where_stated_is_open_only_where_the_statement_settles_nothing() {
        let mhs = |name: &str, stated: Value| kind(name).counts_as("hazchem_storage_mhs", &facts(stated));
        assert_eq!(mhs("oil_depot", json!({})), Membership::No);
        assert_eq!(mhs("oil_depot", json!({"major_hazard_source": true})), Membership::Yes);
        assert_eq!(mhs("oil_depot", json!({"substances": []})), Membership::Unless("major_hazard_source"));
        assert_eq!(mhs("oil_depot", json!({"substances": [], "major_hazard_source": false})), Membership::No);
        assert_eq!(mhs("chem_project", json!({})), Membership::Unless("major_hazard_source"));
        assert_eq!(Kinds::shipped().asked_for("major_hazard_source"), "substances");
        assert_eq!(Kinds::shipped().asked_for("blasting"), "blasting");
    }

    #[test]
    fn places_of_assembly_are_densely_used_buildings() {
        for name in ["residential", "school", "hospital", "market"] {
            assert_eq!(kind(name).counts_as("building_dense", &facts(json!({}))), Membership::Yes, "{name}");
        }
    }

    #[test]
    fn every_deciding_fact_is_described() {
        for origin in Kinds::shipped().facts().filter_map(|fact| fact.follows_from.as_deref()) {
            assert!(Kinds::shipped().fact(origin).is_some(), "{origin}");
        }
        for kind in Kinds::shipped().all() {
            for fact in kind.deciding_facts() {
                assert!(Kinds::shipped().fact(fact).is_some(), "{fact}");
            }
        }
    }
}
