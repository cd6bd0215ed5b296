//! Changes to the registers, and the revisions they make.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Feature, Layer};

/// The number of an edition; it only grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl fmt::Display for Revision {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// One change to one feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The feature is new, or stands in for the one of the same id.
    Put(Layer, Feature),
    /// The feature of this id is gone.
    Delete(Layer, String),
}

impl Change {
    /// The layer it is about.
    pub fn layer(&self) -> Layer {
        match self {
            Self::Put(layer, _) | Self::Delete(layer, _) => *layer,
        }
    }
}

/// Changes that take effect together or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeSet {
    /// In the order they were made; at most one a feature.
    pub changes: Vec<Change>,
    /// Who asked for it: a person, a key's name, a program.
    pub author: String,
    /// Why, or what file it came from.
    pub reason: String,
    /// The revision the changes were decided on; the store refuses them if it has moved on.
    pub base: Revision,
}

impl ChangeSet {
    /// The layers it touches.
    pub fn layers(&self) -> BTreeSet<Layer> {
        self.changes.iter().map(Change::layer).collect()
    }
}

/// A change set that has been written.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// The revision it made; the base where there was nothing to change.
    pub revision: Revision,
    /// The changes as stored: tile ids given, revision, origin and time filled in.
    pub changes: Vec<Change>,
}
