//! The box that `gpkg_contents` gives for each layer, kept true as features come and go.

use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::blob;
use super::columns::quoted;
use super::rows::moment;
use crate::geom::Envelope;
use crate::model::Layer;

/// What a commit does to the box of one layer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shift {
    added: Option<Envelope>,
    removed: Option<Envelope>,
    /// Something went away whose place could not be read.
    unsure: bool,
}

impl Shift {
    /// A feature came.
    pub(super) fn add(&mut self, envelope: &Envelope) {
        self.added = Some(joined(self.added, *envelope));
    }

    /// A feature went; `None` where it could not be read.
    pub(super) fn remove(&mut self, envelope: Option<&Envelope>) {
        match envelope {
            Some(envelope) => self.removed = Some(joined(self.removed, *envelope)),
            None => self.unsure = true,
        }
    }

    /// Whether the box may have shrunk: what went away reached its edge.
    fn may_shrink(&self, before: &Envelope) -> bool {
        let inside = |gone: Envelope| {
            before.west < gone.west && gone.east < before.east && before.south < gone.south && gone.north < before.north
        };
        self.unsure || self.removed.is_some_and(|gone| !inside(gone))
    }

    /// Writes the box as it is after the commit.
    pub(super) async fn write(
        self,
        connection: &mut SqliteConnection,
        layer: Layer,
        at: Timestamp,
    ) -> Result<(), sqlx::Error> {
        let now = match stored(connection, layer).await? {
            Some(before) if self.may_shrink(&before) => scanned(connection, layer).await?,
            Some(before) => Some(joined(self.added, before)),
            None => self.added,
        };
        let bound = |side: fn(&Envelope) -> f64| now.as_ref().map(side);
        sqlx::query(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, last_change = ? WHERE table_name = ?",
        )
        .bind(bound(|box_| box_.west))
        .bind(bound(|box_| box_.south))
        .bind(bound(|box_| box_.east))
        .bind(bound(|box_| box_.north))
        .bind(moment(at))
        .bind(layer.name())
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn joined(box_: Option<Envelope>, other: Envelope) -> Envelope {
    box_.map_or(other, |box_| box_.union(other))
}

async fn stored(connection: &mut SqliteConnection, layer: Layer) -> Result<Option<Envelope>, sqlx::Error> {
    let sql = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents \
         WHERE table_name = ? AND min_x IS NOT NULL AND min_y IS NOT NULL AND max_x IS NOT NULL AND max_y IS NOT NULL";
    let bounds = sqlx::query_as(sql).bind(layer.name()).fetch_optional(connection).await?;
    Ok(bounds.map(|(west, south, east, north)| Envelope { west, south, east, north }))
}

/// The box around all features, from the headers of their blobs; those that cannot be read count for nothing.
async fn scanned(connection: &mut SqliteConnection, layer: Layer) -> Result<Option<Envelope>, sqlx::Error> {
    let sql = format!("SELECT substr(geom, 1, {}) FROM {}", blob::HEADER, quoted(layer.name()));
    let mut headers = sqlx::query_scalar::<_, Vec<u8>>(AssertSqlSafe(sql)).fetch(connection);
    let mut around = None;
    while let Some(header) = headers.try_next().await? {
        if let Some(envelope) = blob::envelope(&header) {
            around = Some(joined(around, envelope));
        }
    }
    Ok(around)
}
