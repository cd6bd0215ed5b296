//! Series of readings: one quantity at one feature, its unit, its last known limit, and where it stands.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::MutexGuard;

use super::super::event::Subject;
use super::row::{Fault, Reading};
use crate::model::Layer;
use crate::store::{Entry, Journal, Note, Part, Store, StoreError};

/// Entries read at once.
const READ: u32 = 5000;

/// Where a series stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its unit.
    pub unit: String,
    /// The last known limit.
    pub limit: Option<f64>,
    /// The time of the newest reading.
    pub at: Timestamp,
    /// Its value.
    pub value: f64,
    /// Whether that is over the limit; no where none is known.
    pub over: bool,
}

/// A reading as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    #[serde(flatten)]
    pub reading: Reading,
    /// The limit it was held against.
    pub judged_by: Option<f64>,
    /// Whether it is over that.
    pub over: Option<bool>,
    /// Where the series stands after it.
    series: Series,
}

/// The series of a store.
pub struct SeriesBook {
    book: tokio::sync::Mutex<Book>,
    /// Where the series stood when the program started.
    first: Mutex<Vec<(Subject, Series)>>,
}

#[derive(Default)]
pub(super) struct Book {
    number: u64,
    series: HashMap<Subject, Series>,
}

impl SeriesBook {
    pub(in super::super) async fn open(store: &Arc<dyn Store>) -> Result<Self, StoreError> {
        let number = store.length(Journal::Readings).await?;
        let mut book = Book { number, ..Book::default() };
        for entry in store.entries(Journal::Readings, &Part::Newest, u32::MAX).await? {
            book.read(&entry);
        }
        let first = Mutex::new(book.series.iter().map(|(subject, series)| (subject.clone(), series.clone())).collect());
        Ok(Self { book: tokio::sync::Mutex::new(book), first })
    }

    /// The turn to read and to write readings.
    pub(super) async fn turn(&self) -> MutexGuard<'_, Book> {
        self.book.lock().await
    }

    /// Where the series stood when the program started; told once.
    pub(super) fn at_start(&self) -> Vec<(Subject, Series)> {
        std::mem::take(&mut *self.first.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Book {
    fn read(&mut self, entry: &Entry) {
        self.number = self.number.max(entry.number);
        if let Some(kept) = Kept::of(entry) {
            self.series.insert(kept.reading.subject(), kept.series);
        }
    }

    /// Reads what others have entered since.
    pub(super) async fn read_on(&mut self, store: &Arc<dyn Store>) -> Result<(), StoreError> {
        loop {
            let entries = store.entries(Journal::Readings, &Part::After(self.number), READ).await?;
            if entries.is_empty() {
                return Ok(());
            }
            for entry in &entries {
                self.read(entry);
            }
        }
    }

    /// A reading with its judgement, in the unit of the earlier ones. `ahead` are the series after the rows before it.
    pub(super) fn kept(&self, reading: Reading, ahead: &mut BTreeMap<Subject, Series>) -> Result<Kept, Fault> {
        let subject = reading.subject();
        let known = ahead.get(&subject).or_else(|| self.series.get(&subject));
        if let Some(series) = known.filter(|series| series.unit != reading.unit) {
            let reason = format!(
                "unit is {:?}; earlier readings of {} are in {:?}",
                reading.unit, reading.quantity, series.unit
            );
            let hint = format!("send the value in {}, or name the quantity otherwise", series.unit);
            return Err(Fault::new("unit_mismatch", reason, hint));
        }
        let judged_by = reading.limit.or_else(|| known?.limit);
        let over = judged_by.map(|limit| reading.value > limit);
        let series = known.filter(|series| series.at > reading.at).cloned().map_or_else(
            || Series {
                unit: reading.unit.clone(),
                limit: judged_by,
                at: reading.at,
                value: reading.value,
                over: over == Some(true),
            },
            // A late reading tells nothing of the present, and its limit is the one of its time.
            |series| Series { limit: series.limit.or(judged_by), ..series },
        );
        ahead.insert(subject, series.clone());
        Ok(Kept { reading, judged_by, over, series })
    }

    /// Where the series of these readings stand before they are read on.
    pub(super) fn states(&self, kept: &[Kept]) -> BTreeMap<Subject, Option<Series>> {
        let subjects = kept.iter().map(|kept| kept.reading.subject());
        subjects.map(|subject| (subject.clone(), self.series.get(&subject).cloned())).collect()
    }

    /// The quantities that are measured at a feature.
    pub(super) fn quantities(&self, layer: Layer, feature: &str) -> Vec<String> {
        let own = self.series.keys().filter(|subject| subject.layer == layer && subject.feature == feature);
        let mut quantities: Vec<String> = own.filter_map(|subject| subject.quantity.clone()).collect();
        quantities.sort_unstable();
        quantities
    }
}

impl Kept {
    /// The reading of an entry.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let read = serde_json::from_str(&entry.note.body);
        read.inspect_err(
            |error| tracing::error!(number = entry.number, %error, "a reading in the journal cannot be read"),
        )
        .ok()
    }

    /// Its entry: the same value of the same series at the same time is the same reading.
    pub(super) fn note(&self, author: &str) -> Note {
        let topic = self.reading.subject().to_string();
        let key = format!("{topic}|{}|{}", self.reading.at, self.reading.value);
        // Nothing in a reading can fail to be written as JSON.
        let body = serde_json::to_string(self).unwrap_or_default();
        Note { key, topic, author: author.to_owned(), body }
    }

    pub(super) fn why(&self) -> String {
        why(&self.reading.quantity, self.reading.value, &self.reading.unit, self.judged_by, self.reading.at)
    }
}

impl Series {
    pub(super) fn why(&self, quantity: &str) -> String {
        why(quantity, self.value, &self.unit, self.limit, self.at)
    }
}

fn why(quantity: &str, value: f64, unit: &str, limit: Option<f64>, at: Timestamp) -> String {
    let limit = limit.map_or_else(|| "不明".to_owned(), |limit| format!("{limit} {unit}"));
    format!("监测值超限：{quantity} {value} {unit}，限值 {limit}（{at}）")
}
