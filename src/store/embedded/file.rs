//! The file itself: making it whole or not at all, telling it from other files, letting it grow with the program.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::fs;

use super::blob::SRS;
use super::columns::{column_type, quoted};
use super::journal;
use crate::model::{Field, Layer, Schema};
use crate::store::StoreError;

/// The format that this program reads and writes.
const FORMAT: i64 = 1;
/// How long a writer waits for another one: a large import may hold the file for a while.
const PATIENCE: Duration = Duration::from_mins(1);

/// Opens the store in a file, after making it where it is absent and may be made.
pub(super) async fn open(path: &Path, create: bool) -> Result<SqlitePool, StoreError> {
    if !fs::try_exists(path).await.map_err(sqlx::Error::from)? {
        if !create {
            return Err(StoreError::Missing(path.display().to_string()));
        }
        make(path).await?;
    }
    recognise(path).await?;
    let options = settings(path).journal_mode(SqliteJournalMode::Wal).pragma("journal_size_limit", "67108864");
    let pool = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
    grow(&mut *pool.acquire().await?).await?;
    Ok(pool)
}

fn settings(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .pragma("cache_size", "-65536")
        .row_buffer_size(512)
        .disable_statement_logging()
}

/// Writes the new store beside its place and then links it there, so that whoever looks finds all of it or nothing, and
/// of two that make it at once one wins.
async fn make(path: &Path) -> Result<(), StoreError> {
    let fresh = beside(path);
    let made = fill(&fresh).await;
    let placed = match made {
        Ok(()) => place(&fresh, path).await.map_err(|error| StoreError::Failed(error.into())),
        Err(error) => Err(error),
    };
    match fs::remove_file(&fresh).await {
        Err(error) if error.kind() != ErrorKind::NotFound && placed.is_ok() => Err(StoreError::Failed(error.into())),
        _ => placed,
    }
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mark = format!("{}-{}", std::process::id(), Timestamp::now().as_nanosecond());
    path.with_file_name(format!(".{name}.{mark}.new"))
}

async fn fill(path: &Path) -> Result<(), StoreError> {
    let mut connection = settings(path).create_if_missing(true).connect().await?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(include_str!("package.sql")).execute(&mut *transaction).await?;
    for layer in Layer::ALL {
        add_layer(&mut transaction, layer).await?;
    }
    sqlx::raw_sql(journal::TABLE).execute(&mut *transaction).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}

async fn place(fresh: &Path, path: &Path) -> std::io::Result<()> {
    match fs::hard_link(fresh, path).await {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        // Some file systems know no links.
        Err(_) => fs::rename(fresh, path).await?,
        Ok(()) => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder).await?.sync_all().await
}

/// Refuses what is not a store of a format this program knows; looks without writing.
async fn recognise(path: &Path) -> Result<(), StoreError> {
    let refuse = |what: &str| Err(StoreError::Foreign(format!("{} {what}; it was left as it is", path.display())));
    let mut connection = match settings(path).read_only(true).connect().await {
        Ok(connection) => connection,
        Err(error) if is_no_database(&error) => return refuse("is no GeoPackage"),
        Err(error) => return Err(error.into()),
    };
    let found = format_of(&mut connection).await;
    connection.close().await?;
    match found {
        Ok(Some(FORMAT)) => Ok(()),
        Ok(Some(newer)) if newer > FORMAT => {
            refuse(&format!("was written by a newer version of sisetu (format {newer}, this one knows {FORMAT})"))
        }
        Ok(_) => refuse("is a database, but not a store made by sisetu; import it instead"),
        Err(error) if is_no_database(&error) => refuse("is no GeoPackage"),
        Err(error) => Err(error.into()),
    }
}

async fn format_of(connection: &mut SqliteConnection) -> Result<Option<i64>, sqlx::Error> {
    let known: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'sisetu_store'")
            .fetch_optional(&mut *connection)
            .await?;
    match known {
        Some(_) => sqlx::query_scalar("SELECT format FROM sisetu_store").fetch_optional(connection).await,
        None => Ok(None),
    }
}

/// `SQLITE_NOTADB`.
fn is_no_database(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == "26")
}

/// What the program has learnt since a file was made.
enum Lack {
    Journal,
    Table(Layer),
    Column(Layer, &'static Field),
}

/// Adds the layers and columns that the file does not know yet.
async fn grow(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    if lacks(connection).await?.is_empty() {
        return Ok(());
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    // Asked again: another process may have been quicker.
    for lack in lacks(&mut transaction).await? {
        match lack {
            Lack::Journal => {
                sqlx::raw_sql(journal::TABLE).execute(&mut *transaction).await?;
            }
            Lack::Table(layer) => add_layer(&mut transaction, layer).await?,
            Lack::Column(layer, field) => {
                let (table, column) = (quoted(layer.name()), declared(field));
                run(&mut transaction, format!("ALTER TABLE {table} ADD COLUMN {column}")).await?;
            }
        }
    }
    Ok(transaction.commit().await?)
}

/// A table that is listed but gone is damage, not growth: it is left to be told when the layer is read.
async fn lacks(connection: &mut SqliteConnection) -> Result<Vec<Lack>, sqlx::Error> {
    let listed: Vec<String> =
        sqlx::query_scalar("SELECT table_name FROM gpkg_contents").fetch_all(&mut *connection).await?;
    let mut lacks = Vec::new();
    if !listed.iter().any(|name| name == "sisetu_journal") {
        lacks.push(Lack::Journal);
    }
    for layer in Layer::ALL {
        if !listed.iter().any(|name| name == layer.name()) {
            lacks.push(Lack::Table(layer));
            continue;
        }
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?)")
            .bind(layer.name())
            .fetch_all(&mut *connection)
            .await?;
        let absent = |field: &&Field| !columns.is_empty() && !columns.contains(&field.name);
        lacks.extend(Schema::layer(layer).fields.iter().filter(absent).map(|field| Lack::Column(layer, field)));
    }
    Ok(lacks)
}

/// Makes a layer's table and lists it. `fid` is the tile id.
async fn add_layer(connection: &mut SqliteConnection, layer: Layer) -> Result<(), sqlx::Error> {
    let schema = Schema::layer(layer);
    let fields: Vec<String> = schema.fields.iter().map(declared).collect();
    let table = quoted(layer.name());
    let columns = format!(
        "CREATE TABLE {table} (\n  fid INTEGER PRIMARY KEY NOT NULL,\n  geom GEOMETRY NOT NULL,\n  \
         id TEXT NOT NULL UNIQUE,\n  {},\n  extra TEXT,\n  revision INTEGER NOT NULL,\n  origin TEXT,\n  \
         valid_from DATETIME NOT NULL\n)",
        fields.join(",\n  ")
    );
    run(connection, columns).await?;
    sqlx::query("INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, 'features', ?, ?, ?)")
        .bind(layer.name())
        .bind(layer.name())
        .bind(schema.title.both())
        .bind(SRS)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)")
        .bind(layer.name())
        .bind(SRS)
        .execute(connection)
        .await?;
    Ok(())
}

fn declared(field: &Field) -> String {
    format!("{} {}", quoted(&field.name), column_type(field.field_type))
}

async fn run(connection: &mut SqliteConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_| ())
}
