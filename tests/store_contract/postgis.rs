//! What only the PostGIS store promises.

use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::place::Place;
use super::{commit, plant};
use sisetu::store::StoreError;

#[tokio::test]
async fn a_commit_is_announced_with_its_revision() {
    let Some(place) = Place::postgis("a_commit_is_announced_with_its_revision").await else { return };
    let store = place.made().await;
    let mut listener = PgListener::connect(&place.name).await.unwrap();
    listener.listen("sisetu").await.unwrap();
    commit(&store, vec![plant("a", "A")]).await;
    let heard = tokio::time::timeout(Duration::from_secs(5), listener.recv()).await.unwrap().unwrap();
    assert_eq!(heard.payload(), "1");
    drop(listener);
    place.remove().await;
}

#[tokio::test]
async fn a_schema_of_someone_else_is_left_alone() {
    let Some(place) = Place::postgis("a_schema_of_someone_else_is_left_alone").await else { return };
    let mut connection = PgConnection::connect(&place.name).await.unwrap();
    sqlx::raw_sql("CREATE SCHEMA sisetu; CREATE TABLE sisetu.tea (cup int)").execute(&mut connection).await.unwrap();
    for create in [false, true] {
        let refused = sisetu::store::open(&place.name, create).await.err();
        assert!(matches!(refused, Some(StoreError::Foreign(_))), "{refused:?}");
    }
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'sisetu'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(tables, 1);
    place.remove().await;
}

#[tokio::test]
async fn an_account_that_may_not_add_postgis_is_told_the_mend() {
    let Some(place) = Place::postgis("an_account_that_may_not_add_postgis_is_told_the_mend").await else { return };
    let account = format!("plain_{}", std::process::id());
    let mut connection = PgConnection::connect(&place.name).await.unwrap();
    let sql = format!("CREATE ROLE {account} LOGIN; GRANT CREATE ON DATABASE {} TO {account}", place.database());
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    let name = place.name_for(&account);
    match sisetu::store::open(&name, true).await.err() {
        Some(StoreError::Foreign(why)) => assert!(why.contains("CREATE EXTENSION postgis"), "{why}"),
        other => panic!("{other:?}"),
    }
    sqlx::raw_sql("CREATE EXTENSION postgis").execute(&mut connection).await.unwrap();
    let store = sisetu::store::open(&name, true).await.unwrap();
    commit(&store, vec![plant("a", "A")]).await;
    place.remove().await;
}

#[tokio::test]
async fn an_absent_database_is_missing() {
    let Some(place) = Place::postgis("an_absent_database_is_missing").await else { return };
    let name = place.name.clone();
    place.remove().await;
    let refused = sisetu::store::open(&name, false).await.err();
    assert!(matches!(refused, Some(StoreError::Missing(_))), "{refused:?}");
}
