//! Rules that ask the site to lie wholly inside something, such as a certified chemical park.

use std::collections::BTreeSet;

use super::evaluate::Judged;
use super::scene::{Candidate, Scene};
use crate::geom::{Metres, Region};
use crate::model::Outcome;
use crate::rules::applicability::Side;
use crate::rules::judgement::{Judgement, mark, violation};
use crate::rules::{Case, Rule, Truth, Unknown};

/// What came of it.
pub(super) enum Inside<'a> {
    /// The site lies inside, or whether it does hangs on what is not known around it: nothing to hold against it.
    NothingAgainst,
    /// It does not, or not surely; held against the nearest such area.
    Against(Box<Judged<'a>>),
    /// It does not, and there is no such area within ten kilometres.
    NoneNear(Outcome, BTreeSet<Unknown>),
}

/// Judges one case. Without coverage at the site an area may exist that nobody has entered, so that nothing is held
/// against the site here; the missing coverage makes the rule undetermined on its own.
pub(super) fn judge<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case, applies: &Truth, covered: bool) -> Inside<'a> {
    let around = around(scene, case);
    let sure = || around.iter().filter(|area| area.matches == Truth::Yes);
    let tried = scene.own.tried_m();
    if holds(scene, sure(), tried) {
        let tolerance = sure().map(|area| area.tolerance).fold(Metres::ZERO, Metres::max);
        let clear = tolerance == Metres::ZERO || holds(scene, sure(), tried + tolerance);
        return match around.iter().find(|area| area.matches == Truth::Yes) {
            Some(area) if !clear => {
                Inside::Against(Box::new(judged(rule, case, area.clone(), Outcome::Marginal, BTreeSet::new())))
            }
            _ => Inside::NothingAgainst,
        };
    }
    let by_assumption = holds(scene, sure(), Metres::ZERO);
    let possibly = holds(scene, around.iter(), Metres::ZERO);
    if !covered && !possibly {
        return Inside::NothingAgainst;
    }
    let mut unknowns = applies.unknowns();
    if possibly {
        unknowns.extend(around.iter().flat_map(|area| area.matches.unknowns()));
    }
    let certain = !possibly && unknowns.is_empty();
    let outcome = if certain { violation(case.effect(rule)) } else { Outcome::Undetermined };
    match around.into_iter().next().or_else(|| scene.nearest(case, Side::Forward)) {
        Some(candidate) => {
            let mut judged = judged(rule, case, candidate, outcome, unknowns);
            judged.judgement.by_assumption = by_assumption;
            Inside::Against(Box::new(judged))
        }
        None => Inside::NoneNear(outcome, unknowns),
    }
}

/// The area that holds the site.
pub(super) fn met<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case) -> Option<Judged<'a>> {
    let candidate = around(scene, case).into_iter().find(|candidate| candidate.matches == Truth::Yes)?;
    Some(judged(rule, case, candidate, Outcome::Met, BTreeSet::new()))
}

fn judged<'a>(
    rule: &Rule,
    case: &'a Case,
    candidate: Candidate<'a>,
    outcome: Outcome,
    unknowns: BTreeSet<Unknown>,
) -> Judged<'a> {
    let verification = mark(rule, case, None);
    Judged {
        case,
        candidate,
        judgement: Judgement {
            outcome,
            required: None,
            unknowns,
            verification,
            by_assumption: false,
            awaits_radius: false,
        },
    }
}

/// The areas that touch the site.
fn around<'a>(scene: &Scene<'a>, case: &'a Case) -> Vec<Candidate<'a>> {
    let mut touching = scene.candidates(case, Side::Forward, Metres::ZERO);
    touching.retain(|area| area.distance == Metres::ZERO);
    touching
}

fn holds<'c, 'a: 'c>(scene: &Scene<'_>, areas: impl Iterator<Item = &'c Candidate<'a>>, reach: Metres) -> bool {
    Region::union_of(areas.map(|candidate| &candidate.feature.geometry)).holds(scene.site, reach)
}
