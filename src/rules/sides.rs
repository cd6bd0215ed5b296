//! What is known of the two sides of a rule: the subject that it restrains and the object that it protects.

use serde_json::Value;

use super::Unknown;

/// One side: the proposal, or something that stands.
pub trait Party {
    /// A value by its name; `kind` is the word for what it is.
    fn value(&self, name: &str) -> Option<Value>;
    /// What is said of a value that is missing.
    fn unknown(&self, name: &str) -> Unknown;
}

/// A side of which nothing is known: what a rule can ask for at most is what it asks of such a one.
#[derive(Clone, Copy, Debug)]
pub struct Anybody;

impl Party for Anybody {
    fn value(&self, _: &str) -> Option<Value> {
        None
    }

    fn unknown(&self, name: &str) -> Unknown {
        Unknown::Field(name.to_owned())
    }
}

/// Both sides.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// What the rule restrains.
    pub subject: &'a dyn Party,
    /// What it protects.
    pub object: &'a dyn Party,
    /// Where the subject lies along a river as seen from the object, `up` or `down`, if known.
    pub direction: Option<&'static str>,
}

impl<'a> Sides<'a> {
    /// Two sides, neither of them on a river.
    pub fn new(subject: &'a dyn Party, object: &'a dyn Party) -> Self {
        Self { subject, object, direction: None }
    }

    /// A value by its key: `subject.`, `object.` or `river.direction`; a bare name is the subject's.
    pub fn value(&self, key: &str) -> Option<Value> {
        match key.split_once('.') {
            Some(("object", name)) => self.object.value(name),
            Some(("subject", name)) => self.subject.value(name),
            Some(("river", "direction")) => self.direction.map(Value::from),
            _ => self.subject.value(key),
        }
    }

    /// A number by its key.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.value(key)?.as_f64()
    }

    /// What is said of a value that is missing.
    pub fn unknown(&self, key: &str) -> Unknown {
        match key.split_once('.') {
            Some(("object", name)) => self.object.unknown(name),
            Some(("subject", name)) => self.subject.unknown(name),
            Some(("river", _)) => Unknown::Flow,
            _ => self.subject.unknown(key),
        }
    }
}
