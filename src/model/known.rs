//! Looking up what the registers hold, for rooms that must not know how they are held.

use super::{Feature, Layer};

/// What is known now.
pub trait Known {
    /// The feature of a layer under its id.
    fn feature(&self, layer: Layer, id: &str) -> Option<&Feature>;

    /// Every feature of a layer.
    fn features(&self, layer: Layer) -> Box<dyn Iterator<Item = &Feature> + '_>;

    /// The feature that a reference means: an id, else a `uscc`, else a name that only one feature of the layer bears.
    fn referred(&self, layer: Layer, reference: &str) -> Option<&Feature>;
}
