//! The survey of the current edition: made when somebody asks, on threads of its own, and kept until there is a newer one.
//!
//! A commit never waits for it. While the survey of a new edition is being made the old one is answered with, under its own
//! revision; of the very first one, what is there so far.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::civil::Date;
use tokio::sync::watch;

use super::Edition;
use crate::model::Revision;
use crate::rules::RuleBook;
use crate::siting::Survey;
use crate::siting::survey::{Progress, Work};

/// Makes surveys under one book and keeps the last.
pub struct Surveys {
    shared: Arc<Shared>,
}

struct Shared {
    book: Arc<RuleBook>,
    threads: usize,
    desk: Mutex<Desk>,
    /// Counts the surveys that ended, for those who wait.
    news: watch::Sender<u64>,
}

#[derive(Default)]
struct Desk {
    kept: Option<Arc<Survey>>,
    making: Option<Making>,
}

#[derive(Clone)]
struct Making {
    revision: Revision,
    as_of: Date,
    progress: Arc<Progress>,
}

/// What there is to answer with.
#[derive(Clone)]
pub struct Surveyed {
    /// The newest survey; not complete where it is the first and still being made.
    pub survey: Arc<Survey>,
    /// The revision that is being surveyed meanwhile, with how many subjects have been asked, of how many.
    pub making: Option<(Revision, u64, u64)>,
}

impl Surveys {
    /// Surveys under a book, each on so many threads.
    pub fn new(book: Arc<RuleBook>, threads: usize) -> Self {
        let desk = Mutex::default();
        Self { shared: Arc::new(Shared { book, threads, desk, news: watch::Sender::new(0) }) }
    }

    /// The survey of an edition by the law of a day. Waits for it a while; then answers with what there is.
    pub async fn of(&self, edition: &Arc<Edition>, as_of: Date, patience: Duration) -> Surveyed {
        let mut news = self.shared.news.subscribe();
        let newest = async {
            // Once for a survey of something else that is being made, once for this one.
            for _ in 0..2 {
                if self.shared.serves(edition, as_of) {
                    return;
                }
                while self.shared.is_making() && news.changed().await.is_ok() {}
            }
        };
        // Whether it came in time or not, what is on the desk is the answer.
        let _ = tokio::time::timeout(patience, newest).await;
        self.shared.answer(edition, as_of)
    }
}

impl Drop for Surveys {
    fn drop(&mut self) {
        if let Some(making) = &self.shared.desk().making {
            making.progress.stop();
        }
    }
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        // The desk is only ever changed as a whole, so that a panic elsewhere leaves it in order.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the survey asked for is there; otherwise it is begun, unless another is being made.
    fn serves(self: &Arc<Self>, edition: &Arc<Edition>, as_of: Date) -> bool {
        let mut desk = self.desk();
        let there = desk.kept.as_ref().is_some_and(|kept| {
            // A survey of a newer edition serves as well.
            kept.is_complete() && kept.revision() >= edition.revision() && kept.as_of() == as_of
        });
        if !there && desk.making.is_none() {
            let making = Making { revision: edition.revision(), as_of, progress: Arc::default() };
            desk.making = Some(making.clone());
            let (shared, edition) = (Arc::downgrade(self), Arc::clone(edition));
            let before = desk.kept.clone().filter(|kept| kept.is_complete());
            std::thread::spawn(move || make(&shared, &edition, &making, before.as_deref()));
        }
        there
    }

    fn answer(&self, edition: &Edition, as_of: Date) -> Surveyed {
        let desk = self.desk();
        let making = desk.making.as_ref().map(|making| {
            let (done, of) = making.progress.so_far();
            (making.revision, done, of)
        });
        let survey = desk.kept.clone();
        let nothing = || Arc::new(Survey::begun(&edition.snapshot, &self.book, as_of));
        Surveyed { survey: survey.unwrap_or_else(nothing), making }
    }

    fn is_making(&self) -> bool {
        self.desk().making.is_some()
    }

    fn keep(&self, survey: Survey) {
        self.desk().kept = Some(Arc::new(survey));
    }

    fn end(&self) {
        self.desk().making = None;
        self.news.send_modify(|count| *count += 1);
    }
}

/// Makes a survey and puts it on the desk, if the desk is still there.
fn make(shared: &Weak<Shared>, edition: &Edition, making: &Making, before: Option<&Survey>) {
    let Some((book, threads)) = shared.upgrade().map(|shared| (Arc::clone(&shared.book), shared.threads)) else {
        return;
    };
    let _ended = Ended(shared);
    let show = |part: Survey| {
        if let Some(shared) = shared.upgrade() {
            shared.keep(part);
        }
    };
    // An old survey that is whole says more than a part of a new one.
    let work = Work {
        snapshot: &edition.snapshot,
        book: &book,
        as_of: making.as_of,
        threads,
        progress: &making.progress,
        show: before.is_none().then_some(&show),
    };
    let survey = before.map_or_else(|| Survey::of(&work), |before| before.after(&work));
    if let Some(shared) = shared.upgrade().filter(|_| survey.is_complete()) {
        shared.keep(survey);
    }
}

/// Clears the desk however the making ended, so that the next who asks may begin anew.
struct Ended<'a>(&'a Weak<Shared>);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.end();
        }
    }
}

#[cfg(test)]
mod tests;
