//! 规 Law: what is required, as data, and the judgement of one rule on measured facts. Nothing here looks for neighbours.

pub mod applicability;
pub mod book;
pub mod condition;
pub mod defaults;
pub mod formula;
pub mod judgement;
pub mod lint;
pub mod lookup;
pub mod reading;
pub mod rule;
pub mod sides;
pub mod threshold;
pub mod truth;
mod written;

pub use book::{RuleBook, RuleBookError};
pub use defaults::Defaults;
pub use judgement::{Judgement, Measured, judge};
pub use rule::{Case, Rule, Start, Test};
pub use sides::{Anybody, Party, Sides};
pub use threshold::{Required, Threshold};
pub use truth::{Truth, Unknown};
