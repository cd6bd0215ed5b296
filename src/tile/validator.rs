//! When a tile last changed, told without drawing it.

use super::{TileCoord, TileSet};
use crate::atlas::Edition;
use crate::model::Revision;

/// The last revision that changed what the tile draws, shapes or grades. It never misses a change; now and then it counts
/// one whose box alone reaches into the tile. Two tiles of one set and coordinate under the same revision of the same
/// store, drawn by the same program, are equal; whoever makes an `ETag` of it adds what else may differ. While a layer of
/// the set is unavailable this is the revision of the edition, and [`super::render`] fails.
pub fn validator(edition: &Edition, set: &TileSet, coord: TileCoord) -> Revision {
    let window = coord.window().envelope();
    let pictures = set.pictures().iter();
    pictures.map(|picture| picture.freshness(edition, &window)).max().unwrap_or_default()
}
