//! 风险清单 The risk list: every graded object once, the worst first, with the one township and committee it counts under.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::offset;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::grades::{GRADED, Grades};
use super::publication::{NONE, key};
use super::responsibility::{Owners, text};
use crate::geom::algorithm::InteriorPoint;
use crate::index::{Snapshot, Townships};
use crate::model::{Feature, Layer, RiskLevel};

/// One graded object, before any words are made of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its layer.
    pub layer: Layer,
    /// The object.
    pub feature: Arc<Feature>,
    /// Its level.
    pub level: Option<RiskLevel>,
    /// The township it counts under.
    pub township: Option<Arc<str>>,
    /// The unit of that township, where the registers hold it.
    pub(super) unit: Option<Arc<Feature>>,
    /// The committee it counts under.
    pub committee: Option<Arc<str>>,
    pub(super) gaps: Gaps,
}

/// What nobody has entered of an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    pub person: bool,
    pub regulator: bool,
}

/// What is asked of the list; nothing asked for means everything that has a level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Only this level; the inner none are the objects without one.
    pub level: Option<Option<RiskLevel>>,
    /// Only this township; `none` for those in none.
    pub township: Option<String>,
    /// Only this committee; `none` for those under none.
    pub committee: Option<String>,
    /// Only this layer.
    pub layer: Option<Layer>,
}

impl Sought {
    fn takes(&self, line: &Line) -> bool {
        let is = |wanted: &Option<String>, own: Option<&str>| {
            wanted.as_ref().is_none_or(|wanted| own.unwrap_or(NONE) == wanted)
        };
        self.level.map_or(line.level.is_some(), |level| line.level == level)
            && self.layer.is_none_or(|layer| line.layer == layer)
            && is(&self.township, line.township.as_deref())
            && is(&self.committee, line.committee.as_deref())
    }
}

/// How many objects there are of each sort; each division adds up to the total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All of them.
    pub total: usize,
    /// By level, `1` to `4` and `none`.
    pub by_level: BTreeMap<String, usize>,
    /// By township; `none` for those in none.
    pub by_township: BTreeMap<String, usize>,
    /// By committee; `none` for those under none.
    pub by_committee: BTreeMap<String, usize>,
    /// How many of them lack a name that the registers should hold.
    pub missing: BTreeMap<String, usize>,
}

impl Totals {
    /// The totals of some lines.
    pub fn of<'a>(lines: impl Iterator<Item = &'a Line>) -> Self {
        let levels = RiskLevel::ALL.into_iter().map(Some).chain([None]).map(key);
        let missing = ["responsible_person", "regulator", "committee", "township"].map(str::to_owned);
        let mut totals = Self {
            by_level: levels.map(|level| (level, 0)).collect(),
            missing: missing.into_iter().map(|field| (field, 0)).collect(),
            ..Self::default()
        };
        lines.for_each(|line| totals.add(line));
        totals
    }

    fn add(&mut self, line: &Line) {
        self.total += 1;
        count(&mut self.by_level, &key(line.level));
        count(&mut self.by_township, line.township.as_deref().unwrap_or(NONE));
        count(&mut self.by_committee, line.committee.as_deref().unwrap_or(NONE));
        let gaps = [
            ("responsible_person", line.gaps.person),
            ("regulator", line.gaps.regulator),
            ("committee", line.committee.is_none()),
            ("township", line.township.is_none()),
        ];
        for (field, _) in gaps.into_iter().filter(|(_, missing)| *missing) {
            count(&mut self.missing, field);
        }
    }
}

fn count(counts: &mut BTreeMap<String, usize>, key: &str) {
    match counts.get_mut(key) {
        Some(count) => *count += 1,
        None => drop(counts.insert(key.to_owned(), 1)),
    }
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// The object's layer.
    pub layer: Layer,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The township it counts under.
    pub township: Option<String>,
    /// Its level.
    pub risk_level: Option<RiskLevel>,
    /// The word of the colour; `none` is no data.
    pub risk_color: &'static str,
    /// What decided: `given`, a method's name, `default`, `held` …
    pub method: String,
    /// The score by the object's method of scoring.
    pub score: Option<f64>,
    /// What the level rests on, in Chinese.
    pub why: String,
    /// The department that supervises it.
    pub regulator: Option<String>,
    /// The committee it counts under.
    pub committee: Option<String>,
    /// Who answers for it.
    pub responsible_person: Option<String>,
    /// The day since which it has had this level, as far as is known.
    pub since: Option<Date>,
}

/// The list of one edition.
#[derive(Clone, Debug, Default)]
pub struct Roll(Vec<Line>);

impl Roll {
    pub(super) fn of(snapshot: &Snapshot, level: impl Fn(Layer, &str) -> Option<RiskLevel>) -> Self {
        let townships = Townships::of(snapshot);
        let mut names: BTreeMap<String, Arc<str>> = BTreeMap::new();
        let mut shared = |name: &str| Arc::clone(names.entry(name.to_owned()).or_insert_with(|| name.into()));
        let mut lines = Vec::new();
        for layer in GRADED {
            for feature in snapshot.layer(layer).into_iter().flat_map(|index| index.features()) {
                let owners = Owners::of(snapshot, layer, feature);
                let unit = unit_of(&townships, feature);
                let named = text(feature, "township").or_else(|| unit.as_ref().map(|unit| unit.name()));
                lines.push(Line {
                    layer,
                    level: level(layer, &feature.id),
                    township: named.map(&mut shared),
                    committee: owners.committee().map(&mut shared),
                    gaps: Gaps { person: owners.person().is_none(), regulator: owners.regulator().is_none() },
                    feature: Arc::clone(feature),
                    unit,
                });
            }
        }
        lines.sort_by(|one, other| place(one).cmp(&place(other)));
        Self(lines)
    }

    /// Every object, those without a level last.
    pub fn lines(&self) -> &[Line] {
        &self.0
    }

    /// The lines that were asked for, in order.
    pub fn select<'a>(&'a self, wanted: &'a Sought) -> impl Iterator<Item = &'a Line> {
        self.0.iter().filter(|line| wanted.takes(line))
    }

    /// At most `limit` of the lines that were asked for after a place, and the place to go on from where there are more.
    /// `None` where the place cannot be read.
    pub fn page<'a>(
        &'a self,
        wanted: &'a Sought,
        after: Option<&str>,
        limit: usize,
    ) -> Option<(Vec<&'a Line>, Option<String>)> {
        let after = match after {
            None => None,
            Some(text) => Some(read_place(text)?),
        };
        let rest = self
            .select(wanted)
            .filter(|line| after.as_ref().is_none_or(|(level, layer, id)| place(line) > (*level, *layer, id.as_str())));
        let mut lines: Vec<&Line> = rest.take(limit.saturating_add(1)).collect();
        let more = lines.len() > limit;
        lines.truncate(limit);
        let next = lines.last().filter(|_| more).map(|line| written_place(line));
        Some((lines, next))
    }

    /// The totals of everything, those without a level among them.
    pub fn totals_of_all(&self) -> Totals {
        Totals::of(self.0.iter())
    }
}

impl Line {
    /// The line in words. `grades` are those that the list was made from.
    pub fn item(&self, snapshot: &Snapshot, grades: &Grades) -> Item {
        let grade = grades.explain(snapshot, self.layer, &self.feature.id);
        let owners = Owners::of(snapshot, self.layer, &self.feature);
        let score = grade.as_ref().and_then(|grade| {
            let method = text(&self.feature, "risk_method").and_then(|name| grades.scheme().method(name))?;
            grade.steps.iter().find(|step| step.what == method.score)?.value.as_f64()
        });
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Item {
            layer: self.layer,
            id: self.feature.id.clone(),
            name: self.feature.name().to_owned(),
            township: owned(self.township.as_deref()),
            risk_level: self.level,
            risk_color: self.level.map_or(NONE, RiskLevel::color),
            method: grade.map_or_else(String::new, |grade| grade.method),
            score: score.or_else(|| self.feature.properties.get("risk_score").and_then(Value::as_f64)),
            why: grades.why(self.layer, &self.feature.id).unwrap_or_default(),
            regulator: owned(owners.regulator()),
            committee: owned(self.committee.as_deref()),
            responsible_person: owned(owners.person()),
            since: self.since(grades),
        }
    }

    /// The day since which the object has had its level: that of the first edition of an unbroken run, or of the feature's
    /// own version, whichever is earlier.
    fn since(&self, grades: &Grades) -> Option<Date> {
        let run = grades.published().run_of(self.layer, &self.feature.id, self.level).map(|(_, date)| date);
        // A feature that no store has dated says nothing. Days are those of China, which has one time.
        let dated = Some(self.feature.valid_from).filter(|at| at.as_second() != 0);
        let version = dated.map(|at| offset(8).to_datetime(at).date());
        [run, version].into_iter().flatten().min()
    }
}

/// The township's unit: the one that the object names, else the one that holds a place inside the object.
fn unit_of(townships: &Townships<'_>, feature: &Feature) -> Option<Arc<Feature>> {
    if let Some(name) = text(feature, "township") {
        return townships.named(name).cloned();
    }
    townships.at(feature.geometry.interior_point()?).cloned()
}

/// Worst first, what has no level last; then by layer and id.
fn place(line: &Line) -> (u8, Layer, &str) {
    (line.level.map_or(u8::MAX, RiskLevel::number), line.layer, &line.feature.id)
}

fn written_place(line: &Line) -> String {
    let (level, layer, id) = place(line);
    format!("{level}/{layer}/{id}")
}

fn read_place(text: &str) -> Option<(u8, Layer, String)> {
    let mut parts = text.splitn(3, '/');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.to_owned()))
}
