//! 发布版 A published edition of the four-colour map: what one revision said of every area and every graded object on the
//! day on which it was published. It rests in a journal and is never changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::area::AreaGrade;
use super::grades::{GRADED, Grades};
use super::published::Published;
use super::roll::Totals;
use super::scheme::{Aggregator, Unset};
use crate::index::Snapshot;
use crate::model::{Known, Layer, Revision, RiskLevel, Schema};

/// The key of what has no level.
pub const NONE: &str = "none";

/// What the publisher says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// What people call the edition, such as 2026年第四季度.
    pub name: String,
    /// The day of publication.
    pub date: Date,
    /// Who publishes.
    pub by: String,
    /// How areas take their colour; `max` where nothing is said.
    #[serde(default)]
    pub aggregator: Option<String>,
    /// Anything else.
    #[serde(default)]
    pub note: Option<String>,
}

/// How areas took their colour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregation {
    /// `max`, `count`, `index`.
    pub name: String,
    /// What the district set for it; null where it needs nothing.
    pub parameters: Value,
}

/// One administrative unit in an edition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublishedArea {
    /// The unit's id.
    pub id: String,
    /// Its division code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// district, township, village or functional.
    pub level: String,
    /// 1 red to 4 blue; null is no data.
    pub risk_level: Option<u8>,
    /// The word of the colour; `none` is no data.
    pub risk_color: String,
    /// What the level rests on.
    pub reason: String,
    /// How many objects of each level touched it.
    pub counts: BTreeMap<String, usize>,
    /// Who answered for it.
    pub responsible: Value,
    /// The edition since which it has had this level without a break.
    pub since: u64,
    /// The red objects that touched it; null where they are more than an area lists.
    pub reds: Option<Vec<(Layer, String)>>,
}

/// Name of an object, and what its level rests on.
pub type Told = (String, String);

/// One edition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// 1, 2, 3 …
    pub number: u64,
    /// What people call it.
    pub name: String,
    /// The day of publication.
    pub date: Date,
    /// Who published it.
    pub by: String,
    /// Anything else that was said.
    pub note: Option<String>,
    /// How areas took their colour.
    pub aggregator: Aggregation,
    /// The revision that it shows.
    pub revision: Revision,
    /// The version of the program that graded it.
    pub program: String,
    /// Name and mark of the bands that it was graded by.
    pub scheme: Value,
    /// Every administrative unit.
    pub areas: Vec<PublishedArea>,
    /// The ids of every graded object by layer and level (`1` to `4`, `none`).
    pub objects: BTreeMap<Layer, BTreeMap<String, Vec<String>>>,
    /// The ids by the edition since which an object has had its level without a break.
    pub since: BTreeMap<Layer, BTreeMap<u64, Vec<String>>>,
    /// The days of the editions that `since` names.
    pub dates: BTreeMap<u64, Date>,
    /// Name and reason of each object.
    pub told: BTreeMap<Layer, BTreeMap<String, Told>>,
    /// How many objects there are of each sort.
    pub totals: Totals,
}

/// Why an edition cannot be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicationError {
    /// What is missing would look safe.
    #[error("layer {layer} cannot be read, so that no edition can be published: {why}")]
    Unavailable {
        /// The layer.
        layer: Layer,
        /// Why it could not be read.
        why: String,
    },
    /// Something that must be said is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// An edition must not be older than the one before.
    #[error("date {date} lies before {last}, the date of published edition {number}")]
    Before {
        /// The day that was given.
        date: Date,
        /// The day of the last edition.
        last: Date,
        /// Its number.
        number: u64,
    },
    /// A red was let go by a document of a later day.
    #[error("{layer}/{id} is no longer red by a closure dated {closed}, after the edition's date {date}")]
    ClosedLater {
        /// The layer.
        layer: Layer,
        /// The object.
        id: String,
        /// The day of the closure.
        closed: Date,
        /// The day of the edition.
        date: Date,
    },
    /// Areas cannot be coloured in this way.
    #[error("{0}")]
    Aggregator(String),
    /// The district has not set what the way of colouring needs.
    #[error(transparent)]
    Unset(#[from] Unset),
}

impl PublicationError {
    /// The field at fault, where it is one of the heading's.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Unavailable { .. } => None,
            Self::Empty(field) => Some(field),
            Self::Before { .. } | Self::ClosedLater { .. } => Some("date"),
            Self::Aggregator(_) | Self::Unset(_) => Some("aggregator"),
        }
    }

    /// The mend.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "mend the layer first; `sisetu doctor` looks closer",
            Self::Empty(_) => "say something",
            Self::Before { .. } => "publish on the day of the last edition or later",
            Self::ClosedLater { .. } => "publish on the day of the closure or later, or correct red_closed_on",
            Self::Aggregator(_) => "leave it out for max",
            Self::Unset(_) => "leave it out for max, or start with --risk FILE that sets it",
        }
    }
}

/// The key of a level in an edition.
pub fn key(level: Option<RiskLevel>) -> String {
    level.map_or_else(|| NONE.to_owned(), |level| level.number().to_string())
}

/// The level of a key.
pub(super) fn level(key: &str) -> Option<RiskLevel> {
    RiskLevel::from_number(key.parse().ok()?)
}

impl Publication {
    /// The edition that would be published now, after those of which `grades` knows the newest.
    pub fn draft(snapshot: &Snapshot, grades: &Grades, heading: Heading) -> Result<Self, PublicationError> {
        let before = grades.published();
        check(snapshot, before, &heading)?;
        let by: Aggregator =
            heading.aggregator.as_deref().unwrap_or("max").parse().map_err(PublicationError::Aggregator)?;
        let parameters = grades.scheme().areas().parameters(by)?;
        let aggregator = Aggregation { name: by.name().to_owned(), parameters };
        let mut draft = Self {
            number: before.number() + 1,
            name: heading.name.trim().to_owned(),
            date: heading.date,
            by: heading.by.trim().to_owned(),
            note: heading.note,
            aggregator,
            revision: snapshot.revision(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scheme: serde_json::to_value(grades.scheme().name()).unwrap_or_default(),
            areas: vec![],
            objects: BTreeMap::new(),
            since: BTreeMap::new(),
            dates: BTreeMap::new(),
            told: BTreeMap::new(),
            totals: grades.roll().totals_of_all(),
        };
        draft.enter_objects(snapshot, grades);
        draft.enter_areas(grades, by)?;
        draft.enter_dates(before);
        Ok(draft)
    }

    fn enter_objects(&mut self, snapshot: &Snapshot, grades: &Grades) {
        for layer in GRADED {
            let (mut by_level, mut since, mut told) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
            for feature in snapshot.features(layer) {
                let level = grades.level(layer, &feature.id);
                by_level.entry(key(level)).or_insert_with(Vec::new).push(feature.id.clone());
                since
                    .entry(self.run(grades, layer, &feature.id, level))
                    .or_insert_with(Vec::new)
                    .push(feature.id.clone());
                let why = grades.why(layer, &feature.id).unwrap_or_default();
                told.insert(feature.id.clone(), (feature.name().to_owned(), why));
            }
            self.objects.insert(layer, by_level);
            self.since.insert(layer, since);
            self.told.insert(layer, told);
        }
    }

    fn enter_areas(&mut self, grades: &Grades, by: Aggregator) -> Result<(), Unset> {
        let levels = Schema::layer(Layer::AdminUnits).field("level").map_or(&[][..], |field| &field.values);
        for level in levels.iter().filter_map(Value::as_str) {
            let areas = grades.areas_by(level, by)?;
            self.areas.extend(areas.iter().map(|area| self.area(grades, area)).collect::<Vec<_>>());
        }
        Ok(())
    }

    fn area(&self, grades: &Grades, area: &AreaGrade) -> PublishedArea {
        let reds = area.contributions.iter().filter(|one| one.risk_level == RiskLevel::Major);
        let reds: Vec<(Layer, String)> = reds.map(|one| (one.layer, one.id.clone())).collect();
        let counted = area.counts.of(Some(RiskLevel::Major));
        let levels = RiskLevel::ALL.into_iter().map(Some).chain([None]);
        PublishedArea {
            id: area.id.clone(),
            code: area.code.clone(),
            name: area.name.clone(),
            level: area.level.clone(),
            risk_level: area.risk_level.map(RiskLevel::number),
            risk_color: area.risk_level.map_or(NONE, RiskLevel::color).to_owned(),
            reason: area.reason.clone(),
            counts: levels.map(|level| (key(level), area.counts.of(level))).collect(),
            responsible: serde_json::to_value(&area.responsible).unwrap_or_default(),
            since: self.run(grades, Layer::AdminUnits, &area.id, area.risk_level),
            reds: (reds.len() == counted).then_some(reds),
        }
    }

    /// The edition since which something has had its level without a break; this one where it is new.
    fn run(&self, grades: &Grades, layer: Layer, id: &str, level: Option<RiskLevel>) -> u64 {
        grades.published().run_of(layer, id, level).map_or(self.number, |(number, _)| number)
    }

    fn enter_dates(&mut self, before: &Published) {
        let objects = self.since.values().flat_map(BTreeMap::keys).copied();
        let named: BTreeSet<u64> = objects.chain(self.areas.iter().map(|area| area.since)).collect();
        let date = |number: u64| if number == self.number { Some(self.date) } else { before.date_of(number) };
        self.dates = named.into_iter().filter_map(|number| Some((number, date(number)?))).collect();
    }

    /// Level, name and reason of everything in it: areas under the layer of administrative units, and objects.
    pub(super) fn sayings(&self) -> BTreeMap<(Layer, &str), Saying<'_>> {
        let area = |area: &'_ PublishedArea| Saying {
            level: area.risk_level.map(u64::from).and_then(RiskLevel::from_number),
            name: "",
            why: "",
        };
        let mut sayings: BTreeMap<(Layer, &str), Saying<'_>> = BTreeMap::new();
        for one in &self.areas {
            let saying = Saying { name: &one.name, why: &one.reason, ..area(one) };
            sayings.insert((Layer::AdminUnits, &one.id), saying);
        }
        for (layer, by_level) in &self.objects {
            let told = self.told.get(layer);
            for (key, ids) in by_level {
                for id in ids {
                    let (name, why) =
                        told.and_then(|told| told.get(id)).map_or((id.as_str(), ""), |(name, why)| (name, why));
                    sayings.insert((*layer, id), Saying { level: level(key), name, why });
                }
            }
        }
        sayings
    }
}

/// What an edition says of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Saying<'a> {
    pub level: Option<RiskLevel>,
    pub name: &'a str,
    pub why: &'a str,
}

fn check(snapshot: &Snapshot, before: &Published, heading: &Heading) -> Result<(), PublicationError> {
    for layer in GRADED.into_iter().chain([Layer::AdminUnits]) {
        if let Err(lost) = snapshot.layer(layer) {
            return Err(PublicationError::Unavailable { layer, why: lost.0.clone() });
        }
    }
    for (field, text) in [("name", &heading.name), ("by", &heading.by)] {
        if text.trim().is_empty() {
            return Err(PublicationError::Empty(field));
        }
    }
    if let Some(last) = before.date().filter(|last| heading.date < *last) {
        return Err(PublicationError::Before { date: heading.date, last, number: before.number() });
    }
    match before.closed_after(snapshot, heading.date) {
        Some((layer, id, closed)) => {
            Err(PublicationError::ClosedLater { layer, id: id.to_owned(), closed, date: heading.date })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
