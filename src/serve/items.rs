//! Features: pages of them, one of them, and what one was before.

use std::ops::ControlFlow;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::App;
use super::collections;
use super::negotiate;
use super::ogc::{address, link};
use super::problem::Problem;
use super::query::{Asked, Parameter, encoded};
use crate::geom::algorithm::Intersects;
use crate::geom::{Envelope, Rect};
use crate::index::LayerIndex;
use crate::ingest;
use crate::model::{Feature, Layer, Schema};

/// The media types of features.
pub const GEOJSON: &[&str] = &["application/geo+json", "application/json"];
/// The most features on a page.
const MOST: usize = 1000;
/// The usual number.
const USUAL: usize = 100;

/// The parameters of a page; the layer's own fields come on top.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "limit",
        says: "How many features at most; more than 1000 means 1000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}"#,
    },
    Parameter {
        name: "bbox",
        says: "Only features that touch this box: west,south,east,north in longitude/latitude degrees (with heights: six numbers).",
        schema: r#"{"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}"#,
    },
    Parameter {
        name: "datetime",
        says: "An instant or interval of RFC 3339. Features have no date of their own, so that every one matches.",
        schema: r#"{"type": "string"}"#,
    },
    Parameter {
        name: "cursor",
        says: "Go on after the feature of this id; links to the next page carry it.",
        schema: r#"{"type": "string"}"#,
    },
];

/// A page of a layer's features, in the order of ids. Nothing is counted, so the last page costs what the first one does.
pub async fn page(
    State(app): State<App>,
    Path(name): Path<String>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = collections::layer(&name)?;
    let wanted = Wanted::read(&asked, layer)?;
    let base = app.access.base(&uri, &headers);
    let edition = app.atlas.current();
    let next = app.workers.run(move || {
        let index = edition.snapshot.layer(layer).map_err(|why| Problem::layer_unavailable(layer.name(), &why.0))?;
        Ok::<_, Problem>(wanted.page(layer, index))
    });
    let (features, more) = next.await??;
    let mut links = vec![
        link("self", GEOJSON[0], "this page", with_query(&base, &uri)),
        link("collection", "application/json", "the layer", format!("{base}/api/collections/{layer}")),
    ];
    if let Some(last) = more {
        links.push(link("next", GEOJSON[0], "the next page", address(&base, &uri, &asked, "cursor", &last)));
    }
    let page = json!({
        "type": "FeatureCollection",
        "features": features,
        "numberReturned": features.len(),
        "timeStamp": Timestamp::now().to_string(),
        "links": links,
    });
    Ok(([(CONTENT_TYPE, GEOJSON[0])], Json(page).into_response().into_body()).into_response())
}

fn with_query(base: &str, uri: &Uri) -> String {
    format!("{base}{}", uri.path_and_query().map_or(uri.path(), |path| path.as_str()))
}

/// What a page is to hold.
struct Wanted {
    limit: usize,
    after: Option<String>,
    boxes: Vec<Envelope>,
    values: Vec<(String, String)>,
}

impl Wanted {
    fn read(asked: &Asked, layer: Layer) -> Result<Self, Problem> {
        let limit = asked.value::<usize>("limit", "a whole number from 1 to 1000")?.unwrap_or(USUAL);
        if limit == 0 {
            return Err(Problem::parameter("limit", "is 0", "a whole number from 1 to 1000"));
        }
        if let Some(text) = asked.text("datetime").filter(|text| !is_time(text)) {
            return Err(Problem::parameter(
                "datetime",
                format!("is {text:?}"),
                "2026-11-24T00:00:00Z, or a/b, ../b, a/..",
            ));
        }
        let schema = Schema::layer(layer);
        let own = |name: &str| ASKS.iter().any(|known| known.name == name);
        let values = asked.iter().filter(|(name, _)| !own(name) && schema.field(name).is_some());
        Ok(Self {
            limit: limit.min(MOST),
            after: asked.text("cursor").map(str::to_owned),
            boxes: asked.text("bbox").map(boxes).transpose()?.unwrap_or_default(),
            values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }

    /// The features of the page, and the id to go on after where there are more.
    fn page(&self, layer: Layer, index: &LayerIndex) -> (Vec<Value>, Option<String>) {
        let mut features = Vec::new();
        let mut last = None;
        let mut more = false;
        let _ = self.candidates(index).try_for_each(|feature| {
            if !self.matches(feature) {
                return ControlFlow::Continue(());
            }
            if features.len() == self.limit {
                more = true;
                return ControlFlow::Break(());
            }
            features.push(ingest::feature_json(layer, feature));
            last = Some(feature.id.clone());
            ControlFlow::Continue(())
        });
        (features, last.filter(|_| more))
    }

    fn candidates<'a>(&self, index: &'a LayerIndex) -> Box<dyn Iterator<Item = &'a Feature> + 'a> {
        let after = self.after.clone();
        if self.boxes.is_empty() {
            return match after {
                Some(after) => Box::new(index.features_after(&after).map(|feature| &**feature)),
                None => Box::new(index.features().map(|feature| &**feature)),
            };
        }
        let mut near: Vec<_> = self.boxes.iter().flat_map(|around| index.touching(around)).collect();
        near.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        near.dedup_by(|one, other| one.id == other.id);
        let start = after.map_or(0, |after| near.partition_point(|feature| feature.id <= after));
        Box::new(near.into_iter().skip(start).map(|feature| &**feature))
    }

    fn matches(&self, feature: &Feature) -> bool {
        let said = |name: &str| match feature.properties.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            other => other.map(Value::to_string),
        };
        self.values.iter().all(|(name, value)| said(name).as_deref() == Some(value))
            && (self.boxes.is_empty() || self.boxes.iter().any(|around| touches(around, feature)))
    }
}

/// Whether the feature itself, and not only its box, touches the box.
fn touches(around: &Envelope, feature: &Feature) -> bool {
    around.contains(feature.envelope())
        || Rect::new((around.west, around.south), (around.east, around.north)).intersects(&feature.geometry)
}

/// The box asked for; two where it crosses the antimeridian.
fn boxes(text: &str) -> Result<Vec<Envelope>, Problem> {
    let bad = || {
        let hint = "west,south,east,north in degrees, for example 115.7,29.5,116.0,29.8";
        Problem::parameter("bbox", format!("is {text:?}"), hint)
    };
    let numbers: Option<Vec<f64>> =
        text.split(',').map(|part| part.trim().parse::<f64>().ok().filter(|number| number.is_finite())).collect();
    let ([west, south, east, north] | [west, south, _, east, north, _]) = numbers.ok_or_else(bad)?[..] else {
        return Err(bad());
    };
    if south > north || south < -90.0 || north > 90.0 || west.abs() > 180.0 || east.abs() > 180.0 {
        return Err(bad());
    }
    let strip = |west: f64, east: f64| Envelope { west, south, east, north };
    Ok(if west <= east { vec![strip(west, east)] } else { vec![strip(west, 180.0), strip(-180.0, east)] })
}

fn is_time(text: &str) -> bool {
    let instant = |part: &str| part.parse::<Timestamp>().is_ok() || part.parse::<jiff::civil::Date>().is_ok();
    let end = |part: &str| part.is_empty() || part == ".." || instant(part);
    match text.split_once('/') {
        None => instant(text),
        Some((from, to)) => end(from) && end(to) && (instant(from) || instant(to)),
    }
}

/// One feature.
pub async fn one(
    State(app): State<App>,
    Path((name, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = collections::layer(&name)?;
    let edition = app.atlas.current();
    let index = edition.snapshot.layer(layer).map_err(|why| Problem::layer_unavailable(layer.name(), &why.0))?;
    let feature = index.feature(&id).ok_or_else(|| missing(layer, &id))?;
    if negotiate::holds(&headers, &etag(&app, feature)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, etag(&app, feature))]).into_response());
    }
    Ok(answer(&app, StatusCode::OK, layer, feature, &app.access.base(&uri, &headers)))
}

/// There is no such feature.
pub fn missing(layer: Layer, id: &str) -> Problem {
    Problem::not_found(format!("layer {layer} has no feature {id:?}")).naming("layer", layer.name())
}

/// The validator of a feature: the revision that last changed it.
pub fn etag(app: &App, feature: &Feature) -> String {
    format!("\"{}-{}\"", app.birth, feature.revision)
}

/// The address of a feature.
pub fn location(base: &str, layer: Layer, id: &str) -> String {
    format!("{base}/api/collections/{layer}/items/{}", encoded(id))
}

/// A feature as an answer, with its validator.
pub fn answer(app: &App, status: StatusCode, layer: Layer, feature: &Feature, base: &str) -> Response {
    let mut body = ingest::feature_json(layer, feature);
    body["links"] = json!([
        link("self", GEOJSON[0], "this feature", location(base, layer, &feature.id)),
        link("collection", "application/json", "its layer", format!("{base}/api/collections/{layer}")),
    ]);
    let headers = [(CONTENT_TYPE, GEOJSON[0].to_owned()), (ETAG, etag(app, feature))];
    (status, headers, body.to_string()).into_response()
}

/// Every version of a feature, newest first.
pub async fn history(State(app): State<App>, Path((name, id)): Path<(String, String)>) -> Result<Json<Value>, Problem> {
    let layer = collections::layer(&name)?;
    let versions = app.atlas.store().history(layer, &id).await?;
    if versions.is_empty() {
        return Err(missing(layer, &id));
    }
    let items = versions.iter().map(|version| {
        json!({
            "revision": version.revision,
            "valid_from": version.valid_from,
            "valid_until": version.valid_until,
            "author": version.author,
            "reason": version.reason,
            "feature": version.feature.as_ref().map(|feature| ingest::feature_json(layer, feature)),
        })
    });
    Ok(Json(json!({"layer": layer, "id": id, "items": items.collect::<Vec<_>>()})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_read_with_and_without_heights_and_across_the_antimeridian() {
        assert_eq!(boxes("115.7,29.5,116,29.8").unwrap(), boxes("115.7,29.5,-5,116,29.8,900").unwrap());
        assert_eq!(boxes("170,-10,-170,10").unwrap().len(), 2);
        for text in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "116,30,117,29", "1,2,3,NaN", "0,0,181,1", "0,-91,1,1"] {
            assert!(boxes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_instants_or_intervals() {
        for text in ["2026-11-24T00:00:00Z", "2026-11-24", "../2026-11-24T00:00:00Z", "2026-11-24/.."] {
            assert!(is_time(text), "{text}");
        }
        for text in ["", "..", "../..", "yesterday", "2026-13-01", "2026-11-24/x"] {
            assert!(!is_time(text), "{text}");
        }
    }
}
