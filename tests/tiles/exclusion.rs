//! The exclusion map against the check it comes from: at random places, both say the same.
//!
//! `SISETU_EXCLUSION_POINTS=1300 cargo test --release --test suite tiles::exclusion -- --nocapture` tries more than ten
//! thousand places in the sample district and counts them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sisetu::atlas::Edition;
use sisetu::geom::algorithm::{Contains, Distance, Euclidean};
use sisetu::geom::{Coord, Point, Polygon};
use sisetu::model::{Change, Kinds, Layer, Verdict};
use sisetu::rules::RuleBook;
use sisetu::siting::{Asked, check, request};
use sisetu::tile::{Exclusion, TileCoord};

use super::decode::{Feature, layer_of};
use super::scene::{after, edition, edition_without, feature, sample, tile_at};

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| RuleBook::shipped().unwrap());
const DAY: Date = date(2026, 11, 24);
/// Grid units of a tile in one of its 256 pixels.
const PIXEL: f64 = 4096.0 / 256.0;
/// Where the places are: the sample district and a rim around it.
const AROUND: [f64; 4] = [115.45, 29.30, 116.10, 29.90];
/// How many places are tried for each kind, unless `SISETU_EXCLUSION_POINTS` says otherwise.
const PLACES: usize = 30;
/// In how many tiles.
const TILES: usize = 6;
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

    fn one_of(&mut self, values: Value) -> Value {
        let values = values.as_array().unwrap();
        values[(self.next() * values.len() as f64) as usize].clone()
    }
}

fn exclusion<'a>(kind: &str, book: &'a RuleBook) -> Exclusion<'a> {
    Exclusion { kind: Kinds::shipped().find(kind).unwrap(), book, as_of: DAY }
}

fn coord(z: u8, (x, y): (u32, u32)) -> TileCoord {
    TileCoord::new(z, x, y).unwrap()
}

fn drawn(edition: &Edition, book: &RuleBook, kind: &str, z: u8, tile: (u32, u32)) -> Vec<Feature> {
    layer_of(&exclusion(kind, book).render(edition, coord(z, tile)).unwrap(), "exclusion")
}

/// The status that the check gives a place, as the tiles spell it.
fn by_check(edition: &Edition, book: &RuleBook, kind: &str, lon: f64, lat: f64) -> &'static str {
    let body = json!({"type": "Point", "coordinates": [lon, lat]});
    let asked = Asked { kind: Some(kind.to_owned()), today: DAY, ..Asked::default() };
    let request = request::parse(&body, &asked).unwrap();
    match check(&edition.snapshot, book, &request, Timestamp::UNIX_EPOCH).verdict {
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

/// Every status whose areas cover a place, and how far the nearest edge of any area is, in pixels.
fn by_tile(areas: &[(String, Vec<Polygon>)], place: Coord) -> (Vec<&str>, f64) {
    let place = Point::from(place);
    let covering = areas.iter().filter(|(_, area)| area.iter().any(|polygon| polygon.contains(&place)));
    let mut statuses: Vec<&str> = covering.map(|(status, _)| status.as_str()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let polygons = areas.iter().flat_map(|(_, area)| area);
    let rings = polygons.flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
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

    fn add(&mut self, other: Self) {
        for (status, number) in other.agreed {
            *self.agreed.entry(status).or_default() += number;
        }
        self.at_an_edge += other.at_an_edge;
        self.wrong.extend(other.wrong);
    }

    fn assert_right(&self) {
        println!("{} places: {:?}, {} within a pixel of an edge", self.tried(), self.agreed, self.at_an_edge);
        assert!(self.wrong.is_empty(), "{} of {}: {:#?}", self.wrong.len(), self.tried(), self.wrong);
        assert!(self.at_an_edge * 50 <= self.tried() + 50, "{} of {}", self.at_an_edge, self.tried());
    }
}

/// Holds random places of a tile against the check.
fn agreement(
    edition: &Edition,
    book: &RuleBook,
    kind: &str,
    (z, tile): (u8, (u32, u32)),
    places: usize,
    random: &mut Random,
) -> Count {
    let mut count = Count::default();
    let features = drawn(edition, book, kind, z, tile);
    let status = |feature: &Feature| feature.properties["status"].as_str().unwrap().to_owned();
    let areas: Vec<_> = features.iter().map(|feature| (status(feature), feature.polygons())).collect();
    for _ in 0..places {
        let (lon, lat) = place_in(z, tile, random);
        let said = by_check(edition, book, kind, lon, lat);
        let (covering, edge) = by_tile(&areas, in_tile(z, tile, lon, lat));
        let agrees = if said.is_empty() { covering.is_empty() } else { covering == [said] };
        if agrees {
            *count.agreed.entry(said.to_owned()).or_default() += 1;
        } else if edge <= 1.0 {
            count.at_an_edge += 1;
        } else {
            count.wrong.push(format!("{kind} at {lon}, {lat}: {said:?} but {covering:?}, {edge:.2} px from an edge"));
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

/// More scenes where more places are asked for.
fn scenes() -> u64 {
    if places() > PLACES { 12 } else { 1 }
}

#[test]
fn random_places_of_the_sample_district_are_judged_alike_by_map_and_check() {
    let mut all = Count::default();
    let [west, south, east, north] = AROUND;
    for (seed, kind) in (1..).zip(KINDS) {
        let mut random = Random(seed);
        for _ in 0..TILES {
            let tile = tile_at(14, random.between(west, east), random.between(south, north));
            all.add(agreement(sample(), &BOOK, kind, (14, tile), places().div_ceil(TILES), &mut random));
        }
    }
    all.assert_right();
    assert!(all.agreed.len() >= 2, "the district is not all of one status");
}

#[test]
fn the_map_agrees_at_every_zoom() {
    let mut all = Count::default();
    let mut random = Random(77);
    for z in [11, 16, 18] {
        let tile = tile_at(z, 115.80, 29.61);
        all.add(agreement(sample(), &BOOK, "school", (z, tile), 10, &mut random));
    }
    all.assert_right();
}

type Layers = BTreeMap<Layer, Vec<Value>>;

/// A made-up scene of a few features of every sort, each with some of its fields missing, and patchy coverage.
fn scene(seed: u64) -> Edition {
    let mut random = Random(seed);
    let mut layers = Layers::new();
    for _ in 0..2 {
        people(&mut layers, &mut random);
        plants(&mut layers, &mut random);
        ways(&mut layers, &mut random);
        protected(&mut layers, &mut random);
    }
    coverage(&mut layers, &mut random);
    let mut tile_id = 0;
    edition(layers.into_iter().map(|(layer, features)| {
        let mut next = |json: &Value| {
            tile_id += 1;
            feature(json, tile_id)
        };
        (layer, features.iter().map(&mut next).collect())
    }))
}

fn people(layers: &mut Layers, random: &mut Random) {
    let persons = random.one_of(json!([500, 20, null]));
    let accuracy = random.one_of(json!([2, null]));
    let says = json!({"persons": persons, "accuracy_m": accuracy});
    add(layers, Layer::ResidentialZones, area(random, 300.0), says);
    let (kind, extent) = (random.one_of(json!(["school", "hospital", "market"])), random.one_of(json!([0, 60, null])));
    add(layers, Layer::ProtectionTargets, point(random), json!({"kind": kind, "extent_m": extent}));
}

fn plants(layers: &mut Layers, random: &mut Random) {
    let kind = random.one_of(json!(["chemical_plant", "lpg_station", "factory", "oil_depot"]));
    let extent = random.one_of(json!([0, null]));
    add(layers, Layer::Enterprises, point(random), json!({"kind": kind, "extent_m": extent}));
    let says = json!({
        "kind": random.one_of(json!(["tank", "lpg_station"])),
        "enterprise_id": "enterprises-1",
        "volume_m3": random.one_of(json!([100, null])),
        "largest_tank_m3": random.one_of(json!([40, null])),
    });
    add(layers, Layer::Installations, area(random, 60.0), says);
    add(layers, Layer::PipelineFacilities, point(random), json!({"kind": "valve_room"}));
    let certified = random.one_of(json!([true, false, null]));
    add(layers, Layer::ChemicalParks, area(random, 900.0), json!({"certified": certified}));
    let says = json!({"kind": "safety_distance", "of": "enterprises-1"});
    add(layers, Layer::BufferZones, area(random, 250.0), says);
}

fn ways(layers: &mut Layers, random: &mut Random) {
    let regime = random.one_of(json!(["urban_gas", "long_distance", null]));
    add(layers, Layer::Pipelines, line(random), json!({"medium": "natural_gas", "regime": regime}));
    let kind = random.one_of(json!(["expressway", "national", "county"]));
    let width = random.one_of(json!([12.5, null]));
    add(layers, Layer::Roads, line(random), json!({"kind": kind, "half_width_m": width}));
    let kind = random.one_of(json!(["high_speed", "other"]));
    let width = random.one_of(json!([9, null]));
    add(layers, Layer::Railways, line(random), json!({"kind": kind, "half_width_m": width}));
    let voltage = random.one_of(json!([220, 20, 0.4, null]));
    let width = random.one_of(json!([8, null]));
    add(layers, Layer::PowerLines, line(random), json!({"voltage_kv": voltage, "half_width_m": width}));
    let kind = random.one_of(json!(["railway_bridge", "dam", "bridge_medium_plus"]));
    add(layers, Layer::Structures, point(random), json!({"kind": kind}));
}

fn protected(layers: &mut Layers, random: &mut Random) {
    let kind = random.one_of(json!(["water_source_1", "nature_reserve", "water_source_2"]));
    let zone = random.one_of(json!(["core_protection", "general_control", "core", null]));
    add(layers, Layer::ProtectedAreas, area(random, 500.0), json!({"kind": kind, "zone": zone}));
    let kind = random.one_of(json!(["yangtze_main", "yangtze_tributary", "lake"]));
    add(layers, Layer::Waters, area(random, 300.0), json!({"kind": kind}));
}

fn coverage(layers: &mut Layers, random: &mut Random) {
    for layer in Layer::ALL.into_iter().filter(|layer| *layer != Layer::Coverage) {
        let whole = box_of(115.6, 29.4, 116.0, 29.8);
        let (says, ground) = match (random.next() * 12.0) as u32 {
            0 => (json!({}), box_of(115.6, 29.4, 115.8 + random.between(-0.02, 0.02), 29.8)),
            1 => (json!({"kinds": ["school", "national", "tank", "dam"]}), whole),
            2 => (json!({"valid_until": "2026-01-01"}), whole),
            _ => (json!({}), whole),
        };
        let mut statement = json!({"layer": layer.name(), "as_of": "2026-10-31"});
        statement.as_object_mut().unwrap().extend(says.as_object().unwrap().clone());
        add(layers, Layer::Coverage, ground, statement);
    }
}

fn add(layers: &mut Layers, layer: Layer, geometry: Value, mut properties: Value) {
    let features = layers.entry(layer).or_default();
    let id = format!("{layer}-{}", features.len() + 1);
    let fields = properties.as_object_mut().unwrap();
    fields.retain(|_, value| !value.is_null());
    fields.insert("name".to_owned(), json!(id));
    features.push(json!({"id": id, "geometry": geometry, "properties": properties}));
}

/// A place within some two kilometres of the middle.
fn place(random: &mut Random) -> [f64; 2] {
    [115.8 + random.between(-0.02, 0.02), 29.6 + random.between(-0.02, 0.02)]
}

fn point(random: &mut Random) -> Value {
    json!({"type": "Point", "coordinates": place(random)})
}

fn line(random: &mut Random) -> Value {
    json!({"type": "LineString", "coordinates": [place(random), place(random), place(random)]})
}

fn area(random: &mut Random, metres: f64) -> Value {
    let ([x, y], half) = (place(random), metres / 2.0 / 100_000.0);
    box_of(x - half, y - half, x + half, y + half)
}

fn box_of(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
}

#[test]
fn random_scenes_are_judged_alike_by_map_and_check_for_every_kind() {
    let (mut all, mut random) = (Count::default(), Random(5));
    let tile = tile_at(14, 115.80, 29.60);
    for seed in 1..=scenes() {
        let edition = scene(seed);
        for kind in Kinds::shipped().all() {
            all.add(agreement(&edition, &BOOK, &kind.kind, (14, tile), 10, &mut random));
        }
    }
    all.assert_right();
}

fn book(rules: &str) -> RuleBook {
    let header = "version = 'test'\n[[parameter]]\nname = 'radius_m'\ntitle = { zh = '半径', en = 'radius' }\n";
    let defaults = "[half_width_m]\n[extent_m.protection_targets]\n'*' = 50\n";
    let files = [("book.toml", header), ("defaults.toml", defaults), ("rules.toml", rules)];
    RuleBook::read(&files.map(|(name, text)| (name.to_owned(), text.to_owned())).into()).unwrap()
}

const RULE: &str = "[[rule]]
id = 'T-1'
title = { zh = '规则', en = 'rule' }
clause = { law = '法', article = '一' }
edition = '一'
subjects = ['chem_project']
actions = ['new']
effect = 'prohibit'
verification = 'V1'
measure = { zh = '距离', en = 'distance' }
";

#[test]
fn what_only_the_check_can_tell_is_asked_of_the_check() {
    // Two cases wait for the district's radius; whether one of them means the project is not known, so that the nearest
    // target of either decides.
    let case =
        "[[rule.case]]\nlayer = 'protection_targets'\ntest = 'within'\nthreshold_m = { parameter = 'radius_m' }\n";
    let text = format!("{RULE}{case}kinds = ['school']\n{case}kinds = ['hospital']\nsubjects = ['hazmat_place']\n");
    let book = book(&text);
    let target = |n: u64, kind: &str, lon: f64| {
        let properties = json!({"name": kind, "kind": kind, "extent_m": 0});
        let geometry = json!({"type": "Point", "coordinates": [lon, 29.6]});
        feature(&json!({"id": kind, "geometry": geometry, "properties": properties}), n)
    };
    let covered = json!({"id": "c", "geometry": box_of(115.0, 29.0, 117.0, 30.0),
        "properties": {"layer": "protection_targets", "as_of": "2026-10-31"}});
    let edition = edition([
        (Layer::ProtectionTargets, vec![target(1, "school", 115.802), target(2, "hospital", 115.812)]),
        (Layer::Coverage, vec![feature(&covered, 3)]),
    ]);
    let mut random = Random(3);
    let tile = tile_at(14, 115.80, 29.60);
    let count = agreement(&edition, &book, "chem_project", (14, tile), 150, &mut random);
    assert!(count.agreed["undetermined"] > 40 && count.agreed[""] > 40, "{count:?}");
    count.assert_right();
}

#[test]
fn a_kind_without_rules_and_a_lost_layer_leave_everything_undetermined() {
    let tile = tile_at(12, 115.80, 29.60);
    let lost = edition_without(Layer::Waters);
    assert!(exclusion("chem_project", &BOOK).validator(&lost, coord(12, tile)).is_none());
    let ruled = book(&format!("{RULE}[[rule.case]]\nlayer = 'waters'\ntest = 'within'\nthreshold_m = 5\n"));
    for (edition, kind, rule) in [(&lost, "chem_project", "T-1"), (sample(), "school", "")] {
        let features = drawn(edition, &ruled, kind, 12, tile);
        let [all] = features.as_slice() else { panic!("{features:?}") };
        assert_eq!(
            (all.properties["status"].as_str(), all.properties["rule"].as_str()),
            (Some("undetermined"), Some(rule))
        );
        let mut random = Random(1);
        let areas = vec![("undetermined".to_owned(), all.polygons())];
        for _ in 0..20 {
            let (lon, lat) = place_in(12, tile, &mut random);
            assert_eq!(by_tile(&areas, in_tile(12, tile, lon, lat)).0, ["undetermined"]);
        }
    }
}

#[test]
fn the_validator_follows_what_the_rules_look_at_as_far_as_they_reach() {
    let before = scene(2);
    let tile = coord(14, tile_at(14, 115.80, 29.60));
    let of = |edition: &Edition| exclusion("lpg_station", &BOOK).validator(edition, tile).unwrap();
    let school = |lon: f64| {
        let properties = json!({"name": "新校", "kind": "school"});
        let geometry = json!({"type": "Point", "coordinates": [lon, 29.6]});
        feature(&json!({"id": "new", "geometry": geometry, "properties": properties}), 900)
    };
    let put = |layer, lon| after(&before, vec![Change::Put(layer, school(lon))]);
    let near = put(Layer::ProtectionTargets, 115.81);
    assert!(of(&near) > of(&before));
    assert_eq!(of(&put(Layer::ProtectionTargets, 117.5)), of(&before), "out of reach");
    assert_eq!(of(&put(Layer::AdminUnits, 115.81)), of(&before), "no rule looks there");
    let render = |edition: &Edition| exclusion("lpg_station", &BOOK).render(edition, tile).unwrap();
    assert_ne!(render(&near), render(&before));
    assert_eq!(render(&put(Layer::ProtectionTargets, 117.5)), render(&before));
}

#[test]
fn ids_are_the_same_in_neighbouring_tiles_and_differ_within_one() {
    let edition = scene(1);
    let (x, y) = tile_at(14, 115.80, 29.60);
    let ids = |x: u32| -> BTreeMap<u64, String> {
        let features = drawn(&edition, &BOOK, "chem_project", 14, (x, y));
        let count = features.len();
        let ids: BTreeMap<_, _> = features.iter().map(|one| (one.id, format!("{:?}", one.properties))).collect();
        assert_eq!(ids.len(), count);
        assert!(ids.keys().all(|id| *id < 1 << 53));
        ids
    };
    let (one, other) = (ids(x), ids(x + 1));
    let shared: Vec<_> = one.iter().filter(|(id, _)| other.contains_key(id)).collect();
    assert!(!shared.is_empty());
    assert!(shared.iter().all(|(id, properties)| other[*id] == **properties));
}

#[test]
fn timing() {
    for kind in ["chem_project", "lpg_station", "school", "residential", "tailings_pond", "sand_mining"] {
        for z in [8u8, 10, 12, 14, 16] {
            let tile = coord(z, tile_at(z, 115.80, 29.61));
            let start = std::time::Instant::now();
            let bytes = exclusion(kind, &BOOK).render(sample(), tile).unwrap();
            let took = start.elapsed();
            println!("{kind} z{z}: {} bytes {} features {took:?}", bytes.len(), layer_of(&bytes, "exclusion").len());
        }
    }
}
