//! Where things stand in an edition, and which of them may stand elsewhere than the journal says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::alert::Cause;
use super::event::{Event, Subject};
use super::fold::Fold;
use crate::atlas::Edition;
use crate::model::{Feature, Known, Layer};
use crate::risk::{GRADED, READ};
use crate::store::Note;

/// The fields that together document that a hidden danger was put right.
const CLOSURE: [&str; 3] = ["closed_on", "closed_by", "closure_document"];

/// One edition on one day.
#[derive(Clone)]
pub(super) struct Sight {
    pub edition: Arc<Edition>,
    pub day: Date,
}

/// What is watched in a layer: in what respect, and where.
fn watched() -> impl Iterator<Item = (Cause, Layer)> {
    let risks = GRADED.into_iter().chain([Layer::AdminUnits]).map(|layer| (Cause::RiskRise, layer));
    risks.chain([(Cause::Overdue, Layer::HiddenDangers)])
}

/// The layers that cannot be read and without which warnings cannot be judged. A level is worked out of several layers, so
/// where one of them is missing none of them is judged.
pub(super) fn lacking(edition: &Edition) -> Vec<Layer> {
    let layers: BTreeSet<Layer> = GRADED.into_iter().chain(READ).chain([Layer::HiddenDangers]).collect();
    layers.into_iter().filter(|layer| edition.snapshot.layer(*layer).is_err()).collect()
}

impl Sight {
    /// How far a subject has gone: of a risk the level where it is orange or red; 1 for what is overdue.
    pub fn reached(&self, subject: &Subject) -> Option<u8> {
        match subject.cause {
            Cause::RiskRise => {
                let level = self.edition.grades.level(subject.layer, &subject.feature)?;
                (level <= crate::model::RiskLevel::High).then(|| level.number())
            }
            Cause::Overdue => {
                let danger = self.edition.snapshot.feature(subject.layer, &subject.feature)?;
                is_overdue(danger, self.day).then_some(1)
            }
            // Readings are judged as they come.
            Cause::OverLimit => None,
        }
    }

    /// What stands in a layer.
    fn standing(&self, cause: Cause, layer: Layer) -> Vec<(&str, u8)> {
        match cause {
            Cause::RiskRise => {
                let watched = self.edition.grades.watched(layer).into_iter();
                watched.map(|(id, level)| (id, level.number())).collect()
            }
            Cause::Overdue => {
                let dangers = self.edition.snapshot.features(layer).filter(|danger| is_overdue(danger, self.day));
                dangers.map(|danger| (danger.id.as_str(), 1)).collect()
            }
            Cause::OverLimit => vec![],
        }
    }

    /// The entries of what stands in layers that were never watched before.
    pub fn baselines(&self, fold: &Fold) -> Vec<Note> {
        let new = watched().filter(|(cause, layer)| !fold.has_baseline(*cause, *layer));
        new.map(|(cause, layer)| self.baseline(cause, layer)).collect()
    }

    fn baseline(&self, cause: Cause, layer: Layer) -> Note {
        let mut standing: BTreeMap<u8, Vec<String>> = BTreeMap::new();
        for (id, reached) in self.standing(cause, layer) {
            standing.entry(reached).or_default().push(id.to_owned());
        }
        for ids in standing.values_mut() {
            ids.sort_unstable();
        }
        let standing = standing.into_iter().collect();
        let (revision, day) = (self.edition.revision(), self.day);
        Event::Baseline { cause, layer, revision, day, standing }.baseline(cause, layer)
    }

    /// The subjects that may stand elsewhere than when they were last looked at; all of them where they never were.
    pub fn candidates(&self, seen: Option<&Self>, fold: &Fold) -> BTreeSet<Subject> {
        let mut all = BTreeSet::new();
        for (cause, layer) in watched() {
            let subject = |id: &str| Subject { cause, layer, feature: id.to_owned(), quantity: None };
            match (cause, seen) {
                (Cause::RiskRise, Some(seen)) => {
                    let regraded = self.edition.grades.regraded(&seen.edition.grades, layer);
                    all.extend(regraded.into_iter().map(subject));
                }
                (_, Some(seen)) if self.same(seen, layer) => {}
                _ => {
                    all.extend(self.standing(cause, layer).into_iter().map(|(id, _)| subject(id)));
                    all.extend(fold.standing(cause, layer).cloned());
                }
            }
        }
        all
    }

    /// Whether a layer holds the same on the same day.
    fn same(&self, seen: &Self, layer: Layer) -> bool {
        let of = |sight: &Self| sight.edition.snapshot.layer(layer).ok().cloned();
        self.day == seen.day && of(self).zip(of(seen)).is_some_and(|(now, then)| Arc::ptr_eq(&now, &then))
    }
}

/// Whether a hidden danger is past its deadline without documented closure. The day of the deadline still counts as in time.
fn is_overdue(danger: &Feature, today: Date) -> bool {
    let date = |field: &str| danger.properties.text(field).and_then(|text| text.parse::<Date>().ok());
    let said = |field: &&str| danger.properties.text(field).is_some_and(|text| !text.trim().is_empty());
    let closed = CLOSURE.iter().all(said) && date("closed_on").is_some_and(|day| day <= today);
    !closed && date("deadline").is_some_and(|deadline| deadline < today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::Properties;
    use serde_json::{Value, json};

    fn danger(properties: Value) -> Feature {
        let properties: Properties = serde_json::from_value(properties).unwrap();
        Feature::new("h", Point::new(115.8, 29.6).into(), properties).unwrap()
    }

    #[test]
    fn a_danger_is_overdue_after_its_day_until_its_closure_is_documented_in_full() {
        let today: Date = "2026-11-25".parse().unwrap();
        for (properties, overdue) in [
            (json!({}), false),
            (json!({"deadline": "2026-11-25"}), false),
            (json!({"deadline": "2026-11-24"}), true),
            (json!({"deadline": "2026-11-24", "closed_on": "2026-11-20"}), true),
            (
                json!({"deadline": "2026-11-24", "closed_on": "2026-11-20", "closed_by": "甲", "closure_document": " "}),
                true,
            ),
            (
                json!({"deadline": "2026-11-24", "closed_on": "2026-11-26", "closed_by": "甲", "closure_document": "1号"}),
                true,
            ),
            (
                json!({"deadline": "2026-11-24", "closed_on": "2026-11-25", "closed_by": "甲", "closure_document": "1号"}),
                false,
            ),
        ] {
            assert_eq!(is_overdue(&danger(properties.clone()), today), overdue, "{properties}");
        }
    }
}
