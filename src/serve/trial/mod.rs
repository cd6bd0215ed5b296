//! The server without a socket: the whole router over a store in memory.

mod access;
mod alerts;
mod checks;
mod editions;
mod edits;
mod exclusion;
mod fake_store;
mod features;
mod hazard_source;
mod manners;
mod readings;
mod sockets;
mod survey;
mod tiles;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::access::{Access, Keys};
use super::{App, Config, router};
use crate::alerts::Alerts;
use crate::atlas::Atlas;
use crate::geom::{LineString, Point};
use crate::model::{Feature, Layer, Properties};
use crate::rules::RuleBook;
use fake_store::FakeStore;

/// An answer, wholly received.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {:?}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// That it is a problem in due form, of this status and type.
    pub fn is_problem(&self, status: u16, slug: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("urn:sisetu:problem:{slug}"), "{problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        problem
    }
}

/// A server on trial.
pub struct Trial {
    pub router: Router,
    pub store: Arc<FakeStore>,
    pub alerts: Arc<Alerts>,
}

pub fn enterprise(id: &str, lon: f64, lat: f64) -> Feature {
    let properties: Properties =
        [("name", json!(format!("模拟企业 {id}"))), ("kind", json!("factory")), ("risk_level", json!(2))]
            .into_iter()
            .collect();
    Feature::new(id, Point::new(lon, lat).into(), properties).unwrap()
}

fn road() -> Feature {
    let properties: Properties = [("name", json!("G105")), ("kind", json!("national"))].into_iter().collect();
    Feature::new("g105", LineString::from(vec![(115.70, 29.50), (115.90, 29.70)]).into(), properties).unwrap()
}

impl Trial {
    /// Three enterprises and a road, open to everyone.
    pub async fn new() -> Self {
        Self::with(Config::default(), None).await
    }

    /// The same behind keys.
    pub async fn keyed() -> Self {
        let keys = "[[key]]\nname='viewer'\nkey='see'\nmay='read'\n[[key]]\nname='steward'\nkey='change'\nmay='write'";
        Self::with(Config::default(), Some(keys)).await
    }

    pub async fn with(config: Config, keys: Option<&str>) -> Self {
        let store = Arc::new(FakeStore::default());
        for (id, lon) in [("e1", 115.80), ("e2", 115.81), ("甲/2", 115.82)] {
            store.hold(Layer::Enterprises, enterprise(id, lon, 29.60));
        }
        store.hold(Layer::Roads, road());
        Self::over(store, config, keys).await
    }

    pub async fn over(store: Arc<FakeStore>, config: Config, keys: Option<&str>) -> Self {
        let atlas = Atlas::open(store.clone()).await.unwrap();
        let public = config.public_url.as_deref().map(|url| super::public(url).unwrap());
        let keys = keys.map(|text| Keys::parse(text).unwrap());
        let access = Access::new(config.listen, public, keys);
        let alerts = Alerts::open(Arc::clone(&atlas)).await.unwrap();
        let app = App::new(&config, access, Arc::clone(&alerts), atlas, Arc::new(RuleBook::shipped().unwrap()));
        Self { router: router::router(&app), store, alerts }
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:8080");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream of events has no end to wait for.
        let endless = parts.headers.get("content-type").is_some_and(|media| media == "text/event-stream");
        let body =
            if endless { axum::body::Bytes::new() } else { axum::body::to_bytes(body, usize::MAX).await.unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Body::empty()).await
    }

    pub async fn send_json(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.send(method, path, &headers, body.to_string()).await
    }

    /// The id of a warning that a worse grade raised.
    pub async fn some_alert(&self) -> String {
        self.alerts.judge_now().await.unwrap();
        let headers = [("content-type", "application/merge-patch+json")];
        let red = json!({"properties": {"risk_level": 1}}).to_string();
        self.send(Method::PATCH, "/api/collections/enterprises/items/e2", &headers, red).await;
        self.alerts.judge_now().await.unwrap();
        let alerts = self.get("/api/alerts").await.json();
        alerts["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// A figure from the metrics.
    pub async fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").await.text();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in\n{text}")).parse().unwrap()
    }
}

/// A GeoJSON enterprise.
pub fn feature(id: Option<&str>, name: &str) -> Value {
    let mut feature = json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [115.85, 29.61]},
        "properties": {"name": name, "kind": "factory"},
    });
    if let Some(id) = id {
        feature["id"] = json!(id);
    }
    feature
}
