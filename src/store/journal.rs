//! Journals: what happened, in the order in which it happened; entries are added and never changed.
//!
//! Every entry carries the hash of the one before it within its own, so that a byte that was changed behind the program's
//! back is found, and where.

use std::fmt;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Which journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Journal {
    /// Warnings: raised, acknowledged, handled, closed.
    Alerts,
    /// Published editions of the risk map.
    Editions,
    /// Readings of online monitoring.
    Readings,
}

impl Journal {
    /// Every journal.
    pub const ALL: [Self; 3] = [Self::Alerts, Self::Editions, Self::Readings];

    /// The name under which a store keeps it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Editions => "editions",
            Self::Readings => "readings",
        }
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// What is to be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What makes the entry unique in its journal: a note whose key is known already is not entered again.
    pub key: String,
    /// What it is about; entries of one topic can be read together.
    pub topic: String,
    /// Who.
    pub author: String,
    /// What, as JSON.
    pub body: String,
}

/// One entry of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3 … in each journal, without gaps.
    pub number: u64,
    /// What was entered.
    pub note: Note,
    /// When, to the millisecond.
    pub written_at: Timestamp,
    /// SHA-256 over the hash of the entry before and all of this one, in hexadecimal.
    pub hash: String,
}

/// The hash of the entry before the first.
pub(super) const GENESIS: &str = "";

impl Entry {
    /// The entry that follows another.
    pub(super) fn following(before: &str, number: u64, note: Note, written_at: Timestamp) -> Self {
        let mut entry = Self { number, note, written_at, hash: String::new() };
        entry.hash = entry.hashed(before);
        entry
    }

    /// The hash that the entry must have after one with the hash `before`. Each part goes in with its length, so that no
    /// two entries read alike.
    pub fn hashed(&self, before: &str) -> String {
        let number = self.number.to_string();
        let written_at = self.written_at.to_string();
        let Note { key, topic, author, body } = &self.note;
        let mut digest = Sha256::new();
        for part in [before, &number, &written_at, key, topic, author, body] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        format!("{:x}", digest.finalize())
    }
}

/// What of a journal is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The entries after a number, oldest first.
    After(u64),
    /// The entries of one topic, oldest first.
    Topic(String),
    /// The newest entry of each topic, newest first.
    Newest,
    /// The entries before a number, newest first.
    Back(u64),
    /// The entries of one topic before a number, newest first.
    BackOn(String, u64),
    /// The entry of a key.
    Key(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(key: &str, body: &str) -> Note {
        Note { key: key.into(), topic: "t".into(), author: "anna".into(), body: body.into() }
    }

    #[test]
    fn every_part_of_an_entry_and_the_one_before_bear_on_its_hash() {
        let at: Timestamp = "2026-11-25T08:00:00Z".parse().unwrap();
        let entry = Entry::following(GENESIS, 1, note("k", "{}"), at);
        assert_eq!(entry.hash.len(), 64);
        assert_eq!(entry.hash, entry.hashed(GENESIS));
        let mut others = vec![entry.hashed("x")];
        let mut change = |alter: fn(&mut Entry)| {
            let mut other = entry.clone();
            alter(&mut other);
            others.push(other.hashed(GENESIS));
        };
        change(|entry| entry.number = 2);
        change(|entry| entry.written_at = "2026-11-25T08:00:00.001Z".parse().unwrap());
        change(|entry| entry.note.key.push('k'));
        change(|entry| entry.note.topic.clear());
        change(|entry| entry.note.author.push('a'));
        change(|entry| entry.note.body.push(' '));
        // The same letters divided differently.
        change(|entry| (entry.note.key, entry.note.topic) = ("kt".into(), String::new()));
        others.push(entry.hash.clone());
        let count = others.len();
        others.sort_unstable();
        others.dedup();
        assert_eq!(others.len(), count);
    }
}
