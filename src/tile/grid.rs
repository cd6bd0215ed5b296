//! The cells of the risk grid in a tile.

use std::borrow::Cow;

use super::coord::TOP_ZOOM;
use super::draw::{Drawing, Drawn};
use super::tags::{Tag, Tags};
use super::{Picture, TileCoord, TileError, draw};
use crate::atlas::Edition;
use crate::model::RiskLevel;
use crate::risk::GridCell;

/// The least side of a cell on the screen, in pixels of 512 to a tile.
const LEAST_PIXELS: f64 = 6.0;
/// Length of the equator in metres.
const EQUATOR_M: f64 = 40_075_016.686;

/// The first zoom at which cells are drawn: 10 for cells of 500 m. Away from the equator a cell looks larger still.
pub(super) fn first_zoom(edition: &Edition) -> u8 {
    let side_m = f64::from(edition.grades.grid_side_m());
    let zoom = (EQUATOR_M * LEAST_PIXELS / (512.0 * side_m)).log2().ceil();
    zoom.clamp(0.0, f64::from(TOP_ZOOM)) as u8
}

/// Draws the cells of a tile, the worst last; nothing before the first zoom.
pub(super) fn draw_grid(edition: &Edition, coord: TileCoord) -> Result<Drawing<'_>, TileError> {
    Picture::RiskGrid.check(edition)?;
    let mut features = Vec::new();
    if coord.z() >= first_zoom(edition) {
        let mut cells = edition.grades.grid_cells(&coord.window().envelope());
        let severity = |cell: &GridCell| cell.level.map_or(0, |level| 5 - level.number());
        cells.sort_by(|one, other| severity(one).cmp(&severity(other)).then_with(|| one.tile_id.cmp(&other.tile_id)));
        features.extend(cells.into_iter().filter_map(|cell| drawn(cell, coord)));
    }
    Ok(Drawing { name: Picture::RiskGrid.name(), features })
}

fn drawn<'a>(cell: GridCell, coord: TileCoord) -> Option<Drawn<'a>> {
    let shape = draw::shape(Picture::RiskGrid, &cell.area, coord);
    let text = |text: String| Tag::Text(Cow::Owned(text));
    let mut tags: Tags<'_> = vec![("name", text(format!("网格 {}", cell.id))), ("id", text(cell.id))];
    tags.push(("level", Tag::Text("grid".into())));
    tags.extend(cell.level.map(|level| ("risk_level", Tag::Natural(level.number().into()))));
    tags.push(("risk_color", Tag::Text(cell.level.map_or("none", RiskLevel::color).into())));
    tags.push(("reason", text(cell.reason)));
    (!shape.is_empty()).then_some(Drawn { id: cell.tile_id, shape, tags })
}
