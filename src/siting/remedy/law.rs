//! What a remedy has to know of the rule book, all in one place.

use std::collections::BTreeSet;

use crate::geom::Metres;
use crate::model::{Finding, Layer, Properties};
use crate::rules::{Case, RuleBook, Start, Test, Threshold};

/// Every case of a rule, from either side.
fn cases<'b>(book: &'b RuleBook, rule: &str) -> impl Iterator<Item = &'b Case> {
    let rule = book.find(rule).into_iter();
    rule.flat_map(|rule| rule.cases.iter().chain(rule.reverse.iter().flat_map(|block| &block.cases)))
}

/// The cases of a rule that ask the site to lie inside something.
pub(super) fn inside<'b>(book: &'b RuleBook, finding: &Finding) -> impl Iterator<Item = &'b Case> {
    cases(book, &finding.rule).filter(|case| case.test == Test::Inside)
}

/// Whether the rule of a finding may count the distance from the tank walls.
pub(super) fn counts_from_tanks(book: &RuleBook, finding: &Finding) -> bool {
    cases(book, &finding.rule).any(|case| case.start == Start::TankWall)
}

/// The least distance at which a target that nobody speaks for, and which is named in a finding, is left alone.
pub(super) fn unspoken_within(book: &RuleBook, finding: &Finding) -> Option<Metres> {
    let layer = finding.target.as_ref()?.layer;
    let spoken = cases(book, &finding.rule).filter(|case| case.test == Test::Unspoken && case.layer == layer);
    spoken.map(|case| case.reach(book)).reduce(Metres::min)
}

/// The values at which rows of any table end for a fact, ascending.
pub(super) fn row_ends(book: &RuleBook, fact: &str) -> Vec<f64> {
    let mut ends: Vec<f64> =
        tables(book).flat_map(|table| &table.rows).filter_map(|row| row.up_to.get(fact)).copied().collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends
}

/// What a fact cannot be less than, by the other facts stated: a total is no less than its largest part.
pub(super) fn least(book: &RuleBook, fact: &str, facts: &Properties) -> f64 {
    let parts: BTreeSet<&String> = tables(book)
        .flat_map(|table| &table.at_most)
        .filter(|(_, total)| *total == fact)
        .map(|(part, _)| part)
        .collect();
    parts.into_iter().filter_map(|part| facts.number(part)).fold(0.0, f64::max)
}

fn tables(book: &RuleBook) -> impl Iterator<Item = &crate::rules::threshold::Table> {
    let all = book.rules().iter().flat_map(|rule| cases(book, &rule.id));
    all.filter_map(|case| match &case.threshold_m {
        Threshold::Table(table) => Some(table),
        _ => None,
    })
}

/// The layers that the rule of a finding looks into.
pub(super) fn layers(book: &RuleBook, finding: &Finding) -> BTreeSet<Layer> {
    cases(book, &finding.rule).map(|case| case.layer).collect()
}
