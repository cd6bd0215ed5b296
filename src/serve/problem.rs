//! Errors on the wire: RFC 9457 problem documents.
//!
//! * Rooms below return their own narrow errors; they become a [`Problem`] here, in one place each.
//! * A problem has a stable `type`, says what is wrong and where, and how to mend it where that is known.
//! * What failed inside is logged once and not shown.

use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

/// The media type of every error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// The field or parameter.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
    /// How to mend it; empty where there is nothing to add.
    pub hint: String,
}

impl FieldFault {
    /// One bad field.
    pub fn new(field: impl Into<String>, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into(), hint: hint.into() }
    }
}

/// An error as it goes out; boxed, since nearly every function may give one and hardly any does.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Members>);

#[derive(Clone, Debug, Serialize)]
struct Members {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldFault>,
    #[serde(flatten)]
    more: Map<String, Value>,
    #[serde(skip)]
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    fn new(status: StatusCode, slug: &str, title: &'static str, detail: impl Into<String>) -> Self {
        let kind = format!("urn:sisetu:problem:{slug}");
        let (detail, errors, more, headers) = (detail.into(), vec![], Map::new(), vec![]);
        Self(Box::new(Members { kind, title, status: status.as_u16(), detail, errors, more, headers }))
    }

    /// 400: the request cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail)
    }

    /// 400: a parameter of the address is unknown or has a bad value.
    pub fn parameter(name: &str, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        let fault = FieldFault::new(name, reason, hint);
        let detail = format!("parameter {name}: {}", fault.reason);
        Self::new(StatusCode::BAD_REQUEST, "parameter", "A parameter is not acceptable", detail).at([fault])
    }

    /// 401: no key, or one that is not known.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "An access key is needed", detail);
        problem.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"sisetu\""))
    }

    /// 403: this caller may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// 404: there is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", detail)
    }

    /// 409: it is there already.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "It is there already", detail)
    }

    /// 409: it is not this step's turn.
    pub fn wrong_order(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "wrong-order", "Not the turn of this step", detail)
    }

    /// 412: the thing is no longer, or not, what the caller believes.
    pub fn precondition(detail: impl Into<String>) -> Self {
        let title = "It has changed since";
        Self::new(StatusCode::PRECONDITION_FAILED, "precondition-failed", title, detail)
    }

    /// 413: more bytes than are taken.
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("the body is larger than the {limit} bytes taken here");
        let title = "The body is too large";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", title, detail).naming("limit_bytes", limit)
    }

    /// 415: a body of a type that is not taken here.
    pub fn media_type(found: &str, taken: &[&str]) -> Self {
        let detail = format!("a body of type {found:?} is not taken here; send {}", taken.join(" or "));
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body is of the wrong type", detail)
    }

    /// 406: no answer of a type that the caller accepts.
    pub fn not_acceptable(given: &[&str]) -> Self {
        let detail = format!("the answer is {}, which Accept rules out", given.join(" or "));
        Self::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", "No answer of an accepted type", detail)
    }

    /// 421: the request is addressed to another server.
    pub fn misdirected(host: &str) -> Self {
        let detail = format!(
            "this server does not go by the name {host:?}; use the address it listens on, or start it with --public-url"
        );
        Self::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "Not a name of this server", detail)
    }

    /// 422: the request is readable, but what it says is wrong.
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        let title = "The request says something wrong";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", title, detail)
    }

    /// 409: the district has not set the parameters that the answer rests on.
    pub fn unset(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "unset", "Parameters of the district are missing", detail)
    }

    /// 408: the body did not arrive in time.
    pub fn slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "slow", "The request came too slowly", "the body did not arrive in time")
    }

    /// 503: it cannot be done now.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not possible at the moment", detail);
        problem.with_header(RETRY_AFTER, HeaderValue::from_static("2"))
    }

    /// 503: a layer that the answer needs cannot be read.
    pub fn layer_unavailable(layer: &str, reason: &str) -> Self {
        let detail = format!("layer {layer} cannot be used: {reason}");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "layer-unavailable", "A layer cannot be used", detail)
            .naming("layer", layer)
    }

    /// 500: a fault of ours, logged here and told without particulars.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        let detail = "the fault has been logged under the number in the x-request-id header";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed", detail)
    }

    /// The problem that a bare status stands for.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found("nothing is served at this address"),
            StatusCode::METHOD_NOT_ALLOWED => {
                let detail = "this address does not take that method; Allow names those it takes";
                Self::new(status, "method-not-allowed", "The method is not taken here", detail)
            }
            StatusCode::BAD_REQUEST => Self::malformed("the address or a header cannot be read"),
            StatusCode::INTERNAL_SERVER_ERROR => Self::internal(&"unspecified"),
            other => Self::new(
                other,
                "other",
                "The request failed",
                other.canonical_reason().unwrap_or("no reason is known"),
            ),
        }
    }

    /// Names the fields at fault.
    #[must_use]
    pub fn at(mut self, faults: impl IntoIterator<Item = FieldFault>) -> Self {
        self.0.errors.extend(faults);
        self
    }

    /// Adds a member, such as the layer or rule it is about.
    #[must_use]
    pub fn naming(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.more.insert(member.to_owned(), value.into());
        self
    }

    fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0.detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.0.headers);
        response
    }
}

/// Gives every error that a library answered in its own words the form of a problem.
pub fn in_form(response: Response) -> Response {
    let status = response.status();
    let formed = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    if formed || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut problem = Problem::of_status(status).into_response();
    if let Some(allow) = response.headers().get(ALLOW) {
        problem.headers_mut().insert(ALLOW, allow.clone());
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_problem_names_type_status_and_fields() {
        let problem = Problem::parameter("limit", "is \"many\"", "a whole number").naming("layer", "waters");
        assert_eq!(
            serde_json::to_value(&problem).unwrap(),
            json!({
                "type": "urn:sisetu:problem:parameter",
                "title": "A parameter is not acceptable",
                "status": 400,
                "detail": "parameter limit: is \"many\"",
                "errors": [{"field": "limit", "reason": "is \"many\"", "hint": "a whole number"}],
                "layer": "waters",
            })
        );
    }

    #[test]
    fn a_foreign_error_takes_the_form_and_keeps_allow() {
        let foreign = (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET,HEAD")], "no").into_response();
        let formed = in_form(foreign);
        assert_eq!(formed.headers()[CONTENT_TYPE], PROBLEM_JSON);
        assert_eq!(formed.headers()[ALLOW], "GET,HEAD");
    }
}
