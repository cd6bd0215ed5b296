//! One feature at a time, and files.

use std::fmt::Write;

use axum::http::Method;
use serde_json::json;

use super::{Trial, feature};

const ITEMS: &str = "/api/collections/enterprises/items";
const MERGE: (&str, &str) = ("content-type", "application/merge-patch+json");

#[tokio::test]
async fn a_created_feature_is_there_under_its_location() {
    let trial = Trial::new().await;
    let made = trial.send_json(Method::POST, ITEMS, &[], &feature(Some("new 厂"), "新厂")).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let path = made.header("location").strip_prefix("http://localhost:8080").unwrap();
    let found = trial.get(path).await;
    assert_eq!((found.json()["id"].as_str(), found.header("etag")), (Some("new 厂"), made.header("etag")));
    let again = trial.send_json(Method::POST, ITEMS, &[], &feature(Some("new 厂"), "新厂")).await;
    again.is_problem(409, "conflict");
    let assigned = trial.send_json(Method::POST, ITEMS, &[], &feature(None, "无名")).await;
    assert_eq!(assigned.status, 201);
}

#[tokio::test]
async fn a_change_needs_the_version_it_was_made_on() {
    let trial = Trial::new().await;
    let path = format!("{ITEMS}/e1");
    let old = trial.get(&path).await.header("etag").to_owned();
    let matching = [("if-match", old.as_str())];
    let replaced = trial.send_json(Method::PUT, &path, &matching, &feature(None, "改名")).await;
    assert_eq!((replaced.status.as_u16(), replaced.json()["properties"]["name"].as_str()), (200, Some("改名")));
    assert_ne!(replaced.header("etag"), old);
    trial.send_json(Method::PUT, &path, &matching, &feature(None, "再改")).await.is_problem(412, "precondition-failed");
    let body = json!({"properties": {"name": "再改"}}).to_string();
    trial.send(Method::PATCH, &path, &[MERGE, matching[0]], body.clone()).await.is_problem(412, "precondition-failed");
    trial.send(Method::DELETE, &path, &matching, "").await.is_problem(412, "precondition-failed");
    assert_eq!(trial.get(&path).await.json()["properties"]["name"], "改名");
    let current = [MERGE, ("if-match", replaced.header("etag"))];
    assert_eq!(trial.send(Method::PATCH, &path, &current, body).await.json()["properties"]["name"], "再改");
}

#[tokio::test]
async fn put_creates_once_where_it_must_not_replace() {
    let trial = Trial::new().await;
    let path = format!("{ITEMS}/fresh");
    let absent = [("if-none-match", "*")];
    let made = trial.send_json(Method::PUT, &path, &absent, &feature(None, "厂")).await;
    assert_eq!((made.status.as_u16(), made.header("location").is_empty()), (201, false));
    trial.send_json(Method::PUT, &path, &absent, &feature(None, "厂")).await.is_problem(412, "precondition-failed");
    let other = trial.send_json(Method::PUT, &path, &[], &feature(Some("else"), "厂")).await;
    other.is_problem(422, "unprocessable");
    let never = [("if-match", "*")];
    let missing = trial.send_json(Method::PUT, &format!("{ITEMS}/none"), &never, &feature(None, "厂")).await;
    missing.is_problem(412, "precondition-failed");
}

#[tokio::test]
async fn a_deleted_feature_is_gone_and_remembered() {
    let trial = Trial::new().await;
    let path = format!("{ITEMS}/e2");
    assert_eq!(trial.send(Method::DELETE, &path, &[], "").await.status, 204);
    trial.get(&path).await.is_problem(404, "not-found");
    trial.send(Method::DELETE, &path, &[], "").await.is_problem(404, "not-found");
    let history = trial.get(&format!("{path}/history")).await.json();
    assert!(history["items"][0]["feature"].is_null() && history["items"][0]["revision"].is_u64());
    trial.get(&format!("{ITEMS}/never/history")).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_bad_feature_changes_nothing_and_names_its_fields() {
    let trial = Trial::new().await;
    let before = trial.metric("sisetu_revision").await;
    let bad = json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [115.8, 29.6]},
        "properties": {"kind": "castle"},
    });
    let problem = trial.send_json(Method::POST, ITEMS, &[], &bad).await.is_problem(422, "unprocessable");
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!((fields, &problem["layer"]), (vec!["name", "kind"], &"enterprises".into()));
    let broken = trial.send(Method::POST, ITEMS, &[("content-type", "application/geo+json")], "{\"a\":").await;
    assert_eq!(broken.is_problem(400, "malformed")["line"], 1);
    assert_eq!(trial.metric("sisetu_revision").await, before);
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_nothing_is_lost() {
    let trial = Trial::new().await;
    trial.store.failing.store(true, std::sync::atomic::Ordering::SeqCst);
    let put = trial.send_json(Method::PUT, &format!("{ITEMS}/e1"), &[], &feature(None, "x")).await;
    let problem = put.is_problem(503, "unavailable");
    assert!(!problem.to_string().contains("made to fail"));
    assert_eq!(trial.get(&format!("{ITEMS}/e1")).await.status, 200);
    trial.store.failing.store(false, std::sync::atomic::Ordering::SeqCst);
    let put = trial.send_json(Method::PUT, &format!("{ITEMS}/e1"), &[], &feature(None, "x")).await;
    assert_eq!(put.status, 200);
}

/// A form with a file and fields.
fn form(file: &str, fields: &[(&str, &str)]) -> String {
    let mut form = String::new();
    for (name, value) in fields {
        let _ = write!(form, "--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"企业.geojson\"\r\nContent-Type: application/geo+json";
    let _ = write!(form, "--xx\r\n{head}\r\n\r\n{file}\r\n--xx--\r\n");
    form
}

const FORM: [(&str, &str); 1] = [("content-type", "multipart/form-data; boundary=xx")];

fn collection(features: &[serde_json::Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

#[tokio::test]
async fn an_import_answers_with_its_report() {
    let trial = Trial::new().await;
    let file = collection(&[feature(Some("i1"), "甲"), feature(Some("i2"), "乙")]);
    let dry = [("layer", "enterprises"), ("dry_run", "true")];
    let report = trial.send(Method::POST, "/api/imports", &FORM, form(&file, &dry)).await.json();
    assert_eq!((&report["accepted"], &report["revision"]), (&2.into(), &serde_json::Value::Null));
    trial.get(&format!("{ITEMS}/i1")).await.is_problem(404, "not-found");
    let made = trial.send(Method::POST, "/api/imports", &FORM, form(&file, &dry[..1])).await;
    let report = made.json();
    assert_eq!((made.status.as_u16(), &report["read"], &report["revision"]), (200, &2.into(), &2.into()));
    assert_eq!(trial.get(&format!("{ITEMS}/i2")).await.status, 200);
}

#[tokio::test]
async fn an_import_of_nothing_is_a_problem_with_its_report() {
    let trial = Trial::new().await;
    let castle =
        json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [115.8, 29.6]}, "properties": {}});
    let body = form(&collection(&[castle]), &[("layer", "enterprises")]);
    let problem = trial.send(Method::POST, "/api/imports", &FORM, body).await.is_problem(422, "unprocessable");
    assert_eq!((&problem["rejected"], problem["rejects"].as_array().unwrap().len()), (&1.into(), 1));
    assert_eq!(trial.metric("sisetu_revision").await, 1.0);
}

#[tokio::test]
async fn every_bad_field_of_a_form_is_told_at_once() {
    let trial = Trial::new().await;
    let fields = [("layer", "castles"), ("crs", "4490"), ("mode", "merge"), ("dry_run", "maybe"), ("colour", "red")];
    let problem = trial.send(Method::POST, "/api/imports", &FORM, form("{}", &fields)).await;
    let problem = problem.is_problem(422, "unprocessable");
    let named: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(named, ["layer", "crs", "mode", "dry_run", "colour"]);
    let nothing = trial.send(Method::POST, "/api/imports", &FORM, "--xx--\r\n").await.is_problem(422, "unprocessable");
    assert_eq!(nothing["errors"].as_array().unwrap().len(), 2);
    trial.send(Method::POST, "/api/imports", &FORM, "--xx\r\nnonsense").await.is_problem(400, "malformed");
}
