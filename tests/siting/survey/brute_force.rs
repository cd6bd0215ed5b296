//! Every pair of the sample district measured by hand, without index, window or check.

use std::collections::{BTreeMap, BTreeSet};

use sisetu::geom::{Geometry, Metres, distance};
use sisetu::model::{Feature, Known, Layer, Outcome};

use super::{DISTRICT, SURVEY, Wanted};

/// Both ids of every pair nearer than `metres`, as drawn less the given half widths.
fn pairs<'a>(
    subjects: &[&'a Feature],
    targets: impl Iterator<Item = &'a Feature>,
    near: impl Fn(&Feature, f64) -> bool,
) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for target in targets {
        let width = target.properties.number("half_width_m").unwrap_or(0.0);
        for subject in subjects {
            if subject.envelope().least_distance(target.envelope()) > Metres(5_000.0) {
                continue;
            }
            let way = distance::nearest(&subject.geometry, &target.geometry).unwrap();
            if near(target, way.distance.less(Metres(width)).rounded().0) {
                found.insert((subject.id.clone(), target.id.clone()));
            }
        }
    }
    found
}

fn violated(rule: &str) -> BTreeSet<(String, String)> {
    let wanted = Wanted { rule: Some(rule.to_owned()), outcome: Some(Outcome::Violated), ..Wanted::default() };
    let ends = SURVEY.entries(&wanted).map(|one| (one.subject.1.to_owned(), one.object.unwrap().1.to_owned()));
    ends.collect()
}

fn features<'a>(layers: &[Layer]) -> Vec<&'a Feature> {
    layers.iter().flat_map(|layer| DISTRICT.features(*layer)).collect()
}

fn of_kinds<'a>(layer: Layer, kinds: &[&str]) -> Vec<&'a Feature> {
    DISTRICT.features(layer).filter(|feature| feature.kind().is_some_and(|kind| kinds.contains(&kind))).collect()
}

/// The layers whose features put up buildings.
const BUILDINGS: [Layer; 3] = [Layer::Enterprises, Layer::ResidentialZones, Layer::ProtectionTargets];

#[test]
fn chemical_plants_within_a_kilometre_of_the_yangtze() {
    let rivers = ["yangtze_main", "yangtze_tributary", "yangtze_major_tributary"];
    let plants = of_kinds(Layer::Enterprises, &["chemical_plant", "chem_project", "chem_park"]);
    let by_hand = pairs(&plants, of_kinds(Layer::Waters, &rivers).into_iter(), |_, metres| metres <= 1_000.0);
    assert!(!by_hand.is_empty());
    assert_eq!(violated("YRP-26-2"), by_hand);
}

#[test]
fn buildings_within_five_metres_of_a_long_distance_pipeline() {
    let long = |pipe: &&Feature| matches!(pipe.properties.text("regime"), None | Some("long_distance"));
    let pipes = DISTRICT.features(Layer::Pipelines).filter(long);
    let mut by_hand = pairs(&features(&BUILDINGS), pipes, |_, metres| metres <= 5.0);
    let facilities = of_kinds(Layer::PipelineFacilities, &["tank", "loading", "gas_store"]);
    by_hand.extend(pairs(&facilities, DISTRICT.features(Layer::Pipelines).filter(long), |_, metres| metres <= 5.0));
    let found = violated("PIP-30");
    // A facility that names no line is held against the line it stands on.
    assert_eq!(found, by_hand);
}

#[test]
fn buildings_in_the_control_zones_of_roads() {
    let zones = BTreeMap::from([
        ("expressway", 30.0),
        ("national", 20.0),
        ("provincial", 15.0),
        ("county", 10.0),
        ("township", 5.0),
    ]);
    let near = |road: &Feature, metres: f64| {
        road.properties.get("half_width_m").is_some()
            && zones.get(road.kind().unwrap()).is_some_and(|zone| metres <= *zone)
    };
    let mut subjects = features(&BUILDINGS);
    subjects.extend(of_kinds(Layer::PipelineFacilities, &["tank", "loading", "gas_store"]));
    let by_hand = pairs(&subjects, DISTRICT.features(Layer::Roads), near);
    let drawn_in: BTreeSet<_> = violated("HWY-11");
    assert!(!by_hand.is_empty());
    // A road of unknown width is violated only where its centreline is that near.
    let without_width: BTreeSet<_> = drawn_in.difference(&by_hand).collect();
    assert!(
        without_width.iter().all(|(_, road)| {
            DISTRICT.feature(Layer::Roads, road).unwrap().properties.get("half_width_m").is_none()
        })
    );
    assert!(by_hand.is_subset(&drawn_in), "{:?}", by_hand.difference(&drawn_in).collect::<Vec<_>>());
}

#[test]
fn homes_and_crowded_places_in_the_zones_of_plants() {
    let zones = of_kinds(Layer::BufferZones, &["safety_distance", "hygiene_distance"]);
    let people = features(&[Layer::ResidentialZones, Layer::ProtectionTargets]);
    let by_hand = pairs(&people, zones.into_iter(), |_, metres| metres == 0.0);
    assert_eq!(violated("INV-SEED-18b"), by_hand);
}

#[test]
fn tanks_of_lpg_stations_too_near_to_homes_are_found_from_the_tanks() {
    let station = |tank: &&Feature| {
        let plant = tank.properties.text("enterprise_id").and_then(|id| DISTRICT.referred(Layer::Enterprises, id));
        tank.kind() == Some("tank") && plant.is_some_and(|plant| plant.kind() == Some("lpg_station"))
    };
    let tanks: Vec<&Feature> = DISTRICT.features(Layer::Installations).filter(station).collect();
    assert!(tanks.iter().all(|tank| matches!(tank.geometry, Geometry::Polygon(_))));
    // The least that the table asks of any settlement.
    let surely = pairs(&tanks, DISTRICT.features(Layer::ResidentialZones), |_, metres| metres < 45.0);
    let possibly = pairs(&tanks, DISTRICT.features(Layer::ResidentialZones), |_, metres| metres < 150.0);
    let homes: BTreeSet<_> = violated("LPG-8.3").into_iter().filter(|(_, object)| object.starts_with("res-")).collect();
    assert!(surely.is_subset(&homes) && homes.is_subset(&possibly), "{surely:?} {homes:?} {possibly:?}");
}
