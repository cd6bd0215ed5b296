//! `sisetu demo`: the sample district, served from an embedded store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sisetu::index::Snapshot;
use sisetu::ingest::{self, ImportOptions};
use sisetu::model::{ChangeSet, Commit, Layer, Revision};
use sisetu::sample;
use sisetu::store::{self, Store};

use super::exit::Failure;
use super::risk::RiskOption;
use super::rules::RulesOption;
use super::serve::{Listen, WebhookOption, serve};
use super::{Ended, output, progress};
use crate::config;

/// Layers in an order in which every reference finds what it means.
const ORDER: [Layer; 19] = [
    Layer::AdminUnits,
    Layer::Waters,
    Layer::Roads,
    Layer::Railways,
    Layer::PowerLines,
    Layer::Pipelines,
    Layer::PipelineFacilities,
    Layer::ChemicalParks,
    Layer::ProtectedAreas,
    Layer::ResidentialZones,
    Layer::ProtectionTargets,
    Layer::Enterprises,
    Layer::Installations,
    Layer::BufferZones,
    Layer::Structures,
    Layer::HazardousGoods,
    Layer::Lifelines,
    Layer::HiddenDangers,
    Layer::Coverage,
];

/// Who the sample's features come from, as the history tells it.
const AUTHOR: &str = "sisetu demo";

/// Serves the sample district; the first run loads it
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sisetu demo --listen 127.0.0.1:9000")]
pub struct Demo {
    /// The store of the sample
    #[arg(long, default_value = config::DEMO_STORE, value_name = "STORE")]
    store: String,
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    webhook: WebhookOption,
    #[command(flatten)]
    rules: RulesOption,
    #[command(flatten)]
    risk: RiskOption,
}

impl Demo {
    /// Loads the sample into a store that holds nothing yet, then serves what is there.
    pub async fn run(self) -> Ended {
        let (book, scheme) = (self.rules.book()?, self.risk.scheme()?);
        let mut config = self.listen.config()?;
        config.webhook = self.webhook.webhook()?;
        let store = store::open(&self.store, true).await?;
        if store.revision().await? == Revision::default() {
            output::print(&format!("loading the sample district into {} …\n", self.store))?;
            load(&store).await?;
        }
        output::print("四色图 · 柴桑区示例（地形为示意，企业等均为模拟）\n")?;
        serve(store, config, book, scheme).await
    }
}

/// Brings in every layer by the way any file comes in, and writes them as one revision: a sample that was interrupted
/// leaves an empty store, not half a district.
async fn load(store: &Arc<dyn Store>) -> Result<(), Failure> {
    let folder = Scratch::new()?;
    let files = sample::write(sample::district(super::sample::SEED), &folder.0, &mut |_, _| {})
        .map_err(|error| Failure::machine(format!("{} cannot be written: {error}", folder.0.display())))?;
    let mut known = Snapshot::new(Revision::default(), []);
    let mut all = ChangeSet { author: AUTHOR.to_owned(), reason: "sample district".to_owned(), ..Default::default() };
    let bar = progress::bar(ORDER.len() as u64, "layers");
    for layer in ORDER {
        let wanted = format!("{layer}.geojson");
        if let Some(file) = files.iter().find(|file| file.ends_with(&wanted)) {
            let changes = import(file, layer, &known)?.changes;
            known = known.after(&Commit { revision: Revision::default(), changes: changes.clone() });
            all.changes.extend(changes);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    store.commit(all).await?;
    Ok(())
}

fn import(file: &Path, layer: Layer, known: &Snapshot) -> Result<ChangeSet, Failure> {
    let options = ImportOptions { strict: true, author: AUTHOR.to_owned(), ..ImportOptions::into_layer(layer) };
    let imported = ingest::import_file(file, &options, known, Revision::default(), &mut |_| {})?;
    match imported.report.rejects.first() {
        Some(reject) => {
            Err(Failure::machine(format!("the sample's own {layer} row {}: {}", reject.row, reject.reason)))
        }
        None => Ok(imported.changes),
    }
}

/// A folder for files on their way, gone with the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("sisetu-sample-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::machine(format!("{} cannot be made: {error}", folder.display())))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own tidying of temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_has_its_turn() {
        let mut order = ORDER;
        order.sort();
        assert_eq!(order, Layer::ALL);
    }
}
