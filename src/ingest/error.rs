//! Why a whole file could not be taken in.

use std::io;

use crate::geom::crs::CrsError;

/// Why an import failed as a whole; single bad rows are no error but entries of the report.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file could not be read.
    #[error("{file} cannot be read: {source}")]
    Read {
        /// The file's name.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// The path is a folder.
    #[error("{file} is a folder")]
    Folder {
        /// The folder's name.
        file: String,
    },
    /// The file has no content.
    #[error("{file} is empty")]
    Empty {
        /// The file's name.
        file: String,
    },
    /// A GeoJSON text breaks off or is no JSON.
    #[error("{file} is broken at byte {offset} (line {line}): {what}")]
    Broken {
        /// The file's name.
        file: String,
        /// Bytes from its start.
        offset: u64,
        /// Line, from 1.
        line: u64,
        /// What was wrong there.
        what: String,
    },
    /// JSON, but not GeoJSON.
    #[error("{file} is not GeoJSON: {what}")]
    NotGeoJson {
        /// The file's name.
        file: String,
        /// Why not.
        what: String,
    },
    /// No reader knows what to do with the file.
    #[error("{file} cannot be opened: {what}")]
    Format {
        /// The file's name.
        file: String,
        /// What the reader said.
        what: String,
    },
    /// The file holds several layers.
    #[error("{file} holds several layers: {}", .layers.join(", "))]
    Layers {
        /// The file's name.
        file: String,
        /// Their names.
        layers: Vec<String>,
    },
    /// The file holds no layer with shapes.
    #[error("{file} holds no layer with geometry")]
    NoLayer {
        /// The file's name.
        file: String,
    },
    /// The file does not say which reference system its coordinates are in.
    #[error("{file} does not say which reference system its coordinates are in")]
    NoCrs {
        /// The file's name.
        file: String,
    },
    /// The reference system is on an old national datum.
    #[error("the reference system {crs} is on an old datum whose shift to CGCS2000 is local and not public")]
    OldDatum {
        /// The system's name.
        crs: String,
    },
    /// The reference system cannot be used.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The reference system named in the file cannot be understood.
    #[error("the reference system {crs} cannot be converted: {what}")]
    ForeignCrs {
        /// The system's name or text.
        crs: String,
        /// Why not.
        what: String,
    },
    /// The mapping cannot be used.
    #[error("the mapping cannot be used: {what}")]
    Mapping {
        /// Why not.
        what: String,
    },
}

impl IngestError {
    /// How to mend it, in a sentence.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { .. } => "check that the file exists and may be read",
            Self::Folder { .. } => "name one file; a shapefile may also come as a zip",
            Self::Empty { .. } => "export the file again",
            Self::Broken { .. } => "export the file again, or mend it at the place named",
            Self::NotGeoJson { .. } => {
                "give a FeatureCollection, features one after the other, or another format with its usual ending"
            }
            Self::Format { .. } => "give GeoJSON, GeoPackage, a shapefile with its .shx and .dbf (or zipped), or KML",
            Self::Layers { .. } => "export the wanted layer to a file of its own",
            Self::NoLayer { .. } => "export a layer with points, lines or polygons",
            Self::NoCrs { .. } => {
                "say it with --crs, for example --crs EPSG:4490 for degrees or --crs EPSG:4527 for zone 39"
            }
            Self::OldDatum { .. } | Self::Crs(CrsError::OldDatum(..)) => {
                "have the survey office transform the data to CGCS2000, then import it again"
            }
            Self::Crs(_) | Self::ForeignCrs { .. } => "say what the coordinates are in with --crs EPSG:n",
            Self::Mapping { .. } => "write a TOML file with tables [columns] and [values.FIELD]",
        }
        .to_owned()
    }
}
