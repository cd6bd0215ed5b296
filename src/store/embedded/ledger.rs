//! Writing into the tables of the GeoPackage.

use std::collections::{BTreeMap, HashMap};
use std::iter::repeat_n;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqlitePool};
use sqlx::{AssertSqlSafe, Sqlite, Transaction};

use super::columns::{Cell, quoted, split};
use super::extent::Shift;
use super::rows::{self, moment};
use super::{blob, newest};
use crate::model::{Feature, Layer, Revision, Schema};
use crate::store::StoreError;
use crate::store::write::{Held, Ledger, Stamp};

/// An open transaction that no other writer can overtake.
pub(super) struct Writing {
    transaction: Transaction<'static, Sqlite>,
    shifts: BTreeMap<Layer, Shift>,
}

impl Writing {
    /// Waits for other writers, then begins.
    pub(super) async fn begin(pool: &SqlitePool) -> Result<Self, StoreError> {
        Ok(Self { transaction: pool.begin_with("BEGIN IMMEDIATE").await?, shifts: BTreeMap::new() })
    }

    fn shift(&mut self, layer: Layer) -> &mut Shift {
        self.shifts.entry(layer).or_default()
    }

    async fn archive_rows(&mut self, layer: Layer, features: &[Feature]) -> Result<(), StoreError> {
        let sql = format!("INSERT INTO sisetu_version {PAST} VALUES {}", rows_of(features.len(), PAST_COLUMNS));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for feature in features {
            let properties = serde_json::to_string(&feature.properties).unwrap_or_default();
            query = query
                .bind(layer.name())
                .bind(&feature.id)
                .bind(feature.tile_id.cast_signed())
                .bind(blob::write(&feature.geometry, feature.envelope()))
                .bind(properties)
                .bind(feature.revision.0.cast_signed())
                .bind(&feature.origin)
                .bind(moment(feature.valid_from))
                .bind(false);
        }
        query.execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Keeps what can be kept of a row that cannot be read: its ids and its blob.
    async fn archive_unreadable(&mut self, layer: Layer, fid: i64) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO sisetu_version {PAST} \
             SELECT ?, id, fid, geom, NULL, revision, origin, valid_from, FALSE FROM {} WHERE fid = ?",
            quoted(layer.name())
        );
        sqlx::query(AssertSqlSafe(sql)).bind(layer.name()).bind(fid).execute(&mut *self.transaction).await?;
        Ok(())
    }
}

const PAST: &str = "(layer, id, tile_id, geom, properties, revision, origin, valid_from, deleted)";
const PAST_COLUMNS: usize = 9;

/// `(?, ?), (?, ?)`.
fn rows_of(rows: usize, columns: usize) -> String {
    let row = format!("({})", places(columns));
    repeat_n(row, rows).collect::<Vec<_>>().join(", ")
}

/// `?, ?, ?`.
fn places(columns: usize) -> String {
    repeat_n("?", columns).collect::<Vec<_>>().join(", ")
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

fn with_ids<'q>(query: Bound<'q>, ids: &[&'q str]) -> Bound<'q> {
    ids.iter().fold(query, |query, id| query.bind(*id))
}

fn with_cell(query: Bound<'_>, cell: Cell) -> Bound<'_> {
    match cell {
        Cell::Null => query.bind(None::<i64>),
        Cell::Text(text) => query.bind(text),
        Cell::Real(number) => query.bind(number),
        Cell::Whole(number) => query.bind(number),
        Cell::Flag(flag) => query.bind(flag),
    }
}

fn with_feature<'q>(query: Bound<'q>, layer: Layer, feature: &'q Feature) -> Bound<'q> {
    let (cells, extra) = split(layer, &feature.properties);
    let query = query
        .bind(feature.tile_id.cast_signed())
        .bind(blob::write(&feature.geometry, feature.envelope()))
        .bind(&feature.id);
    cells
        .into_iter()
        .fold(query, with_cell)
        .bind(extra)
        .bind(feature.revision.0.cast_signed())
        .bind(&feature.origin)
        .bind(moment(feature.valid_from))
}

#[async_trait]
impl Ledger for Writing {
    /// Times the columns of the widest layer this stays below SQLite's 32,766 parameters.
    const MOST: usize = 250;

    async fn newest(&mut self) -> Result<Option<(Revision, Timestamp)>, StoreError> {
        let revision = newest(&mut self.transaction).await?;
        let made_at: Option<String> = sqlx::query_scalar("SELECT made_at FROM sisetu_revision WHERE revision = ?")
            .bind(revision.0.cast_signed())
            .fetch_optional(&mut *self.transaction)
            .await?;
        let made_at = made_at.map(|text| text.parse::<Timestamp>());
        Ok(made_at.map(|made_at| (revision, made_at.unwrap_or(Timestamp::UNIX_EPOCH))))
    }

    async fn held(&mut self, layer: Layer, ids: &[&str]) -> Result<HashMap<String, Held>, StoreError> {
        let among = places(ids.len());
        let sql = format!(
            "SELECT id, max(tile_id), FALSE FROM sisetu_version WHERE layer = ? AND id IN ({among}) GROUP BY id \
             UNION ALL SELECT id, fid, TRUE FROM {} WHERE id IN ({among}) ORDER BY 3",
            quoted(layer.name())
        );
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(layer.name());
        let query = ids.iter().chain(ids).fold(query, |query, id| query.bind(*id));
        let rows: Vec<(String, i64, bool)> = query.fetch_all(&mut *self.transaction).await?;
        let held = |(id, tile_id, stands): (String, i64, bool)| (id, Held { tile_id: tile_id.unsigned_abs(), stands });
        // Of an id with earlier versions that stands again the last row says so.
        Ok(rows.into_iter().map(held).collect())
    }

    async fn greatest_tile_id(&mut self, layer: Layer) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT max(coalesce((SELECT max(fid) FROM {}), 0), \
             coalesce((SELECT max(tile_id) FROM sisetu_version WHERE layer = ?), 0))",
            quoted(layer.name())
        );
        let query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).bind(layer.name());
        Ok(query.fetch_one(&mut *self.transaction).await?.unsigned_abs())
    }

    async fn archive(&mut self, layer: Layer, ids: &[&str]) -> Result<(), StoreError> {
        let sql = format!("{} WHERE id IN ({})", rows::select(layer), places(ids.len()));
        let found = with_ids(sqlx::query(AssertSqlSafe(sql)), ids).fetch_all(&mut *self.transaction).await?;
        let mut features = Vec::with_capacity(found.len());
        for row in &found {
            let read = rows::feature(layer, row).ok();
            self.shift(layer).remove(read.as_ref().map(Feature::envelope));
            match read {
                Some(feature) => features.push(feature),
                None => self.archive_unreadable(layer, rows::fid(row)?).await?,
            }
        }
        if features.is_empty() { Ok(()) } else { self.archive_rows(layer, &features).await }
    }

    async fn put(&mut self, layer: Layer, features: &[&Feature], _: &Stamp) -> Result<(), StoreError> {
        let names: Vec<String> = Schema::layer(layer).fields.iter().map(|field| quoted(&field.name)).collect();
        let sql = format!(
            "INSERT OR REPLACE INTO {} (fid, geom, id, {}, extra, revision, origin, valid_from) VALUES {}",
            quoted(layer.name()),
            names.join(", "),
            rows_of(features.len(), names.len() + 7)
        );
        let query = sqlx::query(AssertSqlSafe(sql));
        let query = features.iter().fold(query, |query, feature| with_feature(query, layer, feature));
        query.execute(&mut *self.transaction).await?;
        for feature in features {
            self.shift(layer).add(feature.envelope());
        }
        Ok(())
    }

    async fn remove(&mut self, layer: Layer, gone: &[(&str, u64)], stamp: &Stamp) -> Result<(), StoreError> {
        let ids: Vec<&str> = gone.iter().map(|(id, _)| *id).collect();
        let sql = format!("DELETE FROM {} WHERE id IN ({})", quoted(layer.name()), places(ids.len()));
        with_ids(sqlx::query(AssertSqlSafe(sql)), &ids).execute(&mut *self.transaction).await?;
        let sql = format!("INSERT INTO sisetu_version {PAST} VALUES {}", rows_of(gone.len(), PAST_COLUMNS));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (id, tile_id) in gone {
            query = query.bind(layer.name()).bind(*id).bind(tile_id.cast_signed());
            query = query.bind(None::<Vec<u8>>).bind(None::<String>).bind(stamp.revision.0.cast_signed());
            query = query.bind(None::<String>).bind(moment(stamp.made_at)).bind(true);
        }
        query.execute(&mut *self.transaction).await?;
        Ok(())
    }

    async fn record(&mut self, stamp: &Stamp, layers: &[Layer]) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO sisetu_revision (revision, made_at, author, reason, layers) VALUES (?, ?, ?, ?, ?)")
            .bind(stamp.revision.0.cast_signed())
            .bind(moment(stamp.made_at))
            .bind(&stamp.author)
            .bind(&stamp.reason)
            .bind(sqlx::types::Json(layers))
            .execute(&mut *self.transaction)
            .await?;
        for (layer, shift) in std::mem::take(&mut self.shifts) {
            shift.write(&mut self.transaction, layer, stamp.made_at).await?;
        }
        Ok(())
    }

    async fn keep(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}
