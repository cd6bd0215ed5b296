//! Major hazard sources and risk contours, as they are asked for and answered over HTTP.

use std::sync::Arc;

use axum::http::Method;
use serde_json::{Value, json};

use super::fake_store::FakeStore;
use super::{Config, Trial};
use crate::geom::Rect;
use crate::model::{Feature, Layer, Properties};

const CHECK: &str = "/api/siting/check";

fn area(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
}

fn hold(store: &FakeStore, layer: Layer, id: &str, size: f64, says: Value) {
    let properties: Properties = serde_json::from_value(says).unwrap();
    let shape = Rect::new((115.80 - size, 29.603), (115.80 + size, 29.603 + size)).to_polygon();
    store.hold(layer, Feature::new(id, shape.into(), properties).unwrap());
}

/// A village of 120, a hundred metres and more north of the lot that is asked about; everyone around is known.
async fn village() -> Trial {
    let store = Arc::new(FakeStore::default());
    hold(&store, Layer::ResidentialZones, "v", 0.001, json!({"name": "某村", "persons": 120}));
    let around = Rect::new((115.5, 29.3), (116.1, 29.9)).to_polygon();
    let says = serde_json::from_value(json!({"layer": "residential_zones", "as_of": "2026-10-31"})).unwrap();
    store.hold(Layer::Coverage, Feature::new("c", around.into(), says).unwrap());
    Trial::over(store, Config::default(), None).await
}

fn plant(more: &Value) -> Value {
    let mut facts = json!({"kind": "chem_project", "action": "new", "produces_hazchem": false,
        "substances": [{"cas": "7664-41-7", "tonnes": 20}, {"name": "氯", "tonnes": 10}]});
    facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"type": "Feature", "geometry": area(115.799, 29.601, 115.801, 29.602), "properties": facts})
}

#[tokio::test]
async fn the_worked_value_is_told_with_its_steps() {
    let trial = village().await;
    let report = trial.send_json(Method::POST, CHECK, &[], &plant(&json!({}))).await.json();
    let source = &report["hazard_source"];
    assert_eq!(
        (&source["S"], &source["alpha"], &source["R"], &source["hazard_grade"], &source["major"], &source["method"]),
        (&json!(4.0), &json!(2.0), &json!(24.0), &json!(3), &json!(true), &json!("qra")),
        "{report}"
    );
    let steps = source["steps"].as_array().unwrap();
    let what: Vec<&str> = steps.iter().map(|step| step["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["substance", "substance", "S", "residents", "alpha", "R", "hazard_grade", "method"]);
    assert_eq!((&steps[3]["value"], &steps[7]["value"]), (&json!(120.0), &Value::Null));
    assert!(steps.iter().all(|step| step["note"]["zh"].is_string() && step["note"]["en"].is_string()));
    let noted =
        report["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("R = α·Σ(β·q/Q) = 24"));
    assert!(noted, "{}", report["notes"]);
    let none = json!({"type": "Feature", "geometry": area(115.799, 29.601, 115.801, 29.602),
        "properties": {"kind": "building_any"}});
    let plain = trial.send_json(Method::POST, CHECK, &[], &none).await.json();
    assert!(plain.get("hazard_source").is_none());
    let sheet = trial.send_json(Method::POST, "/api/siting/check?format=html", &[], &plant(&json!({}))).await;
    assert!(sheet.text().contains("三级重大危险源"), "{}", sheet.text());
}

#[tokio::test]
async fn contours_come_with_the_proposal_and_their_faults_are_named() {
    let trial = village().await;
    let contours = |north: f64| {
        let geometry = area(115.79, 29.595, 115.81, north);
        json!({"risk_contours": [{"risk_per_year": 3e-7, "geometry": geometry, "document": "某院〔2026〕1号"}]})
    };
    let found = async |north: f64| {
        let report = trial.send_json(Method::POST, CHECK, &[], &plant(&contours(north))).await.json();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|finding| finding["rule"] == "IR-36894" && finding["target"].is_object())
    };
    let inside = found(29.6031).await.unwrap();
    assert_eq!((&inside["outcome"], &inside["verification"]), (&json!("violated"), &json!("K-H")));
    assert_eq!(inside["target"]["name"], "某村");
    assert!(inside["nearest"]["coordinates"].is_array());
    assert!(found(29.6029).await.is_none_or(|finding| finding["outcome"] != "violated"));
    let nameless =
        json!({"risk_contours": [{"risk_per_year": 3e-7, "geometry": area(115.79, 29.595, 115.81, 29.603)}]});
    let refused = trial.send_json(Method::POST, CHECK, &[], &plant(&nameless)).await.is_problem(422, "unprocessable");
    assert_eq!(refused["errors"][0]["field"], "risk_contours[0].document");
}

#[tokio::test]
async fn the_facts_are_listed_for_the_kinds_that_need_them() {
    let trial = village().await;
    let kinds = trial.get("/api/siting/kinds").await.json();
    let facts = |kind: &str| {
        let kinds = kinds["kinds"].as_array().unwrap();
        let facts = kinds.iter().find(|known| known["kind"] == kind).unwrap()["facts"].as_array().unwrap().clone();
        facts
            .into_iter()
            .map(|fact| (fact["fact"].as_str().unwrap().to_owned(), fact["type"].clone()))
            .collect::<Vec<_>>()
    };
    for kind in ["chem_project", "hazchem_production_unit", "hazchem_storage_mhs", "hazmat_place"] {
        assert!(facts(kind).contains(&("substances".to_owned(), json!("list"))), "{kind}");
        assert!(facts(kind).contains(&("risk_contours".to_owned(), json!("contours"))), "{kind}");
    }
    assert!(facts("oil_depot").iter().any(|(fact, _)| fact == "substances"));
    assert!(!facts("school").iter().any(|(fact, _)| fact == "substances" || fact == "risk_contours"));
}
