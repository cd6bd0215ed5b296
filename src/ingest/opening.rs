//! Opening foreign files: which layer, which encoding, which reference system.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Once;

use gdal::config::set_error_handler;
use gdal::errors::GdalError;
use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use gdal::vector::{LayerAccess, OwnedLayer};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};

use super::error::IngestError;
use super::place::Place;
use crate::geom::crs::CrsError;
use crate::geom::{Crs, Datum};

/// Drivers that read plain files. Those that follow what a file says to other files or to the network are left out.
const DRIVERS: [&str; 12] = [
    "GPKG",
    "ESRI Shapefile",
    "LIBKML",
    "KML",
    "FlatGeobuf",
    "OpenFileGDB",
    "DXF",
    "CSV",
    "XLSX",
    "GPX",
    "MapInfo File",
    "Parquet",
];
/// Endings of files looked for in a zip.
const ZIPPED: [&str; 7] = ["shp", "gpkg", "kml", "fgb", "dxf", "tab", "mif"];
/// Rows whose text is looked at to tell its encoding.
const SAMPLE: usize = 2000;
/// The encoding under which every byte is a character of its own, so that the bytes can be had back.
const TRANSPARENT: &str = "ISO-8859-1";

thread_local! {
    /// What GDAL complained of on this thread.
    static COMPLAINTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps GDAL off standard error.
pub(super) fn tame() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_error_handler(|_, _, message| {
            COMPLAINTS.with_borrow_mut(|complaints| {
                complaints.truncate(15);
                complaints.push(message.to_owned());
            });
        });
    });
}

/// What GDAL last complained of; once told, it is forgotten.
pub(super) fn last_complaint() -> Option<String> {
    COMPLAINTS.with_borrow_mut(std::mem::take).pop()
}

/// A layer with what its coordinates mean, and how GDAL converts them where we cannot.
pub(super) struct Opened {
    pub layer: OwnedLayer,
    pub place: Place,
    pub transform: Option<CoordTransform>,
    /// The encoding its text was read with, where nothing says it.
    pub guessed_encoding: Option<&'static str>,
}

/// One file to be opened.
pub(super) struct Opening<'a> {
    pub path: &'a Path,
    /// The file's name for people.
    pub file: &'a str,
    pub crs: Option<Crs>,
    pub datum: Option<Datum>,
}

impl Opening<'_> {
    /// Opens the only layer with shapes.
    pub fn open(&self) -> Result<Opened, IngestError> {
        tame();
        COMPLAINTS.with_borrow_mut(Vec::clear);
        let path = self.inner_path()?;
        let dataset = self.dataset(&path, None)?;
        let is_shapefile = dataset.driver().short_name() == "ESRI Shapefile";
        let layer = self.only_layer(dataset)?;
        let guessed_encoding =
            if is_shapefile && is_silent_about_encoding(&layer) { self.guessed_encoding(&path)? } else { None };
        let layer = match guessed_encoding {
            Some(encoding) => self.only_layer(self.dataset(&path, Some(encoding))?)?,
            None => layer,
        };
        let (place, transform) = self.place(&layer)?;
        Ok(Opened { layer, place, transform, guessed_encoding })
    }

    /// The file itself, or the only one of use in a zip.
    fn inner_path(&self) -> Result<PathBuf, IngestError> {
        let ends = |path: &Path, ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
        if !ends(self.path, "zip") {
            return Ok(self.path.to_owned());
        }
        let zip = PathBuf::from(format!("/vsizip/{{{}}}", self.path.display()));
        let members = gdal::vsi::read_dir(&zip, true).unwrap_or_default();
        let mut useful: Vec<PathBuf> =
            members.into_iter().filter(|member| ZIPPED.iter().any(|ending| ends(member, ending))).collect();
        match (useful.len(), useful.pop()) {
            (1, Some(lone)) => Ok(zip.join(lone)),
            (0, _) => Err(self.format("the zip holds no file of a known format".to_owned())),
            (_, last) => {
                let layers = useful.iter().chain(&last).map(|member| member.display().to_string()).collect();
                Err(IngestError::Layers { file: self.file.to_owned(), layers })
            }
        }
    }

    fn dataset(&self, path: &Path, encoding: Option<&str>) -> Result<Dataset, IngestError> {
        let encoding = encoding.map(|encoding| format!("ENCODING={encoding}"));
        let options: Vec<&str> = encoding.iter().map(String::as_str).collect();
        let options = DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
            allowed_drivers: Some(&DRIVERS),
            open_options: (!options.is_empty()).then_some(options.as_slice()),
            sibling_files: None,
        };
        Dataset::open_ex(path, options).map_err(|_| self.format(self.why_not()))
    }

    fn format(&self, what: String) -> IngestError {
        IngestError::Format { file: self.file.to_owned(), what }
    }

    /// What GDAL complained of, without the folders of this machine.
    fn why_not(&self) -> String {
        match last_complaint() {
            None => "no reader knows this format".to_owned(),
            Some(said) if said.contains("SHAPE_RESTORE_SHX") => "the .shx beside it is missing".to_owned(),
            Some(said) => match self.path.parent().map(|folder| format!("{}/", folder.display())) {
                Some(folder) if folder.len() > 1 => said.replace(&folder, ""),
                _ => said,
            },
        }
    }

    /// The only layer with shapes; empty ones do not count beside others.
    fn only_layer(&self, dataset: Dataset) -> Result<OwnedLayer, IngestError> {
        let shaped = dataset.layers().enumerate().filter(|(_, layer)| layer.defn().geom_fields().next().is_some());
        let all: Vec<(usize, String, bool)> =
            shaped.map(|(place, layer)| (place, layer.name(), layer.try_feature_count() == Some(0))).collect();
        let filled: Vec<&(usize, String, bool)> = all.iter().filter(|(_, _, empty)| !empty).collect();
        let lone = match (filled.as_slice(), all.as_slice()) {
            ([(place, ..)], _) | ([], [(place, ..), ..]) => *place,
            ([], []) => return Err(IngestError::NoLayer { file: self.file.to_owned() }),
            (many, _) => {
                let layers = many.iter().map(|(_, name, _)| name.clone()).collect();
                return Err(IngestError::Layers { file: self.file.to_owned(), layers });
            }
        };
        dataset.into_layer(lone).map_err(|_| self.format(self.why_not()))
    }

    /// UTF-8 where all text is that, else GBK; `None` where there is nothing but ASCII.
    fn guessed_encoding(&self, path: &Path) -> Result<Option<&'static str>, IngestError> {
        let mut transparent = self.only_layer(self.dataset(path, Some(TRANSPARENT))?)?;
        Ok(encoding_of(&sampled_bytes(&mut transparent)))
    }

    fn place(&self, layer: &OwnedLayer) -> Result<(Place, Option<CoordTransform>), IngestError> {
        if let Some(crs) = self.crs {
            return Ok((Place::new(crs, self.datum), None));
        }
        let no_crs = || IngestError::NoCrs { file: self.file.to_owned() };
        let mut reference = layer.spatial_ref().ok_or_else(no_crs)?;
        match epsg(&mut reference).map(Crs::from_epsg) {
            Some(Ok(crs)) => return Ok((Place::new(crs, self.datum), None)),
            Some(Err(old @ CrsError::OldDatum(..))) => return Err(old.into()),
            _ => {}
        }
        let label = reference.authority().unwrap_or_else(|_| reference.name().unwrap_or_default());
        if is_old_datum(&reference) {
            return Err(IngestError::OldDatum { crs: label });
        }
        if reference.is_local() {
            return Err(no_crs());
        }
        let transform = to_cgcs2000(&mut reference).map_err(|error| IngestError::ForeignCrs {
            crs: label.clone(),
            what: last_complaint().unwrap_or_else(|| error.to_string()),
        })?;
        Ok((Place { label, ..Place::new(Crs::CGCS2000, self.datum) }, Some(transform)))
    }
}

/// Whether neither a `.cpg` nor the `.dbf` says the encoding (0x57 means "the code page of the machine").
fn is_silent_about_encoding(layer: &OwnedLayer) -> bool {
    let said = |key: &str| layer.metadata_item(key, "SHAPEFILE").filter(|value| !value.is_empty());
    let by_driver = said("LDID_VALUE").is_some_and(|value| value != "0" && value != "87");
    said("CPG_VALUE").is_none() && !by_driver
}

fn sampled_bytes(layer: &mut OwnedLayer) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut add = |text: &str| bytes.extend(text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')));
    let names: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    for name in &names {
        add(name);
    }
    for feature in layer.features().take(SAMPLE) {
        for place in 0..names.len() {
            if let Ok(Some(text)) = feature.field_as_string(place) {
                add(&text);
            }
        }
    }
    bytes
}

fn encoding_of(bytes: &[u8]) -> Option<&'static str> {
    match std::str::from_utf8(bytes) {
        _ if bytes.is_ascii() => None,
        Ok(_) => Some("UTF-8"),
        Err(_) => Some("CP936"),
    }
}

fn epsg(reference: &mut SpatialRef) -> Option<u32> {
    let code = |reference: &SpatialRef| {
        let by_epsg = reference.auth_name().is_some_and(|name| name == "EPSG");
        reference.auth_code().ok().filter(|_| by_epsg)?.try_into().ok()
    };
    code(reference).or_else(|| {
        reference.auto_identify_epsg().ok()?;
        code(reference)
    })
}

/// Xian 1980 and Beijing 1954 under any name, known by their ellipsoids too.
fn is_old_datum(reference: &SpatialRef) -> bool {
    let text = reference.to_wkt().unwrap_or_default().to_lowercase().replace('_', " ");
    let names = ["xian", "beijing 1954", "new beijing", "krass", "krasovsky", "iag 1975"];
    names.iter().any(|name| text.contains(name))
}

fn to_cgcs2000(reference: &mut SpatialRef) -> Result<CoordTransform, GdalError> {
    reference.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let mut target = SpatialRef::from_epsg(4490)?;
    target.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    CoordTransform::new(reference, &target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_and_gbk_are_told_apart() {
        assert_eq!(encoding_of(b"plain"), None);
        assert_eq!(encoding_of("柴桑区".as_bytes()), Some("UTF-8"));
        assert_eq!(encoding_of(b"\xB2\xF1\xC9\xA3\xC7\xF8"), Some("CP936"));
    }

    #[test]
    fn old_datums_are_known_under_every_name() {
        tame();
        for (definition, old) in [
            ("EPSG:4610", true),
            ("EPSG:2363", true),
            ("EPSG:4214", true),
            ("EPSG:21480", true),
            ("+proj=tmerc +lon_0=117 +x_0=500000 +ellps=krass", true),
            ("EPSG:4490", false),
            ("EPSG:4527", false),
            ("EPSG:32650", false),
        ] {
            assert_eq!(is_old_datum(&SpatialRef::from_definition(definition).unwrap()), old, "{definition}");
        }
    }
}
