//! When a tile last changed, told without drawing it.

use super::{TileCoord, TileSet};
use crate::atlas::Edition;
use crate::model::Revision;

/// The last revision that changed what the tile draws, shapes or grades. It never misses a change; now and then it counts
/// one whose box alone reaches into the tile. Two tiles of one set and coordinate under the same revision of the same
/// store, drawn by the same program, are equal; whoever makes an `ETag` of it adds what else may differ, such as the published edition whose reds the grades hold. While a layer of
/// the set is unavailable this is the greatest number there is: [`super::render`] then fails, so nobody can hold a tile
/// under it, and neither a cache nor a client's copy can stand in for the failure.
pub fn validator(edition: &Edition, set: &TileSet, coord: TileCoord) -> Revision {
    let window = coord.window().envelope();
    let pictures = set.pictures().iter();
    pictures.map(|picture| picture.freshness(edition, &window)).max().unwrap_or_default()
}
