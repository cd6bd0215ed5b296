//! What stands inside dangerous plants: tanks, process units and stores with their substances.

use serde_json::{Value, json};

use super::board::Board;
use super::curve::{circle, plot as rectangle};
use super::feature::{Ids, SampleFeature, tenth};
use super::industry::{Enterprise, Known};
use super::quarter::Plot;
use super::random::Dice;
use super::shapes::Polygon;

/// A substance of GB 18218-2018: CAS number, name, the quantity Q that makes a unit a major hazard (t), the
/// correction factor beta, tonnes in a cubic metre.
struct Substance(&'static str, &'static str, f64, f64, f64);

const LIQUIDS: &[Substance] = &[
    Substance("67-56-1", "甲醇", 500.0, 1.0, 0.79),
    Substance("64-17-5", "乙醇", 500.0, 1.0, 0.79),
    Substance("108-88-3", "甲苯", 500.0, 1.0, 0.87),
    Substance("71-43-2", "苯", 50.0, 1.0, 0.88),
    Substance("67-64-1", "丙酮", 500.0, 1.0, 0.79),
    Substance("100-42-5", "苯乙烯", 500.0, 1.0, 0.91),
    Substance("141-78-6", "乙酸乙酯", 500.0, 1.0, 0.90),
];
const TOXICS: &[Substance] = &[
    Substance("7664-41-7", "氨", 10.0, 2.0, 0.61),
    Substance("7782-50-5", "氯", 5.0, 4.0, 1.40),
    Substance("75-21-8", "环氧乙烷", 10.0, 2.0, 0.87),
    Substance("7697-37-2", "硝酸(>70%)", 100.0, 1.0, 1.45),
];
const PETROL: &[Substance] = &[Substance("86290-81-5", "汽油", 200.0, 1.0, 0.74)];
const LPG: &[Substance] = &[Substance("68476-85-7", "液化石油气", 50.0, 1.5, 0.54)];
const METHANE: &[Substance] = &[Substance("74-82-8", "甲烷", 50.0, 1.5, 0.42)];

/// The features of `installations`: what stands inside each dangerous plant.
pub(super) fn features(board: Board, enterprises: &[Enterprise], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("ins");
    let mut features = Vec::new();
    for plant in enterprises.iter().filter(|plant| plant.hazardous() && plant.known == Known::Boundary) {
        let heavy = heavy(plant.kind, dice);
        for part in parts(plant, dice) {
            let held = Held::throw(part.kind, part.content, heavy, dice);
            let name = format!("{}{}", plant.name, part.name);
            let feature = SampleFeature::invented(ids.next(), &name, board.geometry(part.area))
                .with("enterprise_id", plant.id.clone())
                .with("kind", part.kind);
            features.push(held.describe(feature, part.kind, dice));
        }
    }
    features
}

/// Whether a plant holds a multiple of what the others hold: one plant in seven, a depot always, a station never.
fn heavy(kind: &str, dice: &mut Dice) -> bool {
    match kind {
        "oil_depot" => true,
        "fuel_station" | "cng_lng_station" => false,
        _ => dice.chance(0.15),
    }
}

/// A part of a plant before it is filled.
struct Part {
    kind: &'static str,
    name: String,
    area: Polygon<f64>,
    content: &'static [Substance],
}

impl Part {
    fn new(kind: &'static str, name: &str, area: Polygon<f64>, content: &'static [Substance]) -> Self {
        Self { kind, name: name.to_owned(), area, content }
    }
}

/// A round tank; its place as shares of the plot's half length and half width.
fn tank(plot: &Plot, (along, across): (f64, f64), radius: f64) -> Polygon<f64> {
    circle(plot.inside(along, across), radius, 16)
}

/// A rectangle along the plot, `size` metres along and across.
fn house(plot: &Plot, (along, across): (f64, f64), size: (f64, f64)) -> Polygon<f64> {
    rectangle(plot.inside(along, across), plot.along, size.0, size.1)
}

/// What stands in a plant, by its kind.
fn parts(plant: &Enterprise, dice: &mut Dice) -> Vec<Part> {
    let plot = &plant.plot;
    match plant.kind {
        "fuel_station" => vec![Part::new("tank", "埋地油罐区", house(plot, (0.3, 0.2), (16.0, 9.0)), PETROL)],
        "cng_lng_station" => vec![Part::new("tank", "储气罐", tank(plot, (0.3, 0.1), 4.0), METHANE)],
        "lpg_station" => vec![
            Part::new("tank", "储罐区", house(plot, (0.2, 0.2), (42.0, 24.0)), LPG),
            Part::new("loading", "装卸台", house(plot, (-0.6, -0.3), (16.0, 9.0)), LPG),
        ],
        "fireworks_store" => vec![Part::new("store", "一号库房", house(plot, (0.1, 0.1), (36.0, 14.0)), &[])],
        "oil_depot" => tank_rows(plot, PETROL),
        "tank_farm" | "hazchem_storage_mhs" => tank_rows(plot, LIQUIDS),
        _ => process_plant(plot, dice),
    }
}

/// Five tanks in two rows.
fn tank_rows(plot: &Plot, content: &'static [Substance]) -> Vec<Part> {
    let radius = (plot.length.min(plot.width) * 0.14).min(16.0);
    [(-0.62, 0.4), (0.0, 0.4), (0.62, 0.4), (-0.62, -0.3), (0.0, -0.3)]
        .iter()
        .enumerate()
        .map(|(i, at)| Part::new("tank", &format!("{}号储罐", i + 1), tank(plot, *at, radius), content))
        .collect()
}

/// A process unit and its tanks; some with a liquefied gas, some with a store.
fn process_plant(plot: &Plot, dice: &mut Dice) -> Vec<Part> {
    let mut parts = vec![
        Part::new("process_unit", "一号装置", house(plot, (-0.4, 0.2), (48.0, 26.0)), LIQUIDS),
        Part::new("tank", "储罐区", tank(plot, (0.5, 0.3), 11.0), LIQUIDS),
    ];
    if dice.chance(0.45) {
        parts.push(Part::new("tank", "液化气体储罐", tank(plot, (0.5, -0.4), 5.0), TOXICS));
    }
    if dice.chance(0.5) {
        parts.push(Part::new("store", "原料仓库", house(plot, (-0.4, -0.55), (36.0, 18.0)), LIQUIDS));
    }
    parts
}

/// What an installation holds.
struct Held {
    substances: Vec<Value>,
    volume_m3: f64,
    /// S and R of GB 18218 with the factor for people (alpha) at 1.
    s: f64,
    r: f64,
}

impl Held {
    fn throw(kind: &str, from: &[Substance], heavy: bool, dice: &mut Dice) -> Self {
        let mut held = Self { substances: Vec::new(), volume_m3: 0.0, s: 0.0, r: 0.0 };
        let kinds = if kind == "store" || kind == "process_unit" { 2 } else { 1 };
        let mut left: Vec<_> = from.iter().collect();
        for _ in 0..kinds.min(left.len()) {
            let Substance(cas, name, limit, beta, density) = left.remove(dice.below(left.len()));
            let share = if heavy { dice.between(1.5, most(*limit)) } else { dice.between(0.05, 0.45) };
            let tonnes = tenth(limit * share);
            // The keys stand in the order of the alphabet, so that they come out the same however maps are kept.
            held.substances.push(json!({"cas": cas, "name": name, "tonnes": tonnes}));
            held.volume_m3 += tonnes / density;
            held.s += tonnes / limit;
            held.r += beta * tonnes / limit;
        }
        held
    }

    fn describe(self, feature: SampleFeature, kind: &str, dice: &mut Dice) -> SampleFeature {
        let stored = (kind == "tank" && dice.chance(0.85)).then(|| (self.volume_m3 * 1.15).ceil());
        let largest =
            stored.filter(|_| dice.chance(0.8)).map(|volume| (volume / f64::from(dice.whole(1, 3) as u32)).ceil());
        let grade = match self.r {
            r if r >= 100.0 => 1,
            r if r >= 50.0 => 2,
            r if r >= 10.0 => 3,
            _ => 4,
        };
        // Half of the major hazards are registered with their grade; of the others it has to be computed.
        let registered = self.s >= 1.0 && dice.chance(0.5);
        feature
            .with_some("substances", (!self.substances.is_empty()).then_some(self.substances))
            .with_some("volume_m3", stored)
            .with_some("largest_tank_m3", largest)
            .with_some("hazard_grade", registered.then_some(grade))
    }
}

/// The greatest multiple of its limit that a plant holds of a substance: what is limited to a few tonnes is held in
/// larger multiples than what is limited to hundreds.
fn most(limit: f64) -> f64 {
    if limit > 100.0 { 7.0 } else { 28.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heavy_plant_is_a_major_hazard_and_a_light_tank_is_not() {
        let mut dice = Dice::new(1, "held");
        for _ in 0..200 {
            assert!(Held::throw("tank", LIQUIDS, true, &mut dice).s >= 1.0);
            assert!(Held::throw("tank", TOXICS, false, &mut dice).s < 1.0);
        }
    }

    #[test]
    fn a_store_names_two_different_substances() {
        let held = Held::throw("store", LIQUIDS, false, &mut Dice::new(3, "held"));
        assert_eq!(held.substances.len(), 2);
        assert_ne!(held.substances[0]["cas"], held.substances[1]["cas"]);
    }
}
