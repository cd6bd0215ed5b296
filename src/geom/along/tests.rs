use geo::{Geometry, LineString, MultiLineString, Point, Polygon};
use proptest::prelude::*;

use super::*;
use crate::geom::distance::nearest;
use crate::geom::{LocalPlane, Metres, direct, geodesic_m};

const CENTRE: (f64, f64) = (115.8, 29.6);

/// The place so many metres east and north of the centre.
pub(super) fn at(east: f64, north: f64) -> Coord {
    LocalPlane::centred_at(CENTRE.into()).unproject(Coord { x: east, y: north })
}

/// A chain that is straight in the plane, not in degrees, between the given points.
fn chain(points: &[(f64, f64)]) -> LineString {
    let mut chain: Vec<Coord> = points.first().map(|(east, north)| at(*east, *north)).into_iter().collect();
    for ends in points.windows(2) {
        let (east, north) = (ends[1].0 - ends[0].0, ends[1].1 - ends[0].1);
        let steps = (east.hypot(north) / 100.0).ceil().max(1.0) as u32;
        let shares = (1..=steps).map(|step| f64::from(step) / f64::from(steps));
        chain.extend(shares.map(|share| at(ends[0].0 + east * share, ends[0].1 + north * share)));
    }
    LineString::new(chain)
}

pub(super) fn line(points: &[(f64, f64)]) -> Geometry {
    chain(points).into()
}

pub(super) fn area(points: &[(f64, f64)]) -> Geometry {
    let closed: Vec<(f64, f64)> = points.iter().chain(points.first()).copied().collect();
    Polygon::new(chain(&closed), vec![]).into()
}

fn measured(places: &[(f64, f64)]) -> Chainage {
    Chainage::new(&line(places)).unwrap()
}

fn close(one: f64, other: f64, by: f64) {
    assert!((one - other).abs() < by, "{one} against {other}");
}

#[test]
fn a_position_counts_along_the_bends() {
    let way = measured(&[(0.0, 0.0), (1000.0, 0.0), (1000.0, 800.0), (0.0, 800.0)]);
    close(way.length().0, 2800.0, 1e-3);
    let position = way.position(&Point::from(at(500.0, 750.0)).into()).unwrap();
    close(position.at_m, 2300.0, 1e-3);
    close(position.offset.0, 50.0, 1e-3);
    close(geodesic_m(position.place, at(500.0, 800.0).into()), 0.0, 1e-3);
    let bridge = way.position(&line(&[(400.0, -100.0), (400.0, 100.0)])).unwrap();
    assert_eq!(bridge.offset, Metres::ZERO);
    close(bridge.at_m, 400.0, 1e-3);
}

#[test]
fn an_edge_of_any_length_is_measured_to_the_millimetre() {
    // Along a parallel, where a straight line in degrees bends most.
    let (west, east) = (Point::new(115.3, 29.6), Point::new(116.3, 29.6));
    let way = Chainage::new(&LineString::from(vec![west, east]).into()).unwrap();
    let finely: f64 = (0..20_000).map(|step| f64::from(step) / 20_000.0).fold(0.0, |sum, share| {
        sum + geodesic_m(Point::new(115.3 + share, 29.6), Point::new(115.3 + share + 5e-5, 29.6))
    });
    close(way.length().0, finely, 1e-3);
    for share in [0.1, 0.37, 0.993] {
        let position = way.position(&direct(Point::new(115.3 + share, 29.6), 0.0, 30.0).into()).unwrap();
        close(position.at_m, finely * share, 5e-3);
        close(position.offset.0, 30.0, 1e-2);
        close(geodesic_m(way.place(position.at_m), position.place), 0.0, 5e-3);
    }
}

#[test]
fn a_gap_between_parts_has_no_length_and_is_not_drawn() {
    let parts = [line(&[(0.0, 0.0), (300.0, 0.0)]), line(&[(900.0, 0.0), (1200.0, 0.0)])];
    let parts = parts.map(|part| LineString::try_from(part).unwrap());
    let way = Chainage::new(&MultiLineString::new(parts.to_vec()).into()).unwrap();
    close(way.length().0, 600.0, 1e-3);
    close(way.position(&Point::from(at(1000.0, 5.0)).into()).unwrap().at_m, 400.0, 1e-3);
    let drawn = way.stretch(Stretch { from_m: 200.0, to_m: 400.0 });
    assert_eq!(drawn.0.len(), 2);
    close(geodesic_m(drawn.0[0].0[0].into(), at(200.0, 0.0).into()), 0.0, 1e-3);
    close(geodesic_m(drawn.0[1].0[1].into(), at(1000.0, 0.0).into()), 0.0, 1e-3);
    assert_eq!(way.stretch(Stretch { from_m: 0.0, to_m: 299.0 }).0.len(), 1);
}

#[test]
fn a_stretch_is_as_long_as_it_says() {
    let way = measured(&[(0.0, 0.0), (2500.0, 300.0), (2500.0, 4000.0)]);
    for (from_m, to_m) in [(0.0, 1.0), (2400.0, 2600.0), (100.0, 6000.0), (-5.0, 1e9)] {
        let drawn = Chainage::new(&way.stretch(Stretch { from_m, to_m }).into()).unwrap();
        close(drawn.length().0, to_m.min(way.length().0) - from_m.max(0.0), 1e-6);
    }
    assert!(way.stretch(Stretch { from_m: 7.0, to_m: 7.0 }).0.is_empty());
}

#[test]
fn only_a_line_has_positions() {
    assert!(Chainage::new(&area(&[(0.0, 0.0), (9.0, 0.0), (0.0, 9.0)])).is_none());
    assert!(Chainage::new(&line(&[(0.0, 0.0), (0.0, 0.0)])).is_none());
    assert!(Chainage::new(&line(&[])).is_none());
}

#[test]
fn what_lies_within_200_m_of_a_point_is_a_chord_of_its_circle() {
    let way = measured(&[(-3000.0, 0.0), (3000.0, 0.0)]);
    let found = way.within(&Point::from(at(0.0, 120.0)).into(), Metres(200.0));
    assert_eq!(found.len(), 1);
    close(found[0].from_m, 3000.0 - 160.0, 1e-2);
    close(found[0].to_m, 3000.0 + 160.0, 1e-2);
    assert!(way.within(&Point::from(at(0.0, 200.01)).into(), Metres(200.0)).is_empty());
    assert_eq!(way.within(&Point::from(at(0.0, 199.99)).into(), Metres(200.0)).len(), 1);
}

#[test]
fn what_lies_within_200_m_of_an_area_includes_its_inside() {
    let way = measured(&[(-3000.0, 0.0), (3000.0, 0.0)]);
    let village = area(&[(-1500.0, -900.0), (1500.0, -900.0), (1500.0, 900.0), (-1500.0, 900.0)]);
    let found = way.within(&village, Metres(200.0));
    assert_eq!(found.len(), 1, "{found:?}");
    close(found[0].from_m, 1300.0, 1e-2);
    close(found[0].to_m, 4700.0, 1e-2);
    let crossing = way.within(&village, Metres::ZERO);
    assert_eq!(crossing.len(), 1);
    close(crossing[0].length().0, 3000.0, 1e-2);
}

#[test]
fn a_bend_comes_near_twice() {
    let way = measured(&[(0.0, 0.0), (0.0, 2000.0), (300.0, 2000.0), (300.0, 0.0)]);
    let house = Point::from(at(150.0, 500.0)).into();
    let found = way.within(&house, Metres(170.0));
    assert_eq!(found.len(), 2);
    close(found[0].length().0, found[1].length().0, 1e-2);
    close(found[0].length().0, 160.0, 1e-2);
}

/// Walks the line finely and asks for the distance at each step.
fn walked(way: &Chainage, other: &Geometry, distance: f64) -> Vec<(f64, f64)> {
    let steps = (way.length().0 / 7.0) as u32;
    // The last step must not lie beyond the end by a rounding.
    let at_m = |step| (way.length().0 * f64::from(step) / f64::from(steps)).min(way.length().0);
    let off = |at_m| nearest(&way.place(at_m).into(), other).unwrap().distance.0 - distance;
    (0..=steps).map(|step| (at_m(step), off(at_m(step)))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn stretches_end_where_the_distance_is_met(
        bends in prop::collection::vec((-2000.0..2000.0f64, -2000.0..2000.0f64), 2..6),
        outline in prop::collection::vec((-600.0..600.0f64, -600.0..600.0f64), 1..4),
        filled in any::<bool>(), distance in 1.0..500.0f64
    ) {
        let other = if filled && outline.len() == 3 { area(&outline) } else if outline.len() > 1 { line(&outline) } else {
            Point::from(at(outline[0].0, outline[0].1)).into()
        };
        let way = measured(&bends);
        let found = way.within(&other, Metres(distance));
        for (at_m, off) in walked(&way, &other, distance) {
            let within = found.iter().any(|one| one.from_m <= at_m && at_m <= one.to_m);
            prop_assert!(off.abs() < 0.01 || within == (off < 0.0), "{} m: {}", at_m, off);
        }
        for end in found.iter().flat_map(|one| [one.from_m, one.to_m]) {
            let off = nearest(&way.place(end).into(), &other).unwrap().distance.0 - distance;
            let at_end = end < 1e-6 || end > way.length().0 - 1e-6;
            prop_assert!(off.abs() < 0.01 || (at_end && off < 0.0), "{} m: {}", end, off);
        }
    }
}
