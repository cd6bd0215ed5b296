//! A reader of Mapbox Vector Tiles written from the specification, strict where clients are lenient: whatever is not
//! plainly right panics.

use std::collections::BTreeMap;

use serde_json::Value;
use sisetu::geom::algorithm::{Area, Validation};
use sisetu::geom::{Coord, LineString, Polygon};

#[derive(Debug)]
pub struct Layer {
    pub name: String,
    pub features: Vec<Feature>,
}

#[derive(Debug)]
pub struct Feature {
    pub id: u64,
    pub kind: u64,
    pub parts: Vec<Vec<(i32, i32)>>,
    pub properties: BTreeMap<String, Value>,
}

pub const POINT: u64 = 1;
pub const LINE: u64 = 2;
pub const AREA: u64 = 3;

impl Feature {
    /// The `id` property.
    pub fn name(&self) -> &str {
        self.properties["id"].as_str().unwrap()
    }

    /// The areas, grouped as the winding of the rings says; each is checked.
    pub fn polygons(&self) -> Vec<Polygon> {
        let mut polygons: Vec<Polygon> = Vec::new();
        for part in self.parts.iter().filter(|_| self.kind == AREA) {
            let ring = Polygon::new(line(part), vec![]);
            if ring.signed_area() > 0.0 {
                polygons.push(ring);
            } else {
                polygons.last_mut().expect("a hole has an area before it").interiors_push(line(part));
            }
        }
        for polygon in &polygons {
            assert!(polygon.is_valid(), "{}: {:?}", self.name(), polygon.check_validation());
        }
        polygons
    }

    pub fn lines(&self) -> Vec<LineString> {
        self.parts.iter().filter(|_| self.kind == LINE).map(|part| line(part)).collect()
    }
}

fn line(part: &[(i32, i32)]) -> LineString {
    part.iter().map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) }).collect()
}

/// The layers of a tile.
pub fn decode(bytes: &[u8]) -> Vec<Layer> {
    let layers: Vec<Layer> = Fields(bytes)
        .map(|field| (3, field))
        .map(|(wanted, (number, value))| {
            assert_eq!(number, wanted, "a tile holds layers only");
            layer(value.bytes())
        })
        .collect();
    for (nth, layer) in layers.iter().enumerate() {
        assert!(layers[..nth].iter().all(|other| other.name != layer.name), "layer {} twice", layer.name);
    }
    layers
}

/// The layer of a name; an empty one where the tile has none.
pub fn layer_of(bytes: &[u8], name: &str) -> Vec<Feature> {
    decode(bytes).into_iter().find(|layer| layer.name == name).map_or_else(Vec::new, |layer| layer.features)
}

enum Field<'a> {
    Number(u64),
    Fixed64([u8; 8]),
    Fixed32([u8; 4]),
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    fn bytes(&self) -> &'a [u8] {
        if let Field::Bytes(bytes) = self { bytes } else { panic!("not a byte string") }
    }

    fn number(&self) -> u64 {
        if let Field::Number(number) = self { *number } else { panic!("not a varint") }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes().to_vec()).unwrap()
    }

    fn packed(&self) -> Vec<u64> {
        let mut rest = self.bytes();
        let mut numbers = Vec::new();
        while !rest.is_empty() {
            numbers.push(varint(&mut rest));
        }
        numbers
    }
}

struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Field<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let key = varint(&mut self.0);
        let value = match key & 7 {
            0 => Field::Number(varint(&mut self.0)),
            1 => Field::Fixed64(take(&mut self.0, 8).try_into().unwrap()),
            2 => {
                let count = varint(&mut self.0);
                Field::Bytes(take(&mut self.0, usize::try_from(count).unwrap()))
            }
            5 => Field::Fixed32(take(&mut self.0, 4).try_into().unwrap()),
            wire => panic!("wire type {wire}"),
        };
        Some((key >> 3, value))
    }
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at(count);
    *bytes = rest;
    taken
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return number;
        }
    }
    panic!("varint too long")
}

fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn layer(bytes: &[u8]) -> Layer {
    let (mut name, mut keys, mut values, mut raw) = (String::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut version, mut extent) = (1, 4096);
    for (number, field) in Fields(bytes) {
        match number {
            15 => version = field.number(),
            1 => name = field.text(),
            2 => raw.push(field.bytes()),
            3 => keys.push(field.text()),
            4 => values.push(value(field.bytes())),
            5 => extent = field.number(),
            other => panic!("field {other} of a layer"),
        }
    }
    assert_eq!((version, extent), (2, 4096));
    assert!(!raw.is_empty(), "layer {name} is empty and should not be there");
    Layer { name, features: raw.into_iter().map(|bytes| feature(bytes, &keys, &values)).collect() }
}

fn value(bytes: &[u8]) -> Value {
    let mut fields = Fields(bytes);
    let (number, field) = fields.next().expect("a value");
    assert!(fields.next().is_none(), "one value");
    match (number, field) {
        (1, field) => field.text().into(),
        (2, Field::Fixed32(bytes)) => f64::from(f32::from_le_bytes(bytes)).into(),
        (3, Field::Fixed64(bytes)) => f64::from_le_bytes(bytes).into(),
        (4, field) => field.number().cast_signed().into(),
        (5, field) => field.number().into(),
        (6, field) => zigzag(field.number()).into(),
        (7, field) => (field.number() == 1).into(),
        (other, _) => panic!("value of kind {other}"),
    }
}

fn feature(bytes: &[u8], keys: &[String], values: &[Value]) -> Feature {
    let (mut id, mut kind, mut tags, mut commands) = (None, 0, Vec::new(), Vec::new());
    for (number, field) in Fields(bytes) {
        match number {
            1 => id = Some(field.number()),
            2 => tags = field.packed(),
            3 => kind = field.number(),
            4 => commands = field.packed(),
            other => panic!("field {other} of a feature"),
        }
    }
    let at = |place: u64| usize::try_from(place).unwrap();
    let properties: BTreeMap<_, _> =
        tags.chunks_exact(2).map(|pair| (keys[at(pair[0])].clone(), values[at(pair[1])].clone())).collect();
    assert_eq!(properties.len() * 2, tags.len(), "a name twice");
    Feature { id: id.expect("an id"), kind, parts: parts(kind, &commands), properties }
}

fn parts(kind: u64, commands: &[u64]) -> Vec<Vec<(i32, i32)>> {
    let mut parts: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut rest = commands.iter();
    let mut cursor = (0i32, 0i32);
    let mut step = |rest: &mut std::slice::Iter<'_, u64>| {
        let mut axis = || i32::try_from(zigzag(*rest.next().unwrap())).unwrap();
        cursor = (cursor.0 + axis(), cursor.1 + axis());
        cursor
    };
    let command = |rest: &mut std::slice::Iter<'_, u64>| rest.next().map(|command| (command & 7, command >> 3));
    while let Some((move_to, count)) = command(&mut rest) {
        assert_eq!(move_to, 1, "a part begins with a move");
        if kind == POINT {
            parts.extend((0..count).map(|_| vec![step(&mut rest)]));
            assert!(rest.as_slice().is_empty(), "points are one command");
            continue;
        }
        assert_eq!(count, 1);
        let mut part = vec![step(&mut rest)];
        let (line_to, count) = command(&mut rest).expect("a line after a move");
        assert!(line_to == 2 && count >= if kind == AREA { 2 } else { 1 }, "{line_to} {count}");
        for _ in 0..count {
            let next = step(&mut rest);
            assert_ne!(part.last(), Some(&next), "a step of no length");
            part.push(next);
        }
        if kind == AREA {
            assert_eq!(command(&mut rest), Some((7, 1)), "a ring is closed");
        }
        parts.push(part);
    }
    assert!(!parts.is_empty());
    parts
}
