//! One rule of the book on one proposal: every target whose outcome is open, or the nearest one that shows it is met.

use std::collections::BTreeSet;

use super::coverage::Cover;
use super::explain;
use super::inside::{self, Inside};
use super::scene::{Candidate, LOOKED_FOR, Scene};
use crate::geom::Metres;
use crate::model::finding::{MeasuredLine, Target};
use crate::model::{Effect, Finding, Outcome, Verdict, Verification};
use crate::rules::applicability::{Applicable, Side};
use crate::rules::judgement::{Judgement, mark};
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

/// Evaluates one rule.
pub(super) fn evaluate<'a>(scene: &Scene<'a>, applicable: &Applicable<'a>) -> Evaluated {
    let rule = applicable.rule;
    let cases = applicable.cases(scene.proposal);
    let looked_for = cases.iter().filter(|(_, _, case)| case.test != Test::Unread);
    let covers: Vec<Cover> = looked_for.map(|(_, _, case)| scene.cover(case)).collect();
    let complete = covers.iter().all(Cover::complete);
    let rule_id = rule.id.clone();
    let mut evaluated =
        Evaluated { findings: vec![], unknowns: BTreeSet::new(), covers, rule: rule_id, rough: BTreeSet::new() };
    let mut judged = Vec::new();
    for (side, applies, case) in &cases {
        match case.test {
            Test::Unread => evaluated.findings.push(unread(rule, case)),
            Test::Inside => match inside::judge(scene, rule, case, applies, complete) {
                Inside::NothingAgainst => {}
                Inside::Against(one) => judged.push(one),
                Inside::NoneNear(outcome, unknowns) => {
                    evaluated.findings.push(nowhere_near(rule, case, outcome, &unknowns));
                    evaluated.unknowns.extend(unknowns);
                }
            },
            Test::Within | Test::NotLessThan | Test::Unspoken => {
                judged.extend(near(scene, rule, case, *side, applies));
            }
        }
    }
    judged.extend(demonstrated(scene, rule, &cases, &judged));
    evaluated.unknowns.extend(judged.iter().flat_map(|one| one.judgement.unknowns.clone()));
    evaluated.list(rule, &judged);
    if !complete {
        let uncovered = uncovered(rule, &evaluated.covers);
        evaluated.findings.push(uncovered);
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

fn near<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case, side: Side, applies: &Truth) -> Vec<Judged<'a>> {
    let search = case.search(scene.book) + scene.coarsest(case.layer);
    let candidates = scene.candidates(case, side, search).into_iter();
    let judged = candidates.map(|candidate| judged(scene, rule, case, side, applies, candidate));
    judged.filter(|one| one.judgement.outcome != Outcome::Met).collect()
}

fn judged<'a>(
    scene: &Scene<'a>,
    rule: &Rule,
    case: &'a Case,
    side: Side,
    applies: &Truth,
    candidate: Candidate<'a>,
) -> Judged<'a> {
    let required = scene.required(case, side, candidate.feature);
    let judgement = judge(rule, case, applies, &candidate.measured(), &required);
    Judged { case, candidate, judgement }
}

/// While the district has not set a radius, the nearest target of the rule is to be demonstrated instead.
fn demonstrated<'a>(
    scene: &Scene<'a>,
    rule: &Rule,
    cases: &[(Side, Truth, &'a Case)],
    judged: &[Judged<'a>],
) -> Option<Judged<'a>> {
    if judged.iter().any(|one| one.judgement.outcome == Outcome::Violated) {
        return None;
    }
    let waiting = cases.iter().filter(|(_, _, case)| case.test == Test::Within && case.awaits_parameter(scene.book));
    let nearest = waiting.filter_map(|(side, applies, case)| Some((applies, *case, scene.nearest(case, *side)?)));
    let (applies, case, candidate) = nearest.min_by(|one, other| one.2.distance.0.total_cmp(&other.2.distance.0))?;
    let already =
        judged.iter().any(|one| one.candidate.feature.id == candidate.feature.id && one.case.layer == case.layer);
    if already {
        return None;
    }
    let judgement = Judgement {
        outcome: if *applies == Truth::Yes { Outcome::NeedsDemonstration } else { Outcome::Undetermined },
        required: Metres::ZERO,
        unknowns: applies.unknowns(),
        verification: mark(rule, case, None),
    };
    Some(Judged { case, candidate, judgement })
}

/// The nearest target within ten kilometres, which shows that the rule is met.
fn met<'a>(scene: &Scene<'a>, rule: &Rule, cases: &[(Side, Truth, &'a Case)]) -> Option<Judged<'a>> {
    let nearest = cases.iter().filter_map(|(side, applies, case)| match case.test {
        Test::Inside => inside::met(scene, rule, case),
        _ => Some(judged(scene, rule, case, *side, applies, scene.nearest(case, *side)?)),
    });
    nearest.min_by(|one, other| one.candidate.distance.0.total_cmp(&other.candidate.distance.0))
}

fn worst_first(rule: &Rule, one: &Judged<'_>, other: &Judged<'_>) -> std::cmp::Ordering {
    let rank = |judged: &Judged<'_>| {
        let judgement = &judged.judgement;
        (verdict(judged.case.effect(rule), judgement.outcome, judgement.verification), judgement.outcome as u8)
    };
    let margin = |judged: &Judged<'_>| judged.candidate.distance.0 - judged.judgement.required.0;
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

fn finding(rule: &Rule, judged: &Judged<'_>) -> Finding {
    let Judged { case, candidate, judgement } = judged;
    // Neither lying inside something nor a demonstration that awaits a radius is a matter of so many metres.
    let awaited = judgement.outcome == Outcome::NeedsDemonstration && case.effect(rule) != Effect::Demonstrate;
    let required = (matches!(case.test, Test::Within | Test::NotLessThan) && !awaited).then_some(judgement.required);
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
        explanation: explain::unread(rule),
        ..blank(rule)
    }
}

/// A site that is not inside anything of the sort the rule asks for, with nothing of it near.
fn nowhere_near(rule: &Rule, case: &Case, outcome: Outcome, unknowns: &BTreeSet<Unknown>) -> Finding {
    Finding {
        outcome,
        effect: case.effect(rule),
        verification: mark(rule, case, None),
        searched_m: Some(LOOKED_FOR),
        explanation: explain::nowhere_near(rule, outcome, unknowns, LOOKED_FOR),
        ..blank(rule)
    }
}

fn blank(rule: &Rule) -> Finding {
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
