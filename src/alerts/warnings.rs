//! How urgent a warning is (`data/risk/warnings.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::alert::Cause;
use crate::model::Text;

/// The levels of warnings by their causes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warnings {
    /// How well the levels were verified; a proposal is nobody's rule.
    pub mark: String,
    level: Vec<Words>,
    warning: Vec<Warning>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    level: u8,
    name: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Warning {
    cause: Cause,
    of: String,
    level: u8,
}

static WARNINGS: LazyLock<Warnings> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/risk/warnings.toml"))
        .unwrap_or_else(|error| unreachable!("data/risk/warnings.toml is checked by a test: {error}"))
});

/// The most urgent level, for what the table does not know.
const MOST_URGENT: u8 = 1;

impl Warnings {
    /// The ones shipped with the program.
    pub fn shipped() -> &'static Self {
        &WARNINGS
    }

    /// The level of a cause and what it is of: a colour, the grade of a hidden danger, a reading.
    pub fn level(&self, cause: Cause, of: &str) -> u8 {
        let known = self.warning.iter().find(|warning| warning.cause == cause && warning.of == of);
        known.map_or(MOST_URGENT, |warning| warning.level)
    }

    /// What people call a level.
    pub fn name(&self, level: u8) -> Option<&Text> {
        self.level.iter().find(|words| words.level == level).map(|words| &words.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Layer, RiskLevel, Schema};

    #[test]
    fn every_cause_has_a_level_that_has_a_name() {
        let warnings = Warnings::shipped();
        let grades = &Schema::layer(Layer::HiddenDangers).field("grade").unwrap().values;
        let mut all: Vec<(Cause, &str)> =
            grades.iter().map(|grade| (Cause::Overdue, grade.as_str().unwrap())).collect();
        all.extend([RiskLevel::Major, RiskLevel::High].map(|level| (Cause::RiskRise, level.color())));
        all.push((Cause::OverLimit, "reading"));
        assert_eq!(all.len(), warnings.warning.len());
        for (cause, of) in all {
            let found = warnings.warning.iter().filter(|warning| warning.cause == cause && warning.of == of).count();
            assert_eq!(found, 1, "{cause:?} {of}");
            assert!(warnings.name(warnings.level(cause, of)).is_some());
        }
        assert_eq!(warnings.mark, "proposal");
    }
}
