//! The same question of PostGIS `geography`, with an index on each table, and how the two agree.

use std::fmt::Write;

use sisetu::geom::{Coord, Geometry, Metres, Point, Site, geodesic_m};
use sisetu::index::Snapshot;
use sisetu::model::{Feature, Known, Layer};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor, Row};

use super::Fault;
use super::question::{Around, LAYERS, WITHIN_M};

/// What two answers may differ by.
const TOLERANCE_M: f64 = 0.01;
/// How many of a table's nearest are measured: `<->` orders by the distance on a sphere.
const FIRST_FEW: usize = 8;

/// A database with the layers in it.
pub struct Postgis(PgConnection);

impl Postgis {
    /// Fills an empty database.
    pub async fn filled(url: &str, snapshot: &Snapshot) -> Result<Self, Fault> {
        let mut connection = PgConnection::connect(url).await?;
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis").await?;
        for layer in LAYERS {
            let table = layer.name();
            let create = format!(
                "DROP TABLE IF EXISTS bench_{table}; CREATE TABLE bench_{table} (id text, place geography(Geometry, 4490))"
            );
            connection.execute(sqlx::AssertSqlSafe(create)).await?;
            let mut copy = connection.copy_in_raw(&format!("COPY bench_{table} FROM STDIN")).await?;
            let features: Vec<&Feature> = snapshot.features(layer).collect();
            for some in features.chunks(2_000) {
                let mut rows = String::new();
                for feature in some {
                    writeln!(rows, "{}\tSRID=4490;{}", feature.id, wkt(&feature.geometry))?;
                }
                copy.send(rows.into_bytes()).await?;
            }
            copy.finish().await?;
            connection
                .execute(sqlx::AssertSqlSafe(format!("CREATE INDEX ON bench_{table} USING gist (place)")))
                .await?;
            connection.execute(sqlx::AssertSqlSafe(format!("VACUUM ANALYZE bench_{table}"))).await?;
        }
        Ok(Self(connection))
    }

    /// Its answer about one layer.
    pub async fn ask(&mut self, layer: Layer, site: &str) -> Result<Around, Fault> {
        let question = format!(
            "SELECT true AS first, id, distance FROM (
               SELECT id, ST_Distance(place, $1::text::geography) AS distance FROM (
                 SELECT id, place FROM bench_{layer} ORDER BY place <-> $1::text::geography LIMIT {FIRST_FEW}) few
               ORDER BY 2 LIMIT 1) best
             UNION ALL
             SELECT false, id, ST_Distance(place, $1::text::geography) FROM bench_{layer}
             WHERE ST_DWithin(place, $1::text::geography, {WITHIN_M})"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(question)).bind(site).fetch_all(&mut self.0).await?;
        let mut around = Around::default();
        for row in rows {
            let (id, distance) = (row.try_get::<String, _>("id")?, row.try_get::<f64, _>("distance")?);
            if row.try_get("first")? {
                around.nearest = Some((id, distance));
            } else {
                around.within.insert(id, distance);
            }
        }
        Ok(around)
    }
}

/// How answers agreed.
#[derive(Debug, Default)]
pub struct Agreement {
    pub distances: usize,
    /// The largest difference that is no more than a centimetre.
    pub worst_m: f64,
    /// By how much PostGIS is longer than a geodesic that does join the two shapes, where that is over a centimetre: it
    /// picks the nearest pair of places on a sphere and measures it on the ellipsoid.
    pub postgis_too_long: Vec<f64>,
    /// Where they differ by more than a centimetre and nothing shows who is right.
    pub unexplained: Vec<String>,
}

impl Agreement {
    /// The middle and the largest of those.
    pub fn excess(&self) -> String {
        let mut sorted = self.postgis_too_long.clone();
        sorted.sort_by(f64::total_cmp);
        match (sorted.get(sorted.len() / 2), sorted.last()) {
            (Some(middle), Some(most)) => format!("{middle:.3} m in the middle, {most:.3} m at most"),
            _ => "nothing".to_owned(),
        }
    }

    /// Holds two answers against each other.
    pub fn compare(&mut self, snapshot: &Snapshot, layer: Layer, site: &Site, ours: &Around, theirs: &Around) {
        let both = ours.within.iter().filter_map(|(id, own)| Some((id, *own, *theirs.within.get(id)?)));
        let nearest = ours.nearest.iter().zip(&theirs.nearest).map(|((id, own), (_, their))| (id, *own, *their));
        for (id, own, their) in both.chain(nearest) {
            self.hold(snapshot, layer, site, id, own, their);
        }
        let on_edge = |distance: f64| (distance - WITHIN_M).abs() < TOLERANCE_M;
        for (id, own) in ours.within.iter().filter(|(id, own)| !theirs.within.contains_key(*id) && !on_edge(**own)) {
            self.hold(snapshot, layer, site, id, *own, f64::INFINITY);
        }
        for (id, their) in
            theirs.within.iter().filter(|(id, their)| !ours.within.contains_key(*id) && !on_edge(**their))
        {
            self.unexplained.push(format!("{layer}/{id}: only PostGIS has it, at {their} m"));
        }
    }

    fn hold(&mut self, snapshot: &Snapshot, layer: Layer, site: &Site, id: &str, own: f64, their: f64) {
        self.distances += 1;
        let off = (own - their).abs();
        if off <= TOLERANCE_M {
            self.worst_m = self.worst_m.max(off);
        } else if their > own && realised(snapshot, layer, site, id, own) {
            self.postgis_too_long.push(their - own);
        } else {
            self.unexplained.push(format!("{layer}/{id}: {own} m here, {their} m in PostGIS"));
        }
    }
}

/// Whether a geodesic as long as was said does join the site and a feature: its ends are measured anew, and lie on both.
fn realised(snapshot: &Snapshot, layer: Layer, site: &Site, id: &str, said: f64) -> bool {
    let way = snapshot.feature(layer, id).and_then(|feature| site.nearest_within(feature.shape(), Metres(said + 1.0)));
    way.is_some_and(|way| {
        let on = |place: Point, shape: &Geometry| {
            Site::new(place.into())
                .and_then(|place| place.nearest(shape))
                .is_some_and(|way| way.distance.0 < TOLERANCE_M)
        };
        let feature = snapshot.feature(layer, id);
        (geodesic_m(way.from, way.to) - said).abs() < 1e-4
            && on(way.from, site.geometry())
            && feature.is_some_and(|feature| on(way.to, &feature.geometry))
    })
}

/// Well-known text of what the sample is made of.
pub fn wkt(geometry: &Geometry) -> String {
    let places = |places: &[Coord]| {
        let listed: Vec<String> = places.iter().map(|place| format!("{} {}", place.x, place.y)).collect();
        format!("({})", listed.join(","))
    };
    match geometry {
        Geometry::Point(point) => format!("POINT{}", places(&[point.0])),
        Geometry::LineString(line) => format!("LINESTRING{}", places(&line.0)),
        Geometry::Polygon(polygon) => {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            format!("POLYGON({})", rings.map(|ring| places(&ring.0)).collect::<Vec<_>>().join(","))
        }
        _ => "GEOMETRYCOLLECTION EMPTY".to_owned(),
    }
}
