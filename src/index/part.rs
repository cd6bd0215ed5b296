//! Features in the order of their ids, found by id, place and word. A part never changes; a layer is made of two.

use std::collections::HashMap;
use std::sync::Arc;

use super::leading::Leading;
use super::trees::{Found, Trees};
use super::words::Words;
use crate::geom::Envelope;
use crate::model::Feature;

/// What is known of a part as a whole, each the largest that a feature has: the four sides of the box (west and south
/// turned round), how far a feature says it reaches beyond its drawing, and how uncertain its position is.
pub(super) const MEASURES: [fn(&Feature) -> Option<f64>; 6] = [
    |feature| Some(-feature.envelope().west),
    |feature| Some(-feature.envelope().south),
    |feature| Some(feature.envelope().east),
    |feature| Some(feature.envelope().north),
    |feature| {
        let stated = ["half_width_m", "extent_m"].into_iter().filter_map(|field| feature.properties.number(field));
        stated.reduce(f64::max)
    },
    |feature| feature.properties.number("accuracy_m"),
];

/// Features and the ways to find them.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    features: Vec<Arc<Feature>>,
    by_id: HashMap<Box<str>, u32>,
    trees: Trees,
    words: Words,
    leading: [Leading; MEASURES.len()],
}

impl Part {
    /// The part of these features, in any order.
    pub fn of(mut features: Vec<Arc<Feature>>) -> Self {
        features.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        Self::sorted(features)
    }

    /// The part of features that stand in the order of their ids.
    pub fn sorted(features: Vec<Arc<Feature>>) -> Self {
        let by_id = (0u32..).zip(&features).map(|(place, feature)| (feature.id.as_str().into(), place)).collect();
        let trees = Trees::of(&features);
        let leading = MEASURES.map(|measure| Leading::of(features.iter().map(|feature| measure(feature))));
        Self { features, by_id, trees, words: Words::default(), leading }
    }

    pub fn features(&self) -> &[Arc<Feature>] {
        &self.features
    }

    pub fn at(&self, place: u32) -> &Arc<Feature> {
        &self.features[place as usize]
    }

    pub fn len(&self) -> usize {
        self.features.len()
    }

    pub fn place(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The place before which an id stands or would stand.
    pub fn rank(&self, id: &str) -> u32 {
        self.features.partition_point(|feature| *feature.id < *id) as u32
    }

    /// The features whose boxes touch a box and whose kind may be asked for, in no order.
    pub fn touching(&self, window: &Envelope, asked: impl Fn(Option<&str>) -> bool) -> Vec<Found> {
        self.trees.touching(window, asked)
    }

    /// The places of the features that bear a word in a field, in order.
    pub fn bearing<'a: 'w, 'w>(&'a self, field: &'w str, word: &'w str) -> Box<dyn Iterator<Item = u32> + 'w> {
        self.words.bearing(&self.features, field, word)
    }

    /// Makes ready to look up the words that another part has been asked for.
    pub fn read_words_of(&self, other: &Self) {
        self.words.read_as(&other.words, &self.features);
    }

    /// The largest of a measure over the features whose places count.
    pub fn largest(&self, measure: usize, counts: impl Fn(u32) -> bool) -> Option<f64> {
        self.leading[measure].largest(&counts, || {
            let left = (0u32..).zip(&self.features).filter(|(place, _)| counts(*place));
            left.filter_map(|(_, feature)| MEASURES[measure](feature)).reduce(f64::max)
        })
    }
}
