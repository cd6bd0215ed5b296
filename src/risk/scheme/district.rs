//! A district's own bands, scales and colours: a TOML file that stands in for parts of the shipped one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::areas::{AggregateTable, AreaTables, GridTable};
use super::{Band, DefaultTable, Method, Scheme, SchemeName, bands, levels};
use crate::model::{Layer, RiskLevel, Verification};

/// Why a district's file cannot be used: every fault with its line.
#[derive(Debug, thiserror::Error)]
#[error("the risk scheme cannot be used:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct SchemeError(pub Vec<Complaint>);

/// One fault of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file.
    pub file: String,
    /// The line, where it is known.
    pub line: Option<usize>,
    /// What is wrong, and the mend.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.what),
            None => write!(out, "{}: {}", self.file, self.what),
        }
    }
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DistrictFile {
    /// Who decided, by which document.
    decided: Spanned<String>,
    #[serde(default)]
    method: Vec<Spanned<OwnMethod>>,
    #[serde(default)]
    default: Vec<Spanned<OwnDefault>>,
    #[serde(default)]
    grid: GridTable,
    #[serde(default)]
    aggregate: AggregateTable,
}

/// Parts of a shipped method.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnMethod {
    name: String,
    #[serde(default)]
    band: Option<Vec<Spanned<Band>>>,
    #[serde(default)]
    scale: BTreeMap<String, Vec<f64>>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    mark: Option<Verification>,
}

/// Colours of a shipped table of registered grades.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnDefault {
    layer: Layer,
    field: String,
    #[serde(deserialize_with = "levels")]
    levels: BTreeMap<String, RiskLevel>,
}

impl Scheme {
    /// The shipped scheme with a district's file over it.
    pub fn with_file(path: &Path) -> Result<Arc<Self>, SchemeError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            SchemeError(vec![Complaint { file: file.clone(), line: None, what: error.to_string() }])
        })?;
        Self::with_text(&file, &text).map(Arc::new)
    }

    /// The shipped scheme with the text of a district's file over it.
    pub fn with_text(file: &str, text: &str) -> Result<Self, SchemeError> {
        let mut reading = Reading { file, text, faults: vec![] };
        let own: DistrictFile = toml::from_str(text).map_err(|error| {
            reading.complain(error.span().map(|span| span.start), error.message().to_owned());
            SchemeError(std::mem::take(&mut reading.faults))
        })?;
        let mut scheme = Self::shipped().as_ref().clone();
        let decided = own.decided.get_ref().trim();
        if decided.is_empty() {
            let what = "decided is empty: say who decided, by which document".to_owned();
            reading.complain(Some(own.decided.span().start), what);
        }
        for method in &own.method {
            reading.method(&mut scheme, method, decided);
        }
        for table in &own.default {
            reading.default(&mut scheme, table, decided);
        }
        let complain = |start, what| reading.complain(Some(start), what);
        scheme.areas = AreaTables::read(file, own.grid, own.aggregate, complain);
        if !reading.faults.is_empty() {
            return Err(SchemeError(reading.faults));
        }
        let name = Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy().into_owned());
        scheme.name = SchemeName { name, hash: digest(&[super::SHIPPED_TEXT, text]) };
        Ok(scheme)
    }
}

/// The file while it is being read.
struct Reading<'t> {
    file: &'t str,
    text: &'t str,
    faults: Vec<Complaint>,
}

impl Reading<'_> {
    fn complain(&mut self, start: Option<usize>, what: String) {
        let line = |start: usize| self.text.get(..start).unwrap_or(self.text).matches('\n').count() + 1;
        self.faults.push(Complaint { file: self.file.to_owned(), line: start.map(line), what });
    }

    fn method(&mut self, scheme: &mut Scheme, own: &Spanned<OwnMethod>, decided: &str) {
        let (start, own) = (own.span().start, own.get_ref());
        let known: Vec<&str> = scheme.method.iter().map(|method| method.name.as_str()).collect();
        let known = known.join(", ");
        let Some(method) = scheme.method.iter_mut().find(|method| method.name == own.name) else {
            self.complain(Some(start), format!("method {:?} is unknown; the methods are {known}", own.name));
            return;
        };
        if own.band.is_none() && own.scale.is_empty() {
            self.complain(Some(start), format!("method {:?} sets neither band nor scale", own.name));
        }
        if let Some(band) = &own.band {
            self.bands(method, band, start);
        }
        self.scales(method, &own.scale, start);
        method.source = own.source.clone().unwrap_or_else(|| decided.to_owned());
        method.mark = own.mark.unwrap_or(method.mark);
    }

    fn bands(&mut self, method: &mut Method, own: &[Spanned<Band>], start: usize) {
        let bands: Vec<Band> = own.iter().map(|band| band.get_ref().clone()).collect();
        if bands.is_empty() {
            self.complain(Some(start), format!("method {:?} has an empty list of bands", method.name));
        }
        for (place, what) in bands::faults(&bands) {
            let what = format!("method {:?}: {what}", method.name);
            self.complain(own.get(place).map(|band| band.span().start), what);
        }
        method.band = bands;
    }

    fn scales(&mut self, method: &mut Method, own: &BTreeMap<String, Vec<f64>>, start: usize) {
        for (factor, values) in own {
            if !method.factors.contains(factor) {
                let factors = if method.factors.is_empty() { "none".to_owned() } else { method.factors.join(", ") };
                let what = format!("method {:?} has no factor {factor:?}; its factors are {factors}", method.name);
                self.complain(Some(start), what);
            } else if values.is_empty() || values.iter().any(|value| !value.is_finite() || *value < 0.0) {
                let what = format!("the scale of {factor:?} must list numbers of zero or more");
                self.complain(Some(start), what);
            } else {
                method.scale.insert(factor.clone(), values.clone());
            }
        }
    }

    fn default(&mut self, scheme: &mut Scheme, own: &Spanned<OwnDefault>, decided: &str) {
        let (start, own) = (own.span().start, own.get_ref());
        let same = |table: &&mut DefaultTable| table.layer == own.layer && table.field == own.field;
        let Some(table) = scheme.default.iter_mut().find(same) else {
            let known = scheme.default.iter().map(|table| format!("{}.{}", table.layer, table.field));
            let known = known.collect::<Vec<_>>().join(", ");
            self.complain(
                Some(start),
                format!("no grade {}.{} has a colour; those that have are {known}", own.layer, own.field),
            );
            return;
        };
        let missing: Vec<&String> = table.levels.keys().filter(|grade| !own.levels.contains_key(*grade)).collect();
        let strange: Vec<&String> = own.levels.keys().filter(|grade| !table.levels.contains_key(*grade)).collect();
        for (grades, fault) in [(missing, "is missing"), (strange, "is no grade of this table")] {
            for grade in grades {
                self.complain(Some(start), format!("levels: grade {grade} {fault}"));
            }
        }
        table.levels.clone_from(&own.levels);
        decided.clone_into(&mut table.source);
    }
}

/// The first digits of the SHA-256 of texts.
pub(super) fn digest(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text);
    }
    let digits = digest.finalize();
    format!("{:08x}", digits.iter().take(4).fold(0u32, |mark, byte| mark << 8 | u32::from(*byte)))
}
