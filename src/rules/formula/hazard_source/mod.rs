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
pub use residents::Residents;

use serde::Serialize;

use super::{ImpossibleInput, Step};
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
    /// α; that of a hundred residents where they were not counted.
    pub alpha: f64,
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
    /// The calculation: a line for each substance in the order they came, then the sums.
    pub steps: Vec<Step>,
    /// The weakest mark used.
    pub mark: Verification,
}

/// Assesses what one unit holds at its design maximum, in tonnes, with the number of residents within
/// [`RESIDENTS_WITHIN_M`] of the plant's boundary. Where nothing is stated to be kept, nothing is known.
pub fn assess(stored: &[Stored], residents: Option<u64>) -> Result<HazardSource, ImpossibleInput> {
    let placed = inventory::placed(stored)?;
    let parts: Vec<&Place> = placed.iter().filter_map(|one| one.place.as_ref()).collect();
    let unknown: Vec<String> = placed.iter().filter(|one| one.place.is_none()).map(|one| one.label.clone()).collect();
    let open = !unknown.is_empty() || placed.is_empty();
    let s = Span::of(open, parts.iter().map(|part| (part.tonnes / part.q_t.1, part.tonnes / part.q_t.0)));
    let weighted =
        parts.iter().map(|part| (part.beta.0 * part.tonnes / part.q_t.1, part.beta.1 * part.tonnes / part.q_t.0));
    let sum = Span::of(open, weighted);
    let alpha = alpha(residents);
    let r = Span { least: exactly(sum.least * alpha.0), most: sum.most.map(|most| exactly(most * alpha.1)) };
    let major = match (s.least >= 1.0, s.most) {
        (true, _) => Some(true),
        (false, Some(most)) if most < 1.0 => Some(false),
        _ => None,
    };
    let grades = Grades { worst: r.most.map_or(1, grade), mildest: (major == Some(true)).then(|| grade(r.least)) };
    let grade = (major != Some(false)).then_some(grades);
    let strictest = strictest(&parts, alpha.1);
    let mut steps: Vec<Step> = placed.iter().map(Placed::told).collect();
    steps.extend([sum_told(s), result_told(r, alpha, residents)]);
    let ambiguous = placed.iter().filter(|one| one.place.as_ref().is_some_and(|place| place.ambiguous));
    let ambiguous = ambiguous.map(|one| one.label.clone()).collect();
    Ok(HazardSource { s, r, major, grade, strictest, ambiguous, unknown, steps, mark: mark(&parts) })
}

fn strictest(parts: &[&Place], alpha: f64) -> Strictest {
    let ratio = |part: &Place| part.tonnes / part.q_t.0;
    let s = exactly(parts.iter().map(|part| ratio(part)).sum());
    let r = exactly(alpha * parts.iter().map(|part| part.beta.1 * ratio(part)).sum::<f64>());
    Strictest { alpha, s, r, grade: (s >= 1.0).then(|| grade(r)) }
}

/// The grade of an R: 1 to 4.
fn grade(r: f64) -> u8 {
    TABLES.grade.iter().find(|row| r >= row.r_from).map_or(1, |row| row.grade)
}

/// The least and the greatest α there can be.
fn alpha(residents: Option<u64>) -> (f64, f64) {
    let rows = TABLES.alpha.iter();
    match residents.and_then(|count| rows.clone().find(|row| count >= row.residents_from)) {
        Some(row) => (row.alpha, row.alpha),
        None => ends(rows.map(|row| row.alpha)),
    }
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

fn sum_told(s: Span) -> Text {
    let (source, told) = (&TABLES.source, s.told());
    Text::new(format!("{source}：S = Σ(q/Q) {}", told.zh), format!("{source}: S = Σ(q/Q) {}", told.en))
}

fn result_told(r: Span, alpha: (f64, f64), residents: Option<u64>) -> Text {
    let told = r.told();
    let around = match residents {
        Some(count) => Text::new(
            format!("厂界外 500 m 内常住 {count} 人，α = {}", alpha.0),
            format!("{count} residents within 500 m of the boundary, α = {}", alpha.0),
        ),
        None => Text::new(
            format!("厂界外 500 m 内常住人数未知，α 取 {} 至 {}", alpha.0, alpha.1),
            format!("residents within 500 m of the boundary not known, α from {} to {}", alpha.0, alpha.1),
        ),
    };
    Text::new(
        format!("{}；R = α·Σ(β·q/Q) {}", around.zh, told.zh),
        format!("{}; R = α·Σ(β·q/Q) {}", around.en, told.en),
    )
}

#[cfg(test)]
mod tests;
