//! Coordinate reference systems that files and requests may name. Axis order is settled here and nowhere else: inside,
//! longitude (easting) always comes first, whatever the EPSG entry says.

use std::fmt;
use std::str::FromStr;

use geo::{Coord, Geometry, MapCoords};

use super::ellipsoid::SEMI_MAJOR_M;
use super::transverse_mercator::TransverseMercator;

/// A coordinate reference system on CGCS2000 or one that is equal to it within siting accuracy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crs {
    /// Longitude/latitude degrees: CGCS2000 (EPSG:4490), or WGS 84 (EPSG:4326, CRS84), which differs by decimetres.
    Geographic(u32),
    /// Web Mercator (EPSG:3857), metres of drawing, not of ground.
    WebMercator,
    /// CGCS2000 Gauss–Krüger, 3° or 6° zones.
    GaussKruger {
        /// EPSG code.
        epsg: u32,
        /// Central meridian in degrees east.
        central_meridian: f64,
        /// Easting of the central meridian in metres, with the zone number before it where the code has one.
        false_easting_m: f64,
    },
}

/// Why a reference system was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrsError {
    /// Not of the form `EPSG:n`.
    #[error("crs {0:?} is not of the form EPSG:n, for example EPSG:4490")]
    Malformed(String),
    /// An older national datum, whose shift is local and not public.
    #[error(
        "EPSG:{0} is on {1}; its shift to CGCS2000 is local and not public, so transform the data first with the parameters of the survey office"
    )]
    OldDatum(u32, &'static str),
    /// Some other code.
    #[error("EPSG:{0} is not supported here; use 4490, 4326, 3857 or a CGCS2000 Gauss–Krüger zone (4491–4554)")]
    Unsupported(u32),
}

impl Crs {
    /// CGCS2000 longitude/latitude.
    pub const CGCS2000: Self = Self::Geographic(4490);

    /// The system behind an EPSG code.
    pub fn from_epsg(epsg: u32) -> Result<Self, CrsError> {
        let zone = |first: u32| f64::from(epsg - first);
        let (central_meridian, false_easting_m) = match epsg {
            4490 | 4326 => return Ok(Self::Geographic(epsg)),
            3857 => return Ok(Self::WebMercator),
            // 6° zones 13–23 with the zone number before the easting, then the same without it.
            4491..=4501 => (75.0 + 6.0 * zone(4491), (13.0 + zone(4491)) * 1e6 + 500_000.0),
            4502..=4512 => (75.0 + 6.0 * zone(4502), 500_000.0),
            // 3° zones 25–45, likewise.
            4513..=4533 => (75.0 + 3.0 * zone(4513), (25.0 + zone(4513)) * 1e6 + 500_000.0),
            4534..=4554 => (75.0 + 3.0 * zone(4534), 500_000.0),
            4610 | 2327..=2390 => return Err(CrsError::OldDatum(epsg, "Xian 1980")),
            4214 | 2401..=2442 | 21413..=21463 => return Err(CrsError::OldDatum(epsg, "Beijing 1954")),
            _ => return Err(CrsError::Unsupported(epsg)),
        };
        Ok(Self::GaussKruger { epsg, central_meridian, false_easting_m })
    }

    /// The EPSG code.
    pub fn epsg(&self) -> u32 {
        match self {
            Self::Geographic(epsg) | Self::GaussKruger { epsg, .. } => *epsg,
            Self::WebMercator => 3857,
        }
    }

    /// Whether coordinates are degrees rather than metres.
    pub fn is_geographic(&self) -> bool {
        matches!(self, Self::Geographic(_))
    }

    /// Longitude/latitude degrees of a coordinate (x before y) in this system.
    pub fn to_lonlat(&self, at: Coord) -> Coord {
        match self {
            Self::Geographic(_) => at,
            Self::WebMercator => {
                Coord { x: (at.x / SEMI_MAJOR_M).to_degrees(), y: (at.y / SEMI_MAJOR_M).sinh().atan().to_degrees() }
            }
            Self::GaussKruger { central_meridian, false_easting_m, .. } => {
                TransverseMercator::new(*central_meridian).inverse(Coord { x: at.x - false_easting_m, y: at.y })
            }
        }
    }

    /// The coordinate (x before y) in this system of a place in longitude/latitude degrees.
    pub fn from_lonlat(&self, place: Coord) -> Coord {
        match self {
            Self::Geographic(_) => place,
            Self::WebMercator => {
                Coord { x: place.x.to_radians() * SEMI_MAJOR_M, y: place.y.to_radians().tan().asinh() * SEMI_MAJOR_M }
            }
            Self::GaussKruger { central_meridian, false_easting_m, .. } => {
                let grid = TransverseMercator::new(*central_meridian).forward(place);
                Coord { x: grid.x + false_easting_m, y: grid.y }
            }
        }
    }

    /// A whole geometry in longitude/latitude degrees.
    pub fn geometry_to_lonlat(&self, geometry: &Geometry) -> Geometry {
        geometry.map_coords(|at| self.to_lonlat(at))
    }
}

impl FromStr for Crs {
    type Err = CrsError;

    fn from_str(text: &str) -> Result<Self, CrsError> {
        let code = text.trim();
        if code.eq_ignore_ascii_case("CRS84") || code.eq_ignore_ascii_case("OGC:CRS84") {
            return Ok(Self::Geographic(4326));
        }
        let digits = code.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("EPSG:")).map(|_| &code[5..]);
        let epsg = digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| CrsError::Malformed(text.to_owned()))?;
        Self::from_epsg(epsg)
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "EPSG:{}", self.epsg())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Coord = Coord { x: 115.8017, y: 29.6108 };

    #[test]
    fn zones_with_and_without_prefix_agree_with_the_known_point() {
        for (epsg, east) in [
            (4548, 383_927.638),
            (4527, 39_383_927.638),
            (4547, 674_528.484),
            (4526, 38_674_528.484),
            (4498, 20_383_927.638),
            (4509, 383_927.638),
        ] {
            let grid = Crs::from_epsg(epsg).unwrap().from_lonlat(PLACE);
            assert!((grid.x - east).abs() < 1e-3, "EPSG:{epsg}: {}", grid.x);
        }
    }

    #[test]
    fn every_system_takes_back_what_it_gave() {
        for epsg in (4490..=4554).chain([4326, 3857]) {
            let crs = Crs::from_epsg(epsg).unwrap();
            let place = match crs {
                Crs::GaussKruger { central_meridian, .. } => Coord { x: central_meridian - 1.2, y: 29.6 },
                _ => PLACE,
            };
            let back = crs.to_lonlat(crs.from_lonlat(place));
            assert!((back.x - place.x).abs() < 1e-11 && (back.y - place.y).abs() < 1e-11, "EPSG:{epsg}");
        }
    }

    #[test]
    fn old_datums_and_strangers_are_refused_by_name() {
        assert_eq!("EPSG:4610".parse::<Crs>(), Err(CrsError::OldDatum(4610, "Xian 1980")));
        assert_eq!("epsg:21480".parse::<Crs>(), Err(CrsError::Unsupported(21480)));
        assert_eq!("EPSG:4214".parse::<Crs>(), Err(CrsError::OldDatum(4214, "Beijing 1954")));
        assert!(matches!("4548".parse::<Crs>(), Err(CrsError::Malformed(_))));
        assert!(matches!("长江".parse::<Crs>(), Err(CrsError::Malformed(_))));
        assert_eq!("CRS84".parse::<Crs>(), Ok(Crs::Geographic(4326)));
    }
}
