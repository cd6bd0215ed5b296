//! One stretch of a pipeline that is graded alike.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::book::{Book, Item, Rules, filled};
use crate::model::{Feature, Layer, RiskLevel, Schema};

/// How many items and open questions of a segment are told.
const LISTED: usize = 20;

/// What is meant by an item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// Its layer.
    pub layer: Layer,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Target {
    pub(super) fn of(layer: Layer, feature: &Feature) -> Self {
        Self { layer, id: feature.id.clone(), name: feature.name().to_owned() }
    }
}

/// An item that a segment meets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    /// Its place among the items of the rules.
    pub item: usize,
    pub target: Option<Target>,
    /// Households or storeys, where the item asks for some.
    pub figure: Option<f64>,
    /// Whether the households were worked out from persons.
    pub derived: bool,
}

/// What is not known, so that a segment may be worse.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lack {
    /// The rules do not say.
    NoItems,
    Uncovered(Layer),
    Lost(Layer),
    Households(Target),
    Storeys(Target),
    Extent(Target),
    /// Diameter or pressure, for this item.
    Pipe(usize, Option<Target>),
    Fact(Target, &'static str),
}

/// What may be, and how bad it would be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Open {
    pub lack: Lack,
    pub grade: u8,
}

/// A stretch of a pipeline that is graded alike.
#[derive(Clone, Debug)]
pub struct Segment {
    /// `{pipeline}@{from}-{to}`, in whole metres.
    pub id: String,
    /// Metres from the first vertex of the pipeline.
    pub from_m: f64,
    /// Metres from the first vertex of the pipeline.
    pub to_m: f64,
    /// The grade that is known: 1 to 3, the worst is 3.
    pub grade: Option<u8>,
    /// The location class, where it is known and there are any.
    pub location_class: Option<&'static str>,
    /// The level that the scheme gives the grade.
    pub(super) colour: Option<RiskLevel>,
    pub(super) rules: &'static Rules,
    pub(super) hits: Vec<Hit>,
    pub(super) open: Vec<Open>,
}

impl PartialEq for Segment {
    fn eq(&self, other: &Self) -> bool {
        let plain = |one: &Self| (one.id.clone(), one.from_m, one.to_m, one.grade, one.location_class, one.colour);
        plain(self) == plain(other)
            && std::ptr::eq(self.rules, other.rules)
            && (&self.hits, &self.open) == (&other.hits, &other.open)
    }
}

impl Segment {
    /// Whether something unknown might make it worse.
    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether there is anything to show: a grade, or that there may be one.
    pub fn is_shown(&self) -> bool {
        self.grade.is_some() || self.is_open()
    }

    /// Its colour. What may be worse is not blue.
    pub fn level(&self) -> Option<RiskLevel> {
        let level = self.colour?;
        (level != RiskLevel::Low || !self.is_open()).then_some(level)
    }

    /// `Ⅲ级高后果区`, or why there is none.
    pub(super) fn verdict(&self) -> String {
        let words = &Book::shipped().words;
        match self.grade {
            Some(grade) => filled(&words.area, &[("grade", grade_word(grade))]),
            None if self.is_open() => words.unknown.clone(),
            None => words.none.clone(),
        }
    }

    /// What weighs most, in one phrase.
    pub(super) fn reason(&self) -> String {
        let first = self.hits.first().map(|hit| self.hit_words(hit));
        first.or_else(|| self.open.first().map(|open| self.open_words(open))).unwrap_or_else(|| self.verdict())
    }

    pub(super) fn item(&self, hit: &Hit) -> &'static Item {
        &self.rules.item[hit.item]
    }

    /// An item as it is met here.
    pub(super) fn hit_words(&self, hit: &Hit) -> String {
        let (words, item) = (&Book::shipped().words, self.item(hit));
        let mut text = filled(&words.item, &[("letter", &item.letter), ("title", &item.title)]);
        let name = hit.target.as_ref().map_or("", |target| &target.name);
        let figure = hit.figure.map(|figure| format!("{}", (figure * 10.0).round() / 10.0)).unwrap_or_default();
        let template = match hit.figure {
            _ if hit.target.is_none() => "",
            None => &words.target,
            Some(_) => super::grading::figure_words(self.rules, item),
        };
        let unit = self.rules.unit_m.to_string();
        text += &filled(template, &[("name", name), ("figure", &figure), ("unit", &unit)]);
        if hit.derived {
            text += &words.derived;
        }
        if item.review {
            text += &words.review;
        }
        text + &filled(&words.mark, &[("law", &self.rules.law), ("mark", &item.mark.to_string())])
    }

    fn row<'a>(&self, hit: &'a Hit) -> HitRow<'a> {
        let item = self.item(hit);
        HitRow {
            item: &item.letter,
            grade: item.grade,
            why: self.hit_words(hit),
            target: hit.target.as_ref(),
            mark: item.mark.to_string(),
            review: item.review,
        }
    }

    /// What is not known, and what it may come to.
    pub(super) fn open_words(&self, open: &Open) -> String {
        let words = &Book::shipped().words;
        let title = |layer: &Layer| Schema::layer(*layer).title.zh.clone();
        let letter = |item: &usize| self.rules.item[*item].letter.as_str();
        let grade = ("grade", grade_word(open.grade));
        match &open.lack {
            Lack::NoItems => words.no_items.clone(),
            Lack::Uncovered(layer) => filled(&words.uncovered, &[("layer", &title(layer)), grade]),
            Lack::Lost(layer) => filled(&words.lost, &[("layer", &title(layer)), grade]),
            Lack::Households(target) => filled(&words.households, &[("name", &target.name), grade]),
            Lack::Storeys(target) => filled(&words.storeys, &[("name", &target.name), grade]),
            Lack::Extent(target) => filled(&words.extent, &[("name", &target.name), grade]),
            Lack::Fact(target, fact) => filled(&words.fact, &[("name", &target.name), ("fact", fact), grade]),
            Lack::Pipe(item, None) => filled(&words.pipe, &[("letter", letter(item)), grade]),
            Lack::Pipe(item, Some(target)) => {
                filled(&words.pipe_near, &[("name", &target.name), ("letter", letter(item)), grade])
            }
        }
    }
}

/// `Ⅰ级` to `Ⅲ级`.
pub(super) fn grade_word(grade: u8) -> &'static str {
    let grades = &Book::shipped().words.grades;
    grade.checked_sub(1).and_then(|place| grades.get(usize::from(place))).map_or("", String::as_str)
}

#[derive(Serialize)]
struct HitRow<'a> {
    item: &'a str,
    grade: u8,
    why: String,
    target: Option<&'a Target>,
    mark: String,
    review: bool,
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows: Vec<HitRow<'_>> = self.hits.iter().take(LISTED).map(|hit| self.row(hit)).collect();
        let open: Vec<String> = self.open.iter().take(LISTED).map(|open| self.open_words(open)).collect();
        let level = self.level();
        let mut segment = serializer.serialize_struct("Segment", 11)?;
        segment.serialize_field("id", &self.id)?;
        segment.serialize_field("from_m", &self.from_m)?;
        segment.serialize_field("to_m", &self.to_m)?;
        segment.serialize_field("grade", &self.grade)?;
        segment.serialize_field("risk_level", &level)?;
        segment.serialize_field("risk_color", level.map_or("none", RiskLevel::color))?;
        segment.serialize_field("location_class", &self.location_class)?;
        segment.serialize_field("items", &rows)?;
        segment.serialize_field("items_total", &self.hits.len())?;
        segment.serialize_field("undetermined", &open)?;
        segment.serialize_field("undetermined_total", &self.open.len())?;
        segment.end()
    }
}
