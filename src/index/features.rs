//! The features of a layer: a base that editions share, and what single changes have made of it since.
//!
//! A commit of a few changes makes a new, small part of what is fresh and leaves the base alone, so that it costs what it
//! changes and not what the layer holds. When much has piled up, base and changes are folded into a new base.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::gone::Gone;
use super::part::{MEASURES, Part};
use super::trees::Found;
use crate::geom::Envelope;
use crate::model::Feature;

/// The most changes beside a base; a commit that goes beyond makes a new base at once.
const MOST: usize = 8_192;
/// Beside a small base only a share as large as this is carried, since folding it costs as little.
const SHARE: usize = 8;
/// Of what may be carried, the share from which on it is worth while to fold it, when there is time.
const GROWN: usize = 4;

/// A feature beside a base, with the place in the base before which its id stands.
type Fresh = (Arc<Feature>, u32);

/// Features by id, place and word, of which a later edition shares all but what changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Features {
    base: Arc<Part>,
    /// Places in the base whose features were replaced or taken away.
    gone: Gone,
    fresh: Arc<Part>,
    /// For each fresh feature the place in the base before which its id stands.
    ranks: Arc<[u32]>,
    /// The largest of each of [`MEASURES`].
    largest: [Option<f64>; MEASURES.len()],
}

impl Features {
    /// Features in any order.
    pub fn of(features: Vec<Arc<Feature>>) -> Self {
        Self::beside(Arc::new(Part::of(features)), Gone::default(), vec![])
    }

    fn beside(base: Arc<Part>, gone: Gone, fresh: Vec<Fresh>) -> Self {
        let (fresh, ranks): (Vec<_>, Vec<u32>) = fresh.into_iter().unzip();
        let fresh = Part::sorted(fresh);
        let mut largest = [None; MEASURES.len()];
        for (measure, largest) in largest.iter_mut().enumerate() {
            let of_base = base.largest(measure, |place| !gone.has(place));
            *largest = [of_base, fresh.largest(measure, |_| true)].into_iter().flatten().reduce(f64::max);
        }
        Self { base, gone, fresh: Arc::new(fresh), ranks: ranks.into(), largest }
    }

    pub fn len(&self) -> usize {
        self.base.len() - self.gone.count() + self.fresh.len()
    }

    /// The largest of one of [`MEASURES`].
    pub fn largest(&self, measure: usize) -> Option<f64> {
        self.largest[measure]
    }

    pub fn get(&self, id: &str) -> Option<&Arc<Feature>> {
        if let Some(place) = self.fresh.place(id) {
            return Some(self.fresh.at(place));
        }
        self.base.place(id).filter(|place| !self.gone.has(*place)).map(|place| self.base.at(place))
    }

    /// The features whose ids come after one, or all of them, in the order of ids.
    pub fn after<'a>(&'a self, id: Option<&str>) -> impl Iterator<Item = &'a Arc<Feature>> + use<'a> {
        let passed = |feature: &Arc<Feature>| id.is_some_and(|id| *feature.id <= *id);
        let rest = |part: &Part| part.features().partition_point(passed) as u32..part.len() as u32;
        self.in_order(rest(&self.base).filter(|place| !self.gone.has(*place)), rest(&self.fresh))
    }

    /// The features whose boxes touch a box, in the order of ids.
    pub fn touching(&self, window: &Envelope) -> Vec<&Arc<Feature>> {
        let sorted = |part: &Part| {
            let mut places: Vec<u32> = part.touching(window, |_| true).iter().map(|found| found.place).collect();
            places.sort_unstable();
            places
        };
        let of_base = sorted(&self.base);
        if self.is_bare() {
            return of_base.into_iter().map(|place| self.base.at(place)).collect();
        }
        let of_base = of_base.into_iter().filter(|place| !self.gone.has(*place));
        self.in_order(of_base, sorted(&self.fresh).into_iter()).collect()
    }

    /// Tells of the features whose boxes touch a box and whose kind may be asked for, in no order.
    pub fn visit<'a>(
        &'a self,
        window: &Envelope,
        asked: impl Fn(Option<&str>) -> bool,
        mut tell: impl FnMut(&Found, &'a Arc<Feature>),
    ) {
        for found in self.base.touching(window, &asked) {
            if !self.gone.has(found.place) {
                tell(&found, self.base.at(found.place));
            }
        }
        if self.fresh.len() > 0 {
            self.fresh.touching(window, &asked).iter().for_each(|found| tell(found, self.fresh.at(found.place)));
        }
    }

    /// The features that bear a word in a field, in the order of ids.
    pub fn bearing<'a: 'w, 'w>(
        &'a self,
        field: &'w str,
        word: &'w str,
    ) -> impl Iterator<Item = &'a Arc<Feature>> + use<'a, 'w> {
        let of_base = self.base.bearing(field, word).filter(|place| !self.gone.has(*place));
        self.in_order(of_base, self.fresh.bearing(field, word))
    }

    /// Features by their places in both parts, either in order, as one run in the order of ids.
    fn in_order<B, F>(&self, base: B, fresh: F) -> InOrder<'_, B, F>
    where
        B: Iterator<Item = u32>,
        F: Iterator<Item = u32>,
    {
        InOrder::of(self, base, fresh)
    }

    /// Whether nothing has changed since the base was made.
    fn is_bare(&self) -> bool {
        self.gone.count() + self.fresh.len() == 0
    }

    /// The features after some of them were put or, with `None`, taken away.
    #[must_use]
    pub fn with<'c>(&'c self, changes: impl IntoIterator<Item = (&'c str, Option<Arc<Feature>>)>) -> Self {
        let mut gone = self.gone.clone();
        let carried = self.fresh.features().iter().zip(&*self.ranks);
        let mut fresh: BTreeMap<&str, Fresh> =
            carried.map(|(feature, rank)| (feature.id.as_str(), (Arc::clone(feature), *rank))).collect();
        for (id, feature) in changes {
            let held = self.base.place(id);
            if let Some(place) = held {
                gone.add(place);
            }
            match feature {
                Some(feature) => drop(fresh.insert(id, (feature, held.unwrap_or_else(|| self.base.rank(id))))),
                None => drop(fresh.remove(id)),
            }
        }
        if gone.count() + fresh.len() > self.bound() {
            return folded(&self.base, &gone, fresh.into_values());
        }
        Self::beside(Arc::clone(&self.base), gone, fresh.into_values().collect())
    }

    /// How many changes may stand beside the base.
    fn bound(&self) -> usize {
        (self.base.len() / SHARE).min(MOST)
    }

    /// Whether so much has changed since the base was made that a new one is worth while.
    pub fn is_grown(&self) -> bool {
        self.gone.count() + self.fresh.len() > self.bound() / GROWN
    }

    /// The same features, all of them in a new base.
    #[must_use]
    pub fn folded(&self) -> Self {
        let fresh = self.fresh.features().iter().cloned().zip(self.ranks.iter().copied());
        folded(&self.base, &self.gone, fresh)
    }

    /// These features on the base that folding an `earlier` edition of them has made; `None` where they have got another
    /// base meanwhile.
    pub fn carried_over(&self, earlier: &Self, folded: &Self) -> Option<Self> {
        if !Arc::ptr_eq(&self.base, &earlier.base) {
            return None;
        }
        let touched: BTreeSet<&str> = earlier.touched().chain(self.touched()).collect();
        let since = touched.into_iter().map(|id| (id, self.get(id))).filter(|(id, now)| match (now, folded.get(id)) {
            (Some(now), Some(then)) => !Arc::ptr_eq(now, then),
            (now, then) => now.is_some() || then.is_some(),
        });
        Some(folded.with(since.map(|(id, now)| (id, now.cloned()))))
    }

    /// The ids of what changed since the base was made.
    fn touched(&self) -> impl Iterator<Item = &str> {
        let replaced = self.gone.places().map(|place| self.base.at(place));
        replaced.chain(self.fresh.features()).map(|feature| feature.id.as_str())
    }
}

/// A base with what changed beside it, as a new base.
fn folded(base: &Part, gone: &Gone, fresh: impl Iterator<Item = Fresh>) -> Features {
    let mut all = Vec::with_capacity(base.len());
    let standing =
        |places: Range<u32>| places.filter(|place| !gone.has(*place)).map(|place| Arc::clone(base.at(place)));
    let mut next = 0;
    for (feature, rank) in fresh {
        all.extend(standing(next..rank));
        all.push(feature);
        next = rank;
    }
    all.extend(standing(next..base.len() as u32));
    let all = Part::sorted(all);
    // Whoever looked words up will look up more of them, and should not have to wait.
    all.read_words_of(base);
    Features::beside(Arc::new(all), Gone::default(), vec![])
}

/// Two runs of places as one run of features in the order of ids.
struct InOrder<'a, B, F> {
    features: &'a Features,
    base: B,
    fresh: F,
    /// What comes next of the base.
    next: Option<u32>,
    /// What comes next of the fresh ones.
    waiting: Option<u32>,
    /// The rank of that, and none is as high where there is nothing.
    rank: u32,
}

impl<'a, B: Iterator<Item = u32>, F: Iterator<Item = u32>> InOrder<'a, B, F> {
    fn of(features: &'a Features, mut base: B, fresh: F) -> Self {
        let next = base.next();
        let mut all = Self { features, base, fresh, next, waiting: None, rank: 0 };
        all.wait();
        all
    }

    fn wait(&mut self) {
        self.waiting = self.fresh.next();
        self.rank = self.waiting.map_or(u32::MAX, |place| self.features.ranks[place as usize]);
    }
}

impl<'a, B: Iterator<Item = u32>, F: Iterator<Item = u32>> Iterator for InOrder<'a, B, F> {
    type Item = &'a Arc<Feature>;

    fn next(&mut self) -> Option<Self::Item> {
        // A fresh feature stands before the place of its rank; what stood there under the same id is gone.
        if let Some(place) = self.next.filter(|place| *place < self.rank) {
            self.next = self.base.next();
            return Some(self.features.base.at(place));
        }
        let place = self.waiting?;
        self.wait();
        Some(self.features.fresh.at(place))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (base, fresh) = (self.base.size_hint(), self.fresh.size_hint());
        let held = usize::from(self.next.is_some()) + usize::from(self.waiting.is_some());
        (base.0 + fresh.0 + held, base.1.zip(fresh.1).map(|(base, fresh)| base + fresh + held))
    }
}

#[cfg(test)]
mod tests;
