//! From the features of an edition to the shapes of one tile.

use super::tags::{Tags, tags};
use super::{Picture, TileCoord, TileError, grid, rank};
use crate::atlas::Edition;
use crate::geom::{Geometry, GridShape, WorldShape, clip, simplify};
use crate::model::{Feature, RiskLevel};

/// One layer of one tile, ready to be encoded.
#[derive(Debug)]
pub(super) struct Drawing<'a> {
    pub name: &'static str,
    pub features: Vec<Drawn<'a>>,
}

/// One feature of one tile.
#[derive(Debug)]
pub(super) struct Drawn<'a> {
    pub id: u64,
    pub shape: GridShape,
    pub tags: Tags<'a>,
}

/// Draws one layer: candidates from the index, ranked, each simplified, clipped and snapped. Nothing is left out.
pub(super) fn draw(edition: &Edition, picture: Picture, coord: TileCoord) -> Result<Drawing<'_>, TileError> {
    let Some(layer) = picture.layer() else { return grid::draw_grid(edition, coord) };
    let index = picture.index(edition, layer)?;
    let mut candidates: Vec<(&Feature, Option<RiskLevel>)> = index
        .touching(&coord.window().envelope())
        .into_iter()
        .filter(|feature| picture.shows(feature))
        .map(|feature| (&**feature, picture.level(edition, feature)))
        .collect();
    candidates.sort_by(|one, other| rank::order(*one, *other));
    let features = candidates.into_iter().filter_map(|(feature, level)| {
        let shape = shape(picture, &feature.geometry, coord);
        if shape.is_empty() {
            return None;
        }
        Some(Drawn { id: feature.tile_id, shape, tags: tags(edition, picture, feature, level) })
    });
    Ok(Drawing { name: picture.name(), features: features.collect() })
}

/// The shape of a feature on a tile's grid. Areas that share borders are not simplified but only snapped: a vertex lands
/// on the same point whichever ring it belongs to, and one that snapping lays on the straight way between its neighbours
/// can go without opening a gap. At low zooms, where it matters, most vertices fall together on the grid anyway.
pub(super) fn shape(picture: Picture, geometry: &Geometry, coord: TileCoord) -> GridShape {
    let whole = WorldShape::project(geometry, coord.sag());
    let whole = if picture.shares_borders() { whole } else { simplify(whole, coord.tolerance()) };
    coord.grid().snap(&clip(&whole, &coord.window()))
}
