//! Every existing conflict, a page at a time.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use serde_json::{Value, json};

use super::ogc::address;
use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::{App, negotiate, siting};
use crate::atlas::Surveyed;
use crate::model::Layer;
use crate::report;
use crate::siting::Survey;
use crate::siting::survey::{Page, Wanted};

/// The forms of a page, the usual one first.
pub const FORMS: &[&str] = &["application/json", "text/csv"];
/// The most conflicts on a page.
const MOST: usize = 1000;
/// The usual number.
const USUAL: usize = 100;
/// How long a request waits for the survey of the newest edition.
const PATIENCE: Duration = Duration::from_secs(2);

/// The parameters of a page.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "limit",
        says: "How many conflicts at most; more than 1000 means 1000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}"#,
    },
    Parameter {
        name: "cursor",
        says: "Go on after this place; links to the next page carry it.",
        schema: r#"{"type": "string"}"#,
    },
    Parameter { name: "rule", says: "Only under this rule.", schema: r#"{"type": "string"}"# },
    Parameter {
        name: "township",
        says: "Only in the township of this name; none for those in no township.",
        schema: r#"{"type": "string"}"#,
    },
    Parameter {
        name: "verdict",
        says: "Only of this severity. Pairs that cannot be judged are listed only where they are asked for.",
        schema: r#"{"type": "string", "enum": ["veto", "fail", "undetermined", "review"]}"#,
    },
    Parameter {
        name: "outcome",
        says: "Only with this outcome. Pairs that cannot be judged are listed only where they are asked for.",
        schema: r#"{"type": "string", "enum": ["violated", "undetermined", "needs_approval", "needs_demonstration", "marginal"]}"#,
    },
    Parameter {
        name: "layer",
        says: "Only where either end is in this layer.",
        schema: r##"{"$ref": "#/components/schemas/LayerName"}"##,
    },
    Parameter {
        name: "feature",
        says: "Only where either end is this feature, as layer/id.",
        schema: r#"{"type": "string"}"#,
    },
    Parameter {
        name: "format",
        says: "The form of the page; stronger than Accept.",
        schema: r#"{"type": "string", "enum": ["json", "csv"], "default": "json"}"#,
    },
];

/// A page of the survey. While the first survey of a large district is being made, `complete` is false and what has been
/// found so far is listed; while the survey of a newer edition is being made, the older one is answered with.
pub async fn page(
    State(app): State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = form(&asked, &headers)?;
    let wanted = wanted(&asked)?;
    let limit = limit(&asked)?;
    let after = asked.text("cursor").map(str::to_owned);
    let surveyed = app.surveys.of(&app.atlas.current(), siting::today(), PATIENCE).await;
    let survey = Arc::clone(&surveyed.survey);
    let page = app.workers.run(move || survey.page(&wanted, after.as_deref(), limit)).await?;
    let page = page.map_err(|fault| Problem::parameter("cursor", fault.to_string(), "follow the link `next`"))?;
    let base = app.access.base(&uri, &headers);
    let next = page.next.as_ref().map(|cursor| address(&base, &uri, &asked, "cursor", cursor));
    if form == FORMS[1] {
        return Ok(sheet(&page, next));
    }
    Ok(axum::Json(body(&surveyed, &page, next.as_deref())).into_response())
}

/// A page as a sheet; the next one is named in a header.
fn sheet(page: &Page, next: Option<String>) -> Response {
    let text = report::survey_csv_head() + &report::survey_csv_rows(&page.items);
    let mut answer = ([(CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response();
    if let Some(link) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
        answer.headers_mut().insert(LINK, link);
    }
    answer
}

fn body(surveyed: &Surveyed, page: &Page, next: Option<&str>) -> Value {
    let survey: &Survey = &surveyed.survey;
    let mut body = json!(survey.summary());
    let making = surveyed.making.map(|(revision, done, of)| json!({"revision": revision, "done": done, "of": of}));
    body["making"] = json!(making);
    body["totals"] = json!(page.totals);
    body["items"] = json!(page.items);
    body["next"] = json!(next);
    body
}

fn form(asked: &Asked, headers: &HeaderMap) -> Result<&'static str, Problem> {
    match asked.text("format") {
        None => negotiate::preferred(headers, FORMS).ok_or_else(|| Problem::not_acceptable(FORMS)),
        Some("json") => Ok(FORMS[0]),
        Some("csv") => Ok(FORMS[1]),
        Some(other) => Err(Problem::parameter("format", format!("is {other:?}"), "json or csv")),
    }
}

fn limit(asked: &Asked) -> Result<usize, Problem> {
    const HINT: &str = "a whole number from 1 to 1000";
    match asked.value::<usize>("limit", HINT)?.unwrap_or(USUAL) {
        0 => Err(Problem::parameter("limit", "is 0", HINT)),
        limit => Ok(limit.min(MOST)),
    }
}

fn wanted(asked: &Asked) -> Result<Wanted, Problem> {
    let text = |name: &str| asked.text(name).map(str::to_owned);
    Ok(Wanted {
        rule: text("rule"),
        township: text("township"),
        verdict: word(asked, "verdict", "veto, fail, undetermined or review")?,
        outcome: word(asked, "outcome", "violated, undetermined, needs_approval, needs_demonstration or marginal")?,
        layer: asked.value("layer", "the name of a layer; /api/collections lists them")?,
        feature: asked.text("feature").map(feature).transpose()?,
    })
}

fn word<'a, T: Deserialize<'a>>(asked: &'a Asked, name: &str, hint: &str) -> Result<Option<T>, Problem> {
    let Some(text) = asked.text(name) else { return Ok(None) };
    let deserializer: StrDeserializer<'_, Error> = text.into_deserializer();
    T::deserialize(deserializer).map(Some).map_err(|_| Problem::parameter(name, format!("is {text:?}"), hint))
}

fn feature(text: &str) -> Result<(Layer, String), Problem> {
    let parts = text.split_once('/').and_then(|(layer, id)| Some((layer.parse().ok()?, id.to_owned())));
    parts.ok_or_else(|| Problem::parameter("feature", format!("is {text:?}"), "layer/id, for example enterprises/e1"))
}
