//! One layer of one edition, ready to be drawn: a plate, and beside it a small one of what has changed since it was made.

use std::sync::Arc;

use super::plate::{Making, Plate, Values};
use super::tags::own_tags;
use super::{Picture, TileError};
use crate::atlas::Edition;
use crate::index::LayerIndex;
use crate::model::Feature;

/// So many changes are kept beside a plate before a new one is made of everything; a larger share of it in any case.
const MOST_BESIDE: usize = 4_096;

/// What is drawn of a layer in one edition.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The edition that the base was made of, or one in which the layer is the same.
    base_edition: Edition,
    base: Arc<Plate>,
    /// Bit n: the thing at place n of the base no longer stands like that.
    gone: Vec<u64>,
    fresh: Plate,
}

impl Sheet {
    /// The sheet of an edition from nothing.
    pub(super) fn new(picture: Picture, edition: &Edition) -> Result<Self, TileError> {
        let features: Vec<&Arc<Feature>> =
            picture.plated(edition)?.into_iter().flat_map(LayerIndex::features).collect();
        Ok(Self::whole(Arc::new(plate(picture, edition, &features, Values::default())), edition))
    }

    /// The sheet of another edition, on the same base where little has changed.
    pub(super) fn of(&self, picture: Picture, edition: &Edition) -> Result<Self, TileError> {
        let indexes = (picture.plated(&self.base_edition)?, picture.plated(edition)?);
        let (Some(old), Some(new)) = indexes else { return Self::new(picture, edition) };
        let mut changed = if std::ptr::eq(old, new) { vec![] } else { new.differences(old) };
        if picture.shares_borders() {
            // Where one border changes its neighbours' do, and levels are looked up when the tile is drawn.
            return if changed.is_empty() { Ok(self.carried_over(edition)) } else { Self::new(picture, edition) };
        }
        changed.extend(picture.regraded(&self.base_edition, edition));
        if changed.is_empty() {
            return Ok(self.carried_over(edition));
        }
        changed.sort_unstable();
        changed.dedup();
        if changed.len() > MOST_BESIDE.max(self.base.len() / 8) {
            return Self::new(picture, edition);
        }
        let mut gone = vec![0; self.base.len().div_ceil(64)];
        let places = changed.iter().filter_map(|id| self.base.of_tile_id(old.feature(id)?.tile_id));
        for at in places {
            gone[at as usize / 64] |= 1 << (at % 64);
        }
        let features: Vec<&Arc<Feature>> = changed.iter().filter_map(|id| new.feature(id)).collect();
        let fresh = plate(picture, edition, &features, Values::above(Arc::clone(&self.base.values)));
        Ok(Self { base_edition: self.base_edition.clone(), base: Arc::clone(&self.base), gone, fresh })
    }

    /// The base for an edition that holds the same as the one it was made of, which need not be kept for it any longer.
    fn carried_over(&self, edition: &Edition) -> Self {
        Self::whole(Arc::clone(&self.base), edition)
    }

    fn whole(base: Arc<Plate>, edition: &Edition) -> Self {
        Self { base_edition: edition.clone(), base, gone: Vec::new(), fresh: Plate::default() }
    }

    /// Both plates; of the first not everything stands.
    pub(super) fn plates(&self) -> [&Plate; 2] {
        [&self.base, &self.fresh]
    }

    /// Whether the thing at a place of the base still stands.
    pub(super) fn stands(&self, plate: usize, at: u32) -> bool {
        plate == 1 || self.gone.get(at as usize / 64).is_none_or(|gone| gone & (1 << (at % 64)) == 0)
    }

    /// The values of both plates.
    pub(super) fn values(&self) -> &Values {
        if self.fresh.len() == 0 { &self.base.values } else { &self.fresh.values }
    }
}

fn plate(picture: Picture, edition: &Edition, features: &[&Arc<Feature>], values: Values) -> Plate {
    let making = Making {
        shares_borders: picture.shares_borders(),
        values,
        tags: &|feature| own_tags(picture, feature),
        level: &|feature| picture.level(edition, feature),
    };
    let shown: Vec<&Arc<Feature>> = features.iter().copied().filter(|feature| picture.shows(feature)).collect();
    Plate::make(&shown, making)
}
