//! Axis-aligned boxes in longitude/latitude.

use geo::{BoundingRect, Coord, Geometry};

use super::Metres;

/// The smallest a degree of latitude gets on the ellipsoid, in metres (at the equator).
const LEAST_M_PER_DEGREE: f64 = 110_574.0;
/// The largest a degree of longitude or latitude gets, in metres.
const MOST_M_PER_DEGREE: f64 = 111_700.0;

/// A box in longitude/latitude degrees: west ≤ east, south ≤ north; it never crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Envelope {
    /// Least longitude.
    pub west: f64,
    /// Least latitude.
    pub south: f64,
    /// Greatest longitude.
    pub east: f64,
    /// Greatest latitude.
    pub north: f64,
}

impl Envelope {
    /// The box around a geometry; `None` where it has no vertex.
    pub fn of(geometry: &Geometry) -> Option<Self> {
        let rect = geometry.bounding_rect()?;
        Some(Self { west: rect.min().x, south: rect.min().y, east: rect.max().x, north: rect.max().y })
    }

    /// The box that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two share at least a point.
    pub fn intersects(&self, other: &Self) -> bool {
        self.west <= other.east && other.west <= self.east && self.south <= other.north && other.south <= self.north
    }

    /// Whether the other lies wholly inside or on the edge.
    pub fn contains(&self, other: &Self) -> bool {
        self.west <= other.west && self.south <= other.south && self.east >= other.east && self.north >= other.north
    }

    /// The middle of the box.
    pub fn centre(&self) -> Coord {
        Coord { x: f64::midpoint(self.west, self.east), y: f64::midpoint(self.south, self.north) }
    }

    /// A box that surely holds every place within a ground distance of this one (somewhat larger than need be).
    #[must_use]
    pub fn expanded(&self, reach: Metres) -> Self {
        let up = reach.0 / LEAST_M_PER_DEGREE;
        let farthest = (self.north + up).abs().max((self.south - up).abs()).min(89.0);
        let aside = reach.0 / (LEAST_M_PER_DEGREE * farthest.to_radians().cos());
        Self { west: self.west - aside, south: self.south - up, east: self.east + aside, north: self.north + up }
    }

    /// A ground distance that the two boxes are surely apart (somewhat smaller than the true one); 0 where they meet.
    pub fn least_distance(&self, other: &Self) -> Metres {
        let aside = (other.west - self.east).max(self.west - other.east).max(0.0);
        let up = (other.south - self.north).max(self.south - other.north).max(0.0);
        let farthest = self.north.abs().max(self.south.abs()).max(other.north.abs()).max(other.south.abs()).min(90.0);
        let across = aside * LEAST_M_PER_DEGREE * farthest.to_radians().cos();
        // A geodesic may save a little against the two legs by running nearer to the pole; 0.2 % covers tens of kilometres.
        Metres(across.hypot(up * LEAST_M_PER_DEGREE) * 0.998)
    }

    /// A ground length at least as long as the diagonal.
    pub fn diagonal(&self) -> Metres {
        Metres((self.east - self.west).hypot(self.north - self.south) * MOST_M_PER_DEGREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{direct, geodesic_m};
    use geo::Point;

    fn at(point: Point) -> Envelope {
        Envelope { west: point.x(), south: point.y(), east: point.x(), north: point.y() }
    }

    #[test]
    fn an_expanded_box_holds_the_whole_circle() {
        for lat in [0.0, 20.0, 29.6, 53.0] {
            let centre = Point::new(115.8, lat);
            let reach = at(centre).expanded(Metres(10_000.0));
            for azimuth in 0..360 {
                let edge = direct(centre, f64::from(azimuth), 10_000.0);
                assert!(reach.contains(&at(edge)), "{lat} {azimuth}");
            }
        }
    }

    #[test]
    fn the_least_distance_is_never_longer_than_the_geodesic() {
        for lat in [0.0, 20.0, 29.6, 53.0] {
            let from = Point::new(115.8, lat);
            for azimuth in (0..360).step_by(5) {
                for length in [1.0, 100.0, 10_000.0, 40_000.0] {
                    let to = direct(from, f64::from(azimuth), length);
                    let least = at(from).least_distance(&at(to)).0;
                    assert!(
                        least <= geodesic_m(from, to) && least > 0.98 * length,
                        "{lat} {azimuth} {length}: {least}"
                    );
                }
            }
        }
    }
}
