//! Siting checks, rules, grades.

use axum::http::Method;
use serde_json::{Value, json};

use super::Trial;

const CHECK: &str = "/api/siting/check";
const REMEDIES: &str = "/api/siting/remedies";

fn proposal() -> Value {
    json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [115.80, 29.60]},
        "properties": {"kind": "chem_project"},
    })
}

#[tokio::test]
async fn a_check_answers_in_the_form_asked_for() {
    let trial = Trial::new().await;
    let json = trial.send_json(Method::POST, CHECK, &[], &proposal()).await;
    assert_eq!(json.status, 200, "{}", json.text());
    let report = json.json();
    // Nothing is covered, so nothing may pass.
    assert_ne!(report["verdict"], "pass");
    assert_eq!(report["kind"], "chem_project");
    for (path, accept, media, word) in [
        ("/api/siting/check?format=html", "*/*", "text/html; charset=utf-8", "选址安全核查单"),
        ("/api/siting/check?format=text", "*/*", "text/plain; charset=utf-8", "选址安全核查"),
        (CHECK, "text/html", "text/html; charset=utf-8", "选址安全核查单"),
        ("/api/siting/check?format=json", "application/json", "application/json", "\"verdict\""),
    ] {
        let answer = trial.send_json(Method::POST, path, &[("accept", accept)], &proposal()).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, media), "{path}");
        assert!(answer.text().contains(word), "{path}");
    }
    let odd = trial.send_json(Method::POST, "/api/siting/check?format=pdf", &[], &proposal()).await;
    odd.is_problem(400, "parameter");
}

#[tokio::test]
async fn the_day_asked_for_is_the_day_applied() {
    let trial = Trial::new().await;
    let report = trial.send_json(Method::POST, "/api/siting/check?as_of=2026-01-01", &[], &proposal()).await.json();
    assert_eq!(report["as_of"], "2026-01-01");
    let odd = trial.send_json(Method::POST, "/api/siting/check?as_of=2026-13-01", &[], &proposal()).await;
    assert_eq!(odd.is_problem(400, "parameter")["errors"][0]["field"], "as_of");
}

#[tokio::test]
async fn everything_wrong_with_a_proposal_is_told_at_once() {
    let trial = Trial::new().await;
    let bad = json!({"site": {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2.35, 48.85]},
        "properties": {"kind": "castle", "action": "conquer"},
    }});
    let problem = trial.send_json(Method::POST, CHECK, &[], &bad).await.is_problem(422, "unprocessable");
    let errors = problem["errors"].as_array().unwrap();
    assert!(errors.len() >= 3, "{problem}");
    assert!(errors.iter().all(|error| !error["field"].as_str().unwrap().is_empty() && error["reason"].is_string()));
}

#[tokio::test]
async fn the_same_question_has_the_same_answer() {
    let trial = Trial::new().await;
    let ask = async || {
        let mut report = trial.send_json(Method::POST, CHECK, &[], &proposal()).await.json();
        report.as_object_mut().unwrap().remove("evaluated_at");
        report.to_string()
    };
    assert_eq!(ask().await, ask().await);
}

#[tokio::test]
async fn remedies_are_given_or_it_is_said_why_not() {
    let trial = Trial::new().await;
    let site = |x: f64, y: f64| {
        let (east, north) = (x + 0.001, y + 0.001);
        json!({
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [[[x, y], [east, y], [east, north], [x, north], [x, y]]]},
            "properties": {"kind": "building_any", "action": "new"},
        })
    };
    // On the road.
    let found = trial.send_json(Method::POST, REMEDIES, &[], &site(115.80, 29.60)).await;
    assert_eq!((found.status.as_u16(), found.header("content-type")), (200, "application/json"), "{}", found.text());
    let found = found.json();
    assert_eq!(found["verdict"], "veto");
    let shift = &found["shift"];
    assert!(shift["distance_m"].as_f64().is_some_and(|metres| metres > 0.0), "{found}");
    let there =
        json!({"type": "Feature", "geometry": shift["site"], "properties": {"kind": "building_any", "action": "new"}});
    let report = trial.send_json(Method::POST, CHECK, &[], &there).await.json();
    assert_eq!(report["verdict"], shift["verdict"]);
    // Far from it nothing fails.
    let none = trial.send_json(Method::POST, REMEDIES, &[], &site(115.60, 29.80)).await.json();
    assert!(none["shift"].is_null() && none["none"].as_array().is_some_and(|none| none.len() == 3), "{none}");
    let odd = trial.send_json(Method::POST, REMEDIES, &[], &json!({"site": null})).await;
    odd.is_problem(422, "unprocessable");
}

#[tokio::test]
async fn kinds_and_rules_are_listed() {
    let trial = Trial::new().await;
    let kinds = trial.get("/api/siting/kinds").await.json();
    let chem = kinds["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == "chem_project").unwrap();
    assert!(chem["name"]["zh"].is_string() && chem["facts"].is_array() && chem["subjects"].is_array());
    let rules = trial.get("/api/rules").await.json();
    assert!(rules["version"].is_string() && rules["rules"].as_array().unwrap().len() >= 10);
    assert_eq!(trial.get("/api/rules/YRP-26-2").await.json()["id"], "YRP-26-2");
    assert_eq!(trial.get("/api/rules/XYZ-1").await.is_problem(404, "not-found")["rule"], "XYZ-1");
}

#[tokio::test]
async fn grades_say_their_edition_and_refuse_unknown_levels() {
    let trial = Trial::new().await;
    let areas = trial.get("/api/risk/areas?level=village").await.json();
    assert_eq!((&areas["aggregator"], &areas["edition"]), (&"max".into(), &1.into()));
    trial.get("/api/risk/areas?level=planet").await.is_problem(400, "parameter");
    let grade = trial.get("/api/risk/explain/enterprises/e1").await.json();
    assert!(grade.get("risk_level").is_some() && grade["steps"].is_array() && grade.get("override").is_some());
    trial.get("/api/risk/explain/enterprises/none").await.is_problem(404, "not-found");
    trial.get("/api/risk/explain/roads/g105").await.is_problem(404, "not-found");
}
