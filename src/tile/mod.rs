//! 瓦 Vector tiles: a tile is a function of an edition, a tile set and a coordinate.
//!
//! [`Plates::render`] draws from layers that were made ready once; [`render`] shows everything as it is, in tiles deeper than
//! plates go and to compare with. What was drawn before changes no byte of either. What they draw comes from the edition
//! alone; [`validator`] says without drawing anything which revision last changed that. Lengths here are those of the world square and of the tile's grid, never of the ground.

mod composed;
mod coord;
mod draw;
mod encode;
mod exclusion;
mod grid;
mod ink;
mod outlined;
mod plate;
mod plates;
mod press;
mod rank;
mod set;
mod sheet;
mod tags;
mod tile_json;
mod validator;

pub use coord::{BUFFER, EXTENT, MAX_ZOOM, TOP_ZOOM, TileCoord, TileCoordError};
pub use exclusion::{Exclusion, FIRST_ZOOM, exclusion_json, kind_of_set, set_of_kind, title_of_set};
pub use plates::{BUDGET, Plates};
pub use set::{Picture, TileSet};
pub use tile_json::tile_json;
pub use validator::validator;

use crate::atlas::Edition;
use crate::model::Layer;

/// Why a tile cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// A layer that the tile shows cannot be read. Such a tile is not drawn without it: on a safety map, what is left
    /// out looks safe. It must not be cached either.
    #[error("layer {layer} is unavailable: {reason}")]
    Unavailable {
        /// The layer.
        layer: Layer,
        /// Why.
        reason: String,
    },
    /// The encoder refused; a fault of the program.
    #[error("the tile could not be encoded: {0}")]
    Encode(#[from] mvt::Error),
}

/// Draws a tile: uncompressed MVT 2.1, no bytes at all where there is nothing to draw.
pub fn render(edition: &Edition, set: &TileSet, coord: TileCoord) -> Result<Vec<u8>, TileError> {
    let layers = set.pictures().iter().map(|picture| draw::draw(edition, *picture, coord));
    encode::encode(&layers.collect::<Result<Vec<_>, _>>()?)
}
