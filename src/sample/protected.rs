//! Areas protected by law: water source, reserves, wetland, hills, farmland, the airport's clearway. All invented but
//! for the hills and lakes they follow.

use super::board::{Board, heading, polygon};
use super::curve::{blob, circle, plot, rough_ring, smooth_ring};
use super::feature::{Ids, SampleFeature};
use super::ground::{CORRIDOR, Ground, PROTECTED, WATER};
use super::random::Dice;
use super::shapes::{BooleanOps, Buffer, Coord, MultiPolygon, Polygon};
use super::sketch::At;
use super::waters::Water;

/// A protected area on the board.
#[derive(Debug)]
pub(super) struct Protected {
    name: String,
    kind: &'static str,
    zone: Option<&'static str>,
    area: MultiPolygon<f64>,
    /// Whether new building keeps out of it.
    pub closed: bool,
}

/// The hills, roughly: name, kind, whether nothing is built there, outline.
const HILLS: &[(&str, &str, bool, &[At])] = &[
    (
        "庐山西麓生态保护红线",
        "ecological_redline",
        true,
        &[
            (115.888, 29.518),
            (115.925, 29.500),
            (115.958, 29.530),
            (115.952, 29.566),
            (115.922, 29.580),
            (115.896, 29.562),
        ],
    ),
    (
        "岷山生态保护红线",
        "ecological_redline",
        true,
        &[
            (115.728, 29.532),
            (115.758, 29.512),
            (115.768, 29.528),
            (115.762, 29.560),
            (115.738, 29.580),
            (115.718, 29.566),
        ],
    ),
    (
        "涌泉山地生态保护红线",
        "ecological_redline",
        true,
        &[(115.668, 29.562), (115.700, 29.552), (115.706, 29.576), (115.684, 29.590), (115.666, 29.582)],
    ),
    (
        "庐山山麓风景区",
        "scenic",
        true,
        &[
            (115.930, 29.498),
            (115.985, 29.490),
            (115.992, 29.560),
            (115.968, 29.590),
            (115.955, 29.566),
            (115.962, 29.530),
        ],
    ),
];

/// Reserves drawn as rings about a middle: name, kind, place, outer radii in metres with the zone each one ends.
type Rings = (&'static str, &'static str, At, &'static [(f64, Option<&'static str>)]);
const RESERVES: &[Rings] = &[
    (
        "赤湖候鸟自然保护区",
        "nature_reserve",
        (115.699, 29.776),
        &[(1100.0, Some("core")), (1700.0, Some("buffer")), (2500.0, Some("experimental"))],
    ),
    (
        "东林自然保护区",
        "nature_reserve",
        (115.868, 29.476),
        &[(600.0, Some("core_protection")), (1250.0, Some("general_control"))],
    ),
];

/// The drinking-water intake on the Yangtze bank.
const INTAKE: At = (115.835, 29.7545);
const SOURCE_RINGS: &[(f64, &str, &str)] =
    &[(500.0, "water_source_1", "一级"), (1600.0, "water_source_2", "二级"), (3000.0, "water_source_quasi", "准")];

/// The areas that are there before anything is built.
pub(super) fn draw(board: Board, waters: &[Water]) -> Vec<Protected> {
    let mut dice = Dice::new(0, "protected");
    let mut areas = Vec::new();
    for (name, kind, closed, outline) in HILLS {
        let spurs = rough_ring(&board.line(outline), 600.0, 0.22, &mut dice);
        areas.push(Protected::new(name, kind, None, polygon(smooth_ring(&spurs, 150.0)), *closed));
    }
    for (name, kind, at, rings) in RESERVES {
        for (area, zone) in nested(board.place(*at), rings, &mut dice) {
            areas.push(Protected::new(&zoned_name(name, zone), kind, zone, area, true));
        }
    }
    let rings: Vec<_> = SOURCE_RINGS.iter().map(|(radius, kind, _)| (*radius, Some(*kind))).collect();
    let parts = nested(board.place(INTAKE), &rings, &mut dice);
    for ((area, _), (_, kind, word)) in parts.into_iter().zip(SOURCE_RINGS) {
        let name = format!("永安饮用水水源{word}保护区");
        areas.push(Protected::new(&name, kind, None, area, *kind == "water_source_1"));
    }
    areas.extend(shores(waters));
    areas.push(clearway(board));
    areas
}

impl Protected {
    fn new(
        name: &str,
        kind: &'static str,
        zone: Option<&'static str>,
        area: impl Into<MultiPolygon<f64>>,
        closed: bool,
    ) -> Self {
        Self { name: name.to_owned(), kind, zone, area: area.into(), closed }
    }
}

fn zoned_name(name: &str, zone: Option<&str>) -> String {
    let word = match zone {
        Some("core") => "核心区",
        Some("buffer") => "缓冲区",
        Some("experimental") => "实验区",
        Some("core_protection") => "核心保护区",
        Some("general_control") => "一般控制区",
        _ => "",
    };
    format!("{name}{word}")
}

/// An uneven disc and rings about it, each with its zone; no two overlap.
fn nested<'a>(
    centre: Coord<f64>,
    rings: &[(f64, Option<&'a str>)],
    dice: &mut Dice,
) -> Vec<(MultiPolygon<f64>, Option<&'a str>)> {
    let mut within = MultiPolygon(Vec::new());
    let mut parts = Vec::new();
    for (radius, zone) in rings {
        let edge = blob(centre, *radius, 9, 0.22, dice);
        let corners = &edge.exterior().0[..edge.exterior().0.len() - 1];
        let disc = MultiPolygon::from(polygon(smooth_ring(corners, radius / 6.0)));
        parts.push((disc.difference(&within), *zone));
        within = within.union(&disc);
    }
    parts
}

/// Strips along lakes: the managed shore of one, a wetland about another.
fn shores(waters: &[Water]) -> Vec<Protected> {
    let strip = |name: &str, width: f64| {
        let lake = waters.iter().find(|water| water.name == name)?;
        Some(lake.area.buffer(width).difference(&lake.area))
    };
    let managed = strip("八里湖", 120.0)
        .map(|area| Protected::new("八里湖岸线管理范围", "river_lake_management", None, area, true));
    let wetland = waters
        .iter()
        .find(|water| water.name == "赛城湖")
        .map(|lake| Protected::new("赛城湖湿地", "wetland", None, lake.area.buffer(180.0), true));
    managed.into_iter().chain(wetland).collect()
}

/// The clearway of an invented airfield: a long strip with its ends rounded by the drawing of a wide plot.
fn clearway(board: Board) -> Protected {
    let strip = plot(board.place((115.800, 29.480)), heading(1.25), 9_000.0, 2_400.0);
    Protected::new("机场净空保护区", "airport_clearway", None, strip, false)
}

/// Keeps building out of the areas that are closed to it.
pub(super) fn mark(ground: &mut Ground, areas: &[Protected]) {
    for part in areas.iter().filter(|area| area.closed).flat_map(|area| &area.area.0) {
        ground.mark_area(part, 0.0, PROTECTED);
    }
}

/// What fills free ground once everything stands: farmland, a drill ground, an old grave site.
pub(super) fn leftovers(board: Board, ground: &mut Ground, dice: &mut Dice) -> Vec<Protected> {
    let mut fields = Vec::new();
    for _ in 0..3_000 {
        if fields.len() == 60 {
            break;
        }
        let centre = board.place((dice.between(115.63, 115.92), dice.between(29.36, 29.82)));
        let area = blob(centre, dice.between(220.0, 520.0), 10, 0.3, dice);
        if ground.claim(&area, 0.0, WATER | CORRIDOR | PROTECTED) {
            let name = format!("永久基本农田{:02}", fields.len() + 1);
            fields.push(Protected::new(&name, "prime_farmland", None, area, false));
        }
    }
    let mut single = |name: &str, kind, at, area: fn(Coord<f64>) -> Polygon<f64>| {
        let centre = board.place(at);
        fields.push(Protected::new(name, kind, None, area(centre), false));
    };
    single("训练场军事管理区", "military", (115.760, 29.575), |at| plot(at, heading(0.5), 700.0, 420.0));
    single("古墓群保护范围", "heritage", (115.846, 29.562), |at| circle(at, 160.0, 24));
    single("岷山水库大坝保护范围", "dam", (115.7785, 29.512), |at| plot(at, heading(1.4), 320.0, 90.0));
    fields
}

/// The features of `protected_areas`.
pub(super) fn features(board: Board, areas: &[Protected]) -> Vec<SampleFeature> {
    let mut ids = Ids::new("pro");
    areas
        .iter()
        .map(|area| {
            SampleFeature::invented(ids.next(), &area.name, board.geometry(area.area.clone()))
                .with("kind", area.kind)
                .with_some("zone", area.zone)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::shapes::Area;
    use super::super::waters;
    use super::*;

    #[test]
    fn the_zones_of_a_reserve_do_not_overlap() {
        let parts = nested(Coord { x: 0.0, y: 0.0 }, RESERVES[0].3, &mut Dice::new(1, "rings"));
        for (i, (a, _)) in parts.iter().enumerate() {
            for (b, _) in &parts[i + 1..] {
                assert!(a.intersection(b).unsigned_area() < 1.0);
            }
        }
    }

    #[test]
    fn old_and_new_zone_words_both_occur() {
        let areas = draw(Board::DISTRICT, &waters::draw(Board::DISTRICT));
        for zone in ["core", "buffer", "experimental", "core_protection", "general_control"] {
            assert!(areas.iter().any(|area| area.zone == Some(zone)), "{zone}");
        }
    }
}
