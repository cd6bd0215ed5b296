//! The smallest part of a site to give up so that the rest passes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::bound::{Bounds, allowance};
use super::drawing::Drawing;
use super::law;
use super::none::{NoRemedy, Remedy};
use super::trial::{Blocks, Open, Passed, Trial, Tried};
use super::words;
use crate::geom::algorithm::Relate;
use crate::geom::buffer::{Rounding, buffered_near, difference, intersection, union_of};
use crate::geom::shift::{area_m2, written};
use crate::geom::{Geometry, Metres, MultiPolygon, repair};
use crate::model::finding::Target;
use crate::model::{Finding, Known, Layer, Text, Verdict};
use crate::siting::Request;

/// How far outside a limit the site is cut, and how much farther whenever that was not enough.
const OVER: Metres = Metres(0.02);
/// How often what is left is looked at again.
const ROUNDS: usize = 24;
/// Pieces smaller than this are given up too, in square metres.
const SLIVER_M2: f64 = 1.0;
/// Pieces of what is given up that are no more than the rounding of a border, in square metres.
const HAIRLINE_M2: f64 = 0.01;
/// How much nearer a zone is cut to see that the cut was needed.
const ONE_METRE: Metres = Metres(1.0);

/// A part of the site to give up; with the zones around its neighbours drawn one metre less wide the rest does not pass.
#[derive(Clone, Debug, Serialize)]
pub struct Cut {
    /// The area that is given up, square metres.
    pub area_m2: f64,
    /// Its share of the site, 0 to 1.
    pub share: f64,
    /// What is left of the site, CGCS2000 longitude/latitude degrees.
    pub site: Drawing,
    /// What is given up.
    pub removed: Drawing,
    /// Pieces below a square metre that were left over and are given up as well.
    pub slivers: usize,
    /// The verdict on what is left.
    pub verdict: Verdict,
    /// What is not met there.
    pub open: Vec<Open>,
    /// The remedy in one sentence.
    pub says: Text,
}

/// Where the site may not be: how far around which targets, and outside of what.
#[derive(Clone, Debug, Default)]
struct Plan {
    zones: BTreeMap<(Layer, String), Metres>,
    inside: BTreeSet<String>,
    within: Option<MultiPolygon>,
}

/// What is left of a site.
struct Rest {
    site: MultiPolygon,
    slivers: usize,
}

/// Looks for it.
pub(super) fn cut(trial: &Trial<'_>, farthest: Metres) -> Result<Cut, NoRemedy> {
    let none = |why: Text| NoRemedy::new(Remedy::Cut, why);
    let whole = areas(&trial.request.proposal.site).ok_or_else(|| none(words::no_area()))?;
    let mut plan = Plan::default();
    let mut blocks = trial.blocks();
    for _ in 0..ROUNDS {
        plan.widen(trial, farthest, &blocks).map_err(none)?;
        let (request, rest) = left_over(trial, &whole, &plan).map_err(none)?;
        match trial.try_out(&request) {
            None => return Err(none(words::spent())),
            Some(Tried::Blocked(still)) => blocks = still,
            Some(Tried::Passes(passed)) => {
                let shortest = plan.shortened(trial, &whole).map_err(none)?;
                let (request, rest, passed) = shortest.unwrap_or((request, rest, passed));
                return Ok(described(&whole, &rest, &request, passed));
            }
        }
    }
    Err(none(words::cut_does_not_help()))
}

impl Plan {
    /// Adds what stands in the way.
    fn widen(&mut self, trial: &Trial<'_>, farthest: Metres, blocks: &Blocks) -> Result<(), Text> {
        for finding in &blocks.findings {
            if !law::inside(trial.book, finding).is_empty() {
                self.keep_inside(trial, farthest, finding)?;
                continue;
            }
            if !law::over_the_ground(trial.book, finding) {
                return Err(words::along_a_line(&finding.rule));
            }
            let required = finding.required_m.or_else(|| law::noticed_within(trial.book, finding));
            let (Some(target), Some(required)) = (&finding.target, required) else {
                return Err(words::nothing_about_the_site(&finding.rule));
            };
            if let Some(line) = law::start_line(trial.book, finding, &trial.request.proposal) {
                return Err(words::line_stays(&finding.rule, line));
            }
            self.keep_off(trial, target, required + allowance(trial, finding));
        }
        Ok(())
    }

    fn keep_off(&mut self, trial: &Trial<'_>, target: &Target, metres: Metres) {
        let feature = trial.snapshot.feature(target.layer, &target.id);
        let given = feature.map(|feature| trial.book.defaults().allowance(target.layer, feature).given);
        let wanted = metres + given.unwrap_or_default() + OVER;
        let zone = self.zones.entry((target.layer, target.id.clone())).or_default();
        // What was not enough before is made a little wider.
        *zone = if *zone < wanted { wanted } else { *zone + OVER };
    }

    fn keep_inside(&mut self, trial: &Trial<'_>, farthest: Metres, finding: &Finding) -> Result<(), Text> {
        if !self.inside.insert(finding.rule.clone()) {
            return Err(words::cut_does_not_help());
        }
        let mut bounds = Bounds::new(trial, farthest);
        let areas = bounds.inside(finding).areas().clone();
        self.within = Some(self.within.take().map_or(areas.clone(), |within| intersection(&within, &areas)));
        Ok(())
    }

    /// What is left where every zone is as much narrower as may be, by whole metres; `None` where it may not be at all.
    fn shortened(&mut self, trial: &Trial<'_>, whole: &MultiPolygon) -> Result<Option<(Request, Rest, Passed)>, Text> {
        let mut found = None;
        while !self.zones.is_empty() {
            self.zones.values_mut().for_each(|metres| *metres = *metres - ONE_METRE);
            let Ok((request, rest)) = left_over(trial, whole, self) else { break };
            match trial.try_out(&request) {
                Some(Tried::Passes(passed)) => found = Some((request, rest, passed)),
                Some(Tried::Blocked(_)) => break,
                None => return Err(words::spent()),
            }
        }
        Ok(found)
    }
}

/// The site less what the plan takes from it, and the proposal with that site.
fn left_over(trial: &Trial<'_>, whole: &MultiPolygon, plan: &Plan) -> Result<(Request, Rest), Text> {
    let window = trial.request.site.envelope();
    let zones = plan.zones.iter().filter_map(|((layer, id), metres)| {
        let feature = trial.snapshot.feature(*layer, id)?;
        Some(buffered_near(&feature.geometry, *metres, OVER, Rounding::Outward, Some(window)))
    });
    let mut site = difference(whole, &union_of(zones));
    if let Some(within) = &plan.within {
        site = intersection(&site, within);
    }
    let pieces = site.0.len();
    site.0.retain(|piece| area_m2(&piece.clone().into()) >= SLIVER_M2);
    let rest = Rest { slivers: pieces - site.0.len(), site };
    if rest.site.0.is_empty() {
        return Err(words::nothing_left());
    }
    let drawn = drawn(&rest.site).ok_or_else(words::cut_does_not_help)?;
    let lines = trial.request.proposal.lines.clone();
    if let Some((fact, _)) = lines.iter().find(|(_, line)| !drawn.relate(*line).is_covers()) {
        return Err(words::line_given_up(fact));
    }
    let request = trial.request_at(drawn, lines).ok_or_else(words::cut_does_not_help)?;
    Ok((request, rest))
}

/// A shape as it is written down, valid as a drawn site must be.
fn drawn(areas: &MultiPolygon) -> Option<Geometry> {
    let shape = written(&match areas.0.as_slice() {
        [lone] => Geometry::Polygon(lone.clone()),
        _ => Geometry::MultiPolygon(areas.clone()),
    });
    match repair::crossing(&shape) {
        Ok(None) => Some(shape),
        _ => Some(repair::repair(shape).ok()?.geometry),
    }
}

fn described(whole: &MultiPolygon, rest: &Rest, request: &Request, passed: Passed) -> Cut {
    let left = &request.proposal.site;
    let all = area_m2(&Geometry::MultiPolygon(whole.clone()));
    let mut removed = difference(whole, &rest.site);
    // Where both follow the same edge a hairline is left between them.
    removed.0.retain(|piece| area_m2(&piece.clone().into()) >= HAIRLINE_M2);
    let removed = drawn(&removed).unwrap_or_else(|| written(&Geometry::MultiPolygon(removed)));
    let area = all - area_m2(left);
    let share = area / all;
    Cut {
        area_m2: (area * 100.0).round() / 100.0,
        share: (share * 1e6).round() / 1e6,
        site: Drawing(left.clone()),
        removed: Drawing(removed),
        slivers: rest.slivers,
        says: words::cut(area, share, rest.slivers, &passed),
        verdict: passed.verdict,
        open: passed.open,
    }
}

fn areas(site: &Geometry) -> Option<MultiPolygon> {
    match site {
        Geometry::Polygon(area) => Some(MultiPolygon::new(vec![area.clone()])),
        Geometry::MultiPolygon(areas) => Some(areas.clone()),
        _ => None,
    }
}
