//! What finding costs in a layer as it was loaded, and after many single changes.

use sisetu::geom::{Envelope, Metres};
use sisetu::index::{LayerIndex, Snapshot};
use sisetu::model::{Change, Layer, Revision};

use super::Fault;
use super::changes;
use super::timing::Times;

/// How many features change one by one; no more than are carried without being folded in.
const PILED_UP: usize = 4_000;
/// How often something is looked for.
const QUESTIONS: usize = 5_000;
const PASSES: usize = 5;

/// How many are found around a place.
type Question<'a> = &'a dyn Fn(&LayerIndex, &Envelope) -> usize;

/// Asks the same of a layer in both states and prints the times and their ratio.
pub fn compare(snapshot: &Snapshot, layer: Layer) -> Result<(), Fault> {
    let index = snapshot.layer(layer).map_err(|lost| lost.0.clone())?;
    let plain = LayerIndex::new(Revision(1), index.features().cloned().collect());
    let step = (plain.len() / PILED_UP.min(plain.len() / 20)).max(1);
    let changed = plain.features().step_by(step).filter_map(|feature| changes::moved(feature));
    let changed: Vec<Change> = changed.map(|feature| Change::Put(layer, feature)).collect();
    let piled = plain.after(layer, Revision(2), &changed);
    let boxes: Vec<Envelope> =
        plain.features().step_by((plain.len() / QUESTIONS).max(1)).map(|feature| *feature.envelope()).collect();
    println!("{layer}, {} features, finding beside {} changes", plain.len(), changed.len());
    let [mut more, mut folding] = std::array::from_fn(|_| Times::default());
    for change in changed.chunks(1).take(QUESTIONS / 100) {
        drop(more.of(|| piled.after(layer, Revision(3), change)));
    }
    drop(folding.of(|| piled.folded()));
    println!("  one more change {more}\n  folding {folding}");
    let questions: [(&str, Question<'_>); 4] = [
        ("near 1 km", &|index, around| index.near(around, Metres(1_000.0), |_| true).len()),
        ("nearest", &|index, around| {
            let measure = |feature: &std::sync::Arc<sisetu::model::Feature>, _| {
                Some((around.least_distance(feature.envelope()), ()))
            };
            usize::from(index.nearest(around, Metres(5_000.0), Metres::ZERO, |_| true, measure).is_some())
        }),
        ("touching 3 km", &|index, around| index.touching(&around.expanded(Metres(3_000.0))).len()),
        ("the first 1000", &|index, _| index.features().take(1_000).map(|feature| feature.id.len()).sum()),
    ];
    for (name, ask) in questions {
        let mut both = [f64::INFINITY; 2];
        for _ in 0..PASSES {
            for (best, index) in both.iter_mut().zip([&plain, &piled]) {
                let mut times = Times::default();
                times.of(|| boxes.iter().map(|around| std::hint::black_box(ask(index, around))).sum::<usize>());
                *best = best.min(times.quantile_ms(1.0));
            }
        }
        let [before, after] = both.map(|ms| ms * 1e3 / boxes.len() as f64);
        println!("  {name:<14} {before:.2} us, then {after:.2} us: {:.2} times", after / before);
    }
    Ok(())
}
