//! Areas outside what a rule asks the site to lie in, such as a certified chemical park.

use super::{Ground, Status, Zone};
use crate::geom::buffer::{difference, eroded, union_of};
use crate::geom::{Geometry, MultiPolygon};
use crate::rules::applicability::Side;
use crate::rules::judgement::{mark, violation};
use crate::rules::{Case, Rule, Truth};
use crate::siting::evaluate::verdict;

impl<'a> Ground<'_, 'a> {
    /// Where a site is not surely inside. `missing` is where the registers are not known: there may be a park there that
    /// nobody has entered, so that nothing is held against the place but the missing coverage itself.
    pub(super) fn outside(&self, rule: &Rule, case: &'a Case, applies: &Truth, missing: &MultiPolygon) -> Vec<Zone> {
        let candidates = self.scene.candidates(case, Side::Forward, self.window.half);
        let areas = candidates.iter().filter_map(|candidate| {
            let area = match &candidate.feature.geometry {
                Geometry::Polygon(area) => MultiPolygon::new(vec![area.clone()]),
                Geometry::MultiPolygon(areas) => areas.clone(),
                _ => return None,
            };
            Some((candidate.matches == Truth::Yes, area))
        });
        let areas: Vec<(bool, MultiPolygon)> = areas.collect();
        let asked = self.window.asked;
        // A point needs as much room around it as the project may take. The check joins only the areas that hold the
        // point, so that each is eroded by itself.
        let room = self.scene.own.tried_m();
        let roomy = |area: &MultiPolygon| eroded(area, room, asked.within, Some(asked.window));
        let sure = union_of(areas.iter().filter(|(sure, _)| *sure).map(|(_, area)| roomy(area)));
        let possible = union_of(areas.into_iter().map(|(_, area)| area));
        let zone = |status, area| Self::untargeted(rule, status, rule.title.zh.clone(), area);
        let open = |from: &MultiPolygon| zone(Some(Status::Undetermined), difference(from, &sure));
        if !applies.unknowns().is_empty() {
            return vec![open(&self.window.whole())];
        }
        let means = verdict(case.effect(rule), violation(case.effect(rule)), mark(rule, case, None));
        let outside = difference(&difference(&self.window.whole(), &possible), missing);
        vec![zone(Status::of(means), outside), open(&possible)]
    }
}
