//! What a tile says of a feature besides where it is.

use std::borrow::Cow;

use serde_json::Value;

use super::Picture;
use crate::atlas::Edition;
use crate::model::{Feature, RiskLevel};

/// A value that a tile can hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tag<'a> {
    Text(Cow<'a, str>),
    Natural(u64),
    Whole(i64),
    Number(f64),
    Flag(bool),
}

/// Names and values; no name twice.
pub(super) type Tags<'a> = Vec<(&'a str, Tag<'a>)>;

/// Names that a tile gives a meaning of its own.
const OWN: [&str; 3] = ["id", "risk_level", "risk_color"];
/// The properties of a unit that its colour is read with.
const OF_AREAS: [&str; 3] = ["code", "name", "level"];

/// The tags of a feature.
pub(super) fn tags<'a>(
    edition: &'a Edition,
    picture: Picture,
    feature: &'a Feature,
    level: Option<RiskLevel>,
) -> Tags<'a> {
    let mut tags = own_tags(picture, feature);
    tags.extend(grade_tags(edition, picture, &feature.id, level));
    tags
}

/// What a feature says of itself. All single values are told; lists and objects stay behind, since tiles cannot hold
/// them. The grade stands in for a level that was given, which is but one of the reasons for it.
pub(super) fn own_tags(picture: Picture, feature: &Feature) -> Tags<'_> {
    let mut tags = vec![("id", Tag::Text(feature.id.as_str().into()))];
    let told = |name: &str| match picture {
        Picture::Register(_) | Picture::HcaSegments => name != "id" && !(picture.is_graded() && OWN.contains(&name)),
        Picture::RiskAreas | Picture::RiskGrid => OF_AREAS.contains(&name),
    };
    let own = feature.properties.iter().filter(|(name, _)| told(name));
    tags.extend(own.filter_map(|(name, value)| Some((name, single(value)?))));
    tags
}

/// What the edition says of it besides.
pub(super) fn grade_tags<'a>(edition: &'a Edition, picture: Picture, id: &str, level: Option<RiskLevel>) -> Tags<'a> {
    if !picture.is_graded() {
        return Vec::new();
    }
    let mut tags: Tags<'a> =
        level.map(|level| ("risk_level", Tag::Natural(level.number().into()))).into_iter().collect();
    tags.push(("risk_color", Tag::Text(level.map_or("none", RiskLevel::color).into())));
    if picture == Picture::RiskAreas {
        let grade = edition.grades.area(id);
        tags.extend(grade.map(|grade| ("reason", Tag::Text(grade.reason.as_str().into()))));
    }
    tags
}

fn single(value: &Value) -> Option<Tag<'_>> {
    match value {
        Value::String(text) => Some(Tag::Text(text.into())),
        Value::Bool(flag) => Some(Tag::Flag(*flag)),
        Value::Number(number) => {
            let whole = || number.as_i64().map(Tag::Whole);
            number.as_u64().map(Tag::Natural).or_else(whole).or_else(|| number.as_f64().map(Tag::Number))
        }
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn single_values_are_told_and_lists_are_not() {
        assert_eq!(single(&json!("厂")), Some(Tag::Text("厂".into())));
        assert_eq!(single(&json!(7)), Some(Tag::Natural(7)));
        assert_eq!(single(&json!(-7)), Some(Tag::Whole(-7)));
        assert_eq!(single(&json!(2.0)), Some(Tag::Number(2.0)));
        assert_eq!(single(&json!(false)), Some(Tag::Flag(false)));
        assert_eq!(single(&json!(["a"])), None);
        assert_eq!(single(&json!({"a": 1})), None);
    }
}
