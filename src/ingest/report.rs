//! What happened to each row of a file.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::model::{Layer, Revision};

/// Warnings of one kind that are listed one by one; the rest is only counted.
const LISTED: usize = 1000;

/// Something odd that did not keep a row out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The row, from 1; `None` for the file as a whole.
    pub row: Option<u64>,
    /// What kind of oddity.
    pub code: &'static str,
    /// In words.
    pub detail: String,
}

/// Something that was put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mended {
    /// The row, from 1.
    pub row: u64,
    /// What was done.
    pub what: String,
}

/// A row that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The row, from 1.
    pub row: u64,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// What kind of fault came first.
    pub code: &'static str,
    /// Everything that is wrong.
    pub reason: String,
    /// How to mend it.
    pub hint: String,
}

/// The report about an import.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportReport {
    /// The layer.
    pub layer: Layer,
    /// Rows in the file: accepted and rejected ones.
    pub read: u64,
    /// Rows taken in, changed or not.
    pub accepted: u64,
    /// Rows among the accepted that had to be mended.
    pub repaired: u64,
    /// Rows not taken in.
    pub rejected: u64,
    /// The revision that the import made; `None` until it is committed.
    pub revision: Option<Revision>,
    /// The reference system the coordinates were in.
    pub crs: String,
    /// The datum they were on.
    pub datum: String,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// What was put right.
    pub repairs: Vec<Mended>,
    /// What was not taken in.
    pub rejects: Vec<Rejected>,
}

impl ImportReport {
    /// The report for people, in Chinese and English.
    pub fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "导入图层 Layer {}：读取 read {}，接收 accepted {}（其中修复 repaired {}），拒绝 rejected {}",
            self.layer, self.read, self.accepted, self.repaired, self.rejected
        )?;
        write!(out, "坐标系 crs {}，基准 datum {}；", self.crs, self.datum)?;
        match self.revision {
            Some(revision) => writeln!(out, "版本 revision {revision}")?,
            None => writeln!(out, "未写入 nothing written")?,
        }
        for warning in &self.warnings {
            writeln!(out, "  提示 warning {}{}: {}", at(warning.row), warning.code, warning.detail)?;
        }
        for mended in &self.repairs {
            writeln!(out, "  修复 repair {}{}", at(Some(mended.row)), mended.what)?;
        }
        for rejected in &self.rejects {
            let id = rejected.id.as_deref().map(|id| format!("({id}) ")).unwrap_or_default();
            writeln!(out, "  拒绝 reject {}{id}{}: {}", at(Some(rejected.row)), rejected.code, rejected.reason)?;
            writeln!(out, "    → {}", rejected.hint)?;
        }
        Ok(())
    }
}

fn at(row: Option<u64>) -> String {
    row.map(|row| format!("第{row}行 row {row} ")).unwrap_or_default()
}

/// In the order of the rows, with long runs of one kind cut short.
pub(super) fn summarised(mut warnings: Vec<Warning>) -> Vec<Warning> {
    warnings.sort_by_key(|warning| warning.row);
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    warnings.retain(|warning| {
        let count = counts.entry(warning.code).or_default();
        *count += 1;
        *count <= LISTED
    });
    let more = counts.into_iter().filter(|(_, count)| *count > LISTED);
    warnings.extend(more.map(|(code, count)| {
        let detail = format!("and {} more rows", count - LISTED);
        Warning { row: None, code, detail }
    }));
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_are_counted() {
        let warning = |row| Warning { row: Some(row), code: "far_from_district", detail: String::new() };
        let all = summarised((1..=1500).rev().map(warning).collect());
        assert_eq!((all.len(), all[0].row), (1001, Some(1)));
        assert_eq!(all[1000].detail, "and 500 more rows");
    }
}
