//! Vector tiles. The validator is known before any work is done, so a caller that holds the tile costs nothing.
//!
//! A tile that shows nothing is a 200 with an empty body: an empty vector tile is one without layers, every client and
//! cache treats it like any other, and its validator tells when something has come into it.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::civil::Date;
use serde_json::{Value, json};

use std::sync::Arc;

use super::App;
use super::collections;
use super::negotiate::{self, Coding};
use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::siting::today;
use super::tile_cache::{self, Key};
use crate::atlas::Edition;
use crate::model::{Kind, Kinds, Revision, Text};
use crate::rules::RuleBook;
use crate::tile::{self, Exclusion, FIRST_ZOOM, TileCoord, TileError, TileSet};

/// The media types of a tile.
pub const MVT: &[&str] = &["application/vnd.mapbox-vector-tile", "application/x-protobuf", "application/octet-stream"];

/// The parameters of a tile set.
pub const ASKS: &[Parameter] = &[Parameter {
    name: "as_of",
    says: "Of the sets exclusion-{kind} only: the day whose law applies; today where none is named.",
    schema: r#"{"type": "string", "format": "date"}"#,
}];

/// A tile set of either sort.
#[derive(Clone, Copy)]
enum Set {
    /// What the registers hold.
    Registers(&'static TileSet),
    /// Where a kind may not go under the law of a day.
    Exclusion(&'static Kind, Date),
}

impl Set {
    /// The set of a name, as it is asked for.
    fn asked(name: &str, asked: &Asked) -> Result<Self, Problem> {
        let day = asked.value::<Date>("as_of", "a date such as 2026-11-24")?;
        if let Some(kind) = tile::kind_of_set(name) {
            return Ok(Self::Exclusion(kind, day.unwrap_or_else(today)));
        }
        let set = registers(name)?;
        match day {
            None => Ok(Self::Registers(set)),
            Some(_) => Err(Problem::parameter("as_of", "means nothing to this set", "leave it out")),
        }
    }

    fn first_zoom(self, edition: &Edition) -> u8 {
        match self {
            Self::Registers(set) => set.first_zoom(edition),
            Self::Exclusion(..) => FIRST_ZOOM,
        }
    }

    fn key(self, coord: TileCoord, revision: Revision, published: u64) -> Key {
        let (set, day) = match self {
            Self::Registers(set) => (set.name(), None),
            Self::Exclusion(kind, day) => (kind.kind.as_str(), Some(day)),
        };
        Key { set, day, coord, revision, published, coding: Coding::Identity }
    }

    /// The revision that last changed a tile; none where the tile must not be kept.
    fn validator(self, edition: &Edition, book: &RuleBook, coord: TileCoord) -> Option<Revision> {
        match self {
            // Grades rest on layers that the set does not show: what is found again renews them under the same revision.
            Self::Registers(set) if shows_grades(set) && edition.snapshot.unavailable().next().is_some() => None,
            Self::Registers(set) => Some(tile::validator(edition, set, coord)),
            Self::Exclusion(kind, as_of) => Exclusion { kind, book, as_of }.validator(edition, coord),
        }
    }

    fn render(self, app: &App, edition: &Edition, coord: TileCoord) -> Result<Vec<u8>, TileError> {
        match self {
            Self::Registers(set) => app.plates.render(edition, set, coord),
            Self::Exclusion(kind, as_of) => Exclusion { kind, book: &app.book, as_of }.render(edition, coord),
        }
    }

    /// The published edition whose reds the set shows as held; 0 where it shows no grades.
    fn published(self, edition: &Edition) -> u64 {
        match self {
            Self::Registers(set) if shows_grades(set) => edition.grades.published().number(),
            _ => 0,
        }
    }

    /// What names the set, and all that it is drawn from besides the layers, in a validator.
    fn mark(self, app: &App, published: u64) -> String {
        match self {
            Self::Registers(set) if published > 0 => format!("{}-e{published}", set.name()),
            Self::Registers(set) => set.name().to_owned(),
            Self::Exclusion(kind, day) => format!("{}-{}-{day}", tile::set_of_kind(kind), app.book_mark),
        }
    }
}

fn shows_grades(set: &TileSet) -> bool {
    set.pictures().iter().any(|picture| picture.is_graded())
}

/// The tile sets.
pub async fn sets(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Json<Value> {
    let base = app.access.base(&uri, &headers);
    let row = |name: &str, title: &Text| {
        json!({
            "name": name,
            "title": title,
            "tilejson": format!("{base}/tiles/{name}"),
            "tiles": format!("{base}/tiles/{name}/{{z}}/{{x}}/{{y}}"),
        })
    };
    let registers = TileSet::all().iter().map(|set| row(set.name(), set.title()));
    let exclusions = Kinds::shipped().all().map(|kind| row(&tile::set_of_kind(kind), &tile::title_of_set(kind)));
    Json(json!({ "tilesets": registers.chain(exclusions).collect::<Vec<_>>() }))
}

/// A tile set as TileJSON.
pub async fn tile_json(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let name = name.strip_suffix(".json").unwrap_or(&name);
    let (edition, base) = (app.atlas.current(), app.access.base(&uri, &headers));
    Ok(Json(match Set::asked(name, &asked)? {
        Set::Registers(set) => tile::tile_json(&edition, set, &base),
        Set::Exclusion(kind, day) => {
            let query = asked.text("as_of").map_or_else(String::new, |_| format!("?as_of={day}"));
            tile::exclusion_json(&edition, kind, &base, &query)
        }
    }))
}

fn registers(name: &str) -> Result<&'static TileSet, Problem> {
    TileSet::find(name).ok_or_else(|| {
        let known = TileSet::all().iter().map(TileSet::name).collect::<Vec<_>>().join(", ");
        let detail = format!(
            "there is no tile set {name:?}; there are: {known}, and exclusion-{{kind}} for each kind of /api/siting/kinds"
        );
        Problem::not_found(detail).naming("set", name)
    })
}

/// A tile by zoom, column and row.
pub async fn tile(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path((name, z, x, y)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).unwrap_or(&y);
    let set = Set::asked(&name, &asked)?;
    let coord = coord(&z, &x, y)?;
    let first = set.first_zoom(&app.atlas.current());
    if coord.z() < first {
        return Err(Problem::not_found(format!("this set begins at zoom {first}")).naming("set", name.as_str()));
    }
    answer(&app, set, coord, &headers).await
}

/// A tile of a layer by zoom, row and column, as OGC API Tiles has them.
pub async fn ogc_tile(
    State(app): State<App>,
    Path((name, z, row, col)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = collections::layer(&name)?;
    answer(&app, Set::Registers(registers(layer.name())?), coord(&z, &col, &row)?, &headers).await
}

fn coord(z: &str, x: &str, y: &str) -> Result<TileCoord, Problem> {
    let bad = |detail: String| Problem::not_found(format!("there is no tile {z}/{x}/{y}: {detail}"));
    let (Ok(zoom), Ok(column), Ok(row)) = (z.parse::<u8>(), x.parse::<u32>(), y.parse::<u32>()) else {
        return Err(bad("zoom, column and row are whole numbers".to_owned()));
    };
    TileCoord::new(zoom, column, row).map_err(|error| bad(error.to_string()))
}

async fn answer(app: &App, set: Set, coord: TileCoord, headers: &HeaderMap) -> Result<Response, Problem> {
    let edition = app.atlas.current();
    let Some(revision) = set.validator(&edition, &app.book, coord) else {
        return unkept(app, set, coord, edition).await;
    };
    let wanted = Coding::chosen(headers);
    let published = set.published(&edition);
    let mark = set.mark(app, published);
    let etag = |coding: Coding| {
        let version = env!("CARGO_PKG_VERSION");
        format!("\"{version}-{}-{mark}-{revision}-{}\"", app.birth, coding.word())
    };
    // A tiny tile goes out as it is, whatever the caller likes best, and is held under that name.
    if let Some(held) = [wanted, Coding::Identity].map(etag).into_iter().find(|tag| negotiate::holds(headers, tag)) {
        app.metrics.tile_unchanged.count();
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, held), (VARY, "Accept-Encoding".to_owned())]).into_response());
    }
    let plain = set.key(coord, revision, published);
    let identity = drawn(app, plain.clone(), edition, set).await?;
    let coding = tile_cache::worthwhile(wanted, identity.len());
    let bytes = encoded(app, Key { coding, ..plain }, identity).await?;
    Ok(sent(bytes, coding, &etag(coding)))
}

/// The tile as it was drawn.
async fn drawn(app: &App, key: Key, edition: Arc<Edition>, set: Set) -> Result<Bytes, Problem> {
    if let Some(tile) = app.tiles.held(&key).await {
        app.metrics.tile_hits.count();
        return Ok(tile);
    }
    app.metrics.tile_misses.count();
    let coord = key.coord;
    app.tiles.or_make(key, made(app, set, coord, edition)).await
}

async fn made(app: &App, set: Set, coord: TileCoord, edition: Arc<Edition>) -> Result<Bytes, Problem> {
    app.metrics.tile_renders.count();
    let own = app.clone();
    let tile = app.workers.run(move || set.render(&own, &edition, coord)).await?;
    tile.map(Bytes::from).map_err(Problem::from)
}

/// A tile drawn while a layer cannot be read: it holds for this moment only, so neither the cache nor the client keeps it.
async fn unkept(app: &App, set: Set, coord: TileCoord, edition: Arc<Edition>) -> Result<Response, Problem> {
    let mut response = made(app, set, coord, edition).await?.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MVT[0]));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
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
