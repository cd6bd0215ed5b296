//! The versions of one feature, put in order.

use jiff::Timestamp;

use super::{Revision, Version};
use crate::model::Feature;

/// One version as a store keeps it.
pub(super) struct Past {
    /// The revision that made it.
    pub revision: Revision,
    /// The feature; `None` where it was deleted.
    pub feature: Option<Feature>,
    /// Since when.
    pub valid_from: Timestamp,
    /// Who made the revision.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// Newest first; each version holds until the next newer one begins.
pub(super) fn chain(mut past: Vec<Past>) -> Vec<Version> {
    past.sort_by_key(|past| std::cmp::Reverse(past.revision));
    let mut until = None;
    past.into_iter()
        .map(|past| Version {
            revision: past.revision,
            feature: past.feature,
            valid_from: past.valid_from,
            valid_until: until.replace(past.valid_from),
            author: past.author,
            reason: past.reason,
        })
        .collect()
}
