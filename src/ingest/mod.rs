//! 入 The way in: foreign files become changes, with a report about every row; and the way out as GeoJSON.
//!
//! GeoJSON is read by a visitor of our own, everything else through GDAL. A row passes one judge whatever it came from:
//! place, shape, fields; then its id and its references are settled. Nothing is written here: the caller commits.

mod batch;
mod district;
mod error;
mod foreign;
mod geojson;
mod judge;
mod ledger;
mod mapping;
mod opening;
mod place;
mod records;
mod references;
mod report;
mod row;
mod write;

pub mod edit;
pub mod geometry;
pub mod library;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use batch::{Source, on_all_processors};
use foreign::ForeignSource;
use geojson::GeoJsonSource;
use judge::Judge;
use ledger::Ledger;
use place::{Place, crs_of_member};
use records::{CutError, Frame};

pub use edit::EditFault;
pub use error::IngestError;
pub use geometry::GeometryFault;
pub use mapping::Mapping;
pub use references::lost as lost_references;
pub use report::{ImportReport, Mended, Rejected, Warning};
pub use row::FieldFault;
pub use write::{export_geojson, feature_json, write_rejects};

use crate::geom::{Crs, Datum, Geometry};
use crate::model::{ChangeSet, Known, Layer, Properties, Revision};

/// What an import does with what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Adds what is new and changes what differs; the default where the file has ids.
    Update,
    /// Adds, and rejects rows whose id is known; the default where the file has no ids.
    Append,
    /// As update, and retires what the file lacks.
    Replace,
}

impl std::str::FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "update" => Ok(Self::Update),
            "append" => Ok(Self::Append),
            "replace" => Ok(Self::Replace),
            _ => Err(format!("mode {text:?} is unknown; use update, append or replace")),
        }
    }
}

/// How a file is to be taken in.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportOptions {
    /// The layer it goes into.
    pub layer: Layer,
    /// The reference system of its coordinates; overrides what the file says.
    pub crs: Option<Crs>,
    /// The datum of its coordinates, where the system does not tell: shifted map coordinates are converted back.
    pub datum: Option<Datum>,
    /// Columns and values to rename.
    pub mapping: Option<Mapping>,
    /// What to do with what is known.
    pub mode: Option<Mode>,
    /// The column (after mapping) that holds the ids.
    pub key: Option<String>,
    /// Whether one reject spoils all; for the caller, who commits.
    pub strict: bool,
    /// Who imports.
    pub author: String,
}

impl ImportOptions {
    /// Into a layer, with everything else left to the file.
    pub fn into_layer(layer: Layer) -> Self {
        Self {
            layer,
            crs: None,
            datum: None,
            mapping: None,
            mode: None,
            key: None,
            strict: false,
            author: String::new(),
        }
    }
}

/// A row that was not taken in, with what could be read of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RejectedRow {
    /// Why.
    pub told: Rejected,
    /// Its shape: longitude/latitude where the place was understood, else as drawn.
    pub geometry: Option<Geometry>,
    /// Its values.
    pub properties: Properties,
}

/// The outcome of reading a file; nothing has been written.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// What there is to commit; empty where the file brings nothing new.
    pub changes: ChangeSet,
    /// What happened to each row; its revision is for the caller to fill in after the commit.
    pub report: ImportReport,
    /// The rejected rows themselves, for [`write_rejects`].
    pub rejected: Vec<RejectedRow>,
    /// The ids that were assigned, by row.
    pub assigned: Vec<(u64, String)>,
}

/// Reads a file and decides what it changes. `known` is what the changes are decided on, `base` its revision; `progress`
/// hears the number of rows read so far.
pub fn import_file(
    path: &Path,
    options: &ImportOptions,
    known: &dyn Known,
    base: Revision,
    progress: &mut dyn FnMut(u64),
) -> Result<Imported, IngestError> {
    let file = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let import = Import { file: &file, path, options, known };
    let mut imported = match sniff(path, &file)? {
        Format::GeoJson => import.geojson(progress)?,
        Format::Foreign => import.foreign(progress)?,
    };
    imported.changes.author.clone_from(&options.author);
    imported.changes.reason = format!("import {file}");
    imported.changes.base = base;
    Ok(imported)
}

enum Format {
    GeoJson,
    Foreign,
}

/// Tells GeoJSON by its first bytes, whatever the file's ending.
fn sniff(path: &Path, file: &str) -> Result<Format, IngestError> {
    let read = |source| IngestError::Read { file: file.to_owned(), source };
    if path.is_dir() {
        let is_database = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gdb"));
        return if is_database { Ok(Format::Foreign) } else { Err(IngestError::Folder { file: file.to_owned() }) };
    }
    let mut start = Vec::new();
    File::open(path).map_err(read)?.take(4096).read_to_end(&mut start).map_err(read)?;
    if start.is_empty() {
        return Err(IngestError::Empty { file: file.to_owned() });
    }
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        let what = "it is UTF-16; save it as UTF-8".to_owned();
        return Err(IngestError::NotGeoJson { file: file.to_owned(), what });
    }
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | 0x1E) => Ok(Format::GeoJson),
        Some(b'[') => Err(IngestError::NotGeoJson { file: file.to_owned(), what: "it is a list".to_owned() }),
        Some(_) => Ok(Format::Foreign),
        None => Err(IngestError::Empty { file: file.to_owned() }),
    }
}

/// One import under way.
struct Import<'a> {
    file: &'a str,
    path: &'a Path,
    options: &'a ImportOptions,
    known: &'a dyn Known,
}

impl Import<'_> {
    fn geojson(&self, progress: &mut dyn FnMut(u64)) -> Result<Imported, IngestError> {
        match self.geojson_in(self.options.crs, progress)? {
            Reading::Done(imported) => Ok(*imported),
            // The text names its system behind its features: once more, knowing it.
            Reading::Again(crs) => match self.geojson_in(Some(crs), progress)? {
                Reading::Done(imported) => Ok(*imported),
                Reading::Again(_) => Err(self.not_geojson("its crs member cannot be used")),
            },
        }
    }

    fn geojson_in(&self, crs: Option<Crs>, progress: &mut dyn FnMut(u64)) -> Result<Reading, IngestError> {
        let text = File::open(self.path).map_err(|source| IngestError::Read { file: self.file.to_owned(), source })?;
        let mut source = GeoJsonSource::new(text);
        let mut ledger = Ledger::new(self.options.layer, self.known);
        let mut batch = source.next_batch().map_err(|error| self.cut(error))?;
        let early = source.frame().crs.as_ref().map(crs_of_member);
        let crs_used = match (crs, early) {
            (Some(crs), _) => crs,
            (None, Some(named)) => named?,
            (None, None) => Crs::Geographic(4326),
        };
        let place = Place::new(crs_used, self.options.datum);
        let judge = self.judge(&place);
        while batch.len() > 0 {
            let (judged, next) = on_all_processors(&batch, |read| judge.judge(read), || source.next_batch());
            for row in judged {
                ledger.take(row);
            }
            progress(ledger.read());
            batch = next.map_err(|error| self.cut(error))?;
        }
        let frame = source.frame();
        self.check(frame, &ledger)?;
        let late = frame.crs.as_ref().filter(|_| crs.is_none()).map(crs_of_member).transpose()?;
        if let Some(late) = late.filter(|late| *late != crs_used) {
            return Ok(Reading::Again(late));
        }
        if frame.marked {
            ledger.warn("byte_order_mark", "the text begins with a byte order mark, which GeoJSON does not allow");
        }
        Ok(Reading::Done(Box::new(ledger.settle(self.options.mode, &place))))
    }

    /// Whether the text around the features makes it GeoJSON.
    fn check(&self, frame: &Frame, ledger: &Ledger<'_>) -> Result<(), IngestError> {
        let collection = serde_json::Value::from("FeatureCollection");
        match (&frame.collection_type, frame.is_collection) {
            (Some(name), true) if *name != collection => Err(self.not_geojson(&format!("its type is {name}"))),
            (None, true) => Err(self.not_geojson("its collection has no type")),
            (_, false) if ledger.read() == 0 => Err(IngestError::Empty { file: self.file.to_owned() }),
            (_, false) => ledger.no_feature_at_all().map_or(Ok(()), |reason| Err(self.not_geojson(reason))),
            _ => Ok(()),
        }
    }

    fn not_geojson(&self, what: &str) -> IngestError {
        IngestError::NotGeoJson { file: self.file.to_owned(), what: what.to_owned() }
    }

    fn cut(&self, error: CutError) -> IngestError {
        match error {
            CutError::Read(source) => IngestError::Read { file: self.file.to_owned(), source },
            CutError::Broken { offset, what } => {
                let line = line_of(self.path, offset);
                IngestError::Broken { file: self.file.to_owned(), offset, line, what }
            }
        }
    }

    fn foreign(&self, progress: &mut dyn FnMut(u64)) -> Result<Imported, IngestError> {
        let mut source = ForeignSource::open(self.path, self.file, self.options.crs, self.options.datum)?;
        let mut ledger = Ledger::new(self.options.layer, self.known);
        let place = source.place().clone();
        let judge = self.judge(&place).silent_about_winding();
        let mut batch = source.next_batch()?;
        while batch.len() > 0 {
            let (judged, next) = on_all_processors(&batch, |read| judge.judge(read), || source.next_batch());
            for row in judged {
                ledger.take(row);
            }
            progress(ledger.read());
            batch = next?;
        }
        for (code, detail) in source.oddities() {
            ledger.warn(code, detail);
        }
        Ok(ledger.settle(self.options.mode, &place))
    }

    fn judge<'b>(&'b self, place: &'b Place) -> Judge<'b> {
        Judge::new(self.options.layer, place, self.options.mapping.as_ref(), self.options.key.as_deref())
    }
}

/// How reading a text ended.
enum Reading {
    Done(Box<Imported>),
    Again(Crs),
}

/// The line in which a byte of a file lies, counted from 1.
fn line_of(path: &Path, offset: u64) -> u64 {
    let Ok(file) = File::open(path) else { return 0 };
    let lines = BufReader::new(file.take(offset)).split(b'\n');
    lines.map_while(Result::ok).count().max(1) as u64
}
