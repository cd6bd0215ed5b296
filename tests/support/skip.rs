//! Tests that cannot run here say so where the totals are counted.

use std::fs::OpenOptions;
use std::io::Write;

/// Counts a test as skipped.
pub fn skip(test: &str, reason: &str) {
    let line = format!("SKIPPED: {test} — {reason}");
    eprintln!("{line}");
    if let Ok(log) = std::env::var("SISETU_SKIP_LOG") {
        let mut file = OpenOptions::new().create(true).append(true).open(log).unwrap();
        writeln!(file, "{line}").unwrap();
    }
}

/// Counts a test as skipped, or fails it where everything has to run (`CI=true`).
pub fn skip_or_fail(test: &str, reason: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test} has to run with CI=true: {reason}");
    skip(test, reason);
}
