//! What the program takes from its surroundings where nobody says otherwise: names of stores, the address, the log.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// The environment variable that names the store.
pub const STORE_VARIABLE: &str = "SISETU_STORE";
/// The environment variable that names a folder of rules of the district's own.
pub const RULES_VARIABLE: &str = "SISETU_RULES";
/// The environment variable that names a file of the district's own bands, scales and colours.
pub const RISK_VARIABLE: &str = "SISETU_RISK";
/// The environment variable that holds the secret with which warnings are signed for a webhook.
pub const WEBHOOK_SECRET_VARIABLE: &str = "SISETU_WEBHOOK_SECRET";
/// The store where neither option nor environment names one.
pub const STORE: &str = "./sisetu.gpkg";
/// The store of the sample district. The environment does not change it, so that the sample never lands among real data.
pub const DEMO_STORE: &str = "./sisetu-demo.gpkg";
/// Where the service listens: this machine only.
pub const LISTEN: &str = "127.0.0.1:8080";
/// The environment variable that says how much is logged, e.g. `debug` or `sisetu=debug,warn`.
const LOG_VARIABLE: &str = "SISETU_LOG";
/// Set to `json`, each line of the log is one JSON object.
const LOG_FORMAT_VARIABLE: &str = "SISETU_LOG_FORMAT";

/// Starts the log on standard error; `usual` is its level unless the environment names another.
pub fn start_log(usual: LevelFilter) {
    let filter = EnvFilter::builder().with_default_directive(usual.into()).with_env_var(LOG_VARIABLE).from_env_lossy();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    if std::env::var(LOG_FORMAT_VARIABLE).is_ok_and(|format| format == "json") {
        log.json().init();
    } else {
        log.init();
    }
}

/// Who is at the keyboard, for the history of the store.
pub fn author() -> String {
    let named = ["USER", "LOGNAME"].into_iter().find_map(|variable| std::env::var(variable).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| "command line".to_owned())
}
