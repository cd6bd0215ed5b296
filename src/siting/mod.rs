//! 评 Siting: may it stand here? One proposal, one edition, one rule book in; one report out.

mod along;
mod contours;
mod coverage;
mod evaluate;
pub mod exclusion;
mod explain;
mod hazard_source;
mod inside;
mod kinds;
pub mod remedy;
mod report;
pub mod request;
mod scene;
pub mod survey;
mod window;

use jiff::Timestamp;

pub use kinds::{FactRow, KindRow, kinds};
pub use remedy::{Limits, Remedies, remedies};
pub use request::{Asked, Request, RequestFault, RequestFaults};
pub use survey::Survey;

use crate::index::Snapshot;
use crate::model::SitingReport;
use crate::rules::RuleBook;
use crate::rules::applicability::applicable;
use scene::Scene;

/// Checks one proposal against every rule of the book that it answers to.
///
/// The same request on the same edition and book gives the same report but for `evaluated_at`. Whatever is missing, a
/// fact, a layer or its coverage, makes findings undetermined and never lets the verdict be `pass`.
pub fn check(snapshot: &Snapshot, book: &RuleBook, request: &Request, evaluated_at: Timestamp) -> SitingReport {
    let (rules, exemptions) = applicable(book, &request.proposal);
    let scene = Scene::new(snapshot, book, request, &rules);
    let hazard = scene.hazard_source();
    let evaluated = rules.iter().map(|applicable| evaluate::evaluate(&scene, applicable)).collect();
    let notes = [exemptions, scene.hazard_notes(hazard.as_ref()), scene.ended_policies(), scene.procedures()].concat();
    SitingReport { hazard_source: hazard, ..report::assemble(&scene, request, evaluated, &notes, evaluated_at) }
}
