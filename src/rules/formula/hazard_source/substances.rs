//! The lists of GB 18218-2018 (`data/formulas/hazard_sources.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::{Text, Verification};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tables {
    pub source: String,
    pub marks: Marks,
    pub alpha: Vec<Alpha>,
    pub grade: Vec<GradeRow>,
    pub class: Vec<Class>,
    pub substance: Vec<Substance>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Marks {
    pub amounts: Verification,
    pub beta: Verification,
    pub alpha: Verification,
    pub grades: Verification,
    pub classes: Verification,
    pub method: Verification,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alpha {
    pub residents_from: u64,
    pub alpha: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GradeRow {
    pub grade: u8,
    pub r_from: f64,
}

/// A class of substances that are not named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Class {
    pub id: String,
    pub title: Text,
    pub q_t: f64,
    pub beta: f64,
}

/// A named substance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Substance {
    pub number: u8,
    pub name: String,
    /// What the entry presupposes.
    #[serde(default)]
    pub condition: Option<String>,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub cas: Vec<String>,
    pub q_t: f64,
    /// β of its own: one of the named toxic gases.
    #[serde(default)]
    pub beta: Option<f64>,
    /// The classes it may belong to.
    #[serde(default)]
    pub classes: Vec<String>,
}

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../data/formulas/hazard_sources.toml"))
        .unwrap_or_else(|error| unreachable!("data/formulas/hazard_sources.toml is checked by a test: {error}"))
});

impl Tables {
    /// The class of an id, however it is written: `w5.1`, `W5.1`.
    pub fn class(&self, id: &str) -> Option<&Class> {
        self.class.iter().find(|class| class.id.eq_ignore_ascii_case(id.trim()))
    }

    /// The entries that may be meant by a CAS number, a name, or both. Where they speak of different substances, each may
    /// be meant.
    pub fn entries(&self, cas: Option<&str>, name: Option<&str>) -> Vec<&Substance> {
        let by_cas: Vec<&Substance> = cas.map_or(vec![], |cas| self.matching(|entry| entry.has_cas(cas)));
        let by_name: Vec<&Substance> = name.map_or(vec![], |name| self.matching(|entry| entry.is_called(name)));
        let both: Vec<&Substance> =
            by_cas.iter().copied().filter(|one| by_name.iter().any(|other| other.number == one.number)).collect();
        if both.is_empty() { by_cas.into_iter().chain(by_name).collect() } else { both }
    }

    fn matching(&self, fits: impl Fn(&Substance) -> bool) -> Vec<&Substance> {
        self.substance.iter().filter(|entry| fits(entry)).collect()
    }
}

impl Substance {
    /// Its name with what it presupposes.
    pub fn full_name(&self) -> String {
        match &self.condition {
            Some(condition) => format!("{}（{condition}）", self.name),
            None => self.name.clone(),
        }
    }

    fn has_cas(&self, cas: &str) -> bool {
        self.cas.contains(&plain(cas))
    }

    fn is_called(&self, name: &str) -> bool {
        let name = plain(name);
        let full = self.full_name();
        let mut names = self.aliases.iter().chain([&self.name, &full]);
        names.any(|own| plain(own) == name)
    }
}

/// A name without what differs from hand to hand: spaces, wide signs, capitals.
fn plain(text: &str) -> String {
    let narrow = |sign: char| match sign {
        '（' => '(',
        '）' => ')',
        ',' | '，' | '－' | '‐' | '–' => '-',
        '＞' => '>',
        '＜' => '<',
        '％' => '%',
        other => other,
    };
    let kept = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '\u{feff}');
    kept.map(narrow).flat_map(char::to_lowercase).collect::<String>().replace(">=", "≥").replace("<=", "≤")
}
