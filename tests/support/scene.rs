//! Small made-up districts: features by layer, imported by the real program or held in memory.

use std::sync::Arc;

use serde_json::{Value, json};
use sisetu::geom::Geometry;
use sisetu::geom::repair::repair;
use sisetu::index::{LayerIndex, Snapshot};
use sisetu::ingest::geometry::from_geojson;
use sisetu::model::{Feature, Layer, Revision};

use super::Desk;

/// Degrees of longitude in a metre at the scenes' latitude, and of latitude: good to a per cent, for drawing only.
const LON: f64 = 1.0 / 96_900.0;
const LAT: f64 = 1.0 / 110_850.0;
/// The place that scenes are drawn around.
pub const ORIGIN: [f64; 2] = [115.8, 29.6];

/// Features by layer, in the order they are to be imported.
#[derive(Clone, Debug, Default)]
pub struct Scene(Vec<(&'static str, Vec<Value>)>);

/// The place some metres east and north of the origin.
pub fn at(east_m: f64, north_m: f64) -> [f64; 2] {
    [ORIGIN[0] + east_m * LON, ORIGIN[1] + north_m * LAT]
}

/// An upright rectangle, by its south-west corner and its size in metres.
pub fn rectangle(east_m: f64, north_m: f64, width_m: f64, height_m: f64) -> Value {
    let (east, north) = (east_m + width_m, north_m + height_m);
    let ring = [at(east_m, north_m), at(east, north_m), at(east, north), at(east_m, north), at(east_m, north_m)];
    json!({"type": "Polygon", "coordinates": [ring]})
}

/// A point, by metres from the origin.
pub fn point(east_m: f64, north_m: f64) -> Value {
    json!({"type": "Point", "coordinates": at(east_m, north_m)})
}

/// A line through places in metres from the origin.
pub fn line(places: &[[f64; 2]]) -> Value {
    let coordinates: Vec<[f64; 2]> = places.iter().map(|[east, north]| at(*east, *north)).collect();
    json!({"type": "LineString", "coordinates": coordinates})
}

/// A GeoJSON feature.
pub fn feature(id: &str, geometry: Value, properties: Value) -> Value {
    json!({"type": "Feature", "id": id, "geometry": geometry, "properties": properties})
}

/// A GeoJSON collection.
pub fn collection(features: &[Value]) -> Value {
    json!({"type": "FeatureCollection", "features": features})
}

/// The sample district that comes with the project, repaired as an import repairs it, without a store.
pub fn sample_district() -> Snapshot {
    let layers = Layer::ALL.map(|layer| {
        let path = format!("{}/data/sample/{layer}.geojson", env!("CARGO_MANIFEST_DIR"));
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let features = file["features"].as_array().unwrap().iter().map(|feature| {
            let geometry: geojson::Geometry = serde_json::from_value(feature["geometry"].clone()).unwrap();
            let geometry = repair(Geometry::try_from(geometry).unwrap()).unwrap().geometry;
            let properties = serde_json::from_value(feature["properties"].clone()).unwrap();
            Arc::new(Feature::new(feature["id"].as_str().unwrap(), geometry, properties).unwrap())
        });
        (layer, Ok(LayerIndex::new(Revision(1), features.collect())))
    });
    Snapshot::new(Revision(1), layers)
}

impl Scene {
    /// Nothing but the river: its south bank runs along the origin's parallel, the water lies north of it, and every
    /// layer is covered 30 km around.
    pub fn river() -> Self {
        let river = json!({"name": "长江", "kind": "yangtze_main", "bankline_source": "water_edge"});
        let district = json!({"name": "示例区", "code": "360404", "level": "district"});
        Self::default()
            .with("admin_units", feature("d", rectangle(-30e3, -30e3, 60e3, 60e3), district))
            .with("waters", feature("river", rectangle(-20e3, 0.0, 40e3, 1_500.0), river))
            .covered()
    }

    /// Adds a feature.
    #[must_use]
    pub fn with(mut self, layer: &'static str, feature: Value) -> Self {
        match self.0.iter_mut().find(|(known, _)| *known == layer) {
            Some((_, features)) => features.push(feature),
            None => self.0.push((layer, vec![feature])),
        }
        self
    }

    /// Adds coverage of every layer, 30 km around.
    #[must_use]
    pub fn covered(self) -> Self {
        let layers = Layer::ALL.into_iter().filter(|layer| layer.name() != "coverage");
        layers.fold(self, |scene, layer| {
            let statement = json!({"layer": layer.name(), "as_of": "2026-10-31"});
            scene.with("coverage", feature(&format!("cov-{layer}"), rectangle(-30e3, -30e3, 60e3, 60e3), statement))
        })
    }

    /// Takes a layer's coverage away.
    #[must_use]
    pub fn without_coverage_of(mut self, layer: &str) -> Self {
        for (_, features) in self.0.iter_mut().filter(|(known, _)| *known == "coverage") {
            features.retain(|statement| statement["properties"]["layer"] != layer);
        }
        self
    }

    /// Imports everything into a desk's store.
    #[track_caller]
    pub fn import_into(&self, desk: &Desk) {
        for (layer, features) in &self.0 {
            let file = desk.write(&format!("{layer}.geojson"), collection(features).to_string());
            let ran = desk.import(&file, layer, &["--strict"]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
    }

    /// The edition it makes, without a store.
    pub fn snapshot(&self) -> Snapshot {
        let layers = self.0.iter().map(|(layer, features)| {
            let features = features.iter().map(|feature| {
                let geometry = from_geojson(&feature["geometry"]).unwrap();
                let properties = serde_json::from_value(feature["properties"].clone()).unwrap();
                Arc::new(Feature::new(feature["id"].as_str().unwrap(), geometry, properties).unwrap())
            });
            (layer.parse::<Layer>().unwrap(), Ok(LayerIndex::new(Revision(1), features.collect())))
        });
        Snapshot::new(Revision(1), layers)
    }
}
