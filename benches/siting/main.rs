//! How fast a siting check is, on a province.
//!
//! `cargo bench --bench siting` makes the sample province, starts the server on a free port of the loopback, checks
//! chemical projects near settlements with every fact stated, and prints what it measured. It asserts no time; it does
//! compare answers. `scripts/postgis.sh cargo bench --bench siting` asks PostGIS `geography` about the same sites in the
//! same run (`SISETU_TEST_POSTGRES` names the empty database).
//!
//! `SISETU_BENCH_SIZE` (district, province), `SISETU_BENCH_SITES`, `SISETU_BENCH_ANCHOR` (how many sites PostGIS is asked
//! about) and `SISETU_BENCH_BATCH` change what is measured.

mod client;
mod postgis;
mod province;
mod question;
mod sites;
mod timing;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::Value;
use sisetu::atlas::{Atlas, Edition};
use sisetu::model::SitingReport;
use sisetu::rules::RuleBook;
use sisetu::siting::{self, Asked, Request, request};
use sisetu::{serve, store::Store};

use client::Client;
use postgis::{Agreement, Postgis};
use question::LAYERS;
use timing::{Times, peak_mib, processor_seconds};

/// How often everything is measured, so that what the machine does besides can be told from what a check costs.
const PASSES: usize = 3;

type Fault = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Fault> {
    let size = setting("SISETU_BENCH_SIZE", "province".to_owned());
    let runtime = tokio::runtime::Runtime::new()?;
    let book = Arc::new(RuleBook::shipped()?);
    let started = Instant::now();
    let store: Arc<dyn Store> = Arc::new(province::Held(Mutex::new(Some(province::contents(&size)))));
    println!("{size} made in {:.1} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let atlas = runtime.block_on(Atlas::open(store))?;
    println!(
        "{size} indexed in {:.1} s, peak {:.0} MiB",
        started.elapsed().as_secs_f64(),
        peak_mib().unwrap_or(f64::NAN)
    );
    let edition = atlas.current();
    let address = serve_in(&runtime, &atlas, &book)?;

    let bodies = sites::requests(&edition.snapshot, &book, setting("SISETU_BENCH_SITES", 2_000), 7);
    in_process(&edition, &book, &bodies)?;
    let times = over_http(address, &bodies)?;
    if let Ok(url) = std::env::var("SISETU_TEST_POSTGRES") {
        runtime.block_on(anchored(&url, &edition, &bodies, &times))?;
    } else {
        println!("PostGIS:    not asked: SISETU_TEST_POSTGRES is not set");
    }
    batch(&edition, &book)?;
    println!("peak memory {:.0} MiB", peak_mib().unwrap_or(f64::NAN));
    Ok(())
}

/// A number or word from the environment.
fn setting<T: std::str::FromStr>(name: &str, usual: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

/// Starts the server as `sisetu serve` would, its log written to nowhere.
fn serve_in(runtime: &tokio::runtime::Runtime, atlas: &Arc<Atlas>, book: &Arc<RuleBook>) -> Result<SocketAddr, Fault> {
    tracing_subscriber::fmt().with_writer(std::io::sink).init();
    let (told, address) = mpsc::channel();
    let config = serve::Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..serve::Config::default() };
    let (atlas, book) = (Arc::clone(atlas), Arc::clone(book));
    runtime.spawn(async move { serve::run(config, atlas, book, |at| told.send(at).unwrap_or_default()).await });
    Ok(address.recv()?)
}

fn parsed(body: &Value) -> Result<Request, Fault> {
    let asked = Asked { today: date(2026, 11, 24), ..Asked::default() };
    Ok(request::parse(body, &asked)?)
}

fn checked(edition: &Edition, book: &RuleBook, request: &Request) -> SitingReport {
    siting::check(&edition.snapshot, book, request, Timestamp::UNIX_EPOCH)
}

/// Parse, check and write, each timed, in this thread.
fn in_process(edition: &Edition, book: &RuleBook, bodies: &[Value]) -> Result<(), Fault> {
    let [mut parse, mut write] = [Times::default(), Times::default()];
    let mut checks: Vec<Times> = (0..PASSES).map(|_| Times::default()).collect();
    let (mut bytes, mut findings) = (0, 0);
    for body in bodies {
        let request = parse.of(|| parsed(body))?;
        let report = checks[0].of(|| checked(edition, book, &request));
        checks[1..].iter_mut().for_each(|pass| drop(pass.of(|| checked(edition, book, &request))));
        findings += report.findings.len();
        bytes += write.of(|| serde_json::to_vec(&report))?.len();
    }
    let mean = |sum: usize| sum as f64 / bodies.len() as f64;
    println!("in process: parse {parse}\n            check {}\n            write {write}", checks[0]);
    println!("            check, best of {PASSES}: {}", Times::least(&checks));
    println!("            {:.1} findings and {:.1} kB a report", mean(findings), mean(bytes) / 1e3);
    Ok(())
}

/// The whole way: the request as text, the report as JSON.
fn over_http(address: SocketAddr, bodies: &[Value]) -> Result<Times, Fault> {
    let texts: Vec<Vec<u8>> = bodies.iter().map(serde_json::to_vec).collect::<Result<_, _>>()?;
    let mut client = Client::connect(address)?;
    for text in texts.iter().take(50) {
        client.check(text)?;
    }
    let mut passes = Vec::new();
    for _ in 0..PASSES {
        let mut times = Times::default();
        for text in &texts {
            times.of(|| client.check(text))?;
        }
        println!("over HTTP:  {times}");
        passes.push(times);
    }
    println!("            best of {PASSES}: {}", Times::least(&passes));
    // The first pass is what counts; the others only show what the machine did besides.
    Ok(passes.swap_remove(0))
}

/// PostGIS on the same sites: first whether both say the same, then how long it takes.
async fn anchored(url: &str, edition: &Edition, bodies: &[Value], http: &Times) -> Result<(), Fault> {
    let started = Instant::now();
    let mut postgis = Postgis::filled(url, &edition.snapshot).await?;
    println!("PostGIS:    filled in {:.0} s", started.elapsed().as_secs_f64());
    let some: Vec<Request> =
        bodies.iter().take(setting("SISETU_BENCH_ANCHOR", 300)).map(parsed).collect::<Result<_, _>>()?;
    let mut agreement = Agreement::default();
    let [mut own, mut theirs] = [Times::default(), Times::default()];
    for request in &some {
        let site = format!("SRID=4490;{}", postgis::wkt(request.site.geometry()));
        let mine = own.of(|| LAYERS.map(|layer| question::ours(&edition.snapshot, layer, &request.site)));
        let started = Instant::now();
        let mut answers = Vec::new();
        for layer in LAYERS {
            answers.push(postgis.ask(layer, &site).await?);
        }
        theirs.note(started.elapsed());
        for ((layer, mine), answer) in LAYERS.into_iter().zip(&mine).zip(&answers) {
            agreement.compare(&edition.snapshot, layer, &request.site, mine, answer);
        }
    }
    println!(
        "            {} distances: worst difference {:.2} mm but for {} where PostGIS is longer than a real geodesic; {} unexplained",
        agreement.distances,
        agreement.worst_m * 1e3,
        agreement.postgis_too_long.len(),
        agreement.unexplained.len()
    );
    println!("            those are longer by {}", agreement.excess());
    agreement.unexplained.iter().take(10).for_each(|one| println!("            {one}"));
    println!("            geography {theirs}\n            the same in process {own}");
    let ratio = |share| theirs.quantile_ms(share) / http.quantile_ms(share);
    println!(
        "            PostGIS geography / full check over HTTP: p50 {:.0} times, p99 {:.0} times",
        ratio(0.5),
        ratio(0.99)
    );
    Ok(())
}

/// Many sites at once, one thread a processor.
fn batch(edition: &Edition, book: &RuleBook) -> Result<(), Fault> {
    let bodies = sites::requests(&edition.snapshot, book, setting("SISETU_BENCH_BATCH", 10_000), 11);
    let requests: Vec<Request> = bodies.iter().map(parsed).collect::<Result<_, _>>()?;
    let processors = std::thread::available_parallelism()?.get();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (started, before) = (Instant::now(), processor_seconds());
    std::thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(|| {
                while let Some(request) = requests.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    std::hint::black_box(checked(edition, book, request));
                }
            });
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let spent = processor_seconds().zip(before).map_or(f64::NAN, |(after, before)| after - before);
    println!(
        "batch:      {} sites in {seconds:.2} s on {processors} processors: {:.0} sites/s, {:.0} % of the processors, {:.0} sites a processor second",
        requests.len(),
        requests.len() as f64 / seconds,
        spent / seconds / processors as f64 * 100.0,
        requests.len() as f64 / spent
    );
    Ok(())
}
