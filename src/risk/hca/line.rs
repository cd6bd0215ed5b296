//! One pipeline, graded.

use std::sync::Arc;

use serde_json::{Value, json};

use super::book::{Book, Rules, Ungraded, filled};
use super::grading::Findings;
use super::ground::{Ground, Pipe};
use super::partition::segments;
use super::segment::{Segment, grade_word};
use crate::geom::Geometry;
use crate::geom::along::Stretch;
use crate::model::{Feature, Layer, Properties, RiskLevel};
use crate::risk::grade::{Grade, Step, number};

/// How many segments an explanation lists.
const LISTED: usize = 100;

/// What came of one pipeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    ungraded: Option<Ungraded>,
    regime_given: bool,
    pub segments: Vec<Segment>,
}

impl Line {
    /// Grades a pipeline; the features are its segments as they are drawn.
    pub fn of(ground: &Ground<'_>, feature: &Feature) -> (Self, Vec<Arc<Feature>>) {
        let regime_given = feature.properties.text("regime").is_some();
        let graded =
            Book::shipped().rules(feature).and_then(|rules| Ok((rules, Pipe::of(feature).ok_or(Ungraded::NoLine)?)));
        let (rules, pipe) = match graded {
            Ok(graded) => graded,
            Err(why) => return (Self { ungraded: Some(why), regime_given, segments: vec![] }, vec![]),
        };
        let found = Findings::of(ground, &pipe, rules);
        let mut segments = segments(&feature.id, rules, pipe.line.length().0, found);
        // A computed grade has the colour of a registered one.
        let table = ground.scheme.default_of(Layer::Pipelines);
        for segment in &mut segments {
            segment.colour = segment.grade.and_then(|grade| table?.level(&grade.into()));
        }
        let drawn = segments.iter().filter(|segment| segment.is_shown()).filter_map(|segment| drawn(&pipe, segment));
        let drawn = drawn.map(Arc::new).collect();
        (Self { ungraded: None, regime_given, segments }, drawn)
    }

    /// The level of the worst segment. Where part of the pipeline is not determined, it is not blue.
    pub fn level(&self) -> Option<RiskLevel> {
        let level = self.segments.iter().filter_map(Segment::level).min()?;
        (level != RiskLevel::Low || !self.is_open()).then_some(level)
    }

    /// The segment that gives the level, in one phrase.
    pub fn phrase(&self) -> String {
        let worst = self.segments.iter().filter(|segment| segment.level().is_some()).min_by_key(|one| one.level());
        let Some(worst) = worst else { return String::new() };
        let grade = grade_word(worst.grade.unwrap_or_default());
        let (from, to) = (worst.from_m.to_string(), worst.to_m.to_string());
        let place = filled(&Book::shipped().words.default, &[("from", &from), ("to", &to), ("grade", grade)]);
        format!("{place}，{}", worst.reason())
    }

    /// Adds the segments to the explanation of a pipeline, before its last step.
    pub fn explain(&self, grade: &mut Grade) {
        let mut steps = self.notes();
        for segment in self.segments.iter().take(LISTED) {
            steps.push(Step::new(format!("hca_segments/{}", segment.id), segment.grade, said(segment)));
        }
        let words = &Book::shipped().words;
        if self.segments.len() > LISTED {
            let count = (self.segments.len() - LISTED).to_string();
            steps.push(Step::new("more", self.segments.len() - LISTED, filled(&words.more, &[("count", &count)])));
        }
        let level = self.level();
        let worst = self.segments.iter().filter_map(|segment| segment.grade).max();
        if self.ungraded.is_none() {
            let note = match (level, worst) {
                (Some(_), _) => self.phrase(),
                (None, Some(_)) => words.low_open.clone(),
                (None, None) if self.is_open() => words.unknown.clone(),
                (None, None) => words.none.clone(),
            };
            steps.push(Step::new("hca", number(level), note));
        }
        let last = grade.steps.len().saturating_sub(1);
        grade.steps.splice(last..last, steps);
        let listed: Vec<Value> = self.segments.iter().take(LISTED).map(|segment| json!(segment)).collect();
        grade.inputs.insert("hca_segments".to_owned(), listed.into());
    }

    /// The grade of one segment.
    pub fn explain_segment(&self, pipe: &Feature, segment: &Segment) -> Grade {
        let words = &Book::shipped().words;
        let mut steps = self.notes();
        for hit in &segment.hits {
            let item = segment.item(hit);
            steps.push(Step::new(format!("item_{}", item.letter), item.grade, segment.hit_words(hit)));
        }
        for open in &segment.open {
            steps.push(Step::new("undetermined", Value::Null, segment.open_words(open)));
        }
        if let Some(class) = segment.location_class {
            steps.push(Step::new("location_class", class, class_words(segment.rules, class)));
        }
        let level = segment.level();
        let note = match (level, segment.grade) {
            (None, Some(_)) => words.low_open.clone(),
            _ => segment.verdict(),
        };
        steps.push(Step::new("risk_level", number(level), note));
        let mut inputs = serde_json::Map::new();
        inputs.insert("pipeline".to_owned(), json!({"id": pipe.id, "name": pipe.name()}));
        for field in ["medium", "regime", "diameter_mm", "pressure_mpa"] {
            if let Some(value) = pipe.properties.get(field) {
                inputs.insert(field.to_owned(), value.clone());
            }
        }
        inputs.insert("segment".to_owned(), json!(segment));
        Grade { level, method: "hca".to_owned(), inputs, steps, override_: None }
    }

    fn is_open(&self) -> bool {
        self.segments.iter().any(Segment::is_open)
    }

    /// What holds of the pipeline as a whole.
    fn notes(&self) -> Vec<Step> {
        let words = &Book::shipped().words;
        let mut notes = Vec::new();
        if !self.regime_given {
            notes.push(Step::new("regime", Value::Null, &words.regime_absent));
        }
        let why = self.ungraded.map(|why| match why {
            Ungraded::Regime => &words.regime_other,
            Ungraded::Medium => &words.medium_other,
            Ungraded::NoLine => &words.no_line,
        });
        notes.extend(why.map(|why| Step::new("hca", Value::Null, why)));
        let Some(rules) = self.segments.first().map(|segment| segment.rules) else { return notes };
        let said = filled(&words.rules, &[("title", &rules.title.zh), ("law", &rules.law)]);
        notes.push(Step::new("rules", rules.law.as_str(), said));
        for (item, gap) in rules.item.iter().filter_map(|item| Some((item, item.gap.as_ref()?))) {
            let note = filled(&words.gap, &[("letter", &item.letter), ("gap", gap)]);
            notes.push(Step::new(format!("gap_{}", item.letter), Value::Null, note));
        }
        notes
    }
}

/// A segment in one sentence.
fn said(segment: &Segment) -> String {
    let words = &Book::shipped().words;
    let mut parts = vec![format!("{}—{} m {}", segment.from_m, segment.to_m, segment.verdict())];
    parts.extend(segment.location_class.map(|class| filled(&words.class, &[("class", class)])));
    parts.extend(segment.hits.first().map(|hit| segment.hit_words(hit)));
    parts.extend(segment.open.first().map(|open| segment.open_words(open)));
    parts.join("；")
}

fn class_words(rules: &Rules, class: &str) -> String {
    let known = rules.class_of(class).map(|rank| &rules.class[rank]);
    let law = rules.class_law.as_deref().unwrap_or_default();
    known.map_or_else(|| law.to_owned(), |class| format!("{}；{law}（{}）", class.title, class.mark))
}

/// A segment as a line on the map.
fn drawn(pipe: &Pipe<'_>, segment: &Segment) -> Option<Feature> {
    let line = pipe.line.stretch(Stretch { from_m: segment.from_m, to_m: segment.to_m });
    let mut properties = Properties::new();
    properties.set("name", pipe.feature.name());
    properties.set("pipeline", pipe.feature.id.as_str());
    properties.set("hca_grade", segment.grade);
    properties.set("location_class", segment.location_class);
    properties.set("undetermined", segment.is_open());
    properties.set("from_m", segment.from_m);
    properties.set("to_m", segment.to_m);
    properties.set("reason", segment.reason());
    properties.set("risk_level", segment.level().map(RiskLevel::number));
    let mut feature = Feature::new(segment.id.clone(), Geometry::MultiLineString(line), properties)?;
    feature.tile_id = tile_id(&segment.id);
    Some(feature)
}

/// A number below 2^53 that follows from a name (FNV-1a): synthetic features have no store to number them.
fn tile_id(id: &str) -> u64 {
    let hash = id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 11).max(1)
}
