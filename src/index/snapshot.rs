//! One edition of all layers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::LayerIndex;
use crate::model::{Commit, Feature, Known, Layer, Revision};

/// Why a layer of an edition cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable(pub String);

/// One immutable edition. Layers that a commit leaves alone are shared with the edition before.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    revision: Revision,
    layers: BTreeMap<Layer, Result<Arc<LayerIndex>, Unavailable>>,
}

impl Snapshot {
    /// An edition of these layers; those left out are empty.
    pub fn new(revision: Revision, layers: impl IntoIterator<Item = (Layer, Result<LayerIndex, Unavailable>)>) -> Self {
        let mut all: BTreeMap<_, _> =
            Layer::ALL.into_iter().map(|layer| (layer, Ok(Arc::new(LayerIndex::new(revision, vec![]))))).collect();
        all.extend(layers.into_iter().map(|(layer, index)| (layer, index.map(Arc::new))));
        Self { revision, layers: all }
    }

    /// The edition after a commit. A layer that was unavailable stays so until it is loaded again.
    #[must_use]
    pub fn after(&self, commit: &Commit) -> Self {
        let mut layers = self.layers.clone();
        let touched: std::collections::BTreeSet<Layer> =
            commit.changes.iter().map(crate::model::Change::layer).collect();
        for layer in touched {
            if let Some(Ok(index)) = self.layers.get(&layer) {
                layers.insert(layer, Ok(Arc::new(index.after(layer, commit.revision, &commit.changes))));
            }
        }
        Self { revision: commit.revision, layers }
    }

    /// Whether single changes have piled up in a layer, so that [`Self::folded`] is worth its while.
    pub fn is_grown(&self) -> bool {
        self.layers.values().flatten().any(|index| index.is_grown())
    }

    /// The same edition with what has piled up folded in; it shares the other layers.
    #[must_use]
    pub fn folded(&self) -> Self {
        let mut layers = self.layers.clone();
        for index in layers.values_mut().flatten().filter(|index| index.is_grown()) {
            *index = Arc::new(index.folded());
        }
        Self { revision: self.revision, layers }
    }

    /// The same edition on what folding an `earlier` one has made. A layer that was loaded or folded meanwhile stays as it
    /// is.
    #[must_use]
    pub fn carried_over(&self, earlier: &Self, folded: &Self) -> Self {
        let mut layers = self.layers.clone();
        for (layer, now) in &mut layers {
            if let (Ok(now), Ok(then), Ok(new)) = (now, earlier.layer(*layer), folded.layer(*layer))
                && !Arc::ptr_eq(then, new)
            {
                let same = Arc::ptr_eq(now, then).then(|| Arc::clone(new));
                let carried = same.or_else(|| now.carried_over(then, new).map(Arc::new));
                *now = carried.unwrap_or_else(|| Arc::clone(now));
            }
        }
        Self { revision: self.revision, layers }
    }

    /// The same edition but for one layer, which was lost or found again.
    #[must_use]
    pub fn with(&self, layer: Layer, index: Result<LayerIndex, Unavailable>) -> Self {
        let mut layers = self.layers.clone();
        layers.insert(layer, index.map(Arc::new));
        Self { revision: self.revision, layers }
    }

    /// The edition's number.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// A layer, or why it cannot be used.
    pub fn layer(&self, layer: Layer) -> Result<&Arc<LayerIndex>, &Unavailable> {
        static NOT_LOADED: std::sync::LazyLock<Unavailable> =
            std::sync::LazyLock::new(|| Unavailable("not loaded".to_owned()));
        self.layers.get(&layer).map_or(Err(&*NOT_LOADED), |index| index.as_ref())
    }

    /// The layers that cannot be used, with the reason.
    pub fn unavailable(&self) -> impl Iterator<Item = (Layer, &str)> {
        self.layers.iter().filter_map(|(layer, index)| Some((*layer, index.as_ref().err()?.0.as_str())))
    }
}

impl Known for Snapshot {
    fn feature(&self, layer: Layer, id: &str) -> Option<&Feature> {
        self.layer(layer).ok()?.feature(id).map(|feature| &**feature)
    }

    fn features(&self, layer: Layer) -> Box<dyn Iterator<Item = &Feature> + '_> {
        match self.layer(layer) {
            Ok(index) => Box::new(index.features().map(|feature| &**feature)),
            Err(_) => Box::new(std::iter::empty()),
        }
    }

    fn referred(&self, layer: Layer, reference: &str) -> Option<&Feature> {
        self.feature(layer, reference).or_else(|| {
            let index = self.layer(layer).ok()?;
            let by_code = index.bearing("uscc", reference).next();
            let meant = by_code.or_else(|| {
                let mut named = index.bearing("name", reference);
                let first = named.next();
                if named.next().is_some() { None } else { first }
            });
            meant.map(|feature| &**feature)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Point;
    use crate::model::{Change, Properties};
    use serde_json::json;

    fn plant(id: &str, name: &str, uscc: &str) -> Feature {
        let properties: Properties = [("name", json!(name)), ("uscc", json!(uscc))].into_iter().collect();
        Feature::new(id, Point::new(115.8, 29.6).into(), properties).unwrap()
    }

    fn snapshot() -> Snapshot {
        let features = [plant("e1", "甲厂", "X1"), plant("e2", "乙厂", "X2"), plant("e3", "乙厂", "X3")];
        let index = LayerIndex::new(Revision(1), features.into_iter().map(Arc::new).collect());
        Snapshot::new(Revision(1), [(Layer::Enterprises, Ok(index))])
    }

    #[test]
    fn a_reference_is_an_id_a_code_or_a_unique_name() {
        let snapshot = snapshot();
        let meant = |word| snapshot.referred(Layer::Enterprises, word).map(|feature| feature.id.as_str());
        for (word, id) in [("e2", Some("e2")), ("X3", Some("e3")), ("甲厂", Some("e1")), ("乙厂", None), ("丙", None)]
        {
            assert_eq!(meant(word), id, "{word}");
        }
    }

    #[test]
    fn untouched_layers_are_shared_and_lost_ones_are_told() {
        let one = snapshot();
        let change = Change::Put(Layer::Waters, plant("w", "河", ""));
        let two = one.after(&Commit { revision: Revision(2), changes: vec![change] });
        assert!(Arc::ptr_eq(one.layer(Layer::Enterprises).unwrap(), two.layer(Layer::Enterprises).unwrap()));
        assert_eq!(two.layer(Layer::Waters).unwrap().len(), 1);
        let lost = Snapshot::new(Revision(1), [(Layer::Roads, Err(Unavailable("坏表".into())))]);
        assert_eq!(lost.unavailable().collect::<Vec<_>>(), [(Layer::Roads, "坏表")]);
    }
}
