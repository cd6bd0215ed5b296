//! What there is to enter: subjects that stand elsewhere than the journal says.

use super::alert::Cause;
use super::candidates::Sight;
use super::event::{Eased, Raised, Subject};
use super::fold::{Fold, Stand};
use super::warnings::Warnings;
use crate::model::{Feature, Known, Layer, RiskLevel};
use crate::store::Note;

/// What a reading adds to what is known of its feature.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// In words, with value and limit.
    pub why: String,
}

impl Sight {
    /// The entry that brings the journal up to where a subject stands; `None` where it says so already, or where it was
    /// written by somebody who knew a newer edition or a later day.
    pub fn judged(&self, fold: &Fold, subject: &Subject) -> Option<Note> {
        let known = fold.stand(subject);
        if known.is_some_and(|stand| stand.revision > self.edition.revision() || stand.day > self.day) {
            return None;
        }
        let before = known.and_then(|stand| stand.reached);
        let now = self.reached(subject);
        match (before, now) {
            (before, Some(now)) if before.is_none_or(|before| now < before) => {
                Some(self.raised(known, subject, now, None).note())
            }
            (before, now) if before != now => Some(self.eased(known, subject, now)),
            _ => None,
        }
    }

    /// The warning about a subject that has come this far.
    pub fn raised(&self, known: Option<&Stand>, subject: &Subject, reached: u8, measured: Option<&Measured>) -> Raised {
        let edition = &self.edition;
        let feature = edition.snapshot.feature(subject.layer, &subject.feature);
        let centre = feature.map(|feature| feature.envelope().centre());
        Raised {
            subject: subject.clone(),
            reached,
            sequence: next(known),
            revision: edition.revision(),
            day: self.day,
            name: feature.map_or(&*subject.feature, Feature::name).to_owned(),
            warning_level: Warnings::shipped().level(subject.cause, of(subject.cause, reached, feature)),
            risk_level: self.risk(subject, feature).map(RiskLevel::number),
            why: measured.map_or_else(|| self.why(known, subject, reached), |measured| measured.why.clone()),
            responsible: feature.and_then(|feature| self.responsible(subject.cause, feature)),
            point: centre.map_or([0.0; 2], |centre| [centre.x, centre.y]),
        }
    }

    /// The end, or the easing, of what was warned of.
    pub fn eased(&self, known: Option<&Stand>, subject: &Subject, reached: Option<u8>) -> Note {
        let sequence = next(known);
        let eased =
            Eased { subject: subject.clone(), reached, sequence, revision: self.edition.revision(), day: self.day };
        eased.note(known.and_then(|stand| stand.alert.as_deref()))
    }

    fn risk(&self, subject: &Subject, feature: Option<&Feature>) -> Option<RiskLevel> {
        if subject.cause != Cause::Overdue {
            return self.edition.grades.level(subject.layer, &subject.feature);
        }
        let place = self.place(feature?)?;
        self.edition.grades.level(Layer::Enterprises, &place.id)
    }

    /// The enterprise that a hidden danger was found at.
    fn place(&self, danger: &Feature) -> Option<&Feature> {
        self.edition.snapshot.referred(Layer::Enterprises, danger.properties.text("of")?)
    }

    fn responsible(&self, cause: Cause, feature: &Feature) -> Option<String> {
        let named = |feature: &Feature| {
            let fields = ["responsible_person", "responsible_unit", "operator"];
            fields.iter().find_map(|field| feature.properties.text(field)).map(str::to_owned)
        };
        let at_place = || self.place(feature).filter(|_| cause == Cause::Overdue).and_then(named);
        named(feature).or_else(at_place)
    }

    fn why(&self, known: Option<&Stand>, subject: &Subject, reached: u8) -> String {
        if subject.cause == Cause::Overdue {
            let danger = self.edition.snapshot.feature(subject.layer, &subject.feature);
            let deadline = danger.and_then(|danger| danger.properties.text("deadline")).unwrap_or_default();
            return format!("隐患整改逾期：期限 {deadline}，尚无完整销号记录");
        }
        let scheme = self.edition.grades.scheme();
        let words =
            |level: u8| RiskLevel::from_number(u64::from(level)).map(|level| scheme.words(level)).unwrap_or_default();
        let from = known.and_then(|stand| stand.reached).map(|before| format!("由{}", words(before)));
        let grade = self.edition.grades.explain(&self.edition.snapshot, subject.layer, &subject.feature);
        let note = grade.and_then(|grade| grade.steps.last().map(|step| step.note.clone())).unwrap_or_default();
        // The note begins with the level, which is said already.
        let note = note.strip_prefix(&words(reached)).unwrap_or(&note).trim_start_matches('：').to_owned();
        let reason = Some(note).filter(|note| !note.is_empty()).map(|note| format!("：{note}"));
        format!("风险等级{}升为{}{}", from.unwrap_or_default(), words(reached), reason.unwrap_or_default())
    }
}

fn next(known: Option<&Stand>) -> u64 {
    known.map_or(0, |stand| stand.sequence) + 1
}

/// What of a cause the table of levels is asked for.
fn of(cause: Cause, reached: u8, feature: Option<&Feature>) -> &str {
    match cause {
        Cause::RiskRise => RiskLevel::from_number(u64::from(reached)).map_or("red", RiskLevel::color),
        Cause::Overdue => feature.and_then(|danger| danger.properties.text("grade")).unwrap_or("major"),
        Cause::OverLimit => "reading",
    }
}
