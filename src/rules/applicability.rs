//! Which rules of the book a proposal answers to.

use std::collections::BTreeSet;

use super::book::Procedure;
use super::condition::FactCondition;
use super::rule::{Case, Exemptible, Start};
use super::{Rule, RuleBook, Truth, Unknown};
use crate::model::kind::Membership;
use crate::model::proposal::Exemption;
use crate::model::{Action, Kind, Kinds, Properties, Proposal, Text};

/// From which side a rule meets the proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The proposal is what the rule restrains.
    Forward,
    /// The proposal is what the rule protects.
    Reverse,
}

/// Cases of a rule that the proposal answers to.
#[derive(Clone, Debug)]
pub struct Facing<'a> {
    /// From which side.
    pub side: Side,
    /// Whether the rule applies at all: `Yes` or `Maybe`, never `No`.
    pub applies: Truth,
    /// What it looks for.
    pub cases: &'a [Case],
}

/// A rule that applies, or may.
#[derive(Clone, Debug)]
pub struct Applicable<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// From each side it meets the proposal.
    pub facing: Vec<Facing<'a>>,
}

impl<'a> Applicable<'a> {
    /// Every case that applies to the proposal, or may, with its side and whether it applies: `Yes` or `Maybe`.
    pub fn cases(&self, proposal: &Proposal) -> Vec<(Side, Truth, &'a Case)> {
        let all = self.facing.iter().flat_map(|facing| facing.cases.iter().map(move |case| (facing, case)));
        let own = all.map(|(facing, case)| {
            let subjects = match case.subjects.as_slice() {
                [] => Truth::Yes,
                subjects => membership(proposal.kind, subjects, &proposal.facts),
            };
            let conditions = hold(&case.conditions, proposal);
            (facing.side, facing.applies.clone().and(subjects).and(conditions), case)
        });
        own.filter(|(_, applies, case)| *applies != Truth::No && !left_to_a_line(case, proposal)).collect()
    }
}

/// Whether a case waits for a start line that is not given, or screens for one that is.
fn left_to_a_line(case: &Case, proposal: &Proposal) -> bool {
    let given = |fact: &String| proposal.lines.contains_key(fact);
    let waits = match &case.start {
        Start::Line(fact) => case.only_from_start && !given(fact),
        Start::Outline => false,
    };
    waits || case.proxy_for.as_ref().is_some_and(given)
}

fn hold(conditions: &[FactCondition], proposal: &Proposal) -> Truth {
    let holding = conditions.iter().map(|condition| condition.holds(proposal.kind, &proposal.facts));
    holding.fold(Truth::Yes, Truth::and)
}

/// The rules that a proposal answers to, and what is to be said of exemptions.
pub fn applicable<'a>(book: &'a RuleBook, proposal: &Proposal) -> (Vec<Applicable<'a>>, Vec<Text>) {
    let mut notes = Vec::new();
    let in_force = book.rules().iter().filter(|rule| rule.in_force(proposal.as_of));
    let rules = in_force.filter_map(|rule| facing(rule, proposal, &mut notes)).collect();
    notes.extend(useless_exemptions(book, proposal));
    (rules, notes)
}

/// The rules that have ended and are still told, as far as the proposal would have answered to them.
pub fn lingering<'a>(book: &'a RuleBook, proposal: &Proposal) -> Vec<Applicable<'a>> {
    let ended = book.rules().iter().filter(|rule| rule.lingers_on(proposal.as_of));
    ended.filter_map(|rule| facing(rule, proposal, &mut vec![])).collect()
}

/// The procedures that a proposal must go through; those that hang on a fact not stated are among them.
pub fn procedures<'a>(book: &'a RuleBook, proposal: &'a Proposal) -> impl Iterator<Item = &'a Procedure> {
    let asked = |procedure: &&Procedure| {
        procedure.valid_from.is_none_or(|first| first <= proposal.as_of)
            && procedure.valid_to.is_none_or(|last| proposal.as_of <= last)
            && procedure.actions.contains(&proposal.action)
            && membership(proposal.kind, &procedure.subjects, &proposal.facts) != Truth::No
            && hold(&procedure.conditions, proposal) != Truth::No
    };
    book.procedures().iter().filter(asked)
}

fn facing<'a>(rule: &'a Rule, proposal: &Proposal, notes: &mut Vec<Text>) -> Option<Applicable<'a>> {
    let facing: Vec<_> = forward(rule, proposal, notes).into_iter().chain(reverse(rule, proposal)).collect();
    let applicable = Applicable { rule, facing };
    // A rule of which no case concerns the proposal does not apply: it must not say that nothing stands in the way.
    (!applicable.cases(proposal).is_empty()).then_some(applicable)
}

fn forward<'a>(rule: &'a Rule, proposal: &Proposal, notes: &mut Vec<Text>) -> Option<Facing<'a>> {
    if !rule.actions.contains(&proposal.action) {
        return None;
    }
    let mut applies = membership(proposal.kind, &rule.subjects, &proposal.facts).and(hold(&rule.conditions, proposal));
    if applies != Truth::No
        && let Some(exemption) = &rule.exemption
    {
        applies = applies.and(not_exempt(rule, exemption, proposal, notes));
    }
    (applies != Truth::No).then_some(Facing { side: Side::Forward, applies, cases: &rule.cases })
}

/// A rule meets what it protects only where that is new or changes; people who already live there are the survey's matter.
fn reverse<'a>(rule: &'a Rule, proposal: &Proposal) -> Vec<Facing<'a>> {
    if proposal.action == Action::Existing || !rule.actions.contains(&proposal.action) {
        return vec![];
    }
    let facing = rule.reverse.iter().filter_map(|block| {
        let excepted = membership(proposal.kind, &block.except, &proposal.facts) == Truth::Yes;
        let applies =
            membership(proposal.kind, &block.subjects, &proposal.facts).and(hold(&block.conditions, proposal));
        (applies != Truth::No && !excepted).then_some(Facing { side: Side::Reverse, applies, cases: &block.cases })
    });
    facing.collect()
}

fn membership(kind: &Kind, subjects: &[String], facts: &Properties) -> Truth {
    subjects.iter().fold(Truth::No, |truth, subject| {
        truth.or(match kind.counts_as(subject, facts) {
            Membership::Yes => Truth::Yes,
            Membership::No => Truth::No,
            Membership::Unless(fact) => Truth::depends_on(Unknown::Fact(Kinds::shipped().asked_for(fact).to_owned())),
        })
    })
}

/// Whether the rule stands in spite of what is said for an exemption.
fn not_exempt(rule: &Rule, exemption: &Exemptible, proposal: &Proposal, notes: &mut Vec<Text>) -> Truth {
    let of_action = exemption.actions.is_empty() || exemption.actions.contains(&proposal.action);
    let document = documented(proposal, &rule.id);
    let stated = exemption.fact.as_ref().map(|fact| (fact, proposal.kind.fact(fact, &proposal.facts)));
    match (stated, document) {
        (Some((_, Some(false))), Some(_)) => {
            notes.push(not_meant(rule));
            Truth::Yes
        }
        (_, Some(_)) if !of_action => {
            notes.push(not_meant(rule));
            Truth::Yes
        }
        (_, None) if !of_action => Truth::Yes,
        (Some((_, Some(false))) | None, None) => Truth::Yes,
        (Some((fact, None)), None) => Truth::depends_on(Unknown::Fact(fact.clone())),
        (Some((_, Some(true))), None) => Truth::depends_on(Unknown::Fact("exemptions".to_owned())),
        (_, Some(document)) => {
            notes.push(Text::new(
                format!("{} 依文号“{document}”豁免：{}。", rule.id, exemption.says.zh),
                format!("{} is exempted by document {document:?}: {}.", rule.id, exemption.says.en),
            ));
            Truth::No
        }
    }
}

fn not_meant(rule: &Rule) -> Text {
    Text::new(
        format!("{} 的豁免不适用于本项目，所附文件已忽略。", rule.id),
        format!("The exemption claimed from {} is ignored: it is not meant for this project.", rule.id),
    )
}

fn documented<'a>(proposal: &'a Proposal, rule: &str) -> Option<&'a str> {
    let mut claimed = proposal.exemptions.iter().filter(|claim| claim.rule == rule);
    claimed.find_map(Exemption::document)
}

/// Claims that cannot count, told so that nobody relies on them.
fn useless_exemptions(book: &RuleBook, proposal: &Proposal) -> Vec<Text> {
    let told = proposal.exemptions.iter().filter_map(|claim| {
        let rule = book.find(&claim.rule);
        if rule.is_none() {
            Some(Text::new(
                format!("豁免申请所指规则 {} 不存在，已忽略。", claim.rule),
                format!("The exemption claimed from {} is ignored: there is no such rule.", claim.rule),
            ))
        } else if claim.document().is_none() {
            Some(Text::new(
                format!("对 {} 的豁免未提供文号，已忽略。", claim.rule),
                format!("The exemption claimed from {} is ignored: it names no document number.", claim.rule),
            ))
        } else if rule.is_some_and(|rule| rule.exemption.is_none()) {
            Some(Text::new(
                format!("{} 不设豁免，所附文件已忽略。", claim.rule),
                format!("The exemption claimed from {} is ignored: the rule knows none.", claim.rule),
            ))
        } else {
            None
        }
    });
    told.collect()
}

/// The facts that decide whether rules apply to a kind and how much they ask for.
pub fn facts_asked(book: &RuleBook, kind: &Kind) -> BTreeSet<String> {
    let nothing = Properties::new();
    let meets = |subjects: &[String]| membership(kind, subjects, &nothing);
    let mut facts: BTreeSet<String> = BTreeSet::new();
    for rule in book.rules() {
        let forward = meets(&rule.subjects);
        if forward != Truth::No {
            facts.extend(forward.unknowns().into_iter().filter_map(fact));
            facts.extend(rule.conditions.iter().map(|condition| condition.fact.clone()));
            facts.extend(rule.exemption.iter().filter_map(|exemption| exemption.fact.clone()));
            let own = rule.cases.iter().filter(|case| case.subjects.is_empty() || meets(&case.subjects) != Truth::No);
            facts.extend(own.flat_map(|case| case.facts(book, "subject")));
        }
        for block in rule.reverse.iter().filter(|block| meets(&block.subjects) != Truth::No) {
            facts.extend(block.conditions.iter().map(|condition| condition.fact.clone()));
            facts.extend(block.cases.iter().flat_map(|case| case.facts(book, "object")));
        }
    }
    facts
}

fn fact(unknown: Unknown) -> Option<String> {
    match unknown {
        Unknown::Fact(fact) => Some(fact),
        Unknown::Field(_) | Unknown::StartLine | Unknown::Class | Unknown::Flow => None,
    }
}
