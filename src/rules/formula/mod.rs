//! Calculations that a standard prescribes: figures from figures, with the steps that lead to them. Coefficients are data
//! (`data/formulas`), each under its verification mark.

pub mod hazard_source;
pub mod hygiene;
pub mod impact_radius;

use crate::model::Text;

/// A figure without which, or with which, a formula says nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ImpossibleInput {
    /// Zero, negative, endless or not a number, where only something above zero can be meant.
    #[error("{field} must be a number above zero, not {value}")]
    NotPositive {
        /// The field.
        field: &'static str,
        /// What it held.
        value: f64,
    },
    /// Negative, endless or not a number, where nothing at all is possible too.
    #[error("{field} of {of} must be zero or a number above it, not {value}")]
    Negative {
        /// The field.
        field: &'static str,
        /// Whose.
        of: String,
        /// What it held.
        value: f64,
    },
    /// Not written as it must be.
    #[error("{of}: {field} is missing or of the wrong type")]
    Unreadable {
        /// The field.
        field: &'static str,
        /// Whose.
        of: String,
    },
}

/// A number that only makes sense above zero.
fn positive(field: &'static str, value: f64) -> Result<f64, ImpossibleInput> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(ImpossibleInput::NotPositive { field, value }) }
}

/// One line of a calculation.
type Step = Text;
