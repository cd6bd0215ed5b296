//! Rows by the batch, so that several threads can read and judge them.

use super::geojson::Texts;
use super::row::Row;

/// Some rows of a file, read or still to be read.
pub(super) enum Batch {
    /// Features as text.
    Texts(Texts),
    /// Rows.
    Rows(Vec<Row>),
}

impl Batch {
    pub fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Rows(rows) => rows.len(),
        }
    }

    /// The row at a place.
    pub fn row(&self, place: usize) -> Row {
        match self {
            Self::Texts(texts) => texts.row(place),
            Self::Rows(rows) => rows[place].clone(),
        }
    }
}

/// Where rows come from.
pub(super) trait Source {
    type Error;

    /// The next rows in order; none at the end.
    fn next_batch(&mut self) -> Result<Batch, Self::Error>;
}

/// Does some work for every row of a batch on all processors; the results keep the order of the rows. The work may read
/// its row more than once.
pub(super) fn on_all_processors<T: Send, N>(
    batch: &Batch,
    work: impl Fn(&dyn Fn() -> Row) -> T + Sync,
    meanwhile: impl FnOnce() -> N,
) -> (Vec<T>, N) {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = batch.len().div_ceil(workers).max(1);
    let some = |start: usize| (start..(start + share).min(batch.len())).map(|place| work(&|| batch.row(place)));
    std::thread::scope(|scope| {
        let starts = (0..batch.len()).step_by(share);
        let running: Vec<_> = starts.map(|start| scope.spawn(move || some(start).collect::<Vec<T>>())).collect();
        let done = meanwhile();
        let results = running.into_iter().flat_map(|worker| match worker.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        (results.collect(), done)
    })
}
