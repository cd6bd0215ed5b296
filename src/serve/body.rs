//! Bodies of requests: bounded, in time, and of the right type.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use futures_util::StreamExt;
use serde_json::Value;

use super::App;
use super::problem::Problem;

/// How much of an oversized body is read away, so that a sender still hears why it was refused.
const READ_AWAY_BYTES: usize = 512 << 20;

/// A JSON body.
pub struct Json(pub Value);

impl FromRequest<App> for Json {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let taken = ["application/json", "application/geo+json", "application/merge-patch+json"];
        let media = media_type(request.headers());
        if !taken.contains(&media.as_str()) {
            return Err(Problem::media_type(&media, &taken[..2]));
        }
        let bytes = bytes(request, app.limits.json_bytes, app.limits.body_time).await?;
        read(&bytes).map(Self)
    }
}

/// A JSON Merge Patch (RFC 7396), which says so.
pub struct MergePatch(pub Value);

impl FromRequest<App> for MergePatch {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let media = media_type(request.headers());
        if media != "application/merge-patch+json" {
            return Err(Problem::media_type(&media, &["application/merge-patch+json"]));
        }
        Json::from_request(request, app).await.map(|Json(value)| Self(value))
    }
}

/// The media type of a body, lower case, without parameters; empty where none is named.
fn media_type(headers: &HeaderMap) -> String {
    let named = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Reads JSON; a fault is told with its line and column.
fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(text).map_err(|fault| {
        Problem::malformed(format!("the body is not JSON: {fault}"))
            .naming("line", fault.line())
            .naming("column", fault.column())
    })
}

/// Reads a body of at most `limit` bytes; never holds more than that.
pub async fn bytes(request: Request, limit: usize, time: Duration) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let read = async {
        if announced.is_some_and(|announced| announced > limit) {
            refuse(&parts.headers, body).await;
            return Err(Problem::too_large(limit));
        }
        collect(&parts.headers, body, limit).await
    };
    tokio::time::timeout(time, read).await.unwrap_or_else(|_| Err(Problem::slow()))
}

async fn collect(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut held = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|fault| Problem::malformed(format!("the body broke off: {fault}")))?;
        if held.len() + chunk.len() > limit {
            drop(held);
            refuse(headers, Body::from_stream(chunks)).await;
            return Err(Problem::too_large(limit));
        }
        held.extend_from_slice(&chunk);
    }
    Ok(held.into())
}

/// Lets the rest of a refused body go by. A sender that waits for leave to send does not get it.
pub async fn refuse(headers: &HeaderMap, body: Body) {
    if headers.contains_key(EXPECT) {
        return;
    }
    let mut gone = 0;
    let mut chunks = body.into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        gone += chunk.len();
        if gone > READ_AWAY_BYTES {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(length: usize) -> Request {
        Request::new(Body::from(vec![b' '; length]))
    }

    #[tokio::test]
    async fn the_limit_itself_is_taken_and_one_byte_more_is_not() {
        let time = Duration::from_secs(5);
        assert_eq!(bytes(request(100), 100, time).await.unwrap().len(), 100);
        assert!(bytes(request(101), 100, time).await.is_err());
    }

    #[tokio::test]
    async fn a_body_that_never_comes_is_given_up() {
        let body = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let refused = bytes(Request::new(body), 100, Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(serde_json::to_value(refused).unwrap()["status"], 408);
    }

    #[test]
    fn broken_json_is_told_with_its_place() {
        let problem = serde_json::to_value(read(b"{\n \"a\": }").unwrap_err()).unwrap();
        assert_eq!((&problem["line"], &problem["column"]), (&2.into(), &7.into()));
        assert!(read(b"\xef\xbb\xbf{}").is_ok());
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
    }
}
