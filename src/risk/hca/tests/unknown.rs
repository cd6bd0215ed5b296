//! What is not known is never better than what is.

use serde_json::json;

use super::*;

fn open(scene: &Scene) -> Vec<(f64, f64)> {
    let segments = scene.segments();
    assert_whole(&segments);
    segments.iter().filter(|one| one.is_open()).map(|one| (one.from_m, one.to_m)).collect()
}

#[test]
fn a_village_nobody_counted_leaves_its_stretch_undetermined() {
    let scene = Scene::oil().village("v", 4000.0, 100.0, Value::Null);
    let [(from, to)] = open(&scene)[..] else { panic!("{:?}", open(&scene)) };
    assert!((from - 3800.0).abs() <= 1.0 && (to - 4300.0).abs() <= 1.0, "{from} to {to}");
    assert_eq!((scene.worst(), scene.level()), (None, None));
    let gas = Scene::gas().village("v", 4000.0, 100.0, Value::Null).segments();
    assert_eq!(gas.iter().map(|one| one.location_class).collect::<Vec<_>>(), [Some("1-1"), None, Some("1-1")]);
}

#[test]
fn it_reaches_as_far_as_a_unit_that_it_may_fill() {
    let scene = Scene::oil().village("v", 4000.0, 100.0, Value::Null).village("w", 5500.0, 100.0, 30);
    let [(from, to)] = open(&scene)[..] else { panic!("{:?}", open(&scene)) };
    assert!((from - 3800.0).abs() <= 1.0 && (to - 5800.0).abs() <= 1.0, "{from} to {to}");
}

#[test]
fn a_known_item_grades_all_the_same_and_what_may_be_worse_is_said() {
    let properties = json!({"name": "v", "households": 120});
    let scene = Scene::oil().with(Layer::ResidentialZones, "v", block(4000.0, 100.0, 100.0, 80.0), properties);
    let segments = scene.segments();
    let graded = segments.iter().find(|segment| segment.grade.is_some()).unwrap();
    assert_eq!((graded.grade, graded.level()), (Some(2), Some(RiskLevel::Moderate)));
    assert!(graded.is_open() && graded.open.iter().all(|open| open.grade == 3), "{:?}", graded.open);
    assert_eq!(scene.level(), Some(RiskLevel::Moderate));
}

#[test]
fn what_may_be_worse_is_not_blue() {
    let road = json!({"name": "G1", "kind": "national", "half_width_m": 10});
    let known = Scene::oil().with(Layer::Roads, "r", line(&[(3000.0, 10.0), (4000.0, 10.0)]), road);
    assert_eq!(known.level(), Some(RiskLevel::Low));
    for layer in [Layer::Waters, Layer::ResidentialZones, Layer::ProtectedAreas] {
        let scene = known.clone().without_coverage_of(layer);
        assert_eq!((scene.worst(), scene.level()), (Some(1), None), "{layer}");
        assert!(scene.segments().iter().all(|segment| segment.is_open() && segment.level().is_none()));
    }
    let railways = known.without_coverage_of(Layer::Railways);
    assert_eq!(railways.level(), None, "the rest of the line may be an area of the first grade");
}

#[test]
fn every_layer_that_an_item_reads_is_asked_for() {
    for (scene, layers) in [
        (
            Scene::oil(),
            &[
                Layer::ResidentialZones,
                Layer::Roads,
                Layer::Railways,
                Layer::Enterprises,
                Layer::Installations,
                Layer::ProtectedAreas,
                Layer::Waters,
            ][..],
        ),
        (Scene::gas(), &[Layer::ResidentialZones, Layer::ProtectionTargets, Layer::Enterprises, Layer::Installations]),
    ] {
        for layer in Hca::reads().into_iter().filter(|layer| *layer != Layer::Coverage) {
            let uncovered = open(&scene.clone().without_coverage_of(layer));
            assert_eq!(uncovered.len(), usize::from(layers.contains(&layer)), "{layer}");
            let mut lost = scene.clone();
            lost.lost.push(layer);
            assert_eq!(open(&lost).len(), usize::from(layers.contains(&layer)), "{layer}");
        }
        let mut lost = scene.clone();
        lost.lost.push(Layer::Coverage);
        assert_eq!(open(&lost).len(), 1);
    }
}

#[test]
fn coverage_must_hold_the_strip_and_reaches_a_unit_beyond() {
    let within = |south: f64, east: f64| {
        // Straight in the plane as the pipe is, not in degrees.
        let edge = (-2..=40).map(|n| (f64::from(n) * 500.0, south)).filter(|(at, _)| *at < east).chain([(east, south)]);
        let ring = edge.chain([(east, 5e3), (-1e3, 5e3)]).map(|(east, north)| at(east, north)).collect();
        let strip = Geometry::from(Polygon::new(LineString::new(ring), vec![]));
        let statement = json!({"layer": "waters", "as_of": "2026-10-31"});
        let scene = Scene::oil().without_coverage_of(Layer::Waters);
        open(&scene.with(Layer::Coverage, "c", strip, statement))
    };
    assert!(within(-200.01, 2e4).is_empty());
    assert_eq!(within(-199.99, 2e4).len(), 1);
    let [(from, to)] = within(-5e3, 6000.0)[..] else { panic!() };
    assert!((from - 5800.0).abs() <= 1.0 && to > 9_999.0, "{from} to {to}");
}

#[test]
fn a_statement_that_lapsed_before_the_newest_says_nothing() {
    let lapsing = |until: &str| {
        let statement = json!({"layer": "waters", "as_of": "2026-01-01", "valid_until": until});
        let scene = Scene::oil().without_coverage_of(Layer::Waters);
        open(&scene.with(Layer::Coverage, "c", block(-5e4, -5e4, 1e5, 1e5), statement)).len()
    };
    assert_eq!((lapsing("2026-10-31"), lapsing("2026-10-30")), (0, 1));
}

#[test]
fn a_statement_of_other_kinds_says_nothing() {
    let of = |kinds: &[&str]| {
        let statement = json!({"layer": "roads", "as_of": "2026-10-31", "kinds": kinds});
        let scene = Scene::oil().without_coverage_of(Layer::Roads);
        open(&scene.with(Layer::Coverage, "c", block(-5e4, -5e4, 1e5, 1e5), statement)).len()
    };
    assert_eq!((of(&["expressway", "national", "provincial"]), of(&["expressway", "national"])), (0, 1));
}

#[test]
fn an_unknown_width_or_radius_is_tried() {
    let road = |north: f64| {
        let road = json!({"name": "G1", "kind": "national"});
        let scene = Scene::oil().with(Layer::Roads, "r", line(&[(3000.0, north), (4000.0, north)]), road);
        (scene.worst(), open(&scene).len())
    };
    assert_eq!((road(40.0).0, road(79.0), road(81.0)), (Some(1), (None, 1), (None, 0)));
}

#[test]
fn without_diameter_or_pressure_the_radius_is_open() {
    let pipe = |properties: Value| open(&Scene::of(properties)).len();
    assert_eq!(pipe(json!({"medium": "natural_gas", "diameter_mm": 813})), 1);
    assert_eq!(pipe(json!({"medium": "natural_gas"})), 1);
    assert_eq!(pipe(json!({"medium": "natural_gas", "diameter_mm": 508})), 0, "too small for the radius to count");
}
