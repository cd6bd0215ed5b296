//! Three-valued truth: what is not known is never taken for granted.

use std::collections::BTreeSet;

/// Something that would have to be known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// A fact of the proposal; the person asking can answer it.
    Fact(String),
    /// A field of the target, by name; the owner of the data must fill it in.
    Field(String),
    /// The line the rule measures from lies somewhere inside the target's outline.
    StartLine,
    /// The standard's bounds between object classes are not in the book.
    Class,
    /// How far it is along the river, or which of both lies upstream.
    Flow,
}

/// Yes, no, or it depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It holds or not, depending on these.
    Maybe(BTreeSet<Unknown>),
}

impl Truth {
    /// It depends on one thing.
    pub fn depends_on(unknown: Unknown) -> Self {
        Self::Maybe(BTreeSet::from([unknown]))
    }

    /// What it depends on.
    pub fn unknowns(&self) -> BTreeSet<Unknown> {
        match self {
            Self::Maybe(unknowns) => unknowns.clone(),
            Self::Yes | Self::No => BTreeSet::new(),
        }
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, rest) | (rest, Self::Yes) => rest,
            (Self::Maybe(one), Self::Maybe(other)) => Self::Maybe(&one | &other),
        }
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, rest) | (rest, Self::No) => rest,
            (Self::Maybe(one), Self::Maybe(other)) => Self::Maybe(&one | &other),
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_survives_unless_the_rest_settles_it() {
        let doubt = || Truth::depends_on(Unknown::Fact("a".into()));
        assert_eq!(doubt().and(Truth::Yes), doubt());
        assert_eq!(doubt().and(Truth::No), Truth::No);
        assert_eq!(doubt().or(Truth::Yes), Truth::Yes);
        assert_eq!(doubt().or(Truth::No), doubt());
        let other = Truth::depends_on(Unknown::Fact("b".into()));
        assert_eq!(doubt().and(other).unknowns().len(), 2);
    }
}
