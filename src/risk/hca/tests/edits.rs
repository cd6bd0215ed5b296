//! Commit after commit comes to the same as grading from scratch.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::{Change, Commit};

/// A small reproducible source of chances.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn metres(&mut self, span: u64) -> f64 {
        self.below(span) as f64 - span as f64 / 2.0
    }

    fn place(&mut self) -> Geometry {
        let (west, south) = (self.metres(9_000), self.metres(3_000));
        block(west, south, 50.0 + self.below(300) as f64, 50.0 + self.below(200) as f64)
    }

    fn way(&mut self) -> Geometry {
        let south = self.metres(3_000);
        line(&[
            (self.metres(12_000), south),
            (self.metres(4_000), south + self.metres(900)),
            (self.metres(12_000), self.metres(3_000)),
        ])
    }

    fn one_of(&mut self, values: &[Value]) -> Value {
        values[self.below(values.len() as u64) as usize].clone()
    }

    fn put(&mut self, layer: Layer) -> Feature {
        let id = format!("w{}", self.below(12));
        let name = json!(format!("名{}", self.below(30)));
        let (geometry, mut properties) = match layer {
            Layer::Pipelines => {
                let medium = self.one_of(&[json!("natural_gas"), json!("crude"), json!("lpg"), json!("chemical")]);
                let regime = self.one_of(&[Value::Null, json!("long_distance"), json!("urban_gas")]);
                let diameter = self.one_of(&[Value::Null, json!(219), json!(508), json!(1016)]);
                let pressure = self.one_of(&[Value::Null, json!(1.5), json!(10)]);
                let registered = self.one_of(&[Value::Null, json!(1), json!(3)]);
                (
                    self.way(),
                    json!({"medium": medium, "regime": regime, "diameter_mm": diameter, "pressure_mpa": pressure, "hca_grade": registered}),
                )
            }
            Layer::ResidentialZones => {
                let households = self.one_of(&[Value::Null, json!(20), json!(60), json!(110)]);
                let storeys = self.one_of(&[Value::Null, json!(2), json!(2), json!(6)]);
                (self.place(), json!({"households": households, "max_storeys": storeys}))
            }
            Layer::Roads => (self.way(), json!({"kind": self.one_of(&[json!("national"), json!("county")])})),
            Layer::Waters => (self.place(), json!({"kind": self.one_of(&[json!("yangtze_main"), json!("reservoir")])})),
            Layer::Enterprises => {
                (self.place(), json!({"kind": self.one_of(&[json!("fuel_station"), json!("factory")])}))
            }
            Layer::Coverage => {
                let layer = self.one_of(&[json!("residential_zones"), json!("waters"), json!("roads")]);
                let until = self.one_of(&[Value::Null, Value::Null, json!("2026-11-15")]);
                let day = self.one_of(&[json!("2026-10-31"), json!("2026-11-30")]);
                let (west, width) = (self.metres(12_000), 4_000.0 + self.below(9_000) as f64);
                (block(west, -9_000.0, width, 18_000.0), json!({"layer": layer, "as_of": day, "valid_until": until}))
            }
            _ => (self.place(), json!({"kind": "school"})),
        };
        properties["name"] = name;
        feature(&id, geometry, properties)
    }

    fn commit(&mut self, snapshot: &Snapshot, size: u64) -> Commit {
        let layers = [
            Layer::Pipelines,
            Layer::ResidentialZones,
            Layer::Roads,
            Layer::Waters,
            Layer::Enterprises,
            Layer::ProtectionTargets,
            Layer::Coverage,
        ];
        let mut changes: BTreeMap<(Layer, String), Change> = BTreeMap::new();
        for _ in 0..size {
            let layer = layers[self.below(layers.len() as u64) as usize];
            let change = if self.below(4) == 0 {
                Change::Delete(layer, format!("w{}", self.below(12)))
            } else {
                Change::Put(layer, self.put(layer))
            };
            let id = match &change {
                Change::Put(_, feature) => feature.id.clone(),
                Change::Delete(_, id) => id.clone(),
            };
            changes.insert((layer, id), change);
        }
        Commit { revision: Revision(snapshot.revision().0 + 1), changes: changes.into_values().collect() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn one_commit_after_another_comes_to_the_same_as_from_scratch(seed: u64) {
        let mut dice = Dice(seed);
        let mut now = Scene::oil().snapshot();
        let mut grades = Grades::of(&now);
        for round in 0..8 {
            let size = if round == 0 { 60 } else { 1 + dice.below(4) };
            let commit = dice.commit(&now, size);
            let next = now.after(&commit);
            let after = grades.after(&next, &commit);
            let scratch = Grades::of(&next);
            prop_assert!(after.hca.same_as(&scratch.hca));
            for pipe in next.features(Layer::Pipelines) {
                prop_assert_eq!(after.level(Layer::Pipelines, &pipe.id), scratch.level(Layer::Pipelines, &pipe.id));
                let segments = after.hca_segments(&pipe.id);
                if !segments.is_empty() {
                    assert_whole(segments);
                }
            }
            for segment in after.hca_lines().features() {
                let old = grades.hca_lines().feature(&segment.id);
                if old.is_none_or(|old| old != segment) {
                    prop_assert_eq!(after.hca_lines().freshness().of(segment.envelope()), next.revision());
                }
            }
            (now, grades) = (next, after);
        }
    }
}

#[test]
fn a_change_far_away_grades_nothing_anew() {
    let now = Scene::oil().village("v", 4000.0, 100.0, 60).snapshot();
    let grades = Grades::of(&now);
    let far = feature("far", block(0.0, 20_000.0, 100.0, 100.0), json!({"name": "远村", "households": 500}));
    let commit = Commit { revision: Revision(2), changes: vec![Change::Put(Layer::ResidentialZones, far)] };
    let after = grades.after(&now.after(&commit), &commit);
    assert!(std::ptr::eq(grades.hca_lines(), after.hca_lines()), "the drawing is shared");
}
