//! The whole sample district, tile by tile.

use std::collections::{BTreeMap, BTreeSet};

use sisetu::geom::algorithm::{Area, BooleanOps, Euclidean, Length};
use sisetu::geom::{Coord, WorldBox};
use sisetu::geom::{Geometry, Polygon, Rect, WorldShape, clip};
use sisetu::model::{Known, Layer, RiskLevel};
use sisetu::tile::TileSet;

use super::decode::{Feature, decode, layer_of};
use super::scene::{draw, sample, tile_at, tiles_of};

const TILE: f64 = 4096.0;

fn tiles_of_layer(layer: Layer, z: u8) -> Vec<(u32, u32)> {
    let bounds = sample().snapshot.layer(layer).unwrap().envelope().unwrap();
    tiles_of(z, bounds.west, bounds.south, bounds.east, bounds.north)
}

#[test]
fn every_feature_is_drawn_at_every_zoom_and_every_ring_is_valid() {
    for layer in Layer::ALL {
        let all: BTreeSet<&str> = sample().snapshot.features(layer).map(|feature| feature.id.as_str()).collect();
        for z in [0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12] {
            let mut found = BTreeSet::new();
            for (x, y) in tiles_of_layer(layer, z) {
                for feature in layer_of(&draw(sample(), layer.name(), z, x, y), layer.name()) {
                    feature.polygons();
                    found.insert(feature.name().to_owned());
                }
            }
            let missing: Vec<_> = all.iter().filter(|id| !found.contains(**id)).collect();
            assert!(missing.is_empty(), "{layer} at zoom {z}: {missing:?}");
        }
    }
}

#[test]
fn at_the_top_zoom_a_feature_is_found_in_the_tile_that_holds_its_corner() {
    for layer in Layer::ALL {
        let mut wanted: BTreeMap<(u32, u32), Vec<&str>> = BTreeMap::new();
        for feature in sample().snapshot.features(layer) {
            let corner = first_vertex(&feature.geometry);
            wanted.entry(tile_at(14, corner.x, corner.y)).or_default().push(&feature.id);
        }
        for ((x, y), ids) in wanted {
            let found = layer_of(&draw(sample(), layer.name(), 14, x, y), layer.name());
            for id in ids {
                assert!(found.iter().any(|feature| feature.name() == id), "{layer}/{id} in 14/{x}/{y}");
            }
        }
    }
}

fn first_vertex(geometry: &Geometry) -> Coord {
    match geometry {
        Geometry::Point(point) => point.0,
        Geometry::LineString(line) => line.0[0],
        Geometry::MultiLineString(lines) => lines.0[0].0[0],
        Geometry::Polygon(area) => area.exterior().0[0],
        Geometry::MultiPolygon(areas) => areas.0[0].exterior().0[0],
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_pieces_of_a_feature_add_up_to_it() {
    let z = 12;
    let units = TILE * f64::from(1u32 << z);
    let tile = Rect::new((0.0, 0.0), (TILE, TILE)).to_polygon();
    for layer in
        [Layer::Waters, Layer::ResidentialZones, Layer::Enterprises, Layer::AdminUnits, Layer::Roads, Layer::Pipelines]
    {
        let (mut areas, mut lengths) = (BTreeMap::<String, f64>::new(), BTreeMap::<String, f64>::new());
        for (x, y) in tiles_of_layer(layer, z) {
            for feature in layer_of(&draw(sample(), layer.name(), z, x, y), layer.name()) {
                *areas.entry(feature.name().to_owned()).or_default() += area_within(&feature, &tile);
                *lengths.entry(feature.name().to_owned()).or_default() += length_within(&feature);
            }
        }
        for feature in sample().snapshot.features(layer) {
            let truth = WorldShape::project(&feature.geometry, 1e-9);
            let outline: f64 = truth.areas.iter().map(|area| Euclidean.length(area.exterior())).sum::<f64>() * units;
            let area: f64 = truth.areas.iter().map(Area::unsigned_area).sum::<f64>() * units * units;
            let length: f64 = truth.lines.iter().map(|line| Euclidean.length(line)).sum::<f64>() * units;
            // Simplification moves an outline by 1.6 units, snapping by 0.7 more, here and there to either side.
            let found = areas.get(&feature.id).copied().unwrap_or_default();
            assert!((found - area).abs() <= outline * 1.2 + 4.0, "{layer}/{}: {found} of {area}", feature.id);
            let found = lengths.get(&feature.id).copied().unwrap_or_default();
            assert!((found - length).abs() <= length * 0.02 + 8.0, "{layer}/{}: {found} of {length}", feature.id);
        }
    }
}

fn area_within(feature: &Feature, window: &Polygon) -> f64 {
    feature.polygons().iter().map(|area| area.intersection(window).unsigned_area()).sum()
}

fn length_within(feature: &Feature) -> f64 {
    let window = WorldBox { min: Coord { x: 0.0, y: 0.0 }, max: Coord { x: TILE, y: TILE } };
    let lines = WorldShape { lines: feature.lines(), ..WorldShape::default() };
    clip(&lines, &window).lines.iter().map(|line| Euclidean.length(line)).sum()
}

#[test]
fn red_and_orange_are_there_at_every_zoom_and_on_top() {
    let grades = &sample().grades;
    let enterprises = || sample().snapshot.features(Layer::Enterprises);
    let severe = |id: &str| matches!(grades.level(Layer::Enterprises, id), Some(RiskLevel::Major | RiskLevel::High));
    let wanted: BTreeSet<&str> = enterprises().map(|feature| feature.id.as_str()).filter(|id| severe(id)).collect();
    assert!(wanted.len() > 5, "the sample has red and orange");
    for z in 0..=13 {
        let mut found = BTreeSet::new();
        for (x, y) in tiles_of_layer(Layer::Enterprises, z) {
            let drawn = layer_of(&draw(sample(), "risk", z, x, y), "enterprises");
            let order: Vec<u64> = drawn
                .iter()
                .map(|f| f.properties.get("risk_level").map_or(5, |level| level.as_u64().unwrap()))
                .collect();
            assert!(order.is_sorted_by(|before, after| before >= after), "the worst last: {order:?}");
            found
                .extend(drawn.iter().filter(|feature| severe(feature.name())).map(|feature| feature.name().to_owned()));
        }
        assert!(wanted.iter().all(|id| found.contains(*id)), "zoom {z}");
    }
}

#[test]
fn tiles_say_what_the_grades_say() {
    let (x, y) = tile_at(8, 115.8, 29.6);
    for layer in decode(&draw(sample(), "risk", 8, x, y)) {
        assert_ne!(layer.name, "risk_grid", "cells would be specks at this zoom");
        // Derived, with a test of their own.
        if layer.name == "hca_segments" {
            continue;
        }
        for feature in &layer.features {
            let source = if layer.name == "risk_areas" { Layer::AdminUnits } else { layer.name.parse().unwrap() };
            let level = sample().grades.level(source, feature.name());
            let told = feature.properties.get("risk_level").map(|level| level.as_u64().unwrap());
            assert_eq!(told, level.map(|level| u64::from(level.number())));
            assert_eq!(feature.properties["risk_color"], level.map_or("none", RiskLevel::color));
            let known = sample().snapshot.feature(source, feature.name()).unwrap();
            assert_eq!(
                (feature.id, feature.properties.get("name").and_then(|name| name.as_str())),
                (known.tile_id, known.properties.text("name"))
            );
        }
        if layer.name == "risk_areas" {
            let levels: BTreeSet<_> =
                layer.features.iter().map(|feature| feature.properties["level"].as_str().unwrap()).collect();
            assert!(levels.is_subset(&BTreeSet::from(["township", "functional"])), "{levels:?}");
        }
    }
}

#[test]
fn sets_are_drawn_alike_whatever_they_are_drawn_with() {
    let (x, y) = tile_at(11, 115.8, 29.6);
    for set in ["district", "risk"] {
        for layer in decode(&draw(sample(), set, 11, x, y)) {
            if TileSet::find(&layer.name).is_some() {
                let alone = layer_of(&draw(sample(), &layer.name, 11, x, y), &layer.name);
                assert_eq!(format!("{:?}", layer.features), format!("{alone:?}"));
            }
        }
    }
}
