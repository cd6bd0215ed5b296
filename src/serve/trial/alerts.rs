//! Warnings: raised by a change, listed, streamed, and seen through to their end.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Trial, feature};
use crate::serve::{Config, Limits};

const PATIENCE: Duration = Duration::from_secs(20);
const PATCH: &[(&str, &str)] = &[("content-type", "application/merge-patch+json")];

async fn regrade(trial: &Trial, id: &str, level: u8) {
    let change = json!({"properties": {"risk_level": level}}).to_string();
    let done = trial.send(Method::PATCH, &format!("/api/collections/enterprises/items/{id}"), PATCH, change).await;
    assert_eq!(done.status, 200, "{}", done.text());
    trial.alerts.judge_now().await.unwrap();
}

/// Three enterprises, orange from the start; the first has become red.
async fn watched() -> (Trial, String) {
    let trial = Trial::new().await;
    trial.alerts.judge_now().await.unwrap();
    assert_eq!(items(&trial, "").await, [] as [Value; 0], "what stands at the start is no news");
    regrade(&trial, "e1", 1).await;
    let alerts = items(&trial, "").await;
    assert_eq!(alerts.len(), 1);
    (trial, alerts[0]["id"].as_str().unwrap().to_owned())
}

async fn items(trial: &Trial, query: &str) -> Vec<Value> {
    trial.get(&format!("/api/alerts{query}")).await.json()["items"].as_array().unwrap().clone()
}

async fn act(trial: &Trial, id: &str, step: &str, body: Value) -> super::Answer {
    trial.send_json(Method::POST, &format!("/api/alerts/{id}/{step}"), &[], &body).await
}

#[tokio::test]
async fn a_warning_says_what_happened_and_has_two_levels() {
    let (trial, id) = watched().await;
    let alert = trial.get(&format!("/api/alerts/{id}")).await.json();
    for (field, value) in [
        ("layer", json!("enterprises")),
        ("feature", json!("e1")),
        ("name", json!("模拟企业 e1")),
        ("warning_level", json!(1)),
        ("risk_level", json!(1)),
        ("cause", json!("risk_rise")),
        ("state", json!("open")),
        ("by", Value::Null),
        ("point", json!([115.80, 29.60])),
    ] {
        assert_eq!(alert[field], value, "{field}");
    }
    let why = alert["why"].as_str().unwrap();
    assert_eq!(why, "风险等级由较大风险（橙）升为重大风险（红）：填报等级");
    assert_eq!(alert, items(&trial, "").await[0], "the list has the same object");
}

#[tokio::test]
async fn a_warning_is_seen_through_step_by_step_and_changes_no_grade() {
    let (trial, id) = watched().await;
    let grade = "/api/risk/explain/enterprises/e1";
    let red = trial.get(grade).await.text();
    for (step, state) in [("handle", "open"), ("close", "open")] {
        let problem = act(&trial, &id, step, json!({"by": "甲", "note": "完"})).await.is_problem(409, "wrong-order");
        assert_eq!(problem["state"], state, "{step}");
    }
    for (step, state) in [("acknowledge", "acknowledged"), ("handle", "handled"), ("close", "closed")] {
        let done = act(&trial, &id, step, json!({"by": "王敏", "note": "已到现场"})).await;
        assert_eq!((done.status.as_u16(), done.json()["state"].as_str()), (200, Some(state)));
        assert_eq!(done.json()["by"], "王敏");
        let again = act(&trial, &id, step, json!({"by": "乙", "note": "x"})).await.is_problem(409, "wrong-order");
        assert_eq!(again["state"], state);
    }
    let history = trial.get(&format!("/api/alerts/{id}")).await.json()["history"].clone();
    let events: Vec<&str> = history.as_array().unwrap().iter().map(|one| one["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["raised", "acknowledged", "handled", "closed"]);
    assert_eq!((&history[1]["by"], &history[1]["note"]), (&json!("王敏"), &json!("已到现场")));
    assert_eq!(trial.get(grade).await.text(), red);
}

#[tokio::test]
async fn a_step_says_who_and_the_last_one_why() {
    let (trial, id) = watched().await;
    act(&trial, "none", "acknowledge", json!({"by": "甲"})).await.is_problem(404, "not-found");
    for (step, body, field) in [
        ("acknowledge", json!({}), "by"),
        ("acknowledge", json!({"by": 7}), "by"),
        ("acknowledge", json!({"by": "甲", "note": "长".repeat(2001)}), "note"),
        ("close", json!({"by": "甲", "note": " "}), "note"),
    ] {
        let problem = act(&trial, &id, step, body).await.is_problem(422, "unprocessable");
        assert_eq!(problem["errors"][0]["field"], field, "{step}");
    }
    assert_eq!(items(&trial, "?state=open").await.len(), 1);
}

#[tokio::test]
async fn what_falls_and_rises_again_is_warned_of_again() {
    let (trial, first) = watched().await;
    regrade(&trial, "e1", 4).await;
    assert_eq!(items(&trial, "").await.len(), 1);
    let eased = trial.get(&format!("/api/alerts/{first}")).await.json();
    assert_eq!((&eased["state"], &eased["history"][1]["event"]), (&json!("open"), &json!("eased")));
    regrade(&trial, "e1", 2).await;
    let alerts = items(&trial, "").await;
    assert_eq!(alerts.len(), 2);
    assert_eq!((&alerts[0]["warning_level"], &alerts[0]["risk_level"]), (&json!(2), &json!(2)), "newest first");
    assert_ne!(alerts[0]["id"], json!(first));
    trial.alerts.judge_now().await.unwrap();
    assert_eq!(items(&trial, "").await.len(), 2, "nothing is raised twice");
}

#[tokio::test]
async fn an_overdue_danger_is_a_warning_and_its_documented_closure_ends_it() {
    let trial = Trial::new().await;
    trial.alerts.judge_now().await.unwrap();
    let mut danger = feature(None, "模拟隐患");
    danger["properties"] = json!({"name": "模拟隐患", "grade": "general", "of": "e2", "deadline": "2026-01-31"});
    let path = "/api/collections/hidden_dangers/items/h1";
    assert_eq!(trial.send_json(Method::PUT, path, &[], &danger).await.status, 201);
    trial.alerts.judge_now().await.unwrap();
    let alert = &items(&trial, "?layer=hidden_dangers").await[0];
    assert_eq!(
        (&alert["cause"], &alert["warning_level"], &alert["risk_level"]),
        (&json!("overdue"), &json!(3), &json!(2))
    );
    assert!(alert["why"].as_str().unwrap().contains("2026-01-31"), "{alert}");
    danger["properties"]["closed_on"] = json!("2026-02-01");
    trial.send_json(Method::PUT, path, &[], &danger).await;
    trial.alerts.judge_now().await.unwrap();
    assert_eq!(items(&trial, "").await[0]["history"].as_array().unwrap().len(), 1, "a date alone documents nothing");
    danger["properties"]["closed_by"] = json!("李工");
    danger["properties"]["closure_document"] = json!("销号单 1 号");
    trial.send_json(Method::PUT, path, &[], &danger).await;
    trial.alerts.judge_now().await.unwrap();
    assert_eq!(items(&trial, "").await[0]["history"][1]["event"], "eased");
}

#[tokio::test]
async fn the_clock_alone_makes_a_danger_overdue_and_a_clock_behind_ends_nothing() {
    let trial = Trial::new().await;
    let mut danger = feature(None, "模拟隐患");
    danger["properties"] = json!({"name": "模拟隐患", "grade": "major", "deadline": "2099-01-01"});
    let path = "/api/collections/hidden_dangers/items/h1";
    assert_eq!(trial.send_json(Method::PUT, path, &[], &danger).await.status, 201);
    for (day, count) in [("2098-12-31", 0), ("2099-01-01", 0), ("2099-01-02", 1), ("2099-01-01", 1), ("2099-01-03", 1)]
    {
        trial.alerts.judge_on(day.parse().unwrap()).await.unwrap();
        assert_eq!(items(&trial, "").await.len(), count, "{day}");
    }
    assert_eq!(items(&trial, "").await[0]["history"].as_array().unwrap().len(), 1);
    assert!((trial.metric("sisetu_alerts_open").await - 1.0).abs() < 0.5);
}

#[tokio::test]
async fn a_lost_layer_neither_ends_nor_raises_anything() {
    let (trial, _) = watched().await;
    let lost = Trial::over(trial.store.clone(), Config::default(), None).await;
    *trial.store.broken_layer.lock().unwrap() = Some(crate::model::Layer::Enterprises);
    let broken = Trial::over(trial.store.clone(), Config::default(), None).await;
    broken.alerts.judge_now().await.unwrap();
    let page = broken.get("/api/alerts").await.json();
    assert_eq!((&page["lacking"], page["items"][0]["history"].as_array().unwrap().len()), (&json!(["enterprises"]), 1));
    *trial.store.broken_layer.lock().unwrap() = None;
    lost.alerts.judge_now().await.unwrap();
    assert_eq!(items(&lost, "").await.len(), 1);
}

#[tokio::test]
async fn the_list_is_paged_and_filtered() {
    let (trial, id) = watched().await;
    for feature in ["e2", "%E7%94%B2%2F2"] {
        regrade(&trial, feature, 1).await;
    }
    let first = trial.get("/api/alerts?limit=2").await.json();
    assert_eq!((first["items"].as_array().unwrap().len(), &first["totals"]["total"]), (2, &json!(3)));
    let next = first["next"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap();
    let second = trial.get(next).await.json();
    assert_eq!((&second["items"][0]["id"], &second["next"]), (&json!(id), &Value::Null));
    act(&trial, &id, "acknowledge", json!({"by": "甲"})).await;
    for (query, count) in [
        ("?state=open", 2),
        ("?state=acknowledged", 1),
        ("?state=closed", 0),
        ("?layer=enterprises", 3),
        ("?layer=pipelines", 0),
        ("?warning_level=1", 3),
        ("?warning_level=2", 0),
    ] {
        assert_eq!(items(&trial, query).await.len(), count, "{query}");
    }
    for query in ["limit=0", "cursor=x", "state=gone", "layer=castles", "warning_level=5", "colour=red"] {
        trial.get(&format!("/api/alerts?{query}")).await.is_problem(400, "parameter");
    }
}

#[tokio::test]
async fn reading_and_acting_need_their_keys() {
    let trial = Trial::keyed().await;
    let see = [("authorization", "Bearer see")];
    assert_eq!(trial.get("/api/alerts").await.status, 401);
    assert_eq!(trial.get_with("/api/alerts", &see).await.status, 200);
    assert_eq!(trial.get("/api/alerts/stream").await.status, 401);
    for path in ["/api/alerts/x/acknowledge", "/api/readings"] {
        assert_eq!(trial.send_json(Method::POST, path, &see, &json!({})).await.status, 403, "{path}");
    }
}

/// What a stream has said, until a word is in it.
async fn said(body: &mut axum::body::BodyDataStream, word: &str) -> String {
    let mut text = String::new();
    let listening = async {
        while !text.contains(word) {
            let Some(chunk) = body.next().await else { break };
            text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, listening).await.expect("the stream says it in time");
    text
}

async fn stream(trial: &Trial, last: Option<&str>) -> (u16, axum::body::BodyDataStream) {
    let mut request = Request::get("/api/alerts/stream").header("host", "localhost:8080");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = trial.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    (response.status().as_u16(), response.into_body().into_data_stream())
}

#[tokio::test]
async fn a_stream_tells_each_step_and_goes_on_where_a_reader_left_off() {
    let (trial, id) = watched().await;
    let (_, mut now) = stream(&trial, None).await;
    let start = said(&mut now, "id:").await;
    assert!(!start.contains("event:"), "an old warning is no news: {start}");
    act(&trial, &id, "acknowledge", json!({"by": "甲"})).await;
    let told = said(&mut now, "\n\n").await;
    assert!(told.contains("event: alert") && told.contains("\"state\":\"acknowledged\""), "{told}");
    let (_, mut all) = stream(&trial, Some("0")).await;
    let told = said(&mut all, "\"state\":\"acknowledged\"").await;
    assert!(told.find("\"state\":\"open\"") < told.find("\"state\":\"acknowledged\""), "{told}");
    let data = told.lines().filter_map(|line| line.strip_prefix("data: ")).next_back().unwrap().to_owned();
    assert_eq!(serde_json::from_str::<Value>(&data).unwrap(), items(&trial, "").await[0]);
    let number = told.lines().filter_map(|line| line.strip_prefix("id: ")).next_back().unwrap().to_owned();
    let (_, mut rest) = stream(&trial, Some(&number)).await;
    act(&trial, &id, "handle", json!({"by": "甲"})).await;
    let told = said(&mut rest, "event: alert").await;
    assert_eq!(told.matches("event: alert").count(), 1, "{told}");
    trial.get_with("/api/alerts/stream", &[("last-event-id", "x")]).await.is_problem(400, "malformed");
}

#[tokio::test]
async fn streams_are_few_and_a_slow_reader_is_let_go_with_a_reason() {
    let limits = Limits { streams: 1, stream_patience: Duration::from_millis(50), ..Limits::default() };
    let trial = Trial::with(Config { limits, ..Config::default() }, None).await;
    trial.alerts.judge_now().await.unwrap();
    let (_, mut slow) = stream(&trial, None).await;
    trial.get("/api/alerts/stream").await.is_problem(503, "unavailable");
    for turn in 0..70 {
        regrade(&trial, "e1", 1 + turn % 2).await;
    }
    // Two rises in turn raise one warning each; the queue holds fewer than it takes here.
    for turn in 0..70 {
        regrade(&trial, "e2", 1 + turn % 2).await;
    }
    let place = async {
        while stream(&trial, None).await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, place).await.expect("its place is free again");
    let told = said(&mut slow, "event: end").await;
    assert!(told.contains("too slowly"), "{told}");
}
