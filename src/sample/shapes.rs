//! The geometry words this room uses, brought in at one place.

pub(super) use geo::{
    Area, BooleanOps, BoundingRect, Buffer, Centroid, Contains, Coord, Geometry, InteriorPoint, LineString, MapCoords,
    MultiLineString, MultiPolygon, Orient, Point, Polygon, orient::Direction,
};
