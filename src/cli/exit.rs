//! What went wrong, in the user's terms, and the exit code that says so. Library errors become exit codes here only.

use std::fmt::Display;

use sisetu::atlas::AtlasError;
use sisetu::geom::crs::CrsError;
use sisetu::ingest::IngestError;
use sisetu::model::Verdict;
use sisetu::model::layer::UnknownLayer;
use sisetu::rules::RuleBookError;
use sisetu::serve::ServeError;
use sisetu::siting::request::RequestFaults;
use sisetu::store::StoreError;

/// The command did what it was asked to do.
pub const DONE: u8 = 0;
/// A veto or a failed check; rejects where none are allowed; a verification that failed.
pub const FOUND: u8 = 1;
/// Wrong usage or input.
const INPUT: u8 = 2;
/// The machine or the store failed.
pub const MACHINE: u8 = 3;
/// The proposal needs review.
const REVIEW: u8 = 4;
/// The proposal cannot be judged.
const UNDETERMINED: u8 = 5;

/// The exit code of a verdict.
pub fn of_verdict(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass => DONE,
        Verdict::Veto | Verdict::Fail => FOUND,
        Verdict::Review => REVIEW,
        Verdict::Undetermined => UNDETERMINED,
    }
}

/// Why a command could not do what it was asked, with the mend where one is known.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    told: Vec<(String, Option<String>)>,
}

impl Failure {
    /// Wrong usage or input.
    pub fn input(what: impl Display) -> Self {
        Self::new(INPUT, what)
    }

    /// The machine or the store failed.
    pub fn machine(what: impl Display) -> Self {
        Self::new(MACHINE, what)
    }

    /// The work was done and its finding is bad.
    pub fn found(what: impl Display) -> Self {
        Self::new(FOUND, what)
    }

    fn new(code: u8, what: impl Display) -> Self {
        Self { code, told: vec![(what.to_string(), None)] }
    }

    /// Adds the mend of what was told last.
    #[must_use]
    pub fn hint(mut self, mend: impl Display) -> Self {
        if let Some((_, hint)) = self.told.last_mut() {
            *hint = Some(mend.to_string());
        }
        self
    }

    /// Tells everything on standard error; gives the exit code.
    pub fn tell(&self) -> u8 {
        for (what, hint) in &self.told {
            eprintln!("error: {what}");
            if let Some(hint) = hint {
                eprintln!("hint: {hint}");
            }
        }
        self.code
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Name(_) => Self::input(error).hint("for example --store ./sisetu.gpkg"),
            StoreError::Missing(_) => Self::machine(error),
            _ => Self::machine(error).hint("`sisetu doctor --store STORE` looks closer"),
        }
    }
}

impl From<AtlasError> for Failure {
    fn from(error: AtlasError) -> Self {
        Self::machine(error)
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        Self::input(&error).hint(error.hint())
    }
}

impl From<RuleBookError> for Failure {
    fn from(error: RuleBookError) -> Self {
        Self { code: FOUND, told: error.0.iter().map(|complaint| (complaint.to_string(), None)).collect() }
    }
}

impl From<RequestFaults> for Failure {
    fn from(faults: RequestFaults) -> Self {
        let told = |fault: sisetu::siting::request::RequestFault| {
            (format!("{}: {}", fault.field, fault.reason), Some(fault.hint).filter(|hint| !hint.is_empty()))
        };
        Self { code: INPUT, told: faults.0.into_iter().map(told).collect() }
    }
}

impl From<CrsError> for Failure {
    fn from(error: CrsError) -> Self {
        Self::input(error)
    }
}

impl From<UnknownLayer> for Failure {
    fn from(error: UnknownLayer) -> Self {
        Self::input(error)
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        if error.is_usage() { Self::input(error) } else { Self::machine(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_have_the_codes_that_scripts_rely_on() {
        let verdicts = [Verdict::Pass, Verdict::Veto, Verdict::Fail, Verdict::Review, Verdict::Undetermined];
        assert_eq!(verdicts.map(of_verdict), [0, 1, 1, 4, 5]);
    }

    #[test]
    fn a_wrong_name_is_wrong_usage_and_a_missing_store_is_not() {
        assert_eq!(Failure::from(StoreError::Name("x".into())).code, 2);
        assert_eq!(Failure::from(StoreError::Missing("x.gpkg".into())).code, 3);
    }
}
