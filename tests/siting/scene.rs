//! A made-up place to check proposals in: features around one point, all layers covered unless said otherwise.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use serde_json::{Value, json};
use sisetu::geom::{Geometry, Point, direct};
use sisetu::index::{LayerIndex, Snapshot, Unavailable};
use sisetu::model::Finding;
use sisetu::model::{Feature, Layer, Outcome, Properties, Revision, SitingReport};
use sisetu::rules::RuleBook;
use sisetu::siting::{Asked, check, request};

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| RuleBook::shipped().expect("the shipped book is sound"));

/// The middle of every scene.
pub const CENTRE: (f64, f64) = (115.8, 29.6);

/// The place `metres` from the middle at `azimuth` degrees east of north.
pub fn at(azimuth: f64, metres: f64) -> (f64, f64) {
    let place = direct(Point::new(CENTRE.0, CENTRE.1), azimuth, metres);
    (place.x(), place.y())
}

pub fn point(place: (f64, f64)) -> Value {
    json!({"type": "Point", "coordinates": [place.0, place.1]})
}

pub fn line(places: &[(f64, f64)]) -> Value {
    json!({"type": "LineString", "coordinates": places.iter().map(|place| [place.0, place.1]).collect::<Vec<_>>()})
}

pub fn polygon(places: &[(f64, f64)]) -> Value {
    let mut ring: Vec<[f64; 2]> = places.iter().map(|place| [place.0, place.1]).collect();
    ring.push(ring[0]);
    json!({"type": "Polygon", "coordinates": [ring]})
}

/// A box roughly `size` metres wide around the place `metres` from the middle at `azimuth`.
pub fn block(azimuth: f64, metres: f64, size: f64) -> Value {
    let (x, y) = at(azimuth, metres);
    let (dx, dy) = (size / 96_800.0 / 2.0, size / 110_900.0 / 2.0);
    polygon(&[(x - dx, y - dy), (x + dx, y - dy), (x + dx, y + dy), (x - dx, y + dy)])
}

/// A lot whose northernmost corner is the middle, so that what lies due north of the middle lies as far from the lot.
pub fn lot() -> Value {
    let (x, y) = CENTRE;
    polygon(&[
        (x, y),
        (x - 0.0003, y - 0.0002),
        (x - 0.0003, y - 0.0005),
        (x + 0.0003, y - 0.0005),
        (x + 0.0003, y - 0.0002),
    ])
}

/// A line from west to east whose bend lies `metres` north of the middle and is its nearest place.
pub fn line_north(metres: f64) -> Value {
    let (x, y) = at(0.0, metres);
    line(&[(x - 0.02, y + 0.004), (x, y), (x + 0.02, y + 0.004)])
}

/// An area that widens northwards from a corner `metres` north of the middle.
pub fn area_north(metres: f64) -> Value {
    let (x, y) = at(0.0, metres);
    polygon(&[(x, y), (x + 0.01, y + 0.01), (x - 0.01, y + 0.01)])
}

/// A box whose edges lie `metres` from the middle.
pub fn pad(metres: f64) -> Value {
    let (north, south, east, west) = (at(0.0, metres).1, at(180.0, metres).1, at(90.0, metres).0, at(270.0, metres).0);
    polygon(&[(west, south), (east, south), (east, north), (west, north)])
}

/// Properties with others put over them.
pub fn with(base: &Value, more: Value) -> Value {
    let mut all = base.as_object().unwrap().clone();
    all.extend(more.as_object().unwrap().clone());
    Value::Object(all)
}

pub struct Scene {
    layers: BTreeMap<Layer, Vec<Feature>>,
    uncovered: Vec<Layer>,
    unavailable: Vec<Layer>,
    book: Option<RuleBook>,
    known: Value,
}

impl Scene {
    pub fn new() -> Self {
        let known = polygon(&[(114.0, 28.0), (118.0, 28.0), (118.0, 31.0), (114.0, 31.0)]);
        Self { layers: BTreeMap::new(), uncovered: vec![], unavailable: vec![], book: None, known }
    }

    pub fn with(mut self, layer: Layer, geometry: Value, properties: Value) -> Self {
        let features = self.layers.entry(layer).or_default();
        let id = format!("{layer}-{}", features.len() + 1);
        let mut properties: Properties = serde_json::from_value(properties).unwrap();
        if properties.get("name").is_none() {
            properties.set("name", format!("某{id}"));
        }
        let geometry: Geometry = sisetu::ingest::geometry::from_geojson(&geometry).unwrap();
        features.push(Feature::new(id, geometry, properties).unwrap());
        self
    }

    /// The layer has no statement of coverage.
    pub fn without_coverage(mut self, layer: Layer) -> Self {
        self.uncovered.push(layer);
        self
    }

    /// The layer is covered where, and as, this statement says, and nowhere else unless more is said.
    pub fn covered(mut self, layer: Layer, geometry: Value, says: Value) -> Self {
        self.uncovered.push(layer);
        self.with(Layer::Coverage, geometry, with(&json!({"layer": layer.name(), "as_of": "2026-10-31"}), says))
    }

    /// What is covered everywhere is covered so many metres around the middle, which is measured sooner.
    pub fn known_within(mut self, metres: f64) -> Self {
        self.known = pad(metres);
        self
    }

    /// The layer could not be loaded.
    pub fn unavailable(mut self, layer: Layer) -> Self {
        self.unavailable.push(layer);
        self
    }

    pub fn with_book(mut self, book: RuleBook) -> Self {
        self.book = Some(book);
        self
    }

    /// The book that proposals are held against.
    pub fn book(&self) -> &RuleBook {
        self.book.as_ref().unwrap_or(&BOOK)
    }

    pub fn snapshot(&self) -> Snapshot {
        let mut layers = self.layers.clone();
        let everywhere = sisetu::ingest::geometry::from_geojson(&self.known).unwrap();
        let coverage = layers.entry(Layer::Coverage).or_default();
        for layer in Layer::ALL.into_iter().filter(|layer| !self.uncovered.contains(layer)) {
            let says = json!({"layer": layer.name(), "as_of": "2026-10-31"});
            let says: Properties = serde_json::from_value(says).unwrap();
            coverage.push(Feature::new(format!("everywhere-{layer}"), everywhere.clone(), says).unwrap());
        }
        let indexes = layers.into_iter().map(|(layer, features)| {
            let features = features.into_iter().map(Arc::new).collect();
            (layer, Ok(LayerIndex::new(Revision(7), features)))
        });
        let lost = self.unavailable.iter().map(|layer| (*layer, Err(Unavailable("the table is damaged".to_owned()))));
        Snapshot::new(Revision(7), indexes.chain(lost))
    }

    pub fn check(&self, geometry: Value, properties: Value) -> SitingReport {
        self.check_as_of(geometry, properties, "2026-11-24")
    }

    pub fn check_as_of(&self, geometry: Value, properties: Value, day: &str) -> SitingReport {
        let body = json!({"type": "Feature", "geometry": geometry, "properties": properties});
        self.ask(&body, &Asked { today: day.parse().unwrap(), ..Asked::default() })
    }

    /// The answer to a request as it came.
    #[track_caller]
    pub fn ask(&self, body: &Value, asked: &Asked) -> SitingReport {
        let request = request::parse(body, asked).unwrap();
        check(&self.snapshot(), self.book(), &request, Timestamp::UNIX_EPOCH)
    }
}

/// Holds a rule to its limit: `scene` puts the target so many metres north. From 0.1 mm beyond the limit on it is met,
/// from 0.1 mm inside it is not; what happens at the limit itself is `at_limit`.
#[track_caller]
pub fn limit(rule: &str, metres: f64, bad: Outcome, at_limit: Outcome, scene: impl Fn(f64) -> Scene, facts: &Value) {
    let near = [-1.0, -0.01, -0.0001].map(|step| (step, bad));
    let far = [0.0001, 0.01, 1.0].map(|step| (step, Outcome::Met));
    for (step, expected) in near.into_iter().chain([(0.0, at_limit)]).chain(far) {
        let scene = scene(metres + step);
        for (site, facts) in [(point(CENTRE), with(facts, json!({"extent_m": 0}))), (lot(), facts.clone())] {
            let report = scene.check(site, facts);
            let finding = only(&report, rule);
            assert_eq!(finding.outcome, expected, "{rule} at {metres} {step:+} m: {finding:#?}");
            assert!(finding.target.is_some() && finding.nearest.is_some());
        }
    }
}

/// The findings of a rule.
pub fn of<'r>(report: &'r SitingReport, rule: &str) -> Vec<&'r Finding> {
    report.findings.iter().filter(|finding| finding.rule == rule).collect()
}

/// The only finding of a rule.
#[track_caller]
pub fn only<'r>(report: &'r SitingReport, rule: &str) -> &'r Finding {
    match of(report, rule).as_slice() {
        [one] => one,
        found => panic!("{} findings of {rule}: {found:#?}", found.len()),
    }
}

/// The outcome of the only finding of a rule.
#[track_caller]
pub fn outcome(report: &SitingReport, rule: &str) -> Outcome {
    only(report, rule).outcome
}
