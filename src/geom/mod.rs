//! 尺 Ruler: measures, coordinate systems, distance on the ground, repair.
//!
//! Geometry rests in longitude/latitude degrees on CGCS2000, longitude first. Ground lengths are [`Metres`]. Three spaces
//! exist and are kept apart by type: longitude/latitude, the [`LocalPlane`] of one measurement, and the unit world square
//! of tiles.

mod crossing;
mod ellipsoid;
mod mend;
mod near_series;
mod noding;

pub mod along;
pub mod bounds;
pub mod buffer;
pub mod clip;
pub mod coverage;
pub mod crs;
pub mod datum;
pub mod distance;
pub mod envelope;
pub mod grid;
pub mod ground_area;
pub mod lattice;
pub mod outline;
pub mod plane;
pub mod relief;
pub mod repair;
pub mod shift;
pub mod simplify;
pub mod territory;
pub mod transverse_mercator;
pub mod units;
pub mod world;

pub use buffer::{Rounding, buffered, buffered_near};
pub use clip::clip;
pub use coverage::{Region, holds_plainly};
pub use crs::Crs;
pub use datum::Datum;
pub use distance::{Nearest, Site};
pub use ellipsoid::{direct, geodesic_m};
pub use envelope::Envelope;
pub use geo::algorithm;
pub use geo::{Coord, Geometry, Line, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};
pub use grid::{Cell, Grid, GridShape};
pub use ground_area::{ground_area_m2, shared_ground_m2};
pub use lattice::{Lattice, Square};
pub use outline::{Outline, Shape};
pub use plane::LocalPlane;
pub use simplify::simplify;
pub use territory::Territory;
pub use units::Metres;
pub use world::{WorldBox, WorldShape, WorldSquare};
