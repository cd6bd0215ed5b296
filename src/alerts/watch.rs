//! The watch: reads the journal, follows the editions and the clock, and enters what is new.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use jiff::civil::Date;
use tokio::sync::{Mutex, watch};

use super::alert::{Alert, Cause, State};
use super::candidates::{Sight, lacking};
use super::clock;
use super::deed::{ActError, Deed, Step};
use super::event::{Done, Event, Subject};
use super::fold::Fold;
use super::page::{Page, Wanted, page};
use super::readings::SeriesBook;
use crate::atlas::{Atlas, at_leisure};
use crate::model::Layer;
use crate::store::{Journal, Note, Part, StoreError};

/// How long the watch sleeps between two looks at the journal and the clock.
const BEAT: Duration = Duration::from_millis(250);
/// How long it sleeps while the store fails.
const SLOW_BEAT: Duration = Duration::from_secs(1);
/// Entries read at once.
const READ: u32 = 5000;
/// Entries written at once, so that others get their turn in between.
const WRITTEN: usize = 1000;
/// How often the same is judged anew because others wrote first.
const ATTEMPTS: usize = 8;

/// The warnings of a store.
pub struct Alerts {
    pub(super) atlas: Arc<Atlas>,
    fold: RwLock<Fold>,
    /// Held by whoever reads the journal on, judges and enters.
    turn: Mutex<Progress>,
    news: watch::Sender<u64>,
    /// Subjects that somebody wrote about and that were not looked at since.
    touched: std::sync::Mutex<BTreeSet<Subject>>,
    pub(super) series: SeriesBook,
}

/// How far the watch has come.
#[derive(Default)]
struct Progress {
    /// The last sight that was judged in full.
    seen: Option<Sight>,
    /// The last sight that was looked at, be it that a layer was lacking.
    looked: Option<Sight>,
}

impl Alerts {
    /// Reads the journal. Nothing is judged before [`Alerts::follow`] runs.
    pub async fn open(atlas: Arc<Atlas>) -> Result<Arc<Self>, StoreError> {
        let series = SeriesBook::open(atlas.store()).await?;
        let (fold, turn, news) = (RwLock::default(), Mutex::default(), watch::Sender::new(0));
        let alerts = Self { atlas, fold, turn, news, touched: std::sync::Mutex::default(), series };
        alerts.read_on().await?;
        // The first look judges everything.
        alerts.take_touched();
        Ok(Arc::new(alerts))
    }

    /// A page of warnings, newest first, raised before an entry of the journal.
    pub fn page(&self, wanted: &Wanted, before: Option<u64>, limit: usize) -> Page {
        page(&self.fold(), wanted, before.unwrap_or(u64::MAX), limit)
    }

    /// The warning of an id.
    pub fn alert(&self, id: &str) -> Option<Alert> {
        self.fold().alert(id).cloned()
    }

    /// How many warnings are in a state.
    pub fn count(&self, state: State) -> usize {
        self.fold().count(state)
    }

    /// At most so many things that happened to warnings after an entry, oldest first, each with its number in the journal
    /// and the warning as it was then.
    pub fn since(&self, number: u64, limit: usize) -> Vec<(u64, Alert)> {
        self.fold().since(number).take(limit).collect()
    }

    /// Hears the number of the journal's last entry whenever it grows.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// The layers that cannot be read, for which nothing is judged at the moment.
    pub fn lacking(&self) -> Vec<Layer> {
        lacking(&self.atlas.current())
    }

    /// Follows the editions, the journal and the clock for as long as it is polled.
    pub async fn follow(self: Arc<Self>) {
        let mut editions = self.atlas.editions();
        let mut failing = false;
        loop {
            let outcome = self.judge_now().await;
            let failed = outcome.is_err();
            match outcome {
                Err(error) if !failing => tracing::error!(%error, "warnings cannot be judged; trying again"),
                Ok(()) if failing => tracing::info!("warnings are judged again"),
                _ => {}
            }
            failing = failed;
            if failed {
                tokio::time::sleep(SLOW_BEAT).await;
            } else {
                // Whether an edition came or the beat, the next look tells.
                let _ = tokio::time::timeout(BEAT, editions.changed()).await;
            }
        }
    }

    /// Judges what changed since the last time, as `follow` does again and again.
    pub async fn judge_now(&self) -> Result<(), StoreError> {
        self.judge_on(clock::today()).await
    }

    /// The same on a day of one's own choice.
    pub async fn judge_on(&self, day: Date) -> Result<(), StoreError> {
        let mut progress = self.turn.lock().await;
        let sight = Sight { edition: self.atlas.current(), day };
        self.read_on().await?;
        let same = |looked: &Sight| Arc::ptr_eq(&looked.edition, &sight.edition) && looked.day == sight.day;
        if progress.looked.as_ref().is_some_and(same) && self.is_untouched() {
            return Ok(());
        }
        if lacking(&sight.edition).is_empty() {
            self.bring_up(&sight, progress.seen.as_ref()).await?;
            progress.seen = Some(sight.clone());
        }
        progress.looked = Some(sight);
        Ok(())
    }

    /// Enters whatever the journal does not say yet; the caller holds the turn.
    async fn bring_up(&self, sight: &Sight, seen: Option<&Sight>) -> Result<(), StoreError> {
        let baselines = sight.baselines(&self.fold());
        if !baselines.is_empty() {
            self.enter(baselines).await?;
        }
        if seen.is_none() {
            let readings = self.series.unsaid(sight, &self.fold());
            self.enter(readings).await?;
        }
        let mut candidates = at_leisure(|| sight.candidates(seen, &self.fold()));
        for _ in 0..ATTEMPTS {
            candidates.extend(self.take_touched());
            let notes = at_leisure(|| self.notes(sight, &candidates));
            if notes.is_empty() {
                break;
            }
            self.enter(notes).await?;
        }
        Ok(())
    }

    fn notes(&self, sight: &Sight, candidates: &BTreeSet<Subject>) -> Vec<Note> {
        let fold = self.fold();
        // Readings are judged as they come.
        let judged = candidates.iter().filter(|subject| subject.cause != Cause::OverLimit);
        judged.filter_map(|subject| sight.judged(&fold, subject)).collect()
    }

    /// Enters notes, those of others' that came first passed over, and reads on.
    async fn enter(&self, notes: Vec<Note>) -> Result<(), StoreError> {
        let mut notes = notes.into_iter().peekable();
        while notes.peek().is_some() {
            let part = notes.by_ref().take(WRITTEN).collect();
            self.atlas.store().append(Journal::Alerts, part).await?;
        }
        self.read_on().await
    }

    /// Reads what was entered since, by whomever. The caller holds the turn.
    async fn read_on(&self) -> Result<(), StoreError> {
        let store = self.atlas.store();
        let mut known = self.fold().number();
        if store.length(Journal::Alerts).await? == known {
            return Ok(());
        }
        loop {
            let entries = store.entries(Journal::Alerts, &Part::After(known), READ).await?;
            if entries.is_empty() {
                break;
            }
            let mut fold = self.fold.write().unwrap_or_else(PoisonError::into_inner);
            let touched: Vec<Subject> = entries.iter().filter_map(|entry| fold.read(entry)).collect();
            known = fold.number();
            self.touched.lock().unwrap_or_else(PoisonError::into_inner).extend(touched);
        }
        self.news.send_replace(known);
        Ok(())
    }

    fn take_touched(&self) -> BTreeSet<Subject> {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_untouched(&self) -> bool {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Does something about a warning; gives it as it is then.
    pub async fn act(&self, id: &str, step: Step, deed: Deed) -> Result<Alert, ActError> {
        let _turn = self.turn.lock().await;
        self.read_on().await?;
        let unknown = || ActError::Unknown(id.to_owned());
        let order = |state| ActError::Order { state, step };
        let state = self.alert(id).ok_or_else(unknown)?.state();
        if state != step.from() {
            return Err(order(state));
        }
        let note = step.event(Done { note: deed.note, key: deed.key }).step(id, step.to().word(), &deed.by);
        let entered = self.atlas.store().append(Journal::Alerts, vec![note]).await?;
        self.read_on().await?;
        let alert = self.alert(id).ok_or_else(unknown)?;
        // Somebody else took the step in between.
        if entered.is_empty() { Err(order(alert.state())) } else { Ok(alert) }
    }

    /// Enters notes that are decided on the newest fold, anew where others come first.
    pub(super) async fn decide(
        &self,
        mut decide: impl FnMut(&Fold, &Sight) -> Vec<Note> + Send,
    ) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS {
            self.read_on().await?;
            let sight = Sight { edition: self.atlas.current(), day: clock::today() };
            let notes = decide(&self.fold(), &sight);
            // Where others came first with all of it, they may have decided the same.
            if notes.is_empty() || !self.atlas.store().append(Journal::Alerts, notes).await?.is_empty() {
                break;
            }
        }
        self.read_on().await
    }

    /// Notes, once and for all, that a webhook has taken everything up to an entry.
    pub(super) async fn delivered(&self, hook: &str, number: u64) -> Result<(), StoreError> {
        self.decide(|fold, _| {
            let news = fold.delivered(hook).is_none_or(|known| known < number);
            if news { vec![Event::delivered(hook, number)] } else { vec![] }
        })
        .await
    }

    /// Up to which entry a webhook has taken everything.
    pub(super) fn delivered_to(&self, hook: &str) -> Option<u64> {
        self.fold().delivered(hook)
    }

    pub(super) fn fold(&self) -> RwLockReadGuard<'_, Fold> {
        // The fold is only ever changed an entry at a time, so that a panic elsewhere leaves it in order.
        self.fold.read().unwrap_or_else(PoisonError::into_inner)
    }
}
