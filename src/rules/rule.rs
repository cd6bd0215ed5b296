//! One rule of the book.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::condition::{FactCondition, FieldCondition};
use super::sides::{Anybody, Sides};
use super::threshold::{NO_ZONE, Required, Threshold};
use super::{RuleBook, Truth};
use crate::geom::Metres;
use crate::model::finding::Clause;
use crate::model::{Action, Effect, Layer, Standing, Text, Verification};

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
    /// A date parameter of the district that ends it, once set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whether what it asked for is still told, as a note, after it has ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lingers: bool,
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
    /// What a violation means for what stands already; without it that follows from the actions and the effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
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
    /// Facts that must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<FactCondition>,
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
    /// Wherever the site may be: violated where the rule applies.
    Anywhere,
    /// "Within t up- or downstream": as `within`, measured along the river that both lie on.
    Along,
    /// The project's own risk contours: violated for a target that one of its limit or above touches.
    Contour,
    /// Along a pipeline: whether the project lifts the number of dwellings in any stretch of 2 km into another class.
    Window,
}

/// From where on the project's or target's side the distance counts: the outline as drawn, or a line inside it that a
/// geometry fact of the same name gives (tank walls, a bund line, a production unit).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Start {
    /// From the outline as drawn.
    #[default]
    Outline,
    /// From the line that this geometry fact gives; without it the outline encloses it.
    Line(String),
}

impl From<String> for Start {
    fn from(word: String) -> Self {
        if word == "outline" { Self::Outline } else { Self::Line(word) }
    }
}

impl From<Start> for String {
    fn from(start: Start) -> Self {
        match start {
            Start::Outline => "outline".to_owned(),
            Start::Line(fact) => fact,
        }
    }
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
    /// Whether the case waits until the start line is given, instead of being tried from the outline.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_from_start: bool,
    /// The geometry fact that this case screens for while it is not given: too near is then undetermined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_for: Option<String>,
    /// Facts that must hold for this case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<FactCondition>,
    /// Whether the distance only says how far around is looked: it is no figure of the law and not reported as one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notice: bool,
    /// Whether only the nearest target is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nearest_only: bool,
    /// Targets for which a zone of these kinds is drawn (its `of` names them) are left to that zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_zones: Vec<String>,
    /// Targets whose own installations of these kinds are known are left to those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless_installations: Vec<String>,
    /// Stands in for the rule's effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// Stands in for the rule's mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// Stands in for the rule's measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Text>,
    /// Stands in for the rule's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

impl Rule {
    /// Whether it is in force on a day.
    pub fn in_force(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether it has ended by a day and is still told.
    pub fn lingers_on(&self, day: Date) -> bool {
        self.lingers && self.valid_to.is_some_and(|last| last < day)
    }

    /// What a violation means for what stands already: what binds the existing, and every mandatory distance, has to be
    /// put right; what only restrains new works may stay but not grow.
    pub fn standing(&self) -> Standing {
        let binds = self.actions.contains(&Action::Existing) || self.effect == Effect::Comply;
        self.standing.unwrap_or(if binds { Standing::Rectify } else { Standing::Legacy })
    }

    /// Whether what it asks for depends on what is to be done: new values beside values in service.
    pub fn depends_on_action(&self) -> bool {
        self.all_cases().any(|case| match &case.threshold_m {
            Threshold::Lookup(lookup) => lookup.rows.iter().any(|row| row.when.contains_key("subject.action")),
            _ => false,
        })
    }

    /// Every case, from either side.
    pub fn all_cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().chain(self.reverse.iter().flat_map(|block| &block.cases))
    }

    /// Every case, from either side, to be changed.
    pub(super) fn all_cases_mut(&mut self) -> impl Iterator<Item = &mut Case> {
        self.cases.iter_mut().chain(self.reverse.iter_mut().flat_map(|block| &mut block.cases))
    }
}

impl Case {
    /// The effect of a violation.
    pub fn effect(&self, rule: &Rule) -> Effect {
        self.effect.unwrap_or(rule.effect)
    }

    /// Whether anything is looked for around the site itself, and not around its contours.
    pub fn looks_around(&self) -> bool {
        !matches!(self.test, Test::Unread | Test::Anywhere | Test::Contour)
    }

    /// The facts of a proposal on one side, `subject` or `object`, that its threshold or start line depends on.
    pub fn facts(&self, book: &RuleBook, side: &str) -> Vec<String> {
        if self.test == Test::Contour {
            // The classes are those of the people around.
            return ["risk_contours", "substances"].map(str::to_owned).into();
        }
        let own = |key: String| match key.split_once('.') {
            Some((whose, name)) => (whose == side).then(|| name.to_owned()),
            None => (side == "subject").then_some(key),
        };
        let keys: Vec<String> = match &self.threshold_m {
            Threshold::Table(table) => table.stricter_of.clone(),
            Threshold::Lookup(lookup) => lookup.keys(book.classes_of(lookup)).into_iter().collect(),
            Threshold::Times(times) => vec![times.of.clone()],
            Threshold::Formula(formula) => formula.keys(),
            _ => vec![],
        };
        let mut facts: Vec<String> = keys.into_iter().filter_map(own).filter(|name| name != "kind").collect();
        facts.extend(self.conditions.iter().map(|condition| condition.fact.clone()));
        if side == "subject" {
            facts.extend(match &self.start {
                Start::Line(fact) => Some(fact.clone()),
                Start::Outline => None,
            });
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

    /// The distance asked for between two sides.
    pub fn required(&self, book: &RuleBook, sides: &Sides<'_>, field: impl Fn(&str) -> Option<f64>) -> Required {
        let required = match &self.threshold_m {
            Threshold::Constant(metres) => Required::exactly(*metres),
            Threshold::Sum { sum } => Required::exactly(Metres(sum.iter().map(|part| part.0).sum())),
            Threshold::Table(table) => table.required(sides.subject),
            Threshold::Lookup(lookup) => lookup.required(sides, book.classes_of(lookup)),
            Threshold::Bands(bands) => bands.required(field(&bands.field)),
            Threshold::Times(times) => times.required(sides),
            Threshold::Formula(formula) => formula.required(sides),
            // While a parameter is empty, only what touches is too near.
            Threshold::Parameter { parameter } => Required::exactly(book.parameter(parameter).unwrap_or_default()),
            Threshold::Named { .. } => Required::exactly(NO_ZONE),
        };
        Required { stated: required.stated && !self.notice, ..required }
    }

    /// Whether the case means a kind of target.
    pub fn means(&self, kind: Option<&str>) -> bool {
        let among = |kinds: &[String]| kind.is_some_and(|kind| kinds.iter().any(|listed| listed == kind));
        (self.kinds.is_empty() || among(&self.kinds)) && !among(&self.except_kinds)
    }

    /// The furthest distance at which the case can be violated, whoever asks.
    pub fn reach(&self, book: &RuleBook) -> Metres {
        self.reach_between(book, &Sides::new(&Anybody, &Anybody))
    }

    /// The furthest distance at which the case can be violated, given what is known of one side.
    pub fn reach_between(&self, book: &RuleBook, sides: &Sides<'_>) -> Metres {
        match &self.threshold_m {
            Threshold::Bands(bands) => bands.reach(),
            _ => self.required(book, sides, |_| None).most.max(Metres::ZERO),
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
