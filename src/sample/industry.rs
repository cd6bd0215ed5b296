//! Enterprises: parks full of plots, works scattered over the country, stations along the roads.

use super::board::{Board, heading, moved};
use super::curve::{along, length};
use super::feature::{Ids, SampleFeature};
use super::ground::{BEYOND, BUILT, CORRIDOR, Ground, PROTECTED, WATER};
use super::land::Land;
use super::quarter::{Pattern, Plot, plots};
use super::random::Dice;
use super::risk;
use super::shapes::Point;
use super::sketch::At;
use super::ways::Way;

/// How many enterprises a district gets.
pub(super) const ENTERPRISES: usize = 400;

/// An industrial cluster.
pub(super) struct Park {
    /// Short name, from the place.
    pub name: &'static str,
    at: At,
    /// Direction of its streets, radians from east.
    pub angle: f64,
    /// Half axes, metres.
    half: (f64, f64),
    count: usize,
    mix: &'static [(f64, &'static str)],
}

const CHEMICAL: &[(f64, &str)] = &[
    (0.42, "chemical_plant"),
    (0.30, "factory"),
    (0.14, "warehouse"),
    (0.08, "tank_farm"),
    (0.06, "hazchem_storage_mhs"),
];
const MIXED: &[(f64, &str)] = &[(0.74, "factory"), (0.18, "warehouse"), (0.08, "chemical_plant")];
const PORT: &[(f64, &str)] = &[(0.44, "factory"), (0.36, "warehouse"), (0.14, "tank_farm"), (0.06, "chemical_plant")];
const COUNTRY: &[(f64, &str)] = &[(0.72, "factory"), (0.20, "warehouse"), (0.08, "mine")];

/// The clusters. The first two are the chemical parks.
pub(super) const PARKS: &[Park] = &[
    Park { name: "赤湖", at: (115.782, 29.755), angle: 0.55, half: (1500.0, 1000.0), count: 66, mix: CHEMICAL },
    Park { name: "狮子", at: (115.852, 29.592), angle: 0.15, half: (1100.0, 750.0), count: 48, mix: CHEMICAL },
    Park { name: "城子", at: (115.705, 29.822), angle: -0.75, half: (1300.0, 620.0), count: 46, mix: PORT },
    Park { name: "港口", at: (115.800, 29.713), angle: 0.25, half: (1200.0, 800.0), count: 50, mix: MIXED },
    Park { name: "新合", at: (115.785, 29.632), angle: -0.10, half: (950.0, 620.0), count: 40, mix: MIXED },
    Park { name: "马回岭", at: (115.862, 29.437), angle: 0.85, half: (950.0, 600.0), count: 34, mix: MIXED },
];

const PARK_PATTERN: Pattern = Pattern { length: (90.0, 260.0), width: (100.0, 190.0), street: 30.0, lane: 14.0 };

/// Ground that no plant is put on.
const AVOID: u8 = WATER | CORRIDOR | PROTECTED;

/// How well a ledger knows where an enterprise is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Known {
    /// By its boundary.
    Boundary,
    /// By a point, with the radius that holds it where that is told (m).
    Point(Option<f64>),
}

/// One enterprise on the board.
#[derive(Debug)]
pub(super) struct Enterprise {
    /// Its id.
    pub id: String,
    /// Name without 模拟.
    pub name: String,
    /// The contract's word.
    pub kind: &'static str,
    /// Its land.
    pub plot: Plot,
    /// How the ledger knows where it is.
    pub known: Known,
    /// Index of its park in [`PARKS`].
    pub park: Option<usize>,
}

impl Enterprise {
    /// Whether it makes, keeps or sells dangerous substances.
    pub(super) fn hazardous(&self) -> bool {
        !matches!(self.kind, "factory" | "warehouse" | "mine")
    }
}

/// Places the enterprises.
pub(super) fn draw(board: Board, ground: &mut Ground, roads: &[Way], land: &Land, dice: &mut Dice) -> Vec<Enterprise> {
    let mut works = Works { ids: Ids::new("ent"), drawn: Vec::new() };
    for (index, park) in PARKS.iter().enumerate() {
        works.fill_park(board, ground, index, park, dice);
    }
    works.line_roads(ground, roads, dice);
    works.place_depots(board, ground, dice);
    works.scatter(board, ground, land, dice);
    works.drawn
}

struct Works {
    ids: Ids,
    drawn: Vec<Enterprise>,
}

impl Works {
    fn add(&mut self, name: String, kind: &'static str, plot: Plot, park: Option<usize>) {
        self.drawn.push(Enterprise { id: self.ids.next(), name, kind, plot, known: Known::Boundary, park });
    }

    fn fill_park(&mut self, board: Board, ground: &mut Ground, index: usize, park: &Park, dice: &mut Dice) {
        let plots = plots(board.place(park.at), park.angle, park.half, PARK_PATTERN, dice);
        let taken = ground.claim_quarter(plots.into_iter(), park.count, AVOID);
        for (number, plot) in taken.into_iter().enumerate() {
            let kind = dice.weighted(park.mix);
            let name = format!("{}{}{:02}号", park.name, trade(kind, dice), number + 1);
            self.add(name, kind, plot, Some(index));
        }
    }

    /// Filling stations and gas stations beside the main roads, each some kilometres after the last.
    fn line_roads(&mut self, ground: &mut Ground, roads: &[Way], dice: &mut Dice) {
        let mut kinds = vec![("fuel_station", "加油站"); 34];
        kinds.extend([("cng_lng_station", "加气站"); 4]);
        let mut kinds = kinds.into_iter();
        let main = |way: &&Way| matches!(way.kind, "national" | "provincial" | "county" | "urban");
        for way in roads.iter().filter(main) {
            let end = length(&way.line);
            let mut run = dice.between(500.0, 1500.0);
            while run < end {
                let plot = roadside(way, run, dice);
                if ground.claim(&plot.area(), 0.0, AVOID) {
                    let Some((kind, word)) = kinds.next() else { return };
                    self.add(format!("{}{word}{:02}", way.name, self.drawn.len()), kind, plot, None);
                    run += dice.between(3_200.0, 4_600.0);
                }
                run += 250.0;
            }
        }
    }

    /// The few places that store what burns: one oil depot, two gas stores, fireworks.
    fn place_depots(&mut self, board: Board, ground: &mut Ground, dice: &mut Dice) {
        const DEPOTS: &[(&str, &str, At, (f64, f64))] = &[
            ("oil_depot", "成品油库", (115.868, 29.640), (330.0, 240.0)),
            ("lpg_station", "液化石油气储配站", (115.800, 29.655), (150.0, 110.0)),
            ("lpg_station", "马回岭液化气站", (115.792, 29.462), (130.0, 90.0)),
            ("fireworks_store", "烟花爆竹仓库", (115.752, 29.598), (140.0, 110.0)),
        ];
        for (kind, name, at, (long, wide)) in DEPOTS {
            let plot = |centre, turn| Plot { centre, along: heading(turn), length: *long, width: *wide };
            let free = (0..400).find_map(|throw| {
                let away = 3.0 * f64::from(throw);
                let (dx, dy) = (dice.scatter() * away, dice.scatter() * away);
                let centre = moved(board.place(*at), heading(0.0), dx, dy);
                let plot = plot(centre, dice.between(0.0, 3.0));
                ground.claim(&plot.area(), 0.0, AVOID).then_some(plot)
            });
            if let Some(plot) = free {
                self.add((*name).to_owned(), kind, plot, None);
            }
        }
    }

    /// What is left of the number, over the whole reach: most in the district, some beyond; some only as points.
    fn scatter(&mut self, board: Board, ground: &mut Ground, land: &Land, dice: &mut Dice) {
        for _ in 0..40_000 {
            if self.drawn.len() >= ENTERPRISES {
                return;
            }
            let centre = board.place((dice.between(115.55, 116.31), dice.between(29.30, 29.91)));
            if ground.at(centre) & (AVOID | BUILT | BEYOND) != 0 {
                continue;
            }
            let unit = land.unit_at(centre);
            if unit.is_none() && dice.chance(0.75) {
                continue;
            }
            let kind = dice.weighted(COUNTRY);
            let length = if kind == "mine" { dice.between(220.0, 420.0) } else { dice.between(70.0, 170.0) };
            let along = heading(dice.between(0.0, 3.0));
            let plot = Plot { centre, along, length, width: length * dice.between(0.5, 0.9) };
            if ground.claim(&plot.area(), 10.0, AVOID) {
                let place = unit.map_or("邻区", |unit| unit.name);
                let name = format!("{place}{}{:03}", trade(kind, dice), self.drawn.len() + 1);
                let known = how_known(length, dice);
                self.drawn.push(Enterprise { id: self.ids.next(), name, kind, plot, known, park: None });
            }
        }
    }
}

/// Seven in ten by their boundary, the rest by a point, half of those with a radius.
fn how_known(length: f64, dice: &mut Dice) -> Known {
    if dice.chance(0.7) {
        return Known::Boundary;
    }
    Known::Point(dice.chance(0.5).then(|| (length * 0.75).round()))
}

/// The plot of a station: its long side along the road, clear of the verge.
fn roadside(way: &Way, run: f64, dice: &mut Dice) -> Plot {
    let (on, ahead) = along(&way.line, run);
    let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
    let (long, wide) = (dice.between(55.0, 80.0), dice.between(38.0, 52.0));
    let centre = moved(on, ahead, 0.0, side * (way.half_width + 85.0 + wide / 2.0));
    Plot { centre, along: ahead, length: long, width: wide }
}

/// What such a works is called. No word of it is a real firm's name.
pub(super) fn trade(kind: &str, dice: &mut Dice) -> &'static str {
    let words: &[&str] = match kind {
        "chemical_plant" => &["精细化工厂", "涂料厂", "助剂厂", "树脂厂", "医药中间体厂", "农药制剂厂"],
        "tank_farm" | "hazchem_storage_mhs" => &["化学品罐区", "溶剂储库"],
        "warehouse" => &["仓储库", "物流仓库", "冷链库"],
        "mine" => &["采石场", "石灰岩矿"],
        _ => &["纺织厂", "机械厂", "建材厂", "电子厂", "食品厂", "玻纤厂", "家具厂", "水泥制品厂", "粮油加工厂"],
    };
    dice.pick(words)
}

/// The branch of industry a kind belongs to.
fn industry(kind: &str) -> &'static str {
    match kind {
        "chemical_plant" => "化学原料和化学制品制造业",
        "tank_farm" | "warehouse" | "hazchem_storage_mhs" => "仓储业",
        "mine" => "非金属矿采选业",
        "factory" => "制造业",
        _ => "零售与燃气业",
    }
}

/// The features of `enterprises`.
pub(super) fn features(board: Board, land: &Land, enterprises: &[Enterprise], dice: &mut Dice) -> Vec<SampleFeature> {
    enterprises
        .iter()
        .enumerate()
        .map(|(i, enterprise)| {
            let (geometry, extent_m) = match enterprise.known {
                Known::Point(extent_m) => (board.geometry(Point(enterprise.plot.centre)), extent_m),
                Known::Boundary => (board.geometry(enterprise.plot.area()), None),
            };
            let township = land.unit_at(enterprise.plot.centre).map(|unit| unit.name);
            let feature = SampleFeature::invented(enterprise.id.clone(), &enterprise.name, geometry)
                .with_some("township", township)
                .with_some("extent_m", extent_m);
            describe(feature, enterprise.kind, i + 1, dice)
        })
        .collect()
}

/// Adds what the ledger says of an enterprise, its risk included.
pub(super) fn describe(feature: SampleFeature, kind: &str, number: usize, dice: &mut Dice) -> SampleFeature {
    let feature = feature.with("kind", kind).with("industry", industry(kind)).with("status", dice.weighted(STATUS));
    risk::describe(feature, kind, number, dice)
}

const STATUS: &[(f64, &str)] = &[(0.86, "operating"), (0.06, "construction"), (0.06, "suspended"), (0.02, "closed")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_trade_and_an_industry() {
        let mut dice = Dice::new(1, "trade");
        for kind in ["chemical_plant", "factory", "mine", "warehouse", "tank_farm", "oil_depot"] {
            assert!(!trade(kind, &mut dice).is_empty() && !industry(kind).is_empty());
        }
    }
}
