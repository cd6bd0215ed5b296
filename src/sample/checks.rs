//! Checks on the whole district: what a careful reader of the files would look for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;

use super::*;
use crate::geom::algorithm::{Area, BooleanOps, Intersects, Relate, Validation};
use crate::geom::{Geometry, MultiPolygon, Polygon};
use crate::model::{Properties, Schema};

type Layers = BTreeMap<Layer, Vec<SampleFeature>>;

static SEED_1: LazyLock<Layers> = LazyLock::new(|| made(1));
static SEED_2: LazyLock<Layers> = LazyLock::new(|| made(2));

fn made(seed: u64) -> Layers {
    district(seed).into_iter().map(|layer| (layer.layer, layer.features.collect())).collect()
}

fn text<'a>(feature: &'a SampleFeature, field: &str) -> Option<&'a str> {
    feature.property(field).and_then(Value::as_str)
}

fn polygons(geometry: &Geometry) -> Vec<Polygon> {
    match geometry {
        Geometry::Polygon(area) => vec![area.clone()],
        Geometry::MultiPolygon(areas) => areas.0.clone(),
        _ => Vec::new(),
    }
}

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample")
}

#[test]
fn the_committed_files_are_what_seed_1_gives() {
    let dir = tempfile::tempdir().unwrap();
    let (mut calls, mut last) = (0, (0, 0));
    let files = write(district(1), dir.path(), &mut |done, total| {
        calls += 1;
        last = (done, total);
    })
    .unwrap();
    assert!(calls > 1 && last.0 == last.1, "{calls} calls, last {last:?}");
    assert_eq!(files.len(), Layer::ALL.len());
    for file in files {
        let name = file.file_name().unwrap();
        let (fresh, kept) = (std::fs::read(&file).unwrap(), std::fs::read(committed().join(name)).unwrap());
        assert!(fresh == kept, "{} differs from the committed file", name.display());
    }
}

#[test]
fn the_committed_files_stay_small() {
    let sizes: Vec<u64> = Layer::ALL
        .iter()
        .map(|layer| std::fs::metadata(committed().join(format!("{layer}.geojson"))).unwrap().len())
        .collect();
    assert!(sizes.iter().all(|size| *size < 2_000_000) && sizes.iter().sum::<u64>() < 3_000_000, "{sizes:?}");
}

#[test]
fn another_seed_gives_other_inventions_on_the_same_sketch() {
    for layer in [Layer::AdminUnits, Layer::Waters] {
        assert_eq!(SEED_1[&layer], SEED_2[&layer]);
    }
    assert_ne!(SEED_1[&Layer::Enterprises], SEED_2[&Layer::Enterprises]);
}

#[test]
fn the_counts_are_the_promised_ones() {
    for layers in [&*SEED_1, &*SEED_2] {
        let counts = [Layer::Enterprises, Layer::ResidentialZones, Layer::ProtectionTargets, Layer::Pipelines]
            .map(|layer| layers[&layer].len());
        assert_eq!(counts, [400, 600, 250, 40]);
        assert_eq!(layers[&Layer::AdminUnits].len(), 18);
        let stations = layers[&Layer::Enterprises].iter().filter(|f| text(f, "kind") == Some("fuel_station")).count();
        assert!((25..=40).contains(&stations), "{stations} filling stations");
    }
}

#[test]
fn every_layer_passes_its_own_table() {
    for (layer, features) in SEED_1.iter().chain(SEED_2.iter()) {
        for feature in features {
            let mut properties: Properties = feature.properties.iter().cloned().collect();
            let checked = Schema::layer(*layer).check(&feature.geometry, &mut properties);
            assert!(checked.faults.is_empty(), "{layer} {}: {:?}", feature.id, checked.faults);
            assert!(checked.oddities.is_empty(), "{layer} {}: {:?}", feature.id, checked.oddities);
        }
    }
}

#[test]
fn every_geometry_is_valid_and_right_handed() {
    for (layer, features) in SEED_1.iter().chain(SEED_2.iter()) {
        for feature in features {
            let faults = feature.geometry.validation_errors();
            assert!(faults.is_empty(), "{layer} {}: {faults:?}", feature.id);
            for area in polygons(&feature.geometry) {
                assert!(area.signed_area() > 0.0, "{layer} {}", feature.id);
                let holes = area.interiors().iter().map(|hole| Polygon::new(hole.clone(), Vec::new()));
                assert!(holes.into_iter().all(|hole| hole.signed_area() < 0.0), "{layer} {}", feature.id);
            }
        }
    }
}

#[test]
fn ids_are_unique_and_references_resolve() {
    for layers in [&*SEED_1, &*SEED_2] {
        for (layer, features) in layers {
            let ids: BTreeSet<_> = features.iter().map(|feature| &feature.id).collect();
            assert_eq!(ids.len(), features.len(), "{layer}");
        }
        let plants: BTreeSet<_> = layers[&Layer::Enterprises].iter().map(|feature| feature.id.as_str()).collect();
        for (layer, field) in [(Layer::Installations, "enterprise_id"), (Layer::BufferZones, "of")] {
            assert!(layers[&layer].len() > 10);
            for feature in &layers[&layer] {
                assert!(plants.contains(text(feature, field).unwrap()), "{layer} {}", feature.id);
            }
        }
        let townships: BTreeSet<_> = layers[&Layer::AdminUnits].iter().filter_map(|unit| text(unit, "name")).collect();
        let named = layers[&Layer::Enterprises].iter().filter_map(|feature| text(feature, "township"));
        assert!(named.into_iter().all(|name| townships.contains(name)));
    }
}

#[test]
fn everything_invented_says_so() {
    for (layer, feature) in SEED_1.iter().flat_map(|(layer, features)| features.iter().map(move |f| (layer, f))) {
        let name = text(feature, "name").unwrap();
        match text(feature, "data_origin") {
            Some("synthetic") => assert!(name.starts_with(INVENTED_MARK), "{layer} {name}"),
            Some("sketch") => assert!(!name.contains(INVENTED_MARK), "{layer} {name}"),
            other => panic!("{layer} {name}: {other:?}"),
        }
        if let Some(person) = text(feature, "responsible_person") {
            assert!(person.starts_with(INVENTED_MARK), "{person}");
        }
        let sketched = [Layer::AdminUnits, Layer::Waters, Layer::Roads, Layer::Railways];
        assert!(sketched.contains(layer) || text(feature, "data_origin") == Some("synthetic"), "{layer} {name}");
    }
}

#[test]
fn nothing_stands_in_the_water_or_on_a_road() {
    for layers in [&*SEED_1, &*SEED_2] {
        for built in [Layer::Enterprises, Layer::ResidentialZones, Layer::ProtectionTargets, Layer::Installations] {
            for under in [Layer::Waters, Layer::Roads, Layer::Railways] {
                let met = first_meeting(&layers[&built], &layers[&under]);
                assert_eq!(met, None, "{built} on {under}");
            }
        }
    }
}

/// The first pair of features that touch.
fn first_meeting(above: &[SampleFeature], under: &[SampleFeature]) -> Option<(String, String)> {
    let boxed = |feature: &SampleFeature| crate::geom::Envelope::of(&feature.geometry).unwrap();
    let boxes: Vec<_> = under.iter().map(boxed).collect();
    above.iter().find_map(|one| {
        let around = boxed(one);
        let near = under.iter().zip(&boxes).filter(|(_, other)| around.intersects(other));
        near.map(|(other, _)| other)
            .find(|other| one.geometry.intersects(&other.geometry))
            .map(|other| (one.id.clone(), other.id.clone()))
    })
}

#[test]
fn what_is_built_does_not_overlap() {
    for layers in [&*SEED_1, &*SEED_2] {
        let all: Vec<_> = [Layer::Enterprises, Layer::ResidentialZones, Layer::ProtectionTargets]
            .iter()
            .flat_map(|layer| layers[layer].clone())
            .collect();
        for (i, one) in all.iter().enumerate() {
            let met = first_meeting(std::slice::from_ref(one), &all[i + 1..]);
            assert_eq!(met, None);
        }
    }
}

#[test]
fn installations_stand_apart_inside_their_plant() {
    for layers in [&*SEED_1, &*SEED_2] {
        let installations = &layers[&Layer::Installations];
        for (i, one) in installations.iter().enumerate() {
            let plant = layers[&Layer::Enterprises].iter().find(|f| Some(f.id.as_str()) == text(one, "enterprise_id"));
            let inside = plant.is_some_and(|plant| plant.geometry.relate(&one.geometry).is_covers());
            assert!(inside, "{} leaves its plant", one.id);
            assert_eq!(first_meeting(std::slice::from_ref(one), &installations[i + 1..]), None);
        }
    }
}

#[test]
fn the_townships_tile_the_district() {
    let units = &SEED_1[&Layer::AdminUnits];
    let areas: Vec<_> = units.iter().map(|unit| MultiPolygon(polygons(&unit.geometry))).collect();
    let whole = areas[0].unsigned_area();
    let sum: f64 = areas[1..].iter().map(Area::unsigned_area).sum();
    assert!((sum - whole).abs() < whole * 1e-3, "{sum} of {whole}");
    for (i, a) in areas[1..].iter().enumerate() {
        for b in &areas[i + 2..] {
            assert!(a.intersection(b).unsigned_area() < whole * 1e-6);
        }
    }
    // The codes are the seventeen real ones, all children of the district.
    let codes: BTreeSet<_> = units[1..].iter().filter_map(|unit| text(unit, "code")).collect();
    assert_eq!(codes.len(), 17);
    assert!(units[1..].iter().all(|unit| text(unit, "parent") == Some("360404")));
}

#[test]
fn zones_have_a_plausible_size() {
    // One square degree here, in hectares.
    let hectares = 96_880.0 * 110_850.0 / 10_000.0;
    for zone in &SEED_1[&Layer::ResidentialZones] {
        let size: f64 = polygons(&zone.geometry).iter().map(Area::unsigned_area).sum::<f64>() * hectares;
        assert!((0.99..=20.0).contains(&size), "{} has {size} ha", zone.id);
    }
}

#[test]
fn all_four_colours_and_none_occur() {
    let levels: BTreeSet<_> =
        SEED_1[&Layer::Enterprises].iter().map(|f| f.property("risk_level").and_then(Value::as_u64)).collect();
    assert_eq!(levels, BTreeSet::from([None, Some(1), Some(2), Some(3), Some(4)]));
    let unscored = |f: &&SampleFeature| f.property("risk_level").or(f.property("risk_score")).is_none();
    assert!(SEED_1[&Layer::Enterprises].iter().any(|f| unscored(&f)));
    assert!(SEED_1[&Layer::Installations].iter().any(|f| f.property("hazard_grade").is_some()));
}

#[test]
fn coverage_reaches_five_kilometres_but_for_the_gap() {
    use crate::geom::{Metres, Region, Site};
    let statements = &SEED_1[&Layer::Coverage];
    let of = |layer: Layer| {
        let areas = statements.iter().filter(|f| text(f, "layer") == Some(layer.name()));
        Region::union_of(areas.map(|feature| &feature.geometry))
    };
    let district = &SEED_1[&Layer::AdminUnits][0].geometry;
    let district = Site::new(district.clone()).unwrap();
    for layer in Layer::ALL.into_iter().filter(|layer| *layer != Layer::Coverage) {
        let held = of(layer).holds(&district, Metres(5_000.0));
        let gap = matches!(layer, Layer::ResidentialZones | Layer::ProtectionTargets);
        assert_eq!(held, !gap, "{layer}");
    }
}
