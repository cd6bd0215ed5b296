//! What is entered into the journal of warnings.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::alert::Cause;
use crate::model::{Layer, Revision};
use crate::store::Note;

/// Who raises warnings.
pub(super) const SERVICE: &str = "sisetu";

/// What is watched: one thing about one feature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// In what respect.
    pub cause: Cause,
    /// The feature's layer.
    pub layer: Layer,
    /// The feature's id.
    pub feature: String,
    /// The quantity that is measured, of a reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.cause.word(), self.layer, self.feature)?;
        // A sign that stands in no id parts the two.
        self.quantity.as_ref().map_or(Ok(()), |quantity| write!(out, "\u{1f}{quantity}"))
    }
}

/// A warning as it was raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Raised {
    /// What it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// How far the subject has gone: of a risk its level, else 1.
    pub reached: u8,
    /// How often the subject was spoken of, this time included.
    pub sequence: u64,
    /// The edition it was seen in.
    pub revision: Revision,
    /// The day it was seen on.
    pub day: Date,
    /// The feature's name.
    pub name: String,
    /// How urgent, 1 to 4; no risk level.
    pub warning_level: u8,
    /// How red the feature was, 1 to 4; of a hidden danger the enterprise it was found at.
    pub risk_level: Option<u8>,
    /// What happened, in Chinese.
    pub why: String,
    /// Who answers for the feature.
    pub responsible: Option<String>,
    /// The middle of the feature, CGCS2000 longitude, latitude.
    pub point: [f64; 2],
}

/// A subject that went back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Eased {
    /// What it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// Where it is now; `None` where it is watched no more.
    pub reached: Option<u8>,
    /// How often the subject was spoken of, this time included.
    pub sequence: u64,
    /// The edition it was seen in.
    pub revision: Revision,
    /// The day it was seen on.
    pub day: Date,
}

/// What a person did about a warning.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// What they said.
    pub note: String,
    /// The access key it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The body of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// What stood in a layer when it was watched for the first time.
    Baseline {
        /// In what respect.
        cause: Cause,
        /// The layer.
        layer: Layer,
        /// The edition.
        revision: Revision,
        /// The day.
        day: Date,
        /// Ids by how far they had gone.
        standing: Vec<(u8, Vec<String>)>,
    },
    /// A warning.
    Raised(Box<Raised>),
    /// The end, or the easing, of what was warned of.
    Eased(Eased),
    /// Somebody has taken it up.
    Acknowledged(Done),
    /// Something was done.
    Handled(Done),
    /// Done with.
    Closed(Done),
    /// A webhook has taken everything up to an entry.
    Delivered {
        /// The entry's number.
        number: u64,
    },
}

/// The id of the warning that a subject raises the so-manyeth time it is spoken of.
pub(super) fn alert_id(subject: &Subject, sequence: u64) -> String {
    let digest = format!("{:x}", Sha256::digest(format!("{subject}#{sequence}")));
    digest[..16].to_owned()
}

/// The key of what is said of a subject the so-manyeth time, whatever it is.
fn key(subject: &Subject, sequence: u64) -> String {
    format!("{subject}#{sequence}")
}

impl Event {
    fn note(&self, key: String, topic: String, author: &str) -> Note {
        // Nothing in an event can fail to be written as JSON.
        let body = serde_json::to_string(self).unwrap_or_default();
        Note { key, topic, author: author.to_owned(), body }
    }

    /// The entry of what stood in a layer.
    pub(super) fn baseline(self, cause: Cause, layer: Layer) -> Note {
        let key = format!("baseline/{}/{layer}", cause.word());
        self.note(key.clone(), key, SERVICE)
    }

    /// The entry that a webhook has taken everything up to a number.
    pub(super) fn delivered(hook: &str, number: u64) -> Note {
        let topic = format!("webhook/{hook}");
        Self::Delivered { number }.note(format!("{topic}/{number}"), topic, SERVICE)
    }

    /// The entry of a step in a warning's life; each is taken once.
    pub(super) fn step(self, alert: &str, word: &str, by: &str) -> Note {
        self.note(format!("{alert}/{word}"), alert.to_owned(), by)
    }
}

impl Raised {
    /// The entry.
    pub(super) fn note(self) -> Note {
        let (subject, sequence) = (self.subject.clone(), self.sequence);
        Event::Raised(Box::new(self)).note(key(&subject, sequence), alert_id(&subject, sequence), SERVICE)
    }
}

impl Eased {
    /// The entry; it stands beside the warning that it ends, where there is one.
    pub(super) fn note(self, alert: Option<&str>) -> Note {
        let key = key(&self.subject, self.sequence);
        let topic = alert.map_or_else(|| self.subject.to_string(), str::to_owned);
        Event::Eased(self).note(key, topic, SERVICE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_back_and_names_follow_from_what_it_is_about() {
        let subject =
            Subject { cause: Cause::RiskRise, layer: Layer::Enterprises, feature: "甲/2".into(), quantity: None };
        let eased = Eased {
            subject: subject.clone(),
            reached: None,
            sequence: 3,
            revision: Revision(7),
            day: "2026-11-25".parse().unwrap(),
        };
        let note = eased.clone().note(None);
        assert_eq!(
            (note.key.as_str(), note.topic.as_str()),
            ("risk_rise/enterprises/甲/2#3", "risk_rise/enterprises/甲/2")
        );
        assert_eq!(serde_json::from_str::<Event>(&note.body).unwrap(), Event::Eased(eased));
        assert_eq!(alert_id(&subject, 1), alert_id(&subject.clone(), 1));
        assert_ne!(alert_id(&subject, 1), alert_id(&subject, 2));
        let baseline = Event::Baseline {
            cause: Cause::Overdue,
            layer: Layer::HiddenDangers,
            revision: Revision(1),
            day: "2026-11-25".parse().unwrap(),
            standing: vec![(1, vec!["h1".to_owned()])],
        };
        let note = baseline.clone().baseline(Cause::Overdue, Layer::HiddenDangers);
        assert_eq!(serde_json::from_str::<Event>(&note.body).unwrap(), baseline);
    }
}
