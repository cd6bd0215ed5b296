//! The Yangtze with its two banks, lakes, tributaries, reservoirs.

use super::board::{Board, polygon};
use super::curve::{blob, ribbon, rough_ring, smooth, smooth_ring};
use super::feature::{Ids, SampleFeature, tenth};
use super::random::Dice;
use super::shapes::{BooleanOps, MultiPolygon, Polygon};
use super::sketch::{self, At};

/// A body of water on the board.
#[derive(Debug)]
pub(super) struct Water {
    /// Name; 模拟 goes in front where it is invented.
    pub name: &'static str,
    /// The contract's word.
    pub kind: &'static str,
    /// Surface.
    pub area: MultiPolygon<f64>,
    important: Option<bool>,
    catchment_km2: Option<f64>,
    invented: bool,
}

/// Invented reservoirs in the hills: name, place, radius in metres.
const RESERVOIRS: &[(&str, At, f64)] = &[
    ("岷山水库", (115.772, 29.512), 620.0),
    ("涌泉水库", (115.658, 29.592), 420.0),
    ("东林水库", (115.905, 29.528), 380.0),
    ("马回岭水库", (115.862, 29.404), 520.0),
    ("新塘水库", (115.712, 29.588), 360.0),
];

/// All waters, the Yangtze first. They do not overlap. The same for every seed.
pub(super) fn draw(board: Board) -> Vec<Water> {
    let mut dice = Dice::new(0, "waters");
    let mut waters = vec![yangtze(board, &mut dice)];
    for lake in sketch::LAKES {
        let bays = rough_ring(&board.line(lake.shore), 420.0, 0.24, &mut dice);
        let area = polygon(smooth_ring(&bays, 90.0));
        push_apart(&mut waters, Water { important: lake.important, ..Water::new(lake.name, "lake", area) });
    }
    for stream in sketch::STREAMS {
        let (narrow, wide) = stream.half_width;
        let area = ribbon(&smooth(&board.line(stream.course), 120.0), narrow, wide, &mut dice);
        let water = Water { catchment_km2: stream.catchment_km2, ..Water::new(stream.name, stream.kind, area) };
        push_apart(&mut waters, water);
    }
    for (name, at, radius) in RESERVOIRS {
        let rim = blob(board.place(*at), *radius, 11, 0.55, &mut dice);
        let rim = &rim.exterior().0[..rim.exterior().0.len() - 1];
        let area = polygon(smooth_ring(rim, 60.0));
        push_apart(&mut waters, Water { invented: true, ..Water::new(name, "reservoir", area) });
    }
    waters
}

impl Water {
    fn new(name: &'static str, kind: &'static str, area: Polygon<f64>) -> Self {
        Self { name, kind, area: area.into(), important: None, catchment_km2: None, invented: false }
    }
}

/// The main stem with the channel north of the island; the island stays as a hole.
fn yangtze(board: Board, dice: &mut Dice) -> Water {
    let stem = ribbon(&smooth(&board.line(sketch::YANGTZE), 300.0), 560.0, 880.0, dice);
    let north = ribbon(&smooth(&board.line(sketch::NORTH_CHANNEL), 300.0), 480.0, 720.0, dice);
    Water { area: stem.union(&north), ..Water::new("长江", "yangtze_main", polygon(Vec::new())) }
}

/// Adds a water less what the earlier ones already cover, so that a mouth is drawn once.
fn push_apart(waters: &mut Vec<Water>, mut water: Water) {
    for earlier in waters.iter() {
        water.area = water.area.difference(&earlier.area);
    }
    waters.push(water);
}

/// The features of `waters`.
pub(super) fn features(board: Board, waters: &[Water]) -> Vec<SampleFeature> {
    let mut ids = Ids::new("wat");
    waters
        .iter()
        .map(|water| {
            let geometry = board.geometry(water.area.clone());
            let make = if water.invented { SampleFeature::invented } else { SampleFeature::sketched };
            make(ids.next(), water.name, geometry)
                .with("kind", water.kind)
                .with("bankline_source", "water_edge")
                .with_some("important", water.important)
                .with_some("catchment_km2", water.catchment_km2.map(tenth))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::shapes::{Area, Contains, Point};
    use super::*;

    #[test]
    fn the_island_stands_in_the_river() {
        let waters = draw(Board::DISTRICT);
        let river = &waters[0].area;
        assert_eq!(river.0.len(), 1);
        assert_eq!(river.0[0].interiors().len(), 1);
        let seat = Board::DISTRICT.place(sketch::ISLAND_UNIT.2);
        assert!(!river.contains(&Point(seat)));
    }

    #[test]
    fn no_water_lies_on_another() {
        let waters = draw(Board::DISTRICT);
        for (i, a) in waters.iter().enumerate() {
            for b in &waters[i + 1..] {
                let common = a.area.intersection(&b.area).unsigned_area();
                assert!(common < 1.0, "{} and {}: {common} square metres", a.name, b.name);
            }
        }
    }
}
