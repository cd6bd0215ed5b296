//! Areas about targets: how near each may be, asked of the judgement itself.

use super::{Ground, Status, Zone};
use crate::geom::buffer::{difference, union_of};
use crate::geom::{Metres, MultiPolygon};
use crate::model::{Outcome, Verdict};
use crate::rules::applicability::Side;
use crate::rules::{Case, Judgement, Measured, Required, Rule, Truth, judge};
use crate::siting::evaluate::verdict;
use crate::siting::scene::Candidate;

/// How exactly a distance is found at which the outcome changes: as exactly as distances are compared.
const STEP: Metres = Metres(0.0001);

/// Up to which distances, as measured, a target excludes. The outcome of a judgement never gets worse with distance:
/// first violated, or what that is called under the rule's effect; then undetermined; then marginal or met.
#[derive(Clone, Copy)]
struct Limits {
    /// The largest distance that is surely too near, and what that means for the whole.
    violated: Option<(Metres, Verdict)>,
    /// The largest distance at which the outcome is still open.
    open: Option<Metres>,
}

impl<'a> Ground<'_, 'a> {
    /// The areas that the targets of a case exclude.
    pub(super) fn near_targets(&self, rule: &Rule, case: &'a Case, side: Side, applies: &Truth) -> Vec<Zone> {
        let search = case.search(self.scene.book) + self.scene.coarsest(case.layer);
        let mut known: Vec<((Measured, Required), Limits)> = Vec::new();
        let mut found_limits = Vec::new();
        for candidate in self.scene.candidates(case, side, search + self.window.half) {
            let measured = Measured { distance: Metres::ZERO, ..candidate.measured() };
            let required = self.scene.required(case, side, &candidate);
            let found = known.iter().find(|((one, other), _)| alike(one, &measured) && *other == required);
            let limits = match found {
                Some((_, limits)) => *limits,
                None => {
                    let ask =
                        |distance| judge(rule, case, applies, &Measured { distance, ..measured.clone() }, &required);
                    let limits = limits(rule, case, search + measured.assumed, ask);
                    known.push(((measured.clone(), required.clone()), limits));
                    limits
                }
            };
            found_limits.push((candidate, limits));
        }
        if !case.nearest_only {
            return found_limits.iter().flat_map(|(one, limits)| self.about(rule, case, one, *limits)).collect();
        }
        if only_the_nearest_is_worst(&found_limits) {
            return self.nearest_only(rule, case, &found_limits);
        }
        self.sampled(rule, case, side, applies)
    }

    /// The areas where only the nearest target counts: what is settled by it is not opened again by one further off.
    fn nearest_only(&self, rule: &Rule, case: &Case, targets: &[(Candidate<'_>, Limits)]) -> Vec<Zone> {
        let mut zones: Vec<Zone> =
            targets.iter().flat_map(|(one, limits)| self.about(rule, case, one, *limits)).collect();
        let settled = union_of(zones.iter().filter(|zone| zone.status.is_none()).map(|zone| zone.area.clone()));
        for zone in zones.iter_mut().filter(|zone| zone.status == Some(Status::Undetermined)) {
            zone.area = difference(&zone.area, &settled);
        }
        zones
    }

    fn about(&self, rule: &Rule, case: &Case, candidate: &Candidate<'_>, limits: Limits) -> Vec<Zone> {
        let feature = candidate.feature;
        // What is given of a half width is taken off the distance, so that the drawing is that much further away.
        let given = self.scene.book.defaults().allowance(case.layer, feature).given;
        let area = |limit: Metres| self.window.near(feature, candidate.way.distance, limit + given);
        let zone = |status: Option<Status>, area: MultiPolygon| Zone {
            status,
            rule: rule.id.clone(),
            name: feature.name().to_owned(),
            target: Some((case.layer, feature.id.clone())),
            area,
        };
        let mut zones = Vec::new();
        let mut settled = None;
        if let Some((limit, verdict)) = limits.violated {
            let status = Status::of(verdict);
            let violated = area(limit);
            settled = status.is_none().then(|| violated.clone());
            zones.push(zone(status, violated));
        }
        if let Some(limit) = limits.open.filter(|open| limits.violated.is_none_or(|(violated, _)| violated < *open)) {
            let open = area(limit);
            // A violation that does not decide leaves the place open to review, and is no longer undetermined.
            let open = settled.map_or_else(|| open.clone(), |settled| difference(&open, &settled));
            zones.push(zone(Some(Status::Undetermined), open));
        }
        zones
    }
}

/// Whether the nearest target is always the one with the worst outcome: all are violated up to the same distance, and none
/// is marginal.
fn only_the_nearest_is_worst(targets: &[(Candidate<'_>, Limits)]) -> bool {
    let mut violated = targets.iter().map(|(_, limits)| limits.violated);
    let first = violated.next().flatten();
    violated.all(|limit| limit == first) && targets.iter().all(|(one, _)| one.tolerance == Metres::ZERO)
}

fn alike(one: &Measured, other: &Measured) -> bool {
    one.assumed == other.assumed
        && one.tolerance == other.tolerance
        && one.matches == other.matches
        && one.start == other.start
}

fn limits(rule: &Rule, case: &Case, most: Metres, ask: impl Fn(Metres) -> Judgement) -> Limits {
    let violated =
        |outcome| matches!(outcome, Outcome::Violated | Outcome::NeedsApproval | Outcome::NeedsDemonstration);
    let nearest = ask(Metres::ZERO);
    let meaning = verdict(case.effect(rule), nearest.outcome, nearest.verification);
    Limits {
        violated: furthest(most, |distance| violated(ask(distance).outcome)).map(|limit| (limit, meaning)),
        open: furthest(most, |distance| {
            let outcome = ask(distance).outcome;
            violated(outcome) || outcome == Outcome::Undetermined
        }),
    }
}

/// The largest distance up to which something holds that holds up to some distance and not beyond.
fn furthest(most: Metres, holds: impl Fn(Metres) -> bool) -> Option<Metres> {
    if !holds(Metres::ZERO) {
        return None;
    }
    let (mut holding, mut failing) = (Metres::ZERO, most + Metres(1.0));
    while failing - holding > STEP {
        let middle = Metres(f64::midpoint(holding.0, failing.0));
        if holds(middle) { holding = middle } else { failing = middle }
    }
    Some(holding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_furthest_distance_is_found_to_the_tenth_of_a_millimetre() {
        for limit in [0.0, 5.0, 999.9999, 3_000.0] {
            let found = furthest(Metres(3_000.0), |distance| distance <= Metres(limit)).unwrap();
            assert!((found.0 - limit).abs() <= STEP.0, "{found:?}");
        }
        assert!(furthest(Metres(10.0), |_| false).is_none());
    }
}
