//! The layers as OGC collections: what there is and what its features look like.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use serde_json::{Map, Value, json};

use super::App;
use super::ogc::{WEB_MERCATOR_QUAD, link, tile_matrix_set_uri};
use super::problem::Problem;
use crate::index::Snapshot;
use crate::model::schema::{LayerSchema, Shape};
use crate::model::{Field, FieldType, Layer, Schema};

/// Longitude/latitude, longitude first.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// What the coordinates rest on. The two differ by less than the accuracy of any survey.
const CGCS2000: &str = "http://www.opengis.net/def/crs/EPSG/0/4490";

/// The layer of a name.
pub fn layer(name: &str) -> Result<Layer, Problem> {
    name.parse().map_err(|_| {
        let known = Layer::ALL.map(Layer::name).join(", ");
        Problem::not_found(format!("there is no layer {name:?}; there are: {known}")).naming("layer", name)
    })
}

/// All collections.
pub async fn all(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Json<Value> {
    let base = app.access.base(&uri, &headers);
    let edition = app.atlas.current();
    let collections: Vec<Value> =
        Layer::ALL.into_iter().map(|layer| collection(&edition.snapshot, layer, &base)).collect();
    let itself = link("self", "application/json", "the layers", format!("{base}/api/collections"));
    Json(json!({"links": [itself], "collections": collections}))
}

/// One collection.
pub async fn one(
    State(app): State<App>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let base = app.access.base(&uri, &headers);
    Ok(Json(collection(&app.atlas.current().snapshot, layer(&name)?, &base)))
}

fn collection(snapshot: &Snapshot, layer: Layer, base: &str) -> Value {
    let schema = Schema::layer(layer);
    let here = format!("{base}/api/collections/{layer}");
    let json_link = |rel: &str, title: &str, path: &str| link(rel, "application/json", title, format!("{here}{path}"));
    let mut collection = json!({
        "id": layer.name(),
        "title": schema.title.both(),
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CGCS2000,
        "links": [
            json_link("self", "this layer", ""),
            link("items", "application/geo+json", "its features", format!("{here}/items")),
            link("http://www.opengis.net/def/rel/ogc/1.0/schema", SCHEMA[0], "its fields", format!("{here}/schema")),
            link("http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA[0], "what may be asked", format!("{here}/queryables")),
            json_link("http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "its tiles", "/tiles"),
        ],
    });
    match snapshot.layer(layer) {
        Ok(index) => {
            if let Some(around) = index.envelope() {
                let bbox = [[around.west, around.south, around.east, around.north]];
                collection["extent"] = json!({"spatial": {"bbox": bbox, "crs": CRS84}});
            }
        }
        // One layer that cannot be read leaves the list of the others whole.
        Err(unavailable) => collection["unavailable"] = json!(unavailable.0),
    }
    collection
}

/// The media types of a schema.
pub const SCHEMA: &[&str] = &["application/schema+json", "application/json"];

/// The fields of a layer as JSON Schema.
pub async fn schema(
    State(app): State<App>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<([(&'static str, &'static str); 1], Json<Value>), Problem> {
    let layer = layer(&name)?;
    let id = format!("{}/api/collections/{layer}/schema", app.access.base(&uri, &headers));
    let mut document = describe(Schema::layer(layer), &id);
    let required = Schema::layer(layer).fields.iter().filter(|field| field.required);
    document["required"] = required.map(|field| Value::from(field.name.as_str())).collect();
    document["properties"]["id"] = json!({"type": "string", "x-ogc-role": "id"});
    document["additionalProperties"] = json!(true);
    Ok(([("content-type", SCHEMA[0])], Json(document)))
}

/// What a caller may ask a layer's items by: every field, by equality.
pub async fn queryables(
    State(app): State<App>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<([(&'static str, &'static str); 1], Json<Value>), Problem> {
    let layer = layer(&name)?;
    let id = format!("{}/api/collections/{layer}/queryables", app.access.base(&uri, &headers));
    let mut document = describe(Schema::layer(layer), &id);
    document["additionalProperties"] = json!(false);
    Ok(([("content-type", SCHEMA[0])], Json(document)))
}

fn describe(schema: &LayerSchema, id: &str) -> Value {
    let mut properties: Map<String, Value> =
        schema.fields.iter().map(|field| (field.name.clone(), property(field))).collect();
    properties.insert("geometry".to_owned(), json!({"x-ogc-role": "primary-geometry", "format": format(schema)}));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": id,
        "title": schema.title.both(),
        "type": "object",
        "properties": properties,
    })
}

fn format(schema: &LayerSchema) -> &'static str {
    match schema.geometry.as_slice() {
        [Shape::Point] => "geometry-point",
        [Shape::Line] => "geometry-linestring-or-multilinestring",
        [Shape::Area] => "geometry-polygon-or-multipolygon",
        _ => "geometry-any",
    }
}

fn property(field: &Field) -> Value {
    let mut property = match field.field_type {
        FieldType::Text => json!({"type": "string"}),
        FieldType::Number => json!({"type": "number"}),
        FieldType::Integer => json!({"type": "integer"}),
        FieldType::Flag => json!({"type": "boolean"}),
        FieldType::Date => json!({"type": "string", "format": "date"}),
        FieldType::List => json!({"type": "array"}),
    };
    property["title"] = json!(field.title.both());
    if let Some(unit) = &field.unit {
        property["x-ogc-unit"] = json!(unit);
    }
    if let Some(least) = field.least {
        property["minimum"] = json!(least);
    }
    if !field.values.is_empty() {
        property[if field.open { "examples" } else { "enum" }] = json!(field.values);
    }
    property
}

/// The tile sets of a layer: one.
pub async fn tilesets(
    State(app): State<App>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let base = app.access.base(&uri, &headers);
    Ok(Json(json!({"tilesets": [tileset_of(layer(&name)?, &base)]})))
}

/// The one tile set of a layer.
pub async fn tileset(
    State(app): State<App>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    Ok(Json(tileset_of(layer(&name)?, &app.access.base(&uri, &headers))))
}

fn tileset_of(layer: Layer, base: &str) -> Value {
    let here = format!("{base}/api/collections/{layer}/tiles/{WEB_MERCATOR_QUAD}");
    let template = format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
    let grid = format!("{base}/api/tileMatrixSets/{WEB_MERCATOR_QUAD}");
    let mut tiles = link("item", super::tiles::MVT[0], "the tiles", template);
    tiles["templated"] = json!(true);
    json!({
        "title": Schema::layer(layer).title.both(),
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": tile_matrix_set_uri(),
        "links": [
            link("self", "application/json", "this tile set", here),
            tiles,
            link("http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "application/json", "its grid", grid),
        ],
    })
}
