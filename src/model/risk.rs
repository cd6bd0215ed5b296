//! The four levels of risk.

use serde::Serialize;

/// A risk level; the worst is the smallest, as the numbers 1 to 4 are on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "u8")]
pub enum RiskLevel {
    /// 重大风险 · 红, 1.
    Major,
    /// 较大风险 · 橙, 2.
    High,
    /// 一般风险 · 黄, 3.
    Moderate,
    /// 低风险 · 蓝, 4.
    Low,
}

impl RiskLevel {
    /// Worst first.
    pub const ALL: [Self; 4] = [Self::Major, Self::High, Self::Moderate, Self::Low];

    /// The level behind a number 1 to 4.
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
    }

    /// The number 1 to 4.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The colour word: red, orange, yellow, blue.
    pub fn color(self) -> &'static str {
        match self {
            Self::Major => "red",
            Self::High => "orange",
            Self::Moderate => "yellow",
            Self::Low => "blue",
        }
    }
}

impl From<RiskLevel> for u8 {
    fn from(level: RiskLevel) -> Self {
        level.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_back_and_red_is_worst() {
        for level in RiskLevel::ALL {
            assert_eq!(RiskLevel::from_number(u64::from(level.number())), Some(level));
        }
        assert_eq!(RiskLevel::from_number(0), None);
        assert_eq!(RiskLevel::from_number(5), None);
        assert!(RiskLevel::Major < RiskLevel::Low);
    }
}
