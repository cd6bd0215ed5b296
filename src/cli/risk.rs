//! `sisetu risk`: how red, and why.

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::Value;
use sisetu::model::RiskLevel;
use sisetu::risk::{AreaGrade, Grade, Grades, Scheme, Subject};

use super::exit::Failure;
use super::open::StoreOption;
use super::output::{FormatOption, columns};
use super::{Ended, exit};

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
    /// Grades the areas of one level, each with its reason
    Areas {
        /// township, village, functional or district
        #[arg(long, default_value = "township")]
        level: String,
        #[command(flatten)]
        store: StoreOption,
        #[command(flatten)]
        format: FormatOption,
    },
    /// Explains the grade of one feature, or of one segment of a pipeline
    #[command(
        after_help = "Examples:\n  sisetu risk explain enterprises/ent-0001\n  sisetu risk explain hca_segments/pip-0001@0-1200"
    )]
    Explain {
        /// The feature, as LAYER/ID
        feature: String,
        #[command(flatten)]
        store: StoreOption,
        #[command(flatten)]
        format: FormatOption,
    },
}

#[derive(Serialize)]
struct Ranking<'a> {
    edition: sisetu::model::Revision,
    aggregator: &'static str,
    areas: &'a [AreaGrade],
}

#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    grade: Grade,
    risk_color: &'static str,
}

impl Risk {
    /// Prints what was asked for.
    pub async fn run(self) -> Ended {
        match self.command {
            Command::Areas { level, store, format } => areas(&level, &store, format).await,
            Command::Explain { feature, store, format } => explain(&feature, &store, format).await,
        }
    }
}

async fn areas(level: &str, store: &StoreOption, format: FormatOption) -> Ended {
    const LEVELS: [&str; 4] = ["district", "township", "village", "functional"];
    if !LEVELS.contains(&level) {
        return Err(Failure::input(format!("level {level:?} is unknown")).hint(format!("one of {}", LEVELS.join(", "))));
    }
    let snapshot = store.snapshot().await?;
    let grades = Grades::of(&snapshot);
    let listing = Ranking { edition: snapshot.revision(), aggregator: "max", areas: grades.areas(level) };
    format.print(&listing, |listing| {
        let row = |area: &AreaGrade| vec![area.name.clone(), colour(area.risk_level), area.reason.clone()];
        columns(&listing.areas.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(exit::DONE)
}

async fn explain(feature: &str, store: &StoreOption, format: FormatOption) -> Ended {
    let (layer, id) = feature.split_once('/').ok_or_else(|| {
        Failure::input(format!("{feature:?} is not LAYER/ID")).hint("for example enterprises/ent-0001")
    })?;
    let subject: Subject = layer.parse()?;
    let snapshot = store.snapshot().await?;
    let grades = Grades::of(&snapshot);
    let grade = grades.explain(&snapshot, subject, id).ok_or_else(|| {
        Failure::input(format!("{feature} is not in the store, or its layer is not graded"))
            .hint("enterprises, installations, pipelines, chemical_parks, admin_units and hca_segments are graded")
    })?;
    let risk_color = grade.level.map_or("none", RiskLevel::color);
    format.print(&Explained { grade, risk_color }, |explained| page(&explained.grade))?;
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

fn colour(level: Option<RiskLevel>) -> String {
    level.map_or_else(|| NOTHING.to_owned(), |level| Scheme::shipped().words(level))
}
