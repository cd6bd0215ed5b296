//! How far from the district something lies.

use crate::geom::{Coord, Envelope, Geometry, Metres, Site, geodesic_m};
use crate::model::Feature;

/// The level of an administrative unit that is the district itself.
pub(super) const DISTRICT: &str = "district";
/// Farther from the district than this is odd.
const FAR: Metres = Metres(50_000.0);
/// Within this of a vertex of the boundary there is no need to measure.
const SURELY_NEAR_M: f64 = 40_000.0;
const ANCHORS: usize = 24;

/// The boundary of the district, ready for many measurements.
pub(super) struct District {
    sites: Vec<Site>,
    anchors: Vec<Coord>,
}

impl District {
    /// The district's boundary among administrative units; `None` where it is not there.
    pub fn among<'a>(units: impl Iterator<Item = &'a Feature>) -> Option<Self> {
        use crate::geom::algorithm::CoordsIter;
        let boundaries = units.filter(|unit| unit.properties.text("level") == Some(DISTRICT));
        let sites: Vec<Site> = boundaries.filter_map(|unit| Site::new(unit.geometry.clone())).collect();
        let vertices: Vec<Coord> = sites.iter().flat_map(|site| site.geometry().coords_iter()).collect();
        let anchors = vertices.iter().step_by((vertices.len() / ANCHORS).max(1)).copied().collect();
        (!sites.is_empty()).then_some(Self { sites, anchors })
    }

    /// The distance of something that is odd far away.
    pub fn far(&self, geometry: &Geometry, envelope: &Envelope) -> Option<Metres> {
        if self.surely_near(envelope) {
            return None;
        }
        let mut sites: Vec<(Metres, &Site)> =
            self.sites.iter().map(|site| (site.envelope().least_distance(envelope), site)).collect();
        sites.sort_by(|one, other| one.0.0.total_cmp(&other.0.0));
        let mut nearest = Metres(f64::INFINITY);
        for (least, site) in sites {
            if least >= nearest {
                break;
            }
            // So far away the exact figure is of no use to anybody.
            let distance = if least > FAR { least } else { site.nearest(geometry)?.distance };
            nearest = nearest.min(distance);
            if nearest <= FAR {
                return None;
            }
        }
        Some(nearest)
    }

    fn surely_near(&self, envelope: &Envelope) -> bool {
        let corner = Coord { x: envelope.west, y: envelope.south };
        let rough = |anchor: &Coord| (anchor.x - corner.x).abs() < 0.4 && (anchor.y - corner.y).abs() < 0.35;
        self.anchors.iter().filter(|anchor| rough(anchor)).any(|anchor| {
            let reach = envelope.diagonal().0;
            geodesic_m((*anchor).into(), corner.into()) + reach < SURELY_NEAR_M
        })
    }
}
