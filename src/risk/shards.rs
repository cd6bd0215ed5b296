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

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().flat_map(|shard| shard.iter().map(|(id, value)| (&**id, value)))
    }

    /// The ids whose values are not the same in another version. Pieces that both share are not looked into.
    pub(super) fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a str>
    where
        V: PartialEq,
    {
        let apart = self.0.iter().zip(&other.0).filter(|(one, other)| !Arc::ptr_eq(one, other));
        apart.flat_map(|(one, other)| {
            let changed = one.iter().filter(|(id, value)| other.get(*id) != Some(*value));
            let gone = other.keys().filter(|id| !one.contains_key(*id));
            changed.map(|(id, _)| id).chain(gone).map(|id| &**id)
        })
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
        let shared = one.0.iter().zip(&two.0).filter(|(one, two)| Arc::ptr_eq(one, two)).count();
        assert_eq!(shared, SHARDS - 1);
        two.set("id9", Some(0));
        two.set("new", Some(1));
        let differing = |one: &Shards<i32>, other: &Shards<i32>| {
            one.differing(other).map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
        };
        let expected = ["id7", "id9", "new"].map(str::to_owned).into();
        assert_eq!(
            (differing(&one, &two), differing(&two, &one)),
            (expected, ["id7", "id9", "new"].map(str::to_owned).into())
        );
        assert!(differing(&two, &two.clone()).is_empty());
    }
}
