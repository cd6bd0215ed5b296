//! Blocks and plots: rows of rectangles with streets between them, the pattern of an industrial park or a town.

use super::board::{heading, moved};
use super::curve::plot;
use super::random::Dice;
use super::shapes::{Coord, Polygon};

/// A rectangular plot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    /// Its middle.
    pub centre: Coord<f64>,
    /// Unit vector along its length.
    pub along: Coord<f64>,
    /// Metres along and across.
    pub length: f64,
    /// Metres across.
    pub width: f64,
}

impl Plot {
    /// Its boundary.
    pub(super) fn area(&self) -> Polygon<f64> {
        plot(self.centre, self.along, self.length, self.width)
    }

    /// The place a share of the half length and half width away from the middle, each in -1..1.
    pub(super) fn inside(&self, along: f64, across: f64) -> Coord<f64> {
        moved(self.centre, self.along, along * self.length / 2.0, across * self.width / 2.0)
    }

    /// Its area, square metres.
    pub(super) fn size(&self) -> f64 {
        self.length * self.width
    }
}

/// How the plots of a quarter are cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern {
    /// Least and greatest length of a plot, metres.
    pub length: (f64, f64),
    /// Least and greatest width of a row, metres.
    pub width: (f64, f64),
    /// Street between two rows, and lane between two plots of a row, metres.
    pub street: f64,
    /// Lane between two plots.
    pub lane: f64,
}

/// Cuts an ellipse about `centre` (half axes along and across `angle`, radians) into plots, middle ones first.
pub(super) fn plots(centre: Coord<f64>, angle: f64, half: (f64, f64), pattern: Pattern, dice: &mut Dice) -> Vec<Plot> {
    let along = heading(angle);
    let mut plots = Vec::new();
    let mut across = -half.1;
    while across < half.1 {
        let width = dice.between(pattern.width.0, pattern.width.1);
        let mut ahead = -half.0 + dice.between(0.0, pattern.length.0);
        while ahead < half.0 {
            let length = dice.between(pattern.length.0, pattern.length.1);
            let (u, v) = (ahead + length / 2.0, across + width / 2.0);
            let from_middle = (u / half.0).powi(2) + (v / half.1).powi(2);
            if from_middle <= 1.0 {
                plots.push((from_middle, Plot { centre: moved(centre, along, u, v), along, length, width }));
            }
            ahead += length + pattern.lane;
        }
        across += width + pattern.street;
    }
    plots.sort_by(|a, b| a.0.total_cmp(&b.0));
    plots.into_iter().map(|(_, plot)| plot).collect()
}

#[cfg(test)]
mod tests {
    use super::super::shapes::{Area, BooleanOps};
    use super::*;

    #[test]
    fn plots_of_a_quarter_do_not_overlap() {
        let pattern = Pattern { length: (80.0, 240.0), width: (100.0, 200.0), street: 24.0, lane: 12.0 };
        let plots = plots(Coord { x: 0.0, y: 0.0 }, 0.4, (900.0, 600.0), pattern, &mut Dice::new(1, "plots"));
        assert!(plots.len() > 30, "{}", plots.len());
        for (i, a) in plots.iter().enumerate() {
            assert!((a.area().signed_area() - a.size()).abs() < 1e-3);
            for b in &plots[i + 1..] {
                assert!(a.area().intersection(&b.area()).unsigned_area() < 1e-6);
            }
        }
    }
}
