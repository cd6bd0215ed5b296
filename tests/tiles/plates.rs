//! Tiles from plates: nothing is lost, nothing grows beyond its budget.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;
use sisetu::atlas::Edition;
use sisetu::geom::{Envelope, Geometry, Rect};
use sisetu::model::{Feature as Thing, Known, Layer, RiskLevel};
use sisetu::risk::{Aggregator, Subject};
use sisetu::tile::{BUDGET, Plates, TileCoord, TileSet};

use super::decode::{AREA, Feature, POINT, decode, layer_of};
use super::scene::{edition, sample, shape, tiles_of};

pub fn drawn(plates: &Plates, edition: &Edition, set: &str, z: u8, (x, y): (u32, u32)) -> Vec<u8> {
    plates.render(edition, TileSet::find(set).unwrap(), TileCoord::new(z, x, y).unwrap()).unwrap()
}

pub fn tiles(edition: &Edition, layer: Layer, z: u8) -> Vec<(u32, u32)> {
    around(edition.snapshot.layer(layer).unwrap().envelope().unwrap(), z)
}

fn around(bounds: Envelope, z: u8) -> Vec<(u32, u32)> {
    tiles_of(z, bounds.west, bounds.south, bounds.east, bounds.north)
}

/// What a set of one layer has to show: its name, the box around it, the level of each thing.
pub struct Shown {
    pub set: &'static str,
    bounds: Envelope,
    levels: Vec<Option<RiskLevel>>,
}

impl Shown {
    pub fn register(edition: &Edition, layer: Layer) -> Self {
        let level =
            |feature: &Thing| if graded(layer.name()) { edition.grades.level(layer, &feature.id) } else { None };
        let levels = edition.snapshot.features(layer).map(level).collect();
        Self { set: layer.name(), bounds: edition.snapshot.layer(layer).unwrap().envelope().unwrap(), levels }
    }

    pub fn segments(edition: &Edition) -> Self {
        let lines = edition.grades.hca_lines();
        let level = |id: &str| edition.grades.explain_by(Subject::HcaSegments, id, Aggregator::default()).unwrap();
        let levels = lines.features().map(|segment| level(&segment.id).unwrap().level).collect();
        Self { set: "hca_segments", bounds: lines.envelope().unwrap(), levels }
    }

    pub fn cells(edition: &Edition) -> Self {
        let bounds = edition.grades.grid_envelope().unwrap();
        let levels = edition.grades.grid_cells(&bounds).into_iter().map(|cell| cell.level).collect();
        Self { set: "risk_grid", bounds, levels }
    }

    /// How many have no level, and each level.
    pub fn counts(&self) -> [u64; 5] {
        let mut sums = [0; 5];
        self.levels.iter().for_each(|level| sums[usize::from(level.map_or(0, RiskLevel::number))] += 1);
        sums
    }
}

fn graded(set: &str) -> bool {
    TileSet::find(set).unwrap().pictures()[0].is_graded()
}

fn count(feature: &Feature, name: &str) -> u64 {
    feature.properties.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0)
}

/// How many features of each level a zoom draws or counts, each once; and the bytes of the largest tile.
pub fn accounted(plates: &Plates, edition: &Edition, shown: &Shown, z: u8) -> ([u64; 5], usize) {
    let mut alone: BTreeMap<u64, u64> = BTreeMap::new();
    let mut clusters: HashMap<u64, [u64; 5]> = HashMap::new();
    let mut left_out = [0; 5];
    let mut largest = 0;
    for tile in around(shown.bounds, z) {
        let bytes = drawn(plates, edition, shown.set, z, tile);
        largest = largest.max(bytes.len());
        for drawn in decode(&bytes) {
            for feature in drawn.features {
                if drawn.name == "_meta" {
                    assert_eq!(feature.properties["layer"], shown.set);
                    let names = ["none", "1", "2", "3", "4"];
                    for (sum, name) in left_out.iter_mut().zip(names) {
                        *sum += count(&feature, &format!("left_out_{name}"));
                    }
                } else if feature.properties.contains_key("point_count") {
                    let mut counts =
                        ["count_none", "count_1", "count_2", "count_3", "count_4"].map(|name| count(&feature, name));
                    if counts == [0; 5] {
                        counts[0] = count(&feature, "point_count");
                    }
                    assert_eq!(counts.iter().sum::<u64>(), count(&feature, "point_count"));
                    assert_eq!(
                        *clusters.entry(feature.id).or_insert(counts),
                        counts,
                        "a cluster is the same everywhere"
                    );
                } else {
                    let level = if graded(shown.set) { count(&feature, "risk_level") } else { 0 };
                    alone.insert(feature.id, level);
                }
            }
        }
    }
    let mut sums = left_out;
    for counts in clusters.values() {
        (0..5).for_each(|level| sums[level] += counts[level]);
    }
    for level in alone.values() {
        sums[*level as usize] += 1;
    }
    (sums, largest)
}

#[test]
fn at_every_zoom_every_feature_is_drawn_or_counted_exactly_once() {
    let plates = Plates::default();
    let registers = Layer::ALL.map(|layer| Shown::register(sample(), layer));
    let derived = [Shown::segments(sample()), Shown::cells(sample())];
    for shown in registers.iter().chain(&derived) {
        let (set, truth) = (shown.set, shown.counts());
        let first = TileSet::find(set).unwrap().first_zoom(sample());
        for z in 0..=13 {
            let (sums, largest) = accounted(&plates, sample(), shown, z);
            assert_eq!(sums, if z < first { [0; 5] } else { truth }, "{set} at zoom {z}");
            assert!(largest <= BUDGET, "{set} at zoom {z}: {largest}");
        }
    }
    assert!(derived.iter().all(|shown| shown.counts()[2] > 0), "segments and cells are there, and some are orange");
    assert_eq!(plates.left_out(), 0);
}

#[test]
fn every_ring_is_valid_and_marks_are_points() {
    let plates = Plates::default();
    for layer in Layer::ALL {
        for z in [0, 5, 8, 9, 10, 11, 12, 13, 14] {
            for tile in tiles(sample(), layer, z).into_iter().take(400) {
                for feature in layer_of(&drawn(&plates, sample(), layer.name(), z, tile), layer.name()) {
                    if feature.kind == AREA {
                        feature.polygons();
                    }
                    assert!(feature.kind != POINT || feature.parts.iter().all(|part| part.len() == 1));
                }
            }
        }
    }
}

#[test]
fn at_the_top_zoom_plates_show_what_is_there_with_all_it_says() {
    let plates = Plates::default();
    for set in ["risk", "risk_grid", "hca_segments", "enterprises", "residential_zones", "waters", "admin_units"] {
        for tile in tiles(sample(), Layer::AdminUnits, 14).into_iter().step_by(37) {
            let coord = TileCoord::new(14, tile.0, tile.1).unwrap();
            let plain = sisetu::tile::render(sample(), TileSet::find(set).unwrap(), coord).unwrap();
            let (plain, pressed) = (decode(&plain), decode(&drawn(&plates, sample(), set, 14, tile)));
            let said = |layers: &[super::decode::Layer]| -> BTreeMap<(String, u64, u64), String> {
                let all = layers.iter().flat_map(|layer| layer.features.iter().map(move |feature| (layer, feature)));
                all.map(|(layer, feature)| {
                    let key = (layer.name.clone(), feature.id, feature.kind);
                    (key, format!("{:?}", feature.properties))
                })
                .collect()
            };
            assert_eq!(said(&plain), said(&pressed), "{set} {tile:?}");
        }
    }
}

/// So many factories in a few streets, each with a boundary and a wordy register; one in fifty is red.
fn crowded(count: u64) -> Edition {
    let mut state = 11u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let works = (1..=count).map(|n| {
        let (lon, lat) = (115.80 + random() * 0.02, 29.60 + random() * 0.02);
        let side = 0.0002 + random() * 0.0006;
        let geometry: Geometry = Rect::new((lon, lat), (lon + side, lat + side)).to_polygon().into();
        let level = [1, 2, 3, 4][[0, 1, 2, 3, 3, 3, 3, 3, 2, 2][n as usize % 10].max(usize::from(n % 50 != 0))];
        let words = json!({"name": format!("模拟第{n}号工厂"), "kind": "factory", "risk_level": level,
            "industry": format!("行业说明{n}：通用设备制造，含机加工、装配与仓储"), "responsible_person": format!("责任人{n}")});
        shape(&format!("w{n}"), n, geometry, serde_json::from_value(words).unwrap())
    });
    let works: Vec<Thing> = works.collect();
    edition([(Layer::Enterprises, works)])
}

#[test]
fn a_tile_that_would_be_too_large_leaves_out_the_milder_and_smaller_and_says_so() {
    let plates = Plates::default();
    let crowd = crowded(9_000);
    let shown = Shown::register(&crowd, Layer::Enterprises);
    let all = shown.counts();
    for z in [0, 5, 9, 11, 12, 13] {
        let (sums, largest) = accounted(&plates, &crowd, &shown, z);
        assert!(largest <= BUDGET, "zoom {z}: {largest}");
        // What two tiles show is left out by each of them.
        assert!((0..5).all(|level| sums[level] >= all[level]), "zoom {z}: {sums:?} of {all:?}");
    }
    let z = 12;
    let mut severe = BTreeSet::new();
    let mut mildest_kept = 0;
    for tile in tiles(&crowd, Layer::Enterprises, z) {
        for feature in layer_of(&drawn(&plates, &crowd, "enterprises", z, tile), "enterprises") {
            let level = count(&feature, "risk_level");
            mildest_kept = mildest_kept.max(level);
            if level <= 2 {
                severe.insert(feature.id);
            }
        }
    }
    assert_eq!(severe.len() as u64, all[1] + all[2], "no red or orange is left out");
    assert!(plates.left_out() > 0 && mildest_kept >= 3);
}

/// Plants side by side, so that hardly a cell of a tile at the first zoom of the grid is empty.
#[test]
fn no_cell_is_left_out_whatever_else_is() {
    let properties =
        |n: u64| json!({"name": format!("模拟第{n}号园区企业"), "kind": "factory", "risk_level": 1 + n % 4});
    let works = (0..6400u64).map(|n| {
        let (lon, lat) = (115.35 + (n % 80) as f64 * 0.005, 29.35 + (n / 80) as f64 * 0.005);
        let yard = Rect::new((lon, lat), (lon + 0.004, lat + 0.004)).to_polygon();
        shape(&format!("w{n}"), n + 1, yard.into(), serde_json::from_value(properties(n)).unwrap())
    });
    let full = edition([(Layer::Enterprises, works.collect())]);
    let (plates, z) = (Plates::default(), 10);
    let shown = Shown::cells(&full);
    assert!(shown.levels.len() > 4_000);
    assert_eq!(accounted(&plates, &full, &shown, z).0, shown.counts());
    assert_eq!(plates.left_out(), 0, "cells alone leave nothing out");
    let mut cells = BTreeSet::new();
    let mut severe = BTreeSet::new();
    let mut in_short = 0;
    for tile in around(shown.bounds, z) {
        let bytes = drawn(&plates, &full, "risk", z, tile);
        assert!(bytes.len() <= BUDGET, "{}", bytes.len());
        for cell in layer_of(&bytes, "risk_grid") {
            assert!(cell.properties.contains_key("id") && cell.properties.contains_key("risk_color"));
            in_short += u64::from(!cell.properties.contains_key("reason"));
            cells.insert((cell.id, count(&cell, "risk_level")));
        }
        let works =
            layer_of(&bytes, "enterprises").into_iter().filter(|one| (1..=2).contains(&count(one, "risk_level")));
        severe.extend(works.map(|one| one.id));
    }
    let known = full.grades.grid_cells(&shown.bounds).into_iter();
    let known = known.map(|cell| (cell.tile_id, cell.level.map_or(0, |level| u64::from(level.number()))));
    assert!(cells == known.collect(), "each cell is there with its level");
    assert_eq!(severe.len(), 3_200, "no red or orange is left out");
    assert!(in_short > 0, "where cells alone fill a tile they keep their words to themselves");
}
