//! Requests that cannot be read are refused whole, with every fault named.

use serde_json::{Value, json};
use sisetu::geom::{Crs, Datum};
use sisetu::model::Action;
use sisetu::siting::{Asked, Request, request};

use super::scene::{CENTRE, lot, point, with};

fn asked() -> Asked {
    Asked { today: "2026-11-24".parse().unwrap(), ..Asked::default() }
}

fn feature(geometry: Value, properties: Value) -> Value {
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}

fn good() -> Value {
    feature(lot(), json!({"kind": "chem_project", "action": "new"}))
}

fn parsed(body: &Value) -> Result<Request, Vec<(String, String)>> {
    let faults = |faults: sisetu::siting::RequestFaults| {
        faults.0.into_iter().map(|fault| (fault.field, format!("{} · {}", fault.reason, fault.hint))).collect()
    };
    request::parse(body, &asked()).map_err(faults)
}

#[track_caller]
fn refused(body: &Value) -> Vec<String> {
    parsed(body).expect_err("it must be refused").into_iter().map(|(field, _)| field).collect()
}

#[test]
fn what_is_left_out_has_the_defaults_of_the_contract() {
    let request = parsed(&feature(lot(), json!({"kind": "school"}))).unwrap();
    assert_eq!((request.proposal.action, request.proposal.action_stated), (Action::New, false));
    assert_eq!(request.proposal.as_of.to_string(), "2026-11-24");
    let bare = parsed(&json!({"site": good(), "crs": null, "datum": null, "as_of": null, "record": false})).unwrap();
    assert_eq!(bare.proposal.as_of.to_string(), "2026-11-24");
    let nulls =
        json!({"kind": "chem_project", "action": null, "volume_m3": null, "exemptions": null, "tank_wall": null});
    assert!(parsed(&feature(lot(), nulls)).is_ok(), "null says no more than nothing");
}

#[test]
fn every_action_of_the_contract_is_known_and_no_other() {
    for word in ["new", "expand", "renovate", "existing"] {
        let request = parsed(&feature(lot(), json!({"kind": "chem_project", "action": word}))).unwrap();
        assert_eq!(request.proposal.action.word(), word);
    }
    for word in [json!("demolish"), json!("新建"), json!(""), json!("NEW"), json!(1), json!(["new"])] {
        assert_eq!(refused(&feature(lot(), json!({"kind": "chem_project", "action": word}))), ["action"], "{word}");
    }
}

#[test]
fn kinds_are_named_and_an_unknown_one_lists_those_there_are() {
    for kind in [json!("casino"), json!(""), json!(7), Value::Null] {
        let faults = parsed(&feature(lot(), json!({"kind": kind}))).unwrap_err();
        assert_eq!(faults[0].0, "kind");
    }
    let faults = parsed(&feature(lot(), json!({"kind": "casino"}))).unwrap_err();
    assert!(faults[0].1.contains("casino") && faults[0].1.contains("chem_project"));
    let given = Asked { kind: Some("school".to_owned()), ..asked() };
    assert_eq!(request::parse(&good(), &given).unwrap().proposal.kind.kind, "school", "a kind given outside wins");
    assert!(request::parse(&lot(), &given).is_ok(), "a bare geometry will do then");
}

#[test]
fn facts_have_types_and_numbers_are_not_negative() {
    for (fact, value) in [
        ("volume_m3", json!("50")),
        ("volume_m3", json!(-1)),
        ("largest_tank_m3", json!(true)),
        ("accuracy_m", json!(-0.1)),
        ("extent_m", json!("wide")),
        ("handles_hazchem", json!("no")),
        ("handles_hazchem", json!(0)),
        ("excavation", json!([])),
        ("substances", json!("ammonia")),
        ("exemptions", json!({"rule": "HWY-18"})),
        ("exemptions", json!([{"document": "x"}])),
        ("tank_wall", json!("here")),
    ] {
        assert_eq!(refused(&feature(lot(), json!({"kind": "lpg_station", fact: value}))), [fact], "{fact}");
    }
}

#[test]
fn facts_that_contradict_each_other_are_refused() {
    let facts = json!({"kind": "chem_project", "handles_hazchem": false, "produces_hazchem": true});
    assert_eq!(refused(&feature(lot(), facts)), ["handles_hazchem"]);
}

#[test]
fn a_misspelt_fact_is_told() {
    let request = parsed(&feature(lot(), json!({"kind": "lpg_station", "volumem3": 50}))).unwrap();
    assert!(request.notes.iter().any(|note| note.zh.contains("volumem3")));
}

#[test]
fn every_fault_is_named_at_once() {
    let body = json!({"site": feature(json!({"type": "Point", "coordinates": [2.35, 48.85]}),
        json!({"kind": "casino", "action": "demolish", "volume_m3": -1})), "crs": "EPSG:99999", "as_of": "tomorrow"});
    let mut fields = refused(&body);
    fields.sort();
    assert_eq!(fields, ["action", "as_of", "crs", "geometry", "kind", "volume_m3"]);
}

#[test]
fn sites_that_cannot_be_meant_are_refused_with_the_mend() {
    let hint = |geometry: Value| {
        let faults = parsed(&feature(geometry, json!({"kind": "chem_project"}))).unwrap_err();
        assert_eq!(faults[0].0, "geometry");
        faults[0].1.clone()
    };
    let corner = |x: f64, y: f64| json!({"type": "Point", "coordinates": [x, y]});
    assert!(hint(corner(2.35, 48.85)).contains("outside China"));
    assert!(hint(corner(29.6, 115.8)).contains("swapped"));
    assert!(hint(corner(383_927.6, 3_277_570.7)).contains("EPSG:4548"));
    let bow = json!({"type": "Polygon", "coordinates": [[[115.8, 29.6], [115.81, 29.61], [115.81, 29.6], [115.8, 29.61], [115.8, 29.6]]]});
    assert!(hint(bow).contains("crosses"));
    let open = json!({"type": "Polygon", "coordinates": [[[115.8, 29.6], [115.81, 29.6], [115.81, 29.61]]]});
    assert!(hint(open).contains("closed"));
    for geometry in [
        Value::Null,
        json!({"type": "Point", "coordinates": []}),
        json!({"type": "Point", "coordinates": ["115.8", "29.6"]}),
        json!({"type": "Polygon", "coordinates": []}),
        json!({"type": "Circle", "coordinates": [115.8, 29.6], "radius": 3}),
        json!({"type": "LineString", "coordinates": [[115.8, 29.6]]}),
        json!({"type": "GeometryCollection", "geometries": [corner(115.8, 29.6)]}),
        json!({"type": "GeometryCollection", "geometries": []}),
    ] {
        hint(geometry);
    }
}

#[test]
fn bodies_of_the_wrong_shape_are_refused() {
    for body in [json!([]), json!("x"), Value::Null, json!({}), json!({"type": "Topology"}), json!({"site": 3})] {
        assert!(!refused(&body).is_empty(), "{body}");
    }
    let two = json!({"type": "FeatureCollection", "features": [good(), good()]});
    assert_eq!(refused(&two)[0], "site");
    assert!(parsed(&json!({"type": "FeatureCollection", "features": [good()]})).is_ok());
    assert_eq!(refused(&json!({"site": good(), "kind": "school"})), ["kind"], "a member that is not one");
}

#[test]
fn members_stand_before_what_was_asked_outside() {
    let outside = Asked {
        crs: Some(Crs::CGCS2000),
        datum: Some(Datum::Gcj02),
        as_of: Some("2026-01-01".parse().unwrap()),
        ..asked()
    };
    let shifted = request::parse(&good(), &outside).unwrap();
    let body = json!({"site": good(), "datum": "cgcs2000", "as_of": "2026-05-01"});
    let own = request::parse(&body, &outside).unwrap();
    assert_eq!(
        (shifted.proposal.as_of.to_string(), own.proposal.as_of.to_string()),
        ("2026-01-01".to_owned(), "2026-05-01".to_owned())
    );
    assert_ne!(shifted.proposal.site, own.proposal.site);
    for (member, word) in [("crs", "EPSG:3857x"), ("datum", "wgs72"), ("as_of", "2026-02-30"), ("as_of", "24.11.2026")]
    {
        assert_eq!(refused(&json!({"site": good(), member: word})), [member], "{word}");
    }
}

#[test]
fn an_exemption_without_a_document_number_is_read_and_left_to_the_report() {
    for claim in [
        json!({"rule": "HWY-18"}),
        json!({"rule": "HWY-18", "document": null}),
        json!({"rule": "HWY-18", "document": ""}),
    ] {
        let facts = with(&json!({"kind": "fuel_station"}), json!({"exemptions": [claim]}));
        assert!(parsed(&feature(point(CENTRE), facts)).is_ok());
    }
}

#[test]
fn risk_contours_are_read_with_the_site_and_every_fault_is_named() {
    let plant = |contours: Value| feature(lot(), json!({"kind": "hazchem_production_unit", "risk_contours": contours}));
    let contour = json!({"risk_per_year": 3e-7, "geometry": lot(), "document": "某院〔2026〕1号"});
    let request = parsed(&plant(json!([contour]))).unwrap();
    let read = &request.proposal.contours[0];
    assert_eq!((read.risk_per_year, read.document.as_str()), (3e-7, "某院〔2026〕1号"));
    assert!(request.proposal.facts.get("risk_contours").is_none() && request.notes.is_empty());
    assert!(parsed(&plant(Value::Null)).unwrap().proposal.contours.is_empty());
    let faulty = |change: Value| refused(&plant(json!([with(&contour, change)])));
    for (change, field) in [
        (json!({"risk_per_year": 0}), "risk_contours[0].risk_per_year"),
        (json!({"risk_per_year": 3}), "risk_contours[0].risk_per_year"),
        (json!({"risk_per_year": "3e-7"}), "risk_contours[0].risk_per_year"),
        (json!({"document": " "}), "risk_contours[0].document"),
        (json!({"document": null}), "risk_contours[0].document"),
        (json!({"level": 3}), "risk_contours[0].level"),
        (json!({"geometry": null}), "risk_contours[0].geometry"),
        (json!({"geometry": point(CENTRE)}), "risk_contours[0].geometry"),
    ] {
        assert_eq!(faulty(change.clone()), [field], "{change}");
    }
    // Drawn a kilometre off: in another reference system, most likely.
    assert_eq!(faulty(json!({"geometry": super::scene::block(90.0, 1_000.0, 100.0)})), ["risk_contours"]);
    assert_eq!(refused(&plant(json!({"risk_per_year": 3e-7}))), ["risk_contours"]);
    assert_eq!(refused(&plant(json!([3e-7]))), ["risk_contours[0]"]);
    assert_eq!(refused(&plant(Value::Array(vec![contour.clone(); 51]))), ["risk_contours"]);
}

#[test]
fn risk_contours_follow_the_reference_system_of_the_site() {
    let square = |x: f64, y: f64, size: f64| json!({"type": "Polygon", "coordinates": [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]});
    let site = feature(
        square(383_927.6, 3_277_570.7, 100.0),
        json!({"kind": "hazchem_production_unit", "risk_contours":
            [{"risk_per_year": 3e-7, "geometry": square(383_827.6, 3_277_470.7, 300.0), "document": "QRA"}]}),
    );
    let request = parsed(&json!({"site": site, "crs": "EPSG:4548"})).unwrap();
    let area = &request.proposal.contours[0].area;
    let way = request.site.nearest(area).unwrap();
    assert_eq!(way.distance.0, 0.0);
}

#[test]
fn substances_that_cannot_be_read_are_named() {
    let chem = |facts: Value| feature(lot(), with(&json!({"kind": "chem_project"}), facts));
    for list in [
        json!([3]),
        json!([{"name": 5}]),
        json!([{"name": "氯", "tonnes": "5"}]),
        json!([{"name": "氯", "tonnes": -1}]),
    ] {
        assert_eq!(refused(&chem(json!({"substances": list}))), ["substances"], "{list}");
    }
    let denied = json!({"substances": [{"name": "氯", "tonnes": 5}], "handles_hazchem": false});
    assert_eq!(refused(&chem(denied)), ["handles_hazchem"]);
}
