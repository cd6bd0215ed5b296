//! Drawing by hand: smooth lines, rough lines, river ribbons, blobs and plots.

use std::f64::consts::TAU;

use super::board::{between, direction, distance, heading, moved, polygon};
use super::random::Dice;
use super::shapes::{Coord, Polygon};

/// A Catmull-Rom curve through `points` with a vertex about every `step` metres.
pub(super) fn smooth(points: &[Coord<f64>], step: f64) -> Vec<Coord<f64>> {
    let last = points.len() - 1;
    let mut line = Vec::new();
    for i in 0..last {
        let around = [points[i.saturating_sub(1)], points[i], points[i + 1], points[(i + 2).min(last)]];
        bend(&around, step, &mut line);
    }
    line.push(points[last]);
    line
}

/// The closed Catmull-Rom curve through the corners of a ring; the first vertex is not repeated.
pub(super) fn smooth_ring(corners: &[Coord<f64>], step: f64) -> Vec<Coord<f64>> {
    let n = corners.len();
    let mut ring = Vec::new();
    for i in 0..n {
        let around = [corners[(i + n - 1) % n], corners[i], corners[(i + 1) % n], corners[(i + 2) % n]];
        bend(&around, step, &mut ring);
    }
    ring
}

/// Appends the curve from the second to the third of four points, without its end.
fn bend(around: &[Coord<f64>; 4], step: f64, line: &mut Vec<Coord<f64>>) {
    let pieces = (distance(around[1], around[2]) / step).ceil().max(1.0);
    for piece in 0..pieces as usize {
        let t = piece as f64 / pieces;
        let weights = [
            -0.5 * t + t * t - 0.5 * t * t * t,
            1.0 - 2.5 * t * t + 1.5 * t * t * t,
            0.5 * t + 2.0 * t * t - 1.5 * t * t * t,
            -0.5 * t * t + 0.5 * t * t * t,
        ];
        line.push(
            around
                .iter()
                .zip(weights)
                .fold(Coord { x: 0.0, y: 0.0 }, |sum, (p, w)| Coord { x: sum.x + p.x * w, y: sum.y + p.y * w }),
        );
    }
}

/// Breaks every leg longer than `step` in the middle and moves the break sideways by up to `share` of the leg, again
/// and again: the crumbly look of a boundary or a shore. The given points stay where they are.
pub(super) fn rough(points: &[Coord<f64>], step: f64, share: f64, dice: &mut Dice) -> Vec<Coord<f64>> {
    let mut line = vec![points[0]];
    for leg in points.windows(2) {
        crumble(leg[0], leg[1], step, share, dice, &mut line);
    }
    line
}

fn crumble(a: Coord<f64>, b: Coord<f64>, step: f64, share: f64, dice: &mut Dice, line: &mut Vec<Coord<f64>>) {
    let length = distance(a, b);
    if length <= step {
        line.push(b);
        return;
    }
    let middle = moved(between(a, b, 0.5), direction(a, b), 0.0, dice.scatter() * share * length);
    crumble(a, middle, step, share, dice, line);
    crumble(middle, b, step, share, dice, line);
}

/// [`rough`] for a ring whose first vertex is not repeated.
pub(super) fn rough_ring(ring: &[Coord<f64>], step: f64, share: f64, dice: &mut Dice) -> Vec<Coord<f64>> {
    let mut closed = ring.to_vec();
    closed.push(ring[0]);
    let mut rough = rough(&closed, step, share, dice);
    rough.pop();
    rough
}

/// The line that runs `left` metres to the left of `line` (right where negative), vertex for vertex.
pub(super) fn beside(line: &[Coord<f64>], left: f64) -> Vec<Coord<f64>> {
    (0..line.len()).map(|i| moved(line[i], heading_at(line, i), 0.0, left)).collect()
}

/// The direction of a line at its vertex `i`.
fn heading_at(line: &[Coord<f64>], i: usize) -> Coord<f64> {
    direction(line[i.saturating_sub(1)], line[(i + 1).min(line.len() - 1)])
}

/// The area of a stream whose half width swells and shrinks between `narrow` and `wide` metres along its middle line.
pub(super) fn ribbon(middle: &[Coord<f64>], narrow: f64, wide: f64, dice: &mut Dice) -> Polygon<f64> {
    let mut widths = || swell(middle.len(), narrow, wide, dice);
    let (left, right) = (widths(), widths());
    let bank = |i: usize, left: f64| moved(middle[i], heading_at(middle, i), 0.0, left);
    let mut ring: Vec<_> = (0..middle.len()).map(|i| bank(i, -right[i])).collect();
    ring.extend((0..middle.len()).rev().map(|i| bank(i, left[i])));
    polygon(ring)
}

/// `n` values between `low` and `high` that change slowly: random knots every twelve places, eased between.
fn swell(n: usize, low: f64, high: f64, dice: &mut Dice) -> Vec<f64> {
    let knots: Vec<_> = (0..n / 12 + 2).map(|_| dice.between(low, high)).collect();
    (0..n)
        .map(|i| {
            let t = (i % 12) as f64 / 12.0;
            let ease = t * t * (3.0 - 2.0 * t);
            knots[i / 12] * (1.0 - ease) + knots[i / 12 + 1] * ease
        })
        .collect()
}

/// A roundish area about `centre`: `corners` vertices between 1 - `uneven` and 1 times `radius` metres away. Seen from
/// its centre every edge is in sight, so it never crosses itself.
pub(super) fn blob(centre: Coord<f64>, radius: f64, corners: usize, uneven: f64, dice: &mut Dice) -> Polygon<f64> {
    let turn = dice.between(0.0, TAU);
    let ring = (0..corners)
        .map(|i| {
            let angle = turn + TAU * i as f64 / corners as f64;
            moved(centre, heading(angle), radius * (1.0 - uneven * dice.unit()), 0.0)
        })
        .collect();
    polygon(ring)
}

/// A rectangle about `centre`, `length` metres along the unit vector `along` and `width` across it, anticlockwise.
pub(super) fn plot(centre: Coord<f64>, along: Coord<f64>, length: f64, width: f64) -> Polygon<f64> {
    let corner = |ahead: f64, left: f64| moved(centre, along, ahead * length / 2.0, left * width / 2.0);
    polygon(vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)])
}

/// A circle drawn with `corners` vertices, anticlockwise.
pub(super) fn circle(centre: Coord<f64>, radius: f64, corners: usize) -> Polygon<f64> {
    polygon((0..corners).map(|i| moved(centre, heading(TAU * i as f64 / corners as f64), radius, 0.0)).collect())
}

/// The length of a line, metres.
pub(super) fn length(line: &[Coord<f64>]) -> f64 {
    line.windows(2).map(|leg| distance(leg[0], leg[1])).sum()
}

/// The place `run` metres along a line and the line's direction there; its end where the line is shorter.
pub(super) fn along(line: &[Coord<f64>], run: f64) -> (Coord<f64>, Coord<f64>) {
    let mut left = run;
    for leg in line.windows(2) {
        let piece = distance(leg[0], leg[1]);
        if left <= piece && piece > 0.0 {
            return (between(leg[0], leg[1], left / piece), direction(leg[0], leg[1]));
        }
        left -= piece;
    }
    let end = line.len() - 1;
    (line[end], heading_at(line, end))
}

/// The part of a line from `from` to `to` metres along it.
pub(super) fn stretch(line: &[Coord<f64>], from: f64, to: f64) -> Vec<Coord<f64>> {
    let mut part = vec![along(line, from).0];
    let mut run = 0.0;
    for leg in line.windows(2) {
        run += distance(leg[0], leg[1]);
        if run > from && run < to {
            part.push(leg[1]);
        }
    }
    part.push(along(line, to).0);
    part
}

#[cfg(test)]
mod tests {
    use super::super::shapes::Area;
    use super::*;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    #[test]
    fn a_smooth_line_passes_through_its_points() {
        let points = [at(0.0, 0.0), at(100.0, 40.0), at(200.0, -10.0), at(260.0, 90.0)];
        let line = smooth(&points, 10.0);
        assert!(points.iter().all(|p| line.iter().any(|q| distance(*p, *q) < 1e-9)));
        assert!(line.windows(2).all(|leg| distance(leg[0], leg[1]) < 20.0));
    }

    #[test]
    fn a_rough_line_keeps_its_points_and_its_step() {
        let points = [at(0.0, 0.0), at(1000.0, 0.0), at(1000.0, 700.0)];
        let line = rough(&points, 100.0, 0.1, &mut Dice::new(1, "rough"));
        assert!(points.iter().all(|p| line.contains(p)));
        assert!(line.windows(2).all(|leg| distance(leg[0], leg[1]) <= 100.0));
        assert!(line.iter().any(|p| p.y.abs() > 1.0 && p.x > 1.0 && p.x < 999.0), "it must leave the straight line");
    }

    #[test]
    fn a_ribbon_is_as_wide_as_asked() {
        let middle: Vec<_> = (0..50).map(|i| at(f64::from(i) * 100.0, 0.0)).collect();
        let area = ribbon(&middle, 40.0, 60.0, &mut Dice::new(1, "ribbon")).signed_area();
        assert!(area > 4900.0 * 80.0 && area < 4900.0 * 120.0, "{area}");
    }

    #[test]
    fn plots_and_circles_turn_anticlockwise() {
        let along = heading(1.0);
        assert!((plot(at(5.0, 5.0), along, 40.0, 10.0).signed_area() - 400.0).abs() < 1e-9);
        assert!(circle(at(0.0, 0.0), 10.0, 16).signed_area() > 300.0);
        assert!(blob(at(0.0, 0.0), 10.0, 12, 0.3, &mut Dice::new(1, "blob")).signed_area() > 100.0);
    }

    #[test]
    fn a_stretch_has_the_length_asked_for() {
        let line = [at(0.0, 0.0), at(100.0, 0.0), at(100.0, 100.0)];
        assert!((length(&stretch(&line, 30.0, 150.0)) - 120.0).abs() < 1e-9);
        assert_eq!(along(&line, 150.0).0, at(100.0, 50.0));
        assert_eq!(along(&line, 999.0).0, at(100.0, 100.0));
    }
}
