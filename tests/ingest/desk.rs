//! A desk to import on: a folder that goes away, and what is known.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use sisetu::index::{LayerIndex, Snapshot};
use sisetu::ingest::{ImportOptions, Imported, IngestError, import_file};
use sisetu::model::{Commit, Feature, Layer, Properties, Revision};

pub struct Desk {
    folder: tempfile::TempDir,
    pub known: Snapshot,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), known: Snapshot::new(Revision(0), []) }
    }

    /// With some features of one layer known.
    pub fn knowing(layer: Layer, features: Vec<Feature>) -> Self {
        let index = LayerIndex::new(Revision(1), features.into_iter().map(Arc::new).collect());
        Self { known: Snapshot::new(Revision(1), [(layer, Ok(index))]), ..Self::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn import(&self, path: &Path, options: &ImportOptions) -> Result<Imported, IngestError> {
        import_file(path, options, &self.known, self.known.revision(), &mut |_| {})
    }

    /// Imports a text as it is.
    pub fn text(&self, layer: Layer, text: impl AsRef<[u8]>) -> Result<Imported, IngestError> {
        self.import(&self.write("some.geojson", text), &ImportOptions::into_layer(layer))
    }

    /// Imports features.
    pub fn features(&self, layer: Layer, features: &[Value]) -> Imported {
        self.features_as(&ImportOptions::into_layer(layer), features)
    }

    pub fn features_as(&self, options: &ImportOptions, features: &[Value]) -> Imported {
        let text = json!({"type": "FeatureCollection", "features": features}).to_string();
        self.import(&self.write("some.geojson", text), options).unwrap()
    }

    /// As if the changes had been committed.
    pub fn commit(&mut self, imported: &Imported) {
        let revision = Revision(self.known.revision().0 + 1);
        self.known = self.known.after(&Commit { revision, changes: imported.changes.changes.clone() });
    }
}

/// A plant at a place.
pub fn plant(id: impl Into<Value>, lon: f64, lat: f64) -> Value {
    feature(id, json!({"type": "Point", "coordinates": [lon, lat]}), json!({"name": "模拟厂", "kind": "factory"}))
}

pub fn feature(id: impl Into<Value>, geometry: Value, properties: Value) -> Value {
    let mut feature = json!({"type": "Feature", "geometry": geometry, "properties": properties});
    let id = id.into();
    if !id.is_null() {
        feature["id"] = id;
    }
    feature
}

/// A zone in the district with this outline.
pub fn zone(id: impl Into<Value>, rings: Value) -> Value {
    feature(id, json!({"type": "Polygon", "coordinates": rings}), json!({"name": "模拟小区"}))
}

pub fn known_feature(id: &str, geometry: sisetu::geom::Geometry, properties: Value) -> Feature {
    let properties: Properties = serde_json::from_value(properties).unwrap();
    Feature::new(id, geometry, properties).unwrap()
}

/// The codes of the rejects, with their rows.
pub fn rejects(imported: &Imported) -> Vec<(u64, &'static str)> {
    imported.report.rejects.iter().map(|reject| (reject.row, reject.code)).collect()
}

pub fn warnings(imported: &Imported) -> Vec<(Option<u64>, &'static str)> {
    imported.report.warnings.iter().map(|warning| (warning.row, warning.code)).collect()
}

/// The features that would be put, in order.
pub fn puts(imported: &Imported) -> Vec<&Feature> {
    let features = imported.changes.changes.iter().map(|change| match change {
        sisetu::model::Change::Put(_, feature) => Some(feature),
        sisetu::model::Change::Delete(..) => None,
    });
    features.flatten().collect()
}

/// Folder of the real data, where it is at hand.
pub fn test_data() -> Option<PathBuf> {
    let named = std::env::var_os("SISETU_TEST_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    named.into_iter().chain([beside]).find(|folder| folder.join("district").is_dir())
}

/// Says that a test did not run, since its data are not here.
pub fn skipped(what: &str) {
    crate::support::skip::skip(
        &format!("ingest of {what}"),
        "the real data are not here (SISETU_TEST_DATA names their folder)",
    );
}
