//! The grade of one object: the worst of the given level, the computed one and the default.

use serde_json::{Map, Value};

use super::grade::{Grade, Override, Step, number};
use super::scheme::{DefaultTable, Method, Scheme};
use crate::model::{Feature, Layer, RiskLevel};

/// The fields that every assessment reads.
const INPUTS: [&str; 5] = ["risk_level", "risk_method", "risk_score", "override_by", "override_reason"];

/// What one object's fields say about its risk, before any words are made of it.
#[derive(Clone, Debug)]
pub(super) struct Assessment<'a> {
    feature: &'a Feature,
    given: Option<RiskLevel>,
    computed: Computed<'a>,
    default: Option<Default<'a>>,
    by_hand: Option<(&'a str, &'a str)>,
    installations: Vec<&'a Feature>,
}

/// What comes of method and score.
#[derive(Clone, Debug)]
enum Computed<'a> {
    Nothing,
    NoMethod,
    Unknown(&'a str),
    NoScore(&'a Method),
    Outside(&'a Method, f64),
    Level(&'a Method, f64, RiskLevel),
}

/// Where a default level comes from.
#[derive(Clone, Debug)]
enum Default<'a> {
    Field(&'a DefaultTable, &'a Value, RiskLevel),
    Installation(Box<Assessment<'a>>, RiskLevel),
    /// Worked out from what lies around, and how in one phrase.
    Surroundings(String, RiskLevel),
}

/// What decides a grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decider {
    Hand,
    Computed,
    Given,
    Default,
}

impl<'a> Assessment<'a> {
    /// Reads one object; an enterprise comes with its own installations.
    pub(super) fn of(layer: Layer, feature: &'a Feature, installations: Vec<&'a Feature>) -> Self {
        let given = feature.properties.get("risk_level").and_then(Value::as_u64).and_then(RiskLevel::from_number);
        let by_hand = given.and_then(|_| Some((filled(feature, "override_by")?, filled(feature, "override_reason")?)));
        let default = by_field(layer, feature).or_else(|| worst_of(&installations));
        Self { feature, given, computed: Computed::of(feature), default, by_hand, installations }
    }

    /// The same object with a level that was worked out from what lies around it; it counts where the registered grade is
    /// milder or missing.
    pub(super) fn among(mut self, surroundings: Option<(RiskLevel, String)>) -> Self {
        if let Some((level, how)) = surroundings
            && self.default_level().is_none_or(|registered| level < registered)
        {
            self.default = Some(Default::Surroundings(how, level));
        }
        self
    }

    /// The level; `None` where nothing is known.
    pub(super) fn level(&self) -> Option<RiskLevel> {
        if self.by_hand.is_some() { self.given } else { self.worst() }
    }

    /// Why the level is what it is, in one phrase.
    pub(super) fn why(&self) -> String {
        match self.decider() {
            None => "无填报等级、评分或默认等级".to_owned(),
            Some(Decider::Given) => "填报等级".to_owned(),
            Some(Decider::Computed) => self.computed.phrase(),
            Some(Decider::Default) => self.default.as_ref().map_or_else(String::new, Default::phrase),
            Some(Decider::Hand) => self.by_hand.map_or_else(String::new, hand_phrase),
        }
    }

    /// The grade with its inputs and steps.
    pub(super) fn explained(&self) -> Grade {
        let override_ = self.by_hand.map(|(by, reason)| Override {
            by: by.to_owned(),
            reason: reason.to_owned(),
            at: self.feature.valid_from,
        });
        Grade {
            level: self.level(),
            method: self.method().to_owned(),
            inputs: self.inputs(),
            steps: self.steps(),
            override_,
        }
    }

    fn worst(&self) -> Option<RiskLevel> {
        [self.given, self.computed.level(), self.default_level()].into_iter().flatten().min()
    }

    fn default_level(&self) -> Option<RiskLevel> {
        self.default.as_ref().map(Default::level)
    }

    /// What decides; of those that say the same the one that says most.
    fn decider(&self) -> Option<Decider> {
        let level = self.level()?;
        if self.by_hand.is_some() {
            return Some(Decider::Hand);
        }
        let says = |one: Option<RiskLevel>| one == Some(level);
        Some(if says(self.computed.level()) {
            Decider::Computed
        } else if says(self.given) {
            Decider::Given
        } else {
            Decider::Default
        })
    }

    fn method(&self) -> &str {
        match (self.decider(), &self.computed) {
            (Some(Decider::Computed), Computed::Level(method, ..)) => &method.name,
            (Some(Decider::Hand), _) => "override",
            (Some(Decider::Given), _) => "given",
            (Some(Decider::Default), _) => "default",
            _ => "none",
        }
    }

    fn inputs(&self) -> Map<String, Value> {
        let mut fields: Vec<&str> = INPUTS.to_vec();
        if let Computed::NoScore(method) | Computed::Outside(method, _) | Computed::Level(method, ..) = &self.computed {
            fields.extend(method.factors.iter().map(String::as_str));
        }
        if let Some(Default::Field(table, ..)) = &self.default {
            fields.push(&table.field);
        }
        let read = |name: &&str| Some(((*name).to_owned(), self.feature.properties.get(name)?.clone()));
        let mut inputs: Map<String, Value> = fields.iter().filter_map(read).collect();
        if !self.installations.is_empty() {
            let installations = self.installations.iter().map(|installation| installation_json(installation));
            inputs.insert("installations".to_owned(), installations.collect());
        }
        inputs
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::new("given", number(self.given), self.given_note())];
        self.computed.steps(self.feature, &mut steps);
        let note = self.default.as_ref().map_or_else(|| "无可用的默认等级".to_owned(), Default::phrase);
        steps.push(Step::new("default", number(self.default_level()), note));
        if let Some(hand) = self.by_hand {
            let without = self
                .worst()
                .map_or_else(String::new, |level| format!("；不调整时取最重者为{}", Scheme::shipped().words(level)));
            steps.push(Step::new("override", number(self.given), hand_phrase(hand) + &without));
        }
        let note = self.level().map_or_else(
            || "无数据，不定级（不作低风险处理）".to_owned(),
            |level| format!("{}：{}", Scheme::shipped().words(level), self.why()),
        );
        steps.push(Step::new("risk_level", number(self.level()), note));
        steps
    }

    fn given_note(&self) -> String {
        let Some(given) = self.given else { return "未填报等级".to_owned() };
        let milder = self.by_hand.is_none() && self.worst().is_some_and(|worst| worst < given);
        if milder {
            "填报等级轻于评分或默认等级，且缺少调整人（override_by）或调整理由（override_reason），不采信".to_owned()
        } else {
            "填报等级".to_owned()
        }
    }
}

impl<'a> Computed<'a> {
    fn of(feature: &'a Feature) -> Self {
        let score = feature.properties.number("risk_score");
        let Some(name) = filled(feature, "risk_method") else {
            return if score.is_some() { Self::NoMethod } else { Self::Nothing };
        };
        let Some(method) = Scheme::shipped().method(name) else { return Self::Unknown(name) };
        match score.or_else(|| product(method, feature)) {
            None => Self::NoScore(method),
            Some(score) => match method.level(score) {
                Some(level) => Self::Level(method, score, level),
                None => Self::Outside(method, score),
            },
        }
    }

    fn level(&self) -> Option<RiskLevel> {
        if let Self::Level(_, _, level) = self { Some(*level) } else { None }
    }

    fn phrase(&self) -> String {
        match self {
            Self::Nothing => "未评分".to_owned(),
            Self::NoMethod => "有评分而无评分方法，不计算".to_owned(),
            Self::Unknown(name) => format!("评分方法“{name}”未知，不计算"),
            Self::NoScore(method) => format!("{}：缺少评分，不计算", method.title.zh),
            Self::Outside(method, score) => {
                format!("{}：{} = {score} 超出量程，不计算", method.title.zh, method.score)
            }
            Self::Level(method, score, _) => format!("{}：{} = {score}", method.title.zh, method.score),
        }
    }

    /// Factors and score where there are any, then the level.
    fn steps(&self, feature: &Feature, steps: &mut Vec<Step>) {
        if let Self::Outside(method, score) | Self::Level(method, score, _) = self {
            let factor = |name: &String| Some(Step::new(name, feature.properties.get(name)?.clone(), "分项取值"));
            steps.extend(method.factors.iter().filter_map(factor));
            steps.push(Step::new(&method.score, *score, &method.title.zh));
        }
        let note = match self {
            Self::Level(method, score, level) => {
                let range = method.band_of(*score).map_or_else(String::new, |band| band.signs(&method.score));
                let mark = serde_json::to_value(method.mark).unwrap_or_default();
                let mark = mark.as_str().unwrap_or_default();
                format!("{range} 为{}；依据：{}（{mark}）", Scheme::shipped().words(*level), method.source)
            }
            other => other.phrase(),
        };
        steps.push(Step::new("computed", number(self.level()), note));
    }
}

impl Default<'_> {
    fn level(&self) -> RiskLevel {
        let (Self::Field(_, _, level) | Self::Installation(_, level) | Self::Surroundings(_, level)) = self;
        *level
    }

    fn phrase(&self) -> String {
        match self {
            Self::Field(table, grade, _) => {
                let grade = grade.as_str().map_or_else(|| grade.to_string(), str::to_owned);
                format!("{} {grade}", table.title.zh)
            }
            Self::Surroundings(how, _) => how.clone(),
            Self::Installation(installation, _) => {
                format!("所属设施「{}」（{}）", installation.feature.name(), installation.why())
            }
        }
    }
}

fn by_field(layer: Layer, feature: &Feature) -> Option<Default<'_>> {
    let table = Scheme::shipped().default_of(layer)?;
    let grade = feature.properties.get(&table.field)?;
    Some(Default::Field(table, grade, table.level(grade)?))
}

/// The worst of an enterprise's installations; of equals the first.
fn worst_of<'a>(installations: &[&'a Feature]) -> Option<Default<'a>> {
    let assessed = installations.iter().map(|one| Assessment::of(Layer::Installations, one, vec![]));
    let graded = assessed.filter_map(|one| Some((one.level()?, one)));
    let (level, worst) = graded.min_by_key(|(level, _)| *level)?;
    Some(Default::Installation(Box::new(worst), level))
}

/// The product of all factors of a method, where every one is given.
fn product(method: &Method, feature: &Feature) -> Option<f64> {
    let factors = method.factors.iter().map(|name| feature.properties.number(name));
    if method.factors.is_empty() { None } else { factors.product() }
}

/// A text that says something.
fn filled<'a>(feature: &'a Feature, field: &str) -> Option<&'a str> {
    feature.properties.text(field).map(str::trim).filter(|text| !text.is_empty())
}

fn hand_phrase((by, reason): (&str, &str)) -> String {
    format!("人工调整（{by}：{reason}）")
}

fn installation_json(installation: &Feature) -> Value {
    let fields = INPUTS.iter().chain(&["hazard_grade"]);
    let read = |name: &&str| Some(((*name).to_owned(), installation.properties.get(name)?.clone()));
    let mut object: Map<String, Value> = fields.filter_map(read).collect();
    object.insert("id".to_owned(), installation.id.as_str().into());
    object.insert("name".to_owned(), installation.name().into());
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::Properties;
    use serde_json::json;

    fn thing(properties: Value) -> Feature {
        let properties: Properties = serde_json::from_value(properties).unwrap();
        Feature::new("x", Point::new(115.8, 29.6).into(), properties).unwrap()
    }

    fn grade(layer: Layer, properties: Value) -> Grade {
        Assessment::of(layer, &thing(properties), vec![]).explained()
    }

    fn level(layer: Layer, properties: Value) -> Option<u8> {
        grade(layer, properties).level.map(RiskLevel::number)
    }

    #[test]
    fn the_worst_of_given_and_computed_counts() {
        let enterprise = |properties| level(Layer::Enterprises, properties);
        assert_eq!(enterprise(json!({"risk_level": 3})), Some(3));
        assert_eq!(enterprise(json!({"risk_method": "LEC", "risk_score": 200})), Some(2));
        assert_eq!(enterprise(json!({"risk_level": 3, "risk_method": "LEC", "risk_score": 200})), Some(2));
        assert_eq!(enterprise(json!({"risk_level": 1, "risk_method": "LEC", "risk_score": 200})), Some(1));
        assert_eq!(enterprise(json!({"risk_method": "hazchem_score", "risk_score": 59.9})), Some(1));
    }

    #[test]
    fn what_nobody_knows_is_not_blue() {
        for properties in [
            json!({}),
            json!({"risk_score": 95}),
            json!({"risk_method": "LEC"}),
            json!({"risk_method": "占卜", "risk_score": 1}),
            json!({"risk_method": "LEC", "risk_score": 0}),
            json!({"risk_method": "hazchem_score", "risk_score": 101}),
            json!({"override_by": "张三", "override_reason": "无"}),
        ] {
            let grade = grade(Layer::Enterprises, properties);
            assert_eq!((grade.level, grade.method.as_str(), &grade.override_), (None, "none", &None));
            assert_eq!(grade.steps.last().unwrap().value, Value::Null);
        }
    }

    #[test]
    fn an_unknown_method_is_told_and_leaves_the_rest() {
        let grade = grade(Layer::Enterprises, json!({"risk_level": 3, "risk_method": "占卜", "risk_score": 1}));
        let computed = grade.steps.iter().find(|step| step.what == "computed").unwrap();
        assert!(computed.value.is_null() && computed.note.contains("占卜"), "{}", computed.note);
        assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::Moderate), "given"));
    }

    #[test]
    fn registered_grades_have_default_colours() {
        for (grade, expected) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
            assert_eq!(level(Layer::Installations, json!({"hazard_grade": grade})), Some(expected));
        }
        for (grade, expected) in [(3, 2), (2, 3), (1, 4)] {
            assert_eq!(level(Layer::Pipelines, json!({"hca_grade": grade})), Some(expected));
        }
        for (grade, expected) in [("A", 1), ("B", 2), ("C", 3), ("D", 4)] {
            assert_eq!(level(Layer::ChemicalParks, json!({"grade": grade})), Some(expected));
        }
        assert_eq!(level(Layer::Enterprises, json!({"hazard_grade": 1})), None);
    }

    #[test]
    fn an_enterprise_is_as_bad_as_its_worst_installation() {
        let enterprise = thing(json!({"risk_level": 4}));
        let tanks = [thing(json!({"hazard_grade": 3})), thing(json!({"hazard_grade": 2})), thing(json!({}))];
        let assessment = Assessment::of(Layer::Enterprises, &enterprise, tanks.iter().collect());
        let grade = assessment.explained();
        assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::High), "default"));
        assert_eq!(grade.inputs["installations"].as_array().map(Vec::len), Some(3));
        assert!(assessment.why().contains("重大危险源等级 2"), "{}", assessment.why());
    }

    #[test]
    fn a_milder_level_needs_a_name_and_a_reason_and_stays_marked() {
        let red = json!({"risk_level": 3, "risk_method": "hazchem_score", "risk_score": 40});
        let with = |fields: &[(&str, &str)]| {
            let mut properties = red.clone();
            for (field, text) in fields {
                properties[*field] = json!(text);
            }
            grade(Layer::Enterprises, properties)
        };
        for halfway in [&[][..], &[("override_by", "张三")], &[("override_reason", "已停产")]] {
            assert_eq!(with(halfway).level, Some(RiskLevel::Major));
        }
        let blank = with(&[("override_by", "  "), ("override_reason", "已停产")]);
        assert_eq!((blank.level, blank.override_), (Some(RiskLevel::Major), None));
        let whole = with(&[("override_by", "张三"), ("override_reason", "已停产")]);
        assert_eq!((whole.level, whole.method.as_str()), (Some(RiskLevel::Moderate), "override"));
        assert_eq!(whole.override_.unwrap().by, "张三");
        let step = whole.steps.iter().find(|step| step.what == "override").unwrap();
        assert!(step.note.contains("重大风险"), "what it would be otherwise is told: {}", step.note);
    }

    #[test]
    fn factors_give_the_score_where_it_is_missing() {
        let grade = grade(Layer::Enterprises, json!({"risk_method": "LEC", "L": 6, "E": 3, "C": 15}));
        let value = |what: &str| grade.steps.iter().find(|step| step.what == what).unwrap().value.as_f64();
        assert_eq!([value("L"), value("E"), value("C"), value("D")], [Some(6.0), Some(3.0), Some(15.0), Some(270.0)]);
        assert_eq!((grade.level, grade.method.as_str()), (Some(RiskLevel::High), "LEC"));
        assert_eq!(level(Layer::Enterprises, json!({"risk_method": "LEC", "L": 6, "E": 3})), None);
    }

    #[test]
    fn it_explains_itself_in_the_agreed_words() {
        let grade = grade(Layer::Enterprises, json!({"risk_level": 2, "risk_method": "LEC", "risk_score": 160}));
        let json = serde_json::to_value(&grade).unwrap();
        assert_eq!(json["risk_level"], 2);
        assert_eq!(json["override"], Value::Null);
        assert_eq!(json["inputs"], json!({"risk_level": 2, "risk_method": "LEC", "risk_score": 160}));
        let whats: Vec<&str> = grade.steps.iter().map(|step| step.what.as_str()).collect();
        assert_eq!(whats, ["given", "D", "computed", "default", "risk_level"]);
        assert!(grade.steps[2].note.contains("160 ≤ D < 320"), "{}", grade.steps[2].note);
    }
}
