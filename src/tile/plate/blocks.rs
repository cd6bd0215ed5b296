//! Boxes about runs of neighbouring things, and boxes about runs of those: a tree without pointers.
//!
//! The things lie in the order of a Z-curve, so that a run of sixteen is a small place on the map (a packed R-tree;
//! Kamel and Faloutsos, 1993).

use crate::geom::relief::Mark;

/// How many boxes a box holds.
const RUN: usize = 16;

/// A box in units of the world square, edges included: west, north, east, south.
pub(in crate::tile) type Bounds = [u32; 4];

/// Whether two boxes have a point in common.
pub(in crate::tile) fn meet(one: &Bounds, other: &Bounds) -> bool {
    one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3]
}

/// The box about two boxes.
pub(in crate::tile) fn union(one: Bounds, other: Bounds) -> Bounds {
    [one[0].min(other[0]), one[1].min(other[1]), one[2].max(other[2]), one[3].max(other[3])]
}

/// The box about points; `None` about none.
pub(in crate::tile) fn bounds_of(marks: impl Iterator<Item = Mark>) -> Option<Bounds> {
    marks.map(|[x, y]| [x, y, x, y]).reduce(union)
}

/// The levels of boxes above a list of boxes, each with the least zoom at which anything in it is drawn in its shape.
#[derive(Debug, Default)]
pub(in crate::tile) struct Blocks {
    /// The lowest level first.
    levels: Vec<Vec<(Bounds, u8)>>,
}

impl Blocks {
    /// Over boxes in the order of a curve, with the zoom of each.
    pub(in crate::tile) fn over(boxes: &[Bounds], zooms: &[u8]) -> Self {
        let joined = |one: (Bounds, u8), other: (Bounds, u8)| (union(one.0, other.0), one.1.min(other.1));
        let raised = |level: &[(Bounds, u8)]| -> Vec<(Bounds, u8)> {
            level.chunks(RUN).filter_map(|run| run.iter().copied().reduce(joined)).collect()
        };
        let things: Vec<(Bounds, u8)> = boxes.iter().copied().zip(zooms.iter().copied()).collect();
        let mut levels: Vec<Vec<(Bounds, u8)>> = Vec::new();
        let mut level = raised(&things);
        while level.len() > 1 {
            let next = raised(&level);
            levels.push(level);
            level = next;
        }
        levels.push(level);
        Self { levels }
    }

    /// The places, in order, of the boxes that meet a window, as far as the runs that hold them have anything to draw at a
    /// zoom.
    pub(in crate::tile) fn meeting(&self, boxes: &[Bounds], window: &Bounds, zoom: u8) -> Vec<u32> {
        let mut runs: Vec<usize> = vec![0];
        for level in self.levels.iter().rev() {
            let met = runs.into_iter().flat_map(|run| run * RUN..((run + 1) * RUN).min(level.len()));
            runs = met.filter(|at| level[*at].1 <= zoom && meet(&level[*at].0, window)).collect();
        }
        let met = runs.into_iter().flat_map(|run| run * RUN..((run + 1) * RUN).min(boxes.len()));
        met.filter(|at| meet(&boxes[*at], window)).map(|at| at as u32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_meets_what_a_scan_meets() {
        let mut state = 1u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for count in [0usize, 1, 15, 16, 17, 255, 256, 257, 3000] {
            let boxes: Vec<Bounds> = (0..count)
                .map(|_| {
                    let [x, y] = [random(10_000), random(10_000)];
                    [x, y, x + random(300), y + random(300)]
                })
                .collect();
            let zooms: Vec<u8> = (0..count).map(|_| random(4) as u8).collect();
            let blocks = Blocks::over(&boxes, &zooms);
            for _ in 0..50 {
                let [x, y] = [random(10_000), random(10_000)];
                let window = [x, y, x + random(2_000), y + random(2_000)];
                let scan: Vec<u32> = (0..count as u32).filter(|at| meet(&boxes[*at as usize], &window)).collect();
                assert_eq!(blocks.meeting(&boxes, &window, u8::MAX), scan);
                let at = |zoom: u8, places: &[u32]| -> Vec<u32> {
                    places.iter().copied().filter(|at| zooms[*at as usize] <= zoom).collect()
                };
                assert_eq!(at(1, &blocks.meeting(&boxes, &window, 1)), at(1, &scan));
            }
        }
    }
}
