//! The least change that passes: applied it passes, one metre or one unit less does not, and nothing shorter is to be had.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use sisetu::geom::shift::{area_m2, shifted};
use sisetu::geom::{Geometry, Metres, Site};
use sisetu::index::{LayerIndex, Snapshot};
use sisetu::model::{Feature, Layer, Outcome, Proposal, Revision, SitingReport, Verdict};
use sisetu::rules::RuleBook;
use sisetu::siting::remedy::Drawing;
use sisetu::siting::{Asked, Limits, Remedies, Request, check, remedies, request};

use super::properties::for_any;
use super::scene::{CENTRE, Scene, area_north, at, block, line, line_north, lot, pad, point, polygon, with};

/// An empty scene, known well beyond the longest move that these tests allow.
fn surroundings() -> Scene {
    Scene::new().known_within(16_000.0)
}

/// A proposal with its surroundings.
struct Case<'b> {
    snapshot: Snapshot,
    book: &'b RuleBook,
    request: Request,
    before: SitingReport,
}

impl<'b> Case<'b> {
    fn new(scene: &'b Scene, site: Value, facts: Value) -> Self {
        Self::of(scene.snapshot(), scene.book(), site, facts)
    }

    fn of(snapshot: Snapshot, book: &'b RuleBook, site: Value, facts: Value) -> Self {
        let request = read(&json!({"type": "Feature", "geometry": site, "properties": facts}));
        let before = check(&snapshot, book, &request, Timestamp::UNIX_EPOCH);
        Self { snapshot, book, request, before }
    }

    fn remedies(&self, limits: Limits) -> Remedies {
        let remedies = remedies(&self.snapshot, self.book, &self.request, &limits);
        assert!(remedies.checks <= limits.checks.max(1), "{} checks", remedies.checks);
        remedies
    }

    /// The report on the proposal with something changed, as a caller would ask for it.
    fn report(&self, change: impl FnOnce(&mut Proposal)) -> SitingReport {
        let mut proposal = self.request.proposal.clone();
        change(&mut proposal);
        let site = Site::new(proposal.site.clone()).unwrap();
        let request = Request { proposal, site, notes: vec![] };
        check(&self.snapshot, self.book, &request, Timestamp::UNIX_EPOCH)
    }

    fn passes(&self, report: &SitingReport) -> bool {
        let known = reasons(&self.before);
        report.verdict > Verdict::Fail && reasons(report).is_subset(&known)
    }

    fn moved(&self, bearing: f64, metres: f64) -> SitingReport {
        let centre = self.request.site.envelope().centre();
        self.report(|proposal| {
            proposal.site = shifted(&proposal.site, centre, bearing, Metres(metres));
            for line in proposal.lines.values_mut() {
                *line = shifted(line, centre, bearing, Metres(metres));
            }
        })
    }

    fn with_fact(&self, fact: &str, value: f64) -> SitingReport {
        self.report(|proposal| proposal.facts.set(fact, value))
    }

    /// The report on the site as it is drawn in an answer.
    fn drawn(&self, site: &Drawing, lines: &BTreeMap<String, Drawing>) -> SitingReport {
        let geometry = |drawing: &Drawing| sisetu::ingest::geometry::from_geojson(&json!(drawing)).unwrap();
        self.report(|proposal| {
            proposal.site = geometry(site);
            proposal.lines.extend(lines.iter().map(|(fact, line)| (fact.clone(), geometry(line))));
        })
    }

    /// Holds every remedy to what it claims.
    #[track_caller]
    fn verify(&self, remedies: &Remedies) {
        if let Some(shift) = &remedies.shift {
            let there = self.drawn(&shift.site, &shift.lines);
            assert!(self.passes(&there), "{}: {:#?}", shift.says.zh, there.verdict);
            assert_eq!((there.verdict, shift.open.len()), (shift.verdict, unmet(&there)));
            let nearer = self.moved(shift.bearing_deg, shift.distance_m.0 - 1.0);
            assert!(shift.distance_m.0 < 1.0 || !self.passes(&nearer), "{}", shift.says.zh);
        }
        if let Some(cut) = &remedies.cut {
            let rest = self.drawn(&cut.site, &BTreeMap::new());
            assert!(self.passes(&rest), "{}", cut.says.zh);
            assert_eq!((rest.verdict, cut.open.len()), (cut.verdict, unmet(&rest)));
            let (whole, left, removed) =
                (area_m2(&self.request.proposal.site), area_m2(&cut.site.0), area_m2(&cut.removed.0));
            assert!((whole - left - removed).abs() < 1.0, "{whole} {left} {removed}");
            assert!((whole - left - cut.area_m2).abs() < 0.01 && (cut.area_m2 / whole - cut.share).abs() < 1e-4);
        }
        for less in &remedies.reduce {
            assert!(less.to < less.from);
            let report = self.with_fact(&less.fact, less.to);
            assert!(self.passes(&report), "{}", less.says.zh);
            assert_eq!((report.verdict, less.open.len()), (less.verdict, unmet(&report)));
            assert!(!self.passes(&self.with_fact(&less.fact, less.to + 1.0)), "{}", less.says.zh);
        }
        assert_eq!(remedies.verdict, self.before.verdict);
        let given = usize::from(remedies.shift.is_some())
            + usize::from(remedies.cut.is_some())
            + usize::from(!remedies.reduce.is_empty());
        assert_eq!(given + remedies.none.len(), 3, "each is given, or it is said why not");
        assert!(given == 0 || self.before.verdict <= Verdict::Fail);
    }

    /// The shortest passing move among so many bearings, by steps of a length.
    fn tried_out(&self, bearings: u32, step: f64, farthest: f64) -> Option<f64> {
        let steps = (farthest / step) as u32;
        (1..=steps).map(|count| f64::from(count) * step).find(|metres| {
            (0..bearings).any(|turn| {
                let bearing = f64::from(turn) * 360.0 / f64::from(bearings);
                self.passes(&self.moved(bearing, *metres))
            })
        })
    }
}

fn read(body: &Value) -> Request {
    request::parse(body, &Asked { today: "2026-11-24".parse().unwrap(), ..Asked::default() }).unwrap()
}

fn unmet(report: &SitingReport) -> usize {
    report.findings.iter().filter(|finding| finding.outcome != Outcome::Met).count()
}

/// Why a report is undetermined: rules with their targets, where they hold a distance against them, and layers.
fn reasons(report: &SitingReport) -> BTreeSet<(String, String)> {
    let open = report.findings.iter().filter(|finding| finding.outcome == Outcome::Undetermined);
    let by_target = |rule: &str, required: bool| required || rule == "INV-SEED-18b";
    let of_findings = open.map(|finding| {
        let target = finding.target.as_ref().filter(|_| by_target(&finding.rule, finding.required_m.is_some()));
        (finding.rule.clone(), target.map_or(String::new(), |target| format!("{}/{}", target.layer, target.id)))
    });
    let short = report.coverage.iter().filter(|row| !row.complete);
    of_findings.chain(short.map(|row| (row.layer.name().to_owned(), String::new()))).collect()
}

/// A project that answers to few rules, so that a scene holds what it says.
fn homes() -> Value {
    json!({"kind": "residential", "action": "new", "excavation": false, "discharges_pollutants": false})
}

/// Near a road it answers for the strip beside it only.
fn building() -> Value {
    with(&homes(), json!({"kind": "building_any"}))
}

fn chemical() -> Value {
    json!({"kind": "chem_project", "action": "new", "captive_unit": true, "excavation": false,
           "discharges_pollutants": false, "produces_hazchem": false})
}

fn few() -> Limits {
    Limits { farthest: Metres(2_000.0), checks: 800 }
}

#[test]
fn out_of_the_river_kilometre_the_way_is_straight_inland() {
    let river = surroundings().with(
        Layer::Waters,
        line(&[at(270.0, 2_000.0), at(90.0, 2_000.0)]),
        json!({"kind": "yangtze_main", "name": "长江"}),
    );
    // A square of 200 m whose north edge lies 600 m south of the river.
    let case = Case::new(&river, block(180.0, 700.0, 200.0), chemical());
    let found = case.remedies(Limits::default());
    case.verify(&found);
    let shift = found.shift.unwrap();
    assert!((shift.distance_m.0 - 400.0).abs() < 1.0, "{shift:?}");
    assert!((shift.bearing_deg - 180.0).abs() < 2.0 && shift.shortest, "{shift:?}");
    assert!((shift.dy_m + shift.distance_m.0).abs() < 0.5);
    assert!(shift.says.zh.starts_with("向南（") && shift.says.zh.contains("m 后"), "{}", shift.says.zh);
    assert!(found.checks < 300, "{}", found.checks);
    // The whole site lies within the kilometre: nothing would be left.
    assert!(found.cut.is_none());
}

#[test]
fn a_site_half_in_the_zone_of_a_road_gives_up_that_half() {
    let road = |width: Value| {
        surroundings().with(
            Layer::Roads,
            line(&[at(270.0, 1_000.0), at(90.0, 1_000.0)]),
            json!({"kind": "national", "half_width_m": width}),
        )
    };
    // 200 m wide, from 10 m south of the road's middle on.
    let site = block(180.0, 110.0, 200.0);
    let scene = road(json!(12));
    let case = Case::new(&scene, site.clone(), building());
    let found = case.remedies(few());
    case.verify(&found);
    let cut = found.cut.unwrap();
    // Within 20 m of the road's edge: 12 + 20 - 10 metres of two hundred.
    assert!((cut.share - 0.11).abs() < 0.002, "{cut:?}");
    assert!((cut.area_m2 - 4_400.0).abs() < 60.0, "{cut:?}");
    let shift = found.shift.unwrap();
    assert!((shift.distance_m.0 - 22.0).abs() < 0.5, "{shift:?}");
    // Where the width is not known the upper default has to be cleared too.
    let unknown = road(Value::Null);
    let case = Case::new(&unknown, site, building());
    let found = case.remedies(few());
    case.verify(&found);
    assert!(found.shift.unwrap().distance_m.0 > 22.0 && found.cut.unwrap().share > 0.11);
}

#[test]
fn a_cut_one_metre_narrower_does_not_pass() {
    let village = surroundings().with(Layer::BufferZones, pad(100.0), json!({"kind": "safety_distance"}));
    let case = Case::new(&village, block(90.0, 100.0, 150.0), homes());
    let found = case.remedies(few());
    case.verify(&found);
    let cut = found.cut.unwrap_or_else(|| panic!("{:?}", found.none));
    // The corner of the zone lies inside the site; the cut follows it by centimetres.
    let taken = area_m2(&cut.removed.0);
    assert!(taken > 11_000.0 && taken < 15_100.0, "{taken}");
    let gap = Site::new(cut.site.0.clone()).unwrap();
    let zone = sisetu::ingest::geometry::from_geojson(&pad(100.0)).unwrap();
    let away = gap.nearest(&zone).unwrap().distance.0;
    assert!(away > 0.0 && away < 0.1, "{away}");
}

fn station(volume: f64, largest: f64) -> Value {
    json!({"kind": "lpg_station", "action": "new", "excavation": false, "discharges_pollutants": false,
           "volume_m3": volume, "largest_tank_m3": largest, "tank_wall": lot()})
}

fn village(metres: f64) -> Scene {
    surroundings().with(
        Layer::ResidentialZones,
        area_north(metres),
        json!({"name": "某村", "persons": 60, "households": 20}),
    )
}

#[test]
fn a_station_too_near_may_hold_as_much_as_the_row_that_fits() {
    // 47 m: enough for 50 m³ in tanks of 20 m³, which ask for 45 m; too near for 200 m³, which ask for 50 m.
    for (metres, volume, largest, expected) in [
        (47.0, 150.0, 20.0, Some(("volume_m3", 50.0))),
        (60.0, 480.0, 20.0, Some(("volume_m3", 200.0))),
        (47.0, 50.0, 40.0, Some(("largest_tank_m3", 20.0))),
        (47.0, 150.0, 40.0, None),
        (40.0, 150.0, 20.0, None),
    ] {
        let scene = village(metres);
        let case = Case::new(&scene, pad(100.0), station(volume, largest));
        assert_eq!(case.before.verdict, Verdict::Fail);
        let found = case.remedies(few());
        case.verify(&found);
        let told: Vec<(&str, f64)> = found.reduce.iter().map(|less| (less.fact.as_str(), less.to)).collect();
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{metres} {volume} {largest}");
        // The distance counts from the tank walls, so that no ground given up can help.
        assert!(found.cut.is_none());
        assert!(found.shift.is_some());
    }
}

#[test]
fn a_total_is_not_reduced_below_its_largest_part() {
    let scene = village(47.0);
    let case = Case::new(&scene, pad(100.0), station(60.0, 55.0));
    let found = case.remedies(few());
    case.verify(&found);
    assert!(found.reduce.is_empty(), "50 m³ in all cannot hold a tank of 55 m³");
}

/// Zones around the middle that leave one corridor, so many metres wide, at a bearing.
fn corridor(bearing: f64, width: f64) -> Scene {
    let mut scene = surroundings();
    let side = |along: f64, aside: f64| {
        let foot = sisetu::geom::direct(at(bearing, along).into(), bearing + 90.0, aside);
        (foot.x(), foot.y())
    };
    // Two walls from 50 m to 1500 m, and a wall behind.
    for sign in [-1.0, 1.0] {
        let wall = polygon(&[
            side(-400.0, sign * width / 2.0),
            side(1_500.0, sign * width / 2.0),
            side(1_500.0, sign * 3_000.0),
            side(-400.0, sign * 3_000.0),
        ]);
        scene = scene.with(Layer::BufferZones, wall, json!({"kind": "safety_distance"}));
    }
    let plug =
        polygon(&[side(-3_000.0, -3_000.0), side(700.0, -3_000.0), side(700.0, 3_000.0), side(-3_000.0, 3_000.0)]);
    scene.with(Layer::BufferZones, plug, json!({"kind": "hygiene_distance"}))
}

#[test]
fn the_only_way_out_is_found() {
    for (bearing, width) in [(23.0, 60.0), (147.0, 20.0), (301.0, 8.0)] {
        let scene = corridor(bearing, width);
        let case = Case::new(&scene, point(CENTRE), with(&homes(), json!({"extent_m": 0})));
        let found = case.remedies(Limits { farthest: Metres(1_400.0), checks: 3_000 });
        case.verify(&found);
        let shift = found.shift.unwrap();
        assert!((shift.distance_m.0 - 700.0).abs() < 1.0, "{bearing} {width}: {shift:?}");
        assert!((shift.bearing_deg - bearing).abs() < 3.0, "{bearing} {width}: {shift:?}");
    }
}

#[test]
fn a_site_closed_in_all_around_has_no_shift_and_says_so() {
    let scene = surroundings().with(Layer::BufferZones, pad(3_000.0), json!({"kind": "safety_distance"}));
    let case = Case::new(&scene, lot(), homes());
    let found = case.remedies(few());
    case.verify(&found);
    assert!(found.shift.is_none() && found.cut.is_none() && found.reduce.is_empty());
    assert!(found.none.iter().any(|none| none.why.zh.contains("2000 m 以内")), "{:?}", found.none);
    assert!(found.checks < 30, "{}", found.checks);
}

#[test]
fn what_does_not_fail_needs_no_remedy() {
    let scene = surroundings();
    let case = Case::new(&scene, lot(), homes());
    let found = case.remedies(Limits::default());
    case.verify(&found);
    assert_eq!(found.checks, 1);
    assert!(found.none.iter().all(|none| none.why.zh.contains("没有需要消除的违反项")));
}

#[test]
fn a_site_moves_into_the_park_it_has_to_lie_in() {
    let unit = json!({"kind": "hazchem_production_unit", "action": "new", "captive_unit": false, "excavation": false, "discharges_pollutants": false});
    let park = |certified: Value| {
        surroundings().with(Layer::ChemicalParks, block(60.0, 1_200.0, 600.0), json!({"certified": certified}))
    };
    let scene = park(json!(true));
    let case = Case::new(&scene, lot(), unit.clone());
    assert_eq!(case.before.verdict, Verdict::Veto);
    let found = case.remedies(few());
    case.verify(&found);
    let shift = found.shift.unwrap();
    let brute = case.tried_out(24, 20.0, 1_400.0).unwrap();
    assert!(shift.distance_m.0 <= brute && shift.distance_m.0 > brute - 100.0, "{shift:?} {brute}");
    // A site that sticks out of the park gives up what lies outside.
    let half = block(60.0, 1_200.0 - 310.0, 100.0);
    let case = Case::new(&scene, half, unit.clone());
    let found = case.remedies(few());
    case.verify(&found);
    assert!(found.cut.is_some_and(|cut| cut.share > 0.1 && cut.share < 0.9));
    // Whether this park is certified nobody knows: moving into it does not pass.
    let unknown = park(Value::Null);
    let case = Case::new(&unknown, lot(), unit.clone());
    let found = case.remedies(few());
    case.verify(&found);
    assert!(found.shift.is_none());
    let empty = surroundings();
    let case = Case::new(&empty, lot(), unit);
    let found = case.remedies(few());
    case.verify(&found);
    assert!(found.shift.is_none() && found.checks < 10);
}

#[test]
fn a_site_is_not_moved_to_where_the_data_end() {
    let road = line(&[at(0.0, 5_000.0), at(180.0, 5_000.0)]);
    let ends = surroundings()
        .with(Layer::Roads, road.clone(), json!({"kind": "national", "half_width_m": 10}))
        // Known from 40 m west of the road on, eastwards.
        .covered(
            Layer::Roads,
            polygon(&[at(270.0, 60.0), (CENTRE.0 + 0.05, CENTRE.1 - 0.05), (CENTRE.0 + 0.05, CENTRE.1 + 0.05)]),
            json!({}),
        );
    let site = json!({"type": "Point", "coordinates": [CENTRE.0 - 0.00001, CENTRE.1]});
    let facts = with(&homes(), json!({"extent_m": 0}));
    let case = Case::new(&ends, site.clone(), facts.clone());
    let found = case.remedies(few());
    case.verify(&found);
    let shift = found.shift.unwrap();
    assert!(shift.bearing_deg < 180.0, "west is nearer, but not known: {shift:?}");
    let everywhere = surroundings().with(Layer::Roads, road, json!({"kind": "national", "half_width_m": 10}));
    let case = Case::new(&everywhere, site, facts);
    assert!(case.remedies(few()).shift.unwrap().bearing_deg > 180.0);
}

#[test]
fn no_grid_of_moves_holds_a_shorter_one() {
    let many = surroundings()
        .with(Layer::Roads, line_north(30.0), json!({"kind": "national", "half_width_m": 10}))
        .with(
            Layer::Railways,
            line(&[at(200.0, 300.0), at(80.0, 200.0)]),
            json!({"kind": "other", "half_width_m": 8, "setting": "elsewhere"}),
        )
        .with(Layer::BufferZones, block(250.0, 150.0, 200.0), json!({"kind": "safety_distance"}))
        .with(
            Layer::PowerLines,
            line(&[at(300.0, 400.0), at(160.0, 500.0)]),
            json!({"voltage_kv": 110, "half_width_m": 4}),
        );
    let case = Case::new(&many, lot(), homes());
    assert!(case.before.verdict <= Verdict::Fail);
    let found = case.remedies(few());
    case.verify(&found);
    let shift = found.shift.unwrap();
    let brute = case.tried_out(90, 4.0, 600.0).unwrap();
    assert!(shift.distance_m.0 <= brute + 0.1, "{shift:?} {brute}");
    assert!(case.tried_out(180, 1.0, shift.distance_m.0 - 1.0).is_none(), "{shift:?}");
}

#[test]
fn a_spent_budget_is_told() {
    let scene = corridor(23.0, 60.0);
    let case = Case::new(&scene, lot(), homes());
    for checks in [0, 1, 2, 10, 40] {
        let found = case.remedies(Limits { farthest: Metres(2_000.0), checks });
        case.verify(&found);
        assert!(found.shift.as_ref().is_none_or(|shift| !shift.shortest));
    }
}

#[test]
fn the_same_question_has_the_same_remedies() {
    let scene = corridor(80.0, 100.0);
    let case = Case::new(&scene, lot(), homes());
    let once = json!(case.remedies(few()));
    assert_eq!(once, json!(case.remedies(few())));
    for member in ["verdict", "kind", "revision", "rule_book", "as_of", "shift", "cut", "reduce", "none", "checks"] {
        assert!(once.get(member).is_some(), "{member}");
    }
}

#[test]
fn remedies_keep_what_they_promise_in_any_world() {
    let counts = std::cell::Cell::new([0usize; 4]);
    for_any(150, |world| {
        let scene = world.scene().known_within(16_000.0);
        let case = Case::new(&scene, world.site(), world.facts());
        let found = case.remedies(Limits { farthest: Metres(2_000.0), checks: 400 });
        case.verify(&found);
        let [failing, shifts, cuts, less] = counts.get();
        counts.set([
            failing + usize::from(case.before.verdict <= Verdict::Fail),
            shifts + usize::from(found.shift.is_some()),
            cuts + usize::from(found.cut.is_some()),
            less + found.reduce.len(),
        ]);
        prop_assert!(true);
        Ok(())
    });
    let [failing, shifts, cuts, _] = counts.get();
    assert!(failing >= 10 && shifts >= failing / 2 && cuts >= 1, "{:?}", counts.get());
}

/// The sample district as an edition.
fn sample() -> Snapshot {
    let indexes = Layer::ALL.map(|layer| {
        let path = format!("{}/data/sample/{layer}.geojson", env!("CARGO_MANIFEST_DIR"));
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let feature = |json: &Value| {
            let geometry: geojson::Geometry = serde_json::from_value(json["geometry"].clone()).unwrap();
            let geometry = Geometry::try_from(geometry).unwrap();
            let properties = serde_json::from_value(json["properties"].clone()).unwrap();
            Arc::new(Feature::new(json["id"].as_str().unwrap(), geometry, properties).unwrap())
        };
        let features = file["features"].as_array().unwrap().iter().map(feature).collect();
        (layer, Ok(LayerIndex::new(Revision(1), features)))
    });
    Snapshot::new(Revision(1), indexes)
}

#[test]
fn failing_sites_of_the_sample_district_can_mostly_be_moved() {
    let snapshot = sample();
    let book = RuleBook::shipped().unwrap();
    let kinds = ["residential", "chem_project", "lpg_station", "school", "fuel_station", "building_any"];
    let mut seed = 20_261_125u64;
    let mut number = |from: f64, to: f64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + (seed >> 33) as f64 / f64::from(1u32 << 31) * (to - from)
    };
    const SITES: usize = 12;
    let mut counts = [0usize; 6];
    for turn in 0.. {
        let (x, y, size) = (number(115.65, 116.0), number(29.45, 29.78), number(0.0005, 0.003));
        let site = polygon(&[(x, y), (x + size, y), (x + size, y + size), (x, y + size)]);
        let facts = json!({"kind": kinds[turn % kinds.len()], "action": "new", "volume_m3": 400, "largest_tank_m3": 100,
                           "excavation": false, "discharges_pollutants": false, "captive_unit": true, "produces_hazchem": false});
        let case = Case::of(snapshot.clone(), &book, site, facts);
        if case.before.verdict > Verdict::Fail {
            continue;
        }
        let found = case.remedies(Limits::default());
        case.verify(&found);
        let [failing, shifts, shortest, cuts, less, checks] = &mut counts;
        *failing += 1;
        *shifts += usize::from(found.shift.is_some());
        *shortest += usize::from(found.shift.is_some_and(|shift| shift.shortest));
        *cuts += usize::from(found.cut.is_some());
        *less += found.reduce.len();
        *checks += found.checks;
        if *failing == SITES {
            break;
        }
    }
    // Failing sites, shifts, those proven the shortest, cuts, reductions, checks.
    assert!(counts[1] * 2 >= SITES && counts[3] > 0, "{counts:?}");
}
