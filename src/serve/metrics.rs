//! What the server has done, as Prometheus text.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the duration buckets, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

#[derive(Default)]
struct Durations {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    seconds: f64,
}

impl Durations {
    fn add(&mut self, seconds: f64) {
        for (bucket, bound) in self.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= bound);
        }
        self.count += 1;
        self.seconds += seconds;
    }
}

/// A figure that only grows.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Everything that is counted. Routes are named by their pattern, so that the number of series stays small.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(String, String, u16), u64>>,
    durations: Mutex<BTreeMap<String, Durations>>,
    /// Tiles answered from the cache.
    pub tile_hits: Counter,
    /// Tiles that were not in the cache.
    pub tile_misses: Counter,
    /// Tiles drawn.
    pub tile_renders: Counter,
    /// Tiles that the caller held already.
    pub tile_unchanged: Counter,
}

impl Metrics {
    /// Counts one answered request.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let key = (method.to_owned(), route.to_owned(), status);
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
        let mut durations = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        durations.entry(route.to_owned()).or_default().add(took.as_secs_f64());
    }

    /// The Prometheus text; `totals` and `gauges` are figures that only their owners know: name, help, value.
    pub fn text(&self, totals: &[(&str, &str, u64)], gauges: &[(&str, &str, f64)]) -> String {
        let mut text = String::new();
        self.write_requests(&mut text);
        self.write_durations(&mut text);
        let own = [
            ("sisetu_tile_cache_hits_total", "Tiles answered from the cache.", &self.tile_hits),
            ("sisetu_tile_cache_misses_total", "Tiles that were not in the cache.", &self.tile_misses),
            ("sisetu_tile_renders_total", "Tiles drawn.", &self.tile_renders),
            ("sisetu_tile_unchanged_total", "Tiles that the caller held already.", &self.tile_unchanged),
        ];
        for (name, help, total) in own.map(|(name, help, own)| (name, help, own.value())).iter().chain(totals) {
            head(&mut text, name, help, "counter");
            let _ = writeln!(text, "{name} {total}");
        }
        for (name, help, value) in gauges {
            head(&mut text, name, help, "gauge");
            let _ = writeln!(text, "{name} {value}");
        }
        text
    }

    // Writing to a String cannot fail, so the results of `write!` are let go.

    fn write_requests(&self, text: &mut String) {
        let name = "sisetu_http_requests_total";
        head(text, name, "Requests answered.", "counter");
        for ((method, route, status), count) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(
                text,
                "{name}{{method=\"{method}\",route=\"{}\",status=\"{status}\"}} {count}",
                escaped(route)
            );
        }
    }

    fn write_durations(&self, text: &mut String) {
        let name = "sisetu_http_request_duration_seconds";
        head(text, name, "Time to answer.", "histogram");
        for (route, durations) in &*self.durations.lock().unwrap_or_else(PoisonError::into_inner) {
            let route = escaped(route);
            for (bucket, bound) in durations.buckets.iter().zip(BUCKETS) {
                let _ = writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {bucket}");
            }
            let _ = writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", durations.count);
            let _ = writeln!(text, "{name}_sum{{route=\"{route}\"}} {}", durations.seconds);
            let _ = writeln!(text, "{name}_count{{route=\"{route}\"}} {}", durations.count);
        }
    }
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_out_as_they_went_in() {
        let metrics = Metrics::default();
        metrics.answered("GET", "/tiles/{set}", 200, Duration::from_millis(3));
        metrics.answered("GET", "/tiles/{set}", 200, Duration::from_mins(1));
        metrics.tile_renders.count();
        let text = metrics.text(
            &[("sisetu_tile_left_out_total", "Left out.", 5)],
            &[("sisetu_revision", "The edition served.", 17.0)],
        );
        for line in [
            "sisetu_http_requests_total{method=\"GET\",route=\"/tiles/{set}\",status=\"200\"} 2",
            "sisetu_http_request_duration_seconds_bucket{route=\"/tiles/{set}\",le=\"0.0025\"} 0",
            "sisetu_http_request_duration_seconds_bucket{route=\"/tiles/{set}\",le=\"0.005\"} 1",
            "sisetu_http_request_duration_seconds_bucket{route=\"/tiles/{set}\",le=\"+Inf\"} 2",
            "sisetu_tile_renders_total 1",
            "sisetu_tile_cache_hits_total 0",
            "sisetu_tile_left_out_total 5",
            "sisetu_revision 17",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
