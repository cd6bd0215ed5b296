//! Which installations belong to which enterprise.
//!
//! An installation names its enterprise by id, by code (`uscc`) or by a unique name, so a change of one enterprise's name
//! may give an installation of another word a different owner. Words are kept with what they mean.

use std::collections::{BTreeSet, HashMap};

use super::references::words;
use super::shards::Shards;
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer};

/// So many words are looked up one by one, and more of them in one pass over the enterprises.
const FEW: usize = 32;

/// The words that installations use, who uses them and whom they mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ownership {
    used_by: Shards<BTreeSet<Box<str>>>,
    meaning: Shards<Box<str>>,
}

/// Ids that a commit changed, of one layer.
pub(super) type Ids<'a> = BTreeSet<&'a str>;

impl Ownership {
    /// Reads every installation of an edition.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut ownership = Self::default();
        for installation in snapshot.features(Layer::Installations) {
            if let Some(word) = owner_word(installation) {
                ownership.use_word(word, &installation.id);
            }
        }
        let meant = resolved(snapshot, ownership.used_by.iter().map(|(word, _)| word).collect());
        for (word, id) in meant {
            ownership.meaning.set(word, Some(id.into()));
        }
        ownership
    }

    /// The ownership after a commit, and the enterprises that may have gained, lost or kept a changed installation.
    pub(super) fn after<'a>(
        &'a self,
        before: &'a Snapshot,
        now: &'a Snapshot,
        enterprises: &Ids<'a>,
        installations: &Ids<'a>,
    ) -> (Self, BTreeSet<String>) {
        let mut next = self.clone();
        let mut words: BTreeSet<&str> = BTreeSet::new();
        for id in installations {
            let [old, new] =
                [before, now].map(|edition| edition.feature(Layer::Installations, id).and_then(owner_word));
            next.moved(id, old, new);
            words.extend(old.into_iter().chain(new));
        }
        let renamed = renamed(before, now, enterprises);
        words.extend(renamed.into_iter().filter(|word| next.used_by.get(word).is_some()));
        next.resolve(now, &words);
        let owners = words.iter().flat_map(|word| [self.meaning.get(word), next.meaning.get(word)]);
        let owners = owners.flatten().map(ToString::to_string).collect();
        (next, owners)
    }

    /// The installations of an enterprise, in the order of their ids.
    pub(super) fn installations(&self, enterprise: &Feature) -> BTreeSet<&str> {
        let own = words(enterprise).filter(|word| self.meaning.get(word).is_some_and(|id| **id == *enterprise.id));
        own.filter_map(|word| self.used_by.get(word)).flatten().map(|id| &**id).collect()
    }

    /// The enterprise that an installation belongs to.
    pub(super) fn owner(&self, installation: &Feature) -> Option<&str> {
        self.meaning.get(owner_word(installation)?).map(|id| &**id)
    }

    /// The installations that use a word which may mean an enterprise, whether it does or not.
    pub(super) fn users<'s>(&'s self, enterprise: &'s Feature) -> impl Iterator<Item = &'s str> {
        words(enterprise).filter_map(|word| self.used_by.get(word)).flatten().map(|id| &**id)
    }

    fn moved(&mut self, id: &str, old: Option<&str>, new: Option<&str>) {
        if old == new {
            return;
        }
        if let Some(word) = old {
            self.used_by.alter(word, |users| {
                users.remove(id);
            });
            if self.used_by.get(word).is_some_and(BTreeSet::is_empty) {
                self.used_by.set(word, None);
            }
        }
        if let Some(word) = new {
            self.use_word(word, id);
        }
    }

    fn use_word(&mut self, word: &str, installation: &str) {
        self.used_by.alter(word, |users| {
            users.insert(installation.into());
        });
    }

    fn resolve(&mut self, now: &Snapshot, words: &BTreeSet<&str>) {
        let used = words.iter().copied().filter(|word| self.used_by.get(word).is_some()).collect();
        let meant = resolved(now, used);
        for word in words {
            self.meaning.set(word, meant.get(word).map(|id| (*id).into()));
        }
    }
}

fn owner_word(installation: &Feature) -> Option<&str> {
    installation.properties.text("enterprise_id")
}

/// The words whose meaning may have changed with these enterprises.
fn renamed<'a>(before: &'a Snapshot, now: &'a Snapshot, enterprises: &Ids<'_>) -> BTreeSet<&'a str> {
    let mut renamed = BTreeSet::new();
    for id in enterprises {
        let of = |edition: &'a Snapshot| -> BTreeSet<&'a str> {
            edition.feature(Layer::Enterprises, id).into_iter().flat_map(words).collect()
        };
        let (old, new) = (of(before), of(now));
        // The same word may have gone from code to name, so of a renamed enterprise every word is looked at.
        if !same_words(before.feature(Layer::Enterprises, id), now.feature(Layer::Enterprises, id)) {
            renamed.extend(old.into_iter().chain(new));
        }
    }
    renamed
}

fn same_words(old: Option<&Feature>, new: Option<&Feature>) -> bool {
    let words = |feature: Option<&Feature>| {
        feature.map(|feature| ["uscc", "name"].map(|field| feature.properties.text(field).map(str::to_owned)))
    };
    words(old) == words(new)
}

/// The enterprises that words mean: an id, else a code, else a name that only one bears. Few words are looked up one by
/// one, many in one pass.
fn resolved<'a>(snapshot: &'a Snapshot, words: BTreeSet<&'a str>) -> HashMap<&'a str, &'a str> {
    if words.len() <= FEW {
        let meant = |word| Some((word, snapshot.referred(Layer::Enterprises, word)?.id.as_str()));
        return words.into_iter().filter_map(meant).collect();
    }
    let is_id = |word: &&str| snapshot.feature(Layer::Enterprises, word).is_some();
    let (ids, others): (Vec<&str>, Vec<&str>) = words.into_iter().partition(is_id);
    let mut meant: HashMap<&str, &str> = ids.into_iter().map(|id| (id, id)).collect();
    if others.is_empty() {
        return meant;
    }
    let others: std::collections::HashSet<&str> = others.into_iter().collect();
    let mut by_code: HashMap<&str, &str> = HashMap::new();
    let mut by_name: HashMap<&str, Option<&str>> = HashMap::new();
    for enterprise in snapshot.features(Layer::Enterprises) {
        let bears = |field| enterprise.properties.text(field).and_then(|word| others.get(word).copied());
        if let Some(word) = bears("uscc") {
            by_code.entry(word).or_insert(&enterprise.id);
        }
        if let Some(word) = bears("name") {
            by_name.entry(word).and_modify(|lone| *lone = None).or_insert(Some(&enterprise.id));
        }
    }
    meant.extend(by_name.into_iter().filter_map(|(word, id)| Some((word, id?))));
    meant.extend(by_code);
    meant
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::index::LayerIndex;
    use crate::model::{Properties, Revision};
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn feature(id: &str, properties: Value) -> Arc<Feature> {
        let properties: Properties = serde_json::from_value(properties).unwrap();
        Arc::new(Feature::new(id, Point::new(115.8, 29.6).into(), properties).unwrap())
    }

    #[test]
    fn words_mean_what_a_lookup_one_by_one_says() {
        let enterprises = vec![
            feature("e1", json!({"name": "甲", "uscc": "X"})),
            feature("e2", json!({"name": "乙", "uscc": "X"})),
            feature("e3", json!({"name": "乙", "uscc": "甲"})),
            feature("e4", json!({"name": "e1"})),
        ];
        let words = ["e1", "e2", "X", "甲", "乙", "无", "e4"];
        // So many more that they are looked up in one pass.
        let strange: Vec<String> = (0..FEW).map(|n| format!("无{n}")).collect();
        let used = words.into_iter().chain(strange.iter().map(String::as_str));
        let tanks = used.map(|word| feature(&format!("t-{word}"), json!({"enterprise_id": word}))).collect();
        let snapshot = Snapshot::new(
            Revision(1),
            [
                (Layer::Enterprises, Ok(LayerIndex::new(Revision(1), enterprises))),
                (Layer::Installations, Ok(LayerIndex::new(Revision(1), tanks))),
            ],
        );
        let ownership = Ownership::of(&snapshot);
        for word in words {
            let expected = snapshot.referred(Layer::Enterprises, word).map(|enterprise| enterprise.id.as_str());
            assert_eq!(ownership.meaning.get(word).map(|id| &**id), expected, "{word}");
        }
        let own = |id: &str| -> Vec<&str> {
            ownership.installations(snapshot.feature(Layer::Enterprises, id).unwrap()).into_iter().collect()
        };
        assert_eq!(own("e1"), ["t-X", "t-e1"]);
        assert_eq!(own("e3"), ["t-甲"]);
        assert_eq!(own("e4"), ["t-e4"]);
    }
}
