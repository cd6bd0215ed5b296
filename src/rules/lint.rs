//! Holding a rule book against what it must be: every rule cited, every word known, every table in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::Rule;
use super::book::Draft;
use super::condition::FactCondition;
use super::lookup::Lookup;
use super::rule::{Case, Start};
use super::threshold::{Bands, Table, Threshold};
use crate::geom::Metres;
use crate::model::finding::Clause;
use crate::model::kind::fits;
use crate::model::{Kinds, Layer, Schema};

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
        let line = error.span().map(|span| line_at(text, span.start));
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

/// Where an entry is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    file: String,
    line: usize,
}

impl Place {
    /// The place of an entry that begins at a byte of a file.
    pub(super) fn new(file: &str, text: &str, start: usize) -> Self {
        Self { file: file.to_owned(), line: line_at(text, start) }
    }

    /// A complaint about what is written there.
    pub(super) fn complaint(&self, what: String) -> Complaint {
        Complaint { file: self.file.clone(), line: Some(self.line), rule: None, what }
    }
}

fn line_at(text: &str, start: usize) -> usize {
    text.get(..start).unwrap_or(text).matches('\n').count() + 1
}

/// Every fault of a book whose files could be read.
pub(super) fn complaints(book: &Draft) -> Vec<Complaint> {
    let mut all = Vec::new();
    if book.version.is_empty() {
        all.push(Complaint::of_file("book.toml", "the book has no version".to_owned()));
    }
    let mut seen = BTreeSet::new();
    for (place, rule) in &book.rules {
        let mut faults = faults(book, rule);
        if !seen.insert(rule.id.as_str()) {
            faults.push("another entry has the same id".to_owned());
        }
        let complain = |what| Complaint { rule: Some(rule.id.clone()), ..place.complaint(what) };
        all.extend(faults.into_iter().map(complain));
    }
    for (place, procedure) in &book.procedures {
        let mut faults = uncited(&procedure.clause, &procedure.edition);
        faults.extend(unknown_subjects(&procedure.subjects));
        faults.extend(unknown_facts(&procedure.conditions));
        if !seen.insert(procedure.id.as_str()) {
            faults.push("another entry has the same id".to_owned());
        }
        let complain = |what| Complaint { rule: Some(procedure.id.clone()), ..place.complaint(what) };
        all.extend(faults.into_iter().map(complain));
    }
    let open_twice = book.open_items.iter().filter(|(_, item)| !seen.insert(item.id.as_str()));
    all.extend(open_twice.map(|(place, item)| place.complaint(format!("another entry has the id {}", item.id))));
    all.extend(unnamed(book));
    all
}

/// Tables nobody can name, or that two files name alike.
fn unnamed(book: &Draft) -> Vec<Complaint> {
    let tables = book.tables.iter().map(|(place, table)| (place, table.name.as_str()));
    let lookups = book.lookups.iter().map(|(place, lookup)| (place, lookup.name.as_str()));
    let mut seen = BTreeSet::new();
    let faulty = tables.chain(lookups).filter(|(_, name)| name.is_empty() || !seen.insert(*name));
    faulty.map(|(place, name)| place.complaint(format!("a table needs a name of its own, not {name:?}"))).collect()
}

fn uncited(clause: &Clause, edition: &str) -> Vec<String> {
    let cited = [clause.law.as_str(), clause.article.as_str(), edition];
    let lacks = cited.iter().any(|text| text.trim().is_empty());
    if lacks { vec!["it cites no law, article or edition".to_owned()] } else { vec![] }
}

fn faults(book: &Draft, rule: &Rule) -> Vec<String> {
    let mut faults = uncited(&rule.clause, &rule.edition);
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
    faults.extend(rule.all_cases().flat_map(|case| case_faults(book, case)));
    faults
}

fn unknown_words(rule: &Rule) -> Vec<String> {
    let kinds = Kinds::shipped();
    let reversed = rule.reverse.iter().flat_map(|block| block.subjects.iter().chain(&block.except));
    let narrowed = rule.all_cases().flat_map(|case| &case.subjects);
    let mut faults = unknown_subjects(rule.subjects.iter().chain(reversed).chain(narrowed));
    let conditions = rule.conditions.iter().chain(rule.reverse.iter().flat_map(|block| &block.conditions));
    faults.extend(unknown_facts(conditions.chain(rule.all_cases().flat_map(|case| &case.conditions))));
    let exempting = rule.exemption.iter().filter_map(|exemption| exemption.fact.as_ref());
    faults.extend(exempting.filter(|fact| kinds.fact(fact).is_none()).map(|fact| format!("fact {fact:?} is unknown")));
    faults
}

fn unknown_subjects<'a>(subjects: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let words: BTreeSet<&str> = Kinds::shipped().all().flat_map(|kind| kind.subjects()).collect();
    let strange = subjects.into_iter().filter(|word| !words.contains(word.as_str()));
    strange.map(|word| format!("no kind counts as {word:?}")).collect()
}

fn unknown_facts<'a>(conditions: impl IntoIterator<Item = &'a FactCondition>) -> Vec<String> {
    let fault = |condition: &FactCondition| {
        let Some(fact) = Kinds::shipped().fact(&condition.fact) else {
            return Some(format!("fact {:?} is unknown", condition.fact));
        };
        let strange = condition.is.as_ref().filter(|wanted| !fits(fact, wanted));
        strange.map(|wanted| format!("fact {:?} can never be {wanted}", condition.fact))
    };
    conditions.into_iter().filter_map(fault).collect()
}

fn case_faults(book: &Draft, case: &Case) -> Vec<String> {
    let schema = Schema::layer(case.layer);
    let mut faults = Vec::new();
    if let Some(field) = schema.field("kind").filter(|field| !field.open) {
        let named = case.kinds.iter().chain(&case.except_kinds);
        let strange = named.filter(|kind| !field.values.contains(&kind.as_str().into()));
        faults.extend(strange.map(|kind| format!("layer {} has no kind {kind:?}", case.layer)));
    }
    let conditions = case.all_of.iter().chain(&case.any_of).map(|condition| condition.field.as_str());
    for name in conditions.filter(|name| !name.starts_with("enterprise.") && schema.field(name).is_none()) {
        faults.push(format!("layer {} has no field {name:?}", case.layer));
    }
    let geometries = case.proxy_for.iter().chain(match &case.start {
        Start::Line(fact) => Some(fact),
        Start::Outline => None,
    });
    let lines = |fact: &str| Kinds::shipped().fact(fact).is_some_and(|fact| fact.fact_type == "geometry");
    faults.extend(geometries.filter(|fact| !lines(fact)).map(|fact| format!("{fact:?} is no geometry fact")));
    faults.extend(threshold_faults(book, &case.threshold_m));
    faults
}

fn threshold_faults(book: &Draft, threshold: &Threshold) -> Vec<String> {
    match threshold {
        Threshold::Constant(metres) => no_distance([*metres]),
        Threshold::Sum { sum } => no_distance(sum.iter().copied()),
        Threshold::Table(table) => table_faults(table),
        Threshold::Lookup(lookup) => lookup_faults(book, lookup),
        Threshold::Bands(bands) => bands_faults(bands),
        Threshold::Times(times) => {
            let mut faults =
                no_distance([Metres(times.times), times.unknown_most_m].into_iter().chain(times.at_most_m));
            faults.extend(strange_key(&times.of));
            faults
        }
        Threshold::Formula(formula) => no_distance([formula.unknown_most_m]),
        Threshold::Parameter { parameter } if book.parameters.iter().all(|known| known.name != *parameter) => {
            vec![format!("parameter {parameter:?} is not in the book")]
        }
        Threshold::Parameter { .. } | Threshold::Named { .. } => vec![],
    }
}

/// Beyond this nothing is a distance of a siting rule.
const FURTHEST: Metres = Metres(100_000.0);

fn no_distance(all: impl IntoIterator<Item = Metres>) -> Vec<String> {
    let strange = all.into_iter().filter(|metres| !(Metres::ZERO..=FURTHEST).contains(metres));
    strange.map(|metres| format!("{} m is no distance of a rule", metres.0)).collect()
}

/// A key that no proposal and no layer can answer.
fn strange_key(key: &str) -> Option<String> {
    let name = match key.split_once('.') {
        Some(("subject" | "object", name)) => name,
        Some(("river", "direction")) => return None,
        Some(_) => return Some(format!("key {key:?} begins with neither subject. nor object.")),
        None => key,
    };
    let of_layer = || Layer::ALL.into_iter().any(|layer| Schema::layer(layer).field(name).is_some());
    let known =
        ["kind", "action", "class", "layer"].contains(&name) || Kinds::shipped().fact(name).is_some() || of_layer();
    (!known).then(|| format!("nothing has the field {name:?}"))
}

fn lookup_faults(book: &Draft, lookup: &Lookup) -> Vec<String> {
    let mut faults = no_distance(lookup.rows.iter().filter_map(|row| row.metres));
    if lookup.rows.is_empty() {
        faults.push("its lookup has no rows".to_owned());
    }
    for (number, row) in lookup.rows.iter().enumerate() {
        let clash = lookup.rows[number + 1..].iter().position(|other| row.overlaps(other));
        faults.extend(clash.map(|later| {
            format!("rows {} and {} of its lookup {} overlap", number + 1, number + later + 2, lookup.name)
        }));
    }
    let keys: BTreeSet<&String> = lookup.rows.iter().flat_map(|row| row.when.keys()).collect();
    faults.extend(keys.iter().filter_map(|key| strange_key(key)));
    for (key, named) in [("object.class", &lookup.classes), ("subject.class", &lookup.subject_classes)] {
        match named {
            Some(name) if book.classifications.iter().all(|(_, classes)| classes.name != *name) => {
                faults.push(format!("classification {name:?} is not in the book"));
            }
            None if keys.iter().any(|asked| *asked == key) => {
                faults.push(format!("its lookup asks for {key} but names no classification"));
            }
            _ => {}
        }
    }
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
    faults.extend(no_distance(table.rows.iter().flat_map(|row| row.metres.values().copied())));
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
    no_distance(bands.bands.iter().map(|band| band.metres).chain([bands.unknown_within_m]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleBook;

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
        match RuleBook::read(&files) {
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
                "local.toml:2: rule LOCAL-1: it cites no law, article or edition",
                "local.toml:2: rule LOCAL-1: no kind counts as \"castle\"",
                "local.toml:2: rule LOCAL-1: layer waters has no kind \"sea\"",
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
