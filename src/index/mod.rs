//! 索 Finder: the immutable edition and finding features near a shape.

pub mod coverage;
pub mod freshness;
pub mod layer_index;
pub mod snapshot;
mod trees;
mod words;

pub use freshness::Freshness;
pub use layer_index::LayerIndex;
pub use snapshot::{Snapshot, Unavailable};
