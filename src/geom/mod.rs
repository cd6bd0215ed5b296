//! 尺 Ruler: measures, coordinate systems, distance on the ground, repair.
//!
//! Geometry rests in longitude/latitude degrees on CGCS2000, longitude first. Ground lengths are [`Metres`]. Three spaces
//! exist and are kept apart by type: longitude/latitude, the [`LocalPlane`] of one measurement, and the unit world square
//! of tiles.

mod ellipsoid;

pub mod bounds;
pub mod coverage;
mod crossing;
pub mod crs;
pub mod datum;
pub mod distance;
pub mod envelope;
pub mod plane;
pub mod repair;
pub mod transverse_mercator;
pub mod units;

pub use coverage::Region;
pub use crs::Crs;
pub use datum::Datum;
pub use distance::{Nearest, Site};
pub use ellipsoid::{direct, geodesic_m};
pub use envelope::Envelope;
pub use geo::algorithm;
pub use geo::{Coord, Geometry, Line, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};
pub use plane::LocalPlane;
pub use units::Metres;
