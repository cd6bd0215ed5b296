//! The ends of the world, and shapes nobody wishes for.

use proptest::prelude::*;
use sisetu::geom::{Geometry, LineString, MultiPoint, Point, Polygon};
use sisetu::model::{Feature, Layer, Properties};
use sisetu::tile::MAX_ZOOM;

use super::decode::{decode, layer_of};
use super::scene::{draw, edition, shape};

fn named(id: &str, geometry: impl Into<Geometry>) -> Feature {
    shape(id, 1, geometry.into(), Properties::new())
}

fn polygon(points: &[(f64, f64)]) -> Polygon {
    Polygon::new(points.to_vec().into(), vec![])
}

#[test]
fn the_antimeridian_and_the_poles_do_no_harm() {
    let world = polygon(&[(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)]);
    let features = vec![
        named("world", world),
        named("pole", Point::new(0.0, 90.0)),
        named("south pole", Point::new(10.0, -90.0)),
        named("east", Point::new(180.0, 0.0)),
        named("west", Point::new(-180.0, 0.0)),
        named("meridian", LineString::from(vec![(180.0, -90.0), (180.0, 90.0)])),
        named("across", LineString::from(vec![(-180.0, 60.0), (180.0, -60.0)])),
        named("beyond", Point::new(540.0, 0.0)),
    ];
    let edition = edition([(Layer::Structures, features)]);
    for z in 0..4u8 {
        let count = 1u32 << z;
        for (x, y) in (0..count).flat_map(|x| (0..count).map(move |y| (x, y))) {
            let found = layer_of(&draw(&edition, "structures", z, x, y), "structures");
            let area = found.iter().find(|feature| feature.name() == "world").expect("the world is everywhere");
            assert_eq!(area.polygons().len(), 1);
            let pole = found.iter().any(|feature| feature.name() == "pole");
            assert_eq!(pole, y == 0 && (x == count / 2 || x + 1 == count / 2 || count == 1), "{z}/{x}/{y}");
        }
    }
    for corner in [(0, 0), ((1 << 22) - 1, (1 << 22) - 1), (0, (1 << 22) - 1), (1 << 21, 1 << 21)] {
        let bytes = draw(&edition, "structures", MAX_ZOOM, corner.0, corner.1);
        assert!(decode(&bytes)[0].features.iter().any(|feature| feature.name() == "world"));
    }
}

#[test]
fn points_that_fall_together_are_one_and_mixed_shapes_are_several_features_of_one_id() {
    let points = MultiPoint::from(vec![(115.8, 29.6), (115.8, 29.6), (115.800_000_1, 29.6), (115.9, 29.6)]);
    let line = LineString::from(vec![(115.7, 29.6), (115.9, 29.6)]);
    let mixed = Geometry::GeometryCollection(vec![Geometry::from(Point::new(115.8, 29.6)), line.into()].into());
    let edition = edition([(Layer::Structures, vec![named("points", points), named("mixed", mixed)])]);
    let found = layer_of(&draw(&edition, "structures", 0, 0, 0), "structures");
    let of = |name: &str| {
        found
            .iter()
            .filter(|feature| feature.name() == name)
            .map(|feature| (feature.id, feature.kind))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("points"), [(1, 1)]);
    assert_eq!(of("mixed"), [(1, 1), (1, 2)]);
}

#[test]
fn a_line_that_leaves_and_comes_back_keeps_its_parts_apart() {
    // Out over the eastern edge of tile 1/0/0 and back, twice.
    let line =
        LineString::from(vec![(-10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (-10.0, 20.0), (-10.0, 30.0), (20.0, 30.0)]);
    let edition = edition([(Layer::Roads, vec![named("road", line)])]);
    let found = layer_of(&draw(&edition, "roads", 1, 0, 0), "roads");
    assert_eq!(found[0].parts.len(), 2);
}

#[test]
fn rings_that_touch_are_written_as_rings_of_their_own() {
    // The hole begins in the vertex that the outer ring ends in, where an encoder may forget to move.
    let (a, b, c, d) = ((0.0, 0.0), (45.0, 0.0), (45.0, -45.0), (0.0, -45.0));
    let area = Polygon::new(vec![a, b, c, d].into(), vec![vec![d, (10.0, -20.0), (20.0, -10.0), d].into()]);
    for turn in 0..4 {
        let mut outer = vec![a, b, c, d];
        outer.rotate_left(turn);
        let area = Polygon::new(outer.into(), area.interiors().to_vec());
        let edition = edition([(Layer::Waters, vec![named("lake", area)])]);
        let found = layer_of(&draw(&edition, "waters", 1, 1, 1), "waters");
        let areas = found[0].polygons();
        assert_eq!((areas.len(), areas[0].interiors().len()), (1, 1));
    }
}

proptest! {
    #[test]
    fn any_polygon_gives_valid_rings_at_any_zoom(
        points in prop::collection::vec((115.0f64..116.0, 29.0f64..30.0), 3..40),
        hole in prop::collection::vec((115.0f64..116.0, 29.0f64..30.0), 3..10),
        z in 0u8..=12,
    ) {
        let area = Polygon::new(points.into(), vec![hole.into()]);
        let edition = edition([(Layer::Waters, vec![named("any", area)]), (Layer::AdminUnits, vec![])]);
        let (x, y) = super::scene::tile_at(z, 115.5, 29.5);
        for (dx, dy) in [(0, 0), (0, 1), (1, 0)] {
            let count = 1u32 << z;
            if x + dx < count && y + dy < count {
                for feature in layer_of(&draw(&edition, "waters", z, x + dx, y + dy), "waters") {
                    feature.polygons();
                    let inside = |at: &(i32, i32)| (-64..=4160).contains(&at.0) && (-64..=4160).contains(&at.1);
                    prop_assert!(feature.parts.iter().flatten().all(inside));
                }
            }
        }
    }
}
