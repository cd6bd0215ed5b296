//! How soon a change is served, on a province.
//!
//! `cargo bench --bench edition` writes the sample province into a GeoPackage (some minutes), starts from it, changes one
//! feature after the other, and prints how long each change took until the edition showed it, and where the time went:
//! in the store's commit, in the index, in the grades. Then the same over HTTP, and what finding costs before and after
//! many changes have piled up. It asserts no time.
//!
//! `SISETU_BENCH_STORE` names a GeoPackage to work on a copy of; `SISETU_BENCH_SIZE` (district, province) and
//! `SISETU_BENCH_ROUNDS` change what is measured.

mod changes;
mod finding;
mod stores;
#[path = "../siting/timing.rs"]
#[allow(dead_code, reason = "the siting check is measured in more ways")]
mod timing;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use sisetu::atlas::Atlas;
use sisetu::model::{Change, Feature, Known, Layer};
use sisetu::rules::RuleBook;
use sisetu::serve;
use sisetu::store::Store;
use tokio::runtime::Runtime;

use stores::Timed;
use timing::{Times, peak_mib};

type Fault = Box<dyn std::error::Error + Send + Sync>;

const LAYERS: [Layer; 3] = [Layer::Enterprises, Layer::ResidentialZones, Layer::Pipelines];

fn main() -> Result<(), Fault> {
    let rounds = setting("SISETU_BENCH_ROUNDS", 30);
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.gpkg");
    match std::env::var("SISETU_BENCH_STORE") {
        Ok(store) => copy(&PathBuf::from(store), &path)?,
        Err(_) => runtime.block_on(stores::written(&path, &setting("SISETU_BENCH_SIZE", "province".to_owned())))?,
    }
    let (atlas, store) = runtime.block_on(started(&path))?;
    for layer in LAYERS {
        let moved = put(layer, &some(&atlas, layer, rounds), changes::moved);
        in_process(&runtime, &atlas, &store, layer.name(), moved)?;
    }
    for layer in LAYERS {
        let moved = put(layer, &westernmost(&atlas, layer), changes::moved);
        in_process(&runtime, &atlas, &store, &format!("the westernmost of {layer}"), moved)?;
    }
    let ungraded = put(Layer::Enterprises, &worst(&atlas, 5), changes::ungraded);
    in_process(&runtime, &atlas, &store, "the worst enterprises, ungraded", ungraded)?;
    let address = serve_in(&runtime, &atlas)?;
    for layer in LAYERS {
        over_http(&atlas, address, layer, rounds)?;
    }
    LAYERS.into_iter().try_for_each(|layer| finding::compare(&atlas.current().snapshot, layer))?;
    println!("peak memory {:.0} MiB", peak_mib().unwrap_or(f64::NAN));
    Ok(())
}

/// A number or word from the environment.
fn setting<T: std::str::FromStr>(name: &str, usual: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

fn copy(store: &Path, to: &Path) -> Result<(), Fault> {
    std::fs::copy(store, to)?;
    println!("a copy of {}", store.display());
    Ok(())
}

/// From the file to the first edition.
async fn started(path: &Path) -> Result<(Arc<Atlas>, Arc<Timed>), Fault> {
    let started = Instant::now();
    let store = Arc::new(Timed::open(path).await?);
    let atlas = Atlas::open(Arc::clone(&store) as Arc<dyn Store>).await?;
    let sizes = LAYERS.map(|layer| atlas.current().snapshot.layer(layer).map_or(0, |index| index.len()));
    println!(
        "started in {:.2} s, of which the store {:.2} s, peak {:.0} MiB; {LAYERS:?}: {sizes:?}",
        started.elapsed().as_secs_f64(),
        store.loading().as_secs_f64(),
        peak_mib().unwrap_or(f64::NAN)
    );
    Ok((atlas, store))
}

/// Some features of a layer, far apart in the order of ids.
fn some(atlas: &Atlas, layer: Layer, count: usize) -> Vec<Feature> {
    let edition = atlas.current();
    let all = edition.snapshot.layer(layer).map_or(0, |index| index.len());
    edition.snapshot.features(layer).step_by((all / count.max(1)).max(1)).take(count).cloned().collect()
}

fn put(layer: Layer, features: &[Feature], change: fn(&Feature) -> Option<Feature>) -> Vec<Change> {
    features.iter().filter_map(change).map(|feature| Change::Put(layer, feature)).collect()
}

/// Where the layer's box ends: when it moves the store has to find out where the box ends now.
fn westernmost(atlas: &Atlas, layer: Layer) -> Vec<Feature> {
    let edition = atlas.current();
    let west = |feature: &Feature| feature.envelope().west;
    let first = edition.snapshot.features(layer).min_by(|one, other| west(one).total_cmp(&west(other)));
    first.cloned().into_iter().collect()
}

/// The worst plants of the unit that counts most of them: taking a grade away from one brings up another.
fn worst(atlas: &Atlas, count: usize) -> Vec<Feature> {
    let edition = atlas.current();
    let areas = ["district", "township"].into_iter().flat_map(|level| edition.grades.areas(level));
    let fullest = areas.max_by_key(|area| area.counts.graded());
    let plants = fullest.into_iter().flat_map(|area| area.contributions.iter());
    let plants = plants.filter_map(|plant| edition.snapshot.feature(Layer::Enterprises, &plant.id));
    plants.take(count).cloned().collect()
}

/// Makes one change after the other, each from the call to the edition that shows it.
fn in_process(runtime: &Runtime, atlas: &Atlas, store: &Timed, what: &str, changes: Vec<Change>) -> Result<(), Fault> {
    let [mut whole, mut commits, mut index, mut grades] = std::array::from_fn(|_| Times::default());
    for change in changes {
        let before = atlas.current();
        let Change::Put(layer, Feature { id, .. }) = change.clone() else { continue };
        let change = changes::alone(change);
        let started = Instant::now();
        let decide = |_: &_| Ok::<_, Fault>((change.clone(), ()));
        let (commit, ()) = runtime.block_on(atlas.change(decide)).map_err(|error| error.to_string())?;
        let now = atlas.current();
        whole.note(started.elapsed());
        commits.note(store.committing());
        if now.snapshot.feature(layer, &id).map(|feature| feature.revision) != Some(commit.revision) {
            return Err(format!("{layer}/{id} is not what was committed").into());
        }
        // The same again, step by step.
        let next = index.of(|| before.snapshot.after(&commit));
        drop(grades.of(|| before.grades.after(&next, &commit)));
    }
    println!("{what}\n  change  {whole}\n  commit  {commits}\n  index   {index}\n  grades  {grades}");
    Ok(())
}

/// Starts the server as `sisetu serve` would, its log written to nowhere.
fn serve_in(runtime: &Runtime, atlas: &Arc<Atlas>) -> Result<SocketAddr, Fault> {
    tracing_subscriber::fmt().with_writer(std::io::sink).init();
    let (told, address) = mpsc::channel();
    let config = serve::Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..serve::Config::default() };
    let (atlas, book) = (Arc::clone(atlas), Arc::new(RuleBook::shipped()?));
    runtime.spawn(async move { serve::run(config, atlas, book, |at| told.send(at).unwrap_or_default()).await });
    Ok(address.recv()?)
}

/// Patches one feature after the other, until a reader gets the new version.
fn over_http(atlas: &Atlas, address: SocketAddr, layer: Layer, rounds: usize) -> Result<(), Fault> {
    let agent = ureq::Agent::new_with_defaults();
    let (mut answered, mut visible) = (Times::default(), Times::default());
    for (round, feature) in some(atlas, layer, rounds).into_iter().enumerate() {
        let url = format!("http://{address}/api/collections/{layer}/items/{}", feature.id);
        let patch = serde_json::json!({ "properties": { "source": format!("round {round}") } }).to_string();
        let started = Instant::now();
        let answer = agent.patch(&url).content_type("application/merge-patch+json").send(patch)?;
        answered.note(started.elapsed());
        let tag = answer.headers().get("etag").cloned();
        while agent.get(&url).call()?.headers().get("etag") != tag.as_ref() {}
        visible.note(started.elapsed());
    }
    println!("{layer} over HTTP\n  answered {answered}\n  visible  {visible}");
    Ok(())
}
