//! One feature of the sample, and the marks every feature carries: where it comes from, and 模拟 on what is invented.

use serde_json::Value;

use super::shapes::Geometry;

/// What stands before the name of everything invented.
pub const INVENTED_MARK: &str = "模拟";

/// A feature: id, geometry in CGCS2000 longitude and latitude (degrees, longitude first), properties in file order.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleFeature {
    /// Unique in its layer, the same for the same seed, e.g. `ent-0001`.
    pub id: String,
    /// Longitude before latitude, rounded to 1e-7 degrees; rings right-handed (outer anticlockwise).
    pub geometry: Geometry<f64>,
    /// The contract's fields in the order they are written, `name` first. No field comes twice.
    pub properties: Vec<(&'static str, Value)>,
}

impl SampleFeature {
    /// The value of a field.
    pub fn property(&self, field: &str) -> Option<&Value> {
        self.properties.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }

    /// A rough drawing of a real thing under its real name.
    pub(super) fn sketched(id: String, name: &str, geometry: Geometry<f64>) -> Self {
        Self { id, geometry, properties: Vec::new() }.with("name", name).with("data_origin", "sketch")
    }

    /// Something that does not exist; its name gets [`INVENTED_MARK`] in front.
    pub(super) fn invented(id: String, name: &str, geometry: Geometry<f64>) -> Self {
        let name = format!("{INVENTED_MARK}{name}");
        Self { id, geometry, properties: Vec::new() }.with("name", name).with("data_origin", "synthetic")
    }

    /// The feature with one more field.
    pub(super) fn with(mut self, field: &'static str, value: impl Into<Value>) -> Self {
        self.properties.push((field, value.into()));
        self
    }

    /// The feature with one more field where there is a value for it.
    pub(super) fn with_some(self, field: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }
}

/// Gives out the ids of one layer in turn.
#[derive(Debug)]
pub(super) struct Ids {
    prefix: &'static str,
    given: usize,
}

impl Ids {
    /// Ids `prefix-0001`, `prefix-0002` …
    pub(super) fn new(prefix: &'static str) -> Self {
        Self { prefix, given: 0 }
    }

    /// The next id.
    pub(super) fn next(&mut self) -> String {
        self.given += 1;
        format!("{}-{:04}", self.prefix, self.given)
    }
}

/// A number with at most one decimal, as people write measures into tables.
pub(super) fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
