//! Readings of online monitoring: kept one by one, and a warning for each that goes over its limit.

mod row;
mod series;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::alert::Cause;
use super::candidates::Sight;
use super::event::{Subject, alert_id};
use super::fold::{Fold, Stand};
use super::judge::Measured;
use super::watch::Alerts;
use crate::model::Layer;
use crate::store::{Entry, Journal, Note, Part, StoreError};
pub use row::{Reading, Reject};
use series::Kept;
pub use series::Series;
pub(super) use series::SeriesBook;

/// What a batch of readings may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows.
    pub rows: usize,
    /// Rejects that are told one by one; all are counted.
    pub rejects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 10_000, rejects: 1000 }
    }
}

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Rows that were read; accepted, rejected and duplicates together.
    pub read: usize,
    /// Rows that were kept.
    pub accepted: usize,
    /// Rows that were not.
    pub rejected: usize,
    /// Rows that were kept before.
    pub duplicates: usize,
    /// Accepted rows over their limit.
    pub over_limit: usize,
    /// Accepted rows for which no limit is known.
    pub not_judged: usize,
    /// Why rows were rejected; the first of them where there are many.
    pub rejects: Vec<Reject>,
}

impl Alerts {
    /// Takes a batch of readings in: every row is judged by itself, the good ones are kept, and warnings are raised.
    pub async fn take(&self, rows: &[Value], author: &str, limits: &Limits) -> Result<Told, StoreError> {
        let mut book = self.series.turn().await;
        book.read_on(self.atlas.store()).await?;
        let mut told = Told { read: rows.len(), ..Told::default() };
        let (mut notes, mut ahead) = (Vec::new(), BTreeMap::new());
        let edition = self.atlas.current();
        for (at, row) in rows.iter().enumerate() {
            let judged = Reading::read(row, &edition.snapshot, Timestamp::now())
                .and_then(|reading| book.kept(reading, &mut ahead));
            match judged {
                Ok(kept) => notes.push(kept.note(author)),
                Err(fault) => {
                    told.rejected += 1;
                    if told.rejects.len() < limits.rejects {
                        told.rejects.push(fault.of_row(at + 1));
                    }
                }
            }
        }
        let entered = self.atlas.store().append(Journal::Readings, notes).await?;
        told.accepted = entered.len();
        told.duplicates = told.read - told.rejected - told.accepted;
        let kept: Vec<Kept> = entered.iter().filter_map(Kept::of).collect();
        told.over_limit = kept.iter().filter(|kept| kept.over == Some(true)).count();
        told.not_judged = kept.iter().filter(|kept| kept.over.is_none()).count();
        let before = book.states(&kept);
        book.read_on(self.atlas.store()).await?;
        drop(book);
        self.decide(|fold, sight| said(fold, sight, &kept, &before)).await?;
        Ok(told)
    }

    /// At most `limit` readings entered before a number, newest first: of one series, or of all.
    pub async fn readings(
        &self,
        series: Option<(Layer, &str, &str)>,
        before: u64,
        limit: u32,
    ) -> Result<Vec<(Entry, Reading)>, StoreError> {
        let part = match series {
            None => Part::Back(before),
            Some((layer, feature, quantity)) => Part::BackOn(subject(layer, feature, quantity).to_string(), before),
        };
        let entries = self.atlas.store().entries(Journal::Readings, &part, limit).await?;
        Ok(entries.into_iter().filter_map(|entry| Kept::of(&entry).map(|kept| (entry, kept.reading))).collect())
    }

    /// The quantities that are measured at a feature.
    pub async fn quantities(&self, layer: Layer, feature: &str) -> Vec<String> {
        self.series.turn().await.quantities(layer, feature)
    }
}

/// What is measured.
fn subject(layer: Layer, feature: &str, quantity: &str) -> Subject {
    Subject { cause: Cause::OverLimit, layer, feature: feature.to_owned(), quantity: Some(quantity.to_owned()) }
}

/// The entries that new readings make in the journal of warnings. Of each series they are taken in the order of their
/// times: the first over its limit raises, the first that is back again ends. Late ones are warned of as well, but say
/// nothing of the present.
fn said(fold: &Fold, sight: &Sight, kept: &[Kept], before: &BTreeMap<Subject, Option<Series>>) -> Vec<Note> {
    let mut by_series: BTreeMap<Subject, Vec<&Kept>> = BTreeMap::new();
    for one in kept.iter().filter(|one| one.over.is_some()) {
        by_series.entry(one.reading.subject()).or_default().push(one);
    }
    let mut notes = Vec::new();
    for (subject, mut readings) in by_series {
        readings.sort_by_key(|one| one.reading.at);
        let known = before.get(&subject).and_then(Option::as_ref).map(|series| series.at);
        let late = readings.partition_point(|one| known.is_some_and(|at| one.reading.at < at));
        let (late, fresh) = readings.split_at(late);
        let mut teller = Teller::of(fold, sight, subject);
        if !teller.stands() {
            notes.extend(late.iter().filter_map(|one| teller.tell(one.over == Some(true), || one.why())));
            notes.extend(teller.tell(false, String::new));
        }
        notes.extend(fresh.iter().filter_map(|one| teller.tell(one.over == Some(true), || one.why())));
    }
    notes
}

/// Tells the turns of one series.
struct Teller<'a> {
    sight: &'a Sight,
    subject: Subject,
    stand: Option<Stand>,
}

impl<'a> Teller<'a> {
    fn of(fold: &Fold, sight: &'a Sight, subject: Subject) -> Self {
        Self { sight, stand: fold.stand(&subject).cloned(), subject }
    }

    fn stands(&self) -> bool {
        self.stand.as_ref().is_some_and(|stand| stand.reached.is_some())
    }

    /// The entry of a turn; `None` while things stay as they are.
    fn tell(&mut self, over: bool, why: impl FnOnce() -> String) -> Option<Note> {
        if self.stands() == over {
            return None;
        }
        let known = self.stand.as_ref();
        let note = if over {
            self.sight.raised(known, &self.subject, 1, Some(&Measured { why: why() })).note()
        } else {
            self.sight.eased(known, &self.subject, None)
        };
        let sequence = known.map_or(0, |stand| stand.sequence) + 1;
        let alert =
            if over { Some(alert_id(&self.subject, sequence)) } else { known.and_then(|known| known.alert.clone()) };
        let (revision, day) = (self.sight.edition.revision(), self.sight.day);
        self.stand = Some(Stand { reached: over.then_some(1), sequence, revision, day, alert });
        Some(note)
    }
}

impl SeriesBook {
    /// The entries that are missing because the program ended between keeping a reading and raising its warning.
    pub(super) fn unsaid(&self, sight: &Sight, fold: &Fold) -> Vec<Note> {
        let told = self.at_start().into_iter().filter_map(|(subject, series)| {
            let quantity = subject.quantity.clone().unwrap_or_default();
            Teller::of(fold, sight, subject).tell(series.over, || series.why(&quantity))
        });
        told.collect()
    }
}
