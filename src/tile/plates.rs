//! The plates of all layers, made when they are first needed and kept up with the editions; drawing from them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::composed::{Frame, Item, What};
use super::draw::Drawn;
use super::grid::draw_grid;
use super::press::{Press, Told, write_left_out};
use super::sheet::Sheet;
use super::{Picture, TOP_ZOOM, TileCoord, TileError, TileSet, render};
use crate::atlas::Edition;
use crate::model::{Layer, Revision};

/// A tile never takes more bytes than this before it is compressed, but where it is full of red and orange.
pub const BUDGET: usize = 500_000;
/// From this severity on nothing is left out: orange and red.
const KEPT: u8 = 3;
/// How often a tile that came out too large is tried again, each time with so much less (in hundredths).
const ATTEMPTS: usize = 6;
const LESS: usize = 85;

/// Where cells of the grid take more than this, they are told in short before anything is left out for their sake.
const MOST_FOR_CELLS: usize = BUDGET / 2;

type Slot = Arc<Mutex<Option<(Stamp, Arc<Sheet>)>>>;

/// What shapes and levels follow from: the registers, the published edition whose reds are held, and the layers that are
/// missing. They may be lost and found again within one revision, and what rests on them is graded otherwise then.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    revision: Revision,
    published: u64,
    lost: Vec<Layer>,
}

impl Stamp {
    fn of(edition: &Edition) -> Self {
        let lost = edition.snapshot.unavailable().map(|(layer, _)| layer).collect();
        Self { revision: edition.revision(), published: edition.grades.published().number(), lost }
    }

    fn is_older_than(&self, other: &Self) -> bool {
        (self.revision, self.published) < (other.revision, other.published)
    }
}

/// The sheets of the newest edition that was drawn from.
#[derive(Default)]
pub struct Plates {
    slots: Mutex<HashMap<Picture, Slot>>,
    left_out: AtomicU64,
}

/// One layer of a tile before it is written.
struct Composed<'a> {
    picture: Picture,
    sheet: &'a Sheet,
    items: Vec<Item>,
    /// What each takes.
    costs: Vec<usize>,
    /// The cells of the grid. They lie on no plate, and none of them is ever left out.
    cells: Vec<Drawn<'a>>,
}

impl<'a> Composed<'a> {
    /// The layer with nothing but its cells.
    fn begun(&self, edition: &'a Edition, coord: TileCoord, told: Told) -> Press<'a> {
        let mut press = Press::new(edition, self.picture, self.sheet, coord);
        self.cells.iter().for_each(|cell| press.add_cell(cell, told));
        press
    }
}

impl Plates {
    /// Draws a tile: uncompressed MVT 2.1, no bytes at all where there is nothing to draw. Down to [`TOP_ZOOM`] it is drawn
    /// from plates: what is too small for its shape is a mark, marks that fall together are clusters, and a tile that
    /// would be too large leaves out by rank and says so in its layer `_meta`. Deeper tiles show everything as it is.
    pub fn render(&self, edition: &Edition, set: &TileSet, coord: TileCoord) -> Result<Vec<u8>, TileError> {
        if coord.z() > TOP_ZOOM {
            return render(edition, set, coord);
        }
        let sheets = set.pictures().iter().map(|picture| Ok((*picture, self.sheet(edition, *picture)?)));
        let sheets: Vec<(Picture, Arc<Sheet>)> = sheets.collect::<Result<_, TileError>>()?;
        let mut layers = composed(edition, &sheets, coord)?;
        let tile = pressed(edition, &mut layers, coord);
        if tile.len() <= BUDGET {
            return Ok(tile);
        }
        let (tile, left_out) = shortened(edition, &layers, coord, tile);
        self.left_out.fetch_add(left_out, Ordering::Relaxed);
        Ok(tile)
    }

    /// Makes the plates of a set before anybody asks for a tile.
    pub fn prepare(&self, edition: &Edition, set: &TileSet) -> Result<(), TileError> {
        set.pictures().iter().try_for_each(|picture| self.sheet(edition, *picture).map(drop))
    }

    /// How many things tiles have left out so far.
    pub fn left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }

    /// The sheet of a layer; others that ask for it meanwhile wait for it.
    fn sheet(&self, edition: &Edition, picture: Picture) -> Result<Arc<Sheet>, TileError> {
        // A layer that cannot be read must fail even where a sheet of it is kept.
        picture.check(edition)?;
        let stamp = Stamp::of(edition);
        let slot = Arc::clone(locked(&self.slots).entry(picture).or_default());
        let mut kept = locked(&slot);
        let (outdated, sheet) = match kept.as_ref() {
            Some((of, sheet)) if *of == stamp => return Ok(Arc::clone(sheet)),
            Some((of, sheet)) => (stamp.is_older_than(of), Arc::new(sheet.of(picture, edition)?)),
            None => (false, Arc::new(Sheet::new(picture, edition)?)),
        };
        // One who is still drawing an old edition must not take the place of a newer one.
        if !outdated {
            *kept = Some((stamp, Arc::clone(&sheet)));
        }
        Ok(sheet)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is guarded is only ever replaced as a whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn composed<'a>(
    edition: &'a Edition,
    sheets: &'a [(Picture, Arc<Sheet>)],
    coord: TileCoord,
) -> Result<Vec<Composed<'a>>, TileError> {
    let compose = |(picture, sheet): &'a (Picture, Arc<Sheet>)| {
        let items = Frame::of(coord).compose(edition, *picture, sheet);
        let cells = if *picture == Picture::RiskGrid { draw_grid(edition, coord)?.features } else { Vec::new() };
        Ok(Composed { picture: *picture, sheet, items, costs: Vec::new(), cells })
    };
    sheets.iter().map(compose).collect()
}

/// The tile with everything, and what each thing takes; things of which nothing is on the tile are dropped.
fn pressed<'a>(edition: &'a Edition, layers: &mut [Composed<'a>], coord: TileCoord) -> Vec<u8> {
    let mut tile = Vec::new();
    for layer in layers {
        let mut press = layer.begun(edition, coord, Told::All);
        let mut before = press.len();
        let mut costs = Vec::with_capacity(layer.items.len());
        layer.items.retain(|item| {
            let shown = press.add(item, Told::All);
            if shown {
                costs.push(press.len() - before);
                before = press.len();
            }
            shown
        });
        layer.costs = costs;
        press.finished(&mut tile);
    }
    tile
}

/// The tile within its budget, and how many things it leaves out. What must stay is told in short where it alone is too
/// much.
fn shortened<'a>(edition: &'a Edition, layers: &[Composed<'a>], coord: TileCoord, whole: Vec<u8>) -> (Vec<u8>, u64) {
    let taken = |told: Told| layers.iter().map(|layer| layer.begun(edition, coord, told).len()).sum::<usize>();
    let of_cells = if taken(Told::All) > MOST_FOR_CELLS { Told::Level } else { Told::All };
    let mut share = BUDGET.saturating_sub(taken(of_cells)) * LESS / 100;
    let mut best = (whole, 0);
    for attempt in 0..ATTEMPTS {
        let told = if attempt + 2 < ATTEMPTS { [of_cells, Told::All] } else { [Told::Level; 2] };
        let (tile, left_out) = within(edition, layers, coord, share, told);
        best = (tile, left_out);
        if best.0.len() <= BUDGET {
            break;
        }
        share = share * LESS / 100;
    }
    best
}

/// The tile when the best of all that may be left out takes so many bytes; `told` is of cells and of everything else.
fn within<'a>(
    edition: &'a Edition,
    layers: &[Composed<'a>],
    coord: TileCoord,
    share: usize,
    [of_cells, told]: [Told; 2],
) -> (Vec<u8>, u64) {
    let least = least_rank(layers, share);
    let mut tile = Vec::new();
    let mut left_out: Vec<(&'static str, [u32; 5])> = Vec::new();
    for layer in layers {
        let mut press = layer.begun(edition, coord, of_cells);
        let mut counts = [0u32; 5];
        for item in &layer.items {
            if item.severity >= KEPT || rank(item) >= least {
                press.add(item, told);
            } else {
                item.count_into(&mut counts);
            }
        }
        press.finished(&mut tile);
        left_out.push((layer.picture.name(), counts));
    }
    write_left_out(&left_out, &mut tile);
    let all = left_out.iter().flat_map(|(_, counts)| counts).map(|count| u64::from(*count)).sum();
    (tile, all)
}

/// By what a thing is kept: the worse before the milder, the larger before the smaller; clusters stand for many.
fn rank(item: &Item) -> (u8, u64, u64) {
    let size = if matches!(item.what, What::Cluster(_)) { u64::MAX } else { item.size };
    (item.severity, size, item.id)
}

/// The lowest rank that is kept when the best of everything may take so many bytes.
fn least_rank(layers: &[Composed<'_>], share: usize) -> (u8, u64, u64) {
    let all = layers.iter().flat_map(|layer| layer.items.iter().zip(&layer.costs));
    let mut ranked: Vec<((u8, u64, u64), usize)> = all.map(|(item, cost)| (rank(item), *cost)).collect();
    ranked.sort_unstable_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    let mut taken = 0;
    let fits = ranked.iter().take_while(|(_, cost)| {
        taken += cost;
        taken <= share
    });
    fits.last().map_or((u8::MAX, 0, 0), |(rank, _)| *rank)
}
