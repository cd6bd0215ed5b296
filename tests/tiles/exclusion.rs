//! The exclusion map against the check it comes from: at random places, both say the same.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::json;
use sisetu::atlas::Edition;
use sisetu::geom::algorithm::{Distance, Euclidean};
use sisetu::geom::{Coord, LineString, Point, Polygon};
use sisetu::model::{Kinds, Layer, Verdict};
use sisetu::rules::RuleBook;
use sisetu::siting::{Asked, check, request};
use sisetu::tile::{Exclusion, TileCoord};

use super::decode::{Feature, layer_of};
use super::scene::{edition_without, sample, tile_at};

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| RuleBook::shipped().unwrap());
const DAY: Date = date(2026, 11, 24);
/// Grid units of a tile in one of its 256 pixels.
const PIXEL: f64 = 4096.0 / 256.0;
/// Where the places are: the sample district and a rim around it.
const AROUND: [f64; 4] = [115.45, 29.30, 116.10, 29.90];
/// How many places are tried for each kind; `SISETU_EXCLUSION_POINTS` sets another number.
const PLACES: usize = 1_300;
const KINDS: [&str; 8] = [
    "chem_project",
    "lpg_station",
    "school",
    "residential",
    "tailings_pond",
    "oil_depot",
    "quarry_mine",
    "building_any",
];

struct Random(u64);

impl Random {
    /// A number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }
}

fn exclusion(kind: &str, as_of: Date) -> Exclusion<'static> {
    Exclusion { kind: Kinds::shipped().find(kind).unwrap(), book: &BOOK, as_of }
}

fn drawn(edition: &Edition, kind: &str, z: u8, (x, y): (u32, u32)) -> Vec<Feature> {
    let bytes = exclusion(kind, DAY).render(edition, TileCoord::new(z, x, y).unwrap()).unwrap();
    layer_of(&bytes, "exclusion")
}

fn verdict(edition: &Edition, kind: &str, lon: f64, lat: f64) -> Verdict {
    let body = json!({"type": "Point", "coordinates": [lon, lat]});
    let asked = Asked { kind: Some(kind.to_owned()), today: DAY, ..Asked::default() };
    let request = request::parse(&body, &asked).unwrap();
    check(&edition.snapshot, &BOOK, &request, Timestamp::UNIX_EPOCH).verdict
}

/// The status that the check gives a place, as the tiles spell it.
fn by_check(edition: &Edition, kind: &str, lon: f64, lat: f64) -> &'static str {
    match verdict(edition, kind, lon, lat) {
        Verdict::Veto => "veto",
        Verdict::Fail => "fail",
        Verdict::Undetermined => "undetermined",
        Verdict::Review | Verdict::Pass => "",
    }
}

/// A place in units of a tile.
fn in_tile(z: u8, (x, y): (u32, u32), lon: f64, lat: f64) -> Coord {
    let count = f64::from(1u32 << z);
    let row = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * count;
    Coord { x: ((lon + 180.0) / 360.0 * count - f64::from(x)) * 4096.0, y: (row - f64::from(y)) * 4096.0 }
}

/// Every status whose areas cover a place, and the distance from the nearest edge of any of them, in pixels.
fn by_tile(areas: &[(String, Vec<Polygon>)], place: Coord) -> (Vec<&str>, f64) {
    use sisetu::geom::algorithm::Contains;
    let place = Point::from(place);
    let covering = areas.iter().filter(|(_, area)| area.iter().any(|polygon| polygon.contains(&place)));
    let mut statuses: Vec<&str> = covering.map(|(status, _)| status.as_str()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let rings = areas.iter().flat_map(|(_, area)| area).flat_map(|polygon| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).collect::<Vec<&LineString>>()
    });
    let edge = rings.map(|ring| Euclidean.distance(&place, ring)).fold(f64::MAX, f64::min);
    (statuses, edge / PIXEL)
}

/// How many places agreed, and how many could not be told apart at an edge.
#[derive(Debug, Default)]
struct Count {
    agreed: BTreeMap<String, usize>,
    at_an_edge: usize,
    wrong: Vec<String>,
}

impl Count {
    fn tried(&self) -> usize {
        self.agreed.values().sum::<usize>() + self.at_an_edge + self.wrong.len()
    }
}

/// Tries places in the tiles of a zoom. They are drawn in a few tiles at random, so that each tile serves many.
fn agreement(edition: &Edition, kind: &str, z: u8, places: usize, seed: u64) -> Count {
    let mut random = Random(seed);
    let mut count = Count::default();
    let [west, south, east, north] = AROUND;
    let in_a_tile = (places / 40).max(1);
    while count.tried() < places {
        let tile = tile_at(z, random.between(west, east), random.between(south, north));
        let features = drawn(edition, kind, z, tile);
        let areas: Vec<(String, Vec<Polygon>)> = features
            .iter()
            .map(|one| (one.properties["status"].as_str().unwrap().to_owned(), one.polygons()))
            .collect();
        for _ in 0..in_a_tile {
            let (lon, lat) = place_in(z, tile, &mut random);
            let said = by_check(edition, kind, lon, lat);
            let (covering, edge) = by_tile(&areas, in_tile(z, tile, lon, lat));
            let agrees = if said.is_empty() { covering.is_empty() } else { covering == [said] };
            if agrees {
                *count.agreed.entry(said.to_owned()).or_default() += 1;
            } else if edge <= 1.0 {
                count.at_an_edge += 1;
            } else {
                count
                    .wrong
                    .push(format!("{kind} at {lon}, {lat}: {said:?}, but {covering:?} {edge:.2} px from an edge"));
            }
        }
    }
    count
}

fn place_in(z: u8, (x, y): (u32, u32), random: &mut Random) -> (f64, f64) {
    let count = f64::from(1u32 << z);
    let lon = (f64::from(x) + random.next()) / count * 360.0 - 180.0;
    let row = (f64::from(y) + random.next()) / count;
    (lon, (std::f64::consts::PI * (1.0 - 2.0 * row)).sinh().atan().to_degrees())
}

fn places() -> usize {
    std::env::var("SISETU_EXCLUSION_POINTS").ok().and_then(|number| number.parse().ok()).unwrap_or(PLACES)
}

#[test]
fn ten_thousand_places_are_judged_alike_by_the_map_and_by_the_check() {
    let (mut tried, mut at_an_edge, mut wrong) = (0, 0, Vec::new());
    for (seed, kind) in (1..).zip(KINDS) {
        let count = agreement(sample(), kind, 14, places(), seed);
        println!(
            "{kind}: {:?}, {} within a pixel of an edge, {} wrong",
            count.agreed,
            count.at_an_edge,
            count.wrong.len()
        );
        tried += count.tried();
        at_an_edge += count.at_an_edge;
        wrong.extend(count.wrong);
    }
    println!("{tried} places, {at_an_edge} within a pixel of an edge, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} of {tried}: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    assert!(at_an_edge * 50 < tried, "{at_an_edge} of {tried} at an edge");
    assert!(tried >= 10_000 || places() != PLACES);
}
