//! Published editions of the map: publishing, listing, comparing, and what the areas were in one.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::access::Caller;
use super::ogc::address;
use super::problem::{FieldFault, Problem};
use super::query::{Asked, Parameter};
use super::{App, body, siting};
use crate::atlas::ChangeError;
use crate::model::{Layer, RiskLevel};
use crate::risk::{Comparison, Difference, Heading, Publication, PublicationError, PublishedArea, Turn};

/// The most rows of a page, and the usual number.
const MOST: usize = 1000;
const USUAL: usize = 100;

/// The parameters of the list of editions.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "limit",
        says: "How many editions at most; more than 1000 means 1000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}"#,
    },
    Parameter {
        name: "cursor",
        says: "Go on below this number; links to the next page carry it.",
        schema: r#"{"type": "integer", "minimum": 1}"#,
    },
];

/// The parameters of a comparison.
pub const COMPARE_ASKS: &[Parameter] = &[
    Parameter {
        name: "limit",
        says: "How many differences at most; more than 1000 means 1000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}"#,
    },
    Parameter {
        name: "cursor",
        says: "Go on after so many differences; links to the next page carry it.",
        schema: r#"{"type": "integer", "minimum": 0}"#,
    },
];

/// The editions, newest first.
pub async fn list(
    State(app): State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let limit = limit(&asked)?;
    let below = asked.value::<u64>("cursor", "a number of an edition")?.unwrap_or(u64::MAX);
    let publications = app.atlas.publications();
    let mut rest = publications.heads().iter().rev().filter(|head| head.number < below);
    let items: Vec<_> = rest.by_ref().take(limit).collect();
    let more = rest.next().and(items.last()).map(|head| head.number.to_string());
    let next = more.map(|cursor| address(&app.access.base(&uri, &headers), &uri, &asked, "cursor", &cursor));
    Ok(Json(json!({"items": items, "total": publications.heads().len(), "next": next})))
}

/// Publishes what the newest revision says.
pub async fn publish(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
    body::Json(body): body::Json,
) -> Result<Response, Problem> {
    let heading: Heading = serde_json::from_value(body).map_err(|fault| {
        let hint = "{\"name\", \"date\", \"by\"}, and if need be \"aggregator\" and \"note\"";
        Problem::unprocessable(fault.to_string()).at([FieldFault::new("", fault.to_string(), hint)])
    })?;
    let publication = app.atlas.issue(heading, &caller.author()).await.map_err(refused)?;
    let place = format!("{}/api/risk/editions/{}", app.access.base(&uri, &headers), publication.number);
    Ok((StatusCode::CREATED, [(LOCATION, place)], Json(shown(&publication))).into_response())
}

fn refused(error: ChangeError<PublicationError>) -> Problem {
    match error {
        ChangeError::Refused(fault) => fault.into(),
        ChangeError::Failed(error) => error.into(),
        ChangeError::Contended(_) => Problem::conflict("others kept publishing first; try again"),
    }
}

impl From<PublicationError> for Problem {
    fn from(fault: PublicationError) -> Self {
        if let PublicationError::Unavailable { layer, why } = &fault {
            return Self::layer_unavailable(layer.name(), why);
        }
        let named = fault.field().map(|field| FieldFault::new(field, fault.to_string(), fault.hint()));
        Self::unprocessable(fault.to_string()).at(named)
    }
}

/// One edition.
pub async fn one(State(app): State<App>, Path(number): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(shown(&*edition(&app, &number).await?)))
}

/// What would be published now, and what it would change.
pub async fn draft(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let draft = drafted(&app).await?;
    let changes = match app.atlas.publications().newest() {
        None => Value::Null,
        Some(last) => {
            let (last, now) = (Arc::clone(last), Arc::clone(&draft));
            app.workers.run(move || told(&Comparison::of(&last, &now), 0, USUAL).0).await?
        }
    };
    let mut shown = shown(&draft);
    shown["draft"] = json!(true);
    shown["since_last"] = changes;
    Ok(Json(shown))
}

/// What differs between two editions.
pub async fn compare(
    State(app): State<App>,
    Path((one, other)): Path<(String, String)>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let limit = limit(&asked)?;
    let after = asked.value::<usize>("cursor", "a whole number")?.unwrap_or(0);
    let (then, now) = (edition_or_draft(&app, &one).await?, edition_or_draft(&app, &other).await?);
    let named = |publication: &Publication, word: &str| {
        json!({
            "number": publication.number,
            "draft": word == DRAFT,
            "name": publication.name,
            "date": publication.date,
            "by": publication.by,
            "revision": publication.revision,
            "aggregator": publication.aggregator,
        })
    };
    let (from, to) = (named(&then, &one), named(&now, &other));
    let (mut answer, next) = app.workers.run(move || told(&Comparison::of(&then, &now), after, limit)).await?;
    let next = next.map(|at| address(&app.access.base(&uri, &headers), &uri, &asked, "cursor", &at.to_string()));
    (answer["from"], answer["to"], answer["next"]) = (from, to, json!(next));
    Ok(Json(answer))
}

/// A part of a comparison, each difference under its turn, and where the next part begins.
fn told(comparison: &Comparison, after: usize, limit: usize) -> (Value, Option<usize>) {
    let part: Vec<&Difference> = comparison.differences.iter().skip(after).take(limit).collect();
    let next = after.saturating_add(part.len());
    let mut by_turn: BTreeMap<&str, Vec<&Difference>> =
        Turn::LISTED.into_iter().map(|turn| (turn.word(), vec![])).collect();
    for one in part {
        by_turn.entry(one.turn.word()).or_default().push(one);
    }
    let mut answer = json!(by_turn);
    answer["counts"] = json!({"areas": comparison.areas, "objects": comparison.objects});
    answer["listed"] = json!(comparison.differences.len());
    (answer, Some(next).filter(|next| *next < comparison.differences.len()))
}

/// The word for what would be published now.
const DRAFT: &str = "draft";

async fn edition_or_draft(app: &App, word: &str) -> Result<Arc<Publication>, Problem> {
    if word == DRAFT { drafted(app).await } else { edition(app, word).await }
}

async fn drafted(app: &App) -> Result<Arc<Publication>, Problem> {
    let current = app.atlas.current();
    let today = siting::today();
    let date = current.grades.published().date().map_or(today, |last| last.max(today));
    let heading = Heading { name: "草案".to_owned(), date, by: "—".to_owned(), aggregator: None, note: None };
    let draft = app.workers.run(move || Publication::draft(&current.snapshot, &current.grades, heading)).await?;
    Ok(Arc::new(draft?))
}

/// A published edition by its number as it was typed.
async fn edition(app: &App, number: &str) -> Result<Arc<Publication>, Problem> {
    let missing = || {
        let known = app.atlas.publications().heads().len();
        let detail = match known {
            0 => format!("there is no published edition {number:?}; nothing has been published yet"),
            known => format!("there is no published edition {number:?}; there are 1 to {known}, and draft"),
        };
        Problem::not_found(detail).naming("edition", number)
    };
    let parsed: u64 = number.parse().map_err(|_| missing())?;
    app.atlas.publication(parsed).await?.ok_or_else(missing)
}

/// An edition as it goes out. Names and reasons of single objects stay in the journal: comparisons tell them.
fn shown(publication: &Publication) -> Value {
    let mut shown = json!(publication);
    if let Some(members) = shown.as_object_mut() {
        members.remove("told");
        members.insert("draft".to_owned(), json!(false));
    }
    shown
}

/// The areas of a level as a published edition has them.
pub async fn areas(app: &App, asked: &Asked, level: &str) -> Result<Option<Value>, Problem> {
    let number = asked.text("edition").map(str::to_owned);
    let day = asked.value::<Date>("as_of", "a date such as 2026-11-24")?;
    let publication = match (number, day) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Problem::parameter("as_of", "is given beside edition", "give one of the two"));
        }
        (Some(number), None) => edition(app, &number).await?,
        (None, Some(day)) => {
            let head = app.atlas.publications().as_of(day).cloned();
            let none = || Problem::not_found(format!("no edition was published on {day} or before"));
            edition(app, &head.ok_or_else(none)?.number.to_string()).await?
        }
    };
    let areas = publication.areas.iter().filter(|area| area.level == level);
    Ok(Some(json!({
        "edition": publication.number,
        "published": {
            "number": publication.number,
            "name": publication.name,
            "date": publication.date,
            "by": publication.by,
            "revision": publication.revision,
        },
        "aggregator": publication.aggregator.name,
        "areas": areas.map(|area| area_shown(&publication, area)).collect::<Vec<_>>(),
    })))
}

/// An area of an edition in the form of a live one; of its objects an edition keeps the red ones.
fn area_shown(publication: &Publication, area: &PublishedArea) -> Value {
    let told = |layer: &Layer, id: &str| publication.told.get(layer).and_then(|told| told.get(id)).cloned();
    let reds = area.reds.iter().flatten().map(|(layer, id)| {
        let (name, why) = told(layer, id).unwrap_or_default();
        json!({"layer": layer, "id": id, "name": name, "risk_level": RiskLevel::Major, "why": why})
    });
    let contributors: usize = area.counts.iter().filter(|(key, _)| *key != "none").map(|(_, count)| count).sum();
    let mut shown = json!(area);
    shown["contributions"] = reds.collect();
    shown["contributors"] = json!(contributors);
    shown
}

fn limit(asked: &Asked) -> Result<usize, Problem> {
    const HINT: &str = "a whole number from 1 to 1000";
    match asked.value::<usize>("limit", HINT)?.unwrap_or(USUAL) {
        0 => Err(Problem::parameter("limit", "is 0", HINT)),
        limit => Ok(limit.min(MOST)),
    }
}
