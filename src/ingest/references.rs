//! Whether what a row refers to is there.

use std::collections::{HashMap, HashSet};

use super::row::FieldFault;
use crate::model::{Feature, Known, Layer};

/// Looks references up; words other than ids are gathered from a layer once, when the first of them is asked for.
pub(super) struct References<'a> {
    known: &'a dyn Known,
    field: Option<(&'static str, Vec<Layer>)>,
    words: Option<HashSet<&'a str>>,
}

impl<'a> References<'a> {
    /// The references that features of a layer make.
    pub fn of(layer: Layer, known: &'a dyn Known) -> Self {
        let things = || Layer::ALL.into_iter().filter(|layer| !matches!(layer, Layer::AdminUnits | Layer::Coverage));
        let field = match layer {
            Layer::HazardousGoods | Layer::Installations => Some(("enterprise_id", vec![Layer::Enterprises])),
            Layer::BufferZones | Layer::HiddenDangers | Layer::Structures => Some(("of", things().collect())),
            _ => None,
        };
        Self { known, field, words: None }
    }

    /// What is wrong with the reference of a feature.
    pub fn fault(&mut self, feature: &Feature) -> Option<FieldFault> {
        let (field, layers) = self.field.clone()?;
        let word = feature.properties.text(field)?;
        if layers.iter().any(|layer| self.known.feature(*layer, word).is_some()) || self.words(&layers).contains(word) {
            return None;
        }
        let among = if layers.len() == 1 { layers[0].name() } else { "any layer" };
        Some(FieldFault::new(
            field,
            format!("{field} {word:?} means nothing in {among}"),
            "import what it refers to first, and name it by id, uscc or a name that only one feature bears",
        ))
    }

    fn words(&mut self, layers: &[Layer]) -> &HashSet<&'a str> {
        let known = self.known;
        self.words.get_or_insert_with(|| layers.iter().flat_map(|layer| words_of(known, *layer)).collect())
    }
}

/// The features of a layer whose reference means nothing, with what is wrong.
pub fn lost(layer: Layer, known: &dyn Known) -> impl Iterator<Item = (&Feature, FieldFault)> {
    let mut references = References::of(layer, known);
    known.features(layer).filter_map(move |feature| Some((feature, references.fault(feature)?)))
}

/// Codes, and names that only one feature of the layer bears.
fn words_of(known: &dyn Known, layer: Layer) -> impl Iterator<Item = &str> {
    let mut names: HashMap<&str, bool> = HashMap::new();
    let mut codes = Vec::new();
    for feature in known.features(layer) {
        codes.extend(feature.properties.text("uscc"));
        if let Some(name) = feature.properties.text("name") {
            names.entry(name).and_modify(|unique| *unique = false).or_insert(true);
        }
    }
    codes.into_iter().chain(names.into_iter().filter_map(|(name, unique)| unique.then_some(name)))
}
