//! Whether the table of limits would notice a wrong book: every figure of the book 1 % off, every effect and every test
//! turned into another. `SISETU_MUTANTS=all` tries every mutant; otherwise every fifth one, beginning with the first.

use std::collections::BTreeMap;
use std::time::Instant;

use sisetu::rules::RuleBook;
use toml::{Table, Value};

use super::limits::{Entry, Shot, book_of, entries, one_rule, rule_files};

/// Mutants that no report can tell from the book.
const SAME: [(&str, &str); 3] = [
    // Nothing is judged by their effect: the standard is not in the book, and that is what the report says.
    ("EXP-8.7", "effect"),
    ("FIRE-19", "effect"),
    ("FINE-8.5", "effect"),
];

/// The way to a value inside a table.
type Way = Vec<Step>;

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Place(usize),
}

/// A change of one value.
struct Mutant {
    way: Way,
    value: Value,
    /// The figure that was changed, if it was one.
    figure: Option<f64>,
}

/// An entry of the table with its scenes, which every mutant is shown.
struct Seen {
    entry: Entry,
    shots: Vec<Shot>,
}

fn walk(value: &Value, way: &mut Way, seen: &mut impl FnMut(&Way, &Value)) {
    seen(way, value);
    let inner: Vec<(Step, &Value)> = match value {
        Value::Table(table) => table.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(place, value)| (Step::Place(place), value)).collect(),
        _ => return,
    };
    for (step, value) in inner {
        way.push(step);
        walk(value, way, seen);
        way.pop();
    }
}

/// The last keys of a way, outermost first, places left out.
fn keys(way: &Way) -> Vec<&str> {
    way.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect()
}

/// Whether a value at this place is a distance that the rule draws.
fn is_figure(way: &Way) -> bool {
    let keys = keys(way);
    let last = keys.last().copied().unwrap_or_default();
    ["threshold_m", "sum", "metres", "times", "at_most_m"].contains(&last)
        || keys.iter().rev().nth(1) == Some(&"metres")
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

fn flipped(word: &str) -> Option<&'static str> {
    Some(match word {
        "prohibit" => "comply",
        "comply" => "prohibit",
        "approve" => "demonstrate",
        "demonstrate" => "approve",
        "within" => "not_less_than",
        "not_less_than" => "within",
        _ => return None,
    })
}

/// Every mutant of the rules of a table.
fn mutants(table: &Table) -> Vec<Mutant> {
    let mut found = Vec::new();
    let whole = Value::Table(table.clone());
    walk(&whole, &mut vec![], &mut |way, value| {
        let mut add = |value, figure| found.push(Mutant { way: way.clone(), value, figure });
        if let Some(metres) = number(value).filter(|_| is_figure(way)) {
            if metres == 0.0 {
                add(Value::Float(1.0), Some(0.0));
            } else {
                add(Value::Float(metres * 0.99), Some(metres));
                add(Value::Float(metres * 1.01), Some(metres));
            }
        }
        if let Some(other) =
            value.as_str().filter(|_| ["effect", "test"].contains(keys(way).last().unwrap_or(&""))).and_then(flipped)
        {
            add(Value::from(other), None);
        }
    });
    // Where nothing around the site is looked at, the distance is none.
    found.retain(|mutant| !(mutant.figure == Some(0.0) && looks_at_nothing(&whole, &mutant.way)));
    found
}

fn looks_at_nothing(whole: &Value, way: &Way) -> bool {
    let case = way[..way.len() - 1].iter().try_fold(whole, |value, step| inside(value, step));
    let test = case.and_then(|case| case.get("test")).and_then(Value::as_str);
    test.is_some_and(|test| ["unread", "anywhere", "inside"].contains(&test))
}

fn inside<'v>(value: &'v Value, step: &Step) -> Option<&'v Value> {
    match step {
        Step::Key(key) => value.get(key),
        Step::Place(place) => value.get(*place),
    }
}

fn changed(table: &Table, mutant: &Mutant) -> Table {
    let mut whole = Value::Table(table.clone());
    let mut place = &mut whole;
    for step in &mutant.way {
        place = match step {
            Step::Key(key) => &mut place[key.as_str()],
            Step::Place(number) => &mut place[*number],
        };
    }
    *place = mutant.value.clone();
    whole.as_table().unwrap().clone()
}

fn caught(book: &RuleBook, mutant: &Mutant, own: &[Seen]) -> bool {
    let likely = |seen: &&Seen| mutant.figure.is_none_or(|figure| (seen.entry.metres - figure).abs() < 1e-9);
    let (first, rest): (Vec<&Seen>, Vec<&Seen>) = own.iter().partition(likely);
    first.into_iter().chain(rest).any(|seen| seen.shots.iter().any(|shot| seen.entry.holds(book, shot).is_err()))
}

/// Mutants of one rule file: how many, and which nobody noticed.
fn hunt(files: &BTreeMap<String, String>, file: &str, every: usize) -> (usize, Vec<String>) {
    let source: Table = toml::from_str(&files[file]).unwrap();
    let rules = source.get("rule").and_then(Value::as_array).into_iter().flatten();
    let (mut tried, mut survivors) = (0, Vec::new());
    let mut entries = entries(file);
    for id in rules.map(|rule| rule["id"].as_str().unwrap()) {
        let (mine, others) = entries.into_iter().partition(|entry| entry.rule == id);
        entries = others;
        let seen = |entry: Entry| Seen { shots: entry.shots(), entry };
        let own: Vec<Seen> = Vec::into_iter(mine).map(seen).collect();
        let table = one_rule(&source, id);
        for mutant in mutants(&table).into_iter().step_by(every) {
            let place = keys(&mutant.way).join(".");
            if SAME.iter().any(|(rule, key)| *rule == id && place.ends_with(key)) {
                continue;
            }
            tried += 1;
            let book = book_of(files, &changed(&table, &mutant));
            if !caught(&book, &mutant, &own) {
                survivors.push(format!("{id} {:?} -> {}", mutant.way, mutant.value));
            }
        }
    }
    (tried, survivors)
}

#[test]
fn wrong_books_are_noticed() {
    let every = if std::env::var("SISETU_MUTANTS").is_ok_and(|all| all == "all") { 1 } else { 5 };
    let begun = Instant::now();
    let files = rule_files();
    let (mut tried, mut survivors) = (0, Vec::new());
    for file in files.keys().filter(|file| !["book.toml", "defaults.toml", "open_items.toml"].contains(&file.as_str()))
    {
        let (more, lost) = hunt(&files, file, every);
        tried += more;
        survivors.extend(lost);
    }
    let noticed = tried - survivors.len();
    let share = 100.0 * noticed as f64 / tried as f64;
    println!("mutants: {noticed} caught of {tried} ({share:.1} %) in {:.0} s", begun.elapsed().as_secs_f64());
    println!("{}", survivors.join("\n"));
    assert!(tried > 100 && share >= 95.0, "{}", survivors.join("\n"));
}
