//! Holding a rule book against what it must be: every rule cited, every word known, every table in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::rule::Case;
use super::threshold::{Bands, Table, Threshold};
use super::{Rule, RuleBook};
use crate::model::{Kinds, Schema};

/// One fault of a book, with the place to mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// The file.
    pub file: String,
    /// The line, where it is known.
    pub line: Option<usize>,
    /// The rule, where the file could be read.
    pub rule: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if let Some(rule) = &self.rule {
            write!(out, ": rule {rule}")?;
        }
        write!(out, ": {}", self.what)
    }
}

impl Complaint {
    /// A file that is not what it should be.
    pub(super) fn unreadable(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Self { file: file.to_owned(), line, rule: None, what: error.message().to_owned() }
    }

    fn of_file(file: &str, what: String) -> Self {
        Self { file: file.to_owned(), line: None, rule: None, what }
    }
}

/// The rule files of a folder, by name.
pub(super) fn files_of(folder: &Path) -> Result<BTreeMap<String, String>, Complaint> {
    let failed = |error: std::io::Error| Complaint::of_file(&folder.display().to_string(), error.to_string());
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, std::fs::read_to_string(&path).map_err(failed)?);
        }
    }
    Ok(files)
}

/// Every fault of a book whose files could be read; `origin` names the file of each rule.
pub(super) fn complaints(book: &RuleBook, origin: &[String]) -> Vec<Complaint> {
    let mut all = Vec::new();
    if book.version().is_empty() {
        all.push(Complaint::of_file("book.toml", "the book has no version".to_owned()));
    }
    let mut seen = BTreeSet::new();
    for (rule, file) in book.rules().iter().zip(origin) {
        let mut faults = faults(book, rule);
        if !seen.insert(&rule.id) {
            faults.push("another rule has the same id".to_owned());
        }
        let complain = |what| Complaint { file: file.clone(), line: None, rule: Some(rule.id.clone()), what };
        all.extend(faults.into_iter().map(complain));
    }
    all
}

fn faults(book: &RuleBook, rule: &Rule) -> Vec<String> {
    let mut faults = Vec::new();
    let cited = [&rule.clause.law, &rule.clause.article, &rule.edition];
    if cited.iter().any(|text| text.trim().is_empty()) {
        faults.push("it cites no law, article or edition".to_owned());
    }
    if [&rule.title, &rule.measure].iter().any(|text| text.zh.is_empty() || text.en.is_empty()) {
        faults.push("its title or measure lacks Chinese or English".to_owned());
    }
    if rule.valid_to.zip(rule.valid_from).is_some_and(|(last, first)| last < first) {
        faults.push("it ends before it begins".to_owned());
    }
    if rule.subjects.is_empty() || rule.actions.is_empty() || rule.cases.is_empty() {
        faults.push("it has no subject, no action or no case".to_owned());
    }
    faults.extend(unknown_words(rule));
    let cases = rule.cases.iter().chain(rule.reverse.iter().flat_map(|block| &block.cases));
    faults.extend(cases.flat_map(|case| case_faults(book, case)));
    faults
}

fn unknown_words(rule: &Rule) -> Vec<String> {
    let kinds = Kinds::shipped();
    let words: BTreeSet<&str> = kinds.all().flat_map(|kind| kind.subjects()).collect();
    let reversed = rule.reverse.iter().flat_map(|block| block.subjects.iter().chain(&block.except));
    let narrowed = rule.cases.iter().flat_map(|case| &case.subjects);
    let subjects = rule.subjects.iter().chain(reversed).chain(narrowed).filter(|word| !words.contains(word.as_str()));
    let mut faults: Vec<String> = subjects.map(|word| format!("no kind counts as {word:?}")).collect();
    let facts = rule.conditions.iter().map(|condition| &condition.fact);
    let facts = facts.chain(rule.exemption.iter().filter_map(|exemption| exemption.fact.as_ref()));
    faults.extend(facts.filter(|fact| kinds.fact(fact).is_none()).map(|fact| format!("fact {fact:?} is unknown")));
    faults
}

fn case_faults(book: &RuleBook, case: &Case) -> Vec<String> {
    let schema = Schema::layer(case.layer);
    let mut faults = Vec::new();
    if let Some(field) = schema.field("kind").filter(|field| !field.open) {
        let strange = case.kinds.iter().filter(|kind| !field.values.contains(&kind.as_str().into()));
        faults.extend(strange.map(|kind| format!("layer {} has no kind {kind:?}", case.layer)));
    }
    let conditions = case.all_of.iter().chain(&case.any_of).map(|condition| condition.field.as_str());
    for name in conditions.filter(|name| !name.starts_with("enterprise.") && schema.field(name).is_none()) {
        faults.push(format!("layer {} has no field {name:?}", case.layer));
    }
    faults.extend(match &case.threshold_m {
        Threshold::Constant(metres) if metres.0.is_nan() || metres.0 < 0.0 => {
            vec![format!("{} m is no distance", metres.0)]
        }
        Threshold::Table(table) => table_faults(table),
        Threshold::Bands(bands) => bands_faults(bands),
        Threshold::Parameter { parameter } if book.parameters().iter().all(|known| known.name != *parameter) => {
            vec![format!("parameter {parameter:?} is not in the book")]
        }
        Threshold::Constant(_) | Threshold::Parameter { .. } => vec![],
    });
    faults
}

fn table_faults(table: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    if table.rows.is_empty() || table.columns.is_empty() || table.stricter_of.is_empty() {
        return vec!["its table has no rows, columns or facts".to_owned()];
    }
    for fact in &table.stricter_of {
        let ends: Vec<f64> = table.rows.iter().map(|row| row.up_to.get(fact).copied().unwrap_or(f64::MAX)).collect();
        if ends.windows(2).any(|pair| pair[0] >= pair[1]) {
            faults.push(format!("its table rows overlap or are out of order in {fact}"));
        }
        if ends.last().is_some_and(|end| *end < f64::MAX) {
            faults.push(format!("the last row of its table ends in {fact}; leave it open"));
        }
    }
    let holes = table.rows.iter().flat_map(|row| table.columns.iter().filter(|name| !row.metres.contains_key(*name)));
    faults.extend(holes.map(|name| format!("a row of its table lacks column {name}")));
    faults
}

fn bands_faults(bands: &Bands) -> Vec<String> {
    let backwards = bands.bands.iter().any(|band| band.from > band.to);
    let overlapping = bands.bands.windows(2).any(|pair| pair[0].to >= pair[1].from);
    if bands.bands.is_empty() || backwards || overlapping {
        return vec![format!("its bands of {} are empty, overlap or run backwards", bands.field)];
    }
    vec![]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
[[rule]]
id = "LOCAL-1"
title = { zh = "一", en = "one" }
clause = { law = "某办法", article = "第一条" }
edition = "2026"
valid_from = "2026-01-01"
subjects = ["chem_project"]
actions = ["new"]
effect = "prohibit"
verification = "V1"
measure = { zh = "边界至岸线", en = "boundary to bank" }
[[rule.case]]
layer = "waters"
kinds = ["lake"]
test = "within"
threshold_m = 500
"#;

    fn lint(text: &str) -> Vec<String> {
        let book = "version = 'test'".to_owned();
        let files = BTreeMap::from([("book.toml".to_owned(), book), ("local.toml".to_owned(), text.to_owned())]);
        match RuleBook::read(files) {
            Ok(_) => vec![],
            Err(error) => error.0.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn the_shipped_book_has_no_fault() {
        if let Err(error) = RuleBook::shipped() {
            panic!("{error}");
        }
    }

    #[test]
    fn a_sound_local_rule_passes() {
        assert_eq!(lint(RULE), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_named_with_file_and_rule() {
        let broken = RULE.replace("第一条", " ").replace("\"lake\"", "\"sea\"").replace("chem_project", "castle");
        assert_eq!(
            lint(&broken),
            [
                "local.toml: rule LOCAL-1: it cites no law, article or edition",
                "local.toml: rule LOCAL-1: no kind counts as \"castle\"",
                "local.toml: rule LOCAL-1: layer waters has no kind \"sea\"",
            ]
        );
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        let complaints = lint(&RULE.replace("edition =", "editoin ="));
        assert!(complaints[0].starts_with("local.toml:6: unknown field `editoin`"), "{complaints:?}");
    }

    #[test]
    fn overlapping_rows_and_unknown_parameters_are_refused() {
        let table = "threshold_m = { stricter_of = ['volume_m3'], columns = ['a'], rows = [
            { up_to = { volume_m3 = 50 }, metres = { a = 1 }, verification = 'V2' },
            { up_to = { volume_m3 = 50 }, metres = { a = 2 }, verification = 'V2' },
            { metres = { a = 3 }, verification = 'V2' }] }";
        assert!(lint(&RULE.replace("threshold_m = 500", table))[0].contains("overlap"));
        assert!(lint(&RULE.replace("threshold_m = 500", "threshold_m = { parameter = 'x' }"))[0].contains("parameter"));
        assert!(lint(&RULE.replace("= 500", "= -1"))[0].contains("no distance"));
    }
}
