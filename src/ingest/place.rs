//! Where the coordinates of a file are: reference system and datum, and the way to CGCS2000 longitude/latitude.

use serde_json::Value;

use super::error::IngestError;
use super::row::Reject;
use crate::geom::bounds::CHINA;
use crate::geom::{Crs, Datum, Envelope, Geometry};

/// What a file's coordinates mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub crs: Crs,
    pub datum: Datum,
    /// The system as the report names it; it may be one that another library has already converted from.
    pub label: String,
}

impl Place {
    /// A reference system, and the datum given beside it; without one the system says it.
    pub fn new(crs: Crs, datum: Option<Datum>) -> Self {
        let own = if matches!(crs.epsg(), 4326 | 3857) { Datum::Wgs84 } else { Datum::Cgcs2000 };
        Self { crs, datum: datum.unwrap_or(own), label: crs.to_string() }
    }

    /// A shape in CGCS2000 longitude/latitude degrees; refused where it lands outside China.
    pub fn to_cgcs2000(&self, geometry: Geometry) -> Result<Geometry, Reject> {
        let Some(drawn) = Envelope::of(&geometry) else {
            return Err(Reject::shape(
                "empty_geometry",
                "the geometry is empty",
                "draw the shape or leave the row out",
            ));
        };
        if ![drawn.west, drawn.south, drawn.east, drawn.north].iter().all(|number| number.is_finite()) {
            let hint = "write every coordinate as a finite number";
            return Err(Reject::shape("not_finite", "a coordinate is not a finite number", hint));
        }
        let lonlat = if self.crs.is_geographic() { geometry } else { self.crs.geometry_to_lonlat(&geometry) };
        let placed = match self.datum {
            Datum::Cgcs2000 | Datum::Wgs84 => lonlat,
            shifted => shifted.geometry_to_cgcs2000(&lonlat),
        };
        if Envelope::of(&placed).is_some_and(|envelope| CHINA.contains(&envelope)) {
            Ok(placed)
        } else {
            Err(self.outside(&drawn))
        }
    }

    /// What probably went wrong with a shape that is not in China.
    fn outside(&self, drawn: &Envelope) -> Reject {
        let reach = format!("from {} to {}", at(drawn.west, drawn.south), at(drawn.east, drawn.north));
        let swapped = Envelope { west: drawn.south, south: drawn.west, east: drawn.north, north: drawn.east };
        let degrees =
            drawn.west.abs().max(drawn.east.abs()) <= 180.0 && drawn.south.abs().max(drawn.north.abs()) <= 180.0;
        if self.crs.is_geographic() && CHINA.contains(&swapped) {
            let reason =
                format!("the geometry ({reach}) is not in China, but would be with longitude and latitude swapped");
            return Reject::shape("swapped_axes", reason, "write longitude before latitude");
        }
        if self.crs.is_geographic() && !degrees {
            let reason = format!("the coordinates ({reach}) are no degrees");
            let hint = format!("say what they are in with --crs, probably {}", probable_crs(drawn));
            return Reject::shape("looks_projected", reason, hint);
        }
        if !self.crs.is_geographic() && degrees {
            let reason = format!("the coordinates ({reach}) look like degrees, not like metres in {}", self.label);
            return Reject::shape("looks_geographic", reason, "import with --crs EPSG:4490 (or --crs EPSG:4326)");
        }
        let reason = format!("the geometry ({reach} in {}) is not in China", self.label);
        Reject::shape("outside_china", reason, "check the coordinates and the reference system (--crs)")
    }
}

/// A coordinate for people: never longer than a line.
fn at(x: f64, y: f64) -> String {
    let short = |number: f64| {
        if number.abs() < 1e9 { format!("{}", (number * 1e6).round() / 1e6) } else { format!("{number:e}") }
    };
    format!("{} {}", short(x), short(y))
}

/// The system that coordinates in metres are most likely in.
fn probable_crs(drawn: &Envelope) -> String {
    let east = f64::midpoint(drawn.west, drawn.east);
    let zone = (east / 1e6).floor();
    let gauss = (200_000.0..6_000_000.0).contains(&drawn.south);
    if gauss && (25.0..=45.0).contains(&zone) {
        return format!("EPSG:{} (3° zone {zone})", 4513.0 + zone - 25.0);
    }
    if gauss && (13.0..=23.0).contains(&zone) {
        return format!("EPSG:{} (6° zone {zone})", 4491.0 + zone - 13.0);
    }
    if gauss && (8.0e6..15.2e6).contains(&east) {
        return "EPSG:3857 (Web Mercator)".to_owned();
    }
    "a CGCS2000 Gauss–Krüger zone without its number, EPSG:4534–4554 (EPSG:4548 for 117° E)".to_owned()
}

/// The reference system that the legacy `crs` member of a GeoJSON collection names.
pub(super) fn crs_of_member(member: &Value) -> Result<Crs, IngestError> {
    let named = member.pointer("/properties/name").and_then(Value::as_str);
    let foreign = |what: &str| IngestError::ForeignCrs { crs: member.to_string(), what: what.to_owned() };
    let name = named.ok_or_else(|| foreign("it is not given by name"))?;
    let code = name.rsplit(':').next().unwrap_or_default();
    if code.eq_ignore_ascii_case("CRS84") {
        return Ok("CRS84".parse()?);
    }
    if !name.to_ascii_uppercase().contains("EPSG") {
        return Err(foreign("it is not from EPSG"));
    }
    Ok(format!("EPSG:{code}").parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use serde_json::json;

    fn code(crs: &str, x: f64, y: f64) -> &'static str {
        let place = Place::new(crs.parse().unwrap(), None);
        place.to_cgcs2000(Point::new(x, y).into()).map_or_else(|reject| reject.code, |_| "in")
    }

    #[test]
    fn each_mistake_is_named() {
        assert_eq!(code("EPSG:4490", 115.8, 29.6), "in");
        assert_eq!(code("EPSG:4490", 29.6, 115.8), "swapped_axes");
        assert_eq!(code("EPSG:4490", 2.35, 48.85), "outside_china");
        assert_eq!(code("EPSG:4490", 39_383_927.6, 3_277_000.0), "looks_projected");
        assert_eq!(code("EPSG:4527", 115.8, 29.6), "looks_geographic");
        assert_eq!(code("EPSG:4527", 39_383_927.6, 3_277_000.0), "in");
        assert_eq!(code("EPSG:4490", f64::NAN, 29.6), "not_finite");
        assert_eq!(code("EPSG:4490", 136.0, 54.0), "in");
        assert_eq!(code("EPSG:4490", 136.000_001, 54.0), "outside_china");
    }

    #[test]
    fn the_zone_is_guessed_from_the_easting() {
        let hint = |x: f64| {
            let place = Place::new(Crs::CGCS2000, None);
            place.to_cgcs2000(Point::new(x, 3_277_000.0).into()).unwrap_err().hint()
        };
        assert!(hint(39_383_927.6).contains("EPSG:4527"));
        assert!(hint(20_383_927.6).contains("EPSG:4498"));
        assert!(hint(12_890_000.0).contains("EPSG:3857"));
        assert!(hint(383_927.6).contains("EPSG:4548"));
    }

    #[test]
    fn the_legacy_member_is_understood_or_refused() {
        let crs = |name: &str| crs_of_member(&json!({"type": "name", "properties": {"name": name}}));
        assert_eq!(crs("urn:ogc:def:crs:OGC:1.3:CRS84").unwrap().epsg(), 4326);
        assert_eq!(crs("urn:ogc:def:crs:EPSG::4527").unwrap().epsg(), 4527);
        assert_eq!(crs("EPSG:4490").unwrap().epsg(), 4490);
        assert!(crs("EPSG:4610").is_err() && crs("urn:ogc:def:crs:ESRI::1").is_err());
        assert!(crs_of_member(&json!({"type": "link"})).is_err());
    }
}
