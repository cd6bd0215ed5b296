//! Readings of online monitoring: taken in by the batch, and looked at.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::access::Caller;
use super::ogc::address;
use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::{App, alerts, body};
use crate::alerts::{Limits, Told};
use crate::model::Layer;

/// The most readings on a page.
const MOST: usize = 1000;
/// The usual number.
const USUAL: usize = 100;

/// The parameters of a page.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "layer",
        says: "Only of one series: its layer, feature and quantity together.",
        schema: r##"{"$ref": "#/components/schemas/LayerName"}"##,
    },
    Parameter { name: "feature", says: "The id of what is monitored.", schema: r#"{"type": "string"}"# },
    Parameter { name: "quantity", says: "What is measured.", schema: r#"{"type": "string"}"# },
    Parameter {
        name: "limit",
        says: "How many readings at most; more than 1000 means 1000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}"#,
    },
    Parameter {
        name: "cursor",
        says: "Go on after this place; links to the next page carry it.",
        schema: r#"{"type": "integer", "minimum": 1}"#,
    },
];

/// A batch of readings; every row is judged by itself.
pub async fn take(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body::Json(body): body::Json,
) -> Result<Json<Told>, Problem> {
    let limits = Limits::default();
    let Value::Array(rows) = body else {
        return Err(Problem::unprocessable("the body is no list of readings; send [{…}, …]"));
    };
    if rows.len() > limits.rows {
        let detail =
            format!("{} readings are more than the {} taken at once; send them in parts", rows.len(), limits.rows);
        return Err(Problem::unprocessable(detail).naming("most", limits.rows));
    }
    Ok(Json(app.alerts.take(&rows, &caller.author(), &limits).await?))
}

/// Readings, the last entered first.
pub async fn page(
    State(app): State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let series = series(&app, &asked).await?;
    let before = asked.value("cursor", "follow the link `next`")?.unwrap_or(u64::MAX);
    let limit = alerts::limit(&asked, USUAL, MOST)?;
    let one = series.as_ref().map(|(layer, feature, quantity)| (*layer, feature.as_str(), quantity.as_str()));
    let mut found = app.alerts.readings(one, before, limit as u32 + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let base = app.access.base(&uri, &headers);
    let last = found.last().filter(|_| more).map(|(entry, _)| entry.number.to_string());
    let next = last.map(|number| address(&base, &uri, &asked, "cursor", &number));
    let items = found.iter().map(|(entry, reading)| {
        let mut item = json!(reading);
        item["number"] = json!(entry.number);
        item["received_at"] = json!(entry.written_at);
        item["by"] = json!(entry.note.author);
        item
    });
    Ok(Json(json!({"items": items.collect::<Vec<_>>(), "next": next})))
}

/// The series that is asked for: named in full, or none.
async fn series(app: &App, asked: &Asked) -> Result<Option<(Layer, String, String)>, Problem> {
    let layer: Option<Layer> = asked.value("layer", "the name of a layer; /api/collections lists them")?;
    match (layer, asked.text("feature"), asked.text("quantity")) {
        (None, None, None) => Ok(None),
        (Some(layer), Some(feature), Some(quantity)) => Ok(Some((layer, feature.to_owned(), quantity.to_owned()))),
        (Some(layer), Some(feature), None) => {
            let known = app.alerts.quantities(layer, feature).await;
            let known = if known.is_empty() { "nothing is measured there".to_owned() } else { known.join(", ") };
            Err(Problem::parameter("quantity", "is missing", known))
        }
        (None, ..) => Err(Problem::parameter("layer", "is missing", "layer, feature and quantity name a series")),
        (_, None, _) => Err(Problem::parameter("feature", "is missing", "layer, feature and quantity name a series")),
    }
}
