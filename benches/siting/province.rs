//! The set that is measured, held by a store in memory, so that no disk is timed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::json;
use sisetu::model::{ChangeSet, Commit, Feature, Layer, Properties, Revision};
use sisetu::sample::{self, SampleLayer};
use sisetu::store::{Contents, Entry, Journal, Note, Part, Store, StoreError, Version};

const SEED: u64 = 1;

/// The sample of a size, with coverage stated for every layer, so that no rule is settled by a missing register.
pub fn contents(size: &str) -> Contents {
    let layers = match size {
        "district" => sample::district(SEED),
        _ => sample::province(SEED),
    };
    let mut layers: BTreeMap<Layer, Vec<Feature>> =
        layers.into_iter().map(|layer| (layer.layer, features(layer))).collect();
    state_the_rest(layers.entry(Layer::Coverage).or_default());
    let mut next = 0;
    for feature in layers.values_mut().flatten() {
        next += 1;
        feature.tile_id = next;
        feature.revision = Revision(1);
    }
    Contents {
        revision: Revision(1),
        layers: layers.into_iter().map(|(layer, features)| (layer, Ok(features))).collect(),
    }
}

fn features(layer: SampleLayer) -> Vec<Feature> {
    let feature = |sample: sample::SampleFeature| {
        let properties: Properties = sample.properties.into_iter().collect();
        Feature::new(sample.id, sample.geometry, properties)
    };
    layer.features.filter_map(feature).collect()
}

/// A statement for each layer that has none, as far as the first one reaches.
fn state_the_rest(statements: &mut Vec<Feature>) {
    let Some(extent) = statements.first().map(|statement| statement.geometry.clone()) else { return };
    for layer in Layer::ALL.into_iter().filter(|layer| *layer != Layer::Coverage) {
        if statements.iter().any(|known| known.properties.text("layer") == Some(layer.name())) {
            continue;
        }
        let says = [("layer", json!(layer.name())), ("as_of", json!("2026-10-31")), ("source", json!("benchmark"))];
        statements.extend(Feature::new(format!("all-{layer}"), extent.clone(), says.into_iter().collect()));
    }
}

/// Gives its contents once and is never written.
pub struct Held(pub Mutex<Option<Contents>>);

#[async_trait]
impl Store for Held {
    fn name(&self) -> &'static str {
        "memory"
    }

    async fn revision(&self) -> Result<Revision, StoreError> {
        Ok(Revision(1))
    }

    async fn load(&self) -> Result<Contents, StoreError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default())
    }

    async fn load_layer(&self, _: Layer) -> Result<(Revision, Vec<Feature>), StoreError> {
        Err(unwritable())
    }

    async fn changed_since(&self, _: Revision) -> Result<Vec<Layer>, StoreError> {
        Ok(vec![])
    }

    async fn commit(&self, _: ChangeSet) -> Result<Commit, StoreError> {
        Err(unwritable())
    }

    async fn history(&self, _: Layer, _: &str) -> Result<Vec<Version>, StoreError> {
        Ok(vec![])
    }

    async fn append(&self, _: Journal, _: Vec<Note>) -> Result<Vec<Entry>, StoreError> {
        Err(StoreError::Unreadable("this store keeps no journals".to_owned()))
    }

    async fn entries(&self, _: Journal, _: &Part, _: u32) -> Result<Vec<Entry>, StoreError> {
        Ok(vec![])
    }

    async fn length(&self, _: Journal) -> Result<u64, StoreError> {
        Ok(0)
    }
}

fn unwritable() -> StoreError {
    StoreError::Unreadable("a benchmark writes nothing".to_owned())
}
