//! The viewer and the map styles, carried in the binary.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::App;
use super::negotiate;
use super::problem::Problem;

/// The built viewer; empty where it has not been built.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Viewer;

/// The styles of the four colours.
#[derive(RustEmbed)]
#[folder = "styles"]
#[allow_missing = true]
struct Styles;

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>四色图</title>\
    <h1>四色图 Sisetu</h1><p>本程序编译时未包含浏览器界面；接口可用：<a href=\"api\">/api</a>。\
    <p>The viewer was not built into this program (<code>make build</code> does so); the interface works: \
    <a href=\"api\">/api</a>.</html>";

/// Whether the viewer was built into this program.
pub fn has_viewer() -> bool {
    Viewer::get("index.html").is_some()
}

/// The viewer.
pub async fn index(headers: HeaderMap) -> Response {
    match Viewer::get("index.html") {
        Some(page) => file("index.html", page, &headers),
        None => Html(NOT_BUILT).into_response(),
    }
}

/// What no route knows: a file of the viewer, or nothing.
pub async fn asset(method: Method, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let name = uri.path().trim_start_matches('/');
    let found = Viewer::get(name).ok_or_else(|| Problem::of_status(StatusCode::NOT_FOUND))?;
    if method != Method::GET && method != Method::HEAD {
        return Err(Problem::of_status(StatusCode::METHOD_NOT_ALLOWED));
    }
    Ok(file(name, found, &headers))
}

/// A file with a weak validator made of its content, so that it may be compressed on the way out.
fn file(name: &str, found: EmbeddedFile, headers: &HeaderMap) -> Response {
    let hash = found.metadata.sha256_hash();
    let digest = hash.iter().take(16).fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    let etag = format!("W/\"{digest:032x}\"");
    let keep = if named_by_content(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if negotiate::holds(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, media_type(name))], Body::from(found.data.into_owned())).into_response()
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(ETAG, etag);
    }
    response
}

/// Whether the bundler put the content's hash into the name, as in `main-7QXK2ZJD.js`.
fn named_by_content(name: &str) -> bool {
    let stem = name.rsplit('/').next().unwrap_or(name).split('.').next().unwrap_or_default();
    let hash = stem.rsplit('-').next().filter(|hash| hash.len() < stem.len());
    hash.is_some_and(|hash| {
        hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "qml" | "xml" => "text/xml; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A map style: MapLibre's by its bare name, others by their file name. `{base}` in it becomes our own address.
pub async fn style(
    State(app): State<App>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let candidates = [name.clone(), format!("{name}.json")];
    let found = candidates.iter().find_map(|file| Some((file, Styles::get(file)?)));
    let (file, style) = found.ok_or_else(|| {
        let known = Styles::iter().map(|file| file.trim_end_matches(".json").to_owned()).collect::<Vec<_>>();
        Problem::not_found(format!("there is no style {name:?}; there are: {}", known.join(", ")))
    })?;
    let text = String::from_utf8_lossy(&style.data).replace("{base}", &app.access.base(&uri, &headers));
    Ok(([(CONTENT_TYPE, media_type(file))], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_carry_a_hash_are_kept_for_good() {
        for (name, hashed) in [
            ("assets/main-7QXK2ZJD.js", true),
            ("assets/fonts/noto-ABCDEFGH.woff2", true),
            ("assets/main-7QXK2ZJD.js.map", true),
            ("index.html", false),
            ("7QXK2ZJD.js", false),
            ("assets/four-colours.js", false),
        ] {
            assert_eq!(named_by_content(name), hashed, "{name}");
        }
    }
}
