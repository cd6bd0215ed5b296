//! Changing one feature, judged as strictly as a row of a file.

use serde_json::Value;

use super::geojson::row_of;
use super::judge::Judge;
use super::ledger::FreeIds;
use super::place::Place;
use super::references::References;
use super::row::FieldFault;
use super::write::feature_json;
use crate::geom::Crs;
use crate::model::{Change, ChangeSet, Feature, Known, Layer, Revision};

/// Why an edit was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditFault {
    /// There is no such feature.
    #[error("layer {layer} has no feature {id:?}")]
    Unknown {
        /// The layer.
        layer: Layer,
        /// The id.
        id: String,
    },
    /// A new feature bears an id that is taken.
    #[error("layer {layer} has a feature {id:?} already")]
    Taken {
        /// The layer.
        layer: Layer,
        /// The id.
        id: String,
    },
    /// The feature is not acceptable; every bad field is listed.
    #[error("the feature is not acceptable: {}", .0.iter().map(|fault| fault.reason.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldFault>),
}

/// Creates a feature (`id` is `None`: the one in the feature, else an assigned one), or puts one under the given id.
/// Coordinates are CGCS2000 longitude/latitude degrees.
pub fn put(
    known: &dyn Known,
    layer: Layer,
    id: Option<&str>,
    feature: &Value,
    base: Revision,
    author: &str,
) -> Result<ChangeSet, EditFault> {
    let (mut feature, repairs) = judged(known, layer, feature)?;
    let own = Some(feature.id.as_str()).filter(|own| !own.is_empty());
    let id = match (id, own) {
        (Some(id), Some(own)) if id != own => {
            let reason = format!("the feature's id {own:?} is not {id:?}");
            return Err(EditFault::Invalid(vec![FieldFault::new("id", reason, "leave the id out, or give the same")]));
        }
        (Some(id), _) => id.to_owned(),
        (None, Some(own)) if known.feature(layer, own).is_some() => {
            return Err(EditFault::Taken { layer, id: own.to_owned() });
        }
        (None, Some(own)) => own.to_owned(),
        (None, None) => FreeIds::beside(layer, known, std::iter::empty()).next(),
    };
    feature.id = id;
    let same = known.feature(layer, &feature.id).is_some_and(|was| was.same_content(&feature));
    let changes = if same { Vec::new() } else { vec![Change::Put(layer, feature)] };
    let reason = if repairs.is_empty() { "edit".to_owned() } else { format!("edit; {}", repairs.join("; ")) };
    Ok(ChangeSet { changes, author: author.to_owned(), reason, base })
}

/// Changes members of a known feature by a JSON merge patch (RFC 7396) on the whole GeoJSON Feature.
pub fn patch(
    known: &dyn Known,
    layer: Layer,
    id: &str,
    patch: &Value,
    base: Revision,
    author: &str,
) -> Result<ChangeSet, EditFault> {
    let was = known.feature(layer, id).ok_or_else(|| EditFault::Unknown { layer, id: id.to_owned() })?;
    if !patch.is_object() {
        let fault =
            FieldFault::new("", "the patch is no object", "send the members to change, as {\"properties\": {…}}");
        return Err(EditFault::Invalid(vec![fault]));
    }
    let mut feature = feature_json(layer, was);
    merge(&mut feature, patch);
    put(known, layer, Some(id), &feature, base, author)
}

/// Retires a known feature.
pub fn delete(known: &dyn Known, layer: Layer, id: &str, base: Revision, author: &str) -> Result<ChangeSet, EditFault> {
    if known.feature(layer, id).is_none() {
        return Err(EditFault::Unknown { layer, id: id.to_owned() });
    }
    let changes = vec![Change::Delete(layer, id.to_owned())];
    Ok(ChangeSet { changes, author: author.to_owned(), reason: "delete".to_owned(), base })
}

fn judged(known: &dyn Known, layer: Layer, feature: &Value) -> Result<(Feature, Vec<String>), EditFault> {
    let place = Place::new(Crs::CGCS2000, None);
    let judged = Judge::new(layer, &place, None, None).judge(&|| row_of(1, feature));
    let mut feature = judged.outcome.map_err(|(reject, _)| EditFault::Invalid(reject.faults))?;
    if let Some(fault) = References::of(layer, known).fault(&feature) {
        return Err(EditFault::Invalid(vec![fault]));
    }
    feature.id = judged.id.unwrap_or_default();
    Ok((feature, judged.repairs))
}

/// RFC 7396: objects are merged member by member, null takes a member away, anything else replaces. The depth is bounded
/// by the reader of the patch.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merging_follows_the_examples_of_rfc_7396() {
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a"]), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut merged = target;
            merge(&mut merged, &patch);
            assert_eq!(merged, result);
        }
    }
}
