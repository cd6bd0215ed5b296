//! The commands: what each asks for, what it prints, how it ends.

mod alerts;
mod check;
mod demo;
mod doctor;
mod exit;
mod export;
mod import;
mod layers;
mod open;
mod output;
mod progress;
mod risk;
mod risk_lists;
mod rules;
mod sample;
mod serve;
mod survey;

use clap::{Parser, Subcommand};
use tracing_subscriber::filter::LevelFilter;

use crate::config;
use exit::Failure;

/// 四色图: may this stand here, and how red is it? Siting checks and the four-colour risk map of a district.
#[derive(Debug, Parser)]
#[command(name = "sisetu", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "\
Examples:
  sisetu demo                                       the sample district on http://127.0.0.1:8080
  sisetu import plants.geojson --layer enterprises  own data into ./sisetu.gpkg
  sisetu check --kind chem_project --site site.geojson
  sisetu survey                                     every existing conflict
  sisetu serve                                      what ./sisetu.gpkg holds, on http://127.0.0.1:8080

The store is --store, else $SISETU_STORE, else ./sisetu.gpkg. $SISETU_LOG=debug logs more.
Exit codes: 0 done · 1 veto, fail or a failed verification · 2 wrong usage or input · 3 the machine or the store failed ·
4 needs review · 5 undetermined.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Import(import::Import),
    Export(export::Export),
    Check(check::Check),
    Survey(survey::SurveyAll),
    Risk(risk::Risk),
    Alerts(alerts::ListAlerts),
    Rules(rules::Rules),
    Layers(layers::Layers),
    Sample(sample::Sample),
    Doctor(doctor::Doctor),
}

/// How a command that did its work ends; failures are [`Failure`].
type Ended = Result<u8, Failure>;

/// Runs the command that was typed; the number is the exit code.
pub fn run() -> u8 {
    let command = Cli::parse().command;
    config::start_log(command.log_level());
    let ended = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::machine(format!("no threads to work with: {error}")))
        .and_then(|runtime| runtime.block_on(command.run()));
    ended.unwrap_or_else(|failure| failure.tell())
}

impl Command {
    async fn run(self) -> Ended {
        match self {
            Self::Demo(demo) => demo.run().await,
            Self::Serve(serve) => serve.run().await,
            Self::Import(import) => import.run().await,
            Self::Export(export) => export.run().await,
            Self::Check(check) => check.run().await,
            Self::Survey(survey) => survey.run().await,
            Self::Risk(risk) => risk.run().await,
            Self::Alerts(alerts) => alerts.run().await,
            Self::Rules(rules) => rules.run(),
            Self::Layers(layers) => layers.run(),
            Self::Sample(sample) => sample.run(),
            Self::Doctor(doctor) => doctor.run().await,
        }
    }

    /// A service tells what it does; a command tells what went wrong.
    fn log_level(&self) -> LevelFilter {
        match self {
            Self::Demo(_) | Self::Serve(_) => LevelFilter::INFO,
            _ => LevelFilter::WARN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
