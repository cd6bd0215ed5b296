//! The book: every rule, its tables, parameters and defaults, under one version.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::lint::{self, Complaint, Place};
use super::lookup::{Classification, Classifications, Lookup};
use super::reading::Reading;
use super::threshold::{Table, Threshold};
use super::{Defaults, Rule};
use crate::geom::Metres;
use crate::model::finding::Clause;
use crate::model::{Action, Text, Verification};

use super::condition::FactCondition;

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
    /// The value, where it is a distance; none until the district has set one.
    #[serde(default)]
    pub metres: Option<Metres>,
    /// The value, where it is a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The value, where it is a number of days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Who set it, by which document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<String>,
}

impl Parameter {
    /// What it is set to, in words; `-` while it is empty.
    pub fn set_to(&self) -> String {
        let metres = self.metres.map(|metres| format!("{} m", metres.0));
        let date = self.date.map(|date| date.to_string());
        let days = self.days.map(|days| format!("{days} d"));
        metres.or(date).or(days).unwrap_or_else(|| "-".to_owned())
    }
}

/// The value of a parameter, set by the district beside the book.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    parameter: String,
    #[serde(default)]
    metres: Option<Metres>,
    #[serde(default)]
    date: Option<Date>,
    #[serde(default)]
    days: Option<u32>,
    /// Who decided, by which document.
    decided: String,
}

/// Something that the law asks of a project wherever it stands: a review, an evaluation, a filing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Its name for life.
    pub id: String,
    /// What has to be done.
    pub title: Text,
    /// Where it is written.
    pub clause: Clause,
    /// Which edition.
    pub edition: String,
    /// First day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// The words of which the project must count as one.
    pub subjects: Vec<String>,
    /// The actions it names.
    pub actions: Vec<Action>,
    /// Facts that must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<FactCondition>,
    /// Before whom.
    pub authority: Text,
    /// How well it was verified.
    pub verification: Verification,
}

/// Something that the law may say and nobody has read yet: listed, never a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenItem {
    /// Its name.
    pub id: String,
    /// Where it would be written.
    pub clause: Clause,
    /// What has to be obtained.
    pub what: Text,
}

/// The rule book.
#[derive(Clone, Debug, Serialize)]
pub struct RuleBook {
    version: String,
    parameters: Vec<Parameter>,
    #[serde(skip)]
    defaults: Defaults,
    rules: Vec<Rule>,
    procedures: Vec<Procedure>,
    open_items: Vec<OpenItem>,
    classifications: Vec<Classification>,
    readings: Vec<Reading>,
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
    rule: Vec<Spanned<Rule>>,
    #[serde(default)]
    table: Vec<Spanned<Table>>,
    #[serde(default)]
    lookup: Vec<Spanned<Lookup>>,
    #[serde(default)]
    classification: Vec<Spanned<Classification>>,
    #[serde(default)]
    procedure: Vec<Spanned<Procedure>>,
    #[serde(default)]
    open: Vec<Spanned<OpenItem>>,
    #[serde(default)]
    set: Vec<Spanned<Setting>>,
    #[serde(default)]
    reading: Vec<Spanned<Reading>>,
}

/// A book while its files are being read: every entry with the place where it is written.
#[derive(Default)]
pub(super) struct Draft {
    pub version: String,
    pub parameters: Vec<Parameter>,
    pub defaults: Defaults,
    pub rules: Vec<(Place, Rule)>,
    pub tables: Vec<(Place, Table)>,
    pub lookups: Vec<(Place, Lookup)>,
    pub classifications: Vec<(Place, Classification)>,
    pub procedures: Vec<(Place, Procedure)>,
    pub open_items: Vec<(Place, OpenItem)>,
    settings: Vec<(Place, Setting)>,
    pub readings: Vec<(Place, Reading)>,
    pub complaints: Vec<Complaint>,
}

impl RuleBook {
    /// The book shipped with the program.
    pub fn shipped() -> Result<Self, RuleBookError> {
        Self::read(&shipped_files())
    }

    /// The shipped book with the rule files of a folder beside it; a file of the same name stands in for the shipped one.
    pub fn with_folder(folder: &Path) -> Result<Self, RuleBookError> {
        let own = lint::files_of(folder).map_err(|complaint| RuleBookError(vec![complaint]))?;
        let mark = mark_of(&own);
        let mut files = shipped_files();
        files.extend(own);
        let book = Self::read(&files)?;
        Ok(Self { version: format!("{}+{mark}", book.version), ..book })
    }

    /// A book of files by name: `book.toml`, `defaults.toml`, and any number of rule files.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, RuleBookError> {
        let mut draft = Draft::default();
        for (name, text) in files {
            draft.add(name, text);
        }
        draft.set_parameters();
        draft.end_rules();
        draft.put_tables_in_place();
        draft.apply_readings();
        draft.complaints.extend(lint::complaints(&draft));
        draft.bound()
    }

    /// The version of the shipped book, and a mark of the district's own files where there are any, so that a report
    /// names exactly the text it was made by.
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

    /// The distance that a parameter sets; `None` while it is empty.
    pub fn parameter(&self, name: &str) -> Option<Metres> {
        self.parameters.iter().find(|parameter| parameter.name == name)?.metres
    }

    /// The number of days that a parameter sets.
    pub fn days(&self, name: &str) -> Option<u32> {
        self.parameters.iter().find(|parameter| parameter.name == name)?.days
    }

    /// What the law asks of projects besides distances.
    pub fn procedures(&self) -> &[Procedure] {
        &self.procedures
    }

    /// What nobody has read yet.
    pub fn open_items(&self) -> &[OpenItem] {
        &self.open_items
    }

    /// Who read what, and so raised which marks.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The classifications that a lookup follows.
    pub fn classes_of(&self, lookup: &Lookup) -> Classifications<'_> {
        let named = |name: &Option<String>| {
            let name = name.as_deref()?;
            self.classifications.iter().find(|classes| classes.name == name)
        };
        Classifications { subject: named(&lookup.subject_classes), object: named(&lookup.classes) }
    }
}

impl Draft {
    fn add(&mut self, name: &str, text: &str) {
        let parsed = match name {
            "book.toml" => toml::from_str(text).map(|file: BookFile| {
                self.version = file.version;
                self.parameters = file.parameter;
            }),
            "defaults.toml" => toml::from_str(text).map(|defaults| self.defaults = defaults),
            _ => toml::from_str(text).map(|file| self.add_rules(name, text, file)),
        };
        self.complaints.extend(parsed.err().map(|error| Complaint::unreadable(name, text, &error)));
    }

    fn add_rules(&mut self, name: &str, text: &str, file: RulesFile) {
        fn placed<T>(name: &str, text: &str, entries: Vec<Spanned<T>>) -> impl Iterator<Item = (Place, T)> {
            let places: Vec<_> = entries.iter().map(|entry| Place::new(name, text, entry.span().start)).collect();
            places.into_iter().zip(entries.into_iter().map(Spanned::into_inner))
        }
        self.rules.extend(placed(name, text, file.rule));
        self.tables.extend(placed(name, text, file.table));
        self.lookups.extend(placed(name, text, file.lookup));
        self.classifications.extend(placed(name, text, file.classification));
        self.procedures.extend(placed(name, text, file.procedure));
        self.open_items.extend(placed(name, text, file.open));
        self.settings.extend(placed(name, text, file.set));
        self.readings.extend(placed(name, text, file.reading));
    }

    fn set_parameters(&mut self) {
        for (place, setting) in &self.settings {
            let Some(known) = self.parameters.iter_mut().find(|known| known.name == setting.parameter) else {
                let what = format!("parameter {:?} is not in the book", setting.parameter);
                self.complaints.push(place.complaint(what));
                continue;
            };
            if setting.decided.trim().is_empty() {
                self.complaints.push(place.complaint("it does not say who decided, by which document".to_owned()));
            }
            known.metres = setting.metres.or(known.metres);
            known.date = setting.date.or(known.date);
            known.days = setting.days.or(known.days);
            known.decided = Some(setting.decided.clone());
        }
    }

    /// A rule that ends on a day the district sets ends on that day.
    fn end_rules(&mut self) {
        for (place, rule) in &mut self.rules {
            let Some(name) = &rule.until else { continue };
            match self.parameters.iter().find(|parameter| parameter.name == *name) {
                Some(parameter) => rule.valid_to = parameter.date.or(rule.valid_to),
                None => self.complaints.push(place.complaint(format!("parameter {name:?} is not in the book"))),
            }
        }
    }

    /// Named tables and lookups take the place of their names.
    fn put_tables_in_place(&mut self) {
        for (place, rule) in &mut self.rules {
            for case in rule.all_cases_mut() {
                let Threshold::Named { named, columns } = &case.threshold_m else { continue };
                let table = self.tables.iter().find(|(_, table)| table.name == *named);
                let lookup = self.lookups.iter().find(|(_, lookup)| lookup.name == *named);
                case.threshold_m = match (table, lookup) {
                    (Some((_, table)), _) => Threshold::Table(Table { columns: columns.clone(), ..table.clone() }),
                    (None, Some((_, lookup))) => Threshold::Lookup(lookup.clone()),
                    (None, None) => {
                        self.complaints.push(place.complaint(format!("no table or lookup is named {named:?}")));
                        continue;
                    }
                };
            }
        }
    }

    fn apply_readings(&mut self) {
        for (place, reading) in &self.readings {
            let mut rules = self.rules.iter_mut().map(|(_, rule)| rule);
            let faults = reading.apply(&mut rules);
            self.complaints.extend(faults.into_iter().map(|what| place.complaint(what)));
        }
    }

    fn bound(self) -> Result<RuleBook, RuleBookError> {
        fn entries<T>(placed: Vec<(Place, T)>) -> Vec<T> {
            placed.into_iter().map(|(_, entry)| entry).collect()
        }
        if !self.complaints.is_empty() {
            return Err(RuleBookError(self.complaints));
        }
        Ok(RuleBook {
            version: self.version,
            parameters: self.parameters,
            defaults: self.defaults,
            rules: entries(self.rules),
            procedures: entries(self.procedures),
            open_items: entries(self.open_items),
            classifications: entries(self.classifications),
            readings: entries(self.readings),
        })
    }
}

/// The first digits of the SHA-256 of files by name.
fn mark_of(files: &BTreeMap<String, String>) -> String {
    let mut digest = Sha256::new();
    for (name, text) in files {
        for part in [name, text] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    let digits = digest.finalize();
    format!("{:08x}", digits.iter().take(4).fold(0u32, |mark, byte| mark << 8 | u32::from(*byte)))
}

fn shipped_files() -> BTreeMap<String, String> {
    let read = |name: std::borrow::Cow<'static, str>| {
        let file = ShippedFiles::get(&name)?;
        Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    ShippedFiles::iter().filter_map(read).collect()
}
