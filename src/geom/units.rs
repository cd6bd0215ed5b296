//! Lengths on the ground.

use serde::{Deserialize, Serialize};

/// A length on the ground in metres, never a projected (Mercator) length.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub f64);

impl Metres {
    /// No length.
    pub const ZERO: Self = Self(0.0);

    /// The length to a tenth of a millimetre: what reports print, and what thresholds are compared with, so that a
    /// figure on paper and the decision taken from it can never disagree.
    pub fn rounded(self) -> Self {
        Self((self.0 * 1e4).round() / 1e4)
    }

    /// The larger of two lengths.
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// The smaller of two lengths.
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// This length less another, never below zero.
    pub fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0.0))
    }
}

impl std::ops::Add for Metres {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Metres {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_keeps_a_tenth_of_a_millimetre() {
        assert_eq!(Metres(1_000.000_000_01).rounded(), Metres(1000.0));
        assert_eq!(Metres(999.999_94).rounded(), Metres(999.9999));
    }

    #[test]
    fn a_length_less_a_longer_one_is_zero() {
        assert_eq!(Metres(3.0).less(Metres(5.0)), Metres::ZERO);
    }
}
