//! The project kinds that may be proposed, and which facts each needs.

use serde::Serialize;

use crate::model::kind::Fact;
use crate::model::{Kind, Kinds, Properties, Text};
use crate::rules::RuleBook;
use crate::rules::applicability::facts_asked;

/// Facts that any proposal may state.
const ALWAYS: [&str; 2] = ["accuracy_m", "extent_m"];

/// A fact, as it is asked for.
#[derive(Clone, Debug, Serialize)]
pub struct FactRow {
    /// The word on the wire.
    pub fact: String,
    /// `number`, `boolean`, `word`, `list`, `contours` or `geometry`.
    #[serde(rename = "type")]
    pub fact_type: String,
    /// The unit of a number.
    pub unit: Option<String>,
    /// The values of a word.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What people call it.
    pub label: Text,
}

/// A project kind with what it counts as and the facts its rules ask for.
#[derive(Clone, Debug, Serialize)]
pub struct KindRow {
    /// The word on the wire.
    pub kind: String,
    /// What people call it.
    pub name: Text,
    /// Whether it is a place to be protected.
    pub protection_target: bool,
    /// The words it counts or may count as.
    pub subjects: Vec<String>,
    /// The facts its rules ask for.
    pub facts: Vec<FactRow>,
}

/// Every kind, in the order of the table.
pub fn kinds(book: &RuleBook) -> Vec<KindRow> {
    Kinds::shipped().all().map(|kind| row(book, kind)).collect()
}

fn row(book: &RuleBook, kind: &Kind) -> KindRow {
    let asked = facts_asked(book, kind);
    // What follows from the kind is not asked.
    let open = |fact: &Fact| kind.fact(&fact.fact, &Properties::new()).is_none();
    let counting: Vec<&str> =
        kind.facts_that_count().flat_map(|fact| [fact, Kinds::shipped().asked_for(fact)]).collect();
    let asked = |fact: &str| asked.contains(fact) || counting.contains(&fact);
    let wanted = |fact: &&Fact| ALWAYS.contains(&&*fact.fact) || (asked(&fact.fact) && open(fact));
    let facts = Kinds::shipped().facts().filter(wanted);
    KindRow {
        kind: kind.kind.clone(),
        name: kind.name.clone(),
        protection_target: kind.protection_target,
        subjects: kind.subjects().into_iter().map(str::to_owned).collect(),
        facts: facts.map(fact_row).collect(),
    }
}

fn fact_row(fact: &Fact) -> FactRow {
    let Fact { fact, fact_type, unit, values, label, .. } = fact.clone();
    FactRow { fact, fact_type, unit, values, label }
}
