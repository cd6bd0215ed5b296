//! `sisetu check`: may this stand here?

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use serde::Serialize;
use serde_json::Value;
use sisetu::geom::{Crs, Datum};
use sisetu::model::SitingReport;
use sisetu::siting::request::{self, Asked};
use sisetu::siting::{Limits, Remedies};
use sisetu::{report, siting};

use super::exit::Failure;
use super::open::StoreOption;
use super::rules::RulesOption;
use super::{Ended, exit, output};

/// Checks one proposal: may this stand here, and by which clause not
#[derive(Debug, Args)]
#[command(after_help = "\
SITE is a GeoJSON geometry, a Feature whose properties are facts (volume_m3, handles_hazchem …), a collection of one
Feature, or a request {\"site\": Feature, …}. `-` reads standard input.

Examples:
  sisetu check --kind chem_project --site site.geojson
  sisetu check --kind residential --site site.geojson --crs EPSG:4548 --as-of 2026-01-01
  sisetu check --kind lpg_station --site - --format html --out report.html <site.geojson
  sisetu check --kind residential --site site.geojson --remedies

Exit codes: 0 pass · 1 veto or fail · 2 wrong usage or input · 3 the machine or the store failed · 4 review ·
5 undetermined.")]
pub struct Check {
    /// The project kind, e.g. `chem_project`; may stand in the Feature's properties instead
    #[arg(long)]
    kind: Option<String>,
    /// The file that holds the site
    #[arg(long, value_name = "FILE")]
    site: PathBuf,
    /// The reference system of the coordinates; longitude/latitude CGCS2000 if left out
    #[arg(long, value_name = "EPSG:n")]
    crs: Option<Crs>,
    /// The datum of the coordinates: cgcs2000, wgs84, gcj02 or bd09
    #[arg(long)]
    datum: Option<Datum>,
    /// The day whose law is applied; today if left out
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// What the report looks like
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// Where the report is written; standard output if left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Say too by what least change a failing site would pass: a shift, a part given up, a smaller quantity
    #[arg(long)]
    remedies: bool,
    #[command(flatten)]
    rules: RulesOption,
    #[command(flatten)]
    store: StoreOption,
}

/// A report, with the remedies where they were asked for.
#[derive(Debug, Serialize)]
struct Document<'r> {
    #[serde(flatten)]
    report: &'r SitingReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedies: Option<Remedies>,
}

/// What a siting report looks like.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ReportFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// A sheet to print
    Html,
}

impl Check {
    /// Checks, reports, and lets the exit code say the verdict.
    pub async fn run(self) -> Ended {
        if self.remedies && matches!(self.format, ReportFormat::Html) {
            let failure = Failure::input("the sheet to print has no place for remedies");
            return Err(failure.hint("ask for --remedies with --format text or json"));
        }
        let body = read(&self.site)?;
        let asked = Asked { kind: self.kind, crs: self.crs, datum: self.datum, as_of: self.as_of, today: today() };
        let request = request::parse(&body, &asked)?;
        let book = self.rules.book()?;
        let snapshot = self.store.snapshot().await?;
        let report = siting::check(&snapshot, &book, &request, Timestamp::now());
        let remedies = self.remedies.then(|| siting::remedies(&snapshot, &book, &request, &Limits::default()));
        let text = match self.format {
            ReportFormat::Text => {
                report::siting_text(&report) + &remedies.as_ref().map(report::remedies_text).unwrap_or_default()
            }
            ReportFormat::Json => output::json(&Document { report: &report, remedies })?,
            ReportFormat::Html => report::siting_html(&report, &request.proposal),
        };
        output::deliver(&text, self.out.as_deref())?;
        Ok(exit::of_verdict(report.verdict))
    }
}

fn read(site: &Path) -> Result<Value, Failure> {
    let unreadable = |error| Failure::input(format!("site {} cannot be read: {error}", site.display()));
    let text = if site == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
        text
    } else {
        std::fs::read_to_string(site).map_err(unreadable)?
    };
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let what = format!("site {} is not JSON: {error}", site.display());
        Failure::input(what).hint("the site is one GeoJSON geometry or Feature; `sisetu check --help` shows how")
    })
}

/// The day it is in China.
pub fn today() -> Date {
    TimeZone::fixed(tz::offset(8)).to_datetime(Timestamp::now()).date()
}
