//! A map that editions share, so that the next edition copies only the parts that change.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

const SHARDS: usize = 256;

/// Values by id, in pieces that are shared until one of their ids changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shards<V>(Vec<Arc<HashMap<Box<str>, V>>>);

impl<V> Default for Shards<V> {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Arc::new(HashMap::new())).collect())
    }
}

impl<V: Clone> Shards<V> {
    pub(super) fn get(&self, id: &str) -> Option<&V> {
        self.0[shard(id)].get(id)
    }

    /// Sets a value; `None` removes it.
    pub(super) fn set(&mut self, id: &str, value: Option<V>) {
        let shared = &mut self.0[shard(id)];
        match value {
            Some(value) => drop(Arc::make_mut(shared).insert(id.into(), value)),
            None if shared.contains_key(id) => drop(Arc::make_mut(shared).remove(id)),
            None => {}
        }
    }

    /// Changes the value of an id, which starts as the default.
    pub(super) fn alter(&mut self, id: &str, alter: impl FnOnce(&mut V))
    where
        V: Default,
    {
        alter(Arc::make_mut(&mut self.0[shard(id)]).entry(id.into()).or_default());
    }

    /// The ids whose values differ between two maps. Pieces that both share are passed over.
    pub(super) fn differences<'a>(&'a self, other: &'a Self) -> Vec<&'a str>
    where
        V: PartialEq,
    {
        let pieces = self.0.iter().zip(&other.0).filter(|(one, other)| !Arc::ptr_eq(one, other));
        let differ = pieces.flat_map(|(one, other)| {
            let here = one.iter().filter(|(id, value)| other.get(*id) != Some(value)).map(|(id, _)| &**id);
            let only_there = other.keys().filter(|id| !one.contains_key(*id)).map(|id| &**id);
            here.chain(only_there)
        });
        differ.collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().flat_map(|shard| shard.iter().map(|(id, value)| (&**id, value)))
    }
}

fn shard(id: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish() as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_all_but_what_it_changes() {
        let mut one = Shards::default();
        for n in 0..5000 {
            one.set(&format!("id{n}"), Some(n));
        }
        let mut two = one.clone();
        two.set("id7", None);
        two.set("nobody", None);
        assert_eq!((one.get("id7"), two.get("id7"), two.get("id8")), (Some(&7), None, Some(&8)));
        assert_eq!((one.iter().count(), two.iter().count()), (5000, 4999));
        assert_eq!((one.differences(&two), two.differences(&one)), (vec!["id7"], vec!["id7"]));
        let shared = one.0.iter().zip(&two.0).filter(|(one, two)| Arc::ptr_eq(one, two)).count();
        assert_eq!(shared, SHARDS - 1);
    }
}
