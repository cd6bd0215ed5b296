//! Moves that are known to fail, and the nearest one on a bearing that is not.
//!
//! A distance changes by no more than the site is moved. Where a move fails by so many metres, every move that differs
//! from it by less fails too: each check rules out a disc of moves.

/// Lengths of moves are whole tenths of a metre.
pub(super) const STEPS_PER_METRE: f64 = 10.0;

/// A length on a bearing, in degrees east of north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Move {
    pub bearing: f64,
    pub metres: f64,
}

impl Move {
    /// Metres east and north.
    pub fn east_north(self) -> (f64, f64) {
        let (sine, cosine) = self.bearing.to_radians().sin_cos();
        (self.metres * sine, self.metres * cosine)
    }
}

#[derive(Clone, Copy, Debug)]
struct Disc {
    east: f64,
    north: f64,
    radius: f64,
}

/// Discs of moves that fail.
#[derive(Clone, Debug, Default)]
pub(super) struct RuledOut(Vec<Disc>);

impl RuledOut {
    /// Every move that differs from this one by less than a radius in metres fails.
    pub fn around(&mut self, centre: Move, radius: f64) {
        let (east, north) = centre.east_north();
        self.0.push(Disc { east, north, radius });
    }

    /// The shortest move on a bearing, no shorter than `from` metres, that is not ruled out.
    pub fn first(&self, bearing: f64, from: f64) -> f64 {
        let (sine, cosine) = bearing.to_radians().sin_cos();
        let stretch = |disc: &Disc| {
            let along = disc.east * sine + disc.north * cosine;
            let aside = disc.east * cosine - disc.north * sine;
            let half = (disc.radius * disc.radius - aside * aside).sqrt();
            // NaN where the disc lies beside the bearing.
            (along + half > from).then_some((along - half, along + half))
        };
        let mut stretches: Vec<(f64, f64)> = self.0.iter().filter_map(stretch).collect();
        stretches.sort_by(|one, other| one.0.total_cmp(&other.0));
        stretches
            .into_iter()
            .fold(stepped(from), |at, (start, end)| if start < at && at < end { stepped(end) } else { at })
    }
}

/// A length upwards to a whole step.
fn stepped(metres: f64) -> f64 {
    // A hair less, so that what is a whole step already stays.
    (metres * STEPS_PER_METRE - 1e-6).ceil() / STEPS_PER_METRE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_move_lies_beyond_every_disc_on_the_way() {
        let mut ruled_out = RuledOut::default();
        assert_eq!(ruled_out.first(90.0, 0.0), 0.0);
        ruled_out.around(Move { bearing: 0.0, metres: 0.0 }, 10.0);
        ruled_out.around(Move { bearing: 90.0, metres: 14.0 }, 5.04);
        ruled_out.around(Move { bearing: 270.0, metres: 20.0 }, 4.0);
        assert_eq!(ruled_out.first(90.0, 0.0), 19.1, "one disc after the other, upwards to a tenth");
        assert_eq!(ruled_out.first(270.0, 0.0), 10.0, "between two discs");
        assert_eq!(ruled_out.first(270.0, 16.5), 24.0);
        assert_eq!(ruled_out.first(0.0, 0.0), 10.0);
    }

    #[test]
    fn no_move_is_left_where_all_fail() {
        let mut ruled_out = RuledOut::default();
        ruled_out.around(Move { bearing: 10.0, metres: 3.0 }, f64::INFINITY);
        assert_eq!(ruled_out.first(200.0, 0.0), f64::INFINITY);
    }
}
