//! The shortest move of the whole site after which it passes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::bound::{Bound, Bounds};
use super::drawing::Drawing;
use super::nearest::{Found, Reply, nearest};
use super::none::{NoRemedy, Remedy};
use super::ruled_out::Move;
use super::trial::{Blocks, Open, Passed, Trial, Tried};
use super::words;
use crate::geom::shift::shifted;
use crate::geom::{Coord, Geometry, Metres};
use crate::model::{Text, Verdict};
use crate::siting::Request;

/// A move of the whole site, with the lines inside it, that passes where one metre less does not.
#[derive(Clone, Debug, Serialize)]
pub struct Shift {
    /// Degrees east of north.
    pub bearing_deg: f64,
    /// Metres along the geodesic from the middle of the site's box.
    pub distance_m: Metres,
    /// Metres east.
    pub dx_m: f64,
    /// Metres north.
    pub dy_m: f64,
    /// The site there, CGCS2000 longitude/latitude degrees.
    pub site: Drawing,
    /// The lines inside it there (`tank_wall` …), by the names of the facts that state them; left out where there are none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lines: BTreeMap<String, Drawing>,
    /// Whether no shorter move passes; `false` where the search had to stop, or to step over places it cannot measure.
    pub shortest: bool,
    /// The verdict there.
    pub verdict: Verdict,
    /// What is not met there.
    pub open: Vec<Open>,
    /// The remedy in one sentence.
    pub says: Text,
}

/// Looks for it up to a distance, leaving so many checks unused.
pub(super) fn shift(trial: &Trial<'_>, farthest: Metres, spare: usize) -> Result<Shift, NoRemedy> {
    let mut bounds = Bounds::new(trial, farthest);
    let blocks = trial.blocks();
    let still = match bounds.of(trial.request, &blocks) {
        Bound::Immovable => return Err(immovable(&blocks)),
        bound => reply(bound),
    };
    let centre = trial.request.site.envelope().centre();
    let found = nearest(farthest.0, still, |at| {
        if trial.left() <= spare {
            return Reply::Spent;
        }
        let Some(request) = moved(trial, centre, at) else { return Reply::Fails(None) };
        match trial.try_out(&request) {
            None => Reply::Spent,
            Some(Tried::Passes(_)) => Reply::Passes,
            Some(Tried::Blocked(blocks)) => reply(bounds.of(&request, &blocks)),
        }
    });
    let Found { shortest: Some(at), complete } = found else {
        return Err(NoRemedy::new(Remedy::Shift, words::nowhere(farthest, found.complete)));
    };
    let request = moved(trial, centre, at);
    match request.and_then(|request| Some((trial.try_out(&request)?, request))) {
        Some((Tried::Passes(passed), request)) => Ok(described(at, complete, &request, passed)),
        _ => Err(NoRemedy::new(Remedy::Shift, words::nowhere(farthest, false))),
    }
}

fn reply(bound: Bound) -> Reply {
    match bound {
        Bound::AtLeast(metres) => Reply::Fails(Some(metres.0)),
        Bound::Unmeasured | Bound::Immovable => Reply::Fails(None),
    }
}

fn moved(trial: &Trial<'_>, centre: Coord, by: Move) -> Option<Request> {
    let to = |shape: &Geometry| shifted(shape, centre, by.bearing, Metres(by.metres));
    let proposal = &trial.request.proposal;
    let lines = proposal.lines.iter().map(|(fact, line)| (fact.clone(), to(line))).collect();
    let mut request = trial.request_at(to(&proposal.site), lines)?;
    // The same plant in the same weather: what it does to its surroundings moves with it.
    for contour in &mut request.proposal.contours {
        contour.area = to(&contour.area);
    }
    Some(request)
}

fn described(at: Move, shortest: bool, request: &Request, passed: Passed) -> Shift {
    let (east, north) = at.east_north();
    let millimetres = |metres: f64| (metres * 1e3).round() / 1e3;
    Shift {
        bearing_deg: at.bearing,
        distance_m: Metres(at.metres),
        dx_m: millimetres(east),
        dy_m: millimetres(north),
        site: Drawing(request.proposal.site.clone()),
        lines: request.proposal.lines.iter().map(|(fact, line)| (fact.clone(), Drawing(line.clone()))).collect(),
        shortest,
        says: words::shifted(at.bearing, at.metres, shortest, &passed),
        verdict: passed.verdict,
        open: passed.open,
    }
}

/// The rules that no move mends.
fn immovable(blocks: &Blocks) -> NoRemedy {
    let without_place =
        blocks.findings.iter().filter(|finding| finding.target.is_none() && finding.required_m.is_none());
    let rules: Vec<&str> = without_place.map(|finding| finding.rule.as_str()).collect();
    NoRemedy::new(Remedy::Shift, words::nothing_about_the_place(&rules))
}
