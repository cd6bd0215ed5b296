//! Every existing conflict: what stands is asked whether it might be built where it stands by the law of a day.
//!
//! Each thing that stands becomes a proposal of the kind it stands for and is judged by the rules as any proposal is, from
//! both sides: as what a rule restrains and as what it protects. A pair is listed once under each rule, in its worse form.
//! What holds is not listed; what cannot be judged is kept apart. After a change only those are asked again in whose
//! surroundings something changed.

mod changed;
mod page;
mod pair;
mod plants;
mod standing;
mod sweep;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

pub use page::{Entry, NoCursor, Page, Wanted};
pub use sweep::Progress;

use crate::index::{Snapshot, Townships};
use crate::model::{Conflict, ConflictTotals, Known, Layer, NotSurveyed, Outcome, Revision};
use crate::rules::RuleBook;
use crate::rules::applicability::Side;
use changed::{between, concerned};
use pair::{Pair, order};
use plants::Plants;
use standing::{Subject, Table};
use sweep::View;

/// A survey of more subjects than this is shown while it is being made, in so many steps.
const SHOWN_BEYOND: usize = 20_000;
const STEPS: usize = 8;

/// What a survey is to rest on, and how it is to be made.
pub struct Work<'a> {
    /// The edition.
    pub snapshot: &'a Snapshot,
    /// The law.
    pub book: &'a Arc<RuleBook>,
    /// The day whose law is asked for.
    pub as_of: Date,
    /// How many threads may work at a time.
    pub threads: usize,
    /// Where it is told how far it has come.
    pub progress: &'a Progress,
    /// What is done with the parts of a long survey while it is being made, if anybody looks.
    pub show: Option<&'a (dyn Fn(Survey) + Sync)>,
}

/// All conflicts of one edition under one book on one day.
#[derive(Clone, Debug)]
pub struct Survey {
    snapshot: Snapshot,
    book: Arc<RuleBook>,
    as_of: Date,
    complete: bool,
    done: u64,
    of: u64,
    /// In order.
    conflicts: Vec<Pair>,
    /// Pairs that cannot be judged, in order.
    undetermined: Vec<Pair>,
    /// Pairs that are listed already, found again from the other side.
    twins: Vec<Pair>,
    totals: ConflictTotals,
    undetermined_totals: ConflictTotals,
    not_surveyed: Vec<NotSurveyed>,
    lacking: Vec<Lacking>,
    plants: Arc<Plants>,
}

/// A layer that rules look into and that is not known: conflicts with what is missing in it cannot be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// The layer.
    pub layer: Layer,
    /// Why.
    pub why: String,
}

/// What is said of a survey before its conflicts.
#[derive(Clone, Debug, Serialize)]
pub struct Summary<'a> {
    /// The edition.
    pub revision: Revision,
    /// The version of the rule book.
    pub rule_book: &'a str,
    /// The day whose law was applied.
    pub as_of: String,
    /// Whether every subject has been asked.
    pub complete: bool,
    /// Subjects that have been asked.
    pub done: u64,
    /// Subjects that there are.
    pub of: u64,
    /// How many pairs cannot be judged; they are no conflicts.
    pub undetermined: &'a ConflictTotals,
    /// What stands and was not asked.
    pub not_surveyed: &'a [NotSurveyed],
    /// What the survey could not look at.
    pub lacking: &'a [Lacking],
}

impl Survey {
    /// Nothing yet.
    pub fn begun(snapshot: &Snapshot, book: &Arc<RuleBook>, as_of: Date) -> Self {
        Self {
            snapshot: snapshot.clone(),
            book: Arc::clone(book),
            as_of,
            complete: false,
            done: 0,
            of: 0,
            conflicts: vec![],
            undetermined: vec![],
            twins: vec![],
            totals: ConflictTotals::default(),
            undetermined_totals: ConflictTotals::default(),
            not_surveyed: vec![],
            lacking: vec![],
            plants: Arc::default(),
        }
    }

    /// Asks everything that stands. A survey that was stopped is not complete.
    pub fn of(work: &Work<'_>) -> Self {
        let mut survey = Self::begun(work.snapshot, work.book, work.as_of);
        survey.plants = Arc::new(Plants::among(work.snapshot));
        let plants = Arc::clone(&survey.plants);
        let (subjects, not_surveyed) = Table::shipped().subjects(work.snapshot, &plants);
        survey.not_surveyed = not_surveyed;
        survey.lacking = lacking(work.snapshot, work.book, work.as_of);
        survey.of = subjects.len() as u64;
        work.progress.begin(subjects.len());
        let shown = work.show.filter(|_| subjects.len() > SHOWN_BEYOND);
        let steps = shown.map_or(1, |_| STEPS);
        for part in subjects.chunks(subjects.len().div_ceil(steps).max(1)) {
            let found = work.sweep(part, &plants);
            survey.take(found);
            survey.done += part.len() as u64;
            if work.progress.is_stopped() {
                return survey;
            }
            if let Some(show) = shown.filter(|_| survey.done < survey.of) {
                show(survey.clone());
            }
        }
        survey.complete = true;
        survey
    }

    /// The survey of a later edition, or of another day or book: asks only those in whose surroundings something changed.
    pub fn after(&self, work: &Work<'_>) -> Self {
        let comparable = self.complete && self.as_of == work.as_of && Arc::ptr_eq(&self.book, work.book);
        let Some(changed) = comparable.then(|| between(&self.snapshot, work.snapshot)).flatten() else {
            return Self::of(work);
        };
        let plants = Arc::new(Plants::among(work.snapshot));
        let subjects = concerned(&self.snapshot, work.snapshot, work.book, &plants, &changed);
        work.progress.begin(subjects.len());
        let mut stale = changed;
        stale.extend(subjects.iter().map(|subject| (subject.layer, subject.feature.id.as_str())));
        let kept = [&self.conflicts, &self.undetermined, &self.twins]
            .into_iter()
            .flatten()
            .filter(|pair| pair.asker().is_some_and(|(layer, asker)| !stale.contains(&(layer, asker.id.as_str()))));
        let mut survey = Self::begun(work.snapshot, work.book, work.as_of);
        let mut pairs: Vec<Pair> = kept.cloned().collect();
        pairs.extend(work.sweep(&subjects, &plants));
        survey.take(pairs);
        let (all, not_surveyed) = Table::shipped().subjects(work.snapshot, &plants);
        (survey.done, survey.of) = (all.len() as u64, all.len() as u64);
        survey.not_surveyed = not_surveyed;
        survey.lacking = lacking(work.snapshot, work.book, work.as_of);
        survey.complete = !work.progress.is_stopped();
        survey.plants = plants;
        survey
    }

    /// The edition that was surveyed.
    pub fn revision(&self) -> Revision {
        self.snapshot.revision()
    }

    /// The day whose law was applied.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// Whether every subject has been asked.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What is said before the conflicts.
    pub fn summary(&self) -> Summary<'_> {
        Summary {
            revision: self.revision(),
            rule_book: self.book.version(),
            as_of: self.as_of.to_string(),
            complete: self.complete,
            done: self.done,
            of: self.of,
            undetermined: &self.undetermined_totals,
            not_surveyed: &self.not_surveyed,
            lacking: &self.lacking,
        }
    }

    /// Puts more pairs in order and counts again.
    fn take(&mut self, found: Vec<Pair>) {
        let parts = [&mut self.conflicts, &mut self.undetermined, &mut self.twins];
        let mut pairs: Vec<Pair> = parts.into_iter().flat_map(std::mem::take).chain(found).collect();
        // Of a pair that was found alike from both sides, always the same is listed.
        let reversed = |pair: &Pair| pair.side == Side::Reverse;
        pairs.sort_by(|one, other| {
            order(&one.rank(&self.book), &other.rank(&self.book)).then_with(|| reversed(one).cmp(&reversed(other)))
        });
        let mirrored: Vec<bool> = self.book.rules().iter().map(|rule| !rule.reverse.is_empty()).collect();
        let mut told: HashSet<(u16, BTreeSet<(Layer, String)>)> = HashSet::new();
        for pair in pairs {
            let twin = mirrored.get(usize::from(pair.rule)) == Some(&true) && {
                let ends = pair.ends().map(|(layer, id)| (layer, id.to_owned()));
                !told.insert((pair.rule, ends.into_iter().collect()))
            };
            let list = match pair.outcome {
                _ if twin => &mut self.twins,
                Outcome::Undetermined => &mut self.undetermined,
                _ => &mut self.conflicts,
            };
            list.push(pair);
        }
        self.totals = counted(&self.conflicts, &self.book);
        self.undetermined_totals = counted(&self.undetermined, &self.book);
    }

    /// What a reader is told of a pair.
    fn told(&self, pair: &Pair) -> Option<Conflict> {
        page::told(&self.view(), &self.plants, pair)
    }

    fn view(&self) -> View<'_> {
        View { snapshot: &self.snapshot, book: &self.book, as_of: self.as_of, plants: &self.plants }
    }
}

impl Work<'_> {
    fn sweep(&self, subjects: &[Subject<'_>], plants: &Plants) -> Vec<Pair> {
        let view = View { snapshot: self.snapshot, book: self.book, as_of: self.as_of, plants };
        view.sweep(subjects, &Townships::of(self.snapshot), self.threads, self.progress)
    }
}

fn counted<'p>(pairs: impl IntoIterator<Item = &'p Pair>, book: &RuleBook) -> ConflictTotals {
    let mut totals = ConflictTotals::default();
    let count = |counts: &mut BTreeMap<String, u64>, word: &str| match counts.get_mut(word) {
        Some(count) => *count += 1,
        None => drop(counts.insert(word.to_owned(), 1)),
    };
    for pair in pairs {
        totals.total += 1;
        count(&mut totals.by_verdict, pair.verdict.word());
        count(&mut totals.by_rule, pair.rule_id(book));
        count(&mut totals.by_township, pair.township.as_ref().map_or("none", |township| township.name()));
        count(&mut totals.by_standing, pair.standing.word());
    }
    totals
}

/// The layers that rules in force look into and that are not known.
fn lacking(snapshot: &Snapshot, book: &RuleBook, as_of: Date) -> Vec<Lacking> {
    let in_force = book.rules().iter().filter(|rule| rule.in_force(as_of));
    let looked_into: BTreeSet<Layer> = in_force.flat_map(|rule| &rule.cases).map(|case| case.layer).collect();
    let stated: HashSet<&str> =
        snapshot.features(Layer::Coverage).filter_map(|statement| statement.properties.text("layer")).collect();
    let fault = |layer: Layer| match snapshot.layer(layer) {
        Err(unavailable) => Some(unavailable.0.clone()),
        Ok(_) if !stated.contains(layer.name()) => Some("no coverage is stated".to_owned()),
        Ok(_) => None,
    };
    looked_into.into_iter().filter_map(|layer| Some(Lacking { layer, why: fault(layer)? })).collect()
}
