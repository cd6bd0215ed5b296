//! Rules that wait for a radius of the district: meanwhile the nearest target is to be demonstrated, which leaves a place
//! open to review, except where it is not known whether there is such a target, or whether the rule applies.

use super::{Ground, Status, Zone};
use crate::geom::MultiPolygon;
use crate::geom::buffer::{difference, union_of};
use crate::rules::applicability::{Applicable, Side};
use crate::rules::{Case, Test, Truth};
use crate::siting::scene::LOOKED_FOR;

impl<'a> Ground<'_, 'a> {
    /// Where a rule that waits for a radius is undetermined. `zones` are what the rule excludes otherwise.
    pub(super) fn to_demonstrate(
        &self,
        applicable: &Applicable<'a>,
        cases: &[(Side, Truth, &'a Case)],
        zones: &[Zone],
    ) -> Vec<Zone> {
        let waits = |case: &Case| case.test == Test::Within && case.awaits_parameter(self.scene.book);
        let waiting: Vec<_> = cases.iter().filter(|(_, _, case)| waits(case)).collect();
        let sure = waiting.iter().filter(|(_, applies, _)| *applies == Truth::Yes).count();
        let open = if waiting.is_empty() {
            return vec![];
        } else if sure == waiting.len() {
            self.without_sure_target(&waiting)
        } else if sure == 0 {
            let near = self.targets_near(&waiting, |_| true);
            union_of([near, self.unknown_far(&waiting)])
        } else {
            // Which of the targets is the nearest decides, as only the check itself can tell.
            self.sampled_undetermined(applicable)
        };
        // A violation settles the matter even where it does not decide.
        let settled = union_of(zones.iter().filter(|zone| zone.status.is_none()).map(|zone| zone.area.clone()));
        let rule = applicable.rule;
        let name = format!("{}：控制半径未定", rule.title.zh);
        vec![Self::untargeted(rule, Some(Status::Undetermined), name, difference(&open, &settled))]
    }

    /// Where no target is surely meant within ten kilometres, and one may be, or the registers do not reach that far.
    fn without_sure_target(&self, waiting: &[&(Side, Truth, &'a Case)]) -> MultiPolygon {
        let sure = self.targets_near(waiting, |matches| *matches == Truth::Yes);
        let possible = self.targets_near(waiting, |matches| *matches != Truth::Yes);
        difference(&union_of([possible, self.unknown_far(waiting)]), &sure)
    }

    /// Everything within ten kilometres of the targets of a sort.
    fn targets_near(&self, waiting: &[&(Side, Truth, &'a Case)], wanted: impl Fn(&Truth) -> bool) -> MultiPolygon {
        let mut areas = Vec::new();
        for (side, _, case) in waiting {
            for candidate in self.scene.candidates(case, *side, LOOKED_FOR + self.window.half) {
                if !wanted(&candidate.matches) {
                    continue;
                }
                let given = self.scene.book.defaults().allowance(case.layer, candidate.feature).given;
                // Nothing more is to be found out once the whole window is near.
                if candidate.way.distance + self.window.half <= LOOKED_FOR + given {
                    return self.window.whole();
                }
                areas.push(self.window.near(candidate.feature, candidate.way.distance, LOOKED_FOR + given));
            }
        }
        union_of(areas)
    }

    fn unknown_far(&self, waiting: &[&(Side, Truth, &'a Case)]) -> MultiPolygon {
        union_of(waiting.iter().map(|(_, _, case)| {
            let lost = self.scene.lost(case.layer).is_some();
            if lost { self.window.whole() } else { self.uncovered_to(case, case.layer, LOOKED_FOR) }
        }))
    }
}
