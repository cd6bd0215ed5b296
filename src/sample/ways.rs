//! Roads and railways, and the bridges where they cross water.

use super::board::{Board, distance};
use super::curve::{length, rough, smooth, stretch};
use super::feature::{Ids, SampleFeature, tenth};
use super::ground::{BEYOND, BUILT, CORRIDOR, Ground, PROTECTED, WATER};
use super::random::Dice;
use super::shapes::{BooleanOps, Coord, LineString, MultiLineString};
use super::sketch;
use super::waters::Water;

/// A way on the board.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// Name without 模拟.
    pub name: String,
    /// The contract's word.
    pub kind: &'static str,
    /// Half width, metres.
    pub half_width: f64,
    told: bool,
    invented: bool,
    /// Centreline.
    pub line: Vec<Coord<f64>>,
}

/// Free strip kept on both sides of a way, beyond its half width, metres.
const VERGE: f64 = 12.0;

/// Least distance between two villages, metres.
const VILLAGE_SPACING: f64 = 1_800.0;

/// Draws sketched ways as smooth lines.
pub(super) fn draw(board: Board, ways: &[sketch::Way], invented: bool) -> Vec<Way> {
    ways.iter()
        .map(|way| Way {
            name: way.name.to_owned(),
            kind: way.kind,
            half_width: way.half_width,
            told: way.told,
            invented,
            line: smooth(&board.line(way.course), 220.0),
        })
        .collect()
}

/// Takes the ground under ways and their verges.
pub(super) fn mark(ground: &mut Ground, ways: &[Way]) {
    for way in ways {
        ground.mark_line(&way.line, way.half_width + VERGE, CORRIDOR);
    }
}

/// Throws villages over the free land, no two near each other and none in a town.
pub(super) fn villages(board: Board, ground: &Ground, extent: [Coord<f64>; 2], dice: &mut Dice) -> Vec<Coord<f64>> {
    let [low, high] = extent;
    let mut villages: Vec<Coord<f64>> = Vec::new();
    for _ in 0..6_000 {
        let place = Coord { x: dice.between(low.x, high.x), y: dice.between(low.y, high.y) };
        let in_town = sketch::TOWNS.iter().any(|(_, at, radius, _)| distance(board.place(*at), place) < radius * 1.2);
        let near = villages.iter().any(|village| distance(*village, place) < VILLAGE_SPACING);
        if !near && !in_town && ground.at(place) & (WATER | CORRIDOR | PROTECTED | BUILT | BEYOND) == 0 {
            villages.push(place);
        }
    }
    villages
}

/// A winding lane from every village to the nearest road or lane it can reach without crossing water.
pub(super) fn lanes(ground: &Ground, roads: &[Way], villages: &[Coord<f64>], dice: &mut Dice) -> Vec<Way> {
    let open = |way: &&Way| way.kind != "expressway";
    let mut joints: Vec<Coord<f64>> = roads.iter().filter(open).flat_map(|way| way.line.clone()).collect();
    let mut waiting = villages.to_vec();
    let gap = |village: Coord<f64>, joints: &[Coord<f64>]| {
        joints.iter().map(|joint| distance(village, *joint)).fold(f64::INFINITY, f64::min)
    };
    waiting.sort_by(|a, b| gap(*a, &joints).total_cmp(&gap(*b, &joints)));
    let mut lanes = Vec::new();
    for village in waiting {
        let Some(line) = lane(ground, village, &mut joints, dice) else { continue };
        joints.extend(&line);
        lanes.push(Way {
            name: format!("乡道{:03}", lanes.len() + 1),
            kind: "township",
            half_width: 4.0,
            told: dice.chance(0.6),
            invented: true,
            line,
        });
    }
    lanes
}

fn lane(ground: &Ground, village: Coord<f64>, joints: &mut [Coord<f64>], dice: &mut Dice) -> Option<Vec<Coord<f64>>> {
    joints.sort_by(|a, b| distance(village, *a).total_cmp(&distance(village, *b)));
    let joint = joints.iter().take(40).find(|joint| !ground.crosses(&[village, **joint], WATER))?;
    let bends = rough(&[*joint, village], 450.0, 0.14, dice);
    let line = smooth(&bends, 160.0);
    (line.len() > 1 && !ground.crosses(&line, WATER)).then_some(line)
}

/// The features of `roads` or `railways`; `setting` says in which surroundings a place lies (railways only).
pub(super) fn features(
    board: Board,
    prefix: &'static str,
    ways: &[Way],
    setting: Option<&dyn Fn(&Way) -> &'static str>,
) -> Vec<SampleFeature> {
    let mut ids = Ids::new(prefix);
    ways.iter()
        .map(|way| {
            let make = if way.invented { SampleFeature::invented } else { SampleFeature::sketched };
            make(ids.next(), &way.name, board.geometry(LineString::new(way.line.clone())))
                .with("kind", way.kind)
                .with_some("half_width_m", way.told.then_some(way.half_width))
                .with_some("setting", setting.map(|setting| setting(way)))
        })
        .collect()
}

/// Cuts every way into pieces at the edges of the towns, so that each piece has one setting.
pub(super) fn cut_at_towns(board: Board, ways: &[Way]) -> Vec<Way> {
    ways.iter()
        .flat_map(|way| {
            let mut pieces: Vec<Way> = Vec::new();
            for leg in way.line.windows(2) {
                let inside = town_at(board, leg[0]);
                match pieces.last_mut() {
                    Some(piece) if town_at(board, piece.line[0]) == inside => piece.line.push(leg[1]),
                    _ => pieces.push(Way { line: leg.to_vec(), ..way.clone() }),
                }
            }
            pieces
        })
        .collect()
}

/// The town a place lies in.
pub(super) fn town_at(board: Board, place: Coord<f64>) -> Option<&'static str> {
    let town = sketch::TOWNS.iter().find(|(_, at, radius, _)| distance(board.place(*at), place) < *radius);
    town.map(|(name, ..)| *name)
}

/// A bridge: the stretch of a way over water.
#[derive(Debug)]
pub(super) struct Bridge {
    /// Name of the way and of the water.
    pub name: String,
    /// The contract's word.
    pub kind: &'static str,
    /// Metres.
    pub length_m: f64,
    /// Its line.
    pub line: Vec<Coord<f64>>,
}

/// The bridges of ways over waters that are 25 m or longer.
pub(super) fn bridges(ways: &[Way], waters: &[Water], kind: &'static str) -> Vec<Bridge> {
    let mut bridges = Vec::new();
    for way in ways {
        let line = MultiLineString(vec![LineString::new(way.line.clone())]);
        for water in waters {
            for part in water.area.clip(&line, false) {
                let length_m = tenth(length(&part.0));
                if length_m >= 25.0 {
                    let name = format!("{}{}桥", way.name, water.name);
                    bridges.push(Bridge { name, kind, length_m, line: part.0 });
                }
            }
        }
    }
    bridges
}

/// The stretch of a named way, `from` to `to` metres along it; empty where there is no such way.
pub(super) fn stretch_of(ways: &[Way], name: &str, from: f64, to: f64) -> Vec<Coord<f64>> {
    ways.iter().find(|way| way.name == name).map_or_else(Vec::new, |way| stretch(&way.line, from, to))
}
