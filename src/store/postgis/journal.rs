//! The journals of the database, all in one table.

use jiff::{Timestamp, Unit};
use sqlx::postgres::{PgPool, PgRow};
use sqlx::{PgConnection, Row};

use super::{rows, schema};
use crate::store::StoreError;
use crate::store::journal::{Entry, GENESIS, Journal, Note, Part};

const COLUMNS: &str = "SELECT number, key, topic, author, (extract(epoch FROM written_at) * 1000)::bigint, body, hash \
     FROM sisetu.journal";

/// The number and hash of the last entry.
async fn last(connection: &mut PgConnection, journal: Journal) -> Result<(u64, String), StoreError> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT number, hash FROM sisetu.journal WHERE journal = $1 ORDER BY number DESC LIMIT 1")
            .bind(journal.name())
            .fetch_optional(connection)
            .await?;
    Ok(last.map_or((0, GENESIS.to_owned()), |(number, hash)| (number.unsigned_abs(), hash)))
}

/// The number of the last entry.
pub(super) async fn length(connection: &mut PgConnection, journal: Journal) -> Result<u64, StoreError> {
    Ok(last(connection, journal).await?.0)
}

/// Enters the notes whose keys are new, all of them or none.
pub(super) async fn append(pool: &PgPool, journal: Journal, notes: Vec<Note>) -> Result<Vec<Entry>, StoreError> {
    let mut transaction = pool.begin().await?;
    schema::lock(&mut transaction).await?;
    let (mut number, mut hash) = last(&mut transaction, journal).await?;
    let now = Timestamp::now().round(Unit::Millisecond).unwrap_or_else(|_| Timestamp::now());
    let mut entered = Vec::new();
    for note in notes {
        let entry = Entry::following(&hash, number + 1, note, now);
        let done = sqlx::query(
            "INSERT INTO sisetu.journal (journal, number, key, topic, author, written_at, body, hash) \
             VALUES ($1, $2, $3, $4, $5, $6::text::timestamptz, $7, $8) ON CONFLICT (journal, key) DO NOTHING",
        )
        .bind(journal.name())
        .bind(entry.number.cast_signed())
        .bind(&entry.note.key)
        .bind(&entry.note.topic)
        .bind(&entry.note.author)
        .bind(entry.written_at.to_string())
        .bind(&entry.note.body)
        .bind(&entry.hash)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 1 {
            (number, hash) = (entry.number, entry.hash.clone());
            entered.push(entry);
        }
    }
    transaction.commit().await?;
    Ok(entered)
}

/// At most `limit` entries of a part.
pub(super) async fn entries(
    connection: &mut PgConnection,
    journal: Journal,
    part: &Part,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let (condition, word) = match part {
        Part::After(number) => ("number > $2::bigint ORDER BY number", number.to_string()),
        Part::Topic(topic) => ("topic = $2 ORDER BY number", topic.clone()),
        Part::Back(before) => ("number < $2::bigint ORDER BY number DESC", bounded(*before)),
        Part::BackOn(topic, before) => {
            // The number is one of ours, not a word of anybody's.
            let condition = format!("topic = $2 AND number < {} ORDER BY number DESC", bounded(*before));
            return read(connection, journal, &condition, topic, limit).await;
        }
        Part::Key(key) => ("key = $2 ORDER BY number", key.clone()),
        Part::Newest => (
            "number IN (SELECT max(number) FROM sisetu.journal WHERE journal = $2 GROUP BY topic) \
             ORDER BY number DESC",
            journal.name().to_owned(),
        ),
    };
    read(connection, journal, condition, &word, limit).await
}

async fn read(
    connection: &mut PgConnection,
    journal: Journal,
    condition: &str,
    word: &str,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let sql = format!("{COLUMNS} WHERE journal = $1 AND {condition} LIMIT $3");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(journal.name()).bind(word).bind(i64::from(limit));
    query.fetch_all(connection).await?.iter().map(entry).collect()
}

/// A number as SQL has room for it.
fn bounded(number: u64) -> String {
    number.min(i64::MAX.unsigned_abs()).to_string()
}

fn entry(row: &PgRow) -> Result<Entry, StoreError> {
    let note = Note { key: row.try_get(1)?, topic: row.try_get(2)?, author: row.try_get(3)?, body: row.try_get(5)? };
    Ok(Entry {
        number: row.try_get::<i64, _>(0)?.unsigned_abs(),
        note,
        written_at: rows::moment(row.try_get(4)?)?,
        hash: row.try_get(6)?,
    })
}
