//! Pages of features, links, boxes, filters.

use serde_json::Value;

use super::Trial;
use crate::serve::Config;

fn ids(page: &Value) -> Vec<&str> {
    page["features"].as_array().unwrap().iter().map(|feature| feature["id"].as_str().unwrap()).collect()
}

fn link<'a>(page: &'a Value, rel: &str) -> Option<&'a str> {
    page["links"].as_array()?.iter().find(|link| link["rel"] == rel)?["href"].as_str()
}

#[tokio::test]
async fn pages_follow_one_another_to_the_end() {
    let trial = Trial::new().await;
    let first = trial.get("/api/collections/enterprises/items?limit=2").await;
    assert_eq!(first.header("content-type"), "application/geo+json");
    let first = first.json();
    assert_eq!((ids(&first), &first["numberReturned"]), (vec!["e1", "e2"], &2.into()));
    let next = link(&first, "next").unwrap().strip_prefix("http://localhost:8080").unwrap();
    let second = trial.get(next).await.json();
    assert_eq!((ids(&second), link(&second, "next")), (vec!["甲/2"], None));
    let exact = trial.get("/api/collections/enterprises/items?limit=3").await.json();
    assert_eq!((ids(&exact).len(), link(&exact, "next")), (3, None));
}

#[tokio::test]
async fn a_cursor_after_a_deleted_feature_still_leads_on() {
    let page = Trial::new().await.get("/api/collections/enterprises/items?cursor=e15").await.json();
    assert_eq!(ids(&page), ["e2", "甲/2"]);
}

#[tokio::test]
async fn limits_are_capped_and_nonsense_refused() {
    let trial = Trial::new().await;
    assert_eq!(trial.get("/api/collections/enterprises/items?limit=999999").await.status, 200);
    for query in ["limit=0", "limit=-1", "limit=ten", "bbox=1,2,3", "datetime=soon", "offset=3", "castle=1"] {
        let problem =
            trial.get(&format!("/api/collections/enterprises/items?{query}")).await.is_problem(400, "parameter");
        assert_eq!(problem["errors"][0]["field"].as_str(), query.split('=').next());
    }
}

#[tokio::test]
async fn a_box_finds_what_touches_it_and_not_what_its_box_touches() {
    let trial = Trial::new().await;
    let found = async |layer: &str, bbox: &str| {
        let page = trial.get(&format!("/api/collections/{layer}/items?bbox={bbox}")).await.json();
        page["numberReturned"].as_u64().unwrap()
    };
    assert_eq!(found("enterprises", "115.795,29.55,115.815,29.65").await, 2);
    assert_eq!(found("enterprises", "115.80,29.60,115.80,29.60").await, 1);
    assert_eq!(found("roads", "115.79,29.59,115.81,29.61").await, 1);
    // In the corner of the road's box, far from the road.
    assert_eq!(found("roads", "115.71,29.68,115.72,29.69").await, 0);
}

#[tokio::test]
async fn fields_filter_by_equality() {
    let trial = Trial::new().await;
    for (query, count) in
        [("risk_level=2", 3), ("risk_level=1", 0), ("name=%E6%A8%A1%E6%8B%9F%E4%BC%81%E4%B8%9A%20e2", 1)]
    {
        let page = trial.get(&format!("/api/collections/enterprises/items?{query}")).await.json();
        assert_eq!(page["numberReturned"], count, "{query}");
    }
}

#[tokio::test]
async fn an_item_is_found_under_its_link_and_held_by_its_tag() {
    let trial = Trial::new().await;
    let path = "/api/collections/enterprises/items/%E7%94%B2%2F2";
    let item = trial.get(path).await;
    assert_eq!(item.json()["id"], "甲/2");
    assert_eq!(link(&item.json(), "self"), Some(format!("http://localhost:8080{path}").as_str()));
    let held = trial.get_with(path, &[("if-none-match", item.header("etag"))]).await;
    assert_eq!((held.status.as_u16(), held.body.len(), held.header("etag")), (304, 0, item.header("etag")));
    trial.get("/api/collections/enterprises/items/none").await.is_problem(404, "not-found");
}

#[tokio::test]
async fn links_carry_the_public_address() {
    let config = Config { public_url: Some("https://map.example.cn/sisetu/".to_owned()), ..Config::default() };
    let trial = Trial::with(config, None).await;
    let landing = trial.get("/api").await.json();
    assert_eq!(link(&landing, "data"), Some("https://map.example.cn/sisetu/api/collections"));
    let tiles = trial.get("/tiles/enterprises").await.json();
    assert!(tiles["tiles"][0].as_str().unwrap().starts_with("https://map.example.cn/sisetu/tiles/enterprises/"));
}

#[tokio::test]
async fn schema_says_what_is_required_and_queryables_what_may_be_asked() {
    let trial = Trial::new().await;
    let schema = trial.get("/api/collections/enterprises/schema").await.json();
    assert!(schema["required"].as_array().unwrap().contains(&"name".into()));
    assert_eq!(schema["properties"]["risk_score"]["type"], "number");
    let queryables = trial.get("/api/collections/enterprises/queryables").await.json();
    for field in queryables["properties"].as_object().unwrap().keys().filter(|field| *field != "geometry") {
        let answer = trial.get(&format!("/api/collections/enterprises/items?{field}=x")).await;
        assert_eq!(answer.status, 200, "{field}");
    }
}
