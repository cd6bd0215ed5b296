//! Why there is no remedy of a sort.

use serde::Serialize;

use crate::model::Text;

/// The sorts of remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Another place.
    Shift,
    /// A smaller site.
    Cut,
    /// A smaller quantity.
    Reduce,
}

/// A remedy that there is not, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoRemedy {
    /// Which.
    pub remedy: Remedy,
    /// Why.
    pub why: Text,
}

impl NoRemedy {
    pub(super) fn new(remedy: Remedy, why: Text) -> Self {
        Self { remedy, why }
    }
}
