//! Trying a changed proposal: whether it passes, and what stands in its way where it does not.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::law;
use crate::geom::{Geometry, Site, bounds};
use crate::index::Snapshot;
use crate::model::finding::Target;
use crate::model::{Finding, Layer, Outcome, Proposal, SitingReport, Text, Verdict};
use crate::rules::RuleBook;
use crate::siting::evaluate::verdict;
use crate::siting::{Request, check};

/// What a changed proposal still has against it: every finding that is not met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Open {
    /// The rule's id.
    pub rule: String,
    /// The result.
    pub outcome: Outcome,
    /// The name of what the distance was measured to.
    pub target: Option<String>,
    /// The finding in one sentence.
    pub explanation: Text,
}

/// A verdict a proposal may be left with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Passed {
    pub verdict: Verdict,
    pub open: Vec<Open>,
}

/// What became of a changed proposal.
#[derive(Debug)]
pub(super) enum Tried {
    Passes(Passed),
    Blocked(Blocks),
}

/// What stands in the way of a proposal.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    pub findings: Vec<Finding>,
    /// The layers that are not known far enough around it.
    pub uncovered: BTreeSet<Layer>,
    /// Those of them that are known far enough around the original.
    pub lost: BTreeSet<Layer>,
}

/// Why a finding is undetermined: its rule, and the target where the rule holds a distance against it.
type Reason = (String, Option<Target>);

/// The failing proposal, and how many checks may still be made.
pub(super) struct Trial<'a> {
    pub snapshot: &'a Snapshot,
    pub book: &'a RuleBook,
    pub request: &'a Request,
    pub report: SitingReport,
    open: BTreeSet<Reason>,
    uncovered: BTreeSet<Layer>,
    allowed: usize,
    made: Cell<usize>,
}

impl<'a> Trial<'a> {
    pub fn new(snapshot: &'a Snapshot, book: &'a RuleBook, request: &'a Request, allowed: usize) -> Self {
        let report = check(snapshot, book, request, Timestamp::UNIX_EPOCH);
        let undetermined = report.findings.iter().filter(|finding| finding.outcome == Outcome::Undetermined);
        let open = undetermined.map(|finding| reason(book, finding)).collect();
        let uncovered = uncovered(&report);
        Self { snapshot, book, request, report, open, uncovered, allowed, made: Cell::new(1) }
    }

    /// How many checks were made.
    pub fn made(&self) -> usize {
        self.made.get()
    }

    /// How many may still be made.
    pub fn left(&self) -> usize {
        self.allowed.saturating_sub(self.made.get())
    }

    /// What stands in the way of the proposal as it is.
    pub fn blocks(&self) -> Blocks {
        self.blocks_of(&self.report)
    }

    /// The same project elsewhere, or with less of its site; `None` where that is no place for a site.
    pub fn request_at(&self, site: Geometry, lines: BTreeMap<String, Geometry>) -> Option<Request> {
        bounds::check(&site).ok()?;
        let prepared = Site::new(site.clone())?;
        let proposal = Proposal { site, lines, ..self.request.proposal.clone() };
        Some(Request { proposal, site: prepared, notes: vec![] })
    }

    /// The same project with another value of a fact.
    pub fn request_with(&self, fact: &str, value: f64) -> Request {
        let mut request = self.request.clone();
        request.proposal.facts.set(fact, value);
        request
    }

    /// Checks a changed proposal; `None` once no more checks may be made.
    pub fn try_out(&self, request: &Request) -> Option<Tried> {
        if self.left() == 0 {
            return None;
        }
        self.made.set(self.made.get() + 1);
        let report = check(self.snapshot, self.book, request, Timestamp::UNIX_EPOCH);
        let blocks = self.blocks_of(&report);
        // Where no rule applies there is nothing to pass.
        let passes = blocks.findings.is_empty() && blocks.lost.is_empty() && !report.findings.is_empty();
        Some(if passes { Tried::Passes(passed(report)) } else { Tried::Blocked(blocks) })
    }

    fn blocks_of(&self, report: &SitingReport) -> Blocks {
        let findings = report.findings.iter().filter(|finding| self.blocks_as(finding)).cloned().collect();
        let uncovered = uncovered(report);
        let lost = uncovered.difference(&self.uncovered).copied().collect();
        Blocks { findings, uncovered, lost }
    }

    /// Whether a finding stands in the way: violated, or undetermined for a reason that the original does not have.
    fn blocks_as(&self, finding: &Finding) -> bool {
        let meaning = verdict(finding.effect, finding.outcome, finding.verification);
        meaning <= Verdict::Fail || (meaning == Verdict::Undetermined && !self.is_open(finding))
    }

    /// Whether the original is undetermined for the same reason.
    pub fn is_open(&self, finding: &Finding) -> bool {
        self.open.contains(&reason(self.book, finding))
    }
}

fn passed(report: SitingReport) -> Passed {
    let unmet = report.findings.into_iter().filter(|finding| finding.outcome != Outcome::Met);
    let open = unmet.map(|finding| Open {
        rule: finding.rule,
        outcome: finding.outcome,
        target: finding.target.map(|target| target.name),
        explanation: finding.explanation,
    });
    Passed { verdict: report.verdict, open: open.collect() }
}

fn uncovered(report: &SitingReport) -> BTreeSet<Layer> {
    report.coverage.iter().filter(|row| !row.complete).map(|row| row.layer).collect()
}

/// A rule that holds no distance against its target, since it only asks for the nearest or the one around, is open for the
/// same reason whichever target that is.
fn reason(book: &RuleBook, finding: &Finding) -> Reason {
    let by_distance = (finding.required_m.is_some() || law::noticed_within(book, finding).is_some())
        && !law::tells_the_nearest(book, finding);
    (finding.rule.clone(), finding.target.clone().filter(|_| by_distance))
}
