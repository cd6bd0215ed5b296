//! What is known of a feature besides where it is.

use std::fmt;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::Schema;

/// Named values in the order they came. Names of the schema are shared, so that a million features do not hold a
/// million copies of `risk_level`. A null says no more than a missing name and is not kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Vec<(Arc<str>, Value)>);

impl Properties {
    /// Nothing known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    /// The value under a name, as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The value under a name, as a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    /// The value under a name, as yes or no.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    /// Sets a value; null removes the name.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        let place = self.0.iter().position(|(known, _)| &**known == name);
        match (place, value) {
            (Some(place), Value::Null) => drop(self.0.remove(place)),
            (Some(place), value) => self.0[place].1 = value,
            (None, Value::Null) => {}
            (None, value) => self.0.push((Schema::shared_name(name), value)),
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(known, _)| &**known == name)?;
        Some(self.0.remove(place).1)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both hold the same values under the same names, in whatever order.
    pub fn same_as(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }

    /// The JSON object.
    pub fn to_json(&self) -> serde_json::Map<String, Value> {
        self.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

impl<N: AsRef<str>> FromIterator<(N, Value)> for Properties {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(pairs: I) -> Self {
        let mut properties = Self::new();
        for (name, value) in pairs {
            properties.set(name.as_ref(), value);
        }
        properties
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Properties;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object of properties")
            }

            fn visit_unit<E>(self) -> Result<Properties, E> {
                Ok(Properties::new())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
                let mut properties = Properties::new();
                while let Some((name, value)) = map.next_entry::<std::borrow::Cow<'de, str>, Value>()? {
                    properties.set(&name, value);
                }
                Ok(properties)
            }
        }
        deserializer.deserialize_any(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_is_kept_and_null_is_nothing() {
        let text = r#"{"name":"厂","b":1,"a":null,"kind":"factory"}"#;
        let properties: Properties = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&properties).unwrap(), r#"{"name":"厂","b":1,"kind":"factory"}"#);
        assert_eq!(properties.number("b"), Some(1.0));
        assert_eq!(properties.get("a"), None);
    }

    #[test]
    fn setting_replaces_in_place_and_null_removes() {
        let mut properties: Properties = [("a", json!(1)), ("b", json!(2))].into_iter().collect();
        properties.set("a", 3);
        properties.set("b", Value::Null);
        assert_eq!(serde_json::to_value(&properties).unwrap(), json!({"a": 3}));
    }

    #[test]
    fn sameness_does_not_mind_order() {
        let one: Properties = [("a", json!(1)), ("b", json!(2))].into_iter().collect();
        let other: Properties = [("b", json!(2)), ("a", json!(1))].into_iter().collect();
        assert!(one.same_as(&other));
    }
}
