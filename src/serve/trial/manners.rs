//! What holds for every route: forms of errors, headers, methods, limits.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Method;
use futures_util::stream;

use super::fake_store::FakeStore;
use super::{Trial, enterprise};
use crate::model::Layer;
use crate::serve::router::table;
use crate::serve::{Config, Limits};

/// An address of a row that leads to something.
fn address(path: &str) -> String {
    let path = match path {
        "/api/tileMatrixSets/{id}" => "/api/tileMatrixSets/WebMercatorQuad",
        "/api/rules/{id}" => "/api/rules/YRP-26-2",
        "/api/risk/editions/{number}/compare/{other}" => "/api/risk/editions/1/compare/draft",
        "/api/collections/{layer}/items/{id}/history" => "/api/collections/enterprises/items/written/history",
        other => other,
    };
    let filled = path.replace("{layer}", "enterprises").replace("{id}", "e1").replace("{set}", "enterprises");
    let filled = filled.replace("{z}/{x}/{y}", "14/13462/6770").replace("{z}/{row}/{col}", "14/6770/13462");
    filled.replace("{name}", "four-colour").replace("{number}", "1")
}

#[tokio::test]
async fn every_route_to_read_answers_with_due_headers() {
    let trial = Trial::new().await;
    let put = "/api/collections/enterprises/items/written";
    trial.send_json(Method::PUT, put, &[], &super::feature(None, "厂")).await;
    let heading = serde_json::json!({"name": "版", "date": "2026-03-02", "by": "局"});
    trial.send_json(Method::POST, "/api/risk/editions", &[], &heading).await;
    let alert = trial.some_alert().await;
    for row in table().into_iter().filter(|row| row.spec.method == Method::GET) {
        let path = address(&row.spec.path.replace("/api/alerts/{id}", &format!("/api/alerts/{alert}")));
        let answer = trial.get(&path).await;
        let styles_missing = row.spec.path == "/styles/{name}" && answer.status == 404;
        assert!(answer.status == 200 || styles_missing, "{path}: {} {}", answer.status, answer.text());
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(["no-cache", "no-store"].contains(&answer.header("cache-control")), "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert!(answer.headers.get("access-control-allow-origin").is_none(), "{path}");
        let media = answer.header("content-type").split(';').next().unwrap().to_owned();
        let given = row.spec.gives[0].media;
        assert!(styles_missing || given.is_empty() || given.contains(&media.as_str()), "{path}: {media}");
    }
}

#[tokio::test]
async fn every_route_refuses_what_it_does_not_know() {
    let trial = Trial::new().await;
    for row in table().into_iter().filter(|row| !row.spec.lenient) {
        let path = format!("{}?colour=red", address(row.spec.path));
        let problem = trial.send(row.spec.method.clone(), &path, &[], Body::empty()).await.is_problem(400, "parameter");
        assert_eq!(problem["errors"][0]["field"], "colour");
        let path = address(row.spec.path);
        if row.spec.gives.iter().any(|answer| !answer.media.is_empty()) {
            let answer = trial.send(row.spec.method.clone(), &path, &[("accept", "image/png")], Body::empty()).await;
            answer.is_problem(406, "not-acceptable");
        }
        let answer = trial.send(Method::TRACE, &path, &[], Body::empty()).await;
        answer.is_problem(405, "method-not-allowed");
        assert!(answer.header("allow").contains(row.spec.method.as_str()), "{path}: {}", answer.header("allow"));
    }
}

#[tokio::test]
async fn an_unknown_address_is_a_problem() {
    let trial = Trial::new().await;
    for path in ["/nowhere", "/api/castles", "/api/collections/castles", "/tiles/castles", "/tiles/enterprises/0/0/1"] {
        trial.get(path).await.is_problem(404, "not-found");
    }
    let problem = trial.get("/api/collections/castles/items").await.is_problem(404, "not-found");
    assert_eq!(problem["layer"], "castles");
    trial.get("/api/collections/%ff/items").await.is_problem(400, "malformed");
}

#[tokio::test]
async fn the_root_is_a_page_for_people() {
    let answer = Trial::new().await.get("/?from=mail").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn a_head_request_gets_the_headers_alone() {
    let trial = Trial::new().await;
    let answer = trial.send(Method::HEAD, "/api/collections", &[], Body::empty()).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
}

fn small() -> Config {
    let limits = Limits {
        json_bytes: 1000,
        import_bytes: 2000,
        body_time: Duration::from_millis(200),
        deadline: Duration::from_millis(600),
        ..Limits::default()
    };
    Config { limits, ..Config::default() }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_announced_or_not() {
    let trial = Trial::with(small(), None).await;
    let json = [("content-type", "application/json")];
    let path = "/api/siting/check";
    let announced = [("content-type", "application/json"), ("content-length", "40000000")];
    let problem = trial.send(Method::POST, path, &announced, Body::empty()).await.is_problem(413, "too-large");
    assert_eq!(problem["limit_bytes"], 1000);
    trial.send(Method::POST, path, &json, vec![b' '; 1001]).await.is_problem(413, "too-large");
    let chunks = stream::iter((0..50).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 100]))));
    trial.send(Method::POST, path, &json, Body::from_stream(chunks)).await.is_problem(413, "too-large");
    trial.send(Method::POST, path, &json, vec![b' '; 1000]).await.is_problem(400, "malformed");
    let form = [("content-type", "multipart/form-data; boundary=x"), ("content-length", "2001")];
    trial.send(Method::POST, "/api/imports", &form, Body::empty()).await.is_problem(413, "too-large");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let trial = Trial::with(small(), None).await;
    let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let json = [("content-type", "application/json")];
    trial.send(Method::POST, "/api/siting/check", &json, never).await.is_problem(408, "slow");
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let trial = Trial::new().await;
    for media in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let headers = [("content-type", media)];
        trial.send(Method::POST, "/api/siting/check", &headers, "{}").await.is_problem(415, "media-type");
    }
    let feature = super::feature(None, "x");
    let patch = trial.send_json(Method::PATCH, "/api/collections/roads/items/g105", &[], &feature);
    patch.await.is_problem(415, "media-type");
    let json = [("content-type", "application/json")];
    trial.send(Method::POST, "/api/imports", &json, "{}").await.is_problem(415, "media-type");
}

#[tokio::test]
async fn readiness_tells_the_revision_and_what_is_missing() {
    let store = Arc::new(FakeStore::default());
    store.hold(Layer::Enterprises, enterprise("e1", 115.8, 29.6));
    *store.broken_layer.lock().unwrap() = Some(Layer::Roads);
    let trial = Trial::over(store, Config::default(), None).await;
    let ready = trial.get("/health/ready").await.json();
    assert_eq!((&ready["status"], &ready["revision"]), (&"degraded".into(), &1.into()));
    assert_eq!(ready["unavailable"][0]["layer"], "roads");
    assert!(ready["age_s"].as_f64().unwrap() >= 0.0);
    // The others are served all the same.
    assert_eq!(trial.get("/api/collections").await.json()["collections"].as_array().unwrap().len(), Layer::ALL.len());
    assert_eq!(trial.get("/api/collections/enterprises/items").await.json()["numberReturned"], 1);
    let problem = trial.get("/api/collections/roads/items").await.is_problem(503, "layer-unavailable");
    assert_eq!(problem["layer"], "roads");
    assert_eq!(trial.get("/health/live").await.json()["status"], "live");
}

#[tokio::test]
async fn requests_are_counted_by_route_and_status() {
    let trial = Trial::new().await;
    trial.get("/api/collections/enterprises").await;
    trial.get("/api/collections/castles").await;
    let text = trial.get("/metrics").await.text();
    for status in [200, 404] {
        let line = format!("{{method=\"GET\",route=\"/api/collections/{{layer}}\",status=\"{status}\"}} 1");
        assert!(text.contains(&line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn long_answers_are_compressed_unless_their_bytes_are_named() {
    let trial = Trial::new().await;
    let gzip = [("accept-encoding", "gzip")];
    let list = trial.get_with("/api/collections", &gzip).await;
    assert_eq!(list.header("content-encoding"), "gzip");
    assert!(list.header("vary").to_ascii_lowercase().contains("accept-encoding"));
    let item = trial.get_with("/api/collections/enterprises/items/e1", &gzip).await;
    assert_eq!((item.header("content-encoding"), item.json()["id"].as_str()), ("", Some("e1")));
}
