//! How risky an invented enterprise is said to be: a given level, a score and its method, both, or nothing.

use super::feature::{SampleFeature, tenth};
use super::random::Dice;

/// Adds the risk fields and who answers for them.
pub(super) fn describe(feature: SampleFeature, kind: &str, number: usize, dice: &mut Dice) -> SampleFeature {
    let level = level(kind, dice);
    let (method, score) = score(kind, level, dice);
    let told = dice.unit();
    let (give_level, give_score) = (told < 0.55, (0.35..0.88).contains(&told));
    feature
        .with_some("risk_level", give_level.then_some(level))
        .with_some("risk_method", give_score.then_some(method))
        .with_some("risk_score", give_score.then_some(score))
        .with("responsible_person", format!("模拟责任人{number:03}"))
        .with("regulator", regulator(kind))
        .with("committee", committee(kind))
}

/// 1 red … 4 blue; the dangerous trades are worse on the whole.
fn level(kind: &str, dice: &mut Dice) -> u8 {
    let shares: &[(f64, u8)] = match kind {
        "chemical_plant" | "tank_farm" | "hazchem_storage_mhs" | "oil_depot" => {
            &[(0.14, 1), (0.32, 2), (0.40, 3), (0.14, 4)]
        }
        "fuel_station" | "lpg_station" | "cng_lng_station" | "fireworks_store" | "mine" => {
            &[(0.02, 1), (0.20, 2), (0.56, 3), (0.22, 4)]
        }
        _ => &[(0.005, 1), (0.045, 2), (0.25, 3), (0.70, 4)],
    };
    dice.weighted(shares)
}

/// A method that fits the kind, and a score that the method's usual bands put at the level.
fn score(kind: &str, level: u8, dice: &mut Dice) -> (&'static str, f64) {
    if matches!(kind, "chemical_plant" | "tank_farm" | "hazchem_storage_mhs") {
        let (low, high) = [(42.0, 59.9), (60.0, 74.9), (75.0, 89.9), (90.0, 98.0)][usize::from(level - 1)];
        return ("hazchem_score", tenth(dice.between(low, high)));
    }
    if dice.chance(0.3) {
        let products: &[f64] =
            [&[20.0, 25.0][..], &[15.0, 16.0], &[9.0, 10.0, 12.0], &[2.0, 4.0, 6.0, 8.0]][usize::from(level - 1)];
        return ("LS", dice.pick(products));
    }
    // Products of likelihood, exposure and consequence as the method's scales allow them.
    let products: &[f64] =
        [&[360.0, 420.0, 540.0][..], &[180.0, 240.0, 270.0], &[90.0, 120.0, 135.0], &[18.0, 27.0, 42.0, 60.0]]
            [usize::from(level - 1)];
    ("LEC", dice.pick(products))
}

fn regulator(kind: &str) -> &'static str {
    match kind {
        "fuel_station" => "区商务局",
        "lpg_station" | "cng_lng_station" => "区住建局",
        "factory" | "warehouse" => "区工信局",
        _ => "区应急管理局",
    }
}

fn committee(kind: &str) -> &'static str {
    match kind {
        "factory" | "warehouse" => "工业制造",
        "mine" => "非煤矿山",
        "lpg_station" | "cng_lng_station" => "城市运行",
        _ => "危险物品",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_fall_into_the_band_of_their_level() {
        let mut dice = Dice::new(1, "risk");
        for _ in 0..500 {
            let level = level("factory", &mut dice);
            let (method, score) = score("factory", level, &mut dice);
            let bands = if method == "LS" { [17.0, 13.0, 8.5] } else { [320.0, 160.0, 70.0] };
            let band = 1 + bands.iter().filter(|limit| score < **limit).count();
            assert_eq!(band, usize::from(level), "{method} {score}");
        }
        for _ in 0..500 {
            let level = level("chemical_plant", &mut dice);
            let (_, score) = score("chemical_plant", level, &mut dice);
            let band = 1 + [60.0, 75.0, 90.0].iter().filter(|limit| score >= **limit).count();
            assert_eq!(band, usize::from(level), "{score}");
        }
    }
}
