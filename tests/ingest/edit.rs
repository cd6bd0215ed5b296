//! Editing one feature.

use serde_json::{Value, json};
use sisetu::ingest::{EditFault, edit, feature_json};
use sisetu::model::{Change, Known, Layer, Revision};

use super::desk::{Desk, known_feature, plant};
use sisetu::geom::Point;

const LAYER: Layer = Layer::Enterprises;
const BASE: Revision = Revision(1);

fn desk() -> Desk {
    Desk::knowing(
        LAYER,
        vec![known_feature("a", Point::new(115.8, 29.6).into(), json!({"name": "甲", "kind": "factory", "extra": 1}))],
    )
}

fn put(desk: &Desk, id: Option<&str>, feature: &Value) -> Result<Vec<Change>, EditFault> {
    edit::put(&desk.known, LAYER, id, feature, BASE, "keeper").map(|set| set.changes)
}

fn only(changes: &[Change]) -> &sisetu::model::Feature {
    match changes {
        [Change::Put(LAYER, feature)] => feature,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_feature_is_created_under_its_own_or_an_assigned_id() {
    let desk = desk();
    assert_eq!(only(&put(&desk, None, &plant("b", 115.8, 29.6)).unwrap()).id, "b");
    assert_eq!(only(&put(&desk, None, &plant(Value::Null, 115.8, 29.6)).unwrap()).id, "enterprises-1");
    assert_eq!(only(&put(&desk, Some("c"), &plant(Value::Null, 115.8, 29.6)).unwrap()).id, "c");
    let taken = put(&desk, None, &plant("a", 115.8, 29.6)).unwrap_err();
    assert_eq!(taken, EditFault::Taken { layer: LAYER, id: "a".to_owned() });
    assert!(matches!(put(&desk, Some("c"), &plant("d", 115.8, 29.6)), Err(EditFault::Invalid(_))));
}

#[test]
fn a_put_replaces_and_says_who() {
    let desk = desk();
    let set = edit::put(&desk.known, LAYER, Some("a"), &plant("a", 115.9, 29.6), BASE, "keeper").unwrap();
    assert_eq!((set.author.as_str(), set.base, set.reason.as_str()), ("keeper", BASE, "edit"));
    assert_eq!(only(&set.changes).properties.get("extra"), None);
    let same = feature_json(LAYER, desk.known.feature(LAYER, "a").unwrap());
    assert_eq!(put(&desk, Some("a"), &same).unwrap(), []);
}

#[test]
fn every_bad_field_is_listed_with_its_mend() {
    let mut feature = plant(Value::Null, 29.6, 115.8);
    feature["properties"] = json!({"kind": "castle", "risk_score": "high"});
    let Err(EditFault::Invalid(faults)) = put(&desk(), None, &feature) else { panic!("accepted") };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["geometry", "name", "kind", "risk_score"]);
    assert!(faults.iter().all(|fault| !fault.hint.is_empty() && !fault.reason.is_empty()));
    for feature in [json!(null), json!([]), json!({"type": "FeatureCollection", "features": []})] {
        assert!(matches!(put(&desk(), None, &feature), Err(EditFault::Invalid(_))), "{feature}");
    }
}

#[test]
fn a_crossing_polygon_is_refused_and_a_clockwise_one_turned() {
    let mut feature = plant("z", 115.8, 29.6);
    feature["geometry"] = json!({"type": "Polygon", "coordinates": [[[115.8, 29.6], [115.81, 29.61], [115.81, 29.6], [115.8, 29.61], [115.8, 29.6]]]});
    let Err(EditFault::Invalid(faults)) = put(&desk(), None, &feature) else { panic!("accepted") };
    assert!(faults[0].field == "geometry" && faults[0].reason.contains("crosses itself"), "{faults:?}");
    feature["geometry"] =
        json!({"type": "Polygon", "coordinates": [[[115.8, 29.6], [115.8, 29.61], [115.81, 29.6], [115.8, 29.6]]]});
    let set = edit::put(&desk().known, LAYER, None, &feature, BASE, "").unwrap();
    assert!(set.reason.contains("RFC 7946"), "{}", set.reason);
}

#[test]
fn a_patch_changes_only_what_it_names() {
    let desk = desk();
    let patch = |patch: Value| edit::patch(&desk.known, LAYER, "a", &patch, BASE, "keeper");
    let set = patch(json!({"properties": {"risk_level": 2, "extra": null}})).unwrap();
    let changed = only(&set.changes);
    assert_eq!(
        serde_json::to_value(&changed.properties).unwrap(),
        json!({"name": "甲", "kind": "factory", "risk_level": 2})
    );
    assert_eq!(changed.geometry, Point::new(115.8, 29.6).into());
    assert!(matches!(patch(json!({"properties": {"name": null}})), Err(EditFault::Invalid(_))));
    assert!(matches!(patch(json!({"id": "b"})), Err(EditFault::Invalid(_))));
    assert!(matches!(patch(json!("x")), Err(EditFault::Invalid(_))));
    assert_eq!(patch(json!({})).unwrap().changes, []);
    let unknown = edit::patch(&desk.known, LAYER, "zz", &json!({}), BASE, "");
    assert_eq!(unknown.unwrap_err(), EditFault::Unknown { layer: LAYER, id: "zz".to_owned() });
}

#[test]
fn a_feature_is_deleted_once() {
    let mut desk = desk();
    let set = edit::delete(&desk.known, LAYER, "a", BASE, "keeper").unwrap();
    assert_eq!(set.changes, [Change::Delete(LAYER, "a".to_owned())]);
    desk.known = desk.known.after(&sisetu::model::Commit { revision: Revision(2), changes: set.changes });
    assert!(matches!(edit::delete(&desk.known, LAYER, "a", BASE, ""), Err(EditFault::Unknown { .. })));
}
