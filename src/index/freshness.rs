//! Which revision last changed anything in a box: what a tile's validator is made of.

use std::sync::Arc;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::geom::Envelope;
use crate::model::Revision;

/// Beyond this many remembered changes all of them are folded into one.
const REMEMBERED: usize = 50_000;

/// So many changes are looked through one by one, before they get their places among the others.
const RECENT: usize = 128;

/// Where a layer has changed since it was loaded, and in which revision.
#[derive(Clone, Debug)]
pub struct Freshness {
    base: Revision,
    /// Shared between editions, so that a change copies the recent ones only.
    placed: Arc<RTree<Placed>>,
    recent: Vec<(Envelope, Revision)>,
}

type Placed = GeomWithData<Rectangle<[f64; 2]>, Revision>;

impl Freshness {
    /// Nothing has changed since this revision.
    pub fn since(base: Revision) -> Self {
        Self { base, placed: Arc::default(), recent: Vec::new() }
    }

    /// The revision that last changed anything that touches the box.
    pub fn of(&self, envelope: &Envelope) -> Revision {
        let placed = self.placed.locate_in_envelope_intersecting(corners(envelope)).map(|change| change.data);
        let recent = self.recent.iter().filter(|(changed, _)| changed.intersects(envelope));
        placed.chain(recent.map(|(_, revision)| *revision)).fold(self.base, Revision::max)
    }

    /// Remembers that a revision changed what is in these boxes.
    pub fn mark(&mut self, revision: Revision, envelopes: impl IntoIterator<Item = Envelope>) {
        self.recent.extend(envelopes.into_iter().map(|envelope| (envelope, revision)));
        if self.placed.size() + self.recent.len() > REMEMBERED {
            *self = Self::since(revision);
        } else if self.recent.len() > RECENT {
            let placed = Arc::make_mut(&mut self.placed);
            for (envelope, revision) in self.recent.drain(..) {
                placed.insert(GeomWithData::new(Rectangle::from_aabb(corners(&envelope)), revision));
            }
        }
    }
}

pub(super) fn corners(envelope: &Envelope) -> AABB<[f64; 2]> {
    AABB::from_corners([envelope.west, envelope.south], [envelope.east, envelope.north])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(x: f64, y: f64) -> Envelope {
        Envelope { west: x, south: y, east: x + 1.0, north: y + 1.0 }
    }

    #[test]
    fn only_boxes_that_meet_a_change_are_renewed() {
        let mut freshness = Freshness::since(Revision(3));
        freshness.mark(Revision(4), [cell(10.0, 10.0)]);
        freshness.mark(Revision(5), [cell(20.0, 20.0)]);
        assert_eq!(freshness.of(&cell(10.5, 10.5)), Revision(4));
        assert_eq!(freshness.of(&cell(0.0, 0.0)), Revision(3));
        assert_eq!(freshness.of(&Envelope { west: 0.0, south: 0.0, east: 40.0, north: 40.0 }), Revision(5));
    }

    #[test]
    fn placed_and_recent_changes_are_told_alike() {
        let mut freshness = Freshness::since(Revision(0));
        for n in 1..=3 * RECENT as u64 + 7 {
            freshness.mark(Revision(n), [cell((n % 100) as f64 * 2.0, 0.0)]);
        }
        assert!(freshness.placed.size() > 0 && !freshness.recent.is_empty());
        for n in 0..100 {
            let last = (1..=3 * RECENT as u64 + 7).filter(|revision| revision % 100 == n).max().unwrap();
            assert_eq!(freshness.of(&cell(n as f64 * 2.0 + 0.25, 0.5)), Revision(last));
        }
    }

    #[test]
    fn too_many_changes_renew_everything() {
        let mut freshness = Freshness::since(Revision(1));
        freshness.mark(Revision(2), (0..=REMEMBERED).map(|n| cell(n as f64 * 1e-4, 0.0)));
        assert_eq!(freshness.of(&cell(80.0, 80.0)), Revision(2));
    }
}
