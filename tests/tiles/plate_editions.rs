//! Plates from one edition to the next: what a tile shows never depends on how they came about.

use std::sync::Arc;

use serde_json::json;
use sisetu::atlas::Edition;
use sisetu::geom::{Point, Rect};
use sisetu::index::Unavailable;
use sisetu::model::{Change, Feature, Known, Layer, RiskLevel};
use sisetu::risk::{Grades, Publication, Published};
use sisetu::tile::Plates;

use super::plates::{Shown, accounted, drawn, tiles};
use super::scene::{after, edition, sample, shape, tile_at};

#[test]
fn bytes_do_not_depend_on_what_was_drawn_before() {
    let kept = Plates::default();
    let mut now = sample().clone();
    let mut rounds = 0;
    for (nth, id) in ["ent-0001", "ent-0050", "ent-0120", "ent-0333"].into_iter().enumerate() {
        for set in ["enterprises", "admin_units", "waters", "hca_segments", "risk_grid"] {
            drawn(&kept, &now, set, 8, tile_at(8, 115.8, 29.6));
        }
        let mut moved = now.snapshot.feature(Layer::Enterprises, id).unwrap().clone();
        moved.properties.set("risk_level", 1 + nth as u64 % 4);
        moved.properties.set("name", format!("新名{nth}"));
        let gone = format!("ent-{:04}", 200 + nth);
        let added =
            shape(&format!("new-{nth}"), 9_000 + nth as u64, Point::new(115.8, 29.6).into(), moved.properties.clone());
        let mut pipe = now.snapshot.feature(Layer::Pipelines, &format!("pip-{:04}", 1 + nth)).unwrap().clone();
        pipe.properties.set("name", format!("改名{nth}"));
        let changes = vec![
            Change::Put(Layer::Pipelines, pipe),
            Change::Put(Layer::Enterprises, moved),
            Change::Delete(Layer::Enterprises, gone),
            Change::Put(Layer::Enterprises, added),
        ];
        now = after(&now, changes);
        let fresh = Plates::default();
        for set in ["risk", "enterprises", "admin_units", "hca_segments", "risk_grid"] {
            for z in [0, 6, 9, 11, 12, 13] {
                for tile in tiles(&now, Layer::Enterprises, z).into_iter().take(60) {
                    assert!(
                        drawn(&kept, &now, set, z, tile) == drawn(&fresh, &now, set, z, tile),
                        "{set} {z} {tile:?}"
                    );
                    rounds += 1;
                }
            }
        }
        for (shown, z) in
            [(Shown::register(&now, Layer::Enterprises), 7), (Shown::segments(&now), 7), (Shown::cells(&now), 10)]
        {
            assert_eq!(accounted(&kept, &now, &shown, z).0, shown.counts(), "{}", shown.set);
        }
    }
    assert!(rounds > 200);
}

#[test]
fn an_older_edition_is_drawn_as_it_was() {
    let plates = Plates::default();
    let mut red = sample().snapshot.feature(Layer::Enterprises, "ent-0001").unwrap().clone();
    red.properties.set("risk_level", 1);
    let newer = after(sample(), vec![Change::Put(Layer::Enterprises, red)]);
    let tile = tile_at(5, 115.8, 29.6);
    let before = drawn(&plates, sample(), "enterprises", 5, tile);
    let now = drawn(&plates, &newer, "enterprises", 5, tile);
    assert!(before == drawn(&plates, sample(), "enterprises", 5, tile));
    assert!(now == drawn(&plates, &newer, "enterprises", 5, tile));
}

/// Plates that drew one edition draw the other as plates do that never saw it.
fn are_told_apart(one: &Edition, other: &Edition, sets: &[&str]) {
    assert_eq!(one.revision(), other.revision());
    for [first, then] in [[one, other], [other, one]] {
        let kept = Plates::default();
        for set in sets {
            for z in [5, 10, 13] {
                let tile = tile_at(z, 115.805, 29.605);
                let before = drawn(&kept, first, set, z, tile);
                let now = drawn(&kept, then, set, z, tile);
                assert!(before != now, "{set} {z}");
                assert!(now == drawn(&Plates::default(), then, set, z, tile), "{set} {z}");
            }
        }
    }
}

fn plant(level: u8) -> Feature {
    let properties = json!({"name": "模拟厂", "kind": "factory", "code": "W1", "risk_level": level});
    let yard = Rect::new((115.80, 29.60), (115.81, 29.61)).to_polygon();
    shape("w1", 1, yard.into(), serde_json::from_value(properties).unwrap())
}

#[test]
fn an_edition_that_is_published_renews_what_it_holds_red() {
    let red = edition([(Layer::Enterprises, vec![plant(1)])]);
    let heading = json!({"name": "试行版", "date": "2026-03-01", "by": "张三"});
    let heading = serde_json::from_value(heading).unwrap();
    let published = Published::of(&Publication::draft(&red.snapshot, &red.grades, heading).unwrap());
    let milder = after(&red, vec![Change::Put(Layer::Enterprises, plant(3))]);
    let grades = Grades::holding(milder.grades.scheme(), &Arc::new(published), &milder.snapshot);
    let held = Edition { grades, ..milder.clone() };
    assert_eq!(held.grades.level(Layer::Enterprises, "w1"), Some(RiskLevel::Major));
    are_told_apart(&milder, &held, &["enterprises", "risk"]);
}

#[test]
fn a_layer_that_is_found_again_renews_what_rests_on_it() {
    let danger = json!({"name": "隐患", "of": "w1", "grade": "major"});
    let danger = shape("d1", 2, Point::new(115.805, 29.605).into(), serde_json::from_value(danger).unwrap());
    let whole = edition([(Layer::Enterprises, vec![plant(3)]), (Layer::HiddenDangers, vec![danger])]);
    let snapshot = whole.snapshot.with(Layer::HiddenDangers, Err(Unavailable("the table is damaged".to_owned())));
    let lost = Edition { grades: Grades::of(&snapshot), snapshot, made_at: whole.made_at };
    are_told_apart(&whole, &lost, &["enterprises"]);
}
