//! The Z-curve: one number for a place, so that what lies near each other on the map lies near each other in memory, and
//! everything within a tile or a cell of any zoom is one run (Morton, 1966).

use std::ops::Range;

use crate::geom::relief::Mark;

/// The number of a place on the curve: the bits of y and x in turn, the highest first.
pub(in crate::tile) fn place([x, y]: Mark) -> u64 {
    spread(x) | (spread(y) << 1)
}

fn spread(number: u32) -> u64 {
    let mut spread = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        spread = (spread | (spread << shift)) & mask;
    }
    spread
}

/// The numbers of all places in one square of a grid that cuts the world into 2^`depth` columns and rows; `depth` is 1 to
/// 32. The end may be the last number there is, hence the two of it: first and last.
pub(in crate::tile) fn square(depth: u32, column: u32, row: u32) -> (u64, u64) {
    let shift = 32 - depth;
    let first = place([column << shift, row << shift]);
    let inner = if shift == 0 { 0 } else { u64::MAX >> (64 - 2 * shift) };
    (first, first | inner)
}

/// The run of a sorted list that lies between two numbers, both included.
pub(in crate::tile) fn run(sorted: &[u64], (first, last): (u64, u64)) -> Range<usize> {
    let start = sorted.partition_point(|number| *number < first);
    start..start + sorted[start..].partition_point(|number| *number <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_woven() {
        assert_eq!(place([0b11, 0b01]), 0b0111);
        assert_eq!(place([u32::MAX, u32::MAX]), u64::MAX);
        assert_eq!(place([u32::MAX, 0]), 0x5555_5555_5555_5555);
    }

    #[test]
    fn a_square_is_one_run_of_the_curve() {
        let mut marks: Vec<Mark> =
            (0..4000u32).map(|n| [n.wrapping_mul(2_654_435_761), n.wrapping_mul(40_503 << 12)]).collect();
        marks.sort_unstable_by_key(|mark| place(*mark));
        let sorted: Vec<u64> = marks.iter().map(|mark| place(*mark)).collect();
        for (depth, column, row) in [(1, 0, 1), (3, 5, 2), (6, 63, 0), (32, marks[7][0], marks[7][1])] {
            let shift = 32 - depth;
            let inside = |mark: &Mark| mark[0] >> shift == column && mark[1] >> shift == row;
            let scan: Vec<Mark> = marks.iter().copied().filter(inside).collect();
            assert_eq!(marks[run(&sorted, square(depth, column, row))], scan);
        }
    }
}
