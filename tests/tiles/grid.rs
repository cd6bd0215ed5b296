//! The risk grid in tiles: where it begins, what it says, and that nothing tears.

use std::collections::{BTreeMap, BTreeSet};

use sisetu::geom::algorithm::{Area, unary_union};
use sisetu::geom::{Polygon, Rect};
use sisetu::model::{Layer, Properties};
use sisetu::tile::{self, TileSet};

use super::decode::{Feature, layer_of};
use super::scene::{draw, edition, sample, shape, tile_at, tiles_of};

#[test]
fn the_grid_begins_where_a_cell_is_six_pixels_and_says_so() {
    let json = tile::tile_json(sample(), TileSet::find("risk").unwrap(), "");
    let layers = json["vector_layers"].as_array().unwrap();
    let first = |name: &str| layers.iter().find(|layer| layer["id"] == name).unwrap()["minzoom"].as_u64().unwrap();
    assert_eq!((first("risk_grid"), first("risk_areas")), (10, 0));
    assert_eq!(tile::tile_json(sample(), TileSet::find("risk_grid").unwrap(), "")["minzoom"], 10);
    for (z, is_drawn) in [(8, false), (9, false), (10, true), (14, true)] {
        let bounds = sample().grades.grid_envelope().unwrap();
        let tiles = tiles_of(z, bounds.west, bounds.south, bounds.east, bounds.north);
        let some = tiles
            .into_iter()
            .take(64)
            .any(|(x, y)| !layer_of(&draw(sample(), "risk", z, x, y), "risk_grid").is_empty());
        assert_eq!(some, is_drawn, "{z}");
    }
}

#[test]
fn every_cell_is_drawn_once_a_tile_and_says_what_the_grades_say() {
    let bounds = sample().grades.grid_envelope().unwrap();
    let known: BTreeMap<String, _> =
        sample().grades.grid_cells(&bounds).into_iter().map(|cell| (cell.id.clone(), cell)).collect();
    assert!(known.len() > 100 && known.values().any(|cell| cell.level.is_none()));
    let mut found: BTreeSet<String> = BTreeSet::new();
    for (x, y) in tiles_of(10, bounds.west, bounds.south, bounds.east, bounds.north) {
        for feature in layer_of(&draw(sample(), "risk_grid", 10, x, y), "risk_grid") {
            feature.polygons();
            let cell = &known[feature.name()];
            let level = cell.level.map(|level| u64::from(level.number()));
            assert_eq!(feature.properties.get("risk_level").and_then(serde_json::Value::as_u64), level);
            assert_eq!((feature.id, feature.properties["reason"].as_str()), (cell.tile_id, Some(&*cell.reason)));
            found.insert(feature.name().to_owned());
        }
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), known.into_keys().collect::<Vec<_>>());
}

/// One plant so large that its cells fill the tiles around a corner of four.
#[test]
fn cells_tear_neither_within_a_tile_nor_between_neighbours() {
    let plant = Rect::new((115.3, 29.3), (116.3, 30.1)).to_polygon();
    let named: Properties =
        [("name", "x"), ("kind", "factory")].map(|(name, value)| (name, value.into())).into_iter().collect();
    let edition = edition([(Layer::Enterprises, vec![shape("p", 1, plant.into(), named)])]);
    for z in [10, 11, 12, 14] {
        let (x, y) = tile_at(z, 115.8, 29.7);
        let cells = |x: u32, y: u32| layer_of(&draw(&edition, "risk_grid", z, x, y), "risk_grid");
        let here = cells(x, y);
        let areas: Vec<Polygon> = here.iter().flat_map(Feature::polygons).collect();
        let union = unary_union(&areas).unsigned_area();
        let apart: f64 = areas.iter().map(Area::unsigned_area).sum();
        let window = (4096.0 + 128.0) * (4096.0 + 128.0);
        assert!((union - window).abs() < 0.5 && (apart - union).abs() < 0.5, "{z}: {union} {apart} {window}");
        assert_same_in_the_seam(&here, &cells(x + 1, y), z);
    }
}

/// Corners well inside the strip that both tiles draw are the same places of the world.
fn assert_same_in_the_seam(west: &[Feature], east: &[Feature], z: u8) {
    let corners = |features: &[Feature], shift: i32| -> BTreeSet<(i32, i32)> {
        let all = features.iter().flat_map(|feature| feature.parts.iter().flatten().map(move |(x, y)| (x + shift, *y)));
        all.filter(|(x, y)| (4096 - 63..4096 + 63).contains(x) && (-63..4096 + 63).contains(y)).collect()
    };
    let (one, other) = (corners(west, 0), corners(east, 4096));
    assert_eq!(one, other, "{z}");
}
