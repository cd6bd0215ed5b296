//! Where people are: housing round town centres and in villages, and the places that need protection among them.

use std::f64::consts::TAU;

use super::board::{Board, heading, moved};
use super::curve::blob;
use super::feature::{Ids, SampleFeature};
use super::ground::{CORRIDOR, Ground, PROTECTED, UNSURVEYED, WATER};
use super::quarter::{Pattern, Plot, plots};
use super::random::Dice;
use super::shapes::{Area, Coord, Point, Polygon};
use super::sketch;

/// How many residential zones a district gets.
pub(super) const ZONES: usize = 600;

/// Zones in towns; the rest are villages.
const TOWN_ZONES: f64 = 300.0;

const AVOID: u8 = WATER | CORRIDOR | PROTECTED | UNSURVEYED;

const TOWN_PATTERN: Pattern = Pattern { length: (110.0, 290.0), width: (100.0, 210.0), street: 26.0, lane: 16.0 };

/// A residential zone on the board.
#[derive(Debug)]
pub(super) struct Zone {
    name: String,
    area: Polygon<f64>,
    /// Its middle.
    pub centre: Coord<f64>,
    /// Households, rough.
    pub households: u64,
    /// In a town, not a village.
    pub urban: bool,
}

/// Places the housing: blocks in the towns, then hamlets about the villages.
pub(super) fn draw(board: Board, ground: &mut Ground, villages: &[Coord<f64>], dice: &mut Dice) -> Vec<Zone> {
    let mut zones = Vec::new();
    let shares: f64 = sketch::TOWNS.iter().map(|town| town.3).sum();
    for (name, at, radius, share) in sketch::TOWNS {
        let count = (TOWN_ZONES * share / shares).round() as usize;
        let half = (*radius, radius * 0.75);
        let blocks = plots(board.place(*at), dice.between(0.0, 1.5), half, TOWN_PATTERN, dice);
        // Every fifth block is left for a school, a market or a square.
        let homes: Vec<_> = blocks.into_iter().filter(|block| block.size() >= 10_000.0 && dice.chance(0.8)).collect();
        for (number, block) in ground.claim_quarter(homes.into_iter(), count, AVOID).into_iter().enumerate() {
            zones.push(Zone::new(format!("{name}小区{:02}", number + 1), block.area(), true, dice));
        }
    }
    hamlets(ground, villages, &mut zones, dice);
    zones
}

/// Hamlets round every village in turn until there are enough zones.
fn hamlets(ground: &mut Ground, villages: &[Coord<f64>], zones: &mut Vec<Zone>, dice: &mut Dice) {
    for round in 0..12 {
        for village in villages {
            if zones.len() >= ZONES {
                return;
            }
            let away = 160.0 + 130.0 * f64::from(round);
            let centre = moved(*village, heading(dice.between(0.0, TAU)), away * dice.between(0.5, 1.0), 0.0);
            let radius = dice.weighted(&[(0.5, 80.0), (0.33, 115.0), (0.14, 165.0), (0.03, 250.0)]);
            let area = blob(centre, radius, 9 + dice.below(5), 0.25, dice);
            if area.unsigned_area() >= 10_000.0 && ground.claim(&area, 10.0, AVOID) {
                zones.push(Zone::new(village_name(dice), area, false, dice));
            }
        }
    }
}

impl Zone {
    fn new(name: String, area: Polygon<f64>, urban: bool, dice: &mut Dice) -> Self {
        let hectares = area.unsigned_area() / 10_000.0;
        let per_hectare = if urban { dice.between(35.0, 130.0) } else { dice.between(6.0, 18.0) };
        let corners = area.exterior().coords().skip(1);
        let n = area.exterior().0.len() as f64 - 1.0;
        let centre =
            corners.fold(Coord { x: 0.0, y: 0.0 }, |sum, at| Coord { x: sum.x + at.x / n, y: sum.y + at.y / n });
        Self { name, area, centre, households: (hectares * per_hectare).round() as u64, urban }
    }
}

/// A village name put together from a surname and a landform.
pub(super) fn village_name(dice: &mut Dice) -> String {
    const SURNAMES: &[&str] =
        &["李", "王", "张", "陈", "刘", "黄", "吴", "徐", "周", "熊", "胡", "余", "罗", "蔡", "郭", "程", "石", "桂"];
    const LANDFORMS: &[&str] = &["湾", "畈", "垄", "庄", "铺", "岭", "坂", "墩", "咀", "村"];
    format!("{}家{}", dice.pick(SURNAMES), dice.pick(LANDFORMS))
}

/// The features of `residential_zones`. Some tell households only, some persons only, as ledgers do.
pub(super) fn zone_features(board: Board, zones: &[Zone], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("res");
    zones
        .iter()
        .map(|zone| {
            let feature = SampleFeature::invented(ids.next(), &zone.name, board.geometry(zone.area.clone()));
            describe(feature, zone.households, zone.urban, dice)
        })
        .collect()
}

/// Adds the people of a zone.
pub(super) fn describe(feature: SampleFeature, households: u64, urban: bool, dice: &mut Dice) -> SampleFeature {
    let persons = (households as f64 * dice.between(2.6, 3.6)).round() as u64;
    let told = dice.unit();
    let storeys = if urban { dice.whole(4, 26) } else { dice.whole(2, 4) };
    feature
        .with_some("households", (told < 0.94).then_some(households))
        .with_some("persons", (told > 0.12).then_some(persons))
        .with_some("max_storeys", dice.chance(0.8).then_some(storeys))
}

/// A kind of protection target: the contract's word, the Chinese one, how many, least and greatest persons, least and
/// greatest side of its ground (m), and whether only towns have it.
struct TargetKind(&'static str, &'static str, usize, (u64, u64), (f64, f64), bool);

const TARGET_KINDS: &[TargetKind] = &[
    TargetKind("school", "学校", 58, (120, 2600), (70.0, 190.0), false),
    TargetKind("kindergarten", "幼儿园", 42, (40, 360), (35.0, 70.0), false),
    TargetKind("market", "集贸市场", 26, (80, 1200), (40.0, 100.0), false),
    TargetKind("government", "办事中心", 20, (20, 300), (35.0, 90.0), true),
    TargetKind("nursing_home", "敬老院", 18, (30, 180), (40.0, 80.0), false),
    TargetKind("hospital", "卫生院", 17, (40, 900), (45.0, 130.0), false),
    TargetKind("hotel", "宾馆", 16, (60, 500), (30.0, 60.0), true),
    TargetKind("religious", "寺观", 12, (15, 120), (30.0, 60.0), false),
    TargetKind("shopping_mall", "商场", 10, (200, 3000), (50.0, 120.0), true),
    TargetKind("park", "公园", 9, (100, 1500), (90.0, 200.0), true),
    TargetKind("station", "客运站", 8, (100, 1800), (50.0, 110.0), true),
    TargetKind("library", "图书馆", 4, (40, 300), (40.0, 70.0), true),
    TargetKind("museum", "陈列馆", 4, (40, 300), (40.0, 70.0), true),
    TargetKind("stadium", "体育场", 3, (300, 6000), (120.0, 190.0), true),
    TargetKind("theatre", "影剧院", 3, (200, 900), (40.0, 70.0), true),
];

/// The features of `protection_targets`, each beside a zone; kinds of the towns beside town zones only.
pub(super) fn target_features(
    board: Board,
    ground: &mut Ground,
    zones: &[Zone],
    dice: &mut Dice,
) -> Vec<SampleFeature> {
    let mut ids = Ids::new("tgt");
    let mut features = Vec::new();
    for kind in TARGET_KINDS {
        let near: Vec<(f64, &Zone)> = zones
            .iter()
            .filter(|zone| zone.urban || !kind.5)
            .map(|zone| (60.0 + zone.households as f64, zone))
            .collect();
        for number in 1..=kind.2 {
            let plot = (0..400).find_map(|_| {
                let zone = dice.weighted(&near);
                beside(ground, zone, kind, dice)
            });
            if let Some(plot) = plot {
                features.push(target(board, ids.next(), kind, number, &plot, dice));
            }
        }
    }
    features
}

/// Free ground near a zone, found by throwing.
fn beside(ground: &mut Ground, zone: &Zone, kind: &TargetKind, dice: &mut Dice) -> Option<Plot> {
    let (low, high) = kind.4;
    let length = dice.between(low, high);
    let away = dice.between(80.0, 420.0);
    let centre = moved(zone.centre, heading(dice.between(0.0, TAU)), away, 0.0);
    let plot = Plot { centre, along: heading(dice.between(0.0, 3.0)), length, width: length * dice.between(0.6, 0.95) };
    ground.claim(&plot.area(), 0.0, AVOID).then_some(plot)
}

fn target(board: Board, id: String, kind: &TargetKind, number: usize, plot: &Plot, dice: &mut Dice) -> SampleFeature {
    let as_point = dice.chance(0.25);
    let geometry = if as_point { board.geometry(Point(plot.centre)) } else { board.geometry(plot.area()) };
    let extent = (as_point && dice.chance(0.6)).then(|| (plot.length * 0.7).ceil());
    // The larger the ground, the more people, with some play.
    let size = (plot.length - kind.4.0) / (kind.4.1 - kind.4.0) * dice.between(0.6, 1.0);
    let persons = kind.3.0 + ((kind.3.1 - kind.3.0) as f64 * size) as u64;
    let beds = matches!(kind.0, "hospital" | "nursing_home").then(|| (persons as f64 * 0.6).ceil() as u64);
    let floor_area = dice.chance(0.6).then(|| (plot.size() * dice.between(0.5, 1.8)).round());
    SampleFeature::invented(id, &format!("{}{number:02}", kind.1), geometry)
        .with("kind", kind.0)
        .with_some("persons", dice.chance(0.92).then_some(persons))
        .with_some("beds", beds)
        .with_some("floor_area_m2", floor_area)
        .with_some("target_class", dice.chance(0.4).then(|| class(kind.0, persons)))
        .with_some("extent_m", extent)
}

/// A class that a ledger might give; most targets come without one.
fn class(kind: &str, persons: u64) -> &'static str {
    match kind {
        "school" | "kindergarten" | "hospital" | "nursing_home" => "high",
        "stadium" | "station" | "museum" | "library" => "important",
        _ if persons >= 300 => "general_1",
        _ if persons >= 100 => "general_2",
        _ => "general_3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_add_up_to_the_number_of_targets() {
        assert_eq!(TARGET_KINDS.iter().map(|kind| kind.2).sum::<usize>(), 250);
    }

    #[test]
    fn a_zone_always_tells_households_or_persons() {
        let mut dice = Dice::new(1, "people");
        for n in 0..500 {
            let blank = SampleFeature::invented("res-1".into(), "x", Point::new(0.0, 0.0).into());
            let zone = describe(blank, n, true, &mut dice);
            assert!(zone.property("households").or(zone.property("persons")).is_some());
        }
    }
}
