//! What stands inside dangerous plants: tanks, process units and stores with their substances.

use serde_json::{Value, json};

use super::board::Board;
use super::curve::{circle, plot};
use super::feature::{Ids, SampleFeature, tenth};
use super::industry::Enterprise;
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
    let hazardous = enterprises.iter().filter(|enterprise| enterprise.hazardous() && enterprise.point.is_none());
    hazardous.flat_map(|enterprise| inside(board, enterprise, &mut ids, dice)).collect()
}

fn inside(board: Board, enterprise: &Enterprise, ids: &mut Ids, dice: &mut Dice) -> Vec<SampleFeature> {
    // One plant in seven holds a multiple of the quantities the others hold, a depot always, a station never.
    let heavy = match enterprise.kind {
        "oil_depot" => true,
        "fuel_station" | "cng_lng_station" => false,
        _ => dice.chance(0.15),
    };
    let mut add = |kind, name: &str, area: Polygon<f64>, substances: &[Substance], dice: &mut Dice| {
        let held = Held::throw(kind, substances, heavy, dice);
        let name = format!("{}{name}", enterprise.name);
        let feature = SampleFeature::invented(ids.next(), &name, board.geometry(area))
            .with("enterprise_id", enterprise.id.clone())
            .with("kind", kind);
        held.describe(feature, kind, dice)
    };
    let place = &enterprise.plot;
    let tank = |along, across, radius| circle(place.inside(along, across), radius, 16);
    let house = |along, across, long, wide| plot(place.inside(along, across), place.along, long, wide);
    match enterprise.kind {
        "fuel_station" => vec![add("tank", "埋地油罐区", house(0.3, 0.2, 16.0, 9.0), PETROL, dice)],
        "cng_lng_station" => vec![add("tank", "储气罐", tank(0.3, 0.1, 4.0), METHANE, dice)],
        "lpg_station" => vec![
            add("tank", "储罐区", house(0.2, 0.2, 42.0, 24.0), LPG, dice),
            add("loading", "装卸台", house(-0.6, -0.3, 16.0, 9.0), LPG, dice),
        ],
        "fireworks_store" => vec![add("store", "一号库房", house(0.1, 0.1, 36.0, 14.0), &[], dice)],
        "oil_depot" | "tank_farm" | "hazchem_storage_mhs" => {
            let content = if enterprise.kind == "oil_depot" { PETROL } else { LIQUIDS };
            let radius = (place.length.min(place.width) * 0.14).min(16.0);
            [(-0.5, 0.4), (0.0, 0.4), (0.5, 0.4), (-0.5, -0.3), (0.0, -0.3)]
                .iter()
                .zip(1..)
                .map(|((along, across), n)| {
                    add("tank", &format!("{n}号储罐"), tank(*along, *across, radius), content, dice)
                })
                .collect()
        }
        _ => {
            let mut parts = vec![
                add("process_unit", "一号装置", house(-0.4, 0.2, 48.0, 26.0), LIQUIDS, dice),
                add("tank", "储罐区", tank(0.5, 0.3, 11.0), LIQUIDS, dice),
            ];
            if dice.chance(0.45) {
                parts.push(add("tank", "液化气体储罐", tank(0.5, -0.4, 5.0), TOXICS, dice));
            }
            if dice.chance(0.5) {
                parts.push(add("store", "原料仓库", house(-0.4, -0.55, 36.0, 18.0), LIQUIDS, dice));
            }
            parts
        }
    }
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
            let share = if heavy { dice.between(1.5, 28.0) } else { dice.between(0.05, 0.45) };
            let tonnes = tenth(limit * share);
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
