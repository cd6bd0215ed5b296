//! Warnings in the viewer: the badge, the list, a step taken, marks that leave the colours alone.

use serde_json::{Value, json};

use super::{Viewer, keep};
use crate::support::Service;

/// The grades that are drawn, by layer and id, and how they are painted.
const GRADES: &str = "JSON.stringify([
    [...new Set(sisetu.map.queryRenderedFeatures({ layers: ['risk-areas', 'enterprises', 'enterprise-points'] })
        .map(drawn => [drawn.layer.id, drawn.id, drawn.properties.risk_level].join()))].sort(),
    sisetu.map.getPaintProperty('risk-areas', 'fill-color'), sisetu.map.getPaintProperty('enterprises', 'fill-color')])";

/// An enterprise of the sample that is blue or yellow.
fn calm(service: &Service) -> (String, String) {
    let page = service.get("/api/collections/enterprises/items?limit=1000").json();
    let of = |feature: &Value| (feature["id"].as_str().unwrap().to_owned(), feature["properties"]["name"].clone());
    let level = |id: &str| service.get(&format!("/api/risk/explain/enterprises/{id}")).json()["risk_level"].as_u64();
    let found = page["features"].as_array().unwrap().iter().map(of).find(|(id, _)| level(id) >= Some(3)).unwrap();
    (found.0, found.1.as_str().unwrap().to_owned())
}

fn regrade(service: &Service, id: &str, level: u8) {
    let item = service.at(&format!("/api/collections/enterprises/items/{id}"));
    let patch = service.agent().patch(&item).header("content-type", "application/merge-patch+json");
    let change = json!({"properties": {"risk_level": level}}).to_string();
    assert_eq!(patch.send(&change).unwrap().status(), 200);
}

#[test]
fn a_rise_shows_on_the_badge_at_once_and_is_taken_up_without_changing_a_colour() {
    let test = "a_rise_shows_on_the_badge_at_once_and_is_taken_up_without_changing_a_colour";
    let Some(mut viewer) = Viewer::open(test) else { return };
    let (id, name) = calm(&viewer.service);
    viewer.show("");
    assert_eq!(viewer.page.eval("document.querySelector('[data-testid=alert-count]').hidden"), true);
    regrade(&viewer.service, &id, 2);
    // Nobody asked for it: the page heard.
    viewer.page.wait_for("Number(document.querySelector('[data-testid=alert-count]').textContent) > 0");
    viewer.page.click("[data-testid=open-alerts]");
    let row = format!("[data-testid=alert][data-feature={id:?}]");
    viewer.page.wait_for(&format!("document.querySelector({row:?})"));
    let text = viewer.page.text(&row);
    for word in [name.as_str(), "风险升级", "较大风险（橙）", "待接警"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    viewer.page.click(&format!("{row} .alert-main"));
    viewer.page.wait_for("sisetu.map.getZoom() > 12 && sisetu.map.areTilesLoaded() && !sisetu.map.isMoving()");
    viewer.page.wait_for("sisetu.map.queryRenderedFeatures({ layers: ['alert-marks'] }).length > 0");
    keep("alerts", &viewer.page.screenshot());
    let before = viewer.page.eval(GRADES);

    viewer.page.click(&format!("{row} [data-testid=alert-acknowledge]"));
    viewer.page.click("[data-testid=alert-by]");
    viewer.page.type_text("王敏");
    viewer.page.click("[data-testid=alert-note]");
    viewer.page.type_text("已到现场");
    keep("alert_form", &viewer.page.screenshot());
    viewer.page.click("[data-testid=alert-send]");
    viewer.page.wait_for(&format!("!document.querySelector({row:?})"));
    viewer.page.click("[data-testid=alerts-acknowledged]");
    viewer.page.wait_for(&format!("document.querySelector({row:?})?.innerText.includes('王敏 接警：已到现场')"));
    let listed = viewer.service.get("/api/alerts?state=acknowledged").json();
    assert_eq!((&listed["items"][0]["feature"], &listed["items"][0]["by"]), (&json!(id), &json!("王敏")));
    viewer.page.wait_for("sisetu.map.areTilesLoaded()");
    assert_eq!(viewer.page.eval(GRADES), before, "neither grades nor colours changed");

    viewer.page.resize(360, 740);
    viewer.page.click("[data-sheet=alerts]");
    viewer.page.wait_for(&format!("document.querySelector({row:?})"));
    keep("phone_alerts", &viewer.page.screenshot());
    viewer.close(test);
}
