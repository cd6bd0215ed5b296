//! The book: every rule, its parameters and defaults, under one version.

use std::collections::BTreeMap;
use std::path::Path;

use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use super::lint::{self, Complaint};
use super::{Defaults, Rule};
use crate::geom::Metres;
use crate::model::Text;

#[derive(RustEmbed)]
#[folder = "data/rules/"]
struct ShippedFiles;

/// A value that the district sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it means.
    pub title: Text,
    /// The value; none until the district has set one.
    #[serde(default)]
    pub metres: Option<Metres>,
}

/// The rule book.
#[derive(Clone, Debug, Serialize)]
pub struct RuleBook {
    version: String,
    parameters: Vec<Parameter>,
    defaults: Defaults,
    rules: Vec<Rule>,
}

/// Why a book cannot be used: every fault that was found.
#[derive(Debug, thiserror::Error)]
#[error("the rule book cannot be used:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct RuleBookError(pub Vec<Complaint>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BookFile {
    version: String,
    #[serde(default)]
    parameter: Vec<Parameter>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(default)]
    rule: Vec<Rule>,
}

impl RuleBook {
    /// The book shipped with the program.
    pub fn shipped() -> Result<Self, RuleBookError> {
        Self::read(shipped_files())
    }

    /// The shipped book with the rule files of a folder beside it; a file of the same name stands in for the shipped one.
    pub fn with_folder(folder: &Path) -> Result<Self, RuleBookError> {
        let mut files = shipped_files();
        files.extend(lint::files_of(folder).map_err(|complaint| RuleBookError(vec![complaint]))?);
        Self::read(files)
    }

    /// A book of files by name: `book.toml`, `defaults.toml`, and any number of rule files.
    pub fn read(files: BTreeMap<String, String>) -> Result<Self, RuleBookError> {
        let mut complaints = Vec::new();
        let mut book =
            Self { version: String::new(), parameters: vec![], defaults: Defaults::default(), rules: vec![] };
        let mut origin = Vec::new();
        for (name, text) in files {
            let parsed = match name.as_str() {
                "book.toml" => toml::from_str(&text).map(|file: BookFile| {
                    book.version = file.version;
                    book.parameters = file.parameter;
                }),
                "defaults.toml" => toml::from_str(&text).map(|defaults| book.defaults = defaults),
                _ => toml::from_str(&text).map(|file: RulesFile| {
                    origin.extend(file.rule.iter().map(|_| name.clone()));
                    book.rules.extend(file.rule);
                }),
            };
            complaints.extend(parsed.err().map(|error| Complaint::unreadable(&name, &text, &error)));
        }
        complaints.extend(lint::complaints(&book, &origin));
        if complaints.is_empty() { Ok(book) } else { Err(RuleBookError(complaints)) }
    }

    /// The version of the shipped book.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every rule.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of an id.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The upper defaults.
    pub fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// The parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The value of a parameter; `None` while it is empty.
    pub fn parameter(&self, name: &str) -> Option<Metres> {
        self.parameters.iter().find(|parameter| parameter.name == name)?.metres
    }
}

fn shipped_files() -> BTreeMap<String, String> {
    let read = |name: std::borrow::Cow<'static, str>| {
        let file = ShippedFiles::get(&name)?;
        Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    ShippedFiles::iter().filter_map(read).collect()
}
