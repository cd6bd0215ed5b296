//! One GeoJSON geometry, read straight into a shape.
//!
//! Coordinates are read as they come, before the type is known where need be, into one flat run of positions and the
//! ends of the rings, parts and polygons in it; no array of arrays is ever built.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::Value;

use crate::geom::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, repair};

/// A geometry with more positions than this is refused.
pub const MOST_POSITIONS: usize = 2_000_000;
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

/// Positions in one run, and where the arrays around them end: `ends[0]` counts positions and closes lines and rings,
/// `ends[1]` counts those and closes polygons and multi-lines, `ends[2]` counts polygons.
#[derive(Debug, Default)]
struct Coordinates {
    positions: Vec<Coord>,
    ends: [Vec<usize>; 3],
    /// How many arrays deep the positions lie; `None` where there is no position at all.
    height: Option<usize>,
    with_height: bool,
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut coordinates = Self::default();
        let height = deserializer.deserialize_seq(ArraySeed(&mut coordinates))?;
        coordinates.height = height;
        Ok(coordinates)
    }
}

/// Reads an array of coordinates into the run; its value is how many arrays deep the positions in it lie.
struct ArraySeed<'a>(&'a mut Coordinates);

/// What an element of such an array turned out to be.
enum Element {
    Number(f64),
    Array(Option<usize>),
}

impl<'de> Visitor<'de> for ArraySeed<'_> {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array of coordinates")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Option<usize>, A::Error> {
        let coordinates = self.0;
        let inner = match array.next_element_seed(ElementSeed(coordinates))? {
            None => return Ok(None),
            Some(Element::Number(x)) => return coordinates.position(x, array).map(Some),
            Some(Element::Array(inner)) => inner.ok_or_else(|| A::Error::custom("an empty array among coordinates"))?,
        };
        while let Some(element) = array.next_element_seed(ElementSeed(coordinates))? {
            if !matches!(element, Element::Array(Some(height)) if height == inner) {
                return Err(A::Error::custom("coordinates of different depth lie side by side"));
            }
        }
        let count = if inner == 0 { coordinates.positions.len() } else { coordinates.ends[inner - 1].len() };
        let ends = coordinates.ends.get_mut(inner).ok_or_else(|| A::Error::custom("coordinates lie too deep"))?;
        ends.push(count);
        Ok(Some(inner + 1))
    }
}

impl Coordinates {
    /// The rest of a position whose first number has been read.
    fn position<'de, A: SeqAccess<'de>>(&mut self, x: f64, mut rest: A) -> Result<usize, A::Error> {
        let mut number = || match rest.next_element_seed(NumberSeed)? {
            Some(number) if number.is_finite() => Ok(Some(number)),
            Some(_) => Err(A::Error::custom("a coordinate is not a finite number")),
            None => Ok(None),
        };
        let y = number()?.ok_or_else(|| A::Error::custom("a position has only one number"))?;
        if number()?.is_some() {
            self.with_height = true;
            while number()?.is_some() {}
        }
        if self.positions.len() == MOST_POSITIONS {
            return Err(A::Error::custom(format_args!("the geometry has more than {MOST_POSITIONS} positions")));
        }
        self.positions.push(Coord { x, y });
        Ok(0)
    }

    fn drawn(self, type_name: &str) -> Result<Drawn, String> {
        let wanted = match type_name {
            "Point" => 0,
            "MultiPoint" | "LineString" => 1,
            "MultiLineString" | "Polygon" => 2,
            "MultiPolygon" => 3,
            _ => return Err(format!("unknown geometry type {type_name:?}")),
        };
        if self.height.is_some_and(|height| height != wanted) {
            return Err(format!("the coordinates of a {type_name} are nested wrongly"));
        }
        let unclosed_rings = if type_name.ends_with("Polygon") { self.unclosed_rings() } else { 0 };
        let with_height = self.with_height;
        Ok(Drawn { geometry: self.geometry(type_name), unclosed_rings, with_height })
    }

    fn unclosed_rings(&self) -> usize {
        self.lines().filter(|ring| ring.first() != ring.last()).count()
    }

    fn lines(&self) -> impl Iterator<Item = &[Coord]> {
        runs(&self.ends[0]).map(|run| &self.positions[run])
    }

    fn geometry(self, type_name: &str) -> Geometry {
        let line = |line: &[Coord]| LineString::new(line.to_vec());
        let polygons = || {
            let rings: Vec<LineString> = self.lines().map(line).collect();
            runs(&self.ends[1]).map(|run| polygon(&rings[run])).collect::<Vec<_>>()
        };
        match type_name {
            "Point" => match self.positions.first() {
                Some(at) => Point::from(*at).into(),
                None => MultiPoint::new(vec![]).into(),
            },
            "MultiPoint" => MultiPoint::from(self.positions).into(),
            "LineString" => LineString::new(self.positions).into(),
            "MultiLineString" => MultiLineString::new(self.lines().map(line).collect()).into(),
            "Polygon" => polygons().pop().unwrap_or_else(|| polygon(&[])).into(),
            _ => MultiPolygon::new(polygons()).into(),
        }
    }
}

fn runs(ends: &[usize]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends.iter().copied()).map(|(start, end)| start..end)
}

fn polygon(rings: &[LineString]) -> Polygon {
    match rings.split_first() {
        Some((shell, holes)) => Polygon::new(shell.clone(), holes.to_vec()),
        None => Polygon::new(LineString::new(vec![]), vec![]),
    }
}

struct ElementSeed<'a>(&'a mut Coordinates);

impl<'de> DeserializeSeed<'de> for ElementSeed<'_> {
    type Value = Element;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Element, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ElementSeed<'_> {
    type Value = Element;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number or an array")
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Element, E> {
        if number.is_finite() {
            Ok(Element::Number(number))
        } else {
            Err(E::custom("a coordinate is not a finite number"))
        }
    }

    fn visit_i64<E>(self, number: i64) -> Result<Element, E> {
        Ok(Element::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Element, E> {
        Ok(Element::Number(number as f64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<Element, A::Error> {
        ArraySeed(self.0).visit_seq(array).map(Element::Array)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Element, E> {
        Err(E::invalid_type(Unexpected::Str(text), &"a number as coordinate"))
    }
}

struct NumberSeed;

impl<'de> DeserializeSeed<'de> for NumberSeed {
    type Value = f64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<f64, D::Error> {
        f64::deserialize(deserializer)
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
