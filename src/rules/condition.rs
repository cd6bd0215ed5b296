//! Conditions on the facts of a proposal and on the fields of a target.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Truth, Unknown};
use crate::model::{Kind, Properties};

/// A fact that must have a value for the rule to apply: yes or no, or a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactCondition {
    /// The fact.
    pub fact: String,
    /// The value it must have; without one it must only be stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<Value>,
    /// The number it must reach at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// How a fact that is not stated counts: `maybe`, or `no` for a rule that binds only what was stated.
    #[serde(default)]
    pub unstated: Missing,
}

impl FactCondition {
    /// Whether it holds for a project of a kind with these facts.
    pub fn holds(&self, kind: &Kind, facts: &Properties) -> Truth {
        let stated = kind.fact(&self.fact, facts).map(Value::from).or_else(|| facts.get(&self.fact).cloned());
        match (stated, self.unstated) {
            (Some(value), _) => self.wants(&value).into(),
            (None, Missing::Maybe) => Truth::depends_on(Unknown::Fact(self.fact.clone())),
            (None, Missing::Yes) => Truth::Yes,
            (None, Missing::No) => Truth::No,
        }
    }

    fn wants(&self, value: &Value) -> bool {
        let reached = self.at_least.is_none_or(|least| value.as_f64().is_some_and(|number| number >= least));
        reached && self.is.as_ref().is_none_or(|wanted| wanted == value)
    }
}

/// How a missing field counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The condition may hold.
    #[default]
    Maybe,
    /// The condition holds, and the finding says that this was taken as read.
    Yes,
    /// The condition does not hold.
    No,
}

/// What a field of a target must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldCondition {
    /// The field; `enterprise.` before it means the enterprise that the target's `enterprise_id` names.
    pub field: String,
    /// One of these values.
    #[serde(default, rename = "in", skip_serializing_if = "Vec::is_empty")]
    pub among: Vec<Value>,
    /// None of these values; a missing field is none of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_in: Vec<Value>,
    /// At least this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// How a missing field counts.
    #[serde(default)]
    pub missing: Missing,
    /// Values that are known words but say nothing here, and so count as missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<Value>,
}

impl FieldCondition {
    /// Whether it holds for a field's value.
    pub fn holds(&self, value: Option<&Value>) -> Truth {
        if !self.not_in.is_empty() {
            return (!value.is_some_and(|value| self.not_in.contains(value))).into();
        }
        let Some(value) = value.filter(|value| !self.unclear.contains(value)) else {
            return match self.missing {
                Missing::Maybe => Truth::depends_on(Unknown::Field(self.field.clone())),
                Missing::Yes => Truth::Yes,
                Missing::No => Truth::No,
            };
        };
        let among = self.among.is_empty() || self.among.contains(value);
        let enough = self.at_least.is_none_or(|least| value.as_f64().is_some_and(|number| number >= least));
        (among && enough).into()
    }

    /// Whether a missing value was taken as read.
    pub fn taken_as_read(&self, value: Option<&Value>) -> bool {
        self.missing == Missing::Yes && value.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn condition(text: &str) -> FieldCondition {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn numbers_hold_from_the_least_on() {
        let crowd = condition("field = 'persons'\nat_least = 100");
        assert_eq!(crowd.holds(Some(&json!(100))), Truth::Yes);
        assert_eq!(crowd.holds(Some(&json!(99.9))), Truth::No);
        assert_eq!(crowd.holds(None), Truth::depends_on(Unknown::Field("persons".into())));
    }

    #[test]
    fn a_missing_field_counts_as_the_rule_says() {
        let regime = condition("field = 'regime'\nin = ['long_distance']\nmissing = 'yes'");
        assert_eq!(regime.holds(None), Truth::Yes);
        assert!(regime.taken_as_read(None));
        assert_eq!(regime.holds(Some(&json!("urban_gas"))), Truth::No);
        let zone = condition("field = 'zone'\nin = ['core']\nunclear = ['core_protection']");
        assert!(matches!(zone.holds(Some(&json!("core_protection"))), Truth::Maybe(_)));
    }
}
