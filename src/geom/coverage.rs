//! Where something is known: the union of areas, and whether it holds everything around a site.

use geo::{Area, BooleanOps, Geometry, LineString, MultiLineString, MultiPolygon, Polygon, Relate};

use super::{Envelope, Metres, Outline, Shape, Site};

/// A tenth of a millimetre.
const HAIRLINE_DEGREES: f64 = 1e-9;

/// The union of areas in longitude/latitude degrees.
#[derive(Clone, Debug)]
pub struct Region(MultiPolygon);

impl Region {
    /// The union of the areal geometries among those given.
    pub fn union_of<'a>(geometries: impl IntoIterator<Item = &'a Geometry>) -> Self {
        let areas: Vec<MultiPolygon> = geometries.into_iter().filter_map(area).collect();
        match areas.as_slice() {
            [lone] => Self(lone.clone()),
            areas => Self(areas.iter().fold(MultiPolygon::new(vec![]), |union, area| union.union(area))),
        }
    }

    /// Whether there is no area at all.
    pub fn is_empty(&self) -> bool {
        self.0.0.is_empty()
    }

    /// The areas themselves.
    pub fn areas(&self) -> &MultiPolygon {
        &self.0
    }

    /// Whether a shape lies inside. The union of areas is computed on a grid, so that a shape which shares an outline with
    /// it may stick out by a hairline; one thinner than a tenth of a millimetre does not count.
    fn covers(&self, geometry: &Geometry) -> bool {
        let hairline = |rest: &Polygon| rest.unsigned_area() < HAIRLINE_DEGREES * perimeter(rest);
        self.0.relate(geometry).is_covers()
            || area(geometry).is_some_and(|area| area.difference(&self.0).iter().all(hairline))
    }

    /// Whether the region holds the site and every place within `reach` of it.
    pub fn holds(&self, site: &Site, reach: Metres) -> bool {
        let areas = Geometry::MultiPolygon(self.0.clone());
        let Some(envelope) = Envelope::of(&areas) else { return false };
        let outline = Outline::of(&areas);
        let shape = Shape { geometry: &areas, envelope: &envelope, outline: outline.as_ref() };
        holds_plainly(shape, site, reach).unwrap_or_else(|| self.holds_narrowly(site, reach))
    }

    /// The same where an edge of the region is so near that it must be measured.
    fn holds_narrowly(&self, site: &Site, reach: Metres) -> bool {
        if !self.covers(site.geometry()) {
            return false;
        }
        let edge = Geometry::MultiLineString(MultiLineString::new(self.0.iter().flat_map(rings).cloned().collect()));
        reach <= Metres::ZERO || site.nearest(&edge).is_some_and(|way| way.distance.rounded() >= reach)
    }
}

/// Whether an area holds the site and every place within `reach` of it; `None` where an edge of the area is so near that
/// this must be measured. Costs next to nothing.
pub fn holds_plainly(area: Shape<'_>, site: &Site, reach: Metres) -> Option<bool> {
    use geo::CoordsIter;
    // A metre more, so that what may only just be reached is measured.
    if area.has_edges_in(&site.envelope().expanded(reach + Metres(1.0))) {
        return None;
    }
    site.geometry().coords_iter().next().map(|place| area.surrounds(place))
}

fn perimeter(polygon: &Polygon) -> f64 {
    polygon.exterior().lines().map(|edge| edge.dx().hypot(edge.dy())).sum()
}

fn area(geometry: &Geometry) -> Option<MultiPolygon> {
    match geometry {
        Geometry::Polygon(polygon) => Some(MultiPolygon::new(vec![polygon.clone()])),
        Geometry::MultiPolygon(polygons) => Some(polygons.clone()),
        _ => None,
    }
}

fn rings(polygon: &Polygon) -> impl Iterator<Item = &LineString> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::direct;
    use geo::{Coord, Point, Rect};

    fn block(west: f64, south: f64, east: f64, north: f64) -> Geometry {
        Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north }).to_polygon().into()
    }

    #[test]
    fn neighbours_join_without_an_edge_between_them() {
        let region = Region::union_of([&block(115.0, 29.0, 115.8, 30.0), &block(115.8, 29.0, 116.5, 30.0)]);
        let site = Site::new(Point::new(115.8, 29.5).into()).unwrap();
        assert!(region.holds(&site, Metres(1000.0)));
    }

    #[test]
    fn the_reach_counts_to_the_tenth_of_a_millimetre() {
        let centre = Point::new(115.8, 29.5);
        let edge = direct(centre, 90.0, 1000.0);
        let region = Region::union_of([&block(115.0, 29.0, edge.x(), 30.0)]);
        let site = Site::new(centre.into()).unwrap();
        assert!(region.holds(&site, Metres(999.99)));
        assert!(!region.holds(&site, Metres(1000.01)));
    }

    #[test]
    fn outside_straddling_and_nothing_are_not_covered() {
        let region = Region::union_of([&block(115.0, 29.0, 115.8, 30.0)]);
        let outside = Site::new(Point::new(115.9, 29.5).into()).unwrap();
        let straddling = Site::new(block(115.7, 29.4, 115.9, 29.5)).unwrap();
        assert!(!region.holds(&outside, Metres::ZERO));
        assert!(!region.holds(&straddling, Metres::ZERO));
        assert!(!Region::union_of([]).holds(&outside, Metres::ZERO));
    }

    #[test]
    fn a_hole_within_reach_breaks_the_cover() {
        let Geometry::Polygon(outer) = block(115.0, 29.0, 116.0, 30.0) else { unreachable!() };
        let Geometry::Polygon(hole) = block(115.5, 29.5, 115.51, 29.51) else { unreachable!() };
        let region = Region::union_of([&Polygon::new(outer.exterior().clone(), vec![hole.exterior().clone()]).into()]);
        let site = Site::new(direct(Point::new(115.505, 29.51), 0.0, 900.0).into()).unwrap();
        assert!(region.holds(&site, Metres(800.0)));
        assert!(!region.holds(&site, Metres(1000.0)));
    }
}
