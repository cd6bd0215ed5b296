//! Things that name a graded object in `of`: by its id, its code, or a name that it alone bears in its layer.

use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer};

/// The words that may mean an object.
pub(super) fn words(feature: &Feature) -> impl Iterator<Item = &str> {
    let fields = ["uscc", "name"].into_iter().filter_map(|field| feature.properties.text(field));
    std::iter::once(feature.id.as_str()).chain(fields)
}

/// The features of a layer that name an object, each once, in the order of ids.
pub(super) fn naming<'a>(snapshot: &'a Snapshot, layer: Layer, of: Layer, object: &Feature) -> Vec<&'a Feature> {
    let Ok(index) = snapshot.layer(layer) else { return vec![] };
    if index.is_empty() {
        return vec![];
    }
    let mut found: Vec<&Feature> = Vec::new();
    for word in words(object) {
        let mut bearing = index.bearing("of", word).map(|one| &**one).peekable();
        let meant = |word| snapshot.referred(of, word).is_some_and(|meant| meant.id == object.id);
        if bearing.peek().is_some() && (word == object.id || meant(word)) {
            found.extend(bearing);
        }
    }
    found.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    found
}

/// Whether anything in a layer names the word in `of`.
pub(super) fn is_used(snapshot: &Snapshot, layer: Layer, word: &str) -> bool {
    snapshot.layer(layer).is_ok_and(|index| !index.is_empty() && index.bearing("of", word).next().is_some())
}
