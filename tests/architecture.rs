//! Rooms and floors: a room uses lower floors only, rooms of one floor do not know each other, and each outside library
//! is spoken to in one place. Test modules inside `src` may look sideways, for they build scenes out of other rooms.

mod paths;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use paths::{TEST_ONLY, paths, tokens, words};

/// Rooms by floor, from the ground up.
const FLOORS: [&[&str]; 8] = [
    &["geom"],
    &["model"],
    &["rules", "index", "ingest", "store", "sample"],
    &["siting", "risk"],
    &["atlas"],
    &["tile", "report", "alerts"],
    &["serve"],
    &["main", "cli", "config"],
];

/// Libraries, and the rooms that may speak to them.
const LIBRARIES: [(&str, &[&str]); 21] = [
    ("axum", &["serve"]),
    ("tower", &["serve"]),
    ("tower_http", &["serve"]),
    ("sqlx", &["store"]),
    ("gdal", &["ingest"]),
    ("geojson", &["ingest", "serve"]),
    ("rstar", &["index"]),
    ("mvt", &["tile"]),
    ("hashbrown", &["tile"]),
    ("pmtiles", &["tile"]),
    ("geo", &["geom"]),
    ("geographiclib_rs", &["geom"]),
    ("maud", &["report", "serve"]),
    ("moka", &["serve"]),
    ("rust_embed", &["serve", "rules", "sample", "cli"]),
    ("rust_xlsxwriter", &["report"]),
    ("csv", &["report"]),
    ("clap", &["main", "cli"]),
    ("indicatif", &["main", "cli"]),
    ("ureq", &["alerts"]),
    ("hmac", &["alerts"]),
];

/// Names that say nothing about what a file is for.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "manager"];

#[test]
fn every_room_uses_lower_floors_only() {
    assert_no_faults(faults_of_sources(floor_fault));
}

#[test]
fn every_library_is_spoken_to_in_its_rooms_only() {
    assert_no_faults(faults_of_sources(library_fault));
}

#[test]
fn every_file_belongs_to_a_room_and_says_what_it_is_for() {
    let faults = sources().into_iter().filter_map(|file| {
        let module = module_of(&file);
        let stranger = module.first().is_some_and(|room| floor(room).is_none());
        let empty = module.iter().any(|name| EMPTY_NAMES.contains(&name.as_str()));
        (stranger || empty).then(|| file.display().to_string())
    });
    assert_no_faults(faults.collect());
}

#[test]
fn a_look_upwards_or_sideways_is_noticed() {
    let faults = |module: &[&str], source: &str| {
        let module: Vec<String> = module.iter().map(ToString::to_string).collect();
        paths(&words(source), &module).iter().filter_map(|path| floor_fault(&module, path)).count()
    };
    assert_eq!(faults(&["geom", "plane"], "use crate::model::Layer;"), 1, "upwards");
    assert_eq!(faults(&["rules", "book"], "fn f(i: &crate::index::Snapshot) {}"), 1, "sideways");
    assert_eq!(faults(&["rules"], "use crate::{geom::{Metres, Point}, store::Store, model};"), 1, "in a group");
    assert_eq!(faults(&["rules"], "use super::store::Store;"), 1, "by the back stairs");
    assert_eq!(faults(&["rules", "book"], "use super::{super::store, Rule};"), 1, "by the back stairs in a group");
    assert_eq!(faults(&["tile"], "use crate::atlas::Edition; use crate::tile::x; use super::geom;"), 0);
    assert_eq!(faults(&["cli"], "use sisetu::serve; use crate::config::Options;"), 0);
    assert_eq!(faults(&["geom"], "// use crate::serve\nconst A: &str = \"crate::serve::x\";"), 0);
    assert_eq!(faults(&["geom"], "#[cfg(test)]\nmod tests { use crate::index::Snapshot; fn f() { {} } }"), 0);
    assert_eq!(faults(&["geom"], "#[cfg(test)] mod tests { } use crate::index::Snapshot;"), 1, "after a test module");
}

#[test]
fn a_library_in_the_wrong_room_is_noticed() {
    let faults = |room: &str, source: &str| {
        let module = [room.to_owned()];
        paths(&words(source), &module).iter().filter_map(|path| library_fault(&module, path)).count()
    };
    assert_eq!(faults("siting", "use geo::Point;"), 1);
    assert_eq!(faults("siting", "use geo;"), 1);
    assert_eq!(faults("siting", "#[derive(clap::Parser)] struct A;"), 1);
    assert_eq!(faults("siting", "use {sqlx::{Row, query}, std::fmt};"), 2);
    assert_eq!(faults("geom", "use geo::Point;"), 0);
    assert_eq!(faults("siting", "use crate::geom::{geo::Point}; let geo = 1; x.geo();"), 0);
}

fn assert_no_faults(faults: BTreeSet<String>) {
    assert!(faults.is_empty(), "\n{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Runs a check on every path that production code mentions.
fn faults_of_sources(check: fn(&[String], &[String]) -> Option<String>) -> BTreeSet<String> {
    let mut faults = BTreeSet::new();
    let test_modules = test_modules();
    for file in sources() {
        let module = module_of(&file);
        if test_modules.iter().any(|test| module.starts_with(test)) {
            continue;
        }
        let words = words(&fs::read_to_string(&file).unwrap());
        let found = paths(&words, &module).into_iter().filter_map(|path| check(&module, &path));
        faults.extend(found.map(|fault| format!("{}: {fault}", file.display())));
    }
    faults
}

fn floor_fault(module: &[String], path: &[String]) -> Option<String> {
    let own = room_of(module);
    let rooted = matches!(path.first()?.as_str(), "crate" | "sisetu");
    let other = path.get(1).filter(|_| rooted)?;
    let allowed = other == own || floor(other)? < floor(own)? || floor(own) == Some(FLOORS.len() - 1);
    (!allowed).then(|| format!("{own} must not know {other}"))
}

fn library_fault(module: &[String], path: &[String]) -> Option<String> {
    let own = room_of(module);
    let (library, rooms) = LIBRARIES.iter().find(|(library, _)| path.first().is_some_and(|name| name == library))?;
    (!rooms.contains(&own)).then(|| format!("{library} belongs in {}, not in {own}", rooms.join(", ")))
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The room of a module; `lib.rs` only names the rooms and counts as the top floor.
fn room_of(module: &[String]) -> &str {
    module.first().map_or("main", String::as_str)
}

/// `src/geom/plane.rs` is `["geom", "plane"]`, `src/geom/mod.rs` `["geom"]`, `src/lib.rs` nothing.
fn module_of(file: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root()).unwrap().with_extension("");
    let mut module: Vec<String> = inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    if module.last().is_some_and(|name| name == "mod" || (module.len() == 1 && name == "lib")) {
        module.pop();
    }
    module
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 20, "the sources are found");
    files
}

/// Modules in files of their own that only tests see: `#[cfg(test)] mod scene;`.
fn test_modules() -> Vec<Vec<String>> {
    let mut modules = Vec::new();
    for file in sources() {
        let source = fs::read_to_string(&file).unwrap();
        let tokens = tokens(&source);
        for (place, _) in tokens.iter().enumerate().filter(|(place, _)| tokens[*place..].starts_with(&TEST_ONLY)) {
            if let ["mod", name, ";", ..] = &tokens[place + TEST_ONLY.len()..] {
                modules.push(module_of(&file).into_iter().chain([(*name).to_owned()]).collect());
            }
        }
    }
    modules
}
