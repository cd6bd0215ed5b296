//! Mended shapes against two independent judges of validity: `geo` and GEOS.

use gdal::vector::ToGdal;
use sisetu::geom::algorithm::{Area, CoordsIter, Validation};
use sisetu::geom::repair::{Irreparable, Repair, Repaired, repair};
use sisetu::geom::{Coord, Geometry, LineString, MultiPolygon, Polygon};

fn ring(corners: &[(f64, f64)]) -> LineString {
    corners.iter().map(|(x, y)| Coord { x: 115.8 + x * 1e-3, y: 29.6 + y * 1e-3 }).collect::<Vec<_>>().into()
}

fn polygon(shell: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> Polygon {
    Polygon::new(ring(shell), holes.iter().map(|hole| ring(hole)).collect())
}

fn mended(geometry: impl Into<Geometry>) -> Repaired {
    let mended = repair(geometry.into()).unwrap();
    assert!(is_valid(&mended.geometry), "{:?}", mended.geometry);
    mended
}

fn is_valid(geometry: &Geometry) -> bool {
    geometry.is_valid() && geometry.to_gdal().unwrap().is_valid()
}

/// In thousandths of a degree, squared.
fn area(geometry: &Geometry) -> f64 {
    geometry.unsigned_area() * 1e6
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-4 * other.max(1.0)
}

const SQUARE: [(f64, f64); 4] = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];

#[test]
fn a_valid_shape_stays_as_it_is() {
    let shape = polygon(&SQUARE, &[&[(2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (4.0, 2.0)]]);
    let mended = mended(shape.clone());
    assert_eq!((mended.geometry, mended.repairs), (shape.into(), vec![]));
}

#[test]
fn a_hole_may_touch_its_outline_at_a_point() {
    let shape = polygon(&SQUARE, &[&[(0.0, 5.0), (2.0, 6.0), (2.0, 4.0)]]);
    assert_eq!(mended(shape).repairs, []);
}

#[test]
fn rings_are_turned_and_repeats_dropped() {
    let mut clockwise = SQUARE;
    clockwise.reverse();
    let shape = polygon(&clockwise, &[&[(2.0, 2.0), (4.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0)]]);
    let mended = mended(shape);
    assert_eq!(mended.repairs, [Repair::RepeatedVertices(1), Repair::Winding(2)]);
    assert!(close(area(&mended.geometry), 96.0));
}

#[test]
fn a_small_loop_is_resolved_and_other_corners_stay() {
    // A slip near one corner: a loop of area 0.25 beside a square of 100.
    let shell =
        [(0.0, 0.0), (10.0, 0.0), (10.0, 9.0), (10.5, 9.5), (10.5, 9.0), (10.0, 9.5), (10.0, 10.0), (0.0, 10.0)];
    let mended = mended(polygon(&shell, &[]));
    assert!(matches!(mended.repairs.as_slice(), [Repair::SelfCrossing(_)]), "{:?}", mended.repairs);
    assert!((area(&mended.geometry) - 100.1).abs() < 0.1);
    for corner in ring(&SQUARE).0 {
        assert!(mended.geometry.coords_iter().any(|at| at == corner), "{corner:?} moved");
    }
}

#[test]
fn a_spike_and_a_cut_line_are_taken_away() {
    let spiked = [(0.0, 0.0), (10.0, 0.0), (10.0, 5.0), (15.0, 5.0), (10.0, 5.0), (10.0, 10.0), (0.0, 10.0)];
    assert!(close(area(&mended(polygon(&spiked, &[])).geometry), 100.0));
    let keyhole = [
        (0.0, 0.0),
        (10.0, 0.0),
        (10.0, 10.0),
        (0.0, 10.0),
        (0.0, 5.0),
        (2.0, 5.0),
        (2.0, 6.0),
        (4.0, 6.0),
        (4.0, 4.0),
        (2.0, 4.0),
        (2.0, 5.0),
        (0.0, 5.0),
    ];
    let keyhole = mended(polygon(&keyhole, &[]));
    assert!(close(area(&keyhole.geometry), 96.0), "{}", area(&keyhole.geometry));
    assert!(matches!(&keyhole.geometry, Geometry::Polygon(area) if area.interiors().len() == 1));
}

#[test]
fn a_bow_tie_is_refused_since_nobody_knows_what_was_meant() {
    let bow = polygon(&[(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)], &[]);
    assert!(matches!(repair(bow.into()), Err(Irreparable::Ambiguous(at)) if (at.x - 115.805).abs() < 1e-9));
}

#[test]
fn what_encloses_nothing_is_refused() {
    for flat in
        [&[(0.0, 0.0), (5.0, 0.0), (9.0, 0.0)][..], &[(0.0, 0.0), (5.0, 0.0)], &[(0.0, 0.0), (0.0, 0.0), (0.0, 0.0)]]
    {
        assert_eq!(repair(polygon(flat, &[]).into()), Err(Irreparable::NoArea), "{flat:?}");
    }
    assert_eq!(repair(polygon(&[], &[]).into()), Err(Irreparable::Empty));
    assert_eq!(repair(MultiPolygon::new(vec![]).into()), Err(Irreparable::Empty));
    assert_eq!(repair(ring(&[]).into()), Err(Irreparable::Empty));
    assert_eq!(repair(ring(&[(1.0, 1.0), (1.0, 1.0)]).into()), Err(Irreparable::NoLength));
    let dotted = polygon(&SQUARE, &[&[(2.0, 2.0), (2.0, 2.0), (2.0, 2.0)]]);
    assert_eq!(mended(dotted).repairs, [Repair::EmptyHoles(1)]);
}

#[test]
fn overlapping_parts_are_merged_and_nested_ones_too() {
    let shifted = polygon(&[(5.0, 5.0), (15.0, 5.0), (15.0, 15.0), (5.0, 15.0)], &[]);
    let both = mended(MultiPolygon::new(vec![polygon(&SQUARE, &[]), shifted]));
    assert!(matches!(both.repairs.as_slice(), [Repair::Overlap(_)]));
    assert!(close(area(&both.geometry), 175.0));
    let inner = polygon(&[(2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0)], &[]);
    let nested = mended(MultiPolygon::new(vec![polygon(&SQUARE, &[]), inner.clone()]));
    assert_eq!(nested.repairs, [Repair::NestedParts]);
    assert!(close(area(&nested.geometry), 100.0));
    // An island in the hole of another part is as it should be.
    let lake = polygon(&SQUARE, &[&[(1.0, 1.0), (1.0, 6.0), (6.0, 6.0), (6.0, 1.0)]]);
    assert_eq!(mended(MultiPolygon::new(vec![lake, inner])).repairs, []);
}

#[test]
fn holes_that_are_none_become_what_they_are() {
    let island: &[(f64, f64)] = &[(20.0, 0.0), (24.0, 0.0), (24.0, 4.0), (20.0, 4.0)];
    let outside = mended(polygon(&SQUARE, &[island]));
    assert_eq!(outside.repairs[0], Repair::HolesOutside(1));
    assert!(close(area(&outside.geometry), 116.0));
    let crossing: &[(f64, f64)] = &[(8.0, 2.0), (12.0, 2.0), (12.0, 4.0), (8.0, 4.0)];
    assert!(close(area(&mended(polygon(&SQUARE, &[crossing])).geometry), 96.0));
    let hole: &[(f64, f64)] = &[(2.0, 2.0), (8.0, 2.0), (8.0, 8.0), (2.0, 8.0)];
    let within: &[(f64, f64)] = &[(4.0, 4.0), (5.0, 4.0), (5.0, 5.0), (4.0, 5.0)];
    assert!(close(area(&mended(polygon(&SQUARE, &[hole, within])).geometry), 64.0));
}

#[test]
fn a_hole_that_cuts_its_polygon_in_two_makes_two_polygons() {
    let cut: &[(f64, f64)] = &[(0.0, 5.0), (5.0, 7.0), (10.0, 5.0), (5.0, 3.0)];
    let shape = polygon(&SQUARE, &[cut]);
    assert!(!is_valid(&shape.clone().into()));
    let mended = mended(shape);
    assert!(matches!(&mended.geometry, Geometry::MultiPolygon(parts) if parts.0.len() == 2), "{:?}", mended.geometry);
    assert!(close(area(&mended.geometry), 80.0));
}

/// A small generator of its own, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn whole(&mut self, most: u32) -> f64 {
        (self.next() * f64::from(most)).floor()
    }
}

/// A star whose corners are stirred a little: mostly sound, often with small loops.
fn stirred(dice: &mut Dice) -> Polygon {
    let count = 5 + dice.whole(60) as usize;
    let corners = (0..count).map(|place| {
        let turn = (place as f64 + dice.next() * 1.6) / count as f64 * std::f64::consts::TAU;
        let reach = 3.0 + dice.next() * 3.0;
        (5.0 + reach * turn.cos(), 5.0 + reach * turn.sin())
    });
    polygon(&corners.collect::<Vec<_>>(), &[])
}

/// Corners anywhere on a coarse grid, so that edges touch, coincide and cross.
fn tangled(dice: &mut Dice) -> Geometry {
    let mut some = |most: u32| {
        let count = 3 + dice.whole(9) as usize;
        let corners: Vec<(f64, f64)> = (0..count).map(|_| (dice.whole(most), dice.whole(most))).collect();
        ring(&corners)
    };
    let parts = [(some(8), some(6)), (some(12), some(8))];
    MultiPolygon::new(parts.map(|(shell, hole)| Polygon::new(shell, vec![hole])).to_vec()).into()
}

#[test]
fn whatever_is_mended_is_valid_to_both_judges() {
    let mut dice = Dice(0x5151_2024);
    let (mut sound, mut changed, mut refused) = (0, 0, 0);
    for round in 0..6000 {
        let shape: Geometry = if round % 2 == 0 { stirred(&mut dice).into() } else { tangled(&mut dice) };
        let was_valid = is_valid(&shape);
        match repair(shape.clone()) {
            Ok(mended) => {
                assert!(is_valid(&mended.geometry), "round {round}: {shape:?}\nbecame {:?}", mended.geometry);
                let told = mended.repairs.iter().any(|repair| !matches!(repair, Repair::Winding(_)));
                assert_eq!(was_valid, !told, "round {round}: {:?} {shape:?}", mended.repairs);
                if was_valid { sound += 1 } else { changed += 1 }
            }
            Err(reason) => {
                assert!(!was_valid, "round {round}: {reason} {shape:?}");
                refused += 1;
            }
        }
    }
    assert!(sound > 300 && changed > 300 && refused > 300, "{sound} sound, {changed} changed, {refused} refused");
}
