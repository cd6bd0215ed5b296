//! Sentences that hold for whatever is thrown at them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use sisetu::geom::distance::nearest;
use sisetu::geom::{Envelope, Geometry, LineString, Point, Polygon};
use sisetu::index::LayerIndex;
use sisetu::model::{Change, Feature, Kinds, Layer, Outcome, Properties, Revision, SitingReport};
use sisetu::rules::RuleBook;
use sisetu::siting::{Asked, check, request};

use crate::support::Scene;
use crate::support::scene::{feature, line, point, rectangle};

const LAYER: Layer = Layer::Enterprises;

/// A quadrangle or a point near the middle of the sample district.
fn shape() -> impl Strategy<Value = Geometry> {
    let corner = (115.6..116.2, 29.4..29.9, 0.0..0.02, prop::bool::ANY);
    corner.prop_map(|(lon, lat, size, area): (f64, f64, f64, bool)| {
        if !area {
            return Point::new(lon, lat).into();
        }
        let ring = vec![[lon, lat], [lon + size, lat], [lon + size, lat + size / 2.0], [lon, lat + size], [lon, lat]];
        Polygon::new(LineString::from(ring), vec![]).into()
    })
}

/// A commit: features put under a few ids, and ids deleted.
fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (0..40u32, prop::option::weighted(0.8, shape())).prop_map(|(id, shape)| {
        let id = format!("f{id}");
        match shape {
            Some(shape) => Change::Put(LAYER, Feature::new(id, shape, Properties::new()).unwrap()),
            None => Change::Delete(LAYER, id),
        }
    });
    vec(change, 0..12).prop_map(|changes| {
        let by_id: BTreeMap<String, Change> =
            changes.into_iter().map(|change| (id_of(&change).to_owned(), change)).collect();
        by_id.into_values().collect()
    })
}

fn id_of(change: &Change) -> &str {
    match change {
        Change::Put(_, feature) => &feature.id,
        Change::Delete(_, id) => id,
    }
}

fn window() -> impl Strategy<Value = Envelope> {
    (115.6..116.2, 29.4..29.9, 0.0..0.3, 0.0..0.3).prop_map(|(west, south, width, height)| Envelope {
        west,
        south,
        east: west + width,
        north: south + height,
    })
}

/// What the index should hold: features by id, and every box that a revision touched.
#[derive(Default)]
struct Ledger {
    features: BTreeMap<String, Feature>,
    touched: Vec<(Revision, Envelope)>,
}

impl Ledger {
    fn take(&mut self, revision: Revision, changes: &[Change]) {
        for change in changes {
            let gone = self.features.remove(id_of(change));
            self.touched.extend(gone.map(|feature| (revision, *feature.envelope())));
            if let Change::Put(_, feature) = change {
                self.touched.push((revision, *feature.envelope()));
                self.features.insert(feature.id.clone(), feature.clone());
            }
        }
    }

    fn ids_in(&self, window: &Envelope) -> Vec<&str> {
        let found = self.features.values().filter(|feature| window.intersects(feature.envelope()));
        found.map(|feature| feature.id.as_str()).collect()
    }

    fn last_change_in(&self, window: &Envelope) -> Revision {
        let touching = self.touched.iter().filter(|(_, envelope)| window.intersects(envelope));
        touching.map(|(revision, _)| *revision).max().unwrap_or_default()
    }
}

/// One thing at the origin, south of its parallel, with everything known about it.
fn obstacle(number: usize) -> Scene {
    use serde_json::json;
    let east_west = || line(&[[-2_000.0, 0.0], [2_000.0, 0.0]]);
    let area = || rectangle(-2_000.0, -1_000.0, 4_000.0, 1_000.0);
    let (layer, geometry, properties) = match number {
        0 => ("waters", area(), json!({"name": "江", "kind": "yangtze_main", "bankline_source": "water_edge"})),
        1 => ("pipelines", east_west(), json!({"name": "管", "medium": "natural_gas", "regime": "long_distance"})),
        2 => ("roads", east_west(), json!({"name": "路", "kind": "national", "half_width_m": 12})),
        3 => (
            "railways",
            east_west(),
            json!({"name": "铁", "kind": "high_speed", "setting": "elsewhere", "half_width_m": 7}),
        ),
        4 => ("power_lines", east_west(), json!({"name": "线", "voltage_kv": 220, "half_width_m": 6})),
        5 => ("residential_zones", area(), json!({"name": "村", "persons": 2_000, "households": 600})),
        6 => ("protection_targets", area(), json!({"name": "校", "kind": "school", "persons": 900})),
        7 => ("buffer_zones", area(), json!({"name": "带", "kind": "safety_distance"})),
        _ => ("protected_areas", area(), json!({"name": "水源", "kind": "water_source_1", "zone": "core"})),
    };
    Scene::default().with(layer, feature("o", geometry, properties)).covered()
}

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| RuleBook::shipped().unwrap());

/// The report on an exact point so many metres north of the origin.
fn report(scene: &Scene, kind: &str, north_m: f64) -> SitingReport {
    let facts = serde_json::json!({"kind": kind, "action": "new", "extent_m": 0});
    let asked = Asked { today: "2026-11-24".parse().unwrap(), ..Asked::default() };
    let request = request::parse(&feature("s", point(0.0, north_m), facts), &asked).unwrap();
    check(&scene.snapshot(), &BOOK, &request, Timestamp::UNIX_EPOCH)
}

/// How bad a finding is, whatever the rule asks for.
fn badness(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Violated | Outcome::NeedsApproval | Outcome::NeedsDemonstration => 2,
        Outcome::Undetermined | Outcome::Marginal => 1,
        Outcome::Met => 0,
    }
}

/// The worst finding of each rule.
fn worst(report: &SitingReport) -> BTreeMap<&str, u8> {
    let mut worst = BTreeMap::new();
    for finding in &report.findings {
        let seen = worst.entry(finding.rule.as_str()).or_insert(0);
        *seen = badness(finding.outcome).max(*seen);
    }
    worst
}

proptest! {
    #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

    /// Through any run of commits, a window finds what a scan finds and knows when it last changed.
    #[test]
    fn the_index_is_a_scan(commits in vec(changes(), 1..8), windows in vec(window(), 1..8)) {
        let mut index = LayerIndex::new(Revision(0), vec![]);
        let mut ledger = Ledger::default();
        for (number, changes) in commits.iter().enumerate() {
            let revision = Revision(number as u64 + 1);
            index = index.after(LAYER, revision, changes);
            ledger.take(revision, changes);
            for window in &windows {
                let found: Vec<&str> = index.touching(window).into_iter().map(|feature| &*feature.id).collect();
                prop_assert_eq!(found, ledger.ids_in(window));
                prop_assert_eq!(index.freshness().of(window), ledger.last_change_in(window));
            }
        }
        prop_assert_eq!(index.len(), ledger.features.len());
    }

    /// It is as far there as back, and no farther than between any two vertices.
    #[test]
    fn distance_is_the_same_both_ways(one in shape(), other in shape()) {
        let there = nearest(&one, &other).unwrap();
        let back = nearest(&other, &one).unwrap();
        // Both ways choose their own plane: the contract's centimetre, twice.
        prop_assert!((there.distance.0 - back.distance.0).abs() < 0.02 + there.distance.0 * 1e-6);
        let vertices = nearest(&first_vertex(&one), &first_vertex(&other)).unwrap();
        prop_assert!(there.distance.0 <= vertices.distance.0 + 0.02 + vertices.distance.0 * 1e-6);
    }

    /// Going away from the only thing around never makes any rule's outcome worse, nor the verdict.
    #[test]
    fn farther_is_never_worse(
        number in 0..9usize,
        kind in 0..Kinds::shipped().all().count(),
        near_m in prop_oneof![0.0..60.0, 0.0..4_000.0],
        farther_m in prop_oneof![0.0..20.0, 0.0..4_000.0],
    ) {
        let scene = obstacle(number);
        let kind = &Kinds::shipped().all().nth(kind).unwrap().kind;
        let (near, far) = (report(&scene, kind, near_m), report(&scene, kind, near_m + farther_m));
        let (near_worst, far_worst) = (worst(&near), worst(&far));
        for (rule, badness) in &far_worst {
            prop_assert!(near_worst.get(rule).is_some_and(|nearer| nearer >= badness), "{kind}: {rule}");
        }
        prop_assert!(far.verdict >= near.verdict, "{kind}: {:?} then {:?}", near.verdict, far.verdict);
    }
}

fn first_vertex(shape: &Geometry) -> Geometry {
    match shape {
        Geometry::Polygon(polygon) => Point::from(polygon.exterior().0[0]).into(),
        other => other.clone(),
    }
}
