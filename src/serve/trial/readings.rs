//! Readings: every row judged by itself, and a warning for what goes over its limit.

use axum::http::Method;
use serde_json::{Value, json};

use super::Trial;

fn reading(value: f64, at: &str) -> Value {
    json!({"layer": "enterprises", "feature": "e1", "quantity": "甲烷", "value": value, "unit": "%LEL", "at": at, "limit": 20.0})
}

async fn post(trial: &Trial, rows: &Value) -> Value {
    let answer = trial.send_json(Method::POST, "/api/readings", &[], rows).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn alerts(trial: &Trial) -> Vec<Value> {
    trial.get("/api/alerts").await.json()["items"].as_array().unwrap().clone()
}

fn counts(told: &Value) -> [u64; 6] {
    ["read", "accepted", "rejected", "duplicates", "over_limit", "not_judged"].map(|name| told[name].as_u64().unwrap())
}

#[tokio::test]
async fn every_row_is_judged_and_a_bad_one_is_told_with_its_mend() {
    let trial = Trial::new().await;
    let with = |field: &str, value: Value| {
        let mut row = reading(1.0, "2026-11-24T08:00:00+08:00");
        row[field] = value;
        row
    };
    let rows = json!([
        reading(5.0, "2026-11-24T07:00:00+08:00"),
        with("feature", json!("e9")),
        with("layer", json!("castles")),
        with("value", json!("NaN")),
        with("value", Value::Null),
        with("at", json!("2999-01-01T00:00:00Z")),
        with("at", json!("yesterday")),
        with("unit", json!("ppm")),
        with("limit", json!("low")),
        with("quantity", json!(" ")),
        "row",
        reading(5.0, "2026-11-23T23:00:00Z"),
    ]);
    let told = post(&trial, &rows).await;
    assert_eq!(counts(&told), [12, 1, 10, 1, 0, 0], "the last row is the first in another time zone");
    let codes: Vec<(u64, &str)> = told["rejects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reject| (reject["row"].as_u64().unwrap(), reject["code"].as_str().unwrap()))
        .collect();
    let expected = [
        (2, "unknown_feature"),
        (3, "unknown_layer"),
        (4, "not_a_number"),
        (5, "missing"),
        (6, "future"),
        (7, "not_a_time"),
        (8, "unit_mismatch"),
        (9, "not_a_number"),
        (10, "missing"),
        (11, "not_an_object"),
    ];
    assert_eq!(codes, expected);
    assert!(told["rejects"].as_array().unwrap().iter().all(|reject| !reject["hint"].as_str().unwrap().is_empty()));
    let told = post(&trial, &json!([with("unit", json!("ppm"))])).await;
    assert_eq!(told["rejects"][0]["code"], "unit_mismatch", "earlier batches count as well");
}

#[tokio::test]
async fn over_the_limit_is_one_warning_until_it_is_back() {
    let trial = Trial::new().await;
    let told =
        post(&trial, &json!([reading(25.0, "2026-11-24T08:00:00Z"), reading(26.0, "2026-11-24T08:01:00Z")])).await;
    assert_eq!(counts(&told), [2, 2, 0, 0, 2, 0]);
    let first = alerts(&trial).await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        (&first[0]["cause"], &first[0]["quantity"], &first[0]["risk_level"]),
        (&json!("over_limit"), &json!("甲烷"), &json!(2))
    );
    assert!(first[0]["why"].as_str().unwrap().contains("甲烷 25 %LEL，限值 20 %LEL"), "{}", first[0]["why"]);
    let again = post(&trial, &json!([reading(25.0, "2026-11-24T08:00:00Z")])).await;
    assert_eq!(counts(&again), [1, 0, 0, 1, 0, 0]);
    // Not in the order of their times: over, back, over.
    post(&trial, &json!([reading(30.0, "2026-11-24T08:03:00Z"), reading(3.0, "2026-11-24T08:02:00Z")])).await;
    assert_eq!(alerts(&trial).await.len(), 2);
    // A late one tells of the past and changes nothing of the present.
    post(&trial, &json!([reading(1.0, "2026-11-24T07:00:00Z")])).await;
    post(&trial, &json!([reading(31.0, "2026-11-24T08:04:00Z")])).await;
    trial.alerts.judge_now().await.unwrap();
    assert_eq!(alerts(&trial).await.len(), 2);
    post(&trial, &json!([reading(1.0, "2026-11-24T08:05:00Z")])).await;
    post(&trial, &json!([reading(40.0, "2026-11-24T07:30:00Z")])).await;
    let late = alerts(&trial).await;
    assert_eq!((late.len(), &late[0]["history"][1]["event"]), (3, &json!("eased")), "what is told late is warned of");
}

#[tokio::test]
async fn the_last_known_limit_holds_and_without_one_nothing_is_judged() {
    let trial = Trial::new().await;
    let bare = |value: f64, at: &str| {
        let mut row = reading(value, at);
        row.as_object_mut().unwrap().remove("limit");
        row
    };
    assert_eq!(counts(&post(&trial, &json!([bare(99.0, "2026-11-24T08:00:00Z")])).await), [1, 1, 0, 0, 0, 1]);
    assert!(alerts(&trial).await.is_empty());
    post(&trial, &json!([reading(1.0, "2026-11-24T08:01:00Z")])).await;
    assert_eq!(counts(&post(&trial, &json!([bare(99.0, "2026-11-24T08:02:00Z")])).await), [1, 1, 0, 0, 1, 0]);
    assert_eq!(alerts(&trial).await.len(), 1);
}

#[tokio::test]
async fn readings_are_listed_by_series_the_last_entered_first() {
    let trial = Trial::new().await;
    let rows: Vec<Value> = (0..5).map(|n| reading(f64::from(n), &format!("2026-11-24T08:0{n}:00Z"))).collect();
    post(&trial, &json!(rows)).await;
    let mut other = reading(1.0, "2026-11-24T08:00:00Z");
    other["feature"] = json!("e2");
    post(&trial, &json!([other])).await;
    let series = "layer=enterprises&feature=e1&quantity=%E7%94%B2%E7%83%B7";
    let first = trial.get(&format!("/api/readings?{series}&limit=3")).await.json();
    let values = |page: &Value| -> Vec<f64> {
        page["items"].as_array().unwrap().iter().map(|item| item["value"].as_f64().unwrap()).collect()
    };
    assert_eq!(values(&first), [4.0, 3.0, 2.0]);
    let next = first["next"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap();
    let second = trial.get(next).await.json();
    assert_eq!((values(&second), &second["next"]), (vec![1.0, 0.0], &Value::Null));
    assert_eq!(trial.get("/api/readings").await.json()["items"].as_array().unwrap().len(), 6);
    let problem = trial.get("/api/readings?layer=enterprises&feature=e1").await.is_problem(400, "parameter");
    assert_eq!(problem["errors"][0]["hint"], "甲烷");
    for query in ["layer=enterprises", "feature=e1&quantity=x", "limit=0"] {
        trial.get(&format!("/api/readings?{query}")).await.is_problem(400, "parameter");
    }
}

#[tokio::test]
async fn a_batch_is_a_list_and_not_too_long() {
    let trial = Trial::new().await;
    for body in [json!({}), json!(vec![1; 10_001])] {
        let answer = trial.send_json(Method::POST, "/api/readings", &[], &body).await;
        answer.is_problem(422, "unprocessable");
    }
    assert_eq!(counts(&post(&trial, &json!([])).await), [0; 6]);
}
