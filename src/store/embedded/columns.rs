//! How a feature's properties lie in the typed columns of its layer's table, and how they come back exactly.
//!
//! A column shows a value to QGIS and the like. What a column cannot give back exactly (a field that the layer does not
//! know, a whole number in a column of reals) stands in the column `extra`, which goes before the columns.

use serde_json::Value;

use crate::model::{Field, FieldType, Layer, Properties, Schema};

/// A value as a column holds it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Null,
    /// `TEXT`, `DATE`.
    Text(String),
    /// `DOUBLE`.
    Real(f64),
    /// `INTEGER`.
    Whole(i64),
    /// `BOOLEAN`.
    Flag(bool),
}

/// The declared type of a field's column, in the words of GeoPackage.
pub(super) fn column_type(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Text | FieldType::List => "TEXT",
        FieldType::Number => "DOUBLE",
        FieldType::Integer => "INTEGER",
        FieldType::Flag => "BOOLEAN",
        FieldType::Date => "DATE",
    }
}

/// A name as SQL quotes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The cells of a layer's fields in their order, and the text of `extra`.
pub(super) fn split(layer: Layer, properties: &Properties) -> (Vec<Cell>, Option<String>) {
    let fields = &Schema::layer(layer).fields;
    let mut cells = vec![Cell::Null; fields.len()];
    let mut extra = Properties::new();
    for (name, value) in properties.iter() {
        let place = fields.iter().position(|field| field.name == name);
        let held = place.and_then(|place| Some((place, cell(&fields[place], value)?)));
        if held.as_ref().is_none_or(|(_, (_, exact))| !exact) {
            extra.set(name, value.clone());
        }
        if let Some((place, (cell, _))) = held {
            cells[place] = cell;
        }
    }
    // Properties are plain JSON already, so writing them as text cannot fail.
    let text = (!extra.is_empty()).then(|| serde_json::to_string(&extra).unwrap_or_default());
    (cells, text)
}

/// What a field's column shows of a value, and whether it gives the very same back; `None` where it cannot show it.
fn cell(field: &Field, value: &Value) -> Option<(Cell, bool)> {
    match (field.field_type, value) {
        (FieldType::Text, Value::String(text)) => Some((Cell::Text(text.clone()), true)),
        (FieldType::Date, Value::String(text)) if is_plain_date(text) => Some((Cell::Text(text.clone()), true)),
        (FieldType::Number, Value::Number(number)) => Some((Cell::Real(number.as_f64()?), number.is_f64())),
        (FieldType::Integer, Value::Number(number)) if number.is_f64() => {
            let real = number.as_f64().filter(|real| real.fract() == 0.0 && real.abs() < 9e15)?;
            Some((Cell::Whole(real as i64), false))
        }
        (FieldType::Integer, Value::Number(number)) => Some((Cell::Whole(number.as_i64()?), true)),
        (FieldType::Flag, Value::Bool(flag)) => Some((Cell::Flag(*flag), true)),
        (FieldType::List, Value::Array(_)) => Some((Cell::Text(value.to_string()), true)),
        _ => None,
    }
}

/// `2026-11-24` and no other way to write a day: a `DATE` column would turn a text of digits into a number.
fn is_plain_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|date| date.to_string() == text)
}

/// Whether a row brings the field's column as it is. All others come packed in one JSON array, since every value that
/// crosses from SQLite costs as much as reading it does; reals must not, for SQLite writes them with too few digits.
pub(super) fn is_loose(field: &Field) -> bool {
    field.field_type == FieldType::Number
}

/// Puts the properties of a row together, from the packed values and the loose ones, each in the order of the fields.
pub(super) fn join(
    layer: Layer,
    mut packed: impl Iterator<Item = Value>,
    mut loose: impl FnMut(&str) -> Result<Option<f64>, String>,
    extra: Option<&str>,
) -> Result<Properties, String> {
    let mut extra: Properties = match extra {
        Some(text) => serde_json::from_str(text).map_err(|error| format!("column extra is no JSON object: {error}"))?,
        None => Properties::new(),
    };
    let mut properties = Properties::new();
    for field in &Schema::layer(layer).fields {
        let value =
            if is_loose(field) { loose(&field.name)?.into() } else { shown(field, packed.next().unwrap_or_default())? };
        properties.set(&field.name, extra.remove(&field.name).unwrap_or(value));
    }
    for (name, value) in extra.iter() {
        properties.set(name, value.clone());
    }
    Ok(properties)
}

/// The value that a column shows.
fn shown(field: &Field, value: Value) -> Result<Value, String> {
    match (field.field_type, value) {
        (_, Value::Null) => Ok(Value::Null),
        (FieldType::Text | FieldType::Date, value @ Value::String(_)) => Ok(value),
        (FieldType::Integer, Value::Number(number)) if !number.is_f64() => Ok(number.into()),
        (FieldType::Flag, Value::Number(number)) if !number.is_f64() => Ok((number.as_i64() != Some(0)).into()),
        (FieldType::List, Value::String(text)) => {
            serde_json::from_str(&text).map_err(|error| format!("column {} is no JSON: {error}", field.name))
        }
        (_, value) => {
            Err(format!("column {} holds {value}, which is no {}", field.name, column_type(field.field_type)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn extra_of(properties: Value) -> (Vec<Cell>, Value) {
        let properties = serde_json::from_value(properties).unwrap();
        let (cells, extra) = split(Layer::Coverage, &properties);
        (cells, extra.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()))
    }

    fn cell_of(layer: Layer, name: &str, value: Value) -> (Cell, bool) {
        let properties = [(name, value)].into_iter().collect();
        let (cells, extra) = split(layer, &properties);
        let place = Schema::layer(layer).fields.iter().position(|field| field.name == name).unwrap();
        (cells[place].clone(), extra.is_some())
    }

    #[test]
    fn what_a_column_gives_back_exactly_is_not_repeated() {
        let day = json!("2026-11-24");
        assert_eq!(cell_of(Layer::Coverage, "as_of", day), (Cell::Text("2026-11-24".into()), false));
        assert_eq!(cell_of(Layer::PowerLines, "voltage_kv", json!(110.5)), (Cell::Real(110.5), false));
        assert_eq!(cell_of(Layer::Enterprises, "risk_level", json!(2)), (Cell::Whole(2), false));
        assert_eq!(cell_of(Layer::Enterprises, "control", json!(false)), (Cell::Flag(false), false));
        assert_eq!(cell_of(Layer::Coverage, "kinds", json!(["a"])), (Cell::Text("[\"a\"]".into()), false));
    }

    #[test]
    fn what_a_column_would_change_is_kept_beside_it() {
        assert_eq!(cell_of(Layer::PowerLines, "voltage_kv", json!(110)), (Cell::Real(110.0), true));
        assert_eq!(cell_of(Layer::Enterprises, "risk_level", json!(2.0)), (Cell::Whole(2), true));
        assert_eq!(cell_of(Layer::Coverage, "as_of", json!("20261124")), (Cell::Null, true));
        assert_eq!(cell_of(Layer::Enterprises, "risk_level", json!(u64::MAX)), (Cell::Null, true));
        assert_eq!(cell_of(Layer::Enterprises, "name", json!(7)), (Cell::Null, true));
    }

    #[test]
    fn unknown_fields_stand_in_extra_alone() {
        let (cells, extra) = extra_of(json!({"外": {"a": [1, null, 1.5]}, "layer": "roads"}));
        assert_eq!(extra, json!({"外": {"a": [1, null, 1.5]}}));
        assert_eq!(cells.iter().filter(|cell| **cell != Cell::Null).count(), 1);
    }

    #[test]
    fn names_of_fields_differ_from_the_tables_own_columns_and_from_each_other() {
        for layer in Layer::ALL {
            let mut names = vec!["fid", "geom", "id", "extra", "revision", "origin", "valid_from"];
            names.extend(Schema::layer(layer).fields.iter().map(|field| field.name.as_str()));
            let mut lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
            lower.sort();
            lower.dedup();
            assert_eq!(lower.len(), names.len(), "{layer}");
        }
    }
}
