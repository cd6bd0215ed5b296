//! How red is it, and why.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::{App, collections, items};
use crate::model::{Layer, RiskLevel, Schema};
use crate::risk::Subject;

/// The parameters of the areas.
pub const ASKS: &[Parameter] = &[Parameter {
    name: "level",
    says: "Which administrative units.",
    schema: r#"{"type": "string", "enum": ["district", "township", "village", "functional"], "default": "township"}"#,
}];

/// The grades of the administrative units of a level.
pub async fn areas(State(app): State<App>, Extension(asked): Extension<Asked>) -> Result<Json<Value>, Problem> {
    let level = asked.text("level").unwrap_or("township");
    let allowed = Schema::layer(Layer::AdminUnits).field("level").map_or(&[][..], |field| &field.values);
    if !allowed.iter().any(|value| value == level) {
        let words = allowed.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        return Err(Problem::parameter("level", format!("is {level:?}"), format!("one of {words}")));
    }
    let edition = app.atlas.current();
    if let Err(why) = edition.snapshot.layer(Layer::AdminUnits) {
        return Err(Problem::layer_unavailable(Layer::AdminUnits.name(), &why.0));
    }
    let areas = edition.grades.areas(level);
    Ok(Json(json!({"edition": edition.snapshot.revision(), "aggregator": "max", "areas": areas})))
}

/// Why a grade is what it is.
pub async fn explain(State(app): State<App>, Path((name, id)): Path<(String, String)>) -> Result<Json<Value>, Problem> {
    let subject = match name.parse() {
        Ok(subject) => subject,
        Err(_) => Subject::Register(collections::layer(&name)?),
    };
    let (layer, edition) = (subject.layer(), app.atlas.current());
    let index = edition.snapshot.layer(layer).map_err(|why| Problem::layer_unavailable(layer.name(), &why.0))?;
    if subject == Subject::Register(layer) && index.feature(&id).is_none() {
        return Err(items::missing(layer, &id));
    }
    let ungraded = || match subject {
        Subject::Register(layer) => Problem::not_found(format!("features of layer {layer} are not graded")),
        Subject::HcaSegments => {
            Problem::not_found(format!("there is no segment {id:?}; a pipeline explains its segments"))
        }
    };
    let ungraded = || ungraded().naming("layer", subject.name());
    let grade = edition.grades.explain(&edition.snapshot, subject, &id).ok_or_else(ungraded)?;
    let mut answer = json!(grade);
    answer["risk_color"] = json!(grade.level.map_or("none", RiskLevel::color));
    Ok(Json(answer))
}
