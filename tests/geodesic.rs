//! Measured distances against an independent computation: our `geom` must agree with it to within a centimetre on ten
//! thousand random pairs of points, lines and polygons up to 10 km apart, anywhere in China. `SISETU_GEODESIC_PAIRS` asks
//! for more of them, as `SISETU_GEODESIC_PAIRS=100000 cargo test --release --test suite geodesic` does. One pair in
//! twenty is with a polygon of hundreds of corners and a hole of a hundred. Each is also measured by runs of edges.

mod oracle;
mod scenes;

use sisetu::geom::distance::nearest;
use sisetu::geom::{Envelope, Geometry, Metres, Nearest, Outline, Shape, Site};

use oracle::{Oracle, chord_m};
use scenes::{Dice, Relation};

/// What the contract promises for anything up to [`FURTHEST_M`].
const TOLERANCE_M: f64 = 0.01;
const FURTHEST_M: f64 = 10_000.0;
/// How many pairs are measured unless `SISETU_GEODESIC_PAIRS` says otherwise.
const PAIRS: usize = 10_000;

/// What a run over many pairs has seen.
#[derive(Debug, Default)]
struct Tally {
    pairs: usize,
    touching: usize,
    beyond_5_km: usize,
    worst_m: f64,
    worst_pair: String,
}

#[test]
fn random_pairs_differ_by_less_than_a_centimetre() {
    let pairs = std::env::var("SISETU_GEODESIC_PAIRS").map_or(PAIRS, |pairs| pairs.parse().unwrap());
    let halves = [1, 2].map(|seed| std::thread::spawn(move || measured(seed, pairs / 2)));
    for half in halves {
        let tally = half.join().unwrap();
        println!("{} pairs, {} touching, {} beyond 5 km", tally.pairs, tally.touching, tally.beyond_5_km);
        println!("worst difference {:.3} mm", tally.worst_m * 1e3);
        assert!(tally.worst_m < TOLERANCE_M, "{} m at {}", tally.worst_m, tally.worst_pair);
        assert!(tally.touching > pairs / 20 && tally.touching < pairs / 4, "touching pairs are some, not most");
        assert!(tally.beyond_5_km > pairs / 20, "far pairs are among them");
    }
}

#[test]
fn the_oracle_knows_lengths_that_others_published() {
    // Vincenty's and Karney's Flinders Peak to Buninyon line on GRS80 (Geoscience Australia): 54 972.271 m.
    let (flinders, buninyon) = ([144.424_867_89, -37.951_033_42], [143.926_495_53, -37.652_821_14]);
    assert!((Oracle::default().length_m(flinders, buninyon) - 54_972.271).abs() < 1e-3);
}

#[test]
fn the_oracle_agrees_with_a_dense_scan_of_two_edges() {
    let oracle = Oracle::default();
    let mut dice = Dice::new(5);
    for _ in 0..20 {
        let [one, other] = dice.two_edges();
        let along = |edge: [[f64; 2]; 2], share: f64| {
            [0, 1].map(|axis| edge[0][axis] + (edge[1][axis] - edge[0][axis]) * share)
        };
        let shares = || (0..=400).map(|step| f64::from(step) / 400.0);
        let scanned = shares()
            .flat_map(|s| shares().map(move |t| (s, t)))
            .map(|(s, t)| chord_m(along(one, s), along(other, t)))
            .fold(f64::MAX, f64::min);
        let found = oracle.nearest_m(&scenes::line(one), &scenes::line(other));
        assert!(found <= scanned + 2e-3 && found > scanned - 15.0, "{found} against {scanned}");
    }
}

fn measured(seed: u64, pairs: usize) -> Tally {
    let oracle = Oracle::default();
    let mut dice = Dice::new(seed);
    let mut tally = Tally::default();
    while tally.pairs < pairs {
        let scene = dice.scene();
        let expected = oracle.nearest_m(&scene.one, &scene.other);
        if expected > FURTHEST_M {
            continue;
        }
        let found = nearest(&scene.one, &scene.other).unwrap();
        assert_eq!(by_runs(&scene.one, &scene.other), found, "runs change nothing: {scene:?}");
        assert!(scene.relation != Relation::Inside || found.distance.0 == 0.0, "inside is not apart: {scene:?}");
        assert!(scene.relation != Relation::InHole || found.distance.0 > 0.0, "in a hole is not inside: {scene:?}");
        let ends = oracle.length_m(found.from.into(), found.to.into());
        assert!((ends - found.distance.0).abs() < 1e-6, "the measured line is as long as it says: {scene:?}");
        tally.count(&scene, expected, found.distance.0);
    }
    tally
}

/// Measured as a feature of a layer is: only the runs of edges that may come nearest.
fn by_runs(one: &Geometry, other: &Geometry) -> Nearest {
    let (envelope, outline) = (Envelope::of(other).unwrap(), Outline::of(other));
    let shape = Shape { geometry: other, envelope: &envelope, outline: outline.as_ref() };
    Site::new(one.clone()).unwrap().nearest_within(shape, Metres(3.0 * FURTHEST_M)).unwrap()
}

impl Tally {
    fn count(&mut self, scene: &scenes::Scene, expected: f64, found: f64) {
        self.pairs += 1;
        self.touching += usize::from(expected == 0.0);
        self.beyond_5_km += usize::from(expected > 5_000.0);
        let difference = (expected - found).abs();
        if difference > self.worst_m {
            self.worst_m = difference;
            self.worst_pair = format!("{expected} m against {found} m: {scene:?}");
        }
    }
}
