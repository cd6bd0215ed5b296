//! 公路安全保护条例 第十一条、第十三条、第十八条.

use serde_json::{Value, json};
use sisetu::model::{Layer, Outcome, Verdict};

use super::scene::{Scene, area_north, at, limit, line_north, lot, of, only, outcome, pad, point, with};

fn road(kind: &str, metres: f64, half_width: Value) -> Scene {
    Scene::new().with(Layer::Roads, line_north(metres), json!({"kind": kind, "half_width_m": half_width}))
}

fn house() -> Value {
    json!({"kind": "building_any", "action": "new", "excavation": false, "discharges_pollutants": false})
}

fn store() -> Value {
    json!({"kind": "explosives_store", "action": "new", "excavation": false, "discharges_pollutants": false})
}

#[test]
fn the_control_zone_counts_from_the_edge_of_the_roads_land() {
    for (kind, metres) in
        [("expressway", 30.0), ("national", 20.0), ("provincial", 15.0), ("county", 10.0), ("township", 5.0)]
    {
        let scene = |distance: f64| road(kind, distance + 12.5, json!(12.5));
        limit("HWY-11", metres, Outcome::Violated, Outcome::Violated, scene, &house());
    }
    let report = road("county", 10.0, json!(7.0)).check(lot(), house());
    assert_eq!(only(&report, "HWY-11").measured_m.unwrap().0, 3.0);
    assert_eq!(report.verdict, Verdict::Veto);
    let on_the_road = road("county", 5.0, json!(7.0)).check(lot(), house());
    assert_eq!(only(&on_the_road, "HWY-11").measured_m.unwrap().0, 0.0);
}

#[test]
fn streets_have_no_control_zone_and_rebuilding_is_not_named() {
    assert_eq!(outcome(&road("urban", 1.0, json!(0)).check(lot(), house()), "HWY-11"), Outcome::Met);
    let rebuild = with(&house(), json!({"action": "renovate"}));
    assert!(of(&road("national", 1.0, json!(0)).check(lot(), rebuild), "HWY-11").is_empty());
    let larger = with(&house(), json!({"action": "expand"}));
    assert_eq!(outcome(&road("national", 1.0, json!(0)).check(lot(), larger), "HWY-11"), Outcome::Violated);
}

#[test]
fn a_road_without_a_width_is_tried_with_the_upper_default() {
    let tried = |metres: f64| {
        let report = road("county", metres, Value::Null).check(lot(), house());
        let finding = only(&report, "HWY-11").clone();
        assert_eq!(finding.assumed[0].field, "half_width_m");
        assert_eq!(finding.assumed[0].of, "roads/roads-1");
        assert!((finding.measured_m.unwrap().0 - metres).abs() < 1e-3, "measured is only what is given");
        (finding.outcome, finding.assumed[0].value)
    };
    let (drawn, default) = tried(10.0);
    assert_eq!(drawn, Outcome::Violated);
    assert_eq!(tried(10.01).0, Outcome::Undetermined);
    assert_eq!(tried(10.0 + default).0, Outcome::Undetermined);
    assert_eq!(tried(10.0 + default + 0.001).0, Outcome::Met);
}

#[test]
fn dangerous_goods_keep_a_hundred_metres_from_every_class_of_road() {
    for kind in ["expressway", "national", "provincial", "county", "township"] {
        let scene = |distance: f64| road(kind, distance + 5.0, json!(5));
        limit("HWY-18", 100.0, Outcome::Violated, Outcome::Violated, scene, &store());
    }
    assert_eq!(outcome(&road("urban", 10.0, json!(0)).check(lot(), store()), "HWY-18"), Outcome::Met);
}

#[test]
fn bridges_and_ferries_are_kept_two_hundred_metres_and_tunnels_a_hundred() {
    for (kind, metres) in [("bridge_medium_plus", 200.0), ("highway_ferry", 200.0), ("highway_tunnel", 100.0)] {
        let drawn = |distance: f64| Scene::new().with(Layer::Structures, area_north(distance), json!({"kind": kind}));
        limit("HWY-18", metres, Outcome::Violated, Outcome::Violated, drawn, &store());
        let line = |distance: f64| Scene::new().with(Layer::Structures, line_north(distance), json!({"kind": kind}));
        limit("HWY-18", metres, Outcome::Violated, Outcome::Violated, line, &store());
    }
    for kind in ["railway_bridge", "wharf", "dam"] {
        let other = Scene::new().with(Layer::Structures, area_north(10.0), json!({"kind": kind}));
        assert_eq!(outcome(&other.check(lot(), store()), "HWY-18"), Outcome::Met, "{kind}");
    }
}

#[test]
fn every_kind_of_dangerous_place_is_meant() {
    let near = || road("township", 50.0, json!(0));
    for kind in [
        "oil_depot",
        "lpg_station",
        "explosives_store",
        "fireworks_store",
        "hazchem_production_unit",
        "hazchem_storage_mhs",
        "hazmat_place",
    ] {
        let report = near().check(lot(), json!({"kind": kind, "action": "new"}));
        assert_eq!(outcome(&report, "HWY-18"), Outcome::Violated, "{kind}");
        assert_eq!(report.verdict, Verdict::Veto, "{kind}");
    }
    assert!(of(&near().check(lot(), house()), "HWY-18").is_empty());
}

#[test]
fn whether_a_chemical_project_handles_dangerous_goods_is_asked() {
    let check = |handles: Value| {
        let facts = json!({"kind": "chem_project", "action": "new", "handles_hazchem": handles});
        road("county", 50.0, json!(5)).check(lot(), facts)
    };
    let unsaid = check(Value::Null);
    assert_eq!(outcome(&unsaid, "HWY-18"), Outcome::Undetermined);
    assert!(
        unsaid
            .questions
            .iter()
            .any(|question| question.fact == "handles_hazchem" && question.rules.contains(&"HWY-18".to_owned()))
    );
    assert_eq!(outcome(&check(json!(true)), "HWY-18"), Outcome::Violated);
    assert!(of(&check(json!(false)), "HWY-18").is_empty());
}

#[test]
fn only_a_documented_vehicle_refuelling_place_is_exempt() {
    let check = |kind: &str, exemptions: Value| {
        let facts = json!({"kind": kind, "action": "new", "exemptions": exemptions});
        road("county", 50.0, json!(5)).check(lot(), facts)
    };
    let document =
        json!([{"rule": "HWY-18", "document": "赣商规〔2026〕3号", "issuer": "商务局", "date": "2026-03-01"}]);
    for kind in ["fuel_station", "cng_lng_station", "h2_station"] {
        let exempt = check(kind, document.clone());
        assert!(of(&exempt, "HWY-18").is_empty(), "{kind}");
        assert!(exempt.notes.iter().any(|note| note.contains("赣商规〔2026〕3号")), "{kind}");
    }
    // A filling station may be one by its nature; whether it is set up under State rules must be shown.
    for claim in [
        json!([]),
        json!([{"rule": "HWY-18"}]),
        json!([{"rule": "HWY-18", "document": "  "}]),
        json!([{"rule": "HWY-18", "document": null}]),
    ] {
        let report = check("fuel_station", claim.clone());
        assert_eq!(outcome(&report, "HWY-18"), Outcome::Undetermined, "{claim}");
        assert!(report.questions.iter().any(|question| question.fact == "exemptions"), "{claim}");
        assert_eq!(report.notes.iter().any(|note| note.contains("文号")), claim != json!([]), "{claim}");
    }
    // No document turns a magazine into a filling station.
    let magazine = check("explosives_store", document);
    assert_eq!(outcome(&magazine, "HWY-18"), Outcome::Violated);
    assert!(magazine.notes.iter().any(|note| note.contains("HWY-18") && note.contains("忽略")), "{:?}", magazine.notes);
}

#[test]
fn coverage_is_asked_of_every_kind_that_the_rule_names() {
    let kinds = ["expressway", "national", "provincial", "county", "township"];
    let check = |kinds: &[&str], reach: f64| {
        let scene = Scene::new().covered(Layer::Roads, pad(reach), json!({"kinds": kinds})).covered(
            Layer::Structures,
            pad(200.5),
            json!({"kinds": ["bridge_medium_plus", "highway_ferry", "highway_tunnel"]}),
        );
        scene.check(point(super::scene::CENTRE), with(&store(), json!({"extent_m": 0})))
    };
    assert_eq!(outcome(&check(&kinds, 100.5), "HWY-18"), Outcome::Met);
    assert_eq!(outcome(&check(&kinds, 99.5), "HWY-18"), Outcome::Undetermined);
    for lacking in kinds {
        let rest: Vec<&str> = kinds.into_iter().filter(|kind| *kind != lacking).collect();
        let report = check(&rest, 100.5);
        let finding = only(&report, "HWY-18");
        assert_eq!(finding.outcome, Outcome::Undetermined, "{lacking}");
        assert!(finding.explanation.zh.contains(lacking), "{}", finding.explanation.zh);
        let row = report.coverage.iter().find(|row| row.layer == Layer::Roads).unwrap();
        assert!(!row.complete && row.reach_m.0 == 100.0);
    }
    let everything = Scene::new().covered(Layer::Roads, pad(500.0), json!({}));
    assert_eq!(outcome(&everything.check(lot(), store()), "HWY-18"), Outcome::Met);
}

#[test]
fn a_bridge_drawn_as_a_point_may_reach_as_far_as_its_upper_extent() {
    let bridge = |metres: f64, extent: Value| {
        let says = json!({"kind": "bridge_medium_plus", "extent_m": extent});
        let scene = Scene::new().with(Layer::Structures, point(at(0.0, metres)), says);
        outcome(&scene.check(lot(), store()), "HWY-18")
    };
    assert_eq!(bridge(200.0, json!(50)), Outcome::Violated);
    assert_eq!(bridge(249.99, json!(50)), Outcome::Undetermined);
    assert_eq!(bridge(250.01, json!(50)), Outcome::Met);
    assert_eq!(bridge(450.0, Value::Null), Outcome::Undetermined);
}
