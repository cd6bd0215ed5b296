//! Reading a survey: what matches a question, a page at a time, in words.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::pair::{Ends, Pair, Rank, order};
use super::plants::Plants;
use super::standing::{Subject, Table};
use super::sweep::View;
use super::{Survey, counted};
use crate::model::finding::{MeasuredLine, Target};
use crate::model::{Conflict, ConflictTotals, Feature, Layer, Outcome, Standing, Verdict};
use crate::rules::applicability::Side;

/// What is asked of a survey. What is left out asks for everything; pairs that cannot be judged are listed only where
/// they are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The rule's id.
    pub rule: Option<String>,
    /// The township's name; `none` for those without.
    pub township: Option<String>,
    /// The severity.
    pub verdict: Option<Verdict>,
    /// The outcome.
    pub outcome: Option<Outcome>,
    /// A layer that holds either end.
    pub layer: Option<Layer>,
    /// Either end.
    pub feature: Option<(Layer, String)>,
}

/// A pair of the survey without its words, which cost a measurement each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The result.
    pub outcome: Outcome,
    /// What the verdict on such a proposal would be.
    pub severity: Verdict,
    /// What it means for that which stands.
    pub standing: Standing,
    /// Layer and id of what the rule restrains.
    pub subject: (Layer, &'a str),
    /// Layer and id of what the rule keeps it away from.
    pub object: Option<(Layer, &'a str)>,
    /// The township's name.
    pub township: Option<&'a str>,
}

/// A page of conflicts.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// The conflicts, worst first.
    pub items: Vec<Conflict>,
    /// How many match in all.
    pub totals: ConflictTotals,
    /// Where the next page goes on.
    pub next: Option<String>,
}

/// The place of a pair in the order, as it is handed out.
#[derive(Serialize, Deserialize)]
struct Cursor(Verdict, f64, String, [(Layer, String); 2]);

impl Cursor {
    fn rank(&self) -> Rank<'_> {
        let Self(verdict, ratio, rule, [subject, object]) = self;
        (*verdict, *ratio, rule, [(subject.0, &subject.1), (object.0, &object.1)])
    }
}

/// A cursor that no survey handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a place in a survey")]
pub struct NoCursor;

impl Wanted {
    fn asks_for_undetermined(&self) -> bool {
        self.outcome == Some(Outcome::Undetermined) || self.verdict == Some(Verdict::Undetermined)
    }

    fn asks_for_all(&self) -> bool {
        let Self { rule, township, verdict, outcome, layer, feature } = self;
        let undetermined = self.asks_for_undetermined();
        rule.is_none()
            && township.is_none()
            && (undetermined || (verdict.is_none() && outcome.is_none()))
            && layer.is_none()
            && feature.is_none()
    }

    fn means(&self, pair: &Pair, rule: &str) -> bool {
        let ends: Ends<'_> = pair.ends();
        let township = pair.township.as_ref().map_or("none", |township| township.name());
        self.rule.as_ref().is_none_or(|wanted| wanted == rule)
            && self.township.as_ref().is_none_or(|wanted| wanted == township)
            && self.verdict.is_none_or(|wanted| wanted == pair.verdict)
            && self.outcome.is_none_or(|wanted| wanted == pair.outcome)
            && self.layer.is_none_or(|wanted| ends.iter().any(|(layer, id)| *layer == wanted && !id.is_empty()))
            && self.feature.as_ref().is_none_or(|(layer, id)| ends.contains(&(*layer, id)))
    }
}

impl Survey {
    /// At most so many of the conflicts that are wanted, after a cursor, with the totals of all that are wanted.
    pub fn page(&self, wanted: &Wanted, after: Option<&str>, limit: usize) -> Result<Page, NoCursor> {
        let pairs = self.pairs(wanted);
        let start = match after {
            None => 0,
            Some(text) => {
                let cursor: Cursor = serde_json::from_str(text).map_err(|_| NoCursor)?;
                pairs.partition_point(|pair| order(&pair.rank(&self.book), &cursor.rank()).is_le())
            }
        };
        let mut meant = pairs[start..].iter().filter(|pair| wanted.means(pair, pair.rule_id(&self.book)));
        let listed: Vec<&Pair> = meant.by_ref().take(limit).collect();
        let next = listed.last().filter(|_| meant.next().is_some()).and_then(|last| self.cursor(last));
        let items = listed.into_iter().filter_map(|pair| self.told(pair)).collect();
        Ok(Page { items, totals: self.totals_of(wanted), next })
    }

    /// Everything that is wanted, worst first, without its words.
    pub fn entries<'a>(&'a self, wanted: &'a Wanted) -> impl Iterator<Item = Entry<'a>> {
        let meant = self.pairs(wanted).iter().filter(|pair| wanted.means(pair, pair.rule_id(&self.book)));
        meant.map(|pair| {
            let [subject, object] = pair.ends();
            Entry {
                rule: pair.rule_id(&self.book),
                outcome: pair.outcome,
                severity: pair.verdict,
                standing: pair.standing,
                subject,
                object: pair.object.as_ref().map(|_| object),
                township: pair.township.as_ref().map(|township| township.name()),
            }
        })
    }

    /// How many are wanted.
    pub fn totals_of(&self, wanted: &Wanted) -> ConflictTotals {
        match (wanted.asks_for_all(), wanted.asks_for_undetermined()) {
            (true, true) => self.undetermined_totals.clone(),
            (true, false) => self.totals.clone(),
            (false, _) => {
                let meant = self.pairs(wanted).iter();
                counted(meant.filter(|pair| wanted.means(pair, pair.rule_id(&self.book))), &self.book)
            }
        }
    }

    /// Tells every conflict that is wanted, in order, a bundle at a time; several threads put them into words.
    pub fn tell<E>(
        &self,
        wanted: &Wanted,
        threads: usize,
        mut listen: impl FnMut(Vec<Conflict>) -> Result<(), E>,
    ) -> Result<(), E> {
        const BUNDLE: usize = 4096;
        let meant: Vec<&Pair> =
            self.pairs(wanted).iter().filter(|pair| wanted.means(pair, pair.rule_id(&self.book))).collect();
        meant.chunks(BUNDLE).try_for_each(|bundle| listen(self.in_words(bundle, threads)))
    }

    fn in_words(&self, pairs: &[&Pair], threads: usize) -> Vec<Conflict> {
        const HANDFUL: usize = 64;
        let next = AtomicUsize::new(0);
        let work = || {
            let mut told = Vec::new();
            loop {
                let at = next.fetch_add(HANDFUL, Ordering::Relaxed);
                if at >= pairs.len() {
                    return told;
                }
                let handful = &pairs[at..pairs.len().min(at + HANDFUL)];
                told.push((at, handful.iter().filter_map(|pair| self.told(pair)).collect::<Vec<_>>()));
            }
        };
        let mut told: Vec<(usize, Vec<Conflict>)> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.max(1)).map(|_| scope.spawn(work)).collect();
            let mut told = work();
            for other in others {
                told.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            told
        });
        told.sort_by_key(|(at, _)| *at);
        told.into_iter().flat_map(|(_, conflicts)| conflicts).collect()
    }

    fn pairs(&self, wanted: &Wanted) -> &[Pair] {
        if wanted.asks_for_undetermined() { &self.undetermined } else { &self.conflicts }
    }

    fn cursor(&self, pair: &Pair) -> Option<String> {
        let (verdict, ratio, rule, ends) = pair.rank(&self.book);
        let ends = ends.map(|(layer, id)| (layer, id.to_owned()));
        serde_json::to_string(&Cursor(verdict, ratio, rule.to_owned(), ends)).ok()
    }
}

/// A pair in words: it is judged once more.
pub(super) fn told(view: &View<'_>, plants: &Plants, pair: &Pair) -> Option<Conflict> {
    let (layer, asker) = pair.asker()?;
    let subject: Subject<'_> = Table::shipped().subject(layer, asker, plants)?;
    let finding = view.finding(pair, &subject)?;
    let nearest = match pair.side {
        Side::Forward => finding.nearest,
        Side::Reverse => finding.nearest.map(|line| {
            let [from, to] = line.coordinates;
            MeasuredLine { coordinates: [to, from] }
        }),
    };
    Some(Conflict {
        id: pair.id(view.book),
        rule: finding.rule,
        title: finding.title,
        effect: finding.effect,
        outcome: finding.outcome,
        standing: pair.standing,
        severity: pair.verdict,
        verification: finding.verification,
        required_m: finding.required_m,
        measured_m: finding.measured_m,
        margin_m: finding.margin_m,
        subject: target(pair.subject_layer, &pair.subject),
        object: pair.object.as_ref().map(|object| target(pair.object_layer, object)),
        township: pair.township.as_ref().map(|township| township.name().to_owned()),
        nearest,
        clause: finding.clause,
        explanation: finding.explanation,
    })
}

fn target(layer: Layer, feature: &Feature) -> Target {
    Target { layer, id: feature.id.clone(), name: feature.name().to_owned() }
}
