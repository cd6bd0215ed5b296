//! The risk lists, and published editions of the map.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};

use super::{Trial, enterprise, feature};
use crate::geom::{Point, Rect};
use crate::model::{Feature, Layer, Properties};

const EDITIONS: &str = "/api/risk/editions";

/// A township around the three enterprises.
async fn town() -> Trial {
    let store = std::sync::Arc::new(super::FakeStore::default());
    for (id, lon) in [("e1", 115.80), ("e2", 115.81), ("甲/2", 115.82)] {
        store.hold(Layer::Enterprises, enterprise(id, lon, 29.60));
    }
    let ground = Rect::new(Point::new(115.7, 29.5).0, Point::new(115.9, 29.7).0).to_polygon();
    let words = [("name", json!("示例镇")), ("code", json!("360404101")), ("level", json!("township"))];
    let township = Feature::new("t", ground.into(), words.into_iter().collect::<Properties>()).unwrap();
    store.hold(Layer::AdminUnits, township);
    Trial::over(store, super::Config::default(), None).await
}

async fn put(trial: &Trial, id: &str, more: Value) {
    let mut plant = feature(Some(id), "模拟甲厂");
    plant["properties"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let path = format!("/api/collections/enterprises/items/{id}");
    let answer = trial.send_json(Method::PUT, &path, &[], &plant).await;
    assert!(answer.status.is_success(), "{}", answer.text());
}

async fn publish(trial: &Trial, date: &str) -> Value {
    let heading = json!({"name": format!("{date} 版"), "date": date, "by": "区应急管理局"});
    let answer = trial.send_json(Method::POST, EDITIONS, &[], &heading).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.header("location").ends_with(&format!("{EDITIONS}/{}", answer.json()["number"])));
    answer.json()
}

#[tokio::test]
async fn the_list_is_paged_filtered_and_adds_up() {
    let trial = town().await;
    put(&trial, "e1", json!({"risk_level": 1, "committee": "危险物品", "responsible_person": "张三"})).await;
    put(&trial, "e9", json!({})).await;
    let all = trial.get("/api/risk/list").await.json();
    assert_eq!((&all["totals"]["total"], &all["ungraded"], &all["next"]), (&json!(3), &json!(1), &Value::Null));
    let first = &all["items"][0];
    assert_eq!((&first["id"], &first["risk_level"], &first["risk_color"]), (&json!("e1"), &json!(1), &json!("red")));
    assert_eq!((&first["township"], &first["committee"]), (&json!("示例镇"), &json!("危险物品")));
    assert_eq!(all["items"][1]["responsible_person"], Value::Null, "never invented");
    assert_eq!(all["totals"]["missing"]["responsible_person"], 2);
    for division in ["by_level", "by_township", "by_committee"] {
        let counts = all["totals"][division].as_object().unwrap().values();
        assert_eq!(counts.map(|count| count.as_u64().unwrap()).sum::<u64>(), 3, "{division}");
    }
    let mut ids = Vec::new();
    let mut next = Some("/api/risk/list?limit=2".to_owned());
    while let Some(path) = next {
        let page = trial.get(&path).await.json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        assert_eq!(page["totals"], all["totals"]);
        next = page["next"].as_str().map(|next| next.trim_start_matches("http://localhost:8080").to_owned());
    }
    assert_eq!(ids, ["e1", "e2", "甲/2"]);
    for (query, count) in [
        ("level=1", 1),
        ("level=none", 1),
        ("level=4", 0),
        ("township=示例镇", 3),
        ("township=none", 0),
        ("committee=none", 2),
        ("layer=enterprises", 3),
        ("layer=pipelines", 0),
    ] {
        let query = query.replace("示例镇", &super::super::query::encoded("示例镇"));
        for list in ["list", "responsibilities"] {
            let page = trial.get(&format!("/api/risk/{list}?{query}")).await.json();
            assert_eq!(page["items"].as_array().unwrap().len(), count, "{list} {query}");
            assert_eq!(page["totals"]["total"], count, "{list} {query}");
        }
    }
    for wrong in ["level=5", "layer=roads", "layer=castles", "limit=0", "cursor=x", "format=pdf", "colour=red"] {
        trial.get(&format!("/api/risk/list?{wrong}")).await.is_problem(400, "parameter");
    }
}

#[tokio::test]
async fn sheets_hold_what_the_list_holds() {
    let trial = town().await;
    put(&trial, "e1", json!({"risk_level": 1, "name": "=1+1", "responsible_person": "@李四"})).await;
    let csv = trial.get("/api/risk/list.csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text();
    assert!(text.starts_with("\u{feff}序号,图层,编号,名称,"), "{text}");
    assert_eq!(text.lines().count(), 4);
    assert!(text.contains(",'=1+1,") && text.contains(",'@李四,") && text.contains("待明确"), "{text}");
    assert_eq!(trial.get_with("/api/risk/list", &[("accept", "text/csv")]).await.text(), text);
    for list in ["list", "responsibilities"] {
        let answer = trial.get(&format!("/api/risk/{list}.xlsx")).await;
        assert!(answer.header("content-disposition").contains(".xlsx"));
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.to_vec())).unwrap();
        let title = if list == "list" { "风险清单" } else { "责任清单" };
        assert_eq!(book.sheet_names(), [title, "合计", "说明"]);
        let sheet = book.worksheet_range(title).unwrap();
        assert_eq!((sheet.height(), sheet.get_value((1, 3))), (4, Some(&Data::String("=1+1".into()))));
        assert_eq!(sheet.get_value((1, 5)), Some(&Data::String("重大风险（红）".into())));
        let notes = book.worksheet_range("说明").unwrap();
        let told = notes.rows().map(|row| row[1].to_string()).collect::<String>();
        assert!(told.contains("非法律规定") && told.contains("先重后轻"), "{told}");
    }
    let part = trial.get("/api/risk/list.csv?limit=2").await;
    assert!(part.header("link").contains("rel=\"next\"") && part.text().lines().count() == 3);
}

#[tokio::test]
async fn a_list_without_a_layer_is_none() {
    let trial = town().await;
    *trial.store.broken_layer.lock().unwrap() = Some(Layer::Pipelines);
    let trial = Trial::over(trial.store, super::Config::default(), None).await;
    trial.get("/api/risk/list").await.is_problem(503, "layer-unavailable");
    trial.get("/api/risk/editions/draft").await.is_problem(503, "layer-unavailable");
    let heading = json!({"name": "版", "date": "2026-11-01", "by": "局"});
    trial.send_json(Method::POST, EDITIONS, &[], &heading).await.is_problem(503, "layer-unavailable");
}

#[tokio::test]
async fn editions_are_published_listed_compared_and_hold_their_reds() {
    let trial = town().await;
    assert_eq!(trial.get(EDITIONS).await.json(), json!({"items": [], "total": 0, "next": null}));
    let draft = trial.get("/api/risk/editions/draft").await.json();
    assert_eq!((&draft["number"], &draft["draft"], &draft["since_last"]), (&json!(1), &json!(true), &Value::Null));
    put(&trial, "e1", json!({"risk_level": 1})).await;
    let tile = "/tiles/enterprises/10/841/423";
    let before = trial.get(tile).await;
    let first = publish(&trial, "2026-03-01").await;
    assert_eq!(first["objects"]["enterprises"], json!({"1": ["e1"], "2": ["e2", "甲/2"]}));
    assert_eq!((&first["totals"]["total"], &first["areas"][0]["risk_level"]), (&json!(3), &json!(1)));
    assert!(first.get("told").is_none() && first["program"].is_string());
    let after = trial.get(tile).await;
    assert_ne!(before.header("etag"), after.header("etag"), "what is held is part of what a tile shows");
    assert_eq!(before.body, after.body);

    put(&trial, "e1", json!({"risk_level": 4})).await;
    put(&trial, "e2", json!({"risk_level": 1})).await;
    let explained = trial.get("/api/risk/explain/enterprises/e1").await.json();
    assert_eq!((&explained["risk_level"], &explained["method"]), (&json!(1), &json!("held")));
    assert!(explained["steps"].as_array().unwrap().iter().any(|step| step["what"] == "held"));
    let closure = json!({"risk_level": 4, "red_closed_on": "2026-03-20", "red_closed_by": "王五", "red_closure_document": "销号〔2026〕1号"});
    put(&trial, "e1", closure).await;
    assert_eq!(trial.get("/api/risk/explain/enterprises/e1").await.json()["risk_level"], 4);
    publish(&trial, "2026-04-01").await;

    let comparison = trial.get("/api/risk/editions/1/compare/2").await.json();
    assert_eq!(comparison["counts"]["objects"]["total"], 3);
    assert_eq!((&comparison["redder"][0]["id"], &comparison["redder"][0]["to"]), (&json!("e2"), &json!(1)));
    assert_eq!(
        (&comparison["greener"][0]["from"], &comparison["greener"][0]["why_now"]),
        (&json!(1), &json!("填报等级"))
    );
    let back = trial.get("/api/risk/editions/2/compare/1").await.json();
    assert_eq!((&back["redder"][0]["id"], &back["greener"][0]["id"]), (&json!("e1"), &json!("e2")));
    let paged = trial.get("/api/risk/editions/1/compare/draft?limit=1").await.json();
    let next = paged["next"].as_str().unwrap().trim_start_matches("http://localhost:8080");
    assert_eq!(trial.get(next).await.json()["greener"].as_array().unwrap().len(), 1);
    let draft = trial.get("/api/risk/editions/draft").await.json();
    assert_eq!((&draft["number"], &draft["since_last"]["listed"]), (&json!(3), &json!(0)));

    let editions = trial.get("/api/risk/editions?limit=1").await.json();
    assert_eq!((&editions["items"][0]["number"], &editions["total"]), (&json!(2), &json!(2)));
    assert!(editions["next"].as_str().unwrap().ends_with("limit=1&cursor=2"), "{editions}");
    let same = trial.get("/api/risk/editions/2").await.json();
    assert_eq!(same["revision"], editions["items"][0]["revision"]);
    for unknown in ["0", "3", "x", "-1"] {
        trial.get(&format!("{EDITIONS}/{unknown}")).await.is_problem(404, "not-found");
    }
}

#[tokio::test]
async fn areas_are_answered_as_an_edition_has_them() {
    let trial = town().await;
    trial.get("/api/risk/areas?as_of=2026-03-01").await.is_problem(404, "not-found");
    publish(&trial, "2026-03-01").await;
    put(&trial, "e1", json!({"risk_level": 1})).await;
    publish(&trial, "2026-04-01").await;
    let live = trial.get("/api/risk/areas").await.json();
    let level = |answer: &Value| answer["areas"][0]["risk_level"].clone();
    for (query, edition, expected) in
        [("edition=1", 1, 2), ("edition=2", 2, 1), ("as_of=2026-03-31", 1, 2), ("as_of=2027-01-01", 2, 1)]
    {
        let answer = trial.get(&format!("/api/risk/areas?{query}")).await.json();
        assert_eq!((&answer["edition"], level(&answer)), (&json!(edition), json!(expected)), "{query}");
        for member in ["id", "code", "name", "level", "risk_color", "reason", "counts", "contributions", "responsible"]
        {
            assert_eq!(answer["areas"][0].get(member).is_some(), live["areas"][0].get(member).is_some(), "{member}");
        }
    }
    assert_eq!(trial.get("/api/risk/areas?edition=2").await.json()["areas"][0]["contributions"][0]["id"], "e1");
    trial.get("/api/risk/areas?as_of=2026-02-28").await.is_problem(404, "not-found");
    trial.get("/api/risk/areas?edition=1&as_of=2026-03-01").await.is_problem(400, "parameter");
    assert_eq!(trial.get("/api/risk/areas?edition=1&level=village").await.json()["areas"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_by_the_field_at_fault() {
    let trial = town().await;
    publish(&trial, "2026-03-01").await;
    for (field, value) in [("name", " "), ("by", ""), ("date", "2026-02-28"), ("aggregator", "luck")] {
        let mut heading = json!({"name": "版", "date": "2026-03-02", "by": "局"});
        heading[field] = json!(value);
        let answer = trial.send_json(Method::POST, EDITIONS, &[], &heading).await;
        let problem = answer.is_problem(422, "unprocessable");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    for wrong in [json!({"name": "版"}), json!({"name": "版", "date": "soon", "by": "局"}), json!([])] {
        trial.send_json(Method::POST, EDITIONS, &[], &wrong).await.is_problem(422, "unprocessable");
    }
    assert_eq!(trial.get(EDITIONS).await.json()["total"], 1);
    let keyed = Trial::keyed().await;
    let heading = json!({"name": "版", "date": "2026-03-02", "by": "局"});
    let see = [("authorization", "Bearer see")];
    assert_eq!(keyed.send_json(Method::POST, EDITIONS, &see, &heading).await.status, 403);
}
