//! Holding the bands of a method against what they must be: each a range, side by side without gap or overlap.

use super::Band;

/// An end of a band, and whether it belongs to it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    at: f64,
    inside: bool,
}

impl Band {
    fn low(&self) -> End {
        let open = self.above.map(|at| End { at, inside: false });
        self.at_least
            .map(|at| End { at, inside: true })
            .or(open)
            .unwrap_or(End { at: f64::NEG_INFINITY, inside: false })
    }

    fn high(&self) -> End {
        let open = self.below.map(|at| End { at, inside: false });
        self.at_most.map(|at| End { at, inside: true }).or(open).unwrap_or(End { at: f64::INFINITY, inside: false })
    }

    fn fault(&self) -> Option<&'static str> {
        let ends = [self.at_least, self.above, self.below, self.at_most];
        let (low, high) = (self.low(), self.high());
        if ends.into_iter().flatten().any(|end| !end.is_finite()) {
            Some("an end of the band is not a number")
        } else if self.at_least.is_some() && self.above.is_some() {
            Some("the band has both at_least and above; keep one")
        } else if self.below.is_some() && self.at_most.is_some() {
            Some("the band has both below and at_most; keep one")
        } else if low.at > high.at || (low.at == high.at && !(low.inside && high.inside)) {
            Some("the band holds nothing: its lower end is not below its upper one")
        } else {
            None
        }
    }
}

/// What is wrong with the bands of one score, each by its place in the list.
pub(super) fn faults(bands: &[Band]) -> Vec<(usize, String)> {
    let single = bands.iter().enumerate().filter_map(|(place, band)| Some((place, band.fault()?.to_owned())));
    let mut faults: Vec<(usize, String)> = single.collect();
    if !faults.is_empty() {
        return faults;
    }
    let mut order: Vec<usize> = (0..bands.len()).collect();
    order.sort_by(|one, other| {
        let (one, other) = (bands[*one].low(), bands[*other].low());
        one.at.total_cmp(&other.at).then(other.inside.cmp(&one.inside))
    });
    for pair in order.windows(2) {
        let (high, low) = (bands[pair[0]].high(), bands[pair[1]].low());
        let between = if high.at > low.at || (high.at == low.at && high.inside && low.inside) {
            format!("the band overlaps another at {}", low.at)
        } else if high.at < low.at {
            format!("between {} and {} is a gap that no band holds", high.at, low.at)
        } else if !high.inside && !low.inside {
            format!("{} itself belongs to no band: write at_least or at_most on one side", low.at)
        } else {
            continue;
        };
        faults.push((pair[1], between));
    }
    faults
}
