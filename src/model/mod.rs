//! 物 Nouns: layers, features, changes, findings and reports; plain data and their invariants.

pub mod change;
pub mod conflict;
pub mod feature;
pub mod finding;
pub mod kind;
pub mod known;
pub mod layer;
pub mod properties;
pub mod proposal;
pub mod risk;
pub mod schema;
pub mod text;

pub use change::{Change, ChangeSet, Commit, Revision};
pub use conflict::{Conflict, ConflictTotals, NotSurveyed};
pub use feature::Feature;
pub use finding::{Effect, Finding, HazardSource, Outcome, SitingReport, Standing, Verdict, Verification};
pub use kind::{Kind, Kinds};
pub use known::Known;
pub use layer::Layer;
pub use properties::Properties;
pub use proposal::{Action, Proposal, RiskContour};
pub use risk::RiskLevel;
pub use schema::{Field, FieldType, Schema};
pub use text::Text;
