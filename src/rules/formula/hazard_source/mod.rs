//! Major hazard sources (GB 18218-2018): whether what is kept amounts to one, and of which grade.
//!
//! What is not known leaves a range: residents who were not counted, a substance whose entry or class is not plain. A
//! substance that cannot be placed at all has no upper end.

mod inventory;
mod method;
mod residents;
mod substances;

pub use inventory::{Stored, inventory};
pub use method::{Choice, Method, method};
pub use residents::{Alpha, Home, PERSONS_A_HOUSEHOLD, Residents};

use serde::Serialize;

use super::ImpossibleInput;
use crate::model::{Text, Verification};
use inventory::{Place, Placed};
use substances::TABLES;

/// The residents around a plant count out to this distance from its boundary.
pub const RESIDENTS_WITHIN_M: f64 = 500.0;

/// Sums are compared with limits to this: ten tenths are one.
const RESOLUTION: f64 = 1e9;

/// A figure as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span {
    /// The least it can be.
    pub least: f64,
    /// The most it can be; none where there is no telling.
    pub most: Option<f64>,
}

/// The grades that are possible, 1 the worst of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Grades {
    /// The worst.
    pub worst: u8,
    /// The mildest; none where it may be no major hazard source at all.
    pub mildest: Option<u8>,
}

impl Grades {
    /// The grade, where only one is possible.
    pub fn known(self) -> Option<u8> {
        self.mildest.filter(|mildest| *mildest == self.worst)
    }
}

/// What can be placed, every open figure at its strictest. What cannot be placed would only add to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Strictest {
    /// Σ q/Q.
    pub s: f64,
    /// α·Σ(β·q/Q).
    pub r: f64,
    /// The grade, 1 the worst of four; none where S is below 1.
    pub grade: Option<u8>,
}

/// What is kept in one unit, assessed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HazardSource {
    /// Σ q/Q.
    pub s: Span,
    /// By the residents around.
    pub alpha: Alpha,
    /// α·Σ(β·q/Q).
    pub r: Span,
    /// Whether it is a major hazard source; none where that is not known.
    pub major: Option<bool>,
    /// Its grade; none where it is no major hazard source.
    pub grade: Option<Grades>,
    /// What can be placed, at its strictest.
    pub strictest: Strictest,
    /// The substances that fit several entries, of which the strictest was tried.
    pub ambiguous: Vec<String>,
    /// The substances that are in neither list, or without an amount.
    pub unknown: Vec<String>,
    /// The calculation, line by line.
    pub steps: Vec<Line>,
    /// The weakest mark used.
    pub mark: Verification,
}

/// One line of the calculation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// What is calculated: `substance` (its q/Q), `S`, `residents`, `alpha`, `R` or `hazard_grade`.
    pub what: &'static str,
    /// What came of it, at its strictest; none where there is no telling, or no grade.
    pub value: Option<f64>,
    /// How, in words.
    pub says: Text,
}

/// Assesses what one unit holds at its design maximum, in tonnes, with the residents within [`RESIDENTS_WITHIN_M`] of the
/// plant's boundary, or their number, if it is known. Where nothing is stated to be kept, nothing is known.
pub fn assess(stored: &[Stored], residents: impl Into<Residents>) -> Result<HazardSource, ImpossibleInput> {
    let residents = residents.into();
    let placed = inventory::placed(stored)?;
    let parts: Vec<&Place> = placed.iter().filter_map(|one| one.place.as_ref()).collect();
    let unknown: Vec<String> = placed.iter().filter(|one| one.place.is_none()).map(|one| one.label.clone()).collect();
    let open = !unknown.is_empty() || placed.is_empty();
    let s = Span::of(open, parts.iter().map(|part| (part.tonnes / part.q_t.1, part.tonnes / part.q_t.0)));
    let weighted =
        parts.iter().map(|part| (part.beta.0 * part.tonnes / part.q_t.1, part.beta.1 * part.tonnes / part.q_t.0));
    let sum = Span::of(open, weighted);
    let alpha = residents.alpha();
    let r =
        Span { least: exactly(sum.least * alpha.least), most: sum.most.map(|most| exactly(most * alpha.strictest)) };
    let major = match (s.least >= 1.0, s.most) {
        (true, _) => Some(true),
        (false, Some(most)) if most < 1.0 => Some(false),
        _ => None,
    };
    let grades = Grades { worst: r.most.map_or(1, grade), mildest: (major == Some(true)).then(|| grade(r.least)) };
    let grade = (major != Some(false)).then_some(grades);
    let strictest = strictest(&parts, alpha.strictest);
    let mut steps: Vec<Line> = placed.iter().map(Placed::line).collect();
    steps.extend([sum_line(s), residents_line(&residents), alpha_line(alpha), result_line(r), grade_line(grade)]);
    let ambiguous = placed.iter().filter(|one| one.place.as_ref().is_some_and(|place| place.ambiguous));
    let ambiguous = ambiguous.map(|one| one.label.clone()).collect();
    Ok(HazardSource { s, alpha, r, major, grade, strictest, ambiguous, unknown, steps, mark: mark(&parts) })
}

fn strictest(parts: &[&Place], alpha: f64) -> Strictest {
    let ratio = |part: &Place| part.tonnes / part.q_t.0;
    let s = exactly(parts.iter().map(|part| ratio(part)).sum());
    let r = exactly(alpha * parts.iter().map(|part| part.beta.1 * ratio(part)).sum::<f64>());
    Strictest { s, r, grade: (s >= 1.0).then(|| grade(r)) }
}

/// The grade of an R: 1 to 4.
fn grade(r: f64) -> u8 {
    TABLES.grade.iter().find(|row| r >= row.r_from).map_or(1, |row| row.grade)
}

/// The least and the greatest of some numbers.
fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::INFINITY, 0.0), |(least, most), number| (number.min(least), number.max(most)))
}

fn exactly(sum: f64) -> f64 {
    if sum < f64::MAX / RESOLUTION { (sum * RESOLUTION).round() / RESOLUTION } else { sum }
}

fn mark(parts: &[&Place]) -> Verification {
    let marks = &TABLES.marks;
    let own = parts.iter().any(|part| part.by_own_classes).then_some(marks.classes);
    [marks.amounts, marks.beta, marks.alpha, marks.grades].into_iter().chain(own).max().unwrap_or(marks.amounts)
}

impl Span {
    fn of(open: bool, parts: impl Iterator<Item = (f64, f64)>) -> Self {
        let (least, most) = parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        Self { least: exactly(least), most: (!open).then(|| exactly(most)) }
    }

    fn told(self) -> Text {
        let least = self.least;
        match self.most {
            Some(most) if most == least => Text::new(format!("= {least}"), format!("= {least}")),
            Some(most) => Text::new(format!("在 {least} 至 {most} 之间"), format!("between {least} and {most}")),
            None => Text::new(format!("≥ {least}，上限未知"), format!("≥ {least}, without a known upper end")),
        }
    }
}

fn sum_line(s: Span) -> Line {
    let (source, told) = (&TABLES.source, s.told());
    let says = Text::new(format!("{source}：S = Σ(q/Q) {}", told.zh), format!("{source}: S = Σ(q/Q) {}", told.en));
    Line { what: "S", value: s.most, says }
}

fn residents_line(residents: &Residents) -> Line {
    Line { what: "residents", value: residents.most.map(|most| most as f64), says: residents.told() }
}

fn alpha_line(alpha: Alpha) -> Line {
    let Alpha { least, strictest } = alpha;
    let says = if least == strictest {
        Text::new(format!("α = {strictest}"), format!("α = {strictest}"))
    } else {
        Text::new(
            format!("α 在 {least} 至 {strictest} 之间，取最严 {strictest}"),
            format!("α between {least} and {strictest}, the strictest taken: {strictest}"),
        )
    };
    Line { what: "alpha", value: Some(strictest), says }
}

fn result_line(r: Span) -> Line {
    let told = r.told();
    let says = Text::new(format!("R = α·Σ(β·q/Q) {}", told.zh), format!("R = α·Σ(β·q/Q) {}", told.en));
    Line { what: "R", value: r.most, says }
}

fn grade_line(grade: Option<Grades>) -> Line {
    let told = |zh: String, en: String| Line {
        what: "hazard_grade",
        value: grade.map(|grade| f64::from(grade.worst)),
        says: Text::new(zh, en),
    };
    match grade {
        None => told("S < 1，不构成重大危险源".to_owned(), "S < 1: no major hazard source".to_owned()),
        Some(Grades { worst, mildest: Some(mildest) }) if worst == mildest => {
            told(format!("{}重大危险源", roman(worst).zh), format!("a major hazard source of {}", roman(worst).en))
        }
        Some(Grades { worst, mildest: Some(mildest) }) => told(
            format!("{}至{}重大危险源，按{}", roman(worst).zh, roman(mildest).zh, roman(worst).zh),
            format!("a major hazard source between {} and {}", roman(worst).en, roman(mildest).en),
        ),
        Some(Grades { worst, mildest: None }) => told(
            format!("是否构成重大危险源不明，若构成最严为{}", roman(worst).zh),
            format!("whether it is a major hazard source is not known; of {} at worst", roman(worst).en),
        ),
    }
}

/// A grade as it is written: 一级 is the worst of four.
fn roman(grade: u8) -> Text {
    match grade {
        1 => Text::new("一级", "level I"),
        2 => Text::new("二级", "level II"),
        3 => Text::new("三级", "level III"),
        _ => Text::new("四级", "level IV"),
    }
}

#[cfg(test)]
mod tests;
