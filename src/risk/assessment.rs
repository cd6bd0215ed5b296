//! The grade of one object: the worst of the given level, the computed one and the default.

use serde_json::{Map, Value};

use super::computed::{Computed, filled};
use super::dangers::{self, Dangers};
use super::grade::{Grade, Override, Step, number};
use super::ground::{self, Ground};
use super::hazard_source::{self, Source};
use super::head_pond::Pond;
use super::scheme::Scheme;
use crate::model::{Feature, Layer, RiskLevel};

/// The fields that every assessment reads.
const INPUTS: [&str; 5] = ["risk_level", "risk_method", "risk_score", "override_by", "override_reason"];

/// How many installations are told one by one.
const LISTED: usize = 50;

/// What the edition says of one object besides its own fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Circumstances<'a> {
    /// An enterprise's own installations.
    pub installations: Vec<Assessment<'a>>,
    /// What an installation holds.
    pub source: Option<Source<'a>>,
    /// What was found amiss.
    pub dangers: Dangers<'a>,
    /// What stands below, where it is a tailings pond.
    pub pond: Option<Pond<'a>>,
    /// What follows from what lies around a pipeline, and how in one phrase.
    pub surroundings: Option<(RiskLevel, String)>,
}

/// What is known about the risk of one object, before any words are made of it.
#[derive(Clone, Debug)]
pub(super) struct Assessment<'a> {
    scheme: &'a Scheme,
    layer: Layer,
    feature: &'a Feature,
    given: Option<RiskLevel>,
    computed: Computed<'a>,
    grounds: Vec<Ground<'a>>,
    by_hand: Option<(&'a str, &'a str)>,
    circumstances: Circumstances<'a>,
}

/// What decides a grade.
#[derive(Clone, Copy, Debug)]
enum Decider<'s, 'a> {
    Hand,
    Computed,
    Given,
    Default(&'s Ground<'a>),
}

impl<'a> Assessment<'a> {
    /// Reads one object.
    pub(super) fn of(scheme: &'a Scheme, layer: Layer, feature: &'a Feature, circumstances: Circumstances<'a>) -> Self {
        let given = feature.properties.get("risk_level").and_then(Value::as_u64).and_then(RiskLevel::from_number);
        let by_hand = given.and_then(|_| Some((filled(feature, "override_by")?, filled(feature, "override_reason")?)));
        let computed = Computed::of(scheme, feature);
        let grounds = grounds(scheme, layer, feature, &circumstances);
        Self { scheme, layer, feature, given, computed, grounds, by_hand, circumstances }
    }

    /// The object.
    pub(super) fn feature(&self) -> &'a Feature {
        self.feature
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
            Some(Decider::Default(ground)) => ground.phrase(),
            Some(Decider::Hand) => self.by_hand.map_or_else(String::new, hand_phrase),
        }
    }

    /// Whether it is red by something else than a score: by a hand, by a level that no score gives as well, or by the
    /// grade that it or its installation is registered with.
    pub(super) fn is_direct_red(&self) -> bool {
        let red = |one: Option<RiskLevel>| one == Some(RiskLevel::Major);
        if self.by_hand.is_some() {
            return red(self.given);
        }
        let by_ground = self.grounds.iter().any(Ground::is_direct_red);
        by_ground || (red(self.given) && !red(self.computed.level()))
    }

    /// The level in words, and why it is so.
    pub(super) fn told(&self) -> String {
        let level = self.level().map_or_else(|| "无数据".to_owned(), |level| Scheme::shipped().words(level));
        format!("{level}（{}）", self.why())
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

    /// The worst ground; of equals the first.
    fn default(&self) -> Option<&Ground<'a>> {
        self.grounds.iter().min_by_key(|ground| ground.level())
    }

    fn default_level(&self) -> Option<RiskLevel> {
        self.default().map(Ground::level)
    }

    /// What decides; of those that say the same the one that says most.
    fn decider(&self) -> Option<Decider<'_, 'a>> {
        let level = self.level()?;
        if self.by_hand.is_some() {
            return Some(Decider::Hand);
        }
        let says = |one: Option<RiskLevel>| one == Some(level);
        if says(self.computed.level()) {
            Some(Decider::Computed)
        } else if says(self.given) {
            Some(Decider::Given)
        } else {
            self.default().map(Decider::Default)
        }
    }

    fn method(&self) -> &str {
        match self.decider() {
            Some(Decider::Computed) => self.computed.method().map_or("none", |method| &method.name),
            Some(Decider::Hand) => "override",
            Some(Decider::Given) => "given",
            Some(Decider::Default(ground)) => ground.method(),
            None => "none",
        }
    }

    fn inputs(&self) -> Map<String, Value> {
        let mut fields: Vec<&str> = INPUTS.to_vec();
        fields.extend(self.computed.fields());
        fields.extend_from_slice(own_fields(self.layer));
        fields.extend(self.grounds.iter().filter_map(Ground::field));
        let read = |name: &&str| Some(((*name).to_owned(), self.feature.properties.get(name)?.clone()));
        let mut inputs: Map<String, Value> = fields.iter().filter_map(read).collect();
        let installations = &self.circumstances.installations;
        if !installations.is_empty() {
            let told = installations.iter().take(LISTED).map(Assessment::as_installation);
            inputs.insert("installations".to_owned(), told.collect());
        }
        if let Some(source) = &self.circumstances.source {
            source.inputs(&mut inputs);
        }
        inputs
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::new("given", number(self.given), self.given_note())];
        self.computed.steps(self.scheme, self.feature, &mut steps);
        self.circumstances_told(&mut steps);
        let told = |ground: &Ground<'_>| Step::new("ground", ground.level().number(), ground.note(self.scheme));
        steps.extend(self.grounds.iter().map(told));
        let note = self.default().map_or_else(|| "无可用的默认等级".to_owned(), Ground::phrase);
        steps.push(Step::new("default", number(self.default_level()), note));
        if let Some(hand) = self.by_hand {
            let without = self
                .worst()
                .map_or_else(String::new, |level| format!("；不调整时取最重者为{}", self.scheme.words(level)));
            steps.push(Step::new("override", number(self.given), hand_phrase(hand) + &without));
        }
        let note = self.level().map_or_else(
            || "无数据，不定级（不作低风险处理）".to_owned(),
            |level| format!("{}：{}", self.scheme.words(level), self.why()),
        );
        steps.push(Step::new("risk_level", number(self.level()), note));
        steps
    }

    /// The steps of what the edition says besides.
    fn circumstances_told(&self, steps: &mut Vec<Step>) {
        let Circumstances { installations, source, dangers, pond, surroundings: _ } = &self.circumstances;
        let registered = self.feature.properties.get("hazard_grade").and_then(Value::as_u64);
        match (source, registered) {
            (Some(source), registered) => source.steps(registered, steps),
            (None, Some(grade)) if self.layer == Layer::Installations => {
                steps.push(hazard_source::registered_step(grade));
            }
            _ => {}
        }
        let told = installations.iter().take(LISTED).map(|one| {
            Step::new(
                format!("installations/{}", one.feature.id),
                number(one.level()),
                format!("{}：{}", one.feature.name(), one.why()),
            )
        });
        steps.extend(told);
        if installations.len() > LISTED {
            steps.push(Step::new("more", installations.len() - LISTED, "其余所属设施未逐一列出，均已比较"));
        }
        steps.extend(pond.as_ref().map(Pond::step));
        steps.extend(dangers.step());
        if self.layer == Layer::HiddenDangers {
            steps.push(dangers::closure_step(self.feature));
        }
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

    fn as_installation(&self) -> Value {
        let read = |name: &str| Some((name.to_owned(), self.feature.properties.get(name)?.clone()));
        let mut object: Map<String, Value> = INPUTS.into_iter().chain(["hazard_grade"]).filter_map(read).collect();
        object.insert("id".to_owned(), self.feature.id.as_str().into());
        object.insert("name".to_owned(), self.feature.name().into());
        Value::Object(object)
    }
}

/// Every ground for a level without a score; what says most comes first.
fn grounds<'a>(
    scheme: &'a Scheme,
    layer: Layer,
    feature: &'a Feature,
    circumstances: &Circumstances<'a>,
) -> Vec<Ground<'a>> {
    let mut grounds: Vec<Ground<'a>> = Vec::new();
    grounds.extend(circumstances.dangers.worst().map(|danger| Ground::Danger(&scheme.open_danger, danger)));
    if layer == Layer::HiddenDangers && dangers::is_open_major(feature) {
        grounds.push(Ground::OpenDanger(&scheme.open_danger));
    }
    grounds.extend(scheme.direct(layer, feature).map(|case| Ground::Direct(case, None)));
    for installation in circumstances.installations.iter().map(Assessment::feature) {
        grounds
            .extend(scheme.direct_of_installation(installation).map(|case| Ground::Direct(case, Some(installation))));
    }
    if circumstances.pond.as_ref().is_some_and(Pond::is_head_pond) {
        grounds.push(Ground::HeadPond(&scheme.head_pond));
    }
    grounds.extend(circumstances.source.as_ref().and_then(|source| ground::of_source(scheme, source)));
    grounds.extend(ground::registered(scheme, layer, feature));
    grounds.extend(circumstances.surroundings.clone().map(|(level, how)| Ground::Surroundings(how, level)));
    grounds.extend(worst_of(&circumstances.installations));
    grounds
}

/// The worst of an enterprise's installations; of equals the first.
fn worst_of<'a>(installations: &[Assessment<'a>]) -> Option<Ground<'a>> {
    let graded = installations.iter().filter_map(|one| Some((one.level()?, one)));
    let (level, worst) = graded.min_by_key(|(level, _)| *level)?;
    Some(Ground::Installation(Box::new(worst.clone()), level))
}

/// The fields that a layer's own grounds read.
fn own_fields(layer: Layer) -> &'static [&'static str] {
    match layer {
        Layer::Installations => &["hazard_grade", "substances", "enterprise_id"],
        Layer::HiddenDangers => &["grade", "of", "closed_on", "closed_by", "closure_document"],
        _ => &[],
    }
}

fn hand_phrase((by, reason): (&str, &str)) -> String {
    format!("人工调整（{by}：{reason}）")
}

#[cfg(test)]
mod tests;
