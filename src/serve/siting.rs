//! May this stand here?

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as Answer};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use serde_json::{Value, json};

use super::App;
use super::body::Json;
use super::negotiate;
use super::problem::{FieldFault, Problem};
use super::query::{Asked, Parameter};
use crate::model::SitingReport;
use crate::siting::request::{self, Request, RequestFaults};
use crate::siting::{Limits, Remedies};
use crate::{report, siting};

/// The forms of a report, the usual one first.
pub const FORMS: &[&str] = &["application/json", "text/html", "text/plain"];

/// The parameters of a check.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "format",
        says: "The form of the report; stronger than Accept.",
        schema: r#"{"type": "string", "enum": ["json", "html", "text"], "default": "json"}"#,
    },
    Parameter {
        name: "as_of",
        says: "The day whose law applies; today where neither this nor the request names one.",
        schema: r#"{"type": "string", "format": "date"}"#,
    },
];

/// The parameter of the search for remedies.
pub const REMEDY_ASKS: &[Parameter] = &[Parameter {
    name: "as_of",
    says: "The day whose law applies; today where neither this nor the request names one.",
    schema: r#"{"type": "string", "format": "date"}"#,
}];

/// Checks one proposal.
pub async fn check(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let form = form(&asked, &headers)?;
    let as_of = asked.value::<Date>("as_of", "a date such as 2026-11-24")?;
    let edition = app.atlas.current();
    let book = app.book.clone();
    let work = move || {
        let asked = request::Asked { as_of, today: today(), ..request::Asked::default() };
        let request = request::parse(&body, &asked)?;
        let report = siting::check(&edition.snapshot, &book, &request, Timestamp::now());
        Ok::<_, RequestFaults>((report, request))
    };
    let (report, request) = app.workers.run(work).await?.map_err(faults)?;
    Ok(written(form, &report, &request))
}

/// What could be changed so that a failing proposal passes.
pub async fn remedies(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(body): Json,
) -> Result<Answer<Remedies>, Problem> {
    let as_of = asked.value::<Date>("as_of", "a date such as 2026-11-24")?;
    let edition = app.atlas.current();
    let book = app.book.clone();
    let work = move || {
        let asked = request::Asked { as_of, today: today(), ..request::Asked::default() };
        let request = request::parse(&body, &asked)?;
        Ok::<_, RequestFaults>(siting::remedies(&edition.snapshot, &book, &request, &Limits::default()))
    };
    let remedies = app.workers.run(work).await?.map_err(faults)?;
    Ok(Answer(remedies))
}

/// Today, where the law applies.
pub fn today() -> Date {
    TimeZone::fixed(tz::offset(8)).to_datetime(Timestamp::now()).date()
}

fn form(asked: &Asked, headers: &HeaderMap) -> Result<&'static str, Problem> {
    match asked.text("format") {
        None => negotiate::preferred(headers, FORMS).ok_or_else(|| Problem::not_acceptable(FORMS)),
        Some("json") => Ok(FORMS[0]),
        Some("html") => Ok(FORMS[1]),
        Some("text") => Ok(FORMS[2]),
        Some(other) => Err(Problem::parameter("format", format!("is {other:?}"), "json, html or text")),
    }
}

fn written(form: &str, report: &SitingReport, request: &Request) -> Response {
    match form {
        "text/html" => {
            let sheet = report::siting_html(report, &request.proposal);
            ([(CONTENT_TYPE, "text/html; charset=utf-8")], sheet).into_response()
        }
        "text/plain" => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], report::siting_text(report)).into_response(),
        _ => Answer(report).into_response(),
    }
}

/// Every field at fault, at once.
fn faults(RequestFaults(faults): RequestFaults) -> Problem {
    let detail = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.reason)).collect::<Vec<_>>();
    let named = faults.into_iter().map(|fault| FieldFault::new(fault.field, fault.reason, fault.hint));
    Problem::unprocessable(detail.join("; ")).at(named)
}

/// The project kinds, and which facts each needs.
pub async fn kinds(State(app): State<App>) -> Answer<Value> {
    Answer(json!({ "kinds": siting::kinds(&app.book) }))
}
