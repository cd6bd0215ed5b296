//! Seeded proposals: outlines of a few hundred metres near settlements, with every fact stated.

use serde_json::{Map, Value, json};
use sisetu::geom::{Point, direct};
use sisetu::index::Snapshot;
use sisetu::model::{Known, Layer};
use sisetu::rules::RuleBook;
use sisetu::siting;

/// A seeded source of numbers (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    /// From 0 up to, but not including, 1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.unit()
    }
}

/// Requests to check a chemical project, each within 200 to 2000 m of the middle of a random residential zone.
pub fn requests(snapshot: &Snapshot, book: &RuleBook, count: usize, seed: u64) -> Vec<Value> {
    let zones: Vec<Point> =
        snapshot.features(Layer::ResidentialZones).map(|zone| zone.envelope().centre().into()).collect();
    let facts = facts(book);
    let mut dice = Dice(seed);
    let mut request = || {
        let zone = zones[(dice.unit() * zones.len() as f64) as usize];
        let centre = direct(zone, dice.between(0.0, 360.0), dice.between(200.0, 2_000.0));
        let (turn, half) = (dice.between(0.0, 90.0), dice.between(75.0, 200.0));
        let mut properties = facts.clone();
        properties.insert("tank_wall".to_owned(), square(centre, turn, half * 0.4));
        json!({ "type": "Feature", "geometry": square(centre, turn, half), "properties": properties })
    };
    (0..count).map(|_| request()).collect()
}

/// Every yes-or-no fact is yes and every number 500, so that as many rules as can apply do.
fn facts(book: &RuleBook) -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert("kind".to_owned(), json!("chem_project"));
    properties.insert("action".to_owned(), json!("new"));
    let kinds = siting::kinds(book);
    for fact in kinds.iter().filter(|kind| kind.kind == "chem_project").flat_map(|kind| &kind.facts) {
        let value = match fact.fact_type.as_str() {
            "boolean" => json!(true),
            "number" => json!(500),
            _ => continue,
        };
        properties.insert(fact.fact.clone(), value);
    }
    // An outline is exact, and so is its survey.
    properties.insert("accuracy_m".to_owned(), json!(0));
    properties.remove("extent_m");
    properties
}

fn square(centre: Point, turn: f64, half_m: f64) -> Value {
    let corner = |quarter: u32| {
        let place = direct(centre, 45.0 + turn - 90.0 * f64::from(quarter), half_m * 2f64.sqrt());
        [place.x(), place.y()]
    };
    json!({ "type": "Polygon", "coordinates": [[corner(0), corner(1), corner(2), corner(3), corner(0)]] })
}
