//! The schema `sisetu` of the database: telling ours from others', making it, bringing it up to date.

use sqlx::{PgConnection, PgPool};

use crate::store::StoreError;

/// What brings an older schema up to date, oldest first; the first makes a new one.
const MIGRATIONS: [&str; 2] = [include_str!("1.sql"), include_str!("2.sql")];
/// The advisory lock of whoever writes: "SISETU".
const WRITER: i64 = 0x5349_5345_5455;

/// Makes or updates the schema where it must, and refuses what is not ours.
pub(super) async fn prepare(pool: &PgPool, name: &str, create: bool) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let refuse = |what: String| Err(StoreError::Foreign(format!("{name}: {what}; it was left as it is")));
    match applied(&mut connection).await? {
        State::Absent if !create => Err(StoreError::Missing(name.to_owned())),
        State::Strange => refuse("the schema `sisetu` of this database was not made by sisetu".into()),
        State::Applied(number) if number > MIGRATIONS.len() => refuse(format!(
            "the store was written by a newer version of sisetu (migration {number}, this one knows {})",
            MIGRATIONS.len()
        )),
        State::Applied(number) if number == MIGRATIONS.len() => Ok(()),
        State::Absent | State::Applied(_) => migrate(pool, name).await,
    }
}

/// Waits until no other program writes; the right to write ends with the transaction.
pub(super) async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SET LOCAL lock_timeout = '60s'").execute(&mut *connection).await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(WRITER).execute(connection).await?;
    Ok(())
}

enum State {
    Absent,
    Strange,
    Applied(usize),
}

async fn applied(connection: &mut PgConnection) -> Result<State, sqlx::Error> {
    let (schema, table): (bool, bool) =
        sqlx::query_as("SELECT to_regnamespace('sisetu') IS NOT NULL, to_regclass('sisetu.migration') IS NOT NULL")
            .fetch_one(&mut *connection)
            .await?;
    match (schema, table) {
        (false, _) => Ok(State::Absent),
        (true, false) => Ok(State::Strange),
        (true, true) => {
            let number: Option<i32> =
                sqlx::query_scalar("SELECT max(number) FROM sisetu.migration").fetch_one(connection).await?;
            Ok(State::Applied(number.unwrap_or(0).unsigned_abs() as usize))
        }
    }
}

/// Applies in one transaction what has not been applied.
async fn migrate(pool: &PgPool, name: &str) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await?;
    lock(&mut transaction).await?;
    // Asked again: another process may have been quicker.
    let done = match applied(&mut transaction).await? {
        State::Applied(number) => number,
        State::Absent | State::Strange => {
            need_postgis(&mut transaction, name).await?;
            sqlx::raw_sql(
                "CREATE SCHEMA sisetu; CREATE TABLE sisetu.migration (\
                 number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
            )
            .execute(&mut *transaction)
            .await?;
            0
        }
    };
    for (number, sql) in (1i32..).zip(MIGRATIONS).skip(done) {
        sqlx::raw_sql(sql).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO sisetu.migration (number) VALUES ($1)")
            .bind(number)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

async fn need_postgis(connection: &mut PgConnection, name: &str) -> Result<(), StoreError> {
    let made = sqlx::raw_sql("CREATE EXTENSION IF NOT EXISTS postgis").execute(connection).await;
    made.map(|_| ()).map_err(|error| {
        StoreError::Foreign(format!(
            "{name}: the database lacks PostGIS and it could not be added ({error}); install it (on Debian and Ubuntu the \
             package postgresql-NN-postgis-3) and, as a database administrator, run CREATE EXTENSION postgis in this database"
        ))
    })
}
