//! 索 Finder: the immutable edition and finding features near a shape.

pub mod coverage;
mod features;
pub mod freshness;
mod gone;
pub mod layer_index;
mod leading;
mod part;
pub mod snapshot;
pub mod townships;
mod trees;
mod words;

pub use freshness::Freshness;
pub use layer_index::LayerIndex;
pub use snapshot::{Snapshot, Unavailable};
pub use townships::Townships;
