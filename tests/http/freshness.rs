//! Nothing stale, and nothing drawn twice.

use std::time::{Duration, Instant};

use serde_json::json;
use ureq::http::HeaderMap;

use super::{metric, plant, town};
use crate::support::scene::{collection, feature, point};

const RENDERS: &str = "sisetu_tile_renders_total";
const WORLD: &str = "/tiles/enterprises/0/0/0";

fn etag(head: &HeaderMap) -> String {
    head["etag"].to_str().unwrap().to_owned()
}

#[test]
fn a_held_tile_is_not_drawn_again_and_a_changed_one_is_at_once() {
    let (_desk, service) = town();
    let first = service.get(WORLD);
    assert_eq!((first.status, first.body.is_empty()), (200, false));
    let drawn = metric(&service, RENDERS);
    let again = |tag: &str| service.agent().get(service.at(WORLD)).header("if-none-match", tag).call().unwrap();
    for _ in 0..5 {
        assert_eq!(again(&etag(&first.head)).status(), 304);
    }
    assert_eq!(metric(&service, RENDERS), drawn);

    let item = service.at("/api/collections/enterprises/items/e1");
    assert_eq!(service.agent().put(&item).send_json(plant(1)).unwrap().status(), 200);
    let changed = again(&etag(&first.head));
    assert_eq!(changed.status(), 200);
    assert_ne!(etag(changed.headers()), etag(&first.head));
    assert_eq!(metric(&service, RENDERS), drawn + 1.0);
    service.stop();
}

#[test]
fn a_tile_far_from_a_change_stays_held() {
    let (_desk, service) = town();
    // Beijing: nothing of the district is drawn there.
    let far = "/tiles/enterprises/10/843/387";
    let before = etag(&service.get(far).head);
    let item = service.at("/api/collections/enterprises/items/e1");
    assert_eq!(service.agent().put(&item).send_json(plant(1)).unwrap().status(), 200);
    assert_eq!(etag(&service.get(far).head), before);
    service.stop();
}

#[test]
fn what_another_program_imports_is_seen_without_a_restart() {
    let (desk, service) = town();
    let revision = |key: &str| service.get("/health/ready").json()[key].clone();
    let before = revision("revision").as_u64().unwrap();
    let more = feature("e9", point(900.0, -2_000.0), json!({"name": "模拟丙厂", "kind": "factory"}));
    let file = desk.write("more.geojson", collection(&[more]).to_string());
    desk.import(&file, "enterprises", &["--strict"]).ends(0);
    let until = Instant::now() + Duration::from_secs(10);
    while service.get("/api/collections/enterprises/items/e9").status != 200 {
        assert!(Instant::now() < until, "the import is not seen");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(revision("revision").as_u64(), Some(before + 1));
    service.stop();
}

#[test]
fn two_who_edit_the_same_feature_do_not_overwrite_one_another() {
    let (_desk, service) = town();
    let path = "/api/collections/enterprises/items/e2";
    let tag = etag(&service.get(path).head);
    let outcomes: Vec<u16> = std::thread::scope(|scope| {
        let edit = |level: u8| {
            let request = service.agent().put(service.at(path)).header("if-match", &tag);
            request.send_json(plant(level)).unwrap().status().as_u16()
        };
        let edits: Vec<_> = (0..8).map(|n| scope.spawn(move || edit(n % 4 + 1))).collect();
        edits.into_iter().map(|edit| edit.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|status| **status == 200).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|status| **status == 412).count(), 7, "{outcomes:?}");
    service.stop();
}
