//! Making a plate.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU16;
use std::thread;

use super::blocks::{Blocks, Bounds, bounds_of};
use super::curve;
use super::shared::Corners;
use super::values::{Values, encoded};
use super::{BITS, Part, PartKind, Plate};
use crate::geom::relief::{Mark, relief, ring_relief};
use crate::geom::{Coord, LineString, WorldShape};
use crate::model::{Feature, RiskLevel};
use crate::tile::TOP_ZOOM;
use crate::tile::tags::Tags;

/// An area smaller than this many pixels (256 to a tile) across is drawn as a mark, and so is a line below the other.
const AREA_PIXELS: u32 = 2;
const LINE_PIXELS: u32 = 1;
/// From this zoom on a vertex that never stands out would be drawn; below it is left out for good.
const NEVER: u8 = TOP_ZOOM + 1;
/// Units across the world.
const ACROSS: f64 = 4_294_967_296.0;
/// Fewer things than this are made ready by one thread.
const MANY: usize = 2_000;

/// What a plate is made of.
pub(in crate::tile) struct Making<'a> {
    /// Whether the areas share borders and must not tear; such areas are never marks.
    pub shares_borders: bool,
    /// The values that have numbers already.
    pub values: Values,
    /// The tags of a feature that do not depend on grades.
    pub tags: &'a (dyn Fn(&'a Feature) -> Tags<'a> + Sync),
    /// The level of a feature.
    pub level: &'a (dyn Fn(&Feature) -> Option<RiskLevel> + Sync),
}

/// One feature on its way into the plate.
struct Ready<'a> {
    feature: &'a Arc<Feature>,
    place: Mark,
    curve: u64,
    bounds: Bounds,
    shaped_from: u8,
    level: u8,
    /// Each part with its vertices and the zoom from which each is drawn.
    parts: Vec<(PartKind, Vec<Mark>, Vec<u8>)>,
}

impl Plate {
    /// Makes a plate of features. What shows nothing in the square of the world is left out.
    pub(in crate::tile) fn make<'a>(features: &'a [&'a Arc<Feature>], making: Making<'a>) -> Self {
        let mut ready: Vec<Ready<'a>> = in_parallel(features, |feature| making.projected(feature));
        if making.shares_borders {
            settle_borders(&mut ready);
        }
        ready.sort_unstable_by_key(|ready| (ready.curve, ready.feature.tile_id));
        laid_out(&ready, making)
    }
}

fn in_parallel<'a, T: Send>(
    features: &'a [&'a Arc<Feature>],
    work: impl Fn(&'a Arc<Feature>) -> Option<T> + Sync,
) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    if features.len() < MANY || threads == 1 {
        return features.iter().filter_map(|feature| work(feature)).collect();
    }
    let parts = features.chunks(features.len().div_ceil(threads));
    thread::scope(|scope| {
        let work = &work;
        let run = |part: &'a [&'a Arc<Feature>]| {
            scope.spawn(move || part.iter().filter_map(|feature| work(feature)).collect::<Vec<T>>())
        };
        let running: Vec<_> = parts.map(run).collect();
        running
            .into_iter()
            .flat_map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

impl<'a> Making<'a> {
    fn projected(&self, feature: &'a Arc<Feature>) -> Option<Ready<'a>> {
        // The bend of an edge at the deepest zoom that plates serve: a quarter of a grid unit.
        let sag = 0.25 / f64::from(1u32 << (u32::from(TOP_ZOOM) + 12));
        let shape = WorldShape::project(&feature.geometry, sag);
        let parts = if self.shares_borders { plain_parts(&shape) } else { parts(&shape) };
        let bounds = bounds_of(parts.iter().flat_map(|(_, marks, _)| marks.iter().copied()))?;
        let place = match parts.as_slice() {
            [(PartKind::Points, marks, _)] if marks.len() == 1 => marks[0],
            _ => [bounds[0].midpoint(bounds[2]), bounds[1].midpoint(bounds[3])],
        };
        let shaped_from = if self.shares_borders { 0 } else { shaped_from(&parts, &bounds) };
        Some(Ready {
            feature,
            place,
            curve: curve::place(place),
            bounds,
            shaped_from,
            level: (self.level)(feature).map_or(0, RiskLevel::number),
            parts,
        })
    }
}

/// The first zoom at which a shape is large enough to be drawn as such; of a single point there is none.
fn shaped_from(parts: &[(PartKind, Vec<Mark>, Vec<u8>)], bounds: &Bounds) -> u8 {
    let least = match parts {
        [(PartKind::Points, marks, _)] if marks.len() == 1 => return u8::MAX,
        _ if parts.iter().any(|(kind, ..)| *kind == PartKind::Outline) => AREA_PIXELS,
        _ if parts.iter().any(|(kind, ..)| *kind == PartKind::Line) => LINE_PIXELS,
        _ => return 0,
    };
    let side = u64::from((bounds[2] - bounds[0]).max(bounds[3] - bounds[1]));
    let pixel = |zoom: u8| 1u64 << (BITS - 8 - u32::from(zoom));
    (0..=TOP_ZOOM).find(|zoom| side >= u64::from(least) * pixel(*zoom)).unwrap_or(NEVER)
}

/// The largest distance, in units, that goes unseen at a zoom: a tenth of a pixel, at the top zoom a sixteenth.
fn unseen(zoom: u8) -> f64 {
    let pixel = f64::from(1u32 << (BITS - 8 - u32::from(zoom)));
    if zoom < TOP_ZOOM { pixel / 10.0 } else { pixel / 16.0 }
}

fn drawn_from(relief: &[f64]) -> Vec<u8> {
    let from = |stays: &f64| (0..=TOP_ZOOM).find(|zoom| *stays > unseen(*zoom)).unwrap_or(NEVER);
    relief.iter().map(from).collect()
}

fn mark(at: Coord) -> Mark {
    // A float out of range becomes its nearest end, so that the antimeridian stays in the world.
    let units = |share: f64| (share * ACROSS).round() as u32;
    [units(at.x), units(at.y)]
}

fn marks(line: &LineString) -> Vec<Mark> {
    let mut marks: Vec<Mark> = line.0.iter().map(|at| mark(*at)).collect();
    marks.dedup();
    marks
}

/// A ring without its first vertex at the end.
fn ring(line: &LineString) -> Vec<Mark> {
    let mut ring = marks(line);
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

fn points(shape: &WorldShape) -> Option<(PartKind, Vec<Mark>, Vec<u8>)> {
    let points: Vec<Mark> = shape.points.iter().map(|point| mark(*point)).collect();
    let from = vec![0; points.len()];
    (!points.is_empty()).then_some((PartKind::Points, points, from))
}

fn lines(shape: &WorldShape) -> impl Iterator<Item = (PartKind, Vec<Mark>, Vec<u8>)> {
    shape.lines.iter().map(|line| {
        let marks = marks(line);
        let from = drawn_from(&relief(&marks));
        (PartKind::Line, marks, from)
    })
}

/// The rings of a shape; what they need to be drawn is told by `told`.
fn rings(shape: &WorldShape, told: impl Fn(&[Mark]) -> Vec<u8>) -> Vec<(PartKind, Vec<Mark>, Vec<u8>)> {
    let mut rings = Vec::new();
    for area in &shape.areas {
        let all = std::iter::once((PartKind::Outline, area.exterior()))
            .chain(area.interiors().iter().map(|hole| (PartKind::Hole, hole)));
        for (kind, line) in all {
            let ring = ring(line);
            let from = told(&ring);
            rings.push((kind, ring, from));
        }
    }
    rings
}

fn parts(shape: &WorldShape) -> Vec<(PartKind, Vec<Mark>, Vec<u8>)> {
    let rings = rings(shape, |ring| drawn_from(&ring_relief(ring)));
    points(shape).into_iter().chain(lines(shape)).chain(rings).map(without_unseen).collect()
}

/// As they are, for [`settle_borders`] to tell.
fn plain_parts(shape: &WorldShape) -> Vec<(PartKind, Vec<Mark>, Vec<u8>)> {
    let rings = rings(shape, |_| Vec::new());
    points(shape).into_iter().chain(lines(shape)).chain(rings).collect()
}

fn without_unseen((kind, marks, from): (PartKind, Vec<Mark>, Vec<u8>)) -> (PartKind, Vec<Mark>, Vec<u8>) {
    let kept = marks.into_iter().zip(from).filter(|(_, from)| *from < NEVER);
    let (marks, from) = kept.unzip();
    (kind, marks, from)
}

fn settle_borders(ready: &mut [Ready<'_>]) {
    let is_ring = |kind: PartKind| matches!(kind, PartKind::Outline | PartKind::Hole);
    let all = ready.iter().flat_map(|ready| &ready.parts).filter(|(kind, ..)| is_ring(*kind));
    let corners = Corners::of(all.map(|(_, marks, _)| marks.as_slice()));
    for (kind, marks, from) in ready.iter_mut().flat_map(|ready| &mut ready.parts) {
        if is_ring(*kind) {
            *from = drawn_from(&corners.relief(marks));
        }
        let part = (*kind, std::mem::take(marks), std::mem::take(from));
        (*kind, *marks, *from) = without_unseen(part);
    }
}

fn laid_out<'a>(ready: &[Ready<'a>], making: Making<'a>) -> Plate {
    let mut plate = Plate { parts_from: vec![0], tags_from: vec![0], ..Plate::default() };
    let mut values = making.values;
    let mut names: HashMap<&'a str, u16> = HashMap::new();
    let mut message = Vec::new();
    for one in ready {
        plate.curve.push(one.curve);
        plate.places.push(one.place);
        plate.shaped_from.push(one.shaped_from);
        plate.levels.push(one.level);
        plate.features.push(Arc::clone(one.feature));
        plate.bounds.push(one.bounds);
        plate.clean.push(AtomicU16::new(0));
        for (kind, marks, from) in &one.parts {
            plate.parts.push(Part { kind: *kind, first: plate.vertices.len() as u32 });
            plate.vertices.extend_from_slice(marks);
            plate.drawn_from.extend_from_slice(from);
        }
        plate.parts_from.push(plate.parts.len() as u32);
        for (name, tag) in (making.tags)(one.feature) {
            let next = names.len() as u16;
            let number = *names.entry(name).or_insert_with(|| {
                plate.names.push(Arc::from(name));
                next
            });
            encoded(&tag, &mut message);
            plate.tag_names.push(number);
            plate.tag_values.push(values.number(&message));
        }
        plate.tags_from.push(plate.tag_names.len() as u32);
    }
    plate.blocks = Blocks::over(&plate.bounds, &plate.shaped_from);
    plate.by_tile_id = (0u32..).zip(ready).map(|(at, one)| (one.feature.tile_id, at)).collect();
    plate.by_tile_id.sort_unstable();
    plate.values = Arc::new(values);
    plate
}
