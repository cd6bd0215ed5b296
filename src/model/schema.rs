//! What each layer may hold: fields, types, units, allowed values. The table itself is data (`data/layers.toml`).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Layer, Properties, Text};
use crate::geom::Geometry;

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Flag,
    /// A day, `2026-11-24`.
    Date,
    /// A list of texts or objects.
    List,
}

/// A shape that a layer accepts; the multi form of each is meant too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Points.
    Point,
    /// Lines.
    Line,
    /// Polygons.
    Area,
}

/// A field of a layer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The canonical name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// What people call it.
    pub title: Text,
    /// Whether a feature without it is refused.
    #[serde(default)]
    pub required: bool,
    /// The unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The least allowed number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// The allowed values; none listed means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
    /// Whether values beyond those listed are kept.
    #[serde(default)]
    pub open: bool,
}

/// A layer's table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerSchema {
    /// Which layer.
    pub name: Layer,
    /// What people call it.
    pub title: Text,
    /// The shapes it accepts.
    pub geometry: Vec<Shape>,
    /// Its fields, those that every layer knows last.
    #[serde(rename = "field", alias = "fields")]
    pub fields: Vec<Field>,
}

/// What is wrong with one value of a feature.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// A required field is missing.
    #[error("field {0} is missing")]
    Missing(String),
    /// A value of the wrong type.
    #[error("field {field} is {value}, not {expected}")]
    Type {
        /// The field.
        field: String,
        /// What came.
        value: Value,
        /// What was expected.
        expected: &'static str,
    },
    /// A value that is not among those allowed.
    #[error("field {field} is {value}; allowed are {allowed}")]
    NotAllowed {
        /// The field.
        field: String,
        /// What came.
        value: Value,
        /// The allowed values in one line.
        allowed: String,
    },
    /// A number below the least allowed.
    #[error("field {field} is {value}, below {least}")]
    TooSmall {
        /// The field.
        field: String,
        /// What came.
        value: f64,
        /// The least allowed.
        least: f64,
    },
    /// A shape the layer does not take.
    #[error("a {found} geometry does not belong in layer {layer}, which takes {takes}")]
    Shape {
        /// The layer.
        layer: Layer,
        /// What came.
        found: &'static str,
        /// What the layer takes.
        takes: String,
    },
}

impl Fault {
    /// The field at fault; `geometry` for the shape.
    pub fn field(&self) -> &str {
        match self {
            Self::Missing(field)
            | Self::Type { field, .. }
            | Self::NotAllowed { field, .. }
            | Self::TooSmall { field, .. } => field,
            Self::Shape { .. } => "geometry",
        }
    }
}

/// What was found when a feature was held against its layer's table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// What makes it unacceptable.
    pub faults: Vec<Fault>,
    /// What is odd but kept.
    pub oddities: Vec<Fault>,
}

/// The tables of all layers.
#[derive(Debug)]
pub struct Schema {
    layers: BTreeMap<Layer, LayerSchema>,
    names: HashMap<Box<str>, Arc<str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    common: Vec<Field>,
    layer: Vec<LayerSchema>,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let file: SchemaFile = toml::from_str(include_str!("../../data/layers.toml"))
        .unwrap_or_else(|error| unreachable!("data/layers.toml is checked by a test: {error}"));
    Schema::build(file)
});

impl Schema {
    /// The tables shipped with the program.
    pub fn shipped() -> &'static Self {
        &SCHEMA
    }

    /// The table of one layer.
    pub fn layer(layer: Layer) -> &'static LayerSchema {
        &SCHEMA.layers[&layer]
    }

    /// Every table, in the order of the layers' names.
    pub fn layers(&self) -> impl Iterator<Item = &LayerSchema> {
        self.layers.values()
    }

    /// One shared copy of a field name that the tables know, else a copy of its own.
    pub(super) fn shared_name(name: &str) -> Arc<str> {
        SCHEMA.names.get(name).cloned().unwrap_or_else(|| Arc::from(name))
    }

    fn build(file: SchemaFile) -> Self {
        let mut layers = BTreeMap::new();
        for mut layer in file.layer {
            layer.fields.extend(file.common.iter().cloned());
            for field in &mut layer.fields {
                if layer.name == Layer::Coverage && field.name == "layer" {
                    field.values = Layer::ALL.iter().map(|layer| Value::from(layer.name())).collect();
                }
            }
            layers.insert(layer.name, layer);
        }
        let fields = layers.values().flat_map(|layer| &layer.fields);
        let names = fields.map(|field| (field.name.as_str().into(), Arc::from(field.name.as_str()))).collect();
        Self { layers, names }
    }
}

impl LayerSchema {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Holds a feature's shape and values against the table. Texts that plainly write a number, a whole number or yes/no
    /// are turned into one where the field wants it, since many formats know only text.
    pub fn check(&self, geometry: &Geometry, properties: &mut Properties) -> Checked {
        let mut checked = Checked::default();
        checked.faults.extend(self.shape_fault(geometry));
        for field in &self.fields {
            match properties.get(&field.name) {
                None if field.required => checked.faults.push(Fault::Missing(field.name.clone())),
                None => {}
                Some(value) => {
                    let coerced = field.coerced(value);
                    match field.fault(coerced.as_ref().unwrap_or(value)) {
                        Some(fault @ Fault::NotAllowed { .. }) if field.open => checked.oddities.push(fault),
                        Some(fault) => checked.faults.push(fault),
                        None => {}
                    }
                    if let Some(value) = coerced {
                        properties.set(&field.name, value);
                    }
                }
            }
        }
        checked
    }

    fn shape_fault(&self, geometry: &Geometry) -> Option<Fault> {
        let (shape, found) = match geometry {
            Geometry::Point(_) => (Some(Shape::Point), "Point"),
            Geometry::MultiPoint(_) => (None, "MultiPoint"),
            Geometry::Line(_) | Geometry::LineString(_) => (Some(Shape::Line), "LineString"),
            Geometry::MultiLineString(_) => (Some(Shape::Line), "MultiLineString"),
            Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => (Some(Shape::Area), "Polygon"),
            Geometry::MultiPolygon(_) => (Some(Shape::Area), "MultiPolygon"),
            Geometry::GeometryCollection(_) => (None, "GeometryCollection"),
        };
        if shape.is_some_and(|shape| self.geometry.contains(&shape)) {
            return None;
        }
        let takes = self.geometry.iter().map(|shape| match shape {
            Shape::Point => "points",
            Shape::Line => "lines",
            Shape::Area => "polygons",
        });
        Some(Fault::Shape { layer: self.name, found, takes: takes.collect::<Vec<_>>().join(" or ") })
    }
}

impl Field {
    /// The value as the field's type, where it was written as another; `None` where it may stay.
    fn coerced(&self, value: &Value) -> Option<Value> {
        let Some(text) = value.as_str().map(str::trim) else {
            return self.whole(value);
        };
        match self.field_type {
            FieldType::Number => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from),
            FieldType::Integer => text.parse::<i64>().ok().map(Value::from),
            FieldType::Flag => match text {
                "true" | "True" | "TRUE" | "是" | "1" => Some(Value::Bool(true)),
                "false" | "False" | "FALSE" | "否" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            FieldType::List if text.starts_with('[') => serde_json::from_str(text).ok(),
            _ => None,
        }
    }

    /// Whole numbers and flags that a format could only write as 2.0 or 1.
    fn whole(&self, value: &Value) -> Option<Value> {
        let number = value.as_f64()?;
        let whole = (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
        match self.field_type {
            FieldType::Integer => whole.map(Value::from),
            FieldType::Flag if number == 0.0 || number == 1.0 => Some(Value::Bool(number == 1.0)),
            // Codes that a spreadsheet took for a number.
            FieldType::Text => Some(whole.map_or_else(|| value.to_string(), |whole| whole.to_string()).into()),
            _ => None,
        }
    }

    fn fault(&self, value: &Value) -> Option<Fault> {
        let (fits, expected) = match self.field_type {
            FieldType::Text => (value.is_string(), "text"),
            FieldType::Number => (value.is_number(), "a number"),
            FieldType::Integer => (value.is_i64() || value.is_u64(), "a whole number"),
            FieldType::Flag => (value.is_boolean(), "true or false"),
            FieldType::Date => (
                value.as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
                "a date such as 2026-11-24",
            ),
            FieldType::List => (value.is_array(), "a list"),
        };
        if !fits {
            return Some(Fault::Type { field: self.name.clone(), value: value.clone(), expected });
        }
        if let (Some(least), Some(number)) = (self.least, value.as_f64())
            && number < least
        {
            return Some(Fault::TooSmall { field: self.name.clone(), value: number, least });
        }
        let allowed = self.values.is_empty() || self.values.contains(value);
        (!allowed).then(|| Fault::NotAllowed {
            field: self.name.clone(),
            value: value.clone(),
            allowed: self.values.iter().map(plain).collect::<Vec<_>>().join(", "),
        })
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::Kinds;
    use serde_json::json;

    fn takes_every_project_kind(layer: Layer) -> bool {
        let field = Schema::layer(layer).field("kind").unwrap();
        Kinds::shipped().projects().all(|kind| field.values.contains(&Value::from(kind.kind.as_str())))
    }

    fn check(layer: Layer, properties: Value) -> (Checked, Properties) {
        let mut properties: Properties = serde_json::from_value(properties).unwrap();
        let checked = Schema::layer(layer).check(&Point::new(115.8, 29.6).into(), &mut properties);
        (checked, properties)
    }

    #[test]
    fn the_table_has_every_layer() {
        assert_eq!(Schema::shipped().layers().count(), Layer::ALL.len());
    }

    #[test]
    fn enterprises_and_installations_take_every_project_kind() {
        assert!(takes_every_project_kind(Layer::Enterprises));
        assert!(takes_every_project_kind(Layer::Installations));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let (checked, _) = check(Layer::Enterprises, json!({"kind": "castle", "risk_level": 7, "extent_m": -1}));
        let fields: Vec<&str> = checked.faults.iter().map(Fault::field).collect();
        assert_eq!(fields, ["name", "kind", "risk_level", "extent_m"]);
    }

    #[test]
    fn texts_that_write_a_number_become_one() {
        let (checked, properties) = check(
            Layer::Enterprises,
            json!({"name": 12.0, "kind": "factory", "risk_level": "2.0", "risk_score": " 61.5 "}),
        );
        assert_eq!(properties.text("name"), Some("12"));
        assert_eq!(properties.number("risk_score"), Some(61.5));
        assert_eq!(checked.faults.iter().map(Fault::field).collect::<Vec<_>>(), ["risk_level"]);
        let (checked, properties) =
            check(Layer::Enterprises, json!({"name": "厂", "kind": "factory", "risk_level": 2.0}));
        assert_eq!((checked.faults.len(), properties.get("risk_level")), (0, Some(&json!(2))));
    }

    #[test]
    fn open_lists_keep_what_they_do_not_know() {
        let (checked, _) = check(Layer::ProtectionTargets, json!({"name": "x", "kind": "ice_rink"}));
        assert!(checked.faults.is_empty() && checked.oddities.len() == 1);
    }

    #[test]
    fn a_shape_the_layer_does_not_take_is_a_fault() {
        let (checked, _) = check(Layer::Roads, json!({"name": "G105", "kind": "national"}));
        assert!(matches!(checked.faults.as_slice(), [Fault::Shape { found: "Point", .. }]));
    }
}
