//! `sisetu risk`: how red, and why. Lists and editions have a file of their own.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::Value;
use sisetu::atlas::Atlas;
use sisetu::model::{Layer, RiskLevel};
use sisetu::risk::{AreaGrade, GRADED, Grade, Scheme, SchemeName};

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
        /// township, village, functional or district
        #[arg(long, default_value = "township")]
        level: String,
        #[command(flatten)]
        store: StoreOption,
        #[command(flatten)]
        risk: RiskOption,
        #[command(flatten)]
        format: FormatOption,
    },
    /// Explains the grade of one feature
    #[command(after_help = "Example:\n  sisetu risk explain enterprises/ent-0001")]
    Explain {
        /// The feature, as LAYER/ID
        feature: String,
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
    /// A *.toml file over the shipped bands: bands, scales and colours of the district
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
struct Ranking<'a> {
    edition: sisetu::model::Revision,
    aggregator: &'static str,
    scheme: &'a SchemeName,
    areas: &'a [AreaGrade],
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
            Command::Areas { level, store, risk, format } => areas(&level, &store, &risk, format).await,
            Command::Explain { feature, store, risk, format } => explain(&feature, &store, &risk, format).await,
        }
    }
}

async fn areas(level: &str, store: &StoreOption, risk: &RiskOption, format: FormatOption) -> Ended {
    const LEVELS: [&str; 4] = ["district", "township", "village", "functional"];
    if !LEVELS.contains(&level) {
        return Err(Failure::input(format!("level {level:?} is unknown")).hint(format!("one of {}", LEVELS.join(", "))));
    }
    let scheme = risk.scheme()?;
    let current = Atlas::open_by(store.open().await?, Arc::clone(&scheme)).await?.current();
    let (edition, areas) = (current.revision(), current.grades.areas(level));
    let listing = Ranking { edition, aggregator: "max", scheme: scheme.name(), areas };
    format.print(&listing, |listing| {
        let row = |area: &AreaGrade| vec![area.name.clone(), colour(area.risk_level), area.reason.clone()];
        columns(&listing.areas.iter().map(row).collect::<Vec<_>>()) + &graded_by(listing.scheme)
    })?;
    Ok(exit::DONE)
}

async fn explain(feature: &str, store: &StoreOption, risk: &RiskOption, format: FormatOption) -> Ended {
    let (layer, id) = feature.split_once('/').ok_or_else(|| {
        Failure::input(format!("{feature:?} is not LAYER/ID")).hint("for example enterprises/ent-0001")
    })?;
    let layer: Layer = layer.parse()?;
    let scheme = risk.scheme()?;
    let edition = Atlas::open_by(store.open().await?, Arc::clone(&scheme)).await?.current();
    let grade = edition.grades.explain(&edition.snapshot, layer, id).ok_or_else(|| {
        Failure::input(format!("{feature} is not in the store, or its layer is not graded"))
            .hint(format!("{} and admin_units are graded", GRADED.map(Layer::name).join(", ")))
    })?;
    let risk_color = grade.level.map_or("none", RiskLevel::color);
    let explained = Explained { grade, risk_color, scheme: scheme.name() };
    format.print(&explained, |explained| page(&explained.grade) + &graded_by(explained.scheme))?;
    Ok(exit::DONE)
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
