//! Whether what a row refers to is there.

use super::row::FieldFault;
use crate::model::{Feature, Known, Layer};

/// Looks references up: ids, codes, and names that only one feature of a layer bears.
pub(super) struct References<'a> {
    known: &'a dyn Known,
    field: Option<(&'static str, Vec<Layer>)>,
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
        Self { known, field }
    }

    /// What is wrong with the reference of a feature.
    pub fn fault(&self, feature: &Feature) -> Option<FieldFault> {
        let (field, layers) = self.field.as_ref()?;
        let word = feature.properties.text(field)?;
        // An id is found at once, so all layers are asked for it before any is for a code or a name.
        let is_id = layers.iter().any(|layer| self.known.feature(*layer, word).is_some());
        if is_id || layers.iter().any(|layer| self.known.referred(*layer, word).is_some()) {
            return None;
        }
        let among = if layers.len() == 1 { layers[0].name() } else { "any layer" };
        Some(FieldFault::new(
            *field,
            format!("{field} {word:?} means nothing in {among}"),
            "import what it refers to first, and name it by id, uscc or a name that only one feature bears",
        ))
    }
}

/// The features of a layer whose reference means nothing, with what is wrong.
pub fn lost(layer: Layer, known: &dyn Known) -> impl Iterator<Item = (&Feature, FieldFault)> {
    let references = References::of(layer, known);
    known.features(layer).filter_map(move |feature| Some((feature, references.fault(feature)?)))
}
