use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::geom::algorithm::Intersects;
use crate::geom::{Coord, Geometry, Point, Polygon};
use crate::index::{LayerIndex, Snapshot};
use crate::model::{Known, Properties, Revision};
use crate::risk::{Basis, Scheme, Wanted};

const OWN: &str = "decided = \"x\"\n[aggregate.count]\nred = { red = 3 }\norange = { red = 1, orange = 3 }\n\
    yellow = { orange = 1, yellow = 2 }\n[aggregate.index]\n\
    weight = { red = 8.0, orange = 4.0, yellow = 2.0, blue = 1.0 }\nbreaks = { red = 100.0, orange = 10.0, yellow = 0.5 }\n";

fn feature(id: &str, geometry: impl Into<Geometry>, properties: Value) -> Arc<Feature> {
    let properties: Properties = serde_json::from_value(properties).unwrap();
    Arc::new(Feature::new(id, geometry.into(), properties).unwrap())
}

/// An area of so many corners around a place, in degrees.
fn star(lon: f64, lat: f64, radii: &[f64]) -> Polygon {
    let turn = std::f64::consts::TAU / radii.len() as f64;
    let vertex =
        |(n, r): (usize, &f64)| Coord { x: lon + r * (turn * n as f64).cos(), y: lat + r * (turn * n as f64).sin() };
    Polygon::new(radii.iter().enumerate().map(vertex).collect(), vec![])
}

fn grades(layers: Vec<(Layer, Vec<Arc<Feature>>)>) -> Grades {
    let index = |(layer, features)| (layer, Ok(LayerIndex::new(Revision(1), features)));
    let snapshot = Snapshot::new(Revision(1), layers.into_iter().map(index));
    Grades::by(&Arc::new(Scheme::with_text("own.toml", OWN).unwrap()), &snapshot)
}

fn town(level: &str) -> Arc<Feature> {
    let ground = star(115.8, 29.6, &[0.05, 0.03, 0.06, 0.04, 0.05, 0.07, 0.03]);
    feature("t", ground, json!({"name": "镇", "code": "t", "level": level}))
}

/// Plants of these levels, scored or not, in the town.
fn plants(levels: &[(u8, bool)]) -> Vec<Arc<Feature>> {
    let plant = |(n, (level, scored)): (usize, &(u8, bool))| {
        // Scores of the matrix for red, orange, yellow, blue.
        let score = [25, 16, 9, 1][usize::from(*level) - 1];
        let properties = if *scored {
            json!({"name": format!("厂{n}"), "risk_method": "LS", "risk_score": score})
        } else {
            json!({"name": format!("厂{n}"), "risk_level": level})
        };
        feature(&format!("e{n}"), Point::new(115.8 + n as f64 * 1e-4, 29.6), properties)
    };
    levels.iter().enumerate().map(plant).collect()
}

fn by(grades: &Grades, aggregator: Aggregator, level: &str) -> AreaGrade {
    let wanted = Wanted { level: level.to_owned(), aggregator, ..Wanted::default() };
    grades.page(&wanted).unwrap().areas.remove(0)
}

fn counted(levels: &[(u8, bool)]) -> Option<u8> {
    let grades = grades(vec![(Layer::AdminUnits, vec![town("township")]), (Layer::Enterprises, plants(levels))]);
    by(&grades, Aggregator::Count, "township").risk_level.map(RiskLevel::number)
}

#[test]
fn numbers_give_the_level_and_nothing_gives_none() {
    assert_eq!(counted(&[]), None);
    assert_eq!(counted(&[(4, true)]), Some(4));
    assert_eq!(counted(&[(3, true)]), Some(4));
    assert_eq!(counted(&[(3, true), (3, true)]), Some(3));
    assert_eq!(counted(&[(2, true)]), Some(3));
    assert_eq!(counted(&[(1, true)]), Some(2), "a scored red counts as one");
    assert_eq!(counted(&[(1, true), (1, true), (1, true)]), Some(1));
    assert_eq!(counted(&[(1, false)]), Some(1), "a red that no score gave passes by the numbers");
}

#[test]
fn villages_and_functional_zones_are_counted_like_townships() {
    for level in ["village", "functional", "district"] {
        let grades = grades(vec![(Layer::AdminUnits, vec![town(level)]), (Layer::Enterprises, plants(&[(2, true)]))]);
        assert_eq!(by(&grades, Aggregator::Count, level).risk_level, Some(RiskLevel::Moderate), "{level}");
    }
}

#[test]
fn one_object_more_never_makes_an_area_milder() {
    let all = [(4, true), (3, true), (3, false), (2, true), (2, true), (1, true), (2, false), (1, true), (1, true)];
    let mut before = u8::MAX;
    for count in 0..=all.len() {
        let level = counted(&all[..count]).unwrap_or(u8::MAX);
        assert!(level <= before, "{count}");
        before = level;
    }
    assert_eq!(before, 1);
}

/// A contour that lies in the town in part, people in it, and a register that is complete there.
fn contour(persons: Option<u32>, covered: bool) -> Grades {
    let zone = json!({"name": "线", "kind": "individual_risk_contour", "of": "e0"});
    let inner = json!({"name": "内", "kind": "individual_risk_contour", "of": "厂0"});
    let home = json!({"name": "村", "persons": persons, "households": persons.map(|_| 9)});
    let wide = star(115.8, 29.6, &[0.5, 0.5, 0.5, 0.5]);
    let mut layers = vec![
        (Layer::AdminUnits, vec![town("township")]),
        (Layer::Enterprises, plants(&[(2, true)])),
        (
            Layer::BufferZones,
            vec![
                feature("z1", star(115.83, 29.62, &[0.04, 0.03, 0.05, 0.04, 0.03]), zone),
                feature("z2", star(115.82, 29.61, &[0.02, 0.03, 0.02]), inner),
            ],
        ),
        (Layer::ResidentialZones, vec![feature("v", star(115.84, 29.62, &[0.004, 0.004, 0.004]), home)]),
    ];
    if covered {
        let statement = json!({"layer": "residential_zones", "as_of": "2026-01-01"});
        layers.push((Layer::Coverage, vec![feature("c", wide, statement)]));
    }
    grades(layers)
}

fn index_of(area: &AreaGrade) -> &IndexBasis {
    match area.basis.as_ref().unwrap() {
        Basis::Index(basis) => basis,
        Basis::Count(basis) => panic!("{basis:?}"),
    }
}

#[test]
fn the_index_is_what_a_fine_sampling_of_the_ground_gives() {
    let grades = contour(Some(200), true);
    let area = by(&grades, Aggregator::Index, "township");
    let basis = index_of(&area);
    let snapshot = &grades.snapshot;
    let geometry = |layer, id: &str| &snapshot.feature(layer, id).unwrap().geometry;
    let town = geometry(Layer::AdminUnits, "t");
    let zones = ["z1", "z2"].map(|id| geometry(Layer::BufferZones, id));
    // Each sample stands for a cell of the ground as wide as its parallel is long.
    let (mut region, mut effect) = (0.0, 0.0);
    let step = 0.2 / 700.0;
    for (row, column) in (0..700).flat_map(|row| (0..700).map(move |column| (row, column))) {
        let place = Point::new(115.7 + (f64::from(column) + 0.5) * step, 29.5 + (f64::from(row) + 0.5) * step);
        let weight = place.y().to_radians().cos();
        if town.intersects(&place) {
            region += weight;
            effect += if zones.iter().any(|zone| zone.intersects(&place)) { weight } else { 0.0 };
        }
    }
    let expected = 4.0 * 200.0 * effect / region;
    assert!((basis.index / expected - 1.0).abs() < 5e-3, "{} {expected}", basis.index);
    assert_eq!(area.risk_level, Some(RiskLevel::Major));
    assert_eq!((basis.terms.len(), basis.without_effect, basis.without_exposure), (1, 0, 0));
    let term = &basis.terms[0];
    assert!((term.weight * term.effect_area_m2 * term.exposure_persons - term.value).abs() < 1e-3);
}

#[test]
fn what_is_not_known_of_people_or_contours_is_never_blue() {
    let level = |grades: &Grades| by(grades, Aggregator::Index, "township");
    let sparse = level(&contour(Some(0), true));
    assert_eq!(sparse.risk_level, Some(RiskLevel::Low), "nobody lives there, and that is known");
    for unknown in [contour(None, true), contour(Some(0), false)] {
        let area = level(&unknown);
        assert_eq!((area.risk_level, index_of(&area).without_exposure), (None, 1));
        assert!(area.reason.starts_with("无数据"), "{}", area.reason);
    }
    let bare = grades(vec![(Layer::AdminUnits, vec![town("township")]), (Layer::Enterprises, plants(&[(4, true)]))]);
    assert_eq!((level(&bare).risk_level, index_of(&level(&bare)).without_effect), (None, 1));
    let red = grades(vec![(Layer::AdminUnits, vec![town("township")]), (Layer::Enterprises, plants(&[(1, false)]))]);
    assert_eq!(level(&red).risk_level, Some(RiskLevel::Major));
    let empty = grades(vec![(Layer::AdminUnits, vec![town("township")])]);
    assert_eq!(level(&empty).risk_level, None);
}
