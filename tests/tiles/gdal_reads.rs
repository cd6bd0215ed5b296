//! GDAL as the judge: what it reads out of a tile is what the tests' own decoder reads.

use gdal::Dataset;
use gdal::vector::{Feature as Read, LayerAccess};
use sisetu::geom::algorithm::{Area, BooleanOps, Euclidean, Length};
use sisetu::geom::{Coord, MultiPolygon, Rect, WorldBox, WorldShape, clip};

use super::decode::{AREA, Feature, POINT, decode};
use super::scene::{draw, sample, small_scene, tile_at};

const TILE: f64 = 4096.0;

/// Compares every feature of a tile; tells how many there were.
fn compare(bytes: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tile.mvt");
    std::fs::write(&path, bytes).unwrap();
    let dataset = Dataset::open(&path).unwrap();
    let layers = decode(bytes);
    assert_eq!(dataset.layer_count(), layers.len());
    let mut compared = 0;
    for mine in layers {
        let mut theirs = dataset.layer_by_name(&mine.name).unwrap();
        assert_eq!(theirs.feature_count(), mine.features.len() as u64, "{}", mine.name);
        let mut rest = mine.features.iter();
        for read in theirs.features() {
            let id = read.field_as_integer64(read.field_index("mvt_id").unwrap()).unwrap();
            // GDAL passes over what lies in the buffer alone.
            let mine = rest.find(|mine| Some(mine.id.cast_signed()) == id).expect("in the same order");
            same_words(&read, mine);
            same_shape(&read, mine);
            compared += 1;
        }
    }
    compared
}

fn same_words(read: &Read<'_>, mine: &Feature) {
    let text = |name: &str| read.field_as_string(read.field_index(name).unwrap()).unwrap();
    for (name, value) in &mine.properties {
        let theirs = text(name);
        let same = match value {
            serde_json::Value::String(value) => theirs.as_deref() == Some(value),
            serde_json::Value::Bool(flag) => theirs.as_deref() == Some(if *flag { "1" } else { "0" }),
            number => theirs.and_then(|theirs| theirs.parse::<f64>().ok()) == number.as_f64(),
        };
        assert!(same, "{} {name}: {value} {:?}", mine.name(), text(name));
    }
}

/// GDAL cuts the buffer off and turns y upwards.
fn same_shape(read: &Read<'_>, mine: &Feature) {
    let theirs = read.geometry().unwrap();
    let tile = Rect::new((0.0, 0.0), (TILE, TILE)).to_polygon();
    let area = MultiPolygon::new(mine.polygons()).intersection(&tile).unsigned_area();
    let same = (theirs.area() - area).abs() <= area * 1e-6 + 1e-3;
    assert!(mine.kind != AREA || same, "{}: {} {area}", mine.name(), theirs.area());
    let window = WorldBox { min: Coord { x: 0.0, y: 0.0 }, max: Coord { x: TILE, y: TILE } };
    let lines = clip(&WorldShape { lines: mine.lines(), ..WorldShape::default() }, &window).lines;
    let length: f64 = lines.iter().map(|line| Euclidean.length(line)).sum();
    if length > 0.0 {
        assert!((theirs.length() - length).abs() < 1e-6 * length, "{}", mine.name());
    }
    if mine.kind == POINT && mine.parts.len() == 1 {
        let (x, y) = mine.parts[0][0];
        let inside = (0..=4096).contains(&x) && (0..=4096).contains(&y);
        assert!(!inside || theirs.get_point(0) == (f64::from(x), TILE - f64::from(y), 0.0));
    }
}

#[test]
fn gdal_reads_the_small_scene() {
    assert_eq!(compare(&draw(&small_scene(), "risk", 14, 13462, 6780)), 12);
}

#[test]
fn gdal_reads_the_sample_district() {
    let mut compared = 0;
    for z in [8, 11, 14] {
        let (x, y) = tile_at(z, 115.8, 29.6);
        for set in ["district", "risk", "residential_zones", "protection_targets"] {
            compared += compare(&draw(sample(), set, z, x, y));
        }
    }
    assert!(compared > 1000, "{compared}");
}
