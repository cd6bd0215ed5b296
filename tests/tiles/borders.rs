//! Borders: between tiles, and between areas.

use proptest::prelude::*;
use sisetu::geom::algorithm::{Area, BooleanOps, Euclidean, Length, Translate, unary_union};
use sisetu::geom::{MultiPolygon, Polygon, Rect};
use sisetu::model::{Feature, Layer, Properties};

use super::decode::layer_of;
use super::scene::{draw, edition, sample, shape, tile_at};

const TILE: f64 = 4096.0;

#[test]
fn neighbouring_tiles_agree_where_they_overlap() {
    let z = 12;
    let (x, y) = tile_at(z, 115.8, 29.6);
    let (mut east, mut south) = (0, 0);
    for step in 0..6 {
        east += compare(z, (x - 3 + step, y), (1, 0));
        south += compare(z, (x, y - 3 + step), (0, 1));
    }
    assert!(east > 12 && south > 12, "{east} {south}");
}

/// Compares a tile with its neighbour inside both buffers; tells how many features were compared.
fn compare(z: u8, (x, y): (u32, u32), (dx, dy): (u32, u32)) -> usize {
    let (along_x, along_y) = (f64::from(dx) * TILE, f64::from(dy) * TILE);
    let strip = Rect::new(
        (along_x - 60.0, along_y - 60.0),
        (if dx == 1 { TILE + 60.0 } else { TILE }, if dy == 1 { TILE + 60.0 } else { TILE }),
    )
    .to_polygon();
    let strip = if dx == 1 {
        strip
    } else {
        strip.intersection(&Rect::new((0.0, 0.0), (TILE, TILE + 60.0)).to_polygon()).0.remove(0)
    };
    let mut compared = 0;
    for layer in [Layer::Waters, Layer::AdminUnits, Layer::ResidentialZones] {
        let here = layer_of(&draw(sample(), layer.name(), z, x, y), layer.name());
        let next = layer_of(&draw(sample(), layer.name(), z, x + dx, y + dy), layer.name());
        for feature in &here {
            let mine = MultiPolygon::new(feature.polygons()).intersection(&strip);
            let other = next.iter().find(|other| other.name() == feature.name());
            let theirs = other.map_or_else(|| MultiPolygon::new(vec![]), |other| MultiPolygon::new(other.polygons()));
            let theirs = theirs.translate(along_x, along_y).intersection(&strip);
            let outline: f64 = mine.iter().map(|area| Euclidean.length(area.exterior())).sum();
            let differs = mine.xor(&theirs).unsigned_area();
            assert!(differs <= outline * 0.5 + 2.0, "{layer}/{}: {differs} along {outline}", feature.name());
            compared += usize::from(mine.unsigned_area() > 0.0);
        }
    }
    compared
}

/// A patchwork of crooked cells that leaves no gap: rows of corners pushed about, and crooked points between them.
fn patchwork(pushes: &[(f64, f64)]) -> Vec<Feature> {
    const SIDE: usize = 6;
    let push = |nth: usize| pushes[nth % pushes.len()];
    let corner = |column: usize, row: usize| {
        let (dx, dy) = push(column * 31 + row * 17);
        (115.55 + (column as f64 + dx * 0.25) * 0.1, 29.35 + (row as f64 + dy * 0.25) * 0.1)
    };
    let way = |from: (usize, usize), to: (usize, usize)| {
        let ((ax, ay), (bx, by)) = (corner(from.0, from.1), corner(to.0, to.1));
        let seed = from.0 * 7 + from.1 * 13 + to.0 * 5 + to.1 * 3;
        (0..12).map(move |step| {
            let share = f64::from(step) / 12.0;
            let (dx, dy) = if step == 0 { (0.0, 0.0) } else { push(seed + step as usize) };
            (ax + (bx - ax) * share + dx * 0.0015, ay + (by - ay) * share + dy * 0.0015)
        })
    };
    let both_ways = |from: (usize, usize), to: (usize, usize)| -> Vec<(f64, f64)> {
        if from < to {
            return way(from, to).collect();
        }
        let mut points: Vec<_> = way(to, from).skip(1).collect();
        points.reverse();
        [vec![corner(from.0, from.1)], points].concat()
    };
    let mut cells = Vec::new();
    for (column, row) in (0..SIDE).flat_map(|column| (0..SIDE).map(move |row| (column, row))) {
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)];
        let ring: Vec<(f64, f64)> = corners.windows(2).flat_map(|pair| both_ways(pair[0], pair[1])).collect();
        let properties: Properties = [("level", "township"), ("name", "x"), ("code", "x")]
            .map(|(name, value)| (name, value.into()))
            .into_iter()
            .collect();
        cells.push(shape(
            &format!("{column}-{row}"),
            cells.len() as u64 + 1,
            Polygon::new(ring.into(), vec![]).into(),
            properties,
        ));
    }
    cells
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn areas_that_share_borders_leave_no_gap_and_do_not_overlap(
        pushes in prop::collection::vec((-1.0f64..1.0, -1.0f64..1.0), 40),
    ) {
        let edition = edition([(Layer::AdminUnits, patchwork(&pushes))]);
        for z in [6, 8, 10, 12] {
            let (x, y) = tile_at(z, 115.85, 29.65);
            let cells: Vec<Polygon> = layer_of(&draw(&edition, "risk", z, x, y), "risk_areas").iter().flat_map(super::decode::Feature::polygons).collect();
            let together = unary_union(&cells);
            let apart: f64 = cells.iter().map(Area::unsigned_area).sum();
            let union = together.unsigned_area();
            let holes: f64 = together.iter().flat_map(Polygon::interiors).map(|hole| Polygon::new(hole.clone(), vec![]).unsigned_area()).sum();
            // A cell that has shrunk to a mark covers up to a unit that is another's.
            let marks = if z < 8 { 36.0 } else { 0.001 };
            prop_assert!(apart - union <= marks && holes <= marks, "z{}: overlap {} gaps {}", z, apart - union, holes);
        }
    }
}
