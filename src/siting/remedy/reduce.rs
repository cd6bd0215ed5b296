//! The largest value of a stated quantity that passes with all else unchanged.

use serde::Serialize;

use super::law;
use super::none::{NoRemedy, Remedy};
use super::trial::{Open, Passed, Trial, Tried};
use super::words;
use crate::model::kind::Fact;
use crate::model::{Kinds, Text, Verdict};

/// Numbers that say how well a site is known, and nothing about the project.
const OF_THE_DRAWING: [&str; 2] = ["accuracy_m", "extent_m"];

/// A smaller quantity that passes where one unit more does not.
#[derive(Clone, Debug, Serialize)]
pub struct Reduction {
    /// The fact.
    pub fact: String,
    /// What people call it.
    pub label: Text,
    /// As stated.
    pub from: f64,
    /// The most that passes.
    pub to: f64,
    /// The unit of both.
    pub unit: Option<String>,
    /// The verdict with it.
    pub verdict: Verdict,
    /// What is not met with it.
    pub open: Vec<Open>,
    /// The remedy in one sentence.
    pub says: Text,
}

/// The checks ran out.
struct Spent;

/// Tries every quantity that is stated.
pub(super) fn reduce(trial: &Trial<'_>) -> Result<Vec<Reduction>, NoRemedy> {
    let none = |why: Text| NoRemedy::new(Remedy::Reduce, why);
    let stated: Vec<(&Fact, f64)> = quantities(trial).collect();
    if stated.is_empty() {
        return Err(none(words::no_quantity()));
    }
    let mut found = Vec::new();
    for (fact, from) in &stated {
        match largest(trial, &fact.fact, *from) {
            Ok(Some((to, passed))) => found.push(reduction(fact, *from, to, passed)),
            Ok(None) => {}
            Err(Spent) => return if found.is_empty() { Err(none(words::spent())) } else { Ok(found) },
        }
    }
    if found.is_empty() {
        let facts: Vec<&Text> = stated.iter().map(|(fact, _)| &fact.label).collect();
        return Err(none(words::no_reduction(&facts)));
    }
    Ok(found)
}

fn quantities<'t>(trial: &'t Trial<'_>) -> impl Iterator<Item = (&'static Fact, f64)> + use<'t> {
    let facts = Kinds::shipped().facts().filter(|fact| !OF_THE_DRAWING.contains(&fact.fact.as_str()));
    let numbers = facts.filter(|fact| fact.fact_type == "number");
    numbers.filter_map(|fact| Some((fact, trial.request.proposal.facts.number(&fact.fact)?)))
}

/// The largest smaller value that passes. The ends of the tables' rows are tried from the top; between the first that
/// passes and the next value above it, which does not, the limit is searched by halves, to the unit.
fn largest(trial: &Trial<'_>, fact: &str, from: f64) -> Result<Option<(f64, Passed)>, Spent> {
    let attempt = |value: f64| match trial.try_out(&trial.request_with(fact, value)) {
        None => Err(Spent),
        Some(Tried::Passes(passed)) => Ok(Some((value, passed))),
        Some(Tried::Blocked(_)) => Ok(None),
    };
    let least = law::least(trial.book, fact, &trial.request.proposal.facts).max(1.0);
    let ends = law::row_ends(trial.book, fact);
    let mut fails = from;
    let mut passes = None;
    for value in ends.into_iter().rev().chain([least]).filter(|value| (least..from).contains(value)) {
        passes = attempt(value)?;
        if passes.is_some() {
            break;
        }
        fails = value;
    }
    let Some(mut best) = passes else { return Ok(None) };
    while fails - best.0 > 1.0 {
        // Whole units above what passes, so that a row's end stays what it is.
        let middle = best.0 + ((fails - best.0) / 2.0).floor().max(1.0);
        match attempt(middle)? {
            Some(better) => best = better,
            None => fails = middle,
        }
    }
    Ok(Some(best))
}

fn reduction(fact: &Fact, from: f64, to: f64, passed: Passed) -> Reduction {
    Reduction {
        fact: fact.fact.clone(),
        label: fact.label.clone(),
        from,
        to,
        unit: fact.unit.clone(),
        says: words::reduced(&fact.label, from, to, fact.unit.as_deref().unwrap_or_default(), &passed),
        verdict: passed.verdict,
        open: passed.open,
    }
}
