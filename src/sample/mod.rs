//! The sample district: a plausible 柴桑区 made from a sketch and a seed, and a province-sized set made the same way.
//!
//! Real things (the district, its townships, rivers, lakes, main roads, railways) are drawn by hand to about a
//! kilometre and marked `data_origin = sketch`. Everything else is invented, marked `synthetic`, and its name starts
//! with 模拟. No distance read from the sample is a fact about the place.
//!
//! The same seed gives the same bytes. The sketch does not depend on the seed; what is invented does.

mod belts;
mod board;
#[cfg(test)]
mod checks;
mod coverage;
mod curve;
mod district;
mod feature;
mod ground;
mod industry;
mod land;
mod mosaic;
mod people;
mod pipes;
mod plant;
mod power;
mod protected;
mod province;
mod quarter;
mod random;
mod registers;
mod risk;
mod shapes;
mod sketch;
mod structures;
mod waters;
mod ways;
mod writer;

use std::fmt;

pub use feature::{INVENTED_MARK, SampleFeature};
pub use writer::{write, write_layer};

use crate::model::Layer;

/// One layer of the sample. Its features come one by one, so that a province never has to fit into memory.
pub struct SampleLayer {
    /// Which layer.
    pub layer: Layer,
    /// How many features there are.
    pub count: u64,
    /// The features, in the order of their ids.
    pub features: Box<dyn Iterator<Item = SampleFeature> + Send>,
}

impl SampleLayer {
    /// A layer whose features are all at hand.
    fn whole(layer: Layer, features: Vec<SampleFeature>) -> Self {
        Self { layer, count: features.len() as u64, features: Box::new(features.into_iter()) }
    }

    /// A layer whose features are made when they are asked for.
    fn streamed(layer: Layer, count: u64, features: impl Iterator<Item = SampleFeature> + Send + 'static) -> Self {
        Self { layer, count, features: Box::new(features) }
    }

    /// The file it is written to, e.g. `waters.geojson`.
    pub fn file_name(&self) -> String {
        format!("{}.geojson", self.layer)
    }
}

impl fmt::Debug for SampleLayer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SampleLayer").field("layer", &self.layer).field("count", &self.count).finish_non_exhaustive()
    }
}

/// The sample district for a seed: every layer, in the order of their names. About 400 enterprises, 600 residential
/// zones, 250 protection targets, 40 pipelines. The committed sample is seed 1.
pub fn district(seed: u64) -> Vec<SampleLayer> {
    district::layers(seed)
}

/// A province-sized set for a seed: 1,000,000 enterprises, 200,000 residential zones, 30,000 pipelines, with the units
/// and the coverage they need. Made while it is read.
pub fn province(seed: u64) -> Vec<SampleLayer> {
    province::layers(seed)
}
