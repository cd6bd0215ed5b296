//! Writes layers as GeoJSON files, one feature a line, so that two editions compare line by line.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::SampleLayer;
use super::board::STEPS_PER_DEGREE;
use super::feature::SampleFeature;
use super::shapes::{Coord, Geometry, LineString, Polygon};

/// Features between two calls of the progress function.
const STRIDE: u64 = 1_000;

/// Writes every layer to `<layer>.geojson` in `dir`, which is made where it is missing. `progress` is told how many
/// features are written and how many there will be. Gives the files in the layers' order.
pub fn write(layers: Vec<SampleLayer>, dir: &Path, progress: &mut dyn FnMut(u64, u64)) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(dir)?;
    let total = layers.iter().map(|layer| layer.count).sum();
    let mut done = 0;
    let mut files = Vec::new();
    for layer in layers {
        let path = dir.join(layer.file_name());
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        write_layer(layer, &mut out, &mut || {
            done += 1;
            if done % STRIDE == 0 || done == total {
                progress(done, total);
            }
        })?;
        out.flush()?;
        files.push(path);
    }
    Ok(files)
}

/// Writes one layer as a GeoJSON `FeatureCollection`; `each` is called after every feature.
pub fn write_layer(layer: SampleLayer, out: &mut dyn Write, each: &mut dyn FnMut()) -> io::Result<()> {
    write!(out, "{{\"type\":\"FeatureCollection\",\"name\":\"{}\",\"features\":[", layer.layer)?;
    let mut line = Vec::new();
    for (index, feature) in layer.features.enumerate() {
        line.clear();
        line.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        feature_text(&feature, &mut line)?;
        out.write_all(&line)?;
        each();
    }
    out.write_all(b"\n]}\n")
}

fn feature_text(feature: &SampleFeature, line: &mut Vec<u8>) -> io::Result<()> {
    write!(line, "{{\"type\":\"Feature\",\"id\":")?;
    serde_json::to_writer(&mut *line, &feature.id)?;
    line.extend_from_slice(b",\"geometry\":");
    geometry_text(&feature.geometry, line)?;
    line.extend_from_slice(b",\"properties\":{");
    for (index, (field, value)) in feature.properties.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(line, "{comma}\"{field}\":")?;
        serde_json::to_writer(&mut *line, value)?;
    }
    line.extend_from_slice(b"}}");
    Ok(())
}

fn geometry_text(geometry: &Geometry<f64>, line: &mut Vec<u8>) -> io::Result<()> {
    let name = match geometry {
        Geometry::Point(_) => "Point",
        Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) => "Polygon",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        _ => return Err(io::Error::new(io::ErrorKind::InvalidInput, "a shape the sample does not draw")),
    };
    write!(line, "{{\"type\":\"{name}\",\"coordinates\":")?;
    match geometry {
        Geometry::Point(point) => coord_text(point.0, line),
        Geometry::LineString(path) => path_text(path, line),
        Geometry::MultiLineString(paths) => list(&paths.0, line, path_text),
        Geometry::Polygon(area) => area_text(area, line),
        Geometry::MultiPolygon(areas) => list(&areas.0, line, area_text),
        _ => {}
    }
    line.push(b'}');
    Ok(())
}

fn area_text(area: &Polygon<f64>, line: &mut Vec<u8>) {
    line.push(b'[');
    path_text(area.exterior(), line);
    for hole in area.interiors() {
        line.push(b',');
        path_text(hole, line);
    }
    line.push(b']');
}

fn path_text(path: &LineString<f64>, line: &mut Vec<u8>) {
    list(&path.0, line, |at, line| coord_text(*at, line));
}

fn list<T>(items: &[T], line: &mut Vec<u8>, mut item: impl FnMut(&T, &mut Vec<u8>)) {
    line.push(b'[');
    for (index, one) in items.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        item(one, line);
    }
    line.push(b']');
}

fn coord_text(at: Coord<f64>, line: &mut Vec<u8>) {
    line.push(b'[');
    degrees_text(at.x, line);
    line.push(b',');
    degrees_text(at.y, line);
    line.push(b']');
}

/// Degrees with at most seven decimals and no trailing zeros, from whole steps: shorter and four times faster to write
/// than a float, and the same on every machine.
fn degrees_text(degrees: f64, line: &mut Vec<u8>) {
    let per_degree = STEPS_PER_DEGREE as u64;
    let steps = (degrees * STEPS_PER_DEGREE).round();
    if steps < 0.0 {
        line.push(b'-');
    }
    let steps = steps.abs() as u64;
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut whole = steps / per_degree;
    loop {
        at -= 1;
        digits[at] = b'0' + (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[at..]);
    let mut rest = steps % per_degree;
    let mut unit = per_degree / 10;
    if rest > 0 {
        line.push(b'.');
    }
    while rest > 0 {
        line.push(b'0' + (rest / unit) as u8);
        rest %= unit;
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Layer;

    fn text(degrees: f64) -> String {
        let mut line = Vec::new();
        degrees_text(degrees, &mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn degrees_are_written_short_and_read_back() {
        assert_eq!(text(116.0), "116");
        assert_eq!(text(115.800_012_3), "115.8000123");
        assert_eq!(text(0.000_000_1), "0.0000001");
        assert_eq!(text(-29.5), "-29.5");
        assert_eq!(text(0.0), "0");
        for i in 0..1000 {
            let degrees = f64::from(i) * 0.123_456_7;
            assert!((text(degrees).parse::<f64>().unwrap() - degrees).abs() < 1e-9);
        }
    }

    #[test]
    fn a_layer_is_one_feature_a_line_and_valid_json() {
        let feature = |id: &str| SampleFeature::invented(id.to_owned(), "甲\"乙", geo_point()).with("kind", "factory");
        let layer = SampleLayer::whole(Layer::Enterprises, vec![feature("ent-1"), feature("ent-2")]);
        let mut out = Vec::new();
        write_layer(layer, &mut out, &mut || {}).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 4);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["features"][1]["id"], "ent-2");
        assert_eq!(json["features"][0]["properties"]["name"], "模拟甲\"乙");
        assert_eq!(json["features"][0]["geometry"]["coordinates"], serde_json::json!([115.8, 29.6]));
    }

    fn geo_point() -> Geometry<f64> {
        Geometry::Point(super::super::shapes::Point::new(115.8, 29.6))
    }
}
