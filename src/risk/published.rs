//! What the newest published edition says, and the reds of it that no document has closed.
//!
//! A red stays red until its feature carries a closure: who closed it, by which document, on which day. The day lies on or
//! after the edition's, for an older closure did not keep the edition from being red.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::publication::{Publication, level};
use crate::model::{Feature, Known, Layer, RiskLevel};

/// The fields that together are a closure; a hidden danger has its own, under the plain names.
const CLOSURES: [[&str; 3]; 2] =
    [["red_closed_on", "red_closed_by", "red_closure_document"], ["closed_on", "closed_by", "closure_document"]];

/// The level of something, and the edition since which it has had it without a break.
type Run = (Option<RiskLevel>, u64);

/// The newest published edition, ready to be asked; empty where nothing was published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    number: u64,
    date: Option<Date>,
    runs: BTreeMap<Layer, HashMap<String, Run>>,
    dates: BTreeMap<u64, Date>,
    /// The red objects that made each red area so; none where they are not all known.
    causes: HashMap<String, Vec<(Layer, String)>>,
    /// The areas that each of them made red.
    made_red: HashMap<(Layer, String), Vec<String>>,
}

/// That something stays red.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    /// The edition since which it has been red.
    pub since: u64,
    /// Its day.
    pub date: Date,
}

impl Hold {
    /// Why it stays red, in Chinese; `now` is what it would be otherwise.
    pub fn sentence(self, now: &str) -> String {
        format!("自第 {} 版（{}）起为红色，无销号文件，保持红色；按现有数据为{now}", self.since, self.date)
    }
}

impl Published {
    /// Prepares an edition.
    pub fn of(publication: &Publication) -> Self {
        let mut runs: BTreeMap<Layer, HashMap<String, Run>> = BTreeMap::new();
        for (layer, by_level) in &publication.objects {
            let own = runs.entry(*layer).or_default();
            for (key, ids) in by_level {
                own.extend(ids.iter().map(|id| (id.clone(), (level(key), publication.number))));
            }
            for (number, ids) in publication.since.get(layer).into_iter().flatten() {
                for id in ids {
                    own.entry(id.clone()).and_modify(|run| run.1 = *number);
                }
            }
        }
        let mut published = Self {
            number: publication.number,
            date: Some(publication.date),
            runs,
            dates: publication.dates.clone(),
            ..Self::default()
        };
        published.enter_areas(publication);
        published
    }

    fn enter_areas(&mut self, publication: &Publication) {
        for area in &publication.areas {
            let level = area.risk_level.map(u64::from).and_then(RiskLevel::from_number);
            self.runs.entry(Layer::AdminUnits).or_default().insert(area.id.clone(), (level, area.since));
            let Some(reds) = area.reds.as_ref().filter(|_| level == Some(RiskLevel::Major)) else { continue };
            for red in reds {
                self.made_red.entry(red.clone()).or_default().push(area.id.clone());
            }
            self.causes.insert(area.id.clone(), reds.clone());
        }
    }

    /// Its number; 0 where nothing was published.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Its day.
    pub fn date(&self) -> Option<Date> {
        self.date
    }

    /// The day of an edition that a run began with.
    pub(super) fn date_of(&self, number: u64) -> Option<Date> {
        self.dates.get(&number).copied()
    }

    /// Since which edition, and which day, something has had this level without a break, where it has it in the edition.
    pub(super) fn run_of(&self, layer: Layer, id: &str, level: Option<RiskLevel>) -> Option<(u64, Date)> {
        let (then, since) = *self.runs.get(&layer)?.get(id)?;
        if then == level { Some((since, self.date_of(since)?)) } else { None }
    }

    /// Whether an object stays red, whatever is computed now.
    pub(super) fn hold(&self, layer: Layer, feature: &Feature) -> Option<Hold> {
        let (since, date) = self.run_of(layer, &feature.id, Some(RiskLevel::Major))?;
        if self.closed_on(feature).is_some() { None } else { Some(Hold { since, date }) }
    }

    /// Whether an area stays red: neither is its own red closed, nor that of every object that made it red.
    pub(super) fn hold_area(&self, unit: &Feature, known: &impl Known) -> Option<Hold> {
        let hold = self.hold(Layer::AdminUnits, unit)?;
        let causes = self.causes.get(&unit.id).filter(|causes| !causes.is_empty());
        let closed = |(layer, id): &(Layer, String)| {
            known.feature(*layer, id).is_some_and(|feature| self.closed_on(feature).is_some())
        };
        if causes.is_some_and(|causes| causes.iter().all(closed)) { None } else { Some(hold) }
    }

    /// The areas whose hold depends on an object.
    pub(super) fn areas_made_red(&self, layer: Layer, id: &str) -> &[String] {
        if self.made_red.is_empty() {
            return &[];
        }
        self.made_red.get(&(layer, id.to_owned())).map_or(&[], |areas| areas)
    }

    /// The day of the closure that a feature carries, where it is whole and not older than the edition.
    fn closed_on(&self, feature: &Feature) -> Option<Date> {
        let days = CLOSURES.into_iter().filter_map(|fields| {
            let [day, who, document] =
                fields.map(|field| feature.properties.text(field).map(str::trim).filter(|text| !text.is_empty()));
            (who.is_some() && document.is_some()).then_some(day?.parse().ok()?)
        });
        days.filter(|day| self.date.is_some_and(|date| *day >= date)).max()
    }

    /// A red of the edition whose closure lies after a day; the first in the order of layers and ids.
    pub(super) fn closed_after(&self, known: &impl Known, day: Date) -> Option<(Layer, &str, Date)> {
        let reds = self.runs.iter().flat_map(|(layer, runs)| runs.iter().map(move |(id, run)| (*layer, id, run.0)));
        let reds = reds.filter(|(.., level)| *level == Some(RiskLevel::Major));
        let closed = reds.filter_map(|(layer, id, _)| {
            Some((layer, id.as_str(), self.closed_on(known.feature(layer, id)?).filter(|closed| *closed > day)?))
        });
        closed.min()
    }
}
