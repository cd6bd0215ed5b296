//! The sets exclusion-{kind}: found, described, drawn by law and day, kept no longer than they hold.

use std::sync::Arc;

use axum::http::Method;
use serde_json::json;

use super::fake_store::FakeStore;
use super::{Trial, enterprise};
use crate::model::Layer;
use crate::serve::Config;

const TILE: &str = "/tiles/exclusion-chem_project/12/3365/1693";

#[tokio::test]
async fn every_kind_has_a_set_that_says_what_it_holds() {
    let trial = Trial::new().await;
    let sets = trial.get("/tiles").await.json();
    let names: Vec<&str> =
        sets["tilesets"].as_array().unwrap().iter().map(|set| set["name"].as_str().unwrap()).collect();
    let kinds = trial.get("/api/siting/kinds").await.json();
    for kind in kinds["kinds"].as_array().unwrap() {
        let name = format!("exclusion-{}", kind["kind"].as_str().unwrap());
        assert!(names.contains(&name.as_str()), "{name}");
    }
    let json = trial.get("/tiles/exclusion-school").await.json();
    assert_eq!((&json["minzoom"], &json["maxzoom"]), (&json!(8), &json!(16)));
    assert_eq!(json["vector_layers"][0]["id"], "exclusion");
    assert_eq!(json["vector_layers"][0]["fields"], json!({"status": "String", "rule": "String", "name": "String"}));
    assert_eq!(json["tiles"], json!(["http://localhost:8080/tiles/exclusion-school/{z}/{x}/{y}"]));
    let then = trial.get("/tiles/exclusion-school?as_of=2026-01-01").await.json();
    assert!(then["tiles"][0].as_str().unwrap().ends_with("/{z}/{x}/{y}?as_of=2026-01-01"));
}

#[tokio::test]
async fn a_tile_is_held_until_what_it_shows_changes_or_the_day_does() {
    let trial = Trial::new().await;
    let tile = trial.get(TILE).await;
    assert_eq!(tile.header("content-type"), "application/vnd.mapbox-vector-tile");
    assert!(tile.status == 200 && !tile.body.is_empty(), "nothing is covered, so that all is undetermined");
    let held = [("if-none-match", tile.header("etag"))];
    assert_eq!(trial.get_with(TILE, &held).await.status, 304);
    assert_eq!(trial.get_with(&format!("{TILE}.pbf"), &held).await.status, 304);
    let another_day = trial.get_with(&format!("{TILE}?as_of=2026-01-01"), &held).await;
    assert_eq!(another_day.status, 200);
    assert_ne!(another_day.header("etag"), tile.header("etag"));
    let put = "/api/collections/enterprises/items/e1";
    assert_eq!(trial.send_json(Method::PUT, put, &[], &super::feature(None, "厂")).await.status, 200);
    assert_eq!(trial.get_with(TILE, &held).await.status, 200);
}

#[tokio::test]
async fn what_is_drawn_while_a_layer_is_lost_is_not_kept() {
    let store = Arc::new(FakeStore::default());
    store.hold(Layer::Enterprises, enterprise("e1", 115.8, 29.6));
    *store.broken_layer.lock().unwrap() = Some(Layer::Roads);
    let trial = Trial::over(store, Config::default(), None).await;
    for drawn in 1..3 {
        let tile = trial.get(TILE).await;
        assert_eq!((tile.header("cache-control"), tile.header("etag")), ("no-store", ""));
        assert!(tile.status == 200 && !tile.body.is_empty());
        assert_eq!(trial.metric("sisetu_tile_renders_total").await, f64::from(drawn));
    }
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused_by_name() {
    let trial = Trial::new().await;
    let problem = trial.get("/tiles/exclusion-castle/12/0/0").await.is_problem(404, "not-found");
    assert_eq!(problem["set"], "exclusion-castle");
    trial.get("/tiles/exclusion-school/7/0/0").await.is_problem(404, "not-found");
    for path in [&format!("{TILE}?as_of=soon"), "/tiles/enterprises/0/0/0?as_of=2026-01-01"] {
        assert_eq!(trial.get(path).await.status, 400, "{path}");
    }
}
