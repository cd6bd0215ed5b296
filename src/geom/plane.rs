//! The plane of one measurement.

use geo::{Coord, LineString};

use super::near_series::NearSeries;
use super::transverse_mercator::TransverseMercator;
use super::{Metres, geodesic_m};

/// Edges longer than this are split before they are projected: an edge is straight in longitude/latitude (RFC 7946),
/// and a straight line in the plane strays from it by less than 3 mm over this length.
const LONGEST_EDGE_M: f64 = 500.0;
const METRES_PER_DEGREE: f64 = 111_320.0;

/// A plane in metres centred on a place: a transverse Mercator projection whose central meridian runs through the
/// centre. Lengths grow with the square of the distance east or west, by 1.2 mm per kilometre at 10 km.
#[derive(Clone, Copy, Debug)]
pub struct LocalPlane {
    projection: TransverseMercator,
    origin: Coord,
    /// The same projection, cheaper, for what lies near the centre.
    near: NearSeries,
}

impl LocalPlane {
    /// The plane centred on a place in longitude/latitude degrees.
    pub fn centred_at(centre: Coord) -> Self {
        let projection = TransverseMercator::new(centre.x);
        Self { projection, origin: projection.forward(centre), near: NearSeries::around(centre) }
    }

    /// Metres east and north of the centre.
    pub fn project(&self, place: Coord) -> Coord {
        self.near.project(place).unwrap_or_else(|| self.projection.forward(place) - self.origin)
    }

    /// Longitude/latitude degrees of a point of the plane.
    pub fn unproject(&self, point: Coord) -> Coord {
        self.near.unproject(point).unwrap_or_else(|| self.projection.inverse(point + self.origin))
    }

    /// The length of the geodesic between two points of the plane.
    pub fn ground_length(&self, from: Coord, to: Coord) -> Metres {
        let geodesic = || geodesic_m(self.unproject(from).into(), self.unproject(to).into());
        Metres(self.near.ground_m(from, to).unwrap_or_else(geodesic))
    }

    /// A line in the plane, long edges split first.
    pub fn project_line(&self, line: &LineString) -> Vec<Coord> {
        self.project_chain(&line.0)
    }

    /// Vertices in the plane, long edges between them split first.
    pub(super) fn project_chain(&self, places: &[Coord]) -> Vec<Coord> {
        split(places).into_iter().map(|place| self.project(place)).collect()
    }
}

/// Vertices in degrees, long edges between them split.
pub(super) fn split(places: &[Coord]) -> Vec<Coord> {
    let mut chain = Vec::with_capacity(places.len());
    for edge in places.windows(2) {
        let steps = steps(edge[0], edge[1]);
        for step in 0..steps {
            let share = f64::from(step) / f64::from(steps);
            chain.push(edge[0] + (edge[1] - edge[0]) * share);
        }
    }
    chain.extend(places.last());
    chain
}

/// How many pieces an edge in degrees is split into; the estimate is long on purpose.
fn steps(start: Coord, end: Coord) -> u32 {
    let longest = (end.x - start.x).abs().max((end.y - start.y).abs()) * METRES_PER_DEGREE;
    // At most some 80 000: the whole equator.
    (longest / LONGEST_EDGE_M).ceil().max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{direct, geodesic_m};

    #[test]
    fn a_kilometre_in_the_plane_is_a_kilometre_on_the_ground() {
        let centre = geo::Point::new(115.8, 29.6);
        let plane = LocalPlane::centred_at(centre.0);
        for azimuth in (0..360).step_by(15) {
            let point = plane.project(direct(centre, f64::from(azimuth), 1000.0).0);
            assert!((point.x.hypot(point.y) - 1000.0).abs() < 2e-5, "{azimuth}");
        }
    }

    #[test]
    fn long_edges_follow_the_straight_line_in_degrees() {
        let plane = LocalPlane::centred_at(Coord { x: 115.8, y: 29.6 });
        let chain = plane.project_chain(&[Coord { x: 115.7, y: 29.6 }, Coord { x: 115.9, y: 29.6 }]);
        assert!(chain.len() > 40);
        // A parallel is straight in degrees, so the chain must pass within 3 mm of its middle, the centre.
        let edge = chain.windows(2).find(|edge| edge[0].x <= 0.0 && edge[1].x >= 0.0).unwrap();
        let share = -edge[0].x / (edge[1].x - edge[0].x);
        let north = edge[0].y + share * (edge[1].y - edge[0].y);
        assert!(north.abs() < 3e-3, "{north}");
    }

    #[test]
    fn unproject_undoes_project() {
        let plane = LocalPlane::centred_at(Coord { x: 115.8, y: 29.6 });
        let place = Coord { x: 115.87, y: 29.55 };
        let back = plane.unproject(plane.project(place));
        assert!(geodesic_m(place.into(), back.into()) < 1e-6);
    }
}
