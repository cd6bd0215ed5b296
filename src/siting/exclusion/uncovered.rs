//! Areas where the registers are not known as far around as a rule reaches.

use super::{Ground, Status, Zone};
use crate::geom::buffer::{difference, eroded, union_of};
use crate::geom::{Geometry, Metres, MultiPolygon};
use crate::model::{Feature, Layer, Schema};
use crate::rules::applicability::Side;
use crate::rules::{Case, Rule, Truth};
use crate::siting::coverage::{kinds_needed, speaks_of};

impl<'a> Ground<'_, 'a> {
    /// Where a rule cannot be judged for want of coverage, one area for each layer it looks into.
    pub(super) fn uncovered(&self, rule: &Rule, cases: &[(Side, Truth, &'a Case)]) -> Vec<Zone> {
        let looked_for = cases.iter().filter(|(_, _, case)| case.looks_around());
        let looked_into = looked_for.flat_map(|(side, _, case)| {
            self.scene.needed(case, *side).into_iter().map(move |(layer, reach)| (case, layer, reach))
        });
        let zones = looked_into.map(|(case, layer, reach)| {
            let lost = self.scene.lost(layer).is_some();
            let area = if lost { self.window.whole() } else { self.uncovered_to(case, layer, reach) };
            let name = format!("{}：数据未覆盖", Schema::layer(layer).title.zh);
            Self::untargeted(rule, Some(Status::Undetermined), name, area)
        });
        zones.filter(|zone| !zone.area.0.is_empty()).collect()
    }

    /// Where some kind of a layer that a case must know is not known within a distance.
    pub(super) fn uncovered_to(&self, case: &Case, layer: Layer, reach: Metres) -> MultiPolygon {
        let held = reach + self.scene.own.tried_m();
        let statements = self.scene.stated(layer, held + self.window.half);
        let mut seen: Vec<Vec<&str>> = Vec::new();
        let mut missing = Vec::new();
        for kind in kinds_needed(case, layer) {
            let speaking: Vec<&Feature> =
                statements.iter().copied().filter(|statement| speaks_of(statement, &kind)).collect();
            let ids = speaking.iter().map(|statement| statement.id.as_str()).collect();
            // Kinds of which the same statements speak are known in the same places.
            if !seen.contains(&ids) {
                seen.push(ids);
                missing.push(difference(&self.window.whole(), &self.held_by(&speaking, held)));
            }
        }
        union_of(missing)
    }

    /// The places that have everything within a distance inside the statements.
    fn held_by(&self, statements: &[&Feature], reach: Metres) -> MultiPolygon {
        let areas = union_of(statements.iter().filter_map(|statement| match &statement.geometry {
            Geometry::Polygon(area) => Some(MultiPolygon::new(vec![area.clone()])),
            Geometry::MultiPolygon(areas) => Some(areas.clone()),
            _ => None,
        }));
        let asked = self.window.asked;
        eroded(&areas, reach, asked.within, Some(asked.window))
    }
}
