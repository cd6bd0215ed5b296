//! What the journal of warnings adds up to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::alert::{Alert, Cause, Happened, State};
use super::event::{Done, Eased, Event, Raised, Subject};
use crate::model::{Layer, Revision};
use crate::store::Entry;

/// Where a subject stands, by the journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stand {
    /// How far it has gone; `None` where it is not watched.
    pub reached: Option<u8>,
    /// How often it was spoken of.
    pub sequence: u64,
    /// The edition it was last spoken of in.
    pub revision: Revision,
    /// The day it was last spoken of on.
    pub day: Date,
    /// The warning raised last.
    pub alert: Option<String>,
}

/// Everything that was entered so far.
#[derive(Debug, Default)]
pub(super) struct Fold {
    number: u64,
    baselines: BTreeSet<(Cause, Layer)>,
    standing: HashMap<Subject, Stand>,
    alerts: HashMap<String, Alert>,
    /// Ids of warnings, in the order they were raised.
    order: Vec<(u64, String)>,
    /// What happened to warnings, in order, for those who listen.
    log: Vec<(u64, String)>,
    counts: BTreeMap<State, usize>,
    delivered: HashMap<String, u64>,
}

impl Fold {
    /// The number of the last entry.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whether a layer has been watched before.
    pub fn has_baseline(&self, cause: Cause, layer: Layer) -> bool {
        self.baselines.contains(&(cause, layer))
    }

    /// Where a subject stands.
    pub fn stand(&self, subject: &Subject) -> Option<&Stand> {
        self.standing.get(subject)
    }

    /// The subjects of a layer that are in a state to be watched.
    pub fn standing(&self, cause: Cause, layer: Layer) -> impl Iterator<Item = &Subject> {
        let own = move |subject: &Subject| subject.cause == cause && subject.layer == layer;
        self.standing
            .iter()
            .filter(move |(subject, stand)| own(subject) && stand.reached.is_some())
            .map(|(subject, _)| subject)
    }

    /// The warning of an id.
    pub fn alert(&self, id: &str) -> Option<&Alert> {
        self.alerts.get(id)
    }

    /// Warnings raised before an entry, newest first.
    pub fn before(&self, number: u64) -> impl Iterator<Item = &Alert> {
        let end = self.order.partition_point(|(raised, _)| *raised < number);
        self.order[..end].iter().rev().filter_map(|(_, id)| self.alerts.get(id))
    }

    /// How many warnings are in a state.
    pub fn count(&self, state: State) -> usize {
        self.counts.get(&state).copied().unwrap_or_default()
    }

    /// What happened to warnings after an entry, oldest first: its number, and the warning as it was then.
    pub fn since(&self, number: u64) -> impl Iterator<Item = (u64, Alert)> {
        let begin = self.log.partition_point(|(known, _)| *known <= number);
        self.log[begin..].iter().filter_map(|(number, id)| Some((*number, self.alerts.get(id)?.as_of(*number))))
    }

    /// Up to which entry a webhook has taken everything.
    pub fn delivered(&self, hook: &str) -> Option<u64> {
        self.delivered.get(hook).copied()
    }

    /// Takes in the next entry; gives the subject that it speaks of.
    pub fn read(&mut self, entry: &Entry) -> Option<Subject> {
        self.number = entry.number;
        match serde_json::from_str::<Event>(&entry.note.body) {
            Ok(event) => self.take(entry, event),
            Err(error) => {
                // Written by a newer program, or damaged: the others count all the same.
                tracing::error!(number = entry.number, %error, "an entry of the journal of warnings cannot be read");
                None
            }
        }
    }

    fn take(&mut self, entry: &Entry, event: Event) -> Option<Subject> {
        match event {
            Event::Baseline { cause, layer, revision, day, standing } => {
                self.baselines.insert((cause, layer));
                for (reached, ids) in standing {
                    let stand = Stand { reached: Some(reached), revision, day, ..Stand::default() };
                    let subjects = ids.into_iter().map(|feature| Subject { cause, layer, feature, quantity: None });
                    self.standing.extend(subjects.map(|subject| (subject, stand.clone())));
                }
                None
            }
            Event::Raised(raised) => Some(self.raise(entry, *raised)),
            Event::Eased(eased) => Some(self.ease(entry, eased)),
            Event::Acknowledged(done) => self.step(entry, done, State::Acknowledged),
            Event::Handled(done) => self.step(entry, done, State::Handled),
            Event::Closed(done) => self.step(entry, done, State::Closed),
            Event::Delivered { number } => {
                let hook = entry.note.topic.strip_prefix("webhook/").unwrap_or_default().to_owned();
                let last = self.delivered.entry(hook).or_default();
                *last = number.max(*last);
                None
            }
        }
    }

    fn raise(&mut self, entry: &Entry, raised: Raised) -> Subject {
        let subject = raised.subject.clone();
        let id = entry.note.topic.clone();
        let (revision, day, sequence) = (raised.revision, raised.day, raised.sequence);
        let stand = Stand { reached: Some(raised.reached), sequence, revision, day, alert: Some(id.clone()) };
        self.standing.insert(subject.clone(), stand);
        let history = vec![happened(entry, "raised", String::new(), State::Open)];
        self.alerts.insert(id.clone(), Alert { id: id.clone(), raised, history });
        self.order.push((entry.number, id.clone()));
        self.log.push((entry.number, id));
        *self.counts.entry(State::Open).or_default() += 1;
        subject
    }

    fn ease(&mut self, entry: &Entry, eased: Eased) -> Subject {
        let stand = self.standing.entry(eased.subject.clone()).or_default();
        (stand.reached, stand.sequence) = (eased.reached, eased.sequence);
        (stand.revision, stand.day) = (eased.revision, eased.day);
        if let Some(alert) = self.alerts.get_mut(&entry.note.topic) {
            let state = alert.state();
            alert.history.push(happened(entry, "eased", String::new(), state));
        }
        eased.subject
    }

    fn step(&mut self, entry: &Entry, done: Done, state: State) -> Option<Subject> {
        if let Some(alert) = self.alerts.get_mut(&entry.note.topic) {
            *self.counts.entry(alert.state()).or_default() -= 1;
            *self.counts.entry(state).or_default() += 1;
            alert.history.push(happened(entry, state.word(), done.note, state));
            self.log.push((entry.number, entry.note.topic.clone()));
        }
        None
    }
}

fn happened(entry: &Entry, event: &'static str, note: String, state: State) -> Happened {
    Happened { event, by: entry.note.author.clone(), note, at: entry.written_at, number: entry.number, state }
}
