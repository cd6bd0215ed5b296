//! What makes a row acceptable, as far as the row alone tells: shape, place, fields. Runs on any thread.

use serde_json::Value;

use super::geometry::Drawn;
use super::mapping::{Columns, Mapping, schema};
use super::place::Place;
use super::row::{FieldFault, Reject, Row};
use crate::geom::repair::{Irreparable, Repair, repair};
use crate::geom::{Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use crate::model::schema::{Fault, LayerSchema, Shape};
use crate::model::{Feature, Layer, Properties};

/// Ids are kept for life and stand in addresses.
const LONGEST_ID: usize = 200;

/// The judge of one file.
pub(super) struct Judge<'a> {
    layer: Layer,
    schema: &'static LayerSchema,
    columns: Columns<'a>,
    place: &'a Place,
    key: Option<&'a str>,
    /// Whether the format asks for rings in the way of RFC 7946; others draw them as they like, which is no repair.
    tells_winding: bool,
}

/// A row after judgement.
pub(super) struct Judged {
    pub number: u64,
    pub id: Option<String>,
    /// The feature, still without id, or why there is none.
    pub outcome: Result<Feature, (Reject, Box<Leftover>)>,
    pub repairs: Vec<String>,
    /// Code and words.
    pub warnings: Vec<(&'static str, String)>,
    pub with_height: bool,
    /// Columns recognised by a like name.
    pub recognised: Vec<(String, &'static str)>,
}

/// What is left of a rejected row, for the file of rejects.
#[derive(Clone, Debug)]
pub(super) struct Leftover {
    pub geometry: Option<Geometry>,
    pub properties: Properties,
}

impl<'a> Judge<'a> {
    pub fn new(layer: Layer, place: &'a Place, mapping: Option<&'a Mapping>, key: Option<&'a str>) -> Self {
        let schema = schema(layer);
        Self { layer, schema, columns: Columns::new(schema, mapping), place, key, tells_winding: true }
    }

    /// For formats that do not care which way rings run.
    pub fn silent_about_winding(mut self) -> Self {
        self.tells_winding = false;
        self
    }

    /// Judges a row; a rejected one is read once more, so that only then its shape is kept as drawn.
    pub fn judge(&self, read: &dyn Fn() -> Row) -> Judged {
        let row = read();
        let mut judged = Judged {
            number: row.number,
            id: None,
            outcome: Err((Reject::new("json", FieldFault::new("", "", "")), Box::new(Leftover::none()))),
            repairs: Vec::new(),
            warnings: Vec::new(),
            with_height: false,
            recognised: Vec::new(),
        };
        let (mut properties, recognised) = self.columns.mapped(row.properties);
        judged.recognised = recognised;
        let id = self.id(row.id, &mut properties);
        let shape = row.geometry.map_err(|fault| Reject::shape("geometry", fault.what, fault.hint));
        let shape = shape.and_then(|drawn| self.shape(drawn, &mut judged));
        let fields = self.fields(shape.as_ref().ok(), &mut properties, &mut judged);
        let faults = [id.as_ref().err().cloned(), shape.as_ref().err().cloned(), fields];
        // What is no row at all has no fields that could be told off.
        let reject = row.fault.or_else(|| faults.into_iter().flatten().reduce(Reject::and));
        judged.id = id.unwrap_or_default();
        judged.outcome = match (reject, shape) {
            (None, Ok(geometry)) => Feature::new(String::new(), geometry, properties)
                .ok_or_else(|| (empty_geometry(), Box::new(Leftover::none()))),
            (reject, shape) => {
                let drawn = || Some(read().geometry.ok()??.geometry);
                let geometry = shape.ok().or_else(drawn);
                Err((reject.unwrap_or_else(unknown), Box::new(Leftover { geometry, properties })))
            }
        };
        judged
    }

    /// The row's id: from the key column where one is named, from GeoJSON, or from a column `id`.
    fn id(&self, given: Option<Value>, properties: &mut Properties) -> Result<Option<String>, Reject> {
        if let Some(key) = self.key {
            let value = properties.get(key).cloned();
            let hint = "fill the key column in every row, or name another with --key";
            return match value.as_ref().map(id_text) {
                Some(id) => id.map(Some),
                None => {
                    Err(Reject::new("no_key", FieldFault::new(key, format!("the key column {key} is empty"), hint)))
                }
            };
        }
        match given {
            Some(id) => {
                if properties.get("id") == Some(&id) {
                    properties.remove("id");
                }
                id_text(&id).map(Some)
            }
            None => match properties.remove("id") {
                Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
                Some(id) => id_text(&id).map(Some),
                None => Ok(None),
            },
        }
    }

    /// The shape in its place, valid, of a kind that the layer may take.
    fn shape(&self, drawn: Option<Drawn>, judged: &mut Judged) -> Result<Geometry, Reject> {
        let drawn = drawn.ok_or_else(|| {
            Reject::shape("no_geometry", "the row has no geometry", "draw the shape or leave the row out")
        })?;
        judged.with_height = drawn.with_height;
        let geometry = unpacked(drawn.geometry, &self.schema.geometry, judged)?;
        let placed = self.place.to_cgcs2000(geometry)?;
        let mended = repair(placed).map_err(irreparable)?;
        let closed = (drawn.unclosed_rings > 0).then_some(Repair::ClosedRings(drawn.unclosed_rings));
        let told = closed.into_iter().chain(mended.repairs);
        let told = told.filter(|repair| self.tells_winding || !matches!(repair, Repair::Winding(_)));
        judged.repairs.extend(told.map(|repair| repair.to_string()));
        Ok(mended.geometry)
    }

    /// Holds the fields against the layer's table; with a bad shape, its kind is not asked.
    fn fields(&self, shape: Option<&Geometry>, properties: &mut Properties, judged: &mut Judged) -> Option<Reject> {
        let nowhere = Point::new(0.0, 0.0).into();
        let checked = self.schema.check(shape.unwrap_or(&nowhere), properties);
        judged.warnings.extend(checked.oddities.iter().map(|oddity| ("unknown_value", oddity.to_string())));
        if let Some((name, _)) = properties.iter().find(|(_, value)| value.as_str().is_some_and(is_damaged)) {
            let detail = format!("the text of {name} was damaged by a wrong encoding");
            judged.warnings.push(("damaged_text", detail));
        }
        let faults = checked.faults.iter().filter(|fault| shape.is_some() || !matches!(fault, Fault::Shape { .. }));
        let faults: Vec<FieldFault> = faults.map(|fault| self.told(fault)).collect();
        (!faults.is_empty()).then_some(Reject { code: "schema", faults })
    }

    fn told(&self, fault: &Fault) -> FieldFault {
        let field = fault.field();
        let title = self.schema.field(field).map_or(field, |field| field.title.zh.as_str());
        let hint = match fault {
            Fault::Missing(_) => format!("give {field} ({title}), or map a column to it with a mapping file"),
            Fault::Type { expected, .. } => format!("write {field} ({title}) as {expected}"),
            Fault::NotAllowed { .. } => {
                format!("use one of the allowed values for {field} ({title}), or map yours in a mapping file")
            }
            Fault::TooSmall { least, .. } => format!("{field} ({title}) must be {least} or more"),
            Fault::Shape { .. } => format!("draw another shape, or import into another layer than {}", self.layer),
        };
        FieldFault::new(field, fault.to_string(), hint)
    }
}

impl Leftover {
    fn none() -> Self {
        Self { geometry: None, properties: Properties::new() }
    }
}

fn unknown() -> Reject {
    Reject::new("row", FieldFault::new("", "the row cannot be used", "export it again"))
}

fn empty_geometry() -> Reject {
    Reject::shape("empty_geometry", "the geometry is empty", "draw the shape or leave the row out")
}

/// An id as text: texts and whole or other numbers will do.
pub(super) fn id_text(id: &Value) -> Result<String, Reject> {
    let text = match id {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 && whole.abs() < 9e15 => format!("{}", whole as i64),
            _ => number.to_string(),
        },
        _ => String::new(),
    };
    let fits = !text.is_empty() && text.chars().count() <= LONGEST_ID && !text.chars().any(char::is_control);
    if fits {
        return Ok(text);
    }
    let reason = format!("{id} cannot be an id");
    let hint = format!("an id is a text of 1 to {LONGEST_ID} characters, or a number");
    Err(Reject::new("bad_id", FieldFault::new("id", reason, hint)))
}

/// Text that was once decoded wrongly shows the replacement character, or what becomes of two of them in GBK.
fn is_damaged(text: &str) -> bool {
    text.contains('\u{FFFD}') || text.contains("锟斤拷")
}

fn irreparable(fault: Irreparable) -> Reject {
    let (code, hint) = match fault {
        Irreparable::Empty => ("empty_geometry", "draw the shape or leave the row out"),
        Irreparable::NoArea | Irreparable::NoLength => {
            ("degenerate", "draw the shape with its real extent, or as a point")
        }
        Irreparable::Ambiguous(_) => ("self_crossing", "redraw the outline so that it does not cross itself"),
        Irreparable::Tangled => ("too_complex", "draw a simpler outline"),
    };
    Reject::shape(code, fault.to_string(), hint)
}

/// Single-part points and the one usable kind of a collection; what has to be left out is told as a repair.
fn unpacked(geometry: Geometry, takes: &[Shape], judged: &mut Judged) -> Result<Geometry, Reject> {
    match geometry {
        Geometry::MultiPoint(points) => match points.0.as_slice() {
            [lone] => Ok((*lone).into()),
            [] => Err(empty_geometry()),
            many => {
                let reason = format!("the geometry is {} points, where one is needed", many.len());
                Err(Reject::shape("multi_point", reason, "split the row into one row a point"))
            }
        },
        Geometry::GeometryCollection(_) => {
            let mut parts = Parts::default();
            parts.add(geometry);
            let (geometry, left_out) = parts.usable(takes)?;
            judged.repairs.push("geometry collection unpacked".to_owned());
            if left_out > 0 {
                judged.repairs.push(format!("{left_out} part(s) of a kind that the layer does not take left out"));
            }
            unpacked(geometry, takes, judged)
        }
        other => Ok(other),
    }
}

/// The parts of a collection by kind.
#[derive(Default)]
struct Parts {
    points: Vec<Point>,
    lines: Vec<LineString>,
    areas: Vec<Polygon>,
}

impl Parts {
    fn add(&mut self, geometry: Geometry) {
        match geometry {
            Geometry::Point(point) => self.points.push(point),
            Geometry::MultiPoint(points) => self.points.extend(points),
            Geometry::LineString(line) => self.lines.push(line),
            Geometry::MultiLineString(lines) => self.lines.extend(lines),
            Geometry::Polygon(area) => self.areas.push(area),
            Geometry::MultiPolygon(areas) => self.areas.extend(areas),
            Geometry::GeometryCollection(parts) => parts.into_iter().for_each(|part| self.add(part)),
            Geometry::Line(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {}
        }
    }

    /// The parts of the one kind that the layer takes, and how many of other kinds are left out.
    fn usable(self, takes: &[Shape]) -> Result<(Geometry, usize), Reject> {
        let all = self.points.len() + self.lines.len() + self.areas.len();
        if all == 0 {
            return Err(empty_geometry());
        }
        let mut usable: Vec<(Geometry, usize)> = Vec::new();
        let mut offer = |shape: Shape, count: usize, geometry: Geometry| {
            if count > 0 && takes.contains(&shape) {
                usable.push((geometry, all - count));
            }
        };
        offer(Shape::Point, self.points.len(), Geometry::MultiPoint(self.points.into()));
        offer(Shape::Line, self.lines.len(), single_line(self.lines));
        offer(Shape::Area, self.areas.len(), single_area(self.areas));
        match (usable.len(), usable.pop()) {
            (1, Some(lone)) => Ok(lone),
            _ => Err(Reject::shape(
                "mixed_geometry",
                "the geometry is a collection of different kinds",
                "split the row into one row a kind",
            )),
        }
    }
}

fn single_line(mut lines: Vec<LineString>) -> Geometry {
    match (lines.len(), lines.pop()) {
        (1, Some(lone)) => lone.into(),
        (_, last) => MultiLineString::new(lines.into_iter().chain(last).collect()).into(),
    }
}

fn single_area(mut areas: Vec<Polygon>) -> Geometry {
    match (areas.len(), areas.pop()) {
        (1, Some(lone)) => lone.into(),
        (_, last) => MultiPolygon::new(areas.into_iter().chain(last).collect()).into(),
    }
}
