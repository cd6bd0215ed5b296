//! Datums that coordinates may come in. GCJ-02 and BD-09 are the shifted systems of public web maps: they are taken back
//! on the way in and never stored.

use std::f64::consts::PI;
use std::str::FromStr;

use geo::{Coord, Geometry, MapCoords};

/// The datum that longitude/latitude coordinates refer to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Datum {
    /// The national datum, 2000 国家大地坐标系.
    #[default]
    Cgcs2000,
    /// WGS 84, equal to CGCS2000 for siting.
    Wgs84,
    /// The shifted system of most public maps in China, 国测局坐标.
    Gcj02,
    /// Baidu's further shift of GCJ-02.
    Bd09,
}

/// A datum name nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("datum {0:?} is unknown; use cgcs2000, wgs84, gcj02 or bd09")]
pub struct DatumError(String);

impl Datum {
    /// The name used on the command line and over HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cgcs2000 => "cgcs2000",
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// CGCS2000 longitude/latitude degrees of a place in this datum.
    pub fn to_cgcs2000(self, place: Coord) -> Coord {
        match self {
            Self::Cgcs2000 | Self::Wgs84 => place,
            Self::Gcj02 => undo(gcj02, place),
            Self::Bd09 => undo(gcj02, undo(bd09_of_gcj02, place)),
        }
    }

    /// The place in this datum of CGCS2000 longitude/latitude degrees.
    pub fn from_cgcs2000(self, place: Coord) -> Coord {
        match self {
            Self::Cgcs2000 | Self::Wgs84 => place,
            Self::Gcj02 => gcj02(place),
            Self::Bd09 => bd09_of_gcj02(gcj02(place)),
        }
    }

    /// A whole geometry in CGCS2000.
    pub fn geometry_to_cgcs2000(self, geometry: &Geometry) -> Geometry {
        geometry.map_coords(|place| self.to_cgcs2000(place))
    }
}

impl FromStr for Datum {
    type Err = DatumError;

    fn from_str(text: &str) -> Result<Self, DatumError> {
        let name = text.trim().to_ascii_lowercase();
        let all = [Self::Cgcs2000, Self::Wgs84, Self::Gcj02, Self::Bd09];
        all.into_iter().find(|datum| datum.name() == name).ok_or_else(|| DatumError(text.to_owned()))
    }
}

/// Takes a smooth small shift back by fixed-point iteration; ten steps reach 1e-12 degrees.
fn undo(shift: fn(Coord) -> Coord, shifted: Coord) -> Coord {
    let mut place = shifted;
    for _ in 0..10 {
        place = place + shifted - shift(place);
    }
    place
}

/// The public GCJ-02 formula (on the Krasovsky ellipsoid); outside its box nothing is shifted.
fn gcj02(place: Coord) -> Coord {
    const SEMI_MAJOR_M: f64 = 6_378_245.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
    if !(72.004..=137.8347).contains(&place.x) || !(0.8293..=55.8271).contains(&place.y) {
        return place;
    }
    let (x, y) = (place.x - 105.0, place.y - 35.0);
    let ripple = 20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (ripple + 20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (ripple + 20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let (sin_lat, cos_lat) = place.y.to_radians().sin_cos();
    let magic = 1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat;
    let meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (magic * magic.sqrt());
    let parallel_m = SEMI_MAJOR_M / magic.sqrt() * cos_lat;
    Coord { x: place.x + (east / parallel_m).to_degrees(), y: place.y + (north / meridian_m).to_degrees() }
}

/// The public formula from GCJ-02 to BD-09.
fn bd09_of_gcj02(place: Coord) -> Coord {
    const TURN: f64 = PI * 3000.0 / 180.0;
    let radius = place.x.hypot(place.y) + 0.000_02 * (place.y * TURN).sin();
    let angle = place.y.atan2(place.x) + 0.000_003 * (place.x * TURN).cos();
    Coord { x: radius * angle.cos() + 0.0065, y: radius * angle.sin() + 0.006 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::geodesic_m;

    const SEAT: Coord = Coord { x: 115.8017, y: 29.6108 };

    #[test]
    fn the_shift_at_the_district_has_the_known_size() {
        let shifted = |datum: Datum| geodesic_m(SEAT.into(), datum.from_cgcs2000(SEAT).into());
        assert!((555.0..585.0).contains(&shifted(Datum::Gcj02)), "{}", shifted(Datum::Gcj02));
        assert!((1155.0..1195.0).contains(&shifted(Datum::Bd09)), "{}", shifted(Datum::Bd09));
    }

    #[test]
    fn taking_a_shift_back_is_good_to_a_micrometre() {
        for datum in [Datum::Cgcs2000, Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
            let back = datum.to_cgcs2000(datum.from_cgcs2000(SEAT));
            assert!(geodesic_m(SEAT.into(), back.into()) < 1e-6, "{datum:?}");
        }
    }

    #[test]
    fn abroad_nothing_is_shifted() {
        let paris = Coord { x: 2.35, y: 48.85 };
        assert_eq!(Datum::Gcj02.from_cgcs2000(paris), paris);
    }

    #[test]
    fn names_are_read_back() {
        assert_eq!("GCJ02".parse(), Ok(Datum::Gcj02));
        assert!("gcj".parse::<Datum>().is_err());
    }
}
