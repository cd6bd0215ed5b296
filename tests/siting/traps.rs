//! The traps that a siting check falls into, each by its name. What is held here has gone wrong in real systems.

use serde_json::{Value, json};
use sisetu::model::{Layer, Outcome, Verdict};
use sisetu::siting::Asked;

use super::scene::{CENTRE, Scene, area_north, at, line, lot, only, outcome, pad, point, polygon, with};

const RULE: &str = "YRP-26-2";

fn chem() -> Value {
    json!({"kind": "chem_project", "action": "new", "handles_hazchem": false, "discharges_pollutants": false,
           "excavation": false})
}

fn river(geometry: Value) -> Scene {
    Scene::new().with(Layer::Waters, geometry, json!({"name": "长江", "kind": "yangtze_main"}))
}

fn measured(scene: &Scene, site: Value) -> (Outcome, f64) {
    let report = scene.check(site, with(&chem(), json!({"extent_m": 0})));
    let finding = only(&report, RULE);
    (finding.outcome, finding.measured_m.unwrap().0)
}

/// A corridor of a site, so many metres wide, from one place to another.
fn strip(from: (f64, f64), to: (f64, f64)) -> Value {
    polygon(&[from, (from.0 + 0.0002, from.1), (to.0 + 0.0002, to.1), to])
}

#[test]
fn centroid_trap() {
    // The middle of the site is 2000 m from the bank, its end 500 m.
    let site = strip(at(180.0, 1_500.0), at(0.0, 1_500.0));
    let (result, metres) = measured(&river(area_north(2_000.0)), site);
    assert_eq!(result, Outcome::Violated);
    assert!((metres - 500.0).abs() < 0.5, "{metres}");
    // And the middle of a target is no nearer: a village whose hall lies far behind its first house.
    let village = polygon(&[at(0.0, 30.0), at(20.0, 4_000.0), at(340.0, 4_000.0)]);
    let station =
        json!({"kind": "lpg_station", "action": "new", "volume_m3": 50, "largest_tank_m3": 20, "tank_wall": lot()});
    let report =
        Scene::new().with(Layer::ResidentialZones, village, json!({"persons": 500})).check(pad(100.0), station);
    assert_eq!(outcome(&report, "LPG-8.3"), Outcome::Violated);
}

#[test]
fn mercator_trap() {
    for azimuth in [0.0, 60.0, 90.0, 200.0] {
        for metres in [870.0, 900.0, 999.99] {
            let bank = at(azimuth, metres);
            let (result, found) = measured(&river(line(&[bank, at(azimuth, metres + 5.0)])), point(CENTRE));
            assert_eq!(result, Outcome::Violated, "{azimuth} {metres}");
            assert!((found - metres).abs() < 0.001, "{azimuth} {found}");
            // What the web map would call the same way.
            let [here, there] = [CENTRE, bank].map(web_mercator);
            let mapped = (here.0 - there.0).hypot(here.1 - there.1);
            assert!(mapped > metres * 1.147, "{mapped}: a kilometre of the map is no kilometre");
        }
    }
}

/// EPSG:3857, by the book.
fn web_mercator((lon, lat): (f64, f64)) -> (f64, f64) {
    const RADIUS_M: f64 = 6_378_137.0;
    let north = (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln();
    (RADIUS_M * lon.to_radians(), RADIUS_M * north)
}

#[test]
fn gcj02_trap() {
    // The published formulas put the middle of the scene here.
    let shifted = (115.805_116_6, 29.597_382_9);
    let scene = river(area_north(990.0));
    let ask = |datum: &str| {
        let site =
            json!({"type": "Feature", "properties": with(&chem(), json!({"extent_m": 0})), "geometry": point(shifted)});
        let body = json!({"site": site, "datum": datum});
        let report = scene.ask(&body, &Asked { today: "2026-11-24".parse().unwrap(), ..Asked::default() });
        let finding = only(&report, RULE);
        (finding.outcome, finding.measured_m.unwrap().0)
    };
    let (right, metres) = ask("gcj02");
    assert!((metres - 990.0).abs() < 0.1, "{metres}");
    let (wrong, taken_as_read) = ask("cgcs2000");
    assert!(taken_as_read > metres + 250.0, "some 570 m to the south-east: {taken_as_read}");
    let moved = sisetu::geom::geodesic_m(CENTRE.into(), shifted.into());
    assert!((555.0..585.0).contains(&moved), "{moved}");
    assert_eq!((right, wrong), (Outcome::Violated, Outcome::Met), "the wrong datum passes what stands too near");
}

#[test]
fn exclave_trap() {
    // A district of two parts, coverage drawn for the district as one statement: a site on the island part.
    let (main, island) = (at(225.0, 20_000.0), CENTRE);
    let part = |(x, y): (f64, f64), size: f64| {
        json!([[
            [x - size, y - size],
            [x + size, y - size],
            [x + size, y + size],
            [x - size, y + size],
            [x - size, y - size]
        ]])
    };
    let both = json!({"type": "MultiPolygon", "coordinates": [part(main, 0.1), part(island, 0.03)]});
    let only_main = json!({"type": "MultiPolygon", "coordinates": [part(main, 0.1)]});
    let asked = |covered: &Value, where_: (f64, f64)| {
        let site = polygon(&[where_, (where_.0 + 0.001, where_.1), (where_.0, where_.1 - 0.001)]);
        outcome(&Scene::new().covered(Layer::Waters, covered.clone(), json!({})).check(site, chem()), RULE)
    };
    for place in [main, island] {
        assert_eq!(asked(&both, place), Outcome::Met);
    }
    assert_eq!(asked(&only_main, main), Outcome::Met);
    assert_eq!(asked(&only_main, island), Outcome::Undetermined, "the hull of a district is not its cover");
    // Between both parts the register says nothing.
    assert_eq!(asked(&both, at(225.0, 5_000.0)), Outcome::Undetermined);
}

#[test]
fn two_banks_trap() {
    let bank = |azimuth: f64, metres: f64| {
        line(&[at(azimuth - 40.0, metres * 2.0), at(azimuth, metres), at(azimuth + 40.0, metres * 2.0)])
    };
    let says = |name: &str| json!({"name": name, "kind": "yangtze_main"});
    let scene = Scene::new().with(Layer::Waters, bank(0.0, 4_000.0), says("北岸")).with(
        Layer::Waters,
        bank(0.0, 950.0),
        says("南岸"),
    );
    let report = scene.check(lot(), chem());
    let finding = only(&report, RULE);
    assert_eq!(finding.target.as_ref().unwrap().name, "南岸");
    assert_eq!(finding.outcome, Outcome::Violated);
    // A site in the river has both banks far off; an area says where it stands.
    let water = polygon(&[at(225.0, 3_000.0), at(135.0, 3_000.0), at(45.0, 3_000.0), at(315.0, 3_000.0)]);
    assert_eq!(measured(&river(water), lot()), (Outcome::Violated, 0.0));
}

#[test]
fn border_of_coverage_trap() {
    let (x, y) = CENTRE;
    let west = polygon(&[(x - 0.1, y - 0.1), (x, y - 0.1), (x, y + 0.1), (x - 0.1, y + 0.1)]);
    let straddling = polygon(&[(x - 0.001, y), (x + 0.001, y), (x + 0.001, y - 0.001), (x - 0.001, y - 0.001)]);
    let scene = || Scene::new().covered(Layer::Waters, west.clone(), json!({}));
    let report = scene().check(straddling, chem());
    assert_eq!(outcome(&report, RULE), Outcome::Undetermined);
    assert_eq!(report.verdict, Verdict::Undetermined);
    // Near enough to the border that the rule reaches across it, though the site does not.
    let near = polygon(&[(x - 0.006, y), (x - 0.005, y), (x - 0.005, y - 0.001), (x - 0.006, y - 0.001)]);
    assert_eq!(outcome(&scene().check(near, chem()), RULE), Outcome::Undetermined);
    let inside = polygon(&[(x - 0.03, y), (x - 0.02, y), (x - 0.02, y - 0.001), (x - 0.03, y - 0.001)]);
    assert_eq!(outcome(&scene().check(inside, chem()), RULE), Outcome::Met);
}

#[test]
fn touching_trap() {
    let (x, y) = CENTRE;
    let hotel = json!({"kind": "hotel", "action": "new", "handles_hazchem": false});
    let neighbour = |shift: f64| {
        polygon(&[(x + shift, y), (x + shift + 0.01, y), (x + shift + 0.01, y - 0.01), (x + shift, y - 0.01)])
    };
    let site = polygon(&[(x - 0.01, y), (x, y), (x, y - 0.01), (x - 0.01, y - 0.01)]);
    let park = |shift: f64| Scene::new().with(Layer::ChemicalParks, neighbour(shift), json!({"certified": true}));
    // A shared border touches; a hair beyond does not.
    for (shift, expected) in [(0.0, Outcome::Violated), (-0.000_001, Outcome::Violated), (0.000_001, Outcome::Met)] {
        assert_eq!(outcome(&park(shift).check(site.clone(), hotel.clone()), "HCL-18-2"), expected, "{shift}");
    }
}

#[test]
fn one_village_is_three_objects() {
    // 25 households, 80 persons, 37 m off: what is it?
    let village = |metres: f64| {
        Scene::new().with(
            Layer::ResidentialZones,
            area_north(metres),
            json!({"name": "某村", "persons": 80, "households": 25}),
        )
    };
    // GB 50074: the bracketed figure of a small settlement. A depot of class 4, group A keeps 35 m to it and 70 m to a large one.
    let depot =
        json!({"kind": "oil_depot", "action": "new", "facility_group": "A", "depot_class": "4", "bund_line": lot()});
    let report = village(37.0).check(pad(100.0), depot.clone());
    assert_eq!(outcome(&report, "OIL-8.1"), Outcome::Met);
    assert_eq!(only(&report, "OIL-8.1").required_m.unwrap().0, 35.0);
    assert_eq!(outcome(&village(34.9).check(pad(100.0), depot), "OIL-8.1"), Outcome::Violated);
    // GB 50156: a dwelling, whose class appendix B leaves open: 7 m at least, 11 m at most.
    let station = json!({"kind": "fuel_station", "action": "new", "volume_m3": 90, "diesel_only": false, "tank_wall": lot(),
                         "dispenser": super::scene::block(180.0, 600.0, 20.0)});
    for (metres, expected) in
        [(6.9, Outcome::Violated), (7.0, Outcome::Undetermined), (10.9, Outcome::Undetermined), (11.0, Outcome::Met)]
    {
        assert_eq!(outcome(&village(metres).check(pad(700.0), station.clone()), "GAS-8.2"), expected, "{metres}");
    }
    // GB 36894: from 10 households on, fewer than 30, general class 2, which may bear less than 3e-6 a year.
    let homes = json!({"kind": "residential", "action": "new", "persons": 80, "households": 25});
    for (risk, expected) in
        [(3e-7, Outcome::Met), (2.9e-6, Outcome::Met), (3e-6, Outcome::Violated), (1e-5, Outcome::Violated)]
    {
        let contour = json!({"kind": "individual_risk_contour", "risk_per_year": risk});
        let scene = Scene::new().with(Layer::BufferZones, pad(400.0), contour);
        assert_eq!(outcome(&scene.check(lot(), homes.clone()), "IR-36894"), expected, "{risk}");
    }
}
