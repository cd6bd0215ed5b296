//! Whether the service lives, whether it is ready, and what it has done.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::App;
use super::access::{Caller, May};
use crate::alerts::State as Standing;

/// The media type of Prometheus text.
pub const PROMETHEUS: &[&str] = &["text/plain", "application/openmetrics-text"];

/// The process answers.
pub async fn live() -> Json<Value> {
    Json(json!({"status": "live", "version": env!("CARGO_PKG_VERSION")}))
}

/// The edition that is served, how old it is, and what it lacks. Reasons are told only to those who may read.
pub async fn ready(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    let edition = app.atlas.current();
    let snapshot = &edition.snapshot;
    let trouble = app.atlas.trouble();
    let unavailable: Vec<Value> =
        snapshot.unavailable().map(|(layer, reason)| json!({"layer": layer, "reason": reason})).collect();
    let degraded = trouble.is_some() || !unavailable.is_empty();
    let mut answer = json!({
        "status": if degraded { "degraded" } else { "ready" },
        "revision": snapshot.revision(),
        "age_s": Timestamp::now().duration_since(edition.made_at).as_secs_f64().max(0.0),
    });
    if caller.may >= May::Read {
        answer["unavailable"] = json!(unavailable);
        answer["store"] = json!({"reachable": trouble.is_none(), "trouble": trouble});
        answer["rule_book"] = json!(app.book.version());
        answer["viewer"] = json!(super::has_viewer());
    }
    (StatusCode::OK, Json(answer)).into_response()
}

/// Prometheus text.
pub async fn metrics(State(app): State<App>) -> Response {
    let edition = app.atlas.current();
    let unavailable = edition.snapshot.unavailable().count();
    let open = app.alerts.count(Standing::Open) as f64;
    let left_out = "Things that tiles drawn have left out, so as not to grow too large.";
    let totals = [("sisetu_tile_left_out_total", left_out, app.plates.left_out())];
    let gauges = [
        ("sisetu_alerts_open", "Warnings that nobody has taken up.", open),
        ("sisetu_revision", "The edition that is served.", edition.snapshot.revision().0 as f64),
        ("sisetu_layers_unavailable", "Layers that cannot be used.", unavailable as f64),
        ("sisetu_store_reachable", "1 where the store answers.", f64::from(u8::from(app.atlas.trouble().is_none()))),
    ];
    let text = app.metrics.text(&totals, &gauges);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
