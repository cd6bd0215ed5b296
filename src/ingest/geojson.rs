//! Features of a GeoJSON text as rows.
//!
//! Well-formed features take one pass without an intermediate tree. Whatever trips that pass is read again as plain JSON,
//! so that its id is known and its fault can be told in words.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::batch::{Batch, Source};
use super::geometry::{Drawn, GeometryFault, GeometrySeed, drawn};
use super::records::{CutError, Frame, Records};
use super::row::{FieldFault, Reject, Row};
use crate::model::Properties;

/// Bytes of text that are handed on at a time.
const BATCH: usize = 4 << 20;
/// The code of a row that is no Feature.
pub(super) const NOT_A_FEATURE: &str = "not_a_feature";
const GEOMETRY_TYPES: [&str; 7] =
    ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"];

/// Features cut from a text, still as text.
#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
    first_number: u64,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// One of the features, read.
    pub fn row(&self, place: usize) -> Row {
        row(self.first_number + place as u64, &self.bytes[self.places[place].clone()])
    }
}

/// A GeoJSON text as a source of rows.
pub(super) struct GeoJsonSource<R> {
    records: Records<R>,
    next_number: u64,
}

impl<R: Read> GeoJsonSource<R> {
    pub fn new(text: R) -> Self {
        Self { records: Records::new(text), next_number: 1 }
    }

    pub fn frame(&self) -> &Frame {
        self.records.frame()
    }
}

impl<R: Read> Source for GeoJsonSource<R> {
    type Error = CutError;

    fn next_batch(&mut self) -> Result<Batch, CutError> {
        let mut texts = Texts { first_number: self.next_number, ..Texts::default() };
        while texts.bytes.len() < BATCH {
            let Some(record) = self.records.next()? else { break };
            let start = texts.bytes.len();
            texts.bytes.extend_from_slice(record);
            texts.places.push(start..texts.bytes.len());
        }
        self.next_number += texts.len() as u64;
        Ok(Batch::Texts(texts))
    }
}

fn row(number: u64, text: &[u8]) -> Row {
    let mut json = serde_json::Deserializer::from_slice(text);
    match FeatureSeed.deserialize(&mut json) {
        Ok(feature) if json.end().is_ok() => feature.row(number),
        _ => diagnosed(number, text),
    }
}

/// A feature that is not as it should be, read slowly.
fn diagnosed(number: u64, text: &[u8]) -> Row {
    match serde_json::from_slice::<Value>(text) {
        Ok(value) => row_of(number, &value),
        Err(error) => Row::unreadable(number, unreadable(text, &error)),
    }
}

fn unreadable(text: &[u8], error: &serde_json::Error) -> Reject {
    if std::str::from_utf8(text).is_err() {
        let fault = FieldFault::new("", "the text is not UTF-8", "save the file as UTF-8");
        return Reject::new("encoding", fault);
    }
    let fault = FieldFault::new("", format!("no valid JSON: {error}"), "mend the feature or export the file again");
    Reject::new("json", fault)
}

/// A Feature (or bare geometry) that is already JSON, as a row.
pub(super) fn row_of(number: u64, value: &Value) -> Row {
    let type_name = value.get("type").and_then(Value::as_str).unwrap_or_default();
    if GEOMETRY_TYPES.contains(&type_name) {
        let geometry = drawn(value).map(Some);
        return Row { number, id: None, geometry, properties: Properties::new(), fault: None };
    }
    let mut row = Row {
        number,
        id: value.get("id").filter(|id| !id.is_null()).cloned(),
        geometry: geometry_of(value),
        properties: Properties::new(),
        fault: None,
    };
    if type_name != "Feature" {
        row.fault = Some(not_a_feature(value));
        return row;
    }
    match value.get("properties") {
        None | Some(Value::Null) => {}
        Some(Value::Object(members)) => {
            row.properties = members.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        }
        Some(_) => {
            let fault = FieldFault::new("properties", "the properties are no object", "write properties as {…}");
            row.fault = Some(Reject::new("properties", fault));
        }
    }
    row
}

fn geometry_of(feature: &Value) -> Result<Option<Drawn>, GeometryFault> {
    match feature.get("geometry") {
        None | Some(Value::Null) => Ok(None),
        Some(geometry) => drawn(geometry).map(Some),
    }
}

fn not_a_feature(value: &Value) -> Reject {
    let found = match value.get("type") {
        Some(name) => format!("its type is {name}"),
        None if value.is_object() => "it has no type".to_owned(),
        None => "it is no object".to_owned(),
    };
    let hint = "write {\"type\": \"Feature\", \"geometry\": …, \"properties\": …}";
    Reject::new(NOT_A_FEATURE, FieldFault::new("type", format!("no Feature: {found}"), hint))
}

#[derive(Default)]
struct WellFormed {
    is_feature: bool,
    id: Option<Value>,
    geometry: Option<Drawn>,
    properties: Properties,
}

impl WellFormed {
    fn row(self, number: u64) -> Row {
        Row { number, id: self.id, geometry: Ok(self.geometry), properties: self.properties, fault: None }
    }
}

struct FeatureSeed;

impl<'de> DeserializeSeed<'de> for FeatureSeed {
    type Value = WellFormed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<WellFormed, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeatureSeed {
    type Value = WellFormed;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a Feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WellFormed, A::Error> {
        let mut feature = WellFormed::default();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match &*name {
                "type" => feature.is_feature = map.next_value::<Cow<'de, str>>()? == "Feature",
                "id" => feature.id = Some(map.next_value::<Value>()?).filter(|id| !id.is_null()),
                "geometry" => feature.geometry = map.next_value_seed(GeometryOrNull)?,
                "properties" => feature.properties = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if feature.is_feature { Ok(feature) } else { Err(A::Error::custom("no Feature")) }
    }
}

struct GeometryOrNull;

impl<'de> DeserializeSeed<'de> for GeometryOrNull {
    type Value = Option<Drawn>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Drawn>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for GeometryOrNull {
    type Value = Option<Drawn>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a geometry or null")
    }

    fn visit_none<E>(self) -> Result<Option<Drawn>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Drawn>, D::Error> {
        GeometrySeed { depth: 0 }.deserialize(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Row {
        row(1, text.as_bytes())
    }

    #[test]
    fn a_feature_is_read_with_members_in_any_order() {
        let row = read(
            r#"{"properties":{"name":"甲","n":1},"geometry":{"coordinates":[1,2],"type":"Point"},"x":[[]],"id":7,"type":"Feature"}"#,
        );
        assert_eq!(row.id, Some(7.into()));
        assert_eq!(row.properties.text("name"), Some("甲"));
        assert!(row.fault.is_none() && row.geometry.unwrap().is_some());
    }

    #[test]
    fn a_bad_geometry_keeps_the_id_and_the_properties() {
        let row = read(
            r#"{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":["1",2]},"properties":{"name":"甲"}}"#,
        );
        assert_eq!(row.id, Some("a".into()));
        assert_eq!(row.properties.text("name"), Some("甲"));
        assert!(row.geometry.unwrap_err().what.contains("number"));
    }

    #[test]
    fn what_is_no_feature_says_so() {
        for (text, code) in [
            ("null", "not_a_feature"),
            ("{}", "not_a_feature"),
            (r#"{"type":"feature","geometry":null,"properties":null}"#, "not_a_feature"),
            (r#"{"type":"Feature","geometry":null,"properties":[]}"#, "properties"),
            (r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,1]},"properties":{}}"#, "json"),
            (r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,1]},"properties":{}}"#, "json"),
        ] {
            assert_eq!(read(text).fault.map(|fault| fault.code), Some(code), "{text}");
        }
        assert_eq!(
            row(1, b"{\"type\":\"Feature\",\"properties\":{\"a\":\"\xC4\xE3\"}}").fault.unwrap().code,
            "encoding"
        );
    }

    #[test]
    fn deep_nesting_is_refused_without_overflow() {
        let deep = format!(
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":{}}}}}"#,
            "[".repeat(500) + &"]".repeat(500)
        );
        assert_eq!(read(&deep).fault.unwrap().code, "json");
    }
}
