//! A file comes in over HTTP: received into a folder of its own, read and judged like any import, then committed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::{Extension, Json};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::App;
use super::access::Caller;
use super::body;
use super::problem::{FieldFault, Problem};
use crate::atlas::Edition;
use crate::ingest::{self, ImportOptions, ImportReport, Imported, Mapping};
use crate::model::Layer;

/// The media types of an upload.
pub const FORM: &[&str] = &["multipart/form-data"];
/// The most bytes of a field that is no file.
const TEXT_BYTES: usize = 1_000_000;
const FIELDS: [&str; 8] = ["layer", "crs", "datum", "mapping", "mode", "key", "dry_run", "strict"];

/// Takes a file in and answers with the import report.
pub async fn import(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let upload = Upload::receive(&app, request).await?;
    let order = Order::read(&upload, caller.author())?;
    let file = upload.file.clone().ok_or_else(|| Problem::unprocessable("the file is missing"))?;
    let _turn = app.importing.lock().await;
    let first = read(&app, &file, &order, app.atlas.current()).await?;
    let (refused, dry) = (first.report.accepted == 0 || (order.strict && first.report.rejected > 0), order.dry_run);
    if refused {
        return Err(nothing_taken(&first.report, order.options.layer));
    }
    let mut report = if dry { first.report } else { commit(&app, first, file, order).await? };
    report.revision = report.revision.filter(|_| !dry);
    Ok(Json(json!(report)))
}

async fn read(app: &App, file: &Path, order: &Order, edition: std::sync::Arc<Edition>) -> Result<Imported, Problem> {
    let (file, options) = (file.to_owned(), order.options.clone());
    let job = move || taken_in(&file, &options, &edition);
    app.workers.run(job).await?
}

fn taken_in(file: &Path, options: &ImportOptions, edition: &Edition) -> Result<Imported, Problem> {
    let base = edition.snapshot.revision();
    ingest::import_file(file, options, &edition.snapshot, base, &mut |_| {}).map_err(Problem::from)
}

/// Commits what was read. Where someone else was quicker, the file is read again against what stands now.
async fn commit(app: &App, first: Imported, file: PathBuf, order: Order) -> Result<ImportReport, Problem> {
    let mut ready = Some(first);
    let decide = move |edition: &Edition| {
        let fresh = ready.take().filter(|imported| imported.changes.base == edition.snapshot.revision());
        let imported = fresh.map_or_else(|| taken_in(&file, &order.options, edition), Ok)?;
        if imported.report.accepted == 0 || (order.strict && imported.report.rejected > 0) {
            return Err(nothing_taken(&imported.report, order.options.layer));
        }
        Ok((imported.changes, imported.report))
    };
    let (commit, mut report) = app.atlas.change(decide).await.map_err(Problem::from)?;
    report.revision = Some(commit.revision);
    Ok(report)
}

/// Nothing was committed; the report says why, row by row, beside the members of the problem.
fn nothing_taken(report: &ImportReport, layer: Layer) -> Problem {
    let detail =
        format!("nothing was taken in: {} of {} rows were rejected; `rejects` says why", report.rejected, report.read);
    let members = match json!(report) {
        Value::Object(members) => members,
        _ => serde_json::Map::new(),
    };
    let problem = Problem::unprocessable(detail).naming("layer", layer.name());
    members.into_iter().fold(problem, |problem, (name, value)| problem.naming(&name, value))
}

/// What is to be done with the file.
struct Order {
    options: ImportOptions,
    dry_run: bool,
    strict: bool,
}

impl Order {
    /// Reads the fields; every bad one is told at once.
    fn read(upload: &Upload, author: String) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let mut reader = Reader { fields: &upload.fields, faults: &mut faults };
        let layer = reader.value::<Layer>("layer", "the name of a layer; GET /api/collections lists them");
        let options = ImportOptions {
            layer: layer.unwrap_or(Layer::Enterprises),
            crs: reader.value("crs", "for example EPSG:4490"),
            datum: reader.value("datum", "cgcs2000, wgs84, gcj02 or bd09"),
            mapping: reader.with("mapping", "a TOML text with tables [columns] and [values.FIELD]", |text| {
                Mapping::parse(text).map_err(|error| error.to_string())
            }),
            mode: reader.value("mode", "update, append or replace"),
            key: upload.fields.get("key").cloned(),
            strict: false,
            author,
        };
        let strict = reader.with("strict", "true or false", flag).unwrap_or_default();
        let dry_run = reader.with("dry_run", "true or false", flag).unwrap_or_default();
        let unknown = upload.fields.keys().filter(|name| !FIELDS.contains(&name.as_str()));
        faults.extend(
            unknown.map(|name| FieldFault::new(name, "is not known here", format!("file, {}", FIELDS.join(", ")))),
        );
        for (name, there) in [("file", upload.file.is_some()), ("layer", upload.fields.contains_key("layer"))] {
            if !there {
                faults.push(FieldFault::new(name, "is missing", "send it as a field of the form"));
            }
        }
        if faults.is_empty() {
            return Ok(Self { options: ImportOptions { strict, ..options }, dry_run, strict });
        }
        let detail = faults.iter().map(|fault| format!("{} {}", fault.field, fault.reason)).collect::<Vec<_>>();
        Err(Problem::unprocessable(detail.join("; ")).at(faults))
    }
}

struct Reader<'a> {
    fields: &'a BTreeMap<String, String>,
    faults: &'a mut Vec<FieldFault>,
}

impl Reader<'_> {
    fn value<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, hint: &str) -> Option<T> {
        self.with(name, hint, |text| text.parse().map_err(|error: T::Err| error.to_string()))
    }

    fn with<T>(&mut self, name: &str, hint: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())?;
        read(text).map_err(|reason| self.faults.push(FieldFault::new(name, reason, hint))).ok()
    }
}

fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(format!("{other:?} is neither true nor false")),
    }
}

/// The fields of a form, and its file in a folder that goes away with this.
struct Upload {
    fields: BTreeMap<String, String>,
    file: Option<PathBuf>,
    folder: Folder,
}

impl Upload {
    async fn receive(app: &App, request: Request) -> Result<Self, Problem> {
        let limit = app.limits.import_bytes;
        let mut form = opened(request, limit).await?;
        let folder = Folder::new().map_err(|error| Problem::internal(&error))?;
        let mut upload = Self { fields: BTreeMap::new(), file: None, folder };
        let mut left = limit;
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            upload.keep(field, &mut left, limit).await?;
        }
        Ok(upload)
    }

    async fn keep(&mut self, mut field: Field<'_>, left: &mut usize, limit: usize) -> Result<(), Problem> {
        let name = field.name().unwrap_or_default().to_owned();
        let twice = || Problem::unprocessable(format!("field {name} is given twice"));
        if name == "file" {
            let path = self.folder.0.join(safe_name(field.file_name().unwrap_or_default()));
            if self.file.replace(path.clone()).is_some() {
                return Err(twice());
            }
            return save(field, &path, left, limit).await;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > TEXT_BYTES {
                return Err(Problem::too_large(TEXT_BYTES));
            }
        }
        let text = String::from_utf8(bytes).map_err(|_| Problem::malformed(format!("field {name} is not UTF-8")))?;
        if self.fields.insert(name.clone(), text).is_some() { Err(twice()) } else { Ok(()) }
    }
}

async fn opened(request: Request, limit: usize) -> Result<Multipart, Problem> {
    let headers = request.headers();
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    if !media.to_ascii_lowercase().starts_with(FORM[0]) {
        return Err(Problem::media_type(&media, FORM));
    }
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|announced| announced > limit) {
        let (parts, refused): (_, Body) = request.into_parts();
        body::refuse(&parts.headers, refused).await;
        return Err(Problem::too_large(limit));
    }
    Multipart::from_request(request, &()).await.map_err(|error| Problem::malformed(error.to_string()))
}

async fn save(mut field: Field<'_>, path: &Path, left: &mut usize, limit: usize) -> Result<(), Problem> {
    let failed = |error: std::io::Error| Problem::internal(&error);
    let mut file = tokio::fs::File::create_new(path).await.map_err(failed)?;
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        *left = left.checked_sub(chunk.len()).ok_or_else(|| Problem::too_large(limit))?;
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Problem {
    Problem::malformed(format!("the form cannot be read: {}", error.body_text()))
}

/// The last part of a file name, with nothing in it that a path could be made of. Formats are told by the ending.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| c.is_alphanumeric() || "-_. ".contains(*c)).take(120).collect();
    let kept = kept.trim_matches(['.', ' ']);
    if kept.is_empty() { "upload".to_owned() } else { kept.to_owned() }
}

/// A folder that only we can see into, removed when it is let go.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let moment = jiff::Timestamp::now().as_nanosecond();
        let path = std::env::temp_dir().join(format!("sisetu-import-{}-{moment}-{number}", std::process::id()));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "an upload could not be cleared away");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_their_teeth() {
        for (given, kept) in [
            ("企业 2026.geojson", "企业 2026.geojson"),
            ("../../etc/passwd", "passwd"),
            ("C:\\tmp\\a.shp.zip", "a.shp.zip"),
            ("..", "upload"),
            ("", "upload"),
            ("a\0b$.csv", "ab.csv"),
        ] {
            assert_eq!(safe_name(given), kept, "{given}");
        }
    }

    #[test]
    fn a_folder_goes_away() {
        let folder = Folder::new().unwrap();
        let path = folder.0.clone();
        std::fs::write(path.join("x"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
