//! What differs between two editions, and whose surroundings it lies in.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::plants::{Plants, references, words};
use super::standing::{Subject, Table};
use crate::geom::{Envelope, Metres};
use crate::index::Snapshot;
use crate::model::{Feature, Kinds, Known, Layer};
use crate::rules::{Defaults, Rule, RuleBook, Test};
use crate::siting::scene::LOOKED_FOR;

/// More changes than this are as good as a new district.
const MANY: usize = 20_000;
/// The layers whose features name what they belong to.
const PARTS: [Layer; 4] = [Layer::BufferZones, Layer::Installations, Layer::PipelineFacilities, Layer::Structures];

/// Features that differ, by layer and id.
pub(super) type Ids<'a> = HashSet<(Layer, &'a str)>;

/// The features that differ between two editions, with those whose meaning hangs on them; `None` where they are too many.
pub(super) fn between<'a>(old: &'a Snapshot, new: &'a Snapshot) -> Option<Ids<'a>> {
    let mut changed = Ids::new();
    for layer in Layer::ALL {
        if let (Ok(one), Ok(other)) = (old.layer(layer), new.layer(layer))
            && Arc::ptr_eq(one, other)
        {
            continue;
        }
        differing(layer, old, new, &mut changed);
        if changed.len() > MANY {
            return None;
        }
    }
    for edition in [old, new] {
        let parts = parts_of(edition, old, new, &changed);
        changed.extend(parts);
    }
    for edition in [old, new] {
        let plants = Plants::among(edition);
        let wholes: Vec<_> = changed.iter().flat_map(|key| wholes(edition, &plants, *key)).collect();
        changed.extend(wholes);
    }
    Some(changed)
}

/// The features of one layer that are not the same in both.
fn differing<'a>(layer: Layer, old: &'a Snapshot, new: &'a Snapshot, changed: &mut Ids<'a>) {
    for (one, other) in [(old, new), (new, old)] {
        for feature in one.features(layer) {
            let same = other
                .feature(layer, &feature.id)
                .is_some_and(|twin| std::ptr::eq(feature, twin) || feature.same_content(twin));
            if !same {
                changed.insert((layer, feature.id.as_str()));
            }
        }
    }
}

/// The features that name a changed one as what they belong to.
fn parts_of<'a>(edition: &'a Snapshot, old: &Snapshot, new: &Snapshot, changed: &Ids<'_>) -> Vec<(Layer, &'a str)> {
    let both = changed.iter().flat_map(|(layer, id)| {
        let versions = [old, new].into_iter().filter_map(|edition| edition.feature(*layer, id));
        versions.flat_map(|version| words(version).map(|word| (*layer, word)))
    });
    let named: HashSet<(Layer, &str)> = both.collect();
    let mut parts = Vec::new();
    for layer in PARTS {
        let naming = edition.features(layer).filter(|part| references(layer, part).any(|whole| named.contains(&whole)));
        parts.extend(naming.map(|part| (layer, part.id.as_str())));
    }
    parts
}

/// What a part belongs to, as far as the rules ask: a plant has its installations, and many things their zones.
fn wholes<'a>(edition: &'a Snapshot, plants: &Plants, (layer, id): (Layer, &str)) -> Vec<(Layer, &'a str)> {
    let Some(part) = edition.feature(layer, id) else { return vec![] };
    let of_plant = || plants.of(part).and_then(|plant| edition.feature(Layer::Enterprises, &plant.id));
    match layer {
        Layer::Installations => of_plant().map(|plant| (Layer::Enterprises, plant.id.as_str())).into_iter().collect(),
        Layer::BufferZones => {
            let named = references(layer, part);
            named.filter_map(|(layer, word)| Some((layer, edition.referred(layer, word)?.id.as_str()))).collect()
        }
        _ => vec![],
    }
}

/// The subjects of an edition in whose surroundings something changed.
pub(super) fn concerned<'a>(
    old: &Snapshot,
    new: &'a Snapshot,
    book: &RuleBook,
    plants: &Plants,
    changed: &Ids<'_>,
) -> Vec<Subject<'a>> {
    let (table, reaches) = (Table::shipped(), Reaches::of(book, [old, new]));
    let mut found: BTreeMap<(Layer, &str), Subject<'a>> = BTreeMap::new();
    for (layer, id) in changed {
        if let Some(feature) = new.layer(*layer).ok().and_then(|index| index.feature(id))
            && let Some(subject) = table.subject(*layer, feature, plants)
        {
            found.insert((*layer, &feature.id), subject);
        }
        for version in [old, new].into_iter().filter_map(|edition| edition.feature(*layer, id)) {
            let Some(reach) = reaches.of_change(*layer, version) else { continue };
            for near in around(new, &version.envelope().expanded(reach + reaches.widest)) {
                let apart = version.envelope().least_distance(near.1.envelope());
                if apart <= reach + own_reach(book.defaults(), near.0, near.1)
                    && let Some(subject) = table.subject(near.0, near.1, plants)
                {
                    found.insert((near.0, &near.1.id), subject);
                }
            }
        }
    }
    found.into_values().collect()
}

/// The features of subject layers that touch a box.
fn around<'a>(snapshot: &'a Snapshot, window: &Envelope) -> Vec<(Layer, &'a Arc<Feature>)> {
    let layers = Table::shipped().layers().filter_map(|layer| Some((layer, snapshot.layer(layer).ok()?)));
    layers.flat_map(|(layer, index)| index.touching(window).into_iter().map(move |near| (layer, near))).collect()
}

/// How far a feature may reach beyond its drawing, with its accuracy and a metre more.
fn own_reach(defaults: &Defaults, layer: Layer, feature: &Feature) -> Metres {
    let allowance = defaults.allowance(layer, feature);
    let accuracy = Metres(feature.properties.number("accuracy_m").unwrap_or(0.0));
    allowance.given + allowance.tried_m() + accuracy + Metres(1.0)
}

/// How far changes are felt.
struct Reaches<'a> {
    defaults: &'a Defaults,
    /// How far the cases reach that look into a layer.
    by_layer: BTreeMap<Layer, Metres>,
    /// The layers that cases look into for something that holds the subject; where they are known counts too.
    holding: HashSet<Layer>,
    furthest: Metres,
    /// The most that any subject reaches beyond its drawing.
    widest: Metres,
}

impl<'a> Reaches<'a> {
    fn of(book: &'a RuleBook, editions: [&Snapshot; 2]) -> Self {
        let mut by_layer: BTreeMap<Layer, Metres> = BTreeMap::new();
        let mut holding = HashSet::new();
        for case in book.rules().iter().flat_map(Rule::all_cases) {
            let reach = by_layer.entry(case.layer).or_default();
            if case.test == Test::Inside {
                holding.insert(case.layer);
                *reach = reach.max(LOOKED_FOR);
            }
            *reach = reach.max(case.search(book));
            if case.test == Test::Along {
                // The river itself decides how far it is along it.
                let along = by_layer.entry(Layer::Waters).or_default();
                *along = along.max(case.search(book));
            }
        }
        let furthest = by_layer.values().copied().fold(Metres::ZERO, Metres::max);
        let kinds = Kinds::shipped().all().map(|kind| Metres(kind.extent_m)).fold(Metres::ZERO, Metres::max);
        let stated = editions.into_iter().flat_map(|edition| {
            let indexes = Table::shipped().layers().filter_map(|layer| edition.layer(layer).ok());
            indexes.map(|index| index.widest() + index.coarsest()).collect::<Vec<_>>()
        });
        let defaults = Table::shipped().layers().map(|layer| book.defaults().most(layer));
        let widest = stated.chain(defaults).fold(kinds, Metres::max) + Metres(1.0);
        Self { defaults: book.defaults(), by_layer, holding, furthest, widest }
    }

    /// How far a changed feature is felt; `None` where no rule asks for it.
    fn of_change(&self, layer: Layer, feature: &Feature) -> Option<Metres> {
        let reach = match layer {
            // A conflict says in which township it lies.
            Layer::AdminUnits => self.furthest,
            Layer::Coverage => {
                let about = feature.properties.text("layer")?.parse().ok()?;
                *self.by_layer.get(&about).filter(|_| self.holding.contains(&about))?
            }
            layer => *self.by_layer.get(&layer)?,
        };
        Some(reach + own_reach(self.defaults, layer, feature))
    }
}
