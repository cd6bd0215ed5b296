//! The drawing board: a flat sheet in metres on which the sample is drawn, and the way back to longitude and latitude.
//!
//! The board is for drawing only. It stretches by a few tenths of a per cent towards its edges, which no reader of a
//! sketch will notice and no rule ever measures on.

use super::shapes::{Coord, Direction, Geometry, LineString, MapCoords, Orient, Polygon};

/// Steps of one degree that are kept: 1e-7 degrees, about a centimetre.
pub(super) const STEPS_PER_DEGREE: f64 = 1e7;

/// A flat sheet tangent at one point; x east and y north, both in metres from that point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Board {
    lon: f64,
    lat: f64,
    metres_per_lon: f64,
    metres_per_lat: f64,
}

impl Board {
    /// The district's board, centred near its seat. The metres per degree belong to latitude 29.6°.
    pub(super) const DISTRICT: Self =
        Self { lon: 115.85, lat: 29.60, metres_per_lon: 96_880.0, metres_per_lat: 110_850.0 };

    /// The province's board. The metres per degree belong to latitude 27.3°.
    pub(super) const PROVINCE: Self =
        Self { lon: 116.0, lat: 27.3, metres_per_lon: 99_000.0, metres_per_lat: 110_810.0 };

    /// Where a longitude and latitude (degrees) lies on the board.
    pub(super) fn place(&self, (lon, lat): (f64, f64)) -> Coord<f64> {
        Coord { x: (lon - self.lon) * self.metres_per_lon, y: (lat - self.lat) * self.metres_per_lat }
    }

    /// Places a whole sketched line.
    pub(super) fn line(&self, sketch: &[(f64, f64)]) -> Vec<Coord<f64>> {
        sketch.iter().map(|at| self.place(*at)).collect()
    }

    /// The longitude and latitude of a place on the board, rounded to [`STEPS_PER_DEGREE`].
    pub(super) fn lonlat(&self, at: Coord<f64>) -> Coord<f64> {
        let kept = |degrees: f64| (degrees * STEPS_PER_DEGREE).round() / STEPS_PER_DEGREE;
        Coord { x: kept(self.lon + at.x / self.metres_per_lon), y: kept(self.lat + at.y / self.metres_per_lat) }
    }

    /// A drawn shape in longitude and latitude, outer rings anticlockwise; a lone part is told as single.
    pub(super) fn geometry(&self, shape: impl Into<Geometry<f64>>) -> Geometry<f64> {
        match shape.into().map_coords(|at| self.lonlat(at)) {
            Geometry::Polygon(area) => area.orient(Direction::Default).into(),
            Geometry::MultiPolygon(mut areas) if areas.0.len() == 1 => {
                areas.0.remove(0).orient(Direction::Default).into()
            }
            Geometry::MultiPolygon(areas) => areas.orient(Direction::Default).into(),
            other => other,
        }
    }
}

/// A polygon without holes.
pub(super) fn polygon(ring: Vec<Coord<f64>>) -> Polygon<f64> {
    Polygon::new(LineString::new(ring), Vec::new())
}

/// The vector from `a` to `b`.
pub(super) fn towards(a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    Coord { x: b.x - a.x, y: b.y - a.y }
}

/// The distance between two places, metres.
pub(super) fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let d = towards(a, b);
    (d.x * d.x + d.y * d.y).sqrt()
}

/// The place the given fraction of the way from `a` to `b`.
pub(super) fn between(a: Coord<f64>, b: Coord<f64>, part: f64) -> Coord<f64> {
    Coord { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part }
}

/// The unit vector along `a` → `b`; east where the two are one place.
pub(super) fn direction(a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    let length = distance(a, b);
    if length == 0.0 { Coord { x: 1.0, y: 0.0 } } else { Coord { x: (b.x - a.x) / length, y: (b.y - a.y) / length } }
}

/// `at` moved by `ahead` along the unit vector `along`, and by `left` to its left, metres.
pub(super) fn moved(at: Coord<f64>, along: Coord<f64>, ahead: f64, left: f64) -> Coord<f64> {
    Coord { x: at.x + along.x * ahead - along.y * left, y: at.y + along.y * ahead + along.x * left }
}

/// The unit vector at `radians` anticlockwise from east.
pub(super) fn heading(radians: f64) -> Coord<f64> {
    Coord { x: radians.cos(), y: radians.sin() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_keeps_the_centimetre() {
        for board in [Board::DISTRICT, Board::PROVINCE] {
            let at = (116.123_456_7, 29.765_432_1);
            let back = board.lonlat(board.place(at));
            assert!((back.x - at.0).abs() < 1e-9 && (back.y - at.1).abs() < 1e-9, "{back:?}");
        }
    }

    #[test]
    fn moving_left_of_east_is_north() {
        let there = moved(Coord { x: 1.0, y: 1.0 }, heading(0.0), 10.0, 5.0);
        assert_eq!(there, Coord { x: 11.0, y: 6.0 });
    }
}
