//! Where a store under test rests, and how to tamper with it behind its back.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sisetu::store::Store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;

/// A place of its own for one test.
#[derive(Clone)]
pub struct Place {
    /// What the store is opened by.
    pub name: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Embedded { path: PathBuf, _folder: Arc<TempDir> },
    Postgis { server: String, database: String },
}

impl Place {
    /// A file that is not there yet.
    pub fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.gpkg");
        Self { name: path.to_str().unwrap().to_owned(), kind: Kind::Embedded { path, _folder: Arc::new(folder) } }
    }

    /// A new database on the server for tests; `None`, and said so, where there is no server.
    pub async fn postgis(test: &str) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("SISETU_TEST_POSTGRES") else {
            skipped(&format!("store_contract::postgis::{test}"), "SISETU_TEST_POSTGRES is not set");
            return None;
        };
        let database = format!("store_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        run_postgres(&server, format!("CREATE DATABASE {database}")).await;
        Some(Self { name: sibling(&server, &database), kind: Kind::Postgis { server, database } })
    }

    /// Takes the database away again.
    pub async fn remove(self) {
        if let Kind::Postgis { server, database } = self.kind {
            run_postgres(&server, format!("DROP DATABASE {database} WITH (FORCE)")).await;
        }
    }

    /// The store, made if it is not there.
    pub async fn made(&self) -> Arc<dyn Store> {
        sisetu::store::open(&self.name, true).await.unwrap()
    }

    /// The store, which must be there.
    pub async fn opened(&self) -> Arc<dyn Store> {
        sisetu::store::open(&self.name, false).await.unwrap()
    }

    /// Makes the database refuse one id of the enterprises.
    pub async fn refuse(&self, id: &str) {
        self.run(
            format!(
                "CREATE TRIGGER refuse BEFORE INSERT ON enterprises WHEN NEW.id = '{id}' \
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            ),
            format!("ALTER TABLE sisetu.feature ADD CHECK (id <> '{id}')"),
        )
        .await;
    }

    /// Makes the row of one enterprise unreadable.
    pub async fn damage(&self, id: &str) {
        self.run(
            format!("UPDATE enterprises SET geom = substr(geom, 1, 50) WHERE id = '{id}'"),
            format!("UPDATE sisetu.feature SET properties = '[1]' WHERE id = '{id}'"),
        )
        .await;
    }

    /// Makes the store look as if a later version of the program had written it.
    pub async fn make_newer(&self) {
        self.run(
            "UPDATE sisetu_store SET format = format + 1".into(),
            "INSERT INTO sisetu.migration (number) SELECT max(number) + 1 FROM sisetu.migration".into(),
        )
        .await;
    }

    /// Changes one letter of one entry of every journal.
    pub async fn tamper_with_entry(&self, number: u64) {
        let change = format!("SET body = replace(body, '2', '3') WHERE number = {number}");
        self.run(format!("UPDATE sisetu_journal {change}"), format!("UPDATE sisetu.journal {change}")).await;
    }

    /// Makes the store what it was before there were journals.
    pub async fn forget_journals(&self) {
        self.run(
            "DROP TABLE sisetu_journal; DELETE FROM gpkg_contents WHERE table_name = 'sisetu_journal'".into(),
            "DROP TABLE sisetu.journal; DELETE FROM sisetu.migration WHERE number = 2".into(),
        )
        .await;
    }

    /// The name of the database.
    pub fn database(&self) -> &str {
        match &self.kind {
            Kind::Postgis { database, .. } => database,
            Kind::Embedded { .. } => "",
        }
    }

    /// The URL by which another account opens the database.
    pub fn name_for(&self, account: &str) -> String {
        let (address, query) = self.name.split_once('?').unwrap_or((&self.name, ""));
        let others = query.split('&').filter(|pair| !pair.starts_with("user="));
        format!("{address}?{}&user={account}", others.collect::<Vec<_>>().join("&"))
    }

    async fn run(&self, embedded: String, postgis: String) {
        match &self.kind {
            Kind::Embedded { path, .. } => {
                let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
                sqlx::raw_sql(AssertSqlSafe(embedded)).execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Kind::Postgis { .. } => run_postgres(&self.name, postgis).await,
        }
    }
}

async fn run_postgres(url: &str, sql: String) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The URL of another database on the same server.
fn sibling(url: &str, database: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, String::new()), |(a, query)| (a, format!("?{query}")));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    format!("{server}/{database}{query}")
}

/// Says plainly that a test was not run.
pub fn skipped(test: &str, reason: &str) {
    let line = format!("SKIPPED: {test} — {reason}");
    eprintln!("{line}");
    if let Some(log) = std::env::var_os("SISETU_SKIP_LOG") {
        let mut log = std::fs::OpenOptions::new().append(true).create(true).open(log).unwrap();
        writeln!(log, "{line}").unwrap();
    }
}
