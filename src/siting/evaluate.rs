//! One rule of the book on one proposal: every target whose outcome is open, or the nearest one that shows it is met.

use std::collections::BTreeSet;

use super::along;
use super::contours;
use super::coverage::Cover;
use super::explain;
use super::inside::{self, Inside};
use super::scene::{Candidate, LOOKED_FOR, Scene};
use super::window;
use crate::geom::Metres;
use crate::model::finding::{MeasuredLine, Target};
use crate::model::{Effect, Finding, Outcome, Verdict, Verification};
use crate::rules::applicability::{Applicable, Side};
use crate::rules::judgement::{Judgement, mark, violation};
use crate::rules::{Case, Rule, Test, Truth, Unknown, judge};

/// At most this many targets of a rule are listed.
const LISTED: usize = 200;

/// What came of one rule.
pub(super) struct Evaluated {
    pub findings: Vec<Finding>,
    /// What keeps findings open.
    pub unknowns: BTreeSet<Unknown>,
    pub covers: Vec<Cover>,
    pub rule: String,
    /// Origins of the targets in the findings that are not surveyed: name and origin.
    pub rough: BTreeSet<(String, String)>,
}

/// A candidate with the case it was judged under.
pub(super) struct Judged<'a> {
    pub case: &'a Case,
    pub candidate: Candidate<'a>,
    pub judgement: Judgement,
}

impl Judged<'_> {
    /// Whether it is only too near if the site, drawn as a point, is as large as was assumed.
    fn hangs_on_the_sites_extent(&self) -> bool {
        self.judgement.outcome == Outcome::Undetermined
            && self.judgement.by_assumption
            && self.candidate.assumed.iter().any(|assumed| assumed.of == "site")
    }
}

/// What is asked for while the district has not set a radius.
enum Demonstration<'a> {
    /// Nothing: no case waits for a radius, or a violation settles it.
    NotAsked,
    /// The nearest target.
    Of(Box<Judged<'a>>),
    /// No target is known within ten kilometres, and the registers do not reach that far.
    NothingKnownNear(Vec<Cover>),
}

/// Evaluates one rule.
pub(super) fn evaluate<'a>(scene: &Scene<'a>, applicable: &Applicable<'a>) -> Evaluated {
    let rule = applicable.rule;
    let cases = applicable.cases(scene.proposal);
    let looked_for = cases.iter().filter(|(_, _, case)| case.looks_around());
    let mut covers: Vec<Cover> = looked_for.flat_map(|(side, _, case)| scene.covers(case, *side)).collect();
    let by_contours: Vec<_> = cases.iter().filter(|(_, _, case)| case.test == Test::Contour).cloned().collect();
    covers.extend(contours::covers(scene, &by_contours));
    let complete = covers.iter().all(Cover::complete);
    let rule_id = rule.id.clone();
    let mut evaluated =
        Evaluated { findings: vec![], unknowns: BTreeSet::new(), covers, rule: rule_id, rough: BTreeSet::new() };
    let mut judged = Vec::new();
    for (side, applies, case) in &cases {
        match case.test {
            Test::Unread => evaluated.findings.push(unread(rule, case)),
            Test::Anywhere => {
                evaluated.findings.push(anywhere(rule, case, applies));
                evaluated.unknowns.extend(applies.unknowns());
            }
            Test::Window => judged.extend(window::judge(scene, rule, case, applies)),
            // All cases together, below.
            Test::Contour => {}
            Test::Inside => match inside::judge(scene, rule, case, applies, complete) {
                Inside::NothingAgainst => {}
                Inside::Against(one) => judged.push(*one),
                Inside::NoneNear(outcome, unknowns) => {
                    evaluated.findings.push(nowhere_near(rule, case, outcome, &unknowns));
                    evaluated.unknowns.extend(unknowns);
                }
            },
            Test::Within | Test::NotLessThan | Test::Unspoken | Test::Along => {
                judged.extend(near(scene, rule, case, *side, applies));
            }
        }
    }
    let contoured = contours::judged(scene, rule, &by_contours);
    evaluated.findings.extend(contoured.findings);
    evaluated.unknowns.extend(contoured.unknowns);
    judged.extend(contoured.judged);
    match demonstrated(scene, rule, &cases, &judged) {
        Demonstration::Of(one) => judged.push(*one),
        Demonstration::NothingKnownNear(covers) => evaluated.findings.push(uncovered(rule, &covers)),
        Demonstration::NotAsked => {}
    }
    evaluated.unknowns.extend(judged.iter().flat_map(|one| one.judgement.unknowns.clone()));
    let extent_unstated = scene.proposal.facts.get("extent_m").is_none();
    if extent_unstated && judged.iter().any(Judged::hangs_on_the_sites_extent) {
        evaluated.unknowns.insert(Unknown::Fact("extent_m".to_owned()));
    }
    evaluated.list(rule, &judged);
    if !complete {
        let uncovered = uncovered(rule, &evaluated.covers);
        evaluated.findings.push(uncovered);
        // Whether the rule applies at all could settle what the coverage leaves open.
        evaluated.unknowns.extend(cases.iter().flat_map(|(_, applies, _)| applies.unknowns()));
    }
    if evaluated.findings.is_empty() {
        let met = met(scene, rule, &cases);
        evaluated.note_rough(met.as_ref());
        evaluated.findings.push(met.map_or_else(|| nothing_near(rule), |one| finding(rule, &one)));
    }
    evaluated
}

impl Evaluated {
    fn list(&mut self, rule: &Rule, judged: &[Judged<'_>]) {
        let mut open: Vec<&Judged<'_>> = judged.iter().filter(|one| one.judgement.outcome != Outcome::Met).collect();
        open.sort_by(|one, other| worst_first(rule, one, other));
        let mut told = BTreeSet::new();
        // A target that two cases of one rule mean is told once, under the worse.
        open.retain(|one| told.insert((one.case.layer, &one.candidate.feature.id)));
        self.findings.extend(open.iter().take(LISTED).map(|one| finding(rule, one)));
        if let Some(first) = self.findings.first_mut() {
            first.more = open.len().saturating_sub(LISTED);
        }
        open.iter().take(LISTED).for_each(|one| self.note_rough(Some(one)));
    }

    fn note_rough(&mut self, judged: Option<&Judged<'_>>) {
        let Some(feature) = judged.map(|one| one.candidate.feature) else { return };
        if let Some(origin @ ("sketch" | "synthetic")) = feature.properties.text("data_origin") {
            self.rough.insert((feature.name().to_owned(), origin.to_owned()));
        }
    }
}

/// The targets of one case for which it does not hold or cannot be judged.
pub(super) fn near<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case, side: Side, applies: &Truth) -> Vec<Judged<'a>> {
    // What the project states of itself may reach farther than the book does for anybody.
    let search = case.search(scene.book).max(scene.reach(case, side)) + scene.coarsest(case.layer);
    let candidates = scene.candidates(case, side, search).into_iter();
    let judged = candidates.map(|candidate| judged(scene, rule, case, side, applies, candidate));
    let open = judged.filter(|one| one.judgement.outcome != Outcome::Met);
    // Candidates come nearest first.
    open.take(if case.nearest_only { 1 } else { usize::MAX }).collect()
}

fn judged<'a>(
    scene: &Scene<'a>,
    rule: &Rule,
    case: &'a Case,
    side: Side,
    applies: &Truth,
    candidate: Candidate<'a>,
) -> Judged<'a> {
    let candidate = if case.test == Test::Along { along::by_river(scene, case, candidate) } else { candidate };
    let required = scene.required(case, side, &candidate);
    let judgement = judge(rule, case, applies, &candidate.measured(), &required);
    Judged { case, candidate, judgement }
}

/// While the district has not set a radius, the nearest target of the rule is to be demonstrated instead; one that is
/// surely meant comes before a nearer one that only may be.
fn demonstrated<'a>(
    scene: &Scene<'a>,
    rule: &Rule,
    cases: &[(Side, Truth, &'a Case)],
    judged: &[Judged<'a>],
) -> Demonstration<'a> {
    let waits = |case: &Case| case.test == Test::Within && case.awaits_parameter(scene.book);
    let waiting: Vec<_> = cases.iter().filter(|(_, _, case)| waits(case)).collect();
    let settled = judged.iter().any(|one| matches!(one.judgement.outcome, Outcome::Violated | Outcome::Undetermined));
    if waiting.is_empty() || settled {
        return Demonstration::NotAsked;
    }
    let nearest = |sure: bool| {
        let found = waiting.iter().filter_map(|(side, applies, case)| {
            let candidate = scene.nearest_that(case, *side, |one| !sure || one.matches == Truth::Yes)?;
            Some((applies, *case, candidate))
        });
        found.min_by(|one, other| one.2.distance.0.total_cmp(&other.2.distance.0))
    };
    // Where nothing at all is near, nothing that is surely meant is.
    let found = nearest(false).and_then(|any| nearest(true).or(Some(any)));
    let Some((applies, case, candidate)) = found else {
        let covers: Vec<Cover> = waiting.iter().map(|(_, _, case)| scene.cover_to(case, LOOKED_FOR)).collect();
        let known = covers.iter().all(Cover::complete);
        return if known { Demonstration::NotAsked } else { Demonstration::NothingKnownNear(covers) };
    };
    let unknowns = &applies.unknowns() | &candidate.matches.unknowns();
    let judgement = Judgement {
        outcome: if unknowns.is_empty() { Outcome::NeedsDemonstration } else { Outcome::Undetermined },
        required: None,
        unknowns,
        verification: mark(rule, case, None),
        by_assumption: false,
        awaits_radius: true,
    };
    Demonstration::Of(Box::new(Judged { case, candidate, judgement }))
}

/// The nearest target within ten kilometres, which shows that the rule is met.
fn met<'a>(scene: &Scene<'a>, rule: &Rule, cases: &[(Side, Truth, &'a Case)]) -> Option<Judged<'a>> {
    let nearest = cases.iter().filter_map(|(side, applies, case)| match case.test {
        Test::Inside => inside::met(scene, rule, case),
        Test::Window => window::met(scene, rule, case),
        Test::Contour => contours::met(scene, rule, case, applies),
        Test::Unread | Test::Anywhere => None,
        _ => Some(judged(scene, rule, case, *side, applies, scene.nearest(case, *side)?)),
    });
    nearest.min_by(|one, other| one.candidate.distance.0.total_cmp(&other.candidate.distance.0))
}

fn worst_first(rule: &Rule, one: &Judged<'_>, other: &Judged<'_>) -> std::cmp::Ordering {
    let rank = |judged: &Judged<'_>| {
        let judgement = &judged.judgement;
        (verdict(judged.case.effect(rule), judgement.outcome, judgement.verification), judgement.outcome as u8)
    };
    let margin = |judged: &Judged<'_>| judged.candidate.distance.0 - judged.judgement.required.unwrap_or_default().0;
    rank(one)
        .cmp(&rank(other))
        .then_with(|| margin(one).total_cmp(&margin(other)))
        .then_with(|| one.candidate.feature.id.cmp(&other.candidate.feature.id))
}

/// What a finding means for the whole.
pub(super) fn verdict(effect: Effect, outcome: Outcome, verification: Verification) -> Verdict {
    match outcome {
        Outcome::Violated if !verification.decides() => Verdict::Review,
        Outcome::Violated if effect == Effect::Prohibit => Verdict::Veto,
        Outcome::Violated => Verdict::Fail,
        Outcome::Undetermined => Verdict::Undetermined,
        Outcome::NeedsApproval | Outcome::NeedsDemonstration | Outcome::Marginal => Verdict::Review,
        Outcome::Met => Verdict::Pass,
    }
}

/// What a report says of one judged target.
pub(super) fn finding(rule: &Rule, judged: &Judged<'_>) -> Finding {
    let Judged { case, candidate, judgement } = judged;
    let required = judgement.required.filter(|_| case.test != Test::Unspoken);
    Finding {
        outcome: judgement.outcome,
        effect: case.effect(rule),
        verification: judgement.verification,
        required_m: required,
        measured_m: Some(candidate.distance),
        margin_m: required.map(|required| (candidate.distance - required).rounded()),
        tolerance_m: candidate.tolerance,
        assumed: candidate.assumed.clone(),
        target: Some(Target {
            layer: case.layer,
            id: candidate.feature.id.clone(),
            name: candidate.feature.name().to_owned(),
        }),
        nearest: Some(MeasuredLine::between(candidate.way.from, candidate.way.to)),
        measure: case.measure.clone().unwrap_or_else(|| rule.measure.clone()),
        explanation: explain::target(rule, judged),
        ..blank(rule)
    }
}

fn uncovered(rule: &Rule, covers: &[Cover]) -> Finding {
    let short =
        covers.iter().filter(|cover| !cover.complete()).map(|cover| cover.reach).fold(Metres::ZERO, Metres::max);
    Finding {
        outcome: Outcome::Undetermined,
        required_m: Some(short),
        explanation: explain::uncovered(covers),
        ..blank(rule)
    }
}

fn nothing_near(rule: &Rule) -> Finding {
    Finding {
        outcome: Outcome::Met,
        searched_m: Some(LOOKED_FOR),
        explanation: explain::nothing_near(rule, LOOKED_FOR),
        ..blank(rule)
    }
}

/// A standard that binds the project and whose numbers the book does not hold.
fn unread(rule: &Rule, case: &Case) -> Finding {
    Finding {
        outcome: Outcome::NeedsDemonstration,
        effect: Effect::Demonstrate,
        verification: mark(rule, case, None),
        explanation: explain::unread(rule, case),
        ..blank(rule)
    }
}

/// A rule that looks at nothing around the site.
fn anywhere(rule: &Rule, case: &Case, applies: &Truth) -> Finding {
    let unknowns = applies.unknowns();
    let outcome = if unknowns.is_empty() { violation(case.effect(rule)) } else { Outcome::Undetermined };
    Finding {
        outcome,
        effect: case.effect(rule),
        verification: mark(rule, case, None),
        explanation: explain::anywhere(rule, case, outcome, &unknowns),
        ..blank(rule)
    }
}

/// A site that is not inside anything of the sort the rule asks for, with nothing of it near.
pub(super) fn nowhere_near(rule: &Rule, case: &Case, outcome: Outcome, unknowns: &BTreeSet<Unknown>) -> Finding {
    Finding {
        outcome,
        effect: case.effect(rule),
        verification: mark(rule, case, None),
        searched_m: Some(LOOKED_FOR),
        explanation: explain::nowhere_near(rule, outcome, unknowns, LOOKED_FOR),
        ..blank(rule)
    }
}

pub(super) fn blank(rule: &Rule) -> Finding {
    Finding {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        outcome: Outcome::Undetermined,
        effect: rule.effect,
        verification: rule.verification,
        required_m: None,
        measured_m: None,
        margin_m: None,
        tolerance_m: Metres::ZERO,
        assumed: vec![],
        searched_m: None,
        more: 0,
        target: None,
        nearest: None,
        measure: rule.measure.clone(),
        clause: rule.clause.clone(),
        explanation: crate::model::Text::default(),
    }
}
