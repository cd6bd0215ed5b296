//! `sisetu export`: a layer into a file.

use std::path::{Path, PathBuf};

use clap::Args;
use sisetu::ingest;
use sisetu::model::Layer;

use super::exit::Failure;
use super::open::{StoreOption, indexed};
use super::{Ended, exit, output};

/// Writes a layer to a file
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sisetu export enterprises --out enterprises.geojson")]
pub struct Export {
    /// The layer
    layer: Layer,
    /// The file; its ending says the format (.geojson)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    store: StoreOption,
}

impl Export {
    /// Writes the file whole or not at all.
    pub async fn run(self) -> Ended {
        if self.store.is_file(&self.out) {
            return Err(Failure::input("a layer cannot be exported onto its own store").hint("name another file"));
        }
        is_geojson(&self.out)?;
        let snapshot = indexed(self.store.open().await?.load().await?);
        let layer = snapshot.layer(self.layer).map_err(|reason| {
            Failure::machine(format!("layer {} of the store cannot be read: {}", self.layer, reason.0))
        })?;
        let features = layer.features().map(|feature| &**feature);
        output::write_whole(&self.out, |out| ingest::export_geojson(self.layer, features, out))?;
        Ok(exit::DONE)
    }
}

fn is_geojson(file: &Path) -> Result<(), Failure> {
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if matches!(ending.as_str(), "geojson" | "json") {
        return Ok(());
    }
    let known = ["gpkg", "fgb", "shp", "csv", "xlsx"].contains(&ending.as_str());
    let what = if known {
        format!("writing .{ending} is not available in this version")
    } else {
        format!("the ending of {} names no format", file.display())
    };
    Err(Failure::input(what).hint("write to a file ending in .geojson; QGIS and `ogr2ogr` read and convert it"))
}
