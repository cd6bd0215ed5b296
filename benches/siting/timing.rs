//! Times and what the machine spent on them.

use std::fmt;
use std::time::{Duration, Instant};

/// How long each of many runs took.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Runs something and notes how long it took.
    pub fn of<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = run();
        self.0.push(started.elapsed());
        done
    }

    /// Notes a time that was taken elsewhere.
    pub fn note(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Of each run the least time of several passes over the same work: what it costs without the machine's other work.
    pub fn least(passes: &[Self]) -> Self {
        let runs = passes.iter().map(|pass| pass.0.len()).min().unwrap_or_default();
        Self((0..runs).filter_map(|run| passes.iter().map(|pass| pass.0[run]).min()).collect())
    }

    /// The time that a share of the runs did not exceed, in milliseconds.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(place.clamp(1, sorted.len().max(1)) - 1).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p90, p99, most] = [0.5, 0.9, 0.99, 1.0].map(|share| self.quantile_ms(share));
        write!(out, "p50 {p50:.3} ms, p90 {p90:.3} ms, p99 {p99:.3} ms, most {most:.3} ms of {}", self.0.len())
    }
}

/// The most memory this process has held, in MiB, where the system tells (Linux).
pub fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// Processor time of this process so far, in seconds, where the system tells (Linux).
pub fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    // utime and stime are the 14th and 15th fields of proc(5), in hundredths of a second on every Linux of today.
    Some((fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?) / 100.0)
}
