//! Belts about dangerous plants, and the chemical parks that hold some of them.

use super::board::{Board, heading, moved};
use super::curve::{blob, plot};
use super::feature::{Ids, SampleFeature};
use super::industry::{Enterprise, Known, PARKS};
use super::quarter::Plot;
use super::random::Dice;
use super::shapes::{Buffer, Coord, MultiPolygon, Polygon};

/// The features of `buffer_zones`: belts stored for some of the dangerous plants, one planned area.
pub(super) fn features(board: Board, enterprises: &[Enterprise], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("buf");
    let mut features = Vec::new();
    let mut add = |of: &Enterprise, kind: &str, word: &str, risk: Option<f64>, area: MultiPolygon<f64>| {
        let feature = SampleFeature::invented(ids.next(), &format!("{}{word}", of.name), board.geometry(area))
            .with("kind", kind)
            .with("of", of.id.clone())
            .with_some("risk_per_year", risk)
            .with("document", format!("模拟批复〔2025〕{:02}号", features.len() + 1));
        features.push(feature);
    };
    let drawn = |enterprise: &&Enterprise| enterprise.hazardous() && enterprise.known == Known::Boundary;
    let plants = enterprises.iter().filter(drawn).filter(|plant| plant.kind != "fuel_station");
    for (number, plant) in plants.enumerate().filter(|(number, _)| number % 3 == 0) {
        let area = plant.plot.area();
        match number / 3 % 4 {
            0 => add(plant, "safety_distance", "安全防护距离", None, area.buffer(dice.pick(&[50.0, 100.0, 150.0]))),
            1 => add(plant, "hygiene_distance", "卫生防护距离", None, area.buffer(dice.pick(&[50.0, 100.0, 200.0]))),
            2 => add(plant, "planning_control", "规划控制线", None, area.buffer(80.0)),
            _ => {
                for (risk, radius) in [(1e-5, 170.0), (3e-6, 260.0), (3e-7, 420.0)] {
                    let contour = blob(plant.plot.centre, radius, 28, 0.12, dice);
                    add(plant, "individual_risk_contour", "个人风险等值线", Some(risk), contour.into());
                }
            }
        }
    }
    features
}

/// The features of `chemical_parks`: the first two clusters, one certified, one not.
pub(super) fn parks(board: Board, enterprises: &[Enterprise]) -> Vec<SampleFeature> {
    let mut ids = Ids::new("par");
    let mut park = |index: usize, grade: Option<&str>, certified: bool| {
        let plots: Vec<_> = enterprises.iter().filter(|e| e.park == Some(index)).map(|e| e.plot).collect();
        let name = format!("{}化工园区", PARKS[index].name);
        SampleFeature::invented(ids.next(), &name, board.geometry(around(&plots, PARKS[index].angle)))
            .with_some("grade", grade)
            .with("certified", certified)
    };
    vec![park(0, Some("C"), true), park(1, None, false)]
}

/// One boundary about all plots: the smallest rectangle along the park's streets, with a strip of 60 m.
fn around(plots: &[Plot], angle: f64) -> Polygon<f64> {
    let along = heading(angle);
    let (mut low, mut high) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    for at in plots.iter().flat_map(|plot| plot.area().exterior().0.clone()) {
        let (u, v) = (at.x * along.x + at.y * along.y, at.y * along.x - at.x * along.y);
        low = (low.0.min(u), low.1.min(v));
        high = (high.0.max(u), high.1.max(v));
    }
    let origin = Coord { x: 0.0, y: 0.0 };
    let middle = moved(origin, along, f64::midpoint(low.0, high.0), f64::midpoint(low.1, high.1));
    plot(middle, along, high.0 - low.0 + 120.0, high.1 - low.1 + 120.0)
}

#[cfg(test)]
mod tests {
    use super::super::shapes::BooleanOps;
    use super::*;

    #[test]
    fn the_boundary_holds_every_plot() {
        let along = heading(0.7);
        let plots: Vec<_> = (0..9)
            .map(|i| Plot {
                centre: Coord { x: f64::from(i) * 90.0, y: f64::from(i % 3) * 120.0 },
                along,
                length: 80.0,
                width: 60.0,
            })
            .collect();
        let park = around(&plots, 0.7);
        assert!(plots.iter().all(|plot| plot.area().difference(&park).0.is_empty()));
    }
}
