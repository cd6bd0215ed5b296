//! A plate: a layer made ready to be drawn at any zoom, once, so that a tile only copies.
//!
//! Shapes are projected to whole units of the world square (2^32 across, a centimetre on the ground), and each vertex is
//! told from which zoom on it is drawn; values are encoded and numbered; things lie in the order of a Z-curve.

mod blocks;
mod curve;
mod make;
mod shared;
mod values;

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

pub(super) use blocks::Bounds;
pub(super) use curve::{run, square};
pub(super) use make::Making;
pub(super) use values::{Values, encoded};

use self::blocks::Blocks;
use super::TOP_ZOOM;
use crate::geom::relief::Mark;
use crate::model::{Feature, RiskLevel};

/// Bits of a coordinate of the world square.
pub(super) const BITS: u32 = 32;

/// What a part of a shape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    /// A point, or some.
    Points,
    /// A chain.
    Line,
    /// The outline of an area; holes follow.
    Outline,
    /// A hole of the outline before.
    Hole,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    kind: PartKind,
    first: u32,
}

/// Everything of one layer.
#[derive(Debug, Default)]
pub(super) struct Plate {
    /// Where each thing lies on the curve; sorted.
    pub curve: Vec<u64>,
    /// Where its mark stands while it is too small to be drawn in its shape.
    pub places: Vec<Mark>,
    /// The first zoom at which it is drawn in its shape; of a point none.
    pub shaped_from: Vec<u8>,
    /// Its level as a number, 0 for none.
    pub levels: Vec<u8>,
    pub features: Vec<Arc<Feature>>,
    bounds: Vec<Bounds>,
    blocks: Blocks,
    /// Bit z: its rings are known to be in order on the grid of zoom z.
    clean: Vec<AtomicU16>,
    /// Where the parts, and the tags, of each thing begin; one more at the end.
    parts_from: Vec<u32>,
    tags_from: Vec<u32>,
    parts: Vec<Part>,
    vertices: Vec<Mark>,
    /// The first zoom at which each vertex is drawn.
    drawn_from: Vec<u8>,
    /// The names of tags.
    pub names: Vec<Arc<str>>,
    tag_names: Vec<u16>,
    tag_values: Vec<u32>,
    pub values: Arc<Values>,
    /// Tile ids and places in the plate, sorted.
    by_tile_id: Vec<(u64, u32)>,
}

impl Plate {
    /// How many things there are.
    pub fn len(&self) -> usize {
        self.curve.len()
    }

    /// The things, in order, that are drawn in their shapes at a zoom and whose boxes meet a window.
    pub fn shapes(&self, window: &Bounds, zoom: u8) -> impl Iterator<Item = u32> {
        let met = self.blocks.meeting(&self.bounds, window, zoom).into_iter();
        met.filter(move |at| self.shaped_from[*at as usize] <= zoom)
    }

    /// The box of a thing.
    pub fn bounds(&self, at: u32) -> &Bounds {
        &self.bounds[at as usize]
    }

    /// The half girth of a thing's box, by which the larger are told from the smaller.
    pub fn size(&self, at: u32) -> u64 {
        let [west, north, east, south] = *self.bounds(at);
        u64::from(east - west) + u64::from(south - north)
    }

    /// The level of a thing.
    pub fn level(&self, at: u32) -> Option<RiskLevel> {
        RiskLevel::from_number(self.levels[at as usize].into())
    }

    /// Where the thing of a tile id lies.
    pub fn of_tile_id(&self, tile_id: u64) -> Option<u32> {
        let found = self.by_tile_id.binary_search_by_key(&tile_id, |(id, _)| *id);
        found.ok().map(|found| self.by_tile_id[found].1)
    }

    /// The tags of a thing: the number of the name in [`Plate::names`], the number of the value.
    pub fn tags(&self, at: u32) -> impl Iterator<Item = (u16, u32)> {
        let range = self.tags_from[at as usize] as usize..self.tags_from[at as usize + 1] as usize;
        self.tag_names[range.clone()].iter().copied().zip(self.tag_values[range].iter().copied())
    }

    /// The parts of a thing as they are drawn at a zoom: the kind, and the vertices that are left.
    pub fn parts(&self, at: u32, zoom: u8) -> impl Iterator<Item = (PartKind, impl Iterator<Item = Mark>)> {
        let range = self.parts_from[at as usize] as usize..self.parts_from[at as usize + 1] as usize;
        range.map(move |part| {
            let end = self.parts.get(part + 1).map_or(self.vertices.len(), |next| next.first as usize);
            let vertices = self.parts[part].first as usize..end;
            let kept = self.vertices[vertices.clone()].iter().zip(&self.drawn_from[vertices]);
            (self.parts[part].kind, kept.filter(move |(_, from)| **from <= zoom).map(|(mark, _)| *mark))
        })
    }

    /// Whether the rings of a thing are known to be in order at a zoom.
    pub fn is_clean(&self, at: u32, zoom: u8) -> bool {
        self.clean[at as usize].load(Ordering::Relaxed) & (1 << zoom.min(TOP_ZOOM)) != 0
    }

    /// Remembers that they are. Whoever finds out at the same time finds out the same.
    pub fn found_clean(&self, at: u32, zoom: u8) {
        self.clean[at as usize].fetch_or(1 << zoom.min(TOP_ZOOM), Ordering::Relaxed);
    }
}
