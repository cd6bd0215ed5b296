//! Warnings: their list, and what people do about them.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::{Extension, Json};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use serde_json::{Value, json};

use super::App;
use super::access::Caller;
use super::body;
use super::ogc::address;
use super::problem::{FieldFault, Problem};
use super::query::{Asked, Parameter};
use crate::alerts::{ActError, Deed, State as Standing, Step, Wanted};

/// The most warnings on a page.
const MOST: usize = 1000;
/// The usual number.
const USUAL: usize = 100;
/// Signs of a name.
const NAME: usize = 100;
/// Signs of a note.
const NOTE: usize = 2000;

/// The parameters of a page.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "limit",
        says: "How many warnings at most; more than 1000 means 1000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}"#,
    },
    Parameter {
        name: "cursor",
        says: "Go on after this place; links to the next page carry it.",
        schema: r#"{"type": "integer", "minimum": 1}"#,
    },
    Parameter {
        name: "state",
        says: "Only in this state.",
        schema: r#"{"type": "string", "enum": ["open", "acknowledged", "handled", "closed"]}"#,
    },
    Parameter {
        name: "layer",
        says: "Only of features of this layer.",
        schema: r##"{"$ref": "#/components/schemas/LayerName"}"##,
    },
    Parameter {
        name: "warning_level",
        says: "Only of this warning level, 1 the most urgent. It is no risk level.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 4}"#,
    },
];

/// A page of warnings, newest first.
pub async fn page(
    State(app): State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let wanted = wanted(&asked)?;
    let before = asked.value("cursor", "follow the link `next`")?;
    let page = app.alerts.page(&wanted, before, limit(&asked, USUAL, MOST)?);
    let base = app.access.base(&uri, &headers);
    let next = page.next.map(|number| address(&base, &uri, &asked, "cursor", &number.to_string()));
    let mut body = json!(page);
    body["next"] = json!(next);
    body["lacking"] = json!(app.alerts.lacking());
    Ok(Json(body))
}

/// One warning.
pub async fn one(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    app.alerts.alert(&id).map(|alert| Json(json!(alert))).ok_or_else(|| ActError::Unknown(id).into())
}

/// Somebody takes a warning up.
pub async fn acknowledge(
    State(app): State<App>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    body::Json(body): body::Json,
) -> Result<Json<Value>, Problem> {
    act(&app, &id, Step::Acknowledge, caller, &body).await
}

/// Somebody has done something about a warning.
pub async fn handle(
    State(app): State<App>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    body::Json(body): body::Json,
) -> Result<Json<Value>, Problem> {
    act(&app, &id, Step::Handle, caller, &body).await
}

/// Somebody is done with a warning, and says why.
pub async fn close(
    State(app): State<App>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    body::Json(body): body::Json,
) -> Result<Json<Value>, Problem> {
    act(&app, &id, Step::Close, caller, &body).await
}

async fn act(app: &App, id: &str, step: Step, caller: Caller, body: &Value) -> Result<Json<Value>, Problem> {
    let deed = deed(step, caller, body)?;
    Ok(Json(json!(app.alerts.act(id, step, deed).await?)))
}

/// Who does it and what they say; all faults at once.
fn deed(step: Step, caller: Caller, body: &Value) -> Result<Deed, Problem> {
    let mut faults = Vec::new();
    let mut text = |field: &str, longest: usize| match &body[field] {
        Value::Null => String::new(),
        Value::String(text) if text.chars().count() <= longest => text.trim().to_owned(),
        _ => {
            faults.push(FieldFault::new(field, "is no text of fitting length", format!("at most {longest} signs")));
            String::new()
        }
    };
    let (by, note) = (text("by", NAME), text("note", NOTE));
    let by = if by.is_empty() { caller.name.clone().unwrap_or_default() } else { by };
    if by.is_empty() && faults.is_empty() {
        faults.push(FieldFault::new("by", "is missing", "the name of whoever does it"));
    }
    if step == Step::Close && note.is_empty() && faults.is_empty() {
        faults.push(FieldFault::new("note", "is missing", "say why the warning is done with"));
    }
    if faults.is_empty() {
        return Ok(Deed { by, note, key: caller.name });
    }
    Err(Problem::unprocessable(format!("{} {}", faults[0].field, faults[0].reason)).at(faults))
}

/// The number of items on a page.
pub fn limit(asked: &Asked, usual: usize, most: usize) -> Result<usize, Problem> {
    let hint = format!("a whole number from 1 to {most}");
    match asked.value::<usize>("limit", &hint)?.unwrap_or(usual) {
        0 => Err(Problem::parameter("limit", "is 0", hint)),
        limit => Ok(limit.min(most)),
    }
}

fn wanted(asked: &Asked) -> Result<Wanted, Problem> {
    const LEVELS: &str = "a whole number from 1 to 4";
    let warning_level = asked.value::<u8>("warning_level", LEVELS)?;
    if let Some(level) = warning_level.filter(|level| !(1..=4).contains(level)) {
        return Err(Problem::parameter("warning_level", format!("is {level}"), LEVELS));
    }
    Ok(Wanted {
        state: asked.text("state").map(state).transpose()?,
        layer: asked.value("layer", "the name of a layer; /api/collections lists them")?,
        warning_level,
    })
}

fn state(text: &str) -> Result<Standing, Problem> {
    let deserializer: StrDeserializer<'_, Error> = text.into_deserializer();
    let hint = "open, acknowledged, handled or closed";
    Standing::deserialize(deserializer).map_err(|_| Problem::parameter("state", format!("is {text:?}"), hint))
}
