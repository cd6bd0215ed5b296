//! The district, its township-level units, and how far beyond it the layers reach.

use super::board::{Board, polygon};
use super::curve::rough_ring;
use super::feature::{Ids, SampleFeature};
use super::mosaic::{Mosaic, divide};
use super::random::Dice;
use super::shapes::{BooleanOps, Buffer, Contains, Coord, MultiPolygon, Point, Polygon};
use super::sketch;

/// How far the layers and their coverage reach beyond the district, metres on the board: five kilometres and some more
/// for the board's own stretching.
const REACH_M: f64 = 5_200.0;

/// South-west of this line nobody has surveyed where people live: the one deliberate gap.
const SURVEY_ENDS: [sketch::At; 2] = [(115.560, 29.655), (115.800, 29.440)];

/// A township-level unit.
#[derive(Debug)]
pub(super) struct Unit {
    /// Name, real.
    pub name: &'static str,
    /// Division code, real.
    pub code: &'static str,
    /// Rough extent on the board.
    pub area: MultiPolygon<f64>,
}

/// The land as it is divided.
#[derive(Debug)]
pub(super) struct Land {
    /// Main part and island.
    pub district: MultiPolygon<f64>,
    /// All seventeen, in the order of their codes.
    pub units: Vec<Unit>,
    /// The district and what lies within the reach of its layers.
    pub reach: MultiPolygon<f64>,
    /// The part of the reach where housing and people are surveyed.
    pub surveyed: MultiPolygon<f64>,
}

impl Land {
    /// Draws the land. It is the same for every seed.
    pub(super) fn sketch(board: Board) -> Self {
        let mut dice = Dice::new(0, "land");
        let mosaic = main_part(board, &mut dice);
        let island = rough_ring(&board.line(sketch::ISLAND_PART), 500.0, 0.08, &mut dice);
        let island = polygon(island);
        let district = MultiPolygon(vec![mosaic.whole, island.clone()]);
        let reach = district.buffer(REACH_M);
        let surveyed = reach.difference(&unsurveyed(board));
        let mut units: Vec<_> = sketch::UNITS
            .iter()
            .zip(mosaic.cells)
            .map(|((name, code, _), area)| Unit { name, code, area })
            .collect();
        let (name, code, _) = sketch::ISLAND_UNIT;
        units.push(Unit { name, code, area: MultiPolygon(vec![island]) });
        units.sort_by_key(|unit| unit.code);
        Self { district, units, reach, surveyed }
    }

    /// The unit a place lies in; none outside the district.
    pub(super) fn unit_at(&self, place: Coord<f64>) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.area.contains(&Point(place)))
    }

    /// The features of `admin_units`: the district first, then its units.
    pub(super) fn features(&self, board: Board) -> Vec<SampleFeature> {
        let (name, code) = sketch::DISTRICT;
        let mut ids = Ids::new("adm");
        let district = SampleFeature::sketched(ids.next(), name, board.geometry(self.district.clone()))
            .with("code", code)
            .with("level", "district")
            .with("responsible_person", "模拟区级责任人")
            .with("note", "示意，非法定界线");
        let units = self.units.iter().enumerate().map(|(i, unit)| {
            SampleFeature::sketched(ids.next(), unit.name, board.geometry(unit.area.clone()))
                .with("code", unit.code)
                .with("level", "township")
                .with("parent", code)
                .with("responsible_person", format!("模拟乡级责任人{:02}", i + 1))
                .with("note", "近似范围，示意")
        });
        std::iter::once(district).chain(units).collect()
    }
}

fn main_part(board: Board, dice: &mut Dice) -> Mosaic {
    let outline = rough_ring(&board.line(sketch::MAIN_PART), 350.0, 0.13, dice);
    let centres: Vec<_> = sketch::UNITS.iter().map(|(_, _, at)| board.place(*at)).collect();
    divide(&outline, &centres, dice)
}

/// A quadrilateral that covers everything south-west of the survey's end.
fn unsurveyed(board: Board) -> Polygon<f64> {
    let [west, east] = SURVEY_ENDS.map(|at| board.place(at));
    let along = Coord { x: east.x - west.x, y: east.y - west.y };
    let corner = |from: Coord<f64>, ahead: f64, right: f64| Coord {
        x: from.x + along.x * ahead + along.y * right,
        y: from.y + along.y * ahead - along.x * right,
    };
    polygon(vec![corner(west, -1.0, 0.0), corner(west, -1.0, 2.0), corner(east, 1.0, 2.0), corner(east, 1.0, 0.0)])
}

#[cfg(test)]
mod tests {
    use super::super::shapes::Area;
    use super::*;

    #[test]
    fn the_district_is_about_as_large_as_the_real_one() {
        let land = Land::sketch(Board::DISTRICT);
        let square_km = land.district.unsigned_area() / 1e6;
        assert!((800.0..1050.0).contains(&square_km), "{square_km}");
        assert_eq!(land.units.len(), 17);
    }

    #[test]
    fn every_seat_lies_in_its_own_unit() {
        let land = Land::sketch(Board::DISTRICT);
        for (name, _, at) in sketch::UNITS.iter().chain([&sketch::ISLAND_UNIT]) {
            let unit = land.unit_at(Board::DISTRICT.place(*at));
            assert_eq!(unit.map(|unit| unit.name), Some(*name));
        }
    }

    #[test]
    fn the_gap_lies_inside_the_district() {
        let land = Land::sketch(Board::DISTRICT);
        let gap = land.district.difference(&land.surveyed).unsigned_area() / 1e6;
        assert!((20.0..150.0).contains(&gap), "{gap} square kilometres");
    }
}
