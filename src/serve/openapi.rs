//! The OpenAPI document, made from the table of routes, and a page that shows it to people.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, PreEscaped, html};
use serde_json::{Map, Value, json};

use super::App;
use super::access::May;
use super::problem::PROBLEM_JSON;
use super::query::Parameter;
use super::route::{Answer, Spec};
use super::router;
use crate::model::Layer;

/// The media types of the document. It goes out as plain JSON, the one name that every client knows.
pub const DOCUMENT: &[&str] = &["application/json", "application/vnd.oai.openapi+json"];

/// `f=json`, which OGC clients are fond of.
pub const F: &[Parameter] = &[Parameter {
    name: "f",
    says: "The form of the answer; there is one.",
    schema: r#"{"type": "string", "enum": ["json"]}"#,
}];

static TEXT: LazyLock<Value> = LazyLock::new(|| {
    let specs: Vec<Spec> = router::table().into_iter().map(|row| row.spec).collect();
    describe(&specs)
});

/// The document.
pub async fn document(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let mut document = TEXT.clone();
    document["servers"] = json!([{"url": app.access.base(&uri, &headers)}]);
    ([(CONTENT_TYPE, DOCUMENT[0])], document.to_string()).into_response()
}

fn describe(specs: &[Spec]) -> Value {
    let mut paths = Map::new();
    for spec in specs {
        let entry = paths.entry(spec.path).or_insert_with(|| json!({}));
        entry[spec.method.as_str().to_ascii_lowercase()] = operation(spec);
    }
    let mut components: Value = serde_json::from_str(include_str!("schemas.json")).unwrap_or_default();
    components["LayerName"] = json!({"type": "string", "enum": Layer::ALL.map(Layer::name)});
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "四色图 Sisetu",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Siting safety checks and the four-colour risk map of a district. Coordinates are longitude before \
                latitude, CGCS2000. risk_level is 1 red, 2 orange, 3 yellow, 4 blue. Errors are RFC 9457 problems.",
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {
                "type": "http",
                "scheme": "bearer",
                "description": "Needed where the server was started with --keys",
            }},
        },
    })
}

fn operation(spec: &Spec) -> Value {
    let mut operation = json!({
        "operationId": operation_id(spec),
        "summary": spec.says,
        "parameters": path_parameters(spec.path).chain(spec.asks.iter().map(query_parameter)).collect::<Vec<_>>(),
        "responses": responses(spec),
    });
    if let Some(takes) = &spec.takes {
        let content = takes.media.iter().map(|media| ((*media).to_owned(), json!({"schema": reference(takes.schema)})));
        operation["requestBody"] = json!({"required": true, "content": content.collect::<Map<_, _>>()});
    }
    if spec.may > May::Nothing {
        operation["security"] = json!([{"key": []}, {}]);
    }
    operation
}

/// `GET /api/collections/{layer}/items` → `get_api_collections_layer_items`.
fn operation_id(spec: &Spec) -> String {
    let words = spec.path.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(spec.method.as_str().to_ascii_lowercase())
        .chain(words.map(str::to_owned))
        .collect::<Vec<_>>()
        .join("_")
}

/// The names in braces of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameters(path: &'static str) -> impl Iterator<Item = Value> {
    names(path).map(|name| {
        let schema = match name {
            "layer" => reference("LayerName"),
            "z" => json!({"type": "integer", "minimum": 0, "maximum": 22}),
            "x" | "row" | "col" => json!({"type": "integer", "minimum": 0}),
            _ => json!({"type": "string"}),
        };
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    })
}

fn query_parameter(parameter: &Parameter) -> Value {
    let mut described = json!({
        "name": parameter.name, "in": "query", "description": parameter.says, "schema": parameter.schema(),
    });
    if described["schema"]["type"] == "array" {
        described["style"] = json!("form");
        described["explode"] = json!(false);
    }
    described
}

fn responses(spec: &Spec) -> Value {
    let good = spec.gives.iter().map(|answer| (answer.status.as_str().to_owned(), good_answer(answer)));
    let bad = failures(spec).into_iter().map(|status| {
        let problem = json!({PROBLEM_JSON: {"schema": reference("Problem")}});
        (status.to_owned(), json!({"description": "a problem", "content": problem}))
    });
    Value::Object(good.chain(bad).collect())
}

fn good_answer(answer: &Answer) -> Value {
    let description = answer.status.canonical_reason().unwrap_or_default();
    let schema = |media: &str| {
        if answer.schema.is_empty() || media.starts_with("text/") {
            json!({})
        } else {
            json!({"schema": reference(answer.schema)})
        }
    };
    let content = answer.media.iter().map(|media| ((*media).to_owned(), schema(media)));
    let content: Map<String, Value> = content.collect();
    if content.is_empty() {
        json!({"description": description})
    } else {
        json!({"description": description, "content": content})
    }
}

fn failures(spec: &Spec) -> BTreeSet<&'static str> {
    let mut statuses = BTreeSet::from(["400", "421", "500", "503"]);
    let mut may = |happens: bool, status| {
        if happens {
            statuses.insert(status);
        }
    };
    may(spec.may > May::Nothing, "401");
    may(spec.may == May::Write, "403");
    may(names(spec.path).next().is_some(), "404");
    may(!spec.gives.iter().all(|answer| answer.media.is_empty()), "406");
    let warning = spec.path.starts_with("/api/alerts/");
    may(spec.method != Method::GET && !warning && names(spec.path).any(|name| name == "id"), "412");
    for status in ["408", "413", "415", "422"] {
        may(spec.takes.is_some(), status);
    }
    may(spec.method == Method::POST && (warning || spec.path.ends_with("/items")), "409");
    statuses
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

const LOOK: &str = "body{margin:2rem auto;max-width:60rem;padding:0 1rem;font:16px/1.6 'Noto Sans SC',sans-serif;color:#1c1c1c}\
    code{background:#f2f2f0;padding:.1em .3em;border-radius:3px}section{border-top:1px solid #ccc;margin-top:1.2rem;padding-top:.6rem}\
    h2{font-size:1.05rem;margin:0}.method{display:inline-block;min-width:4.5rem;font-weight:700}table{border-collapse:collapse;width:100%}\
    td{border-top:1px solid #eee;padding:.2rem .6rem .2rem 0;vertical-align:top}";

/// The document as a page, made without any foreign library.
pub async fn page() -> Html<String> {
    let specs = router::table().into_iter().map(|row| row.spec);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Sisetu 四色图 · interface" }
                style { (PreEscaped(LOOK)) }
            }
            body {
                h1 { "Sisetu 四色图" }
                p { (TEXT["info"]["description"].as_str().unwrap_or_default()) }
                p { "For programs: " a href="openapi.json" { "openapi.json" } " (OpenAPI 3.1)" }
                @for spec in specs { (entry(&spec)) }
            }
        }
    };
    Html(page.into_string())
}

fn entry(spec: &Spec) -> maud::Markup {
    let gives = spec.gives.iter().map(|answer| format!("{} {}", answer.status.as_u16(), answer.media.join(", ")));
    html! {
        section {
            h2 { span.method { (spec.method) } code { (spec.path) } }
            p { (spec.says) "." @if spec.may == May::Write { " Needs a key that may write, where keys are used." } }
            table {
                @for parameter in spec.asks { tr { td { code { (parameter.name) } } td { (parameter.says) } } }
                @if let Some(takes) = &spec.takes { tr { td { "takes" } td { (takes.media.join(", ")) } } }
                tr { td { "gives" } td { (gives.collect::<Vec<_>>().join("; ")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(entries) => entries.iter().for_each(|entry| references(entry, found)),
            _ => {}
        }
    }

    #[test]
    fn every_route_is_in_the_document_and_nothing_else() {
        let written: BTreeSet<(String, String)> = TEXT["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, entry)| {
                entry.as_object().unwrap().keys().map(move |method| (path.clone(), method.clone()))
            })
            .collect();
        let routed: Vec<(String, String)> = router::table()
            .iter()
            .map(|row| (row.spec.path.to_owned(), row.spec.method.as_str().to_ascii_lowercase()))
            .collect();
        assert_eq!(written.len(), routed.len(), "a route stands twice in the table");
        assert_eq!(written, routed.into_iter().collect());
    }

    #[test]
    fn every_route_says_what_it_is_for_and_gives_something() {
        for row in router::table() {
            assert!(!row.spec.says.is_empty() && !row.spec.gives.is_empty(), "{}", row.spec.path);
            for parameter in row.spec.asks {
                assert!(parameter.schema().is_object(), "{}: {}", row.spec.path, parameter.name);
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_schema_is_used() {
        let mut found = BTreeSet::new();
        references(&TEXT, &mut found);
        let schemas = TEXT["components"]["schemas"].as_object().unwrap();
        let known: BTreeSet<String> = schemas.keys().map(|name| format!("#/components/schemas/{name}")).collect();
        assert_eq!(found, known);
    }

    #[test]
    fn writing_needs_a_key_that_may_write() {
        for row in router::table() {
            let question = ["/api/siting/check", "/api/siting/remedies"].contains(&row.spec.path);
            let changes = row.spec.method != Method::GET && !question;
            assert_eq!(row.spec.may == May::Write, changes, "{} {}", row.spec.method, row.spec.path);
        }
    }
}
