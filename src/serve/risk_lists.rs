//! The risk list and the responsibility list: a page as JSON, or many rows as a sheet.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LINK};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::ogc::address;
use super::problem::Problem;
use super::query::{Asked, Parameter};
use super::{App, negotiate, siting};
use crate::atlas::Edition;
use crate::model::{Layer, RiskLevel};
use crate::report::{self, Basis, Table};
use crate::risk::{GRADED, Line, Sought, Totals};

/// The forms of a list, the usual one first.
pub const FORMS: &[&str] = &["application/json", CSV, XLSX];
const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of the addresses that end in `.csv`.
pub const CSV_ONLY: &[&str] = &[CSV];
/// The media type of the addresses that end in `.xlsx`.
pub const XLSX_ONLY: &[&str] = &[XLSX];

/// The most rows of a page, and the usual number.
const PAGE: [usize; 2] = [1000, 100];
/// The most rows of a sheet, which is also the usual number.
const SHEET: [usize; 2] = [50_000, 50_000];

/// The parameters of a list.
pub const ASKS: &[Parameter] = &[
    Parameter {
        name: "limit",
        says: "How many rows at most; a page has 1000 at most and 100 usually, a sheet 50000.",
        schema: r#"{"type": "integer", "minimum": 1, "maximum": 50000}"#,
    },
    Parameter {
        name: "cursor",
        says: "Go on after this place; links to the next page carry it.",
        schema: r#"{"type": "string"}"#,
    },
    Parameter {
        name: "level",
        says: "Only this level. Objects without one are listed only where `none` is asked for.",
        schema: r#"{"type": "string", "enum": ["1", "2", "3", "4", "none"]}"#,
    },
    Parameter {
        name: "township",
        says: "Only in the township of this name; none for those in no township.",
        schema: r#"{"type": "string"}"#,
    },
    Parameter {
        name: "committee",
        says: "Only under this committee; none for those under none.",
        schema: r#"{"type": "string"}"#,
    },
    Parameter { name: "layer", says: "Only of this layer.", schema: r##"{"$ref": "#/components/schemas/LayerName"}"## },
    Parameter {
        name: "format",
        says: "The form of the list; stronger than Accept.",
        schema: r#"{"type": "string", "enum": ["json", "csv", "xlsx"], "default": "json"}"#,
    },
];

/// Which list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Risks,
    Responsibilities,
}

/// Every graded object, the worst first.
pub async fn risks(
    app: State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = form(&asked, &headers)?;
    answer(app, asked, uri, headers, List::Risks, form).await
}

/// The same as CSV.
pub async fn risks_csv(
    app: State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    head: HeaderMap,
) -> Result<Response, Problem> {
    answer(app, asked, uri, head, List::Risks, CSV).await
}

/// The same as a workbook.
pub async fn risks_xlsx(
    app: State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    head: HeaderMap,
) -> Result<Response, Problem> {
    answer(app, asked, uri, head, List::Risks, XLSX).await
}

/// Who answers for each graded object.
pub async fn responsibilities(
    app: State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = form(&asked, &headers)?;
    answer(app, asked, uri, headers, List::Responsibilities, form).await
}

/// The same as CSV.
pub async fn responsibilities_csv(
    app: State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(app, asked, uri, headers, List::Responsibilities, CSV).await
}

/// The same as a workbook.
pub async fn responsibilities_xlsx(
    app: State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(app, asked, uri, headers, List::Responsibilities, XLSX).await
}

async fn answer(
    State(app): State<App>,
    asked: Extension<Asked>,
    uri: Uri,
    headers: HeaderMap,
    list: List,
    form: &'static str,
) -> Result<Response, Problem> {
    let edition = app.atlas.current();
    readable(&edition)?;
    let wanted = wanted(&asked)?;
    let limit = limit(&asked, if form == FORMS[0] { PAGE } else { SHEET })?;
    let cursor = asked.text("cursor").map(str::to_owned);
    let (sheets, told) = (form != FORMS[0], told(&asked));
    let made = app
        .workers
        .run(move || made(&edition, &wanted, cursor.as_deref(), limit, list, sheets.then_some((form, told))));
    let (body, next) = made.await??;
    let base = app.access.base(&uri, &headers);
    let next = next.map(|cursor| address(&base, &uri, &asked, "cursor", &cursor));
    Ok(match body {
        Body::Page(mut page) => {
            page["next"] = json!(next);
            Json(page).into_response()
        }
        Body::File(bytes) => file(bytes, form, list, next),
    })
}

enum Body {
    Page(Value),
    File(Vec<u8>),
}

/// Takes the rows, and makes a page or a file of them.
fn made(
    edition: &Edition,
    wanted: &Sought,
    cursor: Option<&str>,
    limit: usize,
    list: List,
    file: Option<(&str, Vec<String>)>,
) -> Result<(Body, Option<String>), Problem> {
    let roll = edition.grades.roll();
    let Some((lines, next)) = roll.page(wanted, cursor, limit) else {
        return Err(Problem::parameter("cursor", format!("is {cursor:?}"), "follow the link `next`"));
    };
    let totals = Totals::of(roll.select(wanted));
    let ungraded = roll.select(&Sought { level: Some(None), ..wanted.clone() }).count();
    let Some((form, asked)) = file else {
        let published = Some(edition.grades.published().number()).filter(|number| *number > 0);
        let items = match list {
            List::Risks => {
                json!(lines.iter().map(|line| line.item(&edition.snapshot, &edition.grades)).collect::<Vec<_>>())
            }
            List::Responsibilities => {
                json!(lines.iter().map(|line| line.responsibility(&edition.snapshot)).collect::<Vec<_>>())
            }
        };
        let page = json!({
            "revision": edition.revision(),
            "published": published,
            "items": items,
            "totals": totals,
            "ungraded": ungraded,
        });
        return Ok((Body::Page(page), next));
    };
    let basis = basis(edition, asked, ungraded);
    let table = table(edition, list, &lines);
    let fault = |error: &dyn std::fmt::Display| Problem::internal(error);
    let bytes = if form == CSV {
        report::csv(&table).map_err(|error| fault(&error))?
    } else {
        let notes = report::notes_table(&basis, lines.len(), &totals);
        report::xlsx(&[table, report::totals_table(&totals), notes]).map_err(|error| fault(&error))?
    };
    Ok((Body::File(bytes), next))
}

fn table(edition: &Edition, list: List, lines: &[&Line]) -> Table {
    match list {
        List::Risks => {
            let items: Vec<_> = lines.iter().map(|line| line.item(&edition.snapshot, &edition.grades)).collect();
            report::list_table(&items)
        }
        List::Responsibilities => {
            let items: Vec<_> = lines.iter().map(|line| line.responsibility(&edition.snapshot)).collect();
            report::responsibility_table(&items)
        }
    }
}

fn basis(edition: &Edition, asked: Vec<String>, ungraded: usize) -> Basis {
    let published = edition.grades.published();
    let words = published.date().map(|date| format!("第 {} 版（{date}）", published.number()));
    Basis {
        revision: edition.revision(),
        edition: words,
        aggregator: "max".to_owned(),
        date: siting::today(),
        asked,
        ungraded,
    }
}

/// A download; where it does not hold all rows a header says where the rest is.
fn file(bytes: Vec<u8>, form: &'static str, list: List, next: Option<String>) -> Response {
    let name = if list == List::Risks { "risk-list" } else { "responsibilities" };
    let (media, ending) = if form == CSV { ("text/csv; charset=utf-8", "csv") } else { (XLSX, "xlsx") };
    let mut answer = ([(CONTENT_TYPE, media)], bytes).into_response();
    let headers = answer.headers_mut();
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{name}.{ending}\"")) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    if let Some(link) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
        headers.insert(LINK, link);
    }
    answer
}

/// A list without a layer would look complete.
fn readable(edition: &Arc<Edition>) -> Result<(), Problem> {
    for layer in GRADED {
        if let Err(why) = edition.snapshot.layer(layer) {
            return Err(Problem::layer_unavailable(layer.name(), &why.0));
        }
    }
    Ok(())
}

fn form(asked: &Asked, headers: &HeaderMap) -> Result<&'static str, Problem> {
    match asked.text("format") {
        None => negotiate::preferred(headers, FORMS).ok_or_else(|| Problem::not_acceptable(FORMS)),
        Some("json") => Ok(FORMS[0]),
        Some("csv") => Ok(CSV),
        Some("xlsx") => Ok(XLSX),
        Some(other) => Err(Problem::parameter("format", format!("is {other:?}"), "json, csv or xlsx")),
    }
}

fn limit(asked: &Asked, [most, usual]: [usize; 2]) -> Result<usize, Problem> {
    const HINT: &str = "a whole number of at least 1";
    match asked.value::<usize>("limit", HINT)?.unwrap_or(usual) {
        0 => Err(Problem::parameter("limit", "is 0", HINT)),
        limit => Ok(limit.min(most)),
    }
}

fn wanted(asked: &Asked) -> Result<Sought, Problem> {
    let text = |name: &str| asked.text(name).map(str::to_owned);
    let layer: Option<Layer> = asked.value("layer", "the name of a layer; /api/collections lists them")?;
    if let Some(layer) = layer.filter(|layer| !GRADED.contains(layer)) {
        let graded = GRADED.map(Layer::name).join(", ");
        return Err(Problem::parameter("layer", format!("{layer} is not graded"), format!("one of {graded}")));
    }
    Ok(Sought {
        level: asked.text("level").map(level).transpose()?,
        township: text("township"),
        committee: text("committee"),
        layer,
    })
}

fn level(text: &str) -> Result<Option<RiskLevel>, Problem> {
    let level = text.parse().ok().and_then(RiskLevel::from_number);
    if level.is_some() || text == "none" {
        return Ok(level);
    }
    Err(Problem::parameter("level", format!("is {text:?}"), "1, 2, 3, 4 or none"))
}

/// The filters in words.
fn told(asked: &Asked) -> Vec<String> {
    let titles = [("level", "等级"), ("township", "乡镇"), ("committee", "专业委员会"), ("layer", "图层")];
    titles.into_iter().filter_map(|(name, title)| Some(format!("{title} = {}", asked.text(name)?))).collect()
}
