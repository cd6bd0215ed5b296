//! Vector tiles. The validator is known before any work is done, so a caller that holds the tile costs nothing.
//!
//! A tile that shows nothing is a 200 with an empty body: an empty vector tile is one without layers, every client and
//! cache treats it like any other, and its validator tells when something has come into it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use std::sync::Arc;

use super::App;
use super::collections;
use super::negotiate::{self, Coding};
use super::problem::Problem;
use super::tile_cache::{self, Key};
use crate::atlas::Edition;
use crate::tile::{self, TileCoord, TileSet};

/// The media types of a tile.
pub const MVT: &[&str] = &["application/vnd.mapbox-vector-tile", "application/x-protobuf", "application/octet-stream"];

/// The tile sets.
pub async fn sets(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Json<Value> {
    let base = app.access.base(&uri, &headers);
    let sets = TileSet::all().iter().map(|set| {
        let name = set.name();
        json!({
            "name": name,
            "title": set.title(),
            "tilejson": format!("{base}/tiles/{name}"),
            "tiles": format!("{base}/tiles/{name}/{{z}}/{{x}}/{{y}}"),
        })
    });
    Json(json!({ "tilesets": sets.collect::<Vec<_>>() }))
}

/// A tile set as TileJSON.
pub async fn tile_json(
    State(app): State<App>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let name = name.strip_suffix(".json").unwrap_or(&name);
    Ok(Json(tile::tile_json(&app.atlas.current(), set(name)?, &app.access.base(&uri, &headers))))
}

fn set(name: &str) -> Result<&'static TileSet, Problem> {
    TileSet::find(name).ok_or_else(|| {
        let known = TileSet::all().iter().map(TileSet::name).collect::<Vec<_>>().join(", ");
        Problem::not_found(format!("there is no tile set {name:?}; there are: {known}")).naming("set", name)
    })
}

/// A tile by zoom, column and row.
pub async fn tile(
    State(app): State<App>,
    Path((name, z, x, y)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).unwrap_or(&y);
    answer(&app, set(&name)?, coord(&z, &x, y)?, &headers).await
}

/// A tile of a layer by zoom, row and column, as OGC API Tiles has them.
pub async fn ogc_tile(
    State(app): State<App>,
    Path((name, z, row, col)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = collections::layer(&name)?;
    answer(&app, set(layer.name())?, coord(&z, &col, &row)?, &headers).await
}

fn coord(z: &str, x: &str, y: &str) -> Result<TileCoord, Problem> {
    let bad = |detail: String| Problem::not_found(format!("there is no tile {z}/{x}/{y}: {detail}"));
    let (Ok(zoom), Ok(column), Ok(row)) = (z.parse::<u8>(), x.parse::<u32>(), y.parse::<u32>()) else {
        return Err(bad("zoom, column and row are whole numbers".to_owned()));
    };
    TileCoord::new(zoom, column, row).map_err(|error| bad(error.to_string()))
}

async fn answer(app: &App, set: &'static TileSet, coord: TileCoord, headers: &HeaderMap) -> Result<Response, Problem> {
    let edition = app.atlas.current();
    let revision = tile::validator(&edition, set, coord);
    let wanted = Coding::chosen(headers);
    let etag = |coding: Coding| {
        let version = env!("CARGO_PKG_VERSION");
        format!("\"{version}-{}-{}-{revision}-{}\"", app.birth, set.name(), coding.word())
    };
    // A tiny tile goes out as it is, whatever the caller likes best, and is held under that name.
    if let Some(held) = [wanted, Coding::Identity].map(etag).into_iter().find(|tag| negotiate::holds(headers, tag)) {
        app.metrics.tile_unchanged.count();
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, held), (VARY, "Accept-Encoding".to_owned())]).into_response());
    }
    let plain = Key::new(set, coord, revision, Coding::Identity);
    let identity = drawn(app, plain.clone(), edition, set).await?;
    let coding = tile_cache::worthwhile(wanted, identity.len());
    let bytes = encoded(app, Key { coding, ..plain }, identity).await?;
    Ok(sent(bytes, coding, &etag(coding)))
}

/// The tile as it was drawn.
async fn drawn(app: &App, key: Key, edition: Arc<Edition>, set: &'static TileSet) -> Result<Bytes, Problem> {
    if let Some(tile) = app.tiles.held(&key).await {
        app.metrics.tile_hits.count();
        return Ok(tile);
    }
    app.metrics.tile_misses.count();
    let coord = key.coord;
    let make = async {
        app.metrics.tile_renders.count();
        let tile = app.workers.run(move || tile::render(&edition, set, coord)).await?;
        tile.map(Bytes::from).map_err(Problem::from)
    };
    app.tiles.or_make(key, make).await
}

async fn encoded(app: &App, key: Key, identity: Bytes) -> Result<Bytes, Problem> {
    let coding = key.coding;
    if coding == Coding::Identity {
        return Ok(identity);
    }
    let make = async {
        let done = app.workers.run(move || tile_cache::coded(&identity, coding)).await?;
        done.map_err(|error| Problem::internal(&error))
    };
    app.tiles.or_make(key, make).await
}

fn sent(bytes: Bytes, coding: Coding, etag: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MVT[0]));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if coding != Coding::Identity {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.word()));
    }
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(ETAG, etag);
    }
    response
}
