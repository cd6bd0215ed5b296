//! Pipelines and their stations: a gas trunk line, an oil line beside the railway, branches, town gas, plant lines.

use super::board::{Board, distance};
use super::curve::{along, beside, length, plot, rough, smooth};
use super::feature::{Ids, SampleFeature};
use super::ground::{CORRIDOR, Ground};
use super::industry::Enterprise;
use super::random::Dice;
use super::shapes::{Coord, LineString};
use super::sketch::At;
use super::waters::Water;
use super::ways::Way;

/// A pipeline on the board.
#[derive(Debug)]
pub(super) struct Pipe {
    /// Name without 模拟.
    pub name: String,
    medium: &'static str,
    regime: Option<&'static str>,
    diameter_mm: f64,
    pressure_mpa: f64,
    /// Centreline.
    pub line: Vec<Coord<f64>>,
}

/// The gas trunk line's course: from the west past 新塘 and 港口, under 赛城湖's southern arm, to the city.
const TRUNK: &[At] = &[
    (115.520, 29.655),
    (115.600, 29.672),
    (115.655, 29.655),
    (115.700, 29.661),
    (115.755, 29.666),
    (115.800, 29.664),
    (115.842, 29.651),
    (115.870, 29.664),
    (115.900, 29.672),
    (115.925, 29.680),
    (115.965, 29.690),
    (116.000, 29.690),
];

/// Where the second trunk line runs: southwards along the expressway.
const SOUTH_LINE: &[At] = &[
    (115.842, 29.651),
    (115.826, 29.622),
    (115.815, 29.580),
    (115.838, 29.545),
    (115.845, 29.500),
    (115.828, 29.430),
    (115.802, 29.350),
    (115.780, 29.270),
];

/// Gas branches: where to, the way there (round the lakes), outer diameter in millimetres.
const BRANCHES: &[(&str, &[At], f64)] = &[
    ("赤湖园区", &[(115.760, 29.692), (115.752, 29.722), (115.768, 29.742)], 273.0),
    ("城子园区", &[(115.742, 29.690), (115.747, 29.732), (115.748, 29.775), (115.722, 29.808)], 273.0),
    ("港口园区", &[(115.793, 29.690), (115.797, 29.702)], 219.1),
    ("狮子园区", &[(115.826, 29.610), (115.840, 29.586)], 273.0),
    ("新合园区", &[(115.790, 29.645)], 219.1),
    ("马回岭园区", &[(115.848, 29.440)], 219.1),
    ("涌泉门站", &[(115.690, 29.640), (115.680, 29.622)], 168.3),
    ("马回岭门站", &[(115.806, 29.438)], 168.3),
    ("永安门站", &[(115.902, 29.688), (115.888, 29.712), (115.878, 29.718)], 168.3),
    ("沙河门站", &[(115.872, 29.650), (115.872, 29.632)], 219.1),
];

/// Space kept free on both sides of a long-distance line, metres.
const STRIP: f64 = 30.0;

/// Lines that cross the country, and branches; they are drawn before anything is built.
pub(super) fn draw_long(board: Board, railways: &[Way], dice: &mut Dice) -> Vec<Pipe> {
    let course = |course: &[At]| smooth(&board.line(course), 250.0);
    let mut pipes = vec![
        long("赣北天然气干线", "natural_gas", (813.0, 10.0), course(TRUNK)),
        long("昌九天然气联络线", "natural_gas", (610.0, 6.3), course(SOUTH_LINE)),
    ];
    if let Some(railway) = railways.iter().find(|way| way.name == "京九铁路") {
        // West of the line, so well clear of the high-speed line that runs east of it for most of the way.
        let line = beside(&railway.line[railway.line.len() / 3..], -420.0);
        let spaced: Vec<_> = line.into_iter().step_by(6).collect();
        pipes.push(long("昌九成品油管道", "refined", (355.6, 8.0), smooth(&spaced, 250.0)));
    }
    let trunks: Vec<_> = pipes.iter().take(2).flat_map(|pipe| pipe.line.clone()).collect();
    for (name, course, diameter_mm) in BRANCHES {
        pipes.push(branch(name, &board.line(course), &trunks, *diameter_mm, dice));
    }
    pipes.push(depot_link(board, dice));
    pipes
}

/// Whether a long-distance line takes its strip of the ground.
pub(super) fn mark(ground: &mut Ground, pipes: &[Pipe]) {
    for pipe in pipes {
        ground.mark_line(&pipe.line, STRIP, CORRIDOR);
    }
}

fn long(name: &str, medium: &'static str, (diameter_mm, pressure_mpa): (f64, f64), line: Vec<Coord<f64>>) -> Pipe {
    Pipe { name: name.to_owned(), medium, regime: Some("long_distance"), diameter_mm, pressure_mpa, line }
}

/// A winding branch that leaves a trunk line where that is nearest; its regime is left out, as older ledgers do.
fn branch(name: &str, course: &[Coord<f64>], trunks: &[Coord<f64>], diameter_mm: f64, dice: &mut Dice) -> Pipe {
    let first = course[0];
    let from = trunks.iter().copied().min_by(|a, b| distance(*a, first).total_cmp(&distance(*b, first)));
    let points: Vec<_> = from.into_iter().chain(course.iter().copied()).collect();
    let line = smooth(&rough(&points, 1_600.0, 0.10, dice), 250.0);
    Pipe { regime: None, ..long(&format!("{name}天然气支线"), "natural_gas", (diameter_mm, 4.0), line) }
}

/// The oil depot's own line to the oil pipeline.
fn depot_link(board: Board, dice: &mut Dice) -> Pipe {
    let ends = board.line(&[(115.868, 29.640), (115.874, 29.628), (115.869, 29.610)]);
    long("油库支线", "refined", (219.1, 4.0), smooth(&rough(&ends, 600.0, 0.1, dice), 200.0))
}

/// Town gas mains along streets and roads, and lines inside the chemical parks; drawn when everything stands.
pub(super) fn draw_local(roads: &[Way], enterprises: &[Enterprise], count: usize, dice: &mut Dice) -> Vec<Pipe> {
    let mut pipes = Vec::new();
    let streets: Vec<_> = roads.iter().filter(|way| matches!(way.kind, "urban" | "county")).collect();
    for way in streets.iter().take(count / 2) {
        pipes.push(Pipe {
            name: format!("{}城镇燃气管", way.name),
            medium: "natural_gas",
            regime: Some("urban_gas"),
            diameter_mm: dice.pick(&[159.0, 219.1, 273.0]),
            pressure_mpa: dice.pick(&[0.2, 0.4, 0.8]),
            line: beside(&way.line, -(way.half_width + 2.5)),
        });
    }
    let chemical: Vec<_> =
        enterprises.iter().filter(|e| e.park.is_some_and(|park| park < 2) && e.hazardous()).collect();
    for pair in chemical.chunks_exact(2).take(count - pipes.len()) {
        let (from, to) = (pair[0].plot.centre, pair[1].plot.centre);
        let corner = Coord { x: to.x, y: from.y };
        pipes.push(Pipe {
            name: format!("{}物料管", pair[0].name),
            medium: dice.pick(&["chemical", "lpg", "chemical", "crude"]),
            regime: Some("in_plant"),
            diameter_mm: dice.pick(&[108.0, 159.0, 219.1]),
            pressure_mpa: dice.pick(&[0.6, 1.0, 1.6, 2.5]),
            line: vec![from, corner, to],
        });
    }
    pipes
}

/// The features of `pipelines`.
pub(super) fn features(board: Board, pipes: &[Pipe], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("pip");
    pipes
        .iter()
        .map(|pipe| {
            let geometry = board.geometry(LineString::new(pipe.line.clone()));
            let feature = SampleFeature::invented(ids.next(), &pipe.name, geometry)
                .with("medium", pipe.medium)
                .with_some("regime", pipe.regime);
            describe(feature, pipe.diameter_mm, pipe.pressure_mpa, dice).with("buried", pipe.regime != Some("in_plant"))
        })
        .collect()
}

/// Adds size and age; one line in ten does not tell its pressure.
pub(super) fn describe(feature: SampleFeature, diameter_mm: f64, pressure_mpa: f64, dice: &mut Dice) -> SampleFeature {
    feature
        .with("diameter_mm", diameter_mm)
        .with_some("pressure_mpa", dice.chance(0.9).then_some(pressure_mpa))
        .with("operator", "模拟管道运营单位")
        .with("year", dice.whole(1998, 2024))
}

/// The features of `pipeline_facilities`: valve rooms along the long lines, a station at each end of a branch.
pub(super) fn facilities(board: Board, ground: &mut Ground, pipes: &[Pipe], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("fac");
    let mut features = Vec::new();
    let mut place = |name: String, kind: &str, pipe: &Pipe, run: f64, side: f64, dice: &mut Dice| {
        let (on, ahead) = along(&pipe.line, run);
        let left = if dice.chance(0.5) { 1.0 } else { -1.0 };
        // Beside its own line; anything but water and what is built may be near.
        let spot = (0..60).find_map(|step| {
            let centre = super::board::moved(
                on,
                ahead,
                f64::from(step % 10) * 40.0,
                left * (70.0 + 25.0 * f64::from(step / 10)),
            );
            let area = plot(centre, ahead, side, side * 0.8);
            ground.claim(&area, 0.0, super::ground::WATER | CORRIDOR).then_some(area)
        });
        if let Some(area) = spot {
            features.push(SampleFeature::invented(ids.next(), &name, board.geometry(area)).with("kind", kind));
        }
    };
    for pipe in pipes.iter().filter(|pipe| matches!(pipe.regime, None | Some("long_distance"))) {
        let end = length(&pipe.line);
        for valve in 1..=(end / 8_000.0) as usize {
            let run = valve as f64 * 8_000.0 - 3_000.0;
            place(format!("{}{valve:02}号阀室", pipe.name), "valve_room", pipe, run, 32.0, dice);
        }
        if pipe.regime.is_none() {
            place(format!("{}分输站", pipe.name), "station", pipe, end * 0.9, 75.0, dice);
        }
    }
    for (pipe, kind, word) in pipes
        .iter()
        .zip([("vent", "放空立管"), ("gas_store", "储气设施"), ("loading", "装卸设施")])
        .map(|(pipe, (kind, word))| (pipe, kind, word))
    {
        place(format!("{}{word}", pipe.name), kind, pipe, length(&pipe.line) * 0.4, 40.0, dice);
    }
    features
}

/// Where the lines cross waters, as stretches over them: name, metres, line.
pub(super) fn crossings(pipes: &[Pipe], waters: &[Water]) -> Vec<(String, Vec<Coord<f64>>)> {
    use super::shapes::{BooleanOps, MultiLineString};
    let mut crossings = Vec::new();
    for pipe in pipes.iter().filter(|pipe| matches!(pipe.regime, None | Some("long_distance"))) {
        let line = MultiLineString(vec![LineString::new(pipe.line.clone())]);
        for water in waters {
            for part in water.area.clip(&line, false).0.into_iter().filter(|part| length(&part.0) > 20.0) {
                crossings.push((format!("{}{}穿越", pipe.name, water.name), part.0));
            }
        }
    }
    crossings
}
