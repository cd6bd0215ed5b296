//! The shortest move that passes, by asking about as few moves as may be.
//!
//! All bearings are followed outwards at once, always the one that is nearest so far, so that nothing beyond the answer is
//! ever asked about. What a check rules out on one bearing it rules out on its neighbours too. The bearings are then
//! halved until the way between two of them is a metre, and the best is turned until turning helps no more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::ruled_out::{Move, RuledOut, STEPS_PER_METRE};

/// Bearings at first.
const BEARINGS: u32 = 24;
/// Bearings at most, once a move was found that passes.
const MOST_BEARINGS: u32 = 3072;
/// Bearings at most while none is found.
const MOST_IN_VAIN: u32 = 768;
/// How far apart neighbouring bearings may lie at the end of the best move, in metres.
const APART_M: f64 = 1.0;
/// Turning the best bearing by less than this at its end, in metres, is not worth it.
const TURN_M: f64 = 0.05;
/// How far a search goes on where nothing is known of the places around, in metres.
const BLIND_M: f64 = 25.0;
/// Part of a bound that is surely kept, for the plane of moves is not quite the ground.
const KEPT: f64 = 0.999;
/// And what rounding may cost, in metres.
const ROUNDING_M: f64 = 0.001;

/// What is known of a move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reply {
    Passes,
    /// Every move that differs by less than so many metres fails; `None` where nothing is known of them.
    Fails(Option<f64>),
    /// No more may be asked.
    Spent,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub shortest: Option<Move>,
    /// Whether questions were left, and every step of the search was a proven one.
    pub complete: bool,
}

/// Searches the moves up to a length for the shortest one that passes; the first reply is that of no move at all.
pub(super) fn nearest(farthest: f64, still: Reply, ask: impl FnMut(Move) -> Reply) -> Found {
    let mut search = Search { ask, farthest, ruled_out: RuledOut::default(), best: None, complete: true, spent: false };
    search.hear(Move { bearing: 0.0, metres: 0.0 }, still);
    let mut bearings = BEARINGS;
    search.follow((0..bearings).map(|place| turned(place, bearings, 0.0)).collect());
    while search.too_far_apart(bearings) {
        search.follow((0..bearings).map(|place| turned(place, bearings, 0.5)).collect());
        bearings *= 2;
    }
    search.turn(180.0 / f64::from(bearings));
    search.shorten();
    Found { shortest: search.best, complete: search.complete }
}

fn turned(place: u32, bearings: u32, share: f64) -> f64 {
    (f64::from(place) + share) * 360.0 / f64::from(bearings)
}

/// To a thousandth of a degree, within the circle.
fn written(bearing: f64) -> f64 {
    (bearing.rem_euclid(360.0) * 1e3).round() / 1e3 % 360.0
}

struct Search<F> {
    ask: F,
    farthest: f64,
    ruled_out: RuledOut,
    best: Option<Move>,
    complete: bool,
    spent: bool,
}

impl<F: FnMut(Move) -> Reply> Search<F> {
    fn hear(&mut self, at: Move, reply: Reply) {
        match reply {
            Reply::Passes => self.best = Some(at),
            Reply::Fails(Some(metres)) => {
                self.ruled_out.around(at, (metres * KEPT - ROUNDING_M).max(1.0 / STEPS_PER_METRE));
            }
            Reply::Fails(None) => {
                self.complete = false;
                self.ruled_out.around(at, BLIND_M);
            }
            Reply::Spent => {
                self.complete = false;
                self.spent = true;
            }
        }
    }

    fn consider(&mut self, at: Move) -> Reply {
        let reply = (self.ask)(at);
        self.hear(at, reply);
        reply
    }

    /// Whether a length is of no use any more.
    fn too_long(&self, metres: f64) -> bool {
        match self.best {
            Some(best) => metres > best.metres - 0.5 / STEPS_PER_METRE,
            None => metres > self.farthest,
        }
    }

    /// Follows bearings outwards, the nearest first, until one passes or all are too long.
    fn follow(&mut self, bearings: Vec<f64>) {
        let bearings: Vec<f64> = bearings.into_iter().map(written).collect();
        let mut queue: BinaryHeap<Reverse<(u64, usize)>> =
            (0..bearings.len()).map(|place| Reverse((0, place))).collect();
        while let Some(Reverse((steps, place))) = queue.pop() {
            let metres = self.ruled_out.first(bearings[place], steps as f64 / STEPS_PER_METRE);
            if self.spent || self.too_long(metres) {
                continue;
            }
            let reached = (metres * STEPS_PER_METRE).round() as u64;
            if reached > steps {
                queue.push(Reverse((reached, place)));
            } else if let Reply::Fails(_) = self.consider(Move { bearing: bearings[place], metres }) {
                queue.push(Reverse((reached, place)));
            }
        }
    }

    fn too_far_apart(&self, bearings: u32) -> bool {
        let (length, most) = match self.best {
            Some(best) => (best.metres, MOST_BEARINGS),
            None => (self.farthest, MOST_IN_VAIN),
        };
        !self.spent && bearings < most && length * std::f64::consts::TAU / f64::from(bearings) > APART_M
    }

    /// Turns the best move to either side, by less and less, for as long as that makes it shorter.
    fn turn(&mut self, mut degrees: f64) {
        while let Some(best) = self.best.filter(|best| best.metres * degrees.to_radians() > TURN_M && !self.spent) {
            self.follow(vec![best.bearing + degrees, best.bearing - degrees]);
            if self.best == Some(best) {
                degrees /= 2.0;
            }
        }
    }

    /// Goes back on the best bearing for as long as what is shorter passes, which can only be after steps in the dark.
    fn shorten(&mut self) {
        for by in [1.0, 1.0 / STEPS_PER_METRE] {
            while let Some(best) = self.best.filter(|best| best.metres > by && !self.spent) {
                let metres = ((best.metres - by) * STEPS_PER_METRE).round() / STEPS_PER_METRE;
                if self.consider(Move { metres, ..best }) != Reply::Passes {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Discs that must not be entered: east, north, radius.
    type Zones = Vec<(f64, f64, f64)>;

    fn reply(zones: &Zones, at: Move) -> Reply {
        let (x, y) = at.east_north();
        let short = |(east, north, radius): &(f64, f64, f64)| radius - (x - east).hypot(y - north);
        let worst = zones.iter().map(short).fold(f64::MIN, f64::max);
        if worst > 0.0 { Reply::Fails(Some(worst)) } else { Reply::Passes }
    }

    fn found(zones: &Zones, farthest: f64) -> (Found, usize) {
        let mut asked = 0;
        let still = reply(zones, Move { bearing: 0.0, metres: 0.0 });
        let found = nearest(farthest, still, |at| {
            asked += 1;
            reply(zones, at)
        });
        (found, asked)
    }

    #[test]
    fn out_of_one_zone_the_way_is_straight() {
        let (found, asked) = found(&vec![(300.0, 400.0, 700.0)], 5000.0);
        let best = found.shortest.unwrap();
        assert!((best.metres - 200.0).abs() < 0.11 && found.complete, "{best:?}");
        let bearing = (-300f64).atan2(-400.0).to_degrees().rem_euclid(360.0);
        assert!((best.bearing - bearing).abs() < 2.0, "{best:?} {bearing}");
        assert!(asked < 200, "{asked}");
    }

    #[test]
    fn the_only_gap_in_a_ring_is_found() {
        // Zones all around from 790 m to 828 m, but for a gap of about 5 m at 137.5°.
        let gap = 137.5;
        let ring = (0..360).map(f64::from).filter(|degrees| (degrees - gap).abs() > 1.0);
        let post = |degrees: f64| (810.0 * degrees.to_radians().sin(), 810.0 * degrees.to_radians().cos(), 20.0);
        let zones: Zones = std::iter::once((0.0, 0.0, 803.0)).chain(ring.map(post)).collect();
        let (found, asked) = found(&zones, 5000.0);
        let best = found.shortest.unwrap();
        assert!((best.metres - 803.0).abs() < 0.11 && (best.bearing - gap).abs() < 0.3, "{best:?}");
        assert!(asked < 3000, "{asked}");
    }

    #[test]
    fn nothing_is_found_where_the_zone_is_too_large() {
        let (found, asked) = found(&vec![(0.0, 0.0, 700.0), (0.0, 900.0, 500.0)], 600.0);
        assert_eq!(found.shortest, None);
        assert!(found.complete && asked < 100, "{asked}");
    }

    #[test]
    fn no_grid_of_moves_holds_a_shorter_one() {
        let mut seed = 7u64;
        let mut number = |most: f64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1u32 << 31) * most
        };
        for _ in 0..40 {
            let mut zones: Zones = vec![(0.0, 0.0, 5.0)];
            for _ in 0..25 {
                zones.push((number(600.0) - 300.0, number(600.0) - 300.0, number(120.0)));
            }
            let (found, asked) = found(&zones, 1000.0);
            let best = found.shortest.unwrap();
            assert_eq!(reply(&zones, best), Reply::Passes);
            assert!(asked < 1500, "{asked}");
            let shorter = (0..720).flat_map(|turn| {
                (0..).map(move |metres| (turn, metres)).take_while(|(_, metres)| f64::from(*metres) < best.metres - 1.0)
            });
            for (turn, metres) in shorter {
                let at = Move { bearing: f64::from(turn) / 2.0, metres: f64::from(metres) };
                assert_ne!(reply(&zones, at), Reply::Passes, "{at:?} before {best:?}");
            }
        }
    }

    #[test]
    fn steps_in_the_dark_are_told_and_gone_back_on() {
        let blind = |at: Move| if at.metres < 60.35 { Reply::Fails(None) } else { Reply::Passes };
        let found = nearest(500.0, Reply::Fails(None), blind);
        assert!(!found.complete);
        assert_eq!(found.shortest.unwrap().metres, 60.4);
    }

    #[test]
    fn when_no_more_may_be_asked_the_best_so_far_is_given() {
        let mut left = 5;
        let zones = vec![(300.0, 400.0, 700.0)];
        let still = reply(&zones, Move { bearing: 0.0, metres: 0.0 });
        let found = nearest(5000.0, still, |at| {
            left -= 1;
            if left < 0 { Reply::Spent } else { reply(&zones, at) }
        });
        assert!(!found.complete);
    }
}
