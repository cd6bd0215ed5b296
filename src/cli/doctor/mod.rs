//! `sisetu doctor`: what is missing or wrong on this machine and in a store, and the mend.

mod contents;
mod machine;

use clap::Args;
use serde::Serialize;

use super::open::{StoreOption, indexed};
use super::output::FormatOption;
use super::{Ended, exit};

/// Says what is missing or wrong on this machine and in the store, and the mend
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 nothing is broken · 3 something is, and the line says the mend.")]
pub struct Doctor {
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    format: FormatOption,
}

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    Ok,
    /// Works, but someone should know.
    Warn,
    /// Broken.
    Fail,
}

/// One thing looked at.
#[derive(Debug, Serialize)]
pub struct Look {
    /// What was looked at.
    what: String,
    /// How well it is.
    health: Health,
    /// What was seen.
    seen: String,
    /// What to do.
    mend: Option<String>,
}

impl Look {
    /// It is as it should be.
    pub fn ok(what: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { what: what.into(), health: Health::Ok, seen: seen.into(), mend: None }
    }

    /// It works, but someone should know.
    pub fn warn(what: impl Into<String>, seen: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what: what.into(), health: Health::Warn, seen: seen.into(), mend: Some(mend.into()) }
    }

    /// It is broken.
    pub fn fail(what: impl Into<String>, seen: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what: what.into(), health: Health::Fail, seen: seen.into(), mend: Some(mend.into()) }
    }
}

#[derive(Debug, Serialize)]
struct Diagnosis {
    version: &'static str,
    checks: Vec<Look>,
}

impl Doctor {
    /// Looks at everything, however much of it is broken.
    pub async fn run(self) -> Ended {
        let mut checks = machine::looks().await;
        checks.extend(self.store_looks().await);
        let broken = checks.iter().any(|look| look.health == Health::Fail);
        let diagnosis = Diagnosis { version: env!("CARGO_PKG_VERSION"), checks };
        self.format.print(&diagnosis, |diagnosis| diagnosis.checks.iter().map(line).collect())?;
        Ok(if broken { exit::MACHINE } else { exit::DONE })
    }

    async fn store_looks(&self) -> Vec<Look> {
        let name = &self.store.store;
        match sisetu::store::open(name, false).await {
            Ok(store) => match store.load().await {
                Ok(contents) => contents::looks(name, &indexed(contents)),
                Err(error) => vec![Look::fail("store", error.to_string(), "restore it from a backup")],
            },
            Err(error @ sisetu::store::StoreError::Missing(_)) => vec![Look::warn(
                "store",
                error.to_string(),
                "`sisetu import FILE --layer LAYER` makes one, `sisetu demo` serves a sample",
            )],
            Err(error) => vec![Look::fail("store", error.to_string(), "name a store with --store")],
        }
    }
}

fn line(look: &Look) -> String {
    let word = match look.health {
        Health::Ok => "ok  ",
        Health::Warn => "warn",
        Health::Fail => "fail",
    };
    let mend = look.mend.as_ref().map(|mend| format!("      → {mend}\n")).unwrap_or_default();
    format!("{word}  {}: {}\n{mend}", look.what, look.seen)
}
