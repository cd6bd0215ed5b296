//! Readings: who read which number in the original, and so raised its mark. The rule itself stays as it was shipped.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Rule;
use super::threshold::Threshold;
use crate::model::Verification;

/// One reading of an original text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The rule whose own mark was read, or all of whose numbers were.
    pub rule: String,
    /// A named table or lookup of the rule, where only its rows were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The distances of the rows that were read, in metres; without them every row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metres: Vec<f64>,
    /// The mark it deserves now.
    pub verification: Verification,
    /// Who read it.
    pub read_by: String,
    /// When.
    pub read_on: Date,
    /// In what: title, edition, page.
    pub source: String,
}

impl Reading {
    /// Raises the marks it speaks of; answers with what is wrong with it.
    pub(super) fn apply<'r>(&self, rules: &mut impl Iterator<Item = &'r mut Rule>) -> Vec<String> {
        let mut faults = Vec::new();
        if self.read_by.trim().is_empty() || self.source.trim().is_empty() {
            faults.push("a reading must say who read what".to_owned());
        }
        let Some(rule) = rules.find(|rule| rule.id == self.rule) else {
            faults.push(format!("it reads rule {:?}, which is not in the book", self.rule));
            return faults;
        };
        let mut raised = 0;
        if self.table.is_none() && self.metres.is_empty() {
            raised += self.raise(&mut rule.verification);
        }
        for case in rule.all_cases_mut() {
            if self.table.is_none() && self.metres.is_empty() {
                raised += case.verification.as_mut().map_or(0, |mark| self.raise(mark));
            }
            raised += self.raise_rows(&mut case.threshold_m);
        }
        if raised == 0 && faults.is_empty() {
            faults.push(format!("it raises no mark of rule {}: nothing it names is marked below it", self.rule));
        }
        faults
    }

    fn raise_rows(&self, threshold: &mut Threshold) -> usize {
        let of_table = |name: &str| self.table.as_deref().is_none_or(|table| table == name);
        let read = |metres: f64| self.metres.is_empty() || self.metres.contains(&metres);
        match threshold {
            Threshold::Table(table) if of_table(&table.name) => {
                let rows = table.rows.iter_mut().filter(|row| row.metres.values().any(|metres| read(metres.0)));
                rows.map(|row| self.raise(&mut row.verification)).sum()
            }
            Threshold::Lookup(lookup) if of_table(&lookup.name) => {
                let rows = lookup.rows.iter_mut().filter(|row| row.metres.is_some_and(|metres| read(metres.0)));
                rows.map(|row| self.raise(&mut row.verification)).sum()
            }
            Threshold::Formula(formula) if self.table.is_none() && self.metres.is_empty() => {
                self.raise(&mut formula.verification)
            }
            _ => 0,
        }
    }

    fn raise(&self, mark: &mut Verification) -> usize {
        let better = self.verification < *mark;
        if better {
            *mark = self.verification;
        }
        usize::from(better)
    }
}
