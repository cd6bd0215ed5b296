//! The dice the sample is thrown with.
//!
//! `SplitMix64` (Steele, Lea and Flood, 2014), written out here because the committed sample must come out byte for byte
//! the same years from now, and the streams of a random-number crate may change between its versions.

/// A seeded stream of numbers. The same seed gives the same numbers on every machine.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    state: u64,
}

/// The step of `SplitMix64`: 2^64 divided by the golden ratio, made odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Dice {
    /// A stream for `seed` and a `purpose`, so that a change in one layer leaves the throws of the others alone.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a over the purpose, then one scrambling round, so that near seeds give far streams.
        let hash = purpose
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        let mut dice = Self { state: hash ^ seed.wrapping_mul(GOLDEN) };
        dice.state = dice.next();
        dice
    }

    /// The next 64 random bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in 0..1, never 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `low..high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number in `0..n`; 0 for `n` = 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// A whole number in `low..=high`.
    pub(super) fn whole(&mut self, low: u64, high: u64) -> u64 {
        low + self.below((high - low + 1) as usize) as u64
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of `items`, each as likely as the other.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// The second part of one of `items`, likely in proportion to its first part.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(f64, T)]) -> T {
        let mut left = self.unit() * items.iter().map(|(weight, _)| weight).sum::<f64>();
        for (weight, item) in items {
            left -= weight;
            if left < 0.0 {
                return *item;
            }
        }
        items[items.len() - 1].1
    }

    /// A throw that gathers round 0 within -1..1 (the mean of three), for scatter about a centre.
    pub(super) fn scatter(&mut self) -> f64 {
        (self.unit() + self.unit() + self.unit()) * (2.0 / 3.0) - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_the_published_stream() {
        // First outputs of the reference implementation for state 1234567.
        let mut dice = Dice { state: 1_234_567 };
        assert_eq!(
            [dice.next(), dice.next(), dice.next()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn purposes_and_seeds_part_the_streams() {
        let first = |seed, purpose| Dice::new(seed, purpose).next();
        assert_eq!(first(1, "roads"), first(1, "roads"));
        assert_ne!(first(1, "roads"), first(2, "roads"));
        assert_ne!(first(1, "roads"), first(1, "waters"));
    }

    #[test]
    fn throws_stay_in_their_range() {
        let mut dice = Dice::new(7, "range");
        for _ in 0..10_000 {
            assert!((0.0..1.0).contains(&dice.unit()));
            assert!((-1.0..=1.0).contains(&dice.scatter()));
            assert!((3..=5).contains(&dice.whole(3, 5)));
            assert!(dice.below(4) < 4);
        }
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(7, "weights");
        let rare = (0..10_000).filter(|_| dice.weighted(&[(9.0, "often"), (1.0, "rare")]) == "rare").count();
        assert!((800..1200).contains(&rare), "{rare}");
    }
}
