//! Thresholds as they are written in a rule file: metres, or a table whose fields say which form it is.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lookup::{Lookup, LookupRow};
use super::threshold::{Band, Bands, Formula, FormulaName, Row, Table, Threshold, Times};
use crate::geom::Metres;
use crate::model::Verification;

/// A threshold as it is written in a rule file, so that an unknown field is named.
#[derive(Default)]
pub(super) struct Written {
    metres: Option<f64>,
    table: WrittenTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    sum: Option<Vec<Metres>>,
    stricter_of: Option<Vec<String>>,
    #[serde(default)]
    at_most: BTreeMap<String, String>,
    columns: Option<Vec<String>>,
    rows: Option<Vec<Row>>,
    table: Option<String>,
    lookup: Option<String>,
    classes: Option<String>,
    subject_classes: Option<String>,
    row: Option<Vec<LookupRow>>,
    #[serde(default)]
    otherwise_none: bool,
    field: Option<String>,
    bands: Option<Vec<Band>>,
    unknown_within_m: Option<Metres>,
    times: Option<f64>,
    of: Option<String>,
    at_most_m: Option<Metres>,
    unknown_most_m: Option<Metres>,
    formula: Option<FormulaName>,
    verification: Option<Verification>,
    parameter: Option<String>,
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> serde::de::Visitor<'de> for Either {
            type Value = Written;
            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("metres, or a table that says where they come from")
            }
            fn visit_f64<E>(self, metres: f64) -> Result<Written, E> {
                Ok(Written { metres: Some(metres), ..Written::default() })
            }
            fn visit_i64<E>(self, metres: i64) -> Result<Written, E> {
                Ok(Written { metres: Some(metres as f64), ..Written::default() })
            }
            fn visit_u64<E>(self, metres: u64) -> Result<Written, E> {
                Ok(Written { metres: Some(metres as f64), ..Written::default() })
            }
            fn visit_map<M: serde::de::MapAccess<'de>>(self, map: M) -> Result<Written, M::Error> {
                let table = WrittenTable::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Written { metres: None, table })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl TryFrom<Written> for Threshold {
    type Error = String;

    fn try_from(Written { metres, table }: Written) -> Result<Self, String> {
        if let Some(metres) = metres {
            return Ok(Self::Constant(Metres(metres)));
        }
        let WrittenTable { at_most, otherwise_none, classes, subject_classes, at_most_m, .. } = table;
        if let Some(sum) = table.sum {
            return Ok(Self::Sum { sum });
        }
        if let Some(parameter) = table.parameter {
            return Ok(Self::Parameter { parameter });
        }
        if let Some(named) = table.table.or(table.lookup) {
            return Ok(Self::Named { named, columns: table.columns.unwrap_or_default() });
        }
        if let Some(rows) = table.row {
            return Ok(Self::Lookup(Lookup { name: String::new(), classes, subject_classes, rows, otherwise_none }));
        }
        if let (Some(stricter_of), Some(columns), Some(rows)) = (table.stricter_of, table.columns, table.rows) {
            return Ok(Self::Table(Table { name: String::new(), stricter_of, at_most, columns, rows }));
        }
        if let (Some(field), Some(bands), Some(unknown_within_m)) = (table.field, table.bands, table.unknown_within_m) {
            return Ok(Self::Bands(Bands { field, bands, unknown_within_m }));
        }
        let Some(unknown_most_m) = table.unknown_most_m else {
            return Err("a threshold is metres, a sum, a parameter, a table, a lookup, bands, a multiple (times, of, \
                        unknown_most_m) or a formula (formula, unknown_most_m, verification)"
                .to_owned());
        };
        match (table.times, table.of, table.formula, table.verification) {
            (Some(times), Some(of), None, None) => Ok(Self::Times(Times { times, of, at_most_m, unknown_most_m })),
            (None, None, Some(formula), Some(verification)) => {
                Ok(Self::Formula(Formula { formula, unknown_most_m, verification }))
            }
            _ => Err("a multiple needs times and of, a formula needs verification".to_owned()),
        }
    }
}
