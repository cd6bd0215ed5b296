//! `sisetu risk`: how red, and why. Lists and editions have a file of their own.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::Value;
use sisetu::atlas::Atlas;
use sisetu::index::Snapshot;
use sisetu::model::{Change, Commit, Known, Layer, RiskLevel};
use sisetu::risk::{
    Aggregator, AreaGrade, AreaPage, GRADED, Grade, Grades, LEVELS, Scheme, SchemeName, Subject, Unset, Wanted,
};

use super::exit::Failure;
use super::open::StoreOption;
use super::output::{FormatOption, columns};
use super::risk_lists::{self, List, ListOptions, PublishOptions};
use super::{Ended, exit};
use crate::config;

/// What stands where nothing is known.
const NOTHING: &str = "—";

/// Shows the grades of areas, and why a grade is what it is
#[derive(Debug, Args)]
pub struct Risk {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists every graded object, the worst first
    #[command(after_help = "Example:\n  sisetu risk list --level 1 --format xlsx --out red.xlsx")]
    List(Box<ListOptions>),
    /// Lists who answers for each graded object
    Responsibilities(Box<ListOptions>),
    /// Prints all totals and checks every sum; ends with 1 where one does not add up
    Totals {
        #[command(flatten)]
        store: StoreOption,
        #[command(flatten)]
        risk: RiskOption,
        #[command(flatten)]
        format: FormatOption,
    },
    /// Publishes an edition of the map: its reds stay red until a document closes them
    #[command(after_help = "Example:\n  sisetu risk publish --name 2026年第四季度 --by 区应急管理局")]
    Publish(Box<PublishOptions>),
    /// Grades the areas of one level, each with its reason
    Areas {
        /// township, village, functional, district, or grid for the cells
        #[arg(long, default_value = "township")]
        level: String,
        /// max (the worst object), count or index; the last two need the district's own parameters, see --risk
        #[arg(long, default_value = "max")]
        aggregator: Aggregator,
        /// How many areas at most, up to 1000
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// How many areas come before them
        #[arg(long, default_value_t = 0)]
        offset: usize,
        #[command(flatten)]
        store: StoreOption,
        #[command(flatten)]
        risk: RiskOption,
        #[command(flatten)]
        format: FormatOption,
    },
    /// Explains the grade of one feature, of a cell of the grid, or of a stretch of a pipeline
    #[command(after_help = "\
Examples:
  sisetu risk explain enterprises/ent-0001
  sisetu risk explain risk_grid/E384000N3277500
  sisetu risk explain hca_segments/pip-0001@0-1200
  sisetu risk explain admin_units/360404101 --without enterprises/ent-0001")]
    Explain {
        /// The feature, as LAYER/ID; a cell of the grid as in the example below
        feature: String,
        /// How an area is graded: max, count or index
        #[arg(long, default_value = "max")]
        aggregator: Aggregator,
        /// Grades as if this feature were not there; may be given more than once
        #[arg(long, value_name = "LAYER/ID")]
        without: Vec<String>,
        #[command(flatten)]
        store: StoreOption,
        #[command(flatten)]
        risk: RiskOption,
        #[command(flatten)]
        format: FormatOption,
    },
}

/// `--risk`, for every command that grades.
#[derive(Debug, Args)]
pub struct RiskOption {
    /// A *.toml file over the shipped bands: bands, scales and colours of the district, thresholds and weights of its
    /// areas, the side of its grid
    #[arg(long = "risk", env = config::RISK_VARIABLE, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl RiskOption {
    /// The shipped scheme, with the district's own file over it where there is one.
    pub fn scheme(&self) -> Result<Arc<Scheme>, Failure> {
        let Some(file) = &self.file else { return Ok(Arc::clone(Scheme::shipped())) };
        Scheme::with_file(file).map_err(|error| {
            Failure::input(error.to_string()).hint("mend these lines; the shipped bands are in data/risk/bands.toml")
        })
    }
}

#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    grade: Grade,
    risk_color: &'static str,
    scheme: &'a SchemeName,
}

impl Risk {
    /// Prints what was asked for.
    pub async fn run(self) -> Ended {
        match self.command {
            Command::List(options) => options.run(List::Risks).await,
            Command::Responsibilities(options) => options.run(List::Responsibilities).await,
            Command::Totals { store, risk, format } => risk_lists::totals(&store, &risk, format).await,
            Command::Publish(options) => options.run().await,
            Command::Areas { level, aggregator, limit, offset, store, risk, format } => {
                areas(&Wanted { level, aggregator, offset, limit }, &store, &risk, format).await
            }
            Command::Explain { feature, aggregator, without, store, risk, format } => {
                let edition = Atlas::open_by(store.open().await?, risk.scheme()?).await?.current();
                let grades = missing(&edition.snapshot, &without)?
                    .map(|commit| edition.grades.after(&edition.snapshot.after(&commit), &commit));
                explain(&feature, aggregator, grades.as_ref().unwrap_or(&edition.grades), format)
            }
        }
    }
}

async fn areas(wanted: &Wanted, store: &StoreOption, risk: &RiskOption, format: FormatOption) -> Ended {
    if !LEVELS.contains(&wanted.level.as_str()) {
        return Err(Failure::input(format!("level {:?} is unknown", wanted.level))
            .hint(format!("one of {}", LEVELS.join(", "))));
    }
    if wanted.limit == 0 {
        return Err(Failure::input("--limit is 0").hint("a whole number from 1 to 1000"));
    }
    let scheme = risk.scheme()?;
    let current = Atlas::open_by(store.open().await?, scheme).await?.current();
    let page = current.grades.page(wanted).map_err(|unset| needed(&unset))?;
    format.print(&page, listing)?;
    Ok(exit::DONE)
}

fn listing(page: &AreaPage) -> String {
    let row = |area: &AreaGrade| vec![area.name.clone(), colour(area.risk_level), area.reason.clone()];
    let rows = columns(&page.areas.iter().map(row).collect::<Vec<_>>());
    let more =
        page.next.map_or_else(String::new, |next| format!("{} in all; go on with --offset {next}\n", page.total));
    let crs = page.grid.crs.as_deref().unwrap_or(NOTHING);
    let by = format!("aggregator {}, grid {} m in {crs}\n", page.aggregator, page.grid.side_m);
    rows + &more + &by + &graded_by(&page.scheme)
}

/// What takes some features away from an edition, where any are named.
fn missing(snapshot: &Snapshot, without: &[String]) -> Result<Option<Commit>, Failure> {
    if without.is_empty() {
        return Ok(None);
    }
    let delete = |name: &String| {
        let (layer, id) = parts(name)?;
        let layer: Layer = layer.parse()?;
        let there = snapshot.feature(layer, id).is_some();
        let deleted = there.then(|| Change::Delete(layer, id.to_owned()));
        deleted.ok_or_else(|| Failure::input(format!("--without: {name} is not in the store")))
    };
    let changes = without.iter().map(delete).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Commit { revision: snapshot.revision(), changes }))
}

fn explain(feature: &str, aggregator: Aggregator, grades: &Grades, format: FormatOption) -> Ended {
    let (name, id) = parts(feature)?;
    let subject: Subject = name.parse()?;
    let grade = grades.explain_by(subject, id, aggregator).map_err(|unset| needed(&unset))?.ok_or_else(|| {
        Failure::input(format!("{feature} is not in the store, or its layer is not graded"))
            .hint(format!("{}, admin_units, risk_grid and hca_segments are graded", GRADED.map(Layer::name).join(", ")))
    })?;
    let risk_color = grade.level.map_or("none", RiskLevel::color);
    let explained = Explained { grade, risk_color, scheme: grades.scheme().name() };
    format.print(&explained, |explained| page(&explained.grade) + &graded_by(explained.scheme))?;
    Ok(exit::DONE)
}

fn parts(feature: &str) -> Result<(&str, &str), Failure> {
    let parts = feature.split_once('/');
    parts.ok_or_else(|| Failure::input(format!("{feature:?} is not LAYER/ID")).hint("for example enterprises/ent-0001"))
}

/// The district has to say something first.
fn needed(unset: &Unset) -> Failure {
    Failure::input(unset).hint(format!("such a file looks like this:\n\n{}", unset.example()))
}

fn page(grade: &Grade) -> String {
    let plain = |value: &Value| match value {
        Value::Null => NOTHING.to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let mut page = format!("{}  {}\n", colour(grade.level), grade.method);
    let inputs = grade.inputs.iter().map(|(name, value)| vec![format!("  {name}"), plain(value)]);
    page += &columns(&inputs.collect::<Vec<_>>());
    let steps = grade.steps.iter().map(|step| vec![format!("  {}", step.what), plain(&step.value), step.note.clone()]);
    page += &columns(&steps.collect::<Vec<_>>());
    if let Some(milder) = &grade.override_ {
        page = format!("{page}  override: {} ({}), {}\n", milder.by, milder.reason, milder.at);
    }
    page
}

fn graded_by(scheme: &SchemeName) -> String {
    format!("scheme {} {}\n", scheme.name, scheme.hash)
}

fn colour(level: Option<RiskLevel>) -> String {
    level.map_or_else(|| NOTHING.to_owned(), |level| Scheme::shipped().words(level))
}
