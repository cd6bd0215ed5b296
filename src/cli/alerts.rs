//! `sisetu alerts`: the warnings of a store.

use clap::Args;
use sisetu::alerts::{Alert, Alerts, Page, State, Wanted};
use sisetu::atlas::Atlas;

use super::open::StoreOption;
use super::output::{self, FormatOption};
use super::{Ended, exit};

/// The most warnings that are listed.
const MOST: usize = 10_000;

/// Lists the warnings, newest first
#[derive(Debug, Args)]
#[command(after_help = "\
Warnings are raised by a running service; this lists what its journal says.

Examples:
  sisetu alerts
  sisetu alerts --open --format json")]
pub struct ListAlerts {
    /// Only those that nobody has taken up
    #[arg(long)]
    open: bool,
    /// How many at most; no more than 10000
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    store: StoreOption,
}

impl ListAlerts {
    /// Lists and raises nothing.
    pub async fn run(self) -> Ended {
        let atlas = Atlas::open(self.store.open().await?).await?;
        let alerts = Alerts::open(atlas).await?;
        let wanted = Wanted { state: self.open.then_some(State::Open), ..Wanted::default() };
        self.format.print(&alerts.page(&wanted, None, self.limit.min(MOST)), text)?;
        Ok(exit::DONE)
    }
}

fn text(page: &Page) -> String {
    let rows: Vec<Vec<String>> = page.items.iter().map(row).collect();
    let more = if page.next.is_some() { "; there are more, see --limit" } else { "" };
    format!("{}{} of {} warnings{more}\n", output::columns(&rows), page.items.len(), page.totals.total)
}

fn row(alert: &Alert) -> Vec<String> {
    let raised = &alert.raised;
    let at = alert.history.first().map(|first| first.at.to_string()).unwrap_or_default();
    let what = format!("{}/{}", raised.subject.layer, raised.subject.feature);
    let level = raised.warning_level.to_string();
    vec![alert.id.clone(), at, level, alert.state().word().to_owned(), what, raised.why.clone()]
}
