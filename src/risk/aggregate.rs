//! The grade of an area by an aggregator.
//!
//! Whatever the aggregator, an object that is red by something else than a score makes the area red, adding an object
//! never makes it milder, and an area of which nothing is known has no level.

use super::area::{AreaGrade, Contribution};
use super::areas::each_bearing;
use super::basis::{Basis, CountBasis, IndexBasis, ReachedCount};
use super::effect_index::Indexer;
use super::grades::{Grader, Grades};
use super::scheme::{Aggregator, CountTable, Unset};
use crate::geom::Territory;
use crate::model::{Feature, Layer, RiskLevel};

/// An aggregator with its parameters, for the areas of one edition.
pub(super) struct Aggregation<'a> {
    grades: &'a Grades,
    by: By<'a>,
}

enum By<'a> {
    Max,
    Count(&'a CountTable),
    Index(Indexer<'a>),
}

impl<'a> Aggregation<'a> {
    /// Fails where the district has not set what the aggregator needs.
    pub(super) fn of(grades: &'a Grades, aggregator: Aggregator) -> Result<Self, Unset> {
        let by = match aggregator {
            Aggregator::Max => By::Max,
            Aggregator::Count => By::Count(grades.scheme().areas().count()?),
            Aggregator::Index => {
                By::Index(Indexer::new(grades.grader(), &grades.levels, grades.scheme().areas().index()?))
            }
        };
        Ok(Self { grades, by })
    }

    /// The grade of an area whose grade by the worst object is given.
    pub(super) fn regrade(&self, unit: &Feature, ground: &Territory, graded: &AreaGrade) -> AreaGrade {
        let grader = self.grades.grader();
        let direct = || self.direct_red(&grader, unit, ground, graded);
        let (level, reason, basis) = match &self.by {
            By::Max => return graded.clone(),
            By::Count(table) => by_count(table, graded, direct().as_ref()),
            By::Index(indexer) => by_index(indexer.of(unit, ground, graded), graded, direct().as_ref()),
        };
        graded.clone().regraded(level, reason, basis, &grader.lost())
    }

    /// An object of an area that is red by something else than a score.
    fn direct_red(
        &self,
        grader: &Grader<'_>,
        unit: &Feature,
        ground: &Territory,
        graded: &AreaGrade,
    ) -> Option<Direct> {
        let listed = graded.contributions.iter();
        let red = |one: &&Contribution| one.risk_level == RiskLevel::Major;
        let found = listed.clone().find(|one| one.direct).map(|one| Direct::new(one.layer, &one.id, &one.name));
        if found.is_some() || graded.counts.of(Some(RiskLevel::Major)) <= listed.filter(red).count() {
            return found;
        }
        let mut found = None;
        each_bearing(
            unit.envelope(),
            ground,
            grader,
            |_| true,
            |layer, object| {
                let red = self.grades.levels.of(layer, &object.id) == Some(RiskLevel::Major);
                if found.is_none() && red && grader.standing(layer, &object.id).is_some_and(|standing| standing.direct)
                {
                    found = Some(Direct::new(layer, &object.id, object.name()));
                }
            },
        );
        found
    }
}

/// An object that is red by something else than a score.
struct Direct {
    object: String,
    name: String,
}

impl Direct {
    fn new(layer: Layer, id: &str, name: &str) -> Self {
        Self { object: format!("{layer}/{id}"), name: name.to_owned() }
    }

    fn sentence(&self) -> String {
        format!("「{}」为非评分判定的红色对象，所在区域直接判红", self.name)
    }
}

type Regraded = (Option<RiskLevel>, String, Basis);

fn by_count(table: &CountTable, graded: &AreaGrade, direct: Option<&Direct>) -> Regraded {
    let rows = [(RiskLevel::Major, &table.red), (RiskLevel::High, &table.orange), (RiskLevel::Moderate, &table.yellow)];
    let reached = rows.into_iter().find_map(|(gives, numbers)| {
        RiskLevel::ALL.into_iter().find_map(|of| {
            let (at_least, found) = (*numbers.of(of)?, graded.counts.of(Some(of)));
            (found >= at_least).then_some(ReachedCount { gives, of, found, at_least })
        })
    });
    let basis = Basis::Count(CountBasis { reached, direct_red: direct.map(|one| one.object.clone()) });
    let (level, reason) = match (direct, reached) {
        (Some(direct), _) => (Some(RiskLevel::Major), direct.sentence()),
        (None, Some(reached)) => (Some(reached.gives), format!("计数：{}", reached.phrase())),
        (None, None) if graded.counts.graded() > 0 => (Some(RiskLevel::Low), "计数：各颜色对象数均未达阈值".to_owned()),
        (None, None) => (None, graded.nothing().to_owned()),
    };
    (level, reason, basis)
}

fn by_index(mut basis: IndexBasis, graded: &AreaGrade, direct: Option<&Direct>) -> Regraded {
    basis.direct_red = direct.map(|one| one.object.clone());
    let is_complete = basis.without_effect == 0 && basis.without_exposure == 0;
    let more = if is_complete { "" } else { "（资料不全，实际等级可能更高）" };
    let (level, reason) = match (direct, basis.reached) {
        (Some(direct), _) => (Some(RiskLevel::Major), direct.sentence()),
        (None, Some(reached)) => {
            let reason = format!("指数：{:.4} 达到分级界限 {}{more}", basis.index, reached.at_least);
            (Some(reached.gives), reason)
        }
        (None, None) if graded.counts.graded() == 0 => (None, graded.nothing().to_owned()),
        (None, None) if is_complete => (Some(RiskLevel::Low), format!("指数：{:.4} 低于各分级界限", basis.index)),
        (None, None) => (None, lacking(&basis)),
    };
    (level, reason, Basis::Index(basis))
}

/// Why an index that stays below all breaks gives no level.
fn lacking(basis: &IndexBasis) -> String {
    format!(
        "无数据：按已知资料指数为 {:.4}，但 {} 个对象没有影响范围资料、{} 项暴露人口资料不全，不能定为低风险",
        basis.index, basis.without_effect, basis.without_exposure
    )
}

#[cfg(test)]
mod tests;
