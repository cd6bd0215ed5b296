//! The registers that an emergency bureau keeps beside the plants: dangerous goods on their way, lifelines, hidden dangers.

use super::SampleFeature;
use super::board::Board;
use super::curve::beside;
use super::feature::Ids;
use super::industry::Enterprise;
use super::land::Land;
use super::random::Dice;
use super::shapes::{LineString, Point};
use super::ways::{self, Way};

/// Roads on which dangerous goods are carried: the road, where on it the route begins and ends (m).
const ROUTES: &[(&str, f64, f64)] = &[
    ("九瑞公路", 0.0, 14_000.0),
    ("沿江公路", 2_000.0, 12_000.0),
    ("赤湖大道", 0.0, 6_000.0),
    ("G105", 4_000.0, 22_000.0),
    ("港城公路", 0.0, 7_000.0),
];

/// Lifelines beside a road: the road, from, to, how far left of its middle (m), kind, name, who runs it.
const BESIDE_ROADS: &[(&str, f64, f64, f64, &str, &str, &str)] = &[
    ("G105", 9_000.0, 17_000.0, 22.0, "water", "沙河供水主管", "区自来水公司"),
    ("沙狮路", 0.0, 6_000.0, 16.0, "water", "狮子供水支管", "区自来水公司"),
    ("浔南大道", 0.0, 5_000.0, 24.0, "drainage", "浔南排水干渠", "区住建局排水所"),
    ("赤湖大道", 0.0, 5_000.0, 22.0, "gas", "赤湖中压燃气管", "区燃气公司"),
    ("港城公路", 0.0, 6_000.0, 18.0, "gas", "港城中压燃气管", "区燃气公司"),
    ("九瑞公路", 2_000.0, 11_000.0, 26.0, "telecom", "九瑞干线光缆", "通信公司"),
    ("沿江公路", 0.0, 9_000.0, -20.0, "flood_control", "永安堤", "区水利局"),
    ("城港公路", 0.0, 5_000.0, -18.0, "flood_control", "城子堤", "区水利局"),
];

/// Hidden dangers that inspections usually find, and what is to be done.
const FOUND: &[(&str, &str)] = &[
    ("可燃气体报警器失效", "更换并标定报警器"),
    ("储罐液位联锁未投用", "恢复联锁并验收"),
    ("安全间距内堆放可燃物", "清运并划线管理"),
    ("消防通道被占用", "清理通道并设标识"),
    ("特种作业人员无证上岗", "停岗培训取证"),
    ("防雷接地检测过期", "委托检测并整改"),
    ("应急预案未修订", "修订备案并演练"),
];

/// How many hidden dangers are on record.
const DANGERS: usize = 48;

/// Who keeps a register's entry in order.
fn kept(feature: SampleFeature, number: usize, regulator: &str, committee: &str) -> SampleFeature {
    feature
        .with("responsible_person", format!("模拟责任人{number:03}"))
        .with("regulator", regulator)
        .with("committee", committee)
}

/// The features of `hazardous_goods`: stores and loading places at dangerous plants, routes along main roads.
pub(super) fn goods(board: Board, land: &Land, plants: &[Enterprise], roads: &[Way]) -> Vec<SampleFeature> {
    let mut ids = Ids::new("haz");
    let mut features = Vec::new();
    let holds = |plant: &&Enterprise| matches!(plant.kind, "tank_farm" | "hazchem_storage_mhs" | "oil_depot");
    for (number, plant) in plants.iter().filter(holds).enumerate() {
        let (kind, word) = if number % 2 == 0 { ("storage", "储存场所") } else { ("loading_point", "装卸点") };
        let place = board.geometry(Point(plant.plot.centre));
        let feature = SampleFeature::invented(ids.next(), &format!("{}{word}", plant.name), place)
            .with("kind", kind)
            .with("enterprise_id", plant.id.clone())
            .with("status", "operating")
            .with_some("township", land.unit_at(plant.plot.centre).map(|unit| unit.name));
        features.push(kept(feature, number + 1, "区应急管理局", "危险物品"));
    }
    for (road, from, to) in ROUTES {
        let line = ways::stretch_of(roads, road, *from, *to);
        if line.len() > 1 {
            let shape = board.geometry(LineString::new(line));
            let feature = SampleFeature::invented(ids.next(), &format!("{road}危险货物运输通道"), shape)
                .with("kind", "transport_route")
                .with("status", "operating");
            let number = features.len() + 1;
            features.push(kept(feature, number, "区交通运输局", "道路交通"));
        }
    }
    features
}

/// The features of `lifelines`; every third has a level by its owner's own assessment.
pub(super) fn lifelines(board: Board, roads: &[Way], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("lif");
    let mut features = Vec::new();
    for (road, from, to, left, kind, name, operator) in BESIDE_ROADS {
        let line = beside(&ways::stretch_of(roads, road, *from, *to), *left);
        if line.len() < 2 {
            continue;
        }
        let number = features.len();
        let level = (number % 3 == 0).then(|| dice.weighted(&[(0.3, 2), (0.4, 3), (0.3, 4)]));
        let feature = SampleFeature::invented(ids.next(), name, board.geometry(LineString::new(line)))
            .with("kind", *kind)
            .with("operator", format!("模拟{operator}"))
            .with("year", dice.whole(1998, 2024))
            .with("status", "operating")
            .with_some("risk_level", level);
        features.push(kept(feature, number + 1, "区住建局", "城市运行"));
    }
    features
}

/// The features of `hidden_dangers`: most closed, some open, a few of them major.
pub(super) fn dangers(board: Board, land: &Land, plants: &[Enterprise], dice: &mut Dice) -> Vec<SampleFeature> {
    let mut ids = Ids::new("dan");
    let mut features = Vec::new();
    let dangerous: Vec<&Enterprise> = plants.iter().filter(|plant| plant.hazardous()).collect();
    for number in 0..DANGERS.min(dangerous.len()) {
        let plant = dangerous[number * dangerous.len() / DANGERS.min(dangerous.len())];
        let (what, measures) = dice.pick(FOUND);
        let (major, closed) = (number % 12 == 5, dice.chance(0.6) && number % 24 != 5);
        let month = dice.whole(3, 10);
        let feature = SampleFeature::invented(
            ids.next(),
            &format!("{}{what}", plant.name),
            board.geometry(Point(plant.plot.centre)),
        )
        .with("grade", if major { "major" } else { "general" })
        .with("of", plant.id.clone())
        .with("found_on", format!("2026-{month:02}-{:02}", dice.whole(1, 28)))
        .with("found_by", "模拟检查组")
        .with("measures", measures)
        .with("deadline", format!("2026-{:02}-{:02}", month + 2, dice.whole(1, 28)))
        .with_some("supervision", major.then_some("district"))
        .with_some("closed_on", closed.then(|| format!("2026-{:02}-{:02}", month + 1, dice.whole(1, 28))))
        .with_some("closed_by", closed.then_some("模拟验收人"))
        .with_some("closure_document", closed.then(|| format!("模拟销号〔2026〕{:03}号", number + 1)))
        .with_some("township", land.unit_at(plant.plot.centre).map(|unit| unit.name));
        features.push(kept(feature, number + 1, "区应急管理局", "危险物品"));
    }
    features
}
