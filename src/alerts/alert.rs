//! A warning as others see it.

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::event::Raised;

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An object or a township became orange or red.
    RiskRise,
    /// A hidden danger is past its deadline without documented closure.
    Overdue,
    /// A reading is over its limit.
    OverLimit,
}

impl Cause {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::RiskRise => "risk_rise",
            Self::Overdue => "overdue",
            Self::OverLimit => "over_limit",
        }
    }
}

/// How far a warning has come; each state follows the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Raised, and nobody has said a word.
    Open,
    /// Somebody has taken it up.
    Acknowledged,
    /// Something was done about it.
    Handled,
    /// Done with.
    Closed,
}

impl State {
    /// In the order they follow each other.
    pub const ALL: [Self; 4] = [Self::Open, Self::Acknowledged, Self::Handled, Self::Closed];

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Handled => "handled",
            Self::Closed => "closed",
        }
    }
}

/// One thing that happened to a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Happened {
    /// raised, eased, acknowledged, handled, closed. Eased: what it is about fell below what is watched; its state stays.
    pub event: &'static str,
    /// Who.
    pub by: String,
    /// What they said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// The number of the journal's entry.
    pub number: u64,
    /// The state from then on.
    #[serde(skip)]
    pub state: State,
}

/// A warning and its history.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Its name for life.
    pub id: String,
    /// What was raised.
    pub raised: Raised,
    /// What happened, oldest first; never empty.
    pub history: Vec<Happened>,
}

impl Alert {
    /// How far it has come.
    pub fn state(&self) -> State {
        self.history.last().map_or(State::Open, |last| last.state)
    }

    /// The number of the entry that raised it.
    pub fn number(&self) -> u64 {
        self.history.first().map_or(0, |first| first.number)
    }

    /// The warning as it was after an entry of the journal.
    #[must_use]
    pub fn as_of(&self, number: u64) -> Self {
        let known = self.history.iter().filter(|happened| happened.number <= number);
        Self { history: known.cloned().collect(), ..self.clone() }
    }

    /// Who moved it last; nobody while it is open.
    fn by(&self) -> Option<&str> {
        let moved = self.history.iter().rev().find(|happened| !["raised", "eased"].contains(&happened.event));
        moved.map(|happened| happened.by.as_str())
    }
}

impl Serialize for Alert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raised = &self.raised;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("layer", &raised.subject.layer)?;
        map.serialize_entry("feature", &raised.subject.feature)?;
        map.serialize_entry("name", &raised.name)?;
        map.serialize_entry("warning_level", &raised.warning_level)?;
        map.serialize_entry("risk_level", &raised.risk_level)?;
        map.serialize_entry("cause", &raised.subject.cause)?;
        map.serialize_entry("why", &raised.why)?;
        map.serialize_entry("quantity", &raised.subject.quantity)?;
        map.serialize_entry("responsible", &raised.responsible)?;
        map.serialize_entry("point", &raised.point)?;
        map.serialize_entry("revision", &raised.revision)?;
        map.serialize_entry("raised_at", &self.history.first().map(|first| first.at))?;
        map.serialize_entry("state", &self.state())?;
        map.serialize_entry("by", &self.by())?;
        map.serialize_entry("history", &self.history)?;
        map.end()
    }
}
