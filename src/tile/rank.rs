//! What is drawn over what.

use std::cmp::Ordering;

use crate::model::{Feature, RiskLevel};

/// The order of drawing: what has no grade, then blue, yellow, orange, red; of the same level the larger first, so that
/// the smaller is not hidden under it; then by id, so that the order never depends on chance.
pub(super) fn order(one: (&Feature, Option<RiskLevel>), other: (&Feature, Option<RiskLevel>)) -> Ordering {
    let severity = |level: Option<RiskLevel>| level.map_or(0, |level| 5 - level.number());
    let by_severity = severity(one.1).cmp(&severity(other.1));
    let by_size = || size(other.0).total_cmp(&size(one.0));
    by_severity.then_with(by_size).then_with(|| one.0.id.cmp(&other.0.id))
}

/// A measure that sorts shapes by size: the half girth of the box, in degrees, which also tells lines apart.
fn size(feature: &Feature) -> f64 {
    let bounds = feature.envelope();
    (bounds.east - bounds.west) + (bounds.north - bounds.south)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Rect;
    use crate::model::Properties;

    fn square(id: &str, side: f64) -> Feature {
        let rect = Rect::new((115.0, 29.0), (115.0 + side, 29.0 + side));
        Feature::new(id, rect.to_polygon().into(), Properties::new()).unwrap()
    }

    #[test]
    fn the_worst_comes_last_then_the_smallest() {
        let (small, large, twin) = (square("b", 0.1), square("c", 0.2), square("a", 0.1));
        let mut all = [
            (&small, Some(RiskLevel::Major)),
            (&large, Some(RiskLevel::Major)),
            (&large, Some(RiskLevel::Low)),
            (&twin, Some(RiskLevel::Major)),
            (&small, None),
            (&large, Some(RiskLevel::Moderate)),
            (&large, Some(RiskLevel::High)),
        ];
        all.sort_by(|one, other| order(*one, *other));
        let order: Vec<_> = all.iter().map(|(f, level)| (f.id.as_str(), level.map(RiskLevel::number))).collect();
        let worst_first = [
            ("b", Some(1)),
            ("a", Some(1)),
            ("c", Some(1)),
            ("c", Some(2)),
            ("c", Some(3)),
            ("c", Some(4)),
            ("b", None),
        ];
        assert_eq!(order.into_iter().rev().collect::<Vec<_>>(), worst_first);
    }
}
