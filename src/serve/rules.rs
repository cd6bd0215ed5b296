//! The rule book.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::App;
use super::problem::Problem;

/// The whole book: rules, procedures, parameters, open items, readings.
pub async fn all(State(app): State<App>) -> Json<Value> {
    Json(json!(*app.book))
}

/// One rule.
pub async fn one(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let missing = || Problem::not_found(format!("the rule book has no rule {id:?}")).naming("rule", id.as_str());
    let rule = app.book.find(&id).ok_or_else(missing)?;
    Ok(Json(json!(rule)))
}
