//! The risk and responsibility lists, and published editions of the map, with real clicks.

use serde_json::json;

use super::{Viewer, keep};

#[test]
fn the_lists_are_counted_filtered_and_lead_to_the_map() {
    let test = "the_lists_are_counted_filtered_and_lead_to_the_map";
    let Some(mut viewer) = Viewer::open(test) else { return };
    let totals = viewer.service.get("/api/risk/list?limit=1").json()["totals"].clone();
    viewer.show("");
    viewer.page.click("[data-testid=open-lists]");
    viewer.page.wait_for("document.querySelector('[data-testid=list-row]')");
    viewer.wait_for_text("[data-testid=list-count]", &format!("共 {} 个", totals["total"]));
    let first = viewer.page.eval("document.querySelector('[data-testid=list-row]').dataset.level");
    assert_eq!(first, "1", "the worst stand first");
    keep("lists", &viewer.page.screenshot());

    viewer.page.eval(
        "(() => { const select = document.querySelector('[data-testid=list-level]');
            select.value = '2'; select.dispatchEvent(new Event('change', { bubbles: true })); })()",
    );
    viewer.wait_for_text("[data-testid=list-count]", &format!("共 {} 个", totals["by_level"]["2"]));
    viewer.page.click("[data-testid=tab-responsibilities]");
    viewer.wait_for_text("[data-testid=list-row]", "属地责任");
    let rows = viewer.page.text("[data-testid=lists]");
    assert!(rows.contains("通行做法") && rows.contains("待明确"), "{rows}");
    viewer.assert_nothing_sticks_out("the responsibility list");
    keep("responsibilities", &viewer.page.screenshot());
    viewer.page.click("[data-testid=file-csv]");
    viewer
        .page
        .wait_for("performance.getEntriesByType('resource').some(each => each.name.includes('responsibilities.csv'))");
    viewer.page.click("[data-testid=list-row] .risk-row");
    viewer.page.wait_for("document.querySelector('[data-testid=selection]')");
    viewer.page.click("[data-testid=back]");
    viewer.page.wait_for("document.querySelector('[data-testid=list-row]')");
    viewer.close(test);
}

#[test]
fn an_edition_is_published_compared_with_the_present_and_shown_on_the_map() {
    let test = "an_edition_is_published_compared_with_the_present_and_shown_on_the_map";
    let Some(mut viewer) = Viewer::open(test) else { return };
    viewer.show("");
    viewer.page.click("[data-testid=open-editions]");
    viewer.wait_for_text("[data-testid=editions]", "尚未发布任何版次");
    viewer.page.click("[data-testid=publish-open]");
    for (field, text) in [("name", "2026年第四季度"), ("by", "区应急管理局")] {
        viewer.page.click(&format!("[data-testid=publish-{field}]"));
        viewer.page.type_text(text);
    }
    viewer.page.click("[data-testid=publish]");
    viewer.page.wait_for("document.querySelector('[data-testid=edition-row]')");
    viewer.wait_for_text("[data-testid=edition-row]", "第 1 版 2026年第四季度");

    // An orange plant turns red, and with it the township that is orange at the worst so far.
    let areas = viewer.service.get("/api/risk/areas").json();
    let orange = areas["areas"].as_array().unwrap().iter().find(|area| area["risk_level"] == 2).unwrap();
    let (area, plant) = (orange["id"].as_str().unwrap(), &orange["contributions"][0]);
    let item = format!("/api/collections/{}/items/{}", plant["layer"].as_str().unwrap(), plant["id"].as_str().unwrap());
    let patch = json!({"properties": {"risk_level": 1}});
    let agent = viewer.service.agent();
    let patched = agent.patch(viewer.service.at(&item)).content_type("application/merge-patch+json");
    assert_eq!(patched.send(patch.to_string()).unwrap().status(), 200);

    viewer.show("");
    let colour_of = |id: &str| {
        format!(
            "sisetu.map.queryRenderedFeatures({{ layers: ['risk-areas'] }}).find(each => each.properties.id === '{id}')?.layer.paint['fill-color']"
        )
    };
    let now = viewer.page.eval(&format!("JSON.stringify({})", colour_of(area)));
    viewer.page.click("[data-testid=open-editions]");
    viewer.page.wait_for("document.querySelector('[data-testid=edition-row]')");
    viewer.page.click("[data-testid=compare]");
    viewer.page.wait_for("document.querySelector('[data-testid=turn-redder] tr')");
    let redder = viewer.page.text("[data-testid=turn-redder]");
    assert!(redder.contains("橙 → 红") && redder.contains(orange["name"].as_str().unwrap()), "{redder}");
    viewer.assert_nothing_sticks_out("a comparison");
    keep("comparison", &viewer.page.screenshot());

    viewer.page.click("[data-testid=edition-map]");
    viewer.wait_for_text("[data-testid=edition-banner]", "第 1 版");
    viewer.page.wait_for(&format!("sisetu.map.loaded() && JSON.stringify({}) !== {now}", colour_of(area)));
    keep("edition_map", &viewer.page.screenshot());
    viewer.page.click("[data-testid=edition-back]");
    viewer.page.wait_for("!document.querySelector('[data-testid=edition-banner]')");
    viewer.page.wait_for(&format!("sisetu.map.loaded() && JSON.stringify({}) === {now}", colour_of(area)));
    viewer.close(test);
}

#[test]
fn lists_and_editions_fit_a_phone() {
    let test = "lists_and_editions_fit_a_phone";
    let Some(mut viewer) = Viewer::open(test) else { return };
    viewer.page.resize(360, 740);
    viewer.show("");
    for (desk, ready) in [("lists", "list-row"), ("editions", "publish-open")] {
        viewer.page.click("[data-sheet=ranking]");
        viewer.page.click(&format!("[data-testid=open-{desk}]"));
        viewer.page.wait_for(&format!("document.querySelector('[data-testid={ready}]')"));
        viewer.assert_nothing_sticks_out(desk);
        keep(&format!("phone_{desk}"), &viewer.page.screenshot());
        viewer.page.click(".close");
    }
    viewer.close(test);
}
