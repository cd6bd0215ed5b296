//! What a statement of the layer `coverage` speaks of.

use crate::model::Feature;

/// Whether a statement speaks of a kind; one that names no kinds speaks of all of them.
pub fn speaks_of(statement: &Feature, kind: &str) -> bool {
    match statement.properties.get("kinds") {
        None => true,
        Some(kinds) => kinds.as_array().is_some_and(|kinds| kinds.iter().any(|named| named == kind)),
    }
}
