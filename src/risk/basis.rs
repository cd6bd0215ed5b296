//! What the grade of an area rests on where it is not the worst object: numbers that were reached, or the terms of an index.

use serde::Serialize;
use serde_json::Value;

use super::grade::Step;
use crate::model::{Layer, RiskLevel};

/// What an aggregator other than `max` worked out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Basis {
    /// By numbers.
    Count(CountBasis),
    /// By the index.
    Index(IndexBasis),
}

/// The number that gave the level.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CountBasis {
    /// `None` where no number is reached.
    pub reached: Option<ReachedCount>,
    /// The object that is red by something else than a score, as LAYER/ID, where there is one: it makes the area red.
    pub direct_red: Option<String>,
}

/// So many objects of a colour, where this many are enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReachedCount {
    /// The level that it gives.
    pub gives: RiskLevel,
    /// The level of the objects that were counted.
    pub of: RiskLevel,
    /// How many there are.
    pub found: usize,
    /// How many are enough.
    pub at_least: usize,
}

/// The index of an area: the sum of the terms over its area.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct IndexBasis {
    /// The largest terms, at most fifty.
    pub terms: Vec<Term>,
    /// How many more there are.
    pub more_terms: usize,
    /// The sum of their values.
    pub more_value: f64,
    /// The sum of all values.
    pub sum: f64,
    /// The area on the ground.
    pub region_area_m2: f64,
    /// Sum over area, in weighted persons.
    pub index: f64,
    /// The break that was reached; `None` below all.
    pub reached: Option<ReachedBreak>,
    /// Objects of a weight above 0 that have no effect contour, neither of their own nor through plant or installation.
    pub without_effect: usize,
    /// Terms whose number of persons is not fully known.
    pub without_exposure: usize,
    /// The object that is red by something else than a score, as LAYER/ID, where there is one: it makes the area red.
    pub direct_red: Option<String>,
}

/// A break of the index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReachedBreak {
    /// The level that it gives.
    pub gives: RiskLevel,
    /// The index from which it does.
    pub at_least: f64,
}

/// What one object adds to an index.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// Its layer.
    pub layer: Layer,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its level.
    pub risk_level: RiskLevel,
    /// The weight of its colour.
    pub weight: f64,
    /// The part of its effect inside the area, on the ground.
    pub effect_area_m2: f64,
    /// Persons in the residential zones that its whole effect touches.
    pub exposure_persons: f64,
    /// Whether every such zone says how many, and the register is complete there.
    pub exposure_is_complete: bool,
    /// Weight × area × persons.
    pub value: f64,
}

impl Basis {
    /// The steps that lead to the level.
    pub(super) fn steps(&self) -> Vec<Step> {
        match self {
            Self::Count(basis) => basis.steps(),
            Self::Index(basis) => basis.steps(),
        }
    }
}

impl CountBasis {
    fn steps(&self) -> Vec<Step> {
        let note = match &self.reached {
            Some(reached) => reached.phrase(),
            None => "各颜色对象数均未达阈值".to_owned(),
        };
        let count = Step::new("count", json(&self.reached), note);
        direct(self.direct_red.as_deref()).into_iter().chain([count]).collect()
    }
}

impl ReachedCount {
    /// The number and the threshold, in Chinese.
    pub(super) fn phrase(&self) -> String {
        let colour = super::Scheme::shipped().words(self.of);
        format!("{colour}对象 {} 个，达到阈值 {} 个", self.found, self.at_least)
    }
}

impl IndexBasis {
    fn steps(&self) -> Vec<Step> {
        let term = |one: &Term| {
            let note = format!(
                "{}：权重 {} × 影响面积 {} m² × 暴露人口 {} 人{}",
                one.name,
                one.weight,
                one.effect_area_m2,
                one.exposure_persons,
                if one.exposure_is_complete { "" } else { "（人口资料不全，按已知计）" },
            );
            Step::new(format!("term {}/{}", one.layer, one.id), one.value, note)
        };
        let mut steps: Vec<Step> = direct(self.direct_red.as_deref()).into_iter().collect();
        steps.extend(self.terms.iter().map(term));
        if self.more_terms > 0 {
            steps.push(Step::new("more_value", self.more_value, format!("未列出的 {} 项之和", self.more_terms)));
        }
        steps.push(Step::new("sum", self.sum, "各项之和"));
        steps.push(Step::new("region_area_m2", self.region_area_m2, "区域地面面积（椭球面，等积）"));
        steps.push(Step::new("index", self.index, "指数 = 各项之和 ÷ 区域面积"));
        if self.without_effect > 0 {
            steps.push(Step::new("without_effect", self.without_effect, "没有影响范围资料、无法计入的对象数"));
        }
        if self.without_exposure > 0 {
            steps.push(Step::new("without_exposure", self.without_exposure, "暴露人口资料不全的项数"));
        }
        let note = match &self.reached {
            Some(reached) => format!("指数达到分级界限 {}", reached.at_least),
            None => "指数低于各分级界限".to_owned(),
        };
        steps.push(Step::new("break", json(&self.reached), note));
        steps
    }
}

fn direct(object: Option<&str>) -> Option<Step> {
    object.map(|object| Step::new("direct_red", object, "非评分判定的红色对象，所在区域直接判红，不参与汇总"))
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
