//! Golden tiles: decoded to text and compared with what was looked at once. `BLESS_TILES=1` writes them anew.

use std::fmt::Write;
use std::path::PathBuf;

use super::decode::{AREA, LINE, POINT, decode};
use super::scene::{draw, small_scene};

fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for layer in decode(bytes) {
        writeln!(text, "layer {}", layer.name).unwrap();
        for feature in layer.features {
            let kind = match feature.kind {
                POINT => "point",
                LINE => "line",
                AREA => "area",
                other => panic!("kind {other}"),
            };
            feature.polygons();
            writeln!(text, "  {} {kind}", feature.id).unwrap();
            for part in feature.parts {
                let vertices: Vec<String> = part.iter().map(|(x, y)| format!("{x},{y}")).collect();
                writeln!(text, "    {}", vertices.join(" ")).unwrap();
            }
            for (name, value) in feature.properties {
                writeln!(text, "    {name} = {value}").unwrap();
            }
        }
    }
    text
}

fn check(set: &str, z: u8, x: u32, y: u32) {
    let found = text(&draw(&small_scene(), set, z, x, y));
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "tests", "tiles", "golden", &format!("{set}-{z}-{x}-{y}.txt")].iter().collect();
    if std::env::var_os("BLESS_TILES").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} differs:\n{found}", path.display());
}

#[test]
fn the_risk_tile_on_the_spot() {
    check("risk", 14, 13462, 6780);
}

#[test]
fn the_risk_tile_of_the_country() {
    check("risk", 4, 13, 6);
}

#[test]
fn the_district_tile_of_the_region() {
    check("district", 9, 420, 211);
}

#[test]
fn a_register_tile() {
    check("waters", 11, 1682, 847);
}

#[test]
fn a_tile_enlarged_beyond_the_top() {
    check("enterprises", 18, 215_396, 108_487);
}

#[test]
fn nothing_to_draw_is_no_bytes() {
    assert_eq!(draw(&small_scene(), "risk", 14, 0, 0), Vec::<u8>::new());
    assert_eq!(draw(&small_scene(), "power_lines", 0, 0, 0), Vec::<u8>::new());
}
