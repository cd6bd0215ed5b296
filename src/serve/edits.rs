//! Changing one feature: create, replace, merge-patch, delete; checked like an import, and against what the caller
//! believes is there.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::App;
use super::access::Caller;
use super::body::{Json, MergePatch};
use super::negotiate::{self, Belief};
use super::problem::Problem;
use super::{collections, items};
use crate::atlas::Edition;
use crate::ingest::edit;
use crate::model::{Change, ChangeSet, Commit, Feature, Layer};

/// A new feature; its id may be given, else it is assigned.
pub async fn create(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let layer = collections::layer(&name)?;
    let author = caller.author();
    let decide = move |edition: &Edition| {
        let known = &edition.snapshot;
        edit::put(known, layer, None, &body, known.revision(), &author).map_err(|fault| faulty(layer, fault))
    };
    let commit = change(&app, layer, decide).await?;
    let feature = brought(&commit).ok_or_else(|| Problem::internal(&"a created feature is not in its commit"))?;
    Ok(written(&app, StatusCode::CREATED, layer, feature, &app.access.base(&uri, &headers)))
}

/// A feature in full: new under this id, or in place of the one that is there.
pub async fn replace(
    State(app): State<App>,
    Path((name, id)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Response, Problem> {
    let layer = collections::layer(&name)?;
    let (author, wish, own) = (caller.author(), headers.clone(), app.clone());
    let key = id.clone();
    let decide = move |edition: &Edition| {
        let current = stands(edition, layer, &key);
        let was_there = current.is_some();
        agree(&own, &wish, layer, &key, current)?;
        let known = &edition.snapshot;
        let changes = edit::put(known, layer, Some(&key), &body, known.revision(), &author);
        changes.map_err(|fault| faulty(layer, fault)).map(|changes| (changes, was_there))
    };
    let (commit, was_there) = change_telling(&app, layer, decide).await?;
    let status = if was_there { StatusCode::OK } else { StatusCode::CREATED };
    respond(&app, status, layer, &id, &commit, &app.access.base(&uri, &headers))
}

/// A change to a feature (RFC 7396).
pub async fn amend(
    State(app): State<App>,
    Path((name, id)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
    MergePatch(body): MergePatch,
) -> Result<Response, Problem> {
    let layer = collections::layer(&name)?;
    let (author, wish, own, key) = (caller.author(), headers.clone(), app.clone(), id.clone());
    let decide = move |edition: &Edition| {
        let current = stands(edition, layer, &key);
        agree(&own, &wish, layer, &key, current)?;
        current.ok_or_else(|| items::missing(layer, &key))?;
        let known = &edition.snapshot;
        edit::patch(known, layer, &key, &body, known.revision(), &author).map_err(|fault| faulty(layer, fault))
    };
    let commit = change(&app, layer, decide).await?;
    respond(&app, StatusCode::OK, layer, &id, &commit, &app.access.base(&uri, &headers))
}

/// Away with a feature.
pub async fn remove(
    State(app): State<App>,
    Path((name, id)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let layer = collections::layer(&name)?;
    let (author, own) = (caller.author(), app.clone());
    let decide = move |edition: &Edition| {
        let current = stands(edition, layer, &id);
        agree(&own, &headers, layer, &id, current)?;
        current.ok_or_else(|| items::missing(layer, &id))?;
        let known = &edition.snapshot;
        edit::delete(known, layer, &id, known.revision(), &author).map_err(|fault| faulty(layer, fault))
    };
    change(&app, layer, decide).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn stands<'a>(edition: &'a Edition, layer: Layer, id: &str) -> Option<&'a Feature> {
    edition.snapshot.layer(layer).ok()?.feature(id).map(|feature| &**feature)
}

/// Refuses a change where the feature is not what the caller believes.
fn agree(app: &App, headers: &HeaderMap, layer: Layer, id: &str, current: Option<&Feature>) -> Result<(), Problem> {
    let tag = current.map(|feature| items::etag(app, feature));
    match negotiate::belief(headers, tag.as_deref()) {
        Belief::Any | Belief::This(true) => Ok(()),
        Belief::This(false) => Err(Problem::precondition(format!("{layer}/{id} is not the version named in If-Match"))),
        Belief::Absent if current.is_none() => Ok(()),
        Belief::Absent => Err(Problem::precondition(format!("{layer}/{id} is there already"))),
    }
}

async fn change(
    app: &App,
    layer: Layer,
    mut decide: impl FnMut(&Edition) -> Result<ChangeSet, Problem> + Send + 'static,
) -> Result<Commit, Problem> {
    let telling = move |edition: &Edition| decide(edition).map(|changes| (changes, ()));
    Ok(change_telling(app, layer, telling).await?.0)
}

async fn change_telling<T: Send + 'static>(
    app: &App,
    layer: Layer,
    mut decide: impl FnMut(&Edition) -> Result<(ChangeSet, T), Problem> + Send + 'static,
) -> Result<(Commit, T), Problem> {
    let checked = move |edition: &Edition| {
        edition.snapshot.layer(layer).map_err(|why| Problem::layer_unavailable(layer.name(), &why.0))?;
        decide(edition)
    };
    app.atlas.change(checked).await.map_err(Problem::from)
}

/// The feature that a commit brought.
fn brought(commit: &Commit) -> Option<&Feature> {
    commit.changes.iter().find_map(|change| match change {
        Change::Put(_, feature) => Some(feature),
        Change::Delete(..) => None,
    })
}

/// A changed feature; one that was the same already is in no commit but in the edition.
fn respond(
    app: &App,
    status: StatusCode,
    layer: Layer,
    id: &str,
    commit: &Commit,
    base: &str,
) -> Result<Response, Problem> {
    if let Some(feature) = brought(commit) {
        return Ok(written(app, status, layer, feature, base));
    }
    let edition = app.atlas.current();
    let feature = stands(&edition, layer, id).ok_or_else(|| items::missing(layer, id))?;
    Ok(written(app, status, layer, feature, base))
}

fn written(app: &App, status: StatusCode, layer: Layer, feature: &Feature, base: &str) -> Response {
    let mut response = items::answer(app, status, layer, feature, base);
    if status == StatusCode::CREATED
        && let Ok(location) = HeaderValue::from_str(&items::location(base, layer, &feature.id))
    {
        response.headers_mut().insert(LOCATION, location);
    }
    response.into_response()
}

fn faulty(layer: Layer, fault: edit::EditFault) -> Problem {
    Problem::from(fault).naming("layer", layer.name())
}
