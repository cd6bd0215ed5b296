//! What is done around every request: a number, a line in the log, the counters, errors in their form, the headers that
//! keep browsers careful.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The viewer runs no foreign code, sends nothing elsewhere and cannot be framed.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; \
    style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'; object-src 'none'";

/// Numbers, times, counts and logs a request, and dresses its answer.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(file)", MatchedPath::as_str).to_owned();
    let id = request_id(request.headers());
    let mut response = problem::in_form(next.run(request).await);
    dress(response.headers_mut(), app.access.keyed());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    app.metrics.answered(method.as_str(), &route, status, took);
    let ms = (took.as_secs_f64() * 1e4).round() / 10.0;
    tracing::info!(%method, path = route, status, ms, id, "answered");
    response
}

/// Lets no request in that is meant for another server, or that a foreign page makes a browser send.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.access.guard(request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn dress(headers: &mut HeaderMap, keyed: bool) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(self)"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Revalidated each time: a map that is a minute old may be wrong. What a key opened is for its holder alone.
    let usual = if keyed { "private, no-cache" } else { "no-cache" };
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(usual));
}

/// The number that the caller gave the request, where it is a plain one, else one of our own.
fn request_id(headers: &HeaderMap) -> String {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let plain = |text: &&str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(plain);
    given.map_or_else(|| format!("{:016x}", SEED.hash_one(NEXT.fetch_add(1, Ordering::Relaxed))), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_number_is_kept_and_anything_else_replaced() {
        let with = |value: &'static str| HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_static(value))]);
        assert_eq!(request_id(&with("trace-7.a")), "trace-7.a");
        assert_ne!(request_id(&with("a b")), "a b");
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
