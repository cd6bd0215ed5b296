//! What a remedy has to know of the rule book, all in one place.

use std::collections::BTreeSet;

use crate::geom::Metres;
use crate::model::{Finding, Layer, Properties, Proposal};
use crate::rules::lookup::Wanted;
use crate::rules::rule::Start;
use crate::rules::{Case, Rule, RuleBook, Test, Threshold};

/// Every case of a rule, from either side.
fn cases<'b>(book: &'b RuleBook, rule: &str) -> impl Iterator<Item = &'b Case> {
    book.find(rule).into_iter().flat_map(Rule::all_cases)
}

/// The cases that a finding about a target can come from.
fn of_target<'b>(book: &'b RuleBook, finding: &Finding) -> impl Iterator<Item = &'b Case> {
    let layer = finding.target.as_ref().map(|target| target.layer);
    cases(book, &finding.rule).filter(move |case| Some(case.layer) == layer)
}

/// The cases that ask the site to lie inside something, where a finding is about that.
pub(super) fn inside<'b>(book: &'b RuleBook, finding: &Finding) -> Vec<&'b Case> {
    if finding.required_m.is_some() || (finding.target.is_none() && finding.searched_m.is_none()) {
        return vec![];
    }
    cases(book, &finding.rule).filter(|case| case.test == Test::Inside).collect()
}

/// Whether a finding is about a distance over the ground, which changes by no more than the site is moved.
pub(super) fn over_the_ground(book: &RuleBook, finding: &Finding) -> bool {
    !of_target(book, finding).any(|case| matches!(case.test, Test::Along | Test::Window))
}

/// Whether the rule of a finding may tell one target only, whichever is nearest.
pub(super) fn tells_the_nearest(book: &RuleBook, finding: &Finding) -> bool {
    of_target(book, finding).any(|case| case.nearest_only)
}

/// A line inside the site that the rule of a finding counts from, and which is given.
pub(super) fn start_line<'b>(book: &'b RuleBook, finding: &Finding, proposal: &Proposal) -> Option<&'b str> {
    of_target(book, finding).find_map(|case| match &case.start {
        Start::Line(fact) if proposal.lines.contains_key(fact) => Some(fact.as_str()),
        _ => None,
    })
}

/// The least distance at which a target is left alone, where the rule of a finding gives no figure but looks around.
pub(super) fn noticed_within(book: &RuleBook, finding: &Finding) -> Option<Metres> {
    let looking = of_target(book, finding).filter(|case| case.test == Test::Unspoken || case.notice);
    looking.map(|case| case.reach(book)).reduce(Metres::min)
}

/// The layers that the rule of a finding looks into.
pub(super) fn layers(book: &RuleBook, finding: &Finding) -> BTreeSet<Layer> {
    cases(book, &finding.rule).filter(|case| case.looks_around()).map(|case| case.layer).collect()
}

/// Values up to which a row of some table goes for a fact, ascending.
pub(super) fn row_ends(book: &RuleBook, fact: &str) -> Vec<f64> {
    let mut ends: Vec<f64> = thresholds(book).flat_map(|threshold| ends_of(threshold, fact)).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends
}

fn ends_of(threshold: &Threshold, fact: &str) -> Vec<f64> {
    match threshold {
        Threshold::Table(table) => table.rows.iter().filter_map(|row| row.up_to.get(fact)).copied().collect(),
        Threshold::Lookup(lookup) => {
            let keys = [fact.to_owned(), format!("subject.{fact}")];
            let wanted = lookup.rows.iter().flat_map(|row| keys.iter().filter_map(|key| row.when.get(key)));
            wanted.flat_map(last_below).collect()
        }
        _ => vec![],
    }
}

/// The last values of a range and of the range before it, to the unit where the end itself is not among them.
fn last_below(wanted: &Wanted) -> Vec<f64> {
    let Wanted::Range(range) = wanted else { return vec![] };
    let open = [range.below, range.from].into_iter().flatten().map(|end| end - 1.0);
    [range.to, range.over].into_iter().flatten().chain(open).collect()
}

/// What a fact cannot be less than, by the other facts stated: a total is no less than its largest part.
pub(super) fn least(book: &RuleBook, fact: &str, facts: &Properties) -> f64 {
    let totals = thresholds(book).filter_map(|threshold| match threshold {
        Threshold::Table(table) => Some(&table.at_most),
        _ => None,
    });
    let parts = totals.flatten().filter(|(_, total)| *total == fact);
    parts.filter_map(|(part, _)| facts.number(part)).fold(0.0, f64::max)
}

fn thresholds(book: &RuleBook) -> impl Iterator<Item = &Threshold> {
    book.rules().iter().flat_map(Rule::all_cases).map(|case| &case.threshold_m)
}
