//! What one tile shows of one layer: shapes, marks for what is too small to have one, clusters of marks.

use std::ops::Range;

use super::plate::{BITS, Bounds, Plate, run, square};
use super::sheet::Sheet;
use super::{BUFFER, Picture, TileCoord};
use crate::atlas::Edition;
use crate::geom::Cell;
use crate::model::RiskLevel;

/// Below this zoom marks that fall into one cell are drawn as one cluster.
pub(super) const CLUSTERED_BELOW: u8 = 12;
/// Cells along a side of a tile, as a power of two: a cell is as wide on a screen as a few symbols.
const CELL_BITS: u32 = 4;
const CELLS: usize = 1 << CELL_BITS;
/// Squares as wide as the buffer along a side of a tile, as a power of two.
const EDGE_BITS: u32 = 6;
/// Grid units along a side of a tile, as a power of two.
const GRID_BITS: u32 = 12;

/// One thing on a tile.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// What it is ranked by: 0 without a level, 1 blue … 4 red.
    pub severity: u8,
    /// Of things of one severity the larger is drawn first, so that the smaller is not hidden under it.
    pub size: u64,
    /// Its id.
    pub id: u64,
    pub what: What,
}

impl Item {
    /// Adds all that it stands for to counts by level, the first of what has none.
    pub fn count_into(&self, counts: &mut [u32; 5]) {
        match &self.what {
            What::Cluster(cluster) => counts.iter_mut().zip(cluster.counts).for_each(|(sum, count)| *sum += count),
            _ if self.severity == 0 => counts[0] += 1,
            _ => counts[usize::from(5 - self.severity)] += 1,
        }
    }
}

/// How it is drawn.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// The thing at a place of one of the sheet's plates, in its shape.
    Shape(usize, u32),
    /// The same as a point.
    Mark(usize, u32),
    /// Several marks in one.
    Cluster(Cluster),
}

/// Marks that fell into one cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cluster {
    /// How many there are without a level, then of each level.
    pub counts: [u32; 5],
    /// The sum of their places, counted from the corner of the cell.
    sum: [u64; 2],
    /// The last one.
    last: (usize, u32),
}

impl Cluster {
    fn add(&mut self, plate: usize, at: u32, level: u8, [x, y]: [u32; 2], shift: u32) {
        let within = |number: u32| u64::from(number & ((1u32 << shift) - 1));
        self.counts[usize::from(level.min(4))] += 1;
        self.sum = [self.sum[0] + within(x), self.sum[1] + within(y)];
        self.last = (plate, at);
    }

    /// How many marks it stands for.
    pub fn count(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// The worst level among them.
    pub fn worst(&self) -> Option<RiskLevel> {
        let worst = (1..=4u64).find(|level| self.counts[*level as usize] > 0)?;
        RiskLevel::from_number(worst)
    }
}

/// How bad a level is, from 0 for none to 4 for red.
pub(super) fn severity(level: Option<RiskLevel>) -> u8 {
    level.map_or(0, |level| 5 - level.number())
}

/// A tile, as the plates see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    coord: TileCoord,
    zoom: u32,
}

impl Frame {
    /// Of a tile that plates serve.
    pub fn of(coord: TileCoord) -> Self {
        Self { coord, zoom: coord.z().into() }
    }

    /// The window of the tile with its buffer, in units of the world.
    pub fn window(self) -> Bounds {
        let buffer = i64::from(BUFFER) << (BITS - self.zoom - GRID_BITS);
        let side = 1i64 << (BITS - self.zoom);
        let ends = |tile: u32| [i64::from(tile) * side - buffer, (i64::from(tile) + 1) * side + buffer];
        let unit = |number: i64| number.clamp(0, i64::from(u32::MAX)) as u32;
        let ([west, east], [north, south]) = (ends(self.coord.x()), ends(self.coord.y()));
        [unit(west), unit(north), unit(east), unit(south)]
    }

    /// A place on the tile's grid, rounded on the grid of the world.
    pub fn cell(self, [x, y]: [u32; 2]) -> Cell {
        let shift = BITS - self.zoom - GRID_BITS;
        let on_grid = |number: u32, tile: u32| {
            let rounded = (u64::from(number) + (1 << (shift - 1))) >> shift;
            (rounded.cast_signed() - (i64::from(tile) << GRID_BITS)) as i32
        };
        Cell { x: on_grid(x, self.coord.x()), y: on_grid(y, self.coord.y()) }
    }

    /// Everything that a layer shows on the tile, in the order in which it is drawn.
    pub fn compose(self, edition: &Edition, picture: Picture, sheet: &Sheet) -> Vec<Item> {
        let mut items = Vec::new();
        let clustered = self.coord.z() < CLUSTERED_BELOW && !picture.shares_borders();
        let mut clusters = if clustered { vec![Cluster::default(); CELLS * CELLS] } else { Vec::new() };
        let window = self.window();
        for (number, plate) in sheet.plates().into_iter().enumerate() {
            let standing = |at: &u32| sheet.stands(number, *at);
            let shapes = plate.shapes(&window, self.coord.z()).filter(standing);
            items.extend(shapes.map(|at| item(edition, picture, plate, at, What::Shape(number, at))));
            let squares = std::iter::once(self.own_square()).chain(self.edge_squares().take_while(|_| !clustered));
            let runs: Vec<Range<usize>> = squares.map(|square| run(&plate.curve, square)).collect();
            let small = |at: &usize| plate.shaped_from[*at] > self.coord.z();
            let marks = runs.into_iter().flatten().filter(small).map(|at| at as u32).filter(standing);
            if clustered {
                marks.for_each(|at| self.gather(&mut clusters, number, plate, at));
            } else {
                items.extend(marks.map(|at| item(edition, picture, plate, at, What::Mark(number, at))));
            }
        }
        items.extend(
            (0..).zip(clusters).filter_map(|(place, cluster)| self.clustered(edition, picture, sheet, place, cluster)),
        );
        items.sort_unstable_by(|one, other| {
            let order = |item: &Item| (item.severity, std::cmp::Reverse(item.size), item.id);
            order(one).cmp(&order(other))
        });
        items
    }

    /// The tile as a square of the curve.
    fn own_square(self) -> (u64, u64) {
        if self.zoom == 0 { (0, u64::MAX) } else { square(self.zoom, self.coord.x(), self.coord.y()) }
    }

    /// The squares that make up the buffer around it. Clusters have none: each belongs to one tile.
    fn edge_squares(self) -> impl Iterator<Item = (u64, u64)> {
        const SIDE: i64 = 1 << EDGE_BITS;
        let depth = self.zoom + EDGE_BITS;
        let in_world = move |number: i64, tile: u32| {
            let square = (i64::from(tile) << EDGE_BITS) + number;
            u32::try_from(square).ok().filter(|square| u64::from(*square) < 1 << depth)
        };
        let around = (-1..=SIDE).flat_map(|row| (-1..=SIDE).map(move |column| (column, row)));
        let edge = around.filter(|(column, row)| ![*column, *row].iter().all(|number| (0..SIDE).contains(number)));
        edge.filter_map(move |(column, row)| {
            Some(square(depth, in_world(column, self.coord.x())?, in_world(row, self.coord.y())?))
        })
    }

    fn gather(self, clusters: &mut [Cluster], number: usize, plate: &Plate, at: u32) {
        let place = plate.places[at as usize];
        let bits = self.zoom + CELL_BITS;
        let along = |number: u32, tile: u32| ((number >> (BITS - bits)) - (tile << CELL_BITS)) as usize;
        let cell = along(place[1], self.coord.y()) * CELLS + along(place[0], self.coord.x());
        clusters[cell].add(number, at, plate.levels[at as usize], place, BITS - bits);
    }

    /// What a cell is drawn as: nothing, its only mark, or a cluster.
    fn clustered(
        self,
        edition: &Edition,
        picture: Picture,
        sheet: &Sheet,
        place: usize,
        cluster: Cluster,
    ) -> Option<Item> {
        match cluster.count() {
            0 => None,
            1 => {
                let (number, at) = cluster.last;
                Some(item(edition, picture, sheet.plates()[number], at, What::Mark(number, at)))
            }
            _ => {
                let id = cluster_id(self.coord.z(), self.world_cell(place));
                Some(Item { severity: severity(cluster.worst()), size: 0, id, what: What::Cluster(cluster) })
            }
        }
    }

    /// Column and row in the world of a cell of the tile.
    fn world_cell(self, place: usize) -> [u64; 2] {
        let world = |number: usize, tile: u32| (u64::from(tile) << CELL_BITS) + number as u64;
        [world(place % CELLS, self.coord.x()), world(place / CELLS, self.coord.y())]
    }

    /// Where on the tile's grid a cluster stands: in the middle of what it stands for.
    pub fn middle(self, id: u64, cluster: &Cluster) -> Cell {
        let shift = BITS - self.zoom - CELL_BITS;
        let mean = |axis: usize| cluster.sum[axis] / u64::from(cluster.count().max(1));
        let [column, row] = cell_of_cluster(id);
        let unit = |cell: u64, axis: usize| ((cell << shift) + mean(axis)).min(u32::MAX.into()) as u32;
        self.cell([unit(column, 0), unit(row, 1)])
    }
}

/// Clusters are numbered above everything that a register numbers; what is numbered by its name, like a segment, meets one
/// as rarely as it meets another of its kind.
const CLUSTER: u64 = 1 << 52;
const CELL_NUMBER_BITS: u32 = 20;

/// The id of the cluster of a cell, the same in every tile that shows it.
fn cluster_id(zoom: u8, [column, row]: [u64; 2]) -> u64 {
    CLUSTER | (u64::from(zoom) << (2 * CELL_NUMBER_BITS)) | (row << CELL_NUMBER_BITS) | column
}

fn cell_of_cluster(id: u64) -> [u64; 2] {
    let mask = (1 << CELL_NUMBER_BITS) - 1;
    [id & mask, (id >> CELL_NUMBER_BITS) & mask]
}

fn item(edition: &Edition, picture: Picture, plate: &Plate, at: u32, what: What) -> Item {
    let feature = &plate.features[at as usize];
    let level = if picture.shares_borders() { picture.level(edition, feature) } else { plate.level(at) };
    Item { severity: severity(level), size: plate.size(at), id: feature.tile_id, what }
}
