//! Small changes, as an editor makes them.

use sisetu::geom::{Coord, Geometry, LineString, Point, Polygon};
use sisetu::model::{Change, ChangeSet, Feature, Layer};

/// About a metre, in degrees.
const STEP: f64 = 1e-5;

/// A feature a step farther east, as a change set.
pub fn moved(layer: Layer, feature: &Feature) -> ChangeSet {
    let changes = put(feature).map(|feature| Change::Put(layer, feature)).into_iter().collect();
    ChangeSet { changes, author: "benchmark".to_owned(), reason: "moved".to_owned(), base: feature.revision }
}

/// A feature a step farther east.
pub fn put(feature: &Feature) -> Option<Feature> {
    Feature::new(feature.id.clone(), east(&feature.geometry), feature.properties.clone())
}

/// The sample draws points, lines and areas; anything else stays where it is.
fn east(geometry: &Geometry) -> Geometry {
    let step = |place: &Coord| Coord { x: place.x + STEP, y: place.y };
    let line = |line: &LineString| LineString(line.0.iter().map(step).collect());
    match geometry {
        Geometry::Point(point) => Point(step(&point.0)).into(),
        Geometry::LineString(way) => line(way).into(),
        Geometry::Polygon(area) => {
            Polygon::new(line(area.exterior()), area.interiors().iter().map(line).collect()).into()
        }
        other => other.clone(),
    }
}
