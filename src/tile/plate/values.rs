//! The values of a layer, each encoded once.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::super::ink;
use super::super::tags::Tag;

/// Encoded values by number. A table may rest on another whose numbers come first; equal values have one number.
#[derive(Clone, Debug, Default)]
pub(in crate::tile) struct Values {
    below: Option<Arc<Values>>,
    bytes: Vec<u8>,
    /// Where each of the own values ends.
    ends: Vec<usize>,
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Values {
    /// A table on top of another.
    pub(in crate::tile) fn above(below: Arc<Self>) -> Self {
        let hasher = below.hasher.clone();
        Self { below: Some(below), hasher, ..Self::default() }
    }

    /// How many values there are.
    pub(in crate::tile) fn len(&self) -> usize {
        self.offset() + self.ends.len()
    }

    fn offset(&self) -> usize {
        self.below.as_ref().map_or(0, |below| below.len())
    }

    /// The message `Value` of a number.
    pub(in crate::tile) fn get(&self, number: u32) -> &[u8] {
        let own = (number as usize).checked_sub(self.offset());
        match (own, &self.below) {
            (None, Some(below)) => below.get(number),
            (Some(place), _) if place < self.ends.len() => {
                let start = if place == 0 { 0 } else { self.ends[place - 1] };
                &self.bytes[start..self.ends[place]]
            }
            _ => &[],
        }
    }

    /// The number of a value, if it has one.
    pub(in crate::tile) fn find(&self, value: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one(value);
        self.find_hashed(value, hash)
    }

    fn find_hashed(&self, value: &[u8], hash: u64) -> Option<u32> {
        let below = self.below.as_ref().and_then(|below| below.find_hashed(value, hash));
        below.or_else(|| self.places.find(hash, |number| self.get(*number) == value).copied())
    }

    /// The number of a value, given to it now if it has none.
    pub(in crate::tile) fn number(&mut self, value: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(value);
        if let Some(known) = self.find_hashed(value, hash) {
            return known;
        }
        let number = u32::try_from(self.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
        let (offset, ends, bytes, hasher) = (self.offset(), &self.ends, &self.bytes, &self.hasher);
        let rehash = |number: &u32| {
            let place = *number as usize - offset;
            let start = if place == 0 { 0 } else { ends[place - 1] };
            hasher.hash_one(&bytes[start..ends[place]])
        };
        self.places.insert_unique(hash, number, rehash);
        number
    }
}

/// A tag's value as the message `Value`.
pub(in crate::tile) fn encoded(tag: &Tag<'_>, out: &mut Vec<u8>) {
    out.clear();
    match tag {
        Tag::Text(text) => ink::bytes(out, 1, text.as_bytes()),
        Tag::Number(number) => ink::double(out, 3, *number),
        Tag::Natural(number) => ink::number(out, 5, *number),
        // sint_value: zigzag over 64 bits.
        Tag::Whole(number) => ink::number(out, 6, ((number << 1) ^ (number >> 63)).cast_unsigned()),
        Tag::Flag(flag) => ink::number(out, 7, u64::from(*flag)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_one_number_through_both_tables() {
        let mut below = Values::default();
        let numbers: Vec<u32> = ["a", "b", "a"].map(|text| below.number(text.as_bytes())).to_vec();
        assert_eq!(numbers, [0, 1, 0]);
        let mut above = Values::above(Arc::new(below));
        assert_eq!(["b", "c", "c", "a"].map(|text| above.number(text.as_bytes())), [1, 2, 2, 0]);
        assert_eq!((above.get(0), above.get(2), above.len()), (&b"a"[..], &b"c"[..], 3));
        assert_eq!((above.find(b"c"), above.find(b"d")), (Some(2), None));
    }

    #[test]
    fn many_values_are_found_again() {
        let mut values = Values::default();
        for n in 0..5000u32 {
            assert_eq!(values.number(&n.to_le_bytes()), n);
        }
        assert!((0..5000u32).all(|n| values.find(&n.to_le_bytes()) == Some(n)));
    }
}
