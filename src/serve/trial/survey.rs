//! Every existing conflict.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Trial, feature};

/// Two plants on the road and one beside it, made by editing: what a reader sees next is surveyed.
async fn town() -> Trial {
    let trial = Trial::new().await;
    for (id, lon) in [("a", 115.78), ("b", 115.80)] {
        let mut plant = feature(Some(id), &format!("模拟{id}厂"));
        // The road runs straight from 115.70 29.50 to 115.90 29.70.
        plant["geometry"]["coordinates"] = json!([lon, lon - 86.20]);
        let made = trial.send_json(Method::PUT, &format!("/api/collections/enterprises/items/{id}"), &[], &plant).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    trial
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_page_says_what_it_rests_on_and_where_the_next_is() {
    let trial = town().await;
    let all = trial.get("/api/survey").await.json();
    assert_eq!((&all["complete"], &all["done"], &all["revision"]), (&json!(true), &all["of"], &json!(3)));
    assert_eq!((&all["next"], &all["making"]), (&Value::Null, &Value::Null));
    let on_the_road = ["a", "b", "e1"].map(|id| format!("HWY-11:enterprises/{id}:roads/g105"));
    assert_eq!(ids(&all), on_the_road);
    assert_eq!(all["totals"]["by_rule"], json!({"HWY-11": 3}));
    assert_eq!(all["totals"]["by_township"], json!({"none": 3}));
    assert!(all["lacking"].as_array().unwrap().iter().any(|one| one["layer"] == "pipelines"), "nothing is covered");
    let first = trial.get("/api/survey?limit=2").await.json();
    assert_eq!((ids(&first).len(), &first["totals"]), (2, &all["totals"]));
    let next = first["next"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap();
    let second = trial.get(next).await.json();
    assert_eq!((ids(&second), &second["next"]), (vec![on_the_road[2].clone()], &Value::Null));
}

#[tokio::test]
async fn a_conflict_is_found_from_both_ends_and_only_what_is_asked_for_is_listed() {
    let trial = town().await;
    for (query, count) in [
        ("feature=enterprises/a", 1),
        ("feature=roads/g105", 3),
        ("feature=roads/none", 0),
        ("layer=roads", 3),
        ("layer=waters", 0),
        ("rule=HWY-11", 3),
        ("rule=PIP-30", 0),
        ("township=none", 3),
        ("verdict=veto", 3),
        ("verdict=review", 0),
        ("outcome=violated", 3),
        ("outcome=undetermined&feature=enterprises/a", 0),
    ] {
        let page = trial.get(&format!("/api/survey?{query}")).await.json();
        assert_eq!((ids(&page).len(), &page["totals"]["total"]), (count, &json!(count)), "{query}");
    }
}

#[tokio::test]
async fn a_sheet_names_its_next_page_in_a_header() {
    let trial = town().await;
    let sheet = trial.get("/api/survey?format=csv&limit=2").await;
    assert_eq!((sheet.status.as_u16(), sheet.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(sheet.text().lines().count(), 3);
    assert!(sheet.header("link").contains("cursor=") && sheet.header("link").ends_with("rel=\"next\""));
    let by_wish = trial.get_with("/api/survey", &[("accept", "text/csv")]).await;
    assert_eq!(by_wish.text().lines().count(), 4);
}

#[tokio::test]
async fn an_edit_is_in_the_next_survey() {
    let trial = town().await;
    assert_eq!(ids(&trial.get("/api/survey?feature=enterprises/a").await.json()).len(), 1);
    let gone = trial.send_json(Method::DELETE, "/api/collections/enterprises/items/a", &[], &json!(null)).await;
    assert_eq!(gone.status, 204, "{}", gone.text());
    let page = trial.get("/api/survey?feature=enterprises/a").await.json();
    assert_eq!((ids(&page).len(), &page["revision"]), (0, &json!(4)));
}

#[tokio::test]
async fn odd_questions_are_refused_by_name() {
    let trial = Trial::new().await;
    for query in [
        "limit=0",
        "limit=many",
        "cursor=here",
        "verdict=bad",
        "outcome=lost",
        "layer=castles",
        "feature=enterprises",
        "format=pdf",
    ] {
        let problem = trial.get(&format!("/api/survey?{query}")).await.is_problem(400, "parameter");
        assert_eq!(problem["errors"][0]["field"], query.split('=').next().unwrap(), "{query}");
    }
}
