//! Small changes, as an editor makes them.

use sisetu::geom::{Coord, Geometry, LineString, Point, Polygon};
use sisetu::model::{Change, ChangeSet, Feature, Revision};

/// About a metre, in degrees.
const STEP: f64 = 1e-5;

/// One change as a change set.
pub fn alone(change: Change) -> ChangeSet {
    ChangeSet {
        changes: vec![change],
        author: "benchmark".to_owned(),
        reason: "edit".to_owned(),
        base: Revision::default(),
    }
}

/// A feature a step farther east.
pub fn moved(feature: &Feature) -> Option<Feature> {
    Feature::new(feature.id.clone(), east(&feature.geometry), feature.properties.clone())
}

/// A feature without what its grade rests on.
pub fn ungraded(feature: &Feature) -> Option<Feature> {
    let mut properties = feature.properties.clone();
    for field in ["risk_level", "risk_method", "risk_score"] {
        properties.remove(field);
    }
    Feature::new(feature.id.clone(), feature.geometry.clone(), properties)
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
