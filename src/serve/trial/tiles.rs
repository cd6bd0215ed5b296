//! Validators before work, codings, one drawing for many.

use std::sync::Arc;

use axum::http::Method;

use super::fake_store::FakeStore;
use super::{Trial, enterprise};
use crate::model::Layer;
use crate::serve::Config;

const WORLD: &str = "/tiles/enterprises/0/0/0";
const RENDERS: &str = "sisetu_tile_renders_total";

#[tokio::test]
async fn a_held_tile_costs_no_drawing() {
    let trial = Trial::new().await;
    let tile = trial.get(WORLD).await;
    assert_eq!(tile.header("content-type"), "application/vnd.mapbox-vector-tile");
    assert_eq!((tile.header("cache-control"), tile.header("vary")), ("no-cache", "Accept-Encoding"));
    assert_eq!(trial.metric(RENDERS).await, 1.0);
    let fresh = Trial::over(trial.store.clone(), Config::default(), None).await;
    for path in [WORLD, "/tiles/enterprises/0/0/0.mvt", "/api/collections/enterprises/tiles/WebMercatorQuad/0/0/0"] {
        let held = fresh.get_with(path, &[("if-none-match", tile.header("etag"))]).await;
        assert_eq!((held.status.as_u16(), held.body.len()), (304, 0), "{path}");
    }
    assert_eq!(fresh.metric(RENDERS).await, 0.0);
    assert_eq!(fresh.metric("sisetu_tile_unchanged_total").await, 3.0);
}

#[tokio::test]
async fn a_change_gives_a_new_tag_at_the_next_request() {
    let trial = Trial::new().await;
    let before = trial.get(WORLD).await;
    let put = "/api/collections/enterprises/items/e1";
    assert_eq!(trial.send_json(Method::PUT, put, &[], &super::feature(None, "厂")).await.status, 200);
    let after = trial.get_with(WORLD, &[("if-none-match", before.header("etag"))]).await;
    assert_eq!(after.status, 200);
    assert_ne!(after.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn each_coding_has_a_tag_of_its_own_and_one_drawing_serves_all() {
    let trial = Trial::new().await;
    let mut tags = std::collections::BTreeSet::new();
    for (wish, coding) in [("", ""), ("gzip", "gzip"), ("br, gzip;q=0.5", "br"), ("zstd", "zstd")] {
        for _ in 0..2 {
            let tile = trial.get_with(WORLD, &[("accept-encoding", wish)]).await;
            assert_eq!(tile.header("content-encoding"), coding, "{wish}");
            tags.insert(tile.header("etag").to_owned());
        }
    }
    assert_eq!((tags.len(), trial.metric(RENDERS).await), (4, 1.0));
    assert_eq!(trial.metric("sisetu_tile_cache_hits_total").await, 7.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_ask_at_once_share_one_drawing() {
    let trial = Trial::new().await;
    let asks =
        futures_util::future::join_all((0..64).map(|_| trial.get_with(WORLD, &[("accept-encoding", "br")]))).await;
    assert!(asks.iter().all(|tile| tile.status == 200 && tile.body == asks[0].body));
    assert_eq!(trial.metric(RENDERS).await, 1.0);
}

#[tokio::test]
async fn an_empty_tile_is_an_empty_answer_with_a_tag() {
    let trial = Trial::new().await;
    let tile = trial.get_with("/tiles/enterprises/14/0/0", &[("accept-encoding", "gzip")]).await;
    assert_eq!((tile.status.as_u16(), tile.body.len(), tile.header("content-encoding")), (200, 0, ""));
    let headers = [("accept-encoding", "gzip"), ("if-none-match", tile.header("etag"))];
    assert_eq!(trial.get_with("/tiles/enterprises/14/0/0", &headers).await.status, 304);
}

#[tokio::test]
async fn a_layer_that_fails_fails_its_tile_by_name_and_is_not_kept() {
    let store = Arc::new(FakeStore::default());
    store.hold(Layer::Enterprises, enterprise("e1", 115.8, 29.6));
    *store.broken_layer.lock().unwrap() = Some(Layer::Roads);
    let trial = Trial::over(store, Config::default(), None).await;
    for _ in 0..2 {
        let problem = trial.get("/tiles/roads/0/0/0").await.is_problem(503, "layer-unavailable");
        assert_eq!(problem["layer"], "roads");
    }
    assert_eq!(trial.metric(RENDERS).await, 2.0);
    assert_eq!(trial.get(WORLD).await.status, 200);
}

#[tokio::test]
async fn there_is_no_tile_outside_the_grid() {
    let trial = Trial::new().await;
    for path in ["0/0/1", "0/1/0", "23/0/0", "-1/0/0", "0/0/0.png", "a/b/c", "1/0/4294967296"] {
        trial.get(&format!("/tiles/enterprises/{path}")).await.is_problem(404, "not-found");
    }
}

#[tokio::test]
async fn another_store_of_the_same_revision_is_another_tile() {
    let one = Trial::new().await.get(WORLD).await;
    let store = Arc::new(FakeStore::default());
    let anew = crate::model::Change::Put(Layer::Enterprises, enterprise("x", 115.8, 29.6));
    let set = crate::model::ChangeSet { changes: vec![anew], ..Default::default() };
    crate::store::Store::commit(&*store, set).await.unwrap();
    let other = Trial::over(store, Config::default(), None).await;
    let answer = other.get_with(WORLD, &[("if-none-match", one.header("etag"))]).await;
    assert_eq!(answer.status, 200);
}
