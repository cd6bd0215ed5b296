//! The district, its township-level units, and how far beyond it the layers reach.

use super::board::{Board, polygon};
use super::curve::rough_ring;
use super::feature::{Ids, SampleFeature};
use super::mosaic::{Mosaic, divide};
use super::random::Dice;
use super::shapes::{BooleanOps, Buffer, Contains, Coord, MultiPolygon, Point, Simplify};
use super::sketch;

/// How far the layers and their coverage reach beyond the outline as sketched, metres on the board: five kilometres,
/// and some more for the outline's crumbs and the board's own stretching.
const REACH_M: f64 = 5_600.0;
/// How coarsely the edge of that reach is drawn, metres.
const REACH_EDGE_M: f64 = 25.0;

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
        let reach = reach(board);
        let surveyed = reach.difference(&polygon(board.line(sketch::UNSURVEYED)));
        let mut units: Vec<_> =
            sketch::UNITS.iter().zip(mosaic.cells).map(|((name, code, _), area)| Unit { name, code, area }).collect();
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
    let outline = rough_ring(&board.line(sketch::MAIN_PART), 300.0, 0.16, dice);
    let centres: Vec<_> = sketch::UNITS.iter().map(|(_, _, at)| board.place(*at)).collect();
    divide(&outline, &centres, dice)
}

fn reach(board: Board) -> MultiPolygon<f64> {
    let parts = [sketch::MAIN_PART, sketch::ISLAND_PART].map(|part| polygon(board.line(part)));
    MultiPolygon(parts.to_vec()).buffer(REACH_M).simplify(REACH_EDGE_M)
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
