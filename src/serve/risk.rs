//! How red is it, and why.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::{App, collections, editions, items};
use crate::model::{Layer, RiskLevel, Schema};

/// The parameters of the areas.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "level",
        says: "Which administrative units.",
        schema: r#"{"type": "string", "enum": ["district", "township", "village", "functional"], "default": "township"}"#,
    },
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
];

/// The grades of the administrative units of a level.
pub async fn areas(State(app): State<App>, Extension(asked): Extension<Asked>) -> Result<Json<Value>, Problem> {
    let level = asked.text("level").unwrap_or("township");
    let allowed = Schema::layer(Layer::AdminUnits).field("level").map_or(&[][..], |field| &field.values);
    if !allowed.iter().any(|value| value == level) {
        let words = allowed.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        return Err(Problem::parameter("level", format!("is {level:?}"), format!("one of {words}")));
    }
    if let Some(published) = editions::areas(&app, &asked, level).await? {
        return Ok(Json(published));
    }
    let edition = app.atlas.current();
    if let Err(why) = edition.snapshot.layer(Layer::AdminUnits) {
        return Err(Problem::layer_unavailable(Layer::AdminUnits.name(), &why.0));
    }
    let areas = edition.grades.areas(level);
    let (revision, scheme) = (edition.snapshot.revision(), edition.grades.scheme().name());
    Ok(Json(json!({"edition": revision, "aggregator": "max", "scheme": scheme, "areas": areas})))
}

/// Why a grade is what it is.
pub async fn explain(State(app): State<App>, Path((name, id)): Path<(String, String)>) -> Result<Json<Value>, Problem> {
    let layer = collections::layer(&name)?;
    let edition = app.atlas.current();
    let index = edition.snapshot.layer(layer).map_err(|why| Problem::layer_unavailable(layer.name(), &why.0))?;
    if index.feature(&id).is_none() {
        return Err(items::missing(layer, &id));
    }
    let ungraded =
        || Problem::not_found(format!("features of layer {layer} are not graded")).naming("layer", layer.name());
    let grade = edition.grades.explain(&edition.snapshot, layer, &id).ok_or_else(ungraded)?;
    let mut answer = json!(grade);
    answer["risk_color"] = json!(grade.level.map_or("none", RiskLevel::color));
    answer["scheme"] = json!(edition.grades.scheme().name());
    Ok(Json(answer))
}
