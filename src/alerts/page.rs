//! A page of the list of warnings.

use std::collections::BTreeMap;

use serde::Serialize;

use super::alert::{Alert, State};
use super::fold::Fold;
use crate::model::Layer;

/// Which warnings are wanted; everything that is left out is no condition.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only in this state.
    pub state: Option<State>,
    /// Only of features of this layer.
    pub layer: Option<Layer>,
    /// Only of this warning level.
    pub warning_level: Option<u8>,
}

/// How many warnings there are, whatever is wanted.
#[derive(Clone, Debug, Serialize)]
pub struct Totals {
    /// All of them.
    pub total: usize,
    /// Those in each state.
    pub by_state: BTreeMap<&'static str, usize>,
}

/// Warnings, newest first.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// The warnings.
    pub items: Vec<Alert>,
    /// How many there are in all.
    pub totals: Totals,
    /// The number of the journal's last entry: whoever listens from here on misses nothing.
    pub number: u64,
    /// Where the next page begins; `None` at the end.
    #[serde(skip)]
    pub next: Option<u64>,
}

impl Wanted {
    fn holds(&self, alert: &Alert) -> bool {
        self.state.is_none_or(|state| alert.state() == state)
            && self.layer.is_none_or(|layer| alert.raised.subject.layer == layer)
            && self.warning_level.is_none_or(|level| alert.raised.warning_level == level)
    }
}

/// At most `limit` warnings raised before an entry.
pub(super) fn page(fold: &Fold, wanted: &Wanted, before: u64, limit: usize) -> Page {
    let mut items: Vec<Alert> =
        fold.before(before).filter(|alert| wanted.holds(alert)).take(limit + 1).cloned().collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(Alert::number);
    let by_state: BTreeMap<_, _> = State::ALL.map(|state| (state.word(), fold.count(state))).into();
    let totals = Totals { total: by_state.values().sum(), by_state };
    Page { items, totals, number: fold.number(), next }
}
