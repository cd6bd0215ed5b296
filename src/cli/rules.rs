//! `sisetu rules`: the rule book.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use sisetu::model::finding::Clause;
use sisetu::rules::book::{OpenItem, Parameter, Procedure};
use sisetu::rules::lint::Complaint;
use sisetu::rules::{Rule, RuleBook};

use super::exit::Failure;
use super::output::{Format, FormatOption, columns, json, print};
use super::{Ended, exit};
use crate::config;

/// Shows the rule book, or holds one's own rules against what a book must be
#[derive(Debug, Args)]
pub struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists every rule with its clause, the procedures, and what is still open
    List {
        #[command(flatten)]
        rules: RulesOption,
        #[command(flatten)]
        format: FormatOption,
    },
    /// Shows one rule whole
    #[command(after_help = "Example:\n  sisetu rules show YRP-26-2")]
    Show {
        /// The rule's id
        id: String,
        #[command(flatten)]
        rules: RulesOption,
        #[command(flatten)]
        format: FormatOption,
    },
    /// Holds the shipped book, or the book with a folder of one's own rules, against what it must be
    #[command(after_help = "Example:\n  sisetu rules lint ./our-rules\n\nExit codes: 0 sound · 1 faults found.")]
    Lint {
        /// A folder of *.toml files with rules of one's own
        folder: Option<PathBuf>,
        #[command(flatten)]
        format: FormatOption,
    },
}

/// `--rules`, for every command that judges by the rule book.
#[derive(Debug, Args)]
pub struct RulesOption {
    /// A folder of *.toml files beside the shipped rule book: rules, readings and settings of the district
    #[arg(long = "rules", env = config::RULES_VARIABLE, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

impl RulesOption {
    /// The shipped book, with the district's own rules where there are any.
    pub fn book(&self) -> Result<RuleBook, Failure> {
        let Some(folder) = &self.folder else {
            return RuleBook::shipped()
                .map_err(|error| Failure::machine(format!("the rule book shipped with this program: {error}")));
        };
        RuleBook::with_folder(folder)
            .map_err(|error| Failure::input(error.to_string()).hint("`sisetu rules lint FOLDER` lists the faults"))
    }
}

#[derive(Serialize)]
struct Listing<'a> {
    rule_book: &'a str,
    #[serde(flatten)]
    book: &'a RuleBook,
}

#[derive(Serialize)]
struct Lint {
    rule_book: Option<String>,
    rules: usize,
    complaints: Vec<Complaint>,
}

impl Rules {
    /// Prints what was asked for.
    pub fn run(self) -> Ended {
        match self.command {
            Command::List { rules, format } => list(&rules.book()?, format),
            Command::Show { id, rules, format } => show(&rules.book()?, &id, format),
            Command::Lint { folder, format } => lint(folder.as_deref(), format),
        }
    }
}

fn list(book: &RuleBook, format: FormatOption) -> Ended {
    format.print(&Listing { rule_book: book.version(), book }, |_| listing(book))?;
    Ok(exit::DONE)
}

fn listing(book: &RuleBook) -> String {
    let rule = |rule: &Rule| {
        vec![rule.id.clone(), rule.verification.to_string(), rule.title.zh.clone(), citation(&rule.clause)]
    };
    let procedure = |procedure: &Procedure| {
        vec![
            procedure.id.clone(),
            procedure.verification.to_string(),
            procedure.title.zh.clone(),
            citation(&procedure.clause),
        ]
    };
    let open = |item: &OpenItem| vec![item.id.clone(), item.what.zh.clone(), citation(&item.clause)];
    let set = |parameter: &Parameter| vec![parameter.name.clone(), parameter.set_to(), parameter.title.zh.clone()];
    let parts = [
        ("规则 rules", columns(&book.rules().iter().map(rule).collect::<Vec<_>>())),
        ("程序 procedures", columns(&book.procedures().iter().map(procedure).collect::<Vec<_>>())),
        ("参数 parameters", columns(&book.parameters().iter().map(set).collect::<Vec<_>>())),
        ("待核 open items", columns(&book.open_items().iter().map(open).collect::<Vec<_>>())),
    ];
    parts.into_iter().flat_map(|(title, rows)| [title.to_owned(), "\n".to_owned(), rows, "\n".to_owned()]).collect()
}

fn show(book: &RuleBook, id: &str, format: FormatOption) -> Ended {
    let rule = book.find(id).ok_or_else(|| {
        Failure::input(format!("no rule has the id {id:?}")).hint("`sisetu rules list` lists the ids")
    })?;
    match format.format {
        Format::Json => print(&json(rule)?)?,
        Format::Text => print(&page(rule)?)?,
    }
    Ok(exit::DONE)
}

/// The head of a rule in words, then the whole of it as it stands in the book.
fn page(rule: &Rule) -> Result<String, Failure> {
    let mut page = format!("{}  {}\n{}\n{}\n", rule.id, rule.title.zh, rule.title.en, citation(&rule.clause));
    let until = rule.valid_to.map_or_else(|| "…".to_owned(), |day| day.to_string());
    let since = rule.valid_from.map_or_else(|| "…".to_owned(), |day| day.to_string());
    // Writing to a String does not fail.
    let _ = writeln!(page, "{since} – {until}\n{}\n\n{}", rule.measure.zh, json(rule)?.trim_end());
    Ok(page)
}

/// Laws stand in book title marks; standards begin with their number.
fn citation(clause: &Clause) -> String {
    let Clause { law, article } = clause;
    if law.starts_with(|sign: char| sign.is_ascii()) {
        format!("{law} {article}")
    } else {
        format!("《{law}》{article}")
    }
}

fn lint(folder: Option<&Path>, format: FormatOption) -> Ended {
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::input(format!("{} is not a folder", folder.display())));
    }
    let read = folder.map_or_else(RuleBook::shipped, RuleBook::with_folder);
    let lint = match read {
        Ok(book) => Lint { rule_book: Some(book.version().to_owned()), rules: book.rules().len(), complaints: vec![] },
        Err(error) => Lint { rule_book: None, rules: 0, complaints: error.0 },
    };
    format.print(&lint, |lint| match &lint.rule_book {
        Some(version) => format!("rule book {version}: {} rules, no fault\n", lint.rules),
        None => lint.complaints.iter().flat_map(|complaint| [complaint.to_string(), "\n".to_owned()]).collect(),
    })?;
    Ok(if lint.complaints.is_empty() { exit::DONE } else { exit::FOUND })
}
