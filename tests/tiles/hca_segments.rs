//! Stretches of pipelines by their high-consequence area.

use std::collections::BTreeSet;

use serde_json::json;
use sisetu::geom::{Coord, Geometry, Rect};
use sisetu::model::{Change, Feature, Known, Layer, RiskLevel};
use sisetu::risk::{Aggregator, Segment, Subject};
use sisetu::tile::{self, TileCoord, TileSet};

use super::decode::layer_of;
use super::scene::{after, draw, sample, tile_at, tiles_of};

const SET: &str = "hca_segments";

/// Every segment that tiles of a zoom around the district show.
fn shown(z: u8) -> Vec<super::decode::Feature> {
    let tiles = tiles_of(z, 115.4, 29.2, 116.2, 30.0);
    tiles.into_iter().flat_map(|(x, y)| layer_of(&draw(sample(), SET, z, x, y), SET)).collect()
}

#[test]
fn tiles_say_what_the_explanations_say() {
    let mut levels = BTreeSet::new();
    for feature in shown(11) {
        let id = feature.name();
        let grade = sample().grades.explain_by(Subject::HcaSegments, id, Aggregator::default()).unwrap().unwrap();
        let told = feature.properties.get("risk_level").and_then(serde_json::Value::as_u64);
        assert_eq!(told, grade.level.map(|level| u64::from(level.number())), "{id}");
        assert_eq!(feature.properties["risk_color"], grade.level.map_or("none", RiskLevel::color));
        let segment = &grade.inputs["segment"];
        assert_eq!(feature.properties.get("hca_grade").unwrap_or(&json!(null)), &segment["grade"], "{id}");
        let pipe = feature.properties["pipeline"].as_str().unwrap();
        let known = sample().snapshot.feature(Layer::Pipelines, pipe).unwrap();
        assert_eq!(feature.properties["name"], known.name());
        assert!(!feature.properties["reason"].as_str().unwrap().is_empty());
        levels.insert(grade.level);
    }
    assert!(levels.contains(&Some(RiskLevel::High)) && levels.contains(&Some(RiskLevel::Moderate)), "{levels:?}");
}

#[test]
fn the_whole_of_every_graded_segment_is_drawn() {
    let drawn: BTreeSet<String> = shown(10).iter().map(|feature| feature.name().to_owned()).collect();
    let wanted = sample().grades.hca_lines().features().map(|feature| feature.id.clone());
    assert_eq!(drawn, wanted.collect());
}

#[test]
fn a_pipeline_is_as_red_as_its_worst_segment() {
    for pipe in sample().snapshot.features(Layer::Pipelines) {
        let worst = sample().grades.hca_segments(&pipe.id).iter().filter_map(Segment::level).min();
        if worst.is_some_and(|worst| worst < RiskLevel::Low) {
            assert!(sample().grades.level(Layer::Pipelines, &pipe.id) <= worst, "{}", pipe.id);
        }
    }
}

#[test]
fn a_new_village_renews_the_tiles_of_its_pipeline_and_no_others() {
    let lines = sample().grades.hca_lines();
    let segment = lines.features().find(|one| one.properties.text("pipeline") == Some("pip-0001")).unwrap();
    let properties = serde_json::from_value(json!({"name": "新村", "households": 900, "max_storeys": 12})).unwrap();
    let Geometry::MultiLineString(parts) = &segment.geometry else { panic!("{:?}", segment.geometry) };
    let place = parts.0[0].0[0];
    let homes = Rect::new(place, Coord { x: place.x + 0.002, y: place.y + 0.002 });
    let village = Feature::new("new", homes.to_polygon().into(), properties).unwrap();
    let next = after(sample(), vec![Change::Put(Layer::ResidentialZones, village)]);
    let set = TileSet::find(SET).unwrap();
    let validator = |edition, lon, lat| {
        let (x, y) = tile_at(12, lon, lat);
        tile::validator(edition, set, TileCoord::new(12, x, y).unwrap())
    };
    assert!(validator(&next, place.x, place.y) > validator(sample(), place.x, place.y));
    assert_eq!(validator(&next, 117.5, 30.5), validator(sample(), 117.5, 30.5));
}
