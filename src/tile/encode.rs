//! Writing a tile as Mapbox Vector Tile 2.1. This file alone knows the encoder.

use mvt::{GeomData, GeomEncoder, GeomType, Layer, Tile};

use super::draw::{Drawing, Drawn};
use super::tags::Tag;
use super::{EXTENT, TileError};
use crate::geom::{Cell, GridShape};

/// The bytes of a tile; layers without features are left out.
pub(super) fn encode(drawings: &[Drawing<'_>]) -> Result<Vec<u8>, TileError> {
    let mut tile = Tile::new(EXTENT);
    for drawing in drawings.iter().filter(|drawing| !drawing.features.is_empty()) {
        let mut layer = tile.create_layer(drawing.name);
        for drawn in &drawing.features {
            for geometry in geometries(&drawn.shape)? {
                layer = add(layer, geometry, drawn);
            }
        }
        tile.add_layer(layer)?;
    }
    Ok(tile.to_bytes()?)
}

fn add(layer: Layer, geometry: GeomData, drawn: &Drawn<'_>) -> Layer {
    let mut feature = layer.into_feature(geometry);
    feature.set_id(drawn.id);
    for (name, tag) in &drawn.tags {
        match tag {
            Tag::Text(text) => feature.add_tag_string(name, text),
            Tag::Natural(number) => feature.add_tag_uint(name, *number),
            Tag::Whole(number) => feature.add_tag_sint(name, *number),
            Tag::Number(number) => feature.add_tag_double(name, *number),
            Tag::Flag(flag) => feature.add_tag_bool(name, *flag),
        }
    }
    feature.into_layer()
}

/// A shape as one geometry for each kind that it holds; as good as always just one.
fn geometries(shape: &GridShape) -> Result<Vec<GeomData>, TileError> {
    let mut geometries = Vec::with_capacity(1);
    if !shape.points.is_empty() {
        geometries.push(points(&shape.points)?);
    }
    if !shape.lines.is_empty() {
        geometries.push(lines(&shape.lines)?);
    }
    if !shape.areas.is_empty() {
        geometries.push(areas(&shape.areas)?);
    }
    Ok(geometries)
}

fn points(points: &[Cell]) -> Result<GeomData, TileError> {
    let mut encoder = GeomEncoder::new(GeomType::Point);
    for point in points {
        encoder.add_point(point.x, point.y)?;
    }
    Ok(encoder.encode()?)
}

/// The encoder leaves out the move to where it already is, and what follows then belongs to the line before. So lines
/// that go on where one ended are one line from the start.
fn lines(lines: &[Vec<Cell>]) -> Result<GeomData, TileError> {
    let mut encoder = GeomEncoder::new(GeomType::Linestring);
    let mut end: Option<Cell> = None;
    for line in lines {
        let goes_on = end.is_some() && end == line.first().copied();
        if end.is_some() && !goes_on {
            encoder.complete_geom()?;
        }
        for point in &line[usize::from(goes_on)..] {
            encoder.add_point(point.x, point.y)?;
        }
        end = line.last().copied();
    }
    Ok(encoder.encode()?)
}

/// A ring must not begin where the one before ended, for the same reason; it is turned by one vertex then.
fn areas(areas: &[Vec<Vec<Cell>>]) -> Result<GeomData, TileError> {
    let mut encoder = GeomEncoder::new(GeomType::Polygon);
    let mut end: Option<Cell> = None;
    for ring in areas.iter().flatten() {
        if end.is_some() {
            encoder.complete_geom()?;
        }
        let turn = usize::from(end == ring.first().copied());
        let turned = ring[turn..].iter().chain(&ring[..turn]);
        for point in turned {
            encoder.add_point(point.x, point.y)?;
            end = Some(*point);
        }
    }
    Ok(encoder.encode()?)
}
