//! 册 Atlas: the current edition, making the next one, and following other writers.
//!
//! Readers take the current edition without a lock and keep it as long as they like. Writers take turns: each decides on
//! the newest edition, commits to the store, and the edition that the commit makes takes the place of the old one in one
//! step. When a step fails the old edition stays, and [`Atlas::trouble`] says why until a later step succeeds.

mod edition;
mod error;
mod publications;
mod surveys;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

pub use edition::Edition;
pub use error::{AtlasError, ChangeError};
pub use publications::{Head, Publications};
pub use surveys::{Surveyed, Surveys};

use crate::index::Unavailable;
use crate::model::{ChangeSet, Commit, Feature, Layer, Revision};
use crate::risk::Scheme;
use crate::store::{Contents, Store, StoreError};

/// How often a change is decided anew because others wrote first.
const ATTEMPTS: usize = 8;
/// How often changed layers are read one by one before everything is read at once.
const READINGS: usize = 3;
/// How long a follower sleeps between two looks at the store.
const BEAT: Duration = Duration::from_millis(100);
/// How long it sleeps while the store fails.
const SLOW_BEAT: Duration = Duration::from_secs(1);
/// Beats between two attempts to read layers that could not be read.
const BEATS_TO_MEND: u32 = 100;

/// Beats between two looks whether changes have piled up.
const BEATS_TO_FOLD: u32 = 10;

/// The holder of the current edition.
pub struct Atlas {
    store: Arc<dyn Store>,
    current: ArcSwap<Edition>,
    publications: ArcSwap<Publications>,
    turn: Mutex<()>,
    trouble: ArcSwapOption<String>,
    news: watch::Sender<Revision>,
}

impl Atlas {
    /// Loads everything a store holds. A layer that cannot be read is unavailable and leaves the others alone.
    pub async fn open(store: Arc<dyn Store>) -> Result<Arc<Self>, AtlasError> {
        Self::open_by(store, Arc::clone(Scheme::shipped())).await
    }

    /// The same, graded by a scheme of the district's own.
    pub async fn open_by(store: Arc<dyn Store>, scheme: Arc<Scheme>) -> Result<Arc<Self>, AtlasError> {
        let contents = store.load().await?;
        let publications = Publications::default().read_on(&*store).await?;
        let published = publications.published();
        let edition = tokio::task::spawn_blocking(move || Edition::first(contents, &scheme, &published)).await?;
        let news = watch::Sender::new(edition.revision());
        let (current, publications) = (ArcSwap::from_pointee(edition), ArcSwap::from_pointee(publications));
        let (turn, trouble) = (Mutex::new(()), ArcSwapOption::empty());
        Ok(Arc::new(Self { store, current, publications, turn, trouble, news }))
    }

    /// The newest edition that is ready.
    pub fn current(&self) -> Arc<Edition> {
        self.current.load_full()
    }

    /// Hears of every new edition, once it is the current one.
    pub fn editions(&self) -> watch::Receiver<Revision> {
        self.news.subscribe()
    }

    fn put(&self, next: Edition) {
        let revision = next.revision();
        self.current.store(Arc::new(next));
        self.news.send_replace(revision);
    }

    /// Where the registers rest.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Why the current edition may be out of date; `None` while all is well.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.load_full().map(|trouble| (*trouble).clone())
    }

    /// Makes one change. `decide` sees the newest edition and answers with the changes, or refuses; it is asked again when
    /// the store turns out to have moved on, so it must not keep what it saw. What it tells besides comes back with the
    /// commit, and from then on [`Atlas::current`] shows the change.
    pub async fn change<T, E>(
        &self,
        mut decide: impl FnMut(&Edition) -> Result<(ChangeSet, T), E> + Send,
    ) -> Result<(Commit, T), ChangeError<E>> {
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS {
            let edition = self.current();
            let (mut changes, told) = match at_leisure(|| decide(&edition)) {
                Ok(decided) => decided,
                // The refusal may rest on an edition that others have made old.
                Err(refusal) => match self.catch_up(false).await {
                    Ok(true) => continue,
                    _ => return Err(ChangeError::Refused(refusal)),
                },
            };
            changes.base = edition.revision();
            readable(&edition, &changes)?;
            match self.store.commit(changes).await {
                Ok(commit) => return Ok((self.publish(edition, commit).await, told)),
                Err(StoreError::Moved { .. }) => drop(self.catch_up(false).await?),
                Err(error) => return Err(error.into()),
            }
        }
        Err(ChangeError::Contended(ATTEMPTS))
    }

    /// Picks up what other writers have committed; says whether there was anything.
    pub async fn refresh(&self) -> Result<bool, AtlasError> {
        self.told(self.look(false).await)
    }

    /// Refreshes ten times a second for as long as it is polled. Errors are told through [`Atlas::trouble`] and in the log,
    /// once each, and heal by themselves; layers that could not be read are tried again every ten seconds. What single
    /// changes have piled up in a layer is folded in beside all that, for which nobody waits.
    pub async fn follow(self: Arc<Self>) {
        let mut beats = 0u32;
        let mut folding: Option<JoinHandle<()>> = None;
        loop {
            beats = beats.wrapping_add(1);
            let mend = beats.is_multiple_of(BEATS_TO_MEND);
            let well = self.told(self.look(mend).await).is_ok();
            let idle = folding.as_ref().is_none_or(JoinHandle::is_finished);
            if idle && beats.is_multiple_of(BEATS_TO_FOLD) && self.current().snapshot.is_grown() {
                folding = Some(tokio::spawn(Arc::clone(&self).fold()));
            }
            tokio::time::sleep(if well { BEAT } else { SLOW_BEAT }).await;
        }
    }

    /// Makes the current edition cheap to change again. Commits go on meanwhile and are carried over.
    async fn fold(self: Arc<Self>) {
        let earlier = self.current();
        let made = Arc::clone(&earlier);
        match tokio::task::spawn_blocking(move || made.snapshot.folded()).await {
            Ok(folded) => {
                let _turn = self.turn.lock().await;
                self.current.store(Arc::new(self.current().carried_over(&earlier.snapshot, &folded)));
            }
            Err(error) => tracing::error!(%error, "folding changes in broke off; they are kept as they are"),
        }
    }

    /// Asks for the revision first, without waiting for a writer's turn.
    async fn look(&self, mend: bool) -> Result<bool, AtlasError> {
        let mend = mend && self.current().snapshot.unavailable().next().is_some();
        let lags = self.lags_publications().await?;
        if !mend && !lags && self.store.revision().await? == self.current().revision() {
            return Ok(false);
        }
        let _turn = self.turn.lock().await;
        let caught_up = self.catch_up(mend).await?;
        Ok(self.catch_up_publications().await? || caught_up)
    }

    /// Makes the current edition the store's newest; the caller holds the turn. `mend` reads lost layers again even where
    /// nothing was committed.
    async fn catch_up(&self, mend: bool) -> Result<bool, AtlasError> {
        let old = self.current();
        let (served, found) = (old.revision(), self.store.revision().await?);
        if found < served {
            return Err(AtlasError::WentBack { served, found });
        }
        if found == served && !mend {
            return Ok(false);
        }
        let newer = self.read_since(&old).await?;
        let moved = newer.revision > served || newer.layers.values().any(Result::is_ok);
        if moved {
            let next = tokio::task::spawn_blocking(move || old.caught_up(newer)).await?;
            self.put(next);
        }
        Ok(moved)
    }

    /// The layers that changed since an edition and those it lacks, all as of one revision.
    async fn read_since(&self, old: &Edition) -> Result<Contents, StoreError> {
        for _ in 0..READINGS {
            let revision = self.store.revision().await?;
            let mut layers: BTreeSet<Layer> = self.store.changed_since(old.revision()).await?.into_iter().collect();
            layers.extend(old.snapshot.unavailable().map(|(layer, _)| layer));
            let mut contents = Contents { revision, ..Contents::default() };
            for layer in layers {
                contents.layers.insert(layer, self.read(layer).await?);
            }
            // Nobody committed meanwhile, so all of it is of this revision.
            if self.store.revision().await? == revision {
                return Ok(contents);
            }
        }
        let mut contents = self.store.load().await?;
        for layer in Layer::ALL {
            contents.layers.entry(layer).or_insert_with(|| Ok(vec![]));
        }
        Ok(contents)
    }

    /// One layer, or why it alone cannot be read; an error is the store's as a whole.
    async fn read(&self, layer: Layer) -> Result<Result<Vec<Feature>, String>, StoreError> {
        match self.store.load_layer(layer).await {
            Ok((_, features)) => Ok(Ok(features)),
            Err(StoreError::Unreadable(why)) => Ok(Err(why)),
            Err(error) => Err(error),
        }
    }

    /// Puts the edition that a commit makes in place. Where that fails the commit stands all the same: the old edition
    /// stays for the moment and the next refresh reads the commit from the store.
    async fn publish(&self, edition: Arc<Edition>, commit: Commit) -> Commit {
        if commit.revision == edition.revision() {
            return commit;
        }
        let commit = Arc::new(commit);
        let made = Arc::clone(&commit);
        match tokio::task::spawn_blocking(move || edition.after(&made)).await {
            Ok(next) => self.put(next),
            Err(error) => drop(self.told::<()>(Err(error.into()))),
        }
        Arc::unwrap_or_clone(commit)
    }

    /// Remembers an error as the present trouble, or that there is none; logs the turns.
    fn told<T>(&self, outcome: Result<T, AtlasError>) -> Result<T, AtlasError> {
        let trouble = outcome.as_ref().err().map(ToString::to_string);
        let before = self.trouble.swap(trouble.clone().map(Arc::new));
        match (before, trouble) {
            (before, Some(trouble)) if before.as_deref() != Some(&trouble) => {
                tracing::error!(trouble, revision = self.current().revision().0, "the edition cannot be renewed");
            }
            (Some(_), None) => tracing::info!(revision = self.current().revision().0, "the edition is renewed again"),
            _ => {}
        }
        outcome
    }
}

/// A change of a layer that could not be read was decided on nothing.
fn readable(edition: &Edition, changes: &ChangeSet) -> Result<(), AtlasError> {
    for layer in changes.layers() {
        if let Err(Unavailable(why)) = edition.snapshot.layer(layer) {
            return Err(AtlasError::Unavailable { layer, why: why.clone() });
        }
    }
    Ok(())
}

/// Runs long work without holding up other tasks of the same thread, where the runtime has threads to spare.
pub fn at_leisure<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

#[cfg(test)]
mod tests;
