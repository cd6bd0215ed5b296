//! Whether coordinates can be meant: inside the box around China, and what is probably wrong where they are not.

use super::{Envelope, Geometry};

/// The box around China's land and near waters, longitude/latitude degrees.
pub const CHINA: Envelope = Envelope { west: 73.0, south: 3.0, east: 136.0, north: 54.0 };

/// Why coordinates cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfBounds {
    /// What is wrong.
    pub what: String,
    /// The probable mistake and its mend.
    pub hint: &'static str,
}

/// Checks longitude/latitude degrees; `Ok` inside China.
pub fn check(geometry: &Geometry) -> Result<(), OutOfBounds> {
    let Some(at) = Envelope::of(geometry) else { return Ok(()) };
    if CHINA.contains(&at) {
        return Ok(());
    }
    let swapped = Envelope { west: at.south, south: at.west, east: at.north, north: at.east };
    let projected = at.west.abs().max(at.east.abs()) > 360.0 || at.south.abs().max(at.north.abs()) > 360.0;
    let hint = if projected {
        "these are metres, not degrees: name their reference system, for example EPSG:4548"
    } else if CHINA.contains(&swapped) {
        "longitude and latitude are swapped: longitude comes first"
    } else {
        "check the reference system and the coordinates; longitude comes first"
    };
    let what = format!("coordinates {:.5} {:.5} … {:.5} {:.5} lie outside China", at.west, at.south, at.east, at.north);
    Err(OutOfBounds { what, hint })
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Point;

    fn hint(x: f64, y: f64) -> Option<&'static str> {
        check(&Point::new(x, y).into()).err().map(|fault| fault.hint)
    }

    #[test]
    fn the_probable_mistake_is_named() {
        assert_eq!(hint(115.8, 29.6), None);
        assert!(hint(29.6, 115.8).unwrap().contains("swapped"));
        assert!(hint(383_927.6, 3_277_570.7).unwrap().contains("EPSG:4548"));
        assert!(hint(2.35, 48.85).unwrap().contains("reference system"));
    }
}
