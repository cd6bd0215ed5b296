//! Which tile: zoom, column, row.

use std::fmt;

use crate::geom::{Coord, Grid, WorldBox};

/// The deepest zoom that is drawn on request.
pub const MAX_ZOOM: u8 = 22;
/// The deepest zoom that a tile set announces: what lies deeper looks the same, only larger.
pub const TOP_ZOOM: u8 = 14;
/// Grid units along a side of a tile.
pub const EXTENT: u32 = 4096;
/// Grid units drawn beyond each side, so that outlines and symbols on the border do not break.
pub const BUFFER: u32 = 64;

/// A tile that exists: zoom at most [`MAX_ZOOM`], column and row within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileCoord {
    z: u8,
    x: u32,
    y: u32,
}

/// A tile that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileCoordError {
    /// Deeper than anything is drawn.
    #[error("zoom {z} is deeper than {MAX_ZOOM}")]
    Zoom {
        /// The zoom asked for.
        z: u8,
    },
    /// Beyond the edge of the world.
    #[error("tile {z}/{x}/{y} is outside the world: at zoom {z} columns and rows are 0 to {}", (1u32 << z) - 1)]
    Outside {
        /// The zoom asked for.
        z: u8,
        /// The column asked for.
        x: u32,
        /// The row asked for.
        y: u32,
    },
}

impl TileCoord {
    /// The tile of a zoom, a column counted from the antimeridian to the east and a row counted from the north.
    pub fn new(z: u8, x: u32, y: u32) -> Result<Self, TileCoordError> {
        if z > MAX_ZOOM {
            return Err(TileCoordError::Zoom { z });
        }
        if x >> z != 0 || y >> z != 0 {
            return Err(TileCoordError::Outside { z, x, y });
        }
        Ok(Self { z, x, y })
    }

    /// The zoom.
    pub fn z(self) -> u8 {
        self.z
    }

    /// The column.
    pub fn x(self) -> u32 {
        self.x
    }

    /// The row.
    pub fn y(self) -> u32 {
        self.y
    }

    /// What the tile draws of the world: the tile itself and its buffer.
    pub(super) fn window(self) -> WorldBox {
        let margin = f64::from(BUFFER) / f64::from(EXTENT);
        let share = |tile: u32, by: f64| (f64::from(tile) + by) * self.side();
        WorldBox {
            min: Coord { x: share(self.x, -margin), y: share(self.y, -margin) },
            max: Coord { x: share(self.x, 1.0 + margin), y: share(self.y, 1.0 + margin) },
        }
    }

    /// The tile's grid.
    pub(super) fn grid(self) -> Grid {
        let extent = f64::from(EXTENT);
        let corner = [f64::from(self.x) * extent, f64::from(self.y) * extent];
        let (least, most) = (-BUFFER.cast_signed(), (EXTENT + BUFFER).cast_signed());
        Grid::new(extent / self.side(), corner, least, most)
    }

    /// How far a vertex may lie from the line before simplification keeps it, in lengths of the world: a tenth of a
    /// pixel (256 to a tile) where the client will ask for deeper tiles anyway, and a sixteenth at the top zoom, whose
    /// tiles are also shown enlarged.
    pub(super) fn tolerance(self) -> f64 {
        let pixel = self.side() / 256.0;
        if self.z < TOP_ZOOM { pixel / 10.0 } else { pixel / 16.0 }
    }

    /// How far an edge may stray from its true course, in lengths of the world: a quarter of a grid unit.
    pub(super) fn sag(self) -> f64 {
        self.unit() / 4.0
    }

    /// A grid unit, in lengths of the world.
    pub(super) fn unit(self) -> f64 {
        self.side() / f64::from(EXTENT)
    }

    /// The side of a tile as a share of the world; a power of two, so sums and products with it are exact.
    fn side(self) -> f64 {
        1.0 / f64::from(1u32 << self.z)
    }
}

impl fmt::Display for TileCoord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.z, self.x, self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tiles_that_exist_can_be_named() {
        assert!(TileCoord::new(0, 0, 0).is_ok() && TileCoord::new(22, (1 << 22) - 1, (1 << 22) - 1).is_ok());
        assert_eq!(TileCoord::new(23, 0, 0), Err(TileCoordError::Zoom { z: 23 }));
        assert_eq!(TileCoord::new(255, 0, 0), Err(TileCoordError::Zoom { z: 255 }));
        assert_eq!(TileCoord::new(0, 1, 0), Err(TileCoordError::Outside { z: 0, x: 1, y: 0 }));
        let error = TileCoord::new(3, 0, 8).unwrap_err();
        assert_eq!(error.to_string(), "tile 3/0/8 is outside the world: at zoom 3 columns and rows are 0 to 7");
    }

    #[test]
    fn the_window_is_the_tile_and_its_buffer() {
        let window = TileCoord::new(1, 1, 0).unwrap().window();
        assert_eq!(window.min, Coord { x: 0.5 - 0.5 / 64.0, y: -0.5 / 64.0 });
        assert_eq!(window.max, Coord { x: 1.0 + 0.5 / 64.0, y: 0.5 + 0.5 / 64.0 });
        let grid = TileCoord::new(1, 1, 0).unwrap().grid();
        let cell = grid.cell(window.max);
        assert_eq!((cell.x, cell.y), (4160, 4160));
    }
}
