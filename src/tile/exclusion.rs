//! The tile sets `exclusion-{kind}`: where a kind of project may not go, and why. Unlike the other sets these are drawn
//! from the rule book and a day as well.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::coord::TileCoord;
use super::draw::{Drawing, Drawn};
use super::encode::encode;
use super::tags::Tag;
use super::tile_json::{bounds_of, fitting_zoom};
use super::{MAX_ZOOM, TileError};
use crate::atlas::Edition;
use crate::geom::algorithm::Area;
use crate::geom::{Envelope, GridShape, Metres, Polygon, WorldShape, clip, simplify};
use crate::model::{Kind, Kinds, Layer, Revision, Text};
use crate::rules::RuleBook;
use crate::siting::exclusion::{self, Excluded, Question};

/// The first zoom that is drawn: at smaller ones a tile would take in a province, and a rule's distance is no pixel.
pub const FIRST_ZOOM: u8 = 8;
/// The deepest zoom that is announced: a pixel is about two metres there.
pub const LAST_ZOOM: u8 = 16;
/// What the names of these sets begin with.
const PREFIX: &str = "exclusion-";
/// The layer of a tile.
const LAYER: &str = "exclusion";
/// The edge of an area may be off by this share of a pixel (256 to a tile) before it is simplified and snapped.
const SHARE_OF_PIXEL: f64 = 0.125;
/// Length of the equator in metres.
const EQUATOR_M: f64 = 40_075_016.7;
/// Identifiers are whole numbers below 2^53.
const ID_BITS: u32 = 53;

/// What may not go where: a kind of project under the rules of a book on a day.
#[derive(Clone, Copy, Debug)]
pub struct Exclusion<'a> {
    /// The kind.
    pub kind: &'static Kind,
    /// The rules.
    pub book: &'a RuleBook,
    /// The day whose law applies.
    pub as_of: Date,
}

/// The kind that a set of this name is about.
pub fn kind_of_set(name: &str) -> Option<&'static Kind> {
    Kinds::shipped().find(name.strip_prefix(PREFIX)?)
}

/// The name of a kind's set.
pub fn set_of_kind(kind: &Kind) -> String {
    format!("{PREFIX}{}", kind.kind)
}

/// What people call a kind's set.
pub fn title_of_set(kind: &Kind) -> Text {
    Text::new(format!("{}禁选范围", kind.name.zh), format!("where no {} may go", kind.name.en))
}

impl Exclusion<'_> {
    /// Draws a tile: uncompressed MVT 2.1, no bytes at all where nothing is excluded.
    pub fn render(&self, edition: &Edition, coord: TileCoord) -> Result<Vec<u8>, TileError> {
        let window = coord.window().envelope();
        let zones = exclusion::excluded(&edition.snapshot, self.book, &self.question(coord, &window));
        let features = zones.iter().filter_map(|zone| drawn(zone, coord)).collect();
        encode(&[Drawing { name: LAYER, features }])
    }

    /// The last revision that changed anything the tile is drawn from; none while a layer that it needs cannot be read.
    /// A tile is still drawn then, undetermined, but must not be kept.
    pub fn validator(&self, edition: &Edition, coord: TileCoord) -> Option<Revision> {
        let window = coord.window().envelope();
        exclusion::freshness(&edition.snapshot, self.book, &self.question(coord, &window))
    }

    fn question<'w>(&self, coord: TileCoord, window: &'w Envelope) -> Question<'w> {
        let (_, latitude) = window.centre().x_y();
        let pixel = EQUATOR_M * latitude.to_radians().cos() / f64::from(1u32 << coord.z()) / 256.0;
        Question { kind: self.kind, as_of: self.as_of, window, within: Metres(pixel * SHARE_OF_PIXEL) }
    }
}

/// An area of the exclusion map on the tile's grid.
fn drawn(zone: &Excluded, coord: TileCoord) -> Option<Drawn<'_>> {
    let whole = WorldShape::project(&zone.area.clone().into(), coord.sag());
    let mut cut = clip(&simplify(whole, coord.tolerance()), &coord.window());
    // What is thinner than the grid can show is what sums and differences leave along common borders.
    let unit = coord.unit();
    cut.areas.retain(|area| area.unsigned_area() > unit * length(area));
    let shape: GridShape = coord.grid().snap(&cut);
    if shape.is_empty() {
        return None;
    }
    let tags = vec![
        ("status", Tag::Text(zone.status.word().into())),
        ("rule", Tag::Text(zone.rule.as_str().into())),
        ("name", Tag::Text(zone.name.as_str().into())),
    ];
    Some(Drawn { id: id(zone), shape, tags })
}

/// Half the length of an outline, in lengths of the world: what a sliver's area is measured against.
fn length(area: &Polygon) -> f64 {
    area.exterior().lines().map(|edge| edge.dx().hypot(edge.dy())).sum::<f64>() / 2.0
}

/// The same in every tile that shows the area, at every zoom.
fn id(zone: &Excluded) -> u64 {
    let mut hasher = DefaultHasher::new();
    (zone.status.word(), &zone.rule, &zone.target).hash(&mut hasher);
    if zone.target.is_none() {
        zone.name.hash(&mut hasher);
    }
    hasher.finish() >> (u64::BITS - ID_BITS)
}

/// The description of a kind's set, its tiles found under a base address; `query` is asked with every tile.
pub fn exclusion_json(edition: &Edition, kind: &'static Kind, base_url: &str, query: &str) -> Value {
    let layers = Layer::ALL.into_iter().filter_map(|layer| edition.snapshot.layer(layer).ok()?.envelope());
    let bounds = bounds_of(layers);
    let centre = bounds.centre();
    let (base, name) = (base_url.trim_end_matches('/'), set_of_kind(kind));
    let zoom = fitting_zoom(&bounds).clamp(FIRST_ZOOM, LAST_ZOOM.min(MAX_ZOOM));
    json!({
        "tilejson": "3.0.0",
        "name": name,
        "description": title_of_set(kind).both(),
        "scheme": "xyz",
        "tiles": [format!("{base}/tiles/{name}/{{z}}/{{x}}/{{y}}{query}")],
        "minzoom": FIRST_ZOOM,
        "maxzoom": LAST_ZOOM,
        "bounds": [bounds.west, bounds.south, bounds.east, bounds.north],
        "center": [centre.x, centre.y, zoom],
        "attribution": "",
        "vector_layers": [{
            "id": LAYER,
            "description": "禁选范围及依据 / what excludes the kind, and by which rule",
            "minzoom": FIRST_ZOOM,
            "maxzoom": LAST_ZOOM,
            "fields": {"status": "String", "rule": "String", "name": "String"},
        }],
    })
}
