//! x
use super::desk::{Desk, test_data};
use sisetu::ingest::{ImportOptions, IngestError, Mapping};
use sisetu::model::Layer;
fn walk(dir: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    for e in std::fs::read_dir(dir).unwrap() {
        let p = e.unwrap().path();
        if p.is_dir() { walk(&p, out) } else { out.push(p) }
    }
}
#[test]
fn explore() {
    let Some(data) = test_data() else { return };
    let mut files = vec![];
    for d in [
        "conformance/geojson-invalid",
        "conformance/geojson-schema",
        "conformance/shapefile",
        "conformance/formats",
        "conformance/gcj02",
        "district",
        "national",
    ] {
        walk(&data.join(d), &mut files);
    }
    files.sort();
    for f in files {
        if f.metadata().unwrap().len() > 20_000_000 {
            continue;
        }
        let desk = Desk::new();
        let t = std::time::Instant::now();
        let mut o = ImportOptions::into_layer(Layer::Structures);
        o.mapping = Some(Mapping::default());
        let r = desk.import(&f, &o);
        let name = f.strip_prefix(&data).unwrap().display().to_string();
        match r {
            Ok(i) => {
                let mut codes = std::collections::BTreeMap::new();
                for r in &i.report.rejects {
                    *codes.entry(r.code).or_insert(0) += 1;
                }
                let w: Vec<_> = i.report.warnings.iter().take(5).map(|w| format!("{}:{}", w.code, w.detail)).collect();
                println!(
                    "OK {name} read {} acc {} rep {} {:?} {} {:?} {:?} {:?}",
                    i.report.read,
                    i.report.accepted,
                    i.report.repaired,
                    codes,
                    i.report.crs,
                    w,
                    i.report.rejects.first().map(|r| &r.reason),
                    t.elapsed()
                );
            }
            Err(e) => println!("ERR {name} {e}"),
        }
    }
}
