//! Lengths along a line: how far up or down a river, which part of a pipeline, which stretch of it holds the most people.

mod beside;
mod chainage;
mod river;
mod water;
mod window;

pub use chainage::{Chainage, Position, Stretch};
pub use river::{Along, AlongRiver, Flow, Side, distance_along};
pub use window::{Load, heaviest_load, heaviest_window};

use geo::{Coord, Geometry, LineString, Polygon};

use super::plane::split;

/// The edges of a shape in degrees, long ones split; a lone point is an edge without length.
fn edges(geometry: &Geometry) -> Vec<(Coord, Coord)> {
    let mut edges = Vec::new();
    add_edges(geometry, &mut edges);
    edges
}

fn add_edges(geometry: &Geometry, edges: &mut Vec<(Coord, Coord)>) {
    match geometry {
        Geometry::Point(point) => edges.push((point.0, point.0)),
        Geometry::MultiPoint(points) => edges.extend(points.iter().map(|point| (point.0, point.0))),
        Geometry::Line(line) => add_line(&LineString::from(vec![line.start, line.end]), edges),
        Geometry::LineString(line) => add_line(line, edges),
        Geometry::MultiLineString(lines) => lines.iter().for_each(|line| add_line(line, edges)),
        Geometry::Polygon(polygon) => add_polygon(polygon, edges),
        Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|polygon| add_polygon(polygon, edges)),
        Geometry::Rect(rect) => add_polygon(&rect.to_polygon(), edges),
        Geometry::Triangle(triangle) => add_polygon(&triangle.to_polygon(), edges),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| add_edges(part, edges)),
    }
}

fn add_polygon(polygon: &Polygon, edges: &mut Vec<(Coord, Coord)>) {
    add_line(polygon.exterior(), edges);
    polygon.interiors().iter().for_each(|ring| add_line(ring, edges));
}

fn add_line(line: &LineString, edges: &mut Vec<(Coord, Coord)>) {
    match split(&line.0).as_slice() {
        [lone] => edges.push((*lone, *lone)),
        chain => edges.extend(chain.windows(2).map(|edge| (edge[0], edge[1]))),
    }
}

fn length(vector: Coord) -> f64 {
    vector.x.hypot(vector.y)
}

fn cross(one: Coord, other: Coord) -> f64 {
    one.x * other.y - one.y * other.x
}

fn dot(one: Coord, other: Coord) -> f64 {
    one.x * other.x + one.y * other.y
}

#[cfg(test)]
mod tests;
