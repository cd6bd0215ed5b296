//! The rule book held to a table of expectations that was written from the texts and not from the book: `limits/*.toml`,
//! one file for each rule file. Each entry puts a target 0.1 mm and 1 cm inside its limit, upon it, and as far beyond.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sisetu::index::Snapshot;
use sisetu::model::finding::Finding;
use sisetu::model::{Action, Effect, Layer, Outcome, SitingReport, Verdict, Verification};
use sisetu::rules::{Case, Rule, RuleBook, Start, Threshold};
use sisetu::siting::{Asked, Request, check, request};
use toml::{Table, Value as Toml};

use super::scene::{Scene, area_north, at, block, line, line_north, lot, pad};

/// What one line of the table says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub rule: String,
    /// The kind proposed.
    project: String,
    /// The actions the rule names; every other one leaves it silent.
    #[serde(default)]
    actions: Option<BTreeSet<Action>>,
    /// The action tried, where it is not the first of those.
    #[serde(default)]
    action: Option<Action>,
    #[serde(default)]
    facts: Map<String, Value>,
    layer: Layer,
    #[serde(default)]
    target: Map<String, Value>,
    #[serde(default)]
    shape: Shape,
    /// The fact that draws the line the distance counts from.
    #[serde(default)]
    start: Option<String>,
    /// Facts that draw other lines, far off.
    #[serde(default)]
    other_starts: Vec<String>,
    /// The kind of the enterprise that the target belongs to.
    #[serde(default)]
    enterprise: Option<String>,
    #[serde(default)]
    pub metres: f64,
    bad: Outcome,
    /// Upon the limit; not asked where it is left out.
    #[serde(default)]
    at: Option<Outcome>,
    /// Beyond the limit.
    #[serde(default = "met")]
    far: Outcome,
    effect: Effect,
    mark: Verification,
    /// Whether the distance says only how far is looked and is not reported as required.
    #[serde(default)]
    notice: bool,
    /// Whether the distance is only held to 5 cm: lengths along a river, windows, and what follows from a formula.
    #[serde(default)]
    coarse: bool,
    /// Facts that leave the outcome open when they are not stated.
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default = "today")]
    as_of: Date,
    /// The first and last day in force, where the texts at hand say so.
    #[serde(default)]
    from: Option<Date>,
    #[serde(default)]
    to: Option<Date>,
    /// Whether it is the first of its group and tried in full.
    #[serde(skip)]
    pub leads: bool,
    #[serde(skip)]
    pub line: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    /// A line where the layer draws lines, an area elsewhere.
    #[default]
    OfLayer,
    Line,
    /// On a river that flows towards the target.
    Upstream,
    /// On a river that flows from the target.
    Downstream,
    /// On a river whose flow nobody states.
    StillWater,
    /// Nothing is looked for.
    Anywhere,
    /// The numbers are not in the book.
    Unread,
    /// The site must lie inside.
    Inside,
}

fn met() -> Outcome {
    Outcome::Met
}

fn today() -> Date {
    "2026-11-24".parse().unwrap()
}

/// A site in its surroundings, and what must come of it.
pub struct Shot {
    snapshot: Snapshot,
    request: Request,
    expected: Outcome,
    step: f64,
}

impl Entry {
    fn scene(&self, metres: f64) -> Scene {
        let mut target = self.target.clone();
        let mut scene = Scene::new();
        if let Some(kind) = &self.enterprise {
            scene = scene.with(Layer::Enterprises, block(180.0, 8_000.0, 20.0), json!({"kind": kind}));
            target.insert("enterprise_id".to_owned(), json!("enterprises-1"));
        }
        let scene = scene.with(self.layer, self.drawn(metres), Value::Object(target));
        match self.river() {
            Some((course, says)) => scene.with(Layer::Waters, course, says),
            None => scene,
        }
    }

    fn drawn(&self, metres: f64) -> Value {
        let lines = [Layer::Roads, Layer::Railways, Layer::Pipelines, Layer::PowerLines];
        match self.shape {
            Shape::Inside if metres < 0.0 => area_north(10.0),
            Shape::Inside => pad(500.0),
            Shape::OfLayer if !lines.contains(&self.layer) => area_north(metres),
            Shape::Upstream | Shape::Downstream | Shape::StillWater => area_north(metres),
            _ => line_north(metres),
        }
    }

    fn river(&self) -> Option<(Value, Value)> {
        let (south, north) = (at(180.0, 6_000.0), at(0.0, 6_000.0));
        let flowing = json!({"kind": "yangtze_tributary", "flow": "as_drawn"});
        match self.shape {
            Shape::Upstream => Some((line(&[south, north]), flowing)),
            Shape::Downstream => Some((line(&[north, south]), flowing)),
            Shape::StillWater => Some((line(&[north, south]), json!({"kind": "yangtze_tributary"}))),
            _ => None,
        }
    }

    /// The site: a lot whose northern corner is the middle; or a yard with the lot as the line that counts.
    fn request(&self, action: Action, without: Option<&str>, day: Date) -> Request {
        let mut facts = self.facts.clone();
        facts.insert("kind".to_owned(), json!(self.project));
        facts.insert("action".to_owned(), json!(action));
        let site = match &self.start {
            None => lot(),
            Some(start) => {
                facts.insert(start.clone(), lot());
                pad(700.0)
            }
        };
        for start in &self.other_starts {
            facts.insert(start.clone(), block(180.0, 600.0, 20.0));
        }
        without.map(|fact| facts.remove(fact));
        let body = json!({"type": "Feature", "geometry": site, "properties": facts});
        request::parse(&body, &Asked { today: day, ..Asked::default() })
            .unwrap_or_else(|fault| panic!("{self}: {fault:?}"))
    }

    fn first_action(&self) -> Action {
        self.action.or_else(|| self.actions.iter().flatten().next().copied()).unwrap_or(Action::New)
    }

    fn steps(&self) -> Vec<f64> {
        match (self.shape, self.coarse) {
            (Shape::Anywhere | Shape::Unread, _) => vec![-1.0],
            (Shape::Inside, _) => vec![-1.0, 1.0],
            (_, true) => vec![-0.05, 0.05],
            _ if self.leads => vec![-0.01, -0.0001, 0.0, 0.0001, 0.01],
            _ => vec![-0.0001, 0.0, 0.0001],
        }
    }

    /// Every place of the target, with what must come of it.
    pub fn shots(&self) -> Vec<Shot> {
        let asked = self.steps().into_iter().filter(|step| *step != 0.0 || self.at.is_some());
        let shot = |step: f64| {
            let metres = match self.shape {
                Shape::Inside => step,
                Shape::Anywhere | Shape::Unread => 5_000.0,
                _ => self.metres + step,
            };
            let expected = match step.total_cmp(&0.0) {
                std::cmp::Ordering::Less => self.bad,
                std::cmp::Ordering::Equal => self.at.unwrap(),
                std::cmp::Ordering::Greater => self.far,
            };
            let request = self.request(self.first_action(), None, self.as_of);
            Shot { snapshot: self.scene(metres).snapshot(), request, expected, step }
        };
        asked.map(shot).collect()
    }

    /// Whether a book answers a shot as the table says.
    pub fn holds(&self, book: &RuleBook, shot: &Shot) -> Result<(), String> {
        let report = check(&shot.snapshot, book, &shot.request, Timestamp::UNIX_EPOCH);
        let Some(finding) = self.finding(&report) else {
            // A standard whose other numbers are not in the book is never told as met.
            let silent = !report.findings.iter().any(|finding| finding.rule == self.rule && finding.target.is_none());
            let met = shot.expected == Outcome::Met && !silent;
            return if met { Ok(()) } else { Err(format!("{self} {:+} m: silent", shot.step)) };
        };
        let mut faults = Vec::new();
        let mut hold = |what: &str, found: String, wanted: String| {
            if found != wanted {
                faults.push(format!("{what} {found}, not {wanted}"));
            }
        };
        hold("outcome", format!("{:?}", finding.outcome), format!("{:?}", shot.expected));
        let certain = !matches!(shot.expected, Outcome::Met | Outcome::Undetermined);
        if shot.expected == self.bad && self.shape != Shape::Unread && shot.step <= 0.0 {
            hold("effect", format!("{:?}", finding.effect), format!("{:?}", self.effect));
        }
        if shot.expected == self.bad && certain && shot.step <= 0.0 {
            hold("mark", format!("{:?}", finding.verification), format!("{:?}", self.mark));
            hold("verdict", format!("{:?}", meaning(finding)), format!("{:?}", self.verdict()));
            let measured = !matches!(self.shape, Shape::Anywhere | Shape::Unread | Shape::Inside);
            if measured && !self.notice && !self.coarse {
                hold(
                    "required",
                    format!("{:?}", finding.required_m.map(|metres| metres.0)),
                    format!("{:?}", Some(self.metres)),
                );
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(format!("{self} {:+} m: {}", shot.step, faults.join("; "))) }
    }

    /// What the rule says of the layer: its worst finding there, or that it is met.
    fn finding<'r>(&self, report: &'r SitingReport) -> Option<&'r Finding> {
        let mut own = report.findings.iter().filter(|finding| finding.rule == self.rule);
        let on_layer = |finding: &&Finding| finding.target.as_ref().is_some_and(|target| target.layer == self.layer);
        match self.shape {
            Shape::Anywhere | Shape::Unread => own.next(),
            _ => own.clone().find(on_layer).or_else(|| own.find(|finding| finding.outcome == Outcome::Met)),
        }
    }

    fn verdict(&self) -> Verdict {
        let read = matches!(self.mark, Verification::V1 | Verification::V2);
        match (self.bad, self.effect) {
            (Outcome::Violated, _) if !read => Verdict::Review,
            (Outcome::Violated, Effect::Prohibit) => Verdict::Veto,
            (Outcome::Violated, _) => Verdict::Fail,
            (Outcome::Undetermined, _) => Verdict::Undetermined,
            (Outcome::Met, _) => Verdict::Pass,
            _ => Verdict::Review,
        }
    }

    fn inside(&self) -> f64 {
        match self.shape {
            Shape::Inside => -1.0,
            Shape::Anywhere | Shape::Unread => 5_000.0,
            _ if self.coarse => self.metres - 0.05,
            _ => self.metres - 0.01,
        }
    }

    fn told(&self, book: &RuleBook, scene: &Scene, action: Action, without: Option<&str>, day: Date) -> SitingReport {
        check(&scene.snapshot(), book, &self.request(action, without, day), Timestamp::UNIX_EPOCH)
    }

    fn hold_facts(&self, book: &RuleBook) {
        for fact in &self.missing {
            let report = self.told(book, &self.scene(self.inside()), self.first_action(), Some(fact), self.as_of);
            let finding = self.finding(&report).unwrap_or_else(|| panic!("{self} without {fact}: silent"));
            assert_eq!(finding.outcome, Outcome::Undetermined, "{self} without {fact}");
            let asked =
                report.questions.iter().any(|question| question.fact == *fact && question.rules.contains(&self.rule));
            assert!(asked, "{self}: {fact} is no question: {:?}, {finding:#?}", report.questions);
        }
    }

    fn hold_actions(&self, book: &RuleBook) {
        let Some(actions) = &self.actions else { return };
        for action in [Action::New, Action::Expand, Action::Renovate, Action::Existing] {
            let report = self.told(book, &self.scene(self.inside()), action, None, self.as_of);
            let speaks = report.findings.iter().any(|finding| finding.rule == self.rule);
            assert_eq!(speaks, actions.contains(&action), "{self}: {action:?}");
        }
    }

    fn hold_days(&self, book: &RuleBook) {
        let outside = [self.from.map(|day| day.yesterday().unwrap()), self.to.map(|day| day.tomorrow().unwrap())];
        for (day, speaks) in
            outside.into_iter().map(|day| (day, false)).chain([self.from, self.to].map(|day| (day, true)))
        {
            let Some(day) = day else { continue };
            let report = self.told(book, &self.scene(self.inside()), self.first_action(), None, day);
            assert_eq!(report.findings.iter().any(|finding| finding.rule == self.rule), speaks, "{self} on {day}");
        }
    }

    fn hold_coverage(&self, book: &RuleBook) {
        if matches!(self.shape, Shape::Anywhere | Shape::Unread) {
            return;
        }
        let empty = Scene::new().without_coverage(self.layer);
        let report = self.told(book, &empty, self.first_action(), None, self.as_of);
        let open = report.findings.iter().any(|finding| {
            finding.rule == self.rule && finding.outcome == Outcome::Undetermined && finding.target.is_none()
        });
        assert!(
            open && report.verdict != Verdict::Pass,
            "{self} without coverage of {}: {:#?}",
            self.layer,
            report.findings
        );
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {} {} m, {}", self.rule, self.project, self.metres, self.line)
    }
}

fn meaning(finding: &Finding) -> Verdict {
    match (finding.outcome, finding.effect) {
        (Outcome::Violated, _) if finding.verification > Verification::V2 => Verdict::Review,
        (Outcome::Violated, Effect::Prohibit) => Verdict::Veto,
        (Outcome::Violated, _) => Verdict::Fail,
        (Outcome::Undetermined, _) => Verdict::Undetermined,
        (Outcome::Met, _) => Verdict::Pass,
        _ => Verdict::Review,
    }
}

// ---- the table

fn here() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/siting/limits"))
}

/// The rule files by name, as shipped.
pub fn rule_files() -> BTreeMap<String, String> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/rules"));
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().path());
    files.map(|file| (name(&file), std::fs::read_to_string(&file).unwrap())).collect()
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

/// The entries of one file: every row of a group, for every project and every kind of target it lists.
pub fn entries(file: &str) -> Vec<Entry> {
    #[derive(Deserialize)]
    struct File {
        limit: Vec<Table>,
    }
    let text = std::fs::read_to_string(here().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    file.limit.into_iter().flat_map(of_group).collect()
}

fn of_group(mut group: Table) -> Vec<Entry> {
    let rows = match group.remove("row") {
        Some(Toml::Array(rows)) => rows,
        _ => vec![Toml::Table(Table::new())],
    };
    let mut all = Vec::new();
    for row in rows {
        let mut table = group.clone();
        merge(&mut table, row.as_table().unwrap());
        let kinds = words(&mut table, "targets");
        for project in words(&mut table, "projects") {
            for kind in &kinds {
                all.push(entry(&table, project.as_deref(), kind.as_deref(), all.is_empty()));
            }
        }
    }
    all
}

fn words(table: &mut Table, list: &str) -> Vec<Option<String>> {
    match table.remove(list) {
        Some(Toml::Array(words)) => words.iter().map(|word| word.as_str().map(str::to_owned)).collect(),
        _ => vec![None],
    }
}

fn merge(table: &mut Table, over: &Table) {
    for (key, value) in over {
        match (table.get_mut(key), value) {
            (Some(Toml::Table(known)), Toml::Table(more)) => merge(known, more),
            _ => drop(table.insert(key.clone(), value.clone())),
        }
    }
}

fn entry(table: &Table, project: Option<&str>, kind: Option<&str>, leads: bool) -> Entry {
    let mut table = table.clone();
    if let Some(project) = project {
        table.insert("project".to_owned(), Toml::from(project));
    }
    if let Some(kind) = kind {
        merge(
            &mut table,
            &Table::from_iter([(
                "target".to_owned(),
                Toml::Table(Table::from_iter([("kind".to_owned(), Toml::from(kind))])),
            )]),
        );
    }
    let line = format!(
        "{} {}",
        table.get("facts").map(ToString::to_string).unwrap_or_default(),
        table.get("target").map(ToString::to_string).unwrap_or_default()
    );
    let entry: Entry = Toml::Table(table).try_into().unwrap_or_else(|error| panic!("{line}: {error}"));
    Entry { leads, line, ..entry }
}

/// A book of one rule, as a table that can be changed: the rule, and the tables and classes it names.
pub fn one_rule(file: &Table, id: &str) -> Table {
    let listed = |key: &str| file.get(key).and_then(Toml::as_array).into_iter().flatten().cloned();
    let rule = listed("rule").find(|rule| rule["id"].as_str() == Some(id)).unwrap();
    let text = rule.to_string();
    let named = |entry: &Toml, text: &str| text.contains(&format!("\"{}\"", entry["name"].as_str().unwrap()));
    let tables: Vec<(&str, Vec<Toml>)> =
        ["table", "lookup"].map(|key| (key, listed(key).filter(|entry| named(entry, &text)).collect())).into();
    let of_tables: String = tables.iter().flat_map(|(_, found)| found).map(ToString::to_string).collect();
    let classes: Vec<Toml> =
        listed("classification").filter(|entry| named(entry, &of_tables) || named(entry, &text)).collect();
    let parts = [("rule", vec![rule]), ("classification", classes)].into_iter().chain(tables);
    parts.filter(|(_, found)| !found.is_empty()).map(|(key, found)| (key.to_owned(), Toml::Array(found))).collect()
}

/// The book that holds only these rules.
pub fn book_of(files: &BTreeMap<String, String>, rules: &Table) -> RuleBook {
    let mut own: BTreeMap<String, String> =
        ["book.toml", "defaults.toml"].into_iter().map(|file| (file.to_owned(), files[file].clone())).collect();
    own.insert("rules.toml".to_owned(), toml::to_string(rules).unwrap());
    RuleBook::read(&own).unwrap_or_else(|error| panic!("{error}"))
}

fn tables() -> Vec<String> {
    let mut files: Vec<PathBuf> = here().read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| name(file)).collect()
}

/// Holds every entry of a file; all faults are told at once.
fn hold(file: &str) {
    let files = rule_files();
    let source: Table = toml::from_str(&files[file]).unwrap();
    let shipped = RuleBook::shipped().unwrap();
    let mut books: BTreeMap<String, RuleBook> = BTreeMap::new();
    let mut faults = Vec::new();
    let all = entries(file);
    for entry in &all {
        let book = books.entry(entry.rule.clone()).or_insert_with(|| book_of(&files, &one_rule(&source, &entry.rule)));
        assert_eq!(book.find(&entry.rule), shipped.find(&entry.rule), "the rule stands by itself as in the book");
        faults.extend(entry.shots().iter().filter_map(|shot| entry.holds(book, shot).err()));
        if entry.leads {
            entry.hold_actions(book);
            entry.hold_days(book);
            entry.hold_coverage(book);
        }
        entry.hold_facts(book);
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

macro_rules! laws {
    ($($law:ident)*) => {
        $(#[test]
        fn $law() {
            hold(concat!(stringify!($law), ".toml"));
        })*

        #[test]
        fn every_table_is_read() {
            let read = [$(concat!(stringify!($law), ".toml")),*];
            assert_eq!(tables(), read);
        }
    };
}

laws! {
    admission buildings district_opinion explosives fuel_stations hazardous_chemicals highways hygiene_distance
    long_distance_pipelines lpg_stations major_hidden_dangers nature_reserves oil_depots open_standards petrochemical pipelines power
    protected_areas railways regulation_591 risk_criteria tailings water_sources weather_stations yangtze
}

// ---- nothing of the book without an expectation

/// What a case asks for, where it gives figures of its own.
fn figures(threshold: &Threshold) -> Vec<f64> {
    match threshold {
        Threshold::Constant(metres) => vec![metres.0],
        Threshold::Sum { sum } => vec![sum.iter().map(|part| part.0).sum()],
        Threshold::Lookup(lookup) => lookup.rows.iter().filter_map(|row| row.metres).map(|metres| metres.0).collect(),
        Threshold::Bands(bands) => bands.bands.iter().map(|band| band.metres.0).collect(),
        Threshold::Table(table) => {
            let columns = |name| table.rows.iter().filter_map(move |row| row.metres.get(name)).map(|metres| metres.0);
            table.columns.iter().flat_map(columns).collect()
        }
        _ => vec![],
    }
}

fn speaks_of(entry: &Entry, rule: &Rule, case: &Case) -> bool {
    let forward = rule.cases.iter().any(|own| std::ptr::eq(own, case));
    let start = match &case.start {
        Start::Line(fact) if forward => Some(fact.as_str()),
        _ => None,
    };
    let kind = entry.target.get("kind").and_then(Value::as_str);
    let kinds = sisetu::model::Kinds::shipped();
    let project = kinds.find(&entry.project).unwrap();
    let subject = |word: &String| project.subjects().contains(&word.as_str());
    entry.layer == case.layer
        && (!case.looks_around() || case.means(kind))
        && entry.start.as_deref() == start
        && (case.subjects.is_empty() || case.subjects.iter().any(subject))
}

#[test]
fn every_rule_every_case_and_every_row_has_an_entry() {
    let shipped = RuleBook::shipped().unwrap();
    let all: Vec<Entry> = tables().iter().flat_map(|file| entries(file)).collect();
    let mut lacking = Vec::new();
    for rule in shipped.rules() {
        let own: Vec<&Entry> = all.iter().filter(|entry| entry.rule == rule.id).collect();
        for (number, case) in rule.all_cases().enumerate() {
            let speaking: Vec<&&Entry> = own.iter().filter(|entry| speaks_of(entry, rule, case)).collect();
            let place = format!("{} case {number} ({}, {:?})", rule.id, case.layer, case.test);
            if speaking.is_empty() {
                lacking.push(place.clone());
                continue;
            }
            for kind in &case.kinds {
                let named = |entry: &&&Entry| entry.target.get("kind").and_then(Value::as_str) == Some(kind);
                if !speaking.iter().any(named) {
                    lacking.push(format!("{place}: kind {kind}"));
                }
            }
            for figure in figures(&case.threshold_m) {
                if !own.iter().any(|entry| (entry.metres - figure).abs() < 1e-9) {
                    lacking.push(format!("{place}: {figure} m"));
                }
            }
        }
    }
    assert!(lacking.is_empty(), "without an expectation:\n{}", lacking.join("\n"));
}

#[test]
fn no_entry_speaks_of_a_rule_that_is_not_there() {
    let shipped = RuleBook::shipped().unwrap();
    for entry in tables().iter().flat_map(|file| entries(file)) {
        assert!(shipped.find(&entry.rule).is_some(), "{entry}");
    }
}
