//! The coordinates of a GeoJSON geometry, whatever its type.
//!
//! They are read as they come, before the type is known where need be, into one flat run of positions and the ends of
//! the rings, parts and polygons in it; no array of arrays is ever built.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Unexpected, Visitor};

use super::geometry::Drawn;
use crate::geom::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

/// A geometry with more positions than this is refused.
const MOST_POSITIONS: usize = 2_000_000;

/// Positions in one run, and where the arrays around them end: `ends[0]` counts positions and closes lines and rings,
/// `ends[1]` counts those and closes polygons and multi-lines, `ends[2]` counts polygons.
#[derive(Debug, Default)]
pub(super) struct Coordinates {
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

    /// The shape that a type name makes of them.
    pub fn drawn(self, type_name: &str) -> Result<Drawn, String> {
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
