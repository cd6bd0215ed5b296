//! What only the GeoPackage file promises: others can read it, and it tells its own from others' files.

use std::path::Path;
use std::process::Command;

use gdal::vector::{
    Defn, Feature as OgrFeature, FieldDefn, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType,
};
use gdal::{Dataset, DriverManager};
use serde_json::{Value, json};
use sisetu::geom::{LineString, Point};
use sisetu::model::{Change, Layer, Revision};
use sisetu::store::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use super::place::{Place, skipped};
use super::{commit, drawn, feature, features, gone, plant};

async fn raw(path: &str) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn assert_refused_untouched(path: &Path) {
    let before = std::fs::read(path).unwrap();
    let beside = files(path.parent().unwrap());
    for create in [false, true] {
        match sisetu::store::open(path.to_str().unwrap(), create).await.err() {
            Some(StoreError::Foreign(why)) => assert!(why.contains("left as it is"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    assert!(std::fs::read(path).unwrap() == before, "the file was changed");
    assert_eq!(files(path.parent().unwrap()), beside);
}

#[tokio::test]
async fn files_of_others_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let noise: Vec<u8> = (0..40_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (name, bytes) in [("noise", &noise[..]), ("short", b"x"), ("empty", b""), ("text", b"SQLite format 3")] {
        let path = folder.path().join(format!("{name}.gpkg"));
        std::fs::write(&path, bytes).unwrap();
        assert_refused_untouched(&path).await;
    }
    let path = folder.path().join("other.gpkg");
    write_with_gdal(&path);
    assert_refused_untouched(&path).await;
}

#[tokio::test]
async fn names_that_name_no_store_are_refused() {
    for name in ["", "store", "store.sqlite", "mysql://host/x.gpkg", "postgres", "gpkg"] {
        let refused = sisetu::store::open(name, true).await.err();
        assert!(matches!(refused, Some(StoreError::Name(_))), "{name}: {refused:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("absent/store.gpkg");
    let failed = sisetu::store::open(nowhere.to_str().unwrap(), true).await.err();
    assert!(matches!(failed, Some(StoreError::Failed(_))), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn makers_at_the_same_moment_share_one_store() {
    let place = Place::embedded();
    let makers: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn({
                let place = place.clone();
                async move { place.made().await }
            })
        })
        .collect();
    let mut stores = Vec::new();
    for maker in makers {
        stores.push(maker.await.unwrap());
    }
    commit(&stores[0], vec![plant("a", "A")]).await;
    for store in &stores {
        assert_eq!(store.revision().await.unwrap(), Revision(1));
    }
    let folder = Path::new(&place.name).parent().unwrap();
    assert!(files(folder).iter().all(|name| name.starts_with("store.gpkg")), "{:?}", files(folder));
}

/// A program that knew fewer layers and fields made the file; another program added a column of its own.
#[tokio::test]
async fn the_file_grows_with_the_program() {
    let place = Place::embedded();
    let store = place.made().await;
    let known = json!({"name": "A", "kind": "factory", "industry": "化工", "risk_score": 7.5});
    commit(&store, vec![Change::Put(Layer::Enterprises, feature("a", known.clone()))]).await;
    drop(store);
    let older = "ALTER TABLE enterprises DROP COLUMN industry; ALTER TABLE enterprises DROP COLUMN risk_score; \
         UPDATE enterprises SET extra = '{\"industry\":\"化工\",\"risk_score\":7.5}'; \
         ALTER TABLE enterprises ADD COLUMN theirs TEXT; DROP TABLE waters; \
         DELETE FROM gpkg_geometry_columns WHERE table_name = 'waters'; \
         DELETE FROM gpkg_contents WHERE table_name = 'waters'";
    let mut connection = raw(&place.name).await;
    sqlx::raw_sql(older).execute(&mut connection).await.unwrap();
    let store = place.opened().await;
    assert_eq!(Value::Object(features(&store, Layer::Enterprises).await[0].properties.to_json()), known);
    commit(
        &store,
        vec![
            Change::Put(Layer::Enterprises, feature("a", known.clone())),
            Change::Put(Layer::Waters, feature("w", json!({}))),
        ],
    )
    .await;
    assert_eq!(Value::Object(features(&store, Layer::Enterprises).await[0].properties.to_json()), known);
    let extra: Option<String> =
        sqlx::query_scalar("SELECT extra FROM enterprises").fetch_one(&mut connection).await.unwrap();
    assert_eq!(extra, None);
}

#[tokio::test]
async fn a_lost_table_is_told_and_not_made_anew() {
    let place = Place::embedded();
    let store = place.made().await;
    commit(&store, vec![plant("a", "A")]).await;
    sqlx::raw_sql("DROP TABLE roads").execute(&mut raw(&place.name).await).await.unwrap();
    for store in [store, place.opened().await] {
        let contents = store.load().await.unwrap();
        assert!(contents.layers[&Layer::Roads].as_ref().unwrap_err().contains("roads"));
        assert_eq!(contents.layers[&Layer::Enterprises].as_ref().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn values_of_the_wrong_class_are_told_by_column() {
    let place = Place::embedded();
    let store = place.made().await;
    for (sql, told) in [
        ("UPDATE enterprises SET risk_score = 'much'", "risk_score"),
        ("UPDATE enterprises SET risk_score = NULL, extra = '[]'", "extra"),
        ("UPDATE enterprises SET extra = NULL, valid_from = 'yesterday'", "valid_from"),
        ("UPDATE enterprises SET geom = NULL", "geom"),
    ] {
        let base = store.revision().await.unwrap().0;
        commit(&store, vec![plant("a", &base.to_string())]).await;
        let done = sqlx::raw_sql(sql).execute(&mut raw(&place.name).await).await;
        if told == "geom" {
            assert!(done.is_err(), "a feature always has a geometry");
            continue;
        }
        match store.load_layer(Layer::Enterprises).await {
            Err(StoreError::Unreadable(why)) => assert!(why.contains(told) && why.contains("(id a)"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}

async fn extent(connection: &mut SqliteConnection) -> Option<[f64; 4]> {
    let sql = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'roads'";
    let bounds: (Option<f64>, Option<f64>, Option<f64>, Option<f64>) =
        sqlx::query_as(sql).fetch_one(connection).await.unwrap();
    Some([bounds.0?, bounds.1?, bounds.2?, bounds.3?])
}

#[tokio::test]
async fn the_box_of_a_layer_grows_and_shrinks_with_it() {
    let place = Place::embedded();
    let store = place.made().await;
    let mut connection = raw(&place.name).await;
    let road = |id: &str, from: (f64, f64), to: (f64, f64)| {
        Change::Put(Layer::Roads, drawn(id, LineString::from(vec![from, to]), json!({})))
    };
    let gone = |id: &str| Change::Delete(Layer::Roads, id.into());
    assert_eq!(extent(&mut connection).await, None);
    let mut now = Vec::new();
    for changes in [
        vec![road("a", (1.0, 2.0), (3.0, 4.0))],
        vec![road("b", (2.0, 0.0), (2.5, 1.0)), road("inside", (2.0, 2.0), (2.1, 2.1))],
        vec![gone("inside")],
        vec![gone("a")],
        vec![road("b", (5.0, 5.0), (6.0, 6.0))],
        vec![gone("b")],
    ] {
        commit(&store, changes).await;
        now.push(extent(&mut connection).await);
    }
    let both = Some([1.0, 0.0, 3.0, 4.0]);
    let alone = [Some([1.0, 2.0, 3.0, 4.0]), both, both, Some([2.0, 0.0, 2.5, 1.0]), Some([5.0, 5.0, 6.0, 6.0]), None];
    assert_eq!(now, alone);
}

fn ogrinfo(arguments: &[&str]) -> Option<String> {
    let output = Command::new("ogrinfo").args(arguments).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn ogrinfo_reads_the_layers_while_the_store_is_open() {
    let place = Place::embedded();
    let store = place.made().await;
    let known = json!({"name": "模拟油库", "kind": "oil_depot", "risk_level": 2, "risk_score": 61.5, "control": true, "note": "x"});
    commit(&store, vec![Change::Put(Layer::Enterprises, drawn("E 1", Point::new(115.75, 29.5), known))]).await;
    let Some(layers) = ogrinfo(&["-ro", "-q", &place.name]) else {
        return skipped(
            "store_contract::embedded::ogrinfo_reads_the_layers_while_the_store_is_open",
            "no ogrinfo here",
        );
    };
    for layer in Layer::ALL {
        assert!(layers.contains(&format!(": {layer}\n")), "{layer} in {layers}");
    }
    let told = ogrinfo(&["-ro", "-al", &place.name, "enterprises"]).unwrap();
    for expected in [
        "Feature Count: 1",
        "Extent: (115.750000, 29.500000) - (115.750000, 29.500000)",
        "China Geodetic Coordinate System 2000",
        "OGRFeature(enterprises):1",
        "id (String) = E 1",
        "name (String) = 模拟油库",
        "risk_level (Integer64) = 2",
        "risk_score (Real) = 61.5",
        "control (Integer(Boolean)) = 1",
        "extra (String) = {\"note\":\"x\"}",
        "revision (Integer64) = 1",
        "POINT (115.75 29.5)",
    ] {
        assert!(told.contains(expected), "{expected} in {told}");
    }
    commit(&store, vec![gone("E 1")]).await;
    assert!(ogrinfo(&["-ro", "-so", &place.name, "enterprises"]).unwrap().contains("Feature Count: 0"));
}

fn write_with_gdal(path: &Path) {
    let driver = DriverManager::get_driver_by_name("GPKG").unwrap();
    let mut dataset = driver.create_vector_only(path).unwrap();
    let options = LayerOptions { name: "theirs", ty: OGRwkbGeometryType::wkbPoint, ..Default::default() };
    let layer = dataset.create_layer(options).unwrap();
    FieldDefn::new("name", OGRFieldType::OFTString).unwrap().add_to_layer(&layer).unwrap();
    let defn = Defn::from_layer(&layer);
    for n in 0..100 {
        let mut feature = OgrFeature::new(&defn).unwrap();
        feature.set_geometry(gdal::vector::Geometry::from_wkt(&format!("POINT ({n} {n})")).unwrap()).unwrap();
        feature.set_field_string(0, "点").unwrap();
        feature.create(&layer).unwrap();
    }
    dataset.close().unwrap();
}

/// Two copies of SQLite in one process would make GDAL's driver crash here.
#[tokio::test]
async fn gdal_writes_a_geopackage_in_a_process_with_an_open_store() {
    let place = Place::embedded();
    let store = place.made().await;
    commit(&store, vec![plant("a", "A")]).await;
    let path = Path::new(&place.name).with_file_name("theirs.gpkg");
    write_with_gdal(&path);
    let dataset = Dataset::open(&path).unwrap();
    assert_eq!(dataset.layer(0).unwrap().feature_count(), 100);
    commit(&store, vec![plant("b", "B")]).await;
    assert_eq!(features(&store, Layer::Enterprises).await.len(), 2);
}
