//! The journals of the file, all in one table.

use jiff::{Timestamp, Unit};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, SqliteConnection};

use super::rows::moment;
use crate::store::StoreError;
use crate::store::journal::{Entry, GENESIS, Journal, Note, Part};

/// Makes the table where the file has none yet.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS sisetu_journal (\
     journal TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL, topic TEXT NOT NULL, author TEXT NOT NULL, \
     written_at DATETIME NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL, \
     PRIMARY KEY (journal, number), UNIQUE (journal, key)); \
     CREATE INDEX IF NOT EXISTS sisetu_journal_topic ON sisetu_journal (journal, topic, number); \
     INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description) \
     VALUES ('sisetu_journal', 'attributes', 'sisetu_journal', 'warnings, published editions, readings')";

const COLUMNS: &str = "SELECT number, key, topic, author, written_at, body, hash FROM sisetu_journal";

/// The number and hash of the last entry.
async fn last(connection: &mut SqliteConnection, journal: Journal) -> Result<(u64, String), StoreError> {
    let last: Option<(i64, String)> =
        sqlx::query_as("SELECT number, hash FROM sisetu_journal WHERE journal = ? ORDER BY number DESC LIMIT 1")
            .bind(journal.name())
            .fetch_optional(connection)
            .await?;
    Ok(last.map_or((0, GENESIS.to_owned()), |(number, hash)| (number.unsigned_abs(), hash)))
}

/// The number of the last entry.
pub(super) async fn length(connection: &mut SqliteConnection, journal: Journal) -> Result<u64, StoreError> {
    Ok(last(connection, journal).await?.0)
}

/// Enters the notes whose keys are new, all of them or none.
pub(super) async fn append(pool: &SqlitePool, journal: Journal, notes: Vec<Note>) -> Result<Vec<Entry>, StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let (mut number, mut hash) = last(&mut transaction, journal).await?;
    let now = Timestamp::now().round(Unit::Millisecond).unwrap_or_else(|_| Timestamp::now());
    let mut entered = Vec::new();
    for note in notes {
        let entry = Entry::following(&hash, number + 1, note, now);
        let done = sqlx::query(
            "INSERT INTO sisetu_journal (journal, number, key, topic, author, written_at, body, hash) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (journal, key) DO NOTHING",
        )
        .bind(journal.name())
        .bind(entry.number.cast_signed())
        .bind(&entry.note.key)
        .bind(&entry.note.topic)
        .bind(&entry.note.author)
        .bind(moment(entry.written_at))
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
    connection: &mut SqliteConnection,
    journal: Journal,
    part: &Part,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let (condition, word) = match part {
        Part::After(number) => ("number > CAST(? AS INTEGER) ORDER BY number", number.to_string()),
        Part::Topic(topic) => ("topic = ? ORDER BY number", topic.clone()),
        Part::Back(before) => ("number < CAST(? AS INTEGER) ORDER BY number DESC", bounded(*before)),
        Part::BackOn(topic, before) => {
            // The number is one of ours, not a word of anybody's.
            let condition = format!("topic = ? AND number < {} ORDER BY number DESC", bounded(*before));
            return read(connection, journal, &condition, topic, limit).await;
        }
        Part::Key(key) => ("key = ? ORDER BY number", key.clone()),
        Part::Newest => (
            "number IN (SELECT max(number) FROM sisetu_journal WHERE journal = ? GROUP BY topic) ORDER BY number DESC",
            journal.name().to_owned(),
        ),
    };
    read(connection, journal, condition, &word, limit).await
}

async fn read(
    connection: &mut SqliteConnection,
    journal: Journal,
    condition: &str,
    word: &str,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let sql = format!("{COLUMNS} WHERE journal = ? AND {condition} LIMIT ?");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(journal.name()).bind(word).bind(limit);
    query.fetch_all(connection).await?.iter().map(entry).collect()
}

/// A number as SQL has room for it.
fn bounded(number: u64) -> String {
    number.min(i64::MAX.unsigned_abs()).to_string()
}

fn entry(row: &SqliteRow) -> Result<Entry, StoreError> {
    let written_at: String = row.try_get(4)?;
    let number = row.try_get::<i64, _>(0)?.unsigned_abs();
    let written_at =
        written_at.parse().map_err(|error| StoreError::Unreadable(format!("journal entry {number}: {error}")))?;
    let note = Note { key: row.try_get(1)?, topic: row.try_get(2)?, author: row.try_get(3)?, body: row.try_get(5)? };
    Ok(Entry { number, note, written_at, hash: row.try_get(6)? })
}
