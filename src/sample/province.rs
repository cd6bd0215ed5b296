//! A province-sized set.
use super::SampleLayer;
/// layers
pub(super) fn layers(seed: u64) -> Vec<SampleLayer> { let _ = seed; Vec::new() }
