//! Writing a layer of a tile from plates: MVT 2.1, clause 4.

use hashbrown::HashMap;

use super::EXTENT;
use super::composed::{Cluster, Frame, Item, What};
use super::draw::Drawn;
use super::ink::{self, zigzag};
use super::outlined;
use super::plate::{Values, encoded};
use super::sheet::Sheet;
use super::tags::{Tag, Tags, grade_tags};
use super::{Picture, TileCoord};
use crate::atlas::Edition;
use crate::geom::{Cell, GridShape};
use crate::model::RiskLevel;

/// A layer that is being written.
pub(super) struct Press<'a> {
    edition: &'a Edition,
    picture: Picture,
    sheet: &'a Sheet,
    coord: TileCoord,
    frame: Frame,
    names: Vec<&'a str>,
    /// The numbers on the tile of the names of each plate, one more than the number; 0 where it has none yet.
    of_plates: [Vec<u32>; 2],
    /// The numbers on the tile of the sheet's values.
    of_values: HashMap<u32, u32>,
    /// The numbers on the tile of values that the sheet does not know.
    others: HashMap<Vec<u8>, u32>,
    values: Vec<u8>,
    value_count: u32,
    features: Vec<u8>,
    tags: Vec<u8>,
    geometry: Vec<u8>,
    message: Vec<u8>,
}

/// How much is told of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Everything.
    All,
    /// Its level only, where a tile is full of what must not be left out; of a cell also by which name to ask for it.
    Level,
}

impl Told {
    fn includes(self, name: &str) -> bool {
        self == Self::All || matches!(name, "id" | "risk_level" | "risk_color")
    }
}

impl<'a> Press<'a> {
    pub fn new(edition: &'a Edition, picture: Picture, sheet: &'a Sheet, coord: TileCoord) -> Self {
        let numbers = sheet.plates().map(|plate| vec![0; plate.names.len()]);
        Self {
            edition,
            picture,
            sheet,
            coord,
            frame: Frame::of(coord),
            names: Vec::new(),
            of_plates: numbers,
            of_values: HashMap::new(),
            others: HashMap::new(),
            values: Vec::new(),
            value_count: 0,
            features: Vec::new(),
            tags: Vec::new(),
            geometry: Vec::new(),
            message: Vec::new(),
        }
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.features.len() + self.values.len()
    }

    /// Adds a thing; says whether anything of it is on the tile.
    pub fn add(&mut self, item: &Item, told: Told) -> bool {
        self.tags.clear();
        match &item.what {
            What::Shape(plate, at) => {
                let shape = outlined::shape(self.sheet.plates()[*plate], *at, self.coord, self.frame);
                if shape.is_empty() {
                    return false;
                }
                self.tell(*plate, *at, told);
                self.write_shape(item.id, &shape);
            }
            What::Mark(plate, at) => {
                let cell = self.frame.cell(self.sheet.plates()[*plate].places[*at as usize]);
                if !on_tile(cell) {
                    return false;
                }
                self.tell(*plate, *at, told);
                self.write_points(item.id, &[cell]);
            }
            What::Cluster(cluster) => {
                let cell = self.frame.middle(item.id, cluster);
                self.tell_cluster(cluster);
                self.write_points(item.id, &[cell]);
            }
        }
        true
    }

    /// Adds a cell of the grid, which lies on no plate.
    pub fn add_cell(&mut self, cell: &Drawn<'a>, told: Told) {
        self.tags.clear();
        self.tell_all(cell.tags.iter().filter(|(name, _)| told.includes(name)));
        self.write_shape(cell.id, &cell.shape);
    }

    /// The finished layer; nothing where it shows nothing.
    pub fn finished(self, out: &mut Vec<u8>) {
        if self.features.is_empty() {
            return;
        }
        let mut layer = Vec::with_capacity(self.features.len() + self.values.len() + 256);
        ink::bytes(&mut layer, 1, self.picture.name().as_bytes());
        layer.extend_from_slice(&self.features);
        for name in &self.names {
            ink::bytes(&mut layer, 3, name.as_bytes());
        }
        layer.extend_from_slice(&self.values);
        ink::number(&mut layer, 5, EXTENT.into());
        ink::number(&mut layer, 15, 2);
        ink::bytes(out, 3, &layer);
    }

    fn tell(&mut self, plate: usize, at: u32, told: Told) {
        let sheet = self.sheet;
        let feature = &sheet.plates()[plate].features[at as usize];
        if told == Told::All {
            for (name, value) in sheet.plates()[plate].tags(at) {
                let name = self.name_of_plate(plate, name);
                let value = self.value_of_sheet(value);
                self.tag(name, value);
            }
        }
        let level = if self.picture.shares_borders() {
            self.picture.level(self.edition, feature)
        } else {
            sheet.plates()[plate].level(at)
        };
        let edition: &'a Edition = self.edition;
        let tags = grade_tags(edition, self.picture, &feature.id, level);
        self.tell_all(tags.iter().filter(|(name, _)| told.includes(name)));
    }

    fn tell_cluster(&mut self, cluster: &Cluster) {
        let mut tags: Tags<'static> = vec![("point_count", Tag::Natural(cluster.count().into()))];
        if self.picture.is_graded() {
            let counts = ["count_none", "count_1", "count_2", "count_3", "count_4"].into_iter().zip(cluster.counts);
            tags.extend(counts.map(|(name, count)| (name, Tag::Natural(count.into()))));
            let worst = cluster.worst();
            tags.extend(worst.map(|worst| ("risk_level", Tag::Natural(worst.number().into()))));
            tags.push(("risk_color", Tag::Text(worst.map_or("none", RiskLevel::color).into())));
        }
        self.tell_all(tags.iter());
    }

    fn tell_all<'t>(&mut self, tags: impl Iterator<Item = &'t (&'a str, Tag<'t>)>)
    where
        'a: 't,
    {
        for (name, tag) in tags {
            let mut message = std::mem::take(&mut self.message);
            encoded(tag, &mut message);
            let value = match self.sheet.values().find(&message) {
                Some(known) => self.value_of_sheet(known),
                None => self.other_value(&message),
            };
            self.message = message;
            let name = self.name(name);
            self.tag(name, value);
        }
    }

    fn tag(&mut self, name: u32, value: u32) {
        ink::varint(&mut self.tags, name.into());
        ink::varint(&mut self.tags, value.into());
    }

    fn name(&mut self, name: &'a str) -> u32 {
        let known = self.names.iter().position(|known| *known == name);
        let number = known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        number as u32
    }

    fn name_of_plate(&mut self, plate: usize, number: u16) -> u32 {
        let known = self.of_plates[plate][usize::from(number)];
        if known > 0 {
            return known - 1;
        }
        let sheet = self.sheet;
        let name = self.name(&sheet.plates()[plate].names[usize::from(number)]);
        self.of_plates[plate][usize::from(number)] = name + 1;
        name
    }

    fn value_of_sheet(&mut self, number: u32) -> u32 {
        let (values, written, count): (&Values, _, _) = (self.sheet.values(), &mut self.values, &mut self.value_count);
        *self.of_values.entry(number).or_insert_with(|| {
            ink::bytes(written, 4, values.get(number));
            *count += 1;
            *count - 1
        })
    }

    fn other_value(&mut self, message: &[u8]) -> u32 {
        if let Some(known) = self.others.get(message) {
            return *known;
        }
        ink::bytes(&mut self.values, 4, message);
        self.others.insert(message.to_vec(), self.value_count);
        self.value_count += 1;
        self.value_count - 1
    }

    /// A shape as one feature for each kind that it holds; as good as always just one.
    fn write_shape(&mut self, id: u64, shape: &GridShape) {
        if !shape.points.is_empty() {
            self.write_points(id, &shape.points);
        }
        if !shape.lines.is_empty() {
            let mut pen = Pen::default();
            shape.lines.iter().for_each(|line| pen.chain(line, false, &mut self.geometry));
            self.feature(id, 2);
        }
        if !shape.areas.is_empty() {
            let mut pen = Pen::default();
            shape.areas.iter().flatten().for_each(|ring| pen.chain(ring, true, &mut self.geometry));
            self.feature(id, 3);
        }
    }

    fn write_points(&mut self, id: u64, points: &[Cell]) {
        Pen::default().points(points, &mut self.geometry);
        self.feature(id, 1);
    }

    /// The feature whose tags and geometry are ready; the geometry is used up.
    fn feature(&mut self, id: u64, kind: u64) {
        let length = 1
            + ink::varint_len(id)
            + 1
            + ink::varint_len(self.tags.len() as u64)
            + self.tags.len()
            + 2
            + 1
            + ink::varint_len(self.geometry.len() as u64)
            + self.geometry.len();
        ink::varint(&mut self.features, (2 << 3) | 2);
        ink::varint(&mut self.features, length as u64);
        ink::number(&mut self.features, 1, id);
        ink::bytes(&mut self.features, 2, &self.tags);
        ink::number(&mut self.features, 3, kind);
        ink::bytes(&mut self.features, 4, &self.geometry);
        self.geometry.clear();
    }
}

/// A feature whose place is the buffer's edge or nearer; what lies beyond belongs to other tiles.
fn on_tile(cell: Cell) -> bool {
    let within =
        |number: i32| (-super::BUFFER.cast_signed()..=(EXTENT + super::BUFFER).cast_signed()).contains(&number);
    within(cell.x) && within(cell.y)
}

/// Where the pen of the geometry commands is (MVT 2.1, clause 4.3.2).
#[derive(Default)]
struct Pen {
    x: i32,
    y: i32,
}

const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE_PATH: u64 = 7;

fn command(out: &mut Vec<u8>, command: u64, count: usize) {
    ink::varint(out, command | ((count as u64) << 3));
}

impl Pen {
    fn go(&mut self, to: Cell, out: &mut Vec<u8>) {
        ink::varint(out, zigzag(to.x - self.x).into());
        ink::varint(out, zigzag(to.y - self.y).into());
        (self.x, self.y) = (to.x, to.y);
    }

    fn points(&mut self, points: &[Cell], out: &mut Vec<u8>) {
        command(out, MOVE_TO, points.len());
        for point in points {
            self.go(*point, out);
        }
    }

    fn chain(&mut self, chain: &[Cell], closed: bool, out: &mut Vec<u8>) {
        let Some((first, others)) = chain.split_first() else { return };
        command(out, MOVE_TO, 1);
        self.go(*first, out);
        command(out, LINE_TO, others.len());
        for cell in others {
            self.go(*cell, out);
        }
        if closed {
            command(out, CLOSE_PATH, 1);
        }
    }
}

/// The layer `_meta`: for every layer of which something was left out one point in the middle of the tile, with counts.
pub(super) fn write_left_out(left_out: &[(&'static str, [u32; 5])], out: &mut Vec<u8>) {
    let mut layer = Vec::new();
    let (mut features, mut values, mut count) = (Vec::new(), Vec::new(), 0u64);
    let names = ["layer", "left_out", "left_out_none", "left_out_1", "left_out_2", "left_out_3", "left_out_4"];
    for (number, (name, counts)) in
        left_out.iter().enumerate().filter(|(_, (_, counts))| counts.iter().any(|count| *count > 0))
    {
        let numbers = std::iter::once(counts.iter().sum::<u32>()).chain(*counts);
        let tags = std::iter::once(Tag::Text((*name).into())).chain(numbers.map(|count| Tag::Natural(count.into())));
        let (mut told, mut message) = (Vec::new(), Vec::new());
        for (name, tag) in tags.enumerate() {
            encoded(&tag, &mut message);
            ink::bytes(&mut values, 4, &message);
            ink::varint(&mut told, name as u64);
            ink::varint(&mut told, count);
            count += 1;
        }
        let mut feature = Vec::new();
        ink::number(&mut feature, 1, number as u64 + 1);
        ink::bytes(&mut feature, 2, &told);
        ink::number(&mut feature, 3, 1);
        let mut geometry = Vec::new();
        let middle = EXTENT.cast_signed() / 2;
        Pen::default().points(&[Cell { x: middle, y: middle }], &mut geometry);
        ink::bytes(&mut feature, 4, &geometry);
        ink::bytes(&mut features, 2, &feature);
    }
    if features.is_empty() {
        return;
    }
    ink::bytes(&mut layer, 1, b"_meta");
    layer.extend_from_slice(&features);
    for name in names {
        ink::bytes(&mut layer, 3, name.as_bytes());
    }
    layer.extend_from_slice(&values);
    ink::number(&mut layer, 5, EXTENT.into());
    ink::number(&mut layer, 15, 2);
    ink::bytes(out, 3, &layer);
}
