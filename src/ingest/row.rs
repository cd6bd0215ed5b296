//! One row of a foreign file, before anybody has judged it.

use serde::Serialize;
use serde_json::Value;

use super::geometry::{Drawn, GeometryFault};
use crate::model::Properties;

/// What is wrong with one field of a row, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// The field; `geometry` for the shape, `id` for the id, empty for the row as a whole.
    pub field: String,
    /// What is wrong.
    pub reason: String,
    /// How to mend it.
    pub hint: String,
}

impl FieldFault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into(), hint: hint.into() }
    }
}

/// Why a row was not taken in: a code for programs, and everything that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reject {
    pub code: &'static str,
    pub faults: Vec<FieldFault>,
}

impl Reject {
    pub fn new(code: &'static str, fault: FieldFault) -> Self {
        Self { code, faults: vec![fault] }
    }

    /// A fault of the shape.
    pub fn shape(code: &'static str, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(code, FieldFault::new("geometry", reason, hint))
    }

    /// Everything that is wrong, in one line.
    pub fn reason(&self) -> String {
        joined(self.faults.iter().map(|fault| fault.reason.as_str()))
    }

    /// Every mend, in one line.
    pub fn hint(&self) -> String {
        joined(self.faults.iter().map(|fault| fault.hint.as_str()))
    }

    /// Adds what else is wrong; the first code stands.
    pub fn and(mut self, more: Self) -> Self {
        self.faults.extend(more.faults);
        self
    }
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = Vec::new();
    for word in words {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all.join("; ")
}

/// A row as the file gives it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its id, as GeoJSON gives it.
    pub id: Option<Value>,
    /// Its shape, where it has one that could be read.
    pub geometry: Result<Option<Drawn>, GeometryFault>,
    /// Its other values.
    pub properties: Properties,
    /// Why it is no row at all.
    pub fault: Option<Reject>,
}

impl Row {
    /// A row that could not be read.
    pub fn unreadable(number: u64, fault: Reject) -> Self {
        Self { number, id: None, geometry: Ok(None), properties: Properties::new(), fault: Some(fault) }
    }
}
