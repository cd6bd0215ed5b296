//! The boxes of a layer's features, by kind: a rule means a few kinds, and a kind that is nowhere near costs nothing.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree, RTreeObject};

use super::freshness::corners;
use crate::geom::Envelope;
use crate::model::Feature;

use std::collections::HashMap;
use std::sync::Arc;

/// Kinds that get a tree of their own, the most frequent first; the rest share one.
const OWN_TREES: usize = 24;

type Item = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// One tree for each frequent kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Trees {
    own: Vec<(Option<Box<str>>, RTree<Item>)>,
    /// Features of the other kinds.
    mixed: Option<RTree<Item>>,
}

/// The box of a feature and its place in its layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub envelope: Envelope,
    pub place: u32,
    /// Whether the tree holds one kind only, so that the kind is known to be asked for.
    pub kind_is_known: bool,
}

impl Trees {
    pub fn of(features: &[Arc<Feature>]) -> Self {
        let mut by_kind: HashMap<Option<&str>, Vec<Item>> = HashMap::new();
        for (place, feature) in (0u32..).zip(features) {
            let item = GeomWithData::new(Rectangle::from_aabb(corners(feature.envelope())), place);
            by_kind.entry(feature.kind()).or_default().push(item);
        }
        let mut kinds: Vec<_> = by_kind.into_iter().collect();
        kinds.sort_by(|one, other| other.1.len().cmp(&one.1.len()).then_with(|| one.0.cmp(&other.0)));
        let rest: Vec<Item> =
            kinds.split_off(kinds.len().min(OWN_TREES)).into_iter().flat_map(|(_, items)| items).collect();
        let own = kinds.into_iter().map(|(kind, items)| (kind.map(Box::from), RTree::bulk_load(items)));
        Self { own: own.collect(), mixed: (!rest.is_empty()).then(|| RTree::bulk_load(rest)) }
    }

    /// The features whose boxes touch a box and whose kind may be asked for, in no order.
    pub fn touching(&self, window: &Envelope, asked: impl Fn(Option<&str>) -> bool) -> Vec<Found> {
        let mut found = Vec::new();
        let mut add = |tree: &RTree<Item>, kind_is_known| {
            let items = tree.locate_in_envelope_intersecting(corners(window));
            found.extend(items.map(|item| Found {
                envelope: boxed(item.geom().envelope()),
                place: item.data,
                kind_is_known,
            }));
        };
        for (_, tree) in self.own.iter().filter(|(kind, _)| asked(kind.as_deref())) {
            add(tree, true);
        }
        if let Some(tree) = &self.mixed {
            add(tree, false);
        }
        found
    }
}

fn boxed(corners: AABB<[f64; 2]>) -> Envelope {
    let ([west, south], [east, north]) = (corners.lower(), corners.upper());
    Envelope { west, south, east, north }
}
