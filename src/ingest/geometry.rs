//! One GeoJSON geometry, read straight into a shape.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::coordinates::Coordinates;
use crate::geom::{Geometry, LineString, Polygon, repair};

/// Collections may lie this deep in one another.
const DEEPEST_COLLECTION: usize = 16;
/// A closed ring has at least this many positions.
const LEAST_RING: usize = 4;

/// What is wrong with a geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct GeometryFault {
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub hint: String,
}

impl GeometryFault {
    /// A fault and the way to mend it.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into() }
    }

    /// A fault in the way the geometry is written.
    pub(super) fn written(what: impl fmt::Display) -> Self {
        Self::new(what.to_string(), "write the geometry as RFC 7946 says")
    }
}

/// A geometry as somebody drew it, in the units of its file, and what is odd about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    pub geometry: Geometry,
    /// Rings whose last position was not their first; they have been closed.
    pub unclosed_rings: usize,
    /// Whether positions had a height, which is not kept.
    pub with_height: bool,
}

/// Reads one GeoJSON geometry. Rings must be closed and must not cross themselves or one another; nothing is repaired.
/// Heights are left out. Whether the place makes sense is not asked.
pub fn from_geojson(value: &Value) -> Result<Geometry, GeometryFault> {
    if value.is_null() {
        return Err(GeometryFault::new("there is no geometry", "give a geometry with type and coordinates"));
    }
    let drawn = drawn(value)?;
    if drawn.unclosed_rings > 0 {
        let what = format!("{} ring(s) are not closed", drawn.unclosed_rings);
        return Err(GeometryFault::new(what, "repeat the first position of each ring at its end"));
    }
    degenerate_ring(&drawn.geometry).map_or(Ok(()), Err)?;
    match repair::crossing(&drawn.geometry) {
        Ok(None) => Ok(drawn.geometry),
        Ok(Some(at)) => Err(GeometryFault::new(
            format!("the polygon crosses or touches itself at {} {}", at.x, at.y),
            "draw the outline so that no two of its edges meet except at the corner they share",
        )),
        Err(tangled) => Err(GeometryFault::new(tangled.to_string(), "draw a simpler outline")),
    }
}

fn degenerate_ring(geometry: &Geometry) -> Option<GeometryFault> {
    let areas: &[Polygon] = match geometry {
        Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
        Geometry::MultiPolygon(areas) => &areas.0,
        _ => return None,
    };
    let mut rings = areas.iter().flat_map(|area| std::iter::once(area.exterior()).chain(area.interiors()));
    let distinct = |ring: &LineString| {
        let mut ring = ring.0.clone();
        ring.dedup();
        ring.len()
    };
    rings
        .any(|ring| distinct(ring) < LEAST_RING)
        .then(|| GeometryFault::new("a ring has fewer than three different positions", "draw at least three corners"))
}

/// Reads a geometry that is already JSON.
pub(super) fn drawn(value: &Value) -> Result<Drawn, GeometryFault> {
    GeometrySeed { depth: 0 }.deserialize(value).map_err(GeometryFault::written)
}

/// Reads a geometry object; depth counts the collections around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct GeometrySeed {
    pub depth: usize,
}

impl<'de> DeserializeSeed<'de> for GeometrySeed {
    type Value = Drawn;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Drawn, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for GeometrySeed {
    type Value = Drawn;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a geometry object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Drawn, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match &*name {
                "type" => members.type_name = Some(map.next_value::<Cow<'de, str>>()?),
                "coordinates" => members.coordinates = Some(map.next_value()?),
                "geometries" => members.parts = Some(map.next_value_seed(PartsSeed { depth: self.depth + 1 })?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        members.drawn().map_err(A::Error::custom)
    }
}

#[derive(Default)]
struct Members<'de> {
    type_name: Option<Cow<'de, str>>,
    coordinates: Option<Coordinates>,
    parts: Option<Vec<Drawn>>,
}

impl Members<'_> {
    fn drawn(self) -> Result<Drawn, String> {
        let type_name = self.type_name.ok_or("a geometry without type")?;
        if type_name == "GeometryCollection" {
            return Ok(collection(self.parts.ok_or("a GeometryCollection without geometries")?));
        }
        let coordinates = self.coordinates.ok_or_else(|| format!("a {type_name} without coordinates"))?;
        coordinates.drawn(&type_name)
    }
}

fn collection(parts: Vec<Drawn>) -> Drawn {
    Drawn {
        unclosed_rings: parts.iter().map(|part| part.unclosed_rings).sum(),
        with_height: parts.iter().any(|part| part.with_height),
        geometry: Geometry::GeometryCollection(parts.into_iter().map(|part| part.geometry).collect()),
    }
}

#[derive(Clone, Copy)]
struct PartsSeed {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for PartsSeed {
    type Value = Vec<Drawn>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Drawn>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for PartsSeed {
    type Value = Vec<Drawn>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of geometries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Vec<Drawn>, A::Error> {
        if self.depth > DEEPEST_COLLECTION {
            return Err(A::Error::custom("collections lie too deep in one another"));
        }
        let mut all = Vec::new();
        while let Some(part) = parts.next_element_seed(GeometrySeed { depth: self.depth })? {
            all.push(part);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(value: &Value) -> String {
        from_geojson(value).unwrap_err().what
    }

    #[test]
    fn every_kind_is_read() {
        let square = json!([[0, 0], [1, 0], [1, 1], [0, 0]]);
        for (value, kind) in [
            (json!({"type": "Point", "coordinates": [115.8, 29.6]}), "POINT(115.8 29.6)"),
            (json!({"coordinates": [[1, 2], [3, 4]], "type": "MultiPoint"}), "MULTIPOINT(1 2,3 4)"),
            (json!({"type": "LineString", "coordinates": [[1, 2], [3.5, 4.5]]}), "LINESTRING(1 2,3.5 4.5)"),
            (
                json!({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}),
                "MULTILINESTRING((1 2,3 4),(5 6,7 8))",
            ),
            (json!({"type": "Polygon", "coordinates": [square]}), "POLYGON((0 0,1 0,1 1,0 0))"),
            (
                json!({"type": "MultiPolygon", "coordinates": [[square], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]}),
                "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))",
            ),
        ] {
            assert_eq!(wkt(&from_geojson(&value).unwrap()), kind);
        }
    }

    fn wkt(geometry: &Geometry) -> String {
        use gdal::vector::ToGdal;
        geometry.to_gdal().unwrap().wkt().unwrap().replacen(' ', "", 1).replace(", ", ",")
    }

    #[test]
    fn a_hole_may_touch_its_outline_at_a_point_but_not_cross_it() {
        let with_hole =
            |hole: Value| json!({"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], hole]});
        assert!(from_geojson(&with_hole(json!([[0, 5], [2, 6], [2, 4], [0, 5]]))).is_ok());
        assert!(fault(&with_hole(json!([[-1, 5], [2, 6], [2, 4], [-1, 5]]))).contains("crosses"));
    }

    #[test]
    fn heights_and_bare_text_are_told_apart() {
        let high = drawn(&json!({"type": "LineString", "coordinates": [[1, 2, 3], [4, 5, 6, 7]]})).unwrap();
        assert!(high.with_height);
        assert!(fault(&json!({"type": "Point", "coordinates": ["115.8", "29.6"]})).contains("115.8"));
        assert!(fault(&json!({"type": "Point", "coordinates": [115.8, "29.6"]})).contains("29.6"));
    }

    #[test]
    fn wrong_nesting_types_and_members_are_faults() {
        for value in [
            json!(null),
            json!("POINT(1 2)"),
            json!({"type": "Point"}),
            json!({"coordinates": [1, 2]}),
            json!({"type": "Point", "coordinates": [1]}),
            json!({"type": "Point", "coordinates": {"lon": 1}}),
            json!({"type": "point", "coordinates": [1, 2]}),
            json!({"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}),
            json!({"type": "Point", "coordinates": [[[1, 2]]]}),
            json!({"type": "LineString", "coordinates": [[1, 2], [[3, 4]]]}),
            json!({"type": "LineString", "coordinates": [[1, 2], []]}),
            json!({"type": "MultiPolygon", "coordinates": [[[[[1, 2]]]]]}),
            json!({"type": "GeometryCollection"}),
            json!({"type": "GeometryCollection", "geometries": [null]}),
            json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}),
            json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0], [0, 0]]]}),
            json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}),
        ] {
            assert!(from_geojson(&value).is_err(), "{value}");
        }
    }

    #[test]
    fn empty_coordinates_are_an_empty_geometry() {
        let empty = drawn(&json!({"type": "Polygon", "coordinates": []})).unwrap();
        assert!(crate::geom::Envelope::of(&empty.geometry).is_none());
    }
}
