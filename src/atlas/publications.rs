//! The published editions of the map: reading them from their journal, publishing the next one, and having their reds held
//! by whoever serves the store.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::{ATTEMPTS, Atlas, AtlasError, ChangeError, at_leisure};
use crate::model::Revision;
use crate::risk::{Aggregation, Heading, Publication, PublicationError, Published, Totals};
use crate::store::{Entry, Journal, Note, Part, Store, StoreError};

/// The topic of all editions in their journal.
const TOPIC: &str = "edition";

/// What a list says of an edition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Head {
    /// 1, 2, 3 …
    pub number: u64,
    /// What people call it.
    pub name: String,
    /// The day of publication.
    pub date: Date,
    /// Who published it.
    pub by: String,
    /// Anything else that was said.
    pub note: Option<String>,
    /// How areas took their colour.
    pub aggregator: Aggregation,
    /// The revision that it shows.
    pub revision: Revision,
    /// The version of the program that graded it.
    pub program: String,
    /// How many objects there are of each sort.
    pub totals: Totals,
    /// When it was entered in the journal.
    pub published_at: Timestamp,
    /// The hash of its entry.
    pub hash: String,
}

/// The editions that were published so far.
#[derive(Clone, Debug, Default)]
pub struct Publications {
    heads: Vec<Arc<Head>>,
    newest: Option<Arc<Publication>>,
}

impl Publications {
    /// Every edition, oldest first.
    pub fn heads(&self) -> &[Arc<Head>] {
        &self.heads
    }

    /// The newest one.
    pub fn newest(&self) -> Option<&Arc<Publication>> {
        self.newest.as_ref()
    }

    /// The last edition of a day or before.
    pub fn as_of(&self, date: Date) -> Option<&Arc<Head>> {
        self.heads.iter().rfind(|head| head.date <= date)
    }

    /// What the newest edition says, for grades to hold its reds.
    pub(super) fn published(&self) -> Arc<Published> {
        self.newest.as_ref().map_or_else(Arc::default, |newest| Arc::new(Published::of(newest)))
    }

    fn length(&self) -> u64 {
        self.heads.len() as u64
    }

    fn take_in(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let publication = read(entry)?;
        self.heads.push(Arc::new(head(&publication, entry)));
        self.newest = Some(Arc::new(publication));
        Ok(())
    }

    /// These and what the journal holds besides.
    pub(super) async fn read_on(&self, store: &dyn Store) -> Result<Self, StoreError> {
        let mut publications = self.clone();
        loop {
            // One at a time: an edition of a province is a large text.
            let entries = store.entries(Journal::Editions, &Part::After(publications.length()), 1).await?;
            let Some(entry) = entries.first() else { return Ok(publications) };
            publications.take_in(entry)?;
        }
    }
}

/// An edition that cannot be read might hold reds, so that nothing is served in its stead.
fn read(entry: &Entry) -> Result<Publication, StoreError> {
    serde_json::from_str(&entry.note.body)
        .map_err(|error| StoreError::Unreadable(format!("published edition {}: {error}", entry.number)))
}

fn head(publication: &Publication, entry: &Entry) -> Head {
    Head {
        number: publication.number,
        name: publication.name.clone(),
        date: publication.date,
        by: publication.by.clone(),
        note: publication.note.clone(),
        aggregator: publication.aggregator.clone(),
        revision: publication.revision,
        program: publication.program.clone(),
        totals: publication.totals.clone(),
        published_at: entry.written_at,
        hash: entry.hash.clone(),
    }
}

impl Atlas {
    /// The editions that were published so far.
    pub fn publications(&self) -> Arc<Publications> {
        self.publications.load_full()
    }

    /// One published edition.
    pub async fn publication(&self, number: u64) -> Result<Option<Arc<Publication>>, AtlasError> {
        let publications = self.publications();
        if let Some(newest) = publications.newest().filter(|newest| newest.number == number) {
            return Ok(Some(Arc::clone(newest)));
        }
        let entries = self.store.entries(Journal::Editions, &Part::Key(number.to_string()), 1).await?;
        Ok(entries.first().map(read).transpose()?.map(Arc::new))
    }

    /// Publishes what the newest revision says. From then on its reds are held, here at once and by every other program
    /// that serves the store as soon as it looks.
    pub async fn issue(
        &self,
        heading: Heading,
        author: &str,
    ) -> Result<Arc<Publication>, ChangeError<PublicationError>> {
        let _turn = self.turn.lock().await;
        for _ in 0..ATTEMPTS {
            self.catch_up(false).await?;
            self.catch_up_publications().await?;
            let edition = self.current();
            let draft = at_leisure(|| Publication::draft(&edition.snapshot, &edition.grades, heading.clone()));
            let draft = draft.map_err(ChangeError::Refused)?;
            let body = serde_json::to_string(&draft).map_err(|error| StoreError::Unreadable(error.to_string()))?;
            let (key, topic, author) = (draft.number.to_string(), TOPIC.to_owned(), author.to_owned());
            let entered = self.store.append(Journal::Editions, vec![Note { key, topic, author, body }]).await?;
            // The number is known already where somebody else published first.
            if !entered.is_empty() {
                self.catch_up_publications().await?;
                return Ok(Arc::new(draft));
            }
        }
        Err(ChangeError::Contended(ATTEMPTS))
    }

    /// Whether the journal has more editions than are known here.
    pub(super) async fn lags_publications(&self) -> Result<bool, AtlasError> {
        Ok(self.store.length(Journal::Editions).await? != self.publications.load().length())
    }

    /// Reads on in the journal and holds the reds of the newest edition; the caller holds the turn.
    pub(super) async fn catch_up_publications(&self) -> Result<bool, AtlasError> {
        if !self.lags_publications().await? {
            return Ok(false);
        }
        let publications = self.publications().read_on(&*self.store).await?;
        let published = publications.published();
        let edition = self.current();
        let next = tokio::task::spawn_blocking(move || edition.holding(&published)).await?;
        self.publications.store(Arc::new(publications));
        self.current.store(Arc::new(next));
        Ok(true)
    }
}
