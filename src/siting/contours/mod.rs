//! The project's own individual-risk contours, which a quantitative assessment of it gives, against the people around it.
//!
//! A contour answers for its own level only: whoever is inside bears at least its risk, whoever is outside bears less.
//! So a target is too near where a contour of its limit or above touches it, and it is safe for certain where it lies
//! outside a contour of its limit or below. In between nothing is known.

pub(super) mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::coverage::Cover;
use super::evaluate::{Judged, blank};
use super::scene::{Candidate, LOOKED_FOR, Neighbour, Scene};
use crate::geom::{Envelope, Metres, Nearest, Point, Site};
use crate::model::{Feature, Finding, Outcome, RiskContour, Verification};
use crate::rules::applicability::Side;
use crate::rules::formula::hazard_source::{Choice, Method};
use crate::rules::judgement::{Judgement, mark};
use crate::rules::lookup::Lookup;
use crate::rules::{Anybody, Case, Party, Required, Rule, Sides, Threshold, Truth, Unknown, judge};

/// The fact that hands the contours in.
const FACT: &str = "risk_contours";
/// The key of a contour's value in the tables of the book.
const LEVEL: &str = "object.risk_per_year";

/// One contour, prepared for measuring.
pub(super) struct Contour<'a> {
    stated: &'a RiskContour,
    area: Site,
}

impl<'a> Contour<'a> {
    pub fn new(stated: &'a RiskContour) -> Option<Self> {
        Some(Self { stated, area: Site::new(stated.area.clone())? })
    }

    fn risk(&self) -> f64 {
        self.stated.risk_per_year
    }
}

/// The contour that a target is held against, and why that one.
#[derive(Clone, Debug)]
pub(super) struct Held<'a> {
    pub contour: &'a RiskContour,
    /// The classes that the target may be of.
    pub classes: Vec<String>,
    /// The limit of the strictest of them.
    pub limit: Option<f64>,
    /// Whether no contour answers for that limit.
    pub unanswered: bool,
}

/// What came of the contours of one rule.
#[derive(Default)]
pub(super) struct Contoured<'a> {
    pub judged: Vec<Judged<'a>>,
    pub findings: Vec<Finding>,
    pub unknowns: BTreeSet<Unknown>,
}

/// The cases of a rule that ask about contours, with whether they apply.
type Cases<'c, 'a> = &'c [(Side, Truth, &'a Case)];

/// The people around, exposed to what the project is: the limits of new risk, or of risk in service, are the project's.
struct Exposed<'p> {
    people: &'p dyn Party,
    action: &'static str,
}

impl Party for Exposed<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        if name == "action" { Some(Value::from(self.action)) } else { self.people.value(name) }
    }

    fn unknown(&self, name: &str) -> Unknown {
        self.people.unknown(name)
    }
}

/// The inside of a contour of some level.
struct Level(f64);

impl Party for Level {
    fn value(&self, name: &str) -> Option<Value> {
        (name == "risk_per_year").then(|| Value::from(self.0))
    }

    fn unknown(&self, name: &str) -> Unknown {
        Unknown::Field(name.to_owned())
    }
}

/// Judges the cases of one rule.
pub(super) fn judged<'a>(scene: &Scene<'a>, rule: &Rule, cases: Cases<'_, 'a>) -> Contoured<'a> {
    let mut found = Contoured::default();
    let Some((_, applies, first)) = cases.first() else { return found };
    let choice = scene.method();
    let consequence = choice.as_ref().is_some_and(|choice| choice.method == Method::Consequence);
    if scene.contours.is_empty() || consequence {
        found.ask_for(rule, first, applies, choice.as_ref());
    }
    if !scene.contours.is_empty() {
        found.judged = cases.iter().flat_map(|(_, applies, case)| near(scene, rule, case, applies)).collect();
    }
    found
}

impl Contoured<'_> {
    /// What has to be shown while no contour is handed in, or in spite of those that are.
    fn ask_for(&mut self, rule: &Rule, case: &Case, applies: &Truth, choice: Option<&Choice>) {
        let chosen = choice.map_or(Method::Unknown, |choice| choice.method);
        let mut unknowns = applies.unknowns();
        match chosen {
            Method::StandardDistance => {
                let explanation = words::not_needed(choice);
                self.findings.push(Finding { outcome: Outcome::Met, explanation, ..told(rule, case, choice) });
                return;
            }
            Method::Consequence => {}
            Method::Qra => drop(unknowns.insert(Unknown::Fact(FACT.to_owned()))),
            Method::Unknown => {
                unknowns.extend([FACT, "substances"].map(|fact| Unknown::Fact(fact.to_owned())));
            }
        }
        let certain = chosen != Method::Unknown && applies.unknowns().is_empty();
        let outcome = if certain { Outcome::NeedsDemonstration } else { Outcome::Undetermined };
        let explanation = words::wanted(choice, outcome);
        self.findings.push(Finding { outcome, explanation, ..told(rule, case, choice) });
        self.unknowns.extend(unknowns);
    }
}

/// A finding about no target, as sure as the choice of method.
fn told(rule: &Rule, case: &Case, choice: Option<&Choice>) -> Finding {
    let verification = mark(rule, case, choice.map(|choice| choice.mark));
    Finding { effect: case.effect(rule), verification, ..blank(rule) }
}

/// How far the targets must be known: in every contour that can be held against one, and as far as targets are looked
/// for where no contour answers for all of them.
pub(super) fn covers(scene: &Scene<'_>, cases: Cases<'_, '_>) -> Vec<Cover> {
    let mut covers = Vec::new();
    for (_, _, case) in cases {
        match answering_all(scene, case) {
            _ if scene.contours.is_empty() => {}
            None => covers.push(scene.cover_to(case, LOOKED_FOR)),
            Some(least) => {
                let counting = scene.contours.iter().filter(|contour| contour.risk() >= least);
                covers.extend(counting.map(|one| scene.cover_in(case, &one.area, beyond(scene, one.area.envelope()))));
            }
        }
    }
    covers
}

/// The nearest target, which lies outside.
pub(super) fn met<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case, applies: &Truth) -> Option<Judged<'a>> {
    if scene.contours.is_empty() {
        return None;
    }
    let nearest = scene.nearest(case, Side::Forward)?;
    held(scene, rule, case, applies, nearest.feature)
}

/// The targets for which a case does not hold or cannot be judged.
fn near<'a>(scene: &Scene<'a>, rule: &Rule, case: &'a Case, applies: &Truth) -> Vec<Judged<'a>> {
    let Ok(index) = scene.snapshot.layer(case.layer) else { return vec![] };
    let defaults = scene.book.defaults().most(case.layer);
    let reach = index.widest().max(defaults) + scene.coarsest(case.layer) + Metres(1.0);
    let mut within: BTreeMap<&str, &Feature> = BTreeMap::new();
    for contour in &scene.contours {
        let found = index.near(contour.area.envelope(), reach, |kind| case.means(kind)).into_iter();
        within.extend(found.map(|(_, feature)| (feature.id.as_str(), &**feature)));
    }
    let judged = within.values().filter_map(|feature| held(scene, rule, case, applies, feature));
    let mut open: Vec<_> = judged.filter(|one| one.judgement.outcome != Outcome::Met).collect();
    if answering_all(scene, case).is_none() {
        // Beyond every contour that is given, the nearest target for whose limit there is none.
        let beyond = scene.candidates(case, Side::Forward, LOOKED_FOR).into_iter();
        let mut beyond = beyond.filter(|one| !within.contains_key(one.feature.id.as_str()));
        open.extend(beyond.find_map(|one| {
            held(scene, rule, case, applies, one.feature).filter(|one| one.judgement.outcome != Outcome::Met)
        }));
    }
    open
}

/// A target held against the contours; `None` where the case does not mean it.
fn held<'a>(
    scene: &Scene<'a>,
    rule: &Rule,
    case: &'a Case,
    applies: &Truth,
    feature: &'a Feature,
) -> Option<Judged<'a>> {
    let matches = scene.matches(case, feature)?;
    let limits = Limits::of(scene, case, feature);
    let tried = scene.contours.iter().filter_map(|contour| {
        let way = contour.area.nearest(&feature.geometry)?;
        // The measured line begins on the project's side.
        let candidate = scene.at(case, feature, way, vec![], matches.clone());
        let judgement = judge(rule, case, applies, &candidate.measured(), &limits.at(contour.risk()));
        Some((contour, candidate, judgement))
    });
    let mut tried: Vec<(&Contour<'a>, Candidate<'a>, Judgement)> = tried.collect();
    // Of several that are alike the one of the lowest level.
    tried.sort_by(|one, other| one.0.risk().total_cmp(&other.0.risk()));
    let worst = |outcome| move |one: &&(&Contour<'a>, Candidate<'a>, Judgement)| one.2.outcome == outcome;
    let against =
        tried.iter().find(worst(Outcome::Violated)).or_else(|| tried.iter().find(worst(Outcome::Undetermined)));
    if let Some((contour, candidate, judgement)) = against {
        return Some(limits.told(case, contour.stated, candidate.clone(), judgement.clone(), false));
    }
    let zone =
        Required { verification: limits.mark, least_verification: limits.mark, ..Required::exactly(Metres::ZERO) };
    let answers = tried.iter().filter(|(contour, _, _)| limits.strictest.is_none_or(|limit| contour.risk() <= limit));
    let answers = answers.map(|(contour, candidate, _)| {
        let judgement = judge(rule, case, applies, &candidate.measured(), &zone);
        (contour, candidate, Judgement { required: Some(Metres::ZERO), ..judgement })
    });
    // The mildest of what the contours that answer come to; of those the one of the highest level.
    let clear = |outcome: Outcome| match outcome {
        Outcome::Met => 0,
        Outcome::Marginal => 1,
        _ => 2,
    };
    let best = answers.rev().min_by_key(|(_, _, judgement)| (clear(judgement.outcome), !judgement.by_assumption));
    match best.filter(|(_, _, judgement)| clear(judgement.outcome) < 2 || judgement.by_assumption) {
        Some((contour, candidate, judgement)) => {
            Some(limits.told(case, contour.stated, candidate.clone(), judgement, false))
        }
        None => {
            let (contour, candidate, _) = tried.first()?;
            let unknowns = limits.unknowns.iter().cloned().chain([Unknown::Fact(FACT.to_owned())]);
            let judgement = Judgement {
                outcome: Outcome::Undetermined,
                required: Some(Metres::ZERO),
                unknowns: unknowns.chain(applies.unknowns()).chain(matches.unknowns()).collect(),
                verification: mark(rule, case, limits.mark),
                by_assumption: false,
                awaits_radius: false,
            };
            Some(limits.told(case, contour.stated, candidate.clone(), judgement, true))
        }
    }
}

/// What the book asks for a target.
struct Limits<'s, 'a> {
    scene: &'s Scene<'a>,
    case: &'a Case,
    feature: &'a Feature,
    classes: Vec<String>,
    /// The limit of the strictest class that it may be of; none where the table knows none.
    strictest: Option<f64>,
    /// What would have to be known of it to tell its class.
    unknowns: BTreeSet<Unknown>,
    mark: Option<Verification>,
}

impl<'s, 'a> Limits<'s, 'a> {
    fn of(scene: &'s Scene<'a>, case: &'a Case, feature: &'a Feature) -> Self {
        let none =
            Self { scene, case, feature, classes: vec![], strictest: None, unknowns: BTreeSet::new(), mark: None };
        let Some(lookup) = lookup(case) else { return none };
        let levels = lookup.begins(LEVEL);
        let reached = levels.into_iter().map(|level| (level, none.at(level)));
        let first = reached.into_iter().find(|(_, required)| required.most >= Metres::ZERO);
        let (strictest, required) = first.map_or((None, None), |(level, required)| (Some(level), Some(required)));
        let neighbour = Neighbour { scene, layer: case.layer, feature };
        let classes = scene.book.classes_of(lookup).subject.map(|classes| classes.possible(&neighbour));
        Self {
            classes: classes.into_iter().flatten().map(str::to_owned).collect(),
            strictest,
            unknowns: required.iter().flat_map(|required| required.unknowns.clone()).collect(),
            mark: required.and_then(|required| required.verification),
            ..none
        }
    }

    /// What is asked of it where the risk is so high.
    fn at(&self, level: f64) -> Required {
        let neighbour = Neighbour { scene: self.scene, layer: self.case.layer, feature: self.feature };
        required(self.scene, self.case, &neighbour, level)
    }

    fn told(
        &self,
        case: &'a Case,
        contour: &'a RiskContour,
        candidate: Candidate<'a>,
        judgement: Judgement,
        unanswered: bool,
    ) -> Judged<'a> {
        let held = Held { contour, classes: self.classes.clone(), limit: self.strictest, unanswered };
        Judged { case, candidate: Candidate { contour: Some(held), ..candidate }, judgement }
    }
}

fn required(scene: &Scene<'_>, case: &Case, people: &dyn Party, level: f64) -> Required {
    let (exposed, level) = (Exposed { people, action: scene.proposal.action.word() }, Level(level));
    case.required(scene.book, &Sides::new(&exposed, &level), |_| None)
}

/// The highest level given that answers for whatever stands around: no class has a lower limit.
fn answering_all(scene: &Scene<'_>, case: &Case) -> Option<f64> {
    let levels = lookup(case).map(|lookup| lookup.begins(LEVEL)).unwrap_or_default();
    let strictest = levels.into_iter().find(|level| required(scene, case, &Anybody, *level).most >= Metres::ZERO)?;
    scene.contours.iter().map(Contour::risk).filter(|risk| *risk <= strictest).reduce(f64::max)
}

fn lookup(case: &Case) -> Option<&Lookup> {
    match &case.threshold_m {
        Threshold::Lookup(lookup) => Some(lookup),
        _ => None,
    }
}

/// How far a box reaches from the site, to the metre above.
fn beyond(scene: &Scene<'_>, area: &Envelope) -> Metres {
    let corners = [(area.west, area.south), (area.east, area.south), (area.east, area.north), (area.west, area.north)];
    let ways = corners.into_iter().filter_map(|(x, y)| scene.site.nearest(&Point::new(x, y).into()));
    Metres(ways.map(|way: Nearest| way.distance).fold(Metres::ZERO, Metres::max).0.ceil())
}
