//! Real outlines, with the faults that real files have. They are not part of the project: the folder is named by
//! `SISETU_TEST_DATA` or lies beside the checkout, and without it these tests are skipped and say so.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use sisetu::geom::Geometry;
use sisetu::model::{Feature, Layer, Properties};

use super::decode::layer_of;
use super::scene::{draw, edition, shape, tiles_of};

fn data() -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let folder = std::env::var_os("SISETU_TEST_DATA").map_or_else(beside, PathBuf::from);
    let found = folder.join("district").is_dir();
    if !found {
        println!("skipped: no real data in {}", folder.display());
    }
    found.then_some(folder)
}

fn features(file: PathBuf) -> Vec<Feature> {
    let text = std::fs::read_to_string(file).unwrap();
    let file: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    let features = file["features"].as_array().unwrap().iter().enumerate();
    let feature = |(nth, json): (usize, &Value)| {
        let geometry: geojson::Geometry = serde_json::from_value(json["geometry"].clone()).unwrap();
        shape(&format!("f{nth}"), nth as u64 + 1, Geometry::try_from(geometry).unwrap(), Properties::new())
    };
    features.map(feature).collect()
}

#[test]
fn real_outlines_keep_every_feature_and_give_valid_rings_at_every_zoom() {
    let Some(folder) = data() else { return };
    for (name, layer) in [
        ("jiujiang_counties_hires_wgs84", Layer::AdminUnits),
        ("jiujiang_counties_2015_wgs84", Layer::AdminUnits),
        ("water_polygons_1to4m_clip", Layer::Waters),
        ("water_lines_1to4m_clip", Layer::Roads),
    ] {
        let features = features(folder.join("district").join(name).with_extension("geojson"));
        let all = features.len();
        let edition = edition([(layer, features)]);
        let bounds = edition.snapshot.layer(layer).unwrap().envelope().unwrap();
        for z in 0..=9 {
            let mut found = BTreeSet::new();
            for (x, y) in tiles_of(z, bounds.west, bounds.south, bounds.east, bounds.north) {
                for feature in layer_of(&draw(&edition, layer.name(), z, x, y), layer.name()) {
                    // The check of a ring takes the square of its vertices.
                    if feature.parts.iter().all(|part| part.len() < 400) {
                        feature.polygons();
                    }
                    found.insert(feature.id);
                }
            }
            assert_eq!(found.len(), all, "{name} at zoom {z}");
        }
    }
}
