//! The grade of one area, an administrative unit or a cell of the grid: the worst graded object that touches it or whose
//! effect contour touches it (就高).

use std::sync::Arc;

use serde::Serialize;
use serde::ser::SerializeStruct;
use serde_json::{Map, Value};

use super::basis::Basis;
use super::grade::{Grade, Step, number};
use super::published::Hold;
use super::scheme::Scheme;
use crate::geom::Territory;
use crate::model::{Feature, Layer, RiskLevel, Schema};

/// How many contributions of a unit are kept and listed.
const LISTED: usize = 50;

/// How many objects of each level touch a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([usize; 5]);

impl Counts {
    /// The objects of a level; of `None` those that have no grade.
    pub fn of(&self, level: Option<RiskLevel>) -> usize {
        self.0[slot(level)]
    }

    /// Every object that has a grade.
    pub fn graded(&self) -> usize {
        self.0[..4].iter().sum()
    }

    /// Every object.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    pub(super) fn add(&mut self, level: Option<RiskLevel>) {
        self.0[slot(level)] += 1;
    }

    fn remove(&mut self, level: Option<RiskLevel>) {
        self.0[slot(level)] = self.0[slot(level)].saturating_sub(1);
    }
}

fn slot(level: Option<RiskLevel>) -> usize {
    level.map_or(4, |level| level as usize)
}

impl Serialize for Counts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(["1", "2", "3", "4", "none"].into_iter().zip(self.0))
    }
}

/// A graded object that touches a unit, or whose effect contour does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contribution {
    /// Its layer.
    pub layer: Layer,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its level.
    pub risk_level: RiskLevel,
    /// What its level rests on, and how it comes to the unit where it does not touch it itself, in Chinese.
    pub why: String,
    /// The buffer zone through which it touches the unit; `None` where it does so itself.
    pub effect: Option<String>,
    /// Whether it is red by something else than a score, so that no aggregator may make it milder.
    pub direct: bool,
}

impl Contribution {
    /// Worst first, then by layer and id.
    fn rank(&self) -> (RiskLevel, Layer, &str) {
        (self.risk_level, self.layer, &self.id)
    }

    /// What it means for the unit that has nothing worse.
    fn sentence(&self) -> String {
        let layer = &Schema::layer(self.layer).title.zh;
        format!("就高：{layer}「{}」为{}，{}", self.name, Scheme::shipped().words(self.risk_level), self.why)
    }
}

/// That a level may be too mild, because these layers could not be read.
fn warning(lost: &[Layer]) -> String {
    let titles: Vec<&str> = lost.iter().map(|layer| Schema::layer(*layer).title.zh.as_str()).collect();
    if titles.is_empty() {
        String::new()
    } else {
        format!("（图层{}不可用，实际等级可能更高）", titles.join("、"))
    }
}

/// Who answers for a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Responsible {
    /// `responsible_person`.
    pub person: Option<String>,
    /// `responsible_unit`.
    pub unit: Option<String>,
}

/// One unit and its grade by the aggregator `max`.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaGrade {
    /// The unit's id.
    pub id: String,
    /// Its division code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// district, township, village or functional.
    pub level: String,
    /// The worst level of what touches it; `None` is 无数据.
    pub risk_level: Option<RiskLevel>,
    /// What the level rests on, in one Chinese sentence.
    pub reason: String,
    /// How many objects of each level touch it.
    pub counts: Counts,
    /// The graded objects that touch it, worst first, at most fifty; `counts.graded()` says how many there are. Shared
    /// between editions until they change.
    pub contributions: Arc<Vec<Contribution>>,
    /// Who answers for it.
    pub responsible: Responsible,
    /// What the level rests on where it is not the worst object.
    pub basis: Option<Basis>,
    /// That it stays red since an edition, and what it would be without; `None` where nothing is held.
    pub held: Option<String>,
}

impl Serialize for AreaGrade {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut area = serializer.serialize_struct("AreaGrade", 12)?;
        area.serialize_field("id", &self.id)?;
        area.serialize_field("code", &self.code)?;
        area.serialize_field("name", &self.name)?;
        area.serialize_field("level", &self.level)?;
        area.serialize_field("risk_level", &self.risk_level)?;
        area.serialize_field("risk_color", self.risk_level.map_or("none", RiskLevel::color))?;
        area.serialize_field("reason", &self.reason)?;
        area.serialize_field("counts", &self.counts)?;
        area.serialize_field("contributions", &*self.contributions)?;
        area.serialize_field("contributors", &self.counts.graded())?;
        area.serialize_field("responsible", &self.responsible)?;
        match &self.basis {
            Some(basis) => area.serialize_field("basis", basis)?,
            None => area.skip_field("basis")?,
        }
        area.serialize_field("held", &self.held)?;
        area.end()
    }
}

/// One object as it bears on the units that it touches.
#[derive(Clone, Debug)]
pub(super) struct Standing<'a> {
    pub(super) layer: Layer,
    pub(super) feature: &'a Feature,
    pub(super) level: Option<RiskLevel>,
    pub(super) why: String,
    /// Whether it is red by something else than a score.
    pub(super) direct: bool,
    /// The contours of its effect.
    pub(super) zones: Vec<&'a Feature>,
}

/// How an object comes to an area.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reach<'a> {
    /// It touches it.
    Itself,
    /// A contour of its effect touches it.
    Through(&'a Feature),
}

/// An object that comes to an area.
pub(super) type Bearing<'a, 'm> = (&'m Standing<'a>, Reach<'a>);

impl<'a> Standing<'a> {
    /// How it comes to a ground; `None` where it does not.
    pub(super) fn reach(&self, ground: &Territory) -> Option<Reach<'a>> {
        if ground.meets(&self.feature.geometry) {
            return Some(Reach::Itself);
        }
        self.zones.iter().find(|zone| ground.meets(&zone.geometry)).map(|zone| Reach::Through(zone))
    }

    pub(super) fn contribution(&self, reach: Reach<'_>) -> Option<Contribution> {
        let (why, effect) = match reach {
            Reach::Itself => (self.why.clone(), None),
            Reach::Through(zone) => (format!("{}，影响范围「{}」触及", self.why, zone.name()), Some(zone.id.clone())),
        };
        Some(Contribution {
            layer: self.layer,
            id: self.feature.id.clone(),
            name: self.feature.name().to_owned(),
            risk_level: self.level?,
            why,
            effect,
            direct: self.direct,
        })
    }
}

/// Objects of a unit before their words are made: only the worst few need any.
#[derive(Debug, Default)]
pub(super) struct Tally<'a> {
    counts: Counts,
    worst: std::collections::BinaryHeap<(RiskLevel, Layer, &'a str)>,
}

impl<'a> Tally<'a> {
    /// The counts, and the worst object.
    pub(super) fn summary(self) -> (Counts, Option<(RiskLevel, Layer, &'a str)>) {
        (self.counts, self.worst.into_sorted_vec().first().copied())
    }

    /// Counts one object, and keeps it while it is among the worst.
    pub(super) fn add(&mut self, layer: Layer, id: &'a str, level: Option<RiskLevel>) {
        self.counts.add(level);
        let Some(level) = level else { return };
        self.worst.push((level, layer, id));
        if self.worst.len() > LISTED {
            self.worst.pop();
        }
    }
}

impl AreaGrade {
    /// A unit of which nothing is known yet.
    pub(super) fn new(unit: &Feature) -> Self {
        let text = |field: &str| unit.properties.text(field).map(str::to_owned);
        Self {
            id: unit.id.clone(),
            code: text("code").unwrap_or_default(),
            name: unit.name().to_owned(),
            level: text("level").unwrap_or_default(),
            risk_level: None,
            reason: String::new(),
            counts: Counts::default(),
            contributions: Arc::default(),
            responsible: Responsible { person: text("responsible_person"), unit: text("responsible_unit") },
            basis: None,
            held: None,
        }
    }

    /// The order in which units are listed.
    pub(super) fn place(&self) -> (&str, &str) {
        (&self.code, &self.id)
    }

    /// Takes over a tally; `contribution` words each of the worst.
    pub(super) fn settle<'a>(
        &mut self,
        tally: Tally<'a>,
        contribution: impl Fn(Layer, &'a str) -> Option<Contribution>,
    ) {
        self.counts = tally.counts;
        let worst = tally.worst.into_sorted_vec();
        let words = worst.into_iter().filter_map(|(_, layer, id)| contribution(layer, id));
        self.contributions = Arc::new(words.collect());
    }

    /// Takes one object out and another version of it in. Says `false` where that brings up an object that was not
    /// listed before, so that the unit must be tallied again.
    pub(super) fn replace(&mut self, old: Option<Bearing<'_, '_>>, new: Option<Bearing<'_, '_>>) -> bool {
        let unlisted = self.counts.graded() > self.contributions.len();
        let entry = new.and_then(|(new, reach)| new.contribution(reach));
        if let Some((old, _)) = old {
            self.counts.remove(old.level);
            let listed = |one: &Contribution| one.layer == old.layer && one.id == old.feature.id;
            if let Some(at) = self.contributions.iter().position(listed) {
                let gone = Arc::make_mut(&mut self.contributions).remove(at);
                if unlisted && entry.as_ref().is_none_or(|entry| entry.rank() > gone.rank()) {
                    return false;
                }
            }
        }
        if let Some((new, _)) = new {
            self.counts.add(new.level);
        }
        if let Some(entry) = entry {
            let at = self.contributions.partition_point(|one| one.rank() < entry.rank());
            if at < LISTED {
                let contributions = Arc::make_mut(&mut self.contributions);
                contributions.insert(at, entry);
                contributions.truncate(LISTED);
            }
        }
        true
    }

    /// Draws level and reason from the contributions. `lost` names layers that could not be read.
    pub(super) fn conclude(&mut self, lost: &[Layer]) {
        let worst = self.contributions.first();
        self.risk_level = worst.map(|worst| worst.risk_level);
        let reason = match worst {
            Some(worst) => worst.sentence(),
            None => self.nothing().to_owned(),
        };
        self.reason = reason + &warning(lost);
        self.held = None;
    }

    /// Keeps the area red.
    pub(super) fn hold(&mut self, hold: Hold) {
        let level = self.risk_level.map_or_else(|| "无数据".to_owned(), |level| Scheme::shipped().words(level));
        let sentence = hold.sentence(&format!("{level}（{}）", self.reason));
        self.risk_level = Some(RiskLevel::Major);
        self.reason.clone_from(&sentence);
        self.held = Some(sentence);
    }

    /// Why there is no level where no object has one.
    pub(super) fn nothing(&self) -> &'static str {
        if self.counts.total() == 0 {
            "无数据：境内没有评级对象"
        } else {
            "无数据：境内对象均未评级"
        }
    }

    /// Takes a level that an aggregator gives instead of the worst object's.
    pub(super) fn regraded(mut self, level: Option<RiskLevel>, reason: String, basis: Basis, lost: &[Layer]) -> Self {
        (self.risk_level, self.reason, self.basis) = (level, reason + &warning(lost), Some(basis));
        self
    }

    /// Whether a map of the two differs: counts and contributions are not drawn.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        self.drawn() == other.drawn()
    }

    fn drawn(&self) -> ([&str; 5], Option<RiskLevel>, &Responsible) {
        ([&self.id, &self.code, &self.name, &self.level, &self.reason], self.risk_level, &self.responsible)
    }

    /// The grade with the steps that reproduce it; `told` are inputs of the aggregator's own.
    pub(super) fn explained(&self, aggregator: &str, told: Map<String, Value>) -> Grade {
        let step = |one: &Contribution| {
            let what = format!("{}/{}", one.layer, one.id);
            Step::new(what, one.risk_level.number(), format!("{}：{}", one.name, one.why))
        };
        let mut steps: Vec<Step> = self.contributions.iter().map(step).collect();
        let more = self.counts.graded() - self.contributions.len().min(self.counts.graded());
        if more > 0 {
            steps.push(Step::new("more", more, "其余对象未列出，均不重于所列"));
        }
        steps.extend(self.basis.iter().flat_map(Basis::steps));
        steps.push(Step::new("risk_level", number(self.risk_level), &self.reason));
        let own = [
            ("aggregator", Value::from(aggregator)),
            ("level", self.level.as_str().into()),
            ("counts", serde_json::to_value(self.counts).unwrap_or_default()),
            ("contributors", self.counts.graded().into()),
        ];
        let mut inputs: Map<String, Value> = own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        inputs.extend(told);
        let grade = Grade { level: self.risk_level, method: aggregator.to_owned(), inputs, steps, override_: None };
        match &self.held {
            Some(sentence) => grade.held(sentence),
            None => grade,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::Properties;
    use serde_json::json;

    fn feature(id: &str) -> Feature {
        let properties: Properties = [("name", json!(format!("厂{id}")))].into_iter().collect();
        Feature::new(id, Point::new(115.8, 29.6).into(), properties).unwrap()
    }

    fn standing(feature: &Feature, level: u64) -> Standing<'_> {
        let level = RiskLevel::from_number(level);
        Standing { layer: Layer::Enterprises, feature, level, why: "填报等级".into(), direct: false, zones: vec![] }
    }

    fn by<'a, 'm>(standing: &'m Standing<'a>) -> Bearing<'a, 'm> {
        (standing, Reach::Itself)
    }

    #[test]
    fn the_worst_stands_first_and_gives_the_level() {
        let unit = feature("u");
        let plants = [feature("a"), feature("b"), feature("c")];
        let mut area = AreaGrade::new(&unit);
        for (plant, level) in plants.iter().zip([3, 1, 0]) {
            assert!(area.replace(None, Some(by(&standing(plant, level)))));
        }
        area.conclude(&[]);
        assert_eq!(area.risk_level, Some(RiskLevel::Major));
        assert_eq!(area.contributions.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(serde_json::to_value(area.counts).unwrap(), json!({"1": 1, "2": 0, "3": 1, "4": 0, "none": 1}));
        assert!(area.reason.contains("厂b") && area.reason.contains("重大风险（红）"), "{}", area.reason);
        area.replace(Some(by(&standing(&plants[1], 1))), None);
        area.conclude(&[]);
        assert_eq!(area.risk_level, Some(RiskLevel::Moderate));
    }

    #[test]
    fn no_data_is_null_and_none_and_never_blue() {
        let mut area = AreaGrade::new(&feature("u"));
        area.conclude(&[]);
        let json = serde_json::to_value(&area).unwrap();
        assert_eq!((&json["risk_level"], &json["risk_color"]), (&Value::Null, &json!("none")));
        assert!(area.reason.contains("无数据"));
        area.conclude(&[Layer::Enterprises]);
        assert!(area.reason.contains("不可用"), "{}", area.reason);
    }

    #[test]
    fn losing_a_listed_object_asks_for_a_new_tally_only_where_others_wait() {
        let plants: Vec<Feature> = (0..=LISTED).map(|n| feature(&format!("{n:03}"))).collect();
        let mut area = AreaGrade::new(&feature("u"));
        for plant in &plants[..LISTED] {
            area.replace(None, Some(by(&standing(plant, 2))));
        }
        let mut full = area.clone();
        assert!(full.replace(Some(by(&standing(&plants[0], 2))), None));
        area.replace(None, Some(by(&standing(&plants[LISTED], 2))));
        assert_eq!((area.contributions.len(), area.counts.graded()), (LISTED, LISTED + 1));
        assert!(!area.clone().replace(Some(by(&standing(&plants[0], 2))), None), "the unlisted one comes up");
        assert!(!area.clone().replace(Some(by(&standing(&plants[0], 2))), Some(by(&standing(&plants[0], 3)))));
        assert!(area.clone().replace(Some(by(&standing(&plants[0], 2))), Some(by(&standing(&plants[0], 1)))));
        assert!(area.clone().replace(Some(by(&standing(&plants[LISTED], 2))), None), "an unlisted one leaves");
    }
}
