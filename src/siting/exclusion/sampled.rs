//! Where a rule cannot be turned into areas about its targets, the check itself is asked, place by place.
//!
//! The window is halved again and again. A cell is settled where its corners and its middle agree and it is small enough
//! that nothing was missed but what is narrower than a coarse cell; others are halved down to the exactness asked for.

use super::Window;
use crate::geom::buffer::{boxed, union_of};
use crate::geom::{Coord, Envelope, MultiPolygon};
use crate::model::Verdict;
use crate::rules::applicability::Applicable;
use crate::siting::evaluate::{evaluate, verdict};
use crate::siting::scene::Scene;

/// The window is halved at least so many times, whatever the cells say.
const HALVED_AT_LEAST: u32 = 4;
/// And at most so many: 512 cells along a side.
const HALVED_AT_MOST: u32 = 9;

/// Where a rule of the check is undetermined.
pub(super) fn undetermined(scene: &Scene<'_>, applicable: &Applicable<'_>, window: &Window<'_>) -> MultiPolygon {
    let finest = window.asked.window.diagonal().0 / window.cell().0;
    let deepest = finest.log2().ceil().clamp(f64::from(HALVED_AT_LEAST), f64::from(HALVED_AT_MOST)) as u32;
    let holds = |place: Coord| {
        let Some(request) = window.request(place) else { return true };
        let there = Scene::new(scene.snapshot, scene.book, &request, std::slice::from_ref(applicable));
        let findings = evaluate(&there, applicable).findings;
        let worst = findings.iter().map(|one| verdict(one.effect, one.outcome, one.verification)).min();
        worst == Some(Verdict::Undetermined)
    };
    let mut cells = Vec::new();
    halve(window.asked.window, 0, deepest, &holds, &mut cells);
    union_of(cells.iter().map(boxed))
}

fn halve(cell: &Envelope, depth: u32, deepest: u32, holds: &impl Fn(Coord) -> bool, found: &mut Vec<Envelope>) {
    let centre = cell.centre();
    if depth >= HALVED_AT_LEAST {
        let here = holds(centre);
        let corners =
            [(cell.west, cell.south), (cell.east, cell.south), (cell.west, cell.north), (cell.east, cell.north)];
        if depth == deepest || corners.iter().all(|(x, y)| holds(Coord { x: *x, y: *y }) == here) {
            found.extend(here.then_some(*cell));
            return;
        }
    }
    for (west, east) in [(cell.west, centre.x), (centre.x, cell.east)] {
        for (south, north) in [(cell.south, centre.y), (centre.y, cell.north)] {
            halve(&Envelope { west, south, east, north }, depth + 1, deepest, holds, found);
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
        let holds = |place: Coord| (place.x - 0.4).hypot(place.y - 0.6) < 0.25;
        let mut cells = Vec::new();
        halve(&window, 0, 8, &holds, &mut cells);
        let area = union_of(cells.iter().map(boxed)).unsigned_area();
        assert!((area - std::f64::consts::PI * 0.0625).abs() < 0.005, "{area}");
    }
}
