//! A province-sized set, made with the district's hands: the same trades, risks, people and lines, over a grid of
//! invented townships. Each township is a function of the seed and its number, so the set is written as it is made.

use std::f64::consts::TAU;

use super::board::{Board, between, distance, heading, moved, polygon};
use super::curve::{blob, plot, ribbon, rough, smooth};
use super::feature::SampleFeature;
use super::random::Dice;
use super::shapes::{Coord, Geometry, LineString, Point};
use super::{SampleLayer, coverage, industry, people, pipes};
use crate::model::Layer;

/// Townships from west to east and from south to north.
const COLUMNS: usize = 40;
const ROWS: usize = 50;
/// A township is about this wide and high, metres.
const SIDE: f64 = 12_000.0;

const ENTERPRISES: usize = 1_000_000;
const ZONES: usize = 200_000;
const PIPELINES: usize = 30_000;
/// Places of a township in turn: every sixth is a residential zone, the others are enterprises.
const TURN: usize = 6;
/// Vertices of a pipeline, about; with the zones' this makes the set's 13.8 million.
const PIPELINE_VERTICES: f64 = 237.0;

/// Kinds of enterprise by share, as a province's ledger has them.
const KINDS: &[(f64, &str)] = &[
    (0.60, "factory"),
    (0.22, "warehouse"),
    (0.05, "chemical_plant"),
    (0.05, "fuel_station"),
    (0.04, "mine"),
    (0.02, "tank_farm"),
    (0.02, "lpg_station"),
];

/// All layers of the province for a seed.
pub(super) fn layers(seed: u64) -> Vec<SampleLayer> {
    let townships = COLUMNS * ROWS;
    let covered = [Layer::AdminUnits, Layer::Enterprises, Layer::Pipelines, Layer::ResidentialZones, Layer::Waters];
    let coverage = coverage::features(&covered, |_| extent(8_000.0));
    let units = std::iter::once(whole()).chain((0..townships).map(move |number| township(seed, number)));
    vec![
        SampleLayer::streamed(Layer::AdminUnits, townships as u64 + 1, units),
        SampleLayer::whole(Layer::Coverage, coverage),
        streamed(Layer::Enterprises, ENTERPRISES, move |town, numbers| enterprises(seed, town, numbers)),
        streamed(Layer::Pipelines, PIPELINES, move |town, numbers| pipelines(seed, town, numbers)),
        streamed(Layer::ResidentialZones, ZONES, move |town, numbers| zones(seed, town, numbers)),
        SampleLayer::whole(Layer::Waters, vec![river(seed)]),
    ]
}

/// Numbers of the features of one township within their layer.
type Numbers = std::ops::Range<usize>;

/// A layer made township by township.
fn streamed(
    layer: Layer,
    total: usize,
    make: impl Fn(usize, Numbers) -> Vec<SampleFeature> + Send + 'static,
) -> SampleLayer {
    let townships = COLUMNS * ROWS;
    // Weights without chance, so that a township's share is known without its neighbours' dice.
    let ends: Vec<usize> = (0..townships)
        .scan(0.0, |sum, town| {
            *sum += weight(town);
            Some(*sum)
        })
        .collect::<Vec<f64>>()
        .into_iter()
        .map(|sum| (sum / all_weights() * total as f64).round() as usize)
        .collect();
    let features = (0..townships).flat_map(move |town| {
        let first = if town == 0 { 0 } else { ends[town - 1] };
        make(town, first..ends[town])
    });
    SampleLayer::streamed(layer, total as u64, features)
}

/// How much stands in a township: one in thirteen is a town, one in ninety-one a city.
fn weight(town: usize) -> f64 {
    match town {
        town if town % 91 == 0 => 9.0,
        town if town % 13 == 0 => 3.0,
        town => 0.6 + 0.1 * (town % 7) as f64,
    }
}

fn all_weights() -> f64 {
    (0..COLUMNS * ROWS).map(weight).sum()
}

fn corner(column: f64, row: f64) -> Coord<f64> {
    Coord { x: (column - COLUMNS as f64 / 2.0) * SIDE, y: (row - ROWS as f64 / 2.0) * SIDE }
}

fn centre(town: usize) -> Coord<f64> {
    corner((town % COLUMNS) as f64 + 0.5, (town / COLUMNS) as f64 + 0.5)
}

/// The province's rectangle grown by some metres.
fn extent(margin: f64) -> Geometry<f64> {
    let (low, high) = (corner(0.0, 0.0), corner(COLUMNS as f64, ROWS as f64));
    let (low, high) = (moved(low, heading(0.0), -margin, -margin), moved(high, heading(0.0), margin, margin));
    let ring = vec![low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }];
    Board::PROVINCE.geometry(polygon(ring))
}

fn whole() -> SampleFeature {
    SampleFeature::invented("adm-0000".to_owned(), "省", extent(0.0)).with("code", "990000").with("level", "district")
}

fn township(seed: u64, number: usize) -> SampleFeature {
    let (column, row) = (number % COLUMNS, number / COLUMNS);
    let ring = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(east, north)| shaken(seed, column + east, row + north));
    let geometry = Board::PROVINCE.geometry(polygon(ring.to_vec()));
    SampleFeature::invented(format!("adm-{:04}", number + 1), &township_name(number), geometry)
        .with("code", format!("99{:04}{:03}", number / 100, number % 100))
        .with("level", "township")
        .with("parent", "990000")
        .with("responsible_person", format!("模拟乡级责任人{:04}", number + 1))
}

fn township_name(number: usize) -> String {
    format!("{:02}县{:02}镇", number / 20 + 1, number % 20 + 1)
}

/// A corner of the grid, moved a little where it lies inside, the same for all four townships that meet there.
fn shaken(seed: u64, column: usize, row: usize) -> Coord<f64> {
    let at = corner(column as f64, row as f64);
    if column == 0 || row == 0 || column == COLUMNS || row == ROWS {
        return at;
    }
    let mut dice = dice(seed, row * (COLUMNS + 1) + column, "corners");
    moved(at, heading(0.0), dice.scatter() * SIDE * 0.12, dice.scatter() * SIDE * 0.12)
}

fn dice(seed: u64, number: usize, purpose: &str) -> Dice {
    Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(number as u64), purpose)
}

/// Place `k` of `n` in a township, and how far around it is free (metres): a sunflower's seeds, dense in the middle.
fn seat(town: usize, k: usize, n: usize) -> (Coord<f64>, f64) {
    const GOLDEN_ANGLE: f64 = TAU * 0.381_966_011_250_105;
    const REACH: f64 = SIDE * 0.36;
    let scale = REACH / (n as f64).powf(0.6);
    let k = k as f64 + 1.0;
    let room = (TAU * scale * scale * 0.6 * k.powf(0.2)).sqrt();
    (moved(centre(town), heading(k * GOLDEN_ANGLE), scale * k.powf(0.6), 0.0), room)
}

/// Places in a township for its share of zones and enterprises together.
fn seats(town: usize) -> usize {
    (weight(town) / all_weights() * (ENTERPRISES + ZONES) as f64).ceil() as usize + 2 * TURN
}

fn enterprises(seed: u64, town: usize, numbers: Numbers) -> Vec<SampleFeature> {
    let mut dice = dice(seed, town, "enterprises");
    let (places, name) = (seats(town), township_name(town));
    let mut made = Vec::with_capacity(numbers.len());
    for (i, number) in numbers.enumerate() {
        // Every place but each sixth, which is a zone's.
        let (at, room) = seat(town, i + i / (TURN - 1) + 1, places);
        let kind = dice.weighted(KINDS);
        let geometry = if dice.chance(0.08) {
            let side = room * 0.55;
            Board::PROVINCE.geometry(plot(at, heading(dice.between(0.0, TAU)), side, side * dice.between(0.5, 0.9)))
        } else {
            Board::PROVINCE.geometry(Point(at))
        };
        let title = format!("{name}{}{:04}", industry::trade(kind, &mut dice), i + 1);
        let feature = SampleFeature::invented(format!("ent-{:07}", number + 1), &title, geometry);
        let feature = feature.with("township", format!("{}{name}", super::INVENTED_MARK));
        made.push(industry::describe(feature, kind, number + 1, &mut dice));
    }
    made
}

fn zones(seed: u64, town: usize, numbers: Numbers) -> Vec<SampleFeature> {
    let mut dice = dice(seed, town, "zones");
    let places = seats(town);
    let mut made = Vec::with_capacity(numbers.len());
    for (i, number) in numbers.enumerate() {
        let (at, room) = seat(town, i * TURN, places);
        let radius = room * 0.42;
        let area = blob(at, radius, 20 + dice.below(9), 0.2, &mut dice);
        let households = (radius * radius * 3e-4 * dice.between(10.0, 60.0)).ceil() as u64;
        let id = format!("res-{:06}", number + 1);
        let feature = SampleFeature::invented(id, &people::village_name(&mut dice), Board::PROVINCE.geometry(area));
        made.push(people::describe(feature, households, weight(town) > 2.0, &mut dice));
    }
    made
}

/// Lines from a township towards its neighbours.
fn pipelines(seed: u64, town: usize, numbers: Numbers) -> Vec<SampleFeature> {
    let mut dice = dice(seed, town, "pipelines");
    let mut end = |share: f64| {
        let near = moved(centre(town), heading(dice.between(0.0, TAU)), dice.between(0.0, SIDE * share), 0.0);
        let (low, high) = (corner(0.0, 0.0), corner(COLUMNS as f64, ROWS as f64));
        Coord { x: near.x.clamp(low.x, high.x), y: near.y.clamp(low.y, high.y) }
    };
    let ends: Vec<_> = numbers.clone().map(|_| (end(0.5), end(1.6))).collect();
    numbers
        .zip(ends)
        .map(|(number, (from, to))| {
            let bends = rough(&[from, between(from, to, 0.5), to], 900.0, 0.12, &mut dice);
            let line = smooth(&bends, (distance(from, to) / PIPELINE_VERTICES).max(5.0));
            let medium = dice.pick(&["natural_gas", "natural_gas", "refined", "crude", "chemical"]);
            let (diameter, pressure) = dice.pick(&[(813.0, 10.0), (508.0, 6.3), (273.0, 4.0), (168.3, 2.5)]);
            let geometry = Board::PROVINCE.geometry(LineString::new(line));
            let id = format!("pip-{:05}", number + 1);
            let name = format!("{}管线{:05}", township_name(town), number + 1);
            let feature = SampleFeature::invented(id, &name, geometry)
                .with("medium", medium)
                .with("regime", dice.pick(&["long_distance", "long_distance", "urban_gas"]));
            pipes::describe(feature, diameter, pressure, &mut dice)
        })
        .collect()
}

/// A great river along the northern edge, where no township is.
fn river(seed: u64) -> SampleFeature {
    let mut dice = Dice::new(seed, "river");
    let north = ROWS as f64 + 0.3;
    let bends: Vec<_> = (0..=COLUMNS)
        .map(|column| moved(corner(column as f64, north), heading(0.0), 0.0, dice.scatter() * 900.0))
        .collect();
    let area = ribbon(&smooth(&bends, 400.0), 600.0, 950.0, &mut dice);
    SampleFeature::invented("wat-0001".to_owned(), "大江", Board::PROVINCE.geometry(area))
        .with("kind", "yangtze_main")
        .with("bankline_source", "water_edge")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_the_townships_add_up() {
        let layer = streamed(Layer::Pipelines, 1_234, |_, numbers| {
            numbers.map(|n| SampleFeature::invented(n.to_string(), "x", Point::new(0.0, 0.0).into())).collect()
        });
        let ids: Vec<String> = layer.features.map(|feature| feature.id).collect();
        assert_eq!(ids, (0..1_234).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn seats_keep_their_distance() {
        let places = 900;
        let seats: Vec<_> = (0..places).map(|k| seat(5, k, places)).collect();
        for (i, (a, room_a)) in seats.iter().enumerate() {
            for (b, room_b) in &seats[i + 1..] {
                assert!(distance(*a, *b) > 0.42 * (room_a + room_b), "{}", distance(*a, *b) / (room_a + room_b));
            }
        }
    }

    #[test]
    fn a_township_is_the_same_whenever_it_is_made() {
        let once = zones(3, 91, 100..140);
        assert_eq!(once, zones(3, 91, 100..140));
        assert_ne!(once, zones(4, 91, 100..140));
        assert_eq!(once.len(), 40);
    }

    #[test]
    fn zones_and_enterprises_never_share_a_seat() {
        let zone_seats: Vec<_> = (0..500).map(|i| i * TURN).collect();
        assert!((0..2_000).map(|i| i + i / (TURN - 1) + 1).all(|seat| !zone_seats.contains(&seat)));
    }
}
