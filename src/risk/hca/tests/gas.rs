//! Items and location classes of gas pipelines, at their limits.

use serde_json::json;

use super::*;

fn classes(scene: &Scene) -> Vec<&'static str> {
    scene.segments().iter().filter_map(|segment| segment.location_class).collect()
}

fn school(scene: Scene, north: f64) -> Scene {
    scene.with(
        Layer::ProtectionTargets,
        "s",
        block(4000.0, north, 60.0, 60.0),
        json!({"name": "小学", "kind": "school"}),
    )
}

#[test]
fn classes_change_at_fifteen_and_at_a_hundred_households() {
    let village = |households: u32| Scene::gas().village("v", 4000.0, 100.0, households);
    assert_eq!(classes(&village(15)), ["1-1", "1-2", "1-1"]);
    assert_eq!(classes(&village(16)), ["1-1", "2", "1-1"]);
    assert_eq!((classes(&village(99)), village(99).worst()), (vec!["1-1", "2", "1-1"], None));
    assert_eq!(classes(&village(100)), ["1-1", "3", "1-1"]);
    let [(from, to, 2, letters)] = &village(100).graded()[..] else { panic!() };
    assert_eq!(letters, "b");
    assert!((*from - 3800.0).abs() <= 1.0 && (*to - 4300.0).abs() <= 1.0, "{from} to {to}");
}

#[test]
fn a_class_is_that_of_the_strip() {
    let village = |north: f64| classes(&Scene::gas().village("v", 4000.0, north, 100));
    assert!(village(199.99).contains(&"3"));
    assert_eq!(village(200.01), ["1-1"]);
}

#[test]
fn high_housing_makes_class_four_and_the_third_grade() {
    let properties = json!({"name": "小区", "households": 300, "max_storeys": 6});
    let scene = Scene::gas().with(Layer::ResidentialZones, "v", block(4000.0, 100.0, 100.0, 80.0), properties);
    assert_eq!(classes(&scene), ["1-1", "4", "1-1"]);
    let [(_, _, 3, letters)] = &scene.graded()[..] else { panic!("{:?}", scene.graded()) };
    assert_eq!(letters, "a", "class three is not told of class four");
}

#[test]
fn of_large_pipes_places_count_within_the_impact_radius() {
    // 813 mm at 10 MPa: 254.5 m.
    let large = |north: f64| school(Scene::gas_of(813.0, 10.0), north).graded();
    let [(_, _, 2, letters)] = &large(254.0)[..] else { panic!("{:?}", large(254.0)) };
    assert_eq!(letters, "c");
    assert!(large(255.0).is_empty());
}

#[test]
fn of_small_pipes_only_those_within_the_radius_count() {
    // 219 mm at 1.5 MPa: 26.6 m.
    let small = |north: f64| school(Scene::gas_of(219.0, 1.5), north);
    assert_eq!((small(26.0).worst(), small(27.0).worst()), (Some(1), None));
    assert_eq!(small(26.0).level(), Some(RiskLevel::Low), "all else is known");
}

#[test]
fn of_other_pipes_two_hundred_metres_count_and_somebody_has_to_look() {
    let other = |north: f64| school(Scene::gas(), north);
    assert_eq!((other(199.99).worst(), other(200.01).worst()), (Some(2), None));
    let segments = other(150.0).segments();
    let graded = segments.iter().find(|segment| segment.grade.is_some()).unwrap();
    assert!(graded.reason().contains("须人工复核") && graded.reason().contains("K-M"), "{}", graded.reason());
}

#[test]
fn places_of_flammable_goods_count_outside_the_third_class_only() {
    let station = |scene: Scene| {
        let station = json!({"name": "加油站", "kind": "fuel_station"});
        scene.with(Layer::Enterprises, "f", block(4000.0, -150.0, 60.0, 60.0), station)
    };
    let lonely = station(Scene::gas()).graded();
    assert!(matches!(&lonely[..], [(_, _, 3, letters)] if letters == "f"), "{lonely:?}");
    let in_town = station(Scene::gas().village("v", 3500.0, 100.0, 60).village("w", 4500.0, 100.0, 60)).graded();
    assert!(matches!(&in_town[..], [(_, _, 2, letters)] if letters == "b"), "{in_town:?}");
}
