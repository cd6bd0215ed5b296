//! What a tile set says of itself: TileJSON 3.0.

use serde_json::{Map, Value, json};

use super::coord::TOP_ZOOM;
use super::{Picture, TileSet};
use crate::atlas::Edition;
use crate::geom::Envelope;
use crate::geom::world::LAST_PARALLEL;
use crate::model::{FieldType, Schema};

/// Where a client should look while there is no data: the country.
const COUNTRY: Envelope = Envelope { west: 73.5, south: 18.0, east: 135.1, north: 53.6 };

/// The description of a set, its tiles found under a base address without a slash at the end.
pub fn tile_json(edition: &Edition, set: &TileSet, base_url: &str) -> Value {
    let bounds = bounds(edition, set);
    let centre = bounds.centre();
    let base = base_url.trim_end_matches('/');
    json!({
        "tilejson": "3.0.0",
        "name": set.name(),
        "description": set.title().both(),
        "scheme": "xyz",
        "tiles": [format!("{base}/tiles/{}/{{z}}/{{x}}/{{y}}", set.name())],
        "minzoom": set.first_zoom(edition),
        "maxzoom": TOP_ZOOM,
        "bounds": [bounds.west, bounds.south, bounds.east, bounds.north],
        "center": [centre.x, centre.y, fitting_zoom(&bounds).max(set.first_zoom(edition))],
        "attribution": "",
        "vector_layers": set.pictures().iter().map(|picture| vector_layer(edition, *picture)).collect::<Vec<_>>(),
    })
}

/// The box around all that the set shows; layers that cannot be read do not count.
fn bounds(edition: &Edition, set: &TileSet) -> Envelope {
    bounds_of(set.pictures().iter().filter_map(|picture| picture.envelope(edition)))
}

/// The box around boxes, as far as there are tiles; the country where there are none.
pub(super) fn bounds_of(boxes: impl Iterator<Item = Envelope>) -> Envelope {
    let bounds = boxes.reduce(Envelope::union).unwrap_or(COUNTRY);
    let latitude = |degrees: f64| degrees.clamp(-LAST_PARALLEL, LAST_PARALLEL);
    Envelope {
        west: bounds.west.max(-180.0),
        south: latitude(bounds.south),
        east: bounds.east.min(180.0),
        north: latitude(bounds.north),
    }
}

/// The deepest zoom at which the box is still no larger than two tiles across, about what a screen shows.
pub(super) fn fitting_zoom(bounds: &Envelope) -> u8 {
    let degrees = (bounds.east - bounds.west).max(bounds.north - bounds.south).max(1e-6);
    (720.0 / degrees).log2().floor().clamp(0.0, f64::from(TOP_ZOOM)) as u8
}

fn vector_layer(edition: &Edition, picture: Picture) -> Value {
    let description = match picture {
        Picture::Register(layer) => Schema::layer(layer).title.both(),
        Picture::RiskGrid => {
            let side = edition.grades.grid_side_m();
            format!(
                "{side} m 风险网格，仅含有对象或影响范围的网格 / risk grid of {side} m, cells with an object or effect only"
            )
        }
        Picture::HcaSegments => "管道高后果区管段 / high-consequence segments of pipelines".to_owned(),
        Picture::RiskAreas => "各街道（乡镇）风险等级 / risk level of each township".to_owned(),
    };
    json!({
        "id": picture.name(),
        "description": description,
        "minzoom": picture.first_zoom(edition),
        "maxzoom": TOP_ZOOM,
        "fields": fields(picture),
    })
}

/// The fields that the registers know; features may carry more, as they came.
fn fields(picture: Picture) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut field = |name: &str, kind: &str| drop(fields.insert(name.to_owned(), kind.into()));
    field("id", "String");
    match picture {
        Picture::Register(layer) => {
            for known in &Schema::layer(layer).fields {
                match known.field_type {
                    FieldType::Text | FieldType::Date => field(&known.name, "String"),
                    FieldType::Number | FieldType::Integer => field(&known.name, "Number"),
                    FieldType::Flag => field(&known.name, "Boolean"),
                    FieldType::List => {}
                }
            }
        }
        Picture::RiskAreas => ["code", "name", "level", "reason"].into_iter().for_each(|name| field(name, "String")),
        Picture::HcaSegments => {
            for name in ["name", "pipeline", "location_class", "reason"] {
                field(name, "String");
            }
            for name in ["hca_grade", "from_m", "to_m"] {
                field(name, "Number");
            }
            field("undetermined", "Boolean");
        }
        Picture::RiskGrid => ["name", "level", "reason"].into_iter().for_each(|name| field(name, "String")),
    }
    if picture.is_graded() {
        field("risk_level", "Number");
        field("risk_color", "String");
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_shown_at_a_zoom_that_fits_it() {
        let across = |degrees: f64| Envelope { west: 115.0, south: 29.0, east: 115.0 + degrees, north: 29.0 };
        assert_eq!(fitting_zoom(&across(360.0)), 1);
        assert_eq!(fitting_zoom(&across(0.7)), 10);
        assert_eq!(fitting_zoom(&across(0.0)), 14);
    }
}
