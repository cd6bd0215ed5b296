//! Items (a) to (f) of oil pipelines, at their limits.

use serde_json::json;

use super::*;

#[test]
fn a_village_counts_from_fifty_households_on() {
    let village = |households: u32| Scene::oil().village("v", 4000.0, 100.0, households).graded();
    assert!(village(49).is_empty());
    let [(from, to, 2, letters)] = &village(50)[..] else { panic!("{:?}", village(50)) };
    assert_eq!(letters, "c");
    // From 4000 to 4100 m it stands opposite; the area ends 200 m beyond, on whole metres.
    assert!((*from - 3800.0).abs() <= 1.0 && (*to - 4300.0).abs() <= 1.0, "{from} to {to}");
}

#[test]
fn a_unit_counts_from_a_hundred_households_on() {
    let two = |second: u32| Scene::oil().village("v", 4000.0, 100.0, 49).village("w", 5500.0, -180.0, second).graded();
    assert!(two(48).is_empty());
    let three = |last: u32| {
        let scene = Scene::oil().village("u", 4000.0, 100.0, 49).village("v", 4600.0, 100.0, 49);
        scene.village("w", 5500.0, -180.0, last).graded()
    };
    assert!(three(1).is_empty(), "99");
    let [(from, to, 2, letters)] = &three(2)[..] else { panic!("{:?}", three(2)) };
    assert_eq!(letters, "b");
    assert!((*from - 3800.0).abs() <= 1.0 && (*to - 5800.0).abs() <= 1.0, "{from} to {to}");
}

#[test]
fn a_unit_is_no_longer_than_two_kilometres() {
    let apart =
        |west: f64| Scene::oil().village("u", 2000.0, 0.0, 49).village("v", west, 0.0, 49).village("w", west, -80.0, 2);
    // Each touches the strip from 200 m before it to 200 m after it: 2300 and west - 200.
    assert_eq!(apart(4499.0).graded().len(), 1);
    assert!(apart(4501.0).graded().is_empty());
}

#[test]
fn two_hundred_metres_are_measured_edge_to_edge() {
    let off = |north: f64| Scene::oil().village("v", 4000.0, north, 60).worst();
    assert_eq!((off(199.99), off(200.01)), (Some(2), None));
    let water = |north: f64| {
        let river = json!({"name": "江", "kind": "yangtze_tributary"});
        Scene::oil().with(Layer::Waters, "r", block(4000.0, north, 900.0, 90.0), river).worst()
    };
    assert_eq!((water(199.99), water(200.01)), (Some(3), None));
}

#[test]
fn persons_stand_for_households_and_that_is_said() {
    let village = |persons: f64| {
        let properties = json!({"name": "v", "persons": persons, "max_storeys": 2});
        Scene::oil().with(Layer::ResidentialZones, "v", block(4000.0, 100.0, 100.0, 80.0), properties)
    };
    assert_eq!((village(166.0).worst(), village(167.0).worst()), (None, Some(2)));
    let segments = village(400.0).segments();
    let graded = segments.iter().find(|segment| segment.grade.is_some()).unwrap();
    assert!(graded.hits.iter().all(|hit| hit.derived) && graded.reason().contains("推算"), "{}", graded.reason());
}

#[test]
fn housing_of_four_storeys_is_the_worst() {
    let storeys = |storeys: u32| {
        let properties = json!({"name": "v", "households": 10, "max_storeys": storeys});
        Scene::oil().with(Layer::ResidentialZones, "v", block(4000.0, 100.0, 100.0, 80.0), properties)
    };
    assert_eq!((storeys(3).worst(), storeys(4).worst()), (None, Some(3)));
    assert_eq!(storeys(4).level(), Some(RiskLevel::High));
}

#[test]
fn ways_count_within_fifty_metres_of_their_edge() {
    let road = |kind: &str, north: f64, half: f64| {
        let road = json!({"name": "G1", "kind": kind, "half_width_m": half});
        Scene::oil().with(Layer::Roads, "r", line(&[(3000.0, north), (4000.0, north)]), road)
    };
    assert_eq!(road("expressway", 69.98, 20.0).worst(), Some(1));
    assert_eq!(road("expressway", 70.02, 20.0).worst(), None);
    assert_eq!(road("county", 10.0, 20.0).worst(), None);
    assert_eq!(road("provincial", 10.0, 20.0).level(), Some(RiskLevel::Low), "all else is known");
    let railway = json!({"name": "铁路", "kind": "other", "half_width_m": 0});
    assert_eq!(
        Scene::oil().with(Layer::Railways, "r", line(&[(3000.0, 40.0), (4000.0, 40.0)]), railway).worst(),
        Some(1)
    );
}

#[test]
fn places_of_flammable_goods_count_by_the_table_of_kinds() {
    let plant = |kind: &str| {
        let plant = json!({"name": "厂", "kind": kind});
        Scene::oil().with(Layer::Enterprises, "e", block(4000.0, 40.0, 50.0, 50.0), plant)
    };
    assert_eq!(plant("fuel_station").worst(), Some(1));
    assert_eq!((plant("factory").worst(), plant("factory").segments().len()), (None, 1));
    let perhaps = plant("chem_project");
    assert!(perhaps.worst().is_none() && perhaps.segments().iter().any(Segment::is_open));
}

#[test]
fn reserves_and_water_sources_count() {
    let area = |kind: &str| {
        let area = json!({"name": "区", "kind": kind});
        Scene::oil().with(Layer::ProtectedAreas, "a", block(4000.0, 150.0, 500.0, 500.0), area).worst()
    };
    let kinds = ["wetland", "nature_reserve", "water_source_1", "water_source_quasi", "scenic"];
    assert_eq!(kinds.map(area), [Some(2), Some(2), Some(3), Some(3), None]);
    let water = |kind: &str| {
        let scene = Scene::oil().with(
            Layer::Waters,
            "w",
            block(4000.0, 150.0, 500.0, 500.0),
            json!({"name": "水", "kind": kind}),
        );
        (scene.worst(), scene.segments().iter().any(Segment::is_open))
    };
    assert_eq!(["yangtze_main", "lake", "reservoir"].map(water), [(Some(3), false), (None, false), (None, true)]);
}
