//! Which plant an installation belongs to, and what belongs together so that it is never held against itself.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::standing::shared;
use crate::geom::algorithm::Relate;
use crate::geom::{Geometry, Point};
use crate::index::Snapshot;
use crate::model::{Feature, Known, Layer};

/// What a part may belong to: the layers it is looked for in and the word that names it.
pub(super) fn references(layer: Layer, part: &Feature) -> impl Iterator<Item = (Layer, &str)> {
    let kind = part.kind().unwrap_or_default();
    let (wholes, field): (&[Layer], &str) = match layer {
        Layer::Installations => (&[Layer::Enterprises], "enterprise_id"),
        Layer::BufferZones => (&[Layer::Enterprises, Layer::Installations, Layer::Railways], "of"),
        Layer::PipelineFacilities => (&[Layer::Pipelines], "of"),
        Layer::Structures if kind.starts_with("pipeline") => (&[Layer::Pipelines], "of"),
        Layer::Structures if kind.starts_with("railway") => (&[Layer::Railways], "of"),
        Layer::Structures if kind == "substation" => (&[Layer::PowerLines], "of"),
        Layer::Structures => (&[Layer::Roads], "of"),
        _ => (&[], "of"),
    };
    let word = part.properties.text(field);
    wholes.iter().filter_map(move |whole| Some((*whole, word?)))
}

/// The enterprises that installations name, and what kinds of installation each has.
#[derive(Clone, Debug, Default)]
pub(super) struct Plants {
    by_word: HashMap<Box<str>, Arc<Feature>>,
    kinds: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
}

impl Plants {
    /// Reads every installation of an edition.
    pub fn among(snapshot: &Snapshot) -> Self {
        let words = snapshot.features(Layer::Installations).filter_map(owner_word).collect();
        let mut plants = Self { by_word: meant(snapshot, words), kinds: BTreeMap::new() };
        for installation in snapshot.features(Layer::Installations) {
            if let (Some(plant), Some(kind)) = (plants.of(installation), installation.kind()) {
                let id = plant.id.as_str().into();
                plants.kinds.entry(id).or_default().insert(kind.into());
            }
        }
        plants
    }

    /// The plant of an installation.
    pub fn of(&self, installation: &Feature) -> Option<&Feature> {
        self.by_word.get(owner_word(installation)?).map(|plant| &**plant)
    }

    /// Whether a plant has installations of one of these kinds.
    pub fn has(&self, plant: &Feature, kinds: &[String]) -> bool {
        let own = self.kinds.get(plant.id.as_str());
        own.is_some_and(|own| kinds.iter().any(|kind| own.contains(kind.as_str())))
    }
}

fn owner_word(installation: &Feature) -> Option<&str> {
    installation.properties.text("enterprise_id")
}

/// The enterprises that words mean: an id, else a code, else a name that only one bears; all of them in one pass.
fn meant(snapshot: &Snapshot, words: HashSet<&str>) -> HashMap<Box<str>, Arc<Feature>> {
    let Ok(enterprises) = snapshot.layer(Layer::Enterprises) else { return HashMap::new() };
    let by_id = |word: &str| shared(snapshot, Layer::Enterprises, word);
    let (ids, others): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| by_id(word).is_some());
    let mut meant: HashMap<Box<str>, Arc<Feature>> =
        ids.into_iter().filter_map(|word| Some((word.into(), Arc::clone(by_id(word)?)))).collect();
    if others.is_empty() {
        return meant;
    }
    let others: HashSet<&str> = others.into_iter().collect();
    let mut by_code: HashMap<&str, &Arc<Feature>> = HashMap::new();
    let mut by_name: HashMap<&str, Option<&Arc<Feature>>> = HashMap::new();
    for enterprise in enterprises.features() {
        let bears = |field| enterprise.properties.text(field).and_then(|word| others.get(word).copied());
        if let Some(word) = bears("uscc") {
            by_code.entry(word).or_insert(enterprise);
        }
        if let Some(word) = bears("name") {
            by_name.entry(word).and_modify(|lone| *lone = None).or_insert(Some(enterprise));
        }
    }
    let named = by_name.into_iter().filter_map(|(word, plant)| Some((word, plant?)));
    meant.extend(named.chain(by_code).map(|(word, plant)| (word.into(), Arc::clone(plant))));
    meant
}

/// The words by which others may name a feature.
pub(super) fn words(feature: &Feature) -> impl Iterator<Item = &str> {
    let fields = ["uscc", "name"].into_iter().filter_map(|field| feature.properties.text(field));
    std::iter::once(feature.id.as_str()).chain(fields)
}

/// Whether two features are the same thing, or one is part of the other, or both are parts of one plant. A name that
/// several bear means all of them here: sections of one line have one name.
pub(super) fn belong_together(one: (Layer, &Feature), other: (Layer, &Feature), plants: &Plants) -> bool {
    if one.0 == other.0 && one.1.id == other.1.id {
        return true;
    }
    let names = |part: (Layer, &Feature), whole: (Layer, &Feature)| {
        let mut named = references(part.0, part.1);
        named.any(|(layer, named)| layer == whole.0 && words(whole.1).any(|word| word == named))
    };
    if names(one, other) || names(other, one) {
        return true;
    }
    match (one.0, other.0) {
        (Layer::Installations, Layer::Installations) => {
            plants.of(one.1).zip(plants.of(other.1)).is_some_and(|(one, other)| one.id == other.id)
        }
        (Layer::Installations, Layer::Enterprises) => stands_in(one.1, other.1, plants),
        (Layer::Enterprises, Layer::Installations) => stands_in(other.1, one.1, plants),
        _ => false,
    }
}

/// Whether an installation whose plant is not known stands on an enterprise's ground.
fn stands_in(installation: &Feature, enterprise: &Feature, plants: &Plants) -> bool {
    let ground = matches!(enterprise.geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
    let near = || enterprise.envelope().contains(installation.envelope());
    plants.of(installation).is_none()
        && ground
        && near()
        && enterprise.geometry.relate(&installation.geometry).is_covers()
}

/// A place that stands for a feature where nothing was measured.
pub(super) fn middle(feature: &Feature) -> Point {
    feature.envelope().centre().into()
}
