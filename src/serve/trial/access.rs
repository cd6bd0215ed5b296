//! Keys, names and origins, on every route.

use axum::body::Body;
use axum::http::Method;

use super::Trial;
use crate::serve::access::May;
use crate::serve::router::table;
use crate::serve::{Config, ServeError};

#[tokio::test]
async fn every_route_asks_for_the_key_it_needs() {
    let trial = Trial::keyed().await;
    for row in table() {
        let (method, path) = (row.spec.method.clone(), row.spec.path.replace("{layer}", "waters"));
        let name = format!("{method} {path}");
        let as_whom = async |headers: &[(&str, &str)]| trial.send(method.clone(), &path, headers, Body::empty()).await;
        let stranger = as_whom(&[]).await;
        if row.spec.may == May::Nothing {
            assert_eq!(stranger.status, 200, "{name}");
        } else {
            stranger.is_problem(401, "unauthenticated");
            assert!(stranger.header("www-authenticate").starts_with("Bearer"), "{name}");
        }
        as_whom(&[("authorization", "Bearer wrong")]).await.is_problem(401, "unauthenticated");
        let viewer = as_whom(&[("authorization", "Bearer see")]).await;
        if row.spec.may == May::Write {
            viewer.is_problem(403, "forbidden");
        } else {
            assert!(![401, 403].contains(&viewer.status.as_u16()), "{name}");
        }
        let steward = as_whom(&[("authorization", "Bearer change")]).await;
        assert!(![401, 403].contains(&steward.status.as_u16()), "{name}");
    }
}

#[tokio::test]
async fn what_a_key_opened_is_not_for_shared_caches() {
    let trial = Trial::keyed().await;
    for path in ["/api/collections", "/tiles/enterprises/0/0/0", "/api/collections/enterprises/items/e1"] {
        let answer = trial.get_with(path, &[("authorization", "Bearer see")]).await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "private, no-cache"), "{path}");
    }
}

#[tokio::test]
async fn readiness_keeps_its_reasons_from_strangers() {
    let trial = Trial::keyed().await;
    let stranger = trial.get("/health/ready").await.json();
    assert!(stranger["revision"].is_u64() && stranger.get("store").is_none());
    let viewer = trial.get_with("/health/ready", &[("authorization", "Bearer see")]).await.json();
    assert!(viewer["store"]["reachable"].is_boolean());
}

#[tokio::test]
async fn changes_are_filed_under_the_name_of_the_key() {
    let trial = Trial::keyed().await;
    let key = [("authorization", "Bearer change")];
    let path = "/api/collections/enterprises/items/n1";
    assert_eq!(trial.send_json(Method::PUT, path, &key, &super::feature(None, "厂")).await.status, 201);
    let history = trial.get_with(&format!("{path}/history"), &key).await.json();
    assert_eq!(history["items"][0]["author"], "steward");
}

#[tokio::test]
async fn other_names_and_foreign_pages_are_turned_away_everywhere() {
    let trial = Trial::new().await;
    for row in table() {
        let (method, path) = (row.spec.method.clone(), row.spec.path);
        trial
            .send(method.clone(), path, &[("host", "evil.example")], Body::empty())
            .await
            .is_problem(421, "misdirected");
        if method == Method::GET {
            continue;
        }
        for header in [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            trial.send(method.clone(), path, &[header], Body::empty()).await.is_problem(403, "forbidden");
        }
        let own = [("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")];
        assert_ne!(trial.send(method.clone(), path, &own, Body::empty()).await.status, 403, "{method} {path}");
    }
}

#[test]
fn a_server_for_others_needs_keys() {
    let config = Config { listen: "0.0.0.0:8080".parse().unwrap(), ..Config::default() };
    let refused = config.check().unwrap_err();
    assert!(matches!(refused, ServeError::KeysRequired(_)) && refused.to_string().contains("--keys"));
    let config = Config { public_url: Some("map.example.cn".to_owned()), ..Config::default() };
    assert!(matches!(config.check(), Err(ServeError::PublicUrl(_))));
    let config = Config { keys: Some("/nowhere/keys.toml".into()), ..Config::default() };
    assert!(matches!(config.check(), Err(ServeError::Keys(_))));
    assert!(Config::default().check().is_ok());
}
