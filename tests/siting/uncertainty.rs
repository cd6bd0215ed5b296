//! What is not known exactly, what is not covered, and shapes and coordinates that mislead.

use serde_json::{Value, json};
use sisetu::geom::Metres;
use sisetu::model::{Layer, Outcome, SitingReport, Verdict};
use sisetu::siting::Asked;

use super::scene::{CENTRE, Scene, area_north, at, line, line_north, lot, only, outcome, pad, point, polygon, with};

const RULE: &str = "YRP-26-2";

fn chem() -> Value {
    json!({"kind": "chem_project", "action": "new", "handles_hazchem": false, "discharges_pollutants": false, "excavation": false})
}

fn exact() -> Value {
    with(&chem(), json!({"extent_m": 0}))
}

fn river(geometry: Value) -> Scene {
    let says = json!({"name": "长江", "kind": "yangtze_main", "bankline_source": "management_boundary"});
    Scene::new().with(Layer::Waters, geometry, says)
}

fn measured(report: &SitingReport) -> (Outcome, f64) {
    let finding = only(report, RULE);
    (finding.outcome, finding.measured_m.unwrap().0)
}

// ---- coverage

#[test]
fn coverage_must_hold_the_whole_reach_and_not_only_the_site() {
    let check = |reach: f64| Scene::new().covered(Layer::Waters, pad(reach), json!({})).check(point(CENTRE), exact());
    assert_eq!(outcome(&check(1000.02), RULE), Outcome::Met);
    assert_eq!(outcome(&check(999.98), RULE), Outcome::Undetermined);
}

#[test]
fn a_point_that_may_be_larger_needs_coverage_as_far_around_it() {
    let check = |reach: f64, extent: Value| {
        let scene = Scene::new().covered(Layer::Waters, pad(reach), json!({}));
        outcome(&scene.check(point(CENTRE), with(&chem(), json!({"extent_m": extent}))), RULE)
    };
    assert_eq!(check(1200.0, json!(100)), Outcome::Met);
    assert_eq!(check(1200.0, json!(300)), Outcome::Undetermined);
    assert_eq!(check(1200.0, Value::Null), Outcome::Undetermined);
    assert_eq!(check(1501.0, Value::Null), Outcome::Met);
}

#[test]
fn statements_count_only_while_they_are_valid() {
    let check = |valid_until: Value, day: &str| {
        let scene = Scene::new().covered(Layer::Waters, pad(5000.0), json!({"valid_until": valid_until}));
        outcome(&scene.check_as_of(lot(), chem(), day), RULE)
    };
    assert_eq!(check(Value::Null, "2026-11-24"), Outcome::Met);
    assert_eq!(check(json!("2026-11-24"), "2026-11-24"), Outcome::Met);
    assert_eq!(check(json!("2026-11-23"), "2026-11-24"), Outcome::Undetermined);
    assert_eq!(
        check(json!("end of the year"), "2026-11-24"),
        Outcome::Undetermined,
        "what cannot be read is not relied on"
    );
}

#[test]
fn statements_join_over_places_and_kinds() {
    let kinds = ["yangtze_main", "yangtze_tributary", "yangtze_major_tributary"];
    let (x, y) = CENTRE;
    let west = polygon(&[(x - 0.05, y - 0.05), (x, y - 0.05), (x, y + 0.05), (x - 0.05, y + 0.05)]);
    let east = polygon(&[(x, y - 0.05), (x + 0.05, y - 0.05), (x + 0.05, y + 0.05), (x, y + 0.05)]);
    let joined = Scene::new()
        .covered(Layer::Waters, west.clone(), json!({"kinds": kinds}))
        .covered(Layer::Waters, east.clone(), json!({"kinds": kinds[..2]}))
        .covered(Layer::Waters, east.clone(), json!({"kinds": ["yangtze_major_tributary", "lake"]}));
    assert_eq!(outcome(&joined.check(lot(), chem()), RULE), Outcome::Met);
    let lacking = Scene::new().covered(Layer::Waters, west, json!({"kinds": kinds})).covered(
        Layer::Waters,
        east,
        json!({"kinds": kinds[..2]}),
    );
    let report = lacking.check(lot(), chem());
    assert_eq!(outcome(&report, RULE), Outcome::Undetermined);
    assert!(only(&report, RULE).explanation.zh.contains("yangtze_major_tributary"));
}

#[test]
fn a_rule_without_kinds_is_covered_once_every_kind_is() {
    let quarry = json!({"kind": "quarry_mine", "action": "new", "blasting": true, "excavation": true});
    let check = |kinds: Value| {
        let scene = Scene::new().covered(Layer::PipelineFacilities, pad(3000.0), json!({"kinds": kinds}));
        outcome(&scene.check(lot(), quarry.clone()), "PIP-35-3")
    };
    assert_eq!(check(json!(["station", "valve_room", "tank", "loading", "vent", "gas_store"])), Outcome::Met);
    assert_eq!(check(json!(["station", "valve_room", "tank", "loading", "vent"])), Outcome::Undetermined);
    assert_eq!(check(json!([])), Outcome::Undetermined);
}

#[test]
fn an_unavailable_layer_is_named_and_what_it_would_show_is_not_invented() {
    let report = river(area_north(100.0)).unavailable(Layer::Waters).check(lot(), chem());
    let finding = only(&report, RULE);
    assert_eq!((finding.outcome, &finding.target), (Outcome::Undetermined, &None));
    assert!(finding.explanation.zh.contains("waters") && finding.explanation.zh.contains("damaged"));
    let without = river(area_north(3000.0)).unavailable(Layer::Coverage).check(lot(), chem());
    assert_eq!(without.verdict, Verdict::Undetermined);
    assert!(without.coverage.iter().all(|row| !row.complete));
    let still = river(area_north(100.0)).unavailable(Layer::Coverage).check(lot(), chem());
    assert_eq!(still.verdict, Verdict::Veto);
}

// ---- shapes

#[test]
fn both_banks_of_a_river_count_and_the_nearer_is_reported() {
    let banks = || {
        let says = |name: &str| json!({"name": name, "kind": "yangtze_main", "bankline_source": "planned_shoreline"});
        Scene::new().with(Layer::Waters, line_north(1500.0), says("北岸")).with(
            Layer::Waters,
            line_north(900.0),
            says("南岸"),
        )
    };
    let report = banks().check(lot(), exact());
    let finding = only(&report, RULE);
    assert_eq!((finding.outcome, finding.target.as_ref().unwrap().name.as_str()), (Outcome::Violated, "南岸"));
    // A site between two banks drawn as an area stands in the river.
    let wide = polygon(&[at(225.0, 4000.0), at(135.0, 4000.0), at(45.0, 4000.0), at(315.0, 4000.0)]);
    assert_eq!(measured(&river(wide).check(lot(), exact())), (Outcome::Violated, 0.0));
}

#[test]
fn an_island_is_measured_to_its_own_shore() {
    let mut water = pad(6000.0);
    water["coordinates"].as_array_mut().unwrap().push(pad(1200.0)["coordinates"][0].clone());
    let (result, metres) = measured(&river(water.clone()).check(point(CENTRE), exact()));
    assert_eq!(result, Outcome::Met);
    assert!((metres - 1200.0).abs() < 0.5, "{metres}");
    let (result, _) = measured(&river(water).check(point(at(90.0, 300.0)), exact()));
    assert_eq!(result, Outcome::Violated);
}

#[test]
fn a_long_thin_site_is_measured_from_its_edge_and_not_from_its_middle() {
    let site = line_to_area(at(180.0, 2000.0), at(0.0, 2500.0));
    let (result, metres) = measured(&river(area_north(3000.0)).check(site, exact()));
    assert_eq!(result, Outcome::Violated);
    assert!((metres - 500.0).abs() < 0.5, "{metres}");
}

fn line_to_area(from: (f64, f64), to: (f64, f64)) -> Value {
    polygon(&[from, (from.0 + 0.0001, from.1), (to.0 + 0.0001, to.1), to])
}

#[test]
fn every_part_of_a_site_counts() {
    let far = pad(20.0)["coordinates"].clone();
    let near = area_north(1500.0)["coordinates"].clone();
    let both = json!({"type": "MultiPolygon", "coordinates": [far, near]});
    let (result, metres) = measured(&river(area_north(2600.0)).check(both, exact()));
    assert_eq!(result, Outcome::Violated);
    assert!(metres < 1000.0, "{metres}");
    let track = line(&[at(270.0, 3000.0), at(0.0, 1700.0)]);
    let (result, metres) = measured(&river(area_north(2600.0)).check(track, exact()));
    assert_eq!(result, Outcome::Violated);
    assert!((metres - 900.0).abs() < 1.0, "{metres}");
}

#[test]
fn what_lies_in_a_courtyard_of_the_site_is_outside_it() {
    let mut site = pad(4000.0);
    site["coordinates"].as_array_mut().unwrap().push(pad(2500.0)["coordinates"][0].clone());
    let pond = polygon(&[at(225.0, 100.0), at(135.0, 100.0), at(45.0, 100.0), at(315.0, 100.0)]);
    let (result, metres) = measured(&river(pond).check(site, exact()));
    assert_eq!(result, Outcome::Met);
    assert!(metres > 2300.0 && metres < 2500.0, "{metres}");
}

// ---- coordinates

#[test]
fn mercator_metres_would_call_nine_hundred_metres_a_kilometre() {
    // 900 m on the ground are about 1035 m in Web Mercator here; 1100 m of Mercator are 956 m on the ground.
    for (metres, expected) in [(900.0, Outcome::Violated), (956.0, Outcome::Violated), (1001.0, Outcome::Met)] {
        for azimuth in [0.0, 45.0, 90.0, 200.0, 270.0] {
            let (x, y) = at(azimuth, metres);
            let gauge = line(&[(x, y), at(azimuth, metres + 1.0)]);
            let (result, found) = measured(&river(gauge).check(point(CENTRE), exact()));
            assert_eq!(result, expected, "{azimuth}");
            assert!((found - metres).abs() < 0.001, "{azimuth} {found}");
        }
    }
}

fn asked(member: &str, word: &str, x: f64, y: f64, metres: f64) -> (Outcome, f64) {
    let site = json!({"type": "Feature", "properties": exact(), "geometry": {"type": "Point", "coordinates": [x, y]}});
    let body = json!({"site": site, member: word});
    measured(&river(area_north(metres)).ask(&body, &Asked { today: "2026-11-24".parse().unwrap(), ..Asked::default() }))
}

#[test]
fn coordinates_of_a_web_map_are_shifted_back_before_anything_is_measured() {
    // The middle of the scene, carried over by the published formulas outside this program.
    for (datum, x, y) in [("gcj02", 115.805_116_6, 29.597_382_9), ("bd09", 115.811_515_7, 29.603_714_1)] {
        let (_, metres) = asked("datum", datum, x, y, 1000.0);
        assert!((metres - 1000.0).abs() < 0.1, "{datum} {metres}");
        let unshifted = asked("datum", "cgcs2000", x, y, 1000.0).1;
        assert!((unshifted - 1000.0).abs() > 100.0, "{datum} {unshifted}");
    }
    // Inside the kilometre only when shifted back: what the map shows 300 m farther off is vetoed.
    let (result, _) = asked("datum", "gcj02", 115.805_116_6, 29.597_382_9, 990.0);
    assert_eq!(result, Outcome::Violated);
    assert_eq!(asked("datum", "cgcs2000", 115.805_116_6, 29.597_382_9, 990.0).0, Outcome::Met);
}

#[test]
fn projected_coordinates_are_easting_then_northing() {
    // 115.8017, 29.6108 is E 383 927.638, N 3 277 570.694 on the 117° meridian.
    let there = |crs: &str, x: f64, y: f64| asked("crs", crs, x, y, 2000.0).1;
    let degrees = asked("crs", "EPSG:4490", 115.8017, 29.6108, 2000.0).1;
    let projected = there("EPSG:4548", 383_927.638, 3_277_570.694);
    let zoned = there("EPSG:4527", 39_383_927.638, 3_277_570.694);
    assert!((projected - degrees).abs() < 0.002, "{projected} {degrees}");
    assert!((zoned - degrees).abs() < 0.002, "{zoned} {degrees}");
}

// ---- accuracy and assumptions

#[test]
fn the_tolerance_is_the_root_of_the_summed_squares() {
    let says = json!({"name": "长江", "kind": "yangtze_main", "accuracy_m": 4});
    let check = |metres: f64| {
        let scene = Scene::new().with(Layer::Waters, area_north(metres), says.clone());
        scene.check(point(CENTRE), with(&exact(), json!({"accuracy_m": 3})))
    };
    for (metres, expected) in [(1000.0, Outcome::Violated), (1004.99, Outcome::Marginal), (1005.01, Outcome::Met)] {
        let report = check(metres);
        let finding = only(&report, RULE);
        assert_eq!((finding.outcome, finding.tolerance_m), (expected, Metres(5.0)), "{metres}");
    }
    assert_eq!(check(1002.0).verdict, Verdict::Review);
}

#[test]
fn a_stated_extent_is_tried_and_not_asked_for_again() {
    let check =
        |extent: Value| river(area_north(1200.0)).check(point(CENTRE), with(&chem(), json!({"extent_m": extent})));
    let stated = check(json!(250));
    let finding = only(&stated, RULE);
    assert_eq!(finding.outcome, Outcome::Undetermined);
    assert_eq!(
        (finding.assumed[0].field.as_str(), finding.assumed[0].value, finding.assumed[0].of.as_str()),
        ("extent_m", 250.0, "site")
    );
    assert!(stated.questions.iter().all(|question| question.fact != "extent_m"), "{:?}", stated.questions);
    let unstated = check(Value::Null);
    assert!(
        unstated
            .questions
            .iter()
            .any(|question| question.fact == "extent_m" && question.rules.iter().any(|rule| rule == RULE))
    );
    assert_eq!(outcome(&check(json!(199.9)), RULE), Outcome::Met);
    assert_eq!(outcome(&check(json!(200)), RULE), Outcome::Undetermined);
}

#[test]
fn several_points_are_no_more_exact_than_one() {
    let points = json!({"type": "MultiPoint", "coordinates": [[CENTRE.0, CENTRE.1], [CENTRE.0, CENTRE.1 - 0.001]]});
    assert_eq!(outcome(&river(area_north(1400.0)).check(points, chem()), RULE), Outcome::Undetermined);
}

#[test]
fn a_question_is_asked_only_where_its_answer_could_change_something() {
    // Too near as drawn: no extent, however small, would mend it. What is open is whether it handles dangerous goods.
    let road = Scene::new().with(Layer::Roads, line_north(50.0), json!({"kind": "county", "half_width_m": 5}));
    let report = road.check(point(CENTRE), json!({"kind": "chem_project", "action": "new"}));
    let asked = |fact: &str| {
        report.questions.iter().any(|question| question.fact == fact && question.rules.contains(&"HWY-18".to_owned()))
    };
    assert!(asked("handles_hazchem") && !asked("extent_m"));
    // Uncovered, and it is open whether the rule applies at all: an answer could settle it.
    let bare = Scene::new().without_coverage(Layer::Roads);
    let report = bare.check(lot(), json!({"kind": "chem_project", "action": "new"}));
    assert!(
        report
            .questions
            .iter()
            .any(|question| question.fact == "handles_hazchem" && question.rules.contains(&"HWY-18".to_owned()))
    );
}

#[test]
fn tank_walls_must_be_walls_and_lie_where_the_site_is() {
    let body = |site: Value, wall: Value| {
        let says =
            json!({"kind": "lpg_station", "action": "new", "volume_m3": 50, "largest_tank_m3": 20, "tank_wall": wall});
        let body = json!({"type": "Feature", "geometry": site, "properties": says});
        sisetu::siting::request::parse(&body, &Asked::default()).map(|_| ()).map_err(|faults| faults.0[0].field.clone())
    };
    let bad = Err("tank_wall".to_owned());
    assert_eq!(body(pad(100.0), lot()), Ok(()));
    assert_eq!(body(pad(100.0), Value::Null), Ok(()));
    assert_eq!(body(pad(100.0), point(CENTRE)), bad, "a point is no wall");
    assert_eq!(body(pad(10.0), lot()), bad);
    assert_eq!(body(point(CENTRE), lot()), Ok(()));
    assert_eq!(body(point(at(90.0, 5000.0)), lot()), bad, "tanks elsewhere would be measured instead of the site's");
}
