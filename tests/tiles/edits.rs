//! Validators: they change with the tile, and only with the tile.

use std::collections::BTreeMap;

use serde_json::json;
use sisetu::atlas::Edition;
use sisetu::geom::algorithm::Translate;
use sisetu::geom::{Envelope, Metres};
use sisetu::model::{Change, Feature, Known, Layer, Revision};
use sisetu::tile::{self, TileCoord, TileSet};

use super::scene::{after, sample, tiles_of};

const SETS: [&str; 5] = ["district", "risk", "enterprises", "admin_units", "waters"];

type Tiles = BTreeMap<(&'static str, TileCoord), (Revision, Vec<u8>)>;

/// Every tile of zooms 8 to 11 around the district.
fn tiles(edition: &Edition) -> Tiles {
    let mut tiles = BTreeMap::new();
    for name in SETS {
        let set = TileSet::find(name).unwrap();
        for z in [8, 10, 11] {
            for (x, y) in tiles_of(z, 115.5, 29.3, 116.1, 29.9) {
                let coord = TileCoord::new(z, x, y).unwrap();
                let bytes = tile::render(edition, set, coord).unwrap();
                tiles.insert((name, coord), (tile::validator(edition, set, coord), bytes));
            }
        }
    }
    tiles
}

/// Which tiles have a new validator; all that look different must be among them.
fn renewed(before: &Tiles, after: &Tiles) -> Vec<(&'static str, TileCoord)> {
    let mut renewed = Vec::new();
    for (key, (revision, bytes)) in before {
        let (now, now_bytes) = &after[key];
        assert!(bytes == now_bytes || now > revision, "{} {} changed in silence", key.0, key.1);
        if now != revision {
            assert_eq!(*now, Revision(2));
            renewed.push(*key);
        }
    }
    renewed
}

fn enterprise() -> Feature {
    sample().snapshot.features(Layer::Enterprises).next().unwrap().clone()
}

fn moved(feature: &Feature, by: f64) -> Feature {
    let geometry = feature.geometry.translate(by, 0.0);
    let mut moved = Feature::new(feature.id.clone(), geometry, feature.properties.clone()).unwrap();
    moved.tile_id = feature.tile_id;
    moved
}

#[test]
fn moving_an_enterprise_renews_the_tiles_around_both_places() {
    let (old, new) = (enterprise(), moved(&enterprise(), 0.1));
    let next = after(sample(), vec![Change::Put(Layer::Enterprises, new.clone())]);
    let renewed = renewed(&tiles(sample()), &tiles(&next));
    let touched =
        |set: &str| renewed.iter().filter(|(name, _)| *name == set).map(|(_, coord)| *coord).collect::<Vec<_>>();
    assert!(touched("admin_units").is_empty() && touched("waters").is_empty() && touched("district").is_empty());
    let near = |coord: TileCoord, bounds: &Envelope| {
        // A buffer of 64 units is 610 m at zoom 10 on the equator; one tile of slack is plenty and still local.
        let wide = bounds.expanded(Metres(40_000_000.0 / f64::from(1u32 << coord.z()) / 60.0));
        tiles_of(coord.z(), wide.west, wide.south, wide.east, wide.north).contains(&(coord.x(), coord.y()))
    };
    let mine = touched("enterprises");
    assert!(mine.iter().all(|coord| near(*coord, old.envelope()) || near(*coord, new.envelope())));
    for place in [old.envelope(), new.envelope()] {
        assert!(mine.iter().any(|coord| coord.z() == 11 && near(*coord, place)));
    }
    assert!(mine.len() < 12, "{mine:?}");
}

#[test]
fn a_new_grade_renews_the_object_and_its_township() {
    let mut red = enterprise();
    red.properties.set("risk_level", 1);
    let next = after(sample(), vec![Change::Put(Layer::Enterprises, red)]);
    let renewed = renewed(&tiles(sample()), &tiles(&next));
    assert!(renewed.iter().any(|(set, _)| *set == "risk") && renewed.iter().any(|(set, _)| *set == "enterprises"));
    assert!(!renewed.iter().any(|(set, _)| ["district", "admin_units", "waters"].contains(set)));
}

#[test]
fn deleting_and_adding_count_too_and_an_empty_commit_does_not() {
    let gone = after(sample(), vec![Change::Delete(Layer::Enterprises, enterprise().id)]);
    assert!(!renewed(&tiles(sample()), &tiles(&gone)).is_empty());
    let same = after(sample(), vec![]);
    assert!(renewed(&tiles(sample()), &tiles(&same)).is_empty());
    let mut lake = sample().snapshot.features(Layer::Waters).next().unwrap().clone();
    lake.properties.set("name", json!("改名湖"));
    let named = after(sample(), vec![Change::Put(Layer::Waters, lake)]);
    let renewed = renewed(&tiles(sample()), &tiles(&named));
    assert!(renewed.iter().all(|(set, _)| ["waters", "district"].contains(set)) && !renewed.is_empty());
}
