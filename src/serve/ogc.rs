//! The OGC pages around the collections: landing page, conformance, tile matrix sets.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};

use super::App;
use super::problem::Problem;
use super::query::Asked;
use axum::Json;

/// The one tile matrix set.
pub const WEB_MERCATOR_QUAD: &str = "WebMercatorQuad";
/// Half the width of the Web Mercator square in its own metres; used for the description of the grid alone.
const HALF_WIDTH: f64 = 20_037_508.342_789_244;
/// The deepest zoom described.
const DEEPEST: u32 = 22;

/// What is met, and no more.
const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
];

/// A link.
pub fn link(rel: &str, media: &str, title: &str, href: impl Into<String>) -> Value {
    json!({"rel": rel, "type": media, "title": title, "href": href.into()})
}

/// Where everything is.
pub async fn landing(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Json<Value> {
    let base = app.access.base(&uri, &headers);
    let json_link = |rel: &str, title: &str, path: &str| link(rel, "application/json", title, format!("{base}{path}"));
    Json(json!({
        "title": "四色图 Sisetu",
        "description": "Siting safety checks and the four-colour risk map of a district",
        "links": [
            json_link("self", "this page", "/api"),
            json_link("service-desc", "OpenAPI document", "/api/openapi.json"),
            link("service-doc", "text/html", "the interface for people", format!("{base}/api/docs")),
            json_link("conformance", "OGC conformance classes", "/api/conformance"),
            json_link("data", "layers", "/api/collections"),
            json_link("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "tile grids", "/api/tileMatrixSets"),
            json_link("tiles", "tile sets", "/tiles"),
            json_link("style", "map style of the four colours", "/styles/four-colour"),
            json_link("siting-kinds", "project kinds of siting checks", "/api/siting/kinds"),
            json_link("risk-areas", "grades of the administrative units", "/api/risk/areas"),
            json_link("risk-list", "every graded object, the worst first", "/api/risk/list"),
            json_link("risk-responsibilities", "who answers for each graded object", "/api/risk/responsibilities"),
            json_link("risk-editions", "published editions of the risk map", "/api/risk/editions"),
            json_link("rules", "the rule book", "/api/rules"),
            json_link("status", "whether the service is ready", "/health/ready"),
            link("alternate", "text/html", "the map", format!("{base}/")),
        ],
    }))
}

/// The conformance classes.
pub async fn conformance() -> Json<Value> {
    Json(json!({ "conformsTo": CONFORMANCE }))
}

/// The tile matrix sets.
pub async fn tile_matrix_sets(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Json<Value> {
    let href = format!("{}/api/tileMatrixSets/{WEB_MERCATOR_QUAD}", app.access.base(&uri, &headers));
    Json(json!({"tileMatrixSets": [{
        "id": WEB_MERCATOR_QUAD,
        "title": "Google Maps Compatible for the World",
        "uri": tile_matrix_set_uri(),
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "links": [link("self", "application/json", WEB_MERCATOR_QUAD, href)],
    }]}))
}

/// The name of the tile matrix set in the OGC register.
pub fn tile_matrix_set_uri() -> String {
    format!("http://www.opengis.net/def/tilematrixset/OGC/1.0/{WEB_MERCATOR_QUAD}")
}

/// One tile matrix set in full.
pub async fn tile_matrix_set(Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    if id != WEB_MERCATOR_QUAD {
        return Err(Problem::not_found(format!("there is no tile matrix set {id:?}; there is: {WEB_MERCATOR_QUAD}")));
    }
    Ok(Json(json!({
        "id": WEB_MERCATOR_QUAD,
        "title": "Google Maps Compatible for the World",
        "uri": tile_matrix_set_uri(),
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "orderedAxes": ["E", "N"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": (0..=DEEPEST).map(tile_matrix).collect::<Vec<_>>(),
    })))
}

fn tile_matrix(zoom: u32) -> Value {
    let across = 1_u64 << zoom;
    let cell = 2.0 * HALF_WIDTH / 256.0 / across as f64;
    json!({
        "id": zoom.to_string(),
        // The standard's pixel is 0.28 mm wide.
        "scaleDenominator": cell / 0.000_28,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_WIDTH, HALF_WIDTH],
        "matrixWidth": across,
        "matrixHeight": across,
        "tileWidth": 256,
        "tileHeight": 256,
    })
}

/// The address of a request with another value for one parameter.
pub fn address(base: &str, uri: &Uri, asked: &Extension<Asked>, name: &str, value: &str) -> String {
    format!("{base}{}?{}", uri.path(), asked.with(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_that_of_the_standard() {
        assert_eq!(tile_matrix(0)["scaleDenominator"].as_f64().unwrap().round(), 559_082_264.0);
        let deep = tile_matrix(14);
        assert_eq!(deep["matrixWidth"], 16384);
        assert!((deep["cellSize"].as_f64().unwrap() - 9.554_628_535_647_03).abs() < 1e-9);
    }
}
