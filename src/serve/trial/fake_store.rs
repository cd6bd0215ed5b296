//! A store in memory that can be made to fail.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::model::{Change, ChangeSet, Commit, Feature, Layer, Revision};
use crate::store::{Contents, Entry, Journal, Note, Part, Store, StoreError, Version};

#[derive(Default)]
struct Held {
    revision: Revision,
    features: BTreeMap<(Layer, String), Feature>,
    versions: Vec<(Layer, String, Version)>,
    journals: BTreeMap<Journal, Vec<Entry>>,
}

#[derive(Default)]
pub struct FakeStore {
    held: Mutex<Held>,
    pub failing: AtomicBool,
    pub broken_layer: Mutex<Option<Layer>>,
}

impl FakeStore {
    /// Puts a feature in without making a revision.
    pub fn hold(&self, layer: Layer, mut feature: Feature) {
        let mut held = self.held.lock().unwrap();
        feature.tile_id = held.features.len() as u64 + 1;
        feature.valid_from = "2026-11-01T00:00:00Z".parse().unwrap();
        held.revision = Revision(held.revision.0.max(1));
        feature.revision = held.revision;
        held.features.insert((layer, feature.id.clone()), feature);
    }

    fn standing(&self) -> Result<(), StoreError> {
        let failing = self.failing.load(Ordering::SeqCst);
        if failing { Err(StoreError::Unreadable("made to fail".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl Store for FakeStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    async fn revision(&self) -> Result<Revision, StoreError> {
        self.standing()?;
        Ok(self.held.lock().unwrap().revision)
    }

    async fn load(&self) -> Result<Contents, StoreError> {
        self.standing()?;
        let held = self.held.lock().unwrap();
        let mut layers: BTreeMap<Layer, Result<Vec<Feature>, String>> = BTreeMap::new();
        for ((layer, _), feature) in &held.features {
            layers.entry(*layer).or_insert_with(|| Ok(vec![])).as_mut().unwrap().push(feature.clone());
        }
        if let Some(layer) = *self.broken_layer.lock().unwrap() {
            layers.insert(layer, Err("made to fail".to_owned()));
        }
        Ok(Contents { revision: held.revision, layers })
    }

    async fn load_layer(&self, layer: Layer) -> Result<(Revision, Vec<Feature>), StoreError> {
        let contents = self.load().await?;
        let features = contents.layers.get(&layer).cloned().unwrap_or_else(|| Ok(vec![]));
        Ok((contents.revision, features.map_err(StoreError::Unreadable)?))
    }

    async fn changed_since(&self, revision: Revision) -> Result<Vec<Layer>, StoreError> {
        let now = self.revision().await?;
        Ok(if now > revision { Layer::ALL.to_vec() } else { vec![] })
    }

    async fn commit(&self, set: ChangeSet) -> Result<Commit, StoreError> {
        self.standing()?;
        let mut held = self.held.lock().unwrap();
        if held.revision != set.base {
            return Err(StoreError::Moved { base: set.base, now: held.revision });
        }
        if set.changes.is_empty() {
            return Ok(Commit { revision: held.revision, changes: vec![] });
        }
        held.revision.0 += 1;
        let (revision, valid_from) = (held.revision, Timestamp::now());
        let mut changes = set.changes;
        for change in &mut changes {
            let (layer, id) = match change {
                Change::Put(layer, feature) => {
                    feature.tile_id = feature.tile_id.max(1000 + revision.0);
                    feature.revision = revision;
                    feature.valid_from = valid_from;
                    held.features.insert((*layer, feature.id.clone()), feature.clone());
                    (*layer, feature.id.clone())
                }
                Change::Delete(layer, id) => {
                    held.features.remove(&(*layer, id.clone()));
                    (*layer, id.clone())
                }
            };
            let feature = held.features.get(&(layer, id.clone())).cloned();
            let (author, reason) = (set.author.clone(), set.reason.clone());
            let version = Version { revision, feature, valid_from, valid_until: None, author, reason };
            held.versions.insert(0, (layer, id, version));
        }
        Ok(Commit { revision, changes })
    }

    async fn history(&self, layer: Layer, id: &str) -> Result<Vec<Version>, StoreError> {
        self.standing()?;
        let held = self.held.lock().unwrap();
        let own = held.versions.iter().filter(|(of, name, _)| (*of, name.as_str()) == (layer, id));
        Ok(own.map(|(_, _, version)| version.clone()).collect())
    }

    async fn append(&self, journal: Journal, notes: Vec<Note>) -> Result<Vec<Entry>, StoreError> {
        self.standing()?;
        let mut held = self.held.lock().unwrap();
        let entries = held.journals.entry(journal).or_default();
        let before = entries.len();
        for note in notes {
            if entries.iter().all(|entry| entry.note.key != note.key) {
                let number = entries.len() as u64 + 1;
                entries.push(Entry { number, note, written_at: Timestamp::now(), hash: String::new() });
            }
        }
        Ok(entries[before..].to_vec())
    }

    async fn entries(&self, journal: Journal, part: &Part, limit: u32) -> Result<Vec<Entry>, StoreError> {
        self.standing()?;
        let held = self.held.lock().unwrap();
        let all = held.journals.get(&journal).map_or(&[][..], |entries| entries);
        let newest = |entry: &&Entry| all.iter().rfind(|one| one.note.topic == entry.note.topic) == Some(*entry);
        let mut entries: Vec<Entry> = match part {
            Part::After(number) => all.iter().filter(|entry| entry.number > *number).cloned().collect(),
            Part::Topic(topic) => all.iter().filter(|entry| entry.note.topic == *topic).cloned().collect(),
            Part::Back(before) => all.iter().rev().filter(|entry| entry.number < *before).cloned().collect(),
            Part::BackOn(topic, before) => {
                let own = all.iter().rev().filter(|entry| entry.note.topic == *topic && entry.number < *before);
                own.cloned().collect()
            }
            Part::Key(key) => all.iter().filter(|entry| entry.note.key == *key).cloned().collect(),
            Part::Newest => all.iter().rev().filter(newest).cloned().collect(),
        };
        entries.truncate(limit as usize);
        Ok(entries)
    }

    async fn length(&self, journal: Journal) -> Result<u64, StoreError> {
        self.standing()?;
        Ok(self.held.lock().unwrap().journals.get(&journal).map_or(0, |entries| entries.len() as u64))
    }
}
