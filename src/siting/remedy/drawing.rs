//! A shape on the wire.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::geom::{Coord, Geometry, LineString, Polygon};

/// A geometry in longitude/latitude degrees that is written as GeoJSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing(pub Geometry);

type Line = Vec<[f64; 2]>;

impl Serialize for Drawing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Geometry::Point(point) => written(serializer, "Point", &position(&point.0)),
            Geometry::MultiPoint(points) => {
                written(serializer, "MultiPoint", &points.iter().map(|point| position(&point.0)).collect::<Line>())
            }
            Geometry::LineString(way) => written(serializer, "LineString", &line(way)),
            Geometry::MultiLineString(ways) => {
                written(serializer, "MultiLineString", &ways.iter().map(line).collect::<Vec<_>>())
            }
            Geometry::Polygon(area) => written(serializer, "Polygon", &rings(area)),
            Geometry::MultiPolygon(areas) => {
                written(serializer, "MultiPolygon", &areas.iter().map(rings).collect::<Vec<_>>())
            }
            _ => Err(serde::ser::Error::custom("a site is made of points, lines or polygons")),
        }
    }
}

fn written<S: Serializer, T: Serialize>(serializer: S, kind: &str, coordinates: &T) -> Result<S::Ok, S::Error> {
    let mut members = serializer.serialize_struct("Geometry", 2)?;
    members.serialize_field("type", kind)?;
    members.serialize_field("coordinates", coordinates)?;
    members.end()
}

fn position(place: &Coord) -> [f64; 2] {
    [place.x, place.y]
}

fn line(way: &LineString) -> Line {
    way.coords().map(position).collect()
}

fn rings(area: &Polygon) -> Vec<Line> {
    std::iter::once(area.exterior()).chain(area.interiors()).map(line).collect()
}
