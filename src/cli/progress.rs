//! A bar while the user waits, on a terminal only.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for a known number of steps; nothing is drawn where standard error is no terminal.
pub fn bar(steps: u64, what: &'static str) -> ProgressBar {
    styled(ProgressBar::new(steps), "{msg} {bar:30} {human_pos}/{human_len} {eta}").with_message(what)
}

/// A count of steps whose number is not known.
pub fn counter(what: &'static str) -> ProgressBar {
    let counter = styled(ProgressBar::new_spinner(), "{spinner} {msg} {human_pos}").with_message(what);
    counter.enable_steady_tick(Duration::from_millis(200));
    counter
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
