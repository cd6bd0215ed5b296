//! The geometry words this room uses, brought in at one place.

pub(super) use crate::geom::algorithm::{
    Area, BooleanOps, Buffer, Contains, InteriorPoint, MapCoords, Orient, Simplify, orient::Direction,
};
pub(super) use crate::geom::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
