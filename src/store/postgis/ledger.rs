//! Writing into the tables of the database, many rows a statement.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{PgPool, Postgres, Transaction};

use super::{newest, rows, schema};
use crate::model::{Feature, Layer, Revision};
use crate::store::write::{Held, Ledger, Stamp};
use crate::store::{StoreError, wkb};

const HELD: &str = "SELECT id, max(tile_id), FALSE FROM sisetu.version WHERE layer = $1 AND id = ANY($2) GROUP BY id \
     UNION ALL SELECT id, tile_id, TRUE FROM sisetu.feature WHERE layer = $1 AND id = ANY($2) ORDER BY 3";

const GREATEST: &str = "SELECT greatest((SELECT max(tile_id) FROM sisetu.feature WHERE layer = $1), \
     (SELECT max(tile_id) FROM sisetu.version WHERE layer = $1), 0)";

const ARCHIVE: &str = "INSERT INTO sisetu.version \
     (layer, id, tile_id, geom, properties, revision, origin, valid_from, deleted) \
     SELECT layer, id, tile_id, geom, properties, revision, origin, valid_from, FALSE \
     FROM sisetu.feature WHERE layer = $1 AND id = ANY($2)";

const PUT: &str = "INSERT INTO sisetu.feature (layer, id, tile_id, geom, properties, revision, origin, valid_from) \
     SELECT $1, id, tile_id, ST_GeomFromWKB(geom, 4490), properties::json, $6, $7, $8::text::timestamptz \
     FROM unnest($2::text[], $3::bigint[], $4::bytea[], $5::text[]) AS new (id, tile_id, geom, properties) \
     ON CONFLICT (layer, id) DO UPDATE SET geom = excluded.geom, properties = excluded.properties, \
     revision = excluded.revision, origin = excluded.origin, valid_from = excluded.valid_from";

const GONE: &str = "INSERT INTO sisetu.version (layer, id, tile_id, revision, valid_from, deleted) \
     SELECT $1, id, tile_id, $4, $5::text::timestamptz, TRUE FROM unnest($2::text[], $3::bigint[]) AS gone (id, tile_id)";

/// An open transaction that holds the right to write.
pub(super) struct Writing {
    transaction: Transaction<'static, Postgres>,
}

impl Writing {
    /// Waits for other writers, then begins.
    pub(super) async fn begin(pool: &PgPool) -> Result<Self, StoreError> {
        let mut transaction = pool.begin().await?;
        schema::lock(&mut transaction).await?;
        Ok(Self { transaction })
    }
}

#[async_trait]
impl Ledger for Writing {
    const MOST: usize = 5_000;

    async fn newest(&mut self) -> Result<Option<(Revision, Timestamp)>, StoreError> {
        let revision = newest(&mut self.transaction).await?;
        let made_at: Option<i64> = sqlx::query_scalar(
            "SELECT (extract(epoch FROM made_at) * 1000)::bigint FROM sisetu.revision WHERE revision = $1",
        )
        .bind(revision.0.cast_signed())
        .fetch_optional(&mut *self.transaction)
        .await?;
        Ok(made_at.map(rows::moment).transpose()?.map(|made_at| (revision, made_at)))
    }

    async fn held(&mut self, layer: Layer, ids: &[&str]) -> Result<HashMap<String, Held>, StoreError> {
        let query = sqlx::query_as(HELD).bind(layer.name()).bind(ids);
        let rows: Vec<(String, i64, bool)> = query.fetch_all(&mut *self.transaction).await?;
        let held = |(id, tile_id, stands): (String, i64, bool)| (id, Held { tile_id: tile_id.unsigned_abs(), stands });
        // Of an id with earlier versions that stands again the last row says so.
        Ok(rows.into_iter().map(held).collect())
    }

    async fn greatest_tile_id(&mut self, layer: Layer) -> Result<u64, StoreError> {
        let query = sqlx::query_scalar::<_, i64>(GREATEST).bind(layer.name());
        Ok(query.fetch_one(&mut *self.transaction).await?.unsigned_abs())
    }

    async fn archive(&mut self, layer: Layer, ids: &[&str]) -> Result<(), StoreError> {
        sqlx::query(ARCHIVE).bind(layer.name()).bind(ids).execute(&mut *self.transaction).await?;
        Ok(())
    }

    async fn put(&mut self, layer: Layer, features: &[&Feature], stamp: &Stamp) -> Result<(), StoreError> {
        let ids: Vec<&str> = features.iter().map(|feature| feature.id.as_str()).collect();
        let tile_ids: Vec<i64> = features.iter().map(|feature| feature.tile_id.cast_signed()).collect();
        let shapes: Vec<Vec<u8>> = features.iter().map(|feature| wkb::written(&feature.geometry)).collect();
        let properties = features.iter().map(|feature| serde_json::to_string(&feature.properties).unwrap_or_default());
        sqlx::query(PUT)
            .bind(layer.name())
            .bind(ids)
            .bind(tile_ids)
            .bind(shapes)
            .bind(properties.collect::<Vec<_>>())
            .bind(stamp.revision.0.cast_signed())
            .bind(stamp.origin())
            .bind(stamp.made_at.to_string())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    async fn remove(&mut self, layer: Layer, gone: &[(&str, u64)], stamp: &Stamp) -> Result<(), StoreError> {
        let ids: Vec<&str> = gone.iter().map(|(id, _)| *id).collect();
        let tile_ids: Vec<i64> = gone.iter().map(|(_, tile_id)| tile_id.cast_signed()).collect();
        sqlx::query("DELETE FROM sisetu.feature WHERE layer = $1 AND id = ANY($2)")
            .bind(layer.name())
            .bind(&ids)
            .execute(&mut *self.transaction)
            .await?;
        sqlx::query(GONE)
            .bind(layer.name())
            .bind(&ids)
            .bind(tile_ids)
            .bind(stamp.revision.0.cast_signed())
            .bind(stamp.made_at.to_string())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    async fn record(&mut self, stamp: &Stamp, layers: &[Layer]) -> Result<(), StoreError> {
        let layers: Vec<&str> = layers.iter().map(|layer| layer.name()).collect();
        sqlx::query(
            "INSERT INTO sisetu.revision (revision, made_at, author, reason, layers) \
             VALUES ($1, $2::text::timestamptz, $3, $4, $5)",
        )
        .bind(stamp.revision.0.cast_signed())
        .bind(stamp.made_at.to_string())
        .bind(&stamp.author)
        .bind(&stamp.reason)
        .bind(layers)
        .execute(&mut *self.transaction)
        .await?;
        sqlx::query("SELECT pg_notify('sisetu', $1)")
            .bind(stamp.revision.to_string())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    async fn keep(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}
