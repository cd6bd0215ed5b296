//! The judgement of one case on one measured target.

use std::collections::BTreeSet;

use super::rule::Case;
use super::threshold::NO_ZONE;
use super::{Required, Rule, Test, Truth, Unknown};
use crate::geom::Metres;
use crate::model::{Effect, Outcome, Verification};

/// What was measured of a target.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The distance as drawn, less what is given of half widths.
    pub distance: Metres,
    /// How much nearer it could be, by what was assumed for the unknown.
    pub assumed: Metres,
    /// The combined accuracy of both positions.
    pub tolerance: Metres,
    /// Whether the target is of the sort the case means.
    pub matches: Truth,
    /// The start line, where it is only known to lie inside the outline.
    pub start: Option<Unknown>,
}

/// What the rule says of the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The outcome.
    pub outcome: Outcome,
    /// The distance it was held against; `None` where the rule gives no figure.
    pub required: Option<Metres>,
    /// What keeps the outcome open.
    pub unknowns: BTreeSet<Unknown>,
    /// The weakest mark used.
    pub verification: Verification,
    /// Whether it is only too near by what was assumed of sizes that are not known.
    pub by_assumption: bool,
    /// Whether the district has yet to set the distance.
    pub awaits_radius: bool,
}

impl Test {
    /// Whether a distance violates a threshold.
    pub fn violated(self, distance: Metres, threshold: Metres) -> bool {
        match self {
            // Along a river, or from a contour, the distance itself is measured so.
            Self::Within | Self::Unspoken | Self::Along | Self::Contour => distance <= threshold,
            Self::NotLessThan => distance < threshold,
            // Judged on areas, on windows, or on nothing that is measured.
            Self::Inside | Self::Unread | Self::Anywhere | Self::Window => false,
        }
    }
}

/// Judges one target. Everything unknown is tried at its strictest: what is met even so is met, what is violated only so
/// is undetermined.
pub fn judge(rule: &Rule, case: &Case, applies: &Truth, measured: &Measured, required: &Required) -> Judgement {
    let stated = |metres: Metres| required.stated.then_some(metres);
    let drawn = measured.distance.rounded();
    let nearest = drawn.less(measured.assumed).rounded();
    if !case.test.violated(nearest, required.most) {
        let clear = nearest - required.most;
        let outcome =
            if required.most > NO_ZONE && clear < measured.tolerance { Outcome::Marginal } else { Outcome::Met };
        return Judgement {
            outcome,
            required: stated(required.most),
            unknowns: BTreeSet::new(),
            verification: mark(rule, case, required.verification),
            by_assumption: false,
            awaits_radius: false,
        };
    }
    let as_drawn = case.test.violated(drawn, required.least);
    let mut unknowns = &applies.unknowns() | &measured.matches.unknowns();
    unknowns.extend(measured.start.clone());
    if !as_drawn {
        unknowns.extend(required.unknowns.iter().cloned());
    }
    let certain = as_drawn && unknowns.is_empty() && case.test != Test::Unspoken;
    Judgement {
        outcome: if certain { violation(case.effect(rule)) } else { Outcome::Undetermined },
        required: stated(if certain { required.least } else { required.most }),
        unknowns,
        verification: mark(rule, case, if certain { required.least_verification } else { required.verification }),
        by_assumption: !case.test.violated(drawn, required.most),
        awaits_radius: false,
    }
}

/// The weakest of the marks that speak for the number: the case's own (else the rule's) and the table row's.
pub fn mark(rule: &Rule, case: &Case, row: Option<Verification>) -> Verification {
    let own = case.verification.unwrap_or(rule.verification);
    row.map_or(own, |row| own.max(row))
}

/// What a violation is called under an effect.
pub fn violation(effect: Effect) -> Outcome {
    match effect {
        Effect::Prohibit | Effect::Comply => Outcome::Violated,
        Effect::Approve => Outcome::NeedsApproval,
        Effect::Demonstrate => Outcome::NeedsDemonstration,
    }
}
