//! How a change set is written, the same in every store: who is new, who was there, what moves into the history.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use jiff::{Timestamp, Unit};

use super::wkb;
use super::{Revision, StoreError};
use crate::model::{Change, ChangeSet, Commit, Feature, Layer, Properties, Schema};

/// What a store already knows of an id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// The tile id it was given for life.
    pub tile_id: u64,
    /// Whether it stands now; otherwise it was deleted.
    pub stands: bool,
}

/// What a revision says of itself.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    /// Its number.
    pub revision: Revision,
    /// When it was made, to the millisecond; never before the revision it follows.
    pub made_at: Timestamp,
    /// Who made it.
    pub author: String,
    /// Why.
    pub reason: String,
}

impl Stamp {
    fn after(last: Option<&(Revision, Timestamp)>, changes: &ChangeSet) -> Self {
        let now = Timestamp::now().round(Unit::Millisecond).unwrap_or_else(|_| Timestamp::now());
        Self {
            revision: Revision(last.map_or(0, |(revision, _)| revision.0) + 1),
            made_at: last.map_or(now, |(_, made_at)| now.max(*made_at)),
            author: changes.author.clone(),
            reason: changes.reason.clone(),
        }
    }

    /// What a feature of this revision says it was brought by.
    pub(super) fn origin(&self) -> Option<String> {
        [&self.reason, &self.author].into_iter().find(|words| !words.is_empty()).cloned()
    }
}

/// One open transaction of a store that holds the right to write.
#[async_trait]
pub(super) trait Ledger: Send {
    /// How many changes one call may bring.
    const MOST: usize;

    /// The newest revision and when it was made; `None` in a new store.
    async fn newest(&mut self) -> Result<Option<(Revision, Timestamp)>, StoreError>;

    /// What is known of some ids; those never seen are left out.
    async fn held(&mut self, layer: Layer, ids: &[&str]) -> Result<HashMap<String, Held>, StoreError>;

    /// The greatest tile id ever given in a layer.
    async fn greatest_tile_id(&mut self, layer: Layer) -> Result<u64, StoreError>;

    /// Copies what stands under some ids into the history.
    async fn archive(&mut self, layer: Layer, ids: &[&str]) -> Result<(), StoreError>;

    /// Writes features in the place of what stands under their ids.
    async fn put(&mut self, layer: Layer, features: &[&Feature], stamp: &Stamp) -> Result<(), StoreError>;

    /// Takes away what stands under some ids and notes that it is gone.
    async fn remove(&mut self, layer: Layer, gone: &[(&str, u64)], stamp: &Stamp) -> Result<(), StoreError>;

    /// Writes the revision itself.
    async fn record(&mut self, stamp: &Stamp, layers: &[Layer]) -> Result<(), StoreError>;

    /// Makes what was written last. A ledger that is dropped instead leaves nothing.
    async fn keep(self) -> Result<(), StoreError>;
}

/// Commits a change set: all of it or nothing. Where there is nothing to change no ledger is kept.
pub(super) async fn commit<L: Ledger>(
    begin: impl Future<Output = Result<L, StoreError>>,
    changes: ChangeSet,
) -> Result<Commit, StoreError> {
    let unchanged = Commit { revision: changes.base, changes: Vec::new() };
    if changes.changes.is_empty() {
        return Ok(unchanged);
    }
    let mut ledger = begin.await?;
    match write(&mut ledger, changes).await? {
        Some(commit) => ledger.keep().await.map(|()| commit),
        None => Ok(unchanged),
    }
}

/// Writes a change set into an open transaction; `None` where there was nothing to change.
async fn write<L: Ledger>(ledger: &mut L, changes: ChangeSet) -> Result<Option<Commit>, StoreError> {
    let last = ledger.newest().await?;
    let now = last.as_ref().map_or(Revision::default(), |(revision, _)| *revision);
    if now != changes.base {
        return Err(StoreError::Moved { base: changes.base, now });
    }
    refuse_repeated(&changes)?;
    let stamp = Stamp::after(last.as_ref(), &changes);
    let layers = changes.layers();
    let mut changes: Vec<Option<Change>> = changes.changes.into_iter().map(Some).collect();
    for layer in layers {
        write_layer(ledger, layer, &mut changes, &stamp).await?;
    }
    let written = Commit { revision: stamp.revision, changes: changes.into_iter().flatten().collect() };
    if written.changes.is_empty() {
        return Ok(None);
    }
    ledger.record(&stamp, &touched(&written)).await?;
    Ok(Some(written))
}

fn touched(commit: &Commit) -> Vec<Layer> {
    let layers: std::collections::BTreeSet<Layer> = commit.changes.iter().map(Change::layer).collect();
    layers.into_iter().collect()
}

fn id(change: &Change) -> &str {
    match change {
        Change::Put(_, feature) => &feature.id,
        Change::Delete(_, id) => id,
    }
}

fn refuse_repeated(changes: &ChangeSet) -> Result<(), StoreError> {
    let mut seen = HashSet::with_capacity(changes.changes.len());
    match changes.changes.iter().find(|change| !seen.insert((change.layer(), id(change)))) {
        Some(change) => Err(StoreError::Repeated { layer: change.layer(), id: id(change).to_owned() }),
        None => Ok(()),
    }
}

/// Writes the changes of one layer and completes them where they are; a deletion of what is not there is struck out.
async fn write_layer<L: Ledger>(
    ledger: &mut L,
    layer: Layer,
    changes: &mut [Option<Change>],
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let mut next = ledger.greatest_tile_id(layer).await? + 1;
    let of_layer = |change: &&mut Option<Change>| change.as_ref().is_some_and(|change| change.layer() == layer);
    let mut changes: Vec<&mut Option<Change>> = changes.iter_mut().filter(of_layer).collect();
    for batch in changes.chunks_mut(L::MOST) {
        let ids: Vec<&str> = batch.iter().filter_map(|change| change.as_ref()).map(id).collect();
        let held = ledger.held(layer, &ids).await?;
        let standing: Vec<&str> = ids.into_iter().filter(|id| held.get(*id).is_some_and(|held| held.stands)).collect();
        if !standing.is_empty() {
            ledger.archive(layer, &standing).await?;
        }
        complete(batch, &held, &mut next, stamp);
        write_batch(ledger, layer, batch, &held, stamp).await?;
    }
    Ok(())
}

fn complete(batch: &mut [&mut Option<Change>], held: &HashMap<String, Held>, next: &mut u64, stamp: &Stamp) {
    for change in batch {
        match change {
            Some(Change::Put(layer, feature)) => {
                feature.tile_id = held.get(&feature.id).map_or(*next, |held| held.tile_id);
                *next = (*next).max(feature.tile_id + 1);
                wkb::settle(&mut feature.geometry);
                feature.properties = in_order(*layer, std::mem::take(&mut feature.properties));
                feature.revision = stamp.revision;
                feature.origin = stamp.origin();
                feature.valid_from = stamp.made_at;
            }
            Some(Change::Delete(_, id)) if !held.get(id).is_some_and(|held| held.stands) => **change = None,
            _ => {}
        }
    }
}

/// The order in which properties are stored: the layer's fields first, then whatever else came.
fn in_order(layer: Layer, mut properties: Properties) -> Properties {
    let mut ordered = Properties::new();
    for field in &Schema::layer(layer).fields {
        if let Some(value) = properties.remove(&field.name) {
            ordered.set(&field.name, value);
        }
    }
    for (name, value) in properties.iter() {
        ordered.set(name, value.clone());
    }
    ordered
}

async fn write_batch<L: Ledger>(
    ledger: &mut L,
    layer: Layer,
    batch: &[&mut Option<Change>],
    held: &HashMap<String, Held>,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let (mut puts, mut gone) = (Vec::with_capacity(batch.len()), Vec::new());
    for change in batch.iter().filter_map(|change| change.as_ref()) {
        match change {
            Change::Put(_, feature) => puts.push(feature),
            Change::Delete(_, id) => gone.extend(held.get(id).map(|held| (id.as_str(), held.tile_id))),
        }
    }
    if !puts.is_empty() {
        ledger.put(layer, &puts, stamp).await?;
    }
    if !gone.is_empty() {
        ledger.remove(layer, &gone, stamp).await?;
    }
    Ok(())
}
