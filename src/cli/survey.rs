//! `sisetu survey`: every existing conflict of a store.

use std::io::{ErrorKind, Write, stdout};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde::Serialize;
use sisetu::index::Snapshot;
use sisetu::model::{Conflict, ConflictTotals, Outcome};
use sisetu::report;
use sisetu::rules::RuleBook;
use sisetu::siting::Survey;
use sisetu::siting::survey::{Progress, Summary, Wanted, Work};

use super::exit::Failure;
use super::open::StoreOption;
use super::rules::RulesOption;
use super::{Ended, check, exit, output, progress};

/// How many conflicts the text names.
const NAMED: usize = 20;

/// Finds every existing conflict, in both directions, worst first
#[derive(Debug, Args)]
#[command(after_help = "\
What stands is asked whether it might be built where it stands by the law of the day. Pairs that cannot be judged are
counted apart; --outcome undetermined lists them.

Examples:
  sisetu survey
  sisetu survey --format csv --out conflicts.csv
  sisetu survey --rule PIP-30 --township 沙河街镇 --format json")]
pub struct SurveyAll {
    /// Only under this rule
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Only in this township; `none` for what lies in none
    #[arg(long, value_name = "NAME")]
    township: Option<String>,
    /// Only with this outcome
    #[arg(long, value_enum)]
    outcome: Option<OutcomeOption>,
    /// The day whose law is applied; today if left out
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// What the survey looks like
    #[arg(long, value_enum, default_value_t)]
    format: SurveyFormat,
    /// Where the survey is written; standard output if left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    rules: RulesOption,
    #[command(flatten)]
    store: StoreOption,
}

/// The outcomes that can be asked for.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum OutcomeOption {
    /// Nearer than allowed
    Violated,
    /// Cannot be judged
    Undetermined,
    /// Needs consent
    NeedsApproval,
    /// Needs demonstration
    NeedsDemonstration,
    /// Met by less than the accuracy
    Marginal,
}

impl From<OutcomeOption> for Outcome {
    fn from(option: OutcomeOption) -> Self {
        match option {
            OutcomeOption::Violated => Self::Violated,
            OutcomeOption::Undetermined => Self::Undetermined,
            OutcomeOption::NeedsApproval => Self::NeedsApproval,
            OutcomeOption::NeedsDemonstration => Self::NeedsDemonstration,
            OutcomeOption::Marginal => Self::Marginal,
        }
    }
}

/// What a survey looks like.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum SurveyFormat {
    /// Totals and the worst conflicts, for people
    #[default]
    Text,
    /// One JSON document with every conflict
    Json,
    /// A line for every conflict
    Csv,
}

impl SurveyAll {
    /// Surveys and prints; whatever was found, the run is complete.
    pub async fn run(self) -> Ended {
        let book = Arc::new(self.rules.book()?);
        let snapshot = self.store.snapshot().await?;
        let survey = survey(&snapshot, &book, self.as_of.unwrap_or_else(check::today));
        let wanted = Wanted {
            rule: self.rule,
            township: self.township,
            outcome: self.outcome.map(Outcome::from),
            ..Wanted::default()
        };
        let write = |out: &mut dyn Write| written(out, &survey, &wanted, self.format);
        match &self.out {
            Some(file) => output::write_whole(file, |out| write(out))?,
            None => match write(&mut stdout().lock()) {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(Failure::machine(error)),
                _ => {}
            },
        }
        Ok(exit::DONE)
    }
}

fn threads() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Surveys behind a bar.
fn survey(snapshot: &Snapshot, book: &Arc<RuleBook>, as_of: Date) -> Survey {
    const BEAT: Duration = Duration::from_millis(100);
    let how_far = Progress::default();
    let work = Work { snapshot, book, as_of, threads: threads(), progress: &how_far, show: None };
    let bar = progress::bar(0, "subjects");
    let made = std::thread::scope(|scope| {
        let making = scope.spawn(|| Survey::of(&work));
        while !making.is_finished() {
            let (done, of) = how_far.so_far();
            bar.set_length(of);
            bar.set_position(done);
            std::thread::sleep(BEAT);
        }
        making.join()
    });
    bar.finish_and_clear();
    made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn written(out: &mut dyn Write, survey: &Survey, wanted: &Wanted, format: SurveyFormat) -> std::io::Result<()> {
    match format {
        SurveyFormat::Text => text(out, survey, wanted)?,
        SurveyFormat::Json => document(out, survey, wanted)?,
        SurveyFormat::Csv => {
            out.write_all(report::survey_csv_head().as_bytes())?;
            survey.tell(wanted, threads(), |told| out.write_all(report::survey_csv_rows(&told).as_bytes()))?;
        }
    }
    out.flush()
}

fn text(out: &mut dyn Write, survey: &Survey, wanted: &Wanted) -> std::io::Result<()> {
    let page = survey.page(wanted, None, NAMED).map_err(std::io::Error::other)?;
    out.write_all(report::survey_text(&survey.summary(), &page.totals, &page.items).as_bytes())
}

/// What stands before the conflicts in a document: the totals are of those that are listed.
#[derive(Serialize)]
struct Head<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    totals: ConflictTotals,
}

/// One JSON document, written as it is made: a province has more conflicts than should be held as text.
fn document(out: &mut dyn Write, survey: &Survey, wanted: &Wanted) -> std::io::Result<()> {
    let head = Head { summary: survey.summary(), totals: survey.totals_of(wanted) };
    let head = serde_json::to_string_pretty(&head)?;
    out.write_all(head.strip_suffix("\n}").unwrap_or(&head).as_bytes())?;
    out.write_all(b",\n  \"items\": [")?;
    let mut first = true;
    survey.tell(wanted, threads(), |told| told.iter().try_for_each(|conflict| item(out, conflict, &mut first)))?;
    out.write_all(b"\n  ]\n}\n")
}

fn item(out: &mut dyn Write, conflict: &Conflict, first: &mut bool) -> std::io::Result<()> {
    out.write_all(if std::mem::take(first) { b"\n    " } else { b",\n    " })?;
    serde_json::to_writer(out, conflict)?;
    Ok(())
}
