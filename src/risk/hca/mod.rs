//! High-consequence areas and location classes of long-distance pipelines (GB 32167-2015, GB 50251-2015): each pipeline cut
//! into stretches that are graded alike, with the items that grade them and what is not known.
//!
//! What is not known never makes a stretch better: where a register does not hold the strip that an item looks at, or a
//! village has no households, the stretch is undetermined unless a known item already grades it. Numbers, items and words
//! are data (`data/risk/hca.toml`).

mod book;
mod grading;
mod ground;
mod housing;
mod line;
mod partition;
mod places;
mod segment;
mod units;

pub use segment::{Segment, Target};

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

use self::book::{Book, defaults};
use self::ground::{Ground, newest};
use self::line::Line;
use super::grade::Grade;
use super::ownership::Ids;
use super::scheme::Scheme;
use super::shards::Shards;
use crate::geom::Metres;
use crate::index::{LayerIndex, Snapshot};
use crate::model::{Change, Feature, Known, Layer, RiskLevel};

/// So many pipelines a thread takes at a time.
const BATCH: usize = 32;

/// What comes of one pipeline: its grades, and its segments as they are drawn.
type Made = (Arc<Line>, Vec<Arc<Feature>>);

/// The segments of every pipeline of an edition.
#[derive(Clone, Debug)]
pub(super) struct Hca {
    lines: Shards<Arc<Line>>,
    drawn: Arc<LayerIndex>,
}

impl Hca {
    /// Grades every pipeline of an edition.
    pub fn of(scheme: &Scheme, snapshot: &Snapshot) -> Self {
        let pipes: Vec<&Feature> = snapshot.features(Layer::Pipelines).collect();
        let (mut lines, mut features) = (Shards::default(), Vec::new());
        for (pipe, (line, drawn)) in pipes.iter().zip(graded(scheme, snapshot, &pipes)) {
            lines.set(&pipe.id, Some(line));
            features.extend(drawn);
        }
        Self { lines, drawn: Arc::new(LayerIndex::new(snapshot.revision(), features)) }
    }

    /// The layers that are read, besides the pipelines themselves.
    pub fn reads() -> BTreeSet<Layer> {
        Book::shipped().layers()
    }

    /// The segments after a commit, and the pipelines of which something came out otherwise.
    pub fn after(
        &self,
        scheme: &Scheme,
        [before, now]: [&Snapshot; 2],
        ids: &BTreeMap<Layer, Ids<'_>>,
    ) -> (Self, BTreeSet<String>) {
        let concerned = concerned(before, now, ids);
        let pipes: Vec<&Feature> = concerned.iter().filter_map(|id| now.feature(Layer::Pipelines, id)).collect();
        let mut made: BTreeMap<&str, Made> =
            pipes.iter().map(|pipe| pipe.id.as_str()).zip(graded(scheme, now, &pipes)).collect();
        let (mut next, mut changes, mut differing) = (self.clone(), Vec::new(), BTreeSet::new());
        for id in &concerned {
            let made = made.remove(id.as_str());
            let line = made.as_ref().map(|(line, _)| Arc::clone(line));
            if self.lines.get(id) != line.as_ref() {
                differing.insert(id.clone());
            }
            changes.extend(self.redrawn(id, made.map(|(_, drawn)| drawn).unwrap_or_default()));
            next.lines.set(id, line);
        }
        if !changes.is_empty() {
            next.drawn = Arc::new(self.drawn.after(Layer::Pipelines, now.revision(), &changes));
        }
        (next, differing)
    }

    /// The segments as they are drawn, each in its colour.
    pub fn drawn(&self) -> &LayerIndex {
        &self.drawn
    }

    /// The level that follows from a pipeline's segments, and why.
    pub fn level(&self, pipe: &str) -> Option<(RiskLevel, String)> {
        let line = self.lines.get(pipe)?;
        Some((line.level()?, line.phrase()))
    }

    /// Adds a pipeline's segments to its explanation.
    pub fn explain(&self, pipe: &str, grade: &mut Grade) {
        if let Some(line) = self.lines.get(pipe) {
            line.explain(grade);
        }
    }

    /// A pipeline's segments from end to end.
    pub fn segments(&self, pipe: &str) -> &[Segment] {
        self.lines.get(pipe).map_or(&[], |line| &line.segments)
    }

    /// Why a segment is as red as it is.
    pub fn explain_segment(&self, snapshot: &Snapshot, id: &str) -> Option<Grade> {
        let (pipe, _) = id.rsplit_once('@')?;
        let line = self.lines.get(pipe)?;
        let segment = line.segments.iter().find(|segment| segment.id == id)?;
        Some(line.explain_segment(snapshot.feature(Layer::Pipelines, pipe)?, segment))
    }

    /// Whether both say the same.
    #[cfg(test)]
    pub fn same_as(&self, other: &Self) -> bool {
        self.lines == other.lines && self.drawn.features().eq(other.drawn.features())
    }

    /// What changes in the drawing of one pipeline.
    fn redrawn(&self, pipe: &str, drawn: Vec<Arc<Feature>>) -> Vec<Change> {
        let kept: HashSet<&str> = drawn.iter().map(|feature| feature.id.as_str()).collect();
        let old = self.segments(pipe).iter().filter(|segment| segment.is_shown());
        let gone = old.filter(|segment| !kept.contains(segment.id.as_str()));
        let mut changes: Vec<Change> =
            gone.map(|segment| Change::Delete(Layer::Pipelines, segment.id.clone())).collect();
        let same = |feature: &Feature| self.drawn.feature(&feature.id).is_some_and(|old| **old == *feature);
        let fresh = drawn.into_iter().filter(|feature| !same(feature));
        changes.extend(fresh.map(|feature| Change::Put(Layer::Pipelines, Arc::unwrap_or_clone(feature))));
        changes
    }
}

/// Grades pipelines on as many threads as there are, in their order.
fn graded(scheme: &Scheme, snapshot: &Snapshot, pipes: &[&Feature]) -> Vec<Made> {
    if pipes.is_empty() {
        return vec![];
    }
    let ground = Ground::of(scheme, snapshot);
    let make = |pipe: &&Feature| {
        let (line, drawn) = Line::of(&ground, pipe);
        (Arc::new(line), drawn)
    };
    let threads = available_parallelism().map_or(1, usize::from).min(pipes.len().div_ceil(BATCH));
    if threads < 2 {
        return pipes.iter().map(make).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let take = || pipes.chunks(BATCH).enumerate().nth(next.fetch_add(1, Ordering::Relaxed));
        std::iter::from_fn(take).map(|(place, batch)| (place, batch.iter().map(make).collect())).collect()
    };
    let mut done: Vec<(usize, Vec<Made>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own: Vec<(usize, Vec<Made>)> = work();
        let others = workers.into_iter().flat_map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        own.into_iter().chain(others).collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().flat_map(|(_, made)| made).collect()
}

/// The pipelines that a commit may grade otherwise: those it changed, and those near anything it changed.
fn concerned(before: &Snapshot, now: &Snapshot, ids: &BTreeMap<Layer, Ids<'_>>) -> BTreeSet<String> {
    let changed = ids.get(&Layer::Pipelines).into_iter().flatten();
    let mut concerned: BTreeSet<String> = changed.map(|id| (*id).to_owned()).collect();
    let read = Hca::reads();
    let touched: Vec<_> = ids.iter().filter(|(layer, _)| read.contains(layer)).collect();
    let Ok(pipes) = now.layer(Layer::Pipelines) else { return concerned };
    if touched.is_empty() {
        return concerned;
    }
    if newest(before) != newest(now) {
        // Statements of coverage may have lapsed anywhere.
        return concerned.into_iter().chain(pipes.features().map(|pipe| pipe.id.clone())).collect();
    }
    let reach = pipes.features().map(|pipe| Book::shipped().reach(pipe)).fold(Metres::ZERO, Metres::max);
    for (layer, id) in touched.into_iter().flat_map(|(layer, ids)| ids.iter().map(move |id| (*layer, *id))) {
        for feature in [before, now].into_iter().filter_map(|edition| edition.feature(layer, id)) {
            let allowance = defaults().allowance(layer, feature);
            let within = reach + allowance.given + allowance.tried_m();
            let near = pipes.near(feature.envelope(), within, |_| true).into_iter();
            concerned.extend(near.map(|(_, pipe)| pipe.id.clone()));
        }
    }
    concerned
}

#[cfg(test)]
mod tests;
