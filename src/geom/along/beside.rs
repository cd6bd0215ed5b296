//! What lies beside a line: where it stands opposite, and where something that ought to be known is not.

use geo::{Coord, Geometry};

use super::chainage::{Near, between};
use super::{Chainage, Stretch, dot, length};
use crate::geom::{Envelope, LocalPlane, Metres, Outline, Shape, holds_plainly};

/// Distances are told to a tenth of a millimetre.
const RESOLUTION: Metres = Metres(1e-4);

impl Chainage {
    /// The stretches of the line that are nearest to some place of a shape which lies within a ground distance: what
    /// stands opposite the shape, not what is only near it. In order; a place that a bend turns away from belongs to it.
    pub fn abreast(&self, geometry: &Geometry, distance: Metres) -> Vec<Stretch> {
        let near = Near::of(geometry, distance);
        let mut found = Vec::new();
        for (place, piece) in self.pieces().iter().enumerate().filter(|(_, piece)| near.may_reach(piece)) {
            let plane = LocalPlane::centred_at((piece.start + piece.end) / 2.0);
            let own = (plane.project(piece.start), plane.project(piece.end));
            let next = self.pieces().get(place + 1).filter(|next| next.part == piece.part);
            let next = next.map(|next| plane.project(next.end) - own.1);
            for edge in near.edges_near(piece, &plane) {
                let at = |share: f64| piece.from_m + share * piece.length_m;
                let opposite = opposite(own, edge, near.distance.0);
                found.extend(opposite.map(|(from, to)| Stretch { from_m: at(from), to_m: at(to) }));
                if next.is_some_and(|next| outside_bend(own, next, edge, near.distance.0)) {
                    found.push(Stretch { from_m: at(1.0), to_m: at(1.0) });
                }
            }
        }
        Stretch::joined(found)
    }

    /// The stretches of the line around which an area does not hold every place within reach, in order.
    pub fn beyond(&self, area: &Geometry, outline: Option<&Outline>, reach: Metres) -> Vec<Stretch> {
        let whole = Stretch { from_m: 0.0, to_m: self.length().0 };
        let Some(envelope) = Envelope::of(area) else { return vec![whole] };
        let shape = Shape { geometry: area, envelope: &envelope, outline };
        match holds_plainly(shape, self.site(), reach) {
            Some(true) => return vec![],
            Some(false) => return vec![whole],
            None => {}
        }
        // An edge at the very end of the reach still leaves everything within.
        let mut found = self.within(&shape.edges_in(&self.site().envelope().expanded(reach)), reach.less(RESOLUTION));
        let free = gaps(&found, whole);
        found.extend(free.into_iter().filter(|gap| {
            let middle = self.place(f64::midpoint(gap.from_m, gap.to_m));
            !shape.surrounds(middle.0)
        }));
        Stretch::joined(found)
    }
}

/// What stretches leave of a whole.
fn gaps(stretches: &[Stretch], whole: Stretch) -> Vec<Stretch> {
    let mut reached = whole.from_m;
    let mut gaps = Vec::new();
    for stretch in stretches.iter().copied().chain([Stretch { from_m: whole.to_m, to_m: whole.to_m }]) {
        if stretch.from_m > reached {
            gaps.push(Stretch { from_m: reached, to_m: stretch.from_m });
        }
        reached = reached.max(stretch.to_m);
    }
    gaps
}

/// The share of a segment that lies square to what an edge has within a distance.
fn opposite(segment: (Coord, Coord), edge: (Coord, Coord), distance: f64) -> Option<(f64, f64)> {
    let (way, along, off) = (segment.1 - segment.0, edge.1 - edge.0, edge.0 - segment.0);
    let span = length(way);
    let unit = way / span;
    let aside = |vector: Coord| super::cross(unit, vector);
    let (from, to) = between(aside(off), aside(along), -distance, distance)?;
    let (from, to) = (from.max(0.0), to.min(1.0));
    let foot = |share: f64| dot(off + along * share, unit) / span;
    let (one, other) = (foot(from), foot(to));
    let (low, high) = (one.min(other).max(0.0), one.max(other).min(1.0));
    (from <= to && low <= high).then_some((low, high))
}

/// Whether an edge has a place within a distance of the end of a segment that lies past it and before the next one.
fn outside_bend(segment: (Coord, Coord), next: Coord, edge: (Coord, Coord), distance: f64) -> bool {
    let (way, along, off) = (segment.1 - segment.0, edge.1 - edge.0, edge.0 - segment.1);
    let past = between(dot(off, way), dot(along, way), 0.0, f64::INFINITY);
    let before = between(dot(off, next), dot(along, next), f64::NEG_INFINITY, 0.0);
    let (Some(past), Some(before)) = (past, before) else { return false };
    let (from, to) = (past.0.max(before.0).max(0.0), past.1.min(before.1).min(1.0));
    let square = dot(along, along);
    let nearest = if square > 0.0 { (-dot(off, along) / square).clamp(from, to.max(from)) } else { from };
    from <= to && length(off + along * nearest) <= distance
}

#[cfg(test)]
mod tests {
    use super::super::tests::{area, at, line};
    use super::*;
    use crate::geom::coverage::Region;
    use geo::Point;

    const ASIDE: Metres = Metres(200.0);

    fn close(found: &[Stretch], expected: &[(f64, f64)]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (one, (from, to)) in found.iter().zip(expected) {
            assert!((one.from_m - from).abs() < 0.01 && (one.to_m - to).abs() < 0.01, "{one:?} against {from} to {to}");
        }
    }

    fn way(places: &[(f64, f64)]) -> Chainage {
        Chainage::new(&line(places)).unwrap()
    }

    #[test]
    fn a_village_stands_opposite_as_long_as_it_is() {
        let pipe = way(&[(0.0, 0.0), (3000.0, 0.0)]);
        let village = area(&[(1000.0, 150.0), (1300.0, 150.0), (1300.0, 400.0), (1000.0, 400.0)]);
        close(&pipe.abreast(&village, ASIDE), &[(1000.0, 1300.0)]);
        let reaching = (200.0_f64 * 200.0 - 150.0 * 150.0).sqrt();
        close(&pipe.within(&village, ASIDE), &[(1000.0 - reaching, 1300.0 + reaching)]);
        assert!(pipe.abreast(&area(&[(0.0, 201.0), (9.0, 201.0), (9.0, 300.0)]), ASIDE).is_empty());
    }

    #[test]
    fn only_what_is_within_the_distance_stands_opposite() {
        let pipe = way(&[(0.0, 0.0), (3000.0, 0.0)]);
        let slanting = area(&[(1000.0, 100.0), (1400.0, 300.0), (1000.0, 300.0)]);
        close(&pipe.abreast(&slanting, ASIDE), &[(1000.0, 1200.0)]);
    }

    #[test]
    fn outside_a_bend_the_corner_stands_opposite() {
        let pipe = way(&[(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0)]);
        let village = area(&[(1050.0, -100.0), (1100.0, -100.0), (1100.0, -50.0), (1050.0, -50.0)]);
        close(&pipe.abreast(&village, ASIDE), &[(1000.0, 1000.0)]);
        let far = area(&[(1150.0, -200.0), (1200.0, -200.0), (1200.0, -150.0), (1150.0, -150.0)]);
        assert!(pipe.abreast(&far, ASIDE).is_empty());
    }

    #[test]
    fn what_is_known_must_hold_the_strip_to_its_edge() {
        let pipe = way(&[(0.0, 0.0), (3000.0, 0.0)]);
        let known = area(&[(-900.0, -900.0), (1500.0, -900.0), (1500.0, 900.0), (-900.0, 900.0)]);
        close(&pipe.beyond(&known, None, ASIDE), &[(1300.0, 3000.0)]);
        let narrow = |half: f64| area(&[(-900.0, -900.0), (9e3, -900.0), (9e3, half), (-900.0, half)]);
        assert!(pipe.beyond(&narrow(200.01), None, ASIDE).is_empty());
        close(&pipe.beyond(&narrow(199.99), None, ASIDE), &[(0.0, 3000.0)]);
        let elsewhere = area(&[(0.0, 5e3), (9e3, 5e3), (9e3, 6e3)]);
        close(&pipe.beyond(&elsewhere, None, ASIDE), &[(0.0, 3000.0)]);
        close(
            &pipe.beyond(&Geometry::MultiPolygon(Region::union_of([]).areas().clone()), None, ASIDE),
            &[(0.0, 3000.0)],
        );
    }

    #[test]
    fn boxes_hold_the_line() {
        let pipe = way(&[(0.0, 0.0), (3000.0, 0.0), (3000.0, 2500.0)]);
        let boxes = pipe.boxes(Metres(1000.0));
        assert!((6..=7).contains(&boxes.len()), "{}", boxes.len());
        for metre in 0..55 {
            let place = pipe.place(f64::from(metre) * 100.0);
            let here = Envelope { west: place.x(), south: place.y(), east: place.x(), north: place.y() };
            assert!(boxes.iter().any(|one| one.expanded(Metres(0.01)).intersects(&here)));
        }
        assert_eq!(Point::from(at(0.0, 0.0)), pipe.place(0.0));
    }
}
