//! What the sample says about its own completeness.

use super::feature::{Ids, SampleFeature};
use super::shapes::Geometry;
use crate::model::Layer;

/// The day the invented registers were complete.
const AS_OF: &str = "2026-10-31";

/// The features of `coverage`: one statement for every layer but `coverage` itself; `extent` says how far each reaches.
pub(super) fn features(layers: &[Layer], extent: impl Fn(Layer) -> Geometry<f64>) -> Vec<SampleFeature> {
    let mut ids = Ids::new("cov");
    layers
        .iter()
        .map(|layer| {
            SampleFeature::invented(ids.next(), &format!("{layer}数据范围"), extent(*layer))
                .with("layer", layer.name())
                .with("as_of", AS_OF)
                .with("source", "示例数据生成器；示意数据，不代表实际")
        })
        .collect()
}
