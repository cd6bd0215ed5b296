//! How red is it, and why.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::ogc::address;
use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::{App, collections, editions, items};
use crate::atlas::Edition;
use crate::model::{Layer, RiskLevel};
use crate::risk::{Aggregator, LEVELS, Subject, Unset, Wanted};

const AGGREGATOR: Parameter = Parameter {
    name: "aggregator",
    says: "How the grades of objects become that of an area; count and index need the district's own parameters.",
    schema: r#"{"type": "string", "enum": ["max", "count", "index"], "default": "max"}"#,
};

/// The parameters of the areas.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "level",
        says: "Which administrative units, or the cells of the grid.",
        schema: r#"{"type": "string", "enum": ["district", "township", "village", "functional", "grid"], "default": "township"}"#,
    },
    AGGREGATOR,
    Parameter {
        name: "edition",
        says: "As a published edition has them; without it, as they are now.",
        schema: r#"{"type": "integer", "minimum": 1}"#,
    },
    Parameter {
        name: "as_of",
        says: "As the last edition that was published on this day or before has them.",
        schema: r#"{"type": "string", "format": "date"}"#,
    },
    Parameter {
        name: "limit",
        says: "How many areas at most; more than 1000 means 1000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}"#,
    },
    Parameter {
        name: "offset",
        says: "How many areas come before the page; links to the next page carry it.",
        schema: r#"{"type": "integer", "minimum": 0, "default": 0}"#,
    },
];

/// The parameters of an explanation.
pub const EXPLAIN_ASKS: &[Parameter] = &[AGGREGATOR];

/// The grades of the areas of a level, a page at a time.
pub async fn areas(
    State(app): State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let wanted = wanted(&asked)?;
    if let Some(published) = editions::areas(&app, &asked, &wanted.level).await? {
        return Ok(Json(published));
    }
    let edition = app.atlas.current();
    if let Err(why) = edition.snapshot.layer(Layer::AdminUnits) {
        return Err(Problem::layer_unavailable(Layer::AdminUnits.name(), &why.0));
    }
    let grading = Arc::clone(&edition);
    let page = app.workers.run(move || grading.grades.page(&wanted)).await?.map_err(|unset| unset_problem(&unset))?;
    let base = app.access.base(&uri, &headers);
    let next = page.next.map(|offset| address(&base, &uri, &asked, "offset", &offset.to_string()));
    let mut answer = json!(page);
    answer["next"] = json!(next);
    Ok(Json(answer))
}

/// Why a grade is what it is.
pub async fn explain(
    State(app): State<App>,
    asked: Extension<Asked>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let aggregator = aggregator(&asked)?;
    let subject: Subject = name.parse().or_else(|_| collections::layer(&name).map(Subject::Layer))?;
    let edition = app.atlas.current();
    known(&edition, subject, &id)?;
    let (grading, asked_for) = (Arc::clone(&edition), id.clone());
    let explain = move || grading.grades.explain_by(subject, &asked_for, aggregator);
    let grade = app.workers.run(explain).await?.map_err(|unset| unset_problem(&unset))?;
    let grade = grade.ok_or_else(|| match subject {
        Subject::Layer(layer) => {
            Problem::not_found(format!("features of layer {layer} are not graded")).naming("layer", layer.name())
        }
        Subject::HcaSegments => {
            Problem::not_found(format!("there is no segment {id:?}; a pipeline explains its segments"))
                .naming("id", id.as_str())
        }
        Subject::Grid => {
            Problem::not_found(format!("the grid has no cell {id:?} in the district")).naming("id", id.as_str())
        }
    })?;
    let mut answer = json!(grade);
    answer["risk_color"] = json!(grade.level.map_or("none", RiskLevel::color));
    answer["scheme"] = json!(edition.grades.scheme().name());
    Ok(Json(answer))
}

fn known(edition: &Edition, subject: Subject, id: &str) -> Result<(), Problem> {
    let layer = match subject {
        Subject::Layer(layer) => layer,
        Subject::HcaSegments => Layer::Pipelines,
        Subject::Grid => return Ok(()),
    };
    let index = edition.snapshot.layer(layer).map_err(|why| Problem::layer_unavailable(layer.name(), &why.0))?;
    if subject == Subject::HcaSegments {
        return Ok(());
    }
    if index.feature(id).is_none() { Err(items::missing(layer, id)) } else { Ok(()) }
}

fn wanted(asked: &Asked) -> Result<Wanted, Problem> {
    let usual = Wanted::default();
    let level = asked.text("level").map_or(usual.level, str::to_owned);
    if !LEVELS.contains(&level.as_str()) {
        return Err(Problem::parameter("level", format!("is {level:?}"), format!("one of {}", LEVELS.join(", "))));
    }
    let limit = asked.value("limit", "a whole number from 1 to 1000")?.unwrap_or(usual.limit);
    if limit == 0 {
        return Err(Problem::parameter("limit", "is 0", "a whole number from 1 to 1000"));
    }
    let offset = asked.value("offset", "a whole number, 0 or more")?.unwrap_or_default();
    Ok(Wanted { level, aggregator: aggregator(asked)?, offset, limit })
}

fn aggregator(asked: &Asked) -> Result<Aggregator, Problem> {
    Ok(asked.value("aggregator", "max, count or index")?.unwrap_or_default())
}

/// The district has to say something first; the example shows how.
fn unset_problem(unset: &Unset) -> Problem {
    Problem::unset(unset.to_string()).naming("aggregator", unset.aggregator.name()).naming("example", unset.example())
}
