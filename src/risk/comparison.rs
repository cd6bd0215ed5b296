//! Two editions side by side: what turned redder, what greener, what is new, what is gone.

use std::collections::BTreeMap;

use serde::Serialize;

use super::publication::{Publication, Saying};
use crate::model::{Layer, RiskLevel};

/// How something differs between two editions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// A worse level.
    Redder,
    /// A milder level.
    Greener,
    /// Not in the first.
    New,
    /// Not in the second.
    Gone,
    /// No level in the first, one in the second.
    Graded,
    /// A level in the first, none in the second; that is not milder.
    Ungraded,
    /// The same level.
    Same,
}

impl Turn {
    /// In the order of a list; what stayed the same is only counted.
    pub const LISTED: [Self; 6] = [Self::Redder, Self::Greener, Self::New, Self::Gone, Self::Graded, Self::Ungraded];

    /// Its word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Redder => "redder",
            Self::Greener => "greener",
            Self::New => "new",
            Self::Gone => "gone",
            Self::Graded => "graded",
            Self::Ungraded => "ungraded",
            Self::Same => "same",
        }
    }

    fn of(then: Option<Saying<'_>>, now: Option<Saying<'_>>) -> Self {
        match (then.map(|one| one.level), now.map(|one| one.level)) {
            (None, _) => Self::New,
            (_, None) => Self::Gone,
            (Some(Some(then)), Some(Some(now))) if now < then => Self::Redder,
            (Some(Some(then)), Some(Some(now))) if now > then => Self::Greener,
            (Some(None), Some(Some(_))) => Self::Graded,
            (Some(Some(_)), Some(None)) => Self::Ungraded,
            _ => Self::Same,
        }
    }
}

/// One thing that differs. A level that is absent is null; `turn` says whether the thing was there at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// How.
    #[serde(skip)]
    pub turn: Turn,
    /// Its layer; `admin_units` for an area.
    pub layer: Layer,
    /// Its id.
    pub id: String,
    /// Its name, as the later edition has it.
    pub name: String,
    /// Its level in the first edition.
    pub from: Option<RiskLevel>,
    /// Its level in the second.
    pub to: Option<RiskLevel>,
    /// What the first level rested on.
    pub why_then: Option<String>,
    /// What the second rests on.
    pub why_now: Option<String>,
}

/// How many things turned which way.
pub type Turns = BTreeMap<&'static str, usize>;

/// What differs between two editions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// In the order of turns, the worst of either level first, then by layer and id.
    pub differences: Vec<Difference>,
    /// Areas by turn, with those that stayed the same and the total.
    pub areas: Turns,
    /// Objects likewise.
    pub objects: Turns,
}

impl Comparison {
    /// Compares two editions; the first is `then`.
    pub fn of(then: &Publication, now: &Publication) -> Self {
        let (before, after) = (then.sayings(), now.sayings());
        let zero: Turns =
            Turn::LISTED.into_iter().map(Turn::word).chain(["same", "total"]).map(|word| (word, 0)).collect();
        let (mut areas, mut objects) = (zero.clone(), zero);
        let mut differences = Vec::new();
        let new = after.keys().filter(|place| !before.contains_key(*place));
        for &(layer, id) in before.keys().chain(new) {
            let [old, fresh] = [&before, &after].map(|sayings| sayings.get(&(layer, id)).copied());
            let turn = Turn::of(old, fresh);
            let turns = if layer == Layer::AdminUnits { &mut areas } else { &mut objects };
            for word in [turn.word(), "total"] {
                *turns.entry(word).or_default() += 1;
            }
            if turn != Turn::Same {
                differences.push(difference(turn, layer, id, old, fresh));
            }
        }
        differences.sort_by(|one, other| order(one).cmp(&order(other)));
        Self { differences, areas, objects }
    }
}

fn difference(turn: Turn, layer: Layer, id: &str, old: Option<Saying<'_>>, fresh: Option<Saying<'_>>) -> Difference {
    let why = |saying: Option<Saying<'_>>| saying.map(|saying| saying.why.to_owned());
    Difference {
        turn,
        layer,
        id: id.to_owned(),
        name: fresh.or(old).map_or_else(String::new, |saying| saying.name.to_owned()),
        from: old.and_then(|saying| saying.level),
        to: fresh.and_then(|saying| saying.level),
        why_then: why(old),
        why_now: why(fresh),
    }
}

fn order(one: &Difference) -> (Turn, u8, Layer, &str) {
    let worst = [one.from, one.to].into_iter().flatten().min().map_or(u8::MAX, RiskLevel::number);
    (one.turn, worst, one.layer, &one.id)
}
