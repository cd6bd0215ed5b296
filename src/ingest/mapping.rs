//! Which column of a foreign file is which field, and which of its words are which values.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::IngestError;
use crate::model::schema::LayerSchema;
use crate::model::{Properties, Schema};

/// A mapping file: columns to fields, values of fields to other values, and values for fields that a row leaves empty.
///
/// ```toml
/// [columns]
/// "企业名称" = "name"
///
/// [values.kind]
/// "化工" = "chemical_plant"
///
/// [defaults]
/// data_origin = "survey"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The file's column → the layer's field.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Field → the file's value as text → the layer's value.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, Value>>,
    /// Field → its value in rows that have none.
    #[serde(default)]
    pub defaults: BTreeMap<String, Value>,
}

impl Mapping {
    /// Reads a mapping written as TOML, or as JSON where it begins with a brace.
    pub fn parse(text: &str) -> Result<Self, IngestError> {
        let told = |what: String| IngestError::Mapping { what };
        if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| told(error.to_string()))
        } else {
            toml::from_str(text).map_err(|error| told(error.to_string()))
        }
        .and_then(Self::checked)
    }

    /// Reads a mapping file.
    pub fn read(path: &Path) -> Result<Self, IngestError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| IngestError::Mapping { what: format!("{}: {error}", path.display()) })?;
        Self::parse(&text)
    }

    fn checked(self) -> Result<Self, IngestError> {
        let mut from: HashMap<&str, &str> = HashMap::new();
        for (column, field) in &self.columns {
            if let Some(other) = from.insert(field, column) {
                let what = format!("columns {other:?} and {column:?} both become {field:?}");
                return Err(IngestError::Mapping { what });
            }
        }
        Ok(self)
    }

    fn apply(&self, properties: &Properties) -> Properties {
        let mut mapped = Properties::new();
        let renamed = |name: &str| self.columns.get(name).cloned();
        let all: Vec<(String, Value)> = properties
            .iter()
            .map(|(name, value)| (renamed(name).unwrap_or_else(|| name.to_owned()), value.clone()))
            .collect();
        for (name, value) in all {
            let value = self.values.get(&name).and_then(|words| words.get(&word(&value))).cloned().unwrap_or(value);
            // A column named in the mapping wins over one that happens to bear the field's name.
            if mapped.get(&name).is_none() || self.columns.values().any(|field| *field == name) {
                mapped.set(&name, value);
            }
        }
        mapped
    }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}

/// Turns the columns of a file into the fields of a layer.
pub(super) struct Columns<'a> {
    mapping: Option<&'a Mapping>,
    schema: &'static LayerSchema,
    /// Lower-case names and Chinese titles of the fields.
    alike: HashMap<String, &'static str>,
}

impl<'a> Columns<'a> {
    pub fn new(schema: &'static LayerSchema, mapping: Option<&'a Mapping>) -> Self {
        let mut alike = HashMap::new();
        for field in schema.fields.iter().rev() {
            alike.insert(field.title.zh.clone(), field.name.as_str());
        }
        for field in &schema.fields {
            alike.insert(field.name.to_lowercase(), field.name.as_str());
        }
        Self { mapping, schema, alike }
    }

    /// The properties under the layer's names, without empty texts; beside them the columns that were recognised by a
    /// like name, with the field they became.
    pub fn mapped(&self, properties: Properties) -> (Properties, Vec<(String, &'static str)>) {
        let mut properties = match self.mapping {
            Some(mapping) => mapping.apply(&properties),
            None => properties,
        };
        let recognised = self.recognised(&properties);
        for (column, field) in &recognised {
            if let Some(value) = properties.remove(column) {
                properties.set(field, value);
            }
        }
        let blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        let blanks = properties.iter().filter(|(name, value)| blank(value) && self.schema.field(name).is_some());
        for name in blanks.map(|(name, _)| name.to_owned()).collect::<Vec<_>>() {
            properties.remove(&name);
        }
        for (field, value) in self.mapping.iter().flat_map(|mapping| &mapping.defaults) {
            if properties.get(field).is_none() {
                properties.set(field, value.clone());
            }
        }
        (properties, recognised)
    }

    fn recognised(&self, properties: &Properties) -> Vec<(String, &'static str)> {
        let mut found: Vec<(String, &'static str)> = Vec::new();
        for (name, _) in properties.iter() {
            if name == "id" || self.schema.field(name).is_some() {
                continue;
            }
            if let Some(field) = self.alike.get(&name.to_lowercase())
                && properties.get(field).is_none()
                && found.iter().all(|(_, taken)| taken != field)
            {
                found.push((name.to_owned(), field));
            }
        }
        found
    }
}

/// The table of a layer.
pub(super) fn schema(layer: crate::model::Layer) -> &'static LayerSchema {
    Schema::layer(layer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Layer;
    use serde_json::json;

    fn mapped(mapping: Option<&Mapping>, properties: Value) -> (Value, Vec<(String, &'static str)>) {
        let columns = Columns::new(schema(Layer::Enterprises), mapping);
        let (properties, recognised) = columns.mapped(serde_json::from_value(properties).unwrap());
        (serde_json::to_value(properties).unwrap(), recognised)
    }

    #[test]
    fn columns_and_values_are_renamed() {
        let mapping = Mapping::parse(
            "[columns]\n\"企业\" = \"name\"\n[values.kind]\n\"化工\" = \"chemical_plant\"\n\"3\" = \"mine\"",
        )
        .unwrap();
        let (properties, _) = mapped(Some(&mapping), json!({"name": "旧", "企业": "甲", "kind": "化工", "other": ""}));
        assert_eq!(properties, json!({"name": "甲", "kind": "chemical_plant", "other": ""}));
        assert_eq!(mapped(Some(&mapping), json!({"kind": 3})).0, json!({"kind": "mine"}));
    }

    #[test]
    fn like_names_are_recognised_and_told_and_blanks_dropped() {
        let (properties, recognised) = mapped(None, json!({"Name": "甲", "类别": "factory", "uscc": "  ", "ID": 0}));
        assert_eq!(properties, json!({"ID": 0, "name": "甲", "kind": "factory"}));
        assert_eq!(recognised, [("Name".to_owned(), "name"), ("类别".to_owned(), "kind")]);
    }

    #[test]
    fn defaults_fill_what_is_empty() {
        let mapping = Mapping::parse("[defaults]\nkind = \"factory\"\nrisk_level = 4").unwrap();
        let (properties, _) = mapped(Some(&mapping), json!({"kind": " ", "risk_level": 1}));
        assert_eq!(properties, json!({"risk_level": 1, "kind": "factory"}));
    }

    #[test]
    fn a_bad_mapping_is_refused() {
        assert!(Mapping::parse("[columns]\na = \"name\"\nb = \"name\"").is_err());
        assert!(Mapping::parse("[colums]\n").is_err());
        assert_eq!(Mapping::parse("{\"columns\":{\"a\":\"name\"}}").unwrap().columns.len(), 1);
    }
}
