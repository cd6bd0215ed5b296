//! One rule of the book.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::condition::{FactCondition, FieldCondition};
use super::threshold::{Required, Threshold};
use super::{RuleBook, Truth, Unknown};
use crate::geom::Metres;
use crate::model::finding::Clause;
use crate::model::{Action, Effect, Layer, Properties, Text, Verification};

/// What is required, of whom, towards what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name for life.
    pub id: String,
    /// What it asks for, in a few words.
    pub title: Text,
    /// Where it is written.
    pub clause: Clause,
    /// Which edition of the law or standard.
    pub edition: String,
    /// First day in force; where it is not established the rule is taken to be in force already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The words of which the project must count as one.
    pub subjects: Vec<String>,
    /// The actions it names.
    pub actions: Vec<Action>,
    /// Facts that must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<FactCondition>,
    /// What a documented exemption must show; a rule without it knows no exemption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Exemptible>,
    /// What a violation means.
    pub effect: Effect,
    /// How well its numbers were verified.
    pub verification: Verification,
    /// From which line to which it measures.
    pub measure: Text,
    /// What it looks for, and how near that may be.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
    /// The same requirement seen from the other side: a project that the rule protects, near what endangers it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reverse: Vec<Reverse>,
    /// What a reader must know of its standing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// When a rule steps back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemptible {
    /// What the document must show.
    pub says: Text,
    /// A fact that must be stated too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// The actions that can be exempted; none means all of the rule's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
}

/// The rule seen from the protected side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reverse {
    /// The words of which the protected project must count as one.
    pub subjects: Vec<String>,
    /// Words that other blocks take care of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// What endangers it.
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// How distance and threshold are held against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// "Within t": violated at t and nearer. With t = 0: touching or overlapping.
    Within,
    /// "Not less than t": violated nearer than t.
    NotLessThan,
    /// The site must lie wholly inside the targets.
    Inside,
    /// The numbers of the standard are not in the book: whoever applies it must demonstrate that it is kept.
    Unread,
    /// A target within t that no zone and no table rule speaks for leaves the rule undetermined.
    Unspoken,
}

/// From where on the project's or target's side the distance counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// From the outline as drawn.
    #[default]
    Outline,
    /// From the tank walls; without them the outline encloses them.
    TankWall,
}

/// One kind of target and the distance to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Where the targets are.
    pub layer: Layer,
    /// Their kinds; none means every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Kinds that other cases take care of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except_kinds: Vec<String>,
    /// The words of which the project must count as one for this case; none means the rule's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// What all must hold of a target.
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub all_of: Vec<FieldCondition>,
    /// What at least one must hold of a target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<FieldCondition>,
    /// How distance and threshold are compared.
    pub test: Test,
    /// The distance.
    pub threshold_m: Threshold,
    /// From where it counts.
    #[serde(default)]
    pub start: Start,
    /// Targets whose own installations of these kinds are known are left to those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_installations: Vec<String>,
    /// Stands in for the rule's effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// Stands in for the rule's mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

impl Rule {
    /// Whether it is in force on a day.
    pub fn in_force(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_to.is_none_or(|last| day <= last)
    }
}

impl Case {
    /// The effect of a violation.
    pub fn effect(&self, rule: &Rule) -> Effect {
        self.effect.unwrap_or(rule.effect)
    }

    /// The facts of a proposal that its threshold or start line depends on.
    pub fn facts(&self) -> Vec<String> {
        let mut facts = match &self.threshold_m {
            Threshold::Table(table) => table.stricter_of.clone(),
            Threshold::Constant(_) | Threshold::Bands(_) | Threshold::Parameter { .. } => vec![],
        };
        if self.start == Start::TankWall {
            facts.push("tank_wall".to_owned());
        }
        facts
    }

    /// What all conditions on a target come to; `field` looks a field's value up.
    pub fn matches<'v>(&self, field: impl Fn(&str) -> Option<&'v serde_json::Value>) -> Truth {
        let all =
            self.all_of.iter().fold(Truth::Yes, |truth, condition| truth.and(condition.holds(field(&condition.field))));
        if self.any_of.is_empty() {
            return all;
        }
        all.and(
            self.any_of.iter().fold(Truth::No, |truth, condition| truth.or(condition.holds(field(&condition.field)))),
        )
    }

    /// The distance asked for. `facts` are those of the endangering side, and `unknown` says what a missing one is;
    /// `field` looks up a number of the target.
    pub fn required(
        &self,
        book: &RuleBook,
        facts: &Properties,
        unknown: impl Fn(String) -> Unknown,
        field: impl Fn(&str) -> Option<f64>,
    ) -> Required {
        match &self.threshold_m {
            Threshold::Constant(metres) => Required::exactly(*metres),
            Threshold::Table(table) => table.required(facts, unknown),
            Threshold::Bands(bands) => bands.required(field(&bands.field)),
            // While a parameter is empty, only what touches is too near.
            Threshold::Parameter { parameter } => Required::exactly(book.parameter(parameter).unwrap_or_default()),
        }
    }

    /// Whether the case means a kind of target.
    pub fn means(&self, kind: Option<&str>) -> bool {
        let among = |kinds: &[String]| kind.is_some_and(|kind| kinds.iter().any(|listed| listed == kind));
        (self.kinds.is_empty() || among(&self.kinds)) && !among(&self.except_kinds)
    }

    /// The furthest distance at which the case can be violated.
    pub fn reach(&self, book: &RuleBook) -> Metres {
        match &self.threshold_m {
            Threshold::Constant(metres) => *metres,
            Threshold::Table(table) => table.reach(),
            Threshold::Bands(bands) => bands.reach(),
            Threshold::Parameter { parameter } => book.parameter(parameter).unwrap_or_default(),
        }
    }

    /// How far targets must be looked for: at least as far as the case reaches.
    pub fn search(&self, book: &RuleBook) -> Metres {
        match &self.threshold_m {
            Threshold::Bands(bands) => bands.unknown_within_m.max(bands.reach()),
            _ => self.reach(book),
        }
    }

    /// Whether the distance is a parameter that the district has not set.
    pub fn awaits_parameter(&self, book: &RuleBook) -> bool {
        matches!(&self.threshold_m, Threshold::Parameter { parameter } if book.parameter(parameter).is_none())
    }
}
