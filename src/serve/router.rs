//! Every address of the server, on one page.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::ETAG;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use super::items::GEOJSON;
use super::problem::Problem;
use super::route::{JSON, Row, delete, open, patch, post, put, question, read};
use super::{
    App, alerts, collections, editions, edits, health, imports, items, ogc, openapi, readings, risk, risk_lists, rules,
    shell, siting, stream, survey, tiles, watch,
};

const HTML: &[&str] = &["text/html"];
const ANY: &[&str] = &[];
const NOTHING: &[&str] = &[];
const FEATURE: &[&str] = &["application/geo+json", "application/json"];
const MERGE_PATCH: &[&str] = &["application/merge-patch+json"];
const CREATED: StatusCode = StatusCode::CREATED;
const OK: StatusCode = StatusCode::OK;

/// The table of routes: who may use each, what it asks, takes and gives.
pub fn table() -> Vec<Row> {
    let mut rows = describing();
    rows.extend(answering());
    rows.extend(listing());
    rows.extend(warning());
    rows
}

/// The lists of what is graded, and the published editions of the map.
fn listing() -> Vec<Row> {
    let list = |row: Row| row.asks(risk_lists::ASKS);
    vec![
        list(read("/api/risk/list", risk_lists::risks))
            .says("Every graded object, the worst first")
            .gives(risk_lists::FORMS, "RiskList"),
        list(read("/api/risk/list.csv", risk_lists::risks_csv))
            .says("The risk list as CSV")
            .gives(risk_lists::CSV_ONLY, ""),
        list(read("/api/risk/list.xlsx", risk_lists::risks_xlsx))
            .says("The risk list as a workbook")
            .gives(risk_lists::XLSX_ONLY, ""),
        list(read("/api/risk/responsibilities", risk_lists::responsibilities))
            .says("Who answers for each graded object; who leads by colour is a common practice, not law")
            .gives(risk_lists::FORMS, "ResponsibilityList"),
        list(read("/api/risk/responsibilities.csv", risk_lists::responsibilities_csv))
            .says("The responsibility list as CSV")
            .gives(risk_lists::CSV_ONLY, ""),
        list(read("/api/risk/responsibilities.xlsx", risk_lists::responsibilities_xlsx))
            .says("The responsibility list as a workbook")
            .gives(risk_lists::XLSX_ONLY, ""),
        read("/api/risk/editions", editions::list)
            .says("The published editions of the map, newest first")
            .asks(editions::ASKS)
            .gives(JSON, "MapEditions"),
        post("/api/risk/editions", editions::publish)
            .says("Publish what the newest revision says; its reds stay red until a document closes them")
            .takes(JSON, "MapEditionHeading")
            .answers(CREATED, JSON, "MapEdition"),
        read("/api/risk/editions/draft", editions::draft)
            .says("What would be published now, and what it would change")
            .gives(JSON, "MapEdition"),
        read("/api/risk/editions/{number}", editions::one).says("One published edition").gives(JSON, "MapEdition"),
        read("/api/risk/editions/{number}/compare/{other}", editions::compare)
            .says("What turned redder or greener, what is new and what gone; either may be draft")
            .asks(editions::COMPARE_ASKS)
            .gives(JSON, "MapComparison"),
    ]
}

/// The documents that describe the service, and the layers with their features.
fn describing() -> Vec<Row> {
    let layer = "/api/collections/{layer}";
    let item = "/api/collections/{layer}/items/{id}";
    let items_of = "/api/collections/{layer}/items";
    vec![
        open("/", shell::index).says("The map").lenient().gives(ANY, ""),
        read("/api", ogc::landing).says("Links to everything").asks(openapi::F).gives(JSON, "Landing"),
        read("/api/openapi.json", openapi::document).says("This document").gives(openapi::DOCUMENT, "OpenApi"),
        read("/api/docs", openapi::page).says("This document, for people").gives(HTML, ""),
        read("/api/conformance", ogc::conformance)
            .says("OGC conformance classes that are met")
            .gives(JSON, "Conformance"),
        read("/api/tileMatrixSets", ogc::tile_matrix_sets).says("Tile grids").gives(JSON, "TileMatrixSets"),
        read("/api/tileMatrixSets/{id}", ogc::tile_matrix_set).says("One tile grid").gives(JSON, "TileMatrixSet"),
        read("/api/collections", collections::all).says("The layers").gives(JSON, "Collections"),
        read(layer, collections::one).says("One layer").gives(JSON, "Collection"),
        read("/api/collections/{layer}/schema", collections::schema)
            .says("The fields of a layer: types, units, allowed values, which are required")
            .gives(collections::SCHEMA, "JsonSchema"),
        read("/api/collections/{layer}/queryables", collections::queryables)
            .says("What a layer's features may be asked by")
            .gives(collections::SCHEMA, "JsonSchema"),
        read("/api/collections/{layer}/tiles", collections::tilesets)
            .says("The tile sets of a layer")
            .gives(JSON, "TileSetList"),
        read("/api/collections/{layer}/tiles/WebMercatorQuad", collections::tileset)
            .says("The tile set of a layer")
            .gives(JSON, "TileSet"),
        read("/api/collections/{layer}/tiles/WebMercatorQuad/{z}/{row}/{col}", tiles::ogc_tile)
            .says("A vector tile of a layer; row before column")
            .gives(tiles::MVT, ""),
        read(items_of, items::page)
            .says(
                "Features of a layer in the order of ids; every field of the layer is a parameter too, met by equality",
            )
            .asks(items::ASKS)
            .asks_fields()
            .gives(GEOJSON, "FeatureCollection"),
        post(items_of, edits::create)
            .says("Create a feature; 409 where its id is taken")
            .takes(FEATURE, "Feature")
            .answers(CREATED, GEOJSON, "Feature"),
        read(item, items::one).says("One feature, with an ETag").gives(GEOJSON, "Feature"),
        put(item, edits::replace)
            .says("Create or replace a feature; If-Match and If-None-Match: * are heeded")
            .takes(FEATURE, "Feature")
            .answers(OK, GEOJSON, "Feature")
            .answers(CREATED, GEOJSON, "Feature"),
        patch(item, edits::amend)
            .says("Change a feature by JSON Merge Patch; If-Match is heeded")
            .takes(MERGE_PATCH, "MergePatch")
            .gives(GEOJSON, "Feature"),
        delete(item, edits::remove).says("Delete a feature; If-Match is heeded").answers(
            StatusCode::NO_CONTENT,
            NOTHING,
            "",
        ),
        read("/api/collections/{layer}/items/{id}/history", items::history)
            .says("Every version of a feature, newest first")
            .gives(JSON, "History"),
        post("/api/imports", imports::import)
            .says("Take a file in; answers with the import report, 422 where nothing was accepted")
            .takes(imports::FORM, "Import")
            .gives(JSON, "ImportReport")
            .long(),
    ]
}

/// What is worked out of the layers, tiles, and how the service is.
fn answering() -> Vec<Row> {
    vec![
        question("/api/siting/check", siting::check)
            .says("May this stand here?")
            .asks(siting::ASKS)
            .takes(FEATURE, "SitingRequest")
            .gives(siting::FORMS, "SitingReport"),
        question("/api/siting/remedies", siting::remedies)
            .says("The least shift, cut or reduction after which a failing site no longer fails")
            .asks(siting::REMEDY_ASKS)
            .takes(FEATURE, "SitingRequest")
            .gives(JSON, "SitingRemedies")
            .long(),
        read("/api/siting/kinds", siting::kinds)
            .says("Project kinds, and which facts each needs")
            .gives(JSON, "SitingKinds"),
        read("/api/survey", survey::page)
            .says(
                "Existing conflicts, worst first. Where complete is false the first survey is still being made and what was \
                 found so far is listed; an older revision is answered with while the newest is being surveyed",
            )
            .asks(survey::ASKS)
            .gives(survey::FORMS, "Survey"),
        read("/api/risk/areas", risk::areas)
            .says("Grades of the administrative units by their codes, or of the cells of the grid, worst first")
            .asks(risk::ASKS)
            .gives(JSON, "RiskAreas"),
        read("/api/risk/explain/{layer}/{id}", risk::explain)
            .says("Why a grade is what it is; the layer is one of the registers, risk_grid or hca_segments")
            .asks(risk::EXPLAIN_ASKS)
            .gives(JSON, "Explanation"),
        read("/api/rules", rules::all).says("The rule book").gives(JSON, "Rules"),
        read("/api/rules/{id}", rules::one).says("One rule").gives(JSON, "Rule"),
        read("/tiles", tiles::sets).says("The tile sets").gives(JSON, "TileSets"),
        read("/tiles/{set}", tiles::tile_json)
            .says("A tile set as TileJSON 3.0")
            .asks(tiles::ASKS)
            .gives(JSON, "TileJson"),
        read("/tiles/{set}/{z}/{x}/{y}", tiles::tile)
            .says("A vector tile; empty where nothing is drawn. The endings .mvt and .pbf are accepted")
            .asks(tiles::ASKS)
            .gives(tiles::MVT, ""),
        read("/styles/{name}", shell::style).says("A map style of the four colours").gives(ANY, ""),
        open("/health/live", health::live).says("The process answers").gives(JSON, "Live"),
        open("/health/ready", health::ready)
            .says("The edition that is served and what it lacks; the reasons only with a key")
            .gives(JSON, "Ready"),
        read("/metrics", health::metrics).says("Prometheus text").gives(health::PROMETHEUS, ""),
    ]
}

/// Warnings, and the readings of online monitoring.
fn warning() -> Vec<Row> {
    vec![
        read("/api/alerts", alerts::page)
            .says("Warnings, newest first. A warning level is no risk level: neither changes the other")
            .asks(alerts::ASKS)
            .gives(JSON, "Alerts"),
        read("/api/alerts/stream", stream::alerts)
            .says(
                "Server-sent events: `alert` with a warning after each step of its life; the id is its number in the \
                 journal, from which Last-Event-ID goes on",
            )
            .gives(stream::EVENTS, ""),
        read("/api/alerts/{id}", alerts::one).says("One warning").gives(JSON, "Alert"),
        post("/api/alerts/{id}/acknowledge", alerts::acknowledge)
            .says("Take an open warning up")
            .takes(JSON, "Deed")
            .gives(JSON, "Alert"),
        post("/api/alerts/{id}/handle", alerts::handle)
            .says("Tell what was done about an acknowledged warning")
            .takes(JSON, "Deed")
            .gives(JSON, "Alert"),
        post("/api/alerts/{id}/close", alerts::close)
            .says("Be done with a handled warning; needs a note")
            .takes(JSON, "Deed")
            .gives(JSON, "Alert"),
        post("/api/readings", readings::take)
            .says("Take readings in, at most 10000 at once; every row is judged by itself")
            .takes(JSON, "Readings")
            .gives(JSON, "ReadingsTold"),
        read("/api/readings", readings::page)
            .says("Readings, the last entered first")
            .asks(readings::ASKS)
            .gives(JSON, "ReadingsPage"),
    ]
}

/// The server: the table, the viewer's files, and what is done around every request.
pub fn router(app: &App) -> Router {
    let mut router = Router::new();
    for row in table() {
        let (path, handler) = row.guarded(app);
        router = router.route(path, handler);
    }
    router
        .fallback(shell::asset)
        .method_not_allowed_fallback(async || Problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::disable())
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(from_fn_with_state(app.clone(), watch::guard))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), watch::observe))
        .with_state(app.clone())
}

/// A strong validator names exact bytes, so what carries one is sent as it is; so are fonts, which are compressed already.
fn compressible() -> impl Predicate {
    let exact = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        !headers.get(ETAG).is_some_and(|tag| tag.as_bytes().starts_with(b"\""))
    };
    DefaultPredicate::new().and(NotForContentType::const_new("font/")).and(exact)
}
