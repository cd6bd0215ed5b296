//! The store that is measured, and its making.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sisetu::model::{Change, ChangeSet, Commit, Feature, Layer, Properties, Revision};
use sisetu::sample;
use sisetu::store::{self, Contents, Entry, Journal, Note, Part, Store, StoreError, Version};

use super::Fault;

const SEED: u64 = 1;

/// Writes the sample of a size into a new store.
pub async fn written(path: &Path, size: &str) -> Result<(), Fault> {
    let started = Instant::now();
    let store = store::open(&path.to_string_lossy(), true).await?;
    let layers = if size == "district" { sample::district(SEED) } else { sample::province(SEED) };
    for layer in layers {
        let feature = |sample: sample::SampleFeature| {
            let properties: Properties = sample.properties.into_iter().collect();
            Feature::new(sample.id, sample.geometry, properties)
        };
        let changes = layer.features.filter_map(feature).map(|feature| Change::Put(layer.layer, feature)).collect();
        let base = store.revision().await?;
        store.commit(ChangeSet { changes, author: "benchmark".to_owned(), reason: "sample".to_owned(), base }).await?;
    }
    println!("{size} written in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// A store that notes how long its last loading and its last commit took.
pub struct Timed {
    store: Arc<dyn Store>,
    loading: Mutex<Duration>,
    committing: Mutex<Duration>,
}

impl Timed {
    pub async fn open(path: &Path) -> Result<Self, Fault> {
        let store = store::open(&path.to_string_lossy(), false).await?;
        Ok(Self { store, loading: Mutex::default(), committing: Mutex::default() })
    }

    pub fn loading(&self) -> Duration {
        *self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn committing(&self) -> Duration {
        *self.committing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn timed<T>(work: impl Future<Output = T>, note: &Mutex<Duration>) -> T {
    let started = Instant::now();
    let done = work.await;
    *note.lock().unwrap_or_else(PoisonError::into_inner) = started.elapsed();
    done
}

#[async_trait]
impl Store for Timed {
    fn name(&self) -> &str {
        self.store.name()
    }

    async fn revision(&self) -> Result<Revision, StoreError> {
        self.store.revision().await
    }

    async fn load(&self) -> Result<Contents, StoreError> {
        timed(self.store.load(), &self.loading).await
    }

    async fn load_layer(&self, layer: Layer) -> Result<(Revision, Vec<Feature>), StoreError> {
        self.store.load_layer(layer).await
    }

    async fn changed_since(&self, revision: Revision) -> Result<Vec<Layer>, StoreError> {
        self.store.changed_since(revision).await
    }

    async fn commit(&self, changes: ChangeSet) -> Result<Commit, StoreError> {
        timed(self.store.commit(changes), &self.committing).await
    }

    async fn history(&self, layer: Layer, id: &str) -> Result<Vec<Version>, StoreError> {
        self.store.history(layer, id).await
    }
    async fn append(&self, journal: Journal, notes: Vec<Note>) -> Result<Vec<Entry>, StoreError> {
        self.store.append(journal, notes).await
    }

    async fn entries(&self, journal: Journal, part: &Part, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.store.entries(journal, part, limit).await
    }

    async fn length(&self, journal: Journal) -> Result<u64, StoreError> {
        self.store.length(journal).await
    }
}
