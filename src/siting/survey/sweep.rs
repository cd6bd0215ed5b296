//! Asking every subject: what of that which stands around it may not be so near?

use std::collections::{BTreeSet, HashMap};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use jiff::civil::Date;

use super::pair::Pair;
use super::plants::{Plants, belong_together, middle};
use super::standing::{Subject, shared};
use crate::geom::{Metres, Point};
use crate::index::{Snapshot, Townships};
use crate::model::{Action, Feature, Finding, Layer, Outcome, Verdict, Verification};
use crate::rules::applicability::{Applicable, Side, applicable};
use crate::rules::judgement::mark;
use crate::rules::{Case, Rule, RuleBook, Start, Test, Truth, Unknown};
use crate::siting::coverage::Cover;
use crate::siting::evaluate::{self, Judged};
use crate::siting::inside::{self, Inside};
use crate::siting::scene::Scene;

/// Subjects that a thread takes at a time.
const HANDFUL: usize = 128;

/// How far a survey has come; it may be watched and stopped from elsewhere.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    of: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// Subjects that have been asked, and how many there are.
    pub fn so_far(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed))
    }

    /// Nobody waits for the survey any more.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self, of: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.of.store(of as u64, Ordering::Relaxed);
    }

    fn step(&self, more: usize) {
        self.done.fetch_add(more as u64, Ordering::Relaxed);
    }
}

/// What the asking rests on.
pub(super) struct View<'a> {
    pub snapshot: &'a Snapshot,
    pub book: &'a RuleBook,
    pub as_of: Date,
    pub plants: &'a Plants,
}

/// One pair of a subject, judged under the worst of a rule's cases that mean it.
struct Open<'a> {
    side: Side,
    case: &'a Case,
    /// `None` where the subject should lie inside something that is not near.
    judged: Option<Judged<'a>>,
    outcome: Outcome,
    verification: Verification,
    /// What keeps it open where nothing was judged.
    unknowns: BTreeSet<Unknown>,
}

impl Open<'_> {
    fn ratio(&self) -> f64 {
        let Some(judged) = &self.judged else { return 0.0 };
        let required = judged.judgement.required.filter(|required| *required > Metres::ZERO);
        required.map_or(0.0, |required| judged.candidate.distance.0 / required.0)
    }

    fn pair(&self, view: &View<'_>, rule: &Rule, subject: &Subject<'_>) -> Option<Pair> {
        let own = (subject.layer, Arc::clone(subject.feature));
        let target = match &self.judged {
            Some(judged) => Some(Arc::clone(shared(view.snapshot, self.case.layer, &judged.candidate.feature.id)?)),
            None => None,
        };
        let target = (self.case.layer, target);
        let ((subject_layer, subject), (object_layer, object)) = match self.side {
            Side::Forward => (own, target),
            Side::Reverse => ((target.0, target.1?), (own.0, Some(own.1))),
        };
        let effect = self.case.effect(rule);
        Some(Pair {
            subject,
            object,
            township: None,
            ratio: self.ratio(),
            rule: view.place_of(rule)?,
            subject_layer,
            object_layer,
            outcome: self.outcome,
            verdict: evaluate::verdict(effect, self.outcome, self.verification),
            standing: rule.standing(),
            side: self.side,
        })
    }

    /// The subject's end of the shortest way.
    fn place(&self, asker: &Feature) -> Point {
        match (&self.judged, self.side) {
            (None, _) => middle(asker),
            (Some(judged), Side::Forward) => judged.candidate.way.from,
            (Some(judged), Side::Reverse) => judged.candidate.way.to,
        }
    }
}

impl View<'_> {
    fn place_of(&self, rule: &Rule) -> Option<u16> {
        let place = self.book.rules().iter().position(|one| one.id == rule.id)?;
        u16::try_from(place).ok()
    }

    /// Asks all subjects, on so many threads; the pairs come in no order.
    pub fn sweep(
        &self,
        subjects: &[Subject<'_>],
        townships: &Townships<'_>,
        threads: usize,
        progress: &Progress,
    ) -> Vec<Pair> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut found = Vec::new();
            loop {
                let at = next.fetch_add(HANDFUL, Ordering::Relaxed);
                if at >= subjects.len() || progress.is_stopped() {
                    return found;
                }
                let handful = &subjects[at..subjects.len().min(at + HANDFUL)];
                for subject in handful {
                    self.ask(subject, townships, &mut found);
                }
                progress.step(handful.len());
            }
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(work)).collect();
            let mut found = work();
            for other in others {
                found.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            found
        })
    }

    fn ask(&self, subject: &Subject<'_>, townships: &Townships<'_>, found: &mut Vec<Pair>) {
        self.with_rules(subject, |scene, rules| {
            for applicable in rules {
                for open in self.open(scene, applicable, subject) {
                    if let Some(mut pair) = open.pair(self, applicable.rule, subject) {
                        pair.township = townships.at(open.place(subject.feature)).cloned();
                        found.push(pair);
                    }
                }
            }
        });
    }

    /// What the report of a check says of a pair.
    pub fn finding(&self, pair: &Pair, subject: &Subject<'_>) -> Option<Finding> {
        let mut told = None;
        self.with_rules(subject, |scene, rules| {
            let Some(applicable) = rules.iter().find(|one| self.place_of(one.rule) == Some(pair.rule)) else { return };
            let rule = applicable.rule;
            let same = |open: &Open<'_>| open.pair(self, rule, subject).is_some_and(|one| one.ends() == pair.ends());
            let open = self.open(scene, applicable, subject).into_iter().find(same);
            told = open.map(|open| match &open.judged {
                Some(judged) => evaluate::finding(rule, judged),
                None => evaluate::nowhere_near(rule, open.case, open.outcome, &open.unknowns),
            });
        });
        told
    }

    /// Prepares the subject's scenes. What stands is asked as if it were new; a rule that names only what exists already,
    /// or asks something else of it, is asked of the existing.
    fn with_rules(&self, subject: &Subject<'_>, mut work: impl for<'s> FnMut(&Scene<'s>, &[Applicable<'s>])) {
        let of_existing = |rule: &Rule| {
            rule.actions.contains(&Action::Existing)
                && (!rule.actions.contains(&Action::New) || rule.depends_on_action())
        };
        let any_of_existing = self.book.rules().iter().any(of_existing);
        for (action, wanted) in [(Action::New, false), (Action::Existing, true)] {
            if wanted && !any_of_existing {
                continue;
            }
            let Some(request) = subject.request(action, self.as_of, self.book.defaults()) else { return };
            let (mut rules, _) = applicable(self.book, &request.proposal);
            rules.retain(|applicable| of_existing(applicable.rule) == wanted);
            if !rules.is_empty() {
                work(&Scene::new(self.snapshot, self.book, &request, &rules), &rules);
            }
        }
    }

    /// The pairs of one rule that do not hold or cannot be judged, each under its worst case.
    fn open<'s>(&self, scene: &Scene<'s>, applicable: &Applicable<'s>, subject: &Subject<'_>) -> Vec<Open<'s>> {
        let rule = applicable.rule;
        let mut worst: HashMap<(bool, Layer, &str), Open<'s>> = HashMap::new();
        for (side, applies, case) in applicable.cases(scene.proposal) {
            if self.left_to_tanks(rule, case, side, subject) || (subject.tank && !from_tank_walls(case)) {
                continue;
            }
            for open in judge(scene, rule, case, side, &applies) {
                let feature = open.judged.as_ref().map(|judged| judged.candidate.feature);
                let own = (subject.layer, &**subject.feature);
                if feature.is_some_and(|feature| belong_together(own, (case.layer, feature), self.plants)) {
                    continue;
                }
                let key = (side == Side::Forward, case.layer, feature.map_or("", |feature| &feature.id));
                match worst.get(&key) {
                    Some(other) if rank(rule, other) <= rank(rule, &open) => {}
                    _ => drop(worst.insert(key, open)),
                }
            }
        }
        worst.into_values().collect()
    }

    /// Whether what is measured from tank walls and the like is left to the plant's own installations, which are subjects themselves.
    /// The rule's other side says which installations count.
    fn left_to_tanks(&self, rule: &Rule, case: &Case, side: Side, subject: &Subject<'_>) -> bool {
        let of_plants = rule.reverse.iter().flat_map(|reverse| &reverse.cases);
        let mut of_plants = of_plants.filter(|other| other.layer == Layer::Enterprises);
        case.start != Start::Outline
            && side == Side::Forward
            && subject.layer == Layer::Enterprises
            && of_plants.any(|other| self.plants.has(subject.feature, &other.unless_installations))
    }
}

/// The pairs of one case that do not hold or cannot be judged.
fn judge<'s>(scene: &Scene<'s>, rule: &Rule, case: &'s Case, side: Side, applies: &Truth) -> Vec<Open<'s>> {
    let of_judged = |judged: Judged<'s>| {
        let (outcome, verification) = (judged.judgement.outcome, judged.judgement.verification);
        Open { side, case, judged: Some(judged), outcome, verification, unknowns: BTreeSet::new() }
    };
    match case.test {
        // No matter of where the subject stands, or of what a new project would change. The contours of what stands are
        // zones, which the people in them are held against.
        Test::Unread | Test::Anywhere | Test::Window | Test::Contour => vec![],
        Test::Inside => {
            let covered = scene.covers(case, side).iter().all(Cover::complete);
            match inside::judge(scene, rule, case, applies, covered) {
                Inside::NothingAgainst => vec![],
                Inside::Against(one) => vec![of_judged(*one)],
                Inside::NoneNear(outcome, unknowns) => {
                    let verification = mark(rule, case, None);
                    vec![Open { side, case, judged: None, outcome, verification, unknowns }]
                }
            }
        }
        Test::Within | Test::NotLessThan | Test::Unspoken | Test::Along => {
            evaluate::near(scene, rule, case, side, applies).into_iter().map(of_judged).collect()
        }
    }
}

fn from_tank_walls(case: &Case) -> bool {
    matches!(&case.start, Start::Line(fact) if fact == "tank_wall")
}

fn rank(rule: &Rule, open: &Open<'_>) -> (Verdict, u8) {
    (evaluate::verdict(open.case.effect(rule), open.outcome, open.verification), open.outcome as u8)
}
