//! Rooms and floors: a room uses lower floors only, rooms of one floor do not know each other, and each outside library
//! is spoken to in one place. Test modules inside `src` may look sideways, for they build scenes out of other rooms.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms by floor, from the ground up.
const FLOORS: [&[&str]; 8] = [
    &["geom"],
    &["model"],
    &["rules", "index", "ingest", "store", "sample"],
    &["siting", "risk"],
    &["atlas"],
    &["tile", "report"],
    &["serve"],
    &["main", "cli", "config"],
];

/// Libraries, and the rooms that may speak to them.
const LIBRARIES: [(&str, &[&str]); 17] = [
    ("axum", &["serve"]),
    ("tower", &["serve"]),
    ("tower_http", &["serve"]),
    ("sqlx", &["store"]),
    ("gdal", &["ingest"]),
    ("geojson", &["ingest", "serve"]),
    ("rstar", &["index"]),
    ("mvt", &["tile"]),
    ("pmtiles", &["tile"]),
    ("geo", &["geom"]),
    ("geographiclib_rs", &["geom"]),
    ("maud", &["report", "serve"]),
    ("moka", &["serve"]),
    ("rust_embed", &["serve", "rules", "sample", "cli"]),
    ("clap", &["main", "cli"]),
    ("indicatif", &["main", "cli"]),
    ("anyhow", &["main", "cli"]),
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

const TEST_ONLY: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

/// The tokens of production code.
fn words(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let mut words = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        if tokens[place..].starts_with(&TEST_ONLY) {
            place = end_of_item(&tokens, place + TEST_ONLY.len());
        } else {
            words.push(tokens[place].to_owned());
            place += 1;
        }
    }
    words
}

/// Past the `;` or the closing brace of an item.
fn end_of_item(tokens: &[&str], start: usize) -> usize {
    let mut depth = 0usize;
    for (place, token) in tokens.iter().enumerate().skip(start) {
        match *token {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place + 1;
                }
            }
            ";" if depth == 0 => return place + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Identifiers, `::` and single signs; comments and texts are left out.
fn tokens(source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(sign) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let length = token_length(rest, sign);
            tokens.push(&rest[..length]);
            length
        });
        rest = &rest[length..];
    }
    tokens
}

fn token_length(rest: &str, sign: char) -> usize {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    match sign {
        sign if is_word(sign) => rest.find(|sign| !is_word(sign)).unwrap_or(rest.len()),
        ':' if rest.starts_with("::") => 2,
        sign => sign.len_utf8(),
    }
}

/// The length of the white space, comment, text or character that `rest` starts with.
fn skipped(rest: &str) -> Option<usize> {
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with(char::is_whitespace) {
        return Some(rest.find(|sign: char| !sign.is_whitespace()).unwrap_or(rest.len()));
    }
    if rest.starts_with("//") {
        return Some(until("\n", 2));
    }
    if rest.starts_with("/*") {
        return Some(until("*/", 2));
    }
    if let Some(raw) = rest.strip_prefix('r').filter(|raw| raw.trim_start_matches('#').starts_with('"')) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        return Some(until(&format!("\"{}", "#".repeat(hashes)), 2 + hashes));
    }
    match rest.as_bytes() {
        [b'"', ..] => Some(text_length(rest, '"')),
        [b'\'', b'\\', ..] => Some(text_length(rest, '\'')),
        [b'\'', ..] => rest.char_indices().nth(2).filter(|(_, sign)| *sign == '\'').map(|(at, _)| at + 1),
        _ => None,
    }
}

/// The length of a text in quotes, in which a backslash takes the next sign with it.
fn text_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, sign) in rest.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            sign if sign == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Every path mentioned, groups opened and `self`/`super` resolved. A lone name counts only after `use`.
fn paths(words: &[String], module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let used = words[place] == "use";
        let start = place + usize::from(used);
        let before = found.len();
        place = read_path(words, start, &[], &mut found).max(place + 1);
        if !used {
            let fresh = found.split_off(before);
            found.extend(fresh.into_iter().filter(|path: &Vec<String>| path.len() > 1));
        }
    }
    found.into_iter().map(|path| resolved(path, module)).collect()
}

/// Reads one path, or a group of them, that continues `prefix`; gives the place after it.
fn read_path(words: &[String], start: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    let mut place = start;
    loop {
        match words.get(place).map(String::as_str) {
            Some("{") if place > start || !prefix.is_empty() || place > 0 && words[place - 1] == "use" => {
                return read_group(words, place + 1, &path, found);
            }
            Some(word) if word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_') => {
                path.push(word.to_owned());
                place += 1;
            }
            _ => break,
        }
        if words.get(place).is_none_or(|word| word != "::") {
            break;
        }
        place += 1;
    }
    if path.len() > prefix.len() {
        found.push(path);
    }
    place
}

fn read_group(words: &[String], start: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut place = start;
    while let Some(word) = words.get(place) {
        match word.as_str() {
            "}" => return place + 1,
            "as" => place += 2,
            _ => place = read_path(words, place, prefix, found).max(place + 1),
        }
    }
    place
}

/// The path from the root of the crate where it starts with `self` or `super`.
fn resolved(path: Vec<String>, module: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|word| matches!(word.as_str(), "self" | "super")).count();
    if ups == 0 {
        return path;
    }
    let supers = path[..ups].iter().filter(|word| *word == "super").count();
    let kept = module.len().saturating_sub(supers);
    let root = std::iter::once("crate".to_owned());
    root.chain(module[..kept].iter().cloned()).chain(path[ups..].iter().cloned()).collect()
}
