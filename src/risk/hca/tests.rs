use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::Hca;
use crate::geom::{Coord, Geometry, LineString, LocalPlane, Polygon, Region};
use crate::index::{LayerIndex, Snapshot, Unavailable};
use crate::model::{Feature, Known, Layer, Revision, RiskLevel};
use crate::risk::{Aggregator, Grade, Grades, Scheme, Segment, Subject};

mod edits;
mod gas;
mod oil;
mod unknown;

/// The place so many metres east and north of where the pipe begins.
fn at(east: f64, north: f64) -> Coord {
    LocalPlane::centred_at(Coord { x: 115.8, y: 29.6 }).unproject(Coord { x: east, y: north })
}

fn line(places: &[(f64, f64)]) -> Geometry {
    LineString::new(places.iter().map(|(east, north)| at(*east, *north)).collect()).into()
}

/// A rectangle by its west and south side, width and height.
fn block(west: f64, south: f64, width: f64, height: f64) -> Geometry {
    let corners = [(west, south), (west + width, south), (west + width, south + height), (west, south + height)];
    Polygon::new(LineString::new(corners.iter().map(|(east, north)| at(*east, *north)).collect()), vec![]).into()
}

fn feature(id: &str, geometry: Geometry, properties: Value) -> Feature {
    let properties = serde_json::from_value(properties).unwrap();
    Feature::new(id, geometry, properties).unwrap()
}

/// A district of one pipe of 10 km to the east, everything known 50 km around unless it is taken away.
#[derive(Clone)]
struct Scene {
    features: BTreeMap<Layer, Vec<Feature>>,
    lost: Vec<Layer>,
}

impl Scene {
    fn of(pipe: Value) -> Self {
        let mut pipe = pipe;
        pipe["name"] = json!("管线");
        let covered = Hca::reads().into_iter().filter(|layer| *layer != Layer::Coverage);
        let scene = Self { features: BTreeMap::new(), lost: vec![] };
        let along: Vec<(f64, f64)> = (0..=20).map(|n| (f64::from(n) * 500.0, 0.0)).collect();
        covered.fold(scene.with(Layer::Pipelines, "p", line(&along), pipe), |scene, layer| {
            let statement = json!({"layer": layer.name(), "as_of": "2026-10-31"});
            scene.with(Layer::Coverage, &format!("cov-{layer}"), block(-5e4, -5e4, 1e5, 1e5), statement)
        })
    }

    fn oil() -> Self {
        Self::of(json!({"medium": "crude", "regime": "long_distance", "diameter_mm": 508, "pressure_mpa": 8}))
    }

    /// Of no class that the potential impact radius is asked for.
    fn gas() -> Self {
        Self::gas_of(508.0, 6.3)
    }

    fn gas_of(diameter: f64, pressure: f64) -> Self {
        let pipe = json!({"medium": "natural_gas", "diameter_mm": diameter, "pressure_mpa": pressure});
        Self::of(pipe)
    }

    fn with(mut self, layer: Layer, id: &str, geometry: Geometry, properties: Value) -> Self {
        let features = self.features.entry(layer).or_default();
        features.retain(|known| known.id != id);
        features.push(feature(id, geometry, properties));
        self
    }

    /// A village so far north of the pipe.
    fn village(self, id: &str, west: f64, north: f64, households: impl Into<Value>) -> Self {
        let properties = json!({"name": id, "households": households.into(), "max_storeys": 2});
        self.with(Layer::ResidentialZones, id, block(west, north, 100.0, 80.0), properties)
    }

    fn without_coverage_of(mut self, layer: Layer) -> Self {
        let statements = self.features.get_mut(&Layer::Coverage).unwrap();
        statements.retain(|statement| statement.properties.text("layer") != Some(layer.name()));
        self
    }

    fn snapshot(&self) -> Snapshot {
        let index =
            |features: &Vec<Feature>| LayerIndex::new(Revision(1), features.iter().cloned().map(Arc::new).collect());
        let known = self.features.iter().map(|(layer, features)| (*layer, Ok(index(features))));
        let lost = self.lost.iter().map(|layer| (*layer, Err(Unavailable("坏表".into()))));
        Snapshot::new(Revision(1), known.chain(lost))
    }

    fn segments(&self) -> Vec<Segment> {
        Hca::of(Scheme::shipped(), &self.snapshot()).segments("p").to_vec()
    }

    /// The segments that have a grade: from, to, grade and letters of the items.
    fn graded(&self) -> Vec<(f64, f64, u8, String)> {
        let letters = |one: &Segment| one.hits.iter().map(|hit| one.item(hit).letter.clone()).collect::<String>();
        let all = self.segments().into_iter();
        all.filter_map(|one| Some((one.from_m, one.to_m, one.grade?, letters(&one)))).collect()
    }

    /// The worst grade.
    fn worst(&self) -> Option<u8> {
        self.segments().iter().filter_map(|segment| segment.grade).max()
    }

    fn level(&self) -> Option<RiskLevel> {
        Grades::of(&self.snapshot()).level(Layer::Pipelines, "p")
    }
}

fn explained(grades: &Grades, id: &str) -> Option<Grade> {
    grades.explain_by(Subject::HcaSegments, id, Aggregator::default()).unwrap()
}

/// Segments cover a pipeline from end to end, each named by its place.
fn assert_whole(segments: &[Segment]) {
    assert!(segments[0].from_m == 0.0);
    for pair in segments.windows(2) {
        assert!((pair[0].to_m - pair[1].from_m).abs() < 0.06 && pair[0].id != pair[1].id, "{pair:?}");
    }
}

#[test]
fn an_empty_land_that_is_known_has_no_area_and_no_colour() {
    let segments = Scene::oil().segments();
    assert_eq!(segments.len(), 1);
    assert!(segments[0].grade.is_none() && !segments[0].is_shown());
    assert!((segments[0].to_m - 10_000.0).abs() < 1.0);
    assert_eq!((Scene::oil().level(), Scene::gas().level()), (None, None));
    assert_eq!(Scene::gas().segments()[0].location_class, Some("1-1"));
    assert_eq!(Scene::oil().segments()[0].location_class, None);
}

#[test]
fn what_is_not_long_distance_or_has_no_rule_is_not_graded_and_says_so() {
    for (pipe, says) in [
        (json!({"medium": "natural_gas", "regime": "urban_gas"}), "长输"),
        (json!({"medium": "crude", "regime": "in_plant"}), "长输"),
        (json!({"medium": "chemical", "regime": "long_distance"}), "未列识别项"),
    ] {
        let scene = Scene::of(pipe).village("v", 4000.0, 100.0, 500);
        assert!(scene.segments().is_empty());
        let snapshot = scene.snapshot();
        let grade = Grades::of(&snapshot).explain(&snapshot, Layer::Pipelines, "p").unwrap();
        let step = grade.steps.iter().find(|step| step.what == "hca").unwrap();
        assert!(grade.level.is_none() && step.value.is_null() && step.note.contains(says), "{step:?}");
    }
}

#[test]
fn a_pipeline_without_a_regime_is_taken_for_long_distance_and_that_is_said() {
    let snapshot = Scene::gas().village("v", 4000.0, 100.0, 120).snapshot();
    let grades = Grades::of(&snapshot);
    let grade = grades.explain(&snapshot, Layer::Pipelines, "p").unwrap();
    assert_eq!(grade.level, Some(RiskLevel::Moderate));
    assert!(grade.steps.iter().any(|step| step.what == "regime" && step.note.contains("长输")));
    assert_eq!(grade.steps.last().unwrap().what, "risk_level");
    let listed = grade.inputs["hca_segments"].as_array().unwrap();
    let worst = listed.iter().find(|segment| segment["grade"] == 2).unwrap();
    assert_eq!((&worst["items"][0]["item"], &worst["items"][0]["target"]["id"]), (&json!("b"), &json!("v")));
    assert_eq!((&worst["risk_color"], &worst["location_class"]), (&json!("yellow"), &json!("3")));
    let id = worst["id"].as_str().unwrap();
    assert!(grade.steps.iter().any(|step| step.what == format!("hca_segments/{id}") && step.value == 2));
    let segment = explained(&grades, id).unwrap();
    assert_eq!((segment.level, segment.method.as_str()), (Some(RiskLevel::Moderate), "hca"));
    assert!(
        segment.steps.iter().any(|step| step.what == "item_b" && step.note.contains("120户")),
        "{:?}",
        segment.steps
    );
    assert!(explained(&grades, "p@1-2").is_none());
    assert!(explained(&grades, "nobody").is_none());
}

#[test]
fn the_worst_of_registered_and_computed_counts() {
    let registered = |grade: u8| {
        let pipe = json!({"medium": "crude", "regime": "long_distance", "hca_grade": grade});
        Scene::of(pipe).village("v", 4000.0, 100.0, 60)
    };
    assert_eq!(registered(1).level(), Some(RiskLevel::Moderate));
    assert_eq!(registered(3).level(), Some(RiskLevel::High));
    let snapshot = registered(1).snapshot();
    let grade = Grades::of(&snapshot).explain(&snapshot, Layer::Pipelines, "p").unwrap();
    assert!(grade.method == "hca" && grade.steps.last().unwrap().note.contains("高后果区判定"), "{:?}", grade.steps);
}

#[test]
fn segments_are_drawn_as_lines_of_their_own() {
    let scene = Scene::gas().village("v", 4000.0, 100.0, 120);
    let snapshot = scene.snapshot();
    let grades = Grades::of(&snapshot);
    let drawn = grades.hca_lines();
    let shown: Vec<&Segment> = grades.hca_segments("p").iter().filter(|one| one.is_shown()).collect();
    assert_eq!(drawn.len(), shown.len());
    let one = grades.hca_lines().feature(&shown[0].id).unwrap();
    assert!(one.tile_id > 0 && one.tile_id < 1 << 53);
    assert_eq!((one.properties.number("hca_grade"), one.name()), (Some(2.0), "管线"));
    let Geometry::MultiLineString(parts) = &one.geometry else { panic!("{:?}", one.geometry) };
    let first = parts.0[0].0[0];
    assert!((first.x - at(shown[0].from_m, 0.0).x).abs() < 1e-6);
}

#[test]
fn liquefied_gas_has_classes_of_its_own_and_no_grade() {
    let lpg = |households: u32| {
        let scene =
            Scene::of(json!({"medium": "lpg", "regime": "long_distance"})).village("v", 4000.0, 100.0, households);
        let segments = scene.segments();
        assert!(
            segments.iter().all(|segment| segment.grade.is_none() && segment.is_open() && segment.level().is_none())
        );
        segments.iter().filter_map(|segment| segment.location_class).max().unwrap()
    };
    assert_eq!([12, 13, 79, 80].map(lpg), ["1", "2", "2", "3"]);
}

#[test]
fn of_a_union_of_statements_the_whole_counts() {
    let halves = [block(-5e4, -5e4, 5.5e4, 1e5), block(5e3, -5e4, 5e4, 1e5)];
    assert!(!Region::union_of(&halves).is_empty());
    let mut scene = Scene::oil().without_coverage_of(Layer::Waters);
    for (n, half) in halves.into_iter().enumerate() {
        let statement = json!({"layer": "waters", "as_of": "2026-10-31"});
        scene = scene.with(Layer::Coverage, &format!("half{n}"), half, statement);
    }
    assert!(scene.segments().iter().all(|segment| !segment.is_open()));
    assert!(scene.snapshot().feature(Layer::Coverage, "half1").is_some());
}
