//! Which features of a layer bear a word in a field: a code, a name, a reference.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::model::Feature;

/// The fields by whose words features are looked up.
const FIELDS: [&str; 4] = ["uscc", "name", "enterprise_id", "of"];

/// The words of one field: a digest of each with the place of the feature that bears it, in that order. Eight bytes a
/// feature, where a map of a million words would take a hundred megabytes.
type Digests = Vec<(u32, u32)>;

/// The words of a layer, field by field, each read when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Words([OnceLock<Digests>; FIELDS.len()]);

impl Words {
    /// The places of the features that bear a word in a field, in order. A field that is not listed is searched in full.
    pub fn bearing<'a: 'w, 'w>(
        &'a self,
        features: &'a [Arc<Feature>],
        field: &'w str,
        word: &'w str,
    ) -> Box<dyn Iterator<Item = u32> + 'w> {
        let bears = move |place: &u32| features[*place as usize].properties.text(field) == Some(word);
        let Some(known) = FIELDS.iter().position(|known| *known == field) else {
            return Box::new((0u32..).zip(features).map(|(place, _)| place).filter(bears));
        };
        let digests = self.read(known, features);
        let wanted = digest(word);
        let first = digests.partition_point(|(digest, _)| *digest < wanted);
        let same = digests[first..].iter().take_while(move |(digest, _)| *digest == wanted);
        // Two words may share a digest, so each is read again.
        Box::new(same.map(|(_, place)| *place).filter(bears))
    }

    /// Reads the fields that have been read of other features.
    pub fn read_as(&self, other: &Self, features: &[Arc<Feature>]) {
        let asked = (0..FIELDS.len()).filter(|field| other.0[*field].get().is_some());
        asked.for_each(|field| _ = self.read(field, features));
    }

    fn read(&self, field: usize, features: &[Arc<Feature>]) -> &Digests {
        self.0[field].get_or_init(|| digests(features, FIELDS[field]))
    }
}

fn digests(features: &[Arc<Feature>], field: &str) -> Digests {
    let numbered = (0u32..).zip(features);
    let mut digests: Digests =
        numbered.filter_map(|(place, feature)| Some((digest(feature.properties.text(field)?), place))).collect();
    digests.sort_unstable();
    digests
}

fn digest(word: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::Properties;
    use serde_json::json;

    #[test]
    fn every_bearer_is_found_in_order_and_nobody_else() {
        let feature = |n: u32| {
            let properties: Properties =
                [("of", json!(format!("e{}", n % 700))), ("kind", json!(format!("k{}", n % 7)))].into_iter().collect();
            Arc::new(Feature::new(format!("f{n:05}"), Point::new(115.8, 29.6).into(), properties).unwrap())
        };
        let features: Vec<_> = (0..5_000).map(feature).collect();
        let words = Words::default();
        for (field, word) in [("of", "e3"), ("of", "e699"), ("of", "e700"), ("kind", "k2"), ("name", "e3")] {
            let found: Vec<&str> =
                words.bearing(&features, field, word).map(|place| &*features[place as usize].id).collect();
            let scan = features.iter().filter(|f| f.properties.text(field) == Some(word));
            assert_eq!(found, scan.map(|f| &*f.id).collect::<Vec<_>>(), "{field} {word}");
        }
    }
}
