//! Where a rule cannot be turned into areas about its targets, the check itself is asked, place by place.
//!
//! The window is halved again and again. A cell is settled where its corners and its middle agree and it is small enough
//! that nothing was missed but what is narrower than a coarse cell; others are halved down to the exactness asked for.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{Ground, Status, Zone};
use crate::geom::buffer::{boxed, union_of};
use crate::geom::{Coord, Envelope, MultiPolygon};
use crate::rules::applicability::{Applicable, Side};
use crate::rules::{Case, Rule, Test, Truth};
use crate::siting::evaluate::{self, evaluate, verdict};
use crate::siting::scene::Scene;
use crate::siting::window;

/// The window is halved at least so many times, whatever the cells say.
const HALVED_AT_LEAST: u32 = 4;
/// And at most so many: 512 cells along a side.
const HALVED_AT_MOST: u32 = 9;

impl<'a> Ground<'_, 'a> {
    /// What a case excludes: distances along a river, windows along a pipeline, whatever is more than a distance.
    pub(super) fn sampled(&self, rule: &Rule, case: &'a Case, side: Side, applies: &Truth) -> Vec<Zone> {
        let search = case.search(self.scene.book) + self.scene.coarsest(case.layer) + self.window.half;
        // A way along a river says nothing of how far off its target is, so that it is tried everywhere.
        if case.test != Test::Along && self.scene.candidates(case, side, search).is_empty() {
            return vec![];
        }
        let areas = self.asked_of_the_check(case, |there, case| {
            let judged = match case.test {
                Test::Window => window::judge(there, rule, case, applies),
                _ => evaluate::near(there, rule, case, side, applies),
            };
            let verdicts =
                judged.iter().map(|one| verdict(case.effect(rule), one.judgement.outcome, one.judgement.verification));
            verdicts.min().and_then(Status::of)
        });
        let zone = |(status, area)| Self::untargeted(rule, Some(status), rule.title.zh.clone(), area);
        areas.into_iter().map(zone).collect()
    }

    /// Where a whole rule of the check is undetermined.
    pub(super) fn sampled_undetermined(&self, applicable: &Applicable<'a>) -> MultiPolygon {
        let areas = self.asked_of_the_check(applicable, |there, applicable| {
            let findings = evaluate(there, applicable).findings;
            let verdicts = findings.iter().map(|one| verdict(one.effect, one.outcome, one.verification));
            verdicts.min().and_then(Status::of).filter(|status| *status == Status::Undetermined)
        });
        union_of(areas.into_iter().map(|(_, area)| area))
    }

    /// The areas of each status by something of the book, asked at the places of the window.
    fn asked_of_the_check<T>(
        &self,
        of: &T,
        ask: impl for<'x> Fn(&Scene<'x>, &'x T) -> Option<Status>,
    ) -> Vec<(Status, MultiPolygon)> {
        let asked = self.window.asked;
        let finest = (asked.window.diagonal().0 / asked.within.0).log2().ceil();
        let deepest = finest.clamp(f64::from(HALVED_AT_LEAST), f64::from(HALVED_AT_MOST)) as u32;
        // Corners belong to several cells.
        let known: RefCell<HashMap<[u64; 2], Option<Status>>> = RefCell::default();
        let tried = |place: Coord| {
            let request = self.window.request(place)?;
            ask(&Scene::new(self.scene.snapshot, self.scene.book, &request, self.rules), of)
        };
        let at = |place: Coord| {
            let key = [place.x.to_bits(), place.y.to_bits()];
            let found = known.borrow().get(&key).copied();
            found.unwrap_or_else(|| {
                let status = tried(place);
                known.borrow_mut().insert(key, status);
                status
            })
        };
        let mut cells = Vec::new();
        halve(asked.window, 0, deepest, &at, &mut cells);
        let area = |status: Status| {
            let cells = cells.iter().filter(|(found, _)| *found == status);
            (status, union_of(cells.map(|(_, cell)| boxed(cell))))
        };
        [Status::Veto, Status::Fail, Status::Undetermined].map(area).into_iter().collect()
    }
}

/// Cells and the status that holds in them.
type Cells = Vec<(Status, Envelope)>;

fn halve(cell: &Envelope, depth: u32, deepest: u32, at: &impl Fn(Coord) -> Option<Status>, found: &mut Cells) {
    let centre = cell.centre();
    if depth >= HALVED_AT_LEAST {
        let here = at(centre);
        let corners =
            [(cell.west, cell.south), (cell.east, cell.south), (cell.west, cell.north), (cell.east, cell.north)];
        if depth == deepest || corners.iter().all(|(x, y)| at(Coord { x: *x, y: *y }) == here) {
            found.extend(here.map(|status| (status, *cell)));
            return;
        }
    }
    for (west, east) in [(cell.west, centre.x), (centre.x, cell.east)] {
        for (south, north) in [(cell.south, centre.y), (centre.y, cell.north)] {
            halve(&Envelope { west, south, east, north }, depth + 1, deepest, at, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::algorithm::Area;

    #[test]
    fn halving_finds_a_disc() {
        let window = Envelope { west: 0.0, south: 0.0, east: 1.0, north: 1.0 };
        let at = |place: Coord| ((place.x - 0.4).hypot(place.y - 0.6) < 0.25).then_some(Status::Veto);
        let mut cells = Vec::new();
        halve(&window, 0, 8, &at, &mut cells);
        let area = union_of(cells.iter().map(|(_, cell)| boxed(cell))).unsigned_area();
        assert!((area - std::f64::consts::PI * 0.0625).abs() < 0.005, "{area}");
    }
}
