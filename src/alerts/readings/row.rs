//! One row of a batch, judged by itself.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::event::Subject;
use crate::model::{Known, Layer};

/// How far a clock at the sensor may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// Signs of a quantity and of a unit.
const LONGEST: usize = 100;

/// One reading, as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The layer of what is monitored.
    pub layer: Layer,
    /// Its id.
    pub feature: String,
    /// What is measured, in the sender's own words.
    pub quantity: String,
    /// How much, in the unit.
    pub value: f64,
    /// The unit.
    pub unit: String,
    /// When.
    pub at: Timestamp,
    /// The most it may be, where the reading says so.
    #[serde(default)]
    pub limit: Option<f64>,
}

/// Why a row was not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The row, from 1.
    pub row: usize,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
    /// How to mend it.
    pub hint: String,
}

/// A fault of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub code: &'static str,
    pub reason: String,
    pub hint: String,
}

impl Fault {
    pub fn new(code: &'static str, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), hint: hint.into() }
    }

    pub fn of_row(self, row: usize) -> Reject {
        Reject { row, code: self.code, reason: self.reason, hint: self.hint }
    }
}

impl Reading {
    /// Reads a row.
    pub(super) fn read(row: &Value, known: &impl Known, now: Timestamp) -> Result<Self, Fault> {
        if !row.is_object() {
            return Err(Fault::new(
                "not_an_object",
                "the row is no JSON object",
                "send layer, feature, quantity, value, unit and at",
            ));
        }
        let name = text(row, "layer")?;
        let layer: Layer = name.parse().map_err(|_| {
            Fault::new("unknown_layer", format!("layer {name:?} is unknown"), "GET /api/collections lists the layers")
        })?;
        let feature = text(row, "feature")?;
        if known.feature(layer, &feature).is_none() {
            let hint = format!("GET /api/collections/{layer}/items lists the ids; load the feature first");
            return Err(Fault::new("unknown_feature", format!("layer {layer} has no feature {feature:?}"), hint));
        }
        let (quantity, unit) = (short(row, "quantity")?, short(row, "unit")?);
        let value = number(row, "value")?;
        let value = value.ok_or_else(|| missing("value"))?;
        let at = moment(row, now)?;
        Ok(Self { layer, feature, quantity, value, unit, at, limit: number(row, "limit")? })
    }

    pub(super) fn subject(&self) -> Subject {
        super::subject(self.layer, &self.feature, &self.quantity)
    }
}

fn missing(field: &str) -> Fault {
    Fault::new("missing", format!("{field} is missing"), format!("give {field}"))
}

fn text(row: &Value, field: &str) -> Result<String, Fault> {
    match &row[field] {
        Value::String(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Value::Null | Value::String(_) => Err(missing(field)),
        other => Err(Fault::new("wrong_type", format!("{field} is {other}"), format!("give {field} as text"))),
    }
}

fn short(row: &Value, field: &str) -> Result<String, Fault> {
    let text = text(row, field)?;
    if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        let hint = format!("at most {LONGEST} signs, none of them a control character");
        return Err(Fault::new("not_a_name", format!("{field} is no name"), hint));
    }
    Ok(text)
}

fn number(row: &Value, field: &str) -> Result<Option<f64>, Fault> {
    match &row[field] {
        Value::Null => Ok(None),
        value => value.as_f64().filter(|number| number.is_finite()).map(Some).ok_or_else(|| {
            Fault::new("not_a_number", format!("{field} is {value}"), format!("give {field} as a finite number"))
        }),
    }
}

fn moment(row: &Value, now: Timestamp) -> Result<Timestamp, Fault> {
    let text = text(row, "at")?;
    let at: Timestamp = text.parse().map_err(|_| {
        let hint = "a moment with its offset, such as 2026-11-25T08:00:00+08:00";
        Fault::new("not_a_time", format!("at is {text:?}"), hint)
    })?;
    if at > now + AHEAD {
        let hint = "set the clock of the sender, or give the offset of its time zone";
        return Err(Fault::new("future", format!("at is {text}, which is yet to come"), hint));
    }
    Ok(at)
}
