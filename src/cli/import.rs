//! `sisetu import`: a foreign file into the store.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use sisetu::geom::{Crs, Datum};
use sisetu::index::Snapshot;
use sisetu::ingest::{self, ImportOptions, ImportReport, Imported, Mapping, Mode};
use sisetu::model::{Layer, Revision};
use sisetu::store::{Store, StoreError};

use super::exit::Failure;
use super::open::{StoreOption, indexed};
use super::output::FormatOption;
use super::{Ended, exit, output, progress};
use crate::config;

/// How often an import starts over because another writer was faster.
const ATTEMPTS: usize = 5;

/// Brings a file into a layer, with a report on every row
#[derive(Debug, Args)]
#[command(after_help = "\
Reads GeoJSON and GeoJSONSeq itself and everything else through GDAL: GeoPackage, Shapefile, KML … Coordinates become
CGCS2000 longitude/latitude. Nothing is dropped silently: the report says what was repaired and rejected, and why.

Examples:
  sisetu import plants.geojson --layer enterprises
  sisetu import rivers.shp --layer waters --crs EPSG:4548 --key river_no --dry-run
  sisetu import schools.geojson --layer protection_targets --datum gcj02 --rejects rejects.geojson

Exit codes: 0 imported · 1 rejects under --strict, nothing written · 2 nothing was accepted, or wrong usage ·
3 the machine or the store failed.")]
pub struct Import {
    /// The file
    file: PathBuf,
    /// The layer it goes into; `sisetu layers` lists them
    #[arg(long)]
    layer: Layer,
    /// The reference system, where the file does not say or says wrongly
    #[arg(long, value_name = "EPSG:n")]
    crs: Option<Crs>,
    /// The datum of the coordinates: cgcs2000, wgs84, gcj02 or bd09
    #[arg(long)]
    datum: Option<Datum>,
    /// A TOML file that renames columns and values
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// update adds and changes, append adds and rejects known ids, replace also retires what the file lacks; if left out,
    /// update where the file has ids, else append
    #[arg(long, value_name = "update|append|replace")]
    mode: Option<Mode>,
    /// The column that holds the id
    #[arg(long, value_name = "FIELD")]
    key: Option<String>,
    /// Only report what would happen
    #[arg(long)]
    dry_run: bool,
    /// Write nothing if any row is rejected
    #[arg(long)]
    strict: bool,
    /// Where the rejected rows are written, as GeoJSON
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    format: FormatOption,
}

impl Import {
    /// Imports, reports, and writes all of it or nothing.
    pub async fn run(self) -> Ended {
        let options = self.options()?;
        if self.store.is_file(&self.file) {
            return Err(Failure::input("a store cannot be imported into itself").hint("name another file"));
        }
        let mut store = self.store.open_if_there().await?;
        for _ in 0..ATTEMPTS {
            let mut imported = self.read(&options, store.as_ref()).await?;
            if self.dry_run || refusal(&imported.report, self.strict).is_some() {
                return self.ended(&imported.report);
            }
            let store = store.insert(self.store.open_or_make().await?);
            match store.commit(imported.changes).await {
                Ok(commit) => {
                    imported.report.revision = Some(commit.revision);
                    return self.ended(&imported.report);
                }
                Err(StoreError::Moved { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::machine(format!("other writers changed the store {ATTEMPTS} times in a row; nothing was written"))
            .hint("try again when they are done"))
    }

    /// Reads the file against what the store holds now.
    async fn read(&self, options: &ImportOptions, store: Option<&Arc<dyn Store>>) -> Result<Imported, Failure> {
        let known = match store {
            Some(store) => indexed(store.load().await?),
            None => Snapshot::new(Revision::default(), []),
        };
        if let Some((layer, reason)) = known.unavailable().find(|(layer, _)| *layer == self.layer) {
            return Err(Failure::machine(format!("layer {layer} of the store cannot be read: {reason}")));
        }
        let counter = progress::counter("rows read");
        let imported =
            ingest::import_file(&self.file, options, &known, known.revision(), &mut |row| counter.set_position(row));
        counter.finish_and_clear();
        let imported = imported?;
        if let Some(file) = &self.rejects {
            output::write_whole(file, |out| ingest::write_rejects(&imported.rejected, out))?;
        }
        Ok(imported)
    }

    fn options(&self) -> Result<ImportOptions, Failure> {
        Ok(ImportOptions {
            layer: self.layer,
            crs: self.crs,
            datum: self.datum,
            mapping: self.mapping.as_deref().map(Mapping::read).transpose()?,
            mode: self.mode,
            key: self.key.clone(),
            strict: self.strict,
            author: config::author(),
        })
    }

    /// Prints the report, then says why nothing was written if that is so.
    fn ended(&self, report: &ImportReport) -> Ended {
        self.format.print(report, ImportReport::text)?;
        refusal(report, self.strict).map_or(Ok(exit::DONE), Err)
    }
}

/// Why the import must not be written.
fn refusal(report: &ImportReport, strict: bool) -> Option<Failure> {
    if report.accepted == 0 {
        let what = format!("none of {} rows was accepted; the store is as it was", report.read);
        return Some(Failure::input(what).hint("the report names the reason of each row"));
    }
    let what = format!("{} rows were rejected and --strict is set; the store is as it was", report.rejected);
    (strict && report.rejected > 0).then(|| Failure::found(what))
}
