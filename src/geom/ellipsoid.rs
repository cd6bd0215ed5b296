//! The CGCS2000 ellipsoid (GB 22021: a = 6 378 137 m, 1/f = 298.257 222 101) and geodesics on it.

use std::sync::LazyLock;

use geo::Point;
use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};

/// Semi-major axis in metres.
pub(super) const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// Flattening.
pub(super) const FLATTENING: f64 = 1.0 / 298.257_222_101;

static GEODESIC: LazyLock<Geodesic> = LazyLock::new(|| Geodesic::new(SEMI_MAJOR_M, FLATTENING));

/// Length in metres of the geodesic between two places in longitude/latitude degrees (Karney 2013).
pub fn geodesic_m(from: Point, to: Point) -> f64 {
    GEODESIC.inverse(from.y(), from.x(), to.y(), to.x())
}

/// The place reached from `from` by going `metres` along the geodesic that starts at `azimuth` degrees east of north.
pub fn direct(from: Point, azimuth: f64, metres: f64) -> Point {
    let (lat, lon): (f64, f64) = GEODESIC.direct(from.y(), from.x(), azimuth, metres);
    Point::new(lon, lat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_and_measuring_back_agree() {
        let from = Point::new(115.8, 29.6);
        for azimuth in [0.0, 37.0, 90.0, 211.0] {
            let to = direct(from, azimuth, 1000.0);
            assert!((geodesic_m(from, to) - 1000.0).abs() < 1e-8);
        }
    }

    #[test]
    fn a_quarter_meridian_is_as_long_as_published() {
        // GRS80 meridian quadrant: 10 001 965.729 m (Moritz 2000).
        let quadrant = geodesic_m(Point::new(0.0, 0.0), Point::new(0.0, 90.0));
        assert!((quadrant - 10_001_965.729).abs() < 1e-3);
    }
}
