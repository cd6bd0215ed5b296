//! Editions to draw.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use sisetu::atlas::Edition;
use sisetu::geom::Geometry;
use sisetu::index::{LayerIndex, Snapshot, Unavailable};
use sisetu::model::{Change, Commit, Feature, Layer, Properties, Revision};
use sisetu::risk::Grades;
use sisetu::tile::{self, TileCoord, TileSet};

/// A feature out of GeoJSON, under a tile id.
pub fn feature(json: &Value, tile_id: u64) -> Feature {
    let geometry =
        Geometry::try_from(serde_json::from_value::<geojson::Geometry>(json["geometry"].clone()).unwrap()).unwrap();
    let properties: Properties = serde_json::from_value(json["properties"].clone()).unwrap();
    shape(json["id"].as_str().unwrap(), tile_id, geometry, properties)
}

/// A feature of a shape.
pub fn shape(id: &str, tile_id: u64, geometry: Geometry, properties: Properties) -> Feature {
    let mut feature = Feature::new(id, geometry, properties).unwrap();
    feature.tile_id = tile_id;
    feature
}

/// An edition of these layers, revision 1.
pub fn edition(layers: impl IntoIterator<Item = (Layer, Vec<Feature>)>) -> Edition {
    let index = |features: Vec<Feature>| LayerIndex::new(Revision(1), features.into_iter().map(Arc::new).collect());
    let layers = layers.into_iter().map(|(layer, features)| (layer, Ok(index(features))));
    of(Snapshot::new(Revision(1), layers))
}

/// An edition with nothing in it and one layer that cannot be read.
pub fn edition_without(layer: Layer) -> Edition {
    of(Snapshot::new(Revision(1), [(layer, Err(Unavailable("the table is damaged".to_owned())))]))
}

fn of(snapshot: Snapshot) -> Edition {
    let grades = Grades::of(&snapshot);
    Edition { snapshot, grades, made_at: jiff::Timestamp::UNIX_EPOCH }
}

/// The edition after a commit.
pub fn after(edition: &Edition, changes: Vec<Change>) -> Edition {
    let commit = Commit { revision: Revision(edition.snapshot.revision().0 + 1), changes };
    let snapshot = edition.snapshot.after(&commit);
    let grades = edition.grades.after(&snapshot, &commit);
    Edition { snapshot, grades, made_at: edition.made_at }
}

/// The sample district that comes with the project.
pub fn sample() -> &'static Edition {
    static SAMPLE: LazyLock<Edition> = LazyLock::new(|| {
        let mut tile_id = 0;
        let layers = Layer::ALL.map(|layer| {
            let path = format!("{}/data/sample/{layer}.geojson", env!("CARGO_MANIFEST_DIR"));
            let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            let mut next = |json: &Value| {
                tile_id += 1;
                feature(json, tile_id)
            };
            (layer, file["features"].as_array().unwrap().iter().map(&mut next).collect())
        });
        edition(layers)
    });
    &SAMPLE
}

pub fn draw(edition: &Edition, set: &str, z: u8, x: u32, y: u32) -> Vec<u8> {
    tile::render(edition, TileSet::find(set).unwrap(), TileCoord::new(z, x, y).unwrap()).unwrap()
}

/// The column and row that hold a place, by the usual formula.
pub fn tile_at(z: u8, lon: f64, lat: f64) -> (u32, u32) {
    let count = f64::from(1u32 << z);
    let lat = lat.clamp(-85.051_128, 85.051_128).to_radians();
    let y = (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / std::f64::consts::PI) / 2.0;
    let clamped = |share: f64| (share * count).clamp(0.0, count - 1.0) as u32;
    (clamped((lon + 180.0) / 360.0), clamped(y))
}

/// The tiles that a box of longitudes and latitudes touches.
pub fn tiles_of(z: u8, west: f64, south: f64, east: f64, north: f64) -> Vec<(u32, u32)> {
    let ((first, top), (last, bottom)) = (tile_at(z, west, north), tile_at(z, east, south));
    (first..=last).flat_map(|x| (top..=bottom).map(move |y| (x, y))).collect()
}

/// A few features of every kind of shape, west and east of a common border.
pub fn small_scene() -> Edition {
    let area = |ring: Value| json!({"type": "Polygon", "coordinates": [ring]});
    let square = |west: f64, south: f64, side: f64| {
        let (east, north) = (west + side, south + side);
        area(json!([[west, south], [east, south], [east, north], [west, north], [west, south]]))
    };
    let feature = |tile_id: u64, id: &str, geometry: Value, properties: Value| {
        feature(&json!({"id": id, "geometry": geometry, "properties": properties}), tile_id)
    };
    let unit = |tile_id, id: &str, name: &str, level: &str, geometry| {
        feature(tile_id, id, geometry, json!({"name": name, "code": id, "level": level, "parent": "360404"}))
    };
    let units = vec![
        unit(1, "360404", "区", "district", square(115.70, 29.50, 0.2)),
        unit(
            2,
            "360404100",
            "西镇",
            "township",
            area(json!([[115.7, 29.5], [115.79, 29.5], [115.81, 29.6], [115.8, 29.7], [115.7, 29.7], [115.7, 29.5]])),
        ),
        unit(
            3,
            "360404101",
            "东乡",
            "township",
            area(json!([[115.79, 29.5], [115.9, 29.5], [115.9, 29.7], [115.8, 29.7], [115.81, 29.6], [115.79, 29.5]])),
        ),
    ];
    let lake = json!({"type": "MultiPolygon", "coordinates": [
        [[[115.82, 29.55], [115.86, 29.55], [115.86, 29.58], [115.82, 29.58], [115.82, 29.55]],
         [[115.83, 29.56], [115.83, 29.57], [115.84, 29.57], [115.84, 29.56], [115.83, 29.56]]],
        [[[115.832, 29.562], [115.838, 29.562], [115.838, 29.568], [115.832, 29.568], [115.832, 29.562]]]]});
    let line = |points: Value| json!({"type": "LineString", "coordinates": points});
    let point = |lon: f64, lat: f64| json!({"type": "Point", "coordinates": [lon, lat]});
    let works = |tile_id, id: &str, geometry, level: Value, more: Value| {
        let mut properties = json!({"name": format!("模拟{id}厂"), "kind": "factory", "risk_level": level});
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        feature(tile_id, id, geometry, properties)
    };
    edition(BTreeMap::from([
        (Layer::AdminUnits, units),
        (
            Layer::Waters,
            vec![feature(
                10,
                "lake",
                lake,
                json!({"name": "赤湖", "kind": "lake", "important": true, "catchment_km2": -1.5}),
            )],
        ),
        (
            Layer::Roads,
            vec![feature(
                20,
                "road",
                line(json!([[115.6, 29.6], [115.8, 29.61], [116.0, 29.6]])),
                json!({"name": "G105", "kind": "national", "half_width_m": 12}),
            )],
        ),
        (
            Layer::Pipelines,
            vec![feature(
                30,
                "pipe",
                line(json!([[115.80, 29.6], [115.801, 29.603], [115.804, 29.604]])),
                json!({"name": "管线", "medium": "natural_gas"}),
            )],
        ),
        (
            Layer::Enterprises,
            vec![
                works(
                    40,
                    "red",
                    square(115.802, 29.601, 0.0015),
                    json!(1),
                    json!({"tags": ["a", "b"], "extent_m": 0.5, "control": true, "offset": -3}),
                ),
                works(41, "blue", square(115.8022, 29.6012, 0.001), json!(4), json!({})),
                works(42, "speck", square(115.8045, 29.6045, 0.000_001), json!(2), json!({})),
                works(43, "unknown", point(115.806, 29.602), Value::Null, json!({})),
            ],
        ),
    ]))
}
