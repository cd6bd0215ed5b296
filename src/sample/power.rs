//! Substations and the power lines between them.

use super::board::{Board, between, distance, heading, moved};
use super::feature::{Ids, SampleFeature};
use super::ground::{BEYOND, CORRIDOR, Ground, PROTECTED, WATER};
use super::quarter::Plot;
use super::random::Dice;
use super::shapes::{Coord, LineString};
use super::sketch::At;

/// A power line on the board.
#[derive(Debug)]
pub(super) struct Line {
    name: String,
    voltage_kv: f64,
    half_width: f64,
    course: Vec<Coord<f64>>,
}

/// A substation on the board.
#[derive(Debug)]
pub(super) struct Substation {
    /// Name without 模拟.
    pub name: String,
    /// Its fence.
    pub plot: Plot,
}

/// Substations: name, voltage, place.
const SUBSTATIONS: &[(&str, f64, At)] = &[
    ("浔西500千伏变电站", 500.0, (115.745, 29.668)),
    ("沙河220千伏变电站", 220.0, (115.905, 29.634)),
    ("赤湖220千伏变电站", 220.0, (115.745, 29.752)),
    ("马回岭110千伏变电站", 110.0, (115.835, 29.470)),
    ("狮子110千伏变电站", 110.0, (115.825, 29.612)),
    ("港口110千伏变电站", 110.0, (115.815, 29.722)),
    ("城子110千伏变电站", 110.0, (115.683, 29.818)),
    ("新合110千伏变电站", 110.0, (115.760, 29.632)),
    ("江洲35千伏变电站", 35.0, (116.120, 29.785)),
    ("涌泉35千伏变电站", 35.0, (115.690, 29.622)),
    ("岷山35千伏变电站", 35.0, (115.808, 29.512)),
];

/// Lines: between two substations by index, or out of the sheet to a place.
const LINKS: &[(usize, usize, f64)] = &[
    (0, 1, 220.0),
    (0, 2, 220.0),
    (1, 3, 110.0),
    (1, 4, 110.0),
    (2, 5, 110.0),
    (2, 6, 110.0),
    (0, 7, 110.0),
    (7, 4, 110.0),
    (7, 9, 35.0),
    (3, 10, 35.0),
    (4, 10, 35.0),
];
const OUTWARD: &[(usize, At, f64)] = &[
    (0, (115.545, 29.735), 500.0),
    (0, (115.700, 29.590), 500.0),
    (1, (115.985, 29.660), 220.0),
    (8, (116.205, 29.735), 35.0),
];

/// Places the substations.
pub(super) fn substations(board: Board, ground: &mut Ground, dice: &mut Dice) -> Vec<Substation> {
    let mut placed = Vec::new();
    for (name, voltage, at) in SUBSTATIONS {
        let side = 45.0 + voltage * 0.35;
        let plot = (0..500).map(|throw| {
            let away = 6.0 * f64::from(throw);
            let centre = moved(board.place(*at), heading(0.0), dice.scatter() * away, dice.scatter() * away);
            Plot { centre, along: heading(0.2), length: side * 1.3, width: side }
        });
        let free = { plot }.find(|plot| ground.claim(&plot.area(), 0.0, WATER | CORRIDOR | PROTECTED));
        if let Some(plot) = free {
            placed.push(Substation { name: (*name).to_owned(), plot });
        }
    }
    placed
}

/// Draws the lines and takes the ground below them. A line to a village is thin and short.
pub(super) fn draw(
    board: Board,
    ground: &mut Ground,
    substations: &[Substation],
    villages: &[Coord<f64>],
    dice: &mut Dice,
) -> Vec<Line> {
    let site = |index: usize| substations.get(index).map(|substation| substation.plot.centre);
    let mut ends: Vec<_> = LINKS.iter().filter_map(|(a, b, kv)| Some((site(*a)?, site(*b)?, *kv))).collect();
    ends.extend(OUTWARD.iter().filter_map(|(a, at, kv)| Some((site(*a)?, board.place(*at), *kv))));
    for village in villages.iter().filter(|village| ground.at(**village) & BEYOND == 0) {
        let near = substations
            .iter()
            .map(|s| s.plot.centre)
            .min_by(|a, b| distance(*a, *village).total_cmp(&distance(*b, *village)));
        let reachable =
            near.filter(|near| distance(*near, *village) < 6_500.0 && !ground.crosses(&[*near, *village], WATER));
        ends.extend(reachable.filter(|_| dice.chance(0.22)).map(|near| (near, *village, 10.0)));
    }
    let mut lines = Vec::new();
    for (from, to, voltage_kv) in ends {
        let line = Line {
            name: format!("{voltage_kv}千伏{:02}线", lines.len() + 1),
            voltage_kv,
            half_width: half_width(voltage_kv),
            course: spans(from, to, dice),
        };
        ground.mark_line(&line.course, line.half_width + 8.0, CORRIDOR);
        lines.push(line);
    }
    lines
}

/// From the middle line to the outer conductor, usual for the voltage, metres.
fn half_width(voltage_kv: f64) -> f64 {
    match voltage_kv {
        kv if kv >= 500.0 => 10.0,
        kv if kv >= 220.0 => 7.0,
        kv if kv >= 110.0 => 4.0,
        kv if kv >= 35.0 => 2.5,
        _ => 1.0,
    }
}

/// Straight spans with an angle tower every kilometre or two.
fn spans(from: Coord<f64>, to: Coord<f64>, dice: &mut Dice) -> Vec<Coord<f64>> {
    let count = (distance(from, to) / 1_700.0).ceil().max(1.0);
    let along = super::board::direction(from, to);
    (0..=count as usize)
        .map(|i| {
            let end = i == 0 || i == count as usize;
            let aside = if end { 0.0 } else { dice.scatter() * 160.0 };
            moved(between(from, to, i as f64 / count), along, 0.0, aside)
        })
        .collect()
}

/// The features of `power_lines`; on a few the half width is not told.
pub(super) fn features(board: Board, lines: &[Line], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("pow");
    lines
        .iter()
        .map(|line| {
            SampleFeature::invented(ids.next(), &line.name, board.geometry(LineString::new(line.course.clone())))
                .with("voltage_kv", line.voltage_kv)
                .with_some("half_width_m", dice.chance(0.8).then_some(line.half_width))
        })
        .collect()
}
