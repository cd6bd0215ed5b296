//! 改 Remedies: the least change after which a site that fails would no longer fail.
//!
//! Three sorts are tried, each alone: moving the whole site, giving up a part of it, reducing one quantity. A changed
//! proposal passes where its verdict is neither veto nor fail and nothing is undetermined that the original does not
//! leave undetermined for the same reason. Each remedy names the verdict it leads to: a review is no pass.

mod bound;
mod cut;
mod drawing;
mod law;
mod nearest;
mod none;
mod reduce;
mod ruled_out;
mod shift;
mod trial;
mod words;

use serde::Serialize;

pub use cut::Cut;
pub use drawing::Drawing;
pub use none::{NoRemedy, Remedy};
pub use reduce::Reduction;
pub use shift::Shift;
pub use trial::Open;

use super::Request;
use crate::geom::Metres;
use crate::index::Snapshot;
use crate::model::{Revision, Verdict};
use crate::rules::RuleBook;
use trial::Trial;

/// How far and how long remedies are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The site is not moved farther than this.
    pub farthest: Metres,
    /// As many checks are made at most.
    pub checks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { farthest: Metres(5_000.0), checks: 3_000 }
    }
}

/// Checks that the search for a move leaves to the other remedies, as a share of all.
const SPARED: usize = 5;

/// What could be changed so that a failing proposal passes.
#[derive(Clone, Debug, Serialize)]
pub struct Remedies {
    /// The verdict on the proposal as it is.
    pub verdict: Verdict,
    /// The project kind.
    pub kind: String,
    /// The edition of the data.
    pub revision: Revision,
    /// The version of the rule book.
    pub rule_book: String,
    /// The day whose law was applied.
    pub as_of: String,
    /// The shortest move.
    pub shift: Option<Shift>,
    /// The smallest part to give up.
    pub cut: Option<Cut>,
    /// The largest quantities, one fact at a time.
    pub reduce: Vec<Reduction>,
    /// Which remedies there are not, and why.
    pub none: Vec<NoRemedy>,
    /// How many checks were made.
    pub checks: usize,
}

/// Looks for the least changes after which a proposal that is vetoed or fails no longer is; for any other it says that
/// none is needed. The same request on the same edition and book gives the same remedies.
pub fn remedies(snapshot: &Snapshot, book: &RuleBook, request: &Request, limits: &Limits) -> Remedies {
    let trial = Trial::new(snapshot, book, request, limits.checks);
    let report = &trial.report;
    let mut remedies = Remedies {
        verdict: report.verdict,
        kind: report.kind.clone(),
        revision: report.revision,
        rule_book: report.rule_book.clone(),
        as_of: report.as_of.clone(),
        shift: None,
        cut: None,
        reduce: vec![],
        none: vec![],
        checks: 0,
    };
    if report.verdict > Verdict::Fail {
        let why = words::not_needed(report.verdict);
        let all = [Remedy::Shift, Remedy::Cut, Remedy::Reduce];
        remedies.none = all.map(|remedy| NoRemedy::new(remedy, why.clone())).into();
    } else {
        let none = &mut remedies.none;
        let spare = limits.checks / SPARED;
        remedies.shift = kept(shift::shift(&trial, limits.farthest, spare), none);
        remedies.cut = kept(cut::cut(&trial, limits.farthest), none);
        remedies.reduce = kept(reduce::reduce(&trial), none).unwrap_or_default();
    }
    remedies.checks = trial.made();
    remedies
}

fn kept<T>(found: Result<T, NoRemedy>, none: &mut Vec<NoRemedy>) -> Option<T> {
    found.map_err(|reason| none.push(reason)).ok()
}
