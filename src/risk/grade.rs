//! A grade with everything needed to reproduce it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::RiskLevel;

/// One step on the way to a grade.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What was worked out: `given`, `D`, `computed`, `default`, `override`, `risk_level` …
    pub what: String,
    /// The result; a level is its number, null means none.
    pub value: Value,
    /// How it came about, in Chinese.
    pub note: String,
}

impl Step {
    pub(super) fn new(what: impl Into<String>, value: impl Into<Value>, note: impl Into<String>) -> Self {
        Self { what: what.into(), value: value.into(), note: note.into() }
    }
}

/// A level that a person set by hand, milder or not than what follows from the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Override {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Since when the feature says so, as far as is known.
    pub at: Timestamp,
}

/// How red something is, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grade {
    /// The level; `None` where nothing is known, which is not blue.
    #[serde(rename = "risk_level")]
    pub level: Option<RiskLevel>,
    /// What decided: `override`, `given`, a method's name, `gb18218`, `direct`, `head_pond`, `hidden_danger`, `default`, `max`
    /// for an area, `none`.
    pub method: String,
    /// Every value that was read.
    pub inputs: Map<String, Value>,
    /// In order; the last one is `risk_level`.
    pub steps: Vec<Step>,
    /// The adjustment by hand, where one is in force.
    #[serde(rename = "override")]
    pub override_: Option<Override>,
}

impl Grade {
    /// The same grade of something that stays red, with the step that says why before the last one.
    pub(super) fn held(mut self, sentence: &str) -> Self {
        let red = number(Some(RiskLevel::Major));
        let last = self.steps.iter().rposition(|step| step.what == "risk_level").unwrap_or(self.steps.len());
        self.steps.truncate(last);
        self.steps.push(Step::new("held", red.clone(), sentence));
        self.steps.push(Step::new("risk_level", red, sentence));
        self.level = Some(RiskLevel::Major);
        "held".clone_into(&mut self.method);
        self
    }
}

/// A level as a JSON value.
pub(super) fn number(level: Option<RiskLevel>) -> Value {
    level.map_or(Value::Null, |level| Value::from(level.number()))
}
