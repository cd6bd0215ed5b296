//! `sisetu risk list`, `responsibilities`, `totals` and `publish`.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use sisetu::atlas::{Atlas, ChangeError, Edition};
use sisetu::model::{Layer, RiskLevel};
use sisetu::report::{self, Basis, Table, words};
use sisetu::risk::{GRADED, Heading, Line, PublicationError, Sought, Tables, Totals};

use super::exit::Failure;
use super::open::StoreOption;
use super::output::{self, FormatOption, columns};
use super::risk::RiskOption;
use super::{Ended, check, exit};

/// What a list looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// A line for every object
    Csv,
    /// A workbook
    Xlsx,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Every graded object.
    Risks,
    /// Who answers for each.
    Responsibilities,
}

/// The options of a list.
#[derive(Debug, Args)]
pub struct ListOptions {
    /// Only this level: 1 red, 2 orange, 3 yellow, 4 blue; `none` for what has none
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Only in this township; `none` for what lies in none
    #[arg(long, value_name = "NAME")]
    township: Option<String>,
    /// Only under this committee; `none` for what is under none
    #[arg(long, value_name = "NAME")]
    committee: Option<String>,
    /// Only of this layer
    #[arg(long, value_name = "LAYER")]
    layer: Option<Layer>,
    /// What the list looks like
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
    /// Where it goes, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    risk: RiskOption,
}

/// The options of publishing.
#[derive(Debug, Args)]
pub struct PublishOptions {
    /// What the edition is called, such as 2026年第四季度
    #[arg(long)]
    name: String,
    /// The day of publication; today if left out
    #[arg(long)]
    date: Option<Date>,
    /// Who publishes
    #[arg(long)]
    by: String,
    /// How areas take their colour
    #[arg(long, default_value = "max")]
    aggregator: String,
    /// Anything else
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    risk: RiskOption,
    #[command(flatten)]
    format: FormatOption,
}

#[derive(Serialize)]
struct Document<T> {
    revision: sisetu::model::Revision,
    published: Option<u64>,
    items: Vec<T>,
    totals: Totals,
    ungraded: usize,
    next: Option<String>,
}

impl ListOptions {
    /// Writes a list.
    pub async fn run(self, list: List) -> Ended {
        let wanted = self.wanted()?;
        let atlas = Atlas::open_by(self.store.open().await?, self.risk.scheme()?).await?;
        let edition = atlas.current();
        readable(&edition)?;
        let bytes = self.made(&edition, &wanted, list)?;
        match &self.out {
            Some(file) => output::write_whole(file, |out| out.write_all(&bytes))?,
            None => output::print_bytes(&bytes)?,
        }
        Ok(exit::DONE)
    }

    fn wanted(&self) -> Result<Sought, Failure> {
        if let Some(layer) = self.layer.filter(|layer| !GRADED.contains(layer)) {
            let graded = GRADED.map(Layer::name).join(", ");
            return Err(Failure::input(format!("layer {layer} is not graded")).hint(format!("one of {graded}")));
        }
        let level = self.level.as_deref().map(level).transpose()?;
        Ok(Sought { level, township: self.township.clone(), committee: self.committee.clone(), layer: self.layer })
    }

    fn made(&self, edition: &Edition, wanted: &Sought, list: List) -> Result<Vec<u8>, Failure> {
        let lines: Vec<&Line> = edition.grades.roll().select(wanted).collect();
        let totals = Totals::of(lines.iter().copied());
        let ungraded = edition.grades.roll().select(&Sought { level: Some(None), ..wanted.clone() }).count();
        match self.format {
            ListFormat::Json => document(edition, list, &lines, totals, ungraded),
            ListFormat::Csv => report::csv(&table(edition, list, &lines)).map_err(Failure::machine),
            ListFormat::Xlsx => {
                let notes = report::notes_table(&self.basis(edition, ungraded), lines.len(), &totals);
                let tables = [table(edition, list, &lines), report::totals_table(&totals), notes];
                report::xlsx(&tables).map_err(Failure::machine)
            }
            ListFormat::Text => Ok(text(edition, list, &lines, &totals, ungraded).into_bytes()),
        }
    }

    fn basis(&self, edition: &Edition, ungraded: usize) -> Basis {
        let published = edition.grades.published();
        let filters = [
            ("等级", self.level.clone()),
            ("乡镇", self.township.clone()),
            ("专业委员会", self.committee.clone()),
            ("图层", self.layer.map(|layer| layer.to_string())),
        ];
        let asked = filters.into_iter().filter_map(|(title, value)| Some(format!("{title} = {}", value?)));
        Basis {
            revision: edition.revision(),
            edition: published.date().map(|date| format!("第 {} 版（{date}）", published.number())),
            aggregator: "max".to_owned(),
            date: check::today(),
            asked: asked.collect(),
            ungraded,
        }
    }
}

fn level(text: &str) -> Result<Option<RiskLevel>, Failure> {
    let level = text.parse().ok().and_then(RiskLevel::from_number);
    if level.is_some() || text == "none" {
        return Ok(level);
    }
    Err(Failure::input(format!("level {text:?} is unknown")).hint("1, 2, 3, 4 or none"))
}

/// A list without a layer would look complete.
fn readable(edition: &Edition) -> Result<(), Failure> {
    match GRADED.into_iter().find_map(|layer| Some((layer, edition.snapshot.layer(layer).err()?))) {
        Some((layer, why)) => Err(Failure::machine(format!("layer {layer} cannot be read: {}", why.0))
            .hint("`sisetu doctor --store STORE` looks closer")),
        None => Ok(()),
    }
}

fn document(
    edition: &Edition,
    list: List,
    lines: &[&Line],
    totals: Totals,
    ungraded: usize,
) -> Result<Vec<u8>, Failure> {
    let items = lines.iter().map(|line| match list {
        List::Risks => json!(line.item(&edition.snapshot, &edition.grades)),
        List::Responsibilities => json!(line.responsibility(&edition.snapshot)),
    });
    let document = Document {
        revision: edition.revision(),
        published: Some(edition.grades.published().number()).filter(|number| *number > 0),
        items: items.collect(),
        totals,
        ungraded,
        next: None,
    };
    output::json(&document).map(String::into_bytes)
}

fn table(edition: &Edition, list: List, lines: &[&Line]) -> Table {
    match list {
        List::Risks => {
            let items: Vec<_> = lines.iter().map(|line| line.item(&edition.snapshot, &edition.grades)).collect();
            report::list_table(&items)
        }
        List::Responsibilities => {
            let items: Vec<_> = lines.iter().map(|line| line.responsibility(&edition.snapshot)).collect();
            report::responsibility_table(&items)
        }
    }
}

fn text(edition: &Edition, list: List, lines: &[&Line], totals: &Totals, ungraded: usize) -> String {
    let known = |text: Option<String>| text.unwrap_or_else(|| words::MISSING.to_owned());
    let row = |line: &&Line| match list {
        List::Risks => {
            let item = line.item(&edition.snapshot, &edition.grades);
            vec![
                words::level(item.risk_level),
                item.name,
                known(item.township),
                known(item.responsible_person),
                item.why,
            ]
        }
        List::Responsibilities => {
            let item = line.responsibility(&edition.snapshot);
            let lead = item.lead.map_or_else(String::new, |lead| format!("{} {}", lead.title.zh, known(lead.person)));
            vec![
                words::level(item.risk_level),
                item.name,
                known(item.enterprise.person),
                known(item.territorial.person),
                known(item.department.unit),
                lead,
            ]
        }
    };
    let rows = columns(&lines.iter().map(row).collect::<Vec<_>>());
    let levels = RiskLevel::ALL.into_iter().map(|level| {
        let count = totals.by_level.get(&level.number().to_string()).copied().unwrap_or_default();
        format!("{} {count}", words::level(Some(level)))
    });
    let levels = levels.collect::<Vec<_>>().join("；");
    let practice = match list {
        List::Risks => "",
        List::Responsibilities => "牵头层级按等级对应为通行做法（K-M），非法律规定\n",
    };
    format!("{rows}\n共 {} 个（{levels}）；未评级 {ungraded} 个\n{practice}", totals.total)
}

/// Prints every total and every sum that was checked; one that does not add up is a failed verification.
pub async fn totals(store: &StoreOption, risk: &RiskOption, format: FormatOption) -> Ended {
    let atlas = Atlas::open_by(store.open().await?, risk.scheme()?).await?;
    let edition = atlas.current();
    readable(&edition)?;
    let tables = Tables::of(&edition.snapshot, &edition.grades);
    format.print(&tables, report::tables_text)?;
    if !tables.adds_up {
        return Ok(exit::FOUND);
    }
    Ok(exit::DONE)
}

impl PublishOptions {
    /// Publishes what the newest revision says.
    pub async fn run(self) -> Ended {
        let atlas = Atlas::open_by(self.store.open().await?, self.risk.scheme()?).await?;
        let heading = Heading {
            name: self.name,
            date: self.date.unwrap_or_else(check::today),
            by: self.by,
            aggregator: Some(self.aggregator),
            note: self.note,
        };
        let author = heading.by.clone();
        let published = atlas.issue(heading, &author).await.map_err(refused)?;
        let head = atlas.publications().heads().last().cloned();
        self.format.print(&head.as_deref(), |_| {
            let reds = published.totals.by_level.get("1").copied().unwrap_or_default();
            format!(
                "已发布第 {} 版「{}」（{}），数据版本 {}：{} 个对象，其中红色 {reds} 个\n",
                published.number, published.name, published.date, published.revision, published.totals.total
            )
        })?;
        Ok(exit::DONE)
    }
}

fn refused(error: ChangeError<PublicationError>) -> Failure {
    match error {
        ChangeError::Refused(fault @ PublicationError::Unavailable { .. }) => {
            Failure::machine(&fault).hint(fault.hint())
        }
        ChangeError::Refused(fault) => Failure::input(&fault).hint(fault.hint()),
        ChangeError::Failed(error) => error.into(),
        ChangeError::Contended(_) => Failure::machine(error),
    }
}
